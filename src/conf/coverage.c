/* coverage.c - see coverage.h.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/coverage.h"

#include "base/textbuf.h"
#include "core/oncall.h"
#include "core/roster.h"

#include <stdlib.h>
#include <string.h>

#define WHY_MAX 3 /* people named in one remark */

/* --- edges ---------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
	const struct wall *x = a;
	const struct wall *y = b;

	return (x->ms > y->ms) - (x->ms < y->ms);
}

struct edges {
	struct wall *at;
	size_t count;
	size_t cap;
};

static void add_edge(const struct coverage *c, struct edges *e, struct wall at)
{
	if (wall_before(at, c->to) && !wall_before(at, c->from))
		*(struct wall *)arena_push(
		    c->arena, &e->at, &e->count, &e->cap, sizeof at) = at;
}

static void add_calendar(
    const struct coverage *c, struct edges *e, int calendar)
{
	struct spans open = coverage_open(c, calendar);

	for (size_t i = 0; i < open.count; i++) {
		add_edge(c, e, open.items[i].start);
		add_edge(c, e, open.items[i].end);
	}
}

static void add_schedule(
    const struct coverage *c, struct edges *e, int schedule)
{
	struct oncall now;
	size_t n = 0;

	for (struct wall at = c->from; wall_before(at, c->to); at = now.until) {
		oncall_at(c->m, c->facts.duty, schedule, at, &now);
		if (!wall_before(at, now.until) || n++ > COVERAGE_EDGES_MAX)
			break;
		add_edge(c, e, now.until);
	}
}

/* Only calendars that say who is there: one of working time alone may have
 * thousands of openings that mean nothing here.  A rotation's hours are in its
 * schedule's edges. */
static void add_all(const struct coverage *c, struct edges *e)
{
	const struct matrix *m = c->m;
	bool *wanted = arena_alloc(c->arena, m->ncalendars + 1);

	for (size_t i = 0; i < m->npeople; i++) {
		wanted[m->people[i].hours + 1] = true;
		wanted[m->people[i].quiet + 1] = true;
	}
	for (size_t i = 0; i < m->ncalendars; i++)
		if (wanted[i + 1])
			add_calendar(c, e, (int)i);
	for (size_t i = 0; i < m->nschedules; i++)
		add_schedule(c, e, (int)i);
}

void coverage_init(struct coverage *c, const struct matrix *m,
    const struct duty *duty, struct wall from, struct wall to,
    struct arena *arena)
{
	struct edges e = { NULL, 0, 0 };
	size_t n = 0;

	*c = (struct coverage){ .m = m,
		.facts = { .duty = duty },
		.arena = arena,
		.from = from,
		.to = to };
	add_edge(c, &e, from);
	add_all(c, &e);
	qsort(e.at, e.count, sizeof *e.at, by_time);
	for (size_t i = 0; i < e.count; i++)
		if (n == 0 || !wall_same(e.at[n - 1], e.at[i]))
			e.at[n++] = e.at[i];
	if (n > COVERAGE_EDGES_MAX) {
		n = COVERAGE_EDGES_MAX;
		c->to = e.at[n];
	}
	c->edges = e.at;
	c->nedges = n;
}

/* The next edge, or the window's end. */
static struct wall edge_end(const struct coverage *c, size_t i)
{
	return i + 1 < c->nedges ? c->edges[i + 1] : c->to;
}

/* --- the roster, as a decision would ask it ------------------------------- */

static void ask(const struct coverage *c, struct arena *arena,
    const struct step *s, int severity, struct wall at, struct roster *out)
{
	struct ticket t;
	struct decision d = { .verdict = VERDICT_ACCEPTED };
	struct turn u = { .m = c->m,
		.f = &c->facts,
		.t = &t,
		.now = at,
		.limit = at,
		.out = &d,
		.policy = -1 };

	enum send said = s->send;

	ticket_init(&t, arena, "slawatch:coverage");
	if (severity >= 0)
		t.fields.text[FIELD_SEVERITY] = c->m->severities[severity].name;
	if (said == SEND_UNSAID && severity >= 0)
		said = c->m->severities[severity].send;
	memset(out, 0, sizeof *out);
	/* What waits for hours waits for the end of quiet ones too. */
	roster_of_step(&u, s, said != SEND_IN_HOURS, out);
}

