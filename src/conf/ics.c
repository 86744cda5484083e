/* ics.c - the components of a calendar text, and series with their changes.
 *
 * Read all events, sort them by UID, and for each UID: collect the dates that
 * its changed events stand for and its EXDATEs, unfold the series without
 * them, and add the changed events themselves.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/ics.h"

#include "base/textbuf.h"
#include "conf/ics_event.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8 /* components in components */

struct feed {
	struct ics_reader r;
	struct ics *out;
	struct arena *scratch;
	struct ics_event *events;
	size_t count;
	size_t cap;
	size_t nrules;
	int64_t budget;
};

/* --- components ----------------------------------------------------------- */

/* Where the reading stands. */
struct nest {
	const char *open[DEPTH_MAX]; /* names of the components that are open */
	size_t depth;
	size_t event_depth; /* of the VEVENT that is open; 0: none is */
	int event_line;
	struct ics_line *lines; /* its own, not those of its parts */
	size_t nlines;
	size_t cap_lines;
};

static bool begin(struct feed *f, struct nest *n, const struct ics_line *line)
{
	if (n->depth == 0 && !ics_value_is(line, "VCALENDAR")) {
		errtext_set(f->r.err,
		    "%d: a calendar starts with "
		    "BEGIN:VCALENDAR",
		    line->number);
		return false;
	}
	if (n->depth == DEPTH_MAX) {
		errtext_set(f->r.err, "%d: components too deep", line->number);
		return false;
	}
	n->open[n->depth++] = line->value;
	if (n->event_depth == 0 && ics_value_is(line, "VEVENT")) {
		n->event_depth = n->depth;
		n->event_line = line->number;
		n->lines = NULL;
		n->nlines = n->cap_lines = 0;
	}
	return true;
}

static bool end_event(struct feed *f, struct nest *n)
{
	struct ics_event *e;

	n->event_depth = 0;
	if (f->count == ICS_EVENTS_MAX) {
		errtext_set(f->r.err,
		    "%d: more than %d events; drop those "
		    "long past",
		    n->event_line, ICS_EVENTS_MAX);
		return false;
	}
	e = arena_push(f->scratch, &f->events, &f->count, &f->cap, sizeof *e);
	return ics_event_read(&f->r, n->lines, n->nlines, n->event_line, e);
}

static bool end(struct feed *f, struct nest *n, const struct ics_line *line)
{
	const char *open = n->depth == 0 ? "nothing" : n->open[n->depth - 1];

	if (n->depth == 0 || !ics_value_is(line, open)) {
		errtext_set(f->r.err, "%d: END:%.*s where %s%.*s is open",
		    line->number, ics_shown(line->value), line->value,
		    n->depth == 0 ? "" : "BEGIN:", ics_shown(open), open);
		return false;
	}
	if (n->event_depth == n->depth && !end_event(f, n))
		return false;
	n->depth--;
	return true;
}

static bool take_line(
    struct feed *f, struct nest *n, const struct ics_line *line)
{
	if (ics_line_is(line, "BEGIN"))
		return begin(f, n, line);
	if (ics_line_is(line, "END"))
		return end(f, n, line);
	if (n->depth == 0) {
		errtext_set(f->r.err,
		    "%d: %.*s outside of a calendar; it "
		    "starts with BEGIN:VCALENDAR",
		    line->number, ics_shown(line->name), line->name);
		return false;
	}
	if (n->event_depth == n->depth && n->event_depth > 0)
		*(struct ics_line *)arena_push(f->scratch, &n->lines,
		    &n->nlines, &n->cap_lines, sizeof *line) = *line;
	else if (n->depth == 1 && ics_line_is(line, "X-WR-TIMEZONE"))
		f->out->zone_name = ics_text(line, f->r.arena);
	return true;
}

static bool read_events(struct feed *f, const char *text, size_t len)
{
	struct nest nest = { .depth = 0 };
	struct ics_lines lines;
	struct ics_line line;
	int calendars = 0;

	ics_lines_init(&lines, text, len, f->scratch);
	while (ics_lines_next(&lines, &line, f->r.err)) {
		if (!take_line(f, &nest, &line))
			return false;
		calendars++;
	}
	if (f->r.err->text[0] != '\0')
		return false;
	if (calendars == 0)
		errtext_set(f->r.err, "the file is empty; it should hold "
				      "BEGIN:VCALENDAR ... END:VCALENDAR");
	else if (nest.depth > 0)
		errtext_set(f->r.err,
		    "%d: the file ends within BEGIN:%.*s; "
		    "it is cut off",
		    lines.number - 1, ics_shown(nest.open[nest.depth - 1]),
		    nest.open[nest.depth - 1]);
	return f->r.err->text[0] == '\0';
}

/* --- one series ----------------------------------------------------------- */

