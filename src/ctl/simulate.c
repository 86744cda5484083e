/* simulate.c - `slawatchctl simulate`: what would have happened?
 *
 * Events go through the same core as in production, on a virtual clock that
 * starts at the first event's instant.  Those of files arrive in the order of
 * the file: one whose `at` has passed by then is told late.  Those of a
 * database arrive when the daemon recorded them.  They are read one by one, and
 * what is over goes to the scratch: a log of any length needs the same memory.
 *
 * Nothing here depends on the locale, or on the machine's clock or zone: the
 * same events give the same bytes.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/event_source.h"
#include "ctl/matrix_arg.h"
#include "ctl/progress.h"
#include "ctl/simulate_report.h"
#include "ctl/simulate_side.h"

#include <string.h>

struct simulate {
	const struct invocation *in;
	struct simulate_options options;
	struct conf conf[2];  /* the new matrix, the old one of --against */
	struct side sides[2]; /* likewise */
	size_t nsides;
	struct scratch *scratch;
	struct against *against; /* or NULL */
	struct simulate_rows rows;
	struct history_rows *history; /* of --from-db, or NULL */
	struct history_reach reach;
	const char *database;
	struct progress progress;
	bool started; /* the first event has come that could be read */
	bool over;    /* one after `until` has come */
	struct simulate_fate fate;
};

/* --- what comes ----------------------------------------------------------- */

static void refuse(
    struct simulate *s, const char *id, size_t line, const char *why)
{
	struct wall now = simulation_now(s->sides[0].sim);

	s->fate.unreadable++;
	simulate_rows_refused(&s->rows, id, line, why, now);
}

/* Nobody knows yet when it was.  "LINE", 0, ID, 0, WHY */
static void hold(struct simulate *s, const struct source_item *is)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_addn(&tb, (const char *)&is->line, sizeof is->line);
	textbuf_add(&tb, is->id != NULL ? is->id : "");
	textbuf_addc(&tb, '\0');
	textbuf_add(&tb, is->why);
	textbuf_addc(&tb, '\0');
	scratch_log(s->scratch, PLACE_HELD, 0, tb.data, tb.len);
	textbuf_fini(&tb);
}

static bool let_go(void *user, int64_t number, const char *bytes, size_t len)
{
	const char *id = bytes + sizeof(size_t);
	size_t line;

	(void)number;
	(void)len;
	memcpy(&line, bytes, sizeof line);
	refuse(user, *id != '\0' ? id : NULL, line, id + strlen(id) + 1);
	return true;
}

static void start(struct simulate *s, struct wall at)
{
	if (s->started)
		return;
	s->started = true;
	for (size_t i = 0; i < s->nsides; i++)
		simulation_advance(s->sides[i].sim, at);
	scratch_each_log(s->scratch, PLACE_HELD, let_go, s);
}

static void take_event(struct simulate *s, const struct source_item *is)
{
	bool is_new = true;

	/* Both know the same ids, but for what only one of them refused. */
	for (size_t i = 0; i < s->nsides; i++) {
		bool first =
		    side_event(&s->sides[i], is->ev, is->told, is->is_behind);

		is_new = i == 0 ? first : is_new;
	}
	s->fate.duplicates += !is_new;
}

static void take_other(struct simulate *s, const struct source_item *is)
{
	for (size_t i = 0; i < s->nsides; i++) {
		if (is->kind == SOURCE_DUTY)
			side_duty(&s->sides[i], is->change);
		else if (s->options.missed_text == NULL)
			side_breach(&s->sides[i], is->ticket, is->told, is->at);
	}
}

static void take(void *user, const struct source_item *is)
{
	struct simulate *s = user;
	bool counts = is->kind == SOURCE_EVENT || is->kind == SOURCE_UNREADABLE;

	s->fate.events += counts;
	if (!s->over && !wall_is_never(is->told)) {
		start(s, wall_min(is->told, s->options.until));
		s->over = wall_before(s->options.until, is->told);
	}
	if (s->over)
		s->fate.beyond += counts;
	else if (is->kind == SOURCE_EVENT)
		take_event(s, is);
	else if (is->kind != SOURCE_UNREADABLE)
		take_other(s, is);
	else if (s->started)
		refuse(s, is->id, is->line, is->why);
	else
		hold(s, is);
}

static void came(void *user, int64_t done, int64_t all)
{
	struct simulate *s = user;

	progress_at(&s->progress, done, all, simulation_seen(s->sides[0].sim),
	    s->fate.events);
}

/* --- what follows --------------------------------------------------------- */

