/* test_via_slack.c - what is asked of Slack.
 *
 * Whether a request is one that Slack takes is judged by
 * tests/lib/block_kit.py; what answers mean, by test_slack_answers.c.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/python.h"
#include "lib/views.h"
#include "wire/via.h"

#include <cjson/cJSON.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* --- a small world -------------------------------------------------------- */

static struct arena arena = ARENA_INIT;
static struct channel channels[3];
static struct person dana, eli, nobody, group;
static const char *known[8][2]; /* what was learned */
static size_t nknown;

static const char *recall(void *user, const char *name)
{
	(void)user;
	for (size_t i = 0; i < nknown; i++)
		if (strcmp(known[i][0], name) == 0)
			return known[i][1];
	return NULL;
}

static void learn(const char *name, const char *value)
{
	ck_assert_uint_lt(nknown, COUNT(known));
	known[nknown][0] = name;
	known[nknown++][1] = value;
}

static void setup(void)
{
	static const char *const names[] = { "support", "support.dm",
		"support.mention" };

	nknown = 0;
	for (int i = 0; i < 3; i++)
		channels[i] = (struct channel){ .name = names[i],
			.type = CHANNEL_SLACK,
			.way = (enum channel_way)i,
			.url = "https://slack.example/api/",
			.token = "xoxb-1",
			.signing_secret = "s",
			.room = "C0SUPPORT" };
	dana = (struct person){ .name = "dana",
		.title = "Dana Ruiz",
		.slack = "U01DANA",
		.email = "dana@example.com" };
	eli = (struct person){ .name = "eli",
		.title = "Eli Park",
		.email = "eli+sla@ex\xc3\xa4mple.com" };
	nobody = (struct person){ .name = "nobody", .title = "Nobody" };
	group = (struct person){ .name = "crew", .slack = "S01CREW" };
}

static void teardown(void)
{
	arena_fini(&arena);
	arena_init(&arena);
}

static struct letter letter_to(
    enum letter_kind kind, enum channel_way way, const struct person *person)
{
	return (struct letter){ .kind = kind,
		.channel = &channels[way],
		.base = &channels[0],
		.person = person,
		.same = "",
		.value = "",
		.thread = "",
		.thread_room = "",
		.idempotency_key = "k",
		.recall = recall,
		.now = VIEW_NOW };
}

static struct letter notice_to(enum channel_way way,
    const struct person *person, const struct notice_view *v)
{
	static const struct notice_view *one;
	struct letter l = letter_to(LETTER_NOTICE, way, person);

	one = v;
	l.views = &one;
	l.nviews = 1;
	return l;
}

static const char *build(const struct letter *l, struct outgoing *out)
{
	*out = (struct outgoing){ .to_log = false };
	return via_of(CHANNEL_SLACK)->build(l, &arena, out);
}

/* The request goes to that method, as JSON or as a form. */
static void asks(const struct outgoing *o, const char *method, bool json)
{
	char url[200];

	snprintf(url, sizeof url, "https://slack.example/api/%s", method);
	ck_assert_str_eq(o->url, url);
	ck_assert_uint_eq(o->nheaders, 2);
	ck_assert_str_eq(o->headers[0], "Authorization: Bearer xoxb-1");
	ck_assert_str_eq(o->headers[1],
	    json ? "Content-Type: application/json; charset=utf-8"
		 : "Content-Type: application/x-www-form-urlencoded");
	ck_assert_uint_eq(o->len, strlen(o->body));
}

static const char *member(const struct outgoing *o, const char *name)
{
	cJSON *v = cJSON_Parse(o->body);
	const cJSON *got = cJSON_GetObjectItemCaseSensitive(v, name);
	const char *text = NULL;

	ck_assert_msg(v != NULL, "%s", o->body);
	if (cJSON_IsString(got))
		text = arena_strdup(&arena, got->valuestring);
	else if (got != NULL)
		text = "(no text)";
	cJSON_Delete(v);
	return text;
}

static struct reading read_as(
    const struct outgoing *asked, int status, const char *body)
{
	struct answer got = { .transport = TRANSPORT_HTTP,
		.status = status,
		.body = body,
		.len = strlen(body) };
	struct reading said = { .word = "", .ref = "" };

	via_of(CHANNEL_SLACK)->read(asked, &got, &arena, &said);
	return said;
}

/* --- requests ------------------------------------------------------------- */

