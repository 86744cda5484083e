/* ticket_pack.c - one list of members for both ways.
 *
 * Each part_...() writes the member when packing and fills it when unpacking;
 * so nothing can be written that is not read, nor in another order.  Numbers
 * are written seven bits a byte, the lowest first.
 *
 * SPDX-License-Identifier: MIT */
#include "core/ticket_pack.h"

#include "base/check.h"

#include <limits.h>
#include <string.h>

#define NUMBER_BYTES 10	  /* of 64 bits, at most */
#define ROOM	     1024 /* bytes that are handed on together */
#define KNOWN_MAX    48	  /* texts that are named again by number */
#define KNOWN_LEN    80	  /* longer ones hardly come twice */

struct known {
	const char *text;
	size_t len;
};

struct packing {
	struct textbuf *out; /* packing, else NULL */
	const char *at;	     /* unpacking: the rest, up to end */
	const char *end;
	struct arena *arena; /* unpacking: of the lists */
	bool bad;	     /* unpacking: it is no ticket */
	int64_t before;	     /* the latest instant */
	size_t used;	     /* packing: of room */
	char room[ROOM];
	struct known known[KNOWN_MAX];
	size_t nknown;
};

/* --- numbers -------------------------------------------------------------- */

static void hand_on(struct packing *p)
{
	textbuf_addn(p->out, p->room, p->used);
	p->used = 0;
}

static void put_number(struct packing *p, uint64_t value)
{
	if (p->used + NUMBER_BYTES > ROOM)
		hand_on(p);
	while (value >= 0x80) {
		p->room[p->used++] = (char)(value | 0x80);
		value >>= 7;
	}
	p->room[p->used++] = (char)value;
}

static void put_bytes(struct packing *p, const char *bytes, size_t len)
{
	if (p->used + len > ROOM)
		hand_on(p);
	if (len > ROOM) {
		textbuf_addn(p->out, bytes, len);
		return;
	}
	memcpy(&p->room[p->used], bytes, len);
	p->used += len;
}

static uint64_t refuse(struct packing *p)
{
	p->bad = true;
	p->at = p->end;
	return 0;
}

static uint64_t get_number(struct packing *p)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		unsigned char byte;

		if (p->at == p->end)
			return refuse(p);
		byte = (unsigned char)*p->at++;
		if (shift == 63 && byte > 1)
			return refuse(p);
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	return refuse(p);
}

/* A number that is less than that. */
static uint64_t part_below(struct packing *p, uint64_t value, uint64_t below)
{
	if (p->out != NULL) {
		CHECK(value < below);
		put_number(p, value);
		return value;
	}
	value = get_number(p);
	return value < below ? value : refuse(p);
}

#define PART_ENUM(p, member, type, count)                                      \
	((member) = (enum type)part_below((p), (uint64_t)(member), (count)))

static void part_bool(struct packing *p, bool *v)
{
	*v = part_below(p, *v, 2) != 0;
}

/* Small ones of either sign are short. */
static uint64_t folded(int64_t v)
{
	return v < 0 ? ~((uint64_t)v << 1) : (uint64_t)v << 1;
}

static int64_t unfolded(uint64_t v)
{
	return (int64_t)(v & 1 ? ~(v >> 1) : v >> 1);
}

static void part_int64(struct packing *p, int64_t *v)
{
	if (p->out != NULL)
		put_number(p, folded(*v));
	else
		*v = unfolded(get_number(p));
}

static void part_int(struct packing *p, int *v)
{
	int64_t wide = *v;

	part_int64(p, &wide);
	if (wide < INT_MIN || wide > INT_MAX)
		refuse(p);
	else
		*v = (int)wide;
}

/* Never is a mark of its own; the distance wraps around rather than to leave
 * its range. */
static void part_wall(struct packing *p, struct wall *v)
{
	int64_t distance = 0;
	bool never = wall_is_never(*v);

	part_bool(p, &never);
	if (never) {
		*v = WALL_NEVER;
		return;
	}
	if (p->out != NULL)
		distance = (int64_t)((uint64_t)v->ms - (uint64_t)p->before);
	part_int64(p, &distance);
	v->ms = (int64_t)((uint64_t)p->before + (uint64_t)distance);
	p->before = v->ms;
}

/* --- texts ---------------------------------------------------------------- */

static void learn(struct packing *p, const char *text, size_t len)
{
	if (len <= KNOWN_LEN && p->nknown < KNOWN_MAX)
		p->known[p->nknown++] =
		    (struct known){ .text = text, .len = len };
}

