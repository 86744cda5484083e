/* backtest_world.h - a small matrix and its tickets, to count by hand.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_BACKTEST_WORLD_H
#define SLAWATCH_TESTS_BACKTEST_WORLD_H

#include "core/backtest.h"
#include "core/simulation.h"

#include <string.h>

#define MONDAY_MS INT64_C(1767571200000) /* 2026-01-05T00:00:00Z */

/* Wall time of that Monday, UTC. */
static inline struct wall at(int hour, int minute)
{
	return wall_at(MONDAY_MS + hour * HOUR_MS + minute * MINUTE_MS);
}

/* --- the matrix ----------------------------------------------------------- */

/* Office hours are 9 to 17, Monday to Friday. */
static inline void count_names(struct matrix *m)
{
	struct calendar_spec office = { .name = "office" };
	struct errtext err;

	for (int day = 0; day < 5; day++)
		office.week[day] = (struct day_hours){ .count = 1,
			.at = { { 9 * 60, 17 * 60 } } };
	m->ncalendars = 1;
	m->calendars = arena_alloc(&m->arena, sizeof *m->calendars);
	m->calendars[0] = calendar_build(&office, &err);
	m->nseverities = 3;
	m->severities = arena_alloc(&m->arena, 3 * sizeof *m->severities);
	m->severities[0] = (struct severity){ "P1", "", -1, SEND_UNSAID };
	m->severities[1] = (struct severity){ "P2", "", -1, SEND_UNSAID };
	m->severities[2] = (struct severity){ "P3", "", -1, SEND_UNSAID };
	m->nchannels = 2;
	m->channels = arena_alloc(&m->arena, 2 * sizeof *m->channels);
	m->channels[0] = (struct channel){ .name = "room" };
	m->channels[1] = (struct channel){ .name = "pager", .base = 1 };
	m->fallback = 0;
	m->npeople = 3;
	m->people = arena_alloc(&m->arena, 3 * sizeof *m->people);
	m->people[0] = (struct person){
		.name = "dana", .title = "Dana Ruiz", .hours = 0, .quiet = -1
	};
	m->people[1] =
	    (struct person){ .name = "eli", .hours = -1, .quiet = -1 };
	m->people[2] =
	    (struct person){ .name = "mara", .hours = 0, .quiet = -1 };
	m->owner = 1;
}

static inline void count_chains(struct matrix *m)
{
	struct step *s = arena_alloc(&m->arena, 2 * sizeof *s);

	s[0] = (struct step){
		.who = { "dana" }, .nwho = 1, .via = { "pager" }, .nvia = 1
	};
	s[1] = (struct step){ .after_ms = 30 * MINUTE_MS,
		.who = { "eli" },
		.nwho = 1,
		.via = { "pager", "room" },
		.nvia = 2 };
	m->nchains = 2;
	m->chains = arena_alloc(&m->arena, 2 * sizeof *m->chains);
	m->chains[0] = (struct chain){ .name = "call",
		.repeat_after_ms = 10 * MINUTE_MS,
		.steps = s,
		.nsteps = 2 };
	m->chains[1] =
	    (struct chain){ .name = "unused", .steps = s, .nsteps = 1 };
}

static inline void count_policy(struct matrix *m, struct policy *p)
{
	int reply = matrix_kind(m, "first_reply");

	p->calendar = -1;
	p->on_warning = -1;
	p->on_breach = 0;
	p->send_warnings = SEND_ALWAYS;
	p->warnings[0] = (struct warning){ true, 5000, "50%" };
	p->nwarnings = 1;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < m->nkinds; k++)
			p->targets[i][k].calendar = -1;
		p->targets[i][reply].ms = (int64_t)(i + 1) * HOUR_MS;
	}
}

/* First replies within 1, 2, 3 hours, with a warning half way to the room.
 * Late ones at once to dana, who has office hours; to eli after 30 minutes; in
 * another 10 nobody answered, and eli, who owns the matrix, is told in the
 * room. */
