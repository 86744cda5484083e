/* arena.h - memory that is given back all at once.
 *
 * One decision, one parsed file, one reply: each owns an arena, and what it
 * allocates lives exactly as long as the arena.  No pointer into an arena is
 * ever freed on its own, so values built in one (a ticket with its texts) need
 * no destructor.
 *
 * Out of memory aborts (see check.h).  Not shared between threads.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_BASE_ARENA_H
#define SLAWATCH_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head; /* newest block; owned */
};

#define ARENA_INIT ((struct arena){ NULL })

void arena_init(struct arena *arena);

/* Frees everything; the arena is as after init. */
void arena_fini(struct arena *arena);

/* Forgets everything but keeps the first block, for the next round. */
void arena_reset(struct arena *arena);

/* What it holds of memory, its free room too. */
size_t arena_bytes(const struct arena *arena);

/* Zeroed, aligned for any type; size 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size);

/* Copies with a NUL behind; NULL stays NULL. */
char *arena_strdup(struct arena *arena, const char *s);
char *arena_strndup(struct arena *arena, const char *s, size_t len);

/* Appends one zeroed element to a growing array whose items live in the arena:
 * returns its address and counts it.  *cap starts at 0, *items at NULL.
 *
 *	struct change *c = arena_push(a, &d->changes, &d->nchanges, &d->cap,
 *	    sizeof *c);
 *
 * Earlier addresses are void after a push. */
void *arena_push(
    struct arena *arena, void *items, size_t *count, size_t *cap, size_t size);

#endif
