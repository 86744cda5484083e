/* bench_core.c - what does one decision cost?
 *
 * A made-up stream of 100,000 events through the simulation, all in memory:
 * tickets are created, answered, moved, and solved or left to breach, under a
 * matrix such as etc/incidents.yaml.  Told per event from outside; the ticks
 * and deliveries that follow from it are counted in.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/load.h"
#include "core/simulation.h"
#include "lib/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EVENTS = 100000, OPEN = 500 };

static const char matrix_text[] =
    "matrix: { owner: manager, fallback: journal }\n"
    "calendars:\n"
    "  office: { zone: Europe/London, week: { mon-fri: \"08:00-18:00\" } }\n"
    "severities: { P1: {}, P2: {}, P3: {}, P4: {} }\n"
    "channels: { journal: { type: log } }\n"
    "people: { first: {}, second: {}, leader: {}, manager: {} }\n"
    "roles: { primary: first, backup: second, lead: leader }\n"
    "chains:\n"
    "  standard:\n"
    "    steps:\n"
    "      - { notify: primary, via: [ journal ] }\n"
    "      - { after: 15m, notify: backup, via: [ journal ] }\n"
    "      - { after: 30m, notify: lead, via: [ journal ] }\n"
    "      - { after: 1h, notify: manager, via: [ journal ] }\n"
    "policies:\n"
    "  - name: all\n"
    "    calendar: office\n"
    "    warn: [ 50%, 80% ]\n"
    "    on_breach: standard\n"
    "    targets:\n"
    "      P1: { acknowledge: 15m, first_reply: 30m, resolution: 4h }\n"
    "      P2: { acknowledge: 30m, first_reply: 1h, resolution: 10h }\n"
    "      P3: { acknowledge: 2h, first_reply: 4h, resolution: 40h }\n"
    "      P4: { acknowledge: 4h, first_reply: 10h, resolution: 60h }\n";

struct stream {
	struct rng rng;
	struct wall at;
	long events;
	long tickets;
	long decisions;
	long changes;
	long refused;
	char id[32];
	char key[32];
	long open[OPEN]; /* ticket numbers, 0: none */
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall at, const struct decision *d)
{
	struct stream *s = user;

	(void)t;
	(void)ev;
	(void)at;
	s->decisions++;
	s->changes += (long)d->nchanges;
	s->refused +=
	    d->verdict != VERDICT_ACCEPTED && d->verdict != VERDICT_NOTHING;
}

static void create(struct stream *s, struct event *ev)
{
	static const char *const severities[] = { "P1", "P2", "P3", "P4" };

	ev->type = EVENT_CREATED;
	ev->author = AUTHOR_CUSTOMER;
	ev->fields.set = FIELD_BIT(FIELD_SUBJECT) | FIELD_BIT(FIELD_SEVERITY) |
			 FIELD_BIT(FIELD_STATUS);
	ev->fields.text[FIELD_SUBJECT] = "Cannot log in";
	ev->fields.text[FIELD_SEVERITY] = severities[rng_below(&s->rng, 4)];
	ev->fields.status = STATUS_NEW;
}

static void set_status(struct event *ev, enum status status)
{
	ev->type = EVENT_STATUS;
	ev->fields.set = FIELD_BIT(FIELD_STATUS);
	ev->fields.status = status;
}

static void go_on(struct stream *s, long *ticket, struct event *ev)
{
	uint64_t what = rng_below(&s->rng, 8);

	if (what == 0) {
		set_status(ev, STATUS_SOLVED);
		*ticket = 0;
	} else if (what < 3) {
		set_status(ev, what == 1 ? STATUS_OPEN : STATUS_PENDING);
	} else {
		ev->type = EVENT_COMMENT;
		ev->author = what < 6 ? AUTHOR_CUSTOMER : AUTHOR_AGENT;
		ev->is_public = true;
		ev->text = "Any news?";
	}
}

/* One event every two minutes, for some open ticket or a new one. */
static struct event next_event(struct stream *s)
{
	long *ticket = &s->open[rng_below(&s->rng, OPEN)];
	struct event ev = { .at = s->at, .by = "first", .due = WALL_NEVER };
	bool is_new = *ticket == 0;

	s->at = wall_plus(s->at, 2 * MINUTE_MS);
	if (is_new)
		*ticket = ++s->tickets;
	snprintf(s->id, sizeof s->id, "e-%ld", s->events++);
	snprintf(s->key, sizeof s->key, "bench:%ld", *ticket);
	ev.id = s->id;
	ev.ticket = s->key;
	if (is_new)
		create(s, &ev);
	else
		go_on(s, ticket, &ev);
	return ev;
}

static struct matrix *load_matrix(void)
{
	struct conf_options options = { .no_secrets = true };
	struct textbuf messages;
	struct matrix *m;
	struct conf c;

	textbuf_init(&messages);
	if (!conf_load_text("bench", matrix_text, strlen(matrix_text), &options,
		&c, &messages)) {
		fprintf(stderr, "bench_core: %s\n", messages.data);
		exit(EXIT_FAILURE);
	}
	m = c.matrix;
	c.matrix = NULL;
	conf_free(&c);
	textbuf_fini(&messages);
	return m;
}

int main(void)
{
	struct stream s = { .rng = { 1 }, .at = wall_at(1767603600000) };
	struct simulation_hooks hooks = { .user = &s, .decided = decided };
	struct matrix *m = load_matrix();
	struct simulation *sim = simulation_new(m, &hooks);
	double began = now();
	double ns;

	for (int i = 0; i < EVENTS; i++) {
		struct event ev = next_event(&s);

		if (!simulation_event(sim, &ev))
			abort();
	}
	ns = (now() - began) * 1e9;
	printf("bench: core_event %.0f ns\n", ns / EVENTS);
	printf("bench: core_decision %.0f ns\n", ns / (double)s.decisions);
	printf("bench: core_change %.0f ns\n", ns / (double)s.changes);
	printf("bench: core_stream %d events (%ld tickets, %ld decisions, "
	       "%ld changes, %ld refused)\n",
	    EVENTS, s.tickets, s.decisions, s.changes, s.refused);
	simulation_free(sim);
	matrix_free(m);
	return EXIT_SUCCESS;
}
