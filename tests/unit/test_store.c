/* test_store.c - what the store was given is what it gives back.
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

static const char *name(const char *prefix, int i)
{
	char text[40];

	snprintf(text, sizeof text, "%s:%d", prefix, i);
	return arena_strdup(&arena, text);
}

static void compare(const struct ticket *saved, const struct ticket *loaded)
{
	const char *what = world_differs(saved, loaded);

	if (what != NULL)
		ck_abort_msg("%s: %s differs", saved->key, what);
}

static void nothing_dirty(const struct ticket *t)
{
	REQUIRE(!t->dirty);
	for (size_t i = 0; i < t->nclocks; i++)
		REQUIRE(!t->clocks[i].dirty);
	for (size_t i = 0; i < t->nruns; i++)
		REQUIRE(!t->runs[i].dirty);
	for (size_t i = 0; i < t->nnotices; i++)
		REQUIRE(!t->notices[i].dirty && t->notices[i].id > 0);
}

enum { ROUND_TRIPS = 300 };

START_TEST(what_is_saved_is_loaded)
{
	static struct ticket saved[ROUND_TRIPS];
	struct ticket loaded;

	OK(store_begin(store, &err));
	for (int i = 0; i < ROUND_TRIPS; i++) {
		world_ticket(&rng, &arena, name("zendesk", i), &saved[i]);
		save(&saved[i], name("e", i));
		nothing_dirty(&saved[i]);
	}
	OK(store_commit(store, &err));
	reopen();
	for (int i = 0; i < ROUND_TRIPS; i++) {
		OK(store_load(store, &arena, saved[i].key, 0, &loaded, &err));
		compare(&saved[i], &loaded);
		nothing_dirty(&loaded);
		OK(store_load(store, &arena, NULL, saved[i].id, &loaded, &err));
		compare(&saved[i], &loaded);
	}
}
END_TEST

/* One ticket lives through many changes; each time what is on disk is what
 * went on in memory. */
START_TEST(changes_follow_a_ticket)
{
	struct ticket t, loaded;

	world_ticket(&rng, &arena, "jira:A-1", &t);
	save_alone(&t, "first");
	for (int i = 0; i < 300; i++) {
		world_change(&rng, &t);
		save_alone(&t, rng_one_in(&rng, 2) ? name("c", i) : NULL);
		nothing_dirty(&t);
		OK(store_load(store, &arena, t.key, 0, &loaded, &err));
		compare(&t, &loaded);
		/* Goes on with what a daemon would have in hand. */
		if (rng_one_in(&rng, 2))
			t = loaded;
	}
}
END_TEST

START_TEST(an_unknown_ticket_is_none)
{
	struct ticket t;

	ck_assert_int_eq(
	    store_load(store, &arena, "zendesk:1", 0, &t, &err), STORE_NONE);
	ck_assert_str_eq(t.key, "zendesk:1");
	ck_assert_int_eq(t.id, 0);
	ck_assert_ptr_eq(t.arena, &arena);
	ck_assert_int_eq(
	    store_load(store, &arena, NULL, 77, &t, &err), STORE_NONE);
	ck_assert_str_eq(t.key, "");
}
END_TEST

START_TEST(only_what_is_dirty_is_written)
{
	struct ticket t, loaded;

	ticket_init(&t, &arena, "zendesk:5");
	t.created = t.updated = wall_at(5);
	world_clock(&rng, &t, "first_reply", 1);
	world_run(&rng, &t, 1);
	t.runs[0].state = RUN_WALKING;
	world_notice(&rng, &t)->ended = false;
	save_alone(&t, "e1");
	OK(store_load(store, &arena, t.key, 0, &loaded, &err));
	loaded.policy = "not marked";
	loaded.clocks[0].policy = "not marked";
	loaded.runs[0].acked_by = "not marked";
	loaded.notices[0].detail = "not marked";
	save_alone(&loaded, NULL);
	OK(store_load(store, &arena, t.key, 0, &loaded, &err));
	compare(&t, &loaded);
}
END_TEST

/* A run or notice that ends alone must not leave the counts on the ticket's
 * row behind, which say what to load. */
