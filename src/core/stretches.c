/* stretches.c - see stretches.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/stretches.h"

#include "base/check.h"
#include "core/line_text.h"

#include <string.h>

/* Working time of [from, to) by the calendar of that name. */
static int64_t span_ms(const struct matrix *m, const char *calendar,
    struct wall from, struct wall to)
{
	int i = matrix_calendar(m, calendar);

	return i < 0 ? wall_minus(to, from)
		     : calendar_between(m->calendars[i], from, to);
}

static int64_t counted_ms(
    const struct matrix *m, const struct stretch *s, struct wall to)
{
	return s->counts ? span_ms(m, s->calendar, s->from, to) : 0;
}

static void push(struct arena *a, struct clock *c, const struct stretch *s)
{
	struct stretch *to = arena_push(
	    a, &c->stretches, &c->nstretches, &c->cap_stretches, sizeof *to);

	*to = *s;
}

struct stretch *stretches_last(const struct clock *c)
{
	CHECK(c->nstretches > 0);
	return &c->stretches[c->nstretches - 1];
}

void stretches_begin(struct arena *a, struct clock *c, struct wall at,
    bool counts, const char *calendar, const char *why)
{
	struct stretch s = { .from = at,
		.to = WALL_NEVER,
		.counts = counts,
		.calendar = calendar,
		.why = why };

	push(a, c, &s);
	c->dirty = true;
}

/* A list that is being made out of another one. */
struct canvas {
	const struct matrix *m;
	struct arena *arena;
	struct clock list; /* only its stretches */
};

/* Adds what of the stretch lies in [from, to); whole ones keep their
 * milliseconds. */
static void lay(
    struct canvas *cv, struct stretch s, struct wall from, struct wall to)
{
	bool whole = !wall_before(s.from, from) && !wall_before(to, s.to);

	if (!whole) {
		s.from = wall_max(from, s.from);
		s.to = wall_min(to, s.to);
		if (!wall_before(s.from, s.to))
			return;
		s.ms = wall_is_never(s.to) ? 0 : counted_ms(cv->m, &s, s.to);
	}
	push(cv->arena, &cv->list, &s);
}

/* What the stretch becomes under the brush; false if nothing changes. */
static bool mix(
    const struct stretch *s, const struct paint *p, struct stretch *out)
{
	*out = *s;
	if (p->counts != PAINT_KEEP)
		out->counts = p->counts == PAINT_COUNTED;
	if (p->calendar != NULL)
		out->calendar = p->calendar;
	out->why = p->why;
	return p->split || out->counts != s->counts ||
	       strcmp(out->calendar, s->calendar) != 0 ||
	       (!out->counts && p->counts != PAINT_KEEP &&
		   strcmp(out->why, s->why) != 0);
}

static void paint_one(
    struct canvas *cv, const struct stretch *s, const struct paint *p)
{
	struct stretch painted;

	if (!wall_before(p->from, s->to) || !wall_before(s->from, p->to) ||
	    !mix(s, p, &painted)) {
		push(cv->arena, &cv->list, s);
		return;
	}
	lay(cv, *s, wall_at(INT64_MIN), wall_max(p->from, s->from));
	painted.from = wall_max(p->from, s->from);
	painted.to = wall_min(p->to, s->to);
	painted.ms = wall_is_never(painted.to)
			 ? 0
			 : counted_ms(cv->m, &painted, painted.to);
	push(cv->arena, &cv->list, &painted);
	lay(cv, *s, wall_min(p->to, s->to), WALL_NEVER);
}

/* The part that lies before the clock's life as it was known. */
static void paint_before(
    struct canvas *cv, const struct stretch *first, const struct paint *p)
{
	struct stretch s = *first;

	if (!wall_before(p->from, first->from))
		return;
	s.from = p->from;
	s.to = wall_min(first->from, p->to);
	if (p->counts != PAINT_KEEP)
		s.counts = p->counts == PAINT_COUNTED;
	if (p->calendar != NULL)
		s.calendar = p->calendar;
	s.why = p->why;
	s.ms = counted_ms(cv->m, &s, s.to);
	push(cv->arena, &cv->list, &s);
}

static void take_over(struct clock *c, const struct canvas *cv)
{
	c->stretches = cv->list.stretches;
	c->nstretches = cv->list.nstretches;
	c->cap_stretches = cv->list.cap_stretches;
	c->dirty = true;
}

void stretches_paint(const struct matrix *m, struct arena *a, struct clock *c,
    const struct paint *p)
{
	struct canvas cv = { .m = m, .arena = a };

	CHECK(c->nstretches > 0 && wall_is_never(stretches_last(c)->to));
	if (!wall_before(p->from, p->to))
		return;
	paint_before(&cv, &c->stretches[0], p);
	for (size_t i = 0; i < c->nstretches; i++)
		paint_one(&cv, &c->stretches[i], p);
	take_over(c, &cv);
}

