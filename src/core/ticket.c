/* ticket.c - the ticket as a value: names, finding parts, what must hold.
 *
 * SPDX-License-Identifier: MIT */
#include "core/ticket.h"

#include "base/check.h"
#include "base/textbuf.h"
#include "core/names.h"
#include "core/stretches.h"

#include <string.h>

static const char *const clock_states[CLOCK_STATE_COUNT] = {
	[CLOCK_IDLE] = "idle",
	[CLOCK_RUNNING] = "running",
	[CLOCK_PAUSED] = "paused",
	[CLOCK_BREACHED] = "breached",
	[CLOCK_MET] = "met",
	[CLOCK_MET_LATE] = "met_late",
	[CLOCK_CANCELLED] = "cancelled",
};

static const char *const run_states[RUN_STATE_COUNT] = {
	[RUN_WALKING] = "walking",
	[RUN_ACKED] = "acked",
	[RUN_SNOOZED] = "snoozed",
	[RUN_EXHAUSTED] = "exhausted",
	[RUN_ENDED] = "ended",
	[RUN_SUPERSEDED] = "superseded",
};

static const char *const notice_reasons[NOTICE_REASON_COUNT] = {
	[NOTICE_BREACH] = "breach",
	[NOTICE_CHAIN] = "chain",
	[NOTICE_ACK_TIMEOUT] = "ack_timeout",
	[NOTICE_EXHAUSTED] = "exhausted",
	[NOTICE_UNREACHABLE] = "unreachable",
	[NOTICE_WARNING] = "warning",
	[NOTICE_REMINDER] = "reminder",
	[NOTICE_RULE] = "rule",
	[NOTICE_ASSIGNMENT] = "assignment",
	[NOTICE_HANDOFF] = "handoff",
	[NOTICE_MATRIX] = "matrix",
	[NOTICE_UPDATE] = "update",
	[NOTICE_RESOLVED] = "resolved",
};

static const char *const notice_states[NOTICE_STATE_COUNT] = {
	[NOTICE_PENDING] = "pending",
	[NOTICE_DONE] = "done",
	[NOTICE_DEAD] = "dead",
	[NOTICE_WITHDRAWN] = "withdrawn",
};

#define NAME_AND_PARSE(type, prefix, names, count)                             \
	const char *prefix##_name(enum type v)                                 \
	{                                                                      \
		CHECK((unsigned)v < (count));                                  \
		return (names)[v];                                             \
	}                                                                      \
	bool prefix##_parse(const char *name, enum type *out)                  \
	{                                                                      \
		int i = names_find((names), (count), name);                    \
		if (i < 0)                                                     \
			return false;                                          \
		*out = (enum type)i;                                           \
		return true;                                                   \
	}

NAME_AND_PARSE(clock_state, clock_state, clock_states, CLOCK_STATE_COUNT)
NAME_AND_PARSE(run_state, run_state, run_states, RUN_STATE_COUNT)
NAME_AND_PARSE(
    notice_reason, notice_reason, notice_reasons, NOTICE_REASON_COUNT)
NAME_AND_PARSE(notice_state, notice_state, notice_states, NOTICE_STATE_COUNT)

bool clock_state_is_final(enum clock_state s)
{
	return s == CLOCK_MET || s == CLOCK_MET_LATE || s == CLOCK_CANCELLED;
}

bool clock_state_ticks(enum clock_state s)
{
	return s == CLOCK_RUNNING || s == CLOCK_BREACHED;
}

bool run_state_is_live(enum run_state s)
{
	return s <= RUN_EXHAUSTED;
}

bool ticket_key_valid(const char *key)
{
	size_t len = strlen(key);

	if (len < 3 || len > 200 || !utf8_valid(key, len))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)key[i] <= ' ' || key[i] == 0x7f)
			return false;
	const char *colon = strchr(key, ':');
	return colon != NULL && colon != key && colon[1] != '\0';
}

void ticket_init(struct ticket *t, struct arena *arena, const char *key)
{
	memset(t, 0, sizeof *t);
	t->arena = arena;
	t->key = key == NULL ? "" : arena_strdup(arena, key);
	t->fields.status = STATUS_NEW;
	t->created = WALL_NEVER;
	t->updated = WALL_NEVER;
	t->answered_at = WALL_NEVER;
	for (int f = 0; f < FIELD_COUNT; f++)
		t->field_at[f] = WALL_NEVER;
	t->severity_by = "";
	t->confirmed_by = "";
	t->said = "";
	t->said_at = WALL_NEVER;
	t->commented_at = WALL_NEVER;
	t->rules_held = "";
	t->rules_at = WALL_NEVER;
	t->suggested_to = "";
	t->suggested_team = "";
	t->suggested_at = WALL_NEVER;
	t->suggest_next = WALL_NEVER;
	t->policy = "";
	t->revision = "";
	t->merged_into = "";
	t->next_due = WALL_NEVER;
}

