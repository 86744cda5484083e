/* calendar_batch.c - a program asks, line by line, through a pipe.
 *
 * Whatever a line holds, it gets one line of answer, in order, and before more
 * input is waited for: so a program may ask, wait for the answer and ask on, or
 * send a million questions at once.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/calendar_ask.h"

#include "ctl/args.h"
#include "ctl/asking.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 65536 /* of a question */
#define OUT_BLOCK      65536 /* bytes of answers that go out at once */

struct batch {
	const struct matrix *matrix;
	struct arena arena; /* of the question in hand */
	struct textbuf in;  /* a line that has not ended yet */
	struct textbuf out;
	bool too_long; /* the line in hand; its rest is skipped */
};

static void flush(struct batch *b)
{
	fwrite(b->out.data, 1, b->out.len, stdout);
	textbuf_clear(&b->out);
}

static void answer(struct batch *b, const char *line, size_t len)
{
	struct calendar_question q;
	struct calendar_answer a;
	struct json_out json;
	struct errtext err;
	bool good = false;

	arena_reset(&b->arena);
	json_out_init(&json, &b->out);
	if (b->too_long)
		errtext_set(&err,
		    "a line of over %d bytes; ask one question "
		    "a line",
		    LINE_MAX_BYTES);
	else
		good = calendar_question_read(line, len, &b->arena, &q, &err) &&
		       calendar_ask(b->matrix, &q, &b->arena, &a, &err);
	if (good) {
		calendar_answer_json(&a, &json);
	} else {
		json_open(&json, NULL, '{');
		json_text(&json, "error", err.text);
		json_close(&json, '}');
	}
	textbuf_addc(&b->out, '\n');
	b->too_long = false;
	if (b->out.len >= OUT_BLOCK)
		flush(b);
}

/* A piece of a line, its end or not. */
static void gather(struct batch *b, const char *text, size_t len)
{
	b->too_long = b->too_long || b->in.len + len > LINE_MAX_BYTES;
	if (b->too_long)
		textbuf_clear(&b->in);
	else
		textbuf_addn(&b->in, text, len);
}

static void take(struct batch *b, const char *text, size_t len)
{
	const char *end;

	while ((end = memchr(text, '\n', len)) != NULL) {
		size_t n = (size_t)(end - text);

		gather(b, text, n);
		answer(b, b->in.data, b->in.len);
		textbuf_clear(&b->in);
		text += n + 1;
		len -= n + 1;
	}
	gather(b, text, len);
}

/* read(2), not stdio: what is there is taken at once, and no more waited for
 * before the answers are out. */
int calendar_batch(const struct matrix *m)
{
	struct batch b = { .matrix = m };
	char piece[LINE_MAX_BYTES];
	struct errtext err;
	int code = EXIT_OK;
	ssize_t n;

	textbuf_init(&b.in);
	textbuf_init(&b.out);
	while ((n = read(STDIN_FILENO, piece, sizeof piece)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			errtext_set(
			    &err, "standard input: %s", strerror(errno));
			code = say_err(EXIT_FAILED, &err);
			break;
		}
		take(&b, piece, (size_t)n);
		flush(&b);
		if (fflush(stdout) != 0)
			break; /* main() says so */
	}
	if (b.in.len > 0 || b.too_long)
		answer(&b, b.in.data, b.in.len);
	flush(&b);
	textbuf_fini(&b.in);
	textbuf_fini(&b.out);
	arena_fini(&b.arena);
	return code;
}
