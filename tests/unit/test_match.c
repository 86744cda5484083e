/* test_match.c - conditions held against a ticket, now and as time passes.
 *
 * SPDX-License-Identifier: MIT */
#include "base/decimal.h"
#include "core/match.h"
#include "core/phrase.h"
#include "lib/conditions.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define START INT64_C(1767607200000) /* 2026-01-05T10:00Z */

static struct arena arena;
static struct ticket ticket;
static struct matching x;

static void setup(void)
{
	arena_init(&arena);
	ticket_init(&ticket, &arena, "z:1");
	ticket.created = wall_at(START);
	x = (struct matching){ .t = &ticket,
		.facts = &facts_none,
		.at = wall_at(START),
		.arena = &arena };
}

static void teardown(void)
{
	arena_fini(&arena);
}

static struct condition compared(
    enum condition_field field, enum compare compare, int64_t number)
{
	return (struct condition){ .op = CONDITION_TEST,
		.field = field,
		.compare = compare,
		.number = number,
		.window_ms = 7 * DAY_MS };
}

static bool is(enum condition_field field, const char *word)
{
	struct condition c = words_test(field, &word, 1);

	c.attribute = "region";
	return match_condition(&x, &c);
}

START_TEST(words_of_every_field)
{
	static const struct {
		enum condition_field condition;
		enum field field;
	} rows[] = {
		{ CONDITION_SEVERITY, FIELD_SEVERITY },
		{ CONDITION_TIER, FIELD_CUSTOMER_TIER },
		{ CONDITION_CATEGORY, FIELD_CATEGORY },
		{ CONDITION_TEAM, FIELD_TEAM },
		{ CONDITION_CHANNEL, FIELD_CHANNEL },
		{ CONDITION_ASSIGNEE, FIELD_ASSIGNEE },
		{ CONDITION_CUSTOMER, FIELD_CUSTOMER_ID },
		{ CONDITION_SCOPE, FIELD_SCOPE },
		{ CONDITION_IMPACT, FIELD_IMPACT },
		{ CONDITION_WORKAROUND, FIELD_WORKAROUND },
	};
	const char *tags[] = { "a", "yes" };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ck_assert(!is(rows[i].condition, "yes"));
		ticket.fields.text[rows[i].field] = "yes";
		ck_assert(is(rows[i].condition, "yes"));
		ck_assert(!is(rows[i].condition, "Yes"));
	}
	ck_assert(!is(CONDITION_TAGS, "yes"));
	ticket.fields.tags = tags;
	ticket.fields.ntags = 2;
	ck_assert(is(CONDITION_TAGS, "yes") && !is(CONDITION_TAGS, "ye"));
	ck_assert(is(CONDITION_STATUS, "new"));
	ticket.fields.status = STATUS_ON_HOLD;
	ck_assert(is(CONDITION_STATUS, "on_hold"));
	ck_assert(!is(CONDITION_ATTRIBUTES, "eu"));
	ticket.fields.text[FIELD_ATTRIBUTES] = "{\"region\":\"eu\"}";
	ck_assert(is(CONDITION_ATTRIBUTES, "eu"));
}
END_TEST

START_TEST(phrases_do_not_cross_fields)
{
	const char *phrase = phrase_fold("cancel my account", &arena);
	struct condition c = words_test(CONDITION_TEXT, &phrase, 1);

	ck_assert(!match_condition(&x, &c));
	ticket.fields.text[FIELD_SUBJECT] = "please cancel";
	ticket.fields.text[FIELD_TEXT] = "my account";
	x.folded = NULL;
	ck_assert(!match_condition(&x, &c));
	ticket.said = "Cancel: my account.";
	x.folded = NULL;
	ck_assert(match_condition(&x, &c));
}
END_TEST