START_TEST(counts_follow_parts_that_change_alone)
{
	struct ticket t, loaded;

	ticket_init(&t, &arena, "zendesk:6");
	t.created = t.updated = wall_at(5);
	save_alone(&t, "e1");
	world_run(&rng, &t, 1);
	t.runs[0].state = RUN_ACKED;
	save_alone(&t, NULL);
	OK(store_load(store, &arena, t.key, 0, &loaded, &err));
	ck_assert_uint_eq(loaded.nruns, 1);
	ck_assert_uint_eq(loaded.nnotices, 0);
	world_notice(&rng, &loaded)->ended = false;
	loaded.runs[0].state = RUN_ENDED;
	loaded.runs[0].dirty = true;
	save_alone(&loaded, NULL);
	OK(store_load(store, &arena, t.key, 0, &loaded, &err));
	ck_assert_uint_eq(loaded.nruns, 0);
	ck_assert_uint_eq(loaded.nnotices, 1);
	loaded.notices[0].ended = true;
	loaded.notices[0].dirty = true;
	save_alone(&loaded, NULL);
	OK(store_load(store, &arena, t.key, 0, &loaded, &err));
	ck_assert_uint_eq(loaded.nnotices, 0);
}
END_TEST

static bool seen(const char *id)
{
	bool yes;

	OK(store_event_seen(store, id, &yes, &err));
	return yes;
}

START_TEST(an_event_is_taken_once)
{
	struct ticket t, other;

	world_ticket(&rng, &arena, "zendesk:1", &t);
	world_ticket(&rng, &arena, "zendesk:2", &other);
	ck_assert(!seen("e-1"));
	OK(store_begin(store, &err));
	save(&t, "e-1");
	ck_assert_msg(seen("e-1"), "seen in the same transaction");
	store_rollback(store);
	ck_assert_msg(!seen("e-1"), "rolled back");
	world_ticket(&rng, &arena, "zendesk:1", &t);
	save_alone(&t, "e-1");
	reopen();
	ck_assert(seen("e-1"));
	ck_assert(!seen("E-1"));
	ck_assert(!seen(""));
	/* Ids are unique over all tickets. */
	struct decision d;
	struct event ev;
	world_event(&rng, &arena, "e-1", &other, &ev, &d);
	OK(store_begin(store, &err));
	ck_assert_int_eq(
	    store_save(store, &other, &ev, &d, NULL, wall_at(1), &err),
	    STORE_FAILED);
	store_rollback(store);
}
END_TEST

START_TEST(rollback_leaves_nothing)
{
	struct ticket t, loaded;

	OK(store_begin(store, &err));
	world_ticket(&rng, &arena, "zendesk:9", &t);
	save(&t, "e9");
	OK(store_meta_set(store, "matrix", "new", &err));
	store_rollback(store);
	store_rollback(store);
	const char *value;
	ck_assert_int_eq(
	    store_load(store, &arena, "zendesk:9", 0, &loaded, &err),
	    STORE_NONE);
	ck_assert_int_eq(
	    store_meta_get(store, &arena, "matrix", &value, &err), STORE_NONE);
	ck_assert_ptr_null(value);
}
END_TEST

START_TEST(a_reader_sees_what_is_committed)
{
	struct ticket t, loaded;
	struct reader *r;

	OK(reader_open(path, &r, &err));
	OK(store_begin(store, &err));
	world_ticket(&rng, &arena, "zendesk:1", &t);
	save(&t, "e1");
	ck_assert_int_eq(
	    reader_load(r, &arena, t.key, 0, &loaded, &err), STORE_NONE);
	OK(store_commit(store, &err));
	OK(reader_load(r, &arena, t.key, 0, &loaded, &err));
	compare(&t, &loaded);
	OK(reader_load(r, &arena, NULL, t.id, &loaded, &err));
	compare(&t, &loaded);
	OK(reader_check(r, &err));
	reader_close(r);
}
END_TEST

static void compare_rows(const struct journal_row *rows,
    const struct decision *d, const struct event *ev, const struct ticket *t)
{
	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *ch = &d->changes[i];
		const char *what = world_change_differs(ch, &rows[i].change);

		ck_assert_msg(what == NULL, "change %zu: %s", i, what);
		ck_assert_int_eq(rows[i].recorded.ms, 77);
		ck_assert_int_eq(rows[i].notice_id,
		    ch->notice < 0 ? 0 : t->notices[ch->notice].id);
		if (ch->kind != CHANGE_EVENT) {
			ck_assert_str_eq(rows[i].event_id, "");
			ck_assert_ptr_null(rows[i].body);
			continue;
		}
		ck_assert_str_eq(rows[i].event_id, ev->id ? ev->id : "");
		ck_assert_str_eq(rows[i].event_type, event_type_name(ev->type));
		ck_assert_pstr_eq(rows[i].body, ev->body);
	}
}

