/* severity.c - see severity.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/severity.h"

#include "core/names.h"
#include "core/notices.h"

#include <string.h>

#define S(x) SIGNAL_BIT(SIGNAL_##x)

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The person's key, or the name as it was told. */
static const char *person_name(const struct matrix *m, const char *by)
{
	int p = notices_find_person(m, by);

	return p < 0 ? by : m->people[p].name;
}

/* Is it one whose word settles it: of a team behind the front line? */
static bool settles(const struct matrix *m, const char *by)
{
	int p = by == NULL ? -1 : notices_find_person(m, by);

	for (size_t i = 0; p >= 0 && i < m->nteams; i++)
		for (size_t k = 0; k < m->teams[i].nmembers; k++)
			if (m->teams[i].members[k].person == p &&
			    m->teams[i].tier >= 2)
				return true;
	return false;
}

static const char *sayer(struct turn *u, const struct event *ev)
{
	if (ev->by != NULL)
		return person_name(u->m, ev->by);
	return ev->author == AUTHOR_CUSTOMER ? "help desk"
					     : author_name(ev->author);
}

/* It is what somebody says; nobody has confirmed it. */
static void set(
    struct turn *u, const char *severity, const char *who, struct wall at)
{
	struct ticket *t = u->t;
	const char *old = t->fields.text[FIELD_SEVERITY];
	struct change *ch;

	if (!same(old, severity)) {
		ch = turn_change(u, CHANGE_SEVERITY, at);
		ch->who = arena_strdup(t->arena, who);
		ch->detail =
		    turn_text(u, "%s to %s", old == NULL ? "none" : old,
			severity == NULL ? "none" : severity);
	}
	t->fields.text[FIELD_SEVERITY] = arena_strdup(t->arena, severity);
	t->severity_by = severity == NULL ? "" : arena_strdup(t->arena, who);
	t->confirmed_by = "";
	t->dirty = true;
}

void severity_confirmed(struct turn *u, const char *by, struct wall at)
{
	struct ticket *t = u->t;

	t->confirmed_by = arena_strdup(t->arena, person_name(u->m, by));
	t->dirty = true;
	turn_change(u, CHANGE_SEVERITY_CONFIRMED, at)->who = t->confirmed_by;
}

static bool says_just_that(const struct event *ev)
{
	return ev->fields.set == FIELD_BIT(FIELD_SEVERITY);
}

/* The same as the desk said last, and not by a person who says just that. */
static bool is_repeat(const struct turn *u, const struct event *ev)
{
	if (ev->type == EVENT_CREATED ||
	    !same(u->t->desk_severity, ev->fields.text[FIELD_SEVERITY]))
		return false;
	return !says_just_that(ev) || ev->by == NULL ||
	       notices_find_person(u->m, ev->by) < 0;
}

/* A person nobody knows by name is an agent: neither a machine nor a word that
 * settles it. */
static signal_set proposal(const struct event *ev)
{
	if (ev->type == EVENT_CREATED ||
	    (ev->author == AUTHOR_AGENT && ev->by == NULL))
		return 0;
	return S(SEVERITY_SET_BY_MACHINE);
}

signal_set severity_told(struct turn *u, const struct event *ev)
{
	struct ticket *t = u->t;
	const char *value = ev->fields.text[FIELD_SEVERITY];
	bool repeat = is_repeat(u, ev);
	bool news = !same(t->fields.text[FIELD_SEVERITY], value);

	t->desk_severity = arena_strdup(t->arena, value);
	if (repeat)
		return 0;
	if (ev->type == EVENT_CREATED) /* nothing changes by it */
		t->fields.text[FIELD_SEVERITY] = t->desk_severity;
	if (news)
		set(u, value, sayer(u, ev), ev->at);
	if (value == NULL || (!news && !says_just_that(ev)))
		return 0;
	if (settles(u->m, ev->by)) {
		severity_confirmed(u, ev->by, ev->at);
		return S(SEVERITY_CONFIRMED);
	}
	return news ? proposal(ev) : 0;
}

bool severity_asks_table(const struct turn *u, const struct event *ev)
{
	static const enum field asked[] = { FIELD_SCOPE, FIELD_IMPACT,
		FIELD_WORKAROUND };

	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
		if ((ev->fields.set & FIELD_BIT(asked[i])) != 0 &&
		    !same(
			u->t->fields.text[asked[i]], ev->fields.text[asked[i]]))
			return u->m->ntable > 0;
	return false;
}

/* A list that is not given fits all. */
static bool fits(const char **list, size_t n, const char *value)
{
	return n == 0 || names_find((const char *const *)list, n, value) >= 0;
}

signal_set severity_from_table(struct turn *u, struct wall at)
{
	const char *const *f = (const char *const *)u->t->fields.text;
	const char *severity = NULL;

	for (size_t i = 0; i < u->m->ntable && severity == NULL; i++) {
		const struct severity_row *r = &u->m->table[i];

		if (fits(r->scope, r->nscope, f[FIELD_SCOPE]) &&
		    fits(r->impact, r->nimpact, f[FIELD_IMPACT]) &&
		    fits(r->workaround, r->nworkaround, f[FIELD_WORKAROUND]))
			severity = u->m->severities[r->severity].name;
	}
	if (severity == NULL || same(severity, f[FIELD_SEVERITY]))
		return 0;
	set(u, severity, "table", at);
	return S(SEVERITY_SET_BY_MACHINE);
}

signal_set severity_by_rule(
    struct turn *u, int severity, const char *rule, struct wall at)
{
	const char *name = u->m->severities[severity].name;

	if (same(name, u->t->fields.text[FIELD_SEVERITY]))
		return 0;
	set(u, name, turn_text(u, "rule %s", rule), at);
	return S(SEVERITY_SET_BY_MACHINE);
}
