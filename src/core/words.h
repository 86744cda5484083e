/* words.h - a text to a number, in memory.
 *
 * Open addressing with linear probing, at most half full; what follows a
 * dropped one moves up.  The texts are the caller's and are there as long as
 * they are in the map.
 *
 * What it holds is never walked, so that nothing that anybody sees depends on
 * its order.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_WORDS_H
#define SLAWATCH_CORE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct word {
	const char *text; /* NULL: empty */
	size_t hash;	  /* of the text: most others differ in that */
	size_t value;
};

struct words {
	struct word *at; /* owned */
	size_t size;	 /* a power of two */
	size_t count;
};

void words_init(struct words *w);
void words_fini(struct words *w);

/* False: it is not there. */
bool words_find(const struct words *w, const char *text, size_t *value);

/* Only for a text that is not there. */
void words_add(struct words *w, const char *text, size_t value);

/* Forgets it; nothing if it is not there. */
void words_drop(struct words *w, const char *text);

#endif
