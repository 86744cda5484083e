/* against_json.c - the difference for machines: every ticket of it.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/against.h"

static void sides(
    struct json_out *out, const char *name, size_t old, size_t new_one)
{
	json_open(out, name, '{');
	json_int(out, "old", (int64_t)old);
	json_int(out, "new", (int64_t)new_one);
	json_close(out, '}');
}

static void spread(
    struct json_out *out, const char *name, const struct spread *s)
{
	json_open(out, name, '{');
	json_int(out, "count", (int64_t)s->count);
	if (s->count > 0) {
		json_seconds(out, "least", s->least_ms);
		json_seconds(out, "median", spread_percentile(s, 50));
		json_seconds(out, "p90", spread_percentile(s, 90));
		json_seconds(out, "most", s->most_ms);
	}
	json_close(out, '}');
}

static void totals(struct json_out *out, const struct against_totals *t)
{
	json_int(out, "tickets", (int64_t)t->tickets);
	json_int(out, "differ", (int64_t)t->differ);
	json_open(out, "notices", '{');
	json_int(out, "appear", (int64_t)t->appear);
	json_int(out, "vanish", (int64_t)t->vanish);
	json_int(out, "moved", (int64_t)t->moved);
	json_int(out, "same", (int64_t)t->same);
	json_close(out, '}');
	json_open(out, "breaches", '{');
	json_int(out, "old", (int64_t)t->breaches[AGAINST_OLD]);
	json_int(out, "new", (int64_t)t->breaches[AGAINST_NEW]);
	json_int(out, "appear", (int64_t)t->breaches_appear);
	json_int(out, "vanish", (int64_t)t->breaches_vanish);
	json_close(out, '}');
	json_open(out, "deadlines", '{');
	json_int(out, "appear", (int64_t)t->due_appear);
	json_int(out, "vanish", (int64_t)t->due_vanish);
	json_int(out, "same", (int64_t)t->due_same);
	spread(out, "earlier", &t->earlier);
	spread(out, "later", &t->later);
	json_close(out, '}');
	json_int(out, "severities", (int64_t)t->severities);
	json_int(out, "refused", (int64_t)t->refused);
}

static void counts(struct json_out *out, const char *name, bool people,
    const struct against_count *at, size_t n)
{
	json_open(out, name, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(out, NULL, '{');
		json_text(out, "name", at[i].name);
		sides(out, "notices", at[i].notices[AGAINST_OLD],
		    at[i].notices[AGAINST_NEW]);
		if (people)
			sides(out, "off_hours", at[i].off_hours[AGAINST_OLD],
			    at[i].off_hours[AGAINST_NEW]);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void texts(
    struct json_out *out, const char *name, const char *const of[AGAINST_SIDES])
{
	json_open(out, name, '{');
	json_text_or_null(out, "old", of[AGAINST_OLD]);
	json_text_or_null(out, "new", of[AGAINST_NEW]);
	json_close(out, '}');
}

static void walls(
    struct json_out *out, const char *name, const struct wall of[AGAINST_SIDES])
{
	json_open(out, name, '{');
	json_wall(out, "old", of[AGAINST_OLD]);
	json_wall(out, "new", of[AGAINST_NEW]);
	json_close(out, '}');
}

static void due(struct json_out *out, const struct against_due *d)
{
	json_open(out, NULL, '{');
	json_text(out, "clock", d->clock);
	json_int(out, "cycle", d->cycle);
	walls(out, "due", d->due);
	json_open(out, "breached", '{');
	json_bool(out, "old", d->breached[AGAINST_OLD]);
	json_bool(out, "new", d->breached[AGAINST_NEW]);
	json_close(out, '}');
	json_close(out, '}');
}

static void notice(struct json_out *out, const struct against_notice *n)
{
	json_open(out, NULL, '{');
	json_text(out, "reason", notice_reason_name(n->reason));
	json_text_or_null(out, "clock", n->clock);
	json_int(out, "cycle", n->cycle);
	json_text_or_null(out, "chain", n->chain);
	json_int(out, "step", n->step + 1);
	json_int(out, "round", n->round + 1);
	json_int(out, "reminder", n->nth);
	json_text_or_null(out, "to", n->who);
	json_text(out, "via", n->channel);
	walls(out, "at", n->at);
	json_close(out, '}');
}

struct writing {
	struct json_out *out;
	void (*spill)(void *user, struct textbuf *out);
	void *user;
};

static void refused(struct json_out *out, const struct against_ticket *t)
{
	json_open(out, "refused", '{');
	json_int(out, "old", (int64_t)t->refused[AGAINST_OLD]);
	json_int(out, "new", (int64_t)t->refused[AGAINST_NEW]);
	if (t->refused[AGAINST_OLD] > 0)
		json_text(out, "why_old", t->why[AGAINST_OLD]);
	if (t->refused[AGAINST_NEW] > 0)
		json_text(out, "why_new", t->why[AGAINST_NEW]);
	json_close(out, '}');
}

static void ticket(void *user, const struct against_ticket *t)
{
	struct writing *w = user;
	struct json_out *out = w->out;

	json_open(out, NULL, '{');
	json_text(out, "ticket", t->key);
	texts(out, "severity", t->severity);
	texts(out, "policy", t->policy);
	if (t->refused[AGAINST_OLD] + t->refused[AGAINST_NEW] > 0)
		refused(out, t);
	json_open(out, "deadlines", '[');
	for (size_t i = 0; i < t->ndues; i++)
		due(out, &t->dues[i]);
	json_close(out, ']');
	json_open(out, "notices", '[');
	for (size_t i = 0; i < t->nnotices; i++)
		notice(out, &t->notices[i]);
	json_close(out, ']');
	json_close(out, '}');
	if (w->spill != NULL)
		w->spill(w->user, out->to);
}

void against_json(const struct against *a, struct json_out *out,
    void (*spill)(void *user, struct textbuf *out), void *user)
{
	const struct against_totals *t = against_totals(a);
	struct writing w = { out, spill, user };

	totals(out, t);
	counts(out, "people", true, t->people, t->npeople);
	counts(out, "channels", false, t->channels, t->nchannels);
	json_open(out, "tickets_that_differ", '[');
	against_each(a, ticket, &w);
	json_close(out, ']');
}
