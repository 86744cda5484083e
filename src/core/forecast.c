/* forecast.c - see forecast.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/forecast.h"

#include "base/check.h"
#include "core/ahead.h"
#include "core/explain_parts.h"

#include <stdlib.h>
#include <string.h>

/* One ticket on its way. */
struct looking {
	struct forecast *fc;
	struct ahead ahead;
	struct explaining words;  /* whose sentences are borrowed */
	struct forecast_row *row; /* in hand, or NULL */
	bool is_wanted;		  /* ... to be listed whoever is told */
	bool seen;		  /* the ticket has a row */
};

void forecast_init(struct forecast *fc, const struct matrix *m,
    const struct facts *f, struct wall now, struct wall until)
{
	memset(fc, 0, sizeof *fc);
	fc->m = m;
	fc->now = now;
	fc->until = until;
	fc->limit = FORECAST_ROWS_MAX;
	assumed_init(&fc->assumed, f);
	hearing_init(&fc->told);
}

static void row_free(struct forecast_row *row)
{
	arena_fini(&row->arena);
	free(row);
}

void forecast_fini(struct forecast *fc)
{
	for (size_t i = 0; i < fc->nrows; i++)
		row_free(fc->rows[i]);
	assumed_fini(&fc->assumed);
	hearing_fini(&fc->told);
}

const char *forecast_kind(enum change_kind kind)
{
	switch ((int)kind) {
	case CHANGE_CLOCK_WARNED:
		return "warning";
	case CHANGE_CLOCK_BREACHED:
		return "breach";
	case CHANGE_CHAIN_STEP:
		return "step";
	case CHANGE_CHAIN_REMINDED:
		return "reminder";
	case CHANGE_CHAIN_EXHAUSTED:
		return "exhausted";
	case CHANGE_CHAIN_REOPENED:
		return "reopened";
	case CHANGE_RULE_FIRED:
		return "rule";
	case CHANGE_ASSIGNMENT_SUGGESTED:
	case CHANGE_ASSIGNMENT_UNCLAIMED:
		return "assignment";
	case CHANGE_NOTICE_SENT:
		return "notice";
	case CHANGE_NOTICE_DEAD:
		return "dead";
	default:
		return change_kind_name(kind);
	}
}

/* --- rows ----------------------------------------------------------------- */

