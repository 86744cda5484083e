/* test_against_rows.c - one ticket's rows: what is paired with what, and what
 * is another thing.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/against_row.h"

#include "core/decide.h"

#include <check.h>
#include <stdint.h>
#include <string.h>

static struct against_row told(enum against_side side, int64_t at)
{
	return (struct against_row){ .what = ROW_NOTICE,
		.side = (uint8_t)side,
		.kind = NOTICE_RULE,
		.at = at,
		.step = -1,
		.clock = "",
		.chain = "",
		.who = "dana",
		.channel = "room" };
}

/* Several of one kind: what is at the same instant is the same. */
START_TEST(paired_by_instant)
{
	struct arena arena = ARENA_INIT;
	struct against_totals t = { .tickets = 0 };
	struct against_ticket out;
	struct against_row rows[] = { told(AGAINST_OLD, 100),
		told(AGAINST_NEW, 300), told(AGAINST_OLD, 200),
		told(AGAINST_NEW, 200), told(AGAINST_OLD, 400),
		told(AGAINST_NEW, 500), told(AGAINST_NEW, 600) };

	ck_assert(against_compare(rows, 7, wall_at(0), &arena, &out, &t));
	ck_assert_uint_eq(t.same, 1);
	ck_assert_uint_eq(t.moved, 2);
	ck_assert_uint_eq(t.appear, 1);
	ck_assert_uint_eq(t.vanish, 0);
	ck_assert_uint_eq(out.nnotices, 3);
	ck_assert_uint_eq(out.weight, 1 + 1 + 2);
	ck_assert_int_eq(out.notices[0].at[AGAINST_OLD].ms, 100);
	ck_assert_int_eq(out.notices[0].at[AGAINST_NEW].ms, 300);
	ck_assert_int_eq(out.notices[1].at[AGAINST_OLD].ms, 400);
	ck_assert_int_eq(out.notices[1].at[AGAINST_NEW].ms, 500);
	ck_assert(wall_is_never(out.notices[2].at[AGAINST_OLD]));
	ck_assert_int_eq(out.notices[2].at[AGAINST_NEW].ms, 600);
	ck_assert(
	    !against_compare(rows + 2, 2, wall_at(0), &arena, &out, NULL));
	arena_fini(&arena);
}
END_TEST

/* Each of what makes a notice the same one makes it another. */
START_TEST(what_makes_it_another)
{
	struct arena arena = ARENA_INIT;

	for (int i = 0; i < 9; i++) {
		struct against_totals t = { .tickets = 0 };
		struct against_ticket out;
		struct against_row rows[] = { told(AGAINST_OLD, 100),
			told(AGAINST_NEW, 100) };
		struct against_row *r = &rows[1];

		switch (i) {
		case 0:
			r->kind = NOTICE_WARNING;
			break;
		case 1:
			r->clock = "resolution";
			break;
		case 2:
			r->cycle = 2;
			break;
		case 3:
			r->chain = "standard";
			break;
		case 4:
			r->step = 1;
			break;
		case 5:
			r->round = 1;
			break;
		case 6:
			r->nth = 1;
			break;
		case 7:
			r->who = "eli";
			break;
		default:
			r->channel = "journal";
			break;
		}
		ck_assert(
		    against_compare(rows, 2, wall_at(0), &arena, &out, &t));
		ck_assert_uint_eq(t.appear, 1);
		ck_assert_uint_eq(t.vanish, 1);
		ck_assert_uint_eq(t.same + t.moved, 0);
	}
	arena_fini(&arena);
}
END_TEST

static struct against_row clock_row(
    enum against_side side, enum change_kind kind, int64_t at, int64_t due)
{
	return (struct against_row){ .what = ROW_CLOCK,
		.side = (uint8_t)side,
		.kind = (uint8_t)kind,
		.at = at,
		.due = due,
		.cycle = 1,
		.clock = "resolution",
		.chain = "",
		.who = "",
		.channel = "" };
}

/* The last due while it ran, however it was told; a breach that was withdrawn
 * is none; what a pause says is no due. */
