/* calendar_json.h - a question to a calendar and its answer, as JSON.
 *
 * {"calendar","op","at","amount","to","limit"} gives {"result"} or {"error"}:
 *
 *	add, sub	at, amount	an instant
 *	between		at, to		seconds from `at` to `to`, signed
 *	open		at		true or false
 *	next_open, prev_open, next_close, prev_close
 *			at		an instant, null if there is none
 *	periods		at, to or limit	[[start, end], ...]
 *
 * An op may be written with hyphens (next-open).  amount is "90s", "1h30m" or
 * a number of seconds.  A member that is null was not given.  What is unknown,
 * missing or does not belong to the op is an error that names the member.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_CALENDAR_JSON_H
#define SLAWATCH_WIRE_CALENDAR_JSON_H

#include "base/arena.h"
#include "base/errtext.h"
#include "base/instant.h"
#include "core/calendar.h"
#include "wire/json_out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CALENDAR_LIMIT_MAX 1000000 /* periods that may be asked for */

enum calendar_op {
	CALENDAR_ADD,
	CALENDAR_SUB,
	CALENDAR_BETWEEN,
	CALENDAR_OPEN,
	CALENDAR_NEXT_OPEN,
	CALENDAR_PREV_OPEN,
	CALENDAR_NEXT_CLOSE,
	CALENDAR_PREV_CLOSE,
	CALENDAR_PERIODS,
	CALENDAR_OP_COUNT
};

struct calendar_question {
	const char *calendar; /* its name */
	enum calendar_op op;
	struct wall at;
	struct wall to;	   /* between, periods; WALL_NEVER: not given */
	int64_t amount_ms; /* add, sub */
	size_t limit;	   /* periods; 0: not given */
};

enum calendar_answer_kind {
	CALENDAR_ANSWER_INSTANT, /* WALL_NEVER: there is none */
	CALENDAR_ANSWER_SPAN,
	CALENDAR_ANSWER_TRUTH,
	CALENDAR_ANSWER_PERIODS,
};

struct calendar_answer {
	enum calendar_answer_kind kind;
	struct wall instant;
	int64_t span_ms;
	bool truth;
	const struct period *periods;
	size_t nperiods;
};

/* "next-open" and "next_open" alike; false with the nearest known one. */
bool calendar_op_parse(
    const char *name, enum calendar_op *out, struct errtext *err);
const char *calendar_op_name(enum calendar_op op); /* "next-open" */

/* "1h30m", "90s", "90", "1.5": a plain number is seconds. */
bool calendar_amount_parse(
    const char *text, int64_t *out_ms, struct errtext *err);

bool calendar_question_read(const char *text, size_t len, struct arena *arena,
    struct calendar_question *out, struct errtext *err);

/* {"result": ...} */
void calendar_answer_json(
    const struct calendar_answer *a, struct json_out *out);

#endif
