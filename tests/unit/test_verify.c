/* test_verify.c - does a replay give what was decided, and does it find what
 * was changed behind its back?
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/verify_ticket.h"
#include "lib/lives.h"
#include "lib/store_file.h"

#include <stdio.h>
#include <string.h>

enum { LIVES = 20, STEPS = 250 };

static struct rng rng;

/* What verifying the file came to. */
struct finding {
	struct verify_counts counts;
	int tickets;
	int different;
	int impossible;
	struct difference d; /* the last one */
	struct errtext why;  /* of the last that was impossible */
};

static void verify(const char *file, struct finding *f)
{
	struct matrices ms;
	struct duties ds;
	struct audit *a;
	struct difference d;
	struct errtext why;
	char key[256];
	int64_t id = 0;

	memset(f, 0, sizeof *f);
	if (audit_open(file, &a, &why) != STORE_OK)
		ck_abort_msg("%s", why.text);
	matrices_init(&ms, a);
	duties_init(&ds, a);
	while (audit_next(a, id, &id, &why) == STORE_OK) {
		f->tickets++;
		switch (
		    verify_ticket(a, &ms, &ds, id, &f->counts, key, &d, &why)) {
		case VERIFY_SAME:
			break;
		case VERIFY_DIFFERENT:
			f->different++;
			f->d = d;
			break;
		case VERIFY_IMPOSSIBLE:
			f->impossible++;
			f->why = why;
			break;
		case VERIFY_FAILED:
			ck_abort_msg("%s", why.text);
		}
	}
	duties_fini(&ds);
	matrices_fini(&ms);
	audit_close(a);
}

static void live(struct lives *l, int steps)
{
	lives_begin(l, &rng, path);
	for (int i = 0; i < steps; i++)
		lives_step(l);
}

/* To look at what differs: SLAWATCH_KEEP=FILE. */
static void keep_file(void)
{
	const char *to = getenv("SLAWATCH_KEEP");
	char text[500];
	sqlite3 *db;

	if (to == NULL || sqlite3_open(path, &db) != SQLITE_OK)
		return;
	snprintf(text, sizeof text, "VACUUM INTO '%s'", to);
	sqlite3_exec(db, text, NULL, NULL, NULL);
	sqlite3_close(db);
}

static void all_the_same(const struct lives *l)
{
	struct finding f;

	verify(path, &f);
	if (f.different > 0)
		keep_file();
	if (f.different > 0)
		ck_abort_msg("%s: %s: expected %s, found %s", f.d.where,
		    f.d.member, f.d.expected, f.d.found);
	if (f.impossible > 0)
		ck_abort_msg("%s", f.why.text);
	ck_assert_int_eq(f.tickets, l->created + l->remarked);
	ck_assert_int_eq(f.counts.tickets, f.tickets);
	ck_assert_int_ge(f.counts.decisions, l->decisions);
	ck_assert_int_gt(f.counts.rows, f.counts.decisions);
}

START_TEST(a_replay_gives_the_same)
{
	struct lives l;

	for (int i = 0; i < LIVES; i++) {
		live(&l, STEPS);
		all_the_same(&l);
		lives_end(&l);
		ck_assert_int_eq(remove(path), 0);
	}
}
END_TEST

/* While the writer has the file open and goes on: one moment is seen. */
START_TEST(a_live_database_is_verified)
{
	struct lives l;

	live(&l, STEPS);
	for (int i = 0; i < 20; i++) {
		lives_step(&l);
		all_the_same(&l);
	}
	lives_end(&l);
}
END_TEST

/* --- tampering --------------------------------------------------------------
 */

static sqlite3 *raw(const char *file)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(file, &db), SQLITE_OK);
	return db;
}

static int run_sql(sqlite3 *db, const char *text)
{
	char *why = NULL;

	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		ck_abort_msg("%s: %s", text, why);
	return sqlite3_changes(db);
}

