/* roster.c - see roster.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/roster.h"

#include "core/oncall.h"

#include <string.h>

/* Fallbacks of teams may point at each other. */
#define FALLBACKS_MAX 8

/* What is asked of one step. */
struct asking {
	struct turn *u;
	const struct step *s;	   /* NULL: everybody's own channels */
	const struct chain_run *r; /* told again: of this run; or NULL */
	bool quiet_skips;
	struct roster *out;
};

const char *roster_when(struct turn *u, struct wall at)
{
	char text[WALL_TEXT_MAX];

	wall_format(at, text);
	return turn_text(u, "%.*s %.*s UTC", 10, text, 5, text + 11);
}

bool roster_can_carry(const struct matrix *m, int channel, int person)
{
	if (m->channels[channel].type != CHANNEL_SMTP)
		return true;
	return person >= 0 && m->people[person].email != NULL;
}

static int severity_of(const struct turn *u)
{
	return matrix_severity(u->m, u->t->fields.text[FIELD_SEVERITY]);
}

bool roster_is_quiet(const struct turn *u, int person, struct wall at)
{
	const struct person *p = &u->m->people[person];
	int severity = severity_of(u);

	if (p->quiet < 0 ||
	    (severity >= 0 && (p->quiet_not & (1u << severity)) != 0))
		return false;
	return calendar_open(u->m->calendars[p->quiet], at);
}

bool roster_is_away(const struct turn *u, int person, int *cover)
{
	const struct duty_change *c =
	    duty_away(u->f->duty, u->m->people[person].name, u->now);
	bool away = c != NULL;
	int at = -1;

	for (size_t n = 0; c != NULL && n < u->m->npeople; n++) {
		at = matrix_person(u->m, c->other);
		c = at < 0
			? NULL
			: duty_away(u->f->duty, u->m->people[at].name, u->now);
	}
	*cover = c == NULL ? at : -1; /* still away: a ring */
	return away;
}

bool roster_on_duty(const struct turn *u, int person)
{
	int hours = u->m->people[person].hours;
	int cover;

	if (hours >= 0 && !calendar_open(u->m->calendars[hours], u->now))
		return false;
	return !roster_is_away(u, person, &cover) &&
	       !roster_is_quiet(u, person, u->now);
}

static const char *away_words(struct turn *u, int person, int cover)
{
	const struct duty_change *c =
	    duty_away(u->f->duty, u->m->people[person].name, u->now);
	const char *until =
	    wall_is_never(c->until)
		? "away until further notice"
		: turn_text(u, "away until %s", roster_when(u, c->until));

	if (cover >= 0)
		return turn_text(
		    u, "%s, covered by %s", until, u->m->people[cover].name);
	if (*c->other != '\0')
		return turn_text(
		    u, "%s, and the cover %s is not there", until, c->other);
	return turn_text(u, "%s, and nobody covers", until);
}

static const char *quiet_words(struct turn *u, int person)
{
	const struct calendar *quiet =
	    u->m->calendars[u->m->people[person].quiet];
	struct wall end = calendar_next_close(quiet, u->now);

	if (wall_is_never(end))
		return "quiet hours without end";
	return turn_text(u, "quiet hours until %s", roster_when(u, end));
}

const char *roster_absence(struct turn *u, int person, bool quiet_skips)
{
	int cover;

	if (roster_is_away(u, person, &cover))
		return away_words(u, person, cover);
	if (quiet_skips && roster_is_quiet(u, person, u->now))
		return quiet_words(u, person);
	return NULL;
}

/* The channels that the person prefers for a ticket as urgent as this. */
static const struct ways *own_ways(const struct turn *u, int person)
{
	static const struct ways none;
	const struct ways *ways = u->m->people[person].ways;
	int severity = severity_of(u);

	if (ways == NULL)
		return &none;
	return &ways[severity >= 0 ? (size_t)severity : u->m->nseverities];
}

static bool has_way(const struct ways *w, int channel)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->channels[i] == channel)
			return true;
	return false;
}

static bool is_in_via(const struct turn *u, const struct step *s, int channel)
{
	for (size_t i = 0; i < s->nvia; i++)
		if (strcmp(s->via[i], u->m->channels[channel].name) == 0)
			return true;
	return false;
}

/* One more channel, if it can carry. */
static void take_channel(struct turn *u, struct candidate *c, int channel)
{
	if (channel < 0 || !roster_can_carry(u->m, channel, c->person))
		return;
	if (c->channel < 0)
		c->channel = channel;
	else
		c->spare = turn_text(u, "%s%s%s", c->spare,
		    *c->spare == '\0' ? "" : ",", u->m->channels[channel].name);
}

static void take_channels(
    struct turn *u, const struct step *s, struct candidate *c)
{
	const struct ways *own = own_ways(u, c->person);
	bool via = s != NULL && s->nvia > 0;

