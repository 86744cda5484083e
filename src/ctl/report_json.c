/* report_json.c - a backtest as one object.
 *
 * Shares are numbers from 0 to 1 with three decimals, made of integers: no
 * machine rounds them otherwise.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report.h"

#include "wire/json_out.h"

#define TEXT_MAX 48

static void count(struct json_out *j, const char *name, size_t n)
{
	json_int(j, name, (int64_t)n);
}

/* null of nothing. */
static void ratio(
    struct json_out *j, const char *name, size_t part, size_t whole)
{
	struct textbuf text;
	char array[TEXT_MAX];
	size_t thousandths;

	if (whole == 0) {
		json_raw(j, name, "null");
		return;
	}
	thousandths = (part * 2000 + whole) / (2 * whole);
	textbuf_init_fixed(&text, array, sizeof array);
	textbuf_addf(&text, "%zu.%c%c%c", thousandths / 1000,
	    (char)('0' + thousandths / 100 % 10),
	    (char)('0' + thousandths / 10 % 10),
	    (char)('0' + thousandths % 10));
	json_raw(j, name, array);
}

/* Percentiles are only nearly right: no milliseconds of minutes. */
static void percentile(
    struct json_out *j, const char *name, const struct spread *s, int percent)
{
	int64_t ms = spread_percentile(s, percent);

	if (ms >= MINUTE_MS)
		ms = (ms + SECOND_MS / 2) / SECOND_MS * SECOND_MS;
	json_seconds(j, name, ms);
}

static void spread(struct json_out *j, const char *name, const struct spread *s)
{
	if (s->count == 0) {
		json_raw(j, name, "null");
		return;
	}
	json_open(j, name, '{');
	count(j, "count", s->count);
	json_seconds(j, "least_s", s->least_ms);
	percentile(j, "p10_s", s, 10);
	percentile(j, "median_s", s, 50);
	percentile(j, "p90_s", s, 90);
	json_seconds(j, "most_s", s->most_ms);
	json_seconds(j, "mean_s", spread_mean(s));
	json_close(j, '}');
}

/* Those that there are. */
static void reasons(
    struct json_out *j, const size_t of_reason[NOTICE_REASON_COUNT])
{
	json_open(j, "reasons", '{');
	for (int r = 0; r < NOTICE_REASON_COUNT; r++)
		if (of_reason[r] > 0)
			count(j, notice_reason_name((enum notice_reason)r),
			    of_reason[r]);
	json_close(j, '}');
}

static void totals(struct json_out *j, const struct backtest *b)
{
	json_text(j, "zone", b->zone == NULL ? "UTC" : zone_name(b->zone));
	json_wall(j, "since", b->since.ms == 0 ? WALL_NEVER : b->since);
	json_wall(j, "from", b->from);
	json_wall(j, "until", b->until);
	count(j, "events", b->events);
	count(j, "refused", b->refused);
	count(j, "tickets", b->tickets);
	count(j, "warned", b->warned);
	count(j, "breached", b->breached);
	count(j, "escalated", b->escalated);
	count(j, "open", b->open);
	count(j, "notices", b->notices);
	count(j, "alerts", b->alerts);
	reasons(j, b->of_reason);
}