/* The events of one UID, and what of the series is not to be. */
struct series {
	struct ics_event *events;
	size_t count;
	int64_t *instants; /* in ms since the epoch, sorted */
	size_t ninstants;
	size_t cap_instants;
	int64_t *days; /* local dates, sorted */
	size_t ndays;
	size_t cap_days;
};

static int by_value(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left;
	int64_t b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

static void sort(int64_t *values, size_t count)
{
	if (count > 1)
		qsort(values, count, sizeof *values, by_value);
}

static bool among(const int64_t *values, size_t count, int64_t value)
{
	return count > 0 &&
	       bsearch(&value, values, count, sizeof value, by_value) != NULL;
}

/* `t` is no occurrence of the master: a timed one by the instant, a date by the
 * date there. */
static void leave_out(struct feed *f, struct series *s,
    const struct ics_event *master, const struct ics_time *t)
{
	if (t->is_date || master->start.is_date)
		*(int64_t *)arena_push(f->scratch, &s->days, &s->ndays,
		    &s->cap_days, sizeof *s->days) =
		    ics_local_day(&f->r, t, master->start.zone);
	else
		*(int64_t *)arena_push(f->scratch, &s->instants, &s->ninstants,
		    &s->cap_instants, sizeof *s->instants) =
		    ics_instant(&f->r, t->zone, t->local_ms).ms;
}

static void collect_left_out(
    struct feed *f, struct series *s, const struct ics_event *master)
{
	s->ninstants = s->ndays = 0;
	for (size_t i = 0; i < master->exdates.count; i++)
		leave_out(f, s, master, &master->exdates.items[i]);
	for (size_t i = 0; i < s->count; i++)
		if (s->events[i].is_override)
			leave_out(f, s, master, &s->events[i].instead_of);
	sort(s->instants, s->ninstants);
	sort(s->days, s->ndays);
}

/* Does one changed event stand for the same date as another? */
static bool same_date(
    const struct feed *f, const struct ics_event *a, const struct ics_event *b)
{
	const struct ics_time *x = &a->instead_of;
	const struct ics_time *y = &b->instead_of;
	int64_t apart = x->local_ms - y->local_ms;

	/* Whatever their zones: spares most of the conversions. */
	if (x->is_date != y->is_date || apart > 2 * DAY_MS ||
	    apart < -2 * DAY_MS)
		return false;
	return wall_same(ics_instant(&f->r, x->zone, x->local_ms),
	    ics_instant(&f->r, y->zone, y->local_ms));
}

/* Is there a newer version of the event?  Two of one series with the same
 * SEQUENCE are careless UIDs rather than versions: both count. */
static bool is_superseded(
    const struct feed *f, const struct series *s, const struct ics_event *e)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct ics_event *o = &s->events[i];

		if (o == e || o->is_override != e->is_override ||
		    o->sequence < e->sequence)
			continue;
		if (!e->is_override && o->sequence > e->sequence)
			return true;
		if (e->is_override &&
		    (o->sequence > e->sequence || o->line > e->line) &&
		    same_date(f, o, e))
			return true;
	}
	return false;
}

/* --- occurrences ---------------------------------------------------------- */

static bool emit(struct feed *f, const struct ics_event *e, int64_t local_ms)
{
	const struct ics_options *o = f->r.options;
	struct ics_occurrence at = { .uid = e->uid,
		.summary = e->summary,
		.description = e->description,
		.line = e->line,
		.transparent = e->transparent,
		.all_day = e->start.is_date };
	int64_t end_ms = local_ms + e->local_span_ms;

	at.start = ics_instant(&f->r, e->start.zone, local_ms);
	at.end = wall_plus(
	    ics_instant(&f->r, e->start.zone, end_ms), e->exact_span_ms);
	/* The clocks may have gone forward over all of it. */
	at.end = wall_max(at.end, at.start);
	if (at.all_day) {
		at.first_day = local_ms / DAY_MS - (local_ms % DAY_MS < 0);
		at.end_day = at.first_day + e->local_span_ms / DAY_MS;
	}
	if (!wall_before(at.start, o->to) ||
	    (!wall_before(o->from, at.end) && !wall_same(o->from, at.start)))
		return true;
	if (f->out->count == ICS_OCCURRENCES_MAX) {
		errtext_set(f->r.err,
		    "%d: more than %d dates; end its series "
		    "by UNTIL or COUNT",
		    e->line, ICS_OCCURRENCES_MAX);
		return false;
	}
	*(struct ics_occurrence *)arena_push(f->r.arena, &f->out->items,
	    &f->out->count, &f->out->cap, sizeof at) = at;
	return true;
}

static void fail_event(
    struct feed *f, const struct ics_event *e, const struct errtext *why)
{
	*f->r.err = *why;
	if (e->uid[0] != '\0')
		errtext_wrap(
		    f->r.err, "event \"%.*s\"", ics_shown(e->uid), e->uid);
	errtext_wrap(f->r.err, "%d", e->line);
}

