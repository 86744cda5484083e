/* test_via_teams.c - cards that a strict reader takes, and every answer.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/python.h"
#include "lib/views.h"
#include "wire/json_gate.h"
#include "wire/via.h"

#include <check.h>
#include <stdlib.h>

static struct arena arena;
static struct channel room = { .name = "teams",
	.type = CHANNEL_TEAMS,
	.url = "https://x.logic.azure.com/workflows/1?sig=s" };
static struct outgoing out;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_fini(&arena);
}

static const char *sent(struct letter *l)
{
	l->channel = l->base = &room;
	l->now = VIEW_NOW;
	out = (struct outgoing){ .url = NULL };
	ck_assert_ptr_null(via_of(CHANNEL_TEAMS)->build(l, &arena, &out));
	ck_assert_str_eq(out.url, room.url);
	ck_assert_uint_eq(out.len, strlen(out.body));
	ck_assert_uint_eq(out.nheaders, 1);
	return out.body;
}

static const char *sent_one(const struct notice_view *v)
{
	struct letter l = { .kind = LETTER_NOTICE, .views = &v, .nviews = 1 };

	return sent(&l);
}

static void has(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "no %s in %s", part, text);
}

static void has_not(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) == NULL, "%s in %s", part, text);
}

START_TEST(a_plain_notice)
{
	struct notice_view v = view_plain();
	const char *text = sent_one(&v);

	has(text, "\"summary\":\"P1 Escalation step 3 of 4 (lead): first reply "
		  "is 12m late - zendesk:4711 Cannot log in\"");
	has(text, "\"style\":\"attention\"");
	has(text, "\"text\":\"For <at>Mara Stein</at>\"");
	has(text, "\"mentioned\":{\"id\":\"mara@example.com\",\"name\":\"Mara "
		  "Stein\"}");
	has(text, "first reply, late by 12m");
	has(text, "Acme Corp, enterprise, value 50000");
	has(text, "Dana Ruiz by support, support");
	has(text, "first reply late by 12m, resolution due in 3h 48m");
	has(text, "Due {{DATE(2026-01-05T09:00:00Z,SHORT)}} "
		  "{{TIME(2026-01-05T09:00:00Z)}}");
	has(text, "slawatch notice 17, ");
	has(text, "\"title\":\"Open ticket\",\"url\":"
		  "\"https://desk.example.com/t/4711?a=1&b=2\"");
	has(text, "check SSO logs");
	has_not(text, "Acknowledge");
}
END_TEST

START_TEST(marked_and_in_their_words)
{
	struct notice_view v = view_plain();
	const char *text;

	v.mark = "TEST";
	v.title = "Payment is *down*";
	v.body = "first line\n\n<at>all</at> second";
	v.person_email = NULL;
	v.late = v.repeat = true;
	v.late_text = "this notice is late by 3m";
	text = sent_one(&v);
	has(text, "\"text\":\"TEST P1 Payment is *down*\"");
	has(text, "\"style\":\"emphasis\"");
	has(text, "\"text\":\"first line\"");
	has(text, "{\"type\":\"TextRun\",\"text\":\"<at>all</at> second\"}");
	has(text, "this notice is late by 3m");
	has(text, "; possible repeat");
	has(text, "\"text\":\"For: \"");
	has_not(text, "Escalation step");
	has_not(text, "check SSO logs");
	has_not(text, "entities");
	has(text, "Cannot log in");
}
END_TEST

START_TEST(styles)
{
	static const struct {
		enum notice_reason reason;
		const char *style;
	} rows[] = { { NOTICE_BREACH, "attention" },
		{ NOTICE_WARNING, "warning" }, { NOTICE_RESOLVED, "good" },
		{ NOTICE_HANDOFF, "emphasis" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct notice_view v = view_plain();
		char want[40];

		v.reason = rows[i].reason;
		snprintf(want, sizeof want, "\"style\":\"%s\"", rows[i].style);
		has(sent_one(&v), want);
		v.due_text = ""; /* it is over: when it was due is of no use */
		has_not(sent_one(&v), "Due {{");
	}
}
END_TEST

