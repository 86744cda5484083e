/* notice_view.c - the facts of a notice in the words of a tired reader.
 *
 * SPDX-License-Identifier: MIT */
#include "core/notice_view.h"

#include "base/textbuf.h"
#include "core/chain.h"
#include "core/drill.h"
#include "core/handoff.h"
#include "core/notice_words.h"
#include "core/notices_parts.h"
#include "core/rules.h"
#include "core/template.h"

#include <stdlib.h>
#include <string.h>

#define LATE_MS MINUTE_MS /* from here on a notice says that it is late */

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

static void find_chain(struct telling *f)
{
	struct chain chain;

	f->run = f->n->run != 0 ? find_run(f->t, f->n->run) : NULL;
	if (f->run != NULL && f->run->definition != NULL &&
	    chain_decode(f->run->definition, f->arena, &chain))
		f->nsteps = chain.nsteps;
}

/* What a notice of a chain must carry: as the matrix says now. */
static const char *missing(const struct telling *f)
{
	int chain = matrix_chain(f->m, f->n->chain);

	if (chain < 0 || f->n->reason == NOTICE_RESOLVED ||
	    ticket_is_drill(f->t))
		return "";
	return handoff_missing(f->t, f->m->chains[chain].handoff, f->arena);
}

/* What the level that is told may decide. */
static const char *authority(const struct telling *f)
{
	int role = matrix_role(f->m, f->n->role);

	return role < 0 ? "" : words_or_empty(f->m->roles[role].authority);
}

static void add_part(struct textbuf *tb, const char *text)
{
	if (text[0] == '\0')
		return;
	if (tb->len > 0)
		textbuf_add(tb, "; ");
	textbuf_add(tb, text);
}

/* The rule that started such a chain: of those that hold for the ticket, else
 * the only one that could; NULL: it cannot be said. */
static const char *starting_rule(const struct telling *f)
{
	const char *only = NULL;
	int count = 0;

	for (size_t i = 0; i < f->m->nrules; i++) {
		const struct rule *r = &f->m->rules[i];

		if (r->start < 0 ||
		    strcmp(f->m->chains[r->start].name, f->run->chain) != 0)
			continue;
		if (rules_held(f->t, r->name))
			return r->name;
		only = r->name;
		count++;
	}
	return count == 1 ? only : NULL;
}

/* What set the chain going: "started by a breach of first reply". */
static void add_cause(struct textbuf *tb, const struct telling *f)
{
	const char *cause = words_or_empty(f->run->cause);
	const char *rule = strcmp(cause, "rule") == 0 ? starting_rule(f) : NULL;

	if (cause[0] == '\0')
		return;
	add_part(tb, "started ");
	if (strcmp(cause, "hand") == 0)
		textbuf_add(tb, "by hand");
	else if (rule != NULL)
		textbuf_addf(tb, "by the rule %s", rule);
	else
		textbuf_addf(tb, "by a %s", cause);
	if (words_or_empty(f->run->clock)[0] != '\0')
		textbuf_addf(
		    tb, " of %s", words_spoken(f->arena, f->run->clock));
}

static const char *why(const struct telling *f)
{
	struct textbuf tb;

	textbuf_init(&tb);
	if (f->n->chain[0] != '\0' && f->n->step >= 0) {
		textbuf_addf(&tb, "step %d of %s", f->n->step + 1, f->n->chain);
		if (f->n->role[0] != '\0')
			textbuf_addf(
			    &tb, ": %s", words_spoken(f->arena, f->n->role));
	}
	if (f->run != NULL && f->n->reason != NOTICE_RESOLVED)
		add_cause(&tb, f);
	if (f->n->reason == NOTICE_HANDOFF)
		add_part(&tb, "an escalation must carry these fields");
	else if (f->n->reason == NOTICE_UPDATE)
		add_part(&tb, words_said(f->n->detail));
	else
		add_part(&tb, words_or_empty(f->n->detail));
	return words_taken(f->arena, &tb);
}

static const char *due_text(const struct telling *f)
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
	words_add_span(&tb, left >= 0 ? left : -left);
	return words_taken(f->arena, &tb);
}

static const char *late_text(const struct telling *f)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_add(&tb, "this notice is late by ");
	words_add_span(&tb, wall_minus(f->now, notice_meant_at(f->n)));
	return words_taken(f->arena, &tb);
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
	return other->state == NOTICE_DONE && notice_alerts(other) &&
	       other != n && (n->id == 0 || other->id != n->id);
}

