/* scenario_notice.c - was who should hear of it told, and nobody else?
 *
 * The window of what is wanted: from the step's own event on, or, in a step
 * where only time passes, from the step before on and up to its instant.  It
 * ends with the next step that lets time pass, or where `within` says.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_parts.h"

#include "base/nearest.h"
#include "ctl/scenario_near.h"

#include <string.h>

/* --- names ---------------------------------------------------------------- */

static bool say_near(struct play *p, const struct said *said, struct nearest *n,
    const char *what)
{
	struct errtext err;

	nearest_say(n, what, &err);
	report_error(p->report, said->at, "%s", err.text);
	return false;
}

static bool known_reason(struct play *p, const struct said *said)
{
	struct nearest near;
	enum notice_reason r;

	if (strcmp(said->text, "any") == 0 ||
	    notice_reason_parse(said->text, &r))
		return true;
	nearest_init(&near, said->text);
	for (int i = 0; i < NOTICE_REASON_COUNT; i++)
		nearest_try(&near, notice_reason_name((enum notice_reason)i));
	return say_near(p, said, &near, "unknown notice");
}

/* A person, a room, or a team that is told as one. */
static bool known_reader(struct play *p, const struct said *said)
{
	struct nearest near;

	nearest_init(&near, said->text);
	for (size_t i = 0; i < p->nconfs; i++) {
		const struct matrix *m = p->confs[i].matrix;

		if (matrix_person(m, said->text) >= 0 ||
		    matrix_channel(m, said->text) >= 0 ||
		    matrix_team(m, said->text) >= 0)
			return true;
		for (size_t k = 0; k < m->npeople; k++)
			nearest_try(&near, m->people[k].name);
		for (size_t k = 0; k < m->nchannels; k++)
			nearest_try(&near, m->channels[k].name);
	}
	return say_near(p, said, &near, "unknown person or room");
}

static bool known_way(struct play *p, const struct said *said)
{
	struct nearest near;

	nearest_init(&near, said->text);
	for (size_t i = 0; i < p->nconfs; i++) {
		const struct matrix *m = p->confs[i].matrix;

		if (matrix_way(m, said->text) != -1)
			return true;
		for (size_t k = 0; k < m->nchannels; k++)
			nearest_try(&near, m->channels[k].name);
	}
	return say_near(p, said, &near, "unknown channel");
}

static bool known_chain(struct play *p, const struct said *said)
{
	struct nearest near;

	nearest_init(&near, said->text);
	for (size_t i = 0; i < p->nconfs; i++) {
		const struct matrix *m = p->confs[i].matrix;

		if (matrix_chain(m, said->text) >= 0)
			return true;
		for (size_t k = 0; k < m->nchains; k++)
			nearest_try(&near, m->chains[k].name);
	}
	return say_near(p, said, &near, "unknown chain");
}

static bool known_kind(struct play *p, const struct said *said)
{
	struct nearest near;

	nearest_init(&near, said->text);
	for (size_t i = 0; i < p->nconfs; i++) {
		const struct matrix *m = p->confs[i].matrix;

		if (matrix_kind(m, said->text) >= 0)
			return true;
		for (size_t k = 0; k < m->nkinds; k++)
			nearest_try(&near, m->kinds[k].name);
	}
	return say_near(p, said, &near, "unknown clock");
}

static bool known_ticket(struct play *p, const struct said *said)
{
	struct nearest near;

	if (simulation_find(p->sim, said->text) != NULL)
		return true;
	nearest_init(&near, said->text);
	for (size_t i = 0; i < simulation_count(p->sim); i++)
		nearest_try(&near, simulation_ticket(p->sim, i)->key);
	return say_near(p, said, &near, "no event here makes the ticket");
}

static bool known_state(
    struct play *p, const struct said *said, enum change_kind *out)
{
	static const struct {
		const char *word;
		enum change_kind kind;
	} states[] = { { "sent", CHANGE_NOTICE_SENT },
		{ "queued", CHANGE_NOTICE_QUEUED },
		{ "held", CHANGE_NOTICE_HELD },
		{ "withdrawn", CHANGE_NOTICE_WITHDRAWN },
		{ "dead", CHANGE_NOTICE_DEAD } };

	*out = CHANGE_NOTICE_SENT;
	if (said->text == NULL)
		return true;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		if (strcmp(states[i].word, said->text) == 0) {
			*out = states[i].kind;
			return true;
		}
	}
	report_error(p->report, said->at,
	    "\"%s\" is nothing that becomes of a notice; it is sent, queued, "
	    "held, withdrawn or dead",
	    said->text);
	return false;
}

static bool known(struct play *p, const struct wanted_notice *w)
{
	bool good = known_reason(p, &w->reason);

	if (w->to.text != NULL)
		good = known_reader(p, &w->to) && good;
	if (w->via.text != NULL)
		good = known_way(p, &w->via) && good;
	if (w->chain.text != NULL)
		good = known_chain(p, &w->chain) && good;
	if (w->clock.text != NULL)
		good = known_kind(p, &w->clock) && good;
	return good;
}

bool play_names_known(struct play *p)
{
	enum change_kind ignored;
	bool good = true;

	for (size_t i = 0; i < p->s->nsteps; i++)
		if (p->s->steps[i].act == ACT_REVISE)
			return true;
	for (size_t i = 0; i < p->s->nsteps; i++) {
		const struct scenario_step *s = &p->s->steps[i];

		for (size_t k = 0; k < s->nexpect; k++)
			good = known(p, &s->expect[k]) &&
			       known_state(p, &s->expect[k].state, &ignored) &&
			       good;
		for (size_t k = 0; k < s->nexpect_not; k++)
			good = known(p, &s->expect_not[k]) && good;
		for (size_t k = 0; k < s->nclocks; k++)
			good = play_clock_known(p, &s->clocks[k]) && good;
	}
	return good;
}

