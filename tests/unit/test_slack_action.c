/* test_slack_action.c - payloads of Slack's, whole, odd and broken.
 *
 * SPDX-License-Identifier: MIT */
#include "base/instant.h"
#include "base/textbuf.h"
#include "lib/require.h"
#include "lib/rng.h"
#include "wire/slack_action.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* As Slack's documentation has it, with our button in it. */
#define HEAD                                                                   \
	"{\"type\":\"block_actions\",\"user\":{\"id\":\"U01DANA\","            \
	"\"username\""                                                         \
	":\"dana\",\"name\":\"dana.r\",\"team_id\":\"T0\"},\"trigger_id\":"    \
	"\"1.2.abc\",\"team\":{\"id\":\"T0\",\"domain\":\"d\"},\"channel\":{"  \
	"\"id\":\"C0SUPPORT\",\"name\":\"support\"},\"response_url\":"         \
	"\"https://hooks.slack.com/actions/T0/1/x\",\"actions\":"
#define BUTTON(action, block)                                                  \
	"[{\"type\":\"button\",\"action_id\":\"" action                        \
	"\",\"block_id\":\"" block "\",\"value\":\"v\"}]}"
#define SELECT(value)                                                          \
	"[{\"type\":\"static_select\",\"action_id\":\"snooze\",\"block_id\":"  \
	"\"t:desk:1\",\"selected_option\":{\"value\":" value "}}]}"

static bool read_payload(const char *json, struct arena *a,
    struct slack_action *out, struct errtext *err)
{
	err->text[0] = '\0';
	return slack_action_read(json, strlen(json), a, out, err);
}

START_TEST(reads_each_button)
{
	static const struct {
		const char *json;
		enum slack_act act;
		const char *ticket;
		int64_t snooze_ms;
	} cases[] = {
		{ HEAD BUTTON("ack", "t:desk:1"), SLACK_ACK, "desk:1", 0 },
		{ HEAD BUTTON("claim", "t:a:b:c"), SLACK_CLAIM, "a:b:c", 0 },
		{ HEAD BUTTON("escalate", "t:desk:\xC3\xBC"), SLACK_ESCALATE,
		    "desk:\xC3\xBC", 0 },
		{ HEAD BUTTON("open_ticket", "t:desk:1"), SLACK_OPEN_TICKET,
		    "desk:1", 0 },
		{ HEAD BUTTON("open_ticket", "whatever"), SLACK_OPEN_TICKET, "",
		    0 },
		{ HEAD SELECT("\"15m\""), SLACK_SNOOZE, "desk:1",
		    15 * MINUTE_MS },
		{ HEAD SELECT("\"1d\""), SLACK_SNOOZE, "desk:1", DAY_MS },
		{ HEAD SELECT("\"30d\""), SLACK_SNOOZE, "desk:1", 30 * DAY_MS },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena a = ARENA_INIT;
		struct slack_action got;
		struct errtext err;

		ck_assert_msg(read_payload(cases[i].json, &a, &got, &err),
		    "%zu: %s", i, err.text);
		ck_assert_int_eq(got.act, cases[i].act);
		ck_assert_str_eq(got.ticket, cases[i].ticket);
		ck_assert_int_eq(got.snooze_ms, cases[i].snooze_ms);
		ck_assert_str_eq(got.from.user, "U01DANA");
		ck_assert_str_eq(got.from.user_name, "dana");
		ck_assert_str_eq(got.from.channel, "C0SUPPORT");
		ck_assert_str_eq(got.from.trigger, "1.2.abc");
		ck_assert_str_eq(got.from.response_url,
		    "https://hooks.slack.com/actions/T0/1/x");
		arena_fini(&a);
	}
}
END_TEST

