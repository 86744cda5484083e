/* test_store_fault.c - whatever fails, and whenever: before or after, never
 * in between.
 *
 * One script of transactions is run again and again, each time with the next
 * operation failing, until a run is untouched: writes, syncs and truncations
 * of the disk, then allocations of SQLite.  After each failure the database
 * equals the image before or after the transaction in hand; what was
 * acknowledged is there; the transaction, tried again without the fault,
 * leads to the same image as in a run without faults.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/fault_vfs.h"
#include "lib/require.h"
#include "lib/store_world.h"
#include "store/reader.h"
#include "store/store.h"

#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICKETS = 3, TRANSACTIONS = 4 };

static uint64_t seed; /* of the script, the same in every run */
static struct errtext err;
static struct arena arena;
static char *directory;
static char *path;

/* images[i] is the database after i transactions. */
static uint64_t images[TRANSACTIONS + 1];

/* What a scan of the deadlines finds in transaction i; 0: not known yet. */
static uint64_t scans[TRANSACTIONS + 1];

#define OK(call)                                                               \
	do {                                                                   \
		if ((call) != STORE_OK)                                        \
			ck_abort_msg("%s: %s", #call, err.text);               \
	} while (0)

/* SQLite's allocator, of which the Nth call can fail. */

static sqlite3_mem_methods real_memory;
static long memory_count, memory_nth;
static bool memory_stays, memory_hit;

static bool memory_fails(void)
{
	if (memory_nth == 0)
		return false;
	memory_count++;
	if (memory_stays ? memory_count < memory_nth
			 : memory_count != memory_nth)
		return false;
	memory_hit = true;
	return true;
}

static void *fail_malloc(int size)
{
	return memory_fails() ? NULL : real_memory.xMalloc(size);
}

static void *fail_realloc(void *old, int size)
{
	return memory_fails() ? NULL : real_memory.xRealloc(old, size);
}

static void memory_arm(long nth, bool stays)
{
	memory_nth = nth;
	memory_count = 0;
	memory_stays = stays;
	memory_hit = false;
}

static void memory_clear(void)
{
	memory_nth = 0;
}

static void install_memory(void)
{
	sqlite3_mem_methods ours;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK)
		abort();
	ours = real_memory;
	ours.xMalloc = fail_malloc;
	ours.xRealloc = fail_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK ||
	    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) != SQLITE_OK)
		abort();
}

static void no_faults(void)
{
	fault_vfs_clear();
	memory_clear();
}

/* The image: every value of every table in one number. */

static uint64_t mix(uint64_t hash, const void *bytes, int len)
{
	const unsigned char *at = bytes;

	for (int i = 0; i < len; i++)
		hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
	return (hash ^ (uint64_t)len) * UINT64_C(0x100000001b3);
}

static uint64_t image_of_query(sqlite3 *db, const char *sql, uint64_t hash)
{
	sqlite3_stmt *stmt;
	int rc;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		ck_abort_msg("%s: %s", sql, sqlite3_errmsg(db));
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(stmt); i++) {
			int type = sqlite3_column_type(stmt, i);
			const void *text = sqlite3_column_text(stmt, i);

			hash = mix(hash, &type, sizeof type);
			hash = mix(hash, text, sqlite3_column_bytes(stmt, i));
		}
	if (rc != SQLITE_DONE)
		ck_abort_msg("%s: %s (%d)", sql, sqlite3_errmsg(db),
		    sqlite3_extended_errcode(db));
	sqlite3_finalize(stmt);
	return hash;
}

static uint64_t image(void)
{
	static const char *const queries[] = { "PRAGMA user_version",
		"SELECT * FROM sqlite_schema ORDER BY name",
		"SELECT * FROM ticket ORDER BY id",
		"SELECT * FROM deadline ORDER BY ticket_id",
		"SELECT * FROM clock ORDER BY ticket_id, kind, cycle",
		"SELECT * FROM chain_run ORDER BY ticket_id, seq",
		"SELECT * FROM outbox ORDER BY id",
		"SELECT * FROM sqlite_sequence",
		"SELECT * FROM delivery ORDER BY id",
		"SELECT * FROM journal ORDER BY id",
		"SELECT * FROM duty_change ORDER BY number",
		"SELECT * FROM meta ORDER BY name" };
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	sqlite3 *db;

	REQUIRE(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) ==
		SQLITE_OK);
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
		hash = image_of_query(db, queries[i], hash);
	REQUIRE(sqlite3_close(db) == SQLITE_OK);
	return hash;
}

