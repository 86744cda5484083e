/* telling.h - how an explanation is put into lines.
 *
 * The sections of `slawatchctl explain` share one value: the answer's tree and
 * the line that is being made, a head of columns and a text that wraps behind
 * it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_TELLING_H
#define SLAWATCH_CTL_TELLING_H

#include "ctl/asking.h"

struct telling {
	struct asking *a;
	const cJSON *tree;   /* the answer */
	struct wall now;     /* the daemon's */
	struct textbuf head; /* of the line that is being made */
	struct textbuf text;
};

/* The sections, each in a file of its own. */
void tell_rules(struct telling *t);
void tell_changes(struct telling *t);
void tell_clock(struct telling *t, const cJSON *clock);
void tell_chain(struct telling *t, const cJSON *chain);
void tell_notice(struct telling *t, const cJSON *notice);

/* --- lines ---------------------------------------------------------------- */

/* A line is begun, filled in head and text, and ended. */
void telling_start(struct telling *t);
void telling_end(struct telling *t);

/* A whole line. */
void telling_say(struct telling *t, const char *text);

/* A title behind a blank line. */
void telling_title(struct telling *t, const char *text);

/* The head and the instant of that name; nothing if there is none. */
void telling_instant(
    struct telling *t, const cJSON *object, const char *head, const char *name);

/* A line for each row: "clock_met" and "chain_step" without their first word.
 */
void telling_rows(struct telling *t, const cJSON *rows);

/* The same for those of its `history`. */
void telling_history(struct telling *t, const cJSON *of);

/* --- parts of a text ------------------------------------------------------ */

/* "2026-01-05 10:00:00" in the local zone */
void telling_add_when(struct textbuf *out, struct wall at);

/* "2026-01-05 10:00:00 (in 12m)" */
void telling_add_far(struct textbuf *out, struct wall at, struct wall now);

/* "; before name", if there is such a name. */
void telling_add_part(
    struct textbuf *out, const char *before, const char *name);

/* "; before 2026-01-05 10:00:00", if it is an instant. */
void telling_add_part_when(
    struct textbuf *out, const char *before, struct wall at);

/* The member in milliseconds as "1h 2m 3s 4ms" */
void telling_add_span(
    struct textbuf *out, const cJSON *object, const char *name);

/* "; event e-17 (status) by dana", if an event led to it. */
void telling_add_event(struct textbuf *out, const cJSON *row);

/* "a, b" */
void telling_add_names(struct textbuf *out, const cJSON *list);

/* " to dana via mail" */
void telling_add_reader(struct textbuf *out, const cJSON *told);

bool telling_is_state(const cJSON *object, const char *state);

#endif