START_TEST(an_answer_by_link)
{
	struct notice_view v = view_plain();
	const struct notice_view *views[] = { &v };
	const char *urls[] = { "https://sla.example.com/m/ack/abc" };
	struct letter l = { .kind = LETTER_NOTICE,
		.views = views,
		.nviews = 1,
		.ack_urls = urls };

	has(sent(&l), "\"title\":\"Acknowledge\",\"url\":"
		      "\"https://sla.example.com/m/ack/abc\"");
	urls[0] = NULL;
	has_not(sent(&l), "Acknowledge");
}
END_TEST

/* Names cannot break out of the mention, nor mean anything to Markdown. */
START_TEST(hostile_name)
{
	struct notice_view v = view_plain();

	v.person = "</at><at>*Bob*\n[x](y)";
	has(sent_one(&v), "For <at>/atatBob xy</at>");
}
END_TEST

START_TEST(nothing_to_check)
{
	struct letter l = { .kind = LETTER_CHECK, .channel = &room };

	ck_assert_str_eq(via_of(CHANNEL_TEAMS)->build(&l, &arena, &out),
	    "teams has nothing to check");
}
END_TEST

/* --- several -------------------------------------------------------------- */

static struct notice_view many[100];
static const struct notice_view *all[100];

static void fill(size_t count, size_t keylen, struct rng *rng)
{
	for (size_t i = 0; i < count; i++) {
		char *key = arena_alloc(&arena, keylen + 30);

		many[i] =
		    rng != NULL ? view_hostile(rng, &arena) : view_plain();
		memset(key, 'k', keylen);
		snprintf(key + keylen, 30, "d:%zu#", i);
		many[i].ticket = key;
		all[i] = &many[i];
	}
}

START_TEST(digests)
{
	struct letter l = {
		.kind = LETTER_DIGEST, .views = all, .nviews = 100, .more = 7
	};
	const char *text;
	char key[30];

	fill(100, 0, NULL);
	text = sent(&l);
	has(text, "\"summary\":\"107 notices\"");
	for (size_t i = 0; i < 100; i++) {
		snprintf(key, sizeof key, "d:%zu#", i);
		has(text, key);
	}
	has(text, "Also d:");
	has(text, " and 7 more\"");
	has_not(text, "msteams\":{\"width\":\"Full\",");
	l.nviews = 2;
	l.more = 0;
	text = sent(&l);
	has(text, "2 notices");
	has_not(text, "Also");
	has_not(text, " more");
	has(text, "Cannot log in (Acme Corp)");
	has(text, "\"selectAction\":{\"type\":\"Action.OpenUrl\"");
}
END_TEST

START_TEST(incidents)
{
	struct letter l = { .kind = LETTER_INCIDENT,
		.views = all,
		.nviews = 3,
		.more = 37,
		.same = "category",
		.value = "login",
		.tickets = 40,
		.since = wall_at(INT64_C(1767603600999)) };
	const char *text;

	fill(3, 0, NULL);
	text = sent(&l);
	has(text, "\"summary\":\"Incident: 40 tickets, category login\"");
	has(text, "since {{DATE(2026-01-05T09:00:00Z,SHORT)}}");
	has(text, " and 37 more");
}
END_TEST

/* --- another program's opinion -------------------------------------------- */

static void add(struct textbuf *tb, const char *text)
{
	textbuf_add(tb, text);
	textbuf_addc(tb, '\n');
	ck_assert_uint_le(out.len, 20000);
}

