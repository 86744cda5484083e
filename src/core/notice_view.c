/* notice_view.c - the facts of a notice in the words of a tired reader.
 *
 * SPDX-License-Identifier: MIT */
#include "core/notice_view.h"

#include "base/textbuf.h"
#include "core/chain.h"

#include <stdlib.h>
#include <string.h>

#define LATE_MS MINUTE_MS /* from here on a notice says that it is late */

/* What the words are made from. */
struct facts {
	const struct matrix *m;
	const struct ticket *t;
	const struct notice *n;
	const struct clock *clock;   /* that it is about, or NULL */
	const struct chain_run *run; /* or NULL */
	size_t nsteps;		     /* of that run; 0 if unknown */
	struct wall due;	     /* or WALL_NEVER */
	struct wall now;
	struct arena *arena;
};

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

static const char *taken(struct arena *arena, struct textbuf *tb)
{
	char *text = arena_strndup(arena, tb->data, tb->len);

	textbuf_fini(tb);
	return text;
}

/* Nobody counts the seconds of an hour: from a minute on whole minutes, the
 * nearest, so that a warning sent 15 minutes ahead does not say 14. */
static void add_span(struct textbuf *tb, int64_t ms)
{
	int64_t unit = ms >= MINUTE_MS ? MINUTE_MS : SECOND_MS;
	char text[SPAN_TEXT_MAX];

	span_format((ms + unit / 2) / unit * unit, text);
	textbuf_add(tb, text);
}

/* "first_reply" as people say it. */
static const char *spoken(struct arena *arena, const char *name)
{
	char *text = arena_strdup(arena, or_empty(name));

	for (char *p = text; *p != '\0'; p++) {
		if (*p == '_')
			*p = ' ';
	}
	return text;
}

static const struct clock *find_clock(
    const struct ticket *t, const struct notice *n)
{
	for (size_t i = 0; i < t->nclocks; i++) {
		const struct clock *c = &t->clocks[i];

		if (c->cycle == n->cycle && strcmp(c->kind, n->clock) == 0)
			return c;
	}
	return NULL;
}

static const struct chain_run *find_run(const struct ticket *t, int seq)
{
	for (size_t i = 0; i < t->nruns; i++) {
		if (t->runs[i].seq == seq)
			return &t->runs[i];
	}
	return NULL;
}

static void find_chain(struct facts *f)
{
	struct chain chain;

	f->run = f->n->run != 0 ? find_run(f->t, f->n->run) : NULL;
	if (f->run != NULL && f->run->definition != NULL &&
	    chain_decode(f->run->definition, f->arena, &chain))
		f->nsteps = chain.nsteps;
}

static const char *person_title(const struct matrix *m, const char *name)
{
	int person = matrix_person(m, name);

	return person >= 0 ? m->people[person].title : or_empty(name);
}

/* ": first reply is 12m late", or nothing for a notice without a clock. */
static void add_clock(
    struct textbuf *tb, const struct facts *f, const char *lead)
{
	int64_t left;

	if (f->n->clock[0] == '\0')
		return;
	textbuf_addf(tb, "%s%s", lead, spoken(f->arena, f->n->clock));
	if (f->clock != NULL && f->clock->state == CLOCK_PAUSED) {
		textbuf_add(tb, " is paused");
		return;
	}
	if (wall_is_never(f->due))
		return;
	left = wall_minus(f->due, f->now);
	if (left >= SECOND_MS / 2) {
		textbuf_add(tb, " is due in ");
		add_span(tb, left);
	} else if (left > -SECOND_MS / 2) {
		textbuf_add(tb, " is due now");
	} else {
		textbuf_add(tb, " is ");
		add_span(tb, -left);
		textbuf_add(tb, " late");
	}
}

static void add_step(struct textbuf *tb, const struct facts *f)
{
	textbuf_addf(tb, "step %d", f->n->step + 1);
	if (f->nsteps > 0)
		textbuf_addf(tb, " of %zu", f->nsteps);
	if (f->n->round > 0)
		textbuf_addf(tb, ", round %d", f->n->round + 1);
	if (f->n->role[0] != '\0')
		textbuf_addf(tb, " (%s)", spoken(f->arena, f->n->role));
}

static void say_breach(struct textbuf *tb, const struct facts *f)
{
	textbuf_add(tb, "Breached");
	add_clock(tb, f, ": ");
}

/* The time first: it is what the eye looks for. */
static void say_warning(struct textbuf *tb, const struct facts *f)
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
		add_span(tb, left);
	} else if (left > -SECOND_MS / 2) {
		textbuf_add(tb, "Due now");
	} else {
		textbuf_add(tb, "Overdue by ");
		add_span(tb, -left);
	}
	textbuf_addf(tb, ": %s", spoken(f->arena, f->n->clock));
}