START_TEST(the_last_due)
{
	struct arena arena = ARENA_INIT;
	struct against_totals t = { .tickets = 0 };
	struct against_ticket out;
	const int64_t never = WALL_NEVER.ms;
	struct against_row rows[] = {
		clock_row(AGAINST_OLD, CHANGE_CLOCK_STARTED, 10, 100),
		clock_row(AGAINST_OLD, CHANGE_CLOCK_PAUSED, 20, never),
		clock_row(AGAINST_OLD, CHANGE_CLOCK_RESUMED, 30, 110),
		clock_row(AGAINST_OLD, CHANGE_CLOCK_BREACHED, 110, 110),
		clock_row(AGAINST_OLD, CHANGE_CLOCK_WITHDRAWN, 120, 110),
		clock_row(AGAINST_OLD, CHANGE_CLOCK_MET, 120, 110),
		clock_row(AGAINST_NEW, CHANGE_CLOCK_STARTED, 10, 100),
		clock_row(AGAINST_NEW, CHANGE_CLOCK_RETARGETED, 20, 90),
		clock_row(AGAINST_NEW, CHANGE_CLOCK_BREACHED, 90, 90),
		clock_row(AGAINST_NEW, CHANGE_CLOCK_MET_LATE, 95, 90),
	};

	ck_assert(against_compare(rows, 10, wall_at(0), &arena, &out, &t));
	ck_assert_uint_eq(out.ndues, 1);
	ck_assert_int_eq(out.dues[0].due[AGAINST_OLD].ms, 110);
	ck_assert_int_eq(out.dues[0].due[AGAINST_NEW].ms, 90);
	ck_assert(!out.dues[0].breached[AGAINST_OLD]);
	ck_assert(out.dues[0].breached[AGAINST_NEW]);
	ck_assert_uint_eq(t.earlier.count, 1);
	ck_assert_int_eq(t.earlier.most_ms, 20);
	ck_assert_uint_eq(t.breaches_appear, 1);
	/* Over before what counts; and gone on with after it all the same. */
	ck_assert(!against_compare(rows, 10, wall_at(121), &arena, &out, NULL));
	rows[5].kind = CHANGE_CLOCK_RESUMED;
	ck_assert(against_compare(rows, 10, wall_at(121), &arena, &out, NULL));
	ck_assert(wall_is_never(out.dues[0].due[AGAINST_NEW]));
	arena_fini(&arena);
}
END_TEST

START_TEST(packed_and_back)
{
	struct arena arena = ARENA_INIT;
	struct textbuf tb;
	struct against_row row = told(AGAINST_NEW, INT64_MAX - 1);
	struct against_row back;

	row.due = -1;
	row.cycle = 3;
	row.round = 4;
	row.nth = 5;
	row.clock = NULL; /* is "" then */
	textbuf_init(&tb);
	against_row_pack(&row, &tb);
	ck_assert(against_row_unpack(tb.data, tb.len, &arena, &back));
	ck_assert_int_eq(back.what, ROW_NOTICE);
	ck_assert_int_eq(back.side, AGAINST_NEW);
	ck_assert_int_eq(back.kind, NOTICE_RULE);
	ck_assert_int_eq(back.at, INT64_MAX - 1);
	ck_assert_int_eq(back.due, -1);
	ck_assert_int_eq(back.cycle, 3);
	ck_assert_int_eq(back.step, -1);
	ck_assert_int_eq(back.round, 4);
	ck_assert_int_eq(back.nth, 5);
	ck_assert_str_eq(back.clock, "");
	ck_assert_str_eq(back.who, "dana");
	ck_assert_str_eq(back.channel, "room");
	for (size_t len = 0; len < tb.len; len++)
		ck_assert(!against_row_unpack(tb.data, len, &arena, &back));
	textbuf_addc(&tb, 'x');
	ck_assert(!against_row_unpack(tb.data, tb.len, &arena, &back));
	tb.data[1] = AGAINST_SIDES;
	ck_assert(!against_row_unpack(tb.data, tb.len - 1, &arena, &back));
	textbuf_fini(&tb);
	arena_fini(&arena);
}
END_TEST

/* --- how great, in what order ------------------------------------------- */

