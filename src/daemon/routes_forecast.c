/* routes_forecast.c - what comes if nobody does anything: walked on workers.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/nearest.h"
#include "core/forecast.h"
#include "daemon/app.h"
#include "daemon/parameters.h"
#include "daemon/question.h"
#include "daemon/reply.h"
#include "daemon/survey.h"
#include "wire/forecast_json.h"

#include <string.h>

#define HOURS_DEFAULT 8
#define LIMIT_DEFAULT 200

struct forecast_question {
	struct question base;
	struct wall until;
	int64_t hours;
	int64_t limit;
	const char *team;   /* or NULL */
	const char *person; /* or NULL */
	struct forecast forecast;
	bool begun; /* the forecast is to be ended */
};

/* --- on a worker ---------------------------------------------------------- */

static void on_begin(void *user, const struct facts *f)
{
	struct forecast_question *q = user;

	forecast_init(&q->forecast, matrix_ref_matrix(q->base.matrix), f,
	    q->base.now, q->until);
	q->begun = true;
	q->forecast.team = q->team;
	q->forecast.person = q->person;
	q->forecast.limit = (size_t)q->limit;
}

static void on_ticket(void *user, struct ticket *t)
{
	struct forecast_question *q = user;

	forecast_ticket(&q->forecast, t);
}

static void on_end(void *user)
{
	struct forecast_question *q = user;
	struct json_out j;

	forecast_finish(&q->forecast);
	json_out_init(&j, &q->base.body);
	forecast_json(&q->forecast, &j);
}

/* --- on the loop ---------------------------------------------------------- */

static void on_done(
    void *user, enum store_result result, const struct errtext *err)
{
	struct forecast_question *q = user;

	if (q->begun)
		forecast_fini(&q->forecast);
	if (result == STORE_OK)
		question_answer(&q->base, 200);
	else
		question_busy(&q->base, err->text);
}

/* The name as the matrix has it; false: answered. */
static bool pick(struct forecast_question *q, const char *name, bool is_person,
    const char **out)
{
	const struct matrix *m = matrix_ref_matrix(q->base.matrix);
	const char *wanted = http_query(q->base.request, name);
	size_t count = is_person ? m->npeople : m->nteams;
	struct nearest near;
	struct errtext err;

	if (wanted == NULL)
		return true;
	nearest_init(&near, wanted);
	for (size_t i = 0; i < count; i++) {
		const char *known =
		    is_person ? m->people[i].name : m->teams[i].name;

		nearest_try(&near, known);
		if (strcmp(known, wanted) == 0)
			*out = known;
	}
	if (*out != NULL)
		return true;
	nearest_say(&near, "the matrix has no", &err);
	reply_error(q->base.request, 400, "%s: %s", name, err.text);
	return false;
}

void handle_forecast(struct app *app, struct http_request *r, const char *key)
{
	struct forecast_question *q = question_new(app, r, sizeof *q);

	(void)key;
	q->hours = HOURS_DEFAULT;
	q->limit = LIMIT_DEFAULT;
	if (!parameter_number(r, "hours", 1, FORECAST_HOURS_MAX, &q->hours) ||
	    !parameter_number(r, "limit", 1, FORECAST_ROWS_MAX, &q->limit) ||
	    !pick(q, "team", false, &q->team) ||
	    !pick(q, "person", true, &q->person)) {
		question_free(&q->base);
		return;
	}
	q->until = wall_plus(q->base.now, q->hours * HOUR_MS);
	survey_start(app, &(struct survey_of){ .matrix = q->base.matrix,
			      .until = q->until,
			      .begin = on_begin,
			      .one = on_ticket,
			      .end = on_end,
			      .done = on_done,
			      .user = q });
}