START_TEST(numbers_that_are_not_there_never_hold)
{
	static const struct {
		enum condition_field condition;
		enum field field;
	} rows[] = {
		{ CONDITION_VALUE, FIELD_CUSTOMER_VALUE },
		{ CONDITION_SENTIMENT, FIELD_SENTIMENT },
		{ CONDITION_AI_CONFIDENCE, FIELD_AI_CONFIDENCE },
		{ CONDITION_CSAT, FIELD_CSAT },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct condition below =
		    compared(rows[i].condition, COMPARE_LESS, DECIMAL_ONE);
		struct condition other =
		    compared(rows[i].condition, COMPARE_UNEQUAL, DECIMAL_ONE);

		ck_assert(!match_condition(&x, &below));
		ck_assert(!match_condition(&x, &other));
		ticket.fields.text[rows[i].field] = "0.999999";
		ck_assert(match_condition(&x, &below));
		ck_assert(match_condition(&x, &other));
		ticket.fields.text[rows[i].field] = "1";
		ck_assert(!match_condition(&x, &below));
		ck_assert(!match_condition(&x, &other));
	}
}
END_TEST

/* --- tallies -------------------------------------------------------------- */

static struct fact_question asked;

static int64_t answer(void *user, const struct fact_question *q)
{
	(void)user;
	asked = *q;
	return 2;
}

START_TEST(tallies_count_this_one_too)
{
	struct facts facts = { .answer = answer };
	struct condition c =
	    compared(CONDITION_CUSTOMER_TICKETS, COMPARE_EQUAL, 3);

	x.facts = &facts;
	ck_assert(!match_condition(&x, &c)); /* of which customer? */
	ticket.fields.text[FIELD_CUSTOMER_ID] = "acme";
	ticket.id = 7;
	ck_assert(match_condition(&x, &c));
	ck_assert_int_eq(asked.fact, FACT_CUSTOMER_TICKETS);
	ck_assert_str_eq(asked.name, "acme");
	ck_assert_int_eq(asked.ticket_id, 7);
	ck_assert_int_eq(asked.since.ms, START - 7 * DAY_MS);
	ck_assert_int_eq(asked.until.ms, START);
	c.field = CONDITION_SIMILAR_TICKETS;
	ck_assert(!match_condition(&x, &c));
	ticket.fields.text[FIELD_CATEGORY] = "login";
	ck_assert(match_condition(&x, &c));
	ck_assert_int_eq(asked.fact, FACT_SIMILAR_TICKETS);
	ck_assert_str_eq(asked.name, "login");
	x.facts = &facts_none;
	c.number = 1;
	ck_assert(match_condition(&x, &c));
	x.facts = NULL;
	ck_assert(!match_condition(&x, &c));
}
END_TEST

/* --- time ----------------------------------------------------------------- */

START_TEST(spans_count_from_what_happened_last)
{
	struct condition c = compared(CONDITION_AGE, COMPARE_EQUAL, 1000);
	struct status_change history[] = { { wall_at(START), STATUS_NEW },
		{ wall_at(START + 100), STATUS_OPEN },
		{ wall_at(START + 200), STATUS_OPEN } };

	x.at = wall_at(START + 1000);
	for (int f = CONDITION_AGE; f <= CONDITION_NO_WORD; f++) {
		c.field = (enum condition_field)f;
		ck_assert(match_condition(&x, &c));
	}
	ticket.history = history;
	ticket.nhistory = 3;
	ticket.fields.status = STATUS_OPEN;
	ticket.commented_at = wall_at(START + 300);
	ticket.answered_at = wall_at(START + 400);
	ticket.said_at = wall_at(START + 500);
	for (int f = CONDITION_IN_STATUS; f <= CONDITION_NO_WORD; f++) {
		static const int64_t from[] = { 100, 300, 400, 500 };

		c.field = (enum condition_field)f;
		ck_assert(!match_condition(&x, &c));
		c.number = 1000 - from[f - CONDITION_IN_STATUS];
		ck_assert(match_condition(&x, &c));
	}
	c = compared(CONDITION_RENEWAL, COMPARE_EQUAL, -10 * HOUR_MS - 1000);
	ck_assert(!match_condition(&x, &c));
	ticket.fields.text[FIELD_CUSTOMER_RENEWAL] = "2026-01-05";
	ck_assert(match_condition(&x, &c));
	ticket.fields.text[FIELD_CUSTOMER_RENEWAL] = "2026-01-05T11:00:00Z";
	c.number = HOUR_MS - 1000;
	ck_assert(match_condition(&x, &c));
	ticket.fields.text[FIELD_CUSTOMER_RENEWAL] = "soon";
	ck_assert(!match_condition(&x, &c));
}
END_TEST

