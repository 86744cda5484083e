/* told.h - what was the matrix's owner told, and is it time to say it again?
 *
 * A fault of the matrix that stays (a review that is due, a feed that fails, a
 * gap in duty) is told once, and then every TOLD_AGAIN_MS until it is mended.
 * What was told when is one line of text in the database, so that a restart
 * does not say it all again.
 *
 * A value: time is an argument, nothing is sent from here.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_TOLD_H
#define SLAWATCH_DAEMON_TOLD_H

#include "base/instant.h"
#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>

#define TOLD_AGAIN_MS (7 * DAY_MS)
#define TOLD_MAX      1000 /* topics that are remembered */

struct told_topic {
	char *name; /* "feed night"; owned */
	struct wall at;
	bool holds; /* it was said to be so since told_begin() */
};

struct told {
	struct told_topic *topics;
	size_t count;
	size_t cap;
	bool is_changed; /* since told_write() */
};

void told_init(struct told *t);
void told_fini(struct told *t);

/* From such a line; what is broken in it is left out. */
void told_read(struct told *t, const char *text);
void told_write(struct told *t, struct textbuf *out);

/* A look at everything: between begin and end each topic that holds is asked
 * for once.  True: say it now; it is taken as said.  What was not asked for is
 * mended, and is forgotten: should it break again it is news. */
void told_begin(struct told *t);
bool told_is_due(struct told *t, const char *topic, struct wall now);
/* It may still hold, nobody has looked yet: neither said nor forgotten. */
void told_hold(struct told *t, const char *topic);
void told_end(struct told *t);

/* When something is to be said again; WALL_NEVER: nothing is wrong. */
struct wall told_next(const struct told *t);

#endif
