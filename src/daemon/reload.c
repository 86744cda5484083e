/* reload.c - parse on a worker, plan, hand over through the intake, swap.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/reload.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/log.h"
#include "daemon/planning.h"
#include "wire/plan_json.h"

#include <stdlib.h>
#include <string.h>

struct reload_wait {
	struct reload_wait *next;
	char *by; /* owned, as below */
	char *why;
	bool signalled;
	bool force;
	void (*done)(void *user, const struct reload_result *result);
	void *user;
};

struct attempt_at {
	struct app *app;
	struct wall now; /* when it began */
	struct conf conf;
	struct matrix_row *kept;   /* in the arena, if it is ok */
	struct matrix_ref *matrix; /* the new one, until it is handed over */
	struct reload_ask ask;	   /* in the arena */
	struct arena arena;
	bool ok;
	struct textbuf messages;
	struct textbuf plan; /* JSON, or "" */
	struct plan_totals totals;
};

void reload_log(const char *file, bool is_error, const struct textbuf *messages)
{
	const char *at = messages->data;
	size_t name = strlen(file);

	while (*at != '\0') {
		size_t len = strcspn(at, "\n");
		char *line = strndup(at, len);

		CHECK(line != NULL);
		if (strncmp(line, file, name) == 0 && line[name] == ':')
			log_say(is_error ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING,
			    "configuration", "says", line, NULL);
		free(line);
		at += len + (at[len] == '\n');
	}
}

/* --- who asked ------------------------------------------------------------ */

static void tell(struct reload_wait *waits, const struct reload_result *result)
{
	while (waits != NULL) {
		struct reload_wait *w = waits;

		waits = w->next;
		if (w->done != NULL)
			w->done(w->user, result);
		free(w->by);
		free(w->why);
		free(w);
	}
}

static void add_wait(struct reload_wait **list, const struct reload_ask *ask,
    void (*done)(void *user, const struct reload_result *result), void *user)
{
	struct reload_wait *w = calloc(1, sizeof *w);

	CHECK(w != NULL);
	w->by = strdup(ask->by);
	w->why = strdup(ask->why);
	CHECK(w->by != NULL && w->why != NULL);
	w->signalled = ask->signalled;
	w->force = ask->force;
	w->done = done;
	w->user = user;
	while (*list != NULL)
		list = &(*list)->next;
	*list = w;
}

/* Whose reload it is. */
static struct reload_ask ask_of(
    const struct reload_wait *waits, struct arena *arena)
{
	const struct reload_wait *w = waits;

	while (w != NULL && !w->force)
		w = w->next;
	if (w == NULL)
		w = waits;
	return (struct reload_ask){ .by = arena_strdup(arena, w->by),
		.why = arena_strdup(arena, w->why),
		.signalled = w->signalled,
		.force = w->force };
}

/* --- the end -------------------------------------------------------------- */

static void begin(struct app *app);

static void finish(struct attempt_at *a, enum reload_end end, const char *text)
{
	struct app *app = a->app;
	struct reload *r = &app->reload;
	struct reload_wait *waits = r->waits;
	const struct reload_result result = { .end = end,
		.text = text,
		.plan = a->plan.len > 0 ? a->plan.data : NULL };

	app->health.reload_failed = end != RELOAD_DONE;
	r->is_running = false;
	r->waits = NULL;
	service_ready(&app->service);
	tell(waits, &result);
	matrix_ref_put(a->matrix);
	conf_free(&a->conf);
	textbuf_fini(&a->messages);
	textbuf_fini(&a->plan);
	arena_fini(&a->arena);
	free(a);
	if (r->later == NULL) {
		reload_let_go(app);
		return;
	}
	r->waits = r->later;
	r->later = NULL;
	begin(app);
}

static void begin_line(struct log_line *l, enum log_level level,
    const char *msg, const struct attempt_at *a)
{
	const struct plan_totals *n = &a->totals;

	log_begin(l, level);
	log_text(l, "msg", msg);
	log_text(l, "file", a->app->options->config);
	log_text(l, "revision", a->kept->revision);
	log_text(l, "by", a->ask.by);
	log_text(l, "how", a->kept->how);
	log_text(l, "why", a->ask.why);
	log_int(l, "clocks_moved", n->moved);
	log_int(l, "breaches", n->breaches);
	log_int(l, "notices", n->notices);
}

static void on_swapped(void *user, struct item *it)
{
	struct attempt_at *a = user;
	struct app *app = a->app;
	const struct matrix *m = matrix_ref_matrix(it->matrix);
	struct log_line l;

	app->counters.reloads++;
	begin_line(&l, LOG_LEVEL_INFO, "reloaded", a);
	log_end(&l);
	if (strcmp(app->swept, m->revision) != 0)
		sweep_start(&app->sweep, m->revision);
	finish(a, RELOAD_DONE, a->messages.data);
}