static void summarize_changes(const size_t *n, struct textbuf *out)
{
	textbuf_addf(out,
	    "clocks:  %zu started, %zu warned, %zu breached, %zu of these "
	    "withdrawn, %zu met, %zu met late, %zu cancelled\n",
	    n[CHANGE_CLOCK_STARTED], n[CHANGE_CLOCK_WARNED],
	    n[CHANGE_CLOCK_BREACHED], n[CHANGE_CLOCK_WITHDRAWN],
	    n[CHANGE_CLOCK_MET], n[CHANGE_CLOCK_MET_LATE],
	    n[CHANGE_CLOCK_CANCELLED]);
	textbuf_addf(out,
	    "chains:  %zu started, %zu acknowledged, %zu exhausted\n",
	    n[CHANGE_CHAIN_STARTED], n[CHANGE_CHAIN_ACKED],
	    n[CHANGE_CHAIN_EXHAUSTED]);
	textbuf_addf(out,
	    "rules:   %zu fired, %zu severities changed, %zu teams changed\n",
	    n[CHANGE_RULE_FIRED], n[CHANGE_SEVERITY], n[CHANGE_TEAM]);
	textbuf_addf(out,
	    "people:  %zu suggested, %zu unclaimed, %zu passed over\n",
	    n[CHANGE_ASSIGNMENT_SUGGESTED], n[CHANGE_ASSIGNMENT_UNCLAIMED],
	    n[CHANGE_PERSON_SKIPPED]);
	textbuf_addf(out, "notices: %zu sent, %zu withdrawn, %zu dead\n\n",
	    n[CHANGE_NOTICE_SENT], n[CHANGE_NOTICE_WITHDRAWN],
	    n[CHANGE_NOTICE_DEAD]);
}

static void summarize(struct simulate *s)
{
	struct textbuf *out = &s->rows.out;

	textbuf_addf(out,
	    "\n%zu tickets, %zu events: %zu duplicates, "
	    "%zu refused, %zu left out\n",
	    simulation_seen(s->sides[0].sim), s->fate.events,
	    s->fate.duplicates, s->rows.refused, s->fate.beyond);
	summarize_changes(s->rows.count, out);
}

static void source_name(const struct simulate *s, struct textbuf *out)
{
	if (s->database != NULL)
		textbuf_addf(out, "the database %s", s->database);
	for (int i = 0; i < s->in->nargs; i++) {
		bool is_pipe = strcmp(s->in->args[i], "-") == 0;

		textbuf_addf(out, "%s%s", i > 0 ? ", " : "",
		    is_pipe ? "standard input" : s->in->args[i]);
	}
}

/* Which matrices people were told by, in the time that is counted. */
static int find_in_force(
    struct simulate *s, struct arena *arena, struct report *r)
{
	struct history_matrix *list = NULL;
	struct errtext err;

	if (s->history == NULL || wall_is_never(r->new->from))
		return EXIT_OK;
	if (history_rows_matrices(s->history, arena, r->new->from,
		r->new->until, &list, &r->nin_force, &err) != STORE_OK)
		return say_err(EXIT_FAILED, &err);
	r->in_force = list;
	return EXIT_OK;
}

static int report(struct simulate *s)
{
	const char *old_name = s->in->value[OPT_AGAINST];
	struct arena arena = ARENA_INIT;
	struct report r = { .matrix_name = s->in->value[OPT_CONFIG],
		.new = s->sides[0].backtest,
		.against = s->against,
		.old_name = old_name != NULL ? old_name : "",
		.missed_when = s->in->value[OPT_MISSED] };
	struct textbuf source;
	int code;

	textbuf_init(&source);
	source_name(s, &source);
	r.source = source.data;
	if (s->nsides > 1)
		r.old = s->sides[1].backtest;
	s->fate.from_db = s->database != NULL;
	s->fate.unsaid = s->sides[0].unsaid;
	code = find_in_force(s, &arena, &r);
	if (code == EXIT_OK)
		code = simulate_report_write(&r, &s->options, &s->fate);
	arena_fini(&arena);
	textbuf_fini(&source);
	return code;
}

/* To the end of what is told, or on to `until`. */
static int finish(struct simulate *s)
{
	struct wall end = s->options.until;
	struct errtext err;

	if (wall_is_never(end) && s->history != NULL)
		end = s->reach.last;
	for (size_t i = 0; i < s->nsides; i++)
		side_end(&s->sides[i], end);
	if (s->against != NULL && !against_end(s->against, &err))
		return say_err(EXIT_FAILED, &err);
	if (s->rows.form == ROWS_JSON)
		simulate_rows_finals(
		    &s->rows, s->conf[0].matrix, s->sides[0].sim);
	else if (s->rows.form == ROWS_TEXT)
		summarize(s);
	progress_end(&s->progress);
	if (scratch_failed(s->scratch, &err))
		return say_err(EXIT_FAILED, &err);
	simulate_rows_flush(&s->rows);
	return s->sides[0].backtest != NULL ? report(s) : EXIT_OK;
}

