/* planning.c - see planning.h.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/planning.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/survey.h"

#include <stdlib.h>

struct planning {
	struct matrix_ref *from; /* references */
	struct matrix_ref *to;
	struct wall now;
	struct plan plan;
	bool begun; /* the plan is to be ended */
	void (*done)(
	    void *user, const struct plan *plan, const struct errtext *err);
	void *user;
};

static void on_begin(void *user, const struct facts *f)
{
	struct planning *p = user;

	plan_init(&p->plan, matrix_ref_matrix(p->from),
	    matrix_ref_matrix(p->to), f, p->now);
	p->begun = true;
}

static void on_ticket(void *user, struct ticket *t)
{
	struct planning *p = user;

	plan_ticket(&p->plan, t);
}

static void on_end(void *user)
{
	struct planning *p = user;

	plan_finish(&p->plan);
}

static void on_done(
    void *user, enum store_result result, const struct errtext *err)
{
	struct planning *p = user;

	p->done(p->user, result == STORE_OK ? &p->plan : NULL, err);
	if (p->begun)
		plan_fini(&p->plan);
	matrix_ref_put(p->from);
	matrix_ref_put(p->to);
	free(p);
}

void planning_start(struct app *app, struct matrix_ref *from,
    struct matrix_ref *to,
    void (*done)(
	void *user, const struct plan *plan, const struct errtext *err),
    void *user)
{
	struct planning *p = calloc(1, sizeof *p);

	CHECK(p != NULL);
	p->from = matrix_ref_get(from);
	p->to = matrix_ref_get(to);
	p->now = loop_now(app->loop);
	p->done = done;
	p->user = user;
	survey_start(
	    app, &(struct survey_of){ .matrix = to,
		     .until = WALL_NEVER,
		     .solved_too = plan_takes_solved(matrix_ref_matrix(to)),
		     .begin = on_begin,
		     .one = on_ticket,
		     .end = on_end,
		     .done = on_done,
		     .user = p });
}
