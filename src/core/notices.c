/* notices.c - see notices.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/notices.h"

#include "core/sending.h"
#include "core/walks.h"

#include <string.h>

/* One way to one reader. */
struct way {
	int person;	   /* or -1: the room itself */
	int channel;	   /* index */
	const char *role;  /* as the step names them, or "" */
	const char *spare; /* names of further channels */
	enum send send;	   /* as the step says, or unsaid */
};

static bool can_carry(const struct matrix *m, int channel, int person)
{
	if (m->channels[channel].type != CHANNEL_SMTP)
		return true;
	return person >= 0 && m->people[person].email != NULL;
}

static struct change *tell(
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

static struct notice *push(struct turn *u)
{
	struct ticket *t = u->t;
	struct notice *n = arena_push(
	    t->arena, &t->notices, &t->nnotices, &t->cap_notices, sizeof *n);

	n->state = NOTICE_PENDING;
	n->free_at = u->now;
	n->held_until = WALL_NEVER;
	n->useful_until = wall_plus(u->now, u->m->give_up_ms);
	n->dirty = true;
	return n;
}

static void tell_queued(struct turn *u, size_t index)
{
	const struct notice *n = &u->t->notices[index];
	struct change *ch = tell(u, CHANGE_NOTICE_QUEUED, index, n->at);

	ch->detail = n->detail;
	if (!wall_before(u->now, n->free_at))
		return;
	ch = tell(u, CHANGE_NOTICE_HELD, index, n->at);
	ch->due = n->free_at;
	ch->detail = "until the reader's hours open";
}

static size_t queue(
    struct turn *u, const struct occasion *o, const struct way *to)
{
	const struct matrix *m = u->m;
	struct notice *n = push(u);

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

/* The channels of the step that can carry to that person: the first to *first,
 * the others to *spare.  False if there is none. */
static bool pick_channel(struct turn *u, const struct step *s, int person,
    int *first, const char **spare)
{
	*first = -1;
	*spare = "";
	for (size_t i = 0; i < s->nvia; i++) {
		int ch = matrix_channel(u->m, s->via[i]);

		if (ch < 0 || !can_carry(u->m, ch, person))
			continue;
		if (*first < 0)
			*first = ch;
		else
			*spare = turn_text(u, "%s%s%s", *spare,
			    **spare == '\0' ? "" : ",", s->via[i]);
	}
	return *first >= 0;
}

static size_t to_person(struct turn *u, const struct occasion *o,
    const struct step *s, int person, const char *role)
{
	struct way to = { .person = person, .role = role, .send = s->send };

	if (person < 0 || !pick_channel(u, s, person, &to.channel, &to.spare))
		return 0;
	return queue(u, o, &to);
}

static size_t to_room(struct turn *u, const struct occasion *o, int channel,
    int person, const char *role)
{
	struct way to = {
		.person = person, .channel = channel, .role = role, .spare = ""
	};

	if (channel < 0 || !can_carry(u->m, channel, person))
		return 0;
	return queue(u, o, &to);
}

static size_t to_team(struct turn *u, const struct occasion *o,
    const struct step *s, int team, bool lead_first, const char *role)
{
	const struct team *tm;
	size_t n = 0;

	if (team < 0)
		return 0;
	tm = &u->m->teams[team];
	if (lead_first && tm->lead >= 0)
		return to_person(u, o, s, tm->lead, role);
	for (size_t i = 0; i < tm->nmembers; i++)
		n += to_person(u, o, s, tm->members[i], role);
	if (n == 0 && tm->fallback >= 0)
		n = to_person(u, o, s, tm->fallback, role);
	return n;
}

static size_t to_name(struct turn *u, const struct occasion *o,
    const struct step *s, const char *name)
{
	const struct fields *f = &u->t->fields;
	struct who w;

	if (!matrix_who(u->m, name, &w))
		return 0;
	if (w.kind == WHO_ROLE)
		w = u->m->roles[w.index].who;
	switch (w.kind) {
	case WHO_PERSON:
		return to_person(u, o, s, w.index, name);
	case WHO_TEAM:
		return to_team(u, o, s, w.index, false, name);
	case WHO_CHANNEL:
		return to_room(u, o, w.index, -1, name);
	case WHO_ASSIGNEE:
		return to_person(u, o, s,
		    matrix_person(u->m, f->text[FIELD_ASSIGNEE]), name);
	case WHO_OWN_TEAM:
		return to_team(u, o, s, matrix_team(u->m, f->text[FIELD_TEAM]),
		    true, name);
	case WHO_ROLE:
		break; /* a role never stands for a role */
	}
	return 0;
}

size_t notices_step(
    struct turn *u, const struct occasion *o, const struct step *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nwho; i++)
		n += to_name(u, o, s, s->who[i]);
	return n;
}

size_t notices_person(struct turn *u, const struct occasion *o,
    const struct step *s, const char *person)
{
	return to_person(
	    u, o, s, matrix_person(u->m, person), "acknowledged by");
}

static bool alerts(const struct notice *n)
{
	return n->reason != NOTICE_RESOLVED && n->state != NOTICE_WITHDRAWN &&
	       n->state != NOTICE_DEAD;
}

/* Again by the way in which that notice went. */
static size_t same_way(
    struct turn *u, const struct occasion *o, const struct notice *n)
{
	struct way to = { .person = matrix_person(u->m, n->who),
		.channel = matrix_channel(u->m, n->channel),
		.role = n->role,
		.spare = n->spare };

	if (to.channel < 0)
		return 0;
	return queue(u, o, &to);
}

size_t notices_told(struct turn *u, const struct occasion *o)
{
	const struct chain_run *r = o->run;
	bool acked = r->state == RUN_ACKED || r->state == RUN_SNOOZED;
	size_t before = u->t->nnotices;
	size_t count = 0;

	for (size_t i = 0; i < before; i++) {
		struct notice n = u->t->notices[i];

		if (n.run != r->seq || !alerts(&n) ||
		    (acked && strcmp(n.who, r->acked_by) != 0))
			continue;
		count += same_way(u, o, &n);
	}
	return count;
}

size_t notices_fallback(struct turn *u, const struct occasion *o)
{
	return to_room(u, o, u->m->fallback, u->m->owner, "owner");
}

size_t notices_default(struct turn *u, const struct occasion *o)
{
	const struct fields *f = &u->t->fields;
	int person = matrix_person(u->m, f->text[FIELD_ASSIGNEE]);
	int team = matrix_team(u->m, f->text[FIELD_TEAM]);
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

static void withdraw(struct turn *u, size_t i, const char *why, struct wall at)
{
	struct notice *n = &u->t->notices[i];

	n->state = NOTICE_WITHDRAWN;
	n->ended = true;
	n->dirty = true;
	tell(u, CHANGE_NOTICE_WITHDRAWN, i, at)->detail = why;
}

void notices_withdraw_one(
    struct turn *u, size_t index, const char *why, struct wall at)
{
	const struct notice *n = &u->t->notices[index];

	if (n->state == NOTICE_PENDING && n->reason != NOTICE_RESOLVED)
		withdraw(u, index, why, at);
}

void notices_withdraw(struct turn *u, enum notice_reason reason,
    const char *clock, const char *why, struct wall at)
{
	for (size_t i = 0; i < u->t->nnotices; i++) {
		const struct notice *n = &u->t->notices[i];

		if (reason != NOTICE_REASON_COUNT && n->reason != reason)
			continue;
		if (clock != NULL && strcmp(n->clock, clock) != 0)
			continue;
		notices_withdraw_one(u, i, why, at);
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
		withdraw(u, i, why, at);
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

static bool is_about(struct turn *u, const struct notice *n,
    const struct clock *c, const struct chain_run *over)
{
	const struct chain_run *r = ticket_run(u->t, n->run);

	if (n->ended || n->reason == NOTICE_RESOLVED)
		return false;
	if (r != NULL && run_state_is_live(r->state))
		return false;
	if (over != NULL)
		return n->run == over->seq;
	return c == NULL ||
	       (n->cycle == c->cycle && strcmp(n->clock, c->kind) == 0) ||
	       (n->run != 0 && r == NULL) ||
	       (r != NULL && r->cycle == c->cycle &&
		   strcmp(r->clock, c->kind) == 0);
}

/* One word to whoever this notice alerted; the same reader is told once. */
static void tell_over(struct turn *u, const struct notice *n,
    const struct clock *c, const char *why, struct wall at)
{
	struct occasion o = { .reason = NOTICE_RESOLVED,
		.clock = c,
		.step = -1,
		.detail = why,
		.at = at,
		.alerted_at = n->free_at };

	same_way(u, &o, n);
}

void notices_over(struct turn *u, const struct clock *c,
    const struct chain_run *r, const char *why, struct wall at)
{
	size_t before = u->t->nnotices;

	for (size_t i = 0; i < before; i++) {
		struct notice n = u->t->notices[i];

		if (!is_about(u, &n, c, r))
			continue;
		if (n.state == NOTICE_PENDING)
			withdraw(u, i, why, at);
		u->t->notices[i].ended = true;
		u->t->notices[i].dirty = true;
		/* One that may have arrived before a crash counts as told. */
		if (n.state == NOTICE_DONE ||
		    (n.state == NOTICE_PENDING && n.repeat))
			tell_over(u, &n, c, why, at);
	}
}

/* The same word to the same reader by the next way that can carry it. */
static bool fail_over(struct turn *u, const struct notice *failed)
{
	struct notice old = *failed;
	const char *rest = old.spare;

	while (*rest != '\0') {
		const char *end = strchr(rest, ',');
		size_t len = end == NULL ? strlen(rest) : (size_t)(end - rest);
		char *name = arena_strndup(u->t->arena, rest, len);
		int ch = matrix_channel(u->m, name);
		struct notice *n;

		rest += len + (end != NULL);
		if (ch < 0 ||
		    !can_carry(u->m, ch, matrix_person(u->m, old.who)))
			continue;
		n = push(u);
		old.id = 0;
		old.attempts = 0;
		old.repeat = false;
		old.ended = false;
		old.state = NOTICE_PENDING;
		old.channel = name;
		old.spare = rest;
		old.free_at = n->free_at;
		old.useful_until = n->useful_until;
		old.dirty = true;
		*n = old;
		tell(u, CHANGE_NOTICE_QUEUED, u->t->nnotices - 1, u->now)
		    ->detail = "another way, since the first failed";
		return true;
	}
	return false;
}

/* Did no notice of the run's latest step get through? */
static bool step_is_dead(const struct turn *u, const struct chain_run *r)
{
	for (size_t i = 0; i < u->t->nnotices; i++) {
		const struct notice *n = &u->t->notices[i];

		if (n->run == r->seq && n->step == r->step &&
		    n->round == r->round && n->reason == NOTICE_CHAIN &&
		    (n->state == NOTICE_PENDING || n->state == NOTICE_DONE))
			return false;
	}
	return true;
}

static const char *said(const struct event *ev)
{
	return ev->text == NULL ? "" : ev->text;
}

static void refused(struct turn *u, size_t i, const struct event *ev)
{
	struct notice *n = &u->t->notices[i];
	struct chain_run *r = ticket_run(u->t, n->run);
	struct occasion o = { .reason = NOTICE_UNREACHABLE,
		.step = n->step,
		.detail = "a notice was refused for good",
		.at = ev->at };

	n->attempts++;
	n->state = NOTICE_DEAD;
	n->ended = n->reason == NOTICE_RESOLVED;
	n->dirty = true;
	tell(u, CHANGE_NOTICE_DEAD, i, ev->at)->detail = said(ev);
	if (fail_over(u, n))
		return;
	n = &u->t->notices[i];
	if (n->reason == NOTICE_CHAIN && r != NULL && r->state == RUN_WALKING &&
	    r->step == n->step && step_is_dead(u, r))
		walks_hurry(u, r, ev->at);
	else if (n->reason != NOTICE_RESOLVED &&
		 matrix_channel(u->m, n->channel) != u->m->fallback)
		notices_fallback(u, &o);
}

static void delivered(struct turn *u, size_t i, const struct event *ev)
{
	struct notice *n = &u->t->notices[i];
	bool was_moot = n->state == NOTICE_WITHDRAWN;
	struct notice copy;

	n->state = NOTICE_DONE;
	n->ended = n->reason == NOTICE_RESOLVED || was_moot;
	n->dirty = true;
	tell(u, CHANGE_NOTICE_SENT, i, ev->at)->detail =
	    was_moot ? "it was on its way when it became moot" : "";
	copy = u->t->notices[i];
	if (was_moot && copy.reason != NOTICE_RESOLVED)
		tell_over(u, &copy, ticket_clock(u->t, copy.clock),
		    "it became moot while it was sent", ev->at);
}

bool notices_delivery(struct turn *u, const struct event *ev)
{
	struct notice *n = ticket_notice(u->t, ev->notice_id);
	size_t i;

	if (n == NULL)
		return false;
	i = (size_t)(n - u->t->notices);
	if (ev->delivery == DELIVERY_OK) {
		delivered(u, i, ev);
	} else if (n->state != NOTICE_PENDING) {
		return true; /* withdrawn meanwhile, and not sent: as it was */
	} else if (ev->delivery == DELIVERY_NEVER ||
		   (*n->spare != '\0' &&
		       n->attempts + 1 >= NOTICE_FAILURES_MAX)) {
		refused(u, i, ev);
	} else {
		n->attempts++;
		n->free_at = ev->again_at;
		n->dirty = true;
		tell(u, CHANGE_NOTICE_RETRY, i, ev->at)->detail = said(ev);
		u->out->changes[u->out->nchanges - 1].due = ev->again_at;
	}
	return true;
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
