/* bench_store.c - what does the store cost over the rows it writes?
 *
 * The same events twice, in batches of several sizes: through store_load() and
 * store_save(), and as bare statements that write the same rows of the same
 * tables in the same transactions, knowing beforehand what to write.  The two
 * take turns, so that a slow moment of the disk meets both.
 *
 * Then the one scan of a restart, a million deadlines, against a bare one.
 *
 * SPDX-License-Identifier: MIT */
#include "core/history.h"
#include "core/stretches.h"
#include "lib/store_world.h"
#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	TICKETS = 40000,
	DEADLINES = 1000000,
	TURNS = 4,	  /* of each of the two, for one batch size */
	ROWS_AN_EVENT = 6 /* ticket, deadline, clock, notice, journal twice */
};

#define TURN_SECONDS 0.8

static struct rng rng = { 1 };
static struct errtext err;
static long events; /* so far: makes event ids */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void must(enum store_result r)
{
	if (r == STORE_OK)
		return;
	fprintf(stderr, "bench_store: %s\n", err.text);
	exit(EXIT_FAILURE);
}

static void sql_must(sqlite3 *db, bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "bench_store: %s\n", sqlite3_errmsg(db));
	exit(EXIT_FAILURE);
}

static const char *const kinds[] = { "acknowledge", "first_reply",
	"resolution" };

static const char text_of_ticket[] =
    "Since this morning nobody of our team can log in: the page says that the "
    "session has expired, again and again. Clearing cookies did not help. We "
    "have a launch this afternoon and would be glad to hear from you soon.";
static const char body_of_event[] =
    "{\"id\":\"e-000000000\",\"ticket\":\"zendesk:000000\",\"at\":"
    "\"2026-01-05T09:00:00Z\",\"type\":\"comment\",\"author\":\"agent\","
    "\"public\":true,\"by\":\"dana\",\"text\":\"We are looking into it and "
    "will be back within the hour.\"}";

static void make_ticket(struct ticket *t, struct arena *arena, int i)
{
	char key[40];

	snprintf(key, sizeof key, "zendesk:%06d", i);
	ticket_init(t, arena, key);
	t->fields.text[FIELD_SUBJECT] = "Cannot log in since this morning";
	t->fields.text[FIELD_SEVERITY] = "P2";
	t->fields.text[FIELD_CUSTOMER_ID] = "acme";
	t->fields.text[FIELD_CUSTOMER_NAME] = "Acme Corp";
	t->fields.text[FIELD_CUSTOMER_TIER] = "enterprise";
	t->fields.text[FIELD_TEXT] = text_of_ticket;
	t->fields.status = STATUS_OPEN;
	t->created = t->updated = wall_at(1767603600000 + i);
	t->policy = "enterprise";
	t->revision = "0123456789abcdef";
	history_begin(t);
	history_asked(t, t->created);
	t->next_due = wall_at(1767603600000 + (int64_t)i * 7919 % 90000000);
	t->dirty = true;
	for (size_t k = 0; k < 3; k++) {
		struct clock *c = arena_push(
		    arena, &t->clocks, &t->nclocks, &t->cap_clocks, sizeof *c);

		*c = (struct clock){ .kind = kinds[k],
			.cycle = 1,
			.state = CLOCK_RUNNING,
			.started = t->created,
			.since = t->created,
			.target_ms = 4 * HOUR_MS,
			.due = t->next_due,
			.policy = "enterprise",
			.calendar = "office",
			.breached_at = WALL_NEVER,
			.ended_at = WALL_NEVER,
			.warned = "",
			.current = true,
			.dirty = true };
		stretches_begin(
		    arena, c, t->created, true, c->calendar, "created");
	}
}