/* 0: none; even: a known one; odd: its length, the bytes and a NUL. */
static void put_text(struct packing *p, const char *text)
{
	size_t len;

	if (text == NULL) {
		put_number(p, 0);
		return;
	}
	len = strlen(text);
	for (size_t i = 0; i < p->nknown; i++)
		if (p->known[i].len == len &&
		    memcmp(p->known[i].text, text, len) == 0) {
			put_number(p, 2 * (i + 1));
			return;
		}
	put_number(p, 2 * (uint64_t)len + 1);
	put_bytes(p, text, len + 1);
	learn(p, text, len);
}

/* Points into the bytes. */
static const char *get_text(struct packing *p)
{
	uint64_t n = get_number(p);
	uint64_t len = n >> 1;
	const char *text = p->at;

	if (n == 0)
		return NULL;
	if (n % 2 == 0) {
		if (n / 2 <= p->nknown)
			return p->known[n / 2 - 1].text;
		refuse(p);
		return NULL;
	}
	if (len >= (size_t)(p->end - p->at) ||
	    memchr(text, '\0', (size_t)len + 1) != text + len) {
		refuse(p);
		return NULL;
	}
	p->at += len + 1;
	learn(p, text, (size_t)len);
	return text;
}

static void part_text(struct packing *p, const char **v)
{
	if (p->out != NULL)
		put_text(p, *v);
	else
		*v = get_text(p);
}

/* --- lists ---------------------------------------------------------------- */

/* How many there are; each is a byte at least, so that a wrong number cannot
 * ask for more memory than the bytes are worth. */
static size_t part_count(struct packing *p, size_t count)
{
	uint64_t room =
	    p->out != NULL ? UINT64_MAX : (uint64_t)(p->end - p->at) + 1;

	return (size_t)part_below(p, count, room);
}

/* When unpacking: the items, zeroed; NULL where there are none. */
static void *room_for(struct packing *p, size_t count, size_t size)
{
	return count == 0 ? NULL : arena_alloc(p->arena, count * size);
}

#define PART_LIST(p, items, count, cap)                                        \
	do {                                                                   \
		(count) = part_count((p), (count));                            \
		if ((p)->out == NULL) {                                        \
			(items) = room_for((p), (count), sizeof *(items));     \
			(cap) = (count);                                       \
		}                                                              \
	} while (0)

/* --- the members, in the order of their headers --------------------------- */

static void part_fields(struct packing *p, struct fields *f)
{
	f->set = (uint32_t)part_below(p, f->set, UINT64_C(1) << 32);
	for (int i = 0; i < FIELD_COUNT; i++)
		part_text(p, &f->text[i]);
	f->ntags = part_count(p, f->ntags);
	if (p->out == NULL)
		f->tags = room_for(p, f->ntags, sizeof *f->tags);
	for (size_t i = 0; i < f->ntags; i++)
		part_text(p, &f->tags[i]);
	PART_ENUM(p, f->status, status, STATUS_COUNT);
}

static void part_told(struct packing *p, struct ticket *t)
{
	part_wall(p, &t->created);
	part_wall(p, &t->updated);
	t->nunanswered =
	    (size_t)part_below(p, t->nunanswered, UNANSWERED_MAX + 1);
	for (size_t i = 0; i < t->nunanswered; i++)
		part_wall(p, &t->unanswered[i]);
	part_wall(p, &t->answered_at);
	part_bool(p, &t->waiting_over);
	for (int i = 0; i < FIELD_COUNT; i++)
		part_wall(p, &t->field_at[i]);
	PART_LIST(p, t->history, t->nhistory, t->cap_history);
	for (size_t i = 0; i < t->nhistory; i++) {
		part_wall(p, &t->history[i].at);
		PART_ENUM(p, t->history[i].status, status, STATUS_COUNT);
	}
}

static void part_judged(struct packing *p, struct ticket *t)
{
	part_text(p, &t->severity_by);
	part_text(p, &t->confirmed_by);
	part_text(p, &t->desk_severity);
	part_bool(p, &t->needs_human);
	part_text(p, &t->said);
	part_wall(p, &t->said_at);
	part_wall(p, &t->commented_at);
	part_text(p, &t->rules_held);
	part_wall(p, &t->rules_at);
	part_text(p, &t->suggested_to);
	part_text(p, &t->suggested_team);
	part_wall(p, &t->suggested_at);
	part_wall(p, &t->suggest_next);
	part_text(p, &t->policy);
	part_text(p, &t->revision);
	part_text(p, &t->merged_into);
	part_bool(p, &t->deleted);
	part_int(p, &t->run_seq);
	part_wall(p, &t->next_due);
	part_bool(p, &t->dirty);
}

static void part_stretch(struct packing *p, struct stretch *s)
{
	part_wall(p, &s->from);
	part_wall(p, &s->to);
	part_bool(p, &s->counts);
	part_int64(p, &s->ms);
	part_text(p, &s->calendar);
	part_text(p, &s->why);
}

