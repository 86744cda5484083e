/* calendar_json.c - a question to a calendar, every member of it checked.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/calendar_json.h"

#include "base/nearest.h"
#include "wire/event_fields.h"
#include "wire/json_gate.h"

#include <string.h>

#define NAME_MAX_BYTES 200
#define INSTANT_HINT                                                           \
	"an RFC 3339 instant from 1970 on, such as 2026-01-05T09:00:00Z"
#define AMOUNT_MAX_MS (INT64_C(36525) * DAY_MS) /* as span_parse() */
#define AMOUNT_HINT   "a span such as 90s or 1h30m, or seconds from 0 up"

enum member { M_CALENDAR, M_OP, M_AT, M_AMOUNT, M_TO, M_LIMIT, M_COUNT };

#define BIT(m) (1U << (m))
#define ALWAYS (BIT(M_CALENDAR) | BIT(M_OP) | BIT(M_AT))

static const char *const member_names[M_COUNT] = { "calendar", "op", "at",
	"amount", "to", "limit" };

static const struct {
	const char *name;
	unsigned may; /* besides ALWAYS */
} ops[CALENDAR_OP_COUNT] = {
	[CALENDAR_ADD] = { "add", BIT(M_AMOUNT) },
	[CALENDAR_SUB] = { "sub", BIT(M_AMOUNT) },
	[CALENDAR_BETWEEN] = { "between", BIT(M_TO) },
	[CALENDAR_OPEN] = { "open", 0 },
	[CALENDAR_NEXT_OPEN] = { "next-open", 0 },
	[CALENDAR_PREV_OPEN] = { "prev-open", 0 },
	[CALENDAR_NEXT_CLOSE] = { "next-close", 0 },
	[CALENDAR_PREV_CLOSE] = { "prev-close", 0 },
	[CALENDAR_PERIODS] = { "periods", BIT(M_TO) | BIT(M_LIMIT) },
};

const char *calendar_op_name(enum calendar_op op)
{
	return ops[op].name;
}

/* The same but for hyphens and underscores? */
static bool same_name(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++)
		if (*a != *b && !(*a == '-' && *b == '_'))
			return false;
	return *a == *b;
}

bool calendar_op_parse(
    const char *name, enum calendar_op *out, struct errtext *err)
{
	struct nearest near;

	nearest_init(&near, name);
	for (int i = 0; i < CALENDAR_OP_COUNT; i++) {
		if (same_name(ops[i].name, name)) {
			*out = (enum calendar_op)i;
			return true;
		}
		nearest_try(&near, ops[i].name);
	}
	nearest_say(&near, "unknown op", err);
	return false;
}

/* "90", "1.5": seconds, to the millisecond. */
static bool seconds_parse(const char *text, int64_t *out_ms)
{
	int64_t ms = 0;
	size_t n = strspn(text, "0123456789");
	const char *rest = text + n;

	if (n == 0 || n > 12)
		return false;
	for (size_t i = 0; i < n; i++)
		ms = ms * 10 + (text[i] - '0') * SECOND_MS;
	if (*rest == '.') {
		int64_t unit = SECOND_MS / 10;

		rest++;
		if (*rest == '\0')
			return false;
		for (; *rest >= '0' && *rest <= '9'; rest++, unit /= 10)
			ms += (*rest - '0') * unit;
	}
	if (*rest != '\0' || ms > AMOUNT_MAX_MS)
		return false;
	*out_ms = ms;
	return true;
}

bool calendar_amount_parse(
    const char *text, int64_t *out_ms, struct errtext *err)
{
	if (span_parse(text, strlen(text), out_ms) ||
	    seconds_parse(text, out_ms))
		return true;
	errtext_set(err, "\"%.*s\" is not " AMOUNT_HINT,
	    (int)utf8_cut(text, strlen(text), 60), text);
	return false;
}

static bool read_amount(
    const cJSON *v, struct calendar_question *q, struct errtext *err)
{
	if (cJSON_IsString(v))
		return calendar_amount_parse(
		    v->valuestring, &q->amount_ms, err);
	if (cJSON_IsNumber(v) && v->valuedouble >= 0 &&
	    v->valuedouble <= AMOUNT_MAX_MS / SECOND_MS) {
		q->amount_ms =
		    (int64_t)(v->valuedouble * (double)SECOND_MS + 0.5);
		return true;
	}
	errtext_set(err, "must be " AMOUNT_HINT);
	return false;
}

static bool read_instant(const cJSON *v, struct wall *out, struct errtext *err)
{
	if (!cJSON_IsString(v)) {
		errtext_set(err, "must be " INSTANT_HINT " in quotes");
		return false;
	}
	if (wall_parse(v->valuestring, strlen(v->valuestring), out))
		return true;
	errtext_set(err, "\"%.*s\" is not " INSTANT_HINT,
	    (int)utf8_cut(v->valuestring, strlen(v->valuestring), 60),
	    v->valuestring);
	return false;
}

static bool read_limit(
    const cJSON *v, struct calendar_question *q, struct errtext *err)
{
	if (cJSON_IsNumber(v) && v->valuedouble >= 1 &&
	    v->valuedouble <= CALENDAR_LIMIT_MAX &&
	    v->valuedouble == (double)(size_t)v->valuedouble) {
		q->limit = (size_t)v->valuedouble;
		return true;
	}
	errtext_set(
	    err, "must be a whole number from 1 to %d", CALENDAR_LIMIT_MAX);
	return false;
}

