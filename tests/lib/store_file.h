/* store_file.h - a database file that the test itself makes and looks into.
 *
 * For the programs that try how a store is opened, besides store_fixture.h,
 * whose store is open already; each includes it once.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_LIB_STORE_FILE_H
#define SLAWATCH_LIB_STORE_FILE_H

#include "lib/store_world.h"
#include "store/store.h"

#include <check.h>
#include <sqlite3.h>
#include <stdlib.h>

static struct errtext err;
static char *directory;
static char *path;

static void setup(void)
{
	directory = world_directory();
	path = world_path(directory, "test.db");
}

static void teardown(void)
{
	free(path);
	world_remove(directory);
}

/* The caller's to close. */
static inline struct store *open_ok(void)
{
	struct store *s;

	if (store_open(path, &s, &err) != STORE_OK)
		ck_abort_msg("%s", err.text);
	return s;
}

/* Statements on the file, by a connection of their own. */
static inline void sql(const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		ck_abort_msg("%s: %s", text, why);
	sqlite3_close(db);
}

/* The number that a statement gives. */
static inline int64_t pragma(const char *text)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;
	int64_t n;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(
	    sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return n;
}

#endif
