/* send.c - `slawatchctl event`: what a help desk would have posted.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/input.h"
#include "ctl/sender.h"
#include "wire/json_gate.h"

struct sending {
	struct sender sender;
	struct asking *asking;
	enum exit_code code; /* of the first request that failed */
	struct errtext err;
	size_t items;
};

static void flush(struct sending *s)
{
	if (s->sender.count == 0)
		return;
	s->code = sender_flush(&s->sender, &s->err);
	if (s->code != EXIT_OK || s->asking->in->value[OPT_JSON] == NULL)
		return;
	textbuf_addn(&s->asking->out, s->sender.reply.body.data,
	    s->sender.reply.body.len);
	if (s->asking->out.data[s->asking->out.len - 1] != '\n')
		textbuf_addc(&s->asking->out, '\n');
}

static void on_item(void *user, size_t index, const char *item, size_t len)
{
	struct sending *s = user;

	s->items++;
	if (s->code == EXIT_OK && sender_full(&s->sender, len))
		flush(s);
	if (s->code == EXIT_OK)
		sender_add(&s->sender, item, len, index + 1);
}

static void summarize(struct sending *s)
{
	struct textbuf line;

	textbuf_init(&line);
	textbuf_addf(&line,
	    "sent %zu: %zu accepted, %zu duplicates, "
	    "%zu refused",
	    sender_sent(&s->sender), s->sender.accepted, s->sender.duplicates,
	    s->sender.refused);
	asking_line(s->asking, line.data);
	textbuf_fini(&line);
}

static int outcome(struct sending *s)
{
	if (s->asking->in->value[OPT_JSON] == NULL)
		summarize(s);
	if (s->code == EXIT_OK)
		return s->sender.refused > 0 ? EXIT_REFUSED : EXIT_OK;
	say_err(s->code, &s->err);
	errtext_set(&s->err,
	    "%zu of %zu events were answered; sending all "
	    "again does no harm",
	    sender_sent(&s->sender), s->items);
	return say_err(s->code, &s->err);
}

static int send_text(struct asking *a, const struct textbuf *text)
{
	struct sending s = { .asking = a };
	int code;

	sender_init(&s.sender, a->live, "item", SENDER_BATCH_DEFAULT);
	if (!json_items(text->data, text->len, on_item, &s, &s.err)) {
		code = say_err(EXIT_FAILED, &s.err);
	} else if (s.items == 0) {
		code = say(EXIT_FAILED, "no events in it");
	} else {
		if (s.code == EXIT_OK)
			flush(&s);
		code = outcome(&s);
	}
	sender_fini(&s.sender);
	return code;
}

int cmd_event(const struct invocation *in)
{
	struct textbuf text;
	struct asking a;
	int code = asking_begin(&a, in);

	textbuf_init(&text);
	if (code == EXIT_OK)
		code = input_slurp(in->nargs > 0 ? in->args[0] : NULL, &text);
	if (code == EXIT_OK)
		code = send_text(&a, &text);
	textbuf_fini(&text);
	asking_end(&a);
	return code;
}