static void hand_over(struct attempt_at *a)
{
	struct app *app = a->app;
	struct item *it = item_new(ITEM_MATRIX);

	it->matrix = a->matrix;
	a->matrix = NULL;
	a->kept->previous = matrix_ref_number(app->matrix);
	if (strcmp(a->kept->revision,
		matrix_ref_matrix(app->matrix)->revision) == 0)
		a->kept->previous = MATRIX_PREVIOUS_ANY;
	it->kept = a->kept;
	kept_say(a->kept);
	it->published = on_swapped;
	it->user = a;
	intake_offer_control(app->intake, it);
}

/* --- the guard ------------------------------------------------------------ */

static void refuse(
    struct attempt_at *a, enum reload_end end, const struct errtext *why)
{
	struct log_line l;

	a->app->counters.reloads_refused++;
	begin_line(
	    &l, LOG_LEVEL_ERROR, "reload refused, nothing was changed", a);
	log_text(&l, "error", why->text);
	log_text(&l, "do",
	    end == RELOAD_GUARDED
		? "see slawatchctl reload --plan, then slawatchctl reload "
		  "--force or mend the file; a restart takes it unasked"
		: "try again");
	log_end(&l);
	finish(a, end, why->text);
}

static void on_planned(
    void *user, const struct plan *plan, const struct errtext *err)
{
	struct attempt_at *a = user;
	struct errtext why;
	struct json_out j;

	if (plan == NULL) {
		why = *err;
		errtext_wrap(&why, "what it would do cannot be found out");
		if (a->ask.force)
			hand_over(a);
		else
			refuse(a, RELOAD_FAILED, &why);
		return;
	}
	a->totals = plan->totals;
	json_out_init(&j, &a->plan);
	plan_json(plan, NULL, a->app->options->config, &j);
	if (plan_refused(plan, &why) && !a->ask.force)
		refuse(a, RELOAD_GUARDED, &why);
	else
		hand_over(a);
}

/* --- the file ------------------------------------------------------------- */

static void on_read(void *user)
{
	struct attempt_at *a = user;

	a->ok = conf_load(a->app->options->config,
	    &(struct conf_options){ .now = a->now }, &a->conf, &a->messages);
	if (a->ok)
		a->kept =
		    kept_make(&a->arena, &a->conf, a->app->options->config);
}

static void on_bad(struct attempt_at *a)
{
	a->app->counters.reloads_failed++;
	log_say(LOG_LEVEL_ERROR, "reload refused, nothing was changed", "file",
	    a->app->options->config, NULL);
	finish(a, RELOAD_BAD, a->messages.data);
}

static void on_done(void *user)
{
	struct attempt_at *a = user;
	struct app *app = a->app;

	reload_log(app->options->config, !a->ok, &a->messages);
	if (!a->ok) {
		on_bad(a);
		return;
	}
	a->kept->by = a->ask.by;
	a->kept->why = a->ask.why;
	a->kept->how = a->ask.force	  ? "forced"
		       : a->ask.signalled ? "signal"
					  : "reload";
	a->matrix = matrix_ref_new(a->conf.matrix, loop_now(app->loop));
	a->conf.matrix = NULL;
	matrix_ref_follow(a->matrix, matrix_ref_get(app->matrix));
	if (strcmp(a->kept->revision,
		matrix_ref_matrix(app->matrix)->revision) == 0)
		hand_over(a); /* nothing changes */
	else
		planning_start(app, app->matrix, a->matrix, on_planned, a);
}

static void begin(struct app *app)
{
	struct attempt_at *a = calloc(1, sizeof *a);

	CHECK(a != NULL);
	a->app = app;
	a->now = loop_now(app->loop);
	arena_init(&a->arena);
	textbuf_init(&a->messages);
	textbuf_init(&a->plan);
	a->ask = ask_of(app->reload.waits, &a->arena);
	app->reload.is_running = true;
	service_reloading(&app->service);
	loop_work(app->loop, on_read, on_done, a);
}

/* While another one is on its way this must not come after it; that one's sweep
 * lets go of all. */
void reload_let_go(struct app *app)
{
	struct item *it;

	if (app->reload.is_running || !matrix_ref_follows(app->matrix) ||
	    strcmp(app->swept, matrix_ref_matrix(app->matrix)->revision) != 0)
		return;
	it = item_new(ITEM_MATRIX);
	it->matrix = matrix_ref_alone(app->matrix);
	intake_offer_control(app->intake, it);
}

/* Whoever asks while a reload is running may have changed the file since. */
void reload_start(struct app *app, const struct reload_ask *ask,
    void (*done)(void *user, const struct reload_result *result), void *user)
{
	struct reload *r = &app->reload;

	if (r->is_running) {
		add_wait(&r->later, ask, done, user);
		return;
	}
	add_wait(&r->waits, ask, done, user);
	begin(app);
}
