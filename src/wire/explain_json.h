/* explain_json.h - an explanation as the API shows it.
 *
 * {"key","subject","severity","status","category","channel","tier","team",
 *  "assignee","tags":[],"created","updated","over","merged_into","deleted",
 *  "policy","now","cut",
 *  "policies":[{"policy","verdict","just_missed","why",
 *      "conditions":[{"field","value","wanted":[],"holds"}]}],
 *  "clocks":[{"clock","cycle","state","current","started","target_ms",
 *      "policy","calendar","calendar_from","elapsed_ms","left_ms","due",
 *      "due_by_hand","counted_to","counted_ms","breached_at","ended_at",
 *      "stretches":[{"from","to","open","counts","calendar","counted_ms",
 *                    "sum_ms","why","event","type","by"}],
 *      "warnings":[{"offset","state","at"}],
 *      "history":[ROW]}],
 *  "chains":[{"chain","run","state","cause","clock","cycle","started","step",
 *      "round","next","acked_by","acked_at","ack_timeout_ms",
 *      "steps":[{"step","after_ms","notify":[],"via":[],"until",
 *                "remind_every_ms","remind_times"}],
 *      "history":[ROW]}],
 *  "notices":[{"id","reason","state","clock","cycle","chain","run","step",
 *      "role","who","channel","at","held_until","free_at","attempts","over_at",
 *      "why"}],
 *  "next":[{"at","kind","what","clock","cycle","chain","run","step",
 *      "told":[{"reason","who","channel","held_until"}]}],
 *  "next_until","next_more"}
 * ROW: {"at","recorded","late_ms","kind","due","step","why","event","type",
 *  "by"}; event, type and by are of the event that led to it, null where it
 * came by itself.  late_ms: how long after `at` it was told.
 *
 * A clock's counted_ms add up to its elapsed_ms.  left_ms is negative when it
 * is late, null when it is over or has no target; its due is left_ms of
 * working time away.  Missing texts are null, steps are counted from 1, and
 * `step` is 0 in a chain of which none has fired.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_EXPLAIN_JSON_H
#define SLAWATCH_WIRE_EXPLAIN_JSON_H

#include "core/explain.h"
#include "wire/json_out.h"

/* One object, unnamed. */
void explain_json(const struct explanation *e, struct json_out *out);

#endif
