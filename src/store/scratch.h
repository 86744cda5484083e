/* scratch.h - what a long simulation need not hold in memory.
 *
 * A private database in a temporary file that is gone with the process: names
 * that were seen, blobs by key, and rows in order.  Its cache is bounded, so a
 * log of any length needs the same memory.
 *
 * A failure (the disk is full) is kept: everything after it does nothing, and
 * whoever uses it asks once in a while.  One thread.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_SCRATCH_H
#define SLAWATCH_STORE_SCRATCH_H

#include "base/errtext.h"
#include "base/textbuf.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scratch;

enum store_result scratch_open(struct scratch **out, struct errtext *err);
void scratch_close(struct scratch *s); /* NULL is none */

/* Did anything fail?  The first failure. */
bool scratch_failed(const struct scratch *s, struct errtext *err);

/* A name's number: from 1 in the order in which they were first asked for. */
int64_t scratch_number(struct scratch *s, const char *name);

/* True if that name is new to that set (any small number of the caller's), and
 * in it from now on. */
bool scratch_first(struct scratch *s, int set, const char *name);
void scratch_forget(struct scratch *s, int set, const char *name);

/* A blob on a shelf (any small number of the caller's), over the one that was
 * there.  take: appends it to *out and removes it; false: there is none. */
void scratch_put(struct scratch *s, int shelf, const char *key, int64_t order,
    const void *bytes, size_t len);
bool scratch_take(
    struct scratch *s, int shelf, const char *key, struct textbuf *out);

/* What is on a shelf, by order; returning false ends it.  That shelf may not be
 * changed meanwhile, all else may. */
void scratch_each(struct scratch *s, int shelf,
    bool (*each)(void *user, const char *key, int64_t order, const char *bytes,
	size_t len),
    void *user);

/* Rows of a log (any small number of the caller's) that belong to a number;
 * read by number, within one in the order in which they were added. */
void scratch_log(
    struct scratch *s, int log, int64_t number, const void *bytes, size_t len);
void scratch_each_log(struct scratch *s, int log,
    bool (*each)(void *user, int64_t number, const char *bytes, size_t len),
    void *user);

#endif