static void part_clock(struct packing *p, struct clock *c)
{
	part_text(p, &c->kind);
	part_int(p, &c->cycle);
	PART_ENUM(p, c->state, clock_state, CLOCK_STATE_COUNT);
	part_wall(p, &c->started);
	part_int64(p, &c->elapsed_ms);
	part_wall(p, &c->since);
	part_int64(p, &c->target_ms);
	part_wall(p, &c->due);
	part_bool(p, &c->due_by_hand);
	part_text(p, &c->policy);
	part_text(p, &c->calendar);
	part_wall(p, &c->breached_at);
	part_wall(p, &c->ended_at);
	part_text(p, &c->warned);
	part_bool(p, &c->pause_over);
	part_bool(p, &c->current);
	part_bool(p, &c->dirty);
	PART_LIST(p, c->stretches, c->nstretches, c->cap_stretches);
	for (size_t i = 0; i < c->nstretches; i++)
		part_stretch(p, &c->stretches[i]);
}

static void part_run(struct packing *p, struct chain_run *r)
{
	part_int(p, &r->seq);
	part_text(p, &r->chain);
	part_text(p, &r->definition);
	PART_ENUM(p, r->state, run_state, RUN_STATE_COUNT);
	part_text(p, &r->cause);
	part_text(p, &r->clock);
	part_int(p, &r->cycle);
	part_wall(p, &r->started);
	part_int(p, &r->step);
	part_int(p, &r->round);
	part_int(p, &r->reminded);
	part_wall(p, &r->fired_at);
	part_wall(p, &r->next_at);
	part_text(p, &r->acked_by);
	part_wall(p, &r->acked_at);
	part_bool(p, &r->dirty);
}

static void part_about(struct packing *p, struct notice *n)
{
	part_int64(p, &n->id);
	PART_ENUM(p, n->reason, notice_reason, NOTICE_REASON_COUNT);
	PART_ENUM(p, n->state, notice_state, NOTICE_STATE_COUNT);
	part_text(p, &n->clock);
	part_int(p, &n->cycle);
	part_wall(p, &n->due);
	part_int(p, &n->run);
	part_text(p, &n->chain);
	part_int(p, &n->step);
	part_int(p, &n->round);
	part_int(p, &n->nth);
}

static void part_notice(struct packing *p, struct notice *n)
{
	part_about(p, n);
	part_text(p, &n->role);
	part_text(p, &n->who);
	part_text(p, &n->channel);
	part_text(p, &n->spare);
	part_text(p, &n->detail);
	part_wall(p, &n->at);
	part_wall(p, &n->free_at);
	part_wall(p, &n->held_until);
	part_wall(p, &n->useful_until);
	part_int(p, &n->attempts);
	part_text(p, &n->ref);
	part_text(p, &n->owed);
	part_bool(p, &n->repeat);
	part_bool(p, &n->ended);
	part_bool(p, &n->dirty);
}

static void part_ticket(struct packing *p, struct ticket *t)
{
	part_int64(p, &t->id);
	part_text(p, &t->key);
	part_told(p, t);
	part_fields(p, &t->fields);
	part_judged(p, t);
	PART_LIST(p, t->clocks, t->nclocks, t->cap_clocks);
	for (size_t i = 0; i < t->nclocks; i++)
		part_clock(p, &t->clocks[i]);
	PART_LIST(p, t->runs, t->nruns, t->cap_runs);
	for (size_t i = 0; i < t->nruns; i++)
		part_run(p, &t->runs[i]);
	PART_LIST(p, t->notices, t->nnotices, t->cap_notices);
	for (size_t i = 0; i < t->nnotices; i++)
		part_notice(p, &t->notices[i]);
}

/* The room and the known texts need not be cleared. */
static void begin(struct packing *p)
{
	p->out = NULL;
	p->at = p->end = NULL;
	p->arena = NULL;
	p->bad = false;
	p->before = 0;
	p->used = 0;
	p->nknown = 0;
}

void ticket_pack(const struct ticket *t, struct textbuf *out)
{
	struct ticket same = *t;
	struct packing p;

	CHECK(!out->fixed);
	begin(&p);
	p.out = out;
	part_ticket(&p, &same);
	hand_on(&p);
}

/* The texts stay where they are: in one copy of the bytes. */
bool ticket_unpack(
    const char *bytes, size_t len, struct arena *arena, struct ticket *t)
{
	struct packing p;

	begin(&p);
	p.arena = arena;
	p.at = arena_strndup(arena, bytes, len);
	p.end = p.at + len;
	memset(t, 0, sizeof *t);
	t->arena = arena;
	part_ticket(&p, t);
	return !p.bad && p.at == p.end;
}