START_TEST(the_journal_is_told_back)
{
	struct journal_row *rows;
	struct ticket t, other;
	struct decision d;
	struct reader *r;
	struct event ev;
	int64_t last = 0;
	size_t count;

	OK(reader_open(path, &r, &err));
	world_ticket(&rng, &arena, "zendesk:1", &t);
	world_ticket(&rng, &arena, "zendesk:2", &other);
	for (int i = 0; i < 60; i++) {
		world_event(
		    &rng, &arena, i % 3 ? name("e", i) : NULL, &t, &ev, &d);
		OK(store_begin(store, &err));
		OK(store_save(store, &t, &ev, &d, NULL, wall_at(77), &err));
		save(&other, name("other", i));
		OK(store_commit(store, &err));
		OK(reader_timeline(
		    r, &arena, t.id, last, 1000, &rows, &count, &err));
		ck_assert_uint_eq(count, d.nchanges);
		compare_rows(rows, &d, &ev, &t);
		last = rows[count - 1].id;
	}
	OK(reader_timeline(r, &arena, t.id, 0, 5, &rows, &count, &err));
	ck_assert_uint_eq(count, 5);
	OK(reader_timeline(r, &arena, 12345, 0, 5, &rows, &count, &err));
	ck_assert_uint_eq(count, 0);
	reader_close(r);
}
END_TEST

static void refused_by_trigger(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	ck_assert_int_eq(
	    sqlite3_exec(db, sql, NULL, NULL, &why), SQLITE_CONSTRAINT);
	ck_assert_msg(strstr(why, "append-only") != NULL, "%s: %s", sql, why);
	sqlite3_free(why);
}

START_TEST(the_past_cannot_be_changed)
{
	const struct delivery_row row = { .notice_id = 1,
		.number = 1,
		.started = { 5 },
		.result = "ok",
		.detail = NULL };
	struct ticket t;
	sqlite3 *db;

	world_ticket(&rng, &arena, "zendesk:1", &t);
	save_alone(&t, "e1");
	OK(store_add_delivery(store, &row, &err));
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	refused_by_trigger(db, "UPDATE journal SET detail = ''");
	refused_by_trigger(db, "DELETE FROM journal");
	refused_by_trigger(db, "UPDATE delivery SET result = 'never'");
	refused_by_trigger(db, "DELETE FROM delivery");
	sqlite3_close(db);
}
END_TEST

