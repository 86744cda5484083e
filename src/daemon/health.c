/* health.c - totals, reasons, the self-check.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/health.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/log.h"
#include "daemon/outbox.h"

#include <stdlib.h>
#include <string.h>

#define STORE_LOG_MS 60000 /* a store that goes on failing: once a minute */

struct health_wait {
	struct health_wait *next;
	void (*done)(void *user);
	void *user;
};

/* --- totals -------------------------------------------------------------- */

struct totals_question {
	struct app *app;
	struct totals totals;
	enum store_result result;
	struct errtext err;
};

static void on_count(struct reader *r, void *user)
{
	struct totals_question *q = user;

	q->result = reader_totals(r, &q->totals, &q->err);
}

static void on_counted(void *user)
{
	struct totals_question *q = user;
	struct health *h = &q->app->health;
	struct health_wait *waits = h->waits;

	h->is_asking = false;
	h->waits = NULL;
	h->has_totals = h->has_totals || q->result == STORE_OK;
	h->totals_result = q->result;
	h->totals_error = q->err;
	h->totals_at = loop_mono(q->app->loop);
	if (q->result == STORE_OK)
		h->totals = q->totals;
	free(q);
	while (waits != NULL) {
		struct health_wait *w = waits;

		waits = w->next;
		w->done(w->user);
		free(w);
	}
}

static bool is_fresh(const struct app *app, int64_t max_age_ms)
{
	const struct health *h = &app->health;

	return h->has_totals && h->totals_result == STORE_OK &&
	       loop_mono(app->loop).ms - h->totals_at.ms <= max_age_ms;
}

static void add_wait(struct health *h, void (*done)(void *user), void *user)
{
	struct health_wait *w = malloc(sizeof *w);

	CHECK(w != NULL);
	w->done = done;
	w->user = user;
	w->next = h->waits;
	h->waits = w;
}

void health_refresh(
    struct app *app, int64_t max_age_ms, void (*done)(void *user), void *user)
{
	struct health *h = &app->health;
	struct totals_question *q;

	if (is_fresh(app, max_age_ms)) {
		done(user);
		return;
	}
	if (h->is_asking) {
		add_wait(h, done, user);
		return;
	}
	q = calloc(1, sizeof *q);
	CHECK(q != NULL);
	q->app = app;
	if (!readers_ask(
		app->readers, DESK_REQUESTS, on_count, on_counted, q)) {
		/* Too many questions wait: what was known will do. */
		free(q);
		done(user);
		return;
	}
	add_wait(h, done, user);
	h->is_asking = true;
}

/* --- reasons ------------------------------------------------------------- */

static void add_reason(
    struct health_reasons *out, const char *subject, const char *detail)
{
	struct textbuf text;

	CHECK(out->count < HEALTH_REASONS_MAX);
	textbuf_init_fixed(&text, out->text[out->count], ERRTEXT_MAX);
	textbuf_add(&text, subject);
	if (detail[0] != '\0')
		textbuf_addf(&text, ": %s", detail);
	out->count++;
}

static void judge_totals(const struct health *h, struct health_reasons *out)
{
	struct errtext text;

	if (h->totals_result != STORE_OK) {
		add_reason(
		    out, "the database cannot be read", h->totals_error.text);
		return;
	}
	if (!h->has_totals || h->totals.runs_exhausted == 0)
		return;
	errtext_set(&text, "%lld chain%s ended with nobody answering",
	    (long long)h->totals.runs_exhausted,
	    h->totals.runs_exhausted == 1 ? "" : "s");
	add_reason(out, text.text, "");
}

void health_judge(const struct app *app, struct health_reasons *out)
{
	const struct health *h = &app->health;
	const char *why;

	out->count = 0;
	judge_totals(h, out);
	if (h->store_error.text[0] != '\0')
		add_reason(out, "the store fails", h->store_error.text);
	if (h->damage.text[0] != '\0')
		add_reason(out, "the database is damaged", h->damage.text);
	if (h->has_lost &&
	    loop_mono(app->loop).ms - h->lost_at.ms < HEALTH_LOST_MS)
		add_reason(
		    out, "a notice could not be delivered to anybody", "");
	if (h->reload_failed)
		add_reason(out, "the last reload was refused", "");
	if (!health_alive(app, &why))
		add_reason(out, why, "");
}