/* All dates on which it starts, in order, each once. */
static bool unfold(
    struct feed *f, const struct ics_event *e, struct ics_dates *dates)
{
	/* A zone is a day ahead of UTC at most. */
	int64_t last = f->r.options->to.ms + 2 * DAY_MS;
	struct errtext why;
	size_t kept = 0;

	f->nrules += e->nrules;
	if (f->nrules > ICS_RULES_MAX) {
		errtext_set(&why, "more than %d rules; drop series that ended",
		    ICS_RULES_MAX);
		fail_event(f, e, &why);
		return false;
	}
	for (size_t i = 0; i < e->nrules; i++)
		if (!ics_rule_dates(&e->rules[i], e->start.local_ms,
			e->start.is_date, last, &f->budget, f->scratch, dates,
			&why)) {
			fail_event(f, e, &why);
			return false;
		}
	if (e->nrules == 0)
		*(int64_t *)arena_push(f->scratch, &dates->ms, &dates->count,
		    &dates->cap, sizeof *dates->ms) = e->start.local_ms;
	for (size_t i = 0; i < e->rdates.count; i++)
		*(int64_t *)arena_push(f->scratch, &dates->ms, &dates->count,
		    &dates->cap, sizeof *dates->ms) =
		    ics_local_ms(&f->r, &e->rdates.items[i], e->start.zone);
	sort(dates->ms, dates->count);
	for (size_t i = 0; i < dates->count; i++)
		if (kept == 0 || dates->ms[kept - 1] != dates->ms[i])
			dates->ms[kept++] = dates->ms[i];
	dates->count = kept;
	return true;
}

static bool emit_master(
    struct feed *f, struct series *s, const struct ics_event *e)
{
	struct ics_dates dates = { NULL, 0, 0 };

	if (!unfold(f, e, &dates))
		return false;
	collect_left_out(f, s, e);
	for (size_t i = 0; i < dates.count; i++) {
		int64_t ms = dates.ms[i];
		struct ics_time at = { ms, e->start.is_date, e->start.zone };

		if (among(s->days, s->ndays,
			ics_local_day(&f->r, &at, e->start.zone)) ||
		    among(s->instants, s->ninstants,
			ics_instant(&f->r, e->start.zone, ms).ms))
			continue;
		if (!emit(f, e, ms))
			return false;
	}
	return true;
}

static bool emit_series(struct feed *f, struct series *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct ics_event *e = &s->events[i];

		if (e->cancelled || is_superseded(f, s, e))
			continue;
		if (e->is_override ? !emit(f, e, e->start.local_ms)
				   : !emit_master(f, s, e))
			return false;
	}
	return true;
}

/* --- all ------------------------------------------------------------------ */

static int by_uid(const void *left, const void *right)
{
	const struct ics_event *a = left;
	const struct ics_event *b = right;
	int order = strcmp(a->uid, b->uid);

	return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static int by_start(const void *left, const void *right)
{
	const struct ics_occurrence *a = left;
	const struct ics_occurrence *b = right;

	if (!wall_same(a->start, b->start))
		return wall_before(a->start, b->start) ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

static bool unfold_all(struct feed *f)
{
	if (f->count > 1)
		qsort(f->events, f->count, sizeof *f->events, by_uid);
	for (size_t i = 0; i < f->count;) {
		struct series s = { .events = &f->events[i], .count = 1 };

		/* Without a UID each stands for itself. */
		while (s.events->uid[0] != '\0' && i + s.count < f->count &&
		       strcmp(s.events->uid, s.events[s.count].uid) == 0)
			s.count++;
		if (!emit_series(f, &s))
			return false;
		i += s.count;
	}
	if (f->out->count > 1)
		qsort(f->out->items, f->out->count, sizeof *f->out->items,
		    by_start);
	return true;
}

/* What has to be settled before anything is parsed. */
static bool check_bytes(const char *text, size_t len, struct errtext *err)
{
	const char *nul = memchr(text, '\0', len);

	if (len > ICS_BYTES_MAX)
		errtext_set(err, "larger than %d bytes", ICS_BYTES_MAX);
	else if (nul != NULL)
		errtext_set(err, "byte %zu is NUL; this is no text",
		    (size_t)(nul - text) + 1);
	else if (!utf8_valid(text, len))
		errtext_set(err, "not UTF-8; save it as UTF-8");
	else
		return true;
	return false;
}

bool ics_read(const char *text, size_t len, const struct ics_options *o,
    struct arena *arena, struct ics *out, struct errtext *err)
{
	struct arena scratch = ARENA_INIT;
	struct zone *utc = zone_utc();
	struct feed f = { .r = { o, utc, arena, err },
		.out = out,
		.scratch = &scratch,
		.budget = ICS_BUDGET };
	bool ok;

	*out = (struct ics){ NULL, 0, 0, NULL };
	err->text[0] = '\0';
	ok = check_bytes(text, len, err) && read_events(&f, text, len) &&
	     unfold_all(&f);
	zone_free(utc);
	arena_fini(&scratch);
	return ok;
}
