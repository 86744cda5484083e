/* scenario_parts.h - what the parts of playing a scenario share.
 *
 * Private to scenario_*.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SCENARIO_PARTS_H
#define SLAWATCH_CTL_SCENARIO_PARTS_H

#include "conf/load.h"
#include "core/simulation.h"
#include "ctl/scenario_play.h"

#define SCENARIO_MATRICES_MAX 16
#define SCENARIO_ANSWERS_MAX  64

struct way_answer {
	const char *channel;
	enum delivery delivery;
	int64_t again_ms;
};

struct play {
	const struct scenario *s;
	struct report *report;
	struct scenario_result *out;
	const char *name;   /* of the file */
	const char *config; /* -c, or NULL */
	struct conf confs[SCENARIO_MATRICES_MAX];
	size_t nconfs;
	const struct matrix *m;	 /* in force */
	const struct zone *zone; /* its own */
	struct zone *utc;	 /* where it has none */
	struct simulation *sim;
	struct way_answer answers[SCENARIO_ANSWERS_MAX];
	size_t nanswers;
	size_t step;	/* in hand */
	int events;	/* that got an id here */
	bool under_way; /* the clock was set */
	bool played_on; /* beyond the end, to tell what comes too late */
	size_t end;	/* of the log, without that */
	bool refused;	/* what the step in hand does */
	struct errtext why;
};

/* A failure; `around` "" or lines that were made ready. */
void play_fail(struct play *p, struct place at, const char *around,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* What a person writes for an instant: "+15m" from `base`, a moment of the
 * matrix's zone after `base`, or an instant.  False: it was reported. */
bool play_instant(struct play *p, const struct said *said, struct wall base,
    struct wall *out);
bool play_span(struct play *p, const struct said *said, int64_t *out);
bool play_number(struct play *p, const struct said *said, int most, int *out);

/* The matrix of that name beside the scenario; NULL: it was said. */
const struct matrix *play_load(
    struct play *p, const char *path, struct place at, bool beside);

/* Goes on for a day, once: what comes too late is near. */
void play_on(struct play *p);

/* scenario_do.c: does what the step says. */
void play_act(struct play *p, const struct scenario_step *s);

/* scenario_event.c: the map as an event's JSON, its id and instant filled
 * in.  False: it was reported. */
bool play_event_json(struct play *p, const struct scenario_step *s,
    struct wall at, struct textbuf *out);

/* scenario_check.c: how clocks and tickets stand now; the step's transcript. */
void play_check_now(struct play *p, const struct scenario_step *s);
void play_check_then(struct play *p, const struct scenario_step *s);

/* scenario_notice.c: does the matrix know who and what is named?  Before a
 * story in which another matrix comes nobody can say.  False: it was
 * reported. */
bool play_names_known(struct play *p);
bool play_clock_known(struct play *p, const struct wanted_clock *w);

/* The same: how far notices are waited for, and were there. */
struct wall play_horizon(struct play *p);
void play_check_notices(struct play *p);

/* scenario_around.c: lines of the log about first..last, those inside marked;
 * in the arena. */
const char *play_around(
    struct play *p, size_t first, size_t last, size_t marked);

/* What was said of the ticket so far and what became of that clock of it, or,
 * without one, of the ticket itself; in the arena. */
const char *play_history(struct play *p, const char *ticket, const char *clock);

/* "Mon 2026-01-05 10:25 CET", in the arena. */
const char *play_when(struct play *p, struct wall at);

#endif