/* A post that mentions a team's user group. */
static bool is_group(const struct matrix *m, const struct candidate *k)
{
	return k->channel >= 0 && m->channels[k->channel].way == WAY_MENTION;
}

/* A room is enough only where nobody else is named. */
static bool reaches(const struct matrix *m, const struct roster *r, bool people)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].skipped == NULL &&
		    (!people || r->items[i].person >= 0 ||
			is_group(m, &r->items[i])))
			return true;
	return false;
}

struct spans coverage_nobody(
    const struct coverage *c, const struct step *s, int severity)
{
	struct spans out = { NULL, 0, 0 };
	struct arena scratch = ARENA_INIT;
	bool people = coverage_names_people(c->m, s);
	struct roster r;

	for (size_t i = 0; i < c->nedges; i++) {
		ask(c, &scratch, s, severity, c->edges[i], &r);
		if (!reaches(c->m, &r, people))
			spans_add(&out, c->arena, c->edges[i], edge_end(c, i));
		arena_reset(&scratch);
	}
	arena_fini(&scratch);
	return out;
}

static const char *name_of(const struct matrix *m, const struct candidate *k)
{
	if (k->person >= 0)
		return m->people[k->person].name;
	return k->role == NULL || k->role[0] == '\0' ? "nobody" : k->role;
}

const char *coverage_why(const struct coverage *c, const struct step *s,
    int severity, struct wall at)
{
	struct arena scratch = ARENA_INIT;
	struct textbuf text;
	struct roster r;
	size_t n = 0;
	const char *out;

	textbuf_init(&text);
	ask(c, &scratch, s, severity, at, &r);
	for (size_t i = 0; i < r.count && n < WHY_MAX; i++) {
		if (r.items[i].skipped == NULL)
			continue;
		textbuf_addf(&text, "%s%s: %s", n++ > 0 ? "; " : "",
		    name_of(c->m, &r.items[i]), r.items[i].skipped);
	}
	out = arena_strndup(c->arena, text.data, text.len);
	textbuf_fini(&text);
	arena_fini(&scratch);
	return out;
}

/* --- calendars and schedules ---------------------------------------------- */

struct spans coverage_open(const struct coverage *c, int calendar)
{
	struct spans out = { NULL, 0, 0 };
	const struct calendar *cal;
	struct wall at = c->from;

	if (calendar < 0 || calendar_is_always(c->m->calendars[calendar])) {
		spans_add(&out, c->arena, c->from, c->to);
		return out;
	}
	cal = c->m->calendars[calendar];
	for (;;) {
		struct wall end;

		at = calendar_next_open(cal, at);
		if (!wall_before(at, c->to))
			return out;
		end = calendar_next_close(cal, at);
		spans_add(&out, c->arena, at, wall_min(end, c->to));
		at = end;
	}
}

struct spans coverage_off_call(const struct coverage *c, int schedule)
{
	const struct schedule *s = &c->m->schedules[schedule];
	struct spans out = { NULL, 0, 0 };
	struct spans open = coverage_open(
	    c, s->kind == SCHEDULE_ROTATION ? s->rotation.hours : -1);

	for (size_t i = 0; i < c->nedges; i++) {
		struct oncall who;

		oncall_at(c->m, c->facts.duty, schedule, c->edges[i], &who);
		if (who.count == 0 && who.unknown == NULL)
			spans_add(&out, c->arena, c->edges[i], edge_end(c, i));
	}
	return spans_both(c->arena, &out, &open);
}

const char *coverage_unknown(
    const struct coverage *c, int schedule, size_t *cursor, struct wall *at)
{
	while (*cursor < c->nedges) {
		struct oncall who;

		*at = c->edges[(*cursor)++];
		oncall_at(c->m, c->facts.duty, schedule, *at, &who);
		if (who.unknown != NULL)
			return who.unknown;
	}
	return NULL;
}
