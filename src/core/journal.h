/* journal.h - a row of the append-only journal, as it was written.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_JOURNAL_H
#define SLAWATCH_CORE_JOURNAL_H

#include "core/decide.h"

struct journal_row {
	int64_t id;
	struct wall recorded; /* when it was decided */
	struct change change; /* change.notice is not used, see notice_id */
	int64_t notice_id;    /* row id of the notice it is about, 0 if none */
	const char *event_id; /* of CHANGE_EVENT, else "" */
	const char *event_type; /* of CHANGE_EVENT, else "" */
	const char *body;	/* JSON of the event, or NULL */
	const char *cause;	/* the first row of a decision: "event",
				   "tick", "delivery", "revised", "restart";
				   else, and in rows of schema 1, "" */
	int64_t matrix; /* row of the matrix it was decided by; 0: not said */

	/* The first row of a decision: what it asked beside its ticket
	 * (facts.h), and the last change of duty.h that it knew; -1 if that
	 * was not recorded: schema 2. */
	const char *given; /* or "" */
	int64_t duty;
};

#endif
