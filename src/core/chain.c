/* chain.c - one line of text for a chain, and back.
 *
 *	name;rank;ack_timeout;repeat;repeat_after{;after,every,times,until,
 *	who+who...,via+via...,send{,hours}}
 * Numbers in decimal, names as line_text.h writes them.  A step without `send`
 * is one from before there was such a thing.  `hours` is written only where
 * there are any, so that a chain without them reads as it always did.
 *
 * SPDX-License-Identifier: MIT */
#include "core/chain.h"

#include "core/line_text.h"

#include <string.h>

static void add_names(struct textbuf *tb, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			textbuf_addc(tb, '+');
		line_add_name(tb, names[i]);
	}
}

const char *chain_encode(const struct chain *c, struct arena *arena)
{
	struct textbuf tb;

	textbuf_init(&tb);
	line_add_name(&tb, c->name);
	textbuf_addf(&tb, ";%d;%lld;%d;%lld", c->rank,
	    (long long)c->ack_timeout_ms, c->repeat,
	    (long long)c->repeat_after_ms);
	for (size_t i = 0; i < c->nsteps; i++) {
		const struct step *s = &c->steps[i];

		textbuf_addf(&tb, ";%lld,%lld,%d,%s,", (long long)s->after_ms,
		    (long long)s->remind_every_ms, s->remind_times,
		    until_name(s->until));
		add_names(&tb, s->who, s->nwho);
		textbuf_addc(&tb, ',');
		add_names(&tb, s->via, s->nvia);
		textbuf_addf(&tb, ",%s", send_name(s->send));
		if (s->hours == NULL || *s->hours == '\0')
			continue;
		textbuf_addc(&tb, ',');
		line_add_name(&tb, s->hours);
	}
	char *text = arena_strndup(arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

static bool take_names(char *list, const char **names, size_t max, size_t *n)
{
	char *name;

	*n = 0;
	if (list == NULL)
		return false;
	if (*list == '\0')
		return true;
	while ((name = line_take(&list, '+')) != NULL) {
		if (*n == max || !line_unescape(name))
			return false;
		names[(*n)++] = name;
	}
	return true;
}

#define MS_MAX (100 * 366 * DAY_MS) /* as span_parse() */

/* `send` and `hours`, as far as they are there. */
static bool decode_when(char *text, struct step *s)
{
	const char *send;
	char *hours;

	s->hours = "";
	send = text == NULL ? "" : line_take(&text, ',');
	if (*send != '\0' && !send_parse(send, &s->send))
		return false;
	if (text == NULL)
		return true;
	hours = line_take(&text, ',');
	s->hours = hours;
	return *hours != '\0' && line_unescape(hours) && text == NULL;
}

static bool decode_step(char *text, struct step *s)
{
	int64_t after, every, times;

	if (!line_take_number(&text, ',', MS_MAX, &after) || after < 0 ||
	    !line_take_number(&text, ',', MS_MAX, &every) || every < 0 ||
	    !line_take_number(&text, ',', INT32_MAX, &times) || times < 0 ||
	    !until_parse(line_take(&text, ','), &s->until))
		return false;
	s->after_ms = after;
	s->remind_every_ms = every;
	s->remind_times = (int)times;
	if (!take_names(
		line_take(&text, ','), s->who, STEP_WHO_MAX, &s->nwho) ||
	    !take_names(line_take(&text, ','), s->via, STEP_VIA_MAX, &s->nvia))
		return false;
	return decode_when(text, s);
}

bool chain_decode(const char *text, struct arena *arena, struct chain *out)
{
	char *rest = arena_strdup(arena, text);
	char *name = line_take(&rest, ';');
	int64_t rank, ack_timeout, repeat, repeat_after;
	size_t cap = 0;

	memset(out, 0, sizeof *out);
	if (name == NULL || !line_unescape(name) ||
	    !line_take_number(&rest, ';', INT32_MAX, &rank) ||
	    !line_take_number(&rest, ';', MS_MAX, &ack_timeout) ||
	    ack_timeout < 0 || !line_take_number(&rest, ';', 1000, &repeat) ||
	    repeat < 0 ||
	    !line_take_number(&rest, ';', MS_MAX, &repeat_after) ||
	    repeat_after < 0)
		return false;
	out->name = name;
	out->rank = (int)rank;
	out->ack_timeout_ms = ack_timeout;
	out->repeat = (int)repeat;
	out->repeat_after_ms = repeat_after;
	while (rest != NULL) {
		struct step *s;

		if (out->nsteps == CHAIN_STEPS_MAX)
			return false;
		s = arena_push(
		    arena, &out->steps, &out->nsteps, &cap, sizeof *s);
		if (!decode_step(line_take(&rest, ';'), s))
			return false;
	}
	return out->nsteps > 0;
}
