/* test_scratch.c - what a long simulation keeps, against a naive list.
 *
 * SPDX-License-Identifier: MIT */
#include "store/scratch.h"

#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum { NAMES = 200, ROUNDS = 4000, BLOB = 300 };

static struct rng rng;
static struct scratch *scratch;
static struct errtext err;
static char names[NAMES][24];

static void setup(void)
{
	ck_assert_msg(scratch_open(&scratch, &err) == STORE_OK, "%s", err.text);
	for (int i = 0; i < NAMES; i++)
		(void)snprintf(names[i], sizeof names[i], "name:%d:%u", i % 7,
		    (unsigned)rng_below(&rng, 1000) * NAMES + (unsigned)i);
}

static void teardown(void)
{
	scratch_close(scratch);
}

static int any(void)
{
	return (int)rng_below(&rng, NAMES);
}

static void sound(void)
{
	ck_assert_msg(!scratch_failed(scratch, &err), "%s", err.text);
}

/* --- names ---------------------------------------------------------------- */

START_TEST(names_are_numbered_as_they_come)
{
	int64_t number[NAMES] = { 0 };
	int64_t last = 0;

	for (int i = 0; i < ROUNDS; i++) {
		int n = any();

		if (number[n] == 0)
			number[n] = ++last;
		ck_assert_int_eq(scratch_number(scratch, names[n]), number[n]);
	}
	ck_assert_int_eq(scratch_number(scratch, ""), last + 1);
	ck_assert_int_eq(scratch_number(scratch, "NAME"), last + 2);
	ck_assert_int_eq(scratch_number(scratch, "name"), last + 3);
	sound();
}
END_TEST

START_TEST(a_name_is_new_once_in_each_set)
{
	bool seen[3][NAMES] = { { false } };

	for (int i = 0; i < ROUNDS; i++) {
		int set = (int)rng_below(&rng, 3);
		int n = any();

		ck_assert_int_eq(
		    scratch_first(scratch, set, names[n]), !seen[set][n]);
		seen[set][n] = true;
		if (rng_one_in(&rng, 4)) {
			n = any();
			scratch_forget(scratch, set, names[n]);
			seen[set][n] = false;
		}
	}
	sound();
}
END_TEST

/* --- shelves -------------------------------------------------------------- */

struct kept {
	bool there;
	int64_t order;
	size_t len;
	char bytes[BLOB];
};

static struct kept kept[2][NAMES];

static void put(struct kept *k, int shelf, int n)
{
	k->there = true;
	k->order = (int64_t)rng_below(&rng, 1u << 30) * NAMES + n - (1 << 20);
	k->len = rng_below(&rng, BLOB);
	for (size_t i = 0; i < k->len; i++)
		k->bytes[i] = (char)rng_below(&rng, 256);
	scratch_put(scratch, shelf, names[n], k->order, k->bytes, k->len);
}

static void take(struct kept *k, int shelf, int n)
{
	struct textbuf out;

	textbuf_init(&out);
	textbuf_add(&out, "before");
	ck_assert_int_eq(
	    scratch_take(scratch, shelf, names[n], &out), k->there);
	if (k->there) {
		ck_assert_uint_eq(out.len, 6 + k->len);
		ck_assert_mem_eq(out.data, "before", 6);
		if (k->len > 0)
			ck_assert_mem_eq(out.data + 6, k->bytes, k->len);
	} else {
		ck_assert_str_eq(out.data, "before");
	}
	k->there = false;
	textbuf_fini(&out);
}

struct walk {
	int shelf;
	size_t seen;
	size_t most;
	int64_t last;
};

static bool visit(
    void *user, const char *key, int64_t order, const char *bytes, size_t len)
{
	struct walk *w = user;

	for (int n = 0; n < NAMES; n++) {
		const struct kept *k = &kept[w->shelf][n];

		if (strcmp(names[n], key) != 0)
			continue;
		ck_assert(k->there && order == k->order && len == k->len);
		if (len > 0)
			ck_assert_mem_eq(bytes, k->bytes, len);
		ck_assert(w->seen == 0 || w->last < order);
		w->last = order;
		return ++w->seen < w->most;
	}
	ck_abort_msg("what is %s?", key);
	return false;
}

/* All of another shelf goes while this one is read. */
static bool visit_and_take(
    void *user, const char *key, int64_t order, const char *bytes, size_t len)
{
	struct walk *w = user;

	for (int n = 0; n < NAMES; n++)
		if (rng_one_in(&rng, 20))
			take(&kept[!w->shelf][n], !w->shelf, n);
	return visit(user, key, order, bytes, len);
}

static void walk(int shelf)
{
	struct walk w = { .shelf = shelf, .most = SIZE_MAX };
	size_t n = 0;

	for (int i = 0; i < NAMES; i++)
		n += kept[shelf][i].there;
	scratch_each(scratch, shelf, visit, &w);
	ck_assert_uint_eq(w.seen, n);
	if (n < 2)
		return;
	w = (struct walk){ .shelf = shelf, .most = 2 };
	scratch_each(scratch, shelf, visit, &w);
	ck_assert_uint_eq(w.seen, 2);
}

