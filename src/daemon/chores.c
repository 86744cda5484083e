/* chores.c - a look on a worker, then a word for what is due.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/chores.h"

#include "base/check.h"
#include "conf/coverage.h"
#include "daemon/app.h"
#include "daemon/log.h"

#include <stdlib.h>

/* --- what is wrong -------------------------------------------------------- */

static const char *text_of(struct arena *arena, struct textbuf *tb)
{
	const char *text = arena_strndup(arena, tb->data, tb->len);

	textbuf_fini(tb);
	return text;
}

void chores_add(struct arena *arena, struct chore_list *out, const char *kind,
    const char *name, struct textbuf *text)
{
	struct chore *c =
	    arena_push(arena, &out->items, &out->count, &out->cap, sizeof *c);
	struct textbuf topic;

	textbuf_init(&topic);
	textbuf_addf(&topic, "%s %s", kind, name);
	c->topic = text_of(arena, &topic);
	c->text = text_of(arena, text);
}

/* Another `revised` is another topic: should that pass, too, it is news. */
void chores_review(const struct matrix *m, struct wall now, struct arena *arena,
    struct chore_list *out)
{
	struct wall due = matrix_review_at(m);
	char revised[WALL_TEXT_MAX];
	char day[WALL_TEXT_MAX];
	struct textbuf text;

	if (wall_before(now, due))
		return;
	wall_format(m->revised, revised);
	wall_format(due, day);
	textbuf_init(&text);
	textbuf_addf(&text,
	    "The review of the escalation matrix was due on %.*s; it was last "
	    "revised on %.*s. Read it with those it concerns, then set "
	    "`revised` to that day.",
	    10, day, 10, revised);
	revised[10] = '\0';
	chores_add(arena, out, "review", revised, &text);
}

static void add_gap(const struct coverage *c, int schedule, struct arena *arena,
    struct chore_list *out)
{
	const struct schedule *s = &c->m->schedules[schedule];
	struct spans gap = coverage_gap(c, schedule);
	struct textbuf text;

	if (gap.count == 0)
		return;
	textbuf_init(&text);
	textbuf_addf(
	    &text, "On-call schedule \"%s\": nobody is on call ", s->name);
	coverage_add_gap(&text, c, s->zone, &gap);
	textbuf_add(&text,
	    ". Fill it in the calendar, or name somebody by `slawatchctl "
	    "oncall`.");
	chores_add(arena, out, "gap", s->name, &text);
}

static void add_unknown(const struct coverage *c, int schedule,
    struct arena *arena, struct chore_list *out)
{
	const struct schedule *s = &c->m->schedules[schedule];
	struct wall at;
	size_t cursor = 0;
	const char *title = coverage_unknown(c, schedule, &cursor, &at);
	struct textbuf text;

	if (title == NULL)
		return;
	textbuf_init(&text);
	textbuf_addf(&text,
	    "On-call schedule \"%s\": \"%s\" is nobody in the matrix, on duty ",
	    s->name, title);
	coverage_add_time(&text, s->zone, at);
	textbuf_addf(&text,
	    " (%s). Mend the title in the calendar, or add the person.",
	    s->zone == NULL ? "UTC" : zone_name(s->zone));
	chores_add(arena, out, "unknown", s->name, &text);
}

/* A feed that was never read is no gap: that it fails is said of its own. */
void chores_schedules(const struct matrix *m, const struct duty *d,
    struct wall now, struct arena *arena, struct chore_list *out)
{
	struct coverage c;

	coverage_init(&c, m, d, now, wall_plus(now, COVERAGE_MS), arena);
	for (size_t i = 0; i < m->nschedules; i++) {
		const struct schedule *s = &m->schedules[i];

		if (s->kind == SCHEDULE_FEED && duty_feed(d, s->name) == NULL)
			continue;
		add_unknown(&c, (int)i, arena, out);
		add_gap(&c, (int)i, arena, out);
	}
}

