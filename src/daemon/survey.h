/* survey.h - one question to every ticket, on workers.
 *
 * Tickets are read one after the other from the disk and handed over as copies;
 * nothing is stored.  A slice of them is one question to the readers, so that
 * lists and reports of other people find their turn between two slices, and
 * neither the loop nor the commit thread ever waits.  Each slice sees the
 * database as it is then: what happens meanwhile is partly seen.
 *
 * A drill's tickets are left out.
 *
 * Loop thread only, but for what is said to run on a worker.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_SURVEY_H
#define SLAWATCH_DAEMON_SURVEY_H

#include "base/errtext.h"
#include "core/facts.h"
#include "core/ticket.h"
#include "daemon/matrix_ref.h"
#include "store/store.h"

#define SURVEY_SLICE 128 /* tickets a question */

struct app;

struct survey_of {
	struct matrix_ref *matrix; /* by which presence is read; borrowed, a
				      reference of its own is taken */
	struct wall until;	   /* those that wait for something by then, the
				      first to come first; WALL_NEVER: all that
				      a new matrix is told to, by id */
	bool solved_too;	   /* ... solved ones among them */

	/* On a worker: before the first, for each, after the last. */
	void (*begin)(void *user, const struct facts *f);
	void (*one)(void *user, struct ticket *t);
	void (*end)(void *user);
	/* On the loop.  STORE_OK, or *err says why it was left; begin() may not
	 * have been called then. */
	void (*done)(
	    void *user, enum store_result result, const struct errtext *err);
	void *user;
};

/* done() is never called within this. */
void survey_start(struct app *app, const struct survey_of *of);

#endif