static void save(struct store *s, struct ticket *t, struct wall at)
{
	struct change changes[2] = { { .kind = CHANGE_EVENT,
					 .at = at,
					 .due = WALL_NEVER,
					 .step = -1,
					 .notice = -1 },
		{ .kind = CHANGE_CLOCK_RETARGETED,
		    .at = at,
		    .clock = "first_reply",
		    .cycle = 1,
		    .due = at,
		    .step = -1,
		    .notice = -1 } };
	struct decision d = { .changes = changes, .nchanges = 2 };
	struct event ev = {
		.type = EVENT_COMMENT, .at = at, .body = body_of_event
	};
	char id[40];

	snprintf(id, sizeof id, "e-%ld-%08lx", events,
	    (unsigned long)(rng_u64(&rng) >> 32));
	ev.id = id;
	events++;
	must(store_save(s, t, &ev, &d, NULL, at, &err));
}

static void fill(const char *path)
{
	struct arena arena = ARENA_INIT;
	struct store *s;
	struct ticket t;

	must(store_open(path, &s, &err));
	for (int i = 0; i < TICKETS; i++) {
		if (i % 1000 == 0)
			must(store_begin(s, &err));
		make_ticket(&t, &arena, i);
		save(s, &t, t.created);
		arena_reset(&arena);
		if (i % 1000 == 999)
			must(store_commit(s, &err));
	}
	store_close(s);
	arena_fini(&arena);
}

/* Through the store. */

static void store_event(struct store *s, struct arena *arena)
{
	int64_t id = (int64_t)rng_below(&rng, TICKETS) + 1;
	struct wall at = wall_at(1767700000000 + events);
	struct notice *n;
	struct ticket t;
	bool seen;

	must(store_event_seen(s, "e-unheard-of", &seen, &err));
	must(store_load(s, arena, NULL, id, &t, &err));
	t.updated = at;
	t.dirty = true;
	t.next_due = wall_plus(at, (int64_t)rng_below(&rng, (uint64_t)DAY_MS));
	t.clocks[1].due = t.next_due;
	t.clocks[1].elapsed_ms++;
	t.clocks[1].dirty = true;
	n = arena_push(
	    arena, &t.notices, &t.nnotices, &t.cap_notices, sizeof *n);
	*n = (struct notice){ .reason = NOTICE_WARNING,
		.state = NOTICE_DONE,
		.clock = "first_reply",
		.due = at,
		.who = "dana",
		.channel = "support",
		.at = at,
		.free_at = at,
		.held_until = WALL_NEVER,
		.useful_until = at,
		.ended = true };
	save(s, &t, at);
}

static long store_turn(struct store *s, struct arena *arena, int batch)
{
	double until = now() + TURN_SECONDS;
	long n = 0;

	do {
		must(store_begin(s, &err));
		for (int i = 0; i < batch; i++) {
			store_event(s, arena);
			arena_reset(arena);
		}
		must(store_commit(s, &err));
		n += batch;
	} while (now() < until);
	return n;
}

/* As bare statements. */

enum bare {
	BARE_BEGIN,
	BARE_COMMIT,
	BARE_TICKET,
	BARE_DEADLINE,
	BARE_CLOCK,
	BARE_NOTICE,
	BARE_EVENT,
	BARE_CHANGE,
	BARE_COUNT
};

