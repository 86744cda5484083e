/* stepping.c - to the next instant, if all is quiet at this one.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/stepping.h"

#include "daemon/app.h"
#include "daemon/handlers.h"
#include "daemon/log.h"
#include "daemon/members.h"
#include "daemon/outbox.h"
#include "daemon/reply.h"
#include "wire/json_out.h"

/* Is nothing left that happens at this instant? */
static bool is_quiet(const struct app *app, struct wall now)
{
	return intake_is_idle(app->intake) && !app->sweep.is_running &&
	       !app->reload.is_running && !app->chores.is_looking &&
	       app->feeds.reading == 0 && watch_settled(&app->watch, now) &&
	       notifier_in_flight(app->notifier) == 0 &&
	       outbox_is_quiet(notifier_outbox(app->notifier), now);
}

static void reply(struct http_request *r, struct wall now)
{
	struct textbuf body;
	struct json_out j;

	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_wall(&j, "now", now);
	json_close(&j, '}');
	reply_json(r, 200, &body);
}

/* It stands still again.  Who asked is still to be answered. */
static struct http_request *stand(struct app *app)
{
	struct stepping *s = &app->stepping;
	struct http_request *r = s->request;

	s->goal = WALL_NEVER;
	s->request = NULL;
	loop_timer_stop(s->timer);
	return r;
}

static void arrive(struct app *app)
{
	reply(stand(app), loop_now(app->loop));
}

/* Nobody waits for it any more: by Ctrl-C, say. */
static void look_for_asker(struct app *app)
{
	struct http_request *r = app->stepping.request;

	if (r == NULL || !http_is_gone(r))
		return;
	log_say(
	    LOG_LEVEL_INFO, "the clock stands still: who asked has gone", NULL);
	reply_busy(stand(app), "who asked has gone");
}

static void go_on(void *user)
{
	struct app *app = user;
	struct stepping *s = &app->stepping;
	struct wall now = loop_now(app->loop);
	struct wall next;

	look_for_asker(app);
	if (wall_is_never(s->goal) || !is_quiet(app, now))
		return;
	next = app_next(app);
	if (!wall_before(now, next)) {
		app_turn(app); /* the timer looks again */
		return;
	}
	loop_step(app->loop, wall_min(next, s->goal));
	if (wall_before(s->goal, next))
		arrive(app);
	else
		app_turn(app);
}

void stepping_open(struct app *app)
{
	struct stepping *s = &app->stepping;

	s->goal = WALL_NEVER;
	if (!app->options->clock.is_stepped)
		return;
	s->poke = loop_poke_new(app->loop, go_on, app);
	s->timer = loop_timer_new(app->loop, go_on, app);
}

void stepping_close(struct app *app)
{
	if (app->stepping.poke == NULL)
		return;
	loop_poke_close(app->stepping.poke);
	loop_timer_close(app->stepping.timer);
}

void stepping_turn(struct app *app)
{
	if (app->stepping.request != NULL)
		loop_poke(app->stepping.poke);
}

void stepping_stop(struct app *app)
{
	if (app->stepping.request != NULL)
		reply_busy(stand(app), "the daemon is stopping");
}

/* --- POST /v1/clock ------------------------------------------------------- */

static int refuse(const struct app *app, struct wall to, struct errtext *err)
{
	char now[WALL_TEXT_MAX];

	if (app->stepping.poke == NULL) {
		errtext_set(err,
		    "the clock goes by itself; one that is stepped needs "
		    "slawatchd --clock START@step");
		return 409;
	}
	if (app->stepping.request != NULL) {
		errtext_set(err, "the clock is on its way already: wait");
		return 409;
	}
	if (wall_is_never(to)) {
		errtext_set(err, "to: needed, an instant");
		return 422;
	}
	if (wall_before(to, loop_now(app->loop))) {
		wall_format(loop_now(app->loop), now);
		errtext_set(
		    err, "to: the clock shows %s, and never goes back", now);
		return 422;
	}
	return 0;
}

void handle_clock(struct app *app, struct http_request *r, const char *key)
{
	static const char *const known[] = { "to" };
	struct wall to = WALL_NEVER;
	struct errtext err;
	struct members m;
	int status = 400;

	(void)key;
	look_for_asker(app);
	if (members_read(&m, r, known, 1, &err) &&
	    members_wall(&m, "to", &to, &err))
		status = refuse(app, to, &err);
	members_free(&m);
	if (status != 0) {
		reply_error(r, status, "%s", err.text);
		return;
	}
	app->stepping.goal = to;
	app->stepping.request = r;
	loop_timer_start(
	    app->stepping.timer, STEPPING_LOOK_MS, STEPPING_LOOK_MS);
	stepping_turn(app);
}
