/* feeds.c - see feeds.h.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/feeds.h"

#include "base/check.h"
#include "conf/shifts.h"
#include "daemon/app.h"
#include "daemon/log.h"

#include <stdlib.h>
#include <string.h>

/* --- what a copy is worth ------------------------------------------------- */

static bool same_shift(const struct shift *a, const struct shift *b)
{
	return wall_same(a->start, b->start) && wall_same(a->end, b->end) &&
	       strcmp(a->title, b->title) == 0;
}

static bool same_shifts(const struct shifts *a, const struct shifts *b)
{
	size_t n = a == NULL ? 0 : a->count;

	if (n != (b == NULL ? 0 : b->count))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!same_shift(&a->items[i], &b->items[i]))
			return false;
	return true;
}

enum feed_worth feed_judge(const struct duty_change *in_force,
    const struct shifts *primary, const struct shifts *override,
    struct errtext *why)
{
	bool had = in_force != NULL && in_force->primary != NULL &&
		   in_force->primary->count > 0;

	if (had && primary->count == 0) {
		errtext_set(why,
		    "the calendar is empty, and was not before; see whether it "
		    "may still be read");
		return FEED_BAD;
	}
	if (in_force != NULL && in_force->primary != NULL &&
	    same_shifts(in_force->primary, primary) &&
	    same_shifts(in_force->override, override))
		return FEED_SAME;
	return FEED_NEW;
}

/* --- errands -------------------------------------------------------------- */

/* One fetch of one feed, from the wire to the door. */
struct feed_errand {
	struct app *app;
	struct feed_errand *next;
	const char
	    *name; /* the feed's; a reload may have moved or dropped it */
	const char *url;
	const char *override_url;
	const char *ca_file;
	struct matrix_ref *matrix; /* references of its own */
	struct duty_ref *duty;
	const char *bytes;
	size_t len;
	const char *override_bytes; /* NULL: there is no override calendar */
	size_t override_len;
	enum feed_worth worth;
	struct errtext why;
	struct arena arena;
};

static struct feed_errand *errand_begin(struct app *app, const struct feed *f)
{
	struct feed_errand *e = calloc(1, sizeof *e);

	CHECK(e != NULL);
	arena_init(&e->arena);
	e->app = app;
	e->name = arena_strdup(&e->arena, f->name);
	e->url = arena_strdup(&e->arena, f->url);
	e->override_url = arena_strdup(&e->arena, f->override_url);
	e->ca_file = arena_strdup(&e->arena, f->ca_file);
	e->matrix = matrix_ref_get(app->matrix);
	e->duty = duty_ref_get(app->duty);
	e->next = app->feeds.errands;
	app->feeds.errands = e;
	return e;
}

static void errand_end(struct feed_errand *e)
{
	struct feed_errand **at = &e->app->feeds.errands;

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	matrix_ref_put(e->matrix);
	duty_ref_put(e->duty);
	arena_fini(&e->arena);
	free(e);
}

/* The feed as it is now; NULL if it is not the one that was asked. */
static struct feed *feed_of(const struct feed_errand *e)
{
	struct feeds *fs = &e->app->feeds;

	for (size_t i = 0; i < fs->count; i++)
		if (strcmp(fs->items[i].name, e->name) == 0 &&
		    strcmp(fs->items[i].url, e->url) == 0)
			return &fs->items[i];
	return NULL;
}

/* --- what came of it ------------------------------------------------------ */

static void failed(struct app *app, struct feed *f, const char *why)
{
	bool is_news = wall_is_never(f->failing_since);
	struct log_line l;

	errtext_set(&f->why, "%s", why);
	if (!is_news)
		return;
	f->failing_since = loop_now(app->loop);
	log_begin(&l, LOG_LEVEL_WARNING);
	log_text(&l, "msg", "an on-call feed fails");
	log_text(&l, "schedule", f->name);
	log_text(&l, "why", why);
	log_wall(&l, "copy_of", feeds_good_at(app, f));
	log_end(&l);
	chores_look_soon(app);
}