static const char *const bare_sql[BARE_COUNT] = {
	[BARE_BEGIN] = "BEGIN IMMEDIATE",
	[BARE_COMMIT] = "COMMIT",
	[BARE_TICKET] = "UPDATE ticket SET updated = ?1 WHERE id = ?2",
	[BARE_DEADLINE] = "UPDATE deadline SET due = ?1 WHERE ticket_id = ?2",
	[BARE_CLOCK] = "UPDATE clock SET due = ?1, elapsed_ms = elapsed_ms + 1"
		       " WHERE ticket_id = ?2 AND kind = 'first_reply'"
		       " AND cycle = 1",
	[BARE_NOTICE] = "INSERT INTO outbox (ticket_id, reason, state, clock,"
			" cycle, due, run, chain, step, round, nth, role, who,"
			" channel, spare, detail, at, free_at, useful_until,"
			" attempts, repeat, ended) VALUES (?2, 'warning',"
			" 'done', 'first_reply', 0, ?1, 0, '', 0, 0, 0, '',"
			" 'dana', 'support', '', '', ?1, ?1, ?1, 0, 0, 1)",
	[BARE_EVENT] = "INSERT INTO journal (ticket_id, kind, at, recorded,"
		       " clock, cycle, chain, run, step, notice_id, who,"
		       " channel, late_ms, detail, event_id, event_type, body)"
		       " VALUES (?2, 'event', ?1, ?1, '', 0, '', 0, -1, 0, '',"
		       " '', 0, '', ?3, 'comment', ?4)",
	[BARE_CHANGE] = "INSERT INTO journal (ticket_id, kind, at, recorded,"
			" clock, cycle, due, chain, run, step, notice_id, who,"
			" channel, late_ms, detail) VALUES (?2,"
			" 'clock_retargeted', ?1, ?1, 'first_reply', 1, ?1, '',"
			" 0, -1, 0, '', '', 0, '')",
};

static sqlite3 *bare_db;
static sqlite3_stmt *bare_stmt[BARE_COUNT];

static sqlite3 *open_bare(const char *path)
{
	sqlite3 *db;
	int rc = sqlite3_open(path, &db);

	sql_must(db, rc == SQLITE_OK);
	return db;
}

static void bare_open(const char *path)
{
	bare_db = open_bare(path);
	sql_must(bare_db,
	    sqlite3_exec(bare_db,
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		"PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384;",
		NULL, NULL, NULL) == SQLITE_OK);
	for (int i = 0; i < BARE_COUNT; i++)
		sql_must(bare_db, sqlite3_prepare_v2(bare_db, bare_sql[i], -1,
				      &bare_stmt[i], NULL) == SQLITE_OK);
}

static void bare_close(void)
{
	for (int i = 0; i < BARE_COUNT; i++)
		sqlite3_finalize(bare_stmt[i]);
	sqlite3_close(bare_db);
}

static void bare_run(enum bare which, int64_t ticket, int64_t at)
{
	sqlite3_stmt *stmt = bare_stmt[which];

	if (which >= BARE_TICKET) {
		sqlite3_bind_int64(stmt, 1, at);
		sqlite3_bind_int64(stmt, 2, ticket);
	}
	sql_must(bare_db, sqlite3_step(stmt) == SQLITE_DONE);
	sqlite3_reset(stmt);
}

static void bare_event(void)
{
	int64_t id = (int64_t)rng_below(&rng, TICKETS) + 1;
	int64_t at = 1767700000000 + events;
	int64_t due = at + (int64_t)rng_below(&rng, (uint64_t)DAY_MS);
	char text[40];

	snprintf(text, sizeof text, "e-%ld-%08lx", events++,
	    (unsigned long)(rng_u64(&rng) >> 32));
	bare_run(BARE_TICKET, id, at);
	bare_run(BARE_DEADLINE, id, due);
	bare_run(BARE_CLOCK, id, due);
	bare_run(BARE_NOTICE, id, at);
	sqlite3_bind_text(bare_stmt[BARE_EVENT], 3, text, -1, SQLITE_STATIC);
	sqlite3_bind_text(
	    bare_stmt[BARE_EVENT], 4, body_of_event, -1, SQLITE_STATIC);
	bare_run(BARE_EVENT, id, at);
	bare_run(BARE_CHANGE, id, at);
}

static long bare_turn(int batch)
{
	double until = now() + TURN_SECONDS;
	long n = 0;

	do {
		bare_run(BARE_BEGIN, 0, 0);
		for (int i = 0; i < batch; i++)
			bare_event();
		bare_run(BARE_COMMIT, 0, 0);
		n += batch;
	} while (now() < until);
	return n;
}

