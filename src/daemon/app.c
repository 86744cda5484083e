/* app.c - opening and closing the parts, a turn, a publish, a stop.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/app.h"

#include "base/check.h"
#include "daemon/listening.h"
#include "daemon/log.h"
#include "daemon/recover.h"
#include "daemon/story.h"

#include <signal.h>
#include <string.h>

const char *app_database(const struct app *app)
{
	return app->options->database != NULL ? app->options->database
					      : app->conf.settings.database;
}

const char *app_socket(const struct app *app)
{
	return app->options->socket != NULL ? app->options->socket
					    : app->conf.settings.socket;
}

static bool failed(const char *what, const char *why)
{
	log_say(LOG_LEVEL_ERROR, what, "error", why, NULL);
	return false;
}

/* --- turns and publishing ------------------------------------------------ */

struct wall app_next(const struct app *app)
{
	struct wall next =
	    wall_min(watch_next(&app->watch), notifier_next(app->notifier));

	next = wall_min(next, feeds_next(app));
	next = wall_min(next, chores_next(app));
	return wall_min(next, reach_next(app));
}

static void arm(struct app *app)
{
	struct wall next = app_next(app);

	stepping_turn(app);
	if (wall_same(next, app->alarm))
		return;
	app->alarm = next;
	loop_alarm(app->loop, next);
}

void app_turn(struct app *app)
{
	struct wall now = loop_now(app->loop);

	watch_fire(&app->watch, now);
	sweep_turn(&app->sweep, now);
	feeds_turn(app, now);
	chores_turn(app, now);
	reach_turn(app, now);
	notifier_turn(app->notifier);
	if (app->state == APP_STARTING &&
	    watch_settled(&app->watch, app->started))
		listening_start(app);
	arm(app);
}

static void on_alarm(void *user, struct wall now)
{
	struct app *app = user;

	(void)now;
	app->alarm = WALL_NEVER;
	app_turn(app);
}

static void on_step(void *user, int64_t by_ms)
{
	struct app *app = user;
	struct log_line l;

	app->counters.clock_steps++;
	log_begin(&l, LOG_LEVEL_WARNING);
	log_text(&l, "msg", "the clock was stepped");
	log_span(&l, "by", by_ms);
	log_end(&l);
	app_turn(app);
}

static void on_notifier(void *user)
{
	arm(user);
}

/* Whoever has to know is told by the chores. */
static void on_endpoint(void *user)
{
	chores_look_soon(user);
}

static void on_reserve(void *user, size_t n)
{
	struct app *app = user;

	watch_reserve(&app->watch, n);
}

void app_take_matrix(struct app *app, struct matrix_ref *matrix)
{
	const struct matrix *from = matrix_ref_matrix(app->matrix);

	if (strcmp(from->revision, matrix_ref_matrix(matrix)->revision) != 0)
		app->swept[0] = '\0';
	matrix_ref_put(app->matrix);
	app->matrix = matrix_ref_get(matrix);
	feeds_follow(app);
	chores_look_soon(app);
}

static void take_duty(struct app *app, struct duty_ref *duty)
{
	duty_ref_put(app->duty);
	app->duty = duty_ref_get(duty);
	chores_look_soon(app);
}

static void publish_item(
    struct app *app, const struct item *it, struct wall now)
{
	watch_publish(&app->watch, it, now);
	notifier_publish(app->notifier, it);
	reach_publish(app, it);
	story_count(it, &app->counters);
	story_log(it);
	if (it->out.is_lost)
		health_lost(app);
	if (it->matrix != NULL)
		app_take_matrix(app, it->matrix);
	if (it->duties != NULL)
		take_duty(app, it->duties);
	if (it->kind == ITEM_META && strcmp(it->name, "matrix") == 0) {
		struct textbuf text;

		textbuf_init_fixed(&text, app->swept, sizeof app->swept);
		textbuf_add(&text, it->value);
		reload_let_go(app);
	}
}