static void integrity(void)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	REQUIRE(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) ==
		SQLITE_OK);
	REQUIRE(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &stmt,
		    NULL) == SQLITE_OK);
	REQUIRE(sqlite3_step(stmt) == SQLITE_ROW);
	ck_assert_str_eq((const char *)sqlite3_column_text(stmt, 0), "ok");
	sqlite3_finalize(stmt);
	REQUIRE(sqlite3_close(db) == SQLITE_OK);
}

/* The script. */

/* Everything that a decision may ask. */
static enum store_result ask_facts(struct store *s, const struct ticket *t)
{
	struct fact_question q = { .name = "dana",
		.role = "one of experts",
		.ticket_id = t->id,
		.since = wall_at(0),
		.until = wall_at(WALL_MAX_MS) };
	enum store_result r = STORE_OK;
	int64_t n;

	for (int f = 0; r == STORE_OK && f < FACT_COUNT; f++) {
		q.fact = (enum fact)f;
		r = store_answer(s, &q, &n, &err);
	}
	return r;
}

static enum store_result say_duty(struct store *s, int n)
{
	const struct duty_change c = { .number = n,
		.kind = n % 2 == 0 ? DUTY_AWAY : DUTY_FEED,
		.person = "dana",
		.other = NULL,
		.schedule = n % 2 == 0 ? "" : "feed",
		.from = wall_at(n),
		.until = WALL_NEVER,
		.by = "mara",
		.why = "",
		.at = wall_at(n),
		.bytes = n % 2 == 0 ? NULL : "BEGIN:VCALENDAR",
		.len = n % 2 == 0 ? 0 : 15 };

	return store_add_duty(s, &c, &err);
}

/* One event of a ticket: load or make, change, save. */
static enum store_result one_event(
    struct store *s, struct rng *rng, const char *key, const char *id)
{
	enum store_result r;
	struct decision d;
	struct ticket t;
	struct event ev;
	bool seen;

	r = store_event_seen(s, id, &seen, &err);
	REQUIRE(r != STORE_OK || !seen);
	if (r == STORE_OK)
		r = store_load(s, &arena, key, 0, &t, &err);
	if (r == STORE_NONE)
		world_ticket(rng, &arena, key, &t);
	else if (r == STORE_OK)
		world_change(rng, &t);
	else
		return r;
	r = ask_facts(s, &t);
	if (r != STORE_OK)
		return r;
	world_event(rng, &arena, id, &t, &ev, &d);
	return store_save(
	    s, &t, &ev, &d, "customer_tickets,c,,0,5=1", wall_at(5), &err);
}

static bool mix_deadline(void *user, int64_t ticket_id, struct wall due)
{
	uint64_t *hash = user;

	*hash = mix(*hash, &ticket_id, sizeof ticket_id);
	*hash = mix(*hash, &due.ms, sizeof due.ms);
	return true;
}

/* A failure, or all of them. */
static enum store_result scan(struct store *s, int n)
{
	uint64_t hash = 1;
	enum store_result r =
	    store_scan_deadlines(s, mix_deadline, &hash, &err);

	if (r != STORE_OK)
		return r;
	if (scans[n] == 0)
		scans[n] = hash;
	REQUIRE(hash == scans[n]);
	return STORE_OK;
}

static enum store_result transaction(struct store *s, int n)
{
	struct rng rng = { seed + (uint64_t)n };
	struct delivery_row row = {
		.notice_id = n, .number = 1, .result = "again", .detail = "503"
	};
	enum store_result r = store_begin(s, &err);
	char key[20], id[20];

	arena_reset(&arena);
	for (int i = 0; r == STORE_OK && i < 2; i++) {
		snprintf(key, sizeof key, "jira:%d", (n + i) % TICKETS);
		snprintf(id, sizeof id, "e-%d-%d", n, i);
		r = one_event(s, &rng, key, id);
	}
	if (r == STORE_OK)
		r = store_add_delivery(s, &row, &err);
	if (r == STORE_OK)
		r = scan(s, n);
	if (r == STORE_OK)
		r = say_duty(s, n);
	if (r == STORE_OK)
		r = store_set_alive(s, wall_at(n), &err);
	if (r == STORE_OK)
		r = store_commit(s, &err);
	return r;
}

