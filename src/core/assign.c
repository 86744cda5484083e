/* assign.c - see assign.h.
 *
 * What a ticket keeps of it says where it stands:
 *
 *	suggested_team  to         at     next
 *	""              ""         never  never    no question of it
 *	TEAM            ""         never  opening  waits for the first on duty
 *	TEAM            PERSON     set    set      suggested, until then
 *	TEAM            PERSON     set    never    suggested; nobody waits for
 *						   a claim while it is pending
 *	TEAM            ""         set    never    went to the fallback
 *
 *	begin     no owner, new or open		assign_follow
 *	suggest   somebody is there		assign_follow, assign_fire
 *	unclaimed its time is over		assign_fire
 *	end       an owner, another team, over	assign_follow
 *
 * SPDX-License-Identifier: MIT */
#include "core/assign.h"

#include "core/apply.h"
#include "core/assign_pick.h"
#include "core/drill.h"
#include "core/notices.h"
#include "core/rules.h"
#include "core/sending.h"

#include <string.h>

/* Fallbacks and rules may send a ticket to and fro: then it stays. */
#define MOVES_MAX 16

/* What the help desk is to be told, once a turn. */
struct news {
	struct turn *u;
	const char *text;
};

static void stand(
    struct turn *u, const char *team, const char *to, struct wall at)
{
	struct ticket *t = u->t;

	t->suggested_team = arena_strdup(t->arena, team);
	t->suggested_to = arena_strdup(t->arena, to);
	t->suggested_at = at;
	t->suggest_next = WALL_NEVER;
	t->dirty = true;
}

static void call_at(struct turn *u, struct wall next)
{
	u->t->suggest_next = next;
	u->t->dirty = true;
}

/* Does it want an owner, and from which team?  -1: no. */
static int wanting_team(const struct turn *u)
{
	const struct fields *f = &u->t->fields;
	int team = matrix_team(u->m, f->text[FIELD_TEAM]);

	if (team < 0 || ticket_is_over(u->t) ||
	    f->text[FIELD_ASSIGNEE] != NULL ||
	    u->m->teams[team].assign == ASSIGN_NONE)
		return -1;
	return team;
}

/* Somebody should take it now, and not when the customer has answered. */
static bool is_active(const struct ticket *t)
{
	return t->fields.status == STATUS_NEW ||
	       t->fields.status == STATUS_OPEN;
}

static struct occasion occasion_of(const char *detail, struct wall at)
{
	return (struct occasion){ .reason = NOTICE_ASSIGNMENT,
		.step = -1,
		.detail = detail,
		.at = at };
}

/* One more thing that the help desk is told at the end. */
static void add_news(struct news *news, const char *text)
{
	news->text = turn_text(news->u, "%s%s%s", news->text,
	    *news->text == '\0' ? "" : "; ", text);
}

static void tell_helpdesk(const struct news *news, struct wall at)
{
	struct occasion o = occasion_of(news->text, at);

	if (*news->text != '\0')
		notices_room(news->u, &o, news->u->m->helpdesk, "helpdesk");
}

/* --- suggesting ----------------------------------------------------------- */

/* "Dana Ruiz (dana)" */
static const char *spoken(struct turn *u, const struct person *p)
{
	if (strcmp(p->title, p->name) == 0)
		return p->name;
	return turn_text(u, "%s (%s)", p->title, p->name);
}

/* The time to claim counts from when the person can know of it. */
static void suggest(
    struct news *news, int team, const struct pick *p, struct wall at)
{
	struct turn *u = news->u;
	const struct team *tm = &u->m->teams[team];
	const struct person *person = &u->m->people[p->person];
	struct occasion o = occasion_of(p->why, at);
	struct change *ch = turn_change(u, CHANGE_ASSIGNMENT_SUGGESTED, at);

	ch->who = person->name;
	ch->detail = p->why;
	stand(u, tm->name, person->name, at);
	if (tm->unclaimed_ms > 0) {
		call_at(u, wall_plus(u->now, tm->unclaimed_ms));
		ch->due = u->t->suggest_next;
	}
	notices_own(u, &o, p->person, assign_role(u, team), team);
	add_news(news, turn_text(u, "suggested to %s", spoken(u, person)));
}

