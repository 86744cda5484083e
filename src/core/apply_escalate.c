/* apply_escalate.c - see apply_escalate.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/apply_escalate.h"

#include "base/nearest.h"
#include "core/apply.h"
#include "core/clocks.h"
#include "core/notices.h"
#include "core/walks.h"

#include <string.h>

/* --- may it? -------------------------------------------------------------- */

static enum verdict unknown(
    struct turn *u, const char *member, const struct nearest *near)
{
	nearest_say(near, turn_text(u, "unknown %s", member), &u->out->why);
	errtext_wrap(&u->out->why, "%s", member);
	return VERDICT_INVALID;
}

static enum verdict check_chain(struct turn *u, const char *name)
{
	struct nearest near;

	if (name == NULL || matrix_chain(u->m, name) >= 0)
		return VERDICT_ACCEPTED;
	nearest_init(&near, name);
	for (size_t i = 0; i < u->m->nchains; i++)
		nearest_try(&near, u->m->chains[i].name);
	return unknown(u, "chain", &near);
}

static enum verdict check_team(struct turn *u, const char *name)
{
	struct nearest near;

	if (name == NULL || matrix_team(u->m, name) >= 0)
		return VERDICT_ACCEPTED;
	nearest_init(&near, name);
	for (size_t i = 0; i < u->m->nteams; i++)
		nearest_try(&near, u->m->teams[i].name);
	return unknown(u, "team", &near);
}

/* What a breach would start; -1: nothing. */
static int breach_chain(const struct turn *u)
{
	return u->policy < 0 ? -1 : u->m->policies[u->policy].on_breach;
}

static bool has_live_run(const struct ticket *t)
{
	for (size_t i = 0; i < t->nruns; i++)
		if (run_state_is_live(t->runs[i].state))
			return true;
	return false;
}

enum verdict apply_check_escalated(struct turn *u, const struct event *ev)
{
	const char *team = ev->fields.text[FIELD_TEAM];
	enum verdict v = check_chain(u, ev->chain);

	if (v == VERDICT_ACCEPTED)
		v = check_team(u, team);
	if (v != VERDICT_ACCEPTED)
		return v;
	if (ticket_is_over(u->t)) {
		errtext_set(&u->out->why,
		    "ticket: is over; reopen it before it is escalated");
		return VERDICT_CONFLICT;
	}
	if (ev->chain != NULL || team != NULL || has_live_run(u->t) ||
	    breach_chain(u) >= 0)
		return VERDICT_ACCEPTED;
	errtext_set(&u->out->why,
	    "chain: no chain walks, and the ticket's policy has no on_breach; "
	    "say which chain, or to which team");
	return VERDICT_CONFLICT;
}

/* --- it does -------------------------------------------------------------- */

static bool is_member(const struct turn *u, int team, const char *person)
{
	const struct team *t = &u->m->teams[team];
	int p = matrix_person(u->m, person);

	for (size_t i = 0; p >= 0 && i < t->nmembers; i++)
		if (t->members[i].person == p)
			return true;
	return false;
}

/* Its owner stays only if it is one of theirs.  Who has no team yet is with
 * the front line. */
static signal_set to_team(
    struct turn *u, int team, const char *by, struct wall at)
{
	struct ticket *t = u->t;
	bool homeless = matrix_team(u->m, t->fields.text[FIELD_TEAM]) < 0;
	signal_set signals = apply_team(u, team, by, at);

	t->field_at[FIELD_TEAM] = at;
	if (homeless && u->m->teams[team].tier >= 2)
		signals |= SIGNAL_BIT(SIGNAL_ESCALATED);
	if (t->fields.text[FIELD_ASSIGNEE] != NULL &&
	    !is_member(u, team, t->fields.text[FIELD_ASSIGNEE])) {
		t->fields.text[FIELD_ASSIGNEE] = NULL;
		t->field_at[FIELD_ASSIGNEE] = at;
		signals |= SIGNAL_BIT(SIGNAL_UNASSIGNED);
	}
	return signals;
}

void apply_escalated(struct turn *u, const struct event *ev)
{
	int p = notices_find_person(u->m, ev->by);
	const char *by = p >= 0 ? u->m->people[p].name : ev->by;
	const char *why = ev->text == NULL ? "" : ev->text;
	int team = matrix_team(u->m, ev->fields.text[FIELD_TEAM]);

	if (by == NULL)
		by = "";
	if (team >= 0)
		apply_signals(u, to_team(u, team, by, ev->at), ev->at);
	else
		clocks_signal(u, SIGNAL_BIT(SIGNAL_ESCALATED), ev->at);
	if (ev->chain != NULL)
		walks_escalate(
		    u, matrix_chain(u->m, ev->chain), by, why, ev->at);
	else if (team >= 0)
		walks_to_team(u, team, why, ev->at);
	else if (!walks_step_up(u, by, why, ev->at))
		walks_escalate(u, breach_chain(u), by, why, ev->at);
}
