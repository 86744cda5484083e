/* bare.c - what SQLite alone would need for what the daemon did.
 *
 *	bare copy FROM TO BATCH	   events per second
 *	bare scan DATABASE	   seconds
 *
 * copy: reads into memory the rows that the daemon wrote for the first 20,000
 * `created` events in FROM, makes TO with the same tables and indexes, and
 * writes them there again by prepared statements: a ticket's rows for each
 * event, BATCH events a transaction with the daemon's pragmas, and its mark of
 *life in each.
 *
 * scan: opens the database and reads the table of deadlines in order.
 *
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TABLES = 4, COLUMNS_MAX = 96, EVENTS_MAX = 20000 };

static const char *const tables[TABLES] = { "ticket", "deadline", "clock",
	"journal" };
static const char *const ticket_of[TABLES] = { "id", "ticket_id", "ticket_id",
	"ticket_id" };

struct row {
	int64_t ticket;
	sqlite3_value **values;
};

struct table {
	int columns;
	struct row *rows; /* by ticket */
	size_t count;
	size_t room;
	size_t next; /* to be written */
	sqlite3_stmt *insert;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void must(sqlite3 *db, bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "bare: %s\n", sqlite3_errmsg(db));
	exit(EXIT_FAILURE);
}

static sqlite3 *open_database(const char *path)
{
	sqlite3 *db;
	int rc = sqlite3_open(path, &db);

	must(db, rc == SQLITE_OK);
	return db;
}

static void exec(sqlite3 *db, const char *sql)
{
	must(db, sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static void keep(sqlite3 *db, struct table *t, sqlite3_stmt *stmt)
{
	struct row *row;

	if (t->count == t->room) {
		t->room = t->room == 0 ? 1024 : 2 * t->room;
		t->rows = realloc(t->rows, t->room * sizeof *t->rows);
		must(db, t->rows != NULL);
	}
	row = &t->rows[t->count++];
	row->ticket = sqlite3_column_int64(stmt, t->columns);
	row->values = calloc((size_t)t->columns, sizeof *row->values);
	must(db, row->values != NULL);
	for (int i = 0; i < t->columns; i++)
		row->values[i] =
		    sqlite3_value_dup(sqlite3_column_value(stmt, i));
}

static void read_table(sqlite3 *db, int which, struct table *t)
{
	char sql[160];
	sqlite3_stmt *stmt;

	snprintf(sql, sizeof sql,
	    "SELECT *, %s FROM %s WHERE %s <= %d ORDER BY %s, rowid",
	    ticket_of[which], tables[which], ticket_of[which], EVENTS_MAX,
	    ticket_of[which]);
	if (strcmp(tables[which], "clock") == 0) /* has no rowid */
		*strstr(sql, ", rowid") = '\0';
	must(db, sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK);
	t->columns = sqlite3_column_count(stmt) - 1;
	must(db, t->columns <= COLUMNS_MAX);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		keep(db, t, stmt);
	sqlite3_finalize(stmt);
}

static void prepare_insert(sqlite3 *db, int which, struct table *t)
{
	char sql[80 + 2 * COLUMNS_MAX];
	size_t len = (size_t)snprintf(
	    sql, sizeof sql, "INSERT INTO %s VALUES (?", tables[which]);

	for (int i = 1; i < t->columns; i++, len += 2)
		memcpy(sql + len, ",?", 2);
	memcpy(sql + len, ")", 2);
	must(
	    db, sqlite3_prepare_v2(db, sql, -1, &t->insert, NULL) == SQLITE_OK);
}

static void write_ticket(sqlite3 *db, struct table *t, int64_t ticket)
{
	while (t->next < t->count && t->rows[t->next].ticket == ticket) {
		sqlite3_value **values = t->rows[t->next++].values;

		for (int i = 0; i < t->columns; i++)
			sqlite3_bind_value(t->insert, i + 1, values[i]);
		must(db, sqlite3_step(t->insert) == SQLITE_DONE);
		sqlite3_reset(t->insert);
	}
}

/* Through the store, so that it has the same tables. */
static sqlite3 *make_database(const char *path)
{
	struct errtext err;
	struct store *s;
	sqlite3 *db;

	if (store_open(path, &s, &err) != STORE_OK) {
		fprintf(stderr, "bare: %s\n", err.text);
		exit(EXIT_FAILURE);
	}
	store_close(s);
	db = open_database(path);
	exec(db,
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384");
	return db;
}

static void commit(sqlite3 *db, sqlite3_stmt *alive)
{
	must(db, sqlite3_step(alive) == SQLITE_DONE);
	sqlite3_reset(alive);
	exec(db, "COMMIT");
}

static double write_all(sqlite3 *db, struct table *t, size_t batch)
{
	sqlite3_stmt *alive;
	double began;

	for (int i = 0; i < TABLES; i++)
		prepare_insert(db, i, &t[i]);
	must(db, sqlite3_prepare_v2(db,
		     "INSERT OR REPLACE INTO meta (name, value)"
		     " VALUES ('alive', '2026-01-05T09:00:00.000Z')",
		     -1, &alive, NULL) == SQLITE_OK);
	began = now();
	for (size_t i = 0; i < t[0].count; i++) {
		if (i % batch == 0)
			exec(db, "BEGIN IMMEDIATE");
		for (int k = 0; k < TABLES; k++)
			write_ticket(db, &t[k], t[0].rows[i].ticket);
		if (i % batch == batch - 1 || i == t[0].count - 1)
			commit(db, alive);
	}
	began = now() - began;
	sqlite3_finalize(alive);
	return began;
}

static void forget(struct table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		for (int k = 0; k < t->columns; k++)
			sqlite3_value_free(t->rows[i].values[k]);
		free(t->rows[i].values);
	}
	free(t->rows);
	sqlite3_finalize(t->insert);
}

static void copy(const char *from, const char *to, size_t batch)
{
	struct table t[TABLES] = { 0 };
	sqlite3 *db = open_database(from);
	size_t rows = 0, events;
	double seconds;

	for (int i = 0; i < TABLES; i++) {
		read_table(db, i, &t[i]);
		rows += t[i].count;
	}
	events = t[0].count;
	sqlite3_close(db);
	db = make_database(to);
	seconds = write_all(db, t, batch == 0 ? 1 : batch);
	for (int i = 0; i < TABLES; i++)
		forget(&t[i]);
	sqlite3_close(db);
	printf("events %zu rows %zu seconds %.3f\n", events, rows, seconds);
}

static void scan(const char *path)
{
	double began = now();
	sqlite3 *db = open_database(path);
	int64_t sum = 0;
	sqlite3_stmt *stmt;
	long count = 0;

	must(db, sqlite3_prepare_v2(db,
		     "SELECT ticket_id, due FROM deadline ORDER BY ticket_id",
		     -1, &stmt, NULL) == SQLITE_OK);
	for (; sqlite3_step(stmt) == SQLITE_ROW; count++)
		sum ^= sqlite3_column_int64(stmt, 0) +
		       sqlite3_column_int64(stmt, 1);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	printf("deadlines %ld seconds %.4f sum %llx\n", count, now() - began,
	    (unsigned long long)sum);
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "copy") == 0)
		copy(argv[2], argv[3], strtoul(argv[4], NULL, 10));
	else if (argc == 3 && strcmp(argv[1], "scan") == 0)
		scan(argv[2]);
	else {
		fputs("bare: copy FROM TO BATCH, or scan DATABASE\n", stderr);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
