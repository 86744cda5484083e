/* notices.c - see notices.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/notices.h"

#include "core/notices_parts.h"
#include "core/roster.h"
#include "core/sending.h"

#include <string.h>

/* One way to one reader. */
struct way {
	int person;	   /* or -1: the room itself */
	int channel;	   /* index */
	const char *role;  /* as the step names them, or "" */
	const char *spare; /* names of further channels */
	enum send send;	   /* as the step says, or unsaid */
};

struct change *notice_tell(
    struct turn *u, enum change_kind kind, size_t index, struct wall at)
{
	const struct notice *n = &u->t->notices[index];
	struct change *ch = turn_change(u, kind, at);

	ch->notice = (int)index;
	ch->reason = n->reason;
	ch->clock = n->clock;
	ch->cycle = n->cycle;
	ch->due = n->due;
	ch->chain = n->chain;
	ch->run = n->run;
	ch->step = n->step;
	ch->who = *n->who != '\0' ? n->who : n->role;
	ch->channel = n->channel;
	return ch;
}

/* Was the same word already queued to the same reader at this occasion? */
static bool queued_already(const struct turn *u, const struct notice *n)
{
	for (size_t i = 0; i < u->t->nnotices; i++) {
		const struct notice *o = &u->t->notices[i];

		if (o != n && o->id == 0 && o->state == NOTICE_PENDING &&
		    o->reason == n->reason && o->run == n->run &&
		    o->step == n->step && o->nth == n->nth &&
		    o->round == n->round && wall_same(o->at, n->at) &&
		    strcmp(o->clock, n->clock) == 0 &&
		    strcmp(o->who, n->who) == 0 &&
		    strcmp(o->channel, n->channel) == 0)
			return true;
	}
	return false;
}

struct notice *notice_push(struct turn *u)
{
	struct ticket *t = u->t;
	struct notice *n = arena_push(
	    t->arena, &t->notices, &t->nnotices, &t->cap_notices, sizeof *n);

	n->state = NOTICE_PENDING;
	n->free_at = u->now;
	n->held_until = WALL_NEVER;
	n->ref = "";
	n->owed = "";
	n->useful_until = wall_plus(u->now, u->m->give_up_ms);
	n->dirty = true;
	return n;
}

static void tell_queued(struct turn *u, size_t index)
{
	const struct notice *n = &u->t->notices[index];
	struct change *ch = notice_tell(u, CHANGE_NOTICE_QUEUED, index, n->at);

	ch->detail = n->detail;
	if (!wall_before(u->now, n->free_at))
		return;
	ch = notice_tell(u, CHANGE_NOTICE_HELD, index, n->at);
	ch->due = n->free_at;
	ch->detail = sending_why(u, matrix_person(u->m, n->who), n->free_at);
}

/* Who was considered, and why they hear nothing. */
static void tell_skipped(
    struct turn *u, const struct occasion *o, const struct candidate *c)
{
	struct change *ch = turn_change(u, CHANGE_PERSON_SKIPPED, o->at);

	ch->chain = o->run == NULL ? "" : o->run->chain;
	ch->run = o->run == NULL ? 0 : o->run->seq;
	ch->step = o->step;
	ch->clock = o->clock == NULL ? "" : o->clock->kind;
	ch->cycle = o->clock == NULL ? 0 : o->clock->cycle;
	ch->who = c->person < 0 ? c->role : u->m->people[c->person].name;
	ch->detail = c->skipped;
}

static size_t queue(
    struct turn *u, const struct occasion *o, const struct way *to)
{
	const struct matrix *m = u->m;
	struct notice *n = notice_push(u);

	n->reason = o->reason;
	n->clock = o->clock == NULL ? "" : o->clock->kind;
	n->cycle = o->clock == NULL ? 0 : o->clock->cycle;
	n->due = o->clock == NULL ? WALL_NEVER : o->clock->due;
	n->run = o->run == NULL ? 0 : o->run->seq;
	n->chain = o->run == NULL ? "" : o->run->chain;
	n->round = o->run == NULL ? 0 : o->run->round;
	n->step = o->step;
	n->nth = o->nth;
	n->role = to->role;
	n->who = to->person < 0 ? "" : m->people[to->person].name;
	n->channel = m->channels[to->channel].name;
	n->spare = to->spare;
	n->detail = o->detail;
	n->at = o->at;
	n->free_at = sending_free_at(u, o, to->person, to->send);
	if (wall_before(u->now, n->free_at))
		n->held_until = n->free_at;
	n->useful_until = wall_plus(n->free_at, m->give_up_ms);
	if (o->reason == NOTICE_WARNING && wall_before(u->now, n->due))
		n->useful_until = n->due;
	if (queued_already(u, n)) {
		u->t->nnotices--;
		return 1;
	}
	tell_queued(u, u->t->nnotices - 1);
	return 1;
}

