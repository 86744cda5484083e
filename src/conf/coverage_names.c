/* coverage_names.c - what the names in a step come to, as far as the matrix
 * says.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/coverage.h"

/* What a name comes to: a role to its holder. */
static bool holder(const struct matrix *m, const char *name, struct who *out)
{
	if (!matrix_who(m, name, out))
		return false;
	if (out->kind == WHO_ROLE)
		*out = m->roles[out->index].who;
	return true;
}

/* The ticket's owner and its team have no index. */
static bool who_is_known(const struct matrix *m, struct who who)
{
	if (who.index < 0)
		return false;
	return who.kind != WHO_SCHEDULE ||
	       m->schedules[who.index].kind != SCHEDULE_FEED;
}

bool coverage_is_known(const struct coverage *c, const struct step *s)
{
	struct who who;

	for (size_t i = 0; i < s->nwho; i++)
		if (!holder(c->m, s->who[i], &who) || !who_is_known(c->m, who))
			return false;
	return true;
}

bool coverage_names_people(const struct matrix *m, const struct step *s)
{
	struct who who;

	for (size_t i = 0; i < s->nwho; i++)
		if (holder(m, s->who[i], &who) && who.kind != WHO_CHANNEL)
			return true;
	return false;
}

bool coverage_asks(const struct matrix *m, const struct step *s, int schedule)
{
	struct who who;

	for (size_t i = 0; i < s->nwho; i++)
		if (holder(m, s->who[i], &who) && who.kind == WHO_SCHEDULE &&
		    who.index == schedule)
			return true;
	return false;
}