START_TEST(the_validator_takes_them)
{
	struct rng rng = rng_seeded("test_via_teams");
	struct notice_view v = view_bare();
	struct textbuf tb;
	int status;
	char *said;

	textbuf_init(&tb);
	add(&tb, sent_one(&v));
	for (int i = 0; i < 300; i++) {
		arena_reset(&arena);
		v = view_hostile(&rng, &arena);
		if (rng_one_in(&rng, 3))
			v.title = hostile_word(&rng, &arena);
		if (rng_one_in(&rng, 3))
			v.body = hostile_word(&rng, &arena);
		add(&tb, sent_one(&v));
	}
	for (int i = 0; i < 20; i++) {
		struct letter l = { .kind = i % 2 == 0 ? LETTER_DIGEST
						       : LETTER_INCIDENT,
			.views = all,
			.same = "customer",
			.since = VIEW_NOW };

		arena_reset(&arena);
		l.nviews = 1 + (size_t)rng_below(&rng, 100);
		fill(l.nviews, (size_t)rng_below(&rng, 180),
		    rng_one_in(&rng, 2) ? &rng : NULL);
		l.value = hostile_word(&rng, &arena);
		add(&tb, sent(&l));
	}
	if (python_present("the_validator_takes_them")) {
		said = python_run(python_source("tests/lib/adaptive_card.py"),
		    "--lines", tb.data, tb.len, &status);
		ck_assert_msg(status == 0, "exit %d: %.2000s", status, said);
		free(said);
	}
	textbuf_fini(&tb);
}
END_TEST

#define MESSAGE(card)                                                          \
	"{\"type\":\"message\",\"attachments\":[{\"contentType\":"             \
	"\"application/vnd.microsoft.card.adaptive\",\"content\":" card "}]}"
#define CARD(body) "{\"type\":\"AdaptiveCard\",\"version\":\"1.4\"," body "}"

START_TEST(the_validator_bites)
{
	static const char *const bad[] = {
		"",
		"{}",
		"{\"type\":\"message\",\"attachments\":[]}",
		MESSAGE("{}"),
		MESSAGE(CARD("\"body\":[]")),
		MESSAGE(CARD("\"body\":[{\"type\":\"Text\"}]")),
		MESSAGE(CARD("\"body\":[{\"type\":\"TextBlock\",\"text\":"
			     "\"*a*\"}]")),
		MESSAGE(CARD("\"body\":[{\"type\":\"TextBlock\",\"text\":"
			     "\"{{DATE(2026-01-05T09:00:00.5Z,SHORT)}}\"}]")),
		MESSAGE(CARD("\"body\":[{\"type\":\"TextBlock\",\"text\":"
			     "\"<at>a</at>\"}]")),
		MESSAGE(CARD("\"body\":[{\"type\":\"RichTextBlock\","
			     "\"inlines\":[]}]")),
		MESSAGE(CARD("\"body\":[{\"type\":\"TextBlock\",\"text\":"
			     "\"a\"}],\"actions\":[{\"type\":"
			     "\"Action.OpenUrl\",\"title\":\"x\",\"url\":"
			     "\"javascript:1\"}]")),
		MESSAGE("{\"type\":\"AdaptiveCard\",\"version\":\"1.6\","
			"\"body\":[{\"type\":\"TextBlock\",\"text\":\"a\"}]}"),
	};
	int status;

	if (!python_present("the_validator_bites"))
		return;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char *said =
		    python_run(python_source("tests/lib/adaptive_card.py"),
			NULL, bad[i], strlen(bad[i]), &status);

		ck_assert_msg(status == 1, "exit %d for %s", status, bad[i]);
		ck_assert_str_ne(said, "");
		free(said);
	}
}
END_TEST

/* --- answers -------------------------------------------------------------- */

static struct retry judged(int status, const char *body)
{
	const struct via *via = via_of(CHANNEL_TEAMS);
	struct answer got = { .transport = TRANSPORT_HTTP,
		.status = status,
		.body = body,
		.len = strlen(body) };
	struct reading reading = { .word = "", .ref = "" };
	struct attempt a = { .transport = TRANSPORT_HTTP,
		.code = status,
		.retry_after_ms = -1,
		.own = &via->answers };

