/* backtest_history.c - what did the tickets' own history say?
 *
 * SPDX-License-Identifier: MIT */
#include "core/attribute.h"
#include "core/backtest_parts.h"

#include <string.h>

/* The field's values in the ticket as it stands; in the arena. */
static size_t values(const struct backtest_missed *where,
    const struct ticket *t, struct arena *arena, const char **out)
{
	const struct fields *f = &t->fields;
	size_t n = 0;

	if (where->field == FIELD_ATTRIBUTES)
		return attribute_values(
		    f->text[FIELD_ATTRIBUTES], where->attribute, arena, out);
	if (where->field == FIELD_TAGS) {
		for (; n < f->ntags && n < ATTRIBUTE_VALUES_MAX; n++)
			out[n] = f->tags[n];
		return n;
	}
	out[0] = where->field == FIELD_STATUS ? status_name(f->status)
					      : f->text[where->field];
	return out[0] != NULL;
}

/* Attributes are read from their JSON: only where an event brings some. */
static bool may_have_changed(
    const struct backtest_missed *where, const struct event *ev)
{
	if (where->field != FIELD_ATTRIBUTES)
		return true;
	return (ev->type == EVENT_CREATED || ev->type == EVENT_UPDATED) &&
	       (ev->fields.set & FIELD_BIT(FIELD_ATTRIBUTES)) != 0;
}

void backtest_history_look(struct backtest *b, struct seen *s,
    const struct ticket *t, const struct event *ev, struct wall now)
{
	const struct backtest_missed *where = &b->own->missed;
	const char *value[ATTRIBUTE_VALUES_MAX];
	size_t n;

	if (where->field == FIELD_COUNT || !wall_is_never(s->missed_at) ||
	    !may_have_changed(where, ev))
		return;
	arena_reset(&b->own->scratch);
	n = values(where, t, &b->own->scratch, value);
	for (size_t i = 0; i < n; i++) {
		s->said = true;
		if (strcmp(value[i], where->value) == 0) {
			backtest_history_miss(b, s, wall_min(ev->at, now));
			return;
		}
	}
}

void backtest_history_miss(struct backtest *b, struct seen *s, struct wall at)
{
	struct backtest_history *h = &b->history;
	struct wall late_at = seen_late_at(s);

	if (!wall_is_never(s->missed_at))
		return;
	s->missed_at = at;
	s->said = true;
	if (wall_before(at, b->since))
		return;
	s->caught = wall_before(s->alerted_at, at);
	s->late_before = wall_before(late_at, at);
	if (s->caught)
		spread_add(&h->lead, wall_minus(at, s->alerted_at));
	if (s->late_before)
		spread_add(&h->late_lead, wall_minus(at, late_at));
}
