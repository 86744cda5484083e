/* scenario_play.c - step by step, and then the judgement.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_parts.h"

#include "base/check.h"
#include "base/nearest.h"
#include "core/moment.h"

#include <stdlib.h>
#include <string.h>

void play_fail(
    struct play *p, struct place at, const char *around, const char *fmt, ...)
{
	struct scenario_result *r = p->out;
	struct scenario_failure *f = arena_push(&r->arena, &r->failures,
	    &r->nfailures, &r->cap_failures, sizeof *f);
	struct textbuf tb;
	va_list ap;

	textbuf_init(&tb);
	va_start(ap, fmt);
	textbuf_vaddf(&tb, fmt, ap);
	va_end(ap);
	f->at = at;
	f->what = arena_strndup(&r->arena, tb.data, tb.len);
	f->around = around;
	textbuf_fini(&tb);
}

const char *play_when(struct play *p, struct wall at)
{
	char text[MOMENT_TEXT_MAX];

	moment_there(at, p->zone, text);
	return arena_strdup(&p->out->arena, *text == '\0' ? "never" : text);
}

/* --- values --------------------------------------------------------------- */

bool play_span(struct play *p, const struct said *said, int64_t *out)
{
	if (span_parse(said->text, strlen(said->text), out))
		return true;
	report_error(p->report, said->at,
	    "\"%s\" is no span of time; write 90s, 15m, 1h30m or 2d",
	    said->text);
	return false;
}

bool play_number(struct play *p, const struct said *said, int most, int *out)
{
	char *end;
	long value = strtol(said->text, &end, 10);

	*out = (int)value;
	if (end != said->text && *end == '\0' && value >= 0 && value <= most)
		return true;
	report_error(p->report, said->at, "\"%s\" is not a number from 0 to %d",
	    said->text, most);
	return false;
}

/* False. */
static bool nothing_before(struct play *p, const struct said *said)
{
	report_error(p->report, said->at,
	    "\"%s\" counts from the step before, and there is none; "
	    "write an instant such as 2026-01-05T10:00:00Z, or start: "
	    "at the top",
	    said->text);
	return false;
}

/* The first one; it is not a whole one. */
static bool first_instant(struct play *p, const struct said *said)
{
	struct errtext ignored;
	struct wall at;

	if (said->text[0] == '+' || strcmp(said->text, "now") == 0 ||
	    moment_parse(
		said->text, p->zone, wall_at(0), wall_at(0), &at, &ignored))
		return nothing_before(p, said);
	report_error(p->report, said->at,
	    "\"%s\" is no instant; write one such as 2026-01-05T10:00:00Z",
	    said->text);
	return false;
}

bool play_instant(
    struct play *p, const struct said *said, struct wall base, struct wall *out)
{
	struct errtext err;
	int64_t span;
	bool whole = wall_parse(said->text, strlen(said->text), out);

	if (whole)
		return true;
	if (!p->under_way)
		return first_instant(p, said);
	if (said->text[0] == '+') {
		if (span_parse(said->text + 1, strlen(said->text + 1), &span)) {
			*out = wall_plus(base, span);
			return true;
		}
		report_error(p->report, said->at,
		    "\"%s\" is no span of time; write +15m, +1h30m or +2d",
		    said->text);
		return false;
	}
	if (strcmp(said->text, "now") == 0) {
		*out = simulation_now(p->sim);
		return true;
	}
	if (moment_parse(said->text, p->zone, base, base, out, &err))
		return true;
	report_error(p->report, said->at, "%s; or +15m", err.text);
	return false;
}

/* --- matrices ------------------------------------------------------------- */

static void beside(
    struct play *p, const char *path, bool is_beside, struct textbuf *out)
{
	const char *slash = strrchr(p->name, '/');

	if (is_beside && path[0] != '/' && slash != NULL)
		textbuf_addn(out, p->name, (size_t)(slash - p->name + 1));
	textbuf_add(out, path);
}

const struct matrix *play_load(
    struct play *p, const char *path, struct place at, bool is_beside)
{
	struct conf_options o = { .no_secrets = true };
	struct conf *conf = &p->confs[p->nconfs];
	struct textbuf full, messages;
	const struct matrix *m = NULL;

	if (p->nconfs == SCENARIO_MATRICES_MAX) {
		report_error(p->report, at, "more than %d matrices",
		    SCENARIO_MATRICES_MAX);
		return NULL;
	}
	textbuf_init(&full);
	textbuf_init(&messages);
	beside(p, path, is_beside, &full);
	if (conf_load(full.data, &o, conf, &messages)) {
		if (p->nconfs > 0)
			conf->matrix->previous = p->confs[p->nconfs - 1].matrix;
		m = p->m = conf->matrix;
		p->zone = m->zone != NULL ? m->zone : p->utc;
		p->nconfs++;
	} else {
		report_error(
		    p->report, at, "the matrix cannot be used: %s", full.data);
		textbuf_add(&p->out->messages, messages.data);
	}
	textbuf_fini(&full);
	textbuf_fini(&messages);
	return m;
}

