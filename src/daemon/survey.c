/* survey.c - slices of tickets, a question each.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/survey.h"

#include "base/check.h"
#include "conf/duty_read.h"
#include "core/drill.h"
#include "daemon/app.h"

#include <stdlib.h>
#include <string.h>

struct survey {
	struct app *app;
	struct survey_of of;
	struct duty_ref *duty; /* a reference */
	struct duty *again;    /* the same by that matrix, or NULL; owned */
	struct facts facts;
	struct reader *reader; /* of the slice in hand */
	bool begun;
	bool over;

	int64_t after; /* WALL_NEVER: id of the last one */
	int64_t *ids;  /* until: all of them, in `arena` */
	size_t nids;
	size_t next;
	struct arena arena;
	struct arena work; /* of one ticket */

	enum store_result result;
	struct errtext err;
};

static void survey_free(struct survey *s)
{
	matrix_ref_put(s->of.matrix);
	duty_ref_put(s->duty);
	duty_free(s->again);
	arena_fini(&s->arena);
	arena_fini(&s->work);
	free(s);
}

/* --- on a worker ---------------------------------------------------------- */

/* About other tickets, as they are now: 0 where the disk does not say. */
static int64_t answer(void *user, const struct fact_question *q)
{
	struct survey *s = user;
	int64_t value = 0;

	if (s->result == STORE_OK)
		s->result = reader_answer(s->reader, q, &value, &s->err);
	return value;
}

/* Names in what was said of people's presence are read anew by another matrix,
 * as the commit thread does it. */
static void begin(struct survey *s)
{
	const struct duty *duty = duty_ref_duty(s->duty);

	s->again = duty_read_again(duty, matrix_ref_matrix(s->of.matrix));
	s->facts = (struct facts){ .duty = s->again != NULL ? s->again : duty,
		.user = s,
		.answer = answer };
	if (!wall_is_never(s->of.until))
		s->result = reader_waiting(s->reader, &s->arena, s->of.until,
		    &s->ids, &s->nids, &s->err);
	s->of.begin(s->of.user, &s->facts);
	s->begun = true;
}

static size_t next_page(struct survey *s, int64_t page[SURVEY_SLICE])
{
	size_t n = 0;

	if (wall_is_never(s->of.until)) {
		s->result = reader_watched(s->reader, s->after,
		    s->of.solved_too, page, SURVEY_SLICE, &n, &s->err);
		if (n > 0)
			s->after = page[n - 1];
		return n;
	}
	while (n < SURVEY_SLICE && s->next < s->nids)
		page[n++] = s->ids[s->next++];
	return n;
}

/* One that has gone since is none. */
static void look_at(struct survey *s, int64_t id)
{
	struct ticket t;
	enum store_result r;

	arena_reset(&s->work);
	r = reader_load(s->reader, &s->work, NULL, id, &t, &s->err);
	if (r == STORE_OK && !ticket_is_drill(&t))
		s->of.one(s->of.user, &t);
	else if (r != STORE_OK && r != STORE_NONE)
		s->result = r;
}

static void on_slice(struct reader *r, void *user)
{
	struct survey *s = user;
	int64_t page[SURVEY_SLICE];
	size_t n = 0;

	s->reader = r;
	if (!s->begun)
		begin(s);
	if (s->result == STORE_OK)
		n = next_page(s, page);
	for (size_t i = 0; i < n && s->result == STORE_OK; i++)
		look_at(s, page[i]);
	s->over = n < SURVEY_SLICE || s->result != STORE_OK;
	if (s->over && s->result == STORE_OK)
		s->of.end(s->of.user);
}

/* --- on the loop ---------------------------------------------------------- */

static void ask(struct survey *s);

static void finish(struct survey *s)
{
	s->of.done(s->of.user, s->result, &s->err);
	survey_free(s);
}

static void on_done(void *user)
{
	struct survey *s = user;

	if (!s->over && s->app->state == APP_STOPPING) {
		s->result = STORE_FAILED;
		errtext_set(&s->err, "the daemon is stopping");
		s->over = true;
	}
	if (s->over)
		finish(s);
	else
		ask(s);
}

static void on_refused(void *user)
{
	(void)user;
}

static void ask(struct survey *s)
{
	if (readers_ask(s->app->readers, DESK_REQUESTS, on_slice, on_done, s))
		return;
	s->result = STORE_FAILED;
	errtext_set(&s->err, "too many questions wait; try again");
	s->over = true;
	loop_work(s->app->loop, on_refused, on_done, s);
}

void survey_start(struct app *app, const struct survey_of *of)
{
	struct survey *s = calloc(1, sizeof *s);

	CHECK(s != NULL);
	s->app = app;
	s->of = *of;
	s->of.matrix = matrix_ref_get(of->matrix);
	s->duty = duty_ref_get(app->duty);
	arena_init(&s->arena);
	arena_init(&s->work);
	ask(s);
}
