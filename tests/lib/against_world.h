/* against_world.h - two matrices and the same events, simulated by both.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_AGAINST_WORLD_H
#define SLAWATCH_TESTS_AGAINST_WORLD_H

#include "conf/load.h"
#include "core/backtest.h"
#include "ctl/against.h"
#include "wire/event_json.h"

#include <check.h>
#include <string.h>

#define HEAD(after)                                                            \
	"matrix: { owner: mara, fallback: journal }\n"                         \
	"calendars:\n"                                                         \
	"  office: { zone: UTC, week: { mon-fri: \"09:00-17:00\" } }\n"        \
	"severities: { P1: {}, P2: {} }\n"                                     \
	"channels: { journal: { type: log }, room: { type: log } }\n"          \
	"people: { dana: { hours: office }, eli: {}, mara: {} }\n"             \
	"chains:\n"                                                            \
	"  standard:\n"                                                        \
	"    repeat: 0\n"                                                      \
	"    steps:\n"                                                         \
	"      - { notify: dana, via: journal }\n"                             \
	"      - { after: " after ", notify: mara, via: journal }\n"           \
	"  rooms:\n"                                                           \
	"    repeat: 0\n"                                                      \
	"    steps:\n"                                                         \
	"      - { notify: dana, via: room }\n"                                \
	"      - { after: 45m, notify: room, via: [ room ] }\n"                \
	"policies:\n"

#define POLICY(chain, p1, p2)                                                  \
	"  - name: all\n"                                                      \
	"    calendar: always\n"                                               \
	"    warn: [ 50% ]\n"                                                  \
	"    on_breach: " chain "\n"                                           \
	"    targets:\n"                                                       \
	"      P1: { first_reply: " p1 ", resolution: 2d }\n"                  \
	"      P2: { first_reply: " p2 " }\n"

#define STANDARD HEAD("30m") POLICY("standard", "1h", "4h")
#define LONGER	 HEAD("30m") POLICY("standard", "3h", "4h")
#define SOONER	 HEAD("10m") POLICY("standard", "1h", "4h")
#define ROOMS	 HEAD("30m") POLICY("rooms", "1h", "4h")

/* A severity fewer. */
#define ONLY_P1                                                                \
	"matrix: { owner: mara, fallback: journal }\n"                         \
	"severities: { P1: {} }\n"                                             \
	"channels: { journal: { type: log } }\n"                               \
	"people: { mara: {} }\n"                                               \
	"policies:\n"                                                          \
	"  - { name: all, calendar: always,\n"                                 \
	"      targets: { P1: { first_reply: 1h, resolution: 2d } } }\n"

/* Both sides, simulated. */
struct pair {
	struct conf conf[AGAINST_SIDES];
	struct simulation *sim[AGAINST_SIDES];
	struct backtest *counted[AGAINST_SIDES];
	struct scratch *scratch;
	struct against *against;
	struct arena arena; /* of the events */
	struct textbuf out;
};

static inline void load(const char *text, struct conf *out)
{
	struct conf_options o = { .no_secrets = true };
	struct textbuf messages;

	textbuf_init(&messages);
	if (!conf_load_text(
		"test.yaml", text, strlen(text), &o, out, &messages))
		ck_abort_msg("%s", messages.data);
	textbuf_fini(&messages);
}

static inline void old_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	struct pair *p = user;

	against_old_decided(p->against, t, ev, now, d);
	backtest_decided(p->counted[AGAINST_OLD], t, ev, now, d);
}

static inline void new_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	struct pair *p = user;

	against_new_decided(p->against, t, ev, now, d);
	backtest_decided(p->counted[AGAINST_NEW], t, ev, now, d);
}

static inline void pair_init(
    struct pair *p, const char *old, const char *new_one, struct wall since)
{
	struct simulation_hooks of_old = { .user = p, .decided = old_decided };
	struct simulation_hooks of_new = { .user = p, .decided = new_decided };
	struct errtext err;

	memset(p, 0, sizeof *p);
	arena_init(&p->arena);
	textbuf_init(&p->out);
	load(old, &p->conf[AGAINST_OLD]);
	load(new_one, &p->conf[AGAINST_NEW]);
	ck_assert_int_eq(scratch_open(&p->scratch, &err), STORE_OK);
	p->against = against_new(p->conf[AGAINST_NEW].matrix,
	    p->conf[AGAINST_OLD].matrix, since, p->scratch);
	for (int side = 0; side < AGAINST_SIDES; side++) {
		const struct matrix *m = p->conf[side].matrix;

		p->counted[side] = backtest_new(m, NULL, since, NULL);
		p->sim[side] =
		    simulation_new(m, side == AGAINST_OLD ? &of_old : &of_new);
	}
}

static inline void pair_fini(struct pair *p)
{
	for (int side = 0; side < AGAINST_SIDES; side++) {
		simulation_free(p->sim[side]);
		backtest_free(p->counted[side]);
		conf_free(&p->conf[side]);
	}
	against_free(p->against);
	scratch_close(p->scratch);
	textbuf_fini(&p->out);
	arena_fini(&p->arena);
}

static inline void tell(struct pair *p, const struct event *ev)
{
	for (int side = 0; side < AGAINST_SIDES; side++)
		simulation_event(p->sim[side], ev);
}

static inline struct wall instant(const char *text)
{
	struct wall at;

	ck_assert(wall_parse(text, strlen(text), &at));
	return at;
}

/* "10:00" of Monday 2026-01-05; "06T10:00" of another day of that month. */
static inline void say(struct pair *p, const char *at, const char *rest)
{
	struct textbuf json;
	struct errtext err;
	struct event ev;
	static int ids;

	textbuf_init(&json);
	textbuf_addf(&json, "{\"id\":\"e%d\",\"at\":\"2026-01-%s%s:00Z\",%s}",
	    ++ids, strlen(at) > 5 ? "" : "05T", at, rest);
	if (!event_from_json(json.data, json.len, &p->arena, &ev, &err))
		ck_abort_msg("%s: %s", json.data, err.text);
	tell(p, &ev);
	textbuf_fini(&json);
}

static inline void end(struct pair *p, struct wall until)
{
	struct errtext err;

	for (int side = 0; side < AGAINST_SIDES; side++) {
		simulation_advance(p->sim[side], until);
		simulation_settle(p->sim[side]);
		backtest_end(p->counted[side], until);
	}
	if (!against_end(p->against, &err))
		ck_abort_msg("%s", err.text);
}

static inline void end_of_day(struct pair *p)
{
	end(p, instant("2026-01-06T00:00:00Z"));
}

static inline const struct against_count *count_of(
    const struct against_count *at, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(at[i].name, name) == 0)
			return &at[i];
	ck_abort_msg("no %s", name);
	return NULL;
}

#endif