static void bench_batch(struct store *s, int batch)
{
	double started, ours = 0, theirs = 0, mine, peer;
	struct arena arena = ARENA_INIT;
	long our_events = 0, their_events = 0;

	for (int i = 0; i < TURNS; i++) {
		started = now();
		our_events += store_turn(s, &arena, batch);
		ours += now() - started;
		started = now();
		their_events += bare_turn(batch);
		theirs += now() - started;
	}
	mine = (double)our_events * ROWS_AN_EVENT / ours;
	peer = (double)their_events * ROWS_AN_EVENT / theirs;
	printf("bench: store_rows_batch_%d %.0f rows/s "
	       "(peer %.0f rows/s, ratio %.2f, aim 0.6)\n",
	    batch, mine, peer, mine / peer);
	fflush(stdout);
	arena_fini(&arena);
}

/* The scan. */

static void fill_deadlines(const char *path)
{
	struct store *s;
	sqlite3 *db;

	must(store_open(path, &s, &err));
	store_close(s);
	db = open_bare(path);
	sql_must(db,
	    sqlite3_exec(db,
		"PRAGMA synchronous = OFF;"
		"WITH RECURSIVE n(i) AS"
		" (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)"
		" INSERT INTO deadline SELECT i, 1767603600000 + i % 86400000"
		" FROM n;",
		NULL, NULL, NULL) == SQLITE_OK);
	sqlite3_close(db);
}

struct sum {
	long count;
	int64_t due;
};

static bool add(void *user, int64_t id, struct wall due)
{
	struct sum *sum = user;

	(void)id;
	sum->count++;
	sum->due += due.ms;
	return true;
}

static double bare_scan(const char *path, struct sum *sum)
{
	double started = now();
	sqlite3 *db = open_bare(path);
	sqlite3_stmt *stmt;

	sql_must(
	    db, sqlite3_prepare_v2(db,
		    "SELECT ticket_id, due FROM deadline ORDER BY ticket_id",
		    -1, &stmt, NULL) == SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		add(sum, sqlite3_column_int64(stmt, 0),
		    wall_at(sqlite3_column_int64(stmt, 1)));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return now() - started;
}

static double min_of(double a, double b)
{
	return a == 0 || b < a ? b : a;
}

static void bench_scan(const char *path)
{
	double started, mine = 0, peer = 0;
	struct store *s;

	fill_deadlines(path);
	for (int i = 0; i < 5; i++) {
		struct sum ours = { 0, 0 }, theirs = { 0, 0 };

		must(store_open(path, &s, &err));
		started = now();
		must(store_scan_deadlines(s, add, &ours, &err));
		mine = min_of(mine, now() - started);
		store_close(s);
		peer = min_of(peer, bare_scan(path, &theirs));
		if (ours.count != DEADLINES || theirs.due != ours.due)
			abort();
	}
	printf("bench: store_scan_1m_deadlines %.0f ms "
	       "(peer %.0f ms, ratio %.2f, aim 1.5)\n",
	    mine * 1e3, peer * 1e3, mine / peer);
}

int main(void)
{
	static const int batches[] = { 1, 64, 100, 1000 };
	char *directory, *ours, *theirs, *deadlines;
	struct store *s;

	/* Not where files may live in memory, and a sync costs nothing. */
	unsetenv("TMPDIR");
	directory = world_directory();
	ours = world_path(directory, "ours.db");
	theirs = world_path(directory, "theirs.db");
	deadlines = world_path(directory, "deadlines.db");
	fill(ours);
	world_copy(ours, theirs);
	must(store_open(ours, &s, &err));
	bare_open(theirs);
	for (size_t i = 0; i < sizeof batches / sizeof *batches; i++)
		bench_batch(s, batches[i]);
	bare_close();
	store_close(s);
	bench_scan(deadlines);
	free(ours);
	free(theirs);
	free(deadlines);
	world_remove(directory);
	return EXIT_SUCCESS;
}
