/* refusals.h - who was refused for good, where, and why?
 *
 * A mail server cannot be asked whether somebody may be reached; it says so
 * when a notice comes.  What it said of an address stands here until something
 * goes there, or the matrix has another address.  One line of text in the
 * database, so that a restart does not forget it.
 *
 * By channel and address, not by person: a mended address is another one.
 *
 * A value: time is an argument, nothing is sent from here.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_REFUSALS_H
#define SLAWATCH_DAEMON_REFUSALS_H

#include "base/instant.h"
#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>

#define REFUSALS_MAX 1000 /* then the oldest is forgotten */

struct refusal {
	char *channel; /* name; owned, as all */
	char *address; /* "dana@example.com" */
	char *why;     /* "no such mailbox" */
	struct wall at;
};

struct refusals {
	struct refusal *items; /* oldest first */
	size_t count;
	size_t cap;
};

void refusals_init(struct refusals *r);
void refusals_fini(struct refusals *r);

/* From such a line; what is broken in it is left out. */
void refusals_read(struct refusals *r, const char *text);
void refusals_write(const struct refusals *r, struct textbuf *out);

/* NULL: was not refused. */
const struct refusal *refusals_find(
    const struct refusals *r, const char *channel, const char *address);

/* True: that is news. */
bool refusals_note(struct refusals *r, const char *channel, const char *address,
    const char *why, struct wall at);

/* Something went there.  True: that is news. */
bool refusals_clear(
    struct refusals *r, const char *channel, const char *address);

#endif
