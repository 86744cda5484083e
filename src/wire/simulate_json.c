/* simulate_json.c - what would have happened, a JSON object a row.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/simulate_json.h"

#include "core/stretches.h"

const char *simulate_clock_change(enum change_kind kind)
{
	const char *name = change_kind_name(kind);

	if (kind < CHANGE_CLOCK_STARTED || kind > CHANGE_CLOCK_CANCELLED)
		return NULL;
	return name + sizeof "clock_" - 1;
}

/* Kind and change of the rows that have no other form. */
static const struct {
	const char *kind;
	const char *change;
} others[CHANGE_KIND_COUNT] = {
	[CHANGE_RULE_FIRED] = { "rule", "fired" },
	[CHANGE_SEVERITY] = { "severity", "changed" },
	[CHANGE_SEVERITY_CONFIRMED] = { "severity", "confirmed" },
	[CHANGE_TEAM] = { "team", "changed" },
	[CHANGE_TAGGED] = { "tags", "added" },
	[CHANGE_HUMAN_REQUIRED] = { "human", "required" },
	[CHANGE_HANDOFF_INCOMPLETE] = { "handoff", "incomplete" },
	[CHANGE_PERSON_SKIPPED] = { "skipped", "passed_over" },
	[CHANGE_ASSIGNMENT_SUGGESTED] = { "assignment", "suggested" },
	[CHANGE_ASSIGNMENT_UNCLAIMED] = { "assignment", "unclaimed" },
	[CHANGE_ASSIGNMENT_OVER] = { "assignment", "over" },
	[CHANGE_MATRIX_LOST] = { "matrix", "lost" },
};

const char *simulate_other_kind(enum change_kind kind)
{
	return others[kind].kind;
}

static void begin(struct json_out *out, struct wall now, const char *kind)
{
	json_open(out, NULL, '{');
	json_wall(out, "at", now);
	json_text(out, "kind", kind);
}

static void end(struct json_out *out, struct wall now, struct wall at)
{
	if (wall_before(at, now))
		json_wall(out, "effective", at);
	json_close(out, '}');
}

/* After these the clock does not tick, whatever due it had. */
static bool is_going(enum change_kind kind)
{
	return kind != CHANGE_CLOCK_PAUSED && kind != CHANGE_CLOCK_MET &&
	       kind != CHANGE_CLOCK_MET_LATE && kind != CHANGE_CLOCK_CANCELLED;
}

void simulate_clock_json(const struct ticket *t, const struct change *c,
    struct wall now, struct json_out *out)
{
	begin(out, now, "clock");
	json_text(out, "ticket", t->key);
	json_text(out, "clock", c->clock);
	json_int(out, "cycle", c->cycle);
	json_text(out, "change", simulate_clock_change(c->kind));
	json_wall(out, "due", is_going(c->kind) ? c->due : WALL_NEVER);
	end(out, now, c->at);
}

void simulate_other_json(const struct ticket *t, const struct change *c,
    struct wall now, struct json_out *out)
{
	begin(out, now, others[c->kind].kind);
	json_text(out, "ticket", t->key);
	json_text(out, "change", others[c->kind].change);
	json_text_or_null(out, "who", c->who);
	json_text_or_null(out, "why", c->detail);
	if (c->kind == CHANGE_PERSON_SKIPPED) {
		json_text_or_null(out, "chain", c->chain);
		json_int_or_null(out, "step", c->step >= 0, c->step + 1);
	} else if (c->kind >= CHANGE_ASSIGNMENT_SUGGESTED) {
		json_wall(out, "due", c->due);
	}
	end(out, now, c->at);
}

void simulate_notice_json(const struct ticket *t, const struct change *c,
    struct wall now, struct json_out *out)
{
	const struct notice *n = &t->notices[c->notice];

	begin(out, now, "notice");
	json_text(out, "ticket", t->key);
	json_text(out, "reason", notice_reason_name(n->reason));
	json_text_or_null(out, "chain", n->chain);
	json_int_or_null(out, "step", n->step >= 0, n->step + 1);
	json_text_or_null(out, "to", n->who[0] != '\0' ? n->who : n->channel);
	json_text_or_null(out, "via", n->channel);
	end(out, now, c->at);
}

void simulate_refused_json(const char *id, size_t line, const char *why,
    struct wall now, struct json_out *out)
{
	begin(out, now, "refused");
	if (id != NULL)
		json_text(out, "event", id);
	else
		json_int(out, "event", (int64_t)line);
	json_text(out, "why", why);
	end(out, now, now);
}

static void final_clock(const struct matrix *m, const struct clock *c,
    struct wall now, struct json_out *out)
{
	bool ticks = clock_state_ticks(c->state);

	json_open(out, NULL, '{');
	json_text(out, "clock", c->kind);
	json_int(out, "cycle", c->cycle);
	json_text(out, "state", clock_state_name(c->state));
	json_wall(out, "started", c->started);
	json_wall(out, "due", ticks ? c->due : WALL_NEVER);
	json_seconds(out, "elapsed_s", stretches_elapsed(m, c, now));
	json_seconds(out, "target_s", c->target_ms);
	json_close(out, '}');
}

static void final_run(const struct chain_run *r, struct json_out *out)
{
	json_open(out, NULL, '{');
	json_text(out, "chain", r->chain);
	json_int(out, "run", r->seq);
	json_text(out, "state", run_state_name(r->state));
	json_text_or_null(out, "cause", r->cause);
	json_text_or_null(out, "clock", r->clock);
	json_int_or_null(out, "cycle", r->cycle > 0, r->cycle);
	json_int(out, "step", r->step + 1);
	json_int(out, "round", r->round);
	json_text_or_null(out, "acked_by", r->acked_by);
	json_close(out, '}');
}

void simulate_final_json(const struct matrix *m, const struct ticket *t,
    const struct chain_run *runs, size_t nruns, struct wall now,
    struct json_out *out)
{
	begin(out, now, "final");
	json_text(out, "ticket", t->key);
	json_text(out, "status", status_name(t->fields.status));
	json_text_or_null(out, "severity", t->fields.text[FIELD_SEVERITY]);
	json_text_or_null(out, "assignee", t->fields.text[FIELD_ASSIGNEE]);
	json_open(out, "clocks", '[');
	for (size_t i = 0; i < t->nclocks; i++)
		if (t->clocks[i].target_ms > 0)
			final_clock(m, &t->clocks[i], now, out);
	json_close(out, ']');
	json_open(out, "chains", '[');
	for (size_t i = 0; i < nruns; i++)
		final_run(&runs[i], out);
	json_close(out, ']');
	end(out, now, now);
}
