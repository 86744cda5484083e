/* drill_json.h - what a drill showed, out of the door: GET /v1/drill/{key}.
 *
 * {"key","subject","chain","policy","severity","team","by","speed",
 *  "state":"running|acknowledged|exhausted|stopped","ok","waits",
 *  "started","ended","took_s","step","steps","acked_by","acked_title",
 *  "stopped_by",
 *  "told":[{"notice","reason","step","role","who","title","channel","told_at",
 *      "held_until","result":"pending|delivered|failed|withdrawn",
 *      "delivered_at","took_s","attempts","code","why","acked_after_s"}],
 *  "skipped":[{"who","title","step","at","why"}],
 *  "channels":[{"channel","told","delivered","failed","tried_again","why"}]}
 *
 * Missing texts are null, steps are counted from 1; `step` is 0 before the
 * first.  waits: notices are still on their way.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_DRILL_JSON_H
#define SLAWATCH_WIRE_DRILL_JSON_H

#include "core/drill_report.h"
#include "wire/json_out.h"

/* One object of that name. */
void drill_json(
    const struct drill_report *r, const char *name, struct json_out *out);

#endif
