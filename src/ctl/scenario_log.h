/* scenario_log.h - what happened in a scenario, in the order of happening.
 *
 * Every change of every decision, with its line of the transcript (what an
 * exact scenario names) and its words for people.  A line reads
 *
 *	INSTANT TICKET KIND [REASON] [CLOCK/CYCLE] [CHAIN/RUN] [step N]
 *	    [to|by WHO] [via CHANNEL] [due INSTANT] [late Ns] [(DETAIL)]
 *
 * in UTC.  Events themselves, deliveries that succeed and what was said of
 * people have no line, but what is refused of them has.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SCENARIO_LOG_H
#define SLAWATCH_CTL_SCENARIO_LOG_H

#include "base/arena.h"
#include "base/textbuf.h"
#include "core/decide.h"
#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>

struct happening {
	struct wall now;      /* when it was decided */
	const char *ticket;   /* key; "" */
	struct change change; /* kind COUNT: a refusal, `detail` says why */
	const char *event;    /* of CHANGE_EVENT: its type; else "" */
	int64_t notice_id;    /* 0 if it is about none */
	const char *line;     /* of the transcript, or NULL */
};

struct scenario_log {
	struct arena *arena; /* borrowed */
	struct happening *items;
	size_t count;
	size_t cap;
};

void scenario_log_decided(struct scenario_log *log, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d);

/* What has no decision: "duplicate", something refused of people. */
void scenario_log_line(struct scenario_log *log, struct wall now,
    const char *line, const char *why);

/* "Mon 2026-01-05 10:25 CET  z:1  notice sent: chain, to mara via mail" */
void scenario_log_words(
    const struct happening *h, const struct zone *z, struct textbuf *out);

#endif