/* Until the first one's hours open; false if nobody's ever do. */
static bool wait(struct turn *u, int team, struct wall at)
{
	const struct team *tm = &u->m->teams[team];
	struct wall first = assign_first_there(u, team);
	struct change *ch;

	if (wall_is_never(first))
		return false;
	stand(u, tm->name, "", WALL_NEVER);
	call_at(u, first);
	ch = turn_change(u, CHANGE_PERSON_SKIPPED, at);
	ch->who = tm->name;
	ch->due = first;
	ch->detail = "nobody of the team is on duty until then";
	return true;
}

/* --- the fallback --------------------------------------------------------- */

static const char *fallback_name(
    const struct matrix *m, const struct who *fallback)
{
	if (fallback->index < 0)
		return m->fallback_name == NULL ? "" : m->fallback_name;
	return fallback->kind == WHO_TEAM ? m->teams[fallback->index].name
					  : m->people[fallback->index].name;
}

/* Told to a person, or to nobody in particular. */
static void tell_fallback(struct turn *u, const struct who *fallback,
    const char *team, const char *why, struct wall at)
{
	struct occasion o = occasion_of(why, at);
	int person = fallback->kind == WHO_PERSON ? fallback->index : -1;

	if (notices_own(
		u, &o, person, turn_text(u, "fallback of %s", team), -1) == 0)
		notices_fallback(u, &o);
}

/* The fallback hears of it; a team gets the ticket: then it is to be asked. */
static bool hand_on(
    struct news *news, int team, const char *why, struct wall at)
{
	struct turn *u = news->u;
	const struct team *tm = &u->m->teams[team];
	const struct who *fallback = &tm->fallback;
	const char *to = fallback_name(u->m, fallback);
	struct change *ch = turn_change(u, CHANGE_ASSIGNMENT_UNCLAIMED, at);
	struct occasion o = occasion_of(why, at);

	ch->who = to;
	ch->detail = why;
	notices_withdraw(u, NOTICE_ASSIGNMENT, NULL, why, at);
	add_news(news, turn_text(u, "%s, on to %s", why, to));
	if (fallback->kind != WHO_TEAM || fallback->index < 0) {
		stand(u, tm->name, "", at);
		tell_fallback(u, fallback, tm->name, why, at);
		return false;
	}
	stand(u, "", "", WALL_NEVER);
	apply_signals(u,
	    apply_team(u, fallback->index,
		turn_text(u, "fallback of %s", tm->name), at),
	    at);
	if (u->m->teams[fallback->index].assign == ASSIGN_NONE)
		notices_team(u, &o, fallback->index);
	return true;
}

/* --- the walk ------------------------------------------------------------- */

static const char *why_not(
    struct turn *u, const struct team *tm, enum pick_outcome outcome)
{
	switch (outcome) {
	case PICK_FULL:
		return turn_text(u,
		    "whoever of %s is on duty has as many as they can take",
		    tm->name);
	case PICK_UNREACHABLE:
		return turn_text(u, "nobody of %s can be told", tm->name);
	case PICK_OFF_DUTY:
	case PICK_ONE:
		break;
	}
	return turn_text(u, "nobody of %s is on duty", tm->name);
}

/* Suggests it, or waits, or hands it on; true if it has another team then. */
static bool offer(struct news *news, int team, struct wall at)
{
	struct turn *u = news->u;
	struct occasion o = occasion_of("", at);
	struct pick p = assign_pick(u, team, at);

	if (p.outcome == PICK_ONE) {
		suggest(news, team, &p, at);
		return false;
	}
	if (p.outcome == PICK_OFF_DUTY && !sending_alarms(u, &o, SEND_UNSAID) &&
	    wait(u, team, at))
		return false;
	return hand_on(
	    news, team, why_not(u, &u->m->teams[team], p.outcome), at);
}

static void end(struct turn *u, const char *why, struct wall at)
{
	struct ticket *t = u->t;

	if (!wall_is_never(t->suggested_at)) {
		struct change *ch = turn_change(u, CHANGE_ASSIGNMENT_OVER, at);

		ch->who = t->suggested_to;
		ch->detail = why;
	}
	notices_withdraw(u, NOTICE_ASSIGNMENT, NULL, why, at);
	stand(u, "", "", WALL_NEVER);
}