static void drop_triggers(sqlite3 *db)
{
	run_sql(db, "DROP TRIGGER journal_no_update;"
		    "DROP TRIGGER journal_no_delete;"
		    "DROP TRIGGER matrix_revision_no_update;"
		    "DROP TRIGGER duty_change_no_delete;");
}

/* The newest ticket's, so that whatever follows is not to blame. */
#define NEWEST(table, column)                                                  \
	" (SELECT " column " FROM " table " WHERE ticket_id ="                 \
	" (SELECT max(ticket_id) FROM " table ") ORDER BY 1 DESC LIMIT 1)"
#define ONE_CLOCK                                                              \
	" WHERE (ticket_id, kind) = (SELECT ticket_id, kind FROM clock"        \
	" WHERE state <> 'cancelled' AND current = 1"                          \
	" ORDER BY ticket_id DESC LIMIT 1)"                                    \
	" AND current = 1"

/* Of any ticket: what differs is looked for to the end. */
#define TICKET_COLUMN(column, value)                                           \
	{                                                                      \
		"UPDATE ticket SET " column " = " value " WHERE id = 1",       \
		    "ticket", column                                           \
	}

static const struct {
	const char *sql;    /* changes something */
	const char *where;  /* is in what is named */
	const char *member; /* ... with this */
} tamperings[] = {
	{ "UPDATE clock SET elapsed_ms = elapsed_ms + 1" ONE_CLOCK, "clock ",
	    "elapsed_ms" },
	{ "UPDATE clock SET state = 'cancelled'" ONE_CLOCK, "clock ", "state" },
	{ "UPDATE clock SET stretches = replace(stretches, ',1,', ',0,')"
	  " WHERE ticket_id = (SELECT ticket_id FROM clock WHERE"
	  " stretches LIKE '%;%,1,0,%' LIMIT 1) AND stretches LIKE"
	  " '%;%,1,0,%'",
	    "clock ", "a stretch counts" },
	{ "DELETE FROM clock" ONE_CLOCK, "ticket", "number of clocks" },
	{ "INSERT INTO clock SELECT ticket_id, kind, 99, state, started, "
	  "elapsed_ms, since, target_ms, due, due_by_hand, policy, calendar, "
	  "breached_at, ended_at, warned, 0, 99, pause_over, stretches"
	  " FROM clock LIMIT 1",
	    "cycle 99", "row" },
	{ "DELETE FROM outbox WHERE id =" NEWEST("outbox", "id"), "notice ",
	    "row" },
	{ "UPDATE outbox SET who = 'somebody' WHERE id =" NEWEST(
	      "outbox", "id"),
	    "notice ", "who" },
	{ "UPDATE outbox SET free_at = free_at + 1 WHERE id ="
	  " (SELECT min(id) FROM outbox WHERE state = 'withdrawn')",
	    "notice ", "free_at" },
	{ "UPDATE chain_run SET step = step + 1 WHERE (ticket_id, seq) ="
	  " (SELECT ticket_id, seq FROM chain_run LIMIT 1)",
	    "run ", "step" },
	{ "UPDATE ticket SET severity = 'P9' WHERE id = 2", "ticket",
	    "severity" },
	{ "UPDATE ticket SET over = 1 - over WHERE id = 3", "ticket", "over" },
	{ "DELETE FROM deadline WHERE ticket_id ="
	  " (SELECT max(ticket_id) FROM deadline)",
	    "ticket", "" },
	{ "UPDATE deadline SET due = due - 1 WHERE ticket_id ="
	  " (SELECT max(ticket_id) FROM deadline)",
	    "ticket", "next_due" },
	{ "UPDATE journal SET detail = 'x' WHERE id ="
	  " (SELECT max(id) FROM journal WHERE kind = 'clock_started')",
	    "clock_started", "detail" },
	{ "UPDATE journal SET at = at + 1 WHERE id ="
	  " (SELECT min(id) FROM journal WHERE kind = 'notice_queued')",
	    "notice_queued", "at" },
	{ "UPDATE journal SET who = 'x' WHERE id ="
	  " (SELECT max(id) FROM journal WHERE kind = 'notice_queued')",
	    "notice_queued", "who" },
	{ "UPDATE journal SET recorded = recorded + 1 WHERE id ="
	  " (SELECT max(id) FROM journal WHERE cause IS NULL)",
	    "journal row", "recorded" },
	{ "DELETE FROM journal WHERE id = (SELECT max(id) FROM journal WHERE"
	  " cause IS NULL AND kind = 'notice_queued')",
	    "journal row", "" },
	{ "UPDATE journal SET event_id = 'x' WHERE event_id = 'e1'", "(event)",
	    "event_id" },
	{ "UPDATE journal SET body = replace(body, '\"severity\":\"P',"
	  " '\"subject\":\"P') WHERE event_type = 'created' AND ticket_id = 1",
	    "", "" },
	{ "UPDATE journal SET cause = 'x' WHERE id = (SELECT max(id) FROM"
	  " journal WHERE cause IS NOT NULL)",
	    "journal row", "cause" },
	{ "UPDATE matrix_revision SET text = replace(text, 'policies:',"
	  " 'policies:' || char(10) || '  - { name: x, targets: { P1: {"
	  " update: 1m }, P2: { update: 1m }, P3: { update: 1m } } }')"
	  " WHERE id = 1",
	    "", "" },
	TICKET_COLUMN("severity_by", "'x'"),
	TICKET_COLUMN("confirmed_by", "'x'"),
	TICKET_COLUMN("desk_severity", "'P9'"),
	TICKET_COLUMN("needs_human", "1 - needs_human"),
	TICKET_COLUMN("said", "'x'"),
	TICKET_COLUMN("said_at", "ifnull(said_at, 0) + 1"),
	TICKET_COLUMN("commented_at", "ifnull(commented_at, 0) + 1"),
	TICKET_COLUMN("rules_held", "'x'"),
	TICKET_COLUMN("rules_at", "ifnull(rules_at, 0) + 1"),
	TICKET_COLUMN("suggested_to", "'x'"),
	TICKET_COLUMN("suggested_team", "'x'"),
	TICKET_COLUMN("suggested_at", "ifnull(suggested_at, 0) + 1"),
	TICKET_COLUMN("suggest_next", "ifnull(suggest_next, 0) + 1"),
	{ "UPDATE journal SET given = NULL WHERE id = (SELECT max(id) FROM"
	  " journal WHERE given IS NOT NULL)",
	    "journal row", "given" },
	{ "UPDATE journal SET given = given || ';open_tickets,x,,0,0=1' WHERE"
	  " id = (SELECT max(id) FROM journal WHERE given IS NOT NULL)",
	    "journal row", "given" },
	{ "UPDATE journal SET given = 'open_tickets,x,,0,0=1' WHERE id ="
	  " (SELECT max(id) FROM journal WHERE given IS NULL AND cause = "
	  "'tick')",
	    "journal row", "given" },
	{ "UPDATE journal SET duty = duty + 9999 WHERE id = (SELECT max(id)"
	  " FROM journal WHERE cause = 'tick')",
	    "journal row", "duty" },
	{ "DELETE FROM duty_change WHERE number = 1", "journal row", "duty" },
	{ "UPDATE journal SET body = 'x' WHERE id = (SELECT max(id) FROM"
	  " journal WHERE cause = 'remark')",
	    "journal row", "detail" },
};

