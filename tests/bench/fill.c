/* fill.c - a database as the daemon would have it after so many tickets.
 *
 *	fill MATRIX DATABASE COUNT
 *
 * Decides a `created` event for each through the one door and saves it through
 * the store, 10,000 a transaction; their instants are spread over the last
 * hour.  Marks the database as stopped in good order and swept for the matrix.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/load.h"
#include "core/decide.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BATCH 10000

static struct errtext err;

static void must(enum store_result r)
{
	if (r == STORE_OK)
		return;
	fprintf(stderr, "fill: %s\n", err.text);
	exit(EXIT_FAILURE);
}

static struct wall now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return wall_at((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

static const char *const severities[] = { "P1", "P2", "P3" };

static struct event make_event(struct arena *a, long i, struct wall at)
{
	struct event ev = {
		.type = EVENT_CREATED, .at = at, .author = AUTHOR_CUSTOMER
	};
	char text[400];

	snprintf(text, sizeof text, "bench:%07ld", i);
	ev.ticket = arena_strdup(a, text);
	snprintf(text, sizeof text, "fill-%ld", i);
	ev.id = arena_strdup(a, text);
	snprintf(text, sizeof text,
	    "{\"id\":\"fill-%ld\",\"ticket\":\"bench:%07ld\",\"at\":"
	    "\"2026-01-05T09:00:00Z\",\"type\":\"created\",\"fields\":"
	    "{\"subject\":\"Cannot log in since this morning\",\"severity\":"
	    "\"P2\",\"status\":\"new\",\"customer\":{\"id\":\"c%ld\"}}}",
	    i, i, i % 997);
	ev.body = arena_strdup(a, text);
	ev.fields.set = FIELD_BIT(FIELD_SUBJECT) | FIELD_BIT(FIELD_SEVERITY) |
			FIELD_BIT(FIELD_STATUS) | FIELD_BIT(FIELD_CUSTOMER_ID);
	ev.fields.text[FIELD_SUBJECT] = "Cannot log in since this morning";
	ev.fields.text[FIELD_SEVERITY] = severities[i % 3];
	snprintf(text, sizeof text, "c%ld", i % 997);
	ev.fields.text[FIELD_CUSTOMER_ID] = arena_strdup(a, text);
	ev.fields.status = STATUS_NEW;
	return ev;
}

static void save_one(
    struct store *s, const struct matrix *m, struct arena *a, struct event *ev)
{
	struct decision d = { .verdict = VERDICT_NOTHING };
	struct wall at = now();
	struct ticket t;

	ticket_init(&t, a, ev->ticket);
	decide(m, &facts_none, &t, ev, at, &d);
	if (d.verdict != VERDICT_ACCEPTED) {
		fprintf(stderr, "fill: %s\n", d.why.text);
		exit(EXIT_FAILURE);
	}
	must(store_save(s, &t, ev, &d, NULL, at, &err));
}

static void save_all(struct store *s, const struct matrix *m, long count)
{
	struct arena a = ARENA_INIT;
	struct wall first = wall_plus(now(), -HOUR_MS);

	for (long i = 0; i < count; i++) {
		struct event ev;

		if (i % BATCH == 0)
			must(store_begin(s, &err));
		ev = make_event(&a, i, wall_plus(first, i * HOUR_MS / count));
		save_one(s, m, &a, &ev);
		arena_reset(&a);
		if (i % BATCH == BATCH - 1 || i == count - 1)
			must(store_commit(s, &err));
	}
	arena_fini(&a);
}

static void mark(struct store *s, const struct matrix *m)
{
	must(store_begin(s, &err));
	must(store_set_alive(s, now(), &err));
	must(store_meta_set(s, "matrix", m->revision, &err));
	must(store_meta_set(s, "clean", "yes", &err));
	must(store_commit(s, &err));
}

int main(int argc, char **argv)
{
	struct conf_options options = { .no_secrets = true };
	struct textbuf messages;
	struct store *s;
	struct conf c;

	if (argc != 4) {
		fputs("fill: MATRIX DATABASE COUNT\n", stderr);
		return EXIT_FAILURE;
	}
	textbuf_init(&messages);
	if (!conf_load(argv[1], &options, &c, &messages)) {
		fprintf(stderr, "fill: %s\n", messages.data);
		return EXIT_FAILURE;
	}
	must(store_open(argv[2], &s, &err));
	save_all(s, c.matrix, atol(argv[3]));
	mark(s, c.matrix);
	store_close(s);
	conf_free(&c);
	textbuf_fini(&messages);
	return EXIT_SUCCESS;
}