static struct against_row ticket_row(
    enum against_side side, const char *severity, const char *policy)
{
	return (struct against_row){ .what = ROW_TICKET,
		.side = (uint8_t)side,
		.clock = severity,
		.chain = policy,
		.who = "t:1",
		.channel = "" };
}

static struct against_row refused_row(
    enum against_side side, int64_t at, const char *event, const char *why)
{
	return (struct against_row){ .what = ROW_REFUSED,
		.side = (uint8_t)side,
		.at = at,
		.clock = event,
		.chain = why,
		.who = "t:1",
		.channel = "" };
}

START_TEST(how_great)
{
	struct arena arena = ARENA_INIT;
	struct against_totals t = { .tickets = 0 };
	struct against_ticket out;
	struct against_row rows[] = {
		ticket_row(AGAINST_OLD, "P3", "plain"),
		ticket_row(AGAINST_OLD, "P2", "plain"),
		ticket_row(AGAINST_NEW, "P1", "gold"),
		told(AGAINST_OLD, 300),
		told(AGAINST_NEW, 300),
		told(AGAINST_NEW, 200),
		clock_row(AGAINST_OLD, CHANGE_CLOCK_STARTED, 10, 100),
		clock_row(AGAINST_NEW, CHANGE_CLOCK_STARTED, 10, 90),
		clock_row(AGAINST_NEW, CHANGE_CLOCK_BREACHED, 90, 90),
		refused_row(AGAINST_NEW, 70, "e2", "later"),
		refused_row(AGAINST_NEW, 60, "e3", "first"),
		refused_row(AGAINST_NEW, 50, "e1", "both"),
		refused_row(AGAINST_OLD, 50, "e1", "both"),
		refused_row(AGAINST_OLD, 80, "e4", "old"),
	};

	rows[5].who = "zoe"; /* a later name, an earlier instant */
	ck_assert(against_compare(rows, 14, wall_at(0), &arena, &out, &t));
	ck_assert_uint_eq(out.weight, 2 + 2 + 10 + 3 * 10);
	ck_assert_str_eq(out.severity[AGAINST_OLD], "P2");
	ck_assert_uint_eq(t.severities, 1);
	ck_assert_uint_eq(t.refused, 1);
	ck_assert_uint_eq(out.refused[AGAINST_OLD], 1);
	ck_assert_uint_eq(out.refused[AGAINST_NEW], 2);
	ck_assert_str_eq(out.why[AGAINST_NEW], "first");
	ck_assert_str_eq(out.why[AGAINST_OLD], "old");
	/* Of the two that appear the earlier one stands first. */
	rows[4].who = "amy";
	ck_assert(against_compare(rows, 14, wall_at(0), &arena, &out, &t));
	ck_assert_uint_eq(out.nnotices, 3);
	ck_assert_str_eq(out.notices[0].who, "zoe");
	ck_assert_str_eq(out.notices[1].who, "amy");
	ck_assert_str_eq(out.notices[2].who, "dana");
	/* One that a side has not got has no other severity there. */
	memset(&t, 0, sizeof t);
	ck_assert(against_compare(rows + 2, 2, wall_at(0), &arena, &out, &t));
	ck_assert_uint_eq(t.severities, 0);
	arena_fini(&arena);
}
END_TEST

/* --- in words ----------------------------------------------------------- */

#define MONDAY INT64_C(1767603600000) /* 2026-01-05T09:00Z */

static const char *due_words(struct wall old, struct wall new_one,
    bool old_breached, bool new_breached, int cycle)
{
	static struct textbuf tb;
	struct against_due d = { .clock = "update",
		.cycle = cycle,
		.due = { old, new_one },
		.breached = { old_breached, new_breached } };
	struct zone *utc = zone_utc();

	textbuf_fini(&tb);
	textbuf_init(&tb);
	against_words_due(&d, utc, &tb);
	zone_free(utc);
	return tb.data;
}