static void worry_of_reach(const struct app *app, struct health_reasons *out)
{
	const struct outbox *o = notifier_outbox(app->notifier);
	size_t barred = app->reach.barred;
	struct errtext text;

	for (size_t i = 0; i < outbox_endpoints(o); i++) {
		struct endpoint_line e;

		outbox_endpoint(o, i, &e);
		if (e.state != BREAKER_CLOSED &&
		    out->count < HEALTH_REASONS_MAX)
			add_reason(out, e.name, "is down");
	}
	if (barred == 0 || out->count == HEALTH_REASONS_MAX)
		return;
	errtext_set(
	    &text, "%zu people can no longer be reached by some way", barred);
	add_reason(out, text.text, "see `slawatchctl people check`");
}

void health_worries(const struct app *app, struct health_reasons *out)
{
	const struct feeds *fs = &app->feeds;
	struct wall review = matrix_review_at(matrix_ref_matrix(app->matrix));
	char day[WALL_TEXT_MAX];
	struct errtext text;

	out->count = 0;
	if (!wall_before(loop_now(app->loop), review)) {
		wall_format(review, day);
		errtext_set(
		    &text, "the matrix's review was due on %.*s", 10, day);
		add_reason(out, text.text, "");
	}
	for (size_t i = 0; i < fs->count; i++) {
		if (wall_is_never(fs->items[i].failing_since) ||
		    out->count == HEALTH_REASONS_MAX)
			continue;
		errtext_set(
		    &text, "the on-call feed \"%s\"", fs->items[i].name);
		add_reason(out, text.text, fs->items[i].why.text);
	}
	worry_of_reach(app, out);
}

void health_batch(struct app *app, const struct batch *b)
{
	struct health *h = &app->health;
	struct mono mono = loop_mono(app->loop);
	bool was_failing = h->store_error.text[0] != '\0';

	h->store_error = b->failed ? b->why : (struct errtext){ "" };
	if (!b->failed) {
		if (was_failing)
			log_say(LOG_LEVEL_INFO, "the store works again", NULL);
		return;
	}
	app->counters.batches_failed++;
	if (was_failing && mono.ms - h->store_logged.ms < STORE_LOG_MS)
		return;
	h->store_logged = mono;
	log_say(LOG_LEVEL_ERROR, "a batch was rolled back", "error",
	    b->why.text, NULL);
}

void health_lost(struct app *app)
{
	app->counters.notices_lost++;
	app->health.has_lost = true;
	app->health.lost_at = loop_mono(app->loop);
}

/* --- self-check ---------------------------------------------------------- */

static bool deadline_stuck(const struct app *app)
{
	const struct deadline *next = deadline_heap_peek(&app->watch.heap);
	double grace = (double)HEALTH_STUCK_MS * app->options->clock.rate;

	return next != NULL && app->state == APP_READY &&
	       (double)wall_minus(loop_now(app->loop), next->due) > grace;
}

bool health_alive(const struct app *app, const char **why)
{
	struct mono mono = loop_mono(app->loop);

	if (app->intake == NULL || app->notifier == NULL)
		return true; /* not yet, or no longer, at work */
	if (intake_busy_ms(app->intake, mono) > HEALTH_STUCK_MS)
		*why = "the commit thread does not come back";
	else if (deadline_stuck(app))
		*why = "a deadline is overdue and nobody has it in hand";
	else if (notifier_stuck(app->notifier))
		*why = "the outbox does not move";
	else
		return true;
	return false;
}

/* --- integrity ----------------------------------------------------------- */

struct integrity {
	struct app *app;
	char *path;
	enum store_result result;
	struct errtext err;
};

static void on_check(void *user)
{
	struct integrity *c = user;
	struct reader *r = NULL;
	struct totals totals;

	c->result = reader_open(c->path, &r, &c->err);
	if (c->result != STORE_OK)
		return;
	c->result = reader_totals(r, &totals, &c->err);
	if (c->result == STORE_OK && totals.database_bytes > HEALTH_CHECK_BYTES)
		c->result = reader_check(r, &c->err);
	reader_close(r);
}

static void on_checked(void *user)
{
	struct integrity *c = user;
	struct app *app = c->app;

	app->health.is_checking = false;
	if (c->result != STORE_OK) {
		app->health.damage = c->err;
		log_say(LOG_LEVEL_ERROR, "the database is damaged", "error",
		    c->err.text, "do", "stop, and restore a copy", NULL);
	}
	free(c->path);
	free(c);
}

void health_check_database(struct app *app)
{
	struct integrity *c = calloc(1, sizeof *c);

	CHECK(c != NULL);
	c->app = app;
	c->path = strdup(app_database(app));
	CHECK(c->path != NULL);
	app->health.is_checking = true;
	loop_work(app->loop, on_check, on_checked, c);
}

void health_close(struct app *app)
{
	CHECK(app->health.waits == NULL);
}
