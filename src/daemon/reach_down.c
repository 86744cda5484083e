/* reach_down.c - which endpoint is down, and by which channel is everything
 * refused?
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/reach_parts.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/outbox.h"

#include <stdlib.h>
#include <string.h>

#define ACCESS "channel " /* what begins so is no endpoint, but an access */

static bool is_endpoint(const struct endpoint_line *e)
{
	return strncmp(e->name, ACCESS, sizeof ACCESS - 1) != 0;
}

/* --- downs ---------------------------------------------------------------- */

static void seen_down(struct reach *r, const char *name, struct wall now)
{
	size_t i = 0;

	while (i < r->ndowns && strcmp(r->downs[i].name, name) != 0)
		i++;
	if (i == r->ndowns) {
		r->downs = realloc(r->downs, (i + 1) * sizeof *r->downs);
		CHECK(r->downs != NULL);
		r->downs[i].name = strdup(name);
		CHECK(r->downs[i].name != NULL);
		r->ndowns++;
	}
	r->downs[i].at = now;
}

/* Up for so long that the next time is news. */
static void forget_old(struct reach *r, struct wall now)
{
	size_t left = 0;

	for (size_t i = 0; i < r->ndowns; i++) {
		if (wall_minus(now, r->downs[i].at) < REACH_CALM_MS)
			r->downs[left++] = r->downs[i];
		else
			free(r->downs[i].name);
	}
	r->ndowns = left;
}

/* --- chores --------------------------------------------------------------- */

static void add_down(
    const char *name, struct arena *arena, struct chore_list *out)
{
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text,
	    "%s does not answer. What is to go there takes another way where "
	    "the matrix names one, and else waits; it is tried again by "
	    "itself. "
	    "`slawatchctl outbox` shows what waits.",
	    name);
	chores_add(arena, out, "endpoint", name, &text);
}

static void add_broken(const char *channel, const char *why,
    struct arena *arena, struct chore_list *out)
{
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text,
	    "Everything that goes by channel \"%s\" is refused: %s. Mend its "
	    "keys in `channels` or what they stand for on the other side, then "
	    "`slawatchctl test-notice %s`.",
	    channel, why, channel);
	chores_add(arena, out, "channel", channel, &text);
}

void reach_down_chores(
    struct app *app, struct arena *arena, struct chore_list *out)
{
	const struct outbox *o = notifier_outbox(app->notifier);
	struct wall now = loop_now(app->loop);

	for (size_t i = 0; i < outbox_endpoints(o); i++) {
		struct endpoint_line e;

		outbox_endpoint(o, i, &e);
		if (e.state == BREAKER_CLOSED || !is_endpoint(&e))
			continue;
		seen_down(&app->reach, e.name, now);
		add_down(e.name, arena, out);
	}
	for (size_t i = 0; i < notifier_broken(app->notifier); i++) {
		const char *why;
		const char *channel =
		    notifier_broken_at(app->notifier, i, &why);

		add_broken(channel, why, arena, out);
	}
	forget_old(&app->reach, now);
}

static void hold(struct told *told, const char *kind, const char *name)
{
	struct textbuf topic;

	textbuf_init(&topic);
	textbuf_addf(&topic, "%s %s", kind, name);
	told_hold(told, topic.data);
	textbuf_fini(&topic);
}

/* Soon after a start nobody knows yet what does not answer. */
static void hold_all(const struct matrix *m, struct told *told)
{
	char endpoint[256];

	for (size_t i = 0; i < m->nchannels; i++) {
		channel_endpoint(&m->channels[i], endpoint, sizeof endpoint);
		hold(told, "endpoint", endpoint);
		hold(told, "channel", m->channels[i].name);
	}
}

/* One that comes and goes is told of once. */
void reach_down_hold(const struct app *app, struct told *told)
{
	int64_t up_ms = wall_minus(loop_now(app->loop), app->started);

	if (up_ms < REACH_CALM_MS)
		hold_all(matrix_ref_matrix(app->matrix), told);
	for (size_t i = 0; i < app->reach.ndowns; i++)
		hold(told, "endpoint", app->reach.downs[i].name);
}

void reach_down_close(struct app *app)
{
	for (size_t i = 0; i < app->reach.ndowns; i++)
		free(app->reach.downs[i].name);
	free(app->reach.downs);
	app->reach.downs = NULL;
	app->reach.ndowns = 0;
}
