/* apply.c - see apply.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/apply.h"

#include "base/check.h"
#include "core/clocks.h"
#include "core/match.h"
#include "core/notices.h"
#include "core/walks.h"

#include <string.h>

#define S(x) SIGNAL_BIT(SIGNAL_##x)

static void copy_text(struct turn *u, enum field f, const char *value)
{
	u->t->fields.text[f] = arena_strdup(u->t->arena, value);
}

static void copy_tags(struct turn *u, const struct fields *from)
{
	struct ticket *t = u->t;

	t->fields.ntags = from->ntags;
	t->fields.tags =
	    arena_alloc(t->arena, (from->ntags + 1) * sizeof *t->fields.tags);
	for (size_t i = 0; i < from->ntags; i++)
		t->fields.tags[i] = arena_strdup(t->arena, from->tags[i]);
}

/* Higher tier: handed on, which is what `frontline` waits for. */
static signal_set team_signal(struct turn *u, const char *to)
{
	int old = matrix_team(u->m, u->t->fields.text[FIELD_TEAM]);
	int new = matrix_team(u->m, to);

	if (old < 0 || new < 0 ||
	    u->m->teams[new].tier <= u->m->teams[old].tier)
		return 0;
	return S(ESCALATED);
}

static signal_set set_assignee(struct turn *u, const char *to)
{
	const char *old = u->t->fields.text[FIELD_ASSIGNEE];
	int person = notices_find_person(u->m, to);

	if (person >= 0)
		to = u->m->people[person].name;
	copy_text(u, FIELD_ASSIGNEE, to);
	if (to == NULL)
		return old == NULL ? 0 : S(UNASSIGNED);
	return old != NULL && strcmp(old, to) == 0 ? 0 : S(ASSIGNED);
}

static signal_set set_fields(struct turn *u, const struct fields *f)
{
	signal_set signals = 0;

	for (int i = 0; i < FIELD_COUNT; i++) {
		if ((f->set & FIELD_BIT(i)) == 0 || i == FIELD_STATUS)
			continue;
		if (i == FIELD_ASSIGNEE) {
			signals |= set_assignee(u, f->text[i]);
			continue;
		}
		if (i == FIELD_TEAM)
			signals |= team_signal(u, f->text[i]);
		if (i == FIELD_TAGS)
			copy_tags(u, f);
		else
			copy_text(u, (enum field)i, f->text[i]);
	}
	return signals;
}

/* Solving meets what it meets before the other clocks stop. */
static void set_status(struct turn *u, enum status to, struct wall at)
{
	enum status from = u->t->fields.status;
	bool was_over = ticket_is_over(u->t);
	signal_set signals = SIGNAL_BIT(SIGNAL_STATUS_NEW + (unsigned)to);

	if (to == from)
		return;
	if (!was_over && !status_is_unsolved(to))
		clocks_signal(u, signals | S(SOLVED), at);
	clocks_status(u, to, at);
	u->t->fields.status = to;
	if (!was_over && ticket_is_over(u->t)) {
		walks_end(u, at, status_name(to));
		notices_over(u, NULL, NULL, status_name(to), at);
		return;
	}
	if (was_over && !ticket_is_over(u->t))
		signals |= S(REOPENED);
	if (!ticket_is_over(u->t))
		clocks_signal(u, signals, at);
	walks_progress(u, at);
}

void apply_policy(struct turn *u, struct wall at)
{
	struct ticket *t = u->t;
	const char *name;

	u->policy = match_policy(u->m, &t->fields);
	name = u->policy < 0 ? "" : u->m->policies[u->policy].name;
	if (strcmp(name, t->policy) != 0) {
		turn_change(
		    u, u->policy < 0 ? CHANGE_NO_POLICY : CHANGE_POLICY, at)
		    ->detail = name;
		t->policy = arena_strdup(t->arena, name);
	}
	clocks_retarget(u, at);
}

static void answered(struct turn *u, signal_set signals, struct wall at)
{
	if ((signals & S(ASSIGNED)) != 0)
		walks_answer(u, UNTIL_ASSIGNED, at);
	if ((signals & S(AGENT_COMMENT)) != 0)
		walks_answer(u, UNTIL_REPLIED, at);
	if (signals != 0)
		walks_progress(u, at);
}

static void created(struct turn *u, const struct event *ev)
{
	struct ticket *t = u->t;
	signal_set signals = S(CREATED);

	t->created = ev->at;
	set_fields(u, &ev->fields);
	if ((ev->fields.set & FIELD_BIT(FIELD_STATUS)) != 0)
		t->fields.status = ev->fields.status;
	signals |= t->fields.text[FIELD_ASSIGNEE] != NULL ? S(ASSIGNED)
							  : S(UNASSIGNED);
	if (ev->author == AUTHOR_AGENT)
		signals |= S(AGENT_COMMENT);
	else
		t->unanswered_since = ev->at;
	u->policy = match_policy(u->m, &t->fields);
	t->policy = u->policy < 0 ? ""
				  : arena_strdup(t->arena,
					u->m->policies[u->policy].name);
	if (u->policy < 0)
		turn_change(u, CHANGE_NO_POLICY, ev->at);
	signals |= SIGNAL_BIT(SIGNAL_STATUS_NEW + (unsigned)t->fields.status);
	clocks_signal(u, signals, ev->at);
}