static void gather_told(const struct telling *f, struct notice_view *v)
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

		v->told[i] = (struct alerted){
			.who = o->who[0] != '\0' ? words_person(f->m, o->who)
						 : o->channel,
			.channel = o->channel,
			.at = o->at,
		};
	}
}

static void describe_ticket(const struct telling *f, struct notice_view *v)
{
	const char *const *text = f->t->fields.text;
	int severity = matrix_severity(f->m, text[FIELD_SEVERITY]);
	int team = matrix_team(f->m, text[FIELD_TEAM]);

	v->ticket = f->t->key;
	v->thread = f->t->key;
	v->subject = words_or_empty(text[FIELD_SUBJECT])[0] != '\0'
			 ? text[FIELD_SUBJECT]
			 : "(no subject)";
	v->severity = words_or_empty(text[FIELD_SEVERITY]);
	v->severity_title =
	    severity >= 0 ? f->m->severities[severity].title : "";
	v->status = status_name(f->t->fields.status);
	v->customer = words_or_empty(text[FIELD_CUSTOMER_NAME]);
	if (v->customer[0] == '\0')
		v->customer = words_or_empty(text[FIELD_CUSTOMER_ID]);
	v->tier = words_or_empty(text[FIELD_CUSTOMER_TIER]);
	v->value = words_or_empty(text[FIELD_CUSTOMER_VALUE]);
	v->team = team >= 0 ? f->m->teams[team].title
			    : words_or_empty(text[FIELD_TEAM]);
	v->assignee = words_person(f->m, text[FIELD_ASSIGNEE]);
	v->suggested_to = f->t->suggested_to;
	v->tried = words_or_empty(text[FIELD_TRIED]);
	v->next_step = words_or_empty(text[FIELD_NEXT_STEP]);
	v->url = text[FIELD_URL];
}

/* Of a team that a mention tells as one: roster.h. */
static const char *group_of(const struct telling *f)
{
	const struct matrix *m = f->m;
	int channel = matrix_channel(m, f->n->channel);
	struct who w;

	if (channel < 0 || m->channels[channel].way != WAY_MENTION ||
	    f->n->who[0] != '\0' || !matrix_who(m, f->n->role, &w))
		return NULL;
	if (w.kind == WHO_ROLE)
		w = m->roles[w.index].who;
	if (w.kind == WHO_OWN_TEAM)
		w.index = matrix_team(m, f->t->fields.text[FIELD_TEAM]);
	else if (w.kind != WHO_TEAM)
		return NULL;
	return w.index < 0 ? NULL : m->teams[w.index].slack_group;
}

static void describe_person(const struct telling *f, struct notice_view *v)
{
	int person = matrix_person(f->m, f->n->who);

	v->person = words_person(f->m, f->n->who);
	v->group = group_of(f);
	if (person >= 0) {
		v->person_slack = f->m->people[person].slack;
		v->person_email = f->m->people[person].email;
	}
}

void notice_view_build(const struct matrix *m, const struct ticket *t,
    const struct notice *n, struct wall now, struct arena *arena,
    struct notice_view *out)
{
	struct telling f = {
		.m = m, .t = t, .n = n, .now = now, .arena = arena
	};

	*out = (struct notice_view){ .reason = n->reason,
		.drill = ticket_is_drill(t),
		.mark = ticket_is_drill(t) ? DRILL_MARK : "",
		.face_title = "",
		.acked_by = "",
		.acked_at = WALL_NEVER,
		.snoozed_until = WALL_NEVER,
		.category = "",
		.now = now };
	if (n->clock[0] != '\0')
		f.clock = find_clock(t, n);
	f.due = f.clock != NULL && !wall_is_never(f.clock->due) ? f.clock->due
								: n->due;
	find_chain(&f);
	f.missing = missing(&f);
	describe_ticket(&f, out);
	describe_person(&f, out);
	out->headline = words_headline(&f);
	out->why = why(&f);
	out->clock = words_spoken(arena, n->clock);
	out->due = f.due;
	out->due_text = due_text(&f);
	gather_told(&f, out);
	out->late = wall_minus(now, notice_meant_at(n)) > LATE_MS;
	out->late_text = out->late ? late_text(&f) : "";
	out->repeat = n->repeat;
	out->missing = f.missing;
	out->authority = authority(&f);
	out->notice_id = n->id;
	view_take_face(m, t, now, arena, out);
	template_apply(m, n, arena, out);
}