START_TEST(refuses_what_is_none_of_ours)
{
	static const struct {
		const char *json;
		const char *why;
		bool has_from; /* the person can be told */
	} cases[] = {
		{ "", "payload", false },
		{ "{", "payload", false },
		{ "[]", "not an object", false },
		{ "{}", "type", false },
		{ "\"x\"", "not an object", false },
		{ "{\"type\":\"view_submission\",\"user\":{\"id\":\"U1\"},"
		  "\"response_url\":\"https://x\"}",
		    "type", true },
		{ "{\"type\":[\"block_actions\"]}", "type", false },
		{ HEAD "[]}", "one is needed", true },
		{ HEAD "{}}", "one is needed", true },
		{ HEAD "[1]}", "not known here", true },
		{ HEAD "[{},{}]}", "one is needed", true },
		{ HEAD BUTTON("explode", "t:desk:1"),
		    "\"explode\" is not known", true },
		{ HEAD BUTTON("", "t:desk:1"), "not known", true },
		{ HEAD BUTTON("ack", "desk:1"), "names no ticket", true },
		{ HEAD BUTTON("ack", "t:"), "names no ticket", true },
		{ HEAD BUTTON("ack", "t:nocolon"), "names no ticket", true },
		{ HEAD BUTTON("ack", "t:with blank:1"), "names no ticket",
		    true },
		{ HEAD "[{\"action_id\":\"ack\"}]}", "names no ticket", true },
		{ HEAD "[{\"action_id\":\"ack\",\"block_id\":7}]}",
		    "names no ticket", true },
		{ HEAD "[{\"Action_id\":\"ack\",\"block_id\":\"t:a:1\"}]}",
		    "not known here", true },
		{ HEAD BUTTON("snooze", "t:desk:1"), "duration", true },
		{ HEAD SELECT("\"\""), "duration", true },
		{ HEAD SELECT("\"0s\""), "duration", true },
		{ HEAD SELECT("\"31d\""), "duration", true },
		{ HEAD SELECT("\"-1h\""), "duration", true },
		{ HEAD SELECT("3600"), "duration", true },
		{ HEAD SELECT("null"), "duration", true },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena a = ARENA_INIT;
		struct slack_action got;
		struct errtext err;

		ck_assert_msg(
		    !read_payload(cases[i].json, &a, &got, &err), "%zu", i);
		ck_assert_msg(strstr(err.text, cases[i].why) != NULL, "%zu: %s",
		    i, err.text);
		ck_assert_int_eq(
		    got.from.response_url[0] != '\0', cases[i].has_from);
		arena_fini(&a);
	}
}
END_TEST

START_TEST(needs_who_and_which_click)
{
	static const char *const bad[] = {
		"{\"type\":\"block_actions\",\"trigger_id\":\"1\",\"user\":{},"
		"\"actions\":[]}",
		"{\"type\":\"block_actions\",\"trigger_id\":\"1\",\"user\":{"
		"\"id\":\"u1\"},\"actions\":[]}",
		"{\"type\":\"block_actions\",\"trigger_id\":\"1\",\"user\":{"
		"\"id\":\"U1/../x\"},\"actions\":[]}",
		"{\"type\":\"block_actions\",\"trigger_id\":\"1\",\"user\":\""
		"U1\",\"actions\":[]}",
		"{\"type\":\"block_actions\",\"user\":{\"id\":\"U1\"},"
		"\"actions\":[]}",
		"{\"type\":\"block_actions\",\"trigger_id\":\"\",\"user\":{"
		"\"id\":\"U1\"},\"actions\":[]}",
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct arena a = ARENA_INIT;
		struct slack_action got;
		struct errtext err;

		ck_assert(!read_payload(bad[i], &a, &got, &err));
		ck_assert_msg(
		    strstr(err.text, i < 4 ? "user" : "trigger_id") != NULL,
		    "%zu: %s", i, err.text);
		arena_fini(&a);
	}
}
END_TEST

START_TEST(knows_an_id_of_slacks)
{
	ck_assert(slack_id_valid("U01DANA"));
	ck_assert(slack_id_valid("W1"));
	ck_assert(!slack_id_valid(""));
	ck_assert(!slack_id_valid("u01dana"));
	ck_assert(!slack_id_valid("U1 "));
	ck_assert(!slack_id_valid("U1&x=y"));
	ck_assert(slack_id_valid("U2345678901234567890123456789012"));
	ck_assert(!slack_id_valid("U23456789012345678901234567890123"));
}
END_TEST