/* A limit is passed at one instant or two; nothing else ever changes. */
START_TEST(limits_are_passed_to_the_millisecond)
{
	static const int64_t flips[COMPARE_COUNT][2] = { [COMPARE_LESS] = { 5,
							     -1 },
		[COMPARE_AT_MOST] = { 6, -1 },
		[COMPARE_EQUAL] = { 5, 6 },
		[COMPARE_UNEQUAL] = { 5, 6 },
		[COMPARE_AT_LEAST] = { 5, -1 },
		[COMPARE_MORE] = { 6, -1 } };

	for (int k = 0; k < COMPARE_COUNT; k++) {
		struct condition c =
		    compared(CONDITION_AGE, (enum compare)k, 5);
		struct wall want = wall_at(START + flips[k][0]);

		x.at = wall_at(START);
		ck_assert_int_eq(match_next(&x, &c).ms, want.ms);
		x.at = want;
		want =
		    flips[k][1] < 0 ? WALL_NEVER : wall_at(START + flips[k][1]);
		ck_assert_int_eq(match_next(&x, &c).ms, want.ms);
		if (flips[k][1] >= 0)
			x.at = want;
		ck_assert(wall_is_never(match_next(&x, &c)));
	}
}
END_TEST

static struct condition random_test(struct rng *rng)
{
	static const char *words[] = { "yes" };
	enum condition_field f = (enum condition_field)rng_between(
	    rng, CONDITION_RENEWAL, CONDITION_NO_WORD);

	if (rng_one_in(rng, 4)) {
		enum condition_field settled =
		    rng_one_in(rng, 2) ? CONDITION_TIER : CONDITION_TEAM;

		return words_test(settled, words, 1);
	}
	return compared(f, (enum compare)rng_below(rng, COMPARE_COUNT),
	    rng_between(rng, -5, 25));
}

static struct condition random_condition(struct rng *rng, int depth)
{
	struct condition c = { .op = (enum condition_op)rng_below(rng, 4) };

	if (depth == 0 || c.op == CONDITION_TEST)
		return random_test(rng);
	c.nparts = c.op == CONDITION_NOT ? 1 : (size_t)rng_below(rng, 4);
	c.parts = arena_alloc(&arena, 4 * sizeof *c.parts);
	for (size_t i = 0; i < c.nparts; i++)
		c.parts[i] = random_condition(rng, depth - 1);
	return c;
}

static void random_ticket(struct rng *rng)
{
	ticket.created = wall_at(rng_between(rng, 0, 20));
	ticket.commented_at = wall_at(rng_between(rng, 0, 20));
	ticket.answered_at =
	    rng_one_in(rng, 2) ? WALL_NEVER : wall_at(rng_between(rng, 0, 20));
	ticket.said_at = wall_at(rng_between(rng, 0, 20));
	ticket.fields.text[FIELD_CUSTOMER_TIER] =
	    rng_one_in(rng, 2) ? "yes" : "no";
	ticket.fields.text[FIELD_TEAM] = rng_one_in(rng, 2) ? "yes" : NULL;
	ticket.fields.text[FIELD_CUSTOMER_RENEWAL] =
	    rng_one_in(rng, 3) ? NULL : "1970-01-01T00:00:00.030Z";
}

/* What match_next() skips never changes the answer, to the millisecond. */
START_TEST(nothing_changes_before_the_next_instant)
{
	struct rng rng = rng_seeded("test_match");
	int changes = 0;

	for (int round = 0; round < 4000; round++) {
		struct condition c = random_condition(&rng, 3);
		struct wall next = wall_at(0);
		bool held = false;

		random_ticket(&rng);
		for (int64_t ms = 0; ms < 80; ms++) {
			bool holds;

			x.at = wall_at(ms);
			holds = match_condition(&x, &c);
			REQUIRE(ms == 0 || holds == held || ms == next.ms);
			changes += ms > 0 && holds != held;
			held = holds;
			if (ms == 0 || ms == next.ms)
				next = match_next(&x, &c);
			REQUIRE(ms < next.ms);
		}
		arena_reset(&arena);
	}
	ck_assert_int_gt(changes, 500);
}
END_TEST

