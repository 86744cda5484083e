/* clock_kind.c - the table of SLA metrics.
 *
 * SPDX-License-Identifier: MIT */
#include "core/clock_kind.h"

#include "base/check.h"
#include "core/names.h"

#define S(x)  SIGNAL_BIT(SIGNAL_##x)
#define IN(x) STATUS_BIT(STATUS_##x)

static const char *const signal_names[SIGNAL_COUNT] = {
	[SIGNAL_CREATED] = "created",
	[SIGNAL_UNASSIGNED] = "unassigned",
	[SIGNAL_ASSIGNED] = "assigned",
	[SIGNAL_CUSTOMER_COMMENT] = "customer_comment",
	[SIGNAL_AGENT_COMMENT] = "agent_comment",
	[SIGNAL_ACKNOWLEDGED] = "acknowledged",
	[SIGNAL_SEVERITY_SET_BY_MACHINE] = "severity_set_by_machine",
	[SIGNAL_SEVERITY_CONFIRMED] = "severity_confirmed",
	[SIGNAL_ESCALATED] = "escalated",
	[SIGNAL_SOLVED] = "solved",
	[SIGNAL_REOPENED] = "reopened",
	[SIGNAL_STATUS_NEW] = "status.new",
	[SIGNAL_STATUS_OPEN] = "status.open",
	[SIGNAL_STATUS_PENDING] = "status.pending",
	[SIGNAL_STATUS_ON_HOLD] = "status.on_hold",
	[SIGNAL_STATUS_SOLVED] = "status.solved",
	[SIGNAL_STATUS_CLOSED] = "status.closed",
};

/* DESIGN 5 "Clocks", in its order. */
const struct clock_kind clock_kinds_default[] = {
	{ .name = "acknowledge",
	    .starts = S(CREATED),
	    .met_by = S(ACKNOWLEDGED) | S(ASSIGNED) | S(AGENT_COMMENT),
	    .runs_in = IN(NEW) | IN(OPEN),
	    .again = AGAIN_NEVER,
	    .on_reopen = REOPEN_NEVER },
	{ .name = "triage",
	    .starts = S(CREATED) | S(SEVERITY_SET_BY_MACHINE),
	    .met_by = S(SEVERITY_CONFIRMED),
	    .runs_in = IN(NEW) | IN(OPEN),
	    .again = AGAIN_EACH,
	    .on_reopen = REOPEN_NEVER },
	{ .name = "assign",
	    .starts = S(UNASSIGNED),
	    .met_by = S(ASSIGNED),
	    .runs_in = IN(NEW) | IN(OPEN),
	    .again = AGAIN_EACH,
	    .on_reopen = REOPEN_NEVER },
	{ .name = "first_reply",
	    .starts = S(CREATED),
	    .met_by = S(AGENT_COMMENT),
	    .runs_in = STATUS_UNSOLVED,
	    .again = AGAIN_NEVER,
	    .on_reopen = REOPEN_NEVER },
	{ .name = "next_reply",
	    .starts = S(CUSTOMER_COMMENT),
	    .met_by = S(AGENT_COMMENT),
	    .runs_in = STATUS_UNSOLVED,
	    .again = AGAIN_EACH,
	    .on_reopen = REOPEN_NEVER },
	{ .name = "update",
	    .starts = S(CREATED) | S(AGENT_COMMENT),
	    .met_by = S(AGENT_COMMENT),
	    .runs_in = STATUS_UNSOLVED,
	    .again = AGAIN_EACH,
	    .on_reopen = REOPEN_RESET },
	{ .name = "pausable_update",
	    .starts = S(CREATED) | S(AGENT_COMMENT),
	    .met_by = S(AGENT_COMMENT),
	    .runs_in = IN(NEW) | IN(OPEN) | IN(ON_HOLD),
	    .again = AGAIN_EACH,
	    .on_reopen = REOPEN_RESET },
	{ .name = "requester_wait",
	    .starts = S(CREATED),
	    .met_by = S(SOLVED),
	    .runs_in = IN(NEW) | IN(OPEN) | IN(ON_HOLD),
	    .again = AGAIN_NEVER,
	    .on_reopen = REOPEN_RESUME },
	{ .name = "agent_work",
	    .starts = S(CREATED),
	    .met_by = S(SOLVED),
	    .runs_in = IN(NEW) | IN(OPEN),
	    .again = AGAIN_NEVER,
	    .on_reopen = REOPEN_RESUME },
	{ .name = "frontline",
	    .starts = S(CREATED),
	    .met_by = S(ESCALATED) | S(SOLVED),
	    .runs_in = IN(NEW) | IN(OPEN),
	    .again = AGAIN_NEVER,
	    .on_reopen = REOPEN_NEVER },
	{ .name = "resolution",
	    .starts = S(CREATED),
	    .met_by = S(SOLVED),
	    .runs_in = STATUS_UNSOLVED,
	    .again = AGAIN_NEVER,
	    .on_reopen = REOPEN_RESUME },
};

const size_t clock_kinds_default_count =
    sizeof clock_kinds_default / sizeof clock_kinds_default[0];

const char *signal_name(enum signal s)
{
	CHECK((unsigned)s < SIGNAL_COUNT);
	return signal_names[s];
}

bool signal_parse(const char *name, enum signal *out)
{
	int i = names_find(signal_names, SIGNAL_COUNT, name);

	if (i < 0)
		return false;
	*out = (enum signal)i;
	return true;
}