/* --- the hooks of the simulation ------------------------------------------ */

/* Does a step say so, and not the simulation itself? */
static bool said_by_step(const struct event *ev)
{
	return ev->id != NULL || ev->type == EVENT_NOTICE_RETRY ||
	       ev->type == EVENT_NOTICE_DROP;
}

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	struct play *p = user;
	struct place at = p->s->steps[p->step].place;
	const char *why;

	if (!ticket_sound(t, &why))
		play_fail(p, at, "", "a bug: ticket %s is not sound: %s",
		    t->key, why);
	scenario_log_decided(&p->out->log, t, ev, now, d);
	if (d->verdict != VERDICT_ACCEPTED && said_by_step(ev)) {
		p->refused = true;
		p->why = d->why;
	}
}

static enum delivery deliver(void *user, const struct ticket *t,
    const struct notice *n, struct wall now, struct wall *again_at)
{
	struct play *p = user;

	(void)t;
	for (size_t i = 0; i < p->nanswers; i++) {
		const struct way_answer *a = &p->answers[i];

		if (strcmp(a->channel, n->channel) != 0)
			continue;
		*again_at = wall_plus(now, a->again_ms);
		return a->delivery;
	}
	return DELIVERY_OK;
}

/* --- time ----------------------------------------------------------------- */

/* Fires what is due up to `until`; false: it would never end. */
static bool pass(struct play *p, struct wall until)
{
	for (int i = 0; i < SCENARIO_ROUNDS_MAX; i++) {
		struct wall next = simulation_next(p->sim);

		if (wall_is_never(next) || wall_before(until, next))
			return true;
		simulation_advance(p->sim, next);
		simulation_settle(p->sim);
	}
	return false;
}

void play_on(struct play *p)
{
	if (!p->played_on)
		pass(p, wall_plus(simulation_now(p->sim), DAY_MS));
	p->played_on = true;
}

static void until_quiet(struct play *p, const struct scenario_step *s)
{
	if (!pass(p, WALL_NEVER))
		play_fail(p, s->until.at, "",
		    "it never becomes quiet: more than %d things have fired; "
		    "write until: and an instant",
		    SCENARIO_ROUNDS_MAX);
}

/* When the step is; false: it was reported. */
static bool step_instant(
    struct play *p, const struct scenario_step *s, struct wall *out)
{
	struct wall now = simulation_now(p->sim);
	struct said none = { .text = "this step", .at = s->place };
	const struct said *said = s->told.text != NULL	  ? &s->told
				  : s->until.text != NULL ? &s->until
							  : &s->at;
	struct wall base = now;

	*out = now;
	if (said->text == NULL)
		return p->under_way || s->act == ACT_DELIVER ||
		       nothing_before(p, &none);
	if (said == &s->told && !play_instant(p, &s->at, now, &base))
		return false;
	if (!play_instant(p, said, base, out))
		return false;
	if (!wall_before(*out, now))
		return true;
	report_error(p->report, said->at,
	    "that is before the step above it (%s); for what is told late "
	    "write told: and the instant beside at:",
	    play_when(p, now));
	return false;
}

static void judge_refusal(struct play *p, const struct scenario_step *s)
{
	const char *wanted = s->refused.text;

	p->out->checked += wanted != NULL;
	if (wanted != NULL && !p->refused)
		play_fail(p, s->refused.at, "",
		    "expected it to be refused (%s), and it was taken", wanted);
	else if (wanted != NULL && strstr(p->why.text, wanted) == NULL)
		play_fail(p, s->refused.at, "",
		    "expected it to be refused for \"%s\"; it was refused: %s",
		    wanted, p->why.text);
	else if (wanted == NULL && p->refused && !p->s->exact)
		play_fail(p, s->act_at, "",
		    "this was refused: %s (if it should be, add "
		    "expect_refused: and a word of that)",
		    p->why.text);
}

/* False: the rest cannot be played. */
static bool play_step(struct play *p, const struct scenario_step *s)
{
	struct step_span *span = &p->out->spans[p->step];
	struct scenario_log *log = &p->out->log;
	struct wall at;

	span->first = span->mark = span->end = log->count;
	p->refused = false;
	p->why.text[0] = '\0';
	if (s->until.text != NULL && strcmp(s->until.text, "quiet") == 0) {
		until_quiet(p, s);
	} else {
		if (!step_instant(p, s, &at))
			return false;
		simulation_advance(p->sim, at);
		p->under_way = p->under_way || at.ms > 0;
		span->mark = log->count;
		if (s->act != ACT_NONE)
			play_act(p, s);
		else
			simulation_settle(p->sim);
	}
	span->at = simulation_now(p->sim);
	span->end = log->count;
	if (s->act != ACT_NONE)
		judge_refusal(p, s);
	if (p->s->exact)
		play_check_then(p, s);
	play_check_now(p, s);
	return p->report->errors == 0;
}

