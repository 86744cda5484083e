/* test_conf_channels.c - channels, their ways, budgets and texts: is what is
 * written what is meant?
 *
 * SPDX-License-Identifier: MIT */
#include "conf/load.h"

#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 400

static struct conf conf;
static struct textbuf messages;

static void setup(void)
{
	memset(&conf, 0, sizeof conf);
	textbuf_init(&messages);
}

static void teardown(void)
{
	if (conf.matrix != NULL)
		conf_free(&conf);
	textbuf_fini(&messages);
}

static const struct matrix *load(const char *text)
{
	static const struct conf_options o = { .credentials = "",
		.no_secrets = true };
	struct textbuf all;
	bool loads;

	textbuf_init(&all);
	textbuf_addf(&all, "severities: { P1: {}, P2: {} }\n%s", text);
	if (conf.matrix != NULL)
		conf_free(&conf);
	textbuf_clear(&messages);
	loads =
	    conf_load_text("m.yaml", all.data, all.len, &o, &conf, &messages);
	textbuf_fini(&all);
	ck_assert_msg(loads, "%s", messages.data);
	return conf.matrix;
}

static const struct channel *channel(const char *name)
{
	int i = matrix_channel(conf.matrix, name);

	ck_assert_msg(i >= 0, "no channel %s", name);
	return &conf.matrix->channels[i];
}

#define SLACK "type: slack, token: { credential: a }, channel: C01"

/* --- kinds ---------------------------------------------------------------- */

/* Every kind: what it is called by, and the url that it has by itself. */
static const struct {
	const char *keys;
	enum channel_type type;
	const char *url;
} kinds[] = {
	{ "type: log", CHANNEL_LOG, NULL },
	{ "type: slack-webhook, url: https://a.example.com/x",
	    CHANNEL_SLACK_WEBHOOK, "https://a.example.com/x" },
	{ SLACK, CHANNEL_SLACK, "https://slack.com/api" },
	{ SLACK ", url: https://b.example.com/", CHANNEL_SLACK,
	    "https://b.example.com/" },
	{ "type: smtp, url: smtps://m.example.com, from: a@example.com",
	    CHANNEL_SMTP, "smtps://m.example.com" },
	{ "type: postmark, token: { credential: a }, from: a@example.com",
	    CHANNEL_POSTMARK, "https://api.postmarkapp.com" },
	{ "type: sendgrid, token: { credential: a }, from: a@example.com",
	    CHANNEL_SENDGRID, "https://api.sendgrid.com" },
	{ "type: mailgun, token: { credential: a }, from: a@example.com, "
	  "domain: mg.example.com",
	    CHANNEL_MAILGUN, "https://api.mailgun.net" },
	{ "type: ses, access_key_id: AKIA, secret_access_key: { credential: a "
	  "}, region: eu-west-1, from: a@example.com",
	    CHANNEL_SES, "https://email.eu-west-1.amazonaws.com" },
	{ "type: ses, access_key_id: AKIA, secret_access_key: { credential: a "
	  "}, region: cn-north-1, from: a@example.com",
	    CHANNEL_SES, "https://email.cn-north-1.amazonaws.com.cn" },
	{ "type: teams, url: { credential: a }", CHANNEL_TEAMS, "" },
	{ "type: pagerduty, routing_key: { credential: a }", CHANNEL_PAGERDUTY,
	    "https://events.pagerduty.com" },
	{ "type: webhook, url: { credential: a }", CHANNEL_WEBHOOK, "" },
};

START_TEST(test_kind)
{
	const struct channel_kind *kind = channel_kind(kinds[_i].type);
	const struct channel *c;
	char text[400];

	snprintf(
	    text, sizeof text, "channels: { a: { %s } }\n", kinds[_i].keys);
	load(text);
	c = channel("a");
	ck_assert_int_eq(c->type, kinds[_i].type);
	ck_assert_int_eq(c->base, 0);
	ck_assert_int_eq(c->way, WAY_ROOM);
	ck_assert_pstr_eq(c->url, kinds[_i].url);
	ck_assert_int_eq(c->budget.every_ms, kind->budget.every_ms);
	ck_assert_int_ge(c->budget.burst, 1);
	ck_assert_int_lt(c->budget.reserve, c->budget.burst);
	ck_assert(c->starttls);
	ck_assert_ptr_null(c->text.title);
	if (c->type == CHANNEL_SES)
		ck_assert_str_eq(c->user, "AKIA");
}
END_TEST