START_TEST(answers_the_handshake_alone)
{
	static const char good[] =
	    "{\"token\":\"t\",\"challenge\":\"3eZ\\u00fc\",\"type\":"
	    "\"url_verification\"}";
	static const char *const none[] = { "", "{}", "[]",
		"{\"type\":\"url_verification\"}",
		"{\"type\":\"url_verification\",\"challenge\":7}",
		"{\"type\":\"event_callback\",\"challenge\":\"x\"}" };
	struct arena a = ARENA_INIT;

	ck_assert_str_eq(
	    slack_challenge(good, strlen(good), &a), "3eZ\xC3\xBC");
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		ck_assert_ptr_null(
		    slack_challenge(none[i], strlen(none[i]), &a));
	arena_fini(&a);
}
END_TEST

START_TEST(finds_the_address_of_a_user)
{
	static const struct {
		const char *json;
		const char *email; /* NULL: none, and why */
		const char *why;
	} cases[] = {
		{ "{\"ok\":true,\"user\":{\"profile\":{\"email\":\"a@b.c\"}}}",
		    "a@b.c", NULL },
		{ "{\"ok\":true,\"user\":{\"profile\":{}}}", NULL,
		    "users:read.email" },
		{ "{\"ok\":true}", NULL, "users:read.email" },
		{ "{\"ok\":true,\"user\":{\"profile\":{\"email\":null}}}", NULL,
		    "users:read.email" },
		{ "{\"ok\":false,\"error\":\"user_not_found\"}", NULL,
		    "\"user_not_found\"" },
		{ "{\"ok\":false}", NULL, "Slack says" },
		{ "{\"ok\":\"true\",\"user\":{\"profile\":{\"email\":\"a@b\"}}"
		  "}",
		    NULL, "Slack says" },
		{ "<html>", NULL, "line 1" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena a = ARENA_INIT;
		struct errtext err = { "" };
		const char *got = slack_user_email(
		    cases[i].json, strlen(cases[i].json), &a, &err);

		if (cases[i].email != NULL)
			ck_assert_str_eq(got, cases[i].email);
		else {
			ck_assert_ptr_null(got);
			ck_assert_msg(strstr(err.text, cases[i].why) != NULL,
			    "%zu: %s", i, err.text);
		}
		arena_fini(&a);
	}
}
END_TEST

/* Whatever is broken in a payload: it is refused, or says what it should. */
START_TEST(survives_damage)
{
	static const char good[] = HEAD SELECT("\"15m\"");
	struct rng rng = rng_seeded("test_slack_action");

	for (int i = 0; i < 20000; i++) {
		struct arena a = ARENA_INIT;
		struct slack_action got;
		struct errtext err = { "" };
		char text[sizeof good];
		size_t len = sizeof good - 1;

		memcpy(text, good, sizeof good);
		for (uint64_t n = 1 + rng_below(&rng, 3); n > 0; n--)
			text[rng_below(&rng, len)] =
			    (char)rng_between(&rng, 1, 255);
		if (rng_one_in(&rng, 5))
			len = (size_t)rng_below(&rng, len);
		if (slack_action_read(text, len, &a, &got, &err)) {
			REQUIRE(got.from.user[0] != '\0');
			REQUIRE(slack_id_valid(got.from.user));
			REQUIRE(got.from.trigger[0] != '\0');
			REQUIRE(got.act != SLACK_SNOOZE || got.snooze_ms > 0);
			REQUIRE(got.ticket[0] != '\0');
		} else
			REQUIRE(err.text[0] != '\0');
		arena_fini(&a);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("slack_action");
	TCase *tc = tcase_create("slack_action");

	tcase_add_test(tc, reads_each_button);
	tcase_add_test(tc, refuses_what_is_none_of_ours);
	tcase_add_test(tc, needs_who_and_which_click);
	tcase_add_test(tc, knows_an_id_of_slacks);
	tcase_add_test(tc, answers_the_handshake_alone);
	tcase_add_test(tc, finds_the_address_of_a_user);
	tcase_add_test(tc, survives_damage);
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
