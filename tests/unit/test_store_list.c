/* test_store_list.c - pages are complete and in order, totals are right.
 *
 * The oracle filters and sorts the tickets in memory.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/require.h"
#include "lib/store_world.h"
#include "store/reader.h"
#include "store/store.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TICKETS = 400 };

static struct rng rng;
static struct errtext err;
static struct arena arena;
static char *directory;
static struct store *store;
static struct reader *reader;
static struct ticket tickets[TICKETS];

#define OK(call)                                                               \
	do {                                                                   \
		if ((call) != STORE_OK)                                        \
			ck_abort_msg("%s: %s", #call, err.text);               \
	} while (0)

static const char *const severities[] = { "P1", "P2", NULL };
static const char *const teams[] = { "frontline", "", "it's" };
static const char *const subjects[] = { "Cannot log in", "100% down", "a_b\\c",
	NULL, "log" };

/* Few values, so that filters match and orders tie. */
static void narrow(struct ticket *t)
{
	t->fields.text[FIELD_SEVERITY] = severities[rng_below(&rng, 3)];
	t->fields.text[FIELD_TEAM] = teams[rng_below(&rng, 3)];
	t->fields.text[FIELD_ASSIGNEE] = severities[rng_below(&rng, 3)];
	t->fields.text[FIELD_CUSTOMER_ID] = teams[rng_below(&rng, 3)];
	t->fields.text[FIELD_SUBJECT] = subjects[rng_below(&rng, 5)];
	t->updated = wall_at(rng_between(&rng, 0, 60));
	if (!wall_is_never(t->next_due))
		t->next_due = wall_at(rng_between(&rng, 0, 60));
}

static void put(struct ticket *t)
{
	struct decision d;
	struct event ev;

	world_event(&rng, &arena, NULL, t, &ev, &d);
	OK(store_save(store, t, &ev, &d, NULL, wall_at(1), &err));
}

/* It is closed from its beginning, and in no list at all. */
static void put_reserved(void)
{
	struct ticket t;

	ticket_init(&t, &arena, REMARK_TICKET);
	t.fields.status = STATUS_CLOSED;
	t.created = t.updated = wall_at(1);
	put(&t);
}

/* Open, its chain walking, a notice of it dead: counted by nothing. */
static void put_drill(void)
{
	struct ticket t;

	ticket_init(&t, &arena, "drill:2026-01-05-1");
	t.created = t.updated = wall_at(1);
	t.next_due = wall_at(2);
	t.fields.text[FIELD_SUBJECT] = "Drill of 100% log";
	world_run(&rng, &t, 1);
	t.runs[0].state = RUN_WALKING;
	t.runs[0].next_at = wall_at(2);
	world_notice(&rng, &t)->state = NOTICE_DEAD;
	put(&t);
}

static void setup(void)
{
	char *path;
	char key[40];

	directory = world_directory();
	path = world_path(directory, "test.db");
	arena_init(&arena);
	OK(store_open(path, &store, &err));
	OK(reader_open(path, &reader, &err));
	OK(store_begin(store, &err));
	for (int i = 0; i < TICKETS; i++) {
		snprintf(key, sizeof key, "%s:%u",
		    rng_one_in(&rng, 2) ? "Jira" : "zendesk",
		    (unsigned)(i * 7919 % TICKETS));
		world_ticket(&rng, &arena, key, &tickets[i]);
		narrow(&tickets[i]);
		put(&tickets[i]);
	}
	for (int i = 0; i < TICKETS; i++) {
		world_change(&rng, &tickets[i]);
		narrow(&tickets[i]);
		tickets[i].dirty = true;
		put(&tickets[i]);
	}
	put_reserved();
	put_drill();
	OK(store_commit(store, &err));
	free(path);
}

static void teardown(void)
{
	reader_close(reader);
	store_close(store);
	arena_fini(&arena);
	world_remove(directory);
}

static bool has_late_clock(const struct ticket *t)
{
	for (size_t i = 0; i < t->nclocks; i++)
		if (!wall_is_never(t->clocks[i].breached_at) &&
		    wall_is_never(t->clocks[i].ended_at))
			return true;
	return false;
}

static bool equal(const char *filter, const char *value)
{
	return filter == NULL || (value != NULL && strcmp(filter, value) == 0);
}

static bool status_matches(const struct ticket *t, const char *filter)
{
	enum status s;

	if (filter == NULL || strcmp(filter, "unsolved") == 0)
		return !ticket_is_over(t);
	if (strcmp(filter, "all") == 0)
		return !t->deleted;
	REQUIRE(status_parse(filter, &s));
	return t->fields.status == s &&
	       (status_is_unsolved(s) ? !ticket_is_over(t) : !t->deleted);
}

