/* test_scenario.c - scenarios against etc/support.yaml: verdicts, words, forms.
 *
 * What people see is tested through the program (tests/system/ctl_test.py);
 * here are the windows of time, and that no file whatever does any harm.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_out.h"
#include "ctl/scenario_print.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct rng rng;
static struct textbuf matrix; /* its path */

/* Told: 10:02:30 mara (nudge), 10:05 support, 10:07 kai, 10:13 mara, 10:23
 * nora, 10:38 omar. */
#define CREATED                                                                \
	"  - at: 2026-11-23T10:00:00Z\n"                                       \
	"    event: { type: created, ticket: \"d:1\", fields: { severity: "    \
	"P1,\n      team: frontline, customer: { id: a, tier: enterprise } } " \
	"}\n"
#define HEAD "scenario: it\nsteps:\n"

static void play(const char *text, struct scenario_result *r)
{
	scenario_play("it.yaml", text, strlen(text), matrix.data, r);
}

struct judged_case {
	const char *steps; /* behind HEAD */
	const char *fails; /* NULL: passes; else a part of the failure */
};

static const struct judged_case verdicts[] = {
	/* From an event on: the event's own, and all up to the next step. */
	{ CREATED "    expect: { notice: assignment, to: dana }\n", NULL },
	{ CREATED "    expect: { notice: chain, to: nora }\n"
		  "  - at: +23m\n",
	    "after the next step" },
	{ CREATED "    expect: { notice: chain, to: nora }\n"
		  "  - at: +24m\n",
	    NULL },
	{ CREATED "    expect_not: { notice: chain, to: nora }\n"
		  "  - at: +23m\n",
	    NULL },
	{ CREATED "    expect_not: { notice: chain, to: nora }\n"
		  "  - at: +24m\n",
	    "expected no chain notice to nora" },
	/* Other steps at the same instant end nothing. */
	{ CREATED "    expect: { notice: chain, to: nora }\n"
		  "  - deliver: { mail: ok }\n"
		  "  - at: +24m\n",
	    NULL },
	/* Within goes beyond the next step, and its last instant is in it. */
	{ CREATED "    expect: { notice: chain, to: nora, within: 23m }\n"
		  "  - at: +1m\n",
	    NULL },
	{ CREATED "    expect: { notice: chain, to: nora, within: 1379s }\n",
	    "1s later than within 1379s" },
	{ CREATED "    expect_not: { notice: chain, to: nora, within: 1379s "
		  "}\n",
	    NULL },
	/* Where time passes: since the step before, its own instant too. */
	{ CREATED "  - at: +23m\n    expect: { notice: chain, to: nora }\n",
	    NULL },
	{ CREATED "  - at: +1379s\n    expect: { notice: chain, to: nora }\n",
	    "1s too late" },
	{ CREATED "  - at: +23m\n  - at: +1m\n"
		  "    expect: { notice: chain, to: nora }\n",
	    "before that step" },
	{ CREATED "  - at: +23m\n    expect: { notice: any, to: dana }\n",
	    NULL },
	{ CREATED "  - at: +10m\n  - at: +20m\n"
		  "    expect: { notice: chain, to: nora, within: 13m }\n",
	    NULL },
	{ CREATED "  - until: +40m\n"
		  "    expect: { notice: chain, to: omar }\n",
	    NULL },
	/* At: wherever it is. */
	{ CREATED "  - at: +40m\n"
		  "    expect: { notice: chain, to: nora, at: "
		  "2026-11-23T10:23:00Z }\n",
	    NULL },
	{ CREATED "  - at: +40m\n"
		  "    expect: { notice: chain, to: nora, at: "
		  "2026-11-23T10:23:01Z }\n",
	    "1s too early" },
	/* Nobody waits for ever. */
	{ CREATED "    expect: { notice: rule, to: dana }\n",
	    "expected a rule notice to dana" },
	{ "  - until: 2026-11-23T10:00:00Z\n", "nothing is expected" },
};

START_TEST(test_verdicts)
{
	const struct judged_case *v = &verdicts[_i];
	struct scenario_result r;
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, HEAD "%s", v->steps);
	play(text.data, &r);
	ck_assert_msg(r.playable, "%s", r.messages.data);
	ck_assert_msg(r.nfailures == (v->fails != NULL), "%d: %zu failures: %s",
	    _i, r.nfailures, r.nfailures > 0 ? r.failures[0].what : "");
	if (v->fails != NULL)
		ck_assert_msg(strstr(r.failures[0].what, v->fails) != NULL,
		    "%d: %s", _i, r.failures[0].what);
	scenario_result_fini(&r);
	textbuf_fini(&text);
}
END_TEST

