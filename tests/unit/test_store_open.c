/* test_store_open.c - the store opens what is its own, and says why not.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/schema_1.h"
#include "lib/schema_2.h"
#include "lib/schema_3.h"
#include "lib/store_file.h"
#include "core/stretches.h"
#include "store/reader.h"
#include "store/store.h"

#include <check.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct rng rng;

/* It is refused with that result, and the text says these words. */
static void refused(const char *file, enum store_result result,
    const char *what, const char *remedy)
{
	struct store *s = (struct store *)&err;

	memset(&err, 0, sizeof err);
	ck_assert_int_eq(store_open(file, &s, &err), result);
	ck_assert_ptr_null(s);
	ck_assert_msg(strstr(err.text, file) != NULL, "file: %s", err.text);
	ck_assert_msg(strstr(err.text, what) != NULL, "%s: %s", what, err.text);
	ck_assert_msg(
	    strstr(err.text, remedy) != NULL, "%s: %s", remedy, err.text);
}

static void fill(struct store *s, int tickets)
{
	struct arena arena = ARENA_INIT;
	struct decision d;
	struct ticket t;
	struct event ev;
	char key[40];

	ck_assert_int_eq(store_begin(s, &err), STORE_OK);
	for (int i = 0; i < tickets; i++) {
		snprintf(key, sizeof key, "zendesk:%d", i);
		world_ticket(&rng, &arena, key, &t);
		world_event(&rng, &arena, key, &t, &ev, &d);
		ck_assert_int_eq(
		    store_save(s, &t, &ev, &d, NULL, wall_at(1), &err),
		    STORE_OK);
	}
	ck_assert_int_eq(store_commit(s, &err), STORE_OK);
	arena_fini(&arena);
}

static void make_filled(int tickets)
{
	struct store *s = open_ok();

	fill(s, tickets);
	store_close(s);
}

static void overwrite(off_t at, const void *bytes, size_t len)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pwrite(fd, bytes, len, at), (ssize_t)len);
	close(fd);
}

static int64_t file_size(void)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_size;
}

static void check_adopted(struct ticket *t)
{
	ck_assert_str_eq(t->key, "zendesk:7");
	ck_assert_uint_eq(t->nunanswered, 1);
	ck_assert_int_eq(t->unanswered[0].ms, 5000);
	ck_assert(wall_is_never(t->answered_at));
	ck_assert(!t->waiting_over);
	ck_assert(wall_is_never(t->field_at[FIELD_SEVERITY]));
	ck_assert_uint_eq(t->nhistory, 2);
	ck_assert_int_eq(t->history[0].at.ms, 1000);
	ck_assert_int_eq(t->history[1].at.ms, 9000);
	ck_assert_int_eq(t->history[1].status, STATUS_PENDING);
	ck_assert_uint_eq(t->nclocks, 2);
	for (size_t i = 0; i < t->nclocks; i++)
		ck_assert_ptr_null(stretches_fault(&t->clocks[i]));
	ck_assert_int_eq(t->clocks[0].stretches[0].ms, 2000);
	ck_assert_int_eq(t->clocks[0].stretches[0].to.ms, 3000);
	ck_assert_int_eq(t->clocks[1].stretches[0].ms, 500);
	ck_assert_int_eq(stretches_last(&t->clocks[1])->from.ms, 8000);
}

/* A file of the first version is taken over as it is, and goes on. */
START_TEST(schema_1_is_migrated)
{
	struct arena arena = ARENA_INIT;
	struct ticket t, loaded;
	struct decision d;
	struct event ev;
	struct store *s;

	sql("PRAGMA application_id = 1397506423; PRAGMA user_version = 1;");
	sql(schema_1);
	sql(schema_1_ticket);
	s = open_ok();
	ck_assert_int_eq(pragma("PRAGMA user_version"), 5);
	ck_assert_int_eq(
	    store_load(s, &arena, "zendesk:7", 0, &t, &err), STORE_OK);
	check_adopted(&t);
	t.dirty = true;
	for (size_t i = 0; i < t.nclocks; i++)
		t.clocks[i].dirty = true;
	world_event(&rng, &arena, "e2", &t, &ev, &d);
	ck_assert_int_eq(store_begin(s, &err), STORE_OK);
	ck_assert_int_eq(
	    store_save(s, &t, &ev, &d, NULL, wall_at(9500), &err), STORE_OK);
	ck_assert_int_eq(store_commit(s, &err), STORE_OK);
	ck_assert_int_eq(
	    store_load(s, &arena, "zendesk:7", 0, &loaded, &err), STORE_OK);
	ck_assert_ptr_null(world_differs(&t, &loaded));
	check_adopted(&loaded);
	store_close(s);
	ck_assert_int_eq(
	    pragma("SELECT count(*) FROM journal WHERE cause IS NULL"
		   " AND event_id = 'e1'"),
	    1);
	arena_fini(&arena);
}
END_TEST

