/* replay.c - `slawatchctl replay`: yesterday's events at the daemon's pace.
 *
 * The file is read line by line: what is held is one line and one batch.  An
 * event is due when the daemon's clock has reached its `at`; all that is due by
 * then goes in one request.  A line whose `at` cannot be read goes when its
 * turn comes, and the daemon says what is wrong with it.
 *
 * A clock that is stepped is told to go to just before the event: all that is
 * due before it has then been sent, and what is due at its very instant waits
 * for it, as in a simulation.  One that is told late goes by itself, when all
 * that came before it was sent.
 *
 * A daemon that says 503, or is being restarted, is waited for and gets the
 * same batch again.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "base/arena.h"
#include "ctl/asking.h"
#include "ctl/input.h"
#include "ctl/pace.h"
#include "ctl/pick.h"
#include "ctl/sender.h"
#include "wire/event_json.h"
#include "wire/json_out.h"

#include <stdlib.h>
#include <string.h>

#define GONE_MS	   60000 /* real: so long a daemon may be away */
#define AGAIN_MS   1000	 /* real: between two tries if it names no time */
#define RATE_LEAST 1e-3
#define RATE_MOST  1e7

struct replay {
	struct asking *asking;
	struct sender sender;
	struct pace pace;
	bool stepped;	     /* the daemon's clock goes where we say */
	struct wall began;   /* the daemon's clock then */
	struct wall oldest;  /* first due in the batch that was not past then */
	struct wall newest;  /* last due in the batch: the clock was there */
	int64_t lag_ms;	     /* greatest, virtual */
	struct arena arena;  /* of the event in hand */
	struct textbuf line; /* the event in hand, shifted */
};

static struct pace_mono exactly_now(void)
{
	return (struct pace_mono){ live_mono_ns() };
}

/* What does the daemon's clock show?  Without an answer the reading before
 * must do. */
static bool read_clock(
    struct replay *r, struct errtext *err, enum exit_code *code)
{
	struct asking *a = r->asking;
	struct wall now;
	double rate;

	cJSON_Delete(a->tree);
	*code = live_ask(
	    a->live, "GET", "/v1/status", NULL, &a->reply, &a->tree, err);
	if (*code != EXIT_OK)
		return false;
	now = pick_wall(a->tree, "now");
	r->stepped = pick_true(pick(a->tree, "clock"), "stepped");
	rate = r->stepped ? 1.0 : pick_number(pick(a->tree, "clock"), "rate");
	if (!wall_is_never(now) && rate >= RATE_LEAST && rate <= RATE_MOST) {
		pace_reading(&r->pace, now, rate, exactly_now());
		return true;
	}
	errtext_set(err, "/v1/status does not say what the clock shows");
	*code = EXIT_FAILED;
	return false;
}

static void refresh_clock(struct replay *r)
{
	struct errtext ignored;
	enum exit_code code;

	if (pace_stale(&r->pace, exactly_now()))
		read_clock(r, &ignored, &code);
}

/* A new reading may be a little behind what was reckoned from the last. */
static void note_lag(struct replay *r)
{
	struct wall now =
	    wall_max(pace_now(&r->pace, exactly_now()), r->newest);

	if (wall_is_never(r->oldest) || r->stepped)
		return;
	if (wall_minus(now, r->oldest) > r->lag_ms)
		r->lag_ms = wall_minus(now, r->oldest);
	r->oldest = WALL_NEVER;
}

/* Is it worth waiting for?  Says once an outage that it waits. */
static bool wait_again(struct replay *r, enum exit_code code, struct mono since,
    bool first, const struct errtext *err)
{
	bool busy = r->sender.reply.status == 503;
	int64_t wait = busy && r->sender.reply.retry_after_ms > 0
			   ? r->sender.reply.retry_after_ms
			   : AGAIN_MS;

	if (code != EXIT_UNREACHABLE)
		return false;
	if (!busy && live_mono().ms - since.ms >= GONE_MS)
		return false;
	if (first) {
		say_err(code, err);
		say(code, "waiting; the same events are sent again");
	}
	live_sleep(wait);
	return true;
}