/* A failure that the fault explains, and nothing else. */
static void explained(enum store_result r, bool hit)
{
	if (!hit || (r != STORE_FULL && r != STORE_FAILED))
		ck_abort_msg("result %d: %s", (int)r, err.text);
	REQUIRE(err.text[0] != '\0');
}

static bool any_hit(void)
{
	return fault_vfs_hit() || memory_hit;
}

/* What readers say while things fail: an error, or the truth. */
static void ask(struct reader *r, int n)
{
	struct ticket_filter f = { .status = "all", .limit = 2 };
	struct journal_row *rows;
	struct totals totals;
	struct ticket t, *page;
	const char *next;
	enum store_result got;
	size_t count;

	if (r == NULL)
		return;
	got = reader_load(r, &arena, "jira:0", 0, &t, &err);
	if (got != STORE_OK && !(got == STORE_NONE && n < 2))
		explained(got, any_hit());
	got = reader_list(r, &arena, &f, &page, &count, &next, &err);
	if (got != STORE_OK)
		explained(got, any_hit());
	got = reader_timeline(r, &arena, 1, 0, 5, &rows, &count, &err);
	if (got != STORE_OK)
		explained(got, any_hit());
	got = reader_totals(r, &totals, &err);
	if (got != STORE_OK)
		explained(got, any_hit());
}

static struct store *open_store(void)
{
	struct store *s;
	enum store_result r = store_open(path, &s, &err);

	if (r == STORE_OK)
		return s;
	explained(r, any_hit());
	no_faults();
	OK(store_open(path, &s, &err));
	return s;
}

/* Runs transaction n until it is acknowledged.  In the running process a
 * failed one must not have happened: the daemon goes on as if it had not. */
static void until_committed(struct store *s, int n)
{
	enum store_result r = transaction(s, n);

	if (r == STORE_OK)
		return;
	explained(r, any_hit());
	store_rollback(s);
	no_faults();
	REQUIRE(image() == images[n - 1]);
	OK(transaction(s, n));
	REQUIRE(image() == images[n]);
}

static struct reader *open_reader(void)
{
	struct reader *r;
	enum store_result got = reader_open(path, &r, &err);

	if (got != STORE_OK)
		explained(got, any_hit());
	return got == STORE_OK ? r : NULL;
}

static void whole_script(bool with_reader)
{
	struct store *s = open_store();
	struct reader *r = with_reader ? open_reader() : NULL;

	for (int n = 1; n <= TRANSACTIONS; n++) {
		until_committed(s, n);
		ask(r, n);
		if (n == TRANSACTIONS / 2)
			store_idle(s);
	}
	reader_close(r);
	store_close(s);
	no_faults();
	REQUIRE(image() == images[TRANSACTIONS]);
	integrity();
}

static void fresh(void)
{
	static const char *const files[] = { "test.db", "test.db-wal",
		"test.db-shm", "test.db-journal" };

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char *file = world_path(directory, files[i]);

		remove(file);
		free(file);
	}
}

static void setup(void)
{
	struct store *s;

	directory = world_directory();
	path = world_path(directory, "test.db");
	arena_init(&arena);
	no_faults();
	s = open_store();
	images[0] = image();
	for (int n = 1; n <= TRANSACTIONS; n++) {
		OK(transaction(s, n));
		images[n] = image();
		REQUIRE(images[n] != images[n - 1]);
	}
	store_close(s);
	fresh();
}

static void teardown(void)
{
	arena_fini(&arena);
	free(path);
	world_remove(directory);
}

static void report(const char *what, long visited)
{
	printf(
	    "test_store_fault: %s: %ld fault points visited\n", what, visited);
	fflush(stdout);
	ck_assert_int_gt(visited, 0);
}

static void fail_every_operation(enum fault fault, bool stays, const char *what)
{
	long nth = 1;

	for (;; nth++) {
		fault_vfs_arm(fault, nth, stays, seed);
		whole_script(false);
		if (!fault_vfs_hit())
			break;
		fresh();
	}
	report(what, nth - 1);
}

START_TEST(one_io_error)
{
	fail_every_operation(FAULT_IOERR, false, "one I/O error");
}
END_TEST