static void say_chain(struct textbuf *tb, const struct facts *f)
{
	textbuf_add(tb, "Escalation ");
	add_step(tb, f);
	add_clock(tb, f, ": ");
}

static void say_reminder(struct textbuf *tb, const struct facts *f)
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

static void say_ack_timeout(struct textbuf *tb, const struct facts *f)
{
	textbuf_add(tb, "Acknowledged");
	if (f->run != NULL && or_empty(f->run->acked_by)[0] != '\0')
		textbuf_addf(
		    tb, " by %s", person_title(f->m, f->run->acked_by));
	textbuf_add(tb, ", and nothing followed");
	add_clock(tb, f, ": ");
}

static void say_exhausted(struct textbuf *tb, const struct facts *f)
{
	textbuf_add(tb, "Nobody answered");
	if (f->nsteps > 1)
		textbuf_addf(tb, " any of %zu steps", f->nsteps);
	if (f->n->chain[0] != '\0')
		textbuf_addf(tb, " of %s", f->n->chain);
	add_clock(tb, f, ": ");
}

static void say_unreachable(struct textbuf *tb, const struct facts *f)
{
	textbuf_add(tb, "Nobody reached");
	if (f->n->step >= 0) {
		textbuf_add(tb, " by ");
		add_step(tb, f);
	}
	add_clock(tb, f, ": ");
}

static void say_resolved(struct textbuf *tb, const struct facts *f)
{
	textbuf_add(tb, "Resolved");
	if (f->clock == NULL) {
		if (!status_is_unsolved(f->t->fields.status))
			textbuf_addf(tb, ": the ticket is %s",
			    status_name(f->t->fields.status));
		return;
	}
	textbuf_addf(tb, ": %s", spoken(f->arena, f->n->clock));
	if (f->clock->state == CLOCK_MET) {
		textbuf_add(tb, " was met in time");
	} else if (f->clock->state == CLOCK_MET_LATE) {
		textbuf_add(tb, " was met ");
		if (!wall_is_never(f->due) &&
		    wall_before(f->due, f->clock->ended_at))
			add_span(tb, wall_minus(f->clock->ended_at, f->due));
		textbuf_add(tb, " late");
	} else if (f->clock->state == CLOCK_CANCELLED) {
		textbuf_add(tb, " is not watched any more");
	}
}

static const char *headline(const struct facts *f)
{
	static void (*const say[NOTICE_REASON_COUNT])(
	    struct textbuf * tb, const struct facts *f) = {
		[NOTICE_BREACH] = say_breach,
		[NOTICE_CHAIN] = say_chain,
		[NOTICE_ACK_TIMEOUT] = say_ack_timeout,
		[NOTICE_EXHAUSTED] = say_exhausted,
		[NOTICE_UNREACHABLE] = say_unreachable,
		[NOTICE_WARNING] = say_warning,
		[NOTICE_REMINDER] = say_reminder,
		[NOTICE_RESOLVED] = say_resolved,
	};
	struct textbuf tb;

	textbuf_init(&tb);
	say[f->n->reason](&tb, f);
	return taken(f->arena, &tb);
}

static void add_part(struct textbuf *tb, const char *text)
{
	if (text[0] == '\0')
		return;
	if (tb->len > 0)
		textbuf_add(tb, "; ");
	textbuf_add(tb, text);
}

/* What set the chain going: "started by a breach of first reply". */
static void add_cause(struct textbuf *tb, const struct facts *f)
{
	const char *cause = or_empty(f->run->cause);

	if (cause[0] == '\0')
		return;
	add_part(tb, "started ");
	if (strcmp(cause, "hand") == 0)
		textbuf_add(tb, "by hand");
	else
		textbuf_addf(tb, "by a %s", cause);
	if (or_empty(f->run->clock)[0] != '\0')
		textbuf_addf(tb, " of %s", spoken(f->arena, f->run->clock));
}

static const char *why(const struct facts *f)
{
	struct textbuf tb;

	textbuf_init(&tb);
	if (f->n->chain[0] != '\0' && f->n->step >= 0) {
		textbuf_addf(&tb, "step %d of %s", f->n->step + 1, f->n->chain);
		if (f->n->role[0] != '\0')
			textbuf_addf(&tb, ": %s", spoken(f->arena, f->n->role));
	}
	if (f->run != NULL && f->n->reason != NOTICE_RESOLVED)
		add_cause(&tb, f);
	add_part(&tb, or_empty(f->n->detail));
	return taken(f->arena, &tb);
}