static bool read_op(
    const cJSON *v, struct calendar_question *q, struct errtext *err)
{
	if (cJSON_IsString(v))
		return calendar_op_parse(v->valuestring, &q->op, err);
	errtext_set(err, "must be a text such as \"add\"");
	return false;
}

static bool read_value(enum member m, const cJSON *v, struct arena *arena,
    struct calendar_question *q, struct errtext *err)
{
	switch (m) {
	case M_CALENDAR:
		return json_read_word(
		    v, NAME_MAX_BYTES, arena, &q->calendar, err);
	case M_OP:
		return read_op(v, q, err);
	case M_AT:
		return read_instant(v, &q->at, err);
	case M_AMOUNT:
		return read_amount(v, q, err);
	case M_TO:
		return read_instant(v, &q->to, err);
	case M_LIMIT:
		return read_limit(v, q, err);
	case M_COUNT:
		break;
	}
	return false;
}

static bool read_member(const cJSON *v, struct arena *arena,
    struct calendar_question *q, unsigned *seen, struct errtext *err)
{
	struct nearest near;

	nearest_init(&near, v->string);
	for (int m = 0; m < M_COUNT; m++) {
		nearest_try(&near, member_names[m]);
		if (strcmp(member_names[m], v->string) != 0)
			continue;
		if (cJSON_IsNull(v))
			return true;
		*seen |= BIT(m);
		if (read_value((enum member)m, v, arena, q, err))
			return true;
		errtext_wrap(err, "%s", v->string);
		return false;
	}
	nearest_say(&near, "unknown member", err);
	errtext_wrap(err, "%.*s",
	    (int)utf8_cut(v->string, strlen(v->string), 60), v->string);
	return false;
}

static bool missing(enum member m, struct errtext *err)
{
	static const char *const hints[M_COUNT] = {
		[M_CALENDAR] = "name one of the matrix",
		[M_OP] = "say what to compute, such as \"add\"",
		[M_AT] = "give " INSTANT_HINT,
		[M_AMOUNT] = "give " AMOUNT_HINT,
		[M_TO] = "give " INSTANT_HINT,
	};

	errtext_set(err, "%s: missing; %s", member_names[m], hints[m]);
	return false;
}

/* What the op needs is there, and nothing that it does not know. */
static bool whole(
    const struct calendar_question *q, unsigned seen, struct errtext *err)
{
	unsigned may = ALWAYS;

	for (int m = 0; m < M_AMOUNT; m++)
		if (!(seen & BIT(m)))
			return missing((enum member)m, err);
	may |= ops[q->op].may;
	for (int m = 0; m < M_COUNT; m++) {
		if (!(seen & BIT(m)) || (may & BIT(m)))
			continue;
		errtext_set(err,
		    "%s: does not belong to op \"%s\"; leave it out",
		    member_names[m], ops[q->op].name);
		return false;
	}
	if (q->op == CALENDAR_PERIODS && !(seen & (BIT(M_TO) | BIT(M_LIMIT)))) {
		errtext_set(err, "to: missing, and so is limit; give one");
		return false;
	}
	for (int m = M_AMOUNT; m < M_LIMIT; m++)
		if (q->op != CALENDAR_PERIODS && (may & BIT(m)) &&
		    !(seen & BIT(m)))
			return missing((enum member)m, err);
	return true;
}

static bool read_object(const cJSON *root, struct arena *arena,
    struct calendar_question *q, struct errtext *err)
{
	unsigned seen = 0;
	const cJSON *v;

	if (!cJSON_IsObject(root)) {
		errtext_set(err, "a question must be a JSON object");
		return false;
	}
	cJSON_ArrayForEach(v, root)
	{
		if (!read_member(v, arena, q, &seen, err))
			return false;
	}
	return whole(q, seen, err);
}

bool calendar_question_read(const char *text, size_t len, struct arena *arena,
    struct calendar_question *out, struct errtext *err)
{
	cJSON *root = json_gate_parse(text, len, err);
	bool good;

	if (root == NULL) {
		errtext_wrap(err, "not JSON");
		return false;
	}
	*out = (struct calendar_question){ .to = WALL_NEVER };
	good = read_object(root, arena, out, err);
	cJSON_Delete(root);
	return good;
}

void calendar_answer_json(const struct calendar_answer *a, struct json_out *out)
{
	json_open(out, NULL, '{');
	switch (a->kind) {
	case CALENDAR_ANSWER_INSTANT:
		json_wall(out, "result", a->instant);
		break;
	case CALENDAR_ANSWER_SPAN:
		json_seconds(out, "result", a->span_ms);
		break;
	case CALENDAR_ANSWER_TRUTH:
		json_bool(out, "result", a->truth);
		break;
	case CALENDAR_ANSWER_PERIODS:
		json_open(out, "result", '[');
		for (size_t i = 0; i < a->nperiods; i++) {
			json_open(out, NULL, '[');
			json_wall(out, NULL, a->periods[i].start);
			json_wall(out, NULL, a->periods[i].end);
			json_close(out, ']');
		}
		json_close(out, ']');
		break;
	}
	json_close(out, '}');
}