/* Everybody in the roster: told, or journalled as passed over. */
static size_t to_roster(struct turn *u, const struct occasion *o,
    const struct roster *roster, enum send said)
{
	size_t n = 0;

	for (size_t i = 0; i < roster->count; i++) {
		const struct candidate *c = &roster->items[i];
		struct way to = { .person = c->person,
			.channel = c->channel,
			.role = c->role,
			.spare = c->spare,
			.send = said };

		if (c->skipped != NULL)
			tell_skipped(u, o, c);
		else
			n += queue(u, o, &to);
	}
	return n;
}

size_t notices_step(
    struct turn *u, const struct occasion *o, const struct step *s)
{
	bool again = o->reason == NOTICE_REMINDER;
	struct roster roster;

	roster_of_step_again(u, s, again ? o->run : NULL,
	    sending_alarms(u, o, s->send), &roster);
	return to_roster(u, o, &roster, s->send);
}

size_t notices_person(struct turn *u, const struct occasion *o,
    const struct step *s, const char *person)
{
	int index = matrix_person(u->m, person);
	struct roster roster;

	if (index < 0)
		return 0;
	roster_of_person(u, s, index, "acknowledged by",
	    sending_alarms(u, o, s->send), &roster);
	return to_roster(u, o, &roster, s->send);
}

/* To the room itself, or to a person in it. */
static size_t to_room(struct turn *u, const struct occasion *o, int channel,
    int person, const char *role)
{
	struct way to = {
		.person = person, .channel = channel, .role = role, .spare = ""
	};

	if (channel < 0 || !roster_can_carry(u->m, channel, person))
		return 0;
	return queue(u, o, &to);
}

size_t notices_room(
    struct turn *u, const struct occasion *o, int channel, const char *role)
{
	return to_room(u, o, channel, -1, role);
}

/* Is the person there, and has no channels of their own?  Then the room is
 * where they are told, and nobody is passed over. */
static bool lives_in_the_room(
    struct turn *u, int person, const char *role, int team, bool alarms)
{
	return team >= 0 && u->m->teams[team].channel >= 0 &&
	       roster_absence(u, person, alarms) == NULL &&
	       roster_person(u, NULL, person, role, alarms).channel < 0;
}

size_t notices_own(struct turn *u, const struct occasion *o, int person,
    const char *role, int team)
{
	bool alarms = sending_alarms(u, o, SEND_UNSAID);
	struct roster roster;
	size_t n = 0;

	if (person >= 0 && !lives_in_the_room(u, person, role, team, alarms)) {
		roster_of_person(u, NULL, person, role, alarms, &roster);
		n = to_roster(u, o, &roster, SEND_UNSAID);
	}
	if (n > 0 || team < 0)
		return n;
	if (person >= 0 && roster_absence(u, person, alarms) != NULL)
		person = -1; /* is not there: the room alone */
	return to_room(u, o, u->m->teams[team].channel, person, role);
}

const char *notices_skipped(struct turn *u, size_t since)
{
	const char *text = "";

	for (size_t i = since; i < u->out->nchanges; i++) {
		const struct change *ch = &u->out->changes[i];

		if (ch->kind == CHANGE_PERSON_SKIPPED)
			text = turn_text(u, "%s%s%s (%s)", text,
			    *text == '\0' ? "" : ", ", ch->who, ch->detail);
	}
	return text;
}

bool notice_alerts(const struct notice *n)
{
	return n->reason != NOTICE_RESOLVED && n->reason != NOTICE_HANDOFF &&
	       n->reason != NOTICE_ASSIGNMENT && n->reason != NOTICE_MATRIX &&
	       n->reason != NOTICE_UPDATE;
}

