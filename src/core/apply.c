/* apply.c - see apply.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/apply.h"

#include "base/check.h"
#include "base/textbuf.h"
#include "core/apply_escalate.h"
#include "core/assign.h"
#include "core/clocks.h"
#include "core/drill.h"
#include "core/history.h"
#include "core/match.h"
#include "core/notices.h"
#include "core/rules.h"
#include "core/severity.h"
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

signal_set apply_team(struct turn *u, int team, const char *who, struct wall at)
{
	const char *old = u->t->fields.text[FIELD_TEAM];
	const char *new = u->m->teams[team].name;
	signal_set signals = team_signal(u, new);
	struct change *ch;

	if (old != NULL && strcmp(old, new) == 0)
		return 0;
	ch = turn_change(u, CHANGE_TEAM, at);
	ch->who = arena_strdup(u->t->arena, who);
	ch->detail = turn_text(u, "%s to %s", old == NULL ? "none" : old, new);
	copy_text(u, FIELD_TEAM, new);
	u->t->dirty = true;
	return signals;
}

/* An older word on what a newer one has settled?  Later told wins at the same
 * instant. */
static bool is_overtaken(const struct turn *u, enum field f, struct wall at)
{
	return !wall_is_never(u->t->field_at[f]) &&
	       wall_before(at, u->t->field_at[f]);
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

static signal_set set_field(
    struct turn *u, enum field f, const struct event *ev)
{
	const char *value = ev->fields.text[f];
	signal_set signals = 0;

	switch ((int)f) {
	case FIELD_ASSIGNEE:
		return set_assignee(u, value);
	case FIELD_TAGS:
		copy_tags(u, &ev->fields);
		return 0;
	case FIELD_TEAM:
		signals = team_signal(u, value);
		break;
	case FIELD_SEVERITY:
		return severity_told(u, ev);
	default:
		break;
	}
	copy_text(u, f, value);
	return signals;
}

/* An owner that a newer word has taken away again was an owner then. */
static signal_set overtaken_signal(enum field f, const struct event *ev)
{
	return f == FIELD_ASSIGNEE && ev->fields.text[f] != NULL ? S(ASSIGNED)
								 : 0;
}

static signal_set set_fields(struct turn *u, const struct event *ev)
{
	bool created = ev->type == EVENT_CREATED;
	bool table = severity_asks_table(u, ev);
	signal_set by_table;
	signal_set signals = 0;

	for (int i = 0; i < FIELD_COUNT; i++) {
		enum field f = (enum field)i;

		if ((ev->fields.set & FIELD_BIT(i)) == 0 || f == FIELD_STATUS)
			continue;
		if (is_overtaken(u, f, ev->at)) {
			signals |= overtaken_signal(f, ev);
			continue;
		}
		signals |= set_field(u, f, ev);
		if (!created)
			u->t->field_at[f] = ev->at;
	}
	if (table && (by_table = severity_from_table(u, ev->at)) != 0)
		signals = (signals & ~S(SEVERITY_CONFIRMED)) | by_table;
	return signals;
}

/* Solving meets what it meets before the other clocks stop. */
static void enter_status(struct turn *u, enum status to, struct wall at)
{
	enum status from = u->t->fields.status;
	bool was_over = ticket_is_over(u->t);
	signal_set signals = SIGNAL_BIT(SIGNAL_STATUS_NEW + (unsigned)to);
	const char *why;

	if (to == from)
		return;
	if (!was_over && !status_is_unsolved(to))
		clocks_signal(u, signals | S(SOLVED), at);
	else if (!was_over)
		clocks_meet(u, signals, at);
	u->t->waiting_over = false;
	clocks_status(u, to, at);
	u->t->fields.status = to;
	if (!was_over && ticket_is_over(u->t)) {
		why = *drill_over(u) == '\0' ? status_name(to) : drill_over(u);
		walks_end(u, at, why);
		notices_over(u, NULL, NULL, why, at);
		return;
	}
	if (was_over && !ticket_is_over(u->t)) {
		signals |= S(REOPENED);
		apply_policy(u, at); /* of a newer matrix, maybe */
	}
	if (!ticket_is_over(u->t))
		clocks_signal(u, signals, at);
	walks_progress(u, at);
}

/* A status that is told late finds its place among those that are known, and
 * what came after it takes effect once more. */
static void set_status(struct turn *u, enum status to, struct wall at)
{
	struct ticket *t = u->t;
	size_t i = history_insert(t, to, at);

	if (i == HISTORY_KNOWN)
		return;
	t->fields.status = t->history[i - 1].status;
	for (; i < t->nhistory; i++)
		enter_status(u, t->history[i].status, t->history[i].at);
}

void apply_policy(struct turn *u, struct wall at)
{
	struct ticket *t = u->t;
	const char *name;

	u->policy = match_policy(u->m, t, rules_instant(t, at));
	name = u->policy < 0 ? "" : u->m->policies[u->policy].name;
	if (strcmp(name, t->policy) != 0) {
		turn_change(
		    u, u->policy < 0 ? CHANGE_NO_POLICY : CHANGE_POLICY, at)
		    ->detail = name;
		t->policy = arena_strdup(t->arena, name);
		t->dirty = true;
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
	signal_set told;

	t->created = ev->at;
	told = set_fields(u, ev);
	if ((ev->fields.set & FIELD_BIT(FIELD_STATUS)) != 0)
		t->fields.status = ev->fields.status;
	history_begin(t);
	signals |= t->fields.text[FIELD_ASSIGNEE] != NULL ? S(ASSIGNED)
							  : S(UNASSIGNED);
	if (ev->author == AUTHOR_AGENT) {
		signals |= S(AGENT_COMMENT);
		t->answered_at = ev->at;
	} else {
		history_asked(t, ev->at);
	}
	u->policy = match_policy(u->m, t, ev->at);
	t->policy = u->policy < 0 ? ""
				  : arena_strdup(t->arena,
					u->m->policies[u->policy].name);
	if (u->policy < 0 && !ticket_is_drill(t))
		turn_change(u, CHANGE_NO_POLICY, ev->at);
	signals |= SIGNAL_BIT(SIGNAL_STATUS_NEW + (unsigned)t->fields.status);
	clocks_signal(u, signals, ev->at);
	clocks_signal(u, told & S(SEVERITY_CONFIRMED), ev->at);
}

/* Automatic replies are the system's and answer nothing; nor does a bot where
 * a human is wanted. */
static bool is_answer(const struct turn *u, const struct event *ev)
{
	if (!ev->is_public)
		return false;
	if (ev->author == AUTHOR_BOT)
		return !rules_needs_human(u);
	return ev->author == AUTHOR_AGENT;
}

/* Comments of the customer that were told before it but made after it are not
 * answered by it. */
static void answer(struct turn *u, struct wall at)
{
	struct ticket *t = u->t;

	history_answered(t, at);
	clocks_signal(u, S(AGENT_COMMENT), at);
	if (t->waiting_over && t->nunanswered == 0) {
		t->waiting_over = false;
		clocks_waiting(u, "answered", at);
	}
	if (t->nunanswered > 0)
		clocks_signal(u, S(CUSTOMER_COMMENT), t->unanswered[0]);
	answered(u, S(AGENT_COMMENT), at);
}

/* Of several comments without an answer, the oldest counts. */
static void asked(struct turn *u, struct wall at)
{
	struct ticket *t = u->t;
	bool over = ticket_is_over(t);

	if (over && t->fields.status == STATUS_SOLVED &&
	    u->m->on_comment.reopens &&
	    !wall_before(at, t->history[t->nhistory - 1].at)) {
		set_status(u, STATUS_OPEN, at);
		over = false;
	}
	if (over || !history_asked(t, at))
		return;
	if (t->nunanswered == 1)
		clocks_signal(u, S(CUSTOMER_COMMENT), at);
	else if (wall_same(t->unanswered[0], at))
		clocks_asked_before(u, at);
	if ((u->m->on_comment.resumes & STATUS_BIT(t->fields.status)) != 0 &&
	    !wall_before(at, t->history[t->nhistory - 1].at)) {
		t->waiting_over = true;
		clocks_waiting(u, "customer_comment", at);
	}
}

static bool is_later(struct wall at, struct wall known)
{
	return wall_is_never(known) || !wall_before(at, known);
}

/* What rules ask: who spoke last, and what the customer said. */
static void remember(struct turn *u, const struct event *ev)
{
	struct ticket *t = u->t;
	const char *text = ev->text == NULL ? "" : ev->text;

	if (ev->author == AUTHOR_SYSTEM)
		return;
	if (is_later(ev->at, t->commented_at))
		t->commented_at = ev->at;
	if (ev->author != AUTHOR_CUSTOMER || !is_later(ev->at, t->said_at))
		return;
	t->said_at = ev->at;
	t->said = arena_strndup(
	    t->arena, text, utf8_cut(text, strlen(text), SAID_MAX));
}

static void comment(struct turn *u, const struct event *ev)
{
	remember(u, ev);
	if (is_answer(u, ev))
		answer(u, ev->at);
	else if (ev->author == AUTHOR_CUSTOMER)
		asked(u, ev->at);
}

void apply_signals(struct turn *u, signal_set signals, struct wall at)
{
	apply_policy(u, at);
	if (signals != 0)
		clocks_signal(u, signals, at);
	answered(u, signals, at);
}

static void updated(struct turn *u, const struct event *ev)
{
	apply_signals(u, set_fields(u, ev), ev->at);
	if ((ev->fields.set & FIELD_BIT(FIELD_STATUS)) != 0)
		set_status(u, ev->fields.status, ev->at);
}

/* A second click says nothing new. */
static bool is_repeated(
    const struct turn *u, const struct event *ev, const char *by)
{
	bool acked = false;

	if (ev->type != EVENT_ACKNOWLEDGED || ev->text != NULL)
		return false;
	for (size_t i = 0; i < u->t->nruns; i++) {
		const struct chain_run *r = &u->t->runs[i];

		if (r->state == RUN_ACKED && strcmp(r->acked_by, by) == 0)
			acked = true;
		else if (run_state_is_live(r->state))
			return false;
	}
	return acked;
}

static void acknowledged(struct turn *u, const struct event *ev)
{
	int p = notices_find_person(u->m, ev->by);
	const char *by = p < 0 ? ev->by : u->m->people[p].name;
	bool is_news = !is_repeated(u, ev, by);
	signal_set signals = S(ACKNOWLEDGED);

	if (ev->type == EVENT_CLAIMED)
		signals |= set_assignee(u, by);
	walks_ack(
	    u, by, ev->type == EVENT_SNOOZED ? ev->until : WALL_NEVER, ev->at);
	clocks_signal(u, signals, ev->at);
	if ((signals & S(ASSIGNED)) != 0)
		walks_answer(u, UNTIL_ASSIGNED, ev->at);
	if (is_news)
		notices_did(u, ev);
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

/* A word to the matrix's owner has a ticket of its own, which nobody works on.
 */
static void remark(struct turn *u, const struct event *ev)
{
	struct occasion o = { .reason = NOTICE_MATRIX,
		.step = -1,
		.detail = turn_text(u, "%s", ev->text),
		.at = ev->at };

	notices_owner(u, &o);
}

static void take_effect(struct turn *u, const struct event *ev)
{
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
		severity_confirmed(u, ev->by, ev->at);
		clocks_signal(u, S(SEVERITY_CONFIRMED), ev->at);
		break;
	case EVENT_DUE:
		clocks_set_due(
		    u, ticket_clock(u->t, ev->clock), ev->due, ev->at);
		break;
	case EVENT_ESCALATED:
		apply_escalated(u, ev);
		notices_did(u, ev);
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
	case EVENT_REMARK:
		remark(u, ev);
		break;
	case EVENT_NOTICE_RETRY:
	case EVENT_NOTICE_DROP:
		notices_hand(u, ev);
		break;
	case EVENT_TICK:
	case EVENT_TYPE_COUNT:
		break;
	}
}

/* What follows from the ticket as it is now: rules, and who might take it. */
static void follow(struct turn *u, const struct event *ev)
{
	bool told = ev->type == EVENT_CREATED || ev->type == EVENT_UPDATED ||
		    ev->type == EVENT_ASSIGNED;

	if (!ticket_is_over(u->t))
		rules_run(u, told ? RULES_TOLD : RULES_EVENT, ev->at);
	assign_follow(u, ev->at);
}

void apply_event(struct turn *u, const struct event *ev)
{
	bool outside = ev->type < EVENT_FROM_OUTSIDE_COUNT;
	struct change *ch;

	if (outside) {
		ch = turn_change(u, CHANGE_EVENT, ev->at);
		ch->who = ev->by == NULL ? "" : ev->by;
		ch->detail = detail_of(ev);
		u->t->dirty = true;
	}
	take_effect(u, ev);
	if (outside)
		follow(u, ev);
	else if (ev->type == EVENT_REVISED && !ticket_is_over(u->t))
		rules_run(u, RULES_REVISED, ev->at);
}