static void succeeded(struct app *app, struct feed *f)
{
	f->good_at = loop_now(app->loop);
	if (wall_is_never(f->failing_since))
		return;
	log_say(LOG_LEVEL_INFO, "the on-call feed is well again", "schedule",
	    f->name, NULL);
	f->failing_since = WALL_NEVER;
	f->why.text[0] = '\0';
	chores_look_soon(app);
}

static int64_t least_ms(const struct app *app)
{
	const struct clock_mode *mode = &app->options->clock;

	return mode->is_virtual ? (int64_t)(FEEDS_LEAST_MS * mode->rate)
				: FEEDS_LEAST_MS;
}

/* Feeds of one server are not asked in the same second for ever: each goes a
 * little later than it would, by up to a 32nd. */
static void rest(struct app *app, struct feed *f, const char *name)
{
	struct wall now = loop_now(app->loop);
	uint64_t h = (uint64_t)now.ms;
	int64_t ms = f->refresh_ms;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * UINT64_C(1099511628211);
	ms += (int64_t)(h % (uint64_t)(ms / 32 + 1));
	if (ms < least_ms(app))
		ms = least_ms(app);
	f->next = wall_plus(now, ms);
	f->is_busy = false;
}

static void give_up(struct feed_errand *e, const char *why)
{
	struct app *app = e->app;
	struct feed *f = feed_of(e);

	if (f != NULL) {
		failed(app, f, why);
		rest(app, f, f->name);
	}
	errand_end(e);
	app_turn(app);
}

/* The item outlives the errand, and may be offered again for as long as the
 * disk fails: it finds its feed by name. */
static void on_stored(void *user, struct item *it)
{
	struct app *app = user;
	struct feeds *fs = &app->feeds;

	for (size_t i = 0; i < fs->count; i++) {
		if (strcmp(fs->items[i].name, it->duty.schedule) != 0)
			continue;
		if (it->out.kind == OUTCOME_REFUSED)
			failed(app, &fs->items[i], it->out.why);
		else if (it->out.kind == OUTCOME_ACCEPTED)
			succeeded(app, &fs->items[i]);
	}
	chores_look_soon(app);
}

static void offer(struct feed_errand *e)
{
	struct item *it = item_new(ITEM_DUTY);
	struct duty_change *c = &it->duty;

	c->kind = DUTY_FEED;
	c->schedule = arena_strdup(&it->arena, e->name);
	c->person = c->other = c->why = "";
	c->by = "feed";
	c->bytes = arena_strndup(&it->arena, e->bytes, e->len);
	c->len = e->len;
	c->override_bytes =
	    arena_strndup(&it->arena, e->override_bytes, e->override_len);
	c->override_len = e->override_len;
	it->published = on_stored;
	it->user = e->app;
	intake_offer_control(e->app->intake, it);
}

/* --- on a worker ---------------------------------------------------------- */

static bool read_one(struct feed_errand *e, const struct schedule *s,
    const char *bytes, size_t len, const char *what, struct shifts *out)
{
	struct errtext err = { "" };

	memset(out, 0, sizeof *out);
	if (bytes == NULL ||
	    shifts_read(bytes, len, matrix_ref_matrix(e->matrix), s, &e->arena,
		out, &err))
		return true;
	errtext_set(&e->why, "%s cannot be read: %s", what, err.text);
	return false;
}

static void on_read(void *user)
{
	struct feed_errand *e = user;
	const struct matrix *m = matrix_ref_matrix(e->matrix);
	const struct schedule *s = &m->schedules[matrix_schedule(m, e->name)];
	struct shifts primary;
	struct shifts override;

	e->worth = FEED_BAD;
	if (read_one(e, s, e->bytes, e->len, "the calendar", &primary) &&
	    read_one(e, s, e->override_bytes, e->override_len,
		"the override calendar", &override))
		e->worth = feed_judge(
		    duty_feed(duty_ref_duty(e->duty), e->name), &primary,
		    e->override_bytes == NULL ? NULL : &override, &e->why);
}

