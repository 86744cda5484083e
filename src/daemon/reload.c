/* reload.c - parse on a worker, hand over through the intake, swap.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/reload.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/log.h"

#include <stdlib.h>
#include <string.h>

struct reload_wait {
	struct reload_wait *next;
	void (*done)(void *user, bool ok, const char *messages);
	void *user;
};

struct attempt_at {
	struct app *app;
	struct wall now; /* when it began */
	struct conf conf;
	struct matrix_row *kept; /* in the arena, if it is ok */
	struct arena arena;
	bool ok;
	struct textbuf messages;
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

static void tell(struct reload_wait *waits, bool ok, const char *messages)
{
	while (waits != NULL) {
		struct reload_wait *w = waits;

		waits = w->next;
		w->done(w->user, ok, messages);
		free(w);
	}
}

static void begin(struct app *app);

static void finish(struct attempt_at *a)
{
	struct app *app = a->app;
	struct reload *r = &app->reload;
	struct reload_wait *waits = r->waits;

	r->is_running = false;
	r->waits = NULL;
	service_ready(&app->service);
	tell(waits, a->ok, a->messages.data);
	textbuf_fini(&a->messages);
	arena_fini(&a->arena);
	free(a);
	if (!r->again) {
		reload_let_go(app);
		return;
	}
	r->again = false;
	r->waits = r->later;
	r->later = NULL;
	begin(app);
}

static void on_swapped(void *user, struct item *it)
{
	struct attempt_at *a = user;
	struct app *app = a->app;
	const struct matrix *m = matrix_ref_matrix(it->matrix);

	app->counters.reloads++;
	log_say(LOG_LEVEL_INFO, "reloaded", "file", app->options->config,
	    "revision", m->revision, NULL);
	if (strcmp(app->swept, m->revision) != 0)
		sweep_start(&app->sweep, m->revision);
	finish(a);
}

static void on_read(void *user)
{
	struct attempt_at *a = user;

	a->ok = conf_load(a->app->options->config,
	    &(struct conf_options){ .now = a->now }, &a->conf, &a->messages);
	if (a->ok)
		a->kept =
		    kept_make(&a->arena, &a->conf, a->app->options->config);
}

static void on_done(void *user)
{
	struct attempt_at *a = user;
	struct app *app = a->app;
	struct item *it;

	reload_log(app->options->config, !a->ok, &a->messages);
	app->health.reload_failed = !a->ok;
	if (!a->ok) {
		app->counters.reloads_failed++;
		log_say(LOG_LEVEL_ERROR, "reload refused, nothing was changed",
		    "file", app->options->config, NULL);
		finish(a);
		return;
	}
	it = item_new(ITEM_MATRIX);
	it->matrix = matrix_ref_new(a->conf.matrix, loop_now(app->loop));
	matrix_ref_follow(it->matrix, matrix_ref_get(app->matrix));
	a->kept->previous = matrix_ref_number(app->matrix);
	if (strcmp(a->kept->revision,
		matrix_ref_matrix(app->matrix)->revision) == 0)
		a->kept->previous = MATRIX_PREVIOUS_ANY;
	it->kept = a->kept;
	kept_say(a->kept);
	a->conf.matrix = NULL;
	conf_free(&a->conf);
	it->published = on_swapped;
	it->user = a;
	intake_offer_control(app->intake, it);
}

static void begin(struct app *app)
{
	struct attempt_at *a = calloc(1, sizeof *a);

	CHECK(a != NULL);
	a->app = app;
	a->now = loop_now(app->loop);
	textbuf_init(&a->messages);
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

static void add_wait(struct reload_wait **list,
    void (*done)(void *user, bool ok, const char *messages), void *user)
{
	struct reload_wait *w;

	if (done == NULL)
		return;
	w = malloc(sizeof *w);
	CHECK(w != NULL);
	w->done = done;
	w->user = user;
	w->next = *list;
	*list = w;
}

/* Whoever asks while a reload is running may have changed the file since. */
void reload_start(struct app *app,
    void (*done)(void *user, bool ok, const char *messages), void *user)
{
	struct reload *r = &app->reload;

	if (r->is_running) {
		r->again = true;
		add_wait(&r->later, done, user);
		return;
	}
	add_wait(&r->waits, done, user);
	begin(app);
}
