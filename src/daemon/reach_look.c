/* reach_look.c - ask of everybody, a few at once and not too fast.
 *
 * Names, not indices: a reload in between may move these.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/reach.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/reach_parts.h"
#include "daemon/reach_ways.h"

#include <stdlib.h>

/* Who wants to know. */
struct waiter {
	struct waiter *next;
	void (*done)(void *user, bool ok);
	void *user;
};

struct reach_look {
	struct app *app;
	struct reach_lines *lines;
	size_t *queue; /* of lines; those to be asked again at its end */
	size_t head;
	size_t tail;
	size_t busy;
	size_t paid; /* questions that went out */
	struct mono began;
	struct mono hold; /* nothing goes before */
	struct loop_timer *timer;
	struct waiter *waiters;
};

/* One question under way. */
struct question {
	struct reach_look *look;
	size_t line;
};

/* --- what there is to ask ------------------------------------------------- */

static struct reach_lines *gather(const struct matrix *m)
{
	struct reach_lines *l = calloc(1, sizeof *l);

	CHECK(l != NULL);
	arena_init(&l->arena);
	words_init(&l->index);
	for (size_t p = 0; p < m->npeople; p++) {
		struct reach_ways ways;

		reach_ways_of(m, (int)p, false, &l->arena, &ways);
		for (size_t i = 0; i < ways.count; i++)
			reach_lines_add(l, m->people[p].name,
			    m->channels[ways.channels[i]].name);
	}
	for (size_t c = 0; c < m->nchannels; c++)
		if (m->channels[c].way == WAY_ROOM &&
		    channel_has(&m->channels[c], THREADS))
			reach_lines_add(l, "", m->channels[c].name);
	return l;
}

/* --- the end of it -------------------------------------------------------- */

static void end(struct reach_look *k, bool ok)
{
	struct app *app = k->app;
	struct waiter *w = k->waiters;

	app->reach.look = NULL;
	if (ok)
		reach_take(app, k->lines);
	else
		reach_lines_free(k->lines);
	while (w != NULL) {
		struct waiter *next = w->next;

		w->done(w->user, ok);
		free(w);
		w = next;
	}
	loop_timer_close(k->timer);
	free(k->queue);
	free(k);
	if (ok)
		app_turn(app);
}

/* --- questions and answers ------------------------------------------------ */

/* Whose fault is it that it would not arrive?  Of a room that is gone, or of a
 * token that is refused, nothing follows for a person. */
static enum reach_state judge(
    const struct reach_line *line, const struct notifier_report *r)
{
	bool barred = r->meaning == MEANS_NEXT || r->meaning == MEANS_ALARM;

	if (r->ok)
		return r->status == 0 ? REACH_UNASKED : REACH_OK;
	if (*line->person == '\0')
		return barred ? REACH_NOT : REACH_UNKNOWN;
	return barred && r->blame == BLAME_PERSON ? REACH_NOT : REACH_UNKNOWN;
}

static const char *words(const struct notifier_report *r)
{
	return r->why[0] != '\0' ? r->why : r->word;
}

/* Asked to wait: again at the end of the queue, and nobody before that. */
static bool ask_later(
    struct reach_look *k, const struct notifier_report *r, size_t line)
{
	if (r->ok || r->meaning != MEANS_WAIT ||
	    k->tail == k->lines->count * REACH_TRIES)
		return false;
	k->queue[k->tail++] = line;
	k->hold.ms = loop_mono(k->app->loop).ms + REACH_WAIT_MS;
	return true;
}

static void on_report(void *user, const struct notifier_report *r)
{
	struct question *q = user;
	struct reach_look *k = q->look;
	struct reach_line *line = &k->lines->items[q->line];

	k->busy--;
	if (r->status == 0)
		k->paid--; /* nobody was asked */
	if (!ask_later(k, r, q->line)) {
		line->state = judge(line, r);
		line->why =
		    r->ok ? "" : arena_strdup(&k->lines->arena, words(r));
	}
	free(q);
	/* Not from within the notifier. */
	loop_timer_start(k->timer, 0, REACH_PACE_MS);
}