START_TEST(blobs_come_back_as_they_were)
{
	for (int i = 0; i < ROUNDS; i++) {
		int shelf = (int)rng_below(&rng, 2);
		int n = any();

		if (rng_one_in(&rng, 3))
			take(&kept[shelf][n], shelf, n);
		else
			put(&kept[shelf][n], shelf, n);
		if (i % 512 == 0)
			walk(shelf);
	}
	walk(0);
	walk(1);
	scratch_each(scratch, 0, visit_and_take,
	    &(struct walk){ .shelf = 0, .most = SIZE_MAX });
	walk(0);
	walk(1);
	sound();
}
END_TEST

/* --- logs ----------------------------------------------------------------- */

struct read {
	int log;
	int64_t number;
	int row;
	int seen;
	int most;
};

static int row_number[ROUNDS];
static int row_log[ROUNDS];

static bool read_row(void *user, int64_t number, const char *bytes, size_t len)
{
	struct read *r = user;
	int row;

	ck_assert_uint_eq(len, sizeof row);
	memcpy(&row, bytes, sizeof row);
	ck_assert(row >= 0 && row < ROUNDS);
	ck_assert_int_eq(row_log[row], r->log);
	ck_assert_int_eq(row_number[row], number);
	if (r->seen > 0)
		ck_assert(r->number < number ||
			  (r->number == number && r->row < row));
	r->number = number;
	r->row = row;
	return ++r->seen < r->most;
}

START_TEST(rows_are_read_by_number_as_they_were_added)
{
	int count[2] = { 0 };

	for (int i = 0; i < ROUNDS; i++) {
		row_log[i] = (int)rng_below(&rng, 2);
		row_number[i] = (int)rng_below(&rng, 90) - 9;
		count[row_log[i]]++;
		scratch_log(scratch, row_log[i], row_number[i], &i, sizeof i);
	}
	for (int log = 0; log < 2; log++) {
		struct read r = { .log = log, .most = ROUNDS + 1 };

		scratch_each_log(scratch, log, read_row, &r);
		ck_assert_int_eq(r.seen, count[log]);
		r = (struct read){ .log = log, .most = 3 };
		scratch_each_log(scratch, log, read_row, &r);
		ck_assert_int_eq(r.seen, 3);
	}
	sound();
}
END_TEST

/* --- memory, failures ----------------------------------------------------- */

static char large[32 * 1024];

static void fill(int count)
{
	for (int i = 0; i < count; i++) {
		char key[16];

		(void)snprintf(key, sizeof key, "%d", i);
		scratch_put(scratch, 0, key, i, large, sizeof large);
	}
}

START_TEST(memory_is_bounded)
{
	fill(2000);
	sound();
	ck_assert_int_lt(sqlite3_memory_used(), 16 << 20);
}
END_TEST

static bool never(
    void *user, const char *key, int64_t order, const char *bytes, size_t len)
{
	(void)user, (void)order, (void)bytes, (void)len;
	ck_abort_msg("%s is read after a failure", key);
	return false;
}

static bool never_logged(
    void *user, int64_t number, const char *bytes, size_t len)
{
	(void)user, (void)number, (void)bytes, (void)len;
	ck_abort_msg("a log is read after a failure");
	return false;
}

START_TEST(a_failure_is_kept_and_all_after_it_does_nothing)
{
	struct rlimit small = { .rlim_cur = 64 * 1024, .rlim_max = 64 * 1024 };
	struct textbuf out;
	struct errtext again;

	scratch_put(scratch, 1, "key", 1, "bytes", 5);
	scratch_log(scratch, 1, 1, "bytes", 5);
	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	fill(2000);
	ck_assert(scratch_failed(scratch, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "temporary file"));
	ck_assert_ptr_nonnull(strstr(err.text, "TMPDIR"));
	ck_assert_ptr_nonnull(strstr(err.text, "no space left"));
	textbuf_init(&out);
	ck_assert(!scratch_take(scratch, 1, "key", &out));
	ck_assert_uint_eq(out.len, 0);
	ck_assert(!scratch_first(scratch, 1, "never seen"));
	ck_assert_int_eq(scratch_number(scratch, "never seen"), 0);
	scratch_log(scratch, 1, 1, "more", 4);
	scratch_each(scratch, 1, never, NULL);
	scratch_each_log(scratch, 1, never_logged, NULL);
	ck_assert(scratch_failed(scratch, &again));
	ck_assert_str_eq(again.text, err.text);
	textbuf_fini(&out);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("scratch");
	TCase *c = tcase_create("scratch");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, names_are_numbered_as_they_come);
	tcase_add_test(c, a_name_is_new_once_in_each_set);
	tcase_add_test(c, blobs_come_back_as_they_were);
	tcase_add_test(c, rows_are_read_by_number_as_they_were_added);
	tcase_add_test(c, memory_is_bounded);
	tcase_add_test(c, a_failure_is_kept_and_all_after_it_does_nothing);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_scratch");
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