/* --- the whole story ------------------------------------------------------ */

static int by_place(const void *a, const void *b)
{
	const struct scenario_failure *x = a;
	const struct scenario_failure *y = b;

	if (x->at.line != y->at.line)
		return x->at.line < y->at.line ? -1 : 1;
	if (x->at.column != y->at.column)
		return x->at.column < y->at.column ? -1 : 1;
	return 0;
}

static void check_never(struct play *p)
{
	const struct scenario_log *log = &p->out->log;

	for (size_t i = 0; i < p->s->nnever; i++) {
		const struct said *never = &p->s->never[i];

		p->out->checked++;
		for (size_t k = 0; k < log->count; k++) {
			const char *line = log->items[k].line;

			if (line == NULL || strstr(line, never->text) == NULL)
				continue;
			play_fail(p, never->at, play_around(p, k, k + 1, k),
			    "never: \"%s\", and it happened", never->text);
			break;
		}
	}
}

static void check_end(struct play *p)
{
	struct place last = p->s->steps[p->s->nsteps - 1].place;
	struct wall next = simulation_next(p->sim);

	if (p->s->exact && !p->s->open_end && !wall_is_never(next))
		play_fail(p, last, "",
		    "something is still due at the end, %s; end with until: "
		    "quiet, or say open_end: true",
		    play_when(p, next));
	if (!p->s->exact)
		pass(p, play_horizon(p));
	p->end = p->out->log.count;
	play_check_notices(p);
	check_never(p);
	if (p->out->checked + p->out->nfailures == 0 && p->report->errors == 0)
		play_fail(p, (struct place){ 1, 1, 0, 0 }, "",
		    "nothing is expected in it; add expect, expect_not, "
		    "expect_clock or expect_ticket");
}

static void play_steps(struct play *p)
{
	struct simulation_hooks hooks = {
		.user = p, .decided = decided, .deliver = deliver
	};
	struct wall start;
	bool going = true;

	p->sim = simulation_new(p->m, &hooks);
	if (p->s->start.text != NULL) {
		going = play_instant(p, &p->s->start, wall_at(0), &start);
		if (going)
			simulation_advance(p->sim, start);
		p->under_way = going;
	}
	for (p->step = 0; going && p->step < p->s->nsteps; p->step++)
		going = play_step(p, &p->s->steps[p->step]);
	p->step = p->s->nsteps - 1;
	if (going)
		check_end(p);
	simulation_free(p->sim);
}

static bool find_matrix(struct play *p)
{
	if (p->config != NULL)
		return play_load(p, p->config, PLACE_FILE, false) != NULL;
	if (p->s->matrix.text != NULL)
		return play_load(p, p->s->matrix.text, p->s->matrix.at, true) !=
		       NULL;
	report_error(p->report, PLACE_FILE,
	    "which matrix? add matrix: FILE at the top, or give -c FILE");
	return false;
}

void scenario_play(const char *name, const char *text, size_t len,
    const char *config, struct scenario_result *out)
{
	struct report report;
	struct play *p = calloc(1, sizeof *p);

	CHECK(p != NULL);
	*out = (struct scenario_result){ 0 };
	arena_init(&out->arena);
	textbuf_init(&out->messages);
	out->log.arena = &out->arena;
	report_init(&report, &out->arena, name, text, len);
	*p = (struct play){ .s = &out->scenario,
		.report = &report,
		.out = out,
		.name = name,
		.config = config,
		.utc = zone_utc() };
	p->zone = p->utc;
	if (scenario_read(text, len, &out->arena, &report, &out->scenario) &&
	    find_matrix(p) && play_names_known(p)) {
		out->spans =
		    arena_alloc(&out->arena, p->s->nsteps * sizeof *out->spans);
		play_steps(p);
	}
	out->playable = report.errors == 0;
	report_write(&report, &out->messages);
	if (out->nfailures > 1)
		qsort(out->failures, out->nfailures, sizeof *out->failures,
		    by_place);
	for (size_t i = 0; i < p->nconfs; i++)
		conf_free(&p->confs[i]);
	zone_free(p->utc);
	free(p);
}

void scenario_result_fini(struct scenario_result *r)
{
	textbuf_fini(&r->messages);
	arena_fini(&r->arena);
}