bool notice_is_last_word(const struct notice *n)
{
	return n->reason == NOTICE_RESOLVED || n->reason == NOTICE_UPDATE ||
	       n->reason == NOTICE_MATRIX;
}

size_t notice_same_way(
    struct turn *u, const struct occasion *o, const struct notice *n)
{
	struct way to = { .person = matrix_person(u->m, n->who),
		.channel = matrix_channel(u->m, n->channel),
		.role = n->role,
		.spare = n->spare };

	if (to.channel < 0)
		return 0;
	if (strncmp(to.role, "one of ", 7) == 0)
		to.role = ""; /* it is nobody's turn again */
	return queue(u, o, &to);
}

/* The person, if they may be told now, else who covers, else -1. */
static int present(
    struct turn *u, const struct occasion *o, int person, const char *role)
{
	bool alarms = sending_alarms(u, o, SEND_UNSAID);
	int cover = -1;

	for (int n = 0; n < 2 && person >= 0; n++) {
		struct candidate c = {
			.person = person, .channel = -1, .role = role
		};

		c.skipped = roster_absence(u, person, alarms);
		if (c.skipped == NULL)
			return person;
		tell_skipped(u, o, &c);
		roster_is_away(u, person, &cover);
		person = cover;
	}
	return -1;
}

size_t notices_told(struct turn *u, const struct occasion *o)
{
	const struct chain_run *r = o->run;
	bool acked = r->state == RUN_ACKED || r->state == RUN_SNOOZED;
	size_t before = u->t->nnotices;
	size_t count = 0;

	for (size_t i = 0; i < before; i++) {
		struct notice n = u->t->notices[i];
		int person = matrix_person(u->m, n.who);

		if (n.run != r->seq || !notice_alerts(&n) ||
		    n.state == NOTICE_WITHDRAWN || n.state == NOTICE_DEAD ||
		    (acked && strcmp(n.who, r->acked_by) != 0))
			continue;
		if (person < 0 || present(u, o, person, n.role) == person)
			count += notice_same_way(u, o, &n);
	}
	return count;
}

size_t notices_fallback(struct turn *u, const struct occasion *o)
{
	int person = u->m->owner;
	int cover;

	if (person >= 0 && roster_is_away(u, person, &cover) && cover >= 0)
		person = cover;
	return to_room(u, o, u->m->fallback, person, "owner");
}

size_t notices_owner(struct turn *u, const struct occasion *o)
{
	size_t n = notices_own(u, o, u->m->owner, "owner", -1);

	return n > 0 ? n : notices_fallback(u, o);
}

size_t notices_team(struct turn *u, const struct occasion *o, int team)
{
	const struct team *tm = &u->m->teams[team];
	size_t n = notices_own(u, o, tm->lead,
	    turn_text(u, tm->lead >= 0 ? "lead of %s" : "%s", tm->name), team);

	return n > 0 ? n : notices_fallback(u, o);
}

size_t notices_default(struct turn *u, const struct occasion *o)
{
	const struct fields *f = &u->t->fields;
	int team = matrix_team(u->m, f->text[FIELD_TEAM]);
	int person = present(
	    u, o, matrix_person(u->m, f->text[FIELD_ASSIGNEE]), "assignee");
	const char *role = person < 0 ? "" : "assignee";

	if (team >= 0 &&
	    to_room(u, o, u->m->teams[team].channel, person, role) > 0)
		return 1;
	if (to_room(u, o, u->m->fallback, person, role) > 0)
		return 1;
	turn_change(u, CHANGE_NOTICE_DEAD, o->at)->detail =
	    "there is nobody to tell: no chain, no team's room, no fallback";
	return 0;
}

void notice_withdraw(struct turn *u, size_t i, const char *why, struct wall at)
{
	struct notice *n = &u->t->notices[i];

	n->state = NOTICE_WITHDRAWN;
	n->ended = true;
	n->dirty = true;
	notice_tell(u, CHANGE_NOTICE_WITHDRAWN, i, at)->detail = why;
}

void notices_withdraw_one(
    struct turn *u, size_t index, const char *why, struct wall at)
{
	const struct notice *n = &u->t->notices[index];

