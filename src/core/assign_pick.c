/* assign_pick.c - see assign_pick.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/assign_pick.h"

#include "core/roster.h"

#include <string.h>

/* Absences, hours and quiet hours that leave no instant between them. */
#define CHANGES_MAX 100

const char *assign_role(struct turn *u, int team)
{
	return turn_text(u, "assign %s", u->m->teams[team].name);
}

/* --- presence ------------------------------------------------------------- */

bool assign_anybody_there(const struct turn *u, int team)
{
	const struct team *tm = &u->m->teams[team];

	for (size_t i = 0; i < tm->nmembers; i++)
		if (roster_on_duty(u, tm->members[i].person))
			return true;
	return false;
}

/* Is the person kept from the work at that instant; up to when? */
static bool is_kept(
    const struct turn *u, int person, struct wall at, struct wall *until)
{
	const struct matrix *m = u->m;
	const struct person *p = &m->people[person];
	const struct duty_change *away = duty_away(u->f->duty, p->name, at);

	if (away != NULL) {
		*until = away->until;
		return true;
	}
	if (p->hours >= 0 && !calendar_open(m->calendars[p->hours], at)) {
		*until = calendar_next_open(m->calendars[p->hours], at);
		return true;
	}
	if (roster_is_quiet(u, person, at)) {
		*until = calendar_next_close(m->calendars[p->quiet], at);
		return true;
	}
	return false;
}

static struct wall next_there(const struct turn *u, int person)
{
	struct wall at = u->now;

	for (int i = 0; i < CHANGES_MAX && !wall_is_never(at); i++)
		if (!is_kept(u, person, at, &at))
			return at;
	return WALL_NEVER;
}

struct wall assign_first_there(const struct turn *u, int team)
{
	const struct team *tm = &u->m->teams[team];
	struct wall first = WALL_NEVER;

	for (size_t i = 0; i < tm->nmembers; i++)
		first = wall_min(first, next_there(u, tm->members[i].person));
	return first;
}

/* --- the choice ----------------------------------------------------------- */

/* What is known of the best one so far. */
struct best {
	const struct team_member *member; /* NULL: nobody yet */
	bool skilled;
	int64_t load; /* LEAST_LOADED, else 0 */
	int64_t picked_at;
};

static int64_t ask(
    struct turn *u, enum fact fact, const char *name, const char *role)
{
	struct fact_question q = {
		.fact = fact, .name = name, .role = role, .ticket_id = u->t->id
	};

	return facts_ask(u->f, &q);
}

static bool has_skill(const struct turn *u, const struct team_member *member)
{
	const char *category = u->t->fields.text[FIELD_CATEGORY];

	for (size_t i = 0; category != NULL && i < member->nskills; i++)
		if (strcmp(member->skills[i], category) == 0)
			return true;
	return false;
}

static bool can_be_told(struct turn *u, const struct team *tm, int person)
{
	return roster_person(u, NULL, person, "", false).channel >= 0 ||
	       (tm->channel >= 0 &&
		   roster_can_carry(u->m, tm->channel, person));
}

static void skip(
    struct turn *u, const char *who, const char *why, struct wall at)
{
	struct change *ch = turn_change(u, CHANGE_PERSON_SKIPPED, at);

	ch->who = who;
	ch->detail = why;
}

/* Of two who can take it: a skill for it first, then the fewest tickets, then
 * who was picked longest ago, then the first in the file. */
static bool is_better(const struct best *c, const struct best *than)
{
	if (than->member == NULL || c->skilled != than->skilled)
		return than->member == NULL || c->skilled;
	if (c->load != than->load)
		return c->load < than->load;
	return c->picked_at < than->picked_at;
}

/* Is it for that member, who is there?  Else *outcome says why not. */
static bool could_take(struct turn *u, const struct team *tm,
    const struct team_member *member, int64_t load, enum pick_outcome *outcome,
    struct wall at)
{
	const char *name = u->m->people[member->person].name;

	if (!can_be_told(u, tm, member->person)) {
		skip(u, name, "no channel that can carry", at);
		if (*outcome == PICK_OFF_DUTY)
			*outcome = PICK_UNREACHABLE;
		return false;
	}
	if (member->capacity > 0 && load >= member->capacity) {
		*outcome = PICK_FULL;
		skip(u, name,
		    turn_text(u, "%lld of %d open tickets", (long long)load,
			member->capacity),
		    at);
		return false;
	}
	return true;
}

static void consider(struct turn *u, const struct team *tm, const char *role,
    const struct team_member *member, struct best *best,
    enum pick_outcome *outcome, struct wall at)
{
	const char *name = u->m->people[member->person].name;
	bool counts = tm->assign == ASSIGN_LEAST_LOADED;
	struct best c = { .member = member, .skilled = has_skill(u, member) };
	const char *away;
	int64_t load = 0;

	if (!roster_on_duty(u, member->person)) {
		away = roster_absence(u, member->person, false);
		if (away != NULL)
			skip(u, name, away, at);
		return;
	}
	if (counts || member->capacity > 0)
		load = ask(u, FACT_OPEN_TICKETS, name, "");
	if (!could_take(u, tm, member, load, outcome, at))
		return;
	c.load = counts ? load : 0;
	c.picked_at = ask(u, FACT_PICKED_AT, name, role);
	if (is_better(&c, best))
		*best = c;
}

static const char *reason(
    struct turn *u, const struct team *tm, const struct best *best)
{
	const char *skill = best->skilled
				? turn_text(u, ", skilled in %s",
				      u->t->fields.text[FIELD_CATEGORY])
				: "";

	if (tm->assign == ASSIGN_LEAST_LOADED)
		return turn_text(u, "least loaded of %s with %lld open%s",
		    tm->name, (long long)best->load, skill);
	return turn_text(u, "next in turn of %s%s", tm->name, skill);
}

struct pick assign_pick(struct turn *u, int team, struct wall at)
{
	const struct team *tm = &u->m->teams[team];
	const char *role = assign_role(u, team);
	struct pick p = { .outcome = PICK_OFF_DUTY, .person = -1, .why = "" };
	struct best best = { .member = NULL };

	for (size_t i = 0; i < tm->nmembers; i++)
		consider(u, tm, role, &tm->members[i], &best, &p.outcome, at);
	if (best.member == NULL)
		return p;
	return (
	    struct pick){ PICK_ONE, best.member->person, reason(u, tm, &best) };
}
