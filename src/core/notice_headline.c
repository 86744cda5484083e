/* notice_headline.c - a notice in one line: what, which step, how late.
 *
 * SPDX-License-Identifier: MIT */
#include "core/notice_words.h"

#include "core/drill.h"

#include <string.h>

const char *words_or_empty(const char *text)
{
	return text != NULL ? text : "";
}

const char *words_taken(struct arena *arena, struct textbuf *tb)
{
	char *text = arena_strndup(arena, tb->data, tb->len);

	textbuf_fini(tb);
	return text;
}

/* Nobody counts the seconds of an hour: from a minute on whole minutes, the
 * nearest, so that a warning sent 15 minutes ahead does not say 14. */
void words_add_span(struct textbuf *tb, int64_t ms)
{
	int64_t unit = ms >= MINUTE_MS ? MINUTE_MS : SECOND_MS;
	char text[SPAN_TEXT_MAX];

	span_format((ms + unit / 2) / unit * unit, text);
	textbuf_add(tb, text);
}

/* "first_reply" as people say it. */
const char *words_spoken(struct arena *arena, const char *name)
{
	char *text = arena_strdup(arena, words_or_empty(name));

	for (char *p = text; *p != '\0'; p++) {
		if (*p == '_')
			*p = ' ';
	}
	return text;
}

const char *words_person(const struct matrix *m, const char *name)
{
	int person = matrix_person(m, name);

	return person >= 0 ? m->people[person].title : words_or_empty(name);
}

/* ": first reply is 12m late", or nothing for a notice without a clock. */
static void add_clock(
    struct textbuf *tb, const struct telling *f, const char *lead)
{
	int64_t left;

	if (f->n->clock[0] == '\0')
		return;
	textbuf_addf(tb, "%s%s", lead, words_spoken(f->arena, f->n->clock));
	if (f->clock != NULL && f->clock->state == CLOCK_PAUSED) {
		textbuf_add(tb, " is paused");
		return;
	}
	if (wall_is_never(f->due))
		return;
	left = wall_minus(f->due, f->now);
	if (left >= SECOND_MS / 2) {
		textbuf_add(tb, " is due in ");
		words_add_span(tb, left);
	} else if (left > -SECOND_MS / 2) {
		textbuf_add(tb, " is due now");
	} else {
		textbuf_add(tb, " is ");
		words_add_span(tb, -left);
		textbuf_add(tb, " late");
	}
}

static void add_step(struct textbuf *tb, const struct telling *f)
{
	textbuf_addf(tb, "step %d", f->n->step + 1);
	if (f->nsteps > 0)
		textbuf_addf(tb, " of %zu", f->nsteps);
	if (f->n->round > 0)
		textbuf_addf(tb, ", round %d", f->n->round + 1);
	if (f->n->role[0] != '\0')
		textbuf_addf(tb, " (%s)", words_spoken(f->arena, f->n->role));
}

static void say_breach(struct textbuf *tb, const struct telling *f)
{
	textbuf_add(tb, "Breached");
	add_clock(tb, f, ": ");
}

/* The time first: it is what the eye looks for. */
static void say_warning(struct textbuf *tb, const struct telling *f)
{
	bool paused = f->clock != NULL && f->clock->state == CLOCK_PAUSED;
	int64_t left;

	if (paused || wall_is_never(f->due)) {
		textbuf_add(tb, "Warning");
		add_clock(tb, f, ": ");
		return;
	}
	left = wall_minus(f->due, f->now);
	if (left >= SECOND_MS / 2) {
		textbuf_add(tb, "Due in ");
		words_add_span(tb, left);
	} else if (left > -SECOND_MS / 2) {
		textbuf_add(tb, "Due now");
	} else {
		textbuf_add(tb, "Overdue by ");
		words_add_span(tb, -left);
	}
	textbuf_addf(tb, ": %s", words_spoken(f->arena, f->n->clock));
}

/* To a team that has no chain there is no step. */
static void say_chain(struct textbuf *tb, const struct telling *f)
{
	textbuf_add(tb, f->n->step < 0 ? "Escalated by hand" : "Escalation ");
	if (f->n->step >= 0)
		add_step(tb, f);
	add_clock(tb, f, ": ");
}

static void say_reminder(struct textbuf *tb, const struct telling *f)
{
	textbuf_add(tb, "Reminder");
	if (f->n->nth > 0)
		textbuf_addf(tb, " %d", f->n->nth);
	if (f->n->step >= 0) {
		textbuf_add(tb, " of ");
		add_step(tb, f);
	}
	add_clock(tb, f, ": ");
}

static void say_ack_timeout(struct textbuf *tb, const struct telling *f)
{
	textbuf_add(tb, "Acknowledged");
	if (f->run != NULL && words_or_empty(f->run->acked_by)[0] != '\0')
		textbuf_addf(
		    tb, " by %s", words_person(f->m, f->run->acked_by));
	textbuf_add(tb, ", and nothing followed");
	add_clock(tb, f, ": ");
}