/* The row of a kind says which keys it takes; nothing else is read. */
START_TEST(test_keys)
{
	load("channels:\n"
	     "  room: { " SLACK ", signing_secret: { credential: b },\n"
	     "    text: { title: a, body: b }, ca_file: ca.pem }\n"
	     "  gun: { type: mailgun, token: { credential: a }, from: \"A "
	     "<a@example.com>\", domain: mg.example.com }\n"
	     "  hook: { type: webhook, url: { credential: a }, secret: { "
	     "credential: b }, body: '{\"a\": \"{{ticket}}\"}' }\n");
	ck_assert_str_eq(channel("room")->room, "C01");
	ck_assert_str_eq(channel("room")->signing_secret, "");
	ck_assert_str_eq(channel("room")->token, "");
	ck_assert_str_eq(channel("room")->text.title, "a");
	ck_assert_str_eq(channel("room")->text.body, "b");
	ck_assert(strstr(channel("room")->ca_file, "/ca.pem") != NULL);
	ck_assert_str_eq(channel("gun")->domain, "mg.example.com");
	ck_assert_str_eq(channel("gun")->from, "A <a@example.com>");
	ck_assert_ptr_null(channel("gun")->signing_secret);
	ck_assert_str_eq(channel("hook")->body, "{\"a\": \"{{ticket}}\"}");
	ck_assert_str_eq(channel("hook")->secret, "");
}
END_TEST