/* --- in words ------------------------------------------------------------- */

START_TEST(reasons_name_what_holds)
{
	const char *folded[] = { phrase_fold("cancel my account", &arena) };
	const char *written[] = { "cancel my account" };
	const char *tiers[] = { "gold", "trial" };
	struct condition any[] = { words_test(CONDITION_TEXT, folded, 1),
		compared(CONDITION_SENTIMENT, COMPARE_LESS, -600000),
		compared(CONDITION_VALUE, COMPARE_MORE, 0) };
	struct condition parts[] = {
		{ .op = CONDITION_ANY, .parts = any, .nparts = 3 },
		words_test(CONDITION_TIER, tiers, 2)
	};
	struct condition c = all_of(parts, 2);
	struct match_part out[MATCH_PARTS_MAX];

	any[0].written = written;
	ticket.said = "CANCEL my account";
	ticket.fields.text[FIELD_SENTIMENT] = "-0.70";
	ticket.fields.text[FIELD_CUSTOMER_TIER] = "trial";
	ck_assert(match_condition(&x, &c));
	ck_assert_str_eq(match_reason(&x, &c),
	    "text has \"cancel my account\"; sentiment is -0.7, wanted < -0.6; "
	    "tier is trial");
	ck_assert_uint_eq(match_parts(&x, &c, out), 2);
	ck_assert_str_eq(out[0].field, "any");
	ck_assert_ptr_null(out[0].value);
	ck_assert_uint_eq(out[0].nwanted, 3);
	ck_assert_str_eq(out[0].wanted[1], "sentiment < -0.6");
	ck_assert_str_eq(out[0].text,
	    "any of (text has \"cancel my account\"; sentiment < -0.6; "
	    "value > 0)");
	ck_assert_str_eq(out[1].text, "tier is one of gold, trial");
	ticket.fields.text[FIELD_CUSTOMER_TIER] = "basic";
	match_parts(&x, &c, out);
	ck_assert(out[0].holds && !out[1].holds);
	ck_assert_str_eq(out[1].why, "tier is basic, wanted gold or trial");
	ck_assert_str_eq(out[1].value, "basic");
}
END_TEST

START_TEST(long_lists_are_told_in_parts)
{
	static const char *words[] = { "yes" };
	struct condition parts[MATCH_PARTS_MAX + 8];
	struct match_part out[MATCH_PARTS_MAX];
	struct condition c = all_of(parts, MATCH_PARTS_MAX + 8);

	for (size_t i = 0; i < MATCH_PARTS_MAX + 8; i++)
		parts[i] = words_test(CONDITION_TIER, words, 1);
	ticket.fields.text[FIELD_CUSTOMER_TIER] = "yes";
	parts[MATCH_PARTS_MAX + 7].field = CONDITION_TEAM;
	ck_assert_uint_eq(match_parts(&x, &c, out), MATCH_PARTS_MAX);
	ck_assert(out[MATCH_PARTS_MAX - 2].holds);
	ck_assert(!out[MATCH_PARTS_MAX - 1].holds);
	ck_assert_str_eq(
	    out[MATCH_PARTS_MAX - 1].why, "team is not set, wanted yes");
	parts[0] = (struct condition){
		.op = CONDITION_NOT, .parts = &parts[1], .nparts = 1
	};
	match_parts(&x, &c, out);
	ck_assert_str_eq(out[0].field, "not");
	ck_assert_str_eq(out[0].text, "not (tier is yes)");
	ck_assert_str_eq(out[0].why, "not wanted: tier is yes");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("match");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, words_of_every_field);
	tcase_add_test(tc, phrases_do_not_cross_fields);
	tcase_add_test(tc, numbers_that_are_not_there_never_hold);
	tcase_add_test(tc, tallies_count_this_one_too);
	tcase_add_test(tc, spans_count_from_what_happened_last);
	tcase_add_test(tc, limits_are_passed_to_the_millisecond);
	tcase_add_test(tc, nothing_changes_before_the_next_instant);
	tcase_add_test(tc, reasons_name_what_holds);
	tcase_add_test(tc, long_lists_are_told_in_parts);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