	if (n->state == NOTICE_PENDING && n->reason != NOTICE_RESOLVED)
		notice_withdraw(u, index, why, at);
}

void notices_withdraw(struct turn *u, enum notice_reason reason,
    const char *clock, const char *why, struct wall at)
{
	for (size_t i = 0; i < u->t->nnotices; i++) {
		const struct notice *n = &u->t->notices[i];

		if (n->reason != reason)
			continue;
		if (clock != NULL && strcmp(n->clock, clock) != 0)
			continue;
		notices_withdraw_one(u, i, why, at);
	}
}

bool notice_may_arrive(const struct turn *u, const struct notice *n)
{
	return n->id != 0 &&
	       (n->state == NOTICE_PENDING || n->state == NOTICE_WITHDRAWN) &&
	       !wall_before(u->now, n->free_at);
}

/* Is what it says, of a run, of a clock or of the ticket, not over yet? */
static bool is_still_so(struct turn *u, const struct notice *n)
{
	const struct chain_run *r = ticket_run(u->t, n->run);
	const struct clock *c = ticket_clock(u->t, n->clock);

	if (n->run != 0)
		return r != NULL && run_state_is_live(r->state);
	if (*n->clock == '\0')
		return !ticket_is_over(u->t);
	return c != NULL && c->cycle == n->cycle &&
	       !clock_state_is_final(c->state);
}

/* An ack is no end: should one arrive all the same, its reader hears of the end
 * when it comes, as anybody who was told before the ack. */
void notices_acked(struct turn *u, const char *why, struct wall at)
{
	for (size_t i = 0; i < u->t->nnotices; i++) {
		struct notice *n = &u->t->notices[i];
		const struct chain_run *r = ticket_run(u->t, n->run);
		bool goes_on = r != NULL && (r->state == RUN_WALKING ||
						r->state == RUN_EXHAUSTED);

		if (!notice_alerts(n) || goes_on || n->state != NOTICE_PENDING)
			continue;
		notice_withdraw(u, i, why, at);
		n->ended = !notice_may_arrive(u, n) || !is_still_so(u, n);
	}
}

bool notices_unwarn(struct turn *u, const struct clock *c, const char *words,
    bool held, const char *why, struct wall at)
{
	bool any = false;

	for (size_t i = 0; i < u->t->nnotices; i++) {
		const struct notice *n = &u->t->notices[i];

		if (n->state != NOTICE_PENDING || n->reason != NOTICE_WARNING ||
		    n->cycle != c->cycle || strcmp(n->clock, c->kind) != 0 ||
		    strcmp(n->detail, words) != 0 ||
		    (held && !wall_before(u->now, n->free_at)))
			continue;
		notice_withdraw(u, i, why, at);
		any = true;
	}
	return any;
}

struct wall notices_free_at(
    const struct turn *u, const struct chain_run *r, int nth)
{
	struct wall at = WALL_NEVER;

	for (size_t i = 0; i < u->t->nnotices; i++) {
		const struct notice *n = &u->t->notices[i];

		if (n->id == 0 && n->state == NOTICE_PENDING &&
		    n->run == r->seq && n->step == r->step &&
		    n->round == r->round && n->nth == nth)
			at = wall_min(at, n->free_at);
	}
	return wall_is_never(at) ? u->now : at;
}

struct wall notices_told_at(const struct turn *u, const struct chain_run *r)
{
	struct wall last = WALL_NEVER;

	for (size_t i = 0; i < u->t->nnotices; i++) {
		const struct notice *n = &u->t->notices[i];
		struct wall at = notice_meant_at(n);

		if (n->run == r->seq && n->round == r->round &&
		    n->step != r->step && n->reason == NOTICE_CHAIN &&
		    n->state != NOTICE_DEAD &&
		    (wall_is_never(last) || wall_before(last, at)))
			last = at;
	}
	return last;
}

int notices_find_person(const struct matrix *m, const char *text)
{
	int i = matrix_person(m, text);

	for (size_t p = 0; i < 0 && text != NULL && p < m->npeople; p++) {
		const struct person *x = &m->people[p];

		if ((x->email != NULL && strcmp(x->email, text) == 0) ||
		    (x->slack != NULL && strcmp(x->slack, text) == 0))
			i = (int)p;
	}
	return i;
}
