/* verify_compare.c - member by member, until two differ.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/verify_compare.h"

#include "base/textbuf.h"
#include "core/stretches.h"

#include <stdarg.h>
#include <string.h>

void differ_at(struct difference *d, const char *fmt, ...)
{
	struct textbuf tb;
	va_list ap;

	textbuf_init_fixed(&tb, d->where, sizeof d->where);
	va_start(ap, fmt);
	textbuf_vaddf(&tb, fmt, ap);
	va_end(ap);
}

static void keep(char *to, size_t size, const char *text)
{
	struct textbuf tb;

	textbuf_init_fixed(&tb, to, size);
	textbuf_add(&tb, text);
}

static void note(struct difference *d, const char *member, const char *expected,
    const char *found)
{
	keep(d->member, sizeof d->member, member);
	keep(d->expected, sizeof d->expected, expected);
	keep(d->found, sizeof d->found, found);
}

/* A value that is not there and an empty one are two things. */
bool differ_text(struct difference *d, const char *member, const char *expected,
    const char *found)
{
	if (expected == NULL || found == NULL) {
		if (expected == found)
			return false;
		note(d, member, expected == NULL ? "none" : expected,
		    found == NULL ? "none" : found);
		return true;
	}
	if (strcmp(expected, found) == 0)
		return false;
	note(d, member, *expected == '\0' ? "\"\"" : expected,
	    *found == '\0' ? "\"\"" : found);
	return true;
}

/* In the journal an absent text is kept as an empty one. */
static bool differ_word(struct difference *d, const char *member,
    const char *expected, const char *found)
{
	return differ_text(d, member, expected == NULL ? "" : expected,
	    found == NULL ? "" : found);
}

bool differ_int(
    struct difference *d, const char *member, int64_t expected, int64_t found)
{
	char a[24], b[24];
	struct textbuf tb;

	if (expected == found)
		return false;
	textbuf_init_fixed(&tb, a, sizeof a);
	textbuf_addf(&tb, "%lld", (long long)expected);
	textbuf_init_fixed(&tb, b, sizeof b);
	textbuf_addf(&tb, "%lld", (long long)found);
	note(d, member, a, b);
	return true;
}

static bool differ_bool(
    struct difference *d, const char *member, bool expected, bool found)
{
	return differ_text(
	    d, member, expected ? "yes" : "no", found ? "yes" : "no");
}

static bool differ_wall(struct difference *d, const char *member,
    struct wall expected, struct wall found)
{
	char a[WALL_TEXT_MAX], b[WALL_TEXT_MAX];

	if (wall_same(expected, found))
		return false;
	wall_format(expected, a);
	wall_format(found, b);
	note(d, member, a, b);
	return true;
}

#define TEXT(m)	 differ_text(d, #m, a->m, b->m)
#define WORD(m)	 differ_word(d, #m, a->m, b->m)
#define INT(m)	 differ_int(d, #m, a->m, b->m)
#define BOOL(m)	 differ_bool(d, #m, a->m, b->m)
#define WALL(m)	 differ_wall(d, #m, a->m, b->m)
#define STATE(f) differ_text(d, "state", f(a->state), f(b->state))

bool differ_change(struct difference *d, const struct change *a,
    const struct journal_row *found)
{
	const struct change *b = &found->change;

	return differ_text(d, "kind", change_kind_name(a->kind),
		   change_kind_name(b->kind)) ||
	       WALL(at) || WORD(clock) || INT(cycle) || WALL(due) ||
	       WORD(chain) || INT(run) || INT(step) ||
	       (a->notice >= 0 &&
		   differ_text(d, "reason", notice_reason_name(a->reason),
		       notice_reason_name(b->reason))) ||
	       WORD(who) || WORD(channel) || INT(late_ms) || WORD(detail);
}

static bool differ_fields(
    struct difference *d, const struct fields *a, const struct fields *b)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		if (f != FIELD_STATUS && f != FIELD_TAGS &&
		    differ_text(
			d, field_name((enum field)f), a->text[f], b->text[f]))
			return true;
	if (differ_text(
		d, "status", status_name(a->status), status_name(b->status)) ||
	    differ_int(
		d, "number of tags", (int64_t)a->ntags, (int64_t)b->ntags))
		return true;
	for (size_t i = 0; i < a->ntags; i++)
		if (differ_text(d, "tags", a->tags[i], b->tags[i]))
			return true;
	return false;
}