static void tamper(sqlite3 *db, const char *text)
{
	ck_assert_msg(run_sql(db, text) > 0, "changed nothing: %s", text);
}

/* Is the change found and named?  A life may lack what it would change. */
static bool is_named(const char *copy, size_t i)
{
	struct finding f;
	sqlite3 *db;
	int changed;

	world_copy(path, copy);
	db = raw(copy);
	drop_triggers(db);
	changed = run_sql(db, tamperings[i].sql);
	sqlite3_close(db);
	verify(copy, &f);
	ck_assert_int_eq(remove(copy), 0);
	if (changed == 0)
		return false;
	ck_assert_msg(f.different > 0, "not found: %s", tamperings[i].sql);
	if (strstr(f.d.where, tamperings[i].where) == NULL ||
	    (tamperings[i].member[0] != '\0' &&
		strcmp(f.d.member, tamperings[i].member) != 0))
		ck_abort_msg("%s: named %s: %s: expected %s, found %s",
		    tamperings[i].sql, f.d.where, f.d.member, f.d.expected,
		    f.d.found);
	return true;
}

/* Nobody outside may write on the ticket of remarks, nor make it. */
START_TEST(the_reserved_ticket_is_refused)
{
	static const char body[] =
	    "{\"id\":\"x1\",\"ticket\":\"" REMARK_TICKET
	    "\",\"at\":\"2026-01-05T08:00:00Z\",\"type\":\"created\","
	    "\"fields\":{\"severity\":\"P1\"}}";
	struct lives l;

	lives_begin(&l, &rng, path);
	ck_assert_int_eq(
	    lives_offer(&l, body, sizeof body - 1), OUTCOME_REFUSED);
	lives_end(&l);
}
END_TEST