	for (size_t i = 0; i < own->count; i++)
		if (!via || is_in_via(u, s, own->channels[i]))
			take_channel(u, c, own->channels[i]);
	for (size_t i = 0; via && i < s->nvia; i++) {
		int channel = matrix_channel(u->m, s->via[i]);

		if (channel >= 0 && !has_way(own, channel))
			take_channel(u, c, channel);
	}
}

struct candidate roster_person(struct turn *u, const struct step *s, int person,
    const char *role, bool quiet_skips)
{
	struct candidate c = {
		.person = person, .channel = -1, .spare = "", .role = role
	};

	c.skipped = roster_absence(u, person, quiet_skips);
	take_channels(u, s, &c);
	if (c.skipped == NULL && c.channel < 0)
		c.skipped = "no channel that can carry";
	return c;
}

/* Who stands there already is not asked again. */
static bool stands_there(const struct roster *r, const struct candidate *c)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct candidate *o = &r->items[i];

		if (c->person >= 0
			? o->person == c->person
			: o->person < 0 && o->channel == c->channel &&
			      strcmp(o->role, c->role) == 0)
			return true;
	}
	return false;
}

static void add(const struct asking *a, const struct candidate *c)
{
	struct roster *r = a->out;

	if (r->count == ROSTER_MAX || stands_there(r, c))
		return;
	r->items[r->count++] = *c;
	r->told += c->skipped == NULL;
}

/* Nobody is behind that name. */
static void add_nobody(
    const struct asking *a, const char *role, const char *why)
{
	add(a, &(struct candidate){ .person = -1,
		   .channel = -1,
		   .spare = "",
		   .role = role,
		   .skipped = why });
}

static void add_person(const struct asking *a, int person, const char *role)
{
	struct candidate c =
	    roster_person(a->u, a->s, person, role, a->quiet_skips);
	int cover;

	add(a, &c);
	if (!roster_is_away(a->u, person, &cover) || cover < 0)
		return;
	c = roster_person(a->u, a->s, cover, role, a->quiet_skips);
	add(a, &c);
}

static void add_room(const struct asking *a, int channel, const char *role)
{
	struct candidate c = {
		.person = -1, .channel = channel, .spare = "", .role = role
	};

	if (!roster_can_carry(a->u->m, channel, -1))
		c.skipped = "mail needs a person with an address";
	add(a, &c);
}

/* Everybody, else the fallback, else its fallback, ... */
static void add_team(
    const struct asking *a, int team, bool lead_first, const char *role)
{
	size_t before = a->out->told;

	for (int n = 0; n < FALLBACKS_MAX; n++) {
		const struct team *tm = &a->u->m->teams[team];

		if (lead_first && n == 0 && tm->lead >= 0)
			add_person(a, tm->lead, role);
		if (a->out->told > before)
			return;
		for (size_t i = 0; i < tm->nmembers; i++)
			add_person(a, tm->members[i].person, role);
		if (tm->nmembers == 0)
			add_nobody(a, role,
			    turn_text(a->u, "nobody is in %s", tm->name));
		if (a->out->told > before || tm->fallback.index < 0)
			return;
		if (tm->fallback.kind == WHO_PERSON) {
			add_person(a, tm->fallback.index, role);
			return;
		}
		team = tm->fallback.index;
	}
}

static void add_schedule(const struct asking *a, int schedule, const char *role)
{
	struct oncall on;

	oncall_at(a->u->m, a->u->f->duty, schedule, a->u->now, &on);
	if (on.unknown != NULL)
		add_nobody(a, role,
		    turn_text(a->u,
			"the calendar names \"%s\", who is nobody "
			"in the matrix",
			on.unknown));
	else if (on.count == 0)
		add_nobody(a, role, "nobody is on call");
	for (size_t i = 0; i < on.count; i++)
		add_person(a, on.people[i], role);
}

/* When that person was picked last as that role: by the store, or in this very
 * turn, which no store has seen. */
static int64_t picked_at(struct turn *u, const char *name, const char *role)
{
	struct fact_question q = { .fact = FACT_PICKED_AT,
		.name = name,
		.role = role,
		.until = u->now };
	int64_t at = u->f->answer == NULL ? 0 : u->f->answer(u->f->user, &q);

	for (size_t i = 0; i < u->t->nnotices; i++) {
		const struct notice *n = &u->t->notices[i];

		if (n->at.ms > at && strcmp(n->role, role) == 0 &&
		    strcmp(n->who, name) == 0)
			at = n->at.ms;
	}
	return at;
}

