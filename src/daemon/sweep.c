/* sweep.c - a walk through the watch's slots, then pages of solved tickets.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/sweep.h"

#include "base/check.h"
#include "base/textbuf.h"
#include "daemon/log.h"

#include <string.h>

static void on_told(void *user, struct item *it)
{
	struct sweep *s = user;

	CHECK(s->in_hand > 0);
	s->in_hand--;
	for (size_t i = 0; i < it->out.nchanges; i++) {
		enum change_kind kind = it->out.changes[i].kind;

		s->moved += kind == CHANGE_CLOCK_RETARGETED;
		s->breaches += kind == CHANGE_CLOCK_BREACHED;
		s->notices += kind == CHANGE_NOTICE_QUEUED;
	}
}

static void put_text(char *out, size_t size, const char *text)
{
	struct textbuf tb;

	textbuf_init_fixed(&tb, out, size);
	textbuf_add(&tb, text);
}

void sweep_start(struct sweep *s, const char *revision)
{
	put_text(s->revision, sizeof s->revision, revision);
	s->cursor = 0;
	s->moved = s->breaches = s->notices = 0;
	s->is_running = true;
	s->is_walked = false;
	s->nsolved = s->next = 0;
	s->after[0] = '\0';
	s->after_id = 0;
}

/* The next watched ticket, or 0 at the end.  A free slot holds no id that is
 * found there. */
static int64_t next_watched(struct sweep *s)
{
	const struct hashmap *map = &s->watch->tickets;

	while (s->cursor < map->used) {
		uint32_t slot = s->cursor++;

		if (map->ids[slot] >= 0 &&
		    hashmap_find(map, map->ids[slot]) == slot)
			return hashmap_id(map, slot);
	}
	return 0;
}

static int64_t next_ticket(struct sweep *s)
{
	int64_t id = s->is_walked ? 0 : next_watched(s);

	if (id != 0)
		return id;
	s->is_walked = true;
	return s->next < s->nsolved ? s->solved[s->next++] : 0;
}

/* It was not offered after all. */
static void step_back(struct sweep *s)
{
	if (s->is_walked)
		s->next--;
	else
		s->cursor--;
}

static void remember(struct sweep *s)
{
	struct item *it = item_new(ITEM_META);
	struct log_line l;

	it->name = "matrix";
	it->value = arena_strdup(&it->arena, s->revision);
	s->is_running = false;
	intake_offer_control(s->intake, it);
	log_begin(&l, LOG_LEVEL_INFO);
	log_text(&l, "msg", "every ticket was told of the matrix");
	log_text(&l, "revision", s->revision);
	log_int(&l, "clocks_moved", s->moved);
	log_int(&l, "breaches", s->breaches);
	log_int(&l, "notices", s->notices);
	log_end(&l);
}

/* Of another sweep's question nothing is kept; one that failed is asked
 * again. */
static void on_solved(void *user, struct item *it)
{
	struct sweep *s = user;

	s->is_asking = false;
	if (it->out.kind == OUTCOME_FAILED || !s->is_running || !s->is_walked ||
	    strcmp(it->name, s->revision) != 0)
		return;
	if (it->out.nsolved == 0) {
		remember(s);
		return;
	}
	CHECK(it->out.nsolved <= SWEEP_TURN_MAX);
	memcpy(s->solved, it->out.solved, it->out.nsolved * sizeof *s->solved);
	s->nsolved = it->out.nsolved;
	s->next = 0;
	put_text(s->after, sizeof s->after, it->value);
	s->after_id = it->ev.ticket_id;
}

static void ask_solved(struct sweep *s)
{
	struct item *it = item_new(ITEM_SOLVED);

	it->name = arena_strdup(&it->arena, s->revision);
	it->value = arena_strdup(&it->arena, s->after);
	it->ev.ticket_id = s->after_id;
	it->limit = SWEEP_TURN_MAX;
	it->published = on_solved;
	it->user = s;
	s->is_asking = true;
	intake_offer_control(s->intake, it);
}

void sweep_turn(struct sweep *s, struct wall now)
{
	int64_t id = -1;

	if (!s->is_running || s->in_hand > SWEEP_TURN_MAX / 2 ||
	    !intake_has_leisure(s->intake))
		return;
	for (int n = 0; n < SWEEP_TURN_MAX && id != 0; n++) {
		struct item *it;

		id = next_ticket(s);
		if (id == 0)
			break;
		it = item_inside(EVENT_REVISED, id, now);
		it->published = on_told;
		it->user = s;
		if (!intake_offer_inside(s->intake, it)) {
			item_free(it);
			step_back(s);
			return;
		}
		s->in_hand++;
	}
	if (id == 0 && s->in_hand == 0 && !s->is_asking)
		ask_solved(s);
}