START_TEST(a_room_begins_a_thread)
{
	struct notice_view v = view_plain();
	struct letter l = notice_to(WAY_ROOM, &dana, &v);
	struct outgoing o;

	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "chat.postMessage", true);
	ck_assert_str_eq(member(&o, "channel"), "C0SUPPORT");
	ck_assert_ptr_null(member(&o, "thread_ts"));
	ck_assert_ptr_nonnull(member(&o, "attachments"));
	ck_assert_ptr_nonnull(strstr(o.body, "\"#c62828\""));
	ck_assert_ptr_nonnull(strstr(o.body, "<@U01DANA>"));
	ck_assert(o.threads);
	ck_assert_ptr_null(o.learns);
}
END_TEST

START_TEST(later_ones_reply)
{
	struct notice_view v = view_plain();
	struct letter l = notice_to(WAY_ROOM, NULL, &v);
	struct outgoing o;

	l.thread = "17.000100";
	l.thread_room = "C0SUPPORT";
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_str_eq(member(&o, "thread_ts"), "17.000100");
	ck_assert_ptr_nonnull(member(&o, "reply_broadcast"));
	ck_assert(!o.threads);
	v.reason = NOTICE_UPDATE;
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_ptr_null(member(&o, "reply_broadcast"));
	v.reason = NOTICE_CHAIN;
	l = notice_to(WAY_MENTION, &dana, &v);
	l.thread = "17.000100";
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_str_eq(member(&o, "thread_ts"), "17.000100");
	ck_assert_ptr_null(member(&o, "reply_broadcast"));
	l = notice_to(WAY_DM, &dana, &v);
	learn("dm U01DANA", "D01DANA");
	l.thread = "17.000100"; /* of the room: not here */
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_ptr_null(member(&o, "thread_ts"));
}
END_TEST

START_TEST(the_owner_gets_no_thread)
{
	struct notice_view v = view_plain();
	struct letter l = notice_to(WAY_ROOM, NULL, &v);
	struct outgoing o;

	v.reason = NOTICE_MATRIX;
	ck_assert_ptr_null(build(&l, &o));
	ck_assert(!o.threads);
	v = view_plain();
	v.mark = "TEST";
	ck_assert_ptr_null(build(&l, &o));
	ck_assert(!o.threads);
	ck_assert_ptr_nonnull(strstr(o.body, "TEST "));
	ck_assert_ptr_null(strstr(o.body, "\"ack\""));
}
END_TEST

/* Email to id, id to conversation, conversation to message. */
START_TEST(a_direct_message_asks_twice)
{
	struct notice_view v = view_plain();
	struct letter l = notice_to(WAY_DM, &eli, &v);
	struct outgoing o;
	struct reading r;

	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "users.lookupByEmail", false);
	ck_assert_str_eq(o.body, "email=eli%2Bsla%40ex%C3%A4mple.com");
	ck_assert_str_eq(o.learns, "user eli+sla@ex\xc3\xa4mple.com");
	r = read_as(&o, 200, "{\"ok\":true,\"user\":{\"id\":\"U01ELI\"}}");
	ck_assert_str_eq(r.value, "U01ELI");
	learn(o.learns, r.value);
	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "conversations.open", true);
	ck_assert_str_eq(o.body, "{\"users\":\"U01ELI\"}");
	ck_assert_str_eq(o.learns, "dm U01ELI");
	r = read_as(&o, 200, "{\"ok\":true,\"channel\":{\"id\":\"D01ELI\"}}");
	ck_assert_str_eq(r.value, "D01ELI");
	learn(o.learns, r.value);
	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "chat.postMessage", true);
	ck_assert_str_eq(member(&o, "channel"), "D01ELI");
	ck_assert_ptr_null(strstr(o.body, "<@"));
	ck_assert_ptr_null(o.learns);
	ck_assert(!o.threads);
	/* An answer without what was asked for teaches nothing. */
	o.learns = "dm U01ELI";
	ck_assert_ptr_null(read_as(&o, 200, "{\"ok\":true}").value);
	/* Their account may be deactivated. */
	o.learns = "user x";
	r = read_as(&o, 200,
	    "{\"ok\":true,\"user\":{\"id\":\"U01ELI\",\"deleted\":true}}");
	ck_assert_ptr_null(r.value);
	ck_assert_str_eq(r.word, "user_disabled");
}
END_TEST

