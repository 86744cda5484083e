/* scenario_around.c - the log near a place in it, for who must understand.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_parts.h"

#include <string.h>

#define BEFORE 4 /* happenings that are shown besides */
#define AFTER  4
#define MOST   16

/* Deliveries say again what was queued; they are shown where they are late. */
static bool is_news(const struct scenario_log *log, size_t i)
{
	const struct happening *h = &log->items[i];

	if (h->change.kind != CHANGE_NOTICE_QUEUED)
		return true;
	for (size_t k = i + 1; k < log->count; k++) {
		const struct happening *sent = &log->items[k];

		if (wall_before(h->now, sent->now))
			return true;
		if (sent->change.kind == CHANGE_NOTICE_SENT &&
		    sent->notice_id == h->notice_id)
			return false;
	}
	return true;
}

static void add_item(
    struct play *p, struct textbuf *tb, const char *mark, size_t i)
{
	textbuf_add(tb, mark);
	scenario_log_words(&p->out->log.items[i], p->zone, tb);
	textbuf_addc(tb, '\n');
}

static const char *keep(struct play *p, struct textbuf *tb)
{
	const char *text = arena_strndup(&p->out->arena, tb->data, tb->len);

	textbuf_fini(tb);
	return text;
}

const char *play_around(
    struct play *p, size_t first, size_t last, size_t marked)
{
	const struct scenario_log *log = &p->out->log;
	size_t from = first, to = last, shown = 0;
	struct textbuf tb;

	if (log->count == 0)
		return "nothing at all happened\n";
	for (size_t n = 0; from > 0 && n < BEFORE; from--)
		n += is_news(log, from - 1);
	for (size_t n = 0; to < log->count && n < AFTER; to++)
		n += is_news(log, to);
	textbuf_init(&tb);
	for (size_t i = from; i < to; i++) {
		if (!is_news(log, i) && i != marked)
			continue;
		if (shown++ == MOST) {
			textbuf_addf(&tb, "  ... and %zu more\n", to - i);
			break;
		}
		add_item(p, &tb,
		    i == marked		     ? "> "
		    : i >= first && i < last ? "| "
					     : "  ",
		    i);
	}
	return keep(p, &tb);
}

static bool is_of(
    const struct happening *h, const char *ticket, const char *clock)
{
	const struct change *c = &h->change;

	if (strcmp(h->ticket, ticket) != 0)
		return false;
	if (c->kind == CHANGE_EVENT || c->kind == CHANGE_KIND_COUNT)
		return true;
	if (clock == NULL)
		return c->notice < 0 && *c->clock == '\0';
	return strcmp(c->clock, clock) == 0 &&
	       c->kind <= CHANGE_CLOCK_CANCELLED;
}

const char *play_history(struct play *p, const char *ticket, const char *clock)
{
	const struct scenario_log *log = &p->out->log;
	struct textbuf tb;
	size_t from = log->count;

	for (size_t n = 0; from > 0 && n < MOST; from--)
		n += is_of(&log->items[from - 1], ticket, clock);
	textbuf_init(&tb);
	for (size_t i = from; i < log->count; i++)
		if (is_of(&log->items[i], ticket, clock))
			add_item(p, &tb, "  ", i);
	return keep(p, &tb);
}