static bool text_matches(const struct ticket *t, const char *part)
{
	const char *subject = t->fields.text[FIELD_SUBJECT];

	return part == NULL || strcasestr(t->key, part) != NULL ||
	       (subject != NULL && strcasestr(subject, part) != NULL);
}

static bool matches(const struct ticket *t, const struct ticket_filter *f)
{
	return status_matches(t, f->status) &&
	       equal(f->severity, t->fields.text[FIELD_SEVERITY]) &&
	       equal(f->team, t->fields.text[FIELD_TEAM]) &&
	       equal(f->assignee, t->fields.text[FIELD_ASSIGNEE]) &&
	       equal(f->customer, t->fields.text[FIELD_CUSTOMER_ID]) &&
	       text_matches(t, f->text) && (!f->breached || has_late_clock(t));
}

static enum ticket_order sort_order;

static int compare(const void *left, const void *right)
{
	const struct ticket *a = *(struct ticket *const *)left;
	const struct ticket *b = *(struct ticket *const *)right;

	if (sort_order == ORDER_KEY)
		return strcmp(a->key, b->key);
	if (sort_order == ORDER_UPDATED && a->updated.ms != b->updated.ms)
		return a->updated.ms > b->updated.ms ? -1 : 1;
	if (sort_order == ORDER_UPDATED)
		return a->id > b->id ? -1 : 1;
	if (a->next_due.ms != b->next_due.ms)
		return a->next_due.ms < b->next_due.ms ? -1 : 1;
	return a->id < b->id ? -1 : 1;
}

static size_t expect(const struct ticket_filter *f, struct ticket **out)
{
	size_t n = 0;

	for (int i = 0; i < TICKETS; i++)
		if (matches(&tickets[i], f))
			out[n++] = &tickets[i];
	sort_order = f->order;
	qsort(out, n, sizeof *out, compare);
	return n;
}

static const char *maybe(const char *const *values, size_t n)
{
	return rng_one_in(&rng, 4) ? values[rng_below(&rng, n)] : NULL;
}

static const char *const statuses[] = { "unsolved", "all", "new", "open",
	"pending", "on_hold", "solved", "closed" };
static const char *const parts[] = { "log", "%", "_", "\\", "ZEN", "a:1", "'" };

static struct ticket_filter random_filter(void)
{
	struct ticket_filter f = { .status = NULL };

	if (!rng_one_in(&rng, 4))
		f.status = statuses[rng_below(&rng, 8)];
	f.severity = maybe(severities, 3);
	f.team = maybe(teams, 3);
	f.assignee = maybe(severities, 3);
	f.customer = maybe(teams, 3);
	f.text = maybe(parts, 7);
	f.breached = rng_one_in(&rng, 3);
	f.order = (enum ticket_order)rng_below(&rng, 3);
	f.limit = (int)rng_between(&rng, 1, 60);
	return f;
}

/* Walks the pages; returns how many tickets there were. */
static size_t walk(struct ticket_filter f, struct ticket **expected, size_t n)
{
	struct arena page = ARENA_INIT;
	const char *next;
	struct ticket *got;
	size_t count, seen = 0;

	do {
		OK(reader_list(reader, &page, &f, &got, &count, &next, &err));
		REQUIRE(count <= (size_t)f.limit);
		REQUIRE(next == NULL || count == (size_t)f.limit);
		for (size_t i = 0; i < count; i++) {
			REQUIRE(seen < n);
			REQUIRE(world_differs(expected[seen], &got[i]) == NULL);
			seen++;
		}
		f.after = next;
	} while (next != NULL);
	arena_fini(&page);
	return seen;
}

START_TEST(pages_are_what_the_oracle_says)
{
	struct ticket *expected[TICKETS];
	size_t n, some = 0;

	for (int round = 0; round < 400; round++) {
		struct ticket_filter f = random_filter();

		n = expect(&f, expected);
		ck_assert_uint_eq(walk(f, expected, n), n);
		some += n > (size_t)f.limit;
	}
	/* The rounds were not about nothing. */
	ck_assert_uint_gt(some, 20);
}
END_TEST

/* Tickets that stay are shown once each, whatever comes and goes between the
 * pages. */
START_TEST(pages_stay_complete_while_tickets_change)
{
	struct ticket_filter f = { .order = ORDER_KEY, .limit = 7 };
	static int shown[TICKETS];
	const char *next;
	struct ticket *got;
	size_t count;

	do {
		struct ticket *solved = &tickets[rng_below(&rng, TICKETS)];

		OK(reader_list(reader, &arena, &f, &got, &count, &next, &err));
		for (size_t i = 0; i < count; i++)
			shown[got[i].id - 1]++;
		OK(store_begin(store, &err));
		solved->fields.status = STATUS_SOLVED;
		solved->dirty = true;
		put(solved);
		OK(store_commit(store, &err));
		f.after = next;
	} while (next != NULL);
	for (int i = 0; i < TICKETS; i++) {
		ck_assert_int_le(shown[i], 1);
		if (!ticket_is_over(&tickets[i]))
			ck_assert_int_eq(shown[i], 1);
	}
}
END_TEST