	via->read(&out, &got, &arena, &reading);
	a.word = reading.word;
	return retry_judge(&a);
}

#define OLD(code)                                                              \
	"Webhook message delivery failed with error: Microsoft Teams "         \
	"endpoint returned HTTP error " code " with ContextId tcid=0"
#define NEW(code) "{\"error\":{\"code\":\"" code "\",\"message\":\"...\"}}"

START_TEST(answers)
{
	static const struct {
		int status;
		const char *body;
		enum meaning meaning;
		enum blame blame;
	} rows[] = {
		{ 200, "1", MEANS_OK, BLAME_NOBODY },
		{ 202, "", MEANS_OK, BLAME_NOBODY },
		{ 200, OLD("429"), MEANS_WAIT, BLAME_NOBODY },
		{ 200, OLD("413"), MEANS_NEXT, BLAME_MESSAGE },
		{ 200, OLD("400"), MEANS_NEXT, BLAME_ROOM },
		{ 200, OLD("403"), MEANS_ALARM, BLAME_CHANNEL },
		{ 200, OLD("404"), MEANS_ALARM, BLAME_ROOM },
		{ 200, OLD("410"), MEANS_ALARM, BLAME_ROOM },
		{ 200, OLD("503"), MEANS_RETRY, BLAME_ENDPOINT },
		{ 200,
		    "Webhook message delivery failed with error: Error "
		    "contacting Microsoft Teams endpoint",
		    MEANS_RETRY, BLAME_ENDPOINT },
		{ 400, "Bad payload received by generic incoming webhook.",
		    MEANS_NEXT, BLAME_MESSAGE },
		{ 400, "Summary or Text is required.", MEANS_NEXT,
		    BLAME_MESSAGE },
		{ 404, "Invalid webhook URL", MEANS_ALARM, BLAME_CHANNEL },
		{ 400, NEW("WorkflowTriggerIsNotEnabled"), MEANS_ALARM,
		    BLAME_CHANNEL },
		{ 404, NEW("WorkflowNotFound"), MEANS_ALARM, BLAME_CHANNEL },
		{ 401, NEW("DirectApiAuthorizationRequired"), MEANS_ALARM,
		    BLAME_CHANNEL },
		{ 400, NEW("TriggerInputSchemaMismatch"), MEANS_ALARM,
		    BLAME_CHANNEL },
		{ 400, NEW("InvalidRequestContent"), MEANS_NEXT,
		    BLAME_MESSAGE },
		{ 400, NEW("Unheard"), MEANS_NEXT, BLAME_MESSAGE },
		{ 412, "", MEANS_RETRY, BLAME_ENDPOINT },
		{ 413, "", MEANS_NEXT, BLAME_MESSAGE },
		{ 429, "", MEANS_WAIT, BLAME_NOBODY },
		{ 500, "{\"error\":1}", MEANS_RETRY, BLAME_ENDPOINT },
		{ 502, "<html>", MEANS_RETRY, BLAME_ENDPOINT },
		{ 504, "", MEANS_RETRY, BLAME_ENDPOINT },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct retry r = judged(rows[i].status, rows[i].body);

		ck_assert_msg(
		    r.meaning == rows[i].meaning && r.blame == rows[i].blame,
		    "%d %s: %s", rows[i].status, rows[i].body,
		    meaning_name(r.meaning));
		ck_assert_str_ne(r.why, "");
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("via_teams");
	TCase *tc = tcase_create("via_teams");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_plain_notice);
	tcase_add_test(tc, marked_and_in_their_words);
	tcase_add_test(tc, styles);
	tcase_add_test(tc, an_answer_by_link);
	tcase_add_test(tc, hostile_name);
	tcase_add_test(tc, nothing_to_check);
	tcase_add_test(tc, digests);
	tcase_add_test(tc, incidents);
	tcase_add_test(tc, the_validator_takes_them);
	tcase_add_test(tc, the_validator_bites);
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
