/* test_store_migrate.c - is a database of the version before taken over?
 *
 * SPDX-License-Identifier: MIT */
#include "lib/schema_1.h"
#include "lib/schema_2.h"
#include "lib/schema_3.h"
#include "lib/schema_4.h"
#include "lib/store_file.h"
#include "store/store_matrix.h"

#include <check.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* Append-only. */
static void refuse(const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_ne(sqlite3_exec(db, text, NULL, NULL, &why), SQLITE_OK);
	ck_assert_ptr_nonnull(strstr(why, "append-only"));
	sqlite3_free(why);
	sqlite3_close(db);
}

START_TEST(schema_4_is_migrated)
{
	struct arena arena = ARENA_INIT;
	struct matrix_row row;
	const char **known;
	size_t count;
	struct ticket t;
	struct store *s;

	sql("PRAGMA application_id = 1397506423; PRAGMA user_version = 4;");
	sql(schema_1);
	sql(schema_2);
	sql(schema_3);
	sql(schema_4);
	sql(schema_4_ticket);
	s = open_ok();
	ck_assert_int_eq(pragma("PRAGMA user_version"), 5);
	ck_assert_int_eq(
	    store_load(s, &arena, "zendesk:7", 0, &t, &err), STORE_OK);
	ck_assert_uint_eq(t.nnotices, 1);
	ck_assert_str_eq(t.notices[0].ref, "1.5");
	ck_assert_str_eq(t.notices[0].owed, "");
	ck_assert_int_eq(store_load_matrix(s, &arena, 0, &row, &err), STORE_OK);
	ck_assert_str_eq(row.revision, "abc");
	ck_assert_str_eq(row.by, "");
	ck_assert_str_eq(row.how, "");
	ck_assert_str_eq(row.why, "");
	ck_assert_str_eq(row.applies, "open");
	ck_assert_str_eq(row.text, "severities: { P1: {} }");
	ck_assert_int_eq(
	    store_ticket_revisions(s, &arena, false, &known, &count, &err),
	    STORE_OK);
	ck_assert_uint_eq(count, 1);
	ck_assert_str_eq(known[0], "abc");
	store_close(s);
	refuse("UPDATE matrix_revision SET said_by = 'eve'");
	refuse("DELETE FROM matrix_revision");
	arena_fini(&arena);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("store_migrate");
	TCase *c = tcase_create("store_migrate");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, schema_4_is_migrated);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
