/* routes_ops.c - how is the daemon? status, health, metrics.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "core/oncall.h"
#include "daemon/app.h"
#include "daemon/queues.h"
#include "daemon/reply.h"
#include "wire/json_out.h"
#include "wire/people_json.h"

#include <stdio.h>
#include <stdlib.h>

#define STATUS_TOTALS_MS 1000 /* how old totals may be for a person */

struct inquiry {
	struct app *app;
	struct http_request *request;
};

static struct inquiry *inquiry_new(struct app *app, struct http_request *r)
{
	struct inquiry *q = malloc(sizeof *q);

	CHECK(q != NULL);
	q->app = app;
	q->request = r;
	return q;
}

/* --- status -------------------------------------------------------------- */

static void write_health(const struct app *app, struct json_out *j)
{
	struct health_reasons reasons;

	health_judge(app, &reasons);
	json_bool(j, "ok", reasons.count == 0);
	json_open(j, "reasons", '[');
	for (size_t i = 0; i < reasons.count; i++)
		json_text(j, NULL, reasons.text[i]);
	json_close(j, ']');
	health_worries(app, &reasons);
	json_open(j, "worries", '[');
	for (size_t i = 0; i < reasons.count; i++)
		json_text(j, NULL, reasons.text[i]);
	json_close(j, ']');
}

static void write_clock(const struct app *app, struct json_out *j)
{
	const struct clock_mode *mode = &app->options->clock;
	char rate[32];

	snprintf(
	    rate, sizeof rate, "%.12g", mode->is_virtual ? mode->rate : 1.0);
	json_open(j, "clock", '{');
	json_bool(j, "virtual", mode->is_virtual);
	json_raw(j, "rate", mode->is_stepped ? "0" : rate);
	json_bool(j, "stepped", mode->is_stepped);
	json_close(j, '}');
}

static void write_matrix(const struct app *app, struct json_out *j)
{
	json_open(j, "matrix", '{');
	json_text(j, "file", app->options->config);
	json_text(j, "revision", matrix_ref_matrix(app->matrix)->revision);
	json_wall(j, "loaded", matrix_ref_loaded(app->matrix));
	json_close(j, '}');
}

/* --- presence ------------------------------------------------------------ */

static size_t count_away(const struct app *app)
{
	return people_away(matrix_ref_matrix(app->matrix),
	    duty_ref_duty(app->duty), loop_now(app->loop));
}

/* Schedules that nobody is on call on. */
static size_t count_gaps(const struct app *app)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	size_t gaps = 0;

	for (size_t i = 0; i < m->nschedules; i++) {
		struct oncall who;

		oncall_at(m, duty_ref_duty(app->duty), (int)i,
		    loop_now(app->loop), &who);
		gaps += who.count == 0;
	}
	return gaps;
}

static void write_feeds(const struct app *app, struct json_out *j)
{
	json_open(j, "feeds", '[');
	for (size_t i = 0; i < app->feeds.count; i++) {
		const struct feed *f = &app->feeds.items[i];

		json_open(j, NULL, '{');
		json_text(j, "schedule", f->name);
		json_wall(j, "good_at", feeds_good_at(app, f));
		json_wall(j, "failing_since", f->failing_since);
		json_text(j, "why", f->why.text);
		json_wall(j, "next", f->next);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void write_presence(const struct app *app, struct json_out *j)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);

	json_open(j, "presence", '{');
	json_int(j, "people", (int64_t)m->npeople);
	json_int(j, "away", (int64_t)count_away(app));
	json_int(j, "schedules", (int64_t)m->nschedules);
	json_int(j, "gaps", (int64_t)count_gaps(app));
	write_feeds(app, j);
	json_close(j, '}');
}

static void write_totals(const struct app *app, struct json_out *j)
{
	const struct totals *t = &app->health.totals;

	json_open(j, "tickets", '{');
	json_int(j, "open", t->open_tickets);
	json_int(j, "breached", t->breached);
	json_close(j, '}');
	json_open(j, "chains", '{');
	json_int(j, "walking", t->runs_walking);
	json_int(j, "acked", t->runs_acked);
	json_int(j, "exhausted", t->runs_exhausted);
	json_close(j, '}');
	json_open(j, "outbox", '{');
	json_int(j, "pending", t->notices_pending);
	json_int(j, "dead", t->notices_dead);
	json_wall(j, "oldest_pending", t->oldest_pending);
	queues_json(notifier_outbox(app->notifier), loop_mono(app->loop), j);
	json_close(j, '}');
}

