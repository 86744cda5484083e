/* lint_unused.c - definitions that nothing names.
 *
 * A team may be named by the help desk's tickets alone; it is of use then if it
 * does something for them: a step tells the ticket's own team, or the team has
 * a room, a lead, a chain, or assigns.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/lint_parts.h"

#include "core/oncall.h"

enum part {
	PART_CALENDAR,
	PART_CHANNEL,
	PART_PERSON,
	PART_TEAM,
	PART_SCHEDULE,
	PART_ROLE,
	PART_CHAIN,
	PART_COUNT
};

struct uses {
	bool *of[PART_COUNT];
	bool own_team; /* a step tells the ticket's team */
};

static void use(struct uses *u, enum part part, int index)
{
	if (index >= 0)
		u->of[part][index] = true;
}

/* What is meant by it is the room; `dm` and `mention` may mean each of them. */
static void use_way(const struct matrix *m, struct uses *u, int way)
{
	for (size_t i = 0; i < m->nchannels; i++)
		if (way >= 0 ? m->channels[way].base == (int)i
			     : way < -1 && m->channels[i].type == CHANNEL_SLACK)
			use(u, PART_CHANNEL, (int)i);
}

static void use_who(struct uses *u, struct who who)
{
	static const enum part parts[] = {
		[WHO_PERSON] = PART_PERSON,
		[WHO_TEAM] = PART_TEAM,
		[WHO_ONE_OF] = PART_TEAM,
		[WHO_CHANNEL] = PART_CHANNEL,
		[WHO_ROLE] = PART_ROLE,
		[WHO_SCHEDULE] = PART_SCHEDULE,
	};

	if (who.kind == WHO_OWN_TEAM ||
	    (who.kind == WHO_ONE_OF && who.index < 0))
		u->own_team = true;
	else if (who.kind != WHO_ASSIGNEE)
		use(u, parts[who.kind], who.index);
}

static void use_step(
    const struct matrix *m, struct uses *u, const struct step *s)
{
	struct who who;

	for (size_t i = 0; i < s->nwho; i++)
		if (matrix_who(m, s->who[i], &who))
			use_who(u, who);
	for (size_t i = 0; i < s->nvia; i++)
		use_way(m, u, matrix_way(m, s->via[i]));
	use(u, PART_CALENDAR, matrix_calendar(m, s->hours));
}

static void use_person(
    const struct matrix *m, struct uses *u, const struct person *p)
{
	use(u, PART_CALENDAR, p->hours);
	use(u, PART_CALENDAR, p->quiet);
	for (size_t s = 0; p->ways != NULL && s <= m->nseverities; s++)
		for (size_t i = 0; i < p->ways[s].count; i++)
			use_way(m, u, p->ways[s].channels[i]);
}

static void use_team(struct uses *u, const struct team *t)
{
	for (size_t i = 0; i < t->nmembers; i++)
		use(u, PART_PERSON, t->members[i].person);
	use(u, PART_PERSON, t->lead);
	use_who(u, t->fallback);
	use(u, PART_CHAIN, t->chain);
	use(u, PART_CHANNEL, t->channel);
}

/* A title may name several; a series says the same one each time. */
static void use_shifts(
    const struct matrix *m, struct uses *u, const struct shifts *s)
{
	const char *last = NULL;

	for (size_t i = 0; i < s->count; i++) {
		int people[ONCALL_MAX];
		size_t count = 0;

		if (s->items[i].title == last)
			continue;
		last = s->items[i].title;
		(void)oncall_title(m, last, people, &count, ONCALL_MAX);
		for (size_t k = 0; k < count; k++)
			use(u, PART_PERSON, people[k]);
	}
}

/* A feed may name anybody. */
static void use_everybody(const struct matrix *m, struct uses *u)
{
	for (size_t i = 0; i < m->npeople; i++)
		use(u, PART_PERSON, (int)i);
}

static void use_schedule(
    const struct matrix *m, struct uses *u, const struct schedule *s)
{
	if (s->kind == SCHEDULE_FEED)
		use_everybody(m, u);
	use_shifts(m, u, &s->primary);
	use_shifts(m, u, &s->override);
	if (s->kind != SCHEDULE_ROTATION)
		return;
	use(u, PART_CALENDAR, s->rotation.hours);
	for (size_t i = 0; i < s->rotation.nmembers; i++)
		use(u, PART_PERSON, s->rotation.members[i]);
}

static void use_condition(
    const struct matrix *m, struct uses *u, const struct condition *c)
{
	for (size_t i = 0; i < c->nparts; i++)
		use_condition(m, u, &c->parts[i]);
	if (c->op != CONDITION_TEST)
		return;
	for (size_t i = 0; i < c->nwords; i++) {
		if (c->field == CONDITION_TEAM)
			use(u, PART_TEAM, matrix_team(m, c->words[i]));
		if (c->field == CONDITION_ASSIGNEE)
			use(u, PART_PERSON, matrix_person(m, c->words[i]));
	}
}

static void use_policy(
    const struct matrix *m, struct uses *u, const struct policy *p)
{
	use(u, PART_CALENDAR, p->calendar);
	use(u, PART_CHAIN, p->on_warning);
	use(u, PART_CHAIN, p->on_breach);
	use_condition(m, u, &p->when);
	for (size_t s = 0; s < m->nseverities; s++)
		for (size_t k = 0; k < m->nkinds; k++)
			use(u, PART_CALENDAR, p->targets[s][k].calendar);
}

