/* scenario_play.h - play a scenario on the virtual clock, and judge it.
 *
 * The core is the daemon's own; nothing here depends on the machine's clock,
 * zone or locale, so that a scenario passes everywhere or nowhere.
 *
 * Without `exact` what is expected is looked for among all that happens, in
 * its window of time; the story is played on as far as the last window goes.
 * With it, each step's `then` names every line of the transcript, in order,
 * and nothing goes unchecked, not even what would be due after the end.
 *
 * A scenario that expects nothing fails; so does one with an event that is
 * refused and not expected to be.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SCENARIO_PLAY_H
#define SLAWATCH_CTL_SCENARIO_PLAY_H

#include "ctl/scenario.h"
#include "ctl/scenario_log.h"

/* Later than that nobody waits for what the last step expects. */
#define SCENARIO_AHEAD_MS (30 * DAY_MS)
/* Things that fire while a scenario waits for quiet: then it never is. */
#define SCENARIO_ROUNDS_MAX 200000

struct scenario_failure {
	struct place at;
	const char *what;   /* a line: what is wrong */
	const char *around; /* lines, indented: what happened; or "" */
};

/* Where a step lies in the log. */
struct step_span {
	size_t first; /* before time went on to it */
	size_t mark;  /* time is there; then comes what it does */
	size_t end;
	struct wall at; /* now, then */
};

struct scenario_result {
	bool playable;		 /* else `messages` says why not */
	struct textbuf messages; /* errors of the scenario and its matrix */
	struct scenario_failure *failures; /* in order of their places */
	size_t nfailures;
	size_t cap_failures;
	size_t checked; /* expectations that were judged */
	struct scenario scenario;
	struct scenario_log log;
	struct step_span *spans; /* one a step */
	struct arena arena;
};

/* `name` stands for the file in messages, matrices are looked for beside it;
 * `config` is the matrix to go by instead, or NULL. */
void scenario_play(const char *name, const char *text, size_t len,
    const char *config, struct scenario_result *out);
void scenario_result_fini(struct scenario_result *r);

#endif