static int run(struct simulate *s)
{
	const struct event_source source = {
		.take = take, .came = came, .user = s
	};
	int code;

	progress_begin(&s->progress, "simulating", s->rows.form != ROWS_NONE);
	if (s->history != NULL)
		code = event_source_database(&source, s->history, &s->reach);
	else
		code = event_source_files(&source, s->in->args, s->in->nargs);
	if (code == EXIT_OK) {
		start(s, wall_at(0));
		code = finish(s);
	}
	progress_end(&s->progress);
	if (code != EXIT_OK)
		return code;
	return s->rows.refused > 0 ? EXIT_REFUSED : EXIT_OK;
}

/* --- what is needed for it ------------------------------------------------ */

static int open_history(struct simulate *s)
{
	struct simulate_options *o = &s->options;
	struct errtext err;

	if (!o->from_db)
		return EXIT_OK;
	s->database =
	    o->database != NULL ? o->database : s->conf[0].settings.database;
	if (history_rows_open(s->database, &s->history, &err) != STORE_OK ||
	    history_rows_reach(s->history, &s->reach, &err) != STORE_OK)
		return say_err(EXIT_FAILED, &err);
	if (o->since_ms != 0 && !wall_is_never(s->reach.last_event))
		o->since = wall_at(s->reach.last_event.ms > o->since_ms
				       ? s->reach.last_event.ms - o->since_ms
				       : 0);
	return EXIT_OK;
}

static bool wants_report(const struct simulate_options *o)
{
	return o->text || o->format != REPORT_NONE;
}

static void set_up_side(struct simulate *s, size_t i)
{
	const struct simulate_options *o = &s->options;
	bool asked = o->missed_text != NULL || o->from_db;

	side_init(
	    &s->sides[i], &(struct side_setup){ .matrix = s->conf[i].matrix,
			      .zone = o->zone,
			      .since = o->since,
			      .missed = asked ? &o->missed : NULL,
			      .scratch = s->scratch,
			      .is_old = i == 1,
			      .is_counted = wants_report(o) });
}

static void set_up(struct simulate *s)
{
	s->rows.form = s->options.rows;
	s->rows.zone = s->options.zone;
	s->rows.scratch = s->scratch;
	s->rows.place = PLACE_RUNS;
	simulate_rows_init(&s->rows);
	for (size_t i = 0; i < s->nsides; i++)
		set_up_side(s, i);
	s->sides[0].rows = &s->rows;
	if (s->nsides < 2)
		return;
	s->against = against_new(
	    s->conf[0].matrix, s->conf[1].matrix, s->options.since, s->scratch);
	s->sides[0].against_decided = against_new_decided;
	s->sides[1].against_decided = against_old_decided;
	s->sides[0].against = s->sides[1].against = s->against;
}

static void take_down(struct simulate *s)
{
	simulate_rows_fini(&s->rows);
	for (size_t i = 0; i < s->nsides; i++)
		side_fini(&s->sides[i]);
	if (s->against != NULL)
		against_free(s->against);
}

/* The matrices are there. */
static int simulate(struct simulate *s)
{
	struct errtext err;
	int code =
	    simulate_options_read(s->in, s->conf[0].matrix->zone, &s->options);

	if (code == EXIT_OK)
		code = simulate_report_check(&s->options);
	if (code == EXIT_OK)
		code = open_history(s);
	if (code == EXIT_OK && scratch_open(&s->scratch, &err) != STORE_OK)
		code = say_err(EXIT_FAILED, &err);
	if (code == EXIT_OK) {
		set_up(s);
		code = run(s);
		take_down(s);
	}
	scratch_close(s->scratch);
	history_rows_close(s->history);
	simulate_options_free(&s->options);
	return code;
}

int cmd_simulate(const struct invocation *in)
{
	const char *against = in->value[OPT_AGAINST];
	struct simulate s = { .in = in, .nsides = against != NULL ? 2 : 1 };
	int code = matrix_arg_load(in, &s.conf[0]);

	if (code != EXIT_OK)
		return code;
	if (against != NULL)
		code = matrix_arg_load_file(against, &s.conf[1]);
	if (code == EXIT_OK) {
		code = simulate(&s);
		if (against != NULL)
			conf_free(&s.conf[1]);
	}
	conf_free(&s.conf[0]);
	return code;
}