static const char *why_over(struct turn *u)
{
	const struct fields *f = &u->t->fields;

	if (ticket_is_over(u->t))
		return "it is over";
	if (f->text[FIELD_ASSIGNEE] != NULL)
		return turn_text(u, "%s has it", f->text[FIELD_ASSIGNEE]);
	if (f->text[FIELD_TEAM] == NULL)
		return "it has no team any more";
	if (strcmp(f->text[FIELD_TEAM], u->t->suggested_team) == 0)
		return turn_text(u, "%s suggests it to %s no more",
		    u->t->suggested_team,
		    *u->t->suggested_to == '\0' ? "anybody"
						: u->t->suggested_to);
	return turn_text(u, "it is with %s", f->text[FIELD_TEAM]);
}

/* Nobody is waited for while the ticket waits for somebody else. */
static void keep_time(struct turn *u, const struct team *tm)
{
	const struct ticket *t = u->t;

	if (!is_active(t) && !wall_is_never(t->suggest_next))
		call_at(u, WALL_NEVER);
	else if (is_active(t) && *t->suggested_to != '\0' &&
		 wall_is_never(t->suggest_next) && tm->unclaimed_ms > 0)
		call_at(u, wall_plus(u->now, tm->unclaimed_ms));
}

/* Is there anything new for a ticket that waits for somebody on duty? */
static bool is_to_be_offered(struct turn *u, int team, struct wall at)
{
	const struct ticket *t = u->t;
	struct occasion o = occasion_of("", at);

	if (!is_active(t))
		return false;
	if (*t->suggested_team == '\0')
		return true;
	return wall_is_never(t->suggested_at) &&
	       (wall_is_never(t->suggest_next) ||
		   assign_anybody_there(u, team) ||
		   sending_alarms(u, &o, SEND_UNSAID));
}

/* Is it still as the matrix has it: that team, and the person in it? */
static bool stands(const struct turn *u, int team)
{
	const struct ticket *t = u->t;
	const struct team *tm;
	int person = matrix_person(u->m, t->suggested_to);

	if (team < 0 || strcmp(t->suggested_team, u->m->teams[team].name) != 0)
		return false;
	if (*t->suggested_to == '\0')
		return true;
	tm = &u->m->teams[team];
	for (size_t i = 0; i < tm->nmembers; i++)
		if (tm->members[i].person == person)
			return true;
	return false;
}

/* Once; true if the ticket has another team then. */
static bool follow(struct news *news, struct wall at)
{
	struct turn *u = news->u;
	struct ticket *t = u->t;
	int team = wanting_team(u);

	if (*t->suggested_team != '\0' && !stands(u, team))
		end(u, why_over(u), at);
	if (team < 0)
		return false;
	keep_time(u, &u->m->teams[team]);
	return is_to_be_offered(u, team, at) && offer(news, team, at);
}

/* It has another team: rules may say so of it, and that team is asked. */
static void moved(struct news *news, struct wall at)
{
	struct turn *u = news->u;
	struct occasion o = occasion_of(
	    "fallbacks and rules send it to and fro, and nobody takes it", at);
	int team;

	for (int i = 0; i < MOVES_MAX; i++) {
		rules_run(u, RULES_EVENT, at);
		if (!follow(news, at))
			return;
	}
	team = wanting_team(u);
	if (team < 0)
		return;
	stand(u, u->m->teams[team].name, "", at);
	notices_fallback(u, &o);
}

void assign_follow(struct turn *u, struct wall at)
{
	struct news news = { .u = u, .text = "" };

	if (ticket_is_drill(u->t))
		return;
	if (follow(&news, at))
		moved(&news, at);
	tell_helpdesk(&news, at);
}

struct wall assign_next(const struct turn *u)
{
	return u->t->suggest_next;
}

/* Unclaimed; false: whatever was waited for is of no matter any more. */
static bool is_unclaimed(const struct turn *u, int team)
{
	return *u->t->suggested_to != '\0' && team >= 0 &&
	       team == wanting_team(u) && is_active(u->t);
}

void assign_fire(struct turn *u)
{
	struct news news = { .u = u, .text = "" };
	struct wall at = u->t->suggest_next;
	int team = matrix_team(u->m, u->t->suggested_team);
	const char *why;

	call_at(u, WALL_NEVER);
	if (!is_unclaimed(u, team)) {
		assign_follow(u, at);
		return;
	}
	why =
	    turn_text(u, "nobody of %s has claimed it", u->m->teams[team].name);
	if (hand_on(&news, team, why, at))
		moved(&news, at);
	tell_helpdesk(&news, at);
}
