/* test_via_pagerduty.c - events within PagerDuty's limits, and every answer.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/views.h"
#include "wire/json_gate.h"
#include "wire/via.h"

#include <check.h>
#include <stdlib.h>

static struct arena arena;
static struct outgoing out;
static cJSON *tree;
static struct severity severities[] = { { .name = "P1" }, { .name = "P2" },
	{ .name = "P3" } };
static struct matrix m = { .severities = severities, .nseverities = 3 };
static struct channel channel = { .name = "pager",
	.type = CHANNEL_PAGERDUTY,
	.url = "https://events.pagerduty.com/",
	.token = "0123456789abcdef0123456789abcdef" };

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	cJSON_Delete(tree);
	tree = NULL;
	arena_fini(&arena);
}

static const char *why_not(struct letter *l)
{
	l->m = &m;
	l->channel = l->base = &channel;
	out = (struct outgoing){ .url = NULL };
	return via_of(CHANNEL_PAGERDUTY)->build(l, &arena, &out);
}

static cJSON *sent_as(const struct notice_view *v, enum letter_kind kind)
{
	struct letter l = { .kind = kind,
		.views = &v,
		.nviews = 1,
		.public_url = "https://sla.example.com" };
	struct errtext err;

	ck_assert_ptr_null(why_not(&l));
	ck_assert_str_eq(out.url, "https://events.pagerduty.com/v2/enqueue");
	cJSON_Delete(tree);
	tree = json_gate_parse(out.body, out.len, &err);
	ck_assert_msg(tree != NULL, "%s: %s", err.text, out.body);
	return tree;
}

static cJSON *sent(const struct notice_view *v)
{
	return sent_as(v, LETTER_NOTICE);
}

static const char *text(const cJSON *v, const char *name)
{
	const cJSON *got = cJSON_GetObjectItemCaseSensitive(v, name);

	ck_assert_msg(cJSON_IsString(got), "no %s in %s", name, out.body);
	return got->valuestring;
}

static const cJSON *in(const cJSON *v, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(v, name);
}

START_TEST(a_trigger)
{
	struct notice_view v = view_plain();
	const cJSON *payload = in(sent(&v), "payload");
	const cJSON *details = in(payload, "custom_details");

	ck_assert_str_eq(text(tree, "routing_key"), channel.token);
	ck_assert_str_eq(text(tree, "event_action"), "trigger");
	ck_assert_str_eq(text(tree, "dedup_key"), "slawatch:zendesk:4711");
	ck_assert_str_eq(text(tree, "client"), "slawatch");
	ck_assert_str_eq(text(tree, "client_url"), "https://sla.example.com");
	ck_assert_str_eq(text(payload, "summary"),
	    "P1 Escalation step 3 of 4 (lead): first reply is 12m late - "
	    "zendesk:4711 Cannot log in (Acme Corp)");
	ck_assert_str_eq(text(payload, "source"), "zendesk");
	ck_assert_str_eq(text(payload, "severity"), "critical");
	ck_assert_str_eq(text(payload, "timestamp"), "2026-01-05T09:12:00Z");
	ck_assert_str_eq(text(payload, "component"), "frontline");
	ck_assert_str_eq(text(payload, "group"), "Acme Corp");
	ck_assert_str_eq(text(payload, "class"), "chain");
	ck_assert_str_eq(text(details, "next step"), "check SSO logs");
	ck_assert_str_eq(text(details, "told before"),
	    "Dana Ruiz by support, support by "
	    "support");
	ck_assert_str_eq(text(details, "due"), "2026-01-05T09:00:00Z");
	ck_assert_str_eq(
	    text(cJSON_GetArrayItem(in(tree, "links"), 0), "href"), v.url);
}
END_TEST

START_TEST(in_their_words)
{
	struct notice_view v = view_plain();
	const cJSON *payload;

	v.title = "Payment is down";
	v.body = "first\nsecond";
	v.mark = "TEST";
	v.url = "javascript:1";
	payload = in(sent(&v), "payload");
	ck_assert_str_eq(text(payload, "summary"),
	    "TEST P1 Payment is down - zendesk:4711 Cannot log in (Acme "
	    "Corp)");
	ck_assert_str_eq(
	    text(in(payload, "custom_details"), "text"), "first\nsecond");
	ck_assert_ptr_null(in(in(payload, "custom_details"), "next step"));
	ck_assert_ptr_null(in(tree, "links"));
}
END_TEST

START_TEST(actions)
{
	static const struct {
		enum notice_reason reason;
		enum face face;
		const char *acked_by;
		const char *action;
	} rows[] = {
		{ NOTICE_BREACH, FACE_BREACHED, "", "trigger" },
		{ NOTICE_REMINDER, FACE_ACKED, "Dana", "trigger" },
		{ NOTICE_RESOLVED, FACE_BREACHED, "", "resolve" },
		{ NOTICE_RESOLVED, FACE_OVER, "Dana", "resolve" },
		{ NOTICE_UPDATE, FACE_ACKED, "Dana", "acknowledge" },
		{ NOTICE_UPDATE, FACE_BREACHED, "", "trigger" },
		{ NOTICE_UPDATE, FACE_BREACHED, NULL, "trigger" },
		{ NOTICE_UPDATE, FACE_OVER, "Dana", "resolve" },
		{ NOTICE_UPDATE, FACE_OPEN, "", "resolve" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct notice_view v = view_plain();
		bool triggers = strcmp(rows[i].action, "trigger") == 0;

		v.reason = rows[i].reason;
		v.face = rows[i].face;
		v.acked_by = rows[i].acked_by;
		ck_assert_str_eq(
		    text(sent(&v), "event_action"), rows[i].action);
		ck_assert_str_eq(
		    text(tree, "dedup_key"), "slawatch:zendesk:4711");
		ck_assert((in(tree, "payload") != NULL) == triggers);
	}
}
END_TEST

START_TEST(severity)
{
	static const struct {
		const char *ours;
		enum notice_reason reason;
		const char *theirs;
	} rows[] = {
		{ "P1", NOTICE_BREACH, "critical" },
		{ "P2", NOTICE_BREACH, "error" },
		{ "P3", NOTICE_EXHAUSTED, "warning" },
		{ "", NOTICE_BREACH, "error" },
		{ "gone", NOTICE_CHAIN, "error" },
		{ "P1", NOTICE_WARNING, "error" },
		{ "P2", NOTICE_REMINDER, "warning" },
		{ "P3", NOTICE_WARNING, "warning" },
		{ "P1", NOTICE_HANDOFF, "info" },
		{ "P1", NOTICE_MATRIX, "info" },
		{ "P1", NOTICE_ASSIGNMENT, "info" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct notice_view v = view_plain();

		v.severity = rows[i].ours;
		v.reason = rows[i].reason;
		ck_assert_str_eq(
		    text(in(sent(&v), "payload"), "severity"), rows[i].theirs);
	}
}
END_TEST

START_TEST(a_test_is_nobody_s_ticket)
{
	struct notice_view v = view_bare();

	v.mark = "TEST";
	sent_as(&v, LETTER_TEST);
	ck_assert_str_eq(text(tree, "dedup_key"), "slawatch-test:pager");
	ck_assert_str_eq(text(in(tree, "payload"), "severity"), "info");
}
END_TEST

START_TEST(with_its_path)
{
	struct notice_view v = view_plain();
	const char *usual = channel.url;

	channel.url = "https://events.pagerduty.com/v2/enqueue";
	sent(&v);
	channel.url = "https://events.pagerduty.com";
	sent(&v);
	channel.url = usual;
}
END_TEST

START_TEST(what_it_cannot)
{
	struct notice_view v = view_plain();
	const struct notice_view *views[] = { &v, &v };
	struct letter l = { .kind = LETTER_CHECK };

	ck_assert_str_eq(why_not(&l), "pager has nothing to check");
	l = (struct letter){
		.kind = LETTER_DIGEST, .views = views, .nviews = 2
	};
	ck_assert_str_eq(why_not(&l), "pager takes one ticket a time");
}
END_TEST

/* PagerDuty's limits: 1024 and 255 characters, 512 KB, a source. */
START_TEST(limits)
{
	struct rng rng = rng_seeded("test_via_pagerduty");

	for (int i = 0; i < 300; i++) {
		struct notice_view v = view_hostile(&rng, &arena);
		const cJSON *payload;

		v.reason = NOTICE_BREACH;
		if (rng_one_in(&rng, 3))
			v.title = hostile_word(&rng, &arena);
		if (rng_one_in(&rng, 3))
			v.body = hostile_word(&rng, &arena);
		payload = in(sent(&v), "payload");
		ck_assert_uint_le(strlen(text(payload, "summary")), 1024);
		ck_assert_uint_le(strlen(text(tree, "dedup_key")), 255);
		ck_assert_str_ne(text(payload, "source"), "");
		ck_assert_uint_le(out.len, 128 * 1024);
		arena_reset(&arena);
	}
}
END_TEST