static int pick(
    const struct asking *a, int team, const char *role, bool on_duty)
{
	const struct team *tm = &a->u->m->teams[team];
	int64_t oldest = INT64_MAX;
	int best = -1;

	for (size_t i = 0; i < tm->nmembers; i++) {
		int person = tm->members[i].person;
		struct candidate c =
		    roster_person(a->u, a->s, person, role, a->quiet_skips);
		int64_t at;

		if (c.skipped != NULL || stands_there(a->out, &c) ||
		    (on_duty && !roster_on_duty(a->u, person)))
			continue;
		at = picked_at(a->u, a->u->m->people[person].name, role);
		if (at >= oldest)
			continue;
		oldest = at;
		best = person;
	}
	return best;
}

int roster_pick(
    struct turn *u, int team, const struct step *s, const char *role)
{
	struct roster none = { .count = 0 };
	struct asking a = { .u = u, .s = s, .quiet_skips = true, .out = &none };

	return pick(&a, team, role, true);
}

/* Whom the run's step has told in that role, or -1. */
static int picked_before(const struct asking *a, const char *role)
{
	const struct ticket *t = a->u->t;

	for (size_t i = t->nnotices; a->r != NULL && i-- > 0;) {
		const struct notice *n = &t->notices[i];

		if (n->run == a->r->seq && n->step == a->r->step &&
		    n->round == a->r->round && strcmp(n->role, role) == 0 &&
		    *n->who != '\0')
			return matrix_person(a->u->m, n->who);
	}
	return -1;
}

/* What waits for its reader's hours may go to one whose hours are closed. */
static void add_one_of(const struct asking *a, int team)
{
	const char *name = a->u->m->teams[team].name;
	const char *role = turn_text(a->u, "one of %s", name);
	int person = picked_before(a, role);

	if (person >= 0 &&
	    roster_person(a->u, a->s, person, role, a->quiet_skips).skipped !=
		NULL)
		person = -1;
	if (person < 0)
		person = pick(a, team, role, true);
	if (person < 0 && !a->quiet_skips)
		person = pick(a, team, role, false);
	if (person >= 0)
		add_person(a, person, role);
	else
		add_nobody(a, role,
		    turn_text(
			a->u, "nobody of %s is on duty and can be told", name));
}

static void add_assignee(const struct asking *a, const char *role)
{
	const char *name = a->u->t->fields.text[FIELD_ASSIGNEE];
	int person = matrix_person(a->u->m, name);

	if (person >= 0)
		add_person(a, person, role);
	else
		add_nobody(a, role,
		    name == NULL ? "the ticket has no owner"
				 : turn_text(a->u,
				       "the ticket's owner %s is not in the "
				       "matrix",
				       name));
}

static void add_own_team(const struct asking *a, bool one, const char *role)
{
	int team = matrix_team(a->u->m, a->u->t->fields.text[FIELD_TEAM]);

	if (team < 0)
		add_nobody(a, role, "the ticket has no team in the matrix");
	else if (one)
		add_one_of(a, team);
	else
		add_team(a, team, true, role);
}

static void add_name(const struct asking *a, const char *name)
{
	struct who w;

	if (!matrix_who(a->u->m, name, &w)) {
		add_nobody(a, name, "the matrix has this name no more");
		return;
	}
	if (w.kind == WHO_ROLE)
		w = a->u->m->roles[w.index].who;
	switch (w.kind) {
	case WHO_PERSON:
		add_person(a, w.index, name);
		break;
	case WHO_TEAM:
		add_team(a, w.index, false, name);
		break;
	case WHO_ONE_OF:
		if (w.index < 0)
			add_own_team(a, true, name);
		else
			add_one_of(a, w.index);
		break;
	case WHO_CHANNEL:
		add_room(a, w.index, name);
		break;
	case WHO_ASSIGNEE:
		add_assignee(a, name);
		break;
	case WHO_OWN_TEAM:
		add_own_team(a, false, name);
		break;
	case WHO_SCHEDULE:
		add_schedule(a, w.index, name);
		break;
	case WHO_ROLE:
		break; /* a role never stands for a role */
	}
}

void roster_of_step_again(struct turn *u, const struct step *s,
    const struct chain_run *r, bool quiet_skips, struct roster *out)
{
	struct asking a = {
		.u = u, .s = s, .r = r, .quiet_skips = quiet_skips, .out = out
	};

	out->count = 0;
	out->told = 0;
	for (size_t i = 0; i < s->nwho; i++)
		add_name(&a, s->who[i]);
}

void roster_of_step(
    struct turn *u, const struct step *s, bool quiet_skips, struct roster *out)
{
	roster_of_step_again(u, s, NULL, quiet_skips, out);
}

void roster_of_person(struct turn *u, const struct step *s, int person,
    const char *role, bool quiet_skips, struct roster *out)
{
	struct asking a = {
		.u = u, .s = s, .quiet_skips = quiet_skips, .out = out
	};

	out->count = 0;
	out->told = 0;
	add_person(&a, person, role);
}
