/* test_conf_values.c - what is written is what is meant; secrets stay secret.
 *
 * The corpus (test_conf.c) proves that a dump loads to equal values; here the
 * values themselves are compared with what the file says.
 *
 * SPDX-License-Identifier: MIT */
#include "unit/conf_corpus.h"

#include "conf/masked.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct conf conf;
static struct textbuf messages;
static char folder[4096]; /* for secrets; removed by teardown */

static void setup(void)
{
	const char *tmp = getenv("TMPDIR");

	memset(&conf, 0, sizeof conf);
	textbuf_init(&messages);
	snprintf(folder, sizeof folder, "%s/slawatch-conf-XXXXXX",
	    tmp == NULL ? "." : tmp);
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void put(const char *name, const char *text, mode_t mode)
{
	char path[4200];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	unlink(path); /* it may be read-only */
	f = fopen(path, "wb");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	ck_assert_int_eq(chmod(path, mode), 0);
}

static const char *const secret_names[] = { "a.secret", "b.secret", "c",
	"big" };

static void teardown(void)
{
	for (size_t i = 0; i < sizeof secret_names / sizeof secret_names[0];
	     i++) {
		char path[4200];

		snprintf(path, sizeof path, "%s/%s", folder, secret_names[i]);
		unlink(path);
	}
	rmdir(folder);
	conf_free(&conf);
	textbuf_fini(&messages);
}

/* From a file that would stand in the folder. */
static bool load(const char *text, const struct conf_options *o)
{
	char name[4200];

	snprintf(name, sizeof name, "%s/matrix.yaml", folder);
	conf_free(&conf);
	textbuf_clear(&messages);
	return conf_load_text(name, text, strlen(text), o, &conf, &messages);
}

static void load_corpus(const char *file)
{
	static const struct conf_options o = { .credentials = "",
		.no_secrets = true };
	char path[4096];

	conf_free(&conf);
	srcdir_path(path, sizeof path, file);
	ck_assert_msg(
	    conf_load(path, &o, &conf, &messages), "%s", messages.data);
}

/* --- values --------------------------------------------------------------- */

START_TEST(test_minimal)
{
	const struct settings *s;

	load_corpus("tests/conf/good/minimal.yaml");
	s = &conf.settings;
	ck_assert_uint_eq(conf.matrix->nseverities, 1);
	ck_assert_uint_eq(conf.matrix->ncalendars, 1);
	ck_assert(calendar_is_always(conf.matrix->calendars[0]));
	ck_assert_uint_eq(conf.matrix->nkinds, clock_kinds_default_count);
	ck_assert_int_eq(conf.matrix->owner, -1);
	ck_assert_int_eq(conf.matrix->fallback, -1);
	ck_assert_int_eq(conf.matrix->give_up_ms, DAY_MS);
	ck_assert_int_eq(conf.matrix->guard.breaches, 10);
	ck_assert_int_eq(conf.matrix->guard.notices, 25);
	ck_assert_uint_eq(
	    conf.matrix->on_comment.resumes, COMMENT_RESUMES_DEFAULT);
	ck_assert(!conf.matrix->on_comment.reopens);
	ck_assert_uint_eq(conf.matrix->nalways_human, 0);
	ck_assert_int_eq(conf.matrix->severities[0].send, SEND_ALWAYS);
	ck_assert_str_eq(s->database, "/var/lib/slawatch/slawatch.db");
	ck_assert_str_eq(s->socket, "/run/slawatch/slawatchd.sock");
	ck_assert_int_eq(s->socket_mode, 0660);
	ck_assert_ptr_null(s->listen);
	ck_assert_uint_eq(s->ntokens, 0);
	ck_assert_int_eq(s->queue_max, 65536);
	ck_assert_int_eq(s->batch_max, 1000);
	ck_assert_int_eq(s->max_future_ms, 5 * MINUTE_MS);
	ck_assert_int_eq(s->max_past_ms, 400 * DAY_MS);
	ck_assert_str_eq(s->log_level, "info");
}
END_TEST

START_TEST(test_people)
{
	const struct matrix *m;

	load_corpus("tests/conf/good/everything.yaml");
	m = conf.matrix;
	ck_assert_str_eq(m->people[m->owner].name, "mara");
	ck_assert_str_eq(m->fallback_name, "ops-alerts");
	ck_assert_int_eq(m->give_up_ms, 12 * HOUR_MS);
	ck_assert_int_eq(m->guard.breaches, 3);
	ck_assert_int_eq(m->guard.notices, 40);
	ck_assert_str_eq(m->severities[0].title, "Critical");
	ck_assert_int_eq(
	    m->severities[0].calendar, matrix_calendar(m, "round"));
	ck_assert_str_eq(m->severities[3].title, "");
	ck_assert_int_eq(m->severities[3].calendar, -1);
	ck_assert_str_eq(m->people[0].title, "Dana Ruiz");
	ck_assert_str_eq(m->people[1].title, "eli");
	ck_assert_int_eq(m->people[0].hours, matrix_calendar(m, "office"));
	ck_assert_int_eq(m->people[1].hours, -1);
	ck_assert_uint_eq(m->teams[0].nmembers, 2);
	ck_assert_int_eq(
	    m->teams[0].members[1].person, matrix_person(m, "eli"));
	ck_assert_int_eq(m->teams[0].lead, matrix_person(m, "mara"));
	ck_assert_str_eq(m->teams[1].name, "Tier 2 (network)");
	ck_assert_int_eq(m->teams[1].tier, 2);
	ck_assert_int_eq(m->teams[1].lead, -1);
	ck_assert_int_eq(m->roles[0].who.kind, WHO_PERSON);
	ck_assert_int_eq(m->roles[1].who.kind, WHO_TEAM);
	ck_assert_int_eq(m->roles[1].who.index, 0);
}
END_TEST

START_TEST(test_chains)
{
	const struct chain *c;

	load_corpus("tests/conf/good/everything.yaml");
	c = &conf.matrix->chains[0];
	ck_assert_int_eq(c->rank, 5);
	ck_assert_int_eq(c->ack_timeout_ms, 30 * MINUTE_MS);
	ck_assert_int_eq(c->repeat, 2);
	ck_assert_int_eq(c->repeat_after_ms, 45 * MINUTE_MS);
	ck_assert_uint_eq(c->nsteps, 4);
	ck_assert_int_eq(c->steps[0].after_ms, 0);
	ck_assert_uint_eq(c->steps[0].nwho, 2);
	ck_assert_uint_eq(c->steps[0].nvia, 0);
	ck_assert_int_eq(c->steps[0].until, UNTIL_ACK);
	ck_assert_int_eq(c->steps[0].remind_times, 0);
	ck_assert_int_eq(c->steps[1].after_ms, 10 * MINUTE_MS);
	ck_assert_str_eq(c->steps[1].who[1], "assignee");
	ck_assert_str_eq(c->steps[1].via[0], "mail");
	ck_assert_int_eq(c->steps[1].remind_every_ms, 5 * MINUTE_MS);
	ck_assert_int_eq(c->steps[1].remind_times, 3);
	ck_assert_int_eq(c->steps[1].until, UNTIL_ASSIGNED);
	ck_assert_int_eq(c->steps[2].after_ms, 90 * MINUTE_MS);
	ck_assert_int_eq(c->steps[3].remind_times, 1);
	/* The last step's `after`, or half an hour. */
	ck_assert_int_eq(
	    conf.matrix->chains[1].repeat_after_ms, 30 * MINUTE_MS);
	ck_assert_int_eq(
	    conf.matrix->chains[2].repeat_after_ms, 20 * MINUTE_MS);
}
END_TEST

/* What the policy asks of that field; NULL: nothing. */
static const struct condition *part(
    const struct policy *p, enum condition_field field)
{
	for (size_t i = 0; i < p->when.nparts; i++)
		if (p->when.parts[i].field == field)
			return &p->when.parts[i];
	return NULL;
}

START_TEST(test_policies)
{
	const struct matrix *m;
	const struct policy *p;
	int vendor;

	load_corpus("tests/conf/good/everything.yaml");
	m = conf.matrix;
	p = &m->policies[0];
	vendor = matrix_kind(m, "vendor_wait");
	ck_assert_uint_eq(part(p, CONDITION_SEVERITY)->nwords, 2);
	ck_assert_str_eq(part(p, CONDITION_TIER)->words[0], "enterprise");
	ck_assert_str_eq(part(p, CONDITION_TAGS)->words[1], "launch week");
	ck_assert_uint_eq(p->nwarnings, 4);
	ck_assert_int_eq(p->warnings[1].value, 9950);
	ck_assert_int_eq(p->warnings[2].value, 1225);
	ck_assert(!p->warnings[3].is_share);
	ck_assert_int_eq(p->warnings[3].value, 90 * SECOND_MS);
	ck_assert_str_eq(p->warnings[3].text, "1m30s");
	ck_assert_str_eq(m->chains[p->on_warning].name, "loud");
	ck_assert_str_eq(m->chains[p->on_breach].name, "standard");
	ck_assert_int_eq(
	    p->targets[0][matrix_kind(m, "first_reply")].ms, 15 * MINUTE_MS);
	ck_assert_int_eq(p->targets[0][vendor].ms, 3 * DAY_MS);
	ck_assert_int_eq(p->targets[1][vendor].ms, 0);
	ck_assert_int_eq(m->policies[1].on_breach, -1);
	ck_assert_ptr_null(part(&m->policies[1], CONDITION_TIER));
	ck_assert_uint_eq(
	    m->kinds[vendor].starts, SIGNAL_BIT(SIGNAL_STATUS_ON_HOLD));
	ck_assert_uint_eq(m->kinds[vendor].met_by,
	    SIGNAL_BIT(SIGNAL_STATUS_OPEN) | SIGNAL_BIT(SIGNAL_SOLVED));
	ck_assert_uint_eq(m->kinds[vendor].runs_in, STATUS_BIT(STATUS_ON_HOLD));
	ck_assert_int_eq(m->kinds[vendor].again, AGAIN_EACH);
	ck_assert_int_eq(m->kinds[vendor].on_reopen, REOPEN_RESET);
	ck_assert_int_eq(
	    m->kinds[matrix_kind(m, "resolution")].on_reopen, REOPEN_NEVER);
}
END_TEST

START_TEST(test_send)
{
	const struct matrix *m;

	load_corpus("tests/conf/good/everything.yaml");
	m = conf.matrix;
	ck_assert_int_eq(m->severities[0].send, SEND_ALWAYS);
	ck_assert_int_eq(m->severities[1].send, SEND_IN_HOURS);
	ck_assert_int_eq(m->severities[2].send, SEND_UNSAID);
	ck_assert_int_eq(m->chains[0].steps[1].send, SEND_UNSAID);
	ck_assert_int_eq(m->chains[0].steps[2].send, SEND_IN_HOURS);
	ck_assert_int_eq(m->chains[0].steps[3].send, SEND_ALWAYS);
	ck_assert_int_eq(m->policies[0].send_warnings, SEND_ALWAYS);
	ck_assert_int_eq(m->policies[0].send_breaches, SEND_IN_HOURS);
	/* Not said: warnings wait, breaches do not. */
	ck_assert_int_eq(m->policies[1].send_warnings, SEND_IN_HOURS);
	ck_assert_int_eq(m->policies[1].send_breaches, SEND_ALWAYS);
	load_corpus("tests/conf/good/target-maps.yaml");
	m = conf.matrix;
	ck_assert_int_eq(m->policies[0].send_warnings, SEND_IN_HOURS);
	ck_assert_int_eq(m->policies[0].send_breaches, SEND_IN_HOURS);
	ck_assert_int_eq(m->policies[1].send_warnings, SEND_IN_HOURS);
	ck_assert_int_eq(m->policies[1].send_breaches, SEND_IN_HOURS);
	/* The most urgent one too may be told to wait. */
	ck_assert(load("severities: { P1: { send: in_hours }, P2: {} }\n",
	    &(struct conf_options){ .credentials = "" }));
	ck_assert_int_eq(conf.matrix->severities[0].send, SEND_IN_HOURS);
	ck_assert_int_eq(conf.matrix->severities[1].send, SEND_UNSAID);
}
END_TEST

static const struct target *target_of(int severity, const char *kind)
{
	const struct matrix *m = conf.matrix;
	const struct policy *p = &m->policies[m->npolicies - 1];

	return &p->targets[severity][matrix_kind(m, kind)];
}

START_TEST(test_targets)
{
	const struct target *t;
	int late;

	load_corpus("tests/conf/good/target-maps.yaml");
	late = matrix_calendar(conf.matrix, "late");
	t = target_of(0, "acknowledge"); /* without warnings, said so */
	ck_assert_int_eq(t->ms, 5 * MINUTE_MS);
	ck_assert_int_eq(t->calendar, -1);
	ck_assert_ptr_nonnull(t->warnings);
	ck_assert_uint_eq(t->nwarnings, 0);
	t = target_of(0, "first_reply");
	ck_assert_int_eq(t->ms, 15 * MINUTE_MS);
	ck_assert_int_eq(t->calendar, late);
	ck_assert_uint_eq(t->nwarnings, 1);
	ck_assert(t->warnings[0].is_share);
	ck_assert_int_eq(t->warnings[0].value, 5000);
	t = target_of(0, "resolution"); /* all as the policy has it */
	ck_assert_int_eq(t->ms, 4 * HOUR_MS);
	ck_assert_int_eq(t->calendar, -1);
	ck_assert_ptr_null(t->warnings);
	t = target_of(1, "first_reply"); /* a map that says no more */
	ck_assert_int_eq(t->ms, HOUR_MS);
	ck_assert_int_eq(t->calendar, -1);
	ck_assert_ptr_null(t->warnings);
	t = target_of(1, "resolution");
	ck_assert_int_eq(t->calendar, matrix_calendar(conf.matrix, "always"));
	ck_assert_uint_eq(t->nwarnings, 3);
	ck_assert_str_eq(t->warnings[2].text, "2h");
	t = target_of(2, "update"); /* none */
	ck_assert_int_eq(t->ms, 0);
	ck_assert_int_eq(t->calendar, -1);
	ck_assert_ptr_null(t->warnings);
}
END_TEST

START_TEST(test_comments)
{
	const struct matrix *m;

	load_corpus("tests/conf/good/everything.yaml");
	m = conf.matrix;
	ck_assert_uint_eq(m->on_comment.resumes, STATUS_BIT(STATUS_ON_HOLD));
	ck_assert(m->on_comment.reopens);
	ck_assert_uint_eq(m->nalways_human, 3);
	ck_assert_str_eq(m->always_human[0], "billing");
	ck_assert_str_eq(m->always_human[2], "legal, security");
	ck_assert_int_eq(
	    m->kinds[matrix_kind(m, "resolution")].pause_at_most_ms,
	    2 * DAY_MS);
	ck_assert_int_eq(
	    m->kinds[matrix_kind(m, "vendor_wait")].pause_at_most_ms, 0);
	load_corpus("tests/conf/good/target-maps.yaml");
	ck_assert_uint_eq(conf.matrix->on_comment.resumes, 0);
	ck_assert(!conf.matrix->on_comment.reopens);
}
END_TEST

static bool open_at(const char *calendar, const char *instant)
{
	const struct matrix *m = conf.matrix;
	struct wall at;

	ck_assert(wall_parse(instant, strlen(instant), &at));
	return calendar_open(m->calendars[matrix_calendar(m, calendar)], at);
}

START_TEST(test_calendars)
{
	load_corpus("tests/conf/good/everything.yaml");
	ck_assert(open_at("office", "2026-01-05T09:00:00+01:00"));
	ck_assert(!open_at("office", "2026-01-05T13:00:00+01:00"));
	ck_assert(open_at("office", "2026-07-06T13:30:00+02:00"));
	ck_assert(open_at("office", "2026-01-10T10:00:00+01:00"));
	ck_assert(!open_at("office", "2026-01-11T10:00:00+01:00"));
	ck_assert(open_at("office", "2026-12-24T11:59:00+01:00"));
	ck_assert(!open_at("office", "2026-12-24T12:00:00+01:00"));
	ck_assert(!open_at("office", "2026-12-25T10:00:00+01:00"));
	ck_assert(open_at("office", "2028-12-26T10:00:00+01:00"));
	ck_assert(!open_at("office", "2027-12-31T10:00:00+01:00"));
	ck_assert(!open_at("office", "2028-05-01T10:00:00+02:00"));
	load_corpus("tests/conf/good/calendars.yaml");
	ck_assert(open_at("night", "2026-01-05T23:00:00-05:00"));
	ck_assert(open_at("night", "2026-01-06T05:59:00-05:00"));
	ck_assert(!open_at("night", "2026-01-06T06:00:00-05:00"));
	ck_assert(open_at("around", "2026-01-11T12:00:00Z"));
	ck_assert(!open_at("around", "2026-01-13T12:00:00Z"));
}
END_TEST

/* --- the revision --------------------------------------------------------- */

START_TEST(test_revision)
{
	static const struct conf_options o = { .credentials = "" };
	char first[17];

	ck_assert(load("severities: { P1: {} }\n", &o));
	ck_assert_uint_eq(strlen(conf.matrix->revision), 16);
	ck_assert_uint_eq(
	    strspn(conf.matrix->revision, "0123456789abcdef"), 16);
	memcpy(first, conf.matrix->revision, sizeof first);
	ck_assert(load("severities: { P1: {} }\n", &o));
	ck_assert_str_eq(conf.matrix->revision, first);
	ck_assert(load("severities: { P2: {} }\n", &o));
	ck_assert_str_ne(conf.matrix->revision, first);
}
END_TEST

/* --- secrets -------------------------------------------------------------- */

static const char with_secrets[] =
    "matrix: { fallback: mail }\n"
    "severities: { P1: {} }\n"
    "channels:\n"
    "  mail: { type: smtp, url: smtps://mail.example.com, from: a@b.c,\n"
    "    user: u, password: { file: a.secret } }\n"
    "  hook: { type: webhook, url: { file: b.secret },\n"
    "    secret: { credential: c } }\n"
    "  plain: { type: webhook, url: https://x.example.com/topsecret-p }\n"
    "chains: { x: { steps: [ { notify: [ hook, plain ] } ] } }\n"
    "policies:\n"
    "  - { name: all, on_breach: x, targets: { P1: { update: 1h } } }\n"
    "daemon:\n"
    "  tokens: { t: { secret: { credential: c }, scopes: [ read ] } }\n";

static void put_secrets(void)
{
	put("a.secret", "topsecret-a with blanks \r\n\n", 0600);
	put("b.secret", "https://x.example.com/topsecret-b", 0600);
	put("c", "topsecret-c-0123456789\n", 0400);
}

START_TEST(test_secrets)
{
	struct conf_options o = { .credentials = folder };
	struct textbuf dump;

	put_secrets();
	ck_assert_msg(load(with_secrets, &o), "%s", messages.data);
	ck_assert_str_eq(messages.data, "");
	ck_assert_str_eq(
	    conf.matrix->channels[0].password, "topsecret-a with blanks ");
	ck_assert_str_eq(
	    conf.matrix->channels[1].url, "https://x.example.com/topsecret-b");
	ck_assert_str_eq(
	    conf.matrix->channels[1].secret, "topsecret-c-0123456789");
	ck_assert_str_eq(
	    conf.settings.tokens[0].secret, "topsecret-c-0123456789");
	ck_assert_int_eq(conf.settings.tokens[0].scopes, SCOPE_READ);
	textbuf_init(&dump);
	conf_dump(&conf, &dump);
	ck_assert_ptr_null(strstr(dump.data, "topsecret"));
	ck_assert_ptr_nonnull(strstr(dump.data, "/a.secret }"));
	ck_assert_ptr_nonnull(strstr(dump.data, "{ credential: c }"));
	ck_assert_ptr_nonnull(strstr(dump.data, "url: withheld"));
	/* Such a dump does not pretend to be complete. */
	ck_assert(!load(dump.data, &o));
	ck_assert_ptr_nonnull(strstr(messages.data, "this is no url"));
	textbuf_fini(&dump);
}
END_TEST

static const char services[] =
    "severities: { P1: { title: Critical } }\n"
    "channels: # it was topsecret-a, topsecret-b, topsecret-c-0123456789\n"
    "  room: { type: slack, token: { file: a.secret }, channel: C01ROOM,\n"
    "    signing_secret: { credential: b.secret } }\n"
    "  duty: { type: pagerduty, routing_key: { file: a.secret } }\n"
    "  ses: { type: ses, region: eu-west-1, access_key_id: AKIA,\n"
    "    secret_access_key: { credential: c }, from: a@b.example }\n"
    "daemon: { socket: /topsecret-c-0123456789 }\n";

/* Those of services: read, never dumped, not kept in a comment. */
START_TEST(test_service_secrets)
{
	struct conf_options o = { .credentials = folder };
	const struct channel *c;
	struct textbuf dump;
	const char *kept;

	put("a.secret", "topsecret-a", 0600);
	put("b.secret", "topsecret-b", 0600);
	put("c", "topsecret-c-0123456789\n", 0400);
	ck_assert_msg(load(services, &o), "%s", messages.data);
	c = conf.matrix->channels;
	ck_assert_str_eq(c[0].token, "topsecret-a");
	ck_assert_str_eq(c[0].signing_secret, "topsecret-b");
	ck_assert_str_eq(c[1].token, "topsecret-a");
	ck_assert_str_eq(c[2].secret, "topsecret-c-0123456789");
	ck_assert_str_eq(c[3].token, "topsecret-a");
	ck_assert_ptr_nonnull(strstr(messages.data, "is no bot token"));
	textbuf_init(&dump);
	conf_dump(&conf, &dump);
	ck_assert_ptr_null(strstr(dump.data, "topsecret-a"));
	ck_assert_ptr_nonnull(strstr(dump.data, "routing_key: { file: "));
	ck_assert_ptr_nonnull(
	    strstr(dump.data, "signing_secret: { credential"));
	textbuf_fini(&dump);
	kept = conf_masked(&conf, &conf.arena);
	ck_assert_ptr_nonnull(kept);
	ck_assert_ptr_nonnull(
	    strstr(kept, "channels: # it was ***********, ***********, "
			 "**********************\n"));
}
END_TEST

/* What is wrong with a secret is told without showing it. */
START_TEST(test_bad_secrets)
{
	struct conf_options o = { .credentials = folder };
	char big[9000];

	put_secrets();
	put("a.secret", "topsecret-a\ntopsecret-a2\n", 0604);
	put("b.secret", "http://topsecret-b.example.com/", 0600);
	put("c", "\n", 0600);
	ck_assert(!load(with_secrets, &o));
	ck_assert_ptr_nonnull(strstr(messages.data, "several lines"));
	ck_assert_ptr_nonnull(strstr(messages.data, "everybody"));
	ck_assert_ptr_nonnull(strstr(messages.data, "http sends notices"));
	ck_assert_ptr_nonnull(strstr(messages.data, "is empty"));
	ck_assert_ptr_null(strstr(messages.data, "topsecret"));

	put_secrets();
	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	put("c", big, 0600);
	ck_assert(!load(with_secrets, &o));
	ck_assert_ptr_nonnull(strstr(messages.data, "larger than"));
	put("c", "short", 0600);
	ck_assert(load(with_secrets, &o));
	ck_assert_ptr_nonnull(strstr(messages.data, "can be guessed"));
	ck_assert_ptr_null(strstr(messages.data, "topsecret"));
}
END_TEST

START_TEST(test_no_secrets)
{
	struct conf_options o = { .credentials = "", .no_secrets = true };

	ck_assert_msg(load(with_secrets, &o), "%s", messages.data);
	ck_assert_str_eq(conf.matrix->channels[0].password, "");
	ck_assert_str_eq(conf.matrix->channels[1].url, "");
	ck_assert_str_eq(conf.settings.tokens[0].secret, "");
}
END_TEST

/* A zone file that is none, in a directory of our own. */
START_TEST(test_zones)
{
	struct conf_options o = { .credentials = "", .zoneinfo = folder };
	static const char text[] =
	    "severities: { P1: {} }\n"
	    "calendars: { c: { zone: big, week: { daily: 08:00-09:00 } } }\n";

	put("big", "TZif, but not really", 0600);
	ck_assert(!load(text, &o));
	ck_assert_ptr_nonnull(
	    strstr(messages.data, "time zone \"big\" is damaged"));
	put("big", "", 0600);
	ck_assert(!load(text, &o));
	put("c", "x", 0600);
	o.zoneinfo = NULL;
	ck_assert(!load(text, &o));
	ck_assert_ptr_nonnull(strstr(messages.data, "unknown time zone"));
}
END_TEST

/* --- files ---------------------------------------------------------------- */

START_TEST(test_files)
{
	static const struct conf_options o = { .credentials = "" };
	char path[4300];
	char *big = malloc(CONF_FILE_MAX + 2);

	ck_assert_ptr_nonnull(big);
	snprintf(path, sizeof path, "%s/none.yaml", folder);
	ck_assert(!conf_load(path, &o, &conf, &messages));
	ck_assert_ptr_nonnull(strstr(messages.data, "No such file"));
	textbuf_clear(&messages);
	ck_assert(!conf_load(folder, &o, &conf, &messages));
	ck_assert_ptr_nonnull(strstr(messages.data, "directory"));
	textbuf_clear(&messages);
	memset(big, '#', CONF_FILE_MAX + 1);
	big[CONF_FILE_MAX + 1] = '\0';
	put("big", big, 0600);
	snprintf(path, sizeof path, "%s/big", folder);
	ck_assert(!conf_load(path, &o, &conf, &messages));
	ck_assert_ptr_nonnull(strstr(messages.data, "larger than"));
	textbuf_clear(&messages);
	ck_assert(!conf_load_text(
	    "big", big, CONF_FILE_MAX + 1, &o, &conf, &messages));
	ck_assert_ptr_nonnull(strstr(messages.data, "more than"));
	free(big);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("conf_values");
	TCase *tc = tcase_create("values");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_minimal);
	tcase_add_test(tc, test_people);
	tcase_add_test(tc, test_chains);
	tcase_add_test(tc, test_policies);
	tcase_add_test(tc, test_send);
	tcase_add_test(tc, test_targets);
	tcase_add_test(tc, test_comments);
	tcase_add_test(tc, test_calendars);
	tcase_add_test(tc, test_revision);
	tcase_add_test(tc, test_secrets);
	tcase_add_test(tc, test_service_secrets);
	tcase_add_test(tc, test_bad_secrets);
	tcase_add_test(tc, test_no_secrets);
	tcase_add_test(tc, test_zones);
	tcase_add_test(tc, test_files);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