/* The same twice, whatever came before. */
START_TEST(test_nothing_is_left)
{
	struct scenario_result a, b;
	struct textbuf x, y;
	const char *text =
	    HEAD CREATED "    expect: { notice: breach, to: rosa }\n";

	textbuf_init(&x);
	textbuf_init(&y);
	play(text, &a);
	play(text, &b);
	scenario_print(&a, text, strlen(text), &x);
	scenario_print(&b, text, strlen(text), &y);
	ck_assert_uint_gt(x.len, strlen(text));
	ck_assert_str_eq(x.data, y.data);
	ck_assert_uint_eq(a.nfailures, 1);
	ck_assert_str_eq(a.failures[0].what, b.failures[0].what);
	ck_assert_str_eq(a.failures[0].around, b.failures[0].around);
	scenario_result_fini(&a);
	scenario_result_fini(&b);
	textbuf_fini(&x);
	textbuf_fini(&y);
}
END_TEST

/* Every form of telling is made of it. */
static void tell(const char *text, size_t len, const struct scenario_result *r)
{
	struct scenario_out o;
	struct textbuf out;

	textbuf_init(&out);
	scenario_out_init(&o, rng_below(&rng, 2) == 0, 1);
	scenario_out_one(&o, "it.yaml", r);
	scenario_out_end(&o);
	scenario_out_junit(&o, &out);
	if (r->playable)
		scenario_print(r, text, len, &out);
	ck_assert_uint_gt(out.len, 0);
	ck_assert_uint_eq(o.count, 1);
	scenario_out_fini(&o);
	textbuf_fini(&out);
}

static const char whole[] = HEAD CREATED
    "    expect:\n"
    "      - { notice: chain, to: kai, via: pager, within: 7m, times: 2 }\n"
    "      - { notice: any, to: mara, state: queued, step: 2 }\n"
    "    expect_clock: { clock: triage, state: running, due: +10m }\n"
    "    expect_ticket: { severity: P1, tags: [ a, b ], team: none }\n"
    "  - deliver: { support: { again: 5m }, mail: never }\n"
    "  - at: mon 11:10\n"
    "    away: { person: kai, until: tomorrow, cover: jo }\n"
    "  - at: +1h\n"
    "    told: now\n"
    "    event: { type: comment, ticket: \"d:1\", author: agent, public: "
    "true }\n"
    "    expect_refused: late\n"
    "  - until: quiet\n"
    "    expect_not: { notice: exhausted }\n";

/* A word of the file replaced, a piece cut out or doubled. */
static void spoil(struct textbuf *text)
{
	static const char *const words[] = { "now", "never", "quiet", "+1h",
		"[]", "{}", "null", "\"\"", "0", "any", "- ", "\n", "    ",
		"then: |\n", "exact: true\n", "99999999999999999999", ": ",
		"1970-01-01T00:00:00Z", "2199-12-31T00:00:00Z", "+100y" };
	size_t at = rng_below(&rng, (unsigned)text->len);
	size_t cut = rng_below(&rng, 12);
	struct textbuf to;

	textbuf_init(&to);
	textbuf_addn(&to, text->data, at);
	if (rng_below(&rng, 2) == 0)
		textbuf_add(
		    &to, words[rng_below(&rng, sizeof words / sizeof *words)]);
	at += at + cut <= text->len ? cut : 0;
	textbuf_addn(&to, text->data + at, text->len - at);
	textbuf_fini(text);
	*text = to;
}

START_TEST(test_no_file_does_harm)
{
	size_t played = 0;

	for (int i = 0; i < 100; i++) {
		struct scenario_result r;
		struct textbuf text;

		textbuf_init(&text);
		textbuf_add(&text, whole);
		for (uint64_t n = rng_below(&rng, 3); n-- > 0;)
			spoil(&text);
		play(text.data, &r);
		if (r.playable)
			played++;
		else
			ck_assert_uint_gt(r.messages.len, 0);
		tell(text.data, text.len, &r);
		scenario_result_fini(&r);
		textbuf_fini(&text);
	}
	ck_assert_uint_gt(played, 20);
}
END_TEST

START_TEST(test_which_files)
{
	ck_assert(scenario_is_one("scenario: x", 11));
	ck_assert(scenario_is_one("# a\n\nscenario:\n", 15));
	ck_assert(!scenario_is_one(" scenario: x", 12));
	ck_assert(!scenario_is_one("scenario", 8));
	ck_assert(!scenario_is_one("", 0));
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("scenario");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(
	    tc, test_verdicts, 0, (int)(sizeof verdicts / sizeof *verdicts));
	tcase_add_test(tc, test_nothing_is_left);
	tcase_add_test(tc, test_no_file_does_harm);
	tcase_add_test(tc, test_which_files);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	const char *top = getenv("SLAWATCH_SRCDIR");
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_scenario");
	textbuf_init(&matrix);
	textbuf_addf(&matrix, "%s/etc/support.yaml", top != NULL ? top : ".");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	textbuf_fini(&matrix);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
