/* test_slack_message.c - does a strict reader of Block Kit take what we write?
 *
 * SPDX-License-Identifier: MIT */
#include "lib/python.h"
#include "lib/views.h"
#include "wire/json_gate.h"
#include "wire/slack_message.h"

#include <check.h>
#include <stdlib.h>

static cJSON *message(const struct notice_view *v)
{
	struct textbuf tb;
	struct errtext err;
	cJSON *tree;

	textbuf_init(&tb);
	slack_message(v, &tb);
	tree = json_gate_parse(tb.data, tb.len, &err);
	ck_assert_msg(tree != NULL, "%s: %s", err.text, tb.data);
	textbuf_fini(&tb);
	return tree;
}

static const cJSON *get(const cJSON *v, const char *name)
{
	const cJSON *got = cJSON_GetObjectItemCaseSensitive(v, name);

	ck_assert_msg(got != NULL, "no %s", name);
	return got;
}

/* The first block of that type, or NULL. */
static const cJSON *block(const cJSON *tree, const char *type)
{
	const cJSON *b;

	cJSON_ArrayForEach(b, get(tree, "blocks"))
	{
		if (strcmp(get(b, "type")->valuestring, type) == 0)
			return b;
	}
	return NULL;
}

static const char *text_of(const cJSON *v)
{
	return get(get(v, "text"), "text")->valuestring;
}

START_TEST(a_plain_notice)
{
	struct notice_view v = view_plain();
	cJSON *tree = message(&v);
	const cJSON *fields = get(block(tree, "section"), "fields");
	const cJSON *button;

	ck_assert_str_eq(get(tree, "text")->valuestring,
	    "<@U01MARA> P1 Escalation step 3 of 4 (lead): first reply is 12m "
	    "late - zendesk:4711 Cannot log in (Acme Corp)");
	ck_assert_str_eq(text_of(block(tree, "header")),
	    "P1 Escalation step 3 of 4 (lead): first reply is 12m late");
	ck_assert_str_eq(text_of(block(tree, "section")),
	    "<@U01MARA> *Cannot log in*\nzendesk:4711");
	ck_assert_str_eq(
	    get(cJSON_GetArrayItem(fields, 0), "text")->valuestring,
	    "*Severity*\nP1 (Critical)");
	ck_assert_str_eq(
	    get(cJSON_GetArrayItem(fields, 1), "text")->valuestring,
	    "*Clock*\nfirst reply, late by 12m\ndue "
	    "<!date^1767603600^{date_short_pretty} {time}|"
	    "2026-01-05T09:00:00Z>");
	ck_assert_str_eq(
	    get(cJSON_GetArrayItem(fields, 2), "text")->valuestring,
	    "*Customer*\nAcme Corp, enterprise, value 50000");
	ck_assert_int_eq(cJSON_GetArraySize(fields), 9); /* at most 10 */
	ck_assert_str_eq(
	    get(cJSON_GetArrayItem(fields, 7), "text")->valuestring,
	    "*May decide*\ncredits up to 500 EUR");
	ck_assert_str_eq(
	    get(cJSON_GetArrayItem(fields, 8), "text")->valuestring,
	    "*Missing*\nimpact, customer.name");
	ck_assert_str_eq(text_of(cJSON_GetArrayItem(get(tree, "blocks"), 2)),
	    "*Why:* step 3 of standard: lead; started by a breach of first "
	    "reply\n"
	    "*Told before:* Dana Ruiz by support "
	    "<!date^1767603600^{date_short_pretty} {time}|"
	    "2026-01-05T09:00:00Z>, support "
	    "<!date^1767603900^{date_short_pretty} {time}|"
	    "2026-01-05T09:05:00Z>\n"
	    "*Tried:* reset password, cleared sessions\n"
	    "*Next step:* check SSO logs\n");
	button = cJSON_GetArrayItem(get(block(tree, "actions"), "elements"), 0);
	ck_assert_str_eq(text_of(button), "Open ticket");
	ck_assert_str_eq(get(button, "url")->valuestring, v.url);
	cJSON_Delete(tree);
}
END_TEST

START_TEST(who_is_mentioned)
{
	static const bool expected[NOTICE_REASON_COUNT] = {
		[NOTICE_BREACH] = true,
		[NOTICE_CHAIN] = true,
		[NOTICE_REMINDER] = true,
		[NOTICE_ACK_TIMEOUT] = true,
		[NOTICE_RULE] = true,
		[NOTICE_ASSIGNMENT] = true,
		[NOTICE_HANDOFF] = true,
	};
	static const char *const bad[] = { NULL, "", "dana", "U01>DANA",
		"U01 DANA", "!channel" };
	struct notice_view v = view_plain();

	for (int r = 0; r < NOTICE_REASON_COUNT; r++) {
		cJSON *tree;
		const char *text;

		v.reason = (enum notice_reason)r;
		tree = message(&v);
		text = get(tree, "text")->valuestring;
		ck_assert_int_eq(
		    strstr(text, "<@U01MARA>") != NULL, expected[r]);
		text = text_of(block(tree, "section"));
		ck_assert_int_eq(
		    strstr(text, "<@U01MARA>") != NULL, expected[r]);
		cJSON_Delete(tree);
	}
	v.reason = NOTICE_BREACH;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		cJSON *tree;

		v.person_slack = bad[i];
		tree = message(&v);
		ck_assert_ptr_null(strstr(get(tree, "text")->valuestring, "<"));
		cJSON_Delete(tree);
	}
}
END_TEST

