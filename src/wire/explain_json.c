/* explain_json.c - an explanation, member by member.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/explain_json.h"

#include <string.h>

static void names(
    struct json_out *out, const char *name, const char *const *list, size_t n)
{
	json_open(out, name, '[');
	for (size_t i = 0; i < n; i++)
		json_text(out, NULL, list[i]);
	json_close(out, ']');
}

/* What led to it: members event, type, by. */
static void event(struct json_out *out, const struct journal_row *row)
{
	json_text_or_null(out, "event", row == NULL ? NULL : row->event_id);
	json_text_or_null(out, "type", row == NULL ? NULL : row->event_type);
	json_text_or_null(out, "by", row == NULL ? NULL : row->change.who);
}

static void rows_json(struct json_out *out, const char *name,
    const struct explained_row *rows, size_t n)
{
	json_open(out, name, '[');
	for (size_t i = 0; i < n; i++) {
		const struct journal_row *row = rows[i].row;
		const struct change *ch = &row->change;
		bool late = wall_before(ch->at, row->recorded);

		json_open(out, NULL, '{');
		json_wall(out, "at", ch->at);
		json_wall(out, "recorded", row->recorded);
		json_int(out, "late_ms",
		    late ? wall_minus(row->recorded, ch->at) : 0);
		json_text(out, "kind", change_kind_name(ch->kind));
		json_wall(out, "due", ch->due);
		json_int_or_null(out, "step", ch->step >= 0, ch->step + 1);
		json_text_or_null(out, "who", ch->who);
		json_text_or_null(out, "why", rows[i].why);
		event(out, rows[i].event);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void history(
    struct json_out *out, const struct explained_row *rows, size_t n)
{
	rows_json(out, "history", rows, n);
}

/* --- head, policies and rules
 * ---------------------------------------------------- */

static void head(const struct explanation *e, struct json_out *out)
{
	const struct ticket *t = e->ticket;
	const char *const *f = (const char *const *)t->fields.text;

	json_text(out, "key", t->key);
	json_text_or_null(out, "subject", f[FIELD_SUBJECT]);
	json_text_or_null(out, "severity", f[FIELD_SEVERITY]);
	json_text(out, "status", status_name(t->fields.status));
	json_text_or_null(out, "category", f[FIELD_CATEGORY]);
	json_text_or_null(out, "channel", f[FIELD_CHANNEL]);
	json_text_or_null(out, "tier", f[FIELD_CUSTOMER_TIER]);
	json_text_or_null(out, "team", f[FIELD_TEAM]);
	json_text_or_null(out, "assignee", f[FIELD_ASSIGNEE]);
	names(out, "tags", t->fields.tags, t->fields.ntags);
	json_wall(out, "created", t->created);
	json_wall(out, "updated", t->updated);
	json_bool(out, "over", ticket_is_over(t));
	json_text_or_null(out, "merged_into", t->merged_into);
	json_bool(out, "deleted", t->deleted);
	json_text_or_null(out, "policy", t->policy);
	json_wall(out, "now", e->now);
	json_bool(out, "cut", e->cut);
}

/* Who said it, and to whom it was suggested. */
static void said(const struct explanation *e, struct json_out *out)
{
	const struct ticket *t = e->ticket;

	json_open(out, "severity_said", '{');
	json_text_or_null(out, "by", t->severity_by);
	json_text_or_null(out, "confirmed_by", t->confirmed_by);
	json_text_or_null(out, "help_desk", t->desk_severity);
	history(out, e->severity, e->nseverity);
	json_close(out, '}');
	json_open(out, "assignment", '{');
	json_text_or_null(out, "suggested_to", t->suggested_to);
	json_text_or_null(out, "team", t->suggested_team);
	json_wall(out, "since", t->suggested_at);
	json_wall(out, "next", t->suggest_next);
	history(out, e->assignment, e->nassignment);
	json_close(out, '}');
	json_bool(out, "needs_human", t->needs_human);
	rows_json(out, "changes", e->changes, e->nchanges);
}

static void conditions(
    const struct explained_condition *list, size_t n, struct json_out *out)
{
	json_open(out, "conditions", '[');
	for (size_t i = 0; i < n; i++) {
		json_open(out, NULL, '{');
		json_text(out, "field", list[i].field);
		json_text_or_null(out, "value", list[i].value);
		names(out, "wanted", list[i].wanted, list[i].nwanted);
		json_text(out, "why", list[i].why);
		json_bool(out, "holds", list[i].holds);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void rules(const struct explanation *e, struct json_out *out)
{
	json_open(out, "rules", '[');
	for (size_t i = 0; i < e->nrules; i++) {
		const struct explained_rule *r = &e->rules[i];

		json_open(out, NULL, '{');
		json_text(out, "rule", r->name);
		json_bool(out, "valid", r->valid);
		json_bool(out, "holds", r->holds);
		json_bool(out, "seen", r->seen);
		json_text(out, "why", r->why);
		conditions(r->conditions, r->nconditions, out);
		json_wall(out, "fired_at",
		    r->fired == NULL ? WALL_NEVER : r->fired->change.at);
		json_text_or_null(out, "fired_because",
		    r->fired == NULL ? NULL
				     : r->fired->change.detail +
					   strlen(r->name) + strlen(": "));
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void policies(const struct explanation *e, struct json_out *out)
{
	json_open(out, "policies", '[');
	for (size_t i = 0; i < e->npolicies; i++) {
		const struct explained_policy *p = &e->policies[i];

		json_open(out, NULL, '{');
		json_text(out, "policy", p->name);
		json_text(out, "verdict", explained_verdict_name(p->verdict));
		json_bool(out, "just_missed", p->just_missed);
		json_text(out, "why", p->why);
		conditions(p->conditions, p->nconditions, out);
		json_close(out, '}');
	}
	json_close(out, ']');
}

/* --- clocks --------------------------------------------------------------- */

static void stretches(const struct explained_clock *c, struct json_out *out)
{
	json_open(out, "stretches", '[');
	for (size_t i = 0; i < c->nstretches; i++) {
		const struct explained_stretch *s = &c->stretches[i];

		json_open(out, NULL, '{');
		json_wall(out, "from", s->stretch->from);
		json_wall(out, "to", s->to);
		json_bool(out, "open", wall_is_never(s->stretch->to));
		json_bool(out, "counts", s->stretch->counts);
		json_text_or_null(out, "calendar", s->stretch->calendar);
		json_int(out, "counted_ms", s->ms);
		json_int(out, "sum_ms", s->sum_ms);
		json_text_or_null(out, "why", s->why);
		event(out, s->event);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void warnings(const struct explained_clock *c, struct json_out *out)
{
	json_open(out, "warnings", '[');
	for (size_t i = 0; i < c->nwarnings; i++) {
		const struct explained_warning *w = &c->warnings[i];

		json_open(out, NULL, '{');
		json_text(out, "offset", w->offset);
		json_text(out, "state", explained_warning_name(w->state));
		json_wall(out, "at", w->at);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void clock_json(const struct explained_clock *c, struct json_out *out)
{
	const struct clock *k = c->clock;
	bool over = clock_state_is_final(k->state);

	json_open(out, NULL, '{');
	json_text(out, "clock", k->kind);
	json_int(out, "cycle", k->cycle);
	json_text(out, "state", clock_state_name(k->state));
	json_bool(out, "current", k->current);
	json_wall(out, "started", k->started);
	json_int(out, "target_ms", k->target_ms);
	json_text_or_null(out, "policy", k->policy);
	json_text_or_null(out, "calendar", k->calendar);
	json_text(
	    out, "calendar_from", explained_source_name(c->calendar_from));
	json_int(out, "elapsed_ms", c->elapsed_ms);
	json_int_or_null(out, "left_ms", !over && k->target_ms > 0,
	    k->target_ms - c->elapsed_ms);
	json_wall(out, "due",
	    clock_state_ticks(k->state) || k->due_by_hand ? k->due
							  : WALL_NEVER);
	json_bool(out, "due_by_hand", k->due_by_hand);
	json_wall(out, "counted_to", k->since);
	json_int(out, "counted_ms", k->elapsed_ms);
	json_wall(out, "breached_at", k->breached_at);
	json_wall(out, "ended_at", k->ended_at);
	stretches(c, out);
	warnings(c, out);
	history(out, c->rows, c->nrows);
	json_close(out, '}');
}

/* --- chains and notices --------------------------------------------------- */

static void steps(const struct chain *c, struct json_out *out)
{
	json_open(out, "steps", '[');
	for (size_t i = 0; i < c->nsteps; i++) {
		const struct step *s = &c->steps[i];

		json_open(out, NULL, '{');
		json_int(out, "step", (int64_t)i + 1);
		json_int(out, "after_ms", s->after_ms);
		names(out, "notify", s->who, s->nwho);
		names(out, "via", s->via, s->nvia);
		json_text(out, "until", until_name(s->until));
		json_text_or_null(out, "hours", s->hours);
		json_int(out, "remind_every_ms", s->remind_every_ms);
		json_int(out, "remind_times", s->remind_times);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void run_json(const struct explained_run *run, struct json_out *out)
{
	const struct chain_run *r = run->run;

	json_open(out, NULL, '{');
	json_text(out, "chain", r->chain);
	json_int(out, "run", r->seq);
	json_text(out, "state", run_state_name(r->state));
	json_text_or_null(out, "cause", r->cause);
	json_text_or_null(out, "clock", r->clock);
	json_int_or_null(out, "cycle", r->cycle > 0, r->cycle);
	json_wall(out, "started", r->started);
	json_int(out, "step", r->step + 1);
	json_int(out, "round", r->round);
	json_wall(out, "next", r->next_at);
	json_text_or_null(out, "acked_by", r->acked_by);
	json_wall(out, "acked_at", r->acked_at);
	json_int(out, "ack_timeout_ms", run->chain.ack_timeout_ms);
	steps(&run->chain, out);
	history(out, run->rows, run->nrows);
	json_close(out, '}');
}

static void notice_json(const struct explained_notice *e, struct json_out *out)
{
	const struct notice *n = e->notice;

	json_open(out, NULL, '{');
	json_int(out, "id", n->id);
	json_text(out, "reason", notice_reason_name(n->reason));
	json_text(out, "state", notice_state_name(n->state));
	json_text_or_null(out, "clock", n->clock);
	json_int_or_null(out, "cycle", n->cycle > 0, n->cycle);
	json_text_or_null(out, "chain", n->chain);
	json_int_or_null(out, "run", n->run > 0, n->run);
	json_int_or_null(out, "step", n->step >= 0, n->step + 1);
	json_text_or_null(out, "role", n->role);
	json_text_or_null(out, "who", n->who);
	json_text(out, "channel", n->channel);
	json_wall(out, "at", n->at);
	json_wall(out, "held_until", e->held_until);
	json_wall(out, "free_at", n->free_at);
	json_int(out, "attempts", n->attempts);
	json_wall(out, "over_at", e->over_at);
	json_text_or_null(out, "why", e->why);
	json_close(out, '}');
}

/* --- what comes ----------------------------------------------------------- */

static void next_json(const struct explained_next *n, struct json_out *out)
{
	json_open(out, NULL, '{');
	json_wall(out, "at", n->at);
	json_text(out, "kind", change_kind_name(n->kind));
	json_text(out, "what", n->what);
	json_text_or_null(out, "clock", n->clock);
	json_int_or_null(out, "cycle", n->cycle > 0, n->cycle);
	json_text_or_null(out, "chain", n->chain);
	json_int_or_null(out, "run", n->run > 0, n->run);
	json_int_or_null(out, "step", n->step >= 0, n->step + 1);
	json_open(out, "told", '[');
	for (size_t i = 0; i < n->ntold; i++) {
		const struct explained_told *told = &n->told[i];

		json_open(out, NULL, '{');
		json_text(out, "reason", told->reason);
		json_text_or_null(out, "who", told->who);
		json_text(out, "channel", told->channel);
		json_wall(out, "held_until", told->held_until);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_close(out, '}');
}

void explain_json(const struct explanation *e, struct json_out *out)
{
	json_open(out, NULL, '{');
	head(e, out);
	said(e, out);
	policies(e, out);
	rules(e, out);
	json_open(out, "clocks", '[');
	for (size_t i = 0; i < e->nclocks; i++)
		clock_json(&e->clocks[i], out);
	json_close(out, ']');
	json_open(out, "chains", '[');
	for (size_t i = 0; i < e->nruns; i++)
		run_json(&e->runs[i], out);
	json_close(out, ']');
	json_open(out, "notices", '[');
	for (size_t i = 0; i < e->nnotices; i++)
		notice_json(&e->notices[i], out);
	json_close(out, ']');
	json_open(out, "next", '[');
	for (size_t i = 0; i < e->nnext; i++)
		next_json(&e->next[i], out);
	json_close(out, ']');
	json_wall(out, "next_until", e->next_until);
	json_bool(out, "next_more", e->more);
	json_close(out, '}');
}
