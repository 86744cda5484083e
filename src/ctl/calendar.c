/* calendar.c - `slawatchctl calendar`: when does working time pass?
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/calendar_ask.h"
#include "ctl/matrix_arg.h"

#include <stdio.h>
#include <string.h>

static int wrong(struct errtext *err, const char *what)
{
	errtext_wrap(err, "%s", what);
	return say_err(EXIT_USAGE, err);
}

static int take_instant(const char *text, struct wall *out)
{
	struct errtext err;

	if (wall_parse(text, strlen(text), out))
		return EXIT_OK;
	errtext_set(&err,
	    "\"%s\" is not an RFC 3339 instant such as 2026-01-05T09:00:00Z",
	    text);
	return say_err(EXIT_USAGE, &err);
}

/* How many arguments, besides NAME and the op. */
static int args_of(enum calendar_op op, const struct invocation *in)
{
	bool limited = in->value[OPT_LIMIT] != NULL;

	if (op == CALENDAR_PERIODS)
		return limited && in->nargs < 4 ? 1 : 2;
	return op <= CALENDAR_BETWEEN ? 2 : 1;
}

static int usage(const struct invocation *in, enum calendar_op op)
{
	struct errtext err;

	errtext_set(&err, "%s %s takes %s", in->command->name,
	    calendar_op_name(op),
	    op == CALENDAR_PERIODS   ? "FROM, and TO or --limit N"
	    : op == CALENDAR_BETWEEN ? "A and B, two instants"
	    : op < CALENDAR_BETWEEN  ? "AT and AMOUNT, an instant and a span"
				     : "AT, an instant");
	return say_err(EXIT_USAGE, &err);
}

/* NAME OP AT [AMOUNT | TO] */
static int read_question(
    const struct invocation *in, struct calendar_question *q)
{
	struct errtext err;
	int limit = 0;
	int code;

	*q = (struct calendar_question){ .calendar = in->args[0],
		.to = WALL_NEVER };
	if (!calendar_op_parse(in->args[1], &q->op, &err))
		return wrong(&err, "calendar");
	if (in->nargs != 2 + args_of(q->op, in) ||
	    (in->value[OPT_LIMIT] != NULL && q->op != CALENDAR_PERIODS))
		return usage(in, q->op);
	if (!args_int(in, OPT_LIMIT, 1, CALENDAR_LIMIT_MAX, 0, &limit, &err))
		return say_err(EXIT_USAGE, &err);
	q->limit = (size_t)limit;
	code = take_instant(in->args[2], &q->at);
	if (code != EXIT_OK || in->nargs < 4)
		return code;
	if (q->op >= CALENDAR_BETWEEN)
		return take_instant(in->args[3], &q->to);
	if (!calendar_amount_parse(in->args[3], &q->amount_ms, &err))
		return wrong(&err, "AMOUNT");
	return EXIT_OK;
}

static void add_wall(struct textbuf *out, struct wall at)
{
	char text[WALL_TEXT_MAX];

	wall_format(at, text);
	textbuf_add(out, wall_is_never(at) ? "none" : text);
}

/* One result a line. */
static void print_plain(const struct calendar_answer *a, struct textbuf *out)
{
	struct json_out json;

	switch (a->kind) {
	case CALENDAR_ANSWER_INSTANT:
		add_wall(out, a->instant);
		break;
	case CALENDAR_ANSWER_SPAN:
		json_out_init(&json, out);
		json_seconds(&json, NULL, a->span_ms);
		break;
	case CALENDAR_ANSWER_TRUTH:
		textbuf_add(out, a->truth ? "true" : "false");
		break;
	case CALENDAR_ANSWER_PERIODS:
		for (size_t i = 0; i < a->nperiods; i++) {
			textbuf_add(out, i > 0 ? "\n" : "");
			add_wall(out, a->periods[i].start);
			textbuf_addc(out, ' ');
			add_wall(out, a->periods[i].end);
		}
		break;
	}
	if (a->kind != CALENDAR_ANSWER_PERIODS || a->nperiods > 0)
		textbuf_addc(out, '\n');
}

static int ask(const struct invocation *in, const struct matrix *m,
    const struct calendar_question *q)
{
	struct arena arena = ARENA_INIT;
	struct calendar_answer a;
	struct json_out json;
	struct textbuf out;
	struct errtext err;
	int code = EXIT_OK;

	textbuf_init(&out);
	if (!calendar_ask(m, q, &arena, &a, &err)) {
		code = say_err(EXIT_FAILED, &err);
	} else if (in->value[OPT_JSON] != NULL) {
		json_out_init(&json, &out);
		calendar_answer_json(&a, &json);
		textbuf_addc(&out, '\n');
	} else {
		print_plain(&a, &out);
	}
	fwrite(out.data, 1, out.len, stdout);
	textbuf_fini(&out);
	arena_fini(&arena);
	return code;
}

int cmd_calendar(const struct invocation *in)
{
	bool batch = in->value[OPT_LINES] != NULL;
	struct calendar_question q;
	struct conf conf;
	int code = EXIT_OK;

	if (batch && in->nargs > 0)
		return say(EXIT_USAGE,
		    "calendar --batch takes no arguments: "
		    "its questions come from standard input");
	if (!batch && in->nargs < 3)
		return say(EXIT_USAGE,
		    "calendar needs NAME OP AT, or --batch; see slawatchctl "
		    "help calendar");
	if (!batch)
		code = read_question(in, &q);
	if (code == EXIT_OK)
		code = matrix_arg_load(in, &conf);
	if (code != EXIT_OK)
		return code;
	code = batch ? calendar_batch(conf.matrix) : ask(in, conf.matrix, &q);
	conf_free(&conf);
	return code;
}
