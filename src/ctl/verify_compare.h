/* verify_compare.h - are two parts of a ticket the same, and if not, where?
 *
 * Names the first member in which what a replay gives (expected) and what the
 * database holds (found) differ, in words.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_VERIFY_COMPARE_H
#define SLAWATCH_CTL_VERIFY_COMPARE_H

#include "core/journal.h"
#include "store/audit.h"

#include <stdbool.h>

struct difference {
	int64_t row;	    /* of the journal, 0: none */
	char where[160];    /* "clock first_reply 2", "notice 17", "ticket" */
	char member[64];    /* "due" */
	char expected[256]; /* what the replay gives, cut */
	char found[256];    /* what the database holds, cut */
};

/* The place, for all that is then compared with it. */
void differ_at(struct difference *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* True if they differ; it is then written down. */
bool differ_text(struct difference *d, const char *member, const char *expected,
    const char *found);
bool differ_int(
    struct difference *d, const char *member, int64_t expected, int64_t found);

bool differ_change(struct difference *d, const struct change *expected,
    const struct journal_row *found);
bool differ_ticket(struct difference *d, const struct ticket *expected,
    const struct ticket *found);
bool differ_clock(struct difference *d, const struct clock *expected,
    const struct clock *found);
bool differ_run(struct difference *d, const struct chain_run *expected,
    const struct chain_run *found);
bool differ_notice(struct difference *d, const struct notice *expected,
    const struct notice *found);
bool differ_marks(struct difference *d, const struct audit_marks *expected,
    const struct audit_marks *found);

#endif