/* Later than all that are at the same instant: in the order of walking. */
static size_t place_of(
    const struct forecast *fc, const struct forecast_row *row)
{
	size_t low = 0;
	size_t high = fc->nrows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (wall_before(row->at, fc->rows[middle]->at))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static void list(struct forecast *fc, struct forecast_row *row)
{
	size_t at = place_of(fc, row);

	if (at >= fc->limit) {
		row_free(row);
		return;
	}
	if (fc->nrows == fc->limit)
		row_free(fc->rows[--fc->nrows]);
	memmove(&fc->rows[at + 1], &fc->rows[at],
	    (fc->nrows - at) * sizeof fc->rows[0]);
	fc->rows[at] = row;
	fc->nrows++;
}

static bool is_for(const struct forecast *fc, const struct forecast_row *row)
{
	if (fc->person == NULL)
		return true;
	for (size_t i = 0; i < row->ntold; i++)
		if (strcmp(row->told[i].who, fc->person) == 0)
			return true;
	return false;
}

static void count_row(struct forecast *fc, enum change_kind kind)
{
	struct forecast_totals *n = &fc->totals;

	n->rows++;
	n->warnings += kind == CHANGE_CLOCK_WARNED;
	n->breaches += kind == CHANGE_CLOCK_BREACHED;
	n->steps += kind == CHANGE_CHAIN_STEP || kind == CHANGE_CHAIN_REMINDED;
	n->exhausted += kind == CHANGE_CHAIN_EXHAUSTED;
}

/* The row in hand is complete. */
static void flush(struct looking *l)
{
	struct forecast_row *row = l->row;
	struct forecast *fc = l->fc;

	l->row = NULL;
	if (row == NULL)
		return;
	if ((!l->is_wanted && row->ntold == 0) || !is_for(fc, row)) {
		row_free(row);
		return;
	}
	l->seen = true;
	count_row(fc, row->kind);
	list(fc, row);
}

/* What is listed even if it tells nobody. */
static bool is_news(enum change_kind kind)
{
	return kind == CHANGE_CLOCK_WARNED || kind == CHANGE_CLOCK_BREACHED ||
	       kind == CHANGE_CHAIN_STEP || kind == CHANGE_CHAIN_REMINDED ||
	       kind == CHANGE_CHAIN_EXHAUSTED ||
	       kind == CHANGE_CHAIN_REOPENED || kind == CHANGE_RULE_FIRED ||
	       kind == CHANGE_ASSIGNMENT_SUGGESTED ||
	       kind == CHANGE_ASSIGNMENT_UNCLAIMED ||
	       kind == CHANGE_NOTICE_SENT || kind == CHANGE_NOTICE_DEAD;
}

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static void begin(struct looking *l, const struct ticket *t,
    const struct change *ch, const char *what, struct wall at)
{
	struct forecast_row *row = calloc(1, sizeof *row);
	struct arena *a;

	CHECK(row != NULL);
	flush(l);
	a = &row->arena;
	arena_init(a);
	row->at = at;
	row->ticket = arena_strdup(a, t->key);
	row->severity =
	    arena_strdup(a, or_empty(t->fields.text[FIELD_SEVERITY]));
	row->team = arena_strdup(a, or_empty(t->fields.text[FIELD_TEAM]));
	row->kind = ch->kind;
	row->what = arena_strdup(a, what);
	row->clock = arena_strdup(a, ch->clock);
	row->cycle = ch->cycle;
	row->chain = arena_strdup(a, ch->chain);
	row->step = ch->step;
	l->row = row;
	l->is_wanted = is_news(ch->kind);
}

/* The row in hand tells somebody. */
static void add_told(struct looking *l, const struct notice *n)
{
	struct forecast_row *row = l->row;
	struct forecast_told *told;
	struct arena *a;

	if (row == NULL)
		return;
	a = &row->arena;
	told = arena_push(
	    a, &row->told, &row->ntold, &row->cap_told, sizeof *told);
	told->reason = n->reason;
	told->who = arena_strdup(a, n->who);
	told->channel = arena_strdup(a, n->channel);
	told->chain = arena_strdup(a, n->chain);
	told->step = n->step;
	told->held_until =
	    wall_before(row->at, n->free_at) ? n->free_at : WALL_NEVER;
}

/* What came and went within one decision was never there. */
static void queued(struct looking *l, const struct notice *n)
{
	assumed_note(&l->fc->assumed, n);
	if (n->state == NOTICE_PENDING)
		add_told(l, n);
}

/* --- the walk ------------------------------------------------------------- */

static void decided(void *user, const struct ticket *t,
    const struct decision *d, struct wall at)
{
	struct looking *l = user;

	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *ch = &d->changes[i];

		switch ((int)ch->kind) {
		case CHANGE_NOTICE_QUEUED:
			queued(l, &t->notices[ch->notice]);
			break;
		case CHANGE_NOTICE_HELD:
		case CHANGE_WARNING_SKIPPED:
		case CHANGE_PERSON_SKIPPED:
		case CHANGE_NOTICE_SENT:
			break;
		default:
			begin(l, t, ch, explain_change(&l->words, ch), at);
		}
	}
	flush(l);
}

static void goes(void *user, const struct notice *n, struct wall at,
    bool waited, bool in_time)
{
	struct looking *l = user;
	struct forecast *fc = l->fc;
	struct change ch = ahead_gone(n, in_time);

	if (in_time &&
	    (fc->person == NULL || strcmp(fc->person, n->who) == 0)) {
		fc->totals.notices++;
		hearing_add(&fc->told, n, at);
	}
	if (!waited)
		return;
	begin(
	    l, l->ahead.t, &ch, ahead_gone_words(&l->words.u, n, in_time), at);
	add_told(l, n);
	flush(l);
}

static bool is_of_team(const struct forecast *fc, const struct ticket *t)
{
	const char *team = t->fields.text[FIELD_TEAM];

	return fc->team == NULL ||
	       (team != NULL && strcmp(team, fc->team) == 0);
}

void forecast_ticket(struct forecast *fc, struct ticket *t)
{
	struct looking l = { .fc = fc };
	const char *counted = assumed_counted(t);

	if (!is_of_team(fc, t))
		return;
	l.words.u = (struct turn){ .m = fc->m,
		.f = &fc->assumed.facts,
		.t = t,
		.now = fc->now,
		.limit = fc->now };
	l.ahead = (struct ahead){ .m = fc->m,
		.f = &fc->assumed.facts,
		.t = t,
		.now = fc->now,
		.until = fc->until,
		.user = &l,
		.decided = decided,
		.goes = goes };
	fc->totals.cut += !ahead_walk(&l.ahead);
	fc->totals.tickets += l.seen;
	assumed_moved(&fc->assumed, counted, t);
}

void forecast_finish(struct forecast *fc)
{
	fc->people = hearing_people(&fc->told, &fc->npeople);
}