static void on_judged(void *user)
{
	struct feed_errand *e = user;
	struct app *app = e->app;
	struct feed *f = feed_of(e);

	app->feeds.reading--;
	if (e->worth == FEED_BAD) {
		give_up(e, e->why.text);
		return;
	}
	if (f != NULL) {
		if (e->worth == FEED_NEW && app->state != APP_STOPPING)
			offer(e);
		else
			succeeded(app, f);
		rest(app, f, f->name);
	}
	errand_end(e);
	app_turn(app);
}

/* --- on the wire ---------------------------------------------------------- */

static void fetch(struct feed_errand *e, const char *url,
    void (*done)(void *user, const struct http_result *r))
{
	struct http_send what = { .url = url,
		.method = "GET",
		.ca_file = e->ca_file,
		.headers = { "Accept: text/calendar" },
		.nheaders = 1,
		.answer_max = ICS_BYTES_MAX };

	http_client_send(e->app->client, &what, done, e);
}

/* NULL and why, or the bytes in the errand's arena. */
static const char *take(
    struct feed_errand *e, const struct http_result *r, const char *what)
{
	if (!r->answered)
		errtext_set(&e->why, "%s: %s", what, r->failure);
	else if (r->status != 200)
		errtext_set(&e->why, "%s: answered %d", what, r->status);
	else if (!r->is_whole)
		errtext_set(&e->why,
		    "%s: larger than %d bytes, or it broke off", what,
		    ICS_BYTES_MAX);
	else
		return arena_strndup(&e->arena, r->body, r->len);
	return NULL;
}

static void hand_over(struct feed_errand *e)
{
	e->app->feeds.reading++;
	loop_work(e->app->loop, on_read, on_judged, e);
}

static void on_override(void *user, const struct http_result *r)
{
	struct feed_errand *e = user;

	e->override_bytes = take(e, r, "the override calendar");
	e->override_len = r->len;
	if (e->override_bytes == NULL)
		give_up(e, e->why.text);
	else
		hand_over(e);
}

static void on_primary(void *user, const struct http_result *r)
{
	struct feed_errand *e = user;

	e->bytes = take(e, r, "the calendar");
	e->len = r->len;
	if (e->bytes == NULL)
		give_up(e, e->why.text);
	else if (e->override_url != NULL)
		fetch(e, e->override_url, on_override);
	else
		hand_over(e);
}

/* --- turns ---------------------------------------------------------------- */

void feeds_turn(struct app *app, struct wall now)
{
	struct feeds *fs = &app->feeds;

	if (app->state != APP_READY)
		return;
	for (size_t i = 0; i < fs->count; i++) {
		struct feed *f = &fs->items[i];

		if (f->is_busy || wall_before(now, f->next))
			continue;
		f->is_busy = true;
		fetch(errand_begin(app, f), f->url, on_primary);
	}
}

struct wall feeds_next(const struct app *app)
{
	const struct feeds *fs = &app->feeds;
	struct wall next = WALL_NEVER;

	for (size_t i = 0; app->state == APP_READY && i < fs->count; i++)
		if (!fs->items[i].is_busy)
			next = wall_min(next, fs->items[i].next);
	return next;
}

