/* lint_people.c - who cannot be told that way, and what has nobody.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/lint_parts.h"

#include "conf/coverage.h"
#include "conf/lint_conditions.h"

#include <string.h>

/* --- nobody at the other end ---------------------------------------------- */

/* What the channels of `via` need of a person, where each needs anything. */
struct need {
	bool mail;  /* one that only mail will do for */
	bool slack; /* one that Slack's id will do for, too */
};

static bool is_personal_only(
    const struct matrix *m, const struct step *s, struct need *out)
{
	*out = (struct need){ false, false };
	for (size_t i = 0; i < s->nvia; i++) {
		int way = matrix_way(m, s->via[i]);

		if (way >= 0 && !channel_is_personal(&m->channels[way]))
			return false;
		if (way >= 0 && m->channels[way].way == WAY_ROOM)
			out->mail = true;
		else
			out->slack = true;
	}
	return s->nvia > 0;
}

static void lint_person(
    struct reader *r, struct place at, struct need need, int person)
{
	const struct person *p = &r->m->people[person];

	if (p->email != NULL || (need.slack && p->slack != NULL))
		return;
	if (need.slack)
		report_warning(r->report, at,
		    "\"%s\" is told by %s only and has neither a slack id nor "
		    "an email; add one, or another channel to via",
		    p->name,
		    need.mail ? "Slack's app and mail" : "Slack's app");
	else
		report_warning(r->report, at,
		    "\"%s\" is told by mail only and has no email; add one, or "
		    "another channel to via",
		    p->name);
}

static void lint_who(
    struct reader *r, struct place at, struct need need, struct who who)
{
	const struct matrix *m = r->m;

	if (who.kind == WHO_ROLE)
		who = m->roles[who.index].who;
	if (who.index < 0)
		return;
	if (who.kind == WHO_PERSON)
		lint_person(r, at, need, who.index);
	if (who.kind == WHO_TEAM || who.kind == WHO_ONE_OF)
		for (size_t i = 0; i < m->teams[who.index].nmembers; i++)
			lint_person(
			    r, at, need, m->teams[who.index].members[i].person);
	if (who.kind == WHO_SCHEDULE)
		for (size_t i = 0;
		     i < m->schedules[who.index].rotation.nmembers; i++)
			lint_person(r, at, need,
			    m->schedules[who.index].rotation.members[i]);
}

static void lint_ends(struct reader *r, struct place at, const struct step *s)
{
	struct need need;
	struct who who;

	if (!is_personal_only(r->m, s, &need))
		return;
	for (size_t k = 0; k < s->nwho; k++)
		if (matrix_who(r->m, s->who[k], &who))
			lint_who(r, at, need, who);
}

/* --- the end of a chain --------------------------------------------------- */

/* After the last step the fallback is told; a chain that never names anybody
 * ends with a room where everybody may think that another one has it. */
static void lint_end(struct reader *r, size_t index)
{
	const struct matrix *m = r->m;
	const struct chain *c = &m->chains[index];
	bool ends_with_people =
	    coverage_names_people(m, &c->steps[c->nsteps - 1]);

	if (ends_with_people || m->fallback >= 0)
		return;
	report_warning(r->report, lint_step(r, index, c->nsteps - 1),
	    "chain \"%s\" has no end: its last step tells rooms only, and "
	    "there is no fallback after it; name a person there, or add "
	    "matrix: { fallback: CHANNEL }",
	    c->name);
}

/* --- categories ----------------------------------------------------------- */

static bool is_skill(const struct matrix *m, const char *category)
{
	for (size_t t = 0; t < m->nteams; t++)
		for (size_t i = 0; i < m->teams[t].nmembers; i++) {
			const struct team_member *member =
			    &m->teams[t].members[i];

			for (size_t k = 0; k < member->nskills; k++)
				if (strcmp(member->skills[k], category) == 0)
					return true;
		}
	return false;
}

/* A rule that asks for the category, and gives a ticket of it a team. */
static bool is_routed(const struct matrix *m, const char *category)
{
	for (size_t i = 0; i < m->nrules; i++)
		if (m->rules[i].team >= 0 &&
		    condition_asks(&m->rules[i].when, CONDITION_CATEGORY) &&
		    condition_allows(
			&m->rules[i].when, CONDITION_CATEGORY, category))
			return true;
	return false;
}

/* Where the matrix neither routes nor knows skills the help desk does. */
static bool routes(const struct matrix *m)
{
	for (size_t i = 0; i < m->nrules; i++)
		if (m->rules[i].team >= 0)
			return true;
	for (size_t t = 0; t < m->nteams; t++)
		for (size_t i = 0; i < m->teams[t].nmembers; i++)
			if (m->teams[t].members[i].nskills > 0)
				return true;
	return false;
}

static void lint_categories(struct reader *r)
{
	const struct matrix *m = r->m;
	const struct yaml_node *node = yaml_get(r->root, "always_human");
	struct textbuf names;

	if (m->nalways_human == 0 || !routes(m))
		return;
	textbuf_init(&names);
	for (size_t i = 0; i < m->nalways_human; i++)
		if (!is_skill(m, m->always_human[i]) &&
		    !is_routed(m, m->always_human[i]))
			textbuf_addf(&names, "%s%s", names.len > 0 ? ", " : "",
			    m->always_human[i]);
	if (names.len > 0)
		report_warning(r->report, node->at,
		    "no team for %s, where a person must answer; make it a "
		    "skill of a team's member, or give it a team by a rule: "
		    "{ when: { category: ... }, then: { team: ... } }",
		    names.data);
	textbuf_fini(&names);
}

void lint_people(struct reader *r)
{
	const struct matrix *m = r->m;

	for (size_t i = 0; i < m->nchains; i++) {
		for (size_t k = 0; k < m->chains[i].nsteps; k++)
			lint_ends(
			    r, lint_step(r, i, k), &m->chains[i].steps[k]);
		lint_end(r, i);
	}
	for (size_t i = 0; i < m->nrules; i++)
		if (m->rules[i].notify.nwho > 0)
			lint_ends(
			    r, lint_rule_notify(r, i), &m->rules[i].notify);
	lint_categories(r);
}