static bool differ_history(
    struct difference *d, const struct ticket *a, const struct ticket *b)
{
	if (differ_int(d, "number of statuses in the history",
		(int64_t)a->nhistory, (int64_t)b->nhistory))
		return true;
	for (size_t i = 0; i < a->nhistory; i++) {
		const struct status_change *h = &a->history[i];
		const struct status_change *g = &b->history[i];

		if (differ_text(d, "history", status_name(h->status),
			status_name(g->status)) ||
		    differ_wall(d, "history", h->at, g->at))
			return true;
	}
	return false;
}

static bool differ_lists(
    struct difference *d, const struct ticket *a, const struct ticket *b)
{
	if (differ_int(d, "number of unanswered messages",
		(int64_t)a->nunanswered, (int64_t)b->nunanswered))
		return true;
	for (size_t i = 0; i < a->nunanswered; i++)
		if (WALL(unanswered[i]))
			return true;
	for (int f = 0; f < FIELD_COUNT; f++)
		if (WALL(field_at[f]))
			return true;
	return differ_history(d, a, b);
}

static bool differ_judgement(
    struct difference *d, const struct ticket *a, const struct ticket *b)
{
	return TEXT(severity_by) || TEXT(confirmed_by) || TEXT(desk_severity) ||
	       BOOL(needs_human) || TEXT(said) || WALL(said_at) ||
	       WALL(commented_at) || TEXT(rules_held) || WALL(rules_at) ||
	       TEXT(suggested_to) || TEXT(suggested_team) ||
	       WALL(suggested_at) || WALL(suggest_next);
}

bool differ_ticket(
    struct difference *d, const struct ticket *a, const struct ticket *b)
{
	return TEXT(key) || differ_fields(d, &a->fields, &b->fields) ||
	       WALL(created) || WALL(updated) || differ_lists(d, a, b) ||
	       differ_judgement(d, a, b) || WALL(answered_at) ||
	       BOOL(waiting_over) || TEXT(policy) || TEXT(revision) ||
	       TEXT(merged_into) || BOOL(deleted) || INT(run_seq) ||
	       WALL(next_due);
}

static bool differ_stretches(
    struct difference *d, const struct clock *c, const struct clock *e)
{
	if (differ_int(d, "number of stretches", (int64_t)c->nstretches,
		(int64_t)e->nstretches))
		return true;
	for (size_t i = 0; i < c->nstretches; i++) {
		const struct stretch *a = &c->stretches[i];
		const struct stretch *b = &e->stretches[i];

		if (differ_wall(d, "a stretch's beginning", a->from, b->from) ||
		    differ_wall(d, "a stretch's end", a->to, b->to) ||
		    differ_bool(d, "a stretch counts", a->counts, b->counts) ||
		    differ_int(d, "a stretch's ms", a->ms, b->ms) ||
		    differ_text(
			d, "a stretch's calendar", a->calendar, b->calendar) ||
		    differ_text(d, "a stretch's why", a->why, b->why))
			return true;
	}
	return false;
}

bool differ_clock(
    struct difference *d, const struct clock *a, const struct clock *b)
{
	return STATE(clock_state_name) || WALL(started) || INT(elapsed_ms) ||
	       WALL(since) || INT(target_ms) || WALL(due) ||
	       BOOL(due_by_hand) || TEXT(policy) || TEXT(calendar) ||
	       WALL(breached_at) || WALL(ended_at) || TEXT(warned) ||
	       BOOL(pause_over) || BOOL(current) || differ_stretches(d, a, b);
}

bool differ_run(
    struct difference *d, const struct chain_run *a, const struct chain_run *b)
{
	return TEXT(chain) || TEXT(definition) || STATE(run_state_name) ||
	       TEXT(cause) || TEXT(clock) || INT(cycle) || WALL(started) ||
	       INT(step) || INT(round) || INT(reminded) || WALL(fired_at) ||
	       WALL(next_at) || TEXT(acked_by) || WALL(acked_at);
}

bool differ_notice(
    struct difference *d, const struct notice *a, const struct notice *b)
{
	return differ_text(d, "reason", notice_reason_name(a->reason),
		   notice_reason_name(b->reason)) ||
	       STATE(notice_state_name) || WORD(clock) || INT(cycle) ||
	       WALL(due) || INT(run) || WORD(chain) || INT(step) ||
	       INT(round) || INT(nth) || WORD(role) || WORD(who) ||
	       WORD(channel) || WORD(spare) || WORD(detail) || WALL(at) ||
	       WALL(free_at) || WALL(held_until) || WALL(useful_until) ||
	       INT(attempts) || WORD(owed) || BOOL(repeat) || BOOL(ended);
}

bool differ_marks(struct difference *d, const struct audit_marks *a,
    const struct audit_marks *b)
{
	return BOOL(over) || BOOL(watched) || INT(live_runs) ||
	       INT(open_notices);
}
