/* turn.c - see turn.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/turn.h"

#include "base/textbuf.h"

#include <stdarg.h>
#include <string.h>

struct change *turn_change(
    struct turn *u, enum change_kind kind, struct wall at)
{
	struct decision *d = u->out;
	struct change *c = arena_push(
	    u->t->arena, &d->changes, &d->nchanges, &d->cap_changes, sizeof *c);

	c->kind = kind;
	c->at = at;
	c->clock = "";
	c->due = WALL_NEVER;
	c->chain = "";
	c->step = -1;
	c->notice = -1;
	c->who = "";
	c->channel = "";
	c->detail = "";
	return c;
}

const char *turn_text(struct turn *u, const char *fmt, ...)
{
	struct textbuf tb;
	va_list ap;

	textbuf_init(&tb);
	va_start(ap, fmt);
	textbuf_vaddf(&tb, fmt, ap);
	va_end(ap);
	char *text = arena_strndup(u->t->arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

bool list_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = list; *p != '\0';) {
		const char *end = strchr(p, ',');
		size_t n = end == NULL ? strlen(p) : (size_t)(end - p);

		if (n == len && memcmp(p, word, n) == 0)
			return true;
		p += n + (end != NULL);
	}
	return false;
}
