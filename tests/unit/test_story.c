/* test_story.c - does each change count what it should, and nothing else?
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/story.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct counters counted(struct item *it)
{
	struct counters c = { 0 };

	story_count(it, &c);
	return c;
}

/* The sum of all counters: none but the expected one has moved. */
static uint64_t sum(const struct counters *c)
{
	uint64_t all = 0;

	for (size_t i = 0; i < counter_table_count; i++) {
		uint64_t v;

		memcpy(&v, (const char *)c + counter_table[i].offset, sizeof v);
		all += v;
	}
	return all;
}

static struct counters of_change(enum change_kind kind)
{
	struct change change = { .kind = kind, .step = -1, .notice = -1 };
	int64_t none = 0;
	struct item *it = item_inside(EVENT_REVISED, 1, wall_at(0));
	struct counters c;

	it->out.changes = &change;
	it->out.notice_ids = &none;
	it->out.nchanges = 1;
	c = counted(it);
	item_free(it);
	return c;
}

#define EXPECT(kind, member)                                                   \
	do {                                                                   \
		struct counters c = of_change(kind);                           \
		ck_assert_uint_eq(c.member, 1);                                \
		ck_assert_uint_eq(sum(&c), 1);                                 \
	} while (0)

START_TEST(what_matters_is_counted)
{
	EXPECT(CHANGE_NO_POLICY, tickets_unwatched);
	EXPECT(CHANGE_CLOCK_WARNED, clocks_warned);
	EXPECT(CHANGE_CLOCK_BREACHED, clocks_breached);
	EXPECT(CHANGE_CLOCK_MET, clocks_met);
	EXPECT(CHANGE_CLOCK_MET_LATE, clocks_met_late);
	EXPECT(CHANGE_CHAIN_STARTED, chains_started);
	EXPECT(CHANGE_CHAIN_STEP, chain_steps);
	EXPECT(CHANGE_CHAIN_REMINDED, chain_reminders);
	EXPECT(CHANGE_CHAIN_ACKED, chains_acked);
	EXPECT(CHANGE_CHAIN_EXHAUSTED, chains_exhausted);
	EXPECT(CHANGE_NOTICE_QUEUED, notices_queued);
	EXPECT(CHANGE_NOTICE_SENT, notices_sent);
	EXPECT(CHANGE_NOTICE_WITHDRAWN, notices_withdrawn);
	EXPECT(CHANGE_NOTICE_DEAD, notices_dead);
}
END_TEST

START_TEST(no_change_counts_twice)
{
	struct counters c = of_change((enum change_kind)_i);

	ck_assert_uint_le(sum(&c), 1);
	ck_assert_uint_eq(c.events_accepted, 0);
}
END_TEST

static const struct {
	enum outcome_kind kind;
	uint64_t accepted;
	uint64_t duplicate;
	uint64_t refused;
} outcomes[] = {
	{ OUTCOME_ACCEPTED, 1, 0, 0 },
	{ OUTCOME_DUPLICATE, 0, 1, 0 },
	{ OUTCOME_REFUSED, 0, 0, 1 },
};

START_TEST(events_are_counted_by_outcome)
{
	struct item *it = item_new(ITEM_EVENT);
	struct counters c;

	it->ev.type = EVENT_CREATED;
	it->out.kind = outcomes[_i].kind;
	c = counted(it);
	ck_assert_uint_eq(c.events_accepted, outcomes[_i].accepted);
	ck_assert_uint_eq(c.events_duplicate, outcomes[_i].duplicate);
	ck_assert_uint_eq(c.events_refused, outcomes[_i].refused);
	ck_assert_uint_eq(c.tickets_opened, outcomes[_i].accepted);
	item_free(it);
}
END_TEST

START_TEST(a_drill_counts_as_one_and_no_more)
{
	struct item *it = item_new(ITEM_DRILL);
	struct change change = { .kind = CHANGE_CHAIN_EXHAUSTED };
	struct counters c;

	it->out.kind = OUTCOME_ACCEPTED;
	it->out.is_drill = true;
	it->out.changes = &change;
	it->out.nchanges = 1;
	c = counted(it);
	ck_assert_uint_eq(c.drills, 1);
	ck_assert_uint_eq(sum(&c), 1);
	it->out.kind = OUTCOME_REFUSED;
	c = counted(it);
	ck_assert_uint_eq(sum(&c), 0);
	item_free(it);
}
END_TEST

START_TEST(ticks_are_counted)
{
	struct item *it = item_inside(EVENT_TICK, 1, wall_at(0));
	struct counters c;

	it->out.kind = OUTCOME_ACCEPTED;
	c = counted(it);
	ck_assert_uint_eq(c.ticks, 1);
	ck_assert_uint_eq(sum(&c), 1);
	it->out.kind = OUTCOME_NOTHING;
	c = counted(it);
	ck_assert_uint_eq(c.ticks, 1);
	ck_assert_uint_eq(c.ticks_idle, 1);
	item_free(it);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("story");
	TCase *tc = tcase_create("story");

	tcase_add_test(tc, what_matters_is_counted);
	tcase_add_loop_test(tc, no_change_counts_twice, 0, CHANGE_KIND_COUNT);
	tcase_add_loop_test(tc, events_are_counted_by_outcome, 0, 3);
	tcase_add_test(tc, a_drill_counts_as_one_and_no_more);
	tcase_add_test(tc, ticks_are_counted);
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
