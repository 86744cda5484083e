/* test_store_threads.c - a writer and two readers at the same time.
 *
 * Each ticket carries the same number in three places; a reader that ever saw
 * half a transaction would see them differ.  Run under the thread sanitizer,
 * this also shows that a reader shares nothing with anybody.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/store_world.h"
#include "store/reader.h"
#include "store/store.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { TICKETS = 20, COMMITS = 300 };

static char *directory;
static char *path;
static atomic_int committed; /* the latest number that all tickets have */
static atomic_bool done;

static void must(enum store_result r, const struct errtext *err)
{
	if (r == STORE_OK)
		return;
	fprintf(stderr, "%s\n", err->text);
	abort();
}

static void broken(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static const char *key_of(int i, char text[40])
{
	snprintf(text, 40, "zendesk:%d", i);
	return text;
}

/* The number into the ticket's row, its clock and a new notice that takes the
 * place of the last. */
static void stamp(struct ticket *t, int number)
{
	struct notice *n;

	t->run_seq = number;
	t->dirty = true;
	t->next_due = wall_at(number);
	if (t->nclocks == 0) {
		struct clock *c = arena_push(t->arena, &t->clocks, &t->nclocks,
		    &t->cap_clocks, sizeof *c);

		*c = (struct clock){ .kind = "update",
			.cycle = 1,
			.due = WALL_NEVER,
			.breached_at = WALL_NEVER,
			.ended_at = WALL_NEVER,
			.current = true };
	}
	t->clocks[0].elapsed_ms = number;
	t->clocks[0].dirty = true;
	for (size_t i = 0; i < t->nnotices; i++)
		t->notices[i].ended = t->notices[i].dirty = true;
	n = arena_push(
	    t->arena, &t->notices, &t->nnotices, &t->cap_notices, sizeof *n);
	*n = (struct notice){ .due = WALL_NEVER,
		.held_until = WALL_NEVER,
		.useful_until = WALL_NEVER,
		.attempts = number };
}

static void write_all(struct store *s, struct arena *arena, int number)
{
	struct change change = {
		.kind = CHANGE_EVENT, .due = WALL_NEVER, .notice = -1
	};
	struct decision d = { .changes = &change, .nchanges = 1 };
	struct event ev = { .type = EVENT_TICK };
	struct errtext err;
	struct ticket t;
	enum store_result r;
	char key[40];

	must(store_begin(s, &err), &err);
	for (int i = 0; i < TICKETS; i++) {
		r = store_load(s, arena, key_of(i, key), 0, &t, &err);
		if (r != STORE_NONE)
			must(r, &err);
		stamp(&t, number);
		must(store_save(s, &t, &ev, &d, NULL, wall_at(number), &err),
		    &err);
	}
	must(store_commit(s, &err), &err);
}

static void *write_thread(void *user)
{
	struct arena arena = ARENA_INIT;
	struct store *s = user;

	for (int n = 2; n <= COMMITS; n++) {
		write_all(s, &arena, n);
		atomic_store(&committed, n);
		arena_reset(&arena);
		if (n % 100 == 0)
			store_idle(s);
	}
	atomic_store(&done, true);
	arena_fini(&arena);
	return NULL;
}

static void whole(const struct ticket *t, int at_least)
{
	if (t->run_seq < at_least)
		broken("a reader missed a commit");
	if (t->nclocks != 1 || t->clocks[0].elapsed_ms != t->run_seq ||
	    t->nnotices != 1 || t->notices[0].attempts != t->run_seq ||
	    t->next_due.ms != t->run_seq)
		broken("a reader saw half a transaction");
}

static void ask(struct reader *r, struct arena *arena, int round)
{
	struct ticket_filter f = { .limit = 100,
		.order = (enum ticket_order)(round % 3) };
	int at_least = atomic_load(&committed);
	struct ticket t, *page;
	struct totals totals;
	struct errtext err;
	const char *next;
	size_t count;
	char key[40];

	must(reader_load(r, arena, key_of(round % TICKETS, key), 0, &t, &err),
	    &err);
	whole(&t, at_least);
	must(reader_list(r, arena, &f, &page, &count, &next, &err), &err);
	if (count != TICKETS)
		broken("a page is not complete");
	for (size_t i = 0; i < count; i++) {
		whole(&page[i], at_least);
		if (page[i].run_seq != page[0].run_seq)
			broken("a page is of more than one moment");
	}
	must(reader_totals(r, &totals, &err), &err);
	if (totals.open_tickets != TICKETS)
		broken("totals are wrong");
}

static void *read_thread(void *user)
{
	struct arena arena = ARENA_INIT;
	struct reader *r;
	struct errtext err;
	int rounds = 0;

	(void)user;
	must(reader_open(path, &r, &err), &err);
	do {
		ask(r, &arena, rounds++);
		arena_reset(&arena);
	} while (!atomic_load(&done));
	reader_close(r);
	arena_fini(&arena);
	return NULL;
}

START_TEST(readers_never_see_half)
{
	struct arena arena = ARENA_INIT;
	pthread_t writer, readers[2];
	struct errtext err;
	struct store *s;

	directory = world_directory();
	path = world_path(directory, "test.db");
	must(store_open(path, &s, &err), &err);
	write_all(s, &arena, 1);
	atomic_store(&committed, 1);
	ck_assert_int_eq(pthread_create(&writer, NULL, write_thread, s), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(
		    pthread_create(&readers[i], NULL, read_thread, NULL), 0);
	ck_assert_int_eq(pthread_join(writer, NULL), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_join(readers[i], NULL), 0);
	ck_assert_int_eq(atomic_load(&committed), COMMITS);
	store_close(s);
	arena_fini(&arena);
	free(path);
	world_remove(directory);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("store_threads");
	TCase *c = tcase_create("store_threads");

	tcase_set_timeout(c, 120);
	tcase_add_test(c, readers_never_see_half);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