/* --- following the matrix ------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const struct feed *known_feed(
    const struct feeds *fs, const struct schedule *s)
{
	for (size_t i = 0; i < fs->count; i++)
		if (strcmp(fs->items[i].name, s->name) == 0 &&
		    same_text(fs->items[i].url, s->url) &&
		    same_text(fs->items[i].override_url, s->override_url) &&
		    same_text(fs->items[i].ca_file, s->ca_file))
			return &fs->items[i];
	return NULL;
}

static void start_feed(struct feeds *to, struct feed *f,
    const struct schedule *s, const struct feed *known)
{
	static const struct feed fresh = {
		.good_at = { INT64_MAX },
		.failing_since = { INT64_MAX },
	};

	*f = known != NULL ? *known : fresh;
	f->name = arena_strdup(&to->arena, s->name);
	f->url = arena_strdup(&to->arena, s->url);
	f->override_url = arena_strdup(&to->arena, s->override_url);
	f->ca_file = arena_strdup(&to->arena, s->ca_file);
	if (known != NULL && known->refresh_ms != s->refresh_ms)
		f->next = wall_at(0);
	f->refresh_ms = s->refresh_ms;
}

void feeds_follow(struct app *app)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	struct feeds *fs = &app->feeds;
	struct feeds next = *fs;

	arena_init(&next.arena);
	next.items =
	    arena_alloc(&next.arena, m->nschedules * sizeof *next.items);
	next.count = 0;
	for (size_t i = 0; i < m->nschedules; i++) {
		const struct schedule *s = &m->schedules[i];

		if (s->kind == SCHEDULE_FEED && s->url != NULL)
			start_feed(&next, &next.items[next.count++], s,
			    known_feed(fs, s));
	}
	arena_fini(&fs->arena);
	*fs = next;
}

/* --- how they are --------------------------------------------------------- */

struct wall feeds_good_at(const struct app *app, const struct feed *f)
{
	const struct duty_change *copy =
	    duty_feed(duty_ref_duty(app->duty), f->name);

	if (!wall_is_never(f->good_at))
		return f->good_at;
	return copy == NULL ? WALL_NEVER : copy->at;
}

size_t feeds_failing(const struct app *app)
{
	size_t n = 0;

	for (size_t i = 0; i < app->feeds.count; i++)
		n += !wall_is_never(app->feeds.items[i].failing_since);
	return n;
}

int64_t feeds_age_ms(const struct app *app)
{
	int64_t oldest = 0;

	for (size_t i = 0; i < app->feeds.count; i++) {
		struct wall at = feeds_good_at(app, &app->feeds.items[i]);
		int64_t age =
		    wall_is_never(at) ? 0 : wall_minus(loop_now(app->loop), at);

		oldest = age > oldest ? age : oldest;
	}
	return oldest;
}

static void add_chore(const struct app *app, const struct feed *f,
    struct arena *arena, struct chore_list *out)
{
	struct wall good = feeds_good_at(app, f);
	char since[WALL_TEXT_MAX];
	char of[WALL_TEXT_MAX];
	struct textbuf text;

	wall_format(f->failing_since, since);
	wall_format(good, of);
	textbuf_init(&text);
	textbuf_addf(&text,
	    "The on-call feed of \"%s\" has failed since %s: "
	    "%s. ",
	    f->name, since, f->why.text);
	if (wall_is_never(good))
		textbuf_add(&text, "There is no copy of it: nobody is on call "
				   "by it.");
	else
		textbuf_addf(&text, "The copy of %s stays in force.", of);
	textbuf_add(
	    &text, " See to the url in the matrix, or to the calendar.");
	chores_add(arena, out, "feed", f->name, &text);
}

void feeds_chores(
    const struct app *app, struct arena *arena, struct chore_list *out)
{
	const struct feeds *fs = &app->feeds;

	for (size_t i = 0; i < fs->count; i++)
		if (!wall_is_never(fs->items[i].failing_since))
			add_chore(app, &fs->items[i], arena, out);
}

void feeds_hold(const struct app *app, struct told *told)
{
	const struct feeds *fs = &app->feeds;

	for (size_t i = 0; i < fs->count; i++) {
		const struct feed *f = &fs->items[i];
		struct textbuf topic;

		if (!wall_is_never(f->good_at) ||
		    !wall_is_never(f->failing_since))
			continue;
		textbuf_init(&topic);
		textbuf_addf(&topic, "feed %s", f->name);
		told_hold(told, topic.data);
		textbuf_fini(&topic);
	}
}

void feeds_close(struct app *app)
{
	CHECK(app->feeds.reading == 0);
	while (app->feeds.errands != NULL)
		errand_end(app->feeds.errands);
	arena_fini(&app->feeds.arena);
}
