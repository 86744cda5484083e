/* calendar_ask.h - what does that calendar of the matrix answer?
 *
 * Calendars are computed up to the end of the year 2100; a question that
 * reaches beyond is an error, never a wrong answer.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_CALENDAR_ASK_H
#define SLAWATCH_CTL_CALENDAR_ASK_H

#include "core/matrix.h"
#include "wire/calendar_json.h"

/* Periods live in the arena.  False with the member, the reason and what to
 * do. */
bool calendar_ask(const struct matrix *m, const struct calendar_question *q,
    struct arena *arena, struct calendar_answer *out, struct errtext *err);

/* Questions from standard input, a line each, until it ends; answers the same
 * way.  An exit_code. */
int calendar_batch(const struct matrix *m);

#endif