static void use_rule(
    const struct matrix *m, struct uses *u, const struct rule *rule)
{
	use(u, PART_TEAM, rule->team);
	use(u, PART_CHAIN, rule->start);
	use_condition(m, u, &rule->when);
	use_step(m, u, &rule->notify);
}

static void find_uses(struct reader *r, struct uses *u)
{
	const struct matrix *m = r->m;

	use(u, PART_PERSON, m->owner);
	use(u, PART_CHANNEL, m->fallback);
	use(u, PART_CHANNEL, m->helpdesk);
	for (size_t i = 0; i < m->nseverities; i++)
		use(u, PART_CALENDAR, m->severities[i].calendar);
	for (size_t i = 0; i < m->npeople; i++)
		use_person(m, u, &m->people[i]);
	for (size_t i = 0; i < m->nteams; i++)
		use_team(u, &m->teams[i]);
	for (size_t i = 0; i < m->nschedules; i++)
		use_schedule(m, u, &m->schedules[i]);
	for (size_t i = 0; i < m->nroles; i++)
		use_who(u, m->roles[i].who);
	for (size_t i = 0; i < m->nchains; i++)
		for (size_t k = 0; k < m->chains[i].nsteps; k++)
			use_step(m, u, &m->chains[i].steps[k]);
	for (size_t i = 0; i < r->origin->ncalendars; i++)
		use(u, PART_CALENDAR, r->origin->calendars[i].base);
	for (size_t i = 0; i < m->npolicies; i++)
		use_policy(m, u, &m->policies[i]);
	for (size_t i = 0; i < m->nrules; i++)
		use_rule(m, u, &m->rules[i]);
}

/* --- what is left --------------------------------------------------------- */

static const struct {
	const char *word;
	const char *section;
	const char *remedy;
} parts[PART_COUNT] = {
	[PART_CALENDAR] = { "calendar", "calendars",
	    "name it in a policy, target, severity, step, schedule or "
	    "person" },
	[PART_CHANNEL] = { "channel", "channels",
	    "name it in a step, a person, a team or as fallback" },
	[PART_PERSON] = { "person", "people",
	    "put it into a team, role, schedule or step" },
	[PART_TEAM] = { "team", "teams",
	    "name it in a step, role or rule, or let it assign" },
	[PART_SCHEDULE] = { "on-call schedule", "oncall",
	    "name it in a role or step" },
	[PART_ROLE] = { "role", "roles", "name it in a step" },
	[PART_CHAIN] = { "chain", "chains",
	    "name it in a policy's on_warning or on_breach, in a rule or a "
	    "team" },
};

static const char *part_name(
    const struct matrix *m, enum part part, size_t i, size_t *count)
{
	switch (part) {
	case PART_CALENDAR:
		*count = m->ncalendars;
		return i < *count ? calendar_name(m->calendars[i]) : NULL;
	case PART_CHANNEL:
		*count = m->nchannels;
		return i < *count ? m->channels[i].name : NULL;
	case PART_PERSON:
		*count = m->npeople;
		return i < *count ? m->people[i].name : NULL;
	case PART_TEAM:
		*count = m->nteams;
		return i < *count ? m->teams[i].name : NULL;
	case PART_SCHEDULE:
		*count = m->nschedules;
		return i < *count ? m->schedules[i].name : NULL;
	case PART_ROLE:
		*count = m->nroles;
		return i < *count ? m->roles[i].name : NULL;
	case PART_CHAIN:
		*count = m->nchains;
		return i < *count ? m->chains[i].name : NULL;
	case PART_COUNT:
		break;
	}
	*count = 0;
	return NULL;
}

/* A predefined calendar and a role's own schedule stand in no section. */
static void say_unused(struct reader *r, enum part part, const char *name)
{
	const struct yaml_node *map = yaml_get(r->root, parts[part].section);
	const struct yaml_pair *pair =
	    map == NULL ? NULL : yaml_pair(map, name);

	if (pair != NULL)
		report_warning(r->report, pair->key->at,
		    "%s \"%s\" is not used; %s, or remove it", parts[part].word,
		    name, parts[part].remedy);
}

static bool acts_by_itself(const struct uses *u, const struct team *t)
{
	return u->own_team || t->assign != ASSIGN_NONE || t->chain >= 0 ||
	       t->lead >= 0 || t->channel >= 0;
}

void lint_unused(struct reader *r)
{
	const struct matrix *m = r->m;
	struct uses u = { { NULL }, false };
	size_t count;

	for (int p = 0; p < PART_COUNT; p++) {
		(void)part_name(m, (enum part)p, 0, &count);
		u.of[p] = arena_alloc(r->report->arena, count * sizeof(bool));
	}
	find_uses(r, &u);
	for (size_t i = 0; i < m->nteams; i++)
		if (acts_by_itself(&u, &m->teams[i]))
			use(&u, PART_TEAM, (int)i);
	for (int p = 0; p < PART_COUNT; p++) {
		const char *name;

		for (size_t i = 0;
		     (name = part_name(m, (enum part)p, i, &count)) != NULL;
		     i++)
			if (!u.of[p][i])
				say_unused(r, (enum part)p, name);
	}
}