START_TEST(a_mention_asks_once)
{
	struct notice_view v = view_plain();
	struct letter l = notice_to(WAY_MENTION, &eli, &v);
	struct outgoing o;

	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "users.lookupByEmail", false);
	learn(o.learns, "U01ELI");
	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "chat.postMessage", true);
	ck_assert_ptr_nonnull(strstr(o.body, "<@U01ELI>"));
	/* In passing nobody is asked for. */
	nknown = 0;
	l = notice_to(WAY_ROOM, &eli, &v);
	v.person_slack = NULL;
	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "chat.postMessage", true);
	ck_assert_ptr_null(strstr(o.body, "<@"));
	l = notice_to(WAY_MENTION, &group, &v);
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_ptr_nonnull(strstr(o.body, "<!subteam^S01CREW>"));
	/* A whole team has nobody in particular. */
	v.person = "";
	v.group = "S01FRONT";
	l = notice_to(WAY_MENTION, NULL, &v);
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_ptr_nonnull(strstr(o.body, "<!subteam^S01FRONT>"));
	l.kind = LETTER_DIGEST;
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_ptr_nonnull(strstr(o.body, "<!subteam^S01FRONT>"));
}
END_TEST

START_TEST(whom_slack_cannot_reach)
{
	struct notice_view v = view_plain();
	const struct letter letters[] = { notice_to(WAY_DM, NULL, &v),
		notice_to(WAY_DM, &nobody, &v), notice_to(WAY_DM, &group, &v),
		notice_to(WAY_MENTION, NULL, &v),
		notice_to(WAY_MENTION, &nobody, &v),
		letter_to(LETTER_CHECK, WAY_DM, &nobody),
		letter_to(LETTER_CHECK, WAY_MENTION, &nobody) };
	struct outgoing o;

	for (size_t i = 0; i < COUNT(letters); i++)
		ck_assert_msg(build(&letters[i], &o) != NULL, "letter %zu", i);
}
END_TEST

START_TEST(an_edit)
{
	struct notice_view v = view_plain();
	struct letter l = notice_to(WAY_ROOM, NULL, &v);
	struct outgoing o;

	l.kind = LETTER_EDIT;
	l.thread = "17.000100";
	l.thread_room = "C0OLD";
	v.face = FACE_ACKED;
	v.face_title = v.headline = "Acknowledged by Dana Ruiz";
	v.acked_by = "Dana Ruiz";
	v.notice_id = 0;
	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "chat.update", true);
	ck_assert_str_eq(member(&o, "channel"), "C0OLD");
	ck_assert_str_eq(member(&o, "ts"), "17.000100");
	ck_assert_ptr_nonnull(strstr(o.body, "Acknowledged by Dana Ruiz"));
	ck_assert_ptr_nonnull(strstr(o.body, "#1565c0"));
	ck_assert_ptr_null(strstr(o.body, "<@"));
	ck_assert_ptr_null(strstr(o.body, "\"ack\""));
	ck_assert_ptr_nonnull(strstr(o.body, "\"claim\""));
	/* It is read for hours: nothing that grows old. */
	ck_assert_ptr_null(strstr(o.body, "late by"));
	ck_assert_ptr_null(strstr(o.body, "due in"));
}
END_TEST

START_TEST(buttons_need_a_secret)
{
	struct notice_view v = view_plain();
	struct letter l = notice_to(WAY_ROOM, NULL, &v);
	struct outgoing o;

	channels[0].signing_secret = NULL;
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_ptr_null(strstr(o.body, "\"ack\""));
	ck_assert_ptr_nonnull(strstr(o.body, "\"open_ticket\""));
	v.url = NULL;
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_ptr_null(strstr(o.body, "\"actions\""));
}
END_TEST

START_TEST(buttons_follow_the_face)
{
	static const struct {
		enum face face;
		enum notice_reason reason;
		bool ack, claim;
	} all[] = { { FACE_BREACHED, NOTICE_CHAIN, true, true },
		{ FACE_WARNED, NOTICE_WARNING, true, true },
		{ FACE_OPEN, NOTICE_ASSIGNMENT, true, true },
		{ FACE_ACKED, NOTICE_REMINDER, false, true },
		{ FACE_OVER, NOTICE_CHAIN, false, false },
		{ FACE_OPEN, NOTICE_RESOLVED, false, false },
		{ FACE_OPEN, NOTICE_MATRIX, false, false } };
	struct notice_view v = view_plain();
	struct letter l = notice_to(WAY_ROOM, NULL, &v);
	struct outgoing o;

	for (size_t i = 0; i < COUNT(all); i++) {
		v.face = all[i].face;
		v.reason = all[i].reason;
		ck_assert_ptr_null(build(&l, &o));
		ck_assert_int_eq(strstr(o.body, "\"ack\"") != NULL, all[i].ack);
		ck_assert_int_eq(
		    strstr(o.body, "\"claim\"") != NULL, all[i].claim);
		ck_assert_ptr_nonnull(strstr(o.body, "\"open_ticket\""));
	}
	/* What somebody did is news, and asks for nothing. */
	v.face = FACE_ACKED;
	v.reason = NOTICE_UPDATE;
	l.thread = "17.000100";
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_ptr_null(strstr(o.body, "\"actions\""));
}
END_TEST

