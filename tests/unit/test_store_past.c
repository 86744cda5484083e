/* test_store_past.c - what the store keeps so that the past can be replayed.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/store_fixture.h"
#include "store/reader.h"
#include "store/store.h"

#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each mark has a row of the journal, by which a replay sets it too. */
static void check_repeat_rows(struct reader *r, const struct ticket *t)
{
	struct journal_row *rows;
	size_t count, at = 0;

	OK(reader_timeline(r, &arena, t->id, 0, 1000, &rows, &count, &err));
	while (at < count && (rows[at].cause == NULL ||
				 strcmp(rows[at].cause, "restart") != 0))
		at++;
	for (size_t i = 0; i < t->nnotices; i++) {
		const struct notice *n = &t->notices[i];

		if (!n->repeat)
			continue;
		REQUIRE(at < count);
		ck_assert_int_eq(rows[at].change.kind, CHANGE_NOTICE_REPEATED);
		ck_assert_int_eq(rows[at].notice_id, n->id);
		ck_assert_int_eq(rows[at].change.reason, n->reason);
		ck_assert_int_eq(rows[at].recorded.ms, 9);
		ck_assert_str_eq(rows[at].change.channel, n->channel);
		ck_assert_str_eq(rows[at++].cause, "restart");
	}
	ck_assert_uint_eq(at, count);
}

START_TEST(repeats_are_those_that_were_free_to_go)
{
	const struct wall alive = wall_at(25);
	int64_t marked, expected = 0;
	struct ticket t, loaded;
	struct reader *r;
	struct notice n;

	ticket_init(&t, &arena, "zendesk:1");
	for (int i = 0; i < 200; i++) {
		struct notice *at = world_notice(&rng, &t);

		at->free_at = wall_at(rng_between(&rng, 0, 50));
		at->repeat = false;
		if (i < 3) { /* on either side of the edge */
			at->state = NOTICE_PENDING;
			at->free_at = wall_at(24 + i);
		}
	}
	save_alone(&t, "e1");
	OK(store_mark_repeats(store, alive, wall_at(9), &marked, &err));
	OK(reader_open(path, &r, &err));
	for (size_t i = 0; i < t.nnotices; i++) {
		struct notice *at = &t.notices[i];

		at->repeat =
		    at->state == NOTICE_PENDING && at->free_at.ms <= alive.ms;
		expected += at->repeat;
		OK(reader_notice(r, &arena, at->id, &loaded, &n, &err));
		ck_assert_ptr_null(world_notice_differs(at, &n));
	}
	ck_assert_int_gt(expected, 0);
	ck_assert_int_eq(marked, expected);
	check_repeat_rows(r, &t);
	reader_close(r);
}
END_TEST

/* The first row of a decision says what caused it and by which matrix; one
 * that changed nothing anybody is told of has a row too. */
START_TEST(decisions_say_what_caused_them)
{
	struct decision d;
	struct journal_row *rows;
	struct reader *r;
	struct ticket t;
	struct event ev;
	size_t count, at = 0;

	world_ticket(&rng, &arena, "zendesk:1", &t);
	store_decide_by(store, 17, 3);
	world_event(&rng, &arena, "e1", &t, &ev, &d);
	at = d.nchanges;
	OK(store_begin(store, &err));
	OK(store_save(
	    store, &t, &ev, &d, "open_tickets,dana,,0,0=2", wall_at(5), &err));
	memset(&d, 0, sizeof d);
	ev = (struct event){
		.type = EVENT_REMARK, .at = wall_at(6), .body = "so"
	};
	store_decide_by(store, 18, 4);
	OK(store_save(store, &t, &ev, &d, "", wall_at(6), &err));
	OK(store_commit(store, &err));
	OK(reader_open(path, &r, &err));
	OK(reader_timeline(r, &arena, t.id, 0, 100, &rows, &count, &err));
	ck_assert_uint_eq(count, at + 1);
	ck_assert_str_eq(rows[0].cause, "event");
	ck_assert_int_eq(rows[0].matrix, 17);
	ck_assert_int_eq(rows[0].duty, 3);
	ck_assert_str_eq(rows[0].given, "open_tickets,dana,,0,0=2");
	for (size_t i = 1; i < at; i++) {
		ck_assert_str_eq(rows[i].cause, "");
		ck_assert_int_eq(rows[i].matrix, 0);
		ck_assert_int_eq(rows[i].duty, -1);
		ck_assert_str_eq(rows[i].given, "");
	}
	ck_assert_str_eq(rows[at].cause, "remark");
	ck_assert_str_eq(rows[at].event_type, "remark");
	ck_assert_str_eq(rows[at].event_id, "");
	ck_assert_int_eq(rows[at].matrix, 18);
	ck_assert_int_eq(rows[at].duty, 4);
	ck_assert_str_eq(rows[at].given, "");
	ck_assert_str_eq(rows[at].body, "so");
	ck_assert_int_eq(rows[at].change.at.ms, 6);
	reader_close(r);
}
END_TEST

