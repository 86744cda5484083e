/* planning.h - what a matrix that is not in force yet would do.
 *
 * A survey (survey.h) of core/plan.h: on workers, in slices, from the disk.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_PLANNING_H
#define SLAWATCH_DAEMON_PLANNING_H

#include "base/errtext.h"
#include "core/plan.h"
#include "daemon/matrix_ref.h"

struct app;

/* The matrix follows (matrix_ref_follow) the one in force; borrowed, references
 * are taken.  done(): the plan, which lives during the call; NULL: it could not
 * be made, *err says why.  Never called within this. */
void planning_start(struct app *app, struct matrix_ref *from,
    struct matrix_ref *to,
    void (*done)(
	void *user, const struct plan *plan, const struct errtext *err),
    void *user);

#endif
