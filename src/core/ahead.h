/* ahead.h - what comes for one ticket if nobody does anything?
 *
 * decide() is asked, with what the daemon would send it: a tick when the ticket
 * is due, and the word that a notice arrived when it may go.  So it cannot say
 * anything else than what will happen.
 *
 * Private to core/: explain and forecast walk with it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_AHEAD_H
#define SLAWATCH_CORE_AHEAD_H

#include "core/decide.h"
#include "core/turn.h"

struct ahead {
	const struct matrix *m;
	const struct facts *f;
	struct ticket *t;   /* a copy that may change */
	struct wall now;    /* of the decision in hand */
	struct wall until;  /* the last instant that is looked at */
	bool more;	    /* something comes after it */
	const bool *enough; /* ends it as soon as it is so; NULL: never */

	void *user;
	/* What a decision changed, before what is ended is forgotten. */
	void (*decided)(void *user, const struct ticket *t,
	    const struct decision *d, struct wall at);
	/* The notice goes, or is of no use any more; waited: it was there
	 * before, or was held. */
	void (*goes)(void *user, const struct notice *n, struct wall at,
	    bool waited, bool in_time);

	int64_t notice_id; /* of the latest notice that is only forecast */
};

/* Texts are never changed in place, lists are: they are copied into the copy's
 * arena. */
void ahead_copy(struct ticket *t);

/* From `now` to `until`; the other members are set.  False: there is so much
 * that it was left. */
bool ahead_walk(struct ahead *a);

/* What goes() is told as a change to be shown; its texts are the notice's. */
struct change ahead_gone(const struct notice *n, bool in_time);

/* ... and in words, a text of the turn. */
const char *ahead_gone_words(
    struct turn *u, const struct notice *n, bool in_time);

#endif