struct clock *ticket_clock(struct ticket *t, const char *kind)
{
	for (size_t i = 0; i < t->nclocks; i++)
		if (t->clocks[i].current &&
		    strcmp(t->clocks[i].kind, kind) == 0)
			return &t->clocks[i];
	return NULL;
}

struct chain_run *ticket_run(struct ticket *t, int seq)
{
	for (size_t i = 0; i < t->nruns; i++)
		if (t->runs[i].seq == seq)
			return &t->runs[i];
	return NULL;
}

struct notice *ticket_notice(struct ticket *t, int64_t id)
{
	for (size_t i = 0; i < t->nnotices; i++)
		if (t->notices[i].id == id)
			return &t->notices[i];
	return NULL;
}

struct wall notice_meant_at(const struct notice *n)
{
	return wall_is_never(n->held_until) ? n->at
					    : wall_max(n->at, n->held_until);
}

bool ticket_is_over(const struct ticket *t)
{
	return t->deleted || t->merged_into[0] != '\0' ||
	       !status_is_unsolved(t->fields.status);
}

void ticket_leave_ended(struct ticket *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->nnotices; i++)
		if (!t->notices[i].ended)
			t->notices[n++] = t->notices[i];
	t->nnotices = n;
	n = 0;
	for (size_t i = 0; i < t->nruns; i++)
		if (run_state_is_live(t->runs[i].state))
			t->runs[n++] = t->runs[i];
	t->nruns = n;
}

/* What may be relied on in each clock state. */
static const char *clock_fault(const struct clock *c)
{
	bool breached = !wall_is_never(c->breached_at);

	if (c->cycle < 1 || c->elapsed_ms < 0 || c->target_ms < 0)
		return "a clock counts below zero";
	if (clock_state_is_final(c->state) == wall_is_never(c->ended_at))
		return "a clock's end and its state disagree";
	if (clock_state_ticks(c->state) && wall_is_never(c->due))
		return "a ticking clock has no due";
	if (!clock_state_ticks(c->state) && !c->due_by_hand &&
	    !clock_state_is_final(c->state) && !wall_is_never(c->due))
		return "a clock that does not tick has a due";
	if (c->state == CLOCK_BREACHED && !breached)
		return "a breached clock has no breach";
	if ((c->state == CLOCK_RUNNING || c->state == CLOCK_MET) && breached)
		return "a clock in time has a breach";
	if (c->state == CLOCK_MET_LATE && !breached)
		return "a clock met late has no breach";
	if (stretches_fault(c) == NULL && !clock_state_is_final(c->state) &&
	    c->state != CLOCK_IDLE &&
	    clock_state_ticks(c->state) != stretches_last(c)->counts)
		return "a clock's state and its stretches disagree";
	return stretches_fault(c);
}

static const char *run_fault(const struct chain_run *r)
{
	bool waits = !wall_is_never(r->next_at);

	if (r->seq < 1 || r->step < -1 || r->round < 0 || r->reminded < 0)
		return "a run counts below zero";
	if (r->state == RUN_WALKING && !waits)
		return "a walking run waits for nothing";
	if (r->state == RUN_SNOOZED && !waits)
		return "a snoozed run never ends its snooze";
	if (r->state == RUN_ACKED && r->acked_by[0] == '\0')
		return "a run was acknowledged by nobody";
	if (r->state > RUN_SNOOZED && waits)
		return "a run that is over waits";
	return NULL;
}

bool ticket_sound(const struct ticket *t, const char **why)
{
	const char *fault = NULL;
	struct wall next = WALL_NEVER;

	for (size_t i = 0; i < t->nclocks && fault == NULL; i++) {
		const struct clock *c = &t->clocks[i];

		fault = clock_fault(c);
		if (ticket_is_over(t) && clock_state_ticks(c->state))
			fault = "a clock of a ticket that is over ticks";
		for (size_t j = 0; j < i; j++)
			if (c->current && t->clocks[j].current &&
			    strcmp(c->kind, t->clocks[j].kind) == 0)
				fault = "two current clocks of one kind";
	}
	for (size_t i = 0; i < t->nruns && fault == NULL; i++) {
		fault = run_fault(&t->runs[i]);
		next = wall_min(next, t->runs[i].next_at);
		if (ticket_is_over(t) && run_state_is_live(t->runs[i].state))
			fault = "a chain of a ticket that is over walks";
		for (size_t j = 0; j < i; j++)
			if (run_state_is_live(t->runs[i].state) &&
			    run_state_is_live(t->runs[j].state) &&
			    strcmp(t->runs[i].chain, t->runs[j].chain) == 0)
				fault = "two live runs of one chain";
	}
	for (size_t i = 0; i < t->nnotices && fault == NULL; i++)
		if (t->notices[i].ended &&
		    t->notices[i].state == NOTICE_PENDING)
			fault = "a pending notice would be forgotten";
	if (fault == NULL && wall_before(next, t->next_due))
		fault = "the ticket would be called too late";
	*why = fault == NULL ? "" : fault;
	return fault == NULL;
}
