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
	enum sees sees;		   /* as the role that is asked for says */
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
	const struct channel *c = &m->channels[channel];

	if (!channel_is_personal(c))
		return true;
	if (person < 0)
		return false;
	return m->people[person].email != NULL ||
	       (c->way != WAY_ROOM && m->people[person].slack != NULL);
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

/* The channel that a way is for this ticket: `dm` is the one of its room. */
static int way_channel(const struct turn *u, int way)
{
	return matrix_way_channel(
	    u->m, way, matrix_team(u->m, u->t->fields.text[FIELD_TEAM]));
}

/* The channels that the person prefers for a ticket as urgent as this. */
static struct ways own_ways(const struct turn *u, int person)
{
	const struct ways *ways = u->m->people[person].ways;
	int severity = severity_of(u);
	struct ways own = { .count = 0 };

	if (ways == NULL)
		return own;
	own = ways[severity >= 0 ? (size_t)severity : u->m->nseverities];
	for (size_t i = 0; i < own.count; i++)
		own.channels[i] = way_channel(u, own.channels[i]);
	return own;
}

static bool has_channel(
    const struct turn *u, const struct candidate *c, const char *name)
{
	return (c->channel >= 0 &&
		   strcmp(u->m->channels[c->channel].name, name) == 0) ||
	       list_has(c->spare, name);
}

/* One more channel, if it can carry; `dm` and `support.dm` may be one. */
static void take_channel(struct turn *u, struct candidate *c, int channel)
{
	if (channel < 0 || !roster_can_carry(u->m, channel, c->person) ||
	    has_channel(u, c, u->m->channels[channel].name))
		return;
	if (c->channel < 0)
		c->channel = channel;
	else
		c->spare = turn_text(u, "%s%s%s", c->spare,
		    *c->spare == '\0' ? "" : ",", u->m->channels[channel].name);
}

static bool is_mention(const struct turn *u, int channel)
{
	return channel >= 0 && u->m->channels[channel].way == WAY_MENTION;
}

static bool is_own(const struct ways *w, int channel)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->channels[i] == channel)
			return true;
	return false;
}

static void add_way(struct ways *w, int channel)
{
	if (channel >= 0 && !is_own(w, channel) && w->count < PERSON_WAYS_MAX)
		w->channels[w->count++] = channel;
}

/* Of the step's ways those that the person named, in their order, then the
 * others; but a mention that they did not name is the step's own stage. */
static struct ways sorted_ways(
    const struct ways *via, const struct ways *own, const struct turn *u)
{
	struct ways out = { .count = 0 };

	for (size_t i = 0; i < own->count; i++)
		if (is_own(via, own->channels[i]))
			add_way(&out, own->channels[i]);
	for (size_t i = 0; i < via->count; i++)
		if (!is_mention(u, via->channels[i]))
			add_way(&out, via->channels[i]);
	return out;
}

static void take_channels(
    struct turn *u, const struct step *s, struct candidate *c)
{
	struct ways own = own_ways(u, c->person);
	struct ways via = { .count = 0 };
	struct ways sorted;
	size_t next = 0;

	for (size_t i = 0; s != NULL && i < s->nvia; i++)
		add_way(&via, way_channel(u, matrix_way(u->m, s->via[i])));
	for (size_t i = 0; (s == NULL || s->nvia == 0) && i < own.count; i++)
		add_way(&via, own.channels[i]);
	sorted = sorted_ways(&via, &own, u);
	for (size_t i = 0; i < via.count; i++) {
		int channel = via.channels[i];

		if (is_own(&own, channel) || !is_mention(u, channel))
			channel = sorted.channels[next++];
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
		c.skipped = turn_text(a->u, "%s needs a person to go to",
		    a->u->m->channels[channel].name);
	add(a, &c);
}

/* Why that member need not hear of it; NULL: they are to.  Who leads the team
 * sees everything. */
static const char *sees_not(const struct asking *a, int team, int person)
{
	const struct person *p = &a->u->m->people[person];
	enum sees sees = p->sees == SEES_UNSAID ? a->sees : p->sees;
	const char *owner = a->u->t->fields.text[FIELD_ASSIGNEE];

	if (sees != SEES_OWN || owner == NULL || strcmp(owner, p->name) == 0 ||
	    a->u->m->teams[team].lead == person)
		return NULL;
	return turn_text(a->u, "sees own tickets only, and %s owns it", owner);
}

static void add_spared(
    const struct asking *a, int person, const char *role, const char *why)
{
	struct candidate c =
	    roster_person(a->u, a->s, person, role, a->quiet_skips);

	if (c.skipped == NULL)
		c.skipped = why;
	add(a, &c);
}

/* The step's other ways: by these each of a group is told, where the post that
 * mentions it does not go. */
static const char *ways_besides(const struct asking *a)
{
	const char *text = "";

	for (size_t i = 0; i < a->s->nvia; i++) {
		int channel =
		    way_channel(a->u, matrix_way(a->u->m, a->s->via[i]));

		if (channel >= 0 && !is_mention(a->u, channel))
			text = turn_text(a->u, "%s%s%s", text,
			    *text == '\0' ? "" : ",",
			    a->u->m->channels[channel].name);
	}
	return text;
}

/* Where the step would mention each of them first, one post mentions their
 * Slack user group instead.  False: it does not, or they have none. */
static bool add_group(
    const struct asking *a, const struct team *tm, const char *role)
{
	struct candidate c = { .person = -1, .channel = -1, .role = role };

	if (tm->slack_group == NULL || a->s == NULL || a->s->nvia == 0)
		return false;
	c.channel = way_channel(a->u, matrix_way(a->u->m, a->s->via[0]));
	if (!is_mention(a->u, c.channel))
		return false;
	c.spare = ways_besides(a);
	add(a, &c);
	return true;
}

/* Those whom it concerns; where none of them can be told, everybody: it is to
 * spare a crowd, not to reach nobody. */
static void add_members(const struct asking *a, int team, const char *role)
{
	const struct team *tm = &a->u->m->teams[team];
	size_t before = a->out->told;
	bool enough;

	if (add_group(a, tm, role))
		return;
	for (size_t i = 0; i < tm->nmembers; i++)
		if (sees_not(a, team, tm->members[i].person) == NULL)
			add_person(a, tm->members[i].person, role);
	enough = a->out->told > before;
	for (size_t i = 0; i < tm->nmembers; i++) {
		int person = tm->members[i].person;
		const char *why = sees_not(a, team, person);

		if (why != NULL && enough)
			add_spared(a, person, role, why);
		else if (why != NULL)
			add_person(a, person, role);
	}
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
		add_members(a, team, role);
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
		.ticket_id = u->t->id,
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
	struct asking of_role = *a;
	struct who w;

	if (!matrix_who(a->u->m, name, &w)) {
		add_nobody(a, name, "the matrix has this name no more");
		return;
	}
	if (w.kind == WHO_ROLE) {
		of_role.sees = a->u->m->roles[w.index].sees;
		w = a->u->m->roles[w.index].who;
	}
	switch (w.kind) {
	case WHO_PERSON:
		add_person(a, w.index, name);
		break;
	case WHO_TEAM:
		add_team(&of_role, w.index, false, name);
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
