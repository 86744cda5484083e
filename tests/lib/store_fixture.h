/* store_fixture.h - a fresh database for each test, and saving tickets in it.
 *
 * For the programs that try the store from outside; each includes it once.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_LIB_STORE_FIXTURE_H
#define SLAWATCH_LIB_STORE_FIXTURE_H

#include "lib/require.h"
#include "lib/store_world.h"
#include "store/store.h"

#include <check.h>
#include <stdlib.h>

static struct rng rng;
static struct errtext err;
static struct arena arena;
static char *directory;
static char *path;
static struct store *store;

#define OK(call)                                                               \
	do {                                                                   \
		if ((call) != STORE_OK)                                        \
			ck_abort_msg("%s: %s", #call, err.text);               \
	} while (0)

static void setup(void)
{
	directory = world_directory();
	path = world_path(directory, "test.db");
	arena_init(&arena);
	OK(store_open(path, &store, &err));
}

static void teardown(void)
{
	store_close(store);
	arena_fini(&arena);
	free(path);
	world_remove(directory);
}

static inline void reopen(void)
{
	store_close(store);
	OK(store_open(path, &store, &err));
}

/* Saves the ticket with an event of that id, in the open transaction. */
static inline void save(struct ticket *t, const char *id)
{
	struct decision d;
	struct event ev;

	world_event(&rng, t->arena, id, t, &ev, &d);
	OK(store_save(store, t, &ev, &d, NULL, wall_at(1000), &err));
}

static inline void save_alone(struct ticket *t, const char *id)
{
	OK(store_begin(store, &err));
	save(t, id);
	OK(store_commit(store, &err));
}

#endif