/* --- windows -------------------------------------------------------------- */

/* The first log item that belongs to what the step is about, and its instant.
 */
static void window_begin(
    const struct play *p, size_t step, size_t *first, struct wall *from)
{
	const struct step_span *spans = p->out->spans;

	if (p->s->steps[step].act != ACT_NONE) {
		*first = spans[step].mark;
		*from = spans[step].at;
	} else if (step == 0) {
		*first = 0;
		*from = spans[step].at;
	} else {
		*first = p->s->steps[step - 1].act != ACT_NONE
			     ? spans[step - 1].mark
			     : spans[step - 1].end;
		*from = spans[step - 1].at;
	}
}

/* The log item behind the last one, where neither `at` nor `within` is said. */
static size_t window_end(const struct play *p, size_t step)
{
	const struct step_span *spans = p->out->spans;

	if (p->s->steps[step].act == ACT_NONE)
		return spans[step].end;
	for (size_t i = step + 1; i < p->s->nsteps; i++)
		if (wall_before(spans[step].at, spans[i].at))
			return spans[i].mark;
	return p->end;
}

static bool is_last_in_time(const struct play *p, size_t step)
{
	return p->s->steps[step].act != ACT_NONE &&
	       !wall_before(
		   p->out->spans[step].at, p->out->spans[p->s->nsteps - 1].at);
}

static bool window(struct play *p, size_t step, const struct wanted_notice *w,
    struct window *out)
{
	int64_t span;

	window_begin(p, step, &out->first, &out->from);
	out->last = window_end(p, step);
	out->passing = p->s->steps[step].act == ACT_NONE;
	out->until = out->passing ? p->out->spans[step].at : WALL_NEVER;
	out->exact = w->at.text != NULL;
	if (w->at.text != NULL) {
		out->first = 0;
		out->last = p->end;
		if (!play_instant(p, &w->at, out->from, &out->from))
			return false;
		out->until = out->from;
	} else if (w->within.text != NULL) {
		out->last = p->end;
		if (!play_span(p, &w->within, &span))
			return false;
		out->until = wall_plus(out->from, span);
	}
	return true;
}

static struct wall horizon_of(
    struct play *p, size_t step, const struct wanted_notice *w)
{
	struct window win;

	if (!window(p, step, w, &win))
		return simulation_now(p->sim);
	if (!wall_is_never(win.until))
		return win.until;
	return is_last_in_time(p, step) ? wall_plus(win.from, SCENARIO_AHEAD_MS)
					: simulation_now(p->sim);
}

struct wall play_horizon(struct play *p)
{
	struct wall horizon = simulation_now(p->sim);

	for (size_t i = 0; i < p->s->nsteps; i++) {
		const struct scenario_step *s = &p->s->steps[i];

		for (size_t k = 0; k < s->nexpect; k++)
			horizon =
			    wall_max(horizon, horizon_of(p, i, &s->expect[k]));
		for (size_t k = 0; k < s->nexpect_not; k++)
			horizon = wall_max(
			    horizon, horizon_of(p, i, &s->expect_not[k]));
	}
	return horizon;
}

/* --- judging -------------------------------------------------------------- */

static bool prepare(struct play *p, size_t step, const struct wanted_notice *w,
    struct search *out)
{
	int number = 0;

	p->out->checked++;
	*out = (struct search){ .wanted = w };
	if (!known(p, w) ||
	    (w->ticket.text != NULL && !known_ticket(p, &w->ticket)) ||
	    !known_state(p, &w->state, &out->kind) ||
	    !window(p, step, w, &out->window))
		return false;
	if (w->step.text != NULL && !play_number(p, &w->step, 1000, &number))
		return false;
	out->step = number - 1;
	return true;
}

static void expected(struct play *p, size_t step, const struct wanted_notice *w)
{
	struct search s;
	size_t found = 0, first = 0;
	int times = -1;

	if (!prepare(p, step, w, &s))
		return;
	if (w->times.text != NULL &&
	    !play_number(p, &w->times, 1000000, &times))
		return;
	for (size_t i = 0; i < p->end; i++)
		if (near_matches(p, &s, i) && found++ == 0)
			first = i;
	if (times < 0 ? found > 0 : found == (size_t)times)
		return;
	if (found == 0)
		near_tell(p, &s);
	else
		play_fail(p, w->times.at,
		    play_around(p, first, first + 1, first),
		    "expected %s; it happened %zu times", near_wanted(p, &s),
		    found);
}

static void unexpected(
    struct play *p, size_t step, const struct wanted_notice *w)
{
	struct search s;

	if (!prepare(p, step, w, &s))
		return;
	for (size_t i = 0; i < p->end; i++) {
		if (!near_matches(p, &s, i))
			continue;
		play_fail(p, w->place, play_around(p, i, i + 1, i),
		    "expected no %s, and it happened %s", near_wanted(p, &s),
		    play_when(p, p->out->log.items[i].change.at));
		return;
	}
}

void play_check_notices(struct play *p)
{
	for (size_t i = 0; i < p->s->nsteps; i++) {
		const struct scenario_step *s = &p->s->steps[i];

		for (size_t k = 0; k < s->nexpect; k++)
			expected(p, i, &s->expect[k]);
		for (size_t k = 0; k < s->nexpect_not; k++)
			unexpected(p, i, &s->expect_not[k]);
	}
}