static void check_adopted_2(struct ticket *t)
{
	ck_assert_uint_eq(t->nunanswered, 2);
	ck_assert_uint_eq(t->nhistory, 2);
	ck_assert_str_eq(t->fields.text[FIELD_CUSTOMER_ID], "acme");
	ck_assert_str_eq(t->fields.text[FIELD_ASSIGNEE], "dana");
	ck_assert_int_eq(t->created.ms, 1000);
	ck_assert_str_eq(t->severity_by, "");
	ck_assert_str_eq(t->confirmed_by, "");
	ck_assert_str_eq(t->desk_severity, "P1");
	ck_assert(!t->needs_human);
	ck_assert_str_eq(t->said, "");
	ck_assert_str_eq(t->rules_held, "");
	ck_assert_str_eq(t->suggested_to, "");
	ck_assert_str_eq(t->suggested_team, "");
	ck_assert(wall_is_never(t->said_at) && wall_is_never(t->commented_at) &&
		  wall_is_never(t->rules_at) &&
		  wall_is_never(t->suggested_at) &&
		  wall_is_never(t->suggest_next));
	ck_assert_uint_eq(t->nnotices, 1);
}

static int64_t answer(struct store *s, enum fact fact, const char *name)
{
	struct fact_question q = { .fact = fact,
		.name = name,
		.role = "one of experts",
		.since = wall_at(0),
		.until = wall_at(9999) };
	int64_t n;

	ck_assert_int_eq(store_answer(s, &q, &n, &err), STORE_OK);
	return n;
}

/* What a ticket may ask about the others is known of old ones too. */
START_TEST(schema_2_is_migrated)
{
	struct arena arena = ARENA_INIT;
	struct ticket t, loaded;
	struct decision d;
	struct event ev;
	struct store *s;

	sql("PRAGMA application_id = 1397506423; PRAGMA user_version = 2;");
	sql(schema_1);
	sql(schema_2);
	sql(schema_2_ticket);
	s = open_ok();
	ck_assert_int_eq(pragma("PRAGMA user_version"), 5);
	ck_assert_int_eq(
	    store_load(s, &arena, "zendesk:7", 0, &t, &err), STORE_OK);
	check_adopted_2(&t);
	ck_assert_int_eq(answer(s, FACT_CUSTOMER_TICKETS, "acme"), 1);
	ck_assert_int_eq(answer(s, FACT_SIMILAR_TICKETS, "technical"), 1);
	ck_assert_int_eq(answer(s, FACT_OPEN_TICKETS, "dana"), 1);
	ck_assert_int_eq(answer(s, FACT_PICKED_AT, "dana"), 8000);
	t.dirty = true;
	world_event(&rng, &arena, "e2", &t, &ev, &d);
	ck_assert_int_eq(store_begin(s, &err), STORE_OK);
	ck_assert_int_eq(
	    store_save(s, &t, &ev, &d, "", wall_at(9500), &err), STORE_OK);
	ck_assert_int_eq(store_commit(s, &err), STORE_OK);
	ck_assert_int_eq(
	    store_load(s, &arena, "zendesk:7", 0, &loaded, &err), STORE_OK);
	ck_assert_ptr_null(world_differs(&t, &loaded));
	store_close(s);
	ck_assert_int_eq(
	    pragma("SELECT count(*) FROM journal WHERE duty IS NULL"
		   " AND event_id = 'e1'"),
	    1);
	arena_fini(&arena);
}
END_TEST

/* A notice that waits is read on, as one that the other side has no name for.
 */