static inline struct matrix *matrix(void)
{
	static const char *never[] = { "nobody" };
	static const char *const rules[] = { "never", "never: twice" };
	struct matrix *m = matrix_new();

	m->revision = "one";
	count_names(m);
	count_chains(m);
	m->npolicies = 2;
	m->policies = arena_alloc(&m->arena, 2 * sizeof *m->policies);
	for (size_t i = 0; i < 2; i++)
		count_policy(m, &m->policies[i]);
	m->policies[0].name = "gold";
	m->policies[1].name = "all";
	m->policies[0].when = (struct condition){ .op = CONDITION_TEST,
		.field = CONDITION_TIER,
		.words = never,
		.nwords = 1 };
	m->nrules = 2;
	m->rules = arena_alloc(&m->arena, 2 * sizeof *m->rules);
	for (size_t i = 0; i < 2; i++)
		m->rules[i] = (struct rule){ .name = rules[i],
			.when = m->policies[0].when,
			.set_severity = -1,
			.raise_to = -1,
			.team = -1,
			.start = -1 };
	return m;
}

/* --- what happens --------------------------------------------------------- */

struct world {
	struct matrix *m;
	struct simulation *s;
	struct backtest *b;
	int events;
};

static inline void begin(
    struct world *w, struct wall since, const struct backtest_missed *missed)
{
	struct simulation_hooks hooks = { .decided = backtest_decided };

	memset(w, 0, sizeof *w);
	w->m = matrix();
	w->b = backtest_new(w->m, NULL, since, missed);
	hooks.user = w->b;
	w->s = simulation_new(w->m, &hooks);
	simulation_advance(w->s, at(8, 0));
}

static inline void end(struct world *w)
{
	backtest_free(w->b);
	simulation_free(w->s);
	matrix_free(w->m);
}

static inline struct event event(
    const char *ticket, enum event_type type, struct wall when)
{
	return (struct event){ .type = type, .ticket = ticket, .at = when };
}

static inline void create(
    struct world *w, const char *key, const char *severity, struct wall when)
{
	struct event ev = event(key, EVENT_CREATED, when);

	ev.fields.set = FIELD_BIT(FIELD_SEVERITY);
	ev.fields.text[FIELD_SEVERITY] = severity;
	simulation_event(w->s, &ev);
}

static inline void attributes(
    struct world *w, const char *key, const char *json, struct wall when)
{
	struct event ev = event(key, EVENT_UPDATED, when);

	ev.fields.set = FIELD_BIT(FIELD_ATTRIBUTES);
	ev.fields.text[FIELD_ATTRIBUTES] = json;
	simulation_event(w->s, &ev);
}

static inline void severity(
    struct world *w, const char *key, const char *name, struct wall when)
{
	struct event ev = event(key, EVENT_UPDATED, when);

	ev.fields.set = FIELD_BIT(FIELD_SEVERITY);
	ev.fields.text[FIELD_SEVERITY] = name;
	simulation_event(w->s, &ev);
}

static inline void ack(struct world *w, const char *key, struct wall when)
{
	struct event ev = event(key, EVENT_ACKNOWLEDGED, when);

	ev.by = "eli";
	simulation_event(w->s, &ev);
}

static inline void snooze(
    struct world *w, const char *key, struct wall when, struct wall until)
{
	struct event ev = event(key, EVENT_SNOOZED, when);

	ev.by = "eli";
	ev.until = until;
	simulation_event(w->s, &ev);
}

static inline void reply(struct world *w, const char *key, struct wall when)
{
	struct event ev = event(key, EVENT_COMMENT, when);

	ev.author = AUTHOR_AGENT;
	ev.is_public = true;
	simulation_event(w->s, &ev);
}

static inline void status(
    struct world *w, const char *key, enum status s, struct wall when)
{
	struct event ev = event(key, EVENT_STATUS, when);

	ev.fields.set = FIELD_BIT(FIELD_STATUS);
	ev.fields.status = s;
	simulation_event(w->s, &ev);
}

static inline void until(struct world *w, struct wall when)
{
	simulation_advance(w->s, when);
	simulation_settle(w->s);
	backtest_end(w->b, when);
}

#endif
