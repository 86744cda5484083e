/* ticket_json.c - a ticket and its story, member by member.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/ticket_json.h"

#include "core/chain.h"
#include "wire/event_fields.h"

#include <string.h>

/* The ticket's own texts are "" where they are missing. */
static void field(const struct ticket *t, enum field f, const char *name,
    struct json_out *out)
{
	const char *text = t->fields.text[f];

	if (text != NULL && field_kind(f) == FIELD_KIND_NUMBER &&
	    field_is_number(text))
		json_raw(out, name, text);
	else
		json_text_or_null(out, name, text);
}

static void customer(const struct ticket *t, struct json_out *out)
{
	json_open(out, "customer", '{');
	field(t, FIELD_CUSTOMER_ID, "id", out);
	field(t, FIELD_CUSTOMER_NAME, "name", out);
	field(t, FIELD_CUSTOMER_TIER, "tier", out);
	field(t, FIELD_CUSTOMER_VALUE, "value", out);
	field(t, FIELD_CUSTOMER_RENEWAL, "renewal", out);
	json_close(out, '}');
}

static void tags(const struct ticket *t, struct json_out *out)
{
	json_open(out, "tags", '[');
	for (size_t i = 0; i < t->fields.ntags; i++)
		json_text(out, NULL, t->fields.tags[i]);
	json_close(out, ']');
}

/* "50%,80%" as a list. */
static void warned(const char *offsets, struct json_out *out)
{
	const char *at = offsets != NULL ? offsets : "";

	json_open(out, "warned", '[');
	while (*at != '\0') {
		size_t n = strcspn(at, ",");

		if (n > 0)
			json_textn(out, NULL, at, n);
		at += n + (at[n] == ',');
	}
	json_close(out, ']');
}

/* Working time used up by now: what was counted until `since`, and, while it
 * ticks, what has passed since. */
static int64_t elapsed_ms(
    const struct matrix *m, const struct clock *c, struct wall now)
{
	int calendar;

	if (!clock_state_ticks(c->state) || wall_before(now, c->since))
		return c->elapsed_ms;
	calendar =
	    c->calendar[0] != '\0' ? matrix_calendar(m, c->calendar) : -1;
	if (calendar < 0)
		return c->elapsed_ms + wall_minus(now, c->since);
	return c->elapsed_ms +
	       calendar_between(m->calendars[calendar], c->since, now);
}

static void clock_json(const struct matrix *m, const struct clock *c,
    struct wall now, struct json_out *out)
{
	json_open(out, NULL, '{');
	json_text(out, "clock", c->kind);
	json_int(out, "cycle", c->cycle);
	json_text(out, "state", clock_state_name(c->state));
	json_wall(out, "started", c->started);
	json_wall(
	    out, "due", clock_state_ticks(c->state) ? c->due : WALL_NEVER);
	json_int(out, "elapsed_s", elapsed_ms(m, c, now) / SECOND_MS);
	json_int(out, "target_s", c->target_ms / SECOND_MS);
	json_wall(out, "breached_at", c->breached_at);
	json_wall(out, "ended_at", c->ended_at);
	json_text_or_null(out, "calendar", c->calendar);
	json_text_or_null(out, "policy", c->policy);
	warned(c->warned, out);
	json_close(out, '}');
}

/* How many steps the chain had when this run began; 0 if that cannot be
 * read. */
static int64_t steps_of(const struct ticket *t, const struct chain_run *r)
{
	struct chain chain;

	if (r->definition == NULL ||
	    !chain_decode(r->definition, t->arena, &chain))
		return 0;
	return (int64_t)chain.nsteps;
}

static void run_json(
    const struct ticket *t, const struct chain_run *r, struct json_out *out)
{
	json_open(out, NULL, '{');
	json_text(out, "chain", r->chain);
	json_int(out, "run", r->seq);
	json_text(out, "state", run_state_name(r->state));
	json_text_or_null(out, "cause", r->cause);
	json_text_or_null(out, "clock", r->clock);
	json_int(out, "step", r->step + 1);
	json_int(out, "steps", steps_of(t, r));
	json_int(out, "round", r->round);
	json_wall(out, "started", r->started);
	json_wall(out, "next", r->next_at);
	json_text_or_null(out, "acked_by", r->acked_by);
	json_wall(out, "acked_at", r->acked_at);
	json_close(out, '}');
}

