/* ticket_json.h - tickets and their story as the API shows them.
 *
 * {"key","subject","severity","status","category","channel",
 *  "customer":{"id","name","tier","value","renewal"},"team","assignee",
 *  "tags":[],"url","created","updated","policy",
 *  "matrix":{"revision","in_force"},"next_due",
 *  "clocks":[{"clock","cycle","state","started","due","elapsed_s","target_s",
 *             "breached_at","ended_at","calendar","policy","warned":[]}],
 *  "chains":[{"chain","run","state","cause","clock","step","steps","round",
 *             "started","next","acked_by","acked_at"}],
 *  "notices":[{"id","reason","state","clock","chain","step","role","who",
 *              "channel","at","free_at","attempts","repeat"}]}
 *
 * Clocks that only count on in case a target comes (idle) are left out.
 * matrix is the one that the ticket goes by, null until one decided it.
 * elapsed_s is as of `now`.  A missing text is null.  Steps are counted from 1
 * (0 in a chain: none has fired yet; null in a notice: it is about none).  due
 * is null for a clock that does not tick.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_TICKET_JSON_H
#define SLAWATCH_WIRE_TICKET_JSON_H

#include "core/journal.h"
#include "core/matrix.h"
#include "core/ticket.h"
#include "wire/json_out.h"

/* One object, unnamed; in a list without notices.  m is the one in force. */
void ticket_json(const struct matrix *m, const struct ticket *t,
    struct wall now, bool whole, struct json_out *out);

/* {"id","at","recorded","kind","event","type","clock","cycle","due","chain",
 *  "run","step","reason","notice","who","channel","late_s","detail","body"};
 * members without a value are left out; body is the event's own object. */
void journal_json(const struct journal_row *row, struct json_out *out);

#endif
