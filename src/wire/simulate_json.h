/* simulate_json.h - the rows that `slawatchctl simulate --json` prints.
 *
 * {"at","kind":"clock","ticket","clock","cycle","change","due"}
 * {"at","kind":"notice","ticket","reason","chain","step","to","via"}
 * {"at","kind":"rule","ticket","change","who","why"}, and likewise severity,
 *  team, tags, human, handoff
 * {"at","kind":"skipped","ticket","change","who","why","chain","step"}
 * {"at","kind":"assignment","ticket","change","who","why","due"}
 * {"at","kind":"refused","event","why"}
 * {"at","kind":"final","ticket","status","severity","assignee",
 *  "clocks":[{"clock","cycle","state","started","due","elapsed_s",
 *             "target_s"}],
 *  "chains":[{"chain","run","state","cause","clock","cycle","step","round",
 *             "acked_by"}]}
 *
 * `at` is when it was decided, so that rows come in order of time; what took
 * effect before (an event was told late) has "effective" behind it, that
 * instant.  A notice's row is about its sending; `to` is a person, or the
 * channel's name where the room itself is told.  Steps are counted from 1 and
 * missing texts are null, as in ticket_json.h.  `due` is null for a clock that
 * does not tick then.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_SIMULATE_JSON_H
#define SLAWATCH_WIRE_SIMULATE_JSON_H

#include "core/decide.h"
#include "wire/json_out.h"

#include <stddef.h>

/* "started", "met_late", ... for the changes that are a clock's, else NULL. */
const char *simulate_clock_change(enum change_kind kind);

void simulate_clock_json(const struct ticket *t, const struct change *c,
    struct wall now, struct json_out *out);

/* Changes that are neither a clock's nor a notice's: of a rule, of who was
 * considered, ...; the kind of their rows, else NULL. */
const char *simulate_other_kind(enum change_kind kind);

void simulate_other_json(const struct ticket *t, const struct change *c,
    struct wall now, struct json_out *out);

void simulate_notice_json(const struct ticket *t, const struct change *c,
    struct wall now, struct json_out *out);

/* id NULL: the event had none that can be read; it stood in that line. */
void simulate_refused_json(const char *id, size_t line, const char *why,
    struct wall now, struct json_out *out);

/* The runs in their order, the ticket's own among them. */
void simulate_final_json(const struct matrix *m, const struct ticket *t,
    const struct chain_run *runs, size_t nruns, struct wall now,
    struct json_out *out);

#endif