static void ask(struct reach_look *k, size_t at)
{
	const struct matrix *m = matrix_ref_matrix(k->app->matrix);
	struct reach_line *line = &k->lines->items[at];
	int channel = matrix_channel(m, line->channel);
	int person =
	    *line->person == '\0' ? -1 : matrix_person(m, line->person);
	struct question *q;

	if (channel < 0 || (person < 0 && *line->person != '\0')) {
		line->why = "the matrix has it no more";
		return;
	}
	q = malloc(sizeof *q);
	CHECK(q != NULL);
	*q = (struct question){ .look = k, .line = at };
	k->busy++;
	k->paid++;
	notifier_probe(
	    k->app->notifier, LETTER_CHECK, channel, person, "", on_report, q);
}

/* When the next question may go. */
static struct mono may_go(const struct reach_look *k)
{
	int64_t over = (int64_t)k->paid - REACH_BURST + 1;
	struct mono at = k->hold;

	if (over > 0 && at.ms < k->began.ms + over * REACH_PACE_MS)
		at.ms = k->began.ms + over * REACH_PACE_MS;
	return at;
}

/* Asks what may be asked; the last answer ends it. */
static void on_timer(void *user)
{
	struct reach_look *k = user;
	bool stops = k->app->state == APP_STOPPING;
	struct mono now = loop_mono(k->app->loop);

	while (!stops && k->head < k->tail && k->busy < REACH_BUSY_MAX &&
	       may_go(k).ms <= now.ms)
		ask(k, k->queue[k->head++]);
	if (k->busy == 0 && (stops || k->head == k->tail))
		end(k, !stops);
}

void reach_check(struct app *app, void (*done)(void *user, bool ok), void *user)
{
	struct reach_look *k = app->reach.look;
	struct waiter *w = NULL;

	if (done != NULL) {
		w = malloc(sizeof *w);
		CHECK(w != NULL);
		*w = (struct waiter){ .done = done, .user = user };
	}
	if (k != NULL) {
		if (w != NULL) {
			w->next = k->waiters;
			k->waiters = w;
		}
		return;
	}
	k = calloc(1, sizeof *k);
	CHECK(k != NULL);
	k->app = app;
	k->waiters = w;
	k->lines = gather(matrix_ref_matrix(app->matrix));
	k->queue = calloc(k->lines->count * REACH_TRIES + 1, sizeof *k->queue);
	CHECK(k->queue != NULL);
	for (; k->tail < k->lines->count; k->tail++)
		k->queue[k->tail] = k->tail;
	k->began = loop_mono(app->loop);
	k->timer = loop_timer_new(app->loop, on_timer, k);
	loop_timer_start(k->timer, 1, REACH_PACE_MS);
	app->reach.look = k;
}

/* Answers that are still to come find nobody: the loop is about to end. */
void reach_look_close(struct app *app)
{
	struct reach_look *k = app->reach.look;

	if (k == NULL)
		return;
	app->reach.look = NULL;
	loop_timer_close(k->timer);
	while (k->waiters != NULL) {
		struct waiter *next = k->waiters->next;

		free(k->waiters);
		k->waiters = next;
	}
	reach_lines_free(k->lines);
	free(k->queue);
	free(k);
}

void reach_turn(struct app *app, struct wall now)
{
	if (app->state != APP_READY || app->reach.look != NULL ||
	    wall_before(now, app->reach.next))
		return;
	app->reach.next = WALL_NEVER; /* reach_take() knows better */
	reach_check(app, NULL, NULL);
}

struct wall reach_next(const struct app *app)
{
	return app->state != APP_READY || app->reach.look != NULL
		   ? WALL_NEVER
		   : app->reach.next;
}