static void on_publish(void *user, struct batch *b)
{
	struct app *app = user;

	health_batch(app, b);
	if (b->failed)
		return;
	app->counters.batches++;
	notifier_alive(app->notifier, b->now);
	for (size_t i = 0; i < b->count; i++)
		publish_item(app, b->items[i], b->now);
}

static void on_turned(void *user)
{
	app_turn(user);
}

/* --- parts --------------------------------------------------------------- */

static bool open_configuration(struct app *app)
{
	const struct conf_options options = { .now = clock_mode_now(
						  &app->options->clock) };
	struct textbuf messages;
	enum log_level level;
	bool ok;

	textbuf_init(&messages);
	ok = conf_load(app->options->config, &options, &app->conf, &messages);
	reload_log(app->options->config, !ok, &messages);
	textbuf_fini(&messages);
	app->status = ok ? EXIT_RUNTIME : EXIT_CONFIG;
	if (!ok)
		return failed(
		    "the configuration was refused", app->options->config);
	if (app->options->has_level)
		log_set_level(app->options->log_level);
	else if (log_level_parse(app->conf.settings.log_level, &level))
		log_set_level(level);
	app->kept =
	    kept_make(&app->conf.arena, &app->conf, app->options->config);
	return true;
}

static void close_configuration(struct app *app)
{
	if (app->matrix != NULL)
		matrix_ref_put(app->matrix);
	if (app->duty != NULL)
		duty_ref_put(app->duty);
	conf_free(&app->conf);
}

static bool open_loop(struct app *app)
{
	struct errtext err;

	app->loop = loop_new(&app->options->clock, &err);
	if (app->loop == NULL)
		return failed("no event loop", err.text);
	log_setup(app->options->log_format, app->loop);
	app->started = loop_now(app->loop);
	app->matrix = matrix_ref_new(app->conf.matrix, app->started);
	app->conf.matrix = NULL;
	app->duty = duty_ref_new(NULL);
	app->alarm = WALL_NEVER;
	loop_alarm_handlers(app->loop, app, on_alarm, on_step);
	return true;
}

static void close_loop(struct app *app)
{
	log_setup(app->options->log_format, NULL);
	loop_free(app->loop);
}

static bool open_watch(struct app *app)
{
	watch_init(&app->watch);
	return true;
}

static void close_watch(struct app *app)
{
	watch_fini(&app->watch);
}

/* The intake takes the store over; until then it is ours to close. */
static void close_store(struct app *app)
{
	if (app->store != NULL)
		store_close(app->store);
}

static bool open_readers(struct app *app)
{
	struct errtext err;

	app->readers = readers_open(app->loop, app_database(app), &err);
	return app->readers != NULL ||
	       failed("the database cannot be read", err.text);
}

static void close_readers(struct app *app)
{
	readers_close(app->readers);
}

static bool open_client(struct app *app)
{
	struct errtext err;

	app->client = http_client_new(app->loop, &err);
	return app->client != NULL || failed("no HTTP client", err.text);
}

static void close_client(struct app *app)
{
	http_client_close(app->client);
}

static bool open_intake(struct app *app)
{
	const struct settings *s = &app->conf.settings;
	struct intake_limits limits = { .queue_max = (size_t)s->queue_max,
		.batch_max = (size_t)s->batch_max,
		.max_future_ms = s->max_future_ms,
		.max_past_ms = s->max_past_ms };
	struct intake_hooks hooks = { .user = app,
		.reserve = on_reserve,
		.publish = on_publish,
		.turned = on_turned };

	app->intake =
	    intake_start(app->loop, app->store, matrix_ref_get(app->matrix),
		duty_ref_get(app->duty), &limits, &hooks);
	app->store = NULL;
	app->watch.intake = app->intake;
	app->sweep.intake = app->intake;
	app->sweep.watch = &app->watch;
	return true;
}

static void close_intake(struct app *app)
{
	intake_stop(app->intake);
	app->intake = NULL;
}

