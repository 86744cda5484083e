/* queues.h - the outbox's queues, for status, metrics and the list.
 *
 * A destination:
 *	{"channel":"support","who":null,"edits":false,"endpoint":"slack.com",
 *	 "ready":120,"waiting":3,"sending":1,"oldest":...,"delay_s":12,
 *	 "state":"closed","resumes_in_s":null}
 * ready may go as soon as its budget lets it, waiting is for a later instant.
 * oldest: since when the oldest ready one may go.  delay_s: until all that is
 * ready has gone, at the destination's budget.  state: of the breaker of
 * whatever stands before it; resumes_in_s: paused by the other side, or down.
 * Seconds are real ones, also on a virtual clock.
 *
 * An endpoint:
 *	{"name":"slack.com","state":"open","failures":3,"resumes_in_s":17}
 *
 * Bounded: what is empty is left out, and of the rest the QUEUES_MAX longest
 * are shown; the sums are of all.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_QUEUES_H
#define SLAWATCH_DAEMON_QUEUES_H

#include "base/textbuf.h"
#include "daemon/outbox.h"
#include "wire/json_out.h"

#define QUEUES_MAX 100

/* Members "ready", "waiting", "delay_s" (the longest), "destinations" and
 * "endpoints" of an object that is open. */
void queues_json(const struct outbox *o, struct mono mono, struct json_out *j);

/* Rows with labels: slawatch_destination_ready{channel="support",who=""}. */
void queues_metrics(const struct outbox *o, struct mono mono, struct wall now,
    struct textbuf *out);

#endif
