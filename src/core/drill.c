/* drill.c - see drill.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/drill.h"

#include "core/attribute.h"
#include "core/history.h"
#include "core/match.h"
#include "core/notices.h"
#include "core/turn.h"
#include "core/walks.h"

#include <stdlib.h>
#include <string.h>

bool drill_key(const char *key)
{
	return strncmp(key, DRILL_SOURCE, sizeof DRILL_SOURCE - 1) == 0;
}

/* The attribute's text; "" if there is none. */
static const char *attribute(
    const char *json, const char *name, struct arena *arena)
{
	const char *values[ATTRIBUTE_VALUES_MAX];

	return attribute_values(json, name, arena, values) == 1 ? values[0]
								: "";
}

static bool says_so(const struct fields *f, struct arena *arena)
{
	return strcmp(attribute(f->text[FIELD_ATTRIBUTES], "drill", arena),
		   "true") == 0;
}

bool ticket_is_drill(const struct ticket *t)
{
	return drill_key(t->key) && says_so(&t->fields, t->arena);
}

int drill_speed(const struct ticket *t)
{
	long speed = strtol(
	    attribute(t->fields.text[FIELD_ATTRIBUTES], "speed", t->arena),
	    NULL, 10);

	return speed < 1		 ? 1
	       : speed > DRILL_SPEED_MAX ? DRILL_SPEED_MAX
					 : (int)speed;
}

bool drill_made(const struct event *ev)
{
	return ev->id != NULL && drill_key(ev->id);
}

bool drill_takes(enum event_type type)
{
	return type == EVENT_ACKNOWLEDGED || type == EVENT_CLAIMED ||
	       type == EVENT_SNOOZED || type == EVENT_NOTE;
}

/* --- the chain ------------------------------------------------------------ */

/* Rounded up, so that what comes after something still does. */
static int64_t shorter(int64_t ms, int speed)
{
	int64_t least = ms < DRILL_WAIT_MS ? ms : DRILL_WAIT_MS;
	int64_t quick = (ms + speed - 1) / speed;

	return quick < least ? least : quick;
}

struct chain drill_quicken(
    const struct chain *c, int speed, struct arena *arena)
{
	struct chain quick = *c;

	quick.ack_timeout_ms = shorter(c->ack_timeout_ms, speed);
	quick.repeat_after_ms = shorter(c->repeat_after_ms, speed);
	quick.steps = arena_alloc(arena, c->nsteps * sizeof *quick.steps);
	for (size_t i = 0; i < c->nsteps; i++) {
		struct step *s = &quick.steps[i];

		*s = c->steps[i];
		s->after_ms = shorter(s->after_ms, speed);
		s->remind_every_ms = shorter(s->remind_every_ms, speed);
	}
	return quick;
}

int drill_policy(const struct matrix *m, const char *severity, const char *team,
    struct wall at, struct arena *arena)
{
	struct ticket t;

	ticket_init(&t, arena, "slawatch:drill");
	t.created = t.updated = at;
	t.fields.text[FIELD_SEVERITY] = severity;
	t.fields.text[FIELD_TEAM] = team;
	return match_policy(m, &t, at);
}

int drill_severity(const struct matrix *m, int chain, const char *team,
    struct wall at, struct arena *arena)
{
	for (size_t i = 0; i < m->nseverities; i++) {
		int policy =
		    drill_policy(m, m->severities[i].name, team, at, arena);

		if (policy >= 0 && m->policies[policy].on_breach == chain)
			return (int)i;
	}
	return -1;
}

/* --- its end -------------------------------------------------------------- */

/* A drill has one run; NULL before it starts. */
static struct chain_run *run_of(struct ticket *t)
{
	return t->nruns == 0 ? NULL : &t->runs[t->nruns - 1];
}

const char *drill_over(struct turn *u)
{
	struct chain_run *r = run_of(u->t);
	int person;

	if (!ticket_is_drill(u->t))
		return "";
	if (r != NULL && r->acked_by[0] != '\0') {
		person = matrix_person(u->m, r->acked_by);
		return turn_text(u, "the drill is over: %s answered",
		    person < 0 ? r->acked_by : u->m->people[person].title);
	}
	if (r != NULL && r->state == RUN_EXHAUSTED)
		return "the drill is over: nobody answered";
	return "the drill was stopped";
}

/* Whoever is told at the chain's end is told that of a drill, too. */
void drill_follow(struct turn *u)
{
	struct ticket *t = u->t;
	const struct chain_run *r = run_of(t);
	struct wall at = u->now;
	const char *why;

	if (r == NULL || r->state == RUN_WALKING || ticket_is_over(t) ||
	    !ticket_is_drill(t))
		return;
	why = drill_over(u);
	walks_end(u, at, why);
	(void)history_insert(t, STATUS_SOLVED, at);
	t->fields.status = STATUS_SOLVED;
	t->dirty = true;
	notices_over(u, NULL, NULL, why, at);
}