static bool open_notifier(struct app *app)
{
	struct notifier_world world = { .loop = app->loop,
		.intake = app->intake,
		.readers = app->readers,
		.client = app->client,
		.counters = &app->counters,
		.matrix = &app->matrix,
		.rate = app->options->clock.is_virtual
			    ? app->options->clock.rate
			    : 1.0,
		.instance = app->instance,
		.public_url = app->conf.settings.public_url,
		.link_key = app->link_key,
		.link_expires_ms = app->conf.settings.link_expires_ms,
		.user = app,
		.turned = on_notifier,
		.changed = on_endpoint };

	app->notifier = notifier_new(&world);
	notifier_alive(app->notifier, app->started);
	return true;
}

static void close_notifier(struct app *app)
{
	(void)notifier_free(app->notifier);
	app->notifier = NULL;
}

static bool open_chores(struct app *app)
{
	feeds_follow(app);
	return true;
}

static bool open_stepping(struct app *app)
{
	stepping_open(app);
	return true;
}

static void close_stepping(struct app *app)
{
	stepping_close(app);
}

static void close_chores(struct app *app)
{
	feeds_close(app);
	reach_close(app);
	chores_close(app);
}

static bool open_service(struct app *app)
{
	service_open(&app->service, app);
	return true;
}

/* Behind whoever may still answer an ask. */
static bool open_slack(struct app *app)
{
	slack_desk_init(&app->slack);
	return true;
}

static void close_slack(struct app *app)
{
	slack_desk_fini(&app->slack);
}

static void close_service(struct app *app)
{
	service_close(&app->service);
}

/* Opened in this order, closed in the other. */
static const struct part {
	bool (*open)(struct app *app);
	void (*close)(struct app *app);
} parts[] = {
	{ open_configuration, close_configuration },
	{ open_loop, close_loop },
	{ open_watch, close_watch },
	{ open_slack, close_slack },
	{ recover, close_store },
	{ open_readers, close_readers },
	{ open_client, close_client },
	{ open_intake, close_intake },
	{ open_notifier, close_notifier },
	{ open_chores, close_chores },
	{ open_stepping, close_stepping },
	{ open_service, close_service },
};

#define NPARTS	   (sizeof parts / sizeof parts[0])
#define NPARTS_OFF 2 /* configuration and loop: closed when it has run out */

bool app_open(struct app *app, const struct options *options)
{
	memset(app, 0, sizeof *app);
	app->options = options;
	for (size_t i = 0; i < NPARTS; i++) {
		if (!parts[i].open(app))
			return false;
		app->nparts = i + 1;
	}
	app->status = 0;
	return true;
}

static void close_down_to(struct app *app, size_t left)
{
	while (app->nparts > left)
		parts[--app->nparts].close(app);
}

void app_close(struct app *app)
{
	close_down_to(app, 0);
}

void app_close_parts(struct app *app)
{
	listening_stop(app);
	if (app->stopping != NULL)
		loop_timer_close(app->stopping);
	close_down_to(app, NPARTS_OFF);
	loop_stop(app->loop);
}

static void on_stop_signal(void *user, int sig)
{
	log_say(LOG_LEVEL_INFO, "stopping", "signal",
	    sig == SIGINT ? "SIGINT" : "SIGTERM", NULL);
	app_stop(user);
}

static void on_reload_signal(void *user, int sig)
{
	struct app *app = user;

	(void)sig;
	if (app->state != APP_STOPPING)
		reload_start(app,
		    &(struct reload_ask){
			.by = "", .why = "", .signalled = true },
		    NULL, NULL);
}

void app_run(struct app *app)
{
	loop_on_signal(app->loop, SIGTERM, on_stop_signal, app);
	loop_on_signal(app->loop, SIGINT, on_stop_signal, app);
	loop_on_signal(app->loop, SIGHUP, on_reload_signal, app);
	app_turn(app);
	loop_run(app->loop);
}
