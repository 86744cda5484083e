/* lint.c - what is no error but hardly meant.
 *
 * Runs on a sound matrix.  An entry of a section has the index it has in the
 * file, so its place is that of the section's pair.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include <string.h>

static struct place place_of(struct reader *r, enum ref kind, size_t i)
{
	static const char *const sections[REF_COUNT] = {
		[REF_CALENDAR] = "calendars",
		[REF_SEVERITY] = "severities",
		[REF_CHANNEL] = "channels",
		[REF_PERSON] = "people",
		[REF_CHAIN] = "chains",
	};
	const struct yaml_node *map = yaml_get(r->root, sections[kind]);

	/* The predefined calendar stands in no file. */
	return map == NULL || i >= map->count ? PLACE_FILE
					      : map->pairs[i].key->at;
}

/* --- what nobody uses ----------------------------------------------------- */

struct uses {
	bool *of[REF_COUNT];
};

static void use(struct uses *u, enum ref kind, int index)
{
	if (index >= 0)
		u->of[kind][index] = true;
}

static void use_name(struct reader *r, struct uses *u, const char *name)
{
	struct who who;

	if (!matrix_who(r->m, name, &who))
		return;
	if (who.kind == WHO_PERSON)
		use(u, REF_PERSON, who.index);
	if (who.kind == WHO_CHANNEL)
		use(u, REF_CHANNEL, who.index);
}

static void use_step(struct reader *r, struct uses *u, const struct step *s)
{
	for (size_t i = 0; i < s->nwho; i++)
		use_name(r, u, s->who[i]);
	for (size_t i = 0; i < s->nvia; i++)
		use(u, REF_CHANNEL, matrix_channel(r->m, s->via[i]));
}

static void use_team(struct uses *u, const struct team *t)
{
	for (size_t i = 0; i < t->nmembers; i++)
		use(u, REF_PERSON, t->members[i]);
	use(u, REF_PERSON, t->lead);
	use(u, REF_PERSON, t->fallback);
	use(u, REF_CHANNEL, t->channel);
}

static void use_targets(
    const struct matrix *m, struct uses *u, const struct policy *p)
{
	for (size_t s = 0; s < m->nseverities; s++)
		for (size_t k = 0; k < m->nkinds; k++)
			use(u, REF_CALENDAR, p->targets[s][k].calendar);
}

static void find_uses(struct reader *r, struct uses *u)
{
	const struct matrix *m = r->m;

	use(u, REF_PERSON, m->owner);
	use(u, REF_CHANNEL, m->fallback);
	for (size_t i = 0; i < m->nseverities; i++)
		use(u, REF_CALENDAR, m->severities[i].calendar);
	for (size_t i = 0; i < m->npeople; i++)
		use(u, REF_CALENDAR, m->people[i].hours);
	for (size_t i = 0; i < m->nteams; i++)
		use_team(u, &m->teams[i]);
	for (size_t i = 0; i < m->nroles; i++)
		if (m->roles[i].who.kind == WHO_PERSON)
			use(u, REF_PERSON, m->roles[i].who.index);
	for (size_t i = 0; i < m->nchains; i++)
		for (size_t k = 0; k < m->chains[i].nsteps; k++)
			use_step(r, u, &m->chains[i].steps[k]);
	for (size_t i = 0; i < r->origin->ncalendars; i++)
		use(u, REF_CALENDAR, r->origin->calendars[i].base);
	for (size_t i = 0; i < m->npolicies; i++) {
		use(u, REF_CALENDAR, m->policies[i].calendar);
		use_targets(m, u, &m->policies[i]);
		use(u, REF_CHAIN, m->policies[i].on_warning);
		use(u, REF_CHAIN, m->policies[i].on_breach);
	}
}