static const char *due_text(const struct facts *f)
{
	struct textbuf tb;
	int64_t left;

	if (f->clock != NULL && f->clock->state == CLOCK_PAUSED)
		return "paused";
	if (wall_is_never(f->due) ||
	    (f->clock != NULL && clock_state_is_final(f->clock->state)))
		return "";
	textbuf_init(&tb);
	left = wall_minus(f->due, f->now);
	textbuf_add(&tb, left >= 0 ? "due in " : "late by ");
	add_span(&tb, left >= 0 ? left : -left);
	return taken(f->arena, &tb);
}

static const char *late_text(const struct facts *f)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_add(&tb, "this notice is late by ");
	add_span(&tb, wall_minus(f->now, notice_meant_at(f->n)));
	return taken(f->arena, &tb);
}

static int older_first(const void *a, const void *b)
{
	const struct notice *const *x = a;
	const struct notice *const *y = b;

	if ((*x)->at.ms != (*y)->at.ms)
		return (*x)->at.ms < (*y)->at.ms ? -1 : 1;
	return (*x)->id < (*y)->id ? -1 : (*x)->id > (*y)->id;
}

/* Whoever was alerted about this ticket and is known to have it. */
static bool was_told(const struct notice *other, const struct notice *n)
{
	return other->state == NOTICE_DONE &&
	       other->reason != NOTICE_RESOLVED && other != n &&
	       (n->id == 0 || other->id != n->id);
}

static void gather_told(const struct facts *f, struct notice_view *v)
{
	const struct notice **found =
	    arena_alloc(f->arena, f->t->nnotices * sizeof *found);
	size_t count = 0;

	for (size_t i = 0; i < f->t->nnotices; i++) {
		if (was_told(&f->t->notices[i], f->n))
			found[count++] = &f->t->notices[i];
	}
	if (count > 1)
		qsort(found, count, sizeof *found, older_first);
	v->told = arena_alloc(f->arena, count * sizeof *v->told);
	v->ntold = count;
	for (size_t i = 0; i < count; i++) {
		const struct notice *o = found[i];

		v->told[i] = (struct told){
			.who = o->who[0] != '\0' ? person_title(f->m, o->who)
						 : o->channel,
			.channel = o->channel,
			.at = o->at,
		};
	}
}

static void describe_ticket(const struct facts *f, struct notice_view *v)
{
	const char *const *text = f->t->fields.text;
	int severity = matrix_severity(f->m, text[FIELD_SEVERITY]);
	int team = matrix_team(f->m, text[FIELD_TEAM]);

	v->ticket = f->t->key;
	v->thread = f->t->key;
	v->subject = or_empty(text[FIELD_SUBJECT])[0] != '\0'
			 ? text[FIELD_SUBJECT]
			 : "(no subject)";
	v->severity = or_empty(text[FIELD_SEVERITY]);
	v->severity_title =
	    severity >= 0 ? f->m->severities[severity].title : "";
	v->status = status_name(f->t->fields.status);
	v->customer = or_empty(text[FIELD_CUSTOMER_NAME]);
	if (v->customer[0] == '\0')
		v->customer = or_empty(text[FIELD_CUSTOMER_ID]);
	v->tier = or_empty(text[FIELD_CUSTOMER_TIER]);
	v->value = or_empty(text[FIELD_CUSTOMER_VALUE]);
	v->team =
	    team >= 0 ? f->m->teams[team].title : or_empty(text[FIELD_TEAM]);
	v->assignee = person_title(f->m, text[FIELD_ASSIGNEE]);
	v->tried = or_empty(text[FIELD_TRIED]);
	v->next_step = or_empty(text[FIELD_NEXT_STEP]);
	v->url = text[FIELD_URL];
}

static void describe_person(const struct facts *f, struct notice_view *v)
{
	int person = matrix_person(f->m, f->n->who);

	v->person = person_title(f->m, f->n->who);
	if (person >= 0) {
		v->person_slack = f->m->people[person].slack;
		v->person_email = f->m->people[person].email;
	}
}

void notice_view_build(const struct matrix *m, const struct ticket *t,
    const struct notice *n, struct wall now, struct arena *arena,
    struct notice_view *out)
{
	struct facts f = { .m = m, .t = t, .n = n, .now = now, .arena = arena };

	*out = (struct notice_view){ .reason = n->reason, .now = now };
	if (n->clock[0] != '\0')
		f.clock = find_clock(t, n);
	f.due = f.clock != NULL && !wall_is_never(f.clock->due) ? f.clock->due
								: n->due;
	find_chain(&f);
	describe_ticket(&f, out);
	describe_person(&f, out);
	out->headline = headline(&f);
	out->why = why(&f);
	out->clock = spoken(arena, n->clock);
	out->due = f.due;
	out->due_text = due_text(&f);
	gather_told(&f, out);
	out->late = wall_minus(now, notice_meant_at(n)) > LATE_MS;
	out->late_text = out->late ? late_text(&f) : "";
	out->repeat = n->repeat;
	out->notice_id = n->id;
}
