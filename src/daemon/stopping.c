/* stopping.c - from SIGTERM to the last byte, within five seconds.
 *
 *	hold      nothing new: no connections, deadlines, attempts
 *	drain     what was accepted is committed, attempts end and their
 *	          outcomes are stored; after APP_SENDS_MS they are cut off
 *	mark      "clean", unless an attempt was cut off: then the next start
 *	          must take it for a possible repeat
 *	close     all parts, last first
 *
 * It looks every APP_STOP_STEP_MS: stopping is rare, and one function that
 * lists everything outstanding is worth more than a callback from each part.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/app.h"

#include "base/check.h"
#include "daemon/listening.h"
#include "daemon/log.h"

#include <unistd.h>

/* Reads and whoever waits for them: they change nothing and may be cut off. */
static size_t reads_outstanding(const struct app *app)
{
	return readers_pending(app->readers) + listening_pending(app) +
	       app->slack.asks + app->feeds.reading +
	       (size_t)app->chores.is_looking + (size_t)app->health.is_checking;
}

static size_t writes_outstanding(const struct app *app)
{
	size_t n = app->stop_cut ? 0 : notifier_in_flight(app->notifier);

	return n + (size_t)!intake_is_idle(app->intake) +
	       (size_t)app->reload.is_running;
}

size_t app_outstanding(const struct app *app)
{
	return writes_outstanding(app) + reads_outstanding(app);
}

static void on_marked(void *user, struct item *it)
{
	struct app *app = user;

	app->stop_marked = it->out.kind != OUTCOME_FAILED;
}

static void mark(struct app *app)
{
	struct item *it = item_new(ITEM_META);

	it->name = "clean";
	it->value = app->stop_cut ? "no" : "yes";
	it->published = on_marked;
	it->user = app;
	app->stop_marking = true;
	intake_offer_control(app->intake, it);
}

static void say_stopped(const struct app *app)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_INFO);
	log_text(&l, "msg", "stopped");
	log_int(&l, "pending_notices", (int64_t)notifier_known(app->notifier));
	log_text(&l, "cut_off", app->stop_cut ? "attempts" : NULL);
	log_end(&l);
}

/* A worker that still reads cannot be called back: with the database closed it
 * is left behind. */
static void finish(struct app *app)
{
	bool abandon = reads_outstanding(app) > 0;

	say_stopped(app);
	if (!abandon) {
		app_close_parts(app);
		return;
	}
	intake_stop(app->intake);
	_exit(app->status);
}

static void give_up(const struct app *app)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_ERROR);
	log_text(&l, "msg", "stopped short");
	log_int(&l, "queue", (int64_t)intake_waiting(app->intake));
	log_int(&l, "attempts", (int64_t)notifier_in_flight(app->notifier));
	log_int(&l, "outstanding", (int64_t)app_outstanding(app));
	log_text(&l, "error", app->health.store_error.text);
	log_end(&l);
	_exit(EXIT_RUNTIME);
}

static void on_step(void *user)
{
	struct app *app = user;
	int64_t ms = loop_mono(app->loop).ms - app->stop_since.ms;

	notifier_turn(app->notifier);
	if (ms > APP_STOP_MS)
		give_up(app);
	if (ms > APP_SENDS_MS && notifier_in_flight(app->notifier) > 0)
		app->stop_cut = true;
	if (app->stop_marked && intake_is_idle(app->intake)) {
		finish(app);
		return;
	}
	if (app->stop_marking || writes_outstanding(app) > 0)
		return;
	if (reads_outstanding(app) == 0 || ms > APP_READS_MS)
		mark(app);
}

void app_stop(struct app *app)
{
	if (app->state == APP_STOPPING)
		return;
	app->state = APP_STOPPING;
	app->stop_since = loop_mono(app->loop);
	service_stopping(&app->service);
	stepping_stop(app);
	listening_quiesce(app);
	notifier_hold(app->notifier);
	app->watch.held = true;
	app->sweep.is_running = false;
	app->stopping = loop_timer_new(app->loop, on_step, app);
	loop_timer_start(app->stopping, 1, APP_STOP_STEP_MS);
}