static void write_engine(const struct app *app, struct json_out *j)
{
	const struct deadline *next = deadline_heap_peek(&app->watch.heap);

	json_open(j, "heap", '{');
	json_int(j, "entries", app->watch.heap.count);
	json_wall(j, "next_due", next != NULL ? next->due : WALL_NEVER);
	json_close(j, '}');
	json_open(j, "queue", '{');
	json_int(j, "waiting", (int64_t)intake_waiting(app->intake));
	json_int(j, "max", (int64_t)intake_max(app->intake));
	json_close(j, '}');
	json_open(j, "blind", '{');
	json_int(j, "last_ms", (int64_t)app->counters.blind_last_ms);
	json_int(j, "total_ms", (int64_t)app->counters.blind_total_ms);
	json_close(j, '}');
}

static void on_status(void *user)
{
	struct inquiry *q = user;
	struct app *app = q->app;
	struct textbuf body;
	struct json_out j;

	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_text(&j, "version", slawatch_version);
	json_wall(&j, "now", loop_wall(app->loop));
	json_wall(&j, "started", app->started);
	json_bool(&j, "ready", app->state == APP_READY);
	write_clock(app, &j);
	write_matrix(app, &j);
	write_totals(app, &j);
	write_presence(app, &j);
	write_engine(app, &j);
	json_open(&j, "health", '{');
	write_health(app, &j);
	json_close(&j, '}');
	json_open(&j, "database", '{');
	json_text(&j, "path", app_database(app));
	json_int(&j, "bytes", app->health.totals.database_bytes);
	json_close(&j, '}');
	json_close(&j, '}');
	reply_json(q->request, 200, &body);
	free(q);
}

void handle_status(struct app *app, struct http_request *r, const char *key)
{
	(void)key;
	health_refresh(app, STATUS_TOTALS_MS, on_status, inquiry_new(app, r));
}

/* --- health -------------------------------------------------------------- */

static void on_health(void *user)
{
	struct inquiry *q = user;
	struct health_reasons reasons;
	struct textbuf body;
	struct json_out j;

	health_judge(q->app, &reasons);
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	write_health(q->app, &j);
	json_close(&j, '}');
	reply_json(q->request, reasons.count == 0 ? 200 : 503, &body);
	free(q);
}

void handle_healthz(struct app *app, struct http_request *r, const char *key)
{
	(void)key;
	health_refresh(app, STATUS_TOTALS_MS, on_health, inquiry_new(app, r));
}

void handle_readyz(struct app *app, struct http_request *r, const char *key)
{
	bool ready = app->state == APP_READY;
	struct textbuf body;
	struct json_out j;

	(void)key;
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_bool(&j, "ready", ready);
	json_close(&j, '}');
	reply_json(r, ready ? 200 : 503, &body);
}

/* --- metrics ------------------------------------------------------------- */

static void set_gauges(struct app *app)
{
	struct counters *c = &app->counters;
	const struct totals *t = &app->health.totals;
	struct health_reasons reasons;
	int64_t age_ms = 0;

	if (!wall_is_never(t->oldest_pending))
		age_ms = wall_minus(loop_now(app->loop), t->oldest_pending);
	health_judge(app, &reasons);
	c->heap_entries = app->watch.heap.count;
	c->heap_bytes = watch_bytes(&app->watch);
	c->watched = app->watch.tickets.count;
	c->queue_waiting = intake_waiting(app->intake);
	c->outbox_ram = notifier_known(app->notifier);
	c->in_flight = notifier_in_flight(app->notifier);
	c->open_tickets = (uint64_t)t->open_tickets;
	c->breached = (uint64_t)t->breached;
	c->runs_walking = (uint64_t)t->runs_walking;
	c->runs_acked = (uint64_t)t->runs_acked;
	c->runs_exhausted = (uint64_t)t->runs_exhausted;
	c->pending = (uint64_t)t->notices_pending;
	c->oldest_pending_ms = age_ms > 0 ? (uint64_t)age_ms : 0;
	c->database_bytes = (uint64_t)t->database_bytes;
	c->people_away = count_away(app);
	c->people_barred = app->reach.barred;
	c->oncall_gaps = count_gaps(app);
	c->feeds_failing = feeds_failing(app);
	c->feeds_age_ms = (uint64_t)feeds_age_ms(app);
	c->healthy = reasons.count == 0;
	c->started_ms = (uint64_t)app->started.ms;
	c->loop_turns = loop_turns(app->loop);
}

static void on_metrics(void *user)
{
	struct inquiry *q = user;
	struct textbuf body;

	set_gauges(q->app);
	textbuf_init(&body);
	counters_text(&q->app->counters, &body);
	queues_metrics(notifier_outbox(q->app->notifier),
	    loop_mono(q->app->loop), loop_now(q->app->loop), &body);
	http_reply(q->request, 200, "text/plain; version=0.0.4; charset=utf-8",
	    body.data, body.len, NULL);
	textbuf_fini(&body);
	free(q);
}

void handle_metrics(struct app *app, struct http_request *r, const char *key)
{
	(void)key;
	health_refresh(app, HEALTH_TOTALS_MS, on_metrics, inquiry_new(app, r));
}
