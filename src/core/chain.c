/* chain.c - one line of text for a chain, and back.
 *
 *	name;rank;ack_timeout;repeat;repeat_after{;after,every,times,until,
 *	who+who...,via+via...}
 * Numbers in decimal; names with % ; , + and what is not printable as %XX.
 *
 * SPDX-License-Identifier: MIT */
#include "core/chain.h"

#include "base/check.h"
#include "base/textbuf.h"

#include <stdlib.h>
#include <string.h>

static void add_name(struct textbuf *tb, const char *name)
{
	static const char hex[] = "0123456789ABCDEF";

	for (const char *p = name; *p != '\0'; p++) {
		unsigned char ch = (unsigned char)*p;

		if (ch > ' ' && ch != '%' && ch != ';' && ch != ',' &&
		    ch != '+') {
			textbuf_addc(tb, *p);
			continue;
		}
		textbuf_addc(tb, '%');
		textbuf_addc(tb, hex[ch >> 4]);
		textbuf_addc(tb, hex[ch & 15]);
	}
}

static void add_names(struct textbuf *tb, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			textbuf_addc(tb, '+');
		add_name(tb, names[i]);
	}
}

const char *chain_encode(const struct chain *c, struct arena *arena)
{
	struct textbuf tb;

	textbuf_init(&tb);
	add_name(&tb, c->name);
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
	}
	char *text = arena_strndup(arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

/* Takes the text up to `sep` off *rest; NULL when there is none left. */
static char *take(char **rest, char sep)
{
	char *start = *rest;

	if (start == NULL)
		return NULL;
	char *end = strchr(start, sep);
	if (end != NULL)
		*end++ = '\0';
	*rest = end;
	return start;
}

static bool take_number(char **rest, char sep, int64_t max, int64_t *out)
{
	char *text = take(rest, sep);
	char *end;

	if (text == NULL || *text == '\0')
		return false;
	long long v = strtoll(text, &end, 10);
	if (*end != '\0' || v < -max || v > max)
		return false;
	*out = v;
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* In place; false on a broken escape. */
static bool unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++, to++) {
		if (*s != '%') {
			*to = *s;
			continue;
		}
		int hi = hex_value(s[1]);
		int lo = hi < 0 ? -1 : hex_value(s[2]);
		if (lo < 0 || hi * 16 + lo == 0)
			return false;
		*to = (char)(hi * 16 + lo);
		s += 2;
	}
	*to = '\0';
	return true;
}

static bool take_names(char *list, const char **names, size_t max, size_t *n)
{
	char *name;

	*n = 0;
	if (list == NULL)
		return false;
	if (*list == '\0')
		return true;
	while ((name = take(&list, '+')) != NULL) {
		if (*n == max || !unescape(name))
			return false;
		names[(*n)++] = name;
	}
	return true;
}

#define MS_MAX (100 * 366 * DAY_MS) /* as span_parse() */

static bool decode_step(char *text, struct step *s)
{
	int64_t after, every, times;

	if (!take_number(&text, ',', MS_MAX, &after) || after < 0 ||
	    !take_number(&text, ',', MS_MAX, &every) || every < 0 ||
	    !take_number(&text, ',', INT32_MAX, &times) || times < 0 ||
	    !until_parse(take(&text, ','), &s->until))
		return false;
	s->after_ms = after;
	s->remind_every_ms = every;
	s->remind_times = (int)times;
	return take_names(take(&text, ','), s->who, STEP_WHO_MAX, &s->nwho) &&
	       take_names(take(&text, ','), s->via, STEP_VIA_MAX, &s->nvia) &&
	       text == NULL;
}

bool chain_decode(const char *text, struct arena *arena, struct chain *out)
{
	char *rest = arena_strdup(arena, text);
	char *name = take(&rest, ';');
	int64_t rank, ack_timeout, repeat, repeat_after;
	size_t cap = 0;

	memset(out, 0, sizeof *out);
	if (name == NULL || !unescape(name) ||
	    !take_number(&rest, ';', INT32_MAX, &rank) ||
	    !take_number(&rest, ';', MS_MAX, &ack_timeout) || ack_timeout < 0 ||
	    !take_number(&rest, ';', 1000, &repeat) || repeat < 0 ||
	    !take_number(&rest, ';', MS_MAX, &repeat_after) || repeat_after < 0)
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
		if (!decode_step(take(&rest, ';'), s))
			return false;
	}
	return out->nsteps > 0;
}