START_TEST(schema_3_is_migrated)
{
	struct arena arena = ARENA_INIT;
	struct post p = { .ticket_id = 7,
		.channel = "room",
		.room = "C0",
		.ref = "1.2",
		.shown = 5,
		.wanted = 5 };
	int64_t id = 0;
	struct ticket t;
	struct store *s;

	sql("PRAGMA application_id = 1397506423; PRAGMA user_version = 3;");
	sql(schema_1);
	sql(schema_2);
	sql(schema_3);
	sql(schema_3_ticket);
	s = open_ok();
	ck_assert_int_eq(pragma("PRAGMA user_version"), 5);
	ck_assert_int_eq(
	    store_load(s, &arena, "zendesk:7", 0, &t, &err), STORE_OK);
	ck_assert_str_eq(t.severity_by, "mara");
	ck_assert_str_eq(t.confirmed_by, "eli");
	ck_assert_str_eq(t.desk_severity, "P2");
	ck_assert_str_eq(t.said, "help");
	ck_assert_uint_eq(t.nnotices, 1);
	ck_assert_int_eq(t.notices[0].attempts, 2);
	ck_assert_str_eq(t.notices[0].spare, "mail");
	ck_assert_str_eq(t.notices[0].ref, "");
	ck_assert_int_eq(store_begin(s, &err), STORE_OK);
	ck_assert_int_eq(store_add_post(s, &p, &id, &err), STORE_OK);
	ck_assert_int_gt(id, 0);
	ck_assert_int_eq(store_commit(s, &err), STORE_OK);
	store_close(s);
	arena_fini(&arena);
}
END_TEST

START_TEST(a_new_file_is_made_ours)
{
	struct stat st;
	struct store *s;

	umask(0);
	s = open_ok();
	store_close(s);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
	ck_assert_int_eq(pragma("PRAGMA application_id"), 0x534c4177);
	ck_assert_int_eq(pragma("PRAGMA user_version"), 5);
	ck_assert_int_eq(pragma("SELECT count(*) FROM pragma_table_list"
				" WHERE schema = 'main' AND NOT strict"
				" AND name NOT LIKE 'sqlite_%'"),
	    0);
	s = open_ok();
	store_close(s);
}
END_TEST

/* As after an open() that never got further. */
START_TEST(an_empty_file_is_new)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	close(fd);
	store_close(open_ok());
}
END_TEST

START_TEST(a_second_daemon_is_refused)
{
	struct store *s = open_ok();
	char pid[40];

	snprintf(pid, sizeof pid, "process %d", (int)getpid());
	refused(path, STORE_BUSY, pid, "stop it");
	store_close(s);
	store_close(open_ok());
}
END_TEST

/* A daemon that was killed leaves nothing to clean up. */
START_TEST(a_dead_daemon_holds_nothing)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		fill(open_ok(), 3);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	store_close(open_ok());
	ck_assert_int_eq(pragma("SELECT count(*) FROM ticket"), 3);
}
END_TEST

START_TEST(a_newer_file_is_refused)
{
	make_filled(1);
	sql("PRAGMA user_version = 7");
	refused(path, STORE_NEWER, "schema 7", "upgrade");
	ck_assert_int_eq(pragma("PRAGMA user_version"), 7);
}
END_TEST

START_TEST(a_foreign_database_is_refused)
{
	sql("CREATE TABLE theirs (x)");
	refused(path, STORE_FOREIGN, "another program", "another file");
	sql("PRAGMA application_id = 1234");
	refused(path, STORE_FOREIGN, "another program", "another file");
	ck_assert_int_eq(pragma("SELECT count(*) FROM sqlite_schema"), 1);
	sql("DROP TABLE theirs; PRAGMA application_id = 0;"
	    "PRAGMA user_version = 3");
	refused(path, STORE_FOREIGN, "another program", "another file");
}
END_TEST

START_TEST(what_is_no_database_is_refused)
{
	FILE *f = fopen(path, "w");

	for (int i = 0; i < 1000; i++)
		fputs("just some text\n", f);
	fclose(f);
	refused(path, STORE_FOREIGN, "is not a database", "another file");
	ck_assert_int_eq(truncate(path, 20), 0);
	refused(path, STORE_FOREIGN, "is not a database", "another file");
	ck_assert_int_eq(file_size(), 20);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	refused(path, STORE_FOREIGN, "regular file", "another one");
}
END_TEST

START_TEST(a_directory_is_refused)
{
	char *lock = world_path(directory, ".lock");

	refused(directory, STORE_FOREIGN, "is a directory", "file in it");
	ck_assert_int_ne(access(lock, F_OK), 0);
	free(lock);
}
END_TEST