/* Of several comments without an answer, the oldest counts. */
static void comment(struct turn *u, const struct event *ev)
{
	struct ticket *t = u->t;
	bool answer = ev->is_public &&
		      (ev->author == AUTHOR_AGENT || ev->author == AUTHOR_BOT);

	if (answer) {
		t->unanswered_since = WALL_NEVER;
		clocks_signal(u, S(AGENT_COMMENT), ev->at);
		answered(u, S(AGENT_COMMENT), ev->at);
	} else if (ev->author == AUTHOR_CUSTOMER &&
		   wall_is_never(t->unanswered_since)) {
		t->unanswered_since = ev->at;
		clocks_signal(u, S(CUSTOMER_COMMENT), ev->at);
	}
}

static void updated(struct turn *u, const struct event *ev)
{
	signal_set signals = set_fields(u, &ev->fields);

	apply_policy(u, ev->at);
	if (signals != 0)
		clocks_signal(u, signals, ev->at);
	answered(u, signals, ev->at);
	if ((ev->fields.set & FIELD_BIT(FIELD_STATUS)) != 0)
		set_status(u, ev->fields.status, ev->at);
}

static void acknowledged(struct turn *u, const struct event *ev)
{
	int p = notices_find_person(u->m, ev->by);
	const char *by = p < 0 ? ev->by : u->m->people[p].name;
	signal_set signals = S(ACKNOWLEDGED);

	if (ev->type == EVENT_CLAIMED)
		signals |= set_assignee(u, by);
	walks_ack(
	    u, by, ev->type == EVENT_SNOOZED ? ev->until : WALL_NEVER, ev->at);
	clocks_signal(u, signals, ev->at);
	if ((signals & S(ASSIGNED)) != 0)
		walks_answer(u, UNTIL_ASSIGNED, ev->at);
}

static void gone(struct turn *u, const struct event *ev)
{
	const char *why = ev->type == EVENT_DELETED ? "deleted" : "merged";

	if (ev->type == EVENT_DELETED)
		u->t->deleted = true;
	else
		u->t->merged_into = arena_strdup(u->t->arena, ev->into);
	walks_end(u, ev->at, why);
	clocks_cancel(u, ev->at, why);
	notices_over(u, NULL, NULL, why, ev->at);
}

static const char *detail_of(const struct event *ev)
{
	if (ev->type == EVENT_STATUS)
		return status_name(ev->fields.status);
	if (ev->type == EVENT_COMMENT)
		return ev->is_public ? author_name(ev->author) : "internal";
	if (ev->type == EVENT_ASSIGNED)
		return ev->fields.text[FIELD_ASSIGNEE] == NULL
			   ? ""
			   : ev->fields.text[FIELD_ASSIGNEE];
	return ev->text == NULL || ev->type == EVENT_CREATED ? "" : ev->text;
}

void apply_event(struct turn *u, const struct event *ev)
{
	struct change *ch;

	if (ev->type < EVENT_FROM_OUTSIDE_COUNT) {
		ch = turn_change(u, CHANGE_EVENT, ev->at);
		ch->who = ev->by == NULL ? "" : ev->by;
		ch->detail = detail_of(ev);
		u->t->dirty = true;
	}
	switch (ev->type) {
	case EVENT_CREATED:
		created(u, ev);
		break;
	case EVENT_UPDATED:
	case EVENT_ASSIGNED:
		updated(u, ev);
		break;
	case EVENT_COMMENT:
		comment(u, ev);
		break;
	case EVENT_STATUS:
		set_status(u, ev->fields.status, ev->at);
		break;
	case EVENT_ACKNOWLEDGED:
	case EVENT_CLAIMED:
	case EVENT_SNOOZED:
		acknowledged(u, ev);
		break;
	case EVENT_NOTE:
		walks_progress(u, ev->at);
		break;
	case EVENT_SEVERITY_CONFIRMED:
		clocks_signal(u, S(SEVERITY_CONFIRMED), ev->at);
		break;
	case EVENT_DUE:
		clocks_set_due(
		    u, ticket_clock(u->t, ev->clock), ev->due, ev->at);
		break;
	case EVENT_ESCALATED:
		walks_start(u, matrix_chain(u->m, ev->chain), "hand", NULL,
		    ev->text == NULL ? "" : ev->text, ev->at);
		clocks_signal(u, S(ESCALATED), ev->at);
		break;
	case EVENT_MERGED:
	case EVENT_DELETED:
		gone(u, ev);
		break;
	case EVENT_DELIVERY:
		notices_delivery(u, ev);
		break;
	case EVENT_REVISED:
		apply_policy(u, ev->at);
		break;
	case EVENT_TICK:
	case EVENT_TYPE_COUNT:
		break;
	}
}