static size_t count_of(const char *text, const char *word)
{
	size_t count = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		count++;
	return count;
}

/* A block_id stands once in a message. */
START_TEST(one_button_a_ticket)
{
	struct notice_view v = view_plain();
	struct notice_view other = view_plain();
	const struct notice_view *views[] = { &v, &other, &v };
	struct letter l = letter_to(LETTER_DIGEST, WAY_ROOM, NULL);
	struct outgoing o;

	l.views = views;
	l.nviews = 3;
	other.ticket = "zendesk:1";
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_uint_eq(count_of(o.body, "\"ack\""), 2);
	ck_assert_uint_eq(count_of(o.body, "\"t:zendesk:4711\""), 1);
	/* Those with a button have room for whose ticket it is. */
	ck_assert_uint_eq(count_of(o.body, " - Acme"), v.customer[0] ? 2 : 0);
	other.ticket = v.ticket;
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_uint_eq(count_of(o.body, "\"ack\""), 1);
	v.face = other.face = FACE_OVER;
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_uint_eq(count_of(o.body, "\"ack\""), 0);
}
END_TEST

/* --- checks --------------------------------------------------------------- */

START_TEST(is_the_room_there)
{
	struct letter l = letter_to(LETTER_CHECK, WAY_ROOM, NULL);
	struct outgoing o;

	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "conversations.info", false);
	ck_assert_str_eq(o.body, "channel=C0SUPPORT");
	ck_assert_str_eq(
	    read_as(&o, 200, "{\"ok\":true,\"channel\":{\"is_member\":true}}")
		.word,
	    "ok");
	ck_assert_str_eq(
	    read_as(&o, 200, "{\"ok\":true,\"channel\":{\"is_member\":false}}")
		.word,
	    "not_in_channel");
	ck_assert_str_eq(
	    read_as(&o, 200, "{\"ok\":true,\"channel\":{\"is_archived\":true}}")
		.word,
	    "is_archived");
}
END_TEST

START_TEST(is_somebody_there)
{
	struct letter l = letter_to(LETTER_CHECK, WAY_DM, &dana);
	struct outgoing o;

	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "users.info", false);
	ck_assert_str_eq(o.body, "user=U01DANA");
	ck_assert_str_eq(
	    read_as(&o, 200, "{\"ok\":true,\"user\":{\"deleted\":true}}").word,
	    "user_disabled");
	ck_assert_str_eq(
	    read_as(&o, 200, "{\"ok\":true,\"user\":{\"deleted\":false}}").word,
	    "ok");
}
END_TEST

/* Page after page, then the person; or out. */
START_TEST(is_somebody_in_the_room)
{
	struct letter l = letter_to(LETTER_CHECK, WAY_MENTION, &dana);
	struct outgoing o;
	struct reading r;

	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "conversations.members", false);
	ck_assert_str_eq(o.body, "channel=C0SUPPORT&limit=1000");
	ck_assert_str_eq(o.learns, "~member U01DANA");
	r = read_as(&o, 200,
	    "{\"ok\":true,\"members\":[\"U01ELI\"],\"response_metadata\":"
	    "{\"next_cursor\":\"dXNl=\"}}");
	learn(o.learns, r.value);
	ck_assert_ptr_null(build(&l, &o));
	ck_assert_str_eq(o.body, "channel=C0SUPPORT&limit=1000&cursor=dXNl%3D");
	r = read_as(&o, 200,
	    "{\"ok\":true,\"members\":[\"U01MARA\"],\"response_metadata\":"
	    "{\"next_cursor\":\"\"}}");
	ck_assert_str_eq(r.value, "out");
	known[0][1] = r.value;
	ck_assert_ptr_nonnull(strstr(build(&l, &o), "invite them"));
	r = read_as(&o, 200, "{\"ok\":true,\"members\":[]}");
	known[0][1] = "in";
	ck_assert_ptr_null(build(&l, &o));
	asks(&o, "users.info", false);
}
END_TEST