START_TEST(a_missing_directory_is_named)
{
	char *far = world_path(directory, "no/such/test.db");

	refused(far, STORE_FAILED, "does not exist", "create it");
	free(far);
}
END_TEST

/* Root may write everywhere, so the test becomes nobody. */
START_TEST(a_directory_that_cannot_be_written)
{
	ck_assert_int_eq(chmod(directory, 0555), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	refused(path, STORE_FAILED, "Permission denied", "daemon's user");
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(directory, 0755), 0);
}
END_TEST

START_TEST(a_file_that_cannot_be_written)
{
	char *lock;

	make_filled(1);
	lock = world_path(directory, "test.db.lock");
	ck_assert_int_eq(chmod(lock, 0666), 0);
	ck_assert_int_eq(chmod(directory, 0777), 0);
	ck_assert_int_eq(chmod(path, 0444), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	if (eaccess(directory, X_OK) == 0)
		refused(
		    path, STORE_FAILED, "cannot be written", "daemon's user");
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	free(lock);
}
END_TEST

START_TEST(a_damaged_header_is_refused)
{
	make_filled(20);
	overwrite(0, "SQLite f\xffrmat 3", 15);
	refused(path, STORE_DAMAGED, "is damaged", ".recover");
	overwrite(0, "SQLite format 3", 16);
	overwrite(16, "\x0b\xad", 2); /* the page size */
	refused(path, STORE_DAMAGED, "is damaged", "restore a backup");
}
END_TEST

START_TEST(a_truncated_file_is_refused)
{
	int64_t whole;

	make_filled(50);
	whole = file_size();
	ck_assert_int_gt(whole, 100000);
	ck_assert_int_eq(truncate(path, whole - 4096), 0);
	refused(path, STORE_DAMAGED, "is damaged", "restore a backup");
	ck_assert_int_eq(truncate(path, whole / 2 + 100), 0);
	refused(path, STORE_DAMAGED, "is damaged", "restore a backup");
	ck_assert_int_eq(truncate(path, 4096), 0);
	refused(path, STORE_DAMAGED, "is damaged", "restore a backup");
	ck_assert_int_eq(truncate(path, 60), 0);
	refused(path, STORE_DAMAGED, "is damaged", "restore a backup");
}
END_TEST

/* Random bytes over the start of each page in turn, where its structure is.
 * Content has no checksum: a flipped letter in a subject is not seen. */
START_TEST(flipped_bytes_are_found)
{
	char *clean = world_path(directory, "clean.db");
	unsigned char noise[64];
	int64_t pages;

	make_filled(12);
	world_copy(path, clean);
	pages = file_size() / 4096;
	ck_assert_int_gt(pages, 20);
	for (int64_t page = 0; page < pages; page++) {
		for (size_t i = 0; i < sizeof noise; i++)
			noise[i] = (unsigned char)rng_below(&rng, 256);
		noise[0] = 0x77; /* no kind of page */
		overwrite(
		    page * 4096 + (page == 0 ? 100 : 0), noise, sizeof noise);
		refused(path, STORE_DAMAGED, "is damaged", "restore a backup");
		world_copy(clean, path);
	}
	store_close(open_ok());
	free(clean);
}
END_TEST

static int64_t root_page(const char *table)
{
	char text[100];

	snprintf(text, sizeof text,
	    "SELECT rootpage FROM sqlite_schema WHERE name = '%s'", table);
	return pragma(text);
}

static bool count_one(void *user, int64_t id, struct wall due)
{
	(void)id;
	(void)due;
	++*(int *)user;
	return true;
}

/* A sound store whose deadlines are not. */
static void scan_finds(const char *what)
{
	struct store *s = open_ok();
	int rows = 0;

	ck_assert_int_eq(
	    store_scan_deadlines(s, count_one, &rows, &err), STORE_DAMAGED);
	ck_assert_msg(strstr(err.text, what) != NULL, "%s", err.text);
	ck_assert_msg(strstr(err.text, ".recover") != NULL, "%s", err.text);
	store_close(s);
}

static void make_large(void)
{
	const size_t size = (size_t)66 << 20;
	char *big = calloc(1, size + 1);
	struct store *s = open_ok();

	fill(s, 50);
	memset(big, 'x', size);
	ck_assert_int_eq(store_meta_set(s, "big", big, &err), STORE_OK);
	store_close(s);
	free(big);
}

/* Above 64 MiB the schema is checked at once, the deadlines by the scan of a
 * restart; a reader finds the rest. */
START_TEST(a_large_file_is_checked_in_part)
{
	char *clean = world_path(directory, "clean.db");
	struct reader *r;
	struct store *s;

	make_large();
	world_copy(path, clean);
	overwrite(100, "\x77\x77", 2);
	refused(path, STORE_DAMAGED, "is damaged", "restore a backup");
	world_copy(clean, path);
	overwrite((root_page("deadline") - 1) * 4096, "\x77\x77", 2);
	scan_finds("malformed");
	world_copy(clean, path);
	overwrite((root_page("delivery") - 1) * 4096, "\x77\x77", 2);
	s = open_ok();
	ck_assert_int_eq(reader_open(path, &r, &err), STORE_OK);
	ck_assert_int_eq(reader_check(r, &err), STORE_DAMAGED);
	ck_assert_msg(strstr(err.text, "damaged") != NULL, "%s", err.text);
	reader_close(r);
	store_close(s);
	free(clean);
}
END_TEST

/* The last row stands first on the page, and its number behind one byte. */
START_TEST(deadlines_out_of_order_are_found)
{
	unsigned char head[10];
	off_t page;
	int fd;

	make_large();
	page = (off_t)(root_page("deadline") - 1) * 4096;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(pread(fd, head, sizeof head, page), 10);
	ck_assert_uint_eq(head[0], 13); /* a leaf of a table */
	close(fd);
	overwrite(page + head[5] * 256 + head[6] + 1, "\x01", 1);
	scan_finds("out of order");
}
END_TEST

START_TEST(a_reader_refuses_the_same)
{
	struct reader *r;

	ck_assert_int_eq(reader_open(path, &r, &err), STORE_FAILED);
	ck_assert_ptr_null(r);
	ck_assert_int_eq(reader_open(directory, &r, &err), STORE_FOREIGN);
	ck_assert_msg(
	    strstr(err.text, "is a directory: name the file in it") != NULL,
	    "%s", err.text);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	ck_assert_int_eq(reader_open(path, &r, &err), STORE_FAILED);
	ck_assert_msg(
	    strstr(err.text, "start the daemon") != NULL, "%s", err.text);
	sql("CREATE TABLE theirs (x)");
	ck_assert_int_eq(reader_open(path, &r, &err), STORE_FOREIGN);
	sql("DROP TABLE theirs");
	make_filled(1);
	sql("PRAGMA user_version = 7");
	ck_assert_int_eq(reader_open(path, &r, &err), STORE_NEWER);
}
END_TEST

START_TEST(closing_leaves_one_file)
{
	char *wal = world_path(directory, "test.db-wal");
	struct store *s = open_ok();
	struct stat st;

	fill(s, 20);
	ck_assert_int_eq(stat(wal, &st), 0);
	ck_assert_int_gt(st.st_size, 0);
	store_idle(s);
	ck_assert_int_eq(stat(wal, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
	fill(s, 0);
	store_close(s);
	ck_assert_int_ne(stat(wal, &st), 0);
	free(wal);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("store_open");
	TCase *c = tcase_create("store_open");

	tcase_set_timeout(c, 60);
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, schema_1_is_migrated);
	tcase_add_test(c, schema_2_is_migrated);
	tcase_add_test(c, schema_3_is_migrated);
	tcase_add_test(c, a_new_file_is_made_ours);
	tcase_add_test(c, an_empty_file_is_new);
	tcase_add_test(c, a_second_daemon_is_refused);
	tcase_add_test(c, a_dead_daemon_holds_nothing);
	tcase_add_test(c, a_newer_file_is_refused);
	tcase_add_test(c, a_foreign_database_is_refused);
	tcase_add_test(c, what_is_no_database_is_refused);
	tcase_add_test(c, a_directory_is_refused);
	tcase_add_test(c, a_missing_directory_is_named);
	tcase_add_test(c, a_directory_that_cannot_be_written);
	tcase_add_test(c, a_file_that_cannot_be_written);
	tcase_add_test(c, a_damaged_header_is_refused);
	tcase_add_test(c, a_truncated_file_is_refused);
	tcase_add_test(c, flipped_bytes_are_found);
	tcase_add_test(c, a_large_file_is_checked_in_part);
	tcase_add_test(c, deadlines_out_of_order_are_found);
	tcase_add_test(c, a_reader_refuses_the_same);
	tcase_add_test(c, closing_leaves_one_file);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_store_open");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