static int flush(struct replay *r)
{
	struct mono since = live_mono();
	bool first = true;
	struct errtext err;
	enum exit_code code;

	if (r->sender.count == 0)
		return EXIT_OK;
	note_lag(r);
	for (;;) {
		r->sender.reply.status = 0;
		code = sender_flush(&r->sender, &err);
		if (code == EXIT_OK)
			return EXIT_OK;
		if (r->sender.reply.status == 503)
			since = live_mono(); /* it is there */
		if (!wait_again(r, code, since, first, &err))
			return say_err(code, &err);
		first = false;
	}
}

/* Sends what is due before, and has the clock stepped there; also where it
 * stands there already, if all is to be sent. */
static int step_to(struct replay *r, struct wall to, bool all)
{
	struct textbuf body;
	struct json_out json;
	int code = EXIT_OK;

	if (!wall_before(r->pace.now, to) && (!all || r->sender.count == 0))
		return EXIT_OK;
	code = flush(r);
	if (code != EXIT_OK)
		return code;
	textbuf_init(&body);
	json_out_init(&json, &body);
	json_open(&json, NULL, '{');
	json_wall(&json, "to", to);
	json_close(&json, '}');
	code = asking_post(r->asking, "/v1/clock", &body);
	textbuf_fini(&body);
	r->pace.now = to;
	return code;
}

/* Sends what is due before, and waits until the time has come. */
static int wait_until(struct replay *r, struct wall due)
{
	int64_t wait;
	int code;

	refresh_clock(r);
	while ((wait = pace_wait_ms(&r->pace, exactly_now(), due)) > 0) {
		code = flush(r);
		if (code != EXIT_OK)
			return code;
		/* The batch took its time. */
		wait = pace_wait_ms(&r->pace, exactly_now(), due);
		live_sleep(wait < PACE_RESYNC_MS ? wait : PACE_RESYNC_MS);
		refresh_clock(r);
	}
	return EXIT_OK;
}

/* The event's instants moved, as the line to send. */
static void shift(struct replay *r, struct event *ev)
{
	int64_t by_ms = r->pace.shift_ms;

	ev->at = wall_plus(ev->at, by_ms);
	if (ev->type == EVENT_SNOOZED)
		ev->until = wall_plus(ev->until, by_ms);
	if (ev->type == EVENT_DUE)
		ev->due = wall_plus(ev->due, by_ms);
	textbuf_clear(&r->line);
	event_to_json(ev, &r->line);
}

static int take_line(
    struct replay *r, const char *line, size_t len, size_t number)
{
	struct errtext ignored;
	struct wall due = r->pace.latest;
	bool is_late = false; /* an event before it in the file was later */
	struct event ev;
	int code;

	arena_reset(&r->arena);
	textbuf_clear(&r->line);
	if (event_from_json(line, len, &r->arena, &ev, &ignored)) {
		due = pace_due(&r->pace, ev.at);
		is_late = wall_before(wall_plus(ev.at, r->pace.shift_ms), due);
		if (r->pace.shift_ms != 0)
			shift(r, &ev);
	}
	if (r->line.len == 0)
		textbuf_addn(&r->line, line, len);
	if (r->stepped)
		code = step_to(r, is_late ? due : wall_plus(due, -1), is_late);
	else
		code = wait_until(r, due);
	if (code == EXIT_OK && sender_full(&r->sender, r->line.len))
		code = flush(r);
	if (code != EXIT_OK)
		return code;
	if (wall_is_never(r->oldest) && !wall_before(due, r->began))
		r->oldest = due;
	r->newest = due;
	sender_add(&r->sender, r->line.data, r->line.len, number);
	return EXIT_OK;
}

static int take_lines(struct replay *r, const char *path)
{
	FILE *f = input_open(path);
	char *line = NULL;
	size_t size = 0;
	size_t number = 0;
	ssize_t len;
	int code = f != NULL ? EXIT_OK : EXIT_FAILED;

	while (code == EXIT_OK && (len = getline(&line, &size, f)) != -1) {
		size_t blank = strspn(line, " \t\r\n");

		number++;
		while (len > 0 && strchr("\r\n", line[len - 1]) != NULL)
			len--;
		if (line[blank] == '[')
			code = say(EXIT_FAILED,
			    "one event a line is wanted, not an array; jq -c "
			    "'.[]' makes lines of it");
		else if (blank < (size_t)len)
			code = take_line(r, line, (size_t)len, number);
	}
	if (code == EXIT_OK)
		code = input_ended(f, path);
	free(line);
	input_close(f);
	return code == EXIT_OK ? flush(r) : code;
}