/* --- a look --------------------------------------------------------------- */

struct look {
	struct app *app;
	struct matrix_ref *matrix; /* references of its own */
	struct duty_ref *duty;
	struct wall now;
	struct arena arena;
	struct chore_list found;
};

static void on_look(void *user)
{
	struct look *l = user;
	const struct matrix *m = matrix_ref_matrix(l->matrix);

	chores_review(m, l->now, &l->arena, &l->found);
	chores_schedules(
	    m, duty_ref_duty(l->duty), l->now, &l->arena, &l->found);
}

/* What it means if it passes unnoticed is told in the log as well: a matrix
 * without an owner and a fallback has nobody to tell. */
static void say(struct app *app, const struct chore *c)
{
	log_say(LOG_LEVEL_WARNING, "the matrix needs its owner", "topic",
	    c->topic, "says", c->text, NULL);
	intake_offer_control(app->intake, item_remark(c->text));
}

static void remember(struct app *app)
{
	struct item *it = item_new(ITEM_META);
	struct textbuf text;

	textbuf_init(&text);
	told_write(&app->chores.told, &text);
	it->name = "told";
	it->value = arena_strndup(&it->arena, text.data, text.len);
	textbuf_fini(&text);
	intake_offer_control(app->intake, it);
}

static void tell(struct app *app, struct look *l)
{
	struct chores *c = &app->chores;

	feeds_chores(app, &l->arena, &l->found);
	reach_chores(app, &l->arena, &l->found);
	told_begin(&c->told);
	feeds_hold(app, &c->told);
	reach_hold(app, &c->told);
	for (size_t i = 0; i < l->found.count; i++)
		if (told_is_due(&c->told, l->found.items[i].topic, l->now))
			say(app, &l->found.items[i]);
	told_end(&c->told);
	if (c->told.is_changed)
		remember(app);
}

static struct wall next_look(const struct app *app, struct wall now)
{
	struct wall review = matrix_review_at(matrix_ref_matrix(app->matrix));
	struct wall next = wall_min(
	    wall_plus(now, CHORES_EVERY_MS), told_next(&app->chores.told));

	return wall_before(now, review) ? wall_min(next, review) : next;
}

static void on_looked(void *user)
{
	struct look *l = user;
	struct app *app = l->app;
	struct chores *c = &app->chores;

	c->is_looking = false;
	if (app->state == APP_READY) {
		tell(app, l);
		c->next = c->look_again ? wall_at(0) : next_look(app, l->now);
		c->look_again = false;
		app_turn(app);
	}
	matrix_ref_put(l->matrix);
	duty_ref_put(l->duty);
	arena_fini(&l->arena);
	free(l);
}

void chores_turn(struct app *app, struct wall now)
{
	struct chores *c = &app->chores;
	struct look *l;

	if (app->state != APP_READY || c->is_looking || !c->is_recalled ||
	    wall_before(now, c->next))
		return;
	l = calloc(1, sizeof *l);
	CHECK(l != NULL);
	l->app = app;
	l->matrix = matrix_ref_get(app->matrix);
	l->duty = duty_ref_get(app->duty);
	l->now = now;
	arena_init(&l->arena);
	c->is_looking = true;
	loop_work(app->loop, on_look, on_looked, l);
}

struct wall chores_next(const struct app *app)
{
	const struct chores *c = &app->chores;

	return app->state != APP_READY || c->is_looking || !c->is_recalled
		   ? WALL_NEVER
		   : c->next;
}

/* --- the rest ------------------------------------------------------------- */

void chores_recall(struct app *app, const char *told)
{
	told_init(&app->chores.told);
	told_read(&app->chores.told, told);
	app->chores.is_recalled = true;
}

void chores_look_soon(struct app *app)
{
	app->chores.look_again = app->chores.is_looking;
	app->chores.next = wall_at(0);
}

void chores_close(struct app *app)
{
	told_fini(&app->chores.told);
}