/* --- would Slack take it? ------------------------------------------------- */

static void add_body(struct textbuf *all, const struct letter *l)
{
	struct outgoing o;
	const char *why = build(l, &o);

	ck_assert_msg(why == NULL, "%s", why);
	ck_assert_str_eq(o.url + strlen("https://slack.example/api/"),
	    l->kind == LETTER_EDIT ? "chat.update" : "chat.postMessage");
	textbuf_add(all, o.body);
	textbuf_addc(all, '\n');
}

static void add_bundle(
    struct rng *rng, struct textbuf *all, size_t n, bool long_keys)
{
	const struct notice_view **views =
	    arena_alloc(&arena, n * sizeof *views);
	struct letter l =
	    letter_to(rng_one_in(rng, 2) ? LETTER_DIGEST : LETTER_INCIDENT,
		rng_one_in(rng, 2) ? WAY_ROOM : WAY_MENTION, NULL);
	struct outgoing o;

	for (size_t i = 0; i < n; i++) {
		struct notice_view *v = arena_alloc(&arena, sizeof *v);
		struct textbuf key;

		*v = view_hostile(rng, &arena);
		textbuf_init(&key);
		textbuf_add(&key, "zendesk:");
		for (int more = long_keys ? 180 : 0; more > 0; more--)
			textbuf_addc(&key, 'a');
		textbuf_addf(&key, "%zu", i);
		v->ticket = arena_strdup(&arena, key.data);
		textbuf_fini(&key);
		views[i] = v;
	}
	l.views = views;
	l.nviews = n;
	l.tickets = (int)n + 3;
	l.same = "category";
	l.value = hostile_word(rng, &arena);
	l.since = VIEW_NOW;
	l.more = (size_t)rng_below(rng, 3);
	add_body(all, &l);
	if (long_keys)
		return;
	ck_assert_ptr_null(build(&l, &o));
	for (size_t i = 0; i < n; i++) {
		const char *at = strstr(o.body, "\"blocks\"");
		const char *key = views[i]->ticket;

		while ((at = strstr(at, key)) != NULL &&
		       at[strlen(key)] >= '0' && at[strlen(key)] <= '9')
			at++;
		ck_assert_msg(at != NULL, "%s is not named", key);
	}
}

START_TEST(the_validator_takes_all_forms)
{
	enum { ROUNDS = 120 };
	static const size_t sizes[] = { 1, 2, 19, 20, 21, 50, 100 };
	struct rng rng = rng_seeded("test_via_slack");
	struct textbuf all;
	int status;
	char *said;

	textbuf_init(&all);
	learn("dm U01DANA", "D01DANA");
	for (int i = 0; i < ROUNDS; i++) {
		struct notice_view v = view_hostile(&rng, &arena);
		struct letter l =
		    notice_to((enum channel_way)(i % 3), &dana, &v);

		add_body(&all, &l);
		l.thread = "17.000100";
		l.thread_room = "C0SUPPORT";
		add_body(&all, &l);
		l.kind = LETTER_EDIT;
		add_body(&all, &l);
	}
	for (size_t i = 0; i < COUNT(sizes); i++) {
		add_bundle(&rng, &all, sizes[i], false);
		add_bundle(&rng, &all, sizes[i], true);
	}
	if (python_present("the_validator_takes_all_forms")) {
		said = python_run(python_source("tests/lib/block_kit.py"),
		    "--api", all.data, all.len, &status);
		ck_assert_msg(status == 0, "exit %d: %.3000s", status, said);
		free(said);
	}
	textbuf_fini(&all);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("via_slack");
	TCase *tc = tcase_create("via_slack");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_room_begins_a_thread);
	tcase_add_test(tc, later_ones_reply);
	tcase_add_test(tc, the_owner_gets_no_thread);
	tcase_add_test(tc, a_direct_message_asks_twice);
	tcase_add_test(tc, a_mention_asks_once);
	tcase_add_test(tc, whom_slack_cannot_reach);
	tcase_add_test(tc, an_edit);
	tcase_add_test(tc, buttons_need_a_secret);
	tcase_add_test(tc, buttons_follow_the_face);
	tcase_add_test(tc, one_button_a_ticket);
	tcase_add_test(tc, is_the_room_there);
	tcase_add_test(tc, is_somebody_there);
	tcase_add_test(tc, is_somebody_in_the_room);
	tcase_add_test(tc, the_validator_takes_all_forms);
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