static void clocks(struct json_out *j, const struct backtest *b)
{
	json_open(j, "clocks", '[');
	for (size_t i = 0; i < b->nclocks; i++) {
		const struct backtest_clock *c = &b->clocks[i];

		json_open(j, NULL, '{');
		json_text(j, "clock", c->clock);
		json_text_or_null(j, "severity", c->severity);
		count(j, "started", c->started);
		count(j, "warned", c->warned);
		count(j, "breached", c->breached);
		count(j, "withdrawn", c->withdrawn);
		count(j, "met", c->met);
		count(j, "met_late", c->met_late);
		count(j, "cancelled", c->cancelled);
		count(j, "unmet", c->unmet);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void steps(struct json_out *j, const struct backtest_chain *c)
{
	json_open(j, "steps", '[');
	for (size_t i = 0; i < c->nsteps; i++) {
		const struct backtest_step *s = &c->steps[i];

		json_open(j, NULL, '{');
		count(j, "step", i + 1);
		json_text(j, "notify", s->who);
		json_text_or_null(j, "via", s->via);
		count(j, "fired", s->fired);
		count(j, "skipped", s->skipped);
		count(j, "answered", s->answered);
		count(j, "over", s->over);
		spread(j, "after", &s->after);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void chains(struct json_out *j, const struct backtest *b)
{
	json_open(j, "chains", '[');
	for (size_t i = 0; i < b->nchains; i++) {
		const struct backtest_chain *c = &b->chains[i];

		json_open(j, NULL, '{');
		json_text(j, "chain", c->name);
		count(j, "tickets", c->tickets);
		ratio(j, "rate", c->tickets, b->tickets);
		count(j, "runs", c->runs);
		count(j, "acked", c->acked);
		count(j, "over", c->over);
		count(j, "exhausted", c->exhausted);
		count(j, "lapsed", c->lapsed);
		count(j, "superseded", c->superseded);
		spread(j, "begins", &c->begins);
		spread(j, "ack", &c->ack);
		steps(j, c);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void people(struct json_out *j, const struct backtest *b)
{
	json_open(j, "people", '[');
	for (size_t i = 0; i < b->npeople; i++) {
		const struct backtest_person *p = &b->people[i];

		json_open(j, NULL, '{');
		json_text(j, "person", p->name);
		json_text(j, "name", p->title);
		count(j, "notices", p->notices);
		count(j, "alerts", p->alerts);
		if (p->has_hours)
			count(j, "off_hours", p->off_hours);
		else
			json_raw(j, "off_hours", "null");
		reasons(j, p->of_reason);
		json_open(j, "channels", '{');
		for (size_t k = 0; k < b->nchannels; k++)
			if (p->of_channel[k] > 0)
				count(j, b->channels[k].name, p->of_channel[k]);
		json_close(j, '}');
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void channels(struct json_out *j, const struct backtest *b)
{
	json_open(j, "channels", '[');
	for (size_t i = 0; i < b->nchannels; i++) {
		json_open(j, NULL, '{');
		json_text(j, "channel", b->channels[i].name);
		count(j, "notices", b->channels[i].notices);
		count(j, "to_room", b->channels[i].to_room);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void hours(struct json_out *j, const struct backtest *b)
{
	json_open(j, "hours", '[');
	for (size_t day = 0; day < 7; day++) {
		json_open(j, NULL, '[');
		for (size_t hour = 0; hour < 24; hour++)
			count(j, NULL, b->hours[day][hour]);
		json_close(j, ']');
	}
	json_close(j, ']');
}

static void extremes(struct json_out *j, const struct backtest *b)
{
	if (wall_is_never(b->busiest)) {
		json_raw(j, "busiest", "null");
	} else {
		json_open(j, "busiest", '{');
		json_wall(j, "hour", b->busiest);
		count(j, "notices", b->busiest_notices);
		json_close(j, '}');
	}
	if (wall_is_never(b->silence_from)) {
		json_raw(j, "silence", "null");
		return;
	}
	json_open(j, "silence", '{');
	json_wall(j, "from", b->silence_from);
	json_wall(j, "until", b->silence_until);
	json_seconds(
	    j, "seconds", wall_minus(b->silence_until, b->silence_from));
	json_close(j, '}');
}

static void history(struct json_out *j, const struct backtest *b)
{
	const struct backtest_history *h = &b->history;

	if (!h->known) {
		json_raw(j, "history", "null");
		return;
	}
	json_open(j, "history", '{');
	count(j, "said", h->said);
	count(j, "missed", h->missed);
	count(j, "caught", h->caught);
	ratio(j, "recall", h->caught, h->missed);
	spread(j, "lead", &h->lead);
	count(j, "late_before", h->late_before);
	spread(j, "late_lead", &h->late_lead);
	count(j, "alerted", h->alerted);
	count(j, "alerted_missed", h->alerted_missed);
	ratio(j, "precision", h->alerted_missed, h->alerted);
	count(j, "alerts", h->alerts);
	ratio(j, "alerts_per_caught", h->alerts, h->caught);
	ratio(j, "alerts_per_ticket", h->alerts, b->tickets);
	count(j, "late_missed", h->late_missed);
	count(j, "late_kept", h->late_kept);
	count(j, "kept_missed", h->kept_missed);
	count(j, "kept_kept", h->kept_kept);
	json_close(j, '}');
}

static void uses(struct json_out *j, const char *list, const char *name,
    const char *times, const struct backtest_use *use, size_t n)
{
	json_open(j, list, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(j, NULL, '{');
		json_text(j, name, use[i].name);
		count(j, times, use[i].times);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* What never came to be is what has a 0 here, or in chains and their steps. */
static void coverage(struct json_out *j, const struct backtest *b)
{
	json_open(j, "severities", '[');
	for (size_t i = 0; i < b->nseverities; i++) {
		json_open(j, NULL, '{');
		json_text(j, "severity", b->severities[i].name);
		count(j, "tickets", b->severities[i].tickets);
		json_close(j, '}');
	}
	json_close(j, ']');
	uses(j, "policies", "policy", "tickets", b->policies, b->npolicies);
	uses(j, "rules", "rule", "fired", b->rules, b->nrules);
	json_open(j, "targets", '[');
	for (size_t i = 0; i < b->ntargets; i++) {
		json_open(j, NULL, '{');
		json_text(j, "policy", b->targets[i].policy);
		json_text(j, "severity", b->targets[i].severity);
		json_text(j, "clock", b->targets[i].clock);
		count(j, "times", b->targets[i].times);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void one(struct json_out *j, const char *name, const struct backtest *b)
{
	json_open(j, name, '{');
	totals(j, b);
	clocks(j, b);
	chains(j, b);
	people(j, b);
	channels(j, b);
	hours(j, b);
	extremes(j, b);
	history(j, b);
	coverage(j, b);
	json_close(j, '}');
}

static void notes(struct json_out *j, const struct report *r)
{
	json_open(j, "notes", '[');
	for (size_t i = 0; i < r->nnotes; i++)
		json_text(j, NULL, r->notes[i]);
	json_close(j, ']');
}

/* Null of files: nobody knows. */
static void in_force(struct json_out *j, const struct report *r)
{
	if (r->in_force == NULL) {
		json_text(j, "in_force", NULL);
		return;
	}
	json_open(j, "in_force", '[');
	for (size_t i = 0; i < r->nin_force; i++) {
		json_open(j, NULL, '{');
		json_text(j, "revision", r->in_force[i].revision);
		json_wall(j, "since", r->in_force[i].since);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void report_json(const struct report *r, struct textbuf *out)
{
	struct json_out j;

	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "matrix", r->matrix_name);
	json_text(&j, "source", r->source);
	json_text(&j, "missed_when",
	    r->missed_when != NULL && r->missed_when[0] != '\0' ? r->missed_when
								: NULL);
	in_force(&j, r);
	notes(&j, r);
	one(&j, "new", r->new);
	if (r->old != NULL) {
		json_text(&j, "old_matrix", r->old_name);
		one(&j, "old", r->old);
	}
	if (r->against != NULL) {
		json_open(&j, "against", '{');
		against_json(r->against, &j, r->spill, r->spill_user);
		json_close(&j, '}');
	}
	json_close(&j, '}');
	textbuf_addc(out, '\n');
}
