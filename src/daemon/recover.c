/* recover.c - the database's last words.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/recover.h"

#include "base/check.h"
#include "conf/duty_read.h"
#include "daemon/app.h"
#include "daemon/fill.h"
#include "daemon/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static bool failed(const char *what, const struct errtext *err)
{
	log_say(LOG_LEVEL_ERROR, what, "error", err->text, NULL);
	return false;
}

static bool open_store(struct app *app)
{
	struct errtext err = { "" };

	/* The reason says what to do. */
	if (store_open(app_database(app), &app->store, &err) == STORE_OK)
		return true;
	app->store = NULL;
	return failed("the database was refused", &err);
}

/* A small fact, or "". */
static bool fact(struct app *app, struct arena *a, const char *name,
    const char **value, struct errtext *err)
{
	enum store_result r = store_meta_get(app->store, a, name, value, err);

	if (r == STORE_NONE)
		*value = "";
	return r == STORE_OK || r == STORE_NONE;
}

static bool set_fact(
    struct app *app, const char *name, const char *value, struct errtext *err)
{
	return store_meta_set(app->store, name, value, err) == STORE_OK;
}

#define RANDOM_MAX 32 /* bytes */

/* Random bytes in hex, made once a database; size counts the NUL. */
static bool know_random(struct app *app, struct arena *a, const char *name,
    char *out, size_t size, struct errtext *err)
{
	unsigned char bytes[RANDOM_MAX];
	size_t n = (size - 1) / 2;
	const char *known;

	CHECK(n <= sizeof bytes);
	if (!fact(app, a, name, &known, err))
		return false;
	if (strlen(known) == size - 1) {
		memcpy(out, known, size);
		return true;
	}
	CHECK(getrandom(bytes, n, 0) == (ssize_t)n);
	for (size_t i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	return set_fact(app, name, out, err);
}

/* After a crash, whatever was free to go may have gone. */
static bool mark_repeats(
    struct app *app, struct arena *a, struct wall alive, struct errtext *err)
{
	const char *clean;
	int64_t count = 0;
	struct log_line l;

	if (!fact(app, a, "clean", &clean, err))
		return false;
	if (strcmp(clean, "no") == 0) {
		if (store_mark_repeats(app->store, alive, app->started, &count,
			err) != STORE_OK)
			return false;
		app->counters.notices_repeated = (uint64_t)count;
		log_begin(&l, LOG_LEVEL_WARNING);
		log_text(&l, "msg", "was not stopped in good order");
		log_wall(&l, "alive", alive);
		log_int(&l, "possible_repeats", count);
		log_end(&l);
	}
	return set_fact(app, "clean", "no", err);
}

static bool on_ticket(void *user, int64_t ticket_id, struct wall due)
{
	fill_put(user, ticket_id, due);
	return true;
}

static bool fill_watch(struct app *app, struct errtext *err)
{
	struct fill *f = fill_begin(&app->watch);
	enum store_result r =
	    store_scan_deadlines(app->store, on_ticket, f, err);

	fill_end(f);
	return r == STORE_OK;
}

/* Time in which deadlines ran out unseen; none if nothing ran out. */
static bool count_blind(
    struct app *app, struct arena *a, struct wall alive, struct errtext *err)
{
	size_t overdue = watch_overdue(&app->watch, app->started);
	int64_t blind_ms = wall_minus(app->started, alive);
	const char *total;
	char digits[24];
	struct log_line l;

	if (!fact(app, a, "blind_ms", &total, err))
		return false;
	app->counters.blind_total_ms = strtoull(total, NULL, 10);
	if (overdue == 0 || blind_ms <= 0 || alive.ms == 0)
		return true;
	app->counters.blind_last_ms = (uint64_t)blind_ms;
	app->counters.blind_total_ms += (uint64_t)blind_ms;
	log_begin(&l, LOG_LEVEL_WARNING);
	log_text(&l, "msg", "was blind");
	log_span(&l, "for", blind_ms);
	log_wall(&l, "since", alive);
	log_int(&l, "overdue", (int64_t)overdue);
	log_end(&l);
	snprintf(digits, sizeof digits, "%llu",
	    (unsigned long long)app->counters.blind_total_ms);
	return set_fact(app, "blind_ms", digits, err);
}

struct presence {
	const struct matrix *matrix;
	struct duty *built;
};

static bool on_duty_change(void *user, const struct duty_change *c)
{
	struct presence *p = user;

	struct duty *next = duty_read_after(
	    p->built != NULL ? p->built : &duty_none, c, p->matrix);

	duty_free(p->built);
	p->built = next;
	return true;
}

/* Who is away and who is on call instead, as it was said. */
static bool know_presence(struct app *app, struct errtext *err)
{
	struct presence p = { .matrix = matrix_ref_matrix(app->matrix) };
	enum store_result r =
	    store_each_duty(app->store, on_duty_change, &p, err);

	duty_ref_put(app->duty);
	app->duty = duty_ref_new(p.built);
	return r == STORE_OK;
}

static void warn_of_future(struct wall alive, struct wall now)
{
	struct log_line l;

	if (wall_minus(alive, now) < MINUTE_MS)
		return;
	log_begin(&l, LOG_LEVEL_WARNING);
	log_text(&l, "msg", "the database comes from the future");
	log_wall(&l, "alive", alive);
	log_text(&l, "do",
	    "see to the clock; a drill's database is for its own clock only");
	log_end(&l);
}

static bool read_past(struct app *app, struct arena *a, struct errtext *err)
{
	struct wall alive = { 0 };
	const char *swept;
	const char *told;
	const char *checked;
	const char *refused;
	struct textbuf text;
	enum store_result r = store_get_alive(app->store, &alive, err);

	if (r == STORE_NONE)
		alive = wall_at(0);
	else if (r != STORE_OK)
		return false;
	if (!fact(app, a, "matrix", &swept, err) ||
	    !fact(app, a, "told", &told, err) ||
	    !fact(app, a, "checked", &checked, err) ||
	    !fact(app, a, "refused", &refused, err))
		return false;
	chores_recall(app, told);
	reach_recall(app, checked, refused);
	textbuf_init_fixed(&text, app->swept, sizeof app->swept);
	textbuf_add(&text, swept);
	warn_of_future(alive, app->started);
	return kept_begin(app, err) && know_presence(app, err) &&
	       know_random(app, a, "instance", app->instance,
		   sizeof app->instance, err) &&
	       know_random(app, a, "link_key", app->link_key,
		   sizeof app->link_key, err) &&
	       mark_repeats(app, a, alive, err) && fill_watch(app, err) &&
	       count_blind(app, a, alive, err) &&
	       store_set_alive(app->store, app->started, err) == STORE_OK;
}

bool recover(struct app *app)
{
	struct arena arena = ARENA_INIT;
	struct errtext err = { "" };
	bool ok;

	if (!open_store(app))
		return false;
	if (store_begin(app->store, &err) != STORE_OK)
		return failed("the database cannot be written", &err);
	ok = read_past(app, &arena, &err);
	if (ok)
		ok = store_commit(app->store, &err) == STORE_OK;
	if (!ok)
		store_rollback(app->store);
	arena_fini(&arena);
	return ok || failed("the database cannot be read", &err);
}