static void say_exhausted(struct textbuf *tb, const struct telling *f)
{
	textbuf_add(tb, "Nobody answered");
	if (f->nsteps > 1)
		textbuf_addf(tb, " any of %zu steps", f->nsteps);
	if (f->n->chain[0] != '\0')
		textbuf_addf(tb, " of %s", f->n->chain);
	add_clock(tb, f, ": ");
}

static void say_unreachable(struct textbuf *tb, const struct telling *f)
{
	textbuf_add(tb, "Nobody reached");
	if (f->n->step >= 0) {
		textbuf_add(tb, " by ");
		add_step(tb, f);
	}
	add_clock(tb, f, ": ");
}

static void say_resolved(struct textbuf *tb, const struct telling *f)
{
	if (ticket_is_drill(f->t)) {
		textbuf_add(tb, "The drill is over");
		return;
	}
	textbuf_add(tb, "Resolved");
	if (f->clock == NULL) {
		if (!status_is_unsolved(f->t->fields.status))
			textbuf_addf(tb, ": the ticket is %s",
			    status_name(f->t->fields.status));
		return;
	}
	textbuf_addf(tb, ": %s", words_spoken(f->arena, f->n->clock));
	if (f->clock->state == CLOCK_MET) {
		textbuf_add(tb, " was met in time");
	} else if (f->clock->state == CLOCK_MET_LATE) {
		textbuf_add(tb, " was met ");
		if (!wall_is_never(f->due) &&
		    wall_before(f->due, f->clock->ended_at))
			words_add_span(
			    tb, wall_minus(f->clock->ended_at, f->due));
		textbuf_add(tb, " late");
	} else if (f->clock->state == CLOCK_CANCELLED) {
		textbuf_add(tb, " is not watched any more");
	}
}

/* Its name stands before the colon of the reason; a name may have one too. */
static void say_rule(struct textbuf *tb, const struct telling *f)
{
	const char *name = words_or_empty(f->n->detail);
	const char *end = strstr(name, ": ");

	textbuf_add(tb, "Rule");
	if (*name != '\0')
		textbuf_add(tb, ": ");
	textbuf_addn(
	    tb, name, end == NULL ? strlen(name) : (size_t)(end - name));
	add_clock(tb, f, "; ");
}

/* Told to whom it is suggested, or about it to somebody else. */
static void say_assignment(struct textbuf *tb, const struct telling *f)
{
	const char *who =
	    f->n->who[0] != '\0' ? words_person(f->m, f->n->who) : "the team";

	if (strncmp(f->n->role, "assign ", 7) == 0)
		textbuf_addf(tb, "Suggested to %s", who);
	else
		textbuf_addf(tb, "Assignment: %s", f->n->detail);
}

/* What was missing then may have been told since. */
static void say_handoff(struct textbuf *tb, const struct telling *f)
{
	if (*f->missing == '\0')
		textbuf_add(tb, "The escalation has what it needs");
	else
		textbuf_addf(
		    tb, "Please add for the escalation: %s", f->missing);
}

static void say_matrix(struct textbuf *tb, const struct telling *f)
{
	textbuf_addf(tb, "Matrix: %s", f->n->detail);
}

const char *words_said(const char *detail)
{
	const char *colon = strstr(detail, ": ");

	return colon == NULL ? "" : colon + 2;
}

/* "Acknowledged by Dana Ruiz" */
static void say_update(struct textbuf *tb, const struct telling *f)
{
	const char *said = words_said(f->n->detail);
	size_t len = strlen(f->n->detail);

	textbuf_addn(tb, f->n->detail,
	    *said == '\0' ? len : (size_t)(said - f->n->detail) - 2);
}

const char *words_headline(const struct telling *f)
{
	static void (*const say[NOTICE_REASON_COUNT])(
	    struct textbuf * tb, const struct telling *f) = {
		[NOTICE_BREACH] = say_breach,
		[NOTICE_CHAIN] = say_chain,
		[NOTICE_ACK_TIMEOUT] = say_ack_timeout,
		[NOTICE_EXHAUSTED] = say_exhausted,
		[NOTICE_UNREACHABLE] = say_unreachable,
		[NOTICE_WARNING] = say_warning,
		[NOTICE_REMINDER] = say_reminder,
		[NOTICE_RULE] = say_rule,
		[NOTICE_ASSIGNMENT] = say_assignment,
		[NOTICE_HANDOFF] = say_handoff,
		[NOTICE_MATRIX] = say_matrix,
		[NOTICE_UPDATE] = say_update,
		[NOTICE_RESOLVED] = say_resolved,
	};
	struct textbuf tb;

	textbuf_init(&tb);
	say[f->n->reason](&tb, f);
	return words_taken(f->arena, &tb);
}