START_TEST(all_of_it_long)
{
	struct notice_view v = view_plain();
	const char **texts[] = { &v.mark, &v.severity, &v.title, &v.subject,
		&v.customer, &v.ticket };
	char *long_text = arena_alloc(&arena, 2001);

	for (size_t i = 0; i < 2000; i += 2)
		memcpy(long_text + i, "\xc3\xa4", 2);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = long_text;
	sent(&v);
	ck_assert_uint_ge(strlen(text(in(tree, "payload"), "summary")), 1023);
	ck_assert_uint_le(strlen(text(in(tree, "payload"), "summary")), 1024);
	ck_assert_uint_ge(strlen(text(tree, "dedup_key")), 254);
	ck_assert_uint_le(strlen(text(tree, "dedup_key")), 255);
}
END_TEST

/* --- answers -------------------------------------------------------------- */

#define INVALID(error)                                                         \
	"{\"status\":\"invalid event\",\"message\":\"Event object is "         \
	"invalid\",\"errors\":[" error "]}"

START_TEST(answers)
{
	static const struct {
		int status;
		const char *body;
		enum meaning meaning;
		enum blame blame;
	} rows[] = {
		{ 202,
		    "{\"status\":\"success\",\"message\":\"Event "
		    "processed\",\"dedup_key\":\"k\"}",
		    MEANS_OK, BLAME_NOBODY },
		{ 400,
		    INVALID("\"Length of 'routing_key' is incorrect (should "
			    "be 32 characters)\""),
		    MEANS_ALARM, BLAME_CHANNEL },
		{ 400,
		    INVALID("1,\"x\",\"'routing_key' cannot contain "
			    "non-alphanumeric characters.\""),
		    MEANS_ALARM, BLAME_CHANNEL },
		{ 400, INVALID("\"Invalid routing key\""), MEANS_ALARM,
		    BLAME_CHANNEL },
		{ 400, "{\"status\":\"x\",\"message\":\"Invalid routing key\"}",
		    MEANS_ALARM, BLAME_CHANNEL },
		{ 400, INVALID("\"'payload.source' is missing\""), MEANS_NEXT,
		    BLAME_MESSAGE },
		{ 400,
		    "{\"status\":\"Unrecognized object\",\"message\":\"Event "
		    "object format is unrecognized\",\"errors\":[\"JSON parse "
		    "error\"]}",
		    MEANS_NEXT, BLAME_MESSAGE },
		{ 400, "rubbish", MEANS_NEXT, BLAME_MESSAGE },
		{ 400, "[]", MEANS_NEXT, BLAME_MESSAGE },
		{ 404, "", MEANS_ALARM, BLAME_CHANNEL },
		{ 413, "", MEANS_NEXT, BLAME_MESSAGE },
		{ 429, "", MEANS_WAIT, BLAME_NOBODY },
		{ 500, "{\"status\":\"server error\"}", MEANS_RETRY,
		    BLAME_ENDPOINT },
		{ 502, "", MEANS_RETRY, BLAME_ENDPOINT },
		{ 503, "", MEANS_RETRY, BLAME_ENDPOINT },
	};
	const struct via *via = via_of(CHANNEL_PAGERDUTY);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct answer got = { .transport = TRANSPORT_HTTP,
			.status = rows[i].status,
			.body = rows[i].body,
			.len = strlen(rows[i].body) };
		struct reading reading = { .word = "", .ref = "" };
		struct attempt a = { .transport = TRANSPORT_HTTP,
			.code = rows[i].status,
			.retry_after_ms = -1,
			.own = &via->answers };
		struct retry r;

		via->read(&out, &got, &arena, &reading);
		a.word = reading.word;
		r = retry_judge(&a);
		ck_assert_msg(
		    r.meaning == rows[i].meaning && r.blame == rows[i].blame,
		    "%d %s: %s", rows[i].status, rows[i].body,
		    meaning_name(r.meaning));
		ck_assert_str_eq(reading.ref, i == 0 ? "k" : "");
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("via_pagerduty");
	TCase *tc = tcase_create("via_pagerduty");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_trigger);
	tcase_add_test(tc, in_their_words);
	tcase_add_test(tc, actions);
	tcase_add_test(tc, severity);
	tcase_add_test(tc, a_test_is_nobody_s_ticket);
	tcase_add_test(tc, with_its_path);
	tcase_add_test(tc, what_it_cannot);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, all_of_it_long);
	tcase_add_test(tc, answers);
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