START_TEST(notice_numbers_are_never_used_again)
{
	struct ticket t;
	int64_t last;
	sqlite3 *db;

	ticket_init(&t, &arena, "zendesk:1");
	world_notice(&rng, &t);
	world_notice(&rng, &t);
	save_alone(&t, "e1");
	last = t.notices[1].id;
	ck_assert_int_lt(t.notices[0].id, last);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(
	    sqlite3_exec(db, "DELETE FROM outbox", NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	world_notice(&rng, &t);
	t.notices[0].dirty = t.notices[1].dirty = false;
	save_alone(&t, "e2");
	ck_assert_int_gt(t.notices[2].id, last);
}
END_TEST

START_TEST(a_notice_comes_with_who_was_told_before)
{
	struct ticket t, loaded;
	struct reader *r;
	struct notice n;

	ticket_init(&t, &arena, "zendesk:1");
	for (int i = 0; i < 20; i++)
		world_notice(&rng, &t);
	save_alone(&t, "e1");
	OK(reader_open(path, &r, &err));
	for (size_t i = 0; i < t.nnotices; i++) {
		OK(reader_notice(
		    r, &arena, t.notices[i].id, &loaded, &n, &err));
		ck_assert_ptr_null(world_notice_differs(&t.notices[i], &n));
		ck_assert_uint_eq(loaded.nnotices, t.nnotices);
		for (size_t j = 0; j < t.nnotices; j++)
			ck_assert_ptr_null(world_notice_differs(
			    &t.notices[j], &loaded.notices[j]));
	}
	ck_assert_int_eq(
	    reader_notice(r, &arena, 12345, &loaded, &n, &err), STORE_NONE);
	reader_close(r);
}
END_TEST

START_TEST(a_notice_that_is_over_can_be_loaded_again)
{
	struct ticket t, other;

	world_ticket(&rng, &arena, "a:1", &t);
	t.nnotices = 0;
	world_notice(&rng, &t)->ended = true;
	save_alone(&t, "e1");
	world_ticket(&rng, &arena, "a:2", &other);
	save_alone(&other, "e2");
	int64_t id = t.notices[0].id;
	struct notice saved = t.notices[0];

	OK(store_load(store, &arena, "a:1", 0, &t, &err));
	ck_assert_ptr_null(ticket_notice(&t, id));
	for (int i = 0; i < 2; i++)
		OK(store_load_notice(store, &t, id, &err));
	ck_assert_uint_eq(t.nnotices, 1);
	ck_assert_ptr_null(world_notice_differs(&saved, ticket_notice(&t, id)));
	ck_assert_int_eq(
	    store_load_notice(store, &t, id + 12345, &err), STORE_NONE);
	OK(store_load(store, &arena, "a:2", 0, &other, &err));
	ck_assert_int_eq(
	    store_load_notice(store, &other, id, &err), STORE_NONE);
}
END_TEST

struct pending {
	struct outbox_entry at[400];
	size_t count;
	size_t stop; /* after so many, 0: never */
};

static bool take_pending(void *user, const struct outbox_entry *e)
{
	struct pending *p = user;

	p->at[p->count] = *e;
	p->at[p->count++].channel = arena_strdup(&arena, e->channel);
	return p->count != p->stop;
}

static bool in_order(const struct pending *p)
{
	for (size_t i = 1; i < p->count; i++) {
		const struct outbox_entry *a = &p->at[i - 1], *b = &p->at[i];

		if (a->free_at.ms > b->free_at.ms ||
		    (a->free_at.ms == b->free_at.ms &&
			a->notice_id >= b->notice_id))
			return false;
	}
	return true;
}

START_TEST(the_outbox_is_scanned_in_order)
{
	struct pending p = { .count = 0 };
	size_t expected = 0;
	struct ticket t;

	ticket_init(&t, &arena, "zendesk:1");
	for (int i = 0; i < 200; i++) {
		struct notice *n = world_notice(&rng, &t);

		n->free_at = wall_at(rng_between(&rng, 0, 50));
		expected += n->state == NOTICE_PENDING;
	}
	save_alone(&t, "e1");
	OK(store_scan_outbox(store, take_pending, &p, &err));
	ck_assert_uint_eq(p.count, expected);
	ck_assert(in_order(&p));
	for (size_t i = 0; i < p.count; i++) {
		const struct notice *n = ticket_notice(&t, p.at[i].notice_id);

		ck_assert_ptr_nonnull(n);
		ck_assert_int_eq(p.at[i].ticket_id, t.id);
		ck_assert_int_eq(p.at[i].reason, n->reason);
		ck_assert_int_eq(p.at[i].free_at.ms, n->free_at.ms);
		ck_assert_int_eq(p.at[i].attempts, n->attempts);
		ck_assert_str_eq(p.at[i].channel, n->channel);
	}
	p = (struct pending){ .stop = 3 };
	OK(store_scan_outbox(store, take_pending, &p, &err));
	ck_assert_uint_eq(p.count, 3);
}
END_TEST

struct scan {
	const struct ticket *tickets;
	int next;  /* among these */
	int count; /* of these */
	int calls;
	int stop;
};

static bool is_live(const struct ticket *t)
{
	return !t->deleted &&
	       (!ticket_is_over(t) || !wall_is_never(t->next_due));
}

static bool take_deadline(void *user, int64_t id, struct wall due)
{
	struct scan *s = user;

	while (s->next < s->count && !is_live(&s->tickets[s->next]))
		s->next++;
	REQUIRE(s->next < s->count);
	REQUIRE(s->tickets[s->next].id == id);
	REQUIRE(s->tickets[s->next].next_due.ms == due.ms);
	s->next++;
	return ++s->calls != s->stop;
}

START_TEST(a_restart_scans_the_live_ones)
{
	static struct ticket t[300];
	struct scan s = { .tickets = t, .count = 300 };
	int live = 0;

	OK(store_begin(store, &err));
	for (int i = 0; i < 300; i++) {
		world_ticket(&rng, &arena, name("zendesk", i), &t[i]);
		save(&t[i], NULL);
	}
	for (int i = 0; i < 300; i++) {
		world_change(&rng, &t[i]);
		save(&t[i], NULL);
		live += is_live(&t[i]);
	}
	OK(store_commit(store, &err));
	OK(store_scan_deadlines(store, take_deadline, &s, &err));
	ck_assert_int_eq(s.calls, live);
}
END_TEST

/* And the transaction that it is part of goes on. */
START_TEST(a_scan_ends_when_told_to)
{
	struct ticket t[4];
	struct scan s = { .tickets = t, .count = 4, .stop = 2 };
	const char *value;

	OK(store_begin(store, &err));
	for (int i = 0; i < 4; i++) {
		world_ticket(&rng, &arena, name("zendesk", i), &t[i]);
		t[i].deleted = false;
		t[i].next_due = wall_at(i);
		save(&t[i], NULL);
	}
	OK(store_scan_deadlines(store, take_deadline, &s, &err));
	ck_assert_int_eq(s.calls, 2);
	OK(store_meta_set(store, "swept", "r1", &err));
	OK(store_commit(store, &err));
	OK(store_meta_get(store, &arena, "swept", &value, &err));
	ck_assert_str_eq(value, "r1");
	s = (struct scan){ .tickets = t, .count = 4 };
	OK(store_scan_deadlines(store, take_deadline, &s, &err));
	ck_assert_int_eq(s.calls, 4);
}
END_TEST

START_TEST(small_facts_are_kept)
{
	const char *value;
	struct wall alive;

	ck_assert_int_eq(store_get_alive(store, &alive, &err), STORE_NONE);
	OK(store_set_alive(store, wall_at(1767603600123), &err));
	OK(store_set_alive(store, wall_at(1767603600124), &err));
	OK(store_meta_set(store, "matrix", "", &err));
	OK(store_meta_set(store, "instance", "\xc3\xa9'\"", &err));
	reopen();
	OK(store_get_alive(store, &alive, &err));
	ck_assert_int_eq(alive.ms, 1767603600124);
	OK(store_meta_get(store, &arena, "matrix", &value, &err));
	ck_assert_str_eq(value, "");
	OK(store_meta_get(store, &arena, "instance", &value, &err));
	ck_assert_str_eq(value, "\xc3\xa9'\"");
	OK(store_meta_set(store, "alive", "yesterday", &err));
	ck_assert_int_eq(store_get_alive(store, &alive, &err), STORE_FAILED);
	ck_assert_msg(strstr(err.text, "yesterday") != NULL, "%s", err.text);
}
END_TEST

/* What a later or foreign program wrote is an error, not a guess. */
START_TEST(unknown_words_are_refused)
{
	static const char *const spoil[] = {
		"UPDATE ticket SET status = 'sleeping'",
		"UPDATE clock SET state = 'sleeping'",
		"UPDATE chain_run SET state = 'sleeping'",
		"UPDATE outbox SET state = 'sleeping'",
		"UPDATE outbox SET reason = 'sleeping'",
	};
	struct ticket t, loaded;
	sqlite3 *db;

	ticket_init(&t, &arena, "zendesk:1");
	world_clock(&rng, &t, "update", 1);
	world_run(&rng, &t, 1);
	t.runs[0].state = RUN_WALKING;
	world_notice(&rng, &t)->ended = false;
	save_alone(&t, "e1");
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	for (size_t i = 0; i < sizeof spoil / sizeof *spoil; i++) {
		t.dirty = t.clocks[0].dirty = t.runs[0].dirty =
		    t.notices[0].dirty = true;
		save_alone(&t, NULL);
		OK(store_load(store, &arena, t.key, 0, &loaded, &err));
		ck_assert_int_eq(
		    sqlite3_exec(db, spoil[i], NULL, NULL, NULL), SQLITE_OK);
		ck_assert_int_eq(
		    store_load(store, &arena, t.key, 0, &loaded, &err),
		    STORE_FAILED);
		ck_assert_msg(
		    strstr(err.text, "unknown value") != NULL, "%s", err.text);
	}
	sqlite3_close(db);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("store");
	TCase *c = tcase_create("store");

	tcase_set_timeout(c, 60);
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, what_is_saved_is_loaded);
	tcase_add_test(c, changes_follow_a_ticket);
	tcase_add_test(c, an_unknown_ticket_is_none);
	tcase_add_test(c, only_what_is_dirty_is_written);
	tcase_add_test(c, counts_follow_parts_that_change_alone);
	tcase_add_test(c, an_event_is_taken_once);
	tcase_add_test(c, rollback_leaves_nothing);
	tcase_add_test(c, a_reader_sees_what_is_committed);
	tcase_add_test(c, the_journal_is_told_back);
	tcase_add_test(c, the_past_cannot_be_changed);
	tcase_add_test(c, notice_numbers_are_never_used_again);
	tcase_add_test(c, a_notice_comes_with_who_was_told_before);
	tcase_add_test(c, a_notice_that_is_over_can_be_loaded_again);
	tcase_add_test(c, the_outbox_is_scanned_in_order);
	tcase_add_test(c, a_restart_scans_the_live_ones);
	tcase_add_test(c, a_scan_ends_when_told_to);
	tcase_add_test(c, small_facts_are_kept);
	tcase_add_test(c, unknown_words_are_refused);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_store");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