START_TEST(io_errors_from_then_on)
{
	fail_every_operation(FAULT_IOERR, true, "I/O errors from then on");
}
END_TEST

START_TEST(a_full_disk)
{
	fail_every_operation(FAULT_FULL, true, "a full disk");
}
END_TEST

/* The transaction in which the power went, or 0 if it was while opening. */
static int crash_somewhere(void)
{
	struct store *s;
	int n = 1;

	if (store_open(path, &s, &err) != STORE_OK)
		return 0;
	for (; n <= TRANSACTIONS; n++) {
		if (transaction(s, n) != STORE_OK)
			break;
		if (n == TRANSACTIONS / 2)
			store_idle(s);
	}
	store_close(s);
	return n;
}

/* Opens what the crash left; returns the transaction to go on with. */
static int recovered(struct store **s, int in_hand)
{
	uint64_t there;

	OK(store_open(path, s, &err));
	there = image();
	if (in_hand == 0) {
		REQUIRE(there == images[0]);
		return 1;
	}
	if (in_hand <= TRANSACTIONS && there == images[in_hand])
		return in_hand + 1;
	REQUIRE(there == images[in_hand - 1]);
	return in_hand;
}

START_TEST(power_is_lost)
{
	struct store *s;
	long nth = 1;
	int n;

	for (;; nth++) {
		fault_vfs_arm(FAULT_CRASH, nth, true, seed + (uint64_t)nth);
		n = crash_somewhere();
		if (!fault_vfs_hit())
			break;
		fault_vfs_clear();
		n = recovered(&s, n);
		for (; n <= TRANSACTIONS; n++)
			OK(transaction(s, n));
		store_close(s);
		REQUIRE(image() == images[TRANSACTIONS]);
		integrity();
		fresh();
	}
	fault_vfs_clear();
	report("power lost", nth - 1);
}
END_TEST

/* A commit that is on disk is acknowledged though the checkpoint after it
 * fails: taking it for a failure would lose its deadlines from memory. */
START_TEST(a_failed_checkpoint_fails_no_commit)
{
	const size_t size = (size_t)18 << 20;
	char *big = calloc(1, size + 1);
	struct store *s = open_store();
	int visited = 0;

	for (long nth = 1; nth <= 256; nth *= 16) {
		fault_vfs_arm_checkpoint(FAULT_FULL, nth, true);
		/* All of it, for SQLite writes no page that stays as it is. */
		memset(big, 'a' + visited, size);
		OK(store_begin(s, &err));
		OK(store_meta_set(s, "big", big, &err));
		OK(store_commit(s, &err));
		ck_assert_msg(fault_vfs_hit(), "no checkpoint was tried");
		visited++;
		fault_vfs_clear();
		OK(store_set_alive(s, wall_at(nth), &err));
	}
	fault_vfs_clear();
	store_close(s);
	integrity();
	free(big);
	report("failed checkpoints", visited);
}
END_TEST

/* Whatever SQLite cannot allocate is an error, and recovers by itself.  Not
 * every one of thousands is visited, but other ones in each run of the test:
 * the script follows the seed. */
static void fail_every_allocation(bool stays, const char *what)
{
	long nth = 1, visited = 0;

	for (;; nth += 1 + nth / 30) {
		memory_arm(nth, stays);
		whole_script(true);
		if (!memory_hit)
			break;
		visited++;
		fresh();
	}
	report(what, visited);
}

START_TEST(one_failed_allocation)
{
	fail_every_allocation(false, "one failed allocation");
}
END_TEST

START_TEST(no_memory_from_then_on)
{
	fail_every_allocation(true, "no memory from then on");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("store_fault");
	TCase *c = tcase_create("store_fault");

	tcase_set_timeout(c, 180);
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, one_io_error);
	tcase_add_test(c, io_errors_from_then_on);
	tcase_add_test(c, a_full_disk);
	tcase_add_test(c, power_is_lost);
	tcase_add_test(c, a_failed_checkpoint_fails_no_commit);
	tcase_add_test(c, one_failed_allocation);
	tcase_add_test(c, no_memory_from_then_on);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	struct rng rng = rng_seeded("test_store_fault");
	SRunner *sr = srunner_create(suite());
	int failed;

	seed = rng.state;
	install_memory();
	fault_vfs_register();
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