/* Each in a copy of the same life. */
START_TEST(tampering_is_named)
{
	size_t n = sizeof tamperings / sizeof *tamperings;
	char *copy = world_path(directory, "copy.db");
	struct lives l;
	size_t named = 0;

	live(&l, 4 * STEPS);
	all_the_same(&l);
	lives_end(&l);
	for (size_t i = 0; i < n; i++)
		named += is_named(copy, i);
	ck_assert_uint_ge(named, n - 4);
	free(copy);
}
END_TEST

/* What a database of schema 1 has of its tickets: no causes. */
START_TEST(what_began_before_is_said_to_be_so)
{
	struct finding f;
	struct lives l;
	sqlite3 *db;

	live(&l, STEPS);
	lives_end(&l);
	db = raw(path);
	drop_triggers(db);
	tamper(db, "UPDATE journal SET cause = NULL, matrix = NULL"
		   " WHERE ticket_id = 1");
	sqlite3_close(db);
	verify(path, &f);
	ck_assert_int_eq(f.impossible, 1);
	ck_assert_int_eq(f.different, 0);
	ck_assert_int_eq(f.counts.tickets, f.tickets - 1);
	ck_assert_msg(
	    strstr(f.why.text, "began before") != NULL, "%s", f.why.text);
}
END_TEST

static void one_unverifiable(const char *change, const char *why)
{
	struct finding f;
	struct lives l;
	sqlite3 *db;

	live(&l, STEPS);
	lives_end(&l);
	db = raw(path);
	drop_triggers(db);
	tamper(db, change);
	sqlite3_close(db);
	verify(path, &f);
	ck_assert_int_gt(f.impossible, 0);
	ck_assert_int_eq(f.different, 0);
	ck_assert_msg(strstr(f.why.text, why) != NULL, "%s", f.why.text);
}

START_TEST(a_matrix_that_is_not_there_is_named)
{
	one_unverifiable("UPDATE matrix_revision SET text = '' WHERE id = 1",
	    "was not kept");
}
END_TEST

START_TEST(a_matrix_that_does_not_load_is_named)
{
	one_unverifiable("UPDATE matrix_revision SET text = 'x: ' WHERE id = 1",
	    "does not load");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("verify");
	TCase *tc = tcase_create("verify");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, a_replay_gives_the_same);
	tcase_add_test(tc, a_live_database_is_verified);
	tcase_add_test(tc, the_reserved_ticket_is_refused);
	tcase_add_test(tc, tampering_is_named);
	tcase_add_test(tc, what_began_before_is_said_to_be_so);
	tcase_add_test(tc, a_matrix_that_is_not_there_is_named);
	tcase_add_test(tc, a_matrix_that_does_not_load_is_named);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_verify");
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