void stretches_end(
    const struct matrix *m, struct arena *a, struct clock *c, struct wall at)
{
	struct canvas cv = { .m = m, .arena = a };

	for (size_t i = 0; i < c->nstretches; i++)
		lay(&cv, c->stretches[i], wall_at(INT64_MIN), at);
	if (cv.list.nstretches == 0) { /* over when it began */
		struct stretch none = c->stretches[0];

		none.from = none.to = at;
		none.ms = 0;
		push(a, &cv.list, &none);
	}
	take_over(c, &cv);
}

void stretches_resume(struct arena *a, struct clock *c, struct wall at,
    bool counts, const char *calendar, const char *why)
{
	struct wall ended = stretches_last(c)->to;
	struct stretch between = {
		.from = ended, .to = at, .calendar = calendar, .why = "over"
	};

	CHECK(!wall_is_never(ended));
	if (wall_before(ended, at))
		push(a, c, &between);
	stretches_begin(a, c, wall_max(ended, at), counts, calendar, why);
}

int64_t stretches_elapsed(
    const struct matrix *m, const struct clock *c, struct wall at)
{
	int64_t ms = 0;

	for (size_t i = 0; i < c->nstretches; i++) {
		const struct stretch *s = &c->stretches[i];

		if (!wall_before(s->from, at))
			break;
		ms += wall_before(at, s->to) ? counted_ms(m, s, at) : s->ms;
	}
	return ms;
}

const char *stretches_fault(const struct clock *c)
{
	bool over = clock_state_is_final(c->state);

	if (c->nstretches == 0)
		return "a clock has no stretches";
	for (size_t i = 0; i < c->nstretches; i++) {
		const struct stretch *s = &c->stretches[i];
		bool last = i + 1 == c->nstretches;

		if (s->ms < 0 || (!s->counts && s->ms != 0))
			return "a stretch counts what it should not";
		if (wall_before(s->to, s->from))
			return "a stretch ends before it begins";
		if (!last && !wall_same(s->to, s[1].from))
			return "there is a gap between two stretches";
		if (last && wall_is_never(s->to) == over)
			return "a clock's end and its stretches disagree";
	}
	return NULL;
}

/* --- as text -------------------------------------------------------------- */

/* FROM{;TO,counts,ms,calendar,why}, TO empty for one that goes on. */
const char *stretches_encode(const struct clock *c, struct arena *a)
{
	struct textbuf tb;
	char *text;

	if (c->nstretches == 0)
		return "";
	textbuf_init(&tb);
	textbuf_addf(&tb, "%lld", (long long)c->stretches[0].from.ms);
	for (size_t i = 0; i < c->nstretches; i++) {
		const struct stretch *s = &c->stretches[i];

		textbuf_addc(&tb, ';');
		if (!wall_is_never(s->to))
			textbuf_addf(&tb, "%lld", (long long)s->to.ms);
		textbuf_addf(&tb, ",%d,%lld,", s->counts, (long long)s->ms);
		line_add_name(&tb, s->calendar);
		textbuf_addc(&tb, ',');
		line_add_name(&tb, s->why);
	}
	text = arena_strndup(a, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

static bool decode_one(char *text, struct wall from, struct stretch *s)
{
	int64_t to = INT64_MAX, counts, ms;

	s->from = from;
	if (*text == ',')
		text++;
	else if (!line_take_number(&text, ',', INT64_MAX, &to))
		return false;
	s->to = wall_at(to);
	if (!line_take_number(&text, ',', 1, &counts) || counts < 0 ||
	    !line_take_number(&text, ',', INT64_MAX, &ms))
		return false;
	s->counts = counts == 1;
	s->ms = ms;
	s->calendar = line_take(&text, ',');
	s->why = text;
	return text != NULL && strchr(text, ',') == NULL &&
	       line_unescape((char *)s->calendar) &&
	       line_unescape((char *)s->why);
}

bool stretches_decode(const char *text, struct arena *a, struct clock *c)
{
	char *rest = arena_strdup(a, text);
	struct wall from;
	int64_t start;

	c->stretches = NULL;
	c->nstretches = c->cap_stretches = 0;
	if (*rest == '\0')
		return true;
	if (!line_take_number(&rest, ';', INT64_MAX, &start))
		return false;
	from = wall_at(start);
	while (rest != NULL) {
		struct stretch s;

		if (!decode_one(line_take(&rest, ';'), from, &s))
			break;
		push(a, c, &s);
		from = s.to;
		if (rest == NULL)
			return true;
	}
	c->nstretches = 0;
	return false;
}

void stretches_adopt(struct arena *a, struct clock *c)
{
	struct stretch past = { .from = c->started,
		.to = c->since,
		.counts = true,
		.ms = c->elapsed_ms,
		.calendar = c->calendar,
		.why = "before stretches were kept" };

	if (clock_state_is_final(c->state)) {
		past.to = c->ended_at;
		push(a, c, &past);
		return;
	}
	push(a, c, &past);
	stretches_begin(
	    a, c, c->since, clock_state_ticks(c->state), c->calendar, past.why);
}