START_TEST(test_budget)
{
	static const struct {
		const char *text;
		struct budget want;
	} rows[] = {
		{ "{}", { 1000, 3, 1 } },
		{ "{ every: 2s }", { 2000, 3, 1 } },
		{ "{ burst: 1 }", { 1000, 1, 0 } },
		{ "{ burst: 2 }", { 1000, 2, 1 } },
		{ "{ burst: 10, reserve: 9 }", { 1000, 10, 9 } },
		{ "{ reserve: 0 }", { 1000, 3, 0 } },
		{ "{ every: 0, burst: 1000, reserve: 5 }", { 0, 1000, 5 } },
		{ "{ every: 1h }", { 3600000, 3, 1 } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[200];
		const struct budget *b;

		snprintf(text, sizeof text,
		    "channels: { a: { " SLACK ", budget: %s } }\n",
		    rows[i].text);
		load(text);
		b = &channel("a.dm")->budget;
		ck_assert_int_eq(b->every_ms, rows[i].want.every_ms);
		ck_assert_int_eq(b->burst, rows[i].want.burst);
		ck_assert_int_eq(b->reserve, rows[i].want.reserve);
	}
}
END_TEST

/* --- ways ----------------------------------------------------------------- */

#define ROOMS                                                                  \
	"channels:\n"                                                          \
	"  hook: { type: webhook, url: { credential: a } }\n"                  \
	"  one: { " SLACK ", text: { title: x } }\n"                           \
	"  log: { type: log }\n"                                               \
	"  two: { " SLACK ", signing_secret: { credential: b } }\n"

START_TEST(test_ways)
{
	static const char *const names[] = { "hook", "one", "log", "two",
		"one.dm", "one.mention", "two.dm", "two.mention" };
	const struct matrix *m = load(ROOMS);

	ck_assert_uint_eq(m->nchannels, 8);
	for (int i = 0; i < 8; i++) {
		const struct channel *c = &m->channels[i];
		const char *dot = strchr(names[i], '.');

		ck_assert_str_eq(c->name, names[i]);
		ck_assert_int_eq(matrix_way(m, names[i]), i);
		ck_assert_str_eq(matrix_way_name(m, i), names[i]);
		ck_assert_int_eq(matrix_way_channel(m, i, -1), i);
		ck_assert_str_eq(
		    channel_way_name(c->way), dot == NULL ? "" : dot + 1);
		ck_assert_int_eq(c->base, dot == NULL ? i : i < 6 ? 1 : 3);
		ck_assert_int_eq(channel_is_personal(c), dot != NULL);
	}
	ck_assert_str_eq(channel("one.mention")->text.title, "x");
	ck_assert_ptr_null(channel("one.dm")->signing_secret);
	ck_assert_str_eq(channel("two.dm")->signing_secret, "");
	ck_assert_str_eq(channel("two.dm")->room, "C01");
	ck_assert_int_eq(matrix_way(m, "one.x"), -1);
	ck_assert_int_eq(matrix_way(m, ""), -1);
	ck_assert_int_eq(matrix_way(m, NULL), -1);
}
END_TEST

START_TEST(test_words)
{
	const struct matrix *m = load(ROOMS
	    "people: { a: { slack: U01, channels: { P1: [ mention, one.dm ], "
	    "any: [ dm ] } } }\n"
	    "teams:\n"
	    "  x: { members: [ a ], channel: two }\n"
	    "  y: { members: [ a ], channel: hook }\n"
	    "  z: { members: [ a ] }\n");
	const struct ways *ways = m->people[0].ways;

	ck_assert_int_eq(matrix_way(m, "dm"), OWN_ROOM(WAY_DM));
	ck_assert_int_eq(matrix_way(m, "mention"), OWN_ROOM(WAY_MENTION));
	ck_assert_str_eq(matrix_way_name(m, OWN_ROOM(WAY_DM)), "dm");
	ck_assert_uint_eq(ways[0].count, 2);
	ck_assert_int_eq(ways[0].channels[0], OWN_ROOM(WAY_MENTION));
	ck_assert_int_eq(ways[0].channels[1], 4);
	ck_assert_uint_eq(ways[1].count, 1);
	ck_assert_int_eq(ways[1].channels[0], OWN_ROOM(WAY_DM));
	ck_assert_int_eq(ways[2].channels[0], OWN_ROOM(WAY_DM));
	/* Of the team's room, else of the first of the file. */
	ck_assert_int_eq(matrix_way_channel(m, OWN_ROOM(WAY_DM), 0), 6);
	ck_assert_int_eq(matrix_way_channel(m, OWN_ROOM(WAY_MENTION), 0), 7);
	ck_assert_int_eq(matrix_way_channel(m, OWN_ROOM(WAY_DM), 1), 4);
	ck_assert_int_eq(matrix_way_channel(m, OWN_ROOM(WAY_DM), 2), 4);
	ck_assert_int_eq(matrix_way_channel(m, OWN_ROOM(WAY_MENTION), -1), 5);
	ck_assert_int_eq(matrix_way_channel(m, -1, 0), -1);
	m = load("channels: { log: { type: log } }\n");
	ck_assert_int_eq(matrix_way_channel(m, OWN_ROOM(WAY_DM), -1), -1);
}
END_TEST

/* Any mix of kinds and teams, against a walk over the names. */
START_TEST(test_random_ways)
{
	static const char *const kind[] = { "type: log",
		"type: webhook, url: { credential: a }", SLACK, SLACK };
	struct rng rng = rng_seeded("test_conf_channels");

	for (int round = 0; round < ROUNDS; round++) {
		int n = 1 + (int)rng_below(&rng, 6);
		int room = (int)rng_below(&rng, (uint64_t)n);
		bool slack[6];
		int first = -1;
		struct textbuf tb;
		const struct matrix *m;
		char want[32];
		int got;

		textbuf_init(&tb);
		textbuf_add(&tb, "channels:\n");
		for (int i = 0; i < n; i++) {
			uint64_t k = rng_below(&rng, 4);

			slack[i] = k >= 2;
			if (slack[i] && first < 0)
				first = i;
			textbuf_addf(&tb, "  c%d: { %s }\n", i, kind[k]);
		}
		textbuf_addf(&tb,
		    "people: { a: {} }\nteams: { t: { members: [ a ], channel: "
		    "c%d } }\n",
		    room);
		m = load(tb.data);
		got = matrix_way_channel(m, OWN_ROOM(WAY_MENTION), 0);
		snprintf(want, sizeof want, "c%d.mention",
		    slack[room] ? room : first);
		ck_assert_int_eq(got >= 0, first >= 0);
		if (got >= 0)
			ck_assert_str_eq(m->channels[got].name, want);
		textbuf_fini(&tb);
	}
}
END_TEST

/* --- people, incidents, the daemon ---------------------------------------- */

START_TEST(test_limits)
{
	const struct matrix *m = load(
	    "matrix: { person_limit: { count: 7 } }\n"
	    "people:\n"
	    "  a: { sees: own, limit: { count: 3, per: 1h } }\n"
	    "  b: { sees: all }\n"
	    "  c: {}\n"
	    "roles: { r: { person: a, sees: own }, s: a }\n"
	    "incidents:\n"
	    "  - { same: customer }\n"
	    "  - { same: category, count: 256, within: 1d, every: 1s }\n"
	    "channels: { log: { type: log } }\n"
	    "chains: { x: { steps: [ { notify: log } ], text: { body: t } } "
	    "}\n");

	ck_assert_int_eq(m->person_limit.count, 7);
	ck_assert_int_eq(m->person_limit.per_ms, 15 * MINUTE_MS);
	ck_assert_int_eq(m->people[0].limit.count, 3);
	ck_assert_int_eq(m->people[0].limit.per_ms, HOUR_MS);
	ck_assert_int_eq(m->people[0].sees, SEES_OWN);
	ck_assert_int_eq(m->people[1].sees, SEES_ALL);
	ck_assert_int_eq(m->people[2].sees, SEES_UNSAID);
	ck_assert_int_eq(m->people[2].limit.count, 0);
	ck_assert_int_eq(m->roles[0].sees, SEES_OWN);
	ck_assert_int_eq(m->roles[1].sees, SEES_UNSAID);
	ck_assert_uint_eq(m->nincidents, 2);
	ck_assert_int_eq(m->incidents[0].same, SAME_CUSTOMER);
	ck_assert_int_eq(m->incidents[0].count, 5);
	ck_assert_int_eq(m->incidents[0].within_ms, 10 * MINUTE_MS);
	ck_assert_int_eq(m->incidents[0].every_ms, MINUTE_MS);
	ck_assert_int_eq(m->incidents[1].same, SAME_CATEGORY);
	ck_assert_int_eq(m->incidents[1].count, 256);
	ck_assert_int_eq(m->incidents[1].within_ms, DAY_MS);
	ck_assert_int_eq(m->incidents[1].every_ms, SECOND_MS);
	ck_assert_str_eq(m->chains[0].text.body, "t");
	ck_assert_ptr_null(m->chains[0].text.title);
}
END_TEST

START_TEST(test_public)
{
	load("");
	ck_assert_ptr_null(conf.settings.public_url);
	ck_assert_int_eq(conf.settings.link_expires_ms, DAY_MS);
	load("daemon: { public_url: \"https://a.example.com//\", link_expires: "
	     "30d }\n");
	ck_assert_str_eq(conf.settings.public_url, "https://a.example.com");
	ck_assert_int_eq(conf.settings.link_expires_ms, 30 * DAY_MS);
	load("daemon: { public_url: https://a.example.com:8443/sla/ }\n");
	ck_assert_str_eq(
	    conf.settings.public_url, "https://a.example.com:8443/sla");
	load("daemon: { public_url: http://127.0.0.1:8080 }\n");
	ck_assert(strstr(messages.data, "this machine only") != NULL);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("conf_channels");
	TCase *tc = tcase_create("channels");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(
	    tc, test_kind, 0, (int)(sizeof kinds / sizeof kinds[0]));
	tcase_add_test(tc, test_keys);
	tcase_add_test(tc, test_budget);
	tcase_add_test(tc, test_ways);
	tcase_add_test(tc, test_words);
	tcase_add_test(tc, test_random_ways);
	tcase_add_test(tc, test_limits);
	tcase_add_test(tc, test_public);
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