START_TEST(bad_cursors_are_refused)
{
	static const char *const bad[] = { "", "d", "d.", "d.1", "d.1.",
		"d.1.x", "d.x.1", "d..1", "d.1.0", "d.1.-1", "d.1.1.1", "k.0.1",
		"d.1.1 ", "d. 1.1", "d.1.99999", "'; DROP TABLE ticket; --" };
	struct ticket_filter f = { .limit = 5 };
	const char *next;
	struct ticket *got;
	size_t count;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		f.after = bad[i];
		ck_assert_msg(reader_list(reader, &arena, &f, &got, &count,
				  &next, &err) == STORE_NONE,
		    "%s", bad[i]);
		ck_assert_msg(
		    strncmp(err.text, "after: ", 7) == 0, "%s", err.text);
		ck_assert_uint_eq(count, 0);
	}
	f.after = "d.1.1";
	OK(reader_list(reader, &arena, &f, &got, &count, &next, &err));
}
END_TEST

START_TEST(bad_statuses_are_refused)
{
	struct ticket_filter f = { .limit = 5, .status = "asleep" };
	const char *next;
	struct ticket *got;
	size_t count;

	ck_assert_int_eq(
	    reader_list(reader, &arena, &f, &got, &count, &next, &err),
	    STORE_NONE);
	ck_assert_msg(strstr(err.text, "asleep") != NULL, "%s", err.text);
}
END_TEST

START_TEST(limits_are_kept_in_range)
{
	struct ticket_filter f = { .status = "all", .limit = -5 };
	const char *next;
	struct ticket *got;
	size_t count;

	OK(reader_list(reader, &arena, &f, &got, &count, &next, &err));
	ck_assert_uint_eq(count, 1);
	f.limit = 1000000;
	OK(reader_list(reader, &arena, &f, &got, &count, &next, &err));
	ck_assert_uint_gt(count, 100);
	ck_assert_ptr_null(next);
}
END_TEST

static void count_ticket(const struct ticket *t, struct totals *n)
{
	n->open_tickets += !ticket_is_over(t);
	n->breached += !ticket_is_over(t) && has_late_clock(t);
	for (size_t i = 0; i < t->nruns; i++) {
		enum run_state s = t->runs[i].state;

		n->runs_walking += s == RUN_WALKING;
		n->runs_acked += s == RUN_ACKED || s == RUN_SNOOZED;
		n->runs_exhausted += s == RUN_EXHAUSTED;
	}
	for (size_t i = 0; i < t->nnotices; i++) {
		const struct notice *at = &t->notices[i];

		n->notices_dead += at->state == NOTICE_DEAD;
		if (at->state != NOTICE_PENDING)
			continue;
		n->notices_pending++;
		n->oldest_pending = wall_min(n->oldest_pending, at->free_at);
	}
}

START_TEST(totals_are_counted)
{
	struct totals expected = { .oldest_pending = WALL_NEVER };
	struct totals got;

	for (int i = 0; i < TICKETS; i++)
		count_ticket(&tickets[i], &expected);
	OK(reader_totals(reader, &got, &err));
	ck_assert_int_gt(expected.breached, 0);
	ck_assert_int_eq(got.open_tickets, expected.open_tickets);
	ck_assert_int_eq(got.breached, expected.breached);
	ck_assert_int_eq(got.runs_walking, expected.runs_walking);
	ck_assert_int_eq(got.runs_acked, expected.runs_acked);
	ck_assert_int_eq(got.runs_exhausted, expected.runs_exhausted);
	ck_assert_int_eq(got.notices_pending, expected.notices_pending);
	ck_assert_int_eq(got.notices_dead, expected.notices_dead);
	ck_assert_int_eq(got.oldest_pending.ms, expected.oldest_pending.ms);
	ck_assert_int_gt(got.database_bytes, 100000);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("store_list");
	TCase *c = tcase_create("store_list");

	tcase_set_timeout(c, 60);
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, pages_are_what_the_oracle_says);
	tcase_add_test(c, pages_stay_complete_while_tickets_change);
	tcase_add_test(c, bad_cursors_are_refused);
	tcase_add_test(c, bad_statuses_are_refused);
	tcase_add_test(c, limits_are_kept_in_range);
	tcase_add_test(c, totals_are_counted);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_store_list");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