START_TEST(dues_in_words)
{
	struct wall nine = wall_at(MONDAY);
	struct wall ten = wall_at(MONDAY + HOUR_MS);

	ck_assert_str_eq(due_words(ten, nine, false, false, 1),
	    "update due Mon 2026-01-05 09:00 UTC, 1h earlier");
	ck_assert_str_eq(due_words(nine, ten, true, true, 2),
	    "update #2 due Mon 2026-01-05 10:00 UTC, 1h later; breached, as "
	    "before");
	ck_assert_str_eq(due_words(WALL_NEVER, ten, false, true, 1),
	    "update due Mon 2026-01-05 10:00 UTC (new); now breached");
	ck_assert_str_eq(due_words(ten, WALL_NEVER, true, false, 1),
	    "update no more due (was Mon 2026-01-05 10:00 UTC); no more "
	    "breached");
	ck_assert_str_eq(due_words(ten, ten, false, true, 1),
	    "update due Mon 2026-01-05 10:00 UTC; now breached");
	ck_assert_str_eq(due_words(WALL_NEVER, WALL_NEVER, true, false, 1),
	    "update never due; no more breached");
}
END_TEST

static const char *notice_words(struct against_notice *n)
{
	static struct textbuf tb;
	struct zone *utc = zone_utc();

	textbuf_fini(&tb);
	textbuf_init(&tb);
	against_words_notice(n, utc, &tb);
	zone_free(utc);
	return tb.data;
}

START_TEST(notices_in_words)
{
	struct against_notice n = { .reason = NOTICE_REMINDER,
		.clock = "update",
		.cycle = 2,
		.chain = "standard",
		.step = 1,
		.round = 2,
		.nth = 3,
		.who = "dana",
		.channel = "dm",
		.at = { wall_at(MONDAY), wall_at(MONDAY + HOUR_MS) } };

	ck_assert_str_eq(notice_words(&n),
	    "standard step 2, round 3, reminder 3 to dana by dm "
	    "Mon 2026-01-05 10:00 UTC, 1h later");
	n.chain = "";
	n.step = -1;
	n.round = n.nth = 0;
	n.reason = NOTICE_ACK_TIMEOUT;
	n.who = "";
	n.at[AGAINST_NEW] = WALL_NEVER;
	ck_assert_str_eq(notice_words(&n),
	    "ack timeout (update #2) to the room by dm "
	    "Mon 2026-01-05 09:00 UTC (no more)");
	n.clock = "";
	n.reason = NOTICE_RULE;
	n.at[AGAINST_NEW] = wall_at(MONDAY);
	n.at[AGAINST_OLD] = WALL_NEVER;
	ck_assert_str_eq(notice_words(&n),
	    "rule to the room by dm Mon 2026-01-05 09:00 UTC (new)");
}
END_TEST

START_TEST(tickets_in_words)
{
	struct against_ticket t = { .there = { true, true },
		.policy = { "plain", "gold" },
		.severity = { "", "P1" },
		.refused = { 1, 0 },
		.why = { "severity: unknown", "" } };
	char array[200];
	struct textbuf tb;

	textbuf_init_fixed(&tb, array, sizeof array);
	ck_assert(against_words_policy(&t, &tb));
	textbuf_add(&tb, "|");
	against_words_was(&t, t.severity, &tb);
	textbuf_add(&tb, "|");
	against_words_refused(&t, AGAINST_OLD, &tb);
	textbuf_add(&tb, "|");
	t.there[AGAINST_OLD] = false;
	against_words_was(&t, t.severity, &tb);
	textbuf_add(&tb, "|");
	t.there[AGAINST_NEW] = false;
	against_words_was(&t, t.policy, &tb);
	ck_assert(!against_words_policy(&t, &tb));
	ck_assert_str_eq(array,
	    "policy gold, was plain|P1, was none|only the old matrix refuses "
	    "1 event: severity: unknown|P1|plain");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("against rows");
	TCase *tc = tcase_create("rows");

	tcase_add_test(tc, paired_by_instant);
	tcase_add_test(tc, what_makes_it_another);
	tcase_add_test(tc, the_last_due);
	tcase_add_test(tc, packed_and_back);
	tcase_add_test(tc, how_great);
	tcase_add_test(tc, dues_in_words);
	tcase_add_test(tc, notices_in_words);
	tcase_add_test(tc, tickets_in_words);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
