/* test_slack_command.c - what people type behind /sla, and what it is told.
 *
 * SPDX-License-Identifier: MIT */
#include "base/instant.h"
#include "base/textbuf.h"
#include "lib/require.h"
#include "lib/rng.h"
#include "wire/json_gate.h"
#include "wire/slack_answer.h"
#include "wire/slack_command.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static bool type_it(const char *text, struct arena *a,
    struct slack_command *out, struct errtext *err)
{
	*out = (struct slack_command){ .name = "/sla" };
	err->text[0] = '\0';
	return slack_command_read(text, a, out, err);
}

START_TEST(reads_what_people_type)
{
	static const struct {
		const char *text;
		enum slack_verb verb;
		const char *ticket;
		const char *rest; /* words, what or until, whichever it has */
		int64_t span_ms;
		const char *cover;
	} cases[] = {
		{ "", VERB_HELP, "", "", 0, "" },
		{ "   ", VERB_HELP, "", "", 0, "" },
		{ "help", VERB_HELP, "", "", 0, "" },
		{ "MINE", VERB_MINE, "", "", 0, "" },
		{ "team", VERB_TEAM, "", "", 0, "" },
		{ "team Tier 2 (network) ", VERB_TEAM, "", "Tier 2 (network)",
		    0, "" },
		{ "ticket  zendesk:4711\n", VERB_TICKET, "zendesk:4711", "", 0,
		    "" },
		{ "ack 4711", VERB_ACK, "4711", "", 0, "" },
		{ "Ack 4711 looking  into it ", VERB_ACK, "4711",
		    "looking  into it", 0, "" },
		{ "claim a:1 mine", VERB_CLAIM, "a:1", "mine", 0, "" },
		{ "escalate a:1", VERB_ESCALATE, "a:1", "", 0, "" },
		{ "snooze a:1 1h", VERB_SNOOZE, "a:1", "", HOUR_MS, "" },
		{ "snooze a:1 for 1h30m", VERB_SNOOZE, "a:1", "",
		    90 * MINUTE_MS, "" },
		{ "snooze a:1 until mon 09:00", VERB_SNOOZE, "a:1", "mon 09:00",
		    0, "" },
		{ "oncall", VERB_ONCALL, "", "", 0, "" },
		{ "oncall primary", VERB_ONCALL, "", "primary", 0, "" },
		{ "away 2h", VERB_AWAY, "", "", 2 * HOUR_MS, "" },
		{ "away for 2d cover eli", VERB_AWAY, "", "", 2 * DAY_MS,
		    "eli" },
		{ "away until tomorrow 08:00 cover @eli", VERB_AWAY, "",
		    "tomorrow 08:00", 0, "eli" },
		{ "away until 2026-12-01 cover <@U01ELI|eli>", VERB_AWAY, "",
		    "2026-12-01", 0, "U01ELI" },
		{ "away until  recovery cover <@U01ELI>", VERB_AWAY, "",
		    "recovery", 0, "U01ELI" },
		{ "away until recover cover eli", VERB_AWAY, "", "recover", 0,
		    "eli" },
		{ "back", VERB_BACK, "", "", 0, "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena a = ARENA_INIT;
		struct slack_command c;
		struct errtext err;
		const char *rest;

		ck_assert_msg(type_it(cases[i].text, &a, &c, &err), "%s: %s",
		    cases[i].text, err.text);
		ck_assert_msg(c.verb == cases[i].verb, "%s", cases[i].text);
		ck_assert_str_eq(c.ticket, cases[i].ticket);
		rest = c.words[0] != '\0'  ? c.words
		       : c.what[0] != '\0' ? c.what
					   : c.until;
		ck_assert_str_eq(rest, cases[i].rest);
		ck_assert_int_eq(c.span_ms, cases[i].span_ms);
		ck_assert_str_eq(c.cover, cases[i].cover);
		ck_assert(!c.forever);
		arena_fini(&a);
	}
}
END_TEST

START_TEST(until_further_notice)
{
	struct arena a = ARENA_INIT;
	struct slack_command c;
	struct errtext err;

	ck_assert(type_it("away until further notice", &a, &c, &err));
	ck_assert(c.forever);
	ck_assert(type_it("away until further notice cover eli", &a, &c, &err));
	ck_assert(c.forever);
	ck_assert_str_eq(c.cover, "eli");
	arena_fini(&a);
}
END_TEST

START_TEST(says_what_can_be_typed_instead)
{
	static const char *const cases[][2] = {
		{ "tikcet 4711", "did you mean \"ticket\"?; /sla help" },
		{ "horoscope", "there is no \"horoscope\"; /sla help" },
		{ "ticket", "which ticket?; write /sla ticket ID" },
		{ "ack", "which ticket?; write /sla ack ID [words]" },
		{ "ticket a:1 b:2", "\"b:2\" is too much here" },
		{ "mine please",
		    "\"please\" is too much here; write /sla mine" },
		{ "snooze", "which ticket?" },
		{ "snooze a:1", "until when?; write /sla snooze ID" },
		{ "snooze a:1 until", "until when?" },
		{ "snooze a:1 for", "until when?" },
		{ "snooze a:1 soon", "no duration such as 1h" },
		{ "snooze a:1 0s", "no duration" },
		{ "away", "until when?; write /sla away until WHEN" },
		{ "away cover eli", "no duration" },
		{ "away 2h cover", "who covers?" },
		{ "away 2h cover eli mara", "\"mara\" is too much here" },
		{ "away soon", "no duration" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena a = ARENA_INIT;
		struct slack_command c;
		struct errtext err;

		ck_assert_msg(
		    !type_it(cases[i][0], &a, &c, &err), "%s", cases[i][0]);
		ck_assert_msg(strstr(err.text, cases[i][1]) != NULL, "%s: %s",
		    cases[i][0], err.text);
		arena_fini(&a);
	}
}
END_TEST

START_TEST(knows_a_command_of_slacks)
{
	static const char good[] =
	    "command=%2Fsla&text=help&user_id=U01DANA&user_name=dana&"
	    "channel_id=C1&trigger_id=1.2&response_url=https%3A%2F%2Fx";
	static const char *const bad[] = { "", "command=%2Fsla", "user_id=U1",
		"command=sla&user_id=U1", "command=%2Fsla&user_id=u1",
		"command=%2Fsla&user_id=" };
	struct arena a = ARENA_INIT;
	struct slack_command c;
	struct errtext err = { "" };
	struct form f;

	ck_assert(form_parse(good, strlen(good), &a, &f, &err));
	ck_assert(slack_command_from(&f, &c, &err));
	ck_assert_str_eq(c.name, "/sla");
	ck_assert_str_eq(c.from.user, "U01DANA");
	ck_assert_str_eq(c.from.user_name, "dana");
	ck_assert_str_eq(c.from.channel, "C1");
	ck_assert_str_eq(c.from.trigger, "1.2");
	ck_assert_str_eq(c.from.response_url, "https://x");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ck_assert(form_parse(bad[i], strlen(bad[i]), &a, &f, &err));
		ck_assert_msg(!slack_command_from(&f, &c, &err), "%s", bad[i]);
	}
	arena_fini(&a);
}
END_TEST

/* Any words whatever: read, or refused with words of our own. */
START_TEST(survives_any_words)
{
	static const char *const words[] = { "ack", "claim", "snooze", "away",
		"until", "for", "cover", "further", "notice", "2h", "a:1",
		"team", "<@U1|x>", "<@", "@", "mon", "09:00",
		"\xF0\x9F\x94\xA5", "\n", "oncall", "back", "help", "%s",
		"recover", "covered" };
	struct rng rng = rng_seeded("test_slack_command");

	for (int i = 0; i < 50000; i++) {
		struct arena a = ARENA_INIT;
		struct textbuf text;
		struct slack_command c;
		struct errtext err;

		textbuf_init(&text);
		for (uint64_t n = rng_below(&rng, 8); n > 0; n--)
			textbuf_addf(&text, "%s%s",
			    words[rng_below(
				&rng, sizeof words / sizeof words[0])],
			    rng_one_in(&rng, 9) ? "" : " ");
		if (type_it(text.data, &a, &c, &err)) {
			bool on_ticket =
			    c.verb == VERB_TICKET || c.verb == VERB_ACK ||
			    c.verb == VERB_CLAIM || c.verb == VERB_SNOOZE ||
			    c.verb == VERB_ESCALATE;
			bool ends =
			    c.verb == VERB_SNOOZE || c.verb == VERB_AWAY;

			REQUIRE(on_ticket == (c.ticket[0] != '\0'));
			REQUIRE(ends == ((c.until[0] != '\0') +
						(c.span_ms > 0) + c.forever ==
					    1));
		} else
			REQUIRE(err.text[0] != '\0');
		textbuf_fini(&text);
		arena_fini(&a);
	}
}
END_TEST

/* --- answers -------------------------------------------------------------- */

START_TEST(nothing_of_theirs_is_markup)
{
	static const char *const cases[][2] = {
		{ "<!channel> & <@U1|x>",
		    "&lt;!channel&gt; &amp; &lt;@U1|x&gt;" },
		{ " a\n\tb\r\n", "a b" },
		{ "\xE2\x80\xAE"
		  "evil",
		    "evil" },
		{ "&amp;", "&amp;amp;" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct textbuf out;

		textbuf_init(&out);
		slack_answer_theirs(&out, cases[i][0]);
		ck_assert_str_eq(out.data, cases[i][1]);
		textbuf_fini(&out);
	}
}
END_TEST

START_TEST(an_answer_is_for_who_asked)
{
	struct textbuf out;
	struct errtext err;
	cJSON *tree;

	textbuf_init(&out);
	slack_answer("*a* \"b\"\n", NULL, &out);
	tree = json_gate_parse(out.data, out.len, &err);
	ck_assert_ptr_nonnull(tree);
	ck_assert_str_eq(
	    cJSON_GetObjectItem(tree, "response_type")->valuestring,
	    "ephemeral");
	ck_assert(cJSON_IsFalse(cJSON_GetObjectItem(tree, "replace_original")));
	ck_assert_str_eq(
	    cJSON_GetObjectItem(tree, "text")->valuestring, "*a* \"b\"\n");
	cJSON_Delete(tree);
	textbuf_fini(&out);
}
END_TEST

START_TEST(help_names_every_verb)
{
	static const char *const verbs[] = { "help", "mine", "team", "ticket",
		"ack", "claim", "snooze", "escalate", "oncall", "away",
		"back" };
	struct textbuf out;

	textbuf_init(&out);
	slack_answer_help("/sla", &out);
	ck_assert_uint_eq(sizeof verbs / sizeof verbs[0], VERB_COUNT);
	for (size_t i = 0; i < VERB_COUNT; i++) {
		char line[40];
		struct textbuf tb;

		textbuf_init_fixed(&tb, line, sizeof line);
		textbuf_addf(&tb, "\n`/sla %s", verbs[i]);
		ck_assert_msg(strstr(out.data, line) != NULL, "%s", verbs[i]);
	}
	textbuf_fini(&out);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("slack_command");
	TCase *tc = tcase_create("slack_command");

	tcase_add_test(tc, reads_what_people_type);
	tcase_add_test(tc, until_further_notice);
	tcase_add_test(tc, says_what_can_be_typed_instead);
	tcase_add_test(tc, knows_a_command_of_slacks);
	tcase_add_test(tc, survives_any_words);
	tcase_add_test(tc, nothing_of_theirs_is_markup);
	tcase_add_test(tc, an_answer_is_for_who_asked);
	tcase_add_test(tc, help_names_every_verb);
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