static void add_matrix(struct matrix_row *row, int64_t number, int64_t previous)
{
	OK(store_begin(store, &err));
	OK(store_add_matrix(store, row, &err));
	OK(store_commit(store, &err));
	ck_assert_int_eq(row->number, number);
	ck_assert_int_eq(row->previous, previous);
}

START_TEST(matrices_are_kept_once)
{
	struct matrix_file files[] = { { "a.ics", "x\0y", 3 },
		{ "b.ics", "", 0 } };
	struct matrix_row row = { .revision = "r1",
		.since = wall_at(1),
		.previous = MATRIX_PREVIOUS_ANY,
		.program = "1",
		.name = "m.yaml",
		.text = "a: 1\n",
		.files = files,
		.nfiles = 2 };
	struct matrix_row again = row, loaded;

	ck_assert_int_eq(
	    store_load_matrix(store, &arena, 0, &loaded, &err), STORE_NONE);
	add_matrix(&row, 1, 0);
	again.since = wall_at(2);
	add_matrix(&again, 1, 0);
	ck_assert_int_eq(again.since.ms, 1);
	again.previous = 1;
	add_matrix(&again, 2, 1);
	files[0].bytes = "x\0z";
	again.previous = MATRIX_PREVIOUS_ANY;
	add_matrix(&again, 3, 0);
	again.program = "2";
	add_matrix(&again, 4, 0);
	reopen();
	OK(store_load_matrix(store, &arena, 0, &loaded, &err));
	ck_assert_int_eq(loaded.number, 4);
	ck_assert_str_eq(loaded.program, "2");
	OK(store_load_matrix(store, &arena, 2, &loaded, &err));
	ck_assert_int_eq(loaded.previous, 1);
	ck_assert_str_eq(loaded.text, row.text);
	ck_assert_uint_eq(loaded.nfiles, 2);
	ck_assert_str_eq(loaded.files[0].name, "a.ics");
	ck_assert_uint_eq(loaded.files[0].len, 3);
	ck_assert_mem_eq(loaded.files[0].bytes, "x\0y", 3);
	ck_assert_uint_eq(loaded.files[1].len, 0);
}
END_TEST

/* Rows: r1 by mara, r2, r1 again. */
static void add_three(void)
{
	static const char *const revisions[] = { "aaaa1", "aabb2", "aaaa1" };

	for (int i = 0; i < 3; i++) {
		struct matrix_row row = { .revision = revisions[i],
			.since = wall_at(10 + i),
			.previous = i,
			.program = "1",
			.by = i == 0 ? "mara" : "",
			.how = i == 0 ? "forced" : "signal",
			.why = "why",
			.applies = i == 1 ? "new" : "open",
			.name = "m.yaml",
			.text = i == 1 ? "" : "a: \xc3\xa9\n" };

		add_matrix(&row, i + 1, i);
	}
}

START_TEST(who_brought_a_matrix_is_kept)
{
	struct matrix_row row, head;
	struct matrix_line *lines;
	struct reader *r;
	size_t count;

	add_three();
	reopen();
	OK(store_load_matrix(store, &arena, 1, &row, &err));
	ck_assert_str_eq(row.by, "mara");
	ck_assert_str_eq(row.how, "forced");
	ck_assert_str_eq(row.why, "why");
	ck_assert_str_eq(row.applies, "open");
	OK(store_matrix_head(store, &arena, 0, &head, &err));
	ck_assert_int_eq(head.number, 3);
	ck_assert_int_eq(head.previous, 2);
	ck_assert_ptr_null(head.text);
	ck_assert_int_eq(
	    store_matrix_head(store, &arena, 9, &head, &err), STORE_NONE);
	OK(reader_open(path, &r, &err));
	OK(reader_matrices(r, &arena, 0, 2, &lines, &count, &err));
	ck_assert_uint_eq(count, 2);
	ck_assert_int_eq(lines[0].row.number, 3);
	ck_assert_int_eq(lines[0].bytes, 6);
	ck_assert_int_eq(lines[1].bytes, 0);
	ck_assert_str_eq(lines[1].row.applies, "new");
	OK(reader_matrices(r, &arena, 2, 9, &lines, &count, &err));
	ck_assert_uint_eq(count, 1);
	ck_assert_str_eq(lines[0].row.by, "mara");
	reader_close(r);
}
END_TEST