START_TEST(what_is_left_out)
{
	struct notice_view v = view_bare();
	cJSON *tree = message(&v);

	ck_assert_ptr_null(block(tree, "actions"));
	ck_assert_int_eq(cJSON_GetArraySize(get(tree, "blocks")), 3);
	ck_assert_int_eq(
	    cJSON_GetArraySize(get(block(tree, "section"), "fields")), 2);
	cJSON_Delete(tree);
	v.url = "javascript:alert(1)";
	tree = message(&v);
	ck_assert_ptr_null(block(tree, "actions"));
	cJSON_Delete(tree);
	v.late = v.repeat = true;
	v.late_text = "this notice is late by 14m";
	tree = message(&v);
	ck_assert_int_eq(
	    cJSON_GetArraySize(get(block(tree, "context"), "elements")), 3);
	cJSON_Delete(tree);
}
END_TEST

/* The header's 150 fall inside an entity, an emoji, between both. */
START_TEST(cut_at_the_limit)
{
	struct notice_view v = view_bare();
	char text[400];

	for (size_t lead = 120; lead < 160; lead++) {
		struct textbuf tb;
		const char *got;
		cJSON *tree;

		textbuf_init_fixed(&tb, text, sizeof text);
		for (size_t i = 0; i < lead; i++)
			textbuf_addc(&tb, 'x');
		textbuf_add(&tb, "&<\xf0\x9f\x94\xa5>&<&<&<&<&<&<&<&<&<");
		v.headline = text;
		tree = message(&v);
		got = text_of(block(tree, "header"));
		for (const char *p = got; (p = strchr(p, '&')) != NULL; p++)
			ck_assert(strncmp(p, "&amp;", 5) == 0 ||
				  strncmp(p, "&lt;", 4) == 0 ||
				  strncmp(p, "&gt;", 4) == 0);
		ck_assert(utf8_valid(got, strlen(got)));
		ck_assert(strlen(got) <= 150 + 2 + 2);
		ck_assert(strlen(got) >= 140);
		ck_assert_str_eq(got + strlen(got) - 3, "\xE2\x80\xA6");
		cJSON_Delete(tree);
	}
}
END_TEST

START_TEST(the_validator_takes_them)
{
	enum { ROUNDS = 400 };
	struct rng rng = rng_seeded("test_slack_message");
	struct arena arena = ARENA_INIT;
	struct notice_view v = view_plain();
	struct textbuf all;
	int status;
	char *said;

	textbuf_init(&all);
	slack_message(&v, &all);
	textbuf_addc(&all, '\n');
	v = view_bare();
	slack_message(&v, &all);
	textbuf_addc(&all, '\n');
	for (int i = 0; i < ROUNDS; i++) {
		arena_reset(&arena);
		v = view_hostile(&rng, &arena);
		slack_message(&v, &all);
		textbuf_addc(&all, '\n');
	}
	if (python_present("the_validator_takes_them")) {
		said = python_run(python_source("tests/lib/block_kit.py"),
		    "--lines", all.data, all.len, &status);
		ck_assert_msg(status == 0, "exit %d: %.2000s", status, said);
		free(said);
	}
	textbuf_fini(&all);
	arena_fini(&arena);
}
END_TEST

/* A validator that takes everything would prove nothing. */
START_TEST(the_validator_bites)
{
	static const char *const bad[] = {
		"",
		"{}",
		"[]",
		"{\"text\":\"\"}",
		"{\"text\":\"a & b\"}",
		"{\"text\":\"a < b\"}",
		"{\"text\":\"a &amp b\"}",
		"{\"text\":\"x\",\"text\":\"y\"}",
		"{\"text\":\"a\\u0007\"}",
		"{\"text\":\"x\",\"blocks\":[]}",
		"{\"text\":\"x\",\"colour\":1}",
		"{\"text\":\"x\",\"blocks\":[{\"type\":\"headr\"}]}",
		"{\"text\":\"x\",\"blocks\":[{\"type\":\"header\",\"text\":"
		"{\"type\":\"mrkdwn\",\"text\":\"x\"}}]}",
		"{\"text\":\"x\",\"blocks\":[{\"type\":\"section\"}]}",
		"{\"text\":\"x\",\"blocks\":[{\"type\":\"context\","
		"\"elements\":[]}]}",
		"{\"text\":\"x\",\"blocks\":[{\"type\":\"actions\","
		"\"elements\":[{\"type\":\"button\",\"text\":{\"type\":"
		"\"plain_text\",\"text\":\"x\"},\"url\":\"ftp://x\"}]}]}",
		"{\"text\":\"<!date^1^{time}>\"}",
		"{\"text\":\"<@dana>\"}",
	};
	int status;

	if (!python_present("the_validator_bites"))
		return;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char *said = python_run(python_source("tests/lib/block_kit.py"),
		    NULL, bad[i], strlen(bad[i]), &status);

		ck_assert_msg(status == 1, "exit %d for %s", status, bad[i]);
		ck_assert_str_ne(said, "");
		free(said);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("slack_message");
	TCase *tc = tcase_create("slack_message");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_plain_notice);
	tcase_add_test(tc, who_is_mentioned);
	tcase_add_test(tc, what_is_left_out);
	tcase_add_test(tc, cut_at_the_limit);
	tcase_add_test(tc, the_validator_takes_them);
	tcase_add_test(tc, the_validator_bites);
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