static void notice_json(const struct notice *n, struct json_out *out)
{
	json_open(out, NULL, '{');
	json_int(out, "id", n->id);
	json_text(out, "reason", notice_reason_name(n->reason));
	json_text(out, "state", notice_state_name(n->state));
	json_text_or_null(out, "clock", n->clock);
	json_text_or_null(out, "chain", n->chain);
	json_int_or_null(out, "step", n->step >= 0, n->step + 1);
	json_text_or_null(out, "role", n->role);
	json_text_or_null(out, "who", n->who);
	json_text(out, "channel", n->channel);
	json_wall(out, "at", n->at);
	json_wall(out, "free_at", n->free_at);
	json_int(out, "attempts", n->attempts);
	json_bool(out, "repeat", n->repeat);
	json_close(out, '}');
}

/* By which it was decided last: another one than that in force is not taken
 * over (`applies: new`), or it is over since before. */
static void goes_by(
    const struct matrix *m, const struct ticket *t, struct json_out *out)
{
	if (t->revision[0] == '\0') {
		json_text(out, "matrix", NULL);
		return;
	}
	json_open(out, "matrix", '{');
	json_text(out, "revision", t->revision);
	json_bool(out, "in_force", strcmp(t->revision, m->revision) == 0);
	json_close(out, '}');
}

static void head(
    const struct matrix *m, const struct ticket *t, struct json_out *out)
{
	json_text(out, "key", t->key);
	field(t, FIELD_SUBJECT, "subject", out);
	field(t, FIELD_SEVERITY, "severity", out);
	json_text(out, "status", status_name(t->fields.status));
	field(t, FIELD_CATEGORY, "category", out);
	field(t, FIELD_CHANNEL, "channel", out);
	customer(t, out);
	field(t, FIELD_TEAM, "team", out);
	field(t, FIELD_ASSIGNEE, "assignee", out);
	tags(t, out);
	field(t, FIELD_URL, "url", out);
	json_wall(out, "created", t->created);
	json_wall(out, "updated", t->updated);
	json_text_or_null(out, "policy", t->policy);
	goes_by(m, t, out);
	json_wall(out, "next_due", t->next_due);
}

void ticket_json(const struct matrix *m, const struct ticket *t,
    struct wall now, bool whole, struct json_out *out)
{
	const struct matrix *by = matrix_for(m, t);

	json_open(out, NULL, '{');
	head(m, t, out);
	json_open(out, "clocks", '[');
	for (size_t i = 0; i < t->nclocks; i++)
		if (t->clocks[i].target_ms > 0)
			clock_json(by, &t->clocks[i], now, out);
	json_close(out, ']');
	json_open(out, "chains", '[');
	for (size_t i = 0; i < t->nruns; i++)
		run_json(t, &t->runs[i], out);
	json_close(out, ']');
	if (whole) {
		json_open(out, "notices", '[');
		for (size_t i = 0; i < t->nnotices; i++)
			notice_json(&t->notices[i], out);
		json_close(out, ']');
	}
	json_close(out, '}');
}

/* In the journal a member without a value is left out. */
static void said(struct json_out *out, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_text(out, name, text);
}

static void counted(struct json_out *out, const char *name, int64_t value)
{
	if (value > 0)
		json_int(out, name, value);
}

static void notice_part(const struct journal_row *row, struct json_out *out)
{
	if (row->notice_id == 0)
		return;
	json_text(out, "reason", notice_reason_name(row->change.reason));
	json_int(out, "notice", row->notice_id);
}

void journal_json(const struct journal_row *row, struct json_out *out)
{
	const struct change *c = &row->change;

	json_open(out, NULL, '{');
	json_int(out, "id", row->id);
	json_wall(out, "at", c->at);
	json_wall(out, "recorded", row->recorded);
	json_text(out, "kind", change_kind_name(c->kind));
	said(out, "event", row->event_id);
	said(out, "type", row->event_type);
	said(out, "clock", c->clock);
	counted(out, "cycle", c->cycle);
	if (!wall_is_never(c->due))
		json_wall(out, "due", c->due);
	said(out, "chain", c->chain);
	counted(out, "run", c->run);
	counted(out, "step", c->step + 1);
	notice_part(row, out);
	said(out, "who", c->who);
	said(out, "channel", c->channel);
	counted(out, "late_s", c->late_ms / SECOND_MS);
	said(out, "detail", c->detail);
	/* An event's is the JSON it came in, a remark's its words. */
	if (row->body != NULL && row->body[0] == '{')
		json_raw(out, "body", row->body);
	else
		said(out, "body", row->body);
	json_close(out, '}');
}
