/* clock_kind.h - which SLA metrics are there?
 *
 * A kind is a row: what starts it, what meets it, in which statuses it runs,
 * whether it comes again, what a reopening does.  The rows of DESIGN 5 are
 * built in; a matrix may change a row or add its own, and no code knows a kind
 * by name.
 *
 * What happened to a ticket is told to the clocks as a set of signals.
 * Source of the metrics: Zendesk's metric definitions (see PEERS E), RT's
 * KeepInLoop for `update`.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_CLOCK_KIND_H
#define SLAWATCH_CORE_CLOCK_KIND_H

#include "core/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t signal_set; /* bit per enum signal */

enum signal {
	SIGNAL_CREATED,
	SIGNAL_UNASSIGNED, /* lost its owner, or was created without one */
	SIGNAL_ASSIGNED,
	SIGNAL_CUSTOMER_COMMENT,
	SIGNAL_AGENT_COMMENT, /* public, by a person (or a bot that may answer)
			       */
	SIGNAL_ACKNOWLEDGED,  /* acknowledged or claimed */
	SIGNAL_SEVERITY_SET_BY_MACHINE,
	SIGNAL_SEVERITY_CONFIRMED,
	SIGNAL_ESCALATED, /* handed to a higher tier */
	SIGNAL_SOLVED,
	SIGNAL_REOPENED,
	SIGNAL_STATUS_NEW, /* entered that status; order of enum status */
	SIGNAL_STATUS_OPEN,
	SIGNAL_STATUS_PENDING,
	SIGNAL_STATUS_ON_HOLD,
	SIGNAL_STATUS_SOLVED,
	SIGNAL_STATUS_CLOSED,
	SIGNAL_COUNT
};

#define SIGNAL_BIT(s) (UINT32_C(1) << (s))

/* "created", "customer_comment", "status.on_hold", ... */
const char *signal_name(enum signal s);
bool signal_parse(const char *name, enum signal *out);

enum again {
	AGAIN_NEVER, /* one cycle a ticket */
	AGAIN_EACH,  /* each start signal after the end of a cycle opens one */
};

enum on_reopen {
	REOPEN_NEVER,  /* a met clock stays met */
	REOPEN_RESUME, /* the same cycle goes on with what had elapsed */
	REOPEN_RESET,  /* a new cycle from zero */
};

struct clock_kind {
	const char *name;   /* "first_reply" */
	signal_set starts;  /* any of these starts a cycle */
	signal_set met_by;  /* any of these meets it */
	status_set runs_in; /* paused in the other unsolved ones */
	enum again again;
	enum on_reopen on_reopen;
	int64_t pause_at_most_ms; /* working time of one pause by status, then
				     it runs on; 0: as long as it lasts */
};

/* The eleven kinds of DESIGN 5, in its order. */
extern const struct clock_kind clock_kinds_default[];
extern const size_t clock_kinds_default_count;

#define CLOCK_KINDS_MAX 24 /* built in and defined in a matrix together */

#endif