static void summarize(struct replay *r, int64_t elapsed_ms)
{
	char elapsed[SPAN_TEXT_MAX], lag[SPAN_TEXT_MAX], real[SPAN_TEXT_MAX];
	const struct sender *s = &r->sender;
	struct textbuf line;

	span_format(elapsed_ms, elapsed);
	span_format(r->lag_ms, lag);
	span_format(pace_real_ms(&r->pace, r->lag_ms), real);
	textbuf_init(&line);
	textbuf_addf(&line,
	    "sent %zu: %zu accepted, %zu duplicates, %zu refused; %zu requests "
	    "in %s; greatest lag %s by the daemon's clock, %s real",
	    sender_sent(s), s->accepted, s->duplicates, s->refused, s->requests,
	    elapsed, lag, real);
	asking_line(r->asking, line.data);
	textbuf_fini(&line);
}

static void summarize_json(struct replay *r, int64_t elapsed_ms)
{
	const struct sender *s = &r->sender;
	struct json_out json;

	json_out_init(&json, &r->asking->out);
	json_open(&json, NULL, '{');
	json_int(&json, "sent", (int64_t)sender_sent(s));
	json_int(&json, "accepted", (int64_t)s->accepted);
	json_int(&json, "duplicates", (int64_t)s->duplicates);
	json_int(&json, "refused", (int64_t)s->refused);
	json_int(&json, "requests", (int64_t)s->requests);
	json_int(&json, "elapsed_ms", elapsed_ms);
	json_int(&json, "lag_virtual_ms", r->lag_ms);
	json_int(&json, "lag_real_ms", pace_real_ms(&r->pace, r->lag_ms));
	json_close(&json, '}');
	textbuf_addc(&r->asking->out, '\n');
}

/* --from: "now" is the daemon's, read just before. */
static bool take_from(struct replay *r, const char *from)
{
	struct pace p = r->pace;
	struct wall at = r->began;

	if (from == NULL)
		return true;
	if (strcmp(from, "now") != 0 && !wall_parse(from, strlen(from), &at))
		return false;
	pace_init(&r->pace, &at);
	pace_reading(&r->pace, p.now, p.rate, p.read);
	return true;
}

static int run(struct replay *r, const struct invocation *in)
{
	struct errtext err;
	enum exit_code failed;
	struct mono start;
	int code;

	pace_init(&r->pace, NULL);
	if (!read_clock(r, &err, &failed))
		return say_err(failed, &err);
	start = live_mono();
	r->began = r->pace.now;
	if (!take_from(r, in->value[OPT_FROM]))
		return say(EXIT_USAGE, "--from is now or an instant such as "
				       "2026-01-05T09:00:00Z");
	code = take_lines(r, in->args[0]);
	if (in->value[OPT_JSON] != NULL)
		summarize_json(r, live_mono().ms - start.ms);
	else
		summarize(r, live_mono().ms - start.ms);
	if (code == EXIT_OK && r->sender.refused > 0)
		return EXIT_REFUSED;
	return code;
}

int cmd_replay(const struct invocation *in)
{
	struct asking a;
	struct replay r = { .asking = &a, .oldest = WALL_NEVER };
	struct errtext err;
	int code = asking_begin(&a, in);
	int most;

	if (code == EXIT_OK && !args_int(in, OPT_BATCH, 1, SENDER_BATCH_MOST,
				   SENDER_BATCH_DEFAULT, &most, &err))
		code = say_err(EXIT_USAGE, &err);
	if (code == EXIT_OK) {
		sender_init(&r.sender, a.live, "line", (size_t)most);
		textbuf_init(&r.line);
		code = run(&r, in);
		sender_fini(&r.sender);
		textbuf_fini(&r.line);
		arena_fini(&r.arena);
	}
	asking_end(&a);
	return code;
}