/* Whoever brings the same again changes nothing. */
START_TEST(the_same_by_another_is_the_same)
{
	struct matrix_row row = { .revision = "r1",
		.since = wall_at(1),
		.previous = MATRIX_PREVIOUS_ANY,
		.program = "1",
		.by = "mara",
		.how = "reload",
		.why = "",
		.applies = "open",
		.name = "m.yaml",
		.text = "a: 1\n" };

	add_matrix(&row, 1, 0);
	row.by = "eli";
	row.how = "start";
	add_matrix(&row, 1, 0);
}
END_TEST

START_TEST(a_revision_is_found_by_its_beginning)
{
	struct reader *r;
	int64_t number;

	add_three();
	OK(reader_open(path, &r, &err));
	OK(reader_matrix_number(r, "aaaa", &number, &err));
	ck_assert_int_eq(number, 3); /* the latest of these */
	OK(reader_matrix_number(r, "aabb2", &number, &err));
	ck_assert_int_eq(number, 2);
	ck_assert_int_eq(
	    reader_matrix_number(r, "aa", &number, &err), STORE_NONE);
	ck_assert_ptr_nonnull(strstr(err.text, "several"));
	ck_assert_int_eq(
	    reader_matrix_number(r, "%", &number, &err), STORE_NONE);
	reader_close(r);
}
END_TEST

static void add_ticket(
    const char *key, const char *revision, enum status status, bool deleted)
{
	struct decision d;
	struct ticket t;
	struct event ev;

	world_ticket(&rng, &arena, key, &t);
	world_event(&rng, &arena, key, &t, &ev, &d);
	t.revision = revision;
	t.fields.status = status;
	t.deleted = deleted;
	t.merged_into = "";
	t.dirty = true;
	OK(store_begin(store, &err));
	OK(store_save(store, &t, &ev, &d, "", wall_at(6), &err));
	OK(store_commit(store, &err));
}

START_TEST(revisions_of_tickets_are_known)
{
	const char **known, *after = "";
	int64_t *ids, id = 0;
	size_t count;

	add_ticket("z:1", "b", STATUS_OPEN, false);
	add_ticket("z:2", "a", STATUS_NEW, false);
	add_ticket("z:3", "b", STATUS_PENDING, false);
	add_ticket("z:4", "c", STATUS_SOLVED, false);
	add_ticket("z:5", "d", STATUS_CLOSED, false);
	add_ticket("z:6", "b", STATUS_SOLVED, false);
	add_ticket("z:7", "b", STATUS_SOLVED, true);
	add_ticket("z:8", "c", STATUS_SOLVED, false);
	OK(store_ticket_revisions(store, &arena, false, &known, &count, &err));
	ck_assert_uint_eq(count, 2);
	ck_assert_str_eq(known[0], "a");
	ck_assert_str_eq(known[1], "b");
	OK(store_ticket_revisions(store, &arena, true, &known, &count, &err));
	ck_assert_uint_eq(count, 3);
	ck_assert_str_eq(known[2], "c");
	/* Page by page, in the order of revisions. */
	OK(store_solved_tickets(
	    store, &arena, "x", &after, &id, 2, &ids, &count, &err));
	ck_assert_uint_eq(count, 2);
	ck_assert_int_eq(ids[0], 6);
	ck_assert_int_eq(ids[1], 4);
	ck_assert_str_eq(after, "c");
	OK(store_solved_tickets(
	    store, &arena, "x", &after, &id, 2, &ids, &count, &err));
	ck_assert_uint_eq(count, 1);
	ck_assert_int_eq(ids[0], 8);
	OK(store_solved_tickets(
	    store, &arena, "x", &after, &id, 2, &ids, &count, &err));
	ck_assert_uint_eq(count, 0);
	after = "";
	id = 0;
	OK(store_solved_tickets(
	    store, &arena, "c", &after, &id, 9, &ids, &count, &err));
	ck_assert_uint_eq(count, 1); /* they have it */
	ck_assert_int_eq(ids[0], 6);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("store_past");
	TCase *c = tcase_create("store_past");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, repeats_are_those_that_were_free_to_go);
	tcase_add_test(c, decisions_say_what_caused_them);
	tcase_add_test(c, matrices_are_kept_once);
	tcase_add_test(c, who_brought_a_matrix_is_kept);
	tcase_add_test(c, the_same_by_another_is_the_same);
	tcase_add_test(c, a_revision_is_found_by_its_beginning);
	tcase_add_test(c, revisions_of_tickets_are_known);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_store_past");
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