static void lint_unused(struct reader *r)
{
	static const struct {
		enum ref kind;
		const char *remedy;
	} checked[] = {
		{ REF_CALENDAR,
		    "name it in a policy, target, severity or person" },
		{ REF_CHANNEL, "name it in a step, a team or as fallback" },
		{ REF_PERSON, "put it into a team, role or step" },
		{ REF_CHAIN, "name it in a policy's on_warning or on_breach" },
	};
	struct uses u = { { NULL } };

	for (int k = 0; k < REF_COUNT; k++)
		u.of[k] = arena_alloc(r->report->arena,
		    ref_count(r->m, (enum ref)k) * sizeof(bool));
	find_uses(r, &u);
	for (size_t c = 0; c < sizeof checked / sizeof checked[0]; c++)
		for (size_t i = 0; i < ref_count(r->m, checked[c].kind); i++) {
			struct place at = place_of(r, checked[c].kind, i);

			if (!u.of[checked[c].kind][i] && at.line > 0)
				report_warning(r->report, at,
				    "%s \"%s\" is not used; %s, or remove it",
				    ref_word(checked[c].kind),
				    ref_name(r->m, checked[c].kind, i),
				    checked[c].remedy);
		}
}

/* --- policies ------------------------------------------------------------- */

static bool has(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Does every ticket that fits b fit a? */
static bool covers(const struct condition *a, const struct condition *b)
{
	for (int f = 0; f < CONDITION_FIELD_COUNT; f++) {
		if (a->any[f] == NULL)
			continue;
		if (b->any[f] == NULL)
			return false;
		for (size_t i = 0; i < b->nany[f]; i++)
			if (!has(a->any[f], a->nany[f], b->any[f][i]))
				return false;
	}
	return true;
}

static struct place policy_place(struct reader *r, size_t i)
{
	return yaml_get(yaml_get(r->root, "policies")->items[i], "name")->at;
}

static void lint_shadowed(struct reader *r)
{
	const struct matrix *m = r->m;

	for (size_t i = 1; i < m->npolicies; i++)
		for (size_t k = 0; k < i; k++) {
			if (!covers(&m->policies[k].when, &m->policies[i].when))
				continue;
			report_warning(r->report, policy_place(r, i),
			    "no ticket reaches policy \"%s\": \"%s\" above it "
			    "takes them all; move it up",
			    m->policies[i].name, m->policies[k].name);
			break;
		}
}

static bool has_target(const struct matrix *m, size_t severity)
{
	for (size_t i = 0; i < m->npolicies; i++)
		for (size_t k = 0; k < m->nkinds; k++)
			if (m->policies[i].targets[severity][k].ms > 0)
				return true;
	return false;
}

static void lint_targets(struct reader *r)
{
	const struct matrix *m = r->m;

	if (m->npolicies == 0) {
		report_warning(r->report, PLACE_FILE,
		    "no policies: no ticket has a target; add policies");
		return;
	}
	for (size_t i = 0; i < m->nseverities; i++)
		if (!has_target(m, i))
			report_warning(r->report, place_of(r, REF_SEVERITY, i),
			    "severity \"%s\" has no target in any policy; add "
			    "one, or tickets of it are never late",
			    m->severities[i].name);
}

static bool is_tracked(const struct matrix *m, size_t kind)
{
	for (size_t i = 0; i < m->npolicies; i++)
		for (size_t s = 0; s < m->nseverities; s++)
			if (m->policies[i].targets[s][kind].ms > 0)
				return true;
	return false;
}

/* A built-in kind stands there for everybody, one's own is meant to run. */
static void lint_kinds(struct reader *r)
{
	const struct matrix *m = r->m;
	const struct yaml_node *map = yaml_get(r->root, "clocks");

	for (size_t k = clock_kinds_default_count; k < m->nkinds; k++)
		if (!is_tracked(m, k))
			report_warning(r->report,
			    yaml_pair(map, m->kinds[k].name)->key->at,
			    "clock \"%s\" has no target in any policy and "
			    "never runs; add one, or remove it",
			    m->kinds[k].name);
}

/* A lead time as long as a target would warn at the start. */
static void lint_leads(struct reader *r, const struct policy *p, size_t index)
{
	int64_t least = INT64_MAX;

	for (size_t s = 0; s < r->m->nseverities; s++)
		for (size_t k = 0; k < r->m->nkinds; k++) {
			const struct target *t = &p->targets[s][k];

			if (t->ms > 0 && t->warnings == NULL && t->ms < least)
				least = t->ms;
		}
	for (size_t i = 0; i < p->nwarnings; i++)
		if (!p->warnings[i].is_share && p->warnings[i].value >= least)
			report_warning(r->report, policy_place(r, index),
			    "policy \"%s\" warns %s before the due, but has a "
			    "target no longer than that and warns at its "
			    "start; use a share such as 80%%",
			    p->name, p->warnings[i].text);
}

/* The same for one that has its own warnings. */
static void lint_own_leads(
    struct reader *r, const struct target *t, const struct yaml_node *node)
{
	for (size_t i = 0; i < t->nwarnings; i++)
		if (!t->warnings[i].is_share && t->warnings[i].value >= t->ms)
			report_warning(r->report, yaml_get(node, "warn")->at,
			    "%s before the due is at the target's start or "
			    "before it; use a share such as 80%%",
			    t->warnings[i].text);
}

static void lint_own_warnings(
    struct reader *r, const struct policy *p, size_t index)
{
	const struct matrix *m = r->m;
	const struct yaml_node *targets =
	    yaml_get(yaml_get(r->root, "policies")->items[index], "targets");

	for (size_t s = 0; s < m->nseverities; s++)
		for (size_t k = 0; k < m->nkinds; k++) {
			const struct target *t = &p->targets[s][k];

			if (t->nwarnings > 0)
				lint_own_leads(r, t,
				    yaml_get(yaml_get(targets,
						 m->severities[s].name),
					m->kinds[k].name));
		}
}

/* A condition on a team that is not defined is no error: a help desk may have
 * more teams than the matrix. */
static void lint_teams(struct reader *r, const struct policy *p, size_t index)
{
	for (size_t i = 0; i < p->when.nany[CONDITION_TEAM]; i++) {
		const char *name = p->when.any[CONDITION_TEAM][i];
		struct nearest n;

		if (r->m->nteams == 0 || matrix_team(r->m, name) >= 0)
			continue;
		nearest_init(&n, name);
		ref_near(r->m, REF_TEAM, &n);
		report_warning(r->report, policy_place(r, index),
		    "policy \"%s\" asks for team \"%s\", which is not defined"
		    "%s",
		    p->name, name, suggest(r, &n, "define it under teams"));
	}
}

static void lint_policies(struct reader *r)
{
	lint_targets(r);
	lint_kinds(r);
	lint_shadowed(r);
	for (size_t i = 0; i < r->m->npolicies; i++) {
		lint_leads(r, &r->m->policies[i], i);
		lint_own_warnings(r, &r->m->policies[i], i);
		lint_teams(r, &r->m->policies[i], i);
	}
}

/* --- who cannot be reached ------------------------------------------------ */

static bool by_mail_only(const struct matrix *m, const struct step *s)
{
	for (size_t i = 0; i < s->nvia; i++)
		if (m->channels[matrix_channel(m, s->via[i])].type !=
		    CHANNEL_SMTP)
			return false;
	return s->nvia > 0;
}

static void lint_person(struct reader *r, struct place at, int person)
{
	const struct person *p = &r->m->people[person];

	if (p->email == NULL)
		report_warning(r->report, at,
		    "\"%s\" is told by mail only and has no email; add one, or "
		    "another channel to via",
		    p->name);
}

static void lint_who(struct reader *r, struct place at, struct who who)
{
	const struct team *t;

	if (who.kind == WHO_ROLE)
		who = r->m->roles[who.index].who;
	if (who.kind == WHO_PERSON)
		lint_person(r, at, who.index);
	if (who.kind != WHO_TEAM)
		return;
	t = &r->m->teams[who.index];
	for (size_t i = 0; i < t->nmembers; i++)
		lint_person(r, at, t->members[i]);
}

static void lint_chain(struct reader *r, size_t index)
{
	const struct chain *c = &r->m->chains[index];
	const struct yaml_node *steps =
	    yaml_get(yaml_get(r->root, "chains")->pairs[index].value, "steps");

	for (size_t i = 0; i < c->nsteps; i++) {
		if (!by_mail_only(r->m, &c->steps[i]))
			continue;
		for (size_t k = 0; k < c->steps[i].nwho; k++) {
			struct who who;

			if (matrix_who(r->m, c->steps[i].who[k], &who))
				lint_who(r,
				    yaml_get(steps->items[i], "notify")->at,
				    who);
		}
	}
}

void lint(struct reader *r)
{
	if (r->m->fallback < 0)
		report_warning(r->report, PLACE_FILE,
		    "no fallback: a notice that reaches nobody has nowhere to "
		    "go; add "
		    "matrix: { fallback: CHANNEL }");
	lint_unused(r);
	lint_policies(r);
	for (size_t i = 0; i < r->m->nchains; i++)
		lint_chain(r, i);
}
