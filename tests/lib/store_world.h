/* store_world.h - tickets to fill a store with, and how to tell two apart.
 *
 * Everything is made from a struct rng, so that a failed round can be given
 * again.  The values are legal for the store, not for the ticket's machine:
 * every enum value, NULL and empty texts, UTF-8, quotes and texts that need
 * overflow pages turn up.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_STORE_WORLD_H
#define SLAWATCH_TESTS_STORE_WORLD_H

#include "core/journal.h"
#include "lib/rng.h"
#include "store/store.h"

#include <stddef.h>

/* A new directory under $TMPDIR, else under the current one; free() it. */
char *world_directory(void);
/* Removes it with the files in it. */
void world_remove(char *directory);
/* "DIRECTORY/NAME"; free() it. */
char *world_path(const char *directory, const char *name);
void world_copy(const char *from, const char *to);

/* A text or NULL, sometimes long; a text that is never NULL. */
const char *world_text(struct rng *rng, struct arena *arena);
const char *world_word(struct rng *rng, struct arena *arena);

/* A new ticket with clocks, runs and notices, all of it dirty. */
void world_ticket(
    struct rng *rng, struct arena *arena, const char *key, struct ticket *t);
/* Changes some of its parts and marks these dirty; may add some. */
void world_change(struct rng *rng, struct ticket *t);

void world_clock(
    struct rng *rng, struct ticket *t, const char *kind, int cycle);
void world_run(struct rng *rng, struct ticket *t, int seq);
struct notice *world_notice(struct rng *rng, struct ticket *t);

/* An event from outside with that id (NULL: a tick from inside), and a
 * decision about it with changes of many kinds. */
void world_event(struct rng *rng, struct arena *arena, const char *id,
    struct ticket *t, struct event *ev, struct decision *d);

/* NULL if a reloading of `saved` gave `loaded`, else the member that differs.
 * What is not loaded again (old cycles, ended runs and notices) is skipped. */
const char *world_differs(
    const struct ticket *saved, const struct ticket *loaded);
const char *world_notice_differs(
    const struct notice *a, const struct notice *b);
const char *world_change_differs(
    const struct change *a, const struct change *b);

#endif
