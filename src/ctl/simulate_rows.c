/* simulate_rows.c - what the simulation decides, row by row.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/simulate_rows.h"

#include "base/check.h"
#include "ctl/when.h"
#include "ctl/width.h"
#include "wire/simulate_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 65536 /* bytes that go out at once */

void simulate_rows_init(struct simulate_rows *r)
{
	textbuf_init(&r->out);
	hashmap_init(&r->slots);
	r->past = NULL;
	r->npast = 0;
	memset(r->count, 0, sizeof r->count);
	r->refused = 0;
}

void simulate_rows_fini(struct simulate_rows *r)
{
	for (size_t i = 0; i < r->npast; i++)
		textbuf_fini(&r->past[i]);
	free(r->past);
	hashmap_fini(&r->slots);
	textbuf_fini(&r->out);
}

void simulate_rows_flush(struct simulate_rows *r)
{
	fwrite(r->out.data, 1, r->out.len, stdout);
	textbuf_clear(&r->out);
}

static void end_row(struct simulate_rows *r)
{
	textbuf_addc(&r->out, '\n');
	if (r->out.len >= BLOCK)
		simulate_rows_flush(r);
}

/* --- runs that are over --------------------------------------------------- */

/* What is kept of that ticket; a slot's buffer may be used again. */
static struct textbuf *past_of(struct simulate_rows *r, const struct ticket *t)
{
	uint32_t slot;

	hashmap_reserve(&r->slots, r->slots.count + 1);
	slot = hashmap_put(&r->slots, t->id);
	if (slot >= r->npast) {
		size_t cap = slot < 32 ? 64 : 2 * (size_t)slot;

		r->past = reallocarray(r->past, cap, sizeof *r->past);
		CHECK(r->past != NULL);
		for (; r->npast < cap; r->npast++)
			textbuf_init(&r->past[r->npast]);
	}
	return &r->past[slot];
}

static void put_text(struct textbuf *tb, const char *text)
{
	textbuf_addn(tb, text, strlen(text) + 1);
}

/* The definition of the chain is not needed any more. */
static void put_past(struct simulate_rows *r, const struct ticket *t,
    const struct chain_run *run)
{
	struct textbuf *past = past_of(r, t);

	textbuf_addn(past, (const char *)run, sizeof *run);
	put_text(past, run->chain);
	put_text(past, run->cause);
	put_text(past, run->clock);
	put_text(past, run->acked_by);
}

static const char *get_text(const char **at, struct arena *arena)
{
	const char *text = arena_strdup(arena, *at);

	*at += strlen(*at) + 1;
	return text;
}

struct runs {
	struct chain_run *at; /* in the arena */
	size_t count;
	size_t cap;
};

static void get_past(
    const struct textbuf *past, struct arena *arena, struct runs *out)
{
	const char *at = past->data;

	while (at < past->data + past->len) {
		struct chain_run *run = arena_push(
		    arena, &out->at, &out->count, &out->cap, sizeof *run);

		memcpy(run, at, sizeof *run);
		at += sizeof *run;
		run->definition = "";
		run->chain = get_text(&at, arena);
		run->cause = get_text(&at, arena);
		run->clock = get_text(&at, arena);
		run->acked_by = get_text(&at, arena);
	}
}

/* Of a ticket that is in memory, emptied by the caller; or NULL. */
static struct textbuf *known_past(
    struct simulate_rows *r, const struct ticket *t)
{
	uint32_t slot = hashmap_find(&r->slots, t->id);

	return slot == HASHMAP_NONE ? NULL : &r->past[slot];
}

void simulate_rows_leaves(struct simulate_rows *r, const struct ticket *t)
{
	struct textbuf *past = known_past(r, t);

	if (past == NULL)
		return;
	scratch_put(r->scratch, r->place, t->key, t->id, past->data, past->len);
	textbuf_clear(past);
	hashmap_drop(&r->slots, t->id);
}

void simulate_rows_returns(struct simulate_rows *r, const struct ticket *t)
{
	struct textbuf past;

	if (r->form != ROWS_JSON)
		return;
	textbuf_init(&past);
	if (scratch_take(r->scratch, r->place, t->key, &past))
		textbuf_addn(past_of(r, t), past.data, past.len);
	textbuf_fini(&past);
}

/* --- rows ----------------------------------------------------------------- */

/* "AT  TICKET  " for people. */
static void begin_line(
    struct simulate_rows *r, struct wall now, const char *ticket)
{
	char at[WHEN_TEXT_MAX];

	when_zone(now, r->zone, at);
	textbuf_addf(&r->out, "%s  ", at);
	text_clean(&r->out, ticket);
	textbuf_add(&r->out, "  ");
}

static void end_line(struct simulate_rows *r, struct wall at, struct wall now)
{
	char when[WHEN_TEXT_MAX];

	if (wall_before(at, now)) {
		when_zone(at, r->zone, when);
		textbuf_addf(&r->out, " (told late: as of %s)", when);
	}
	end_row(r);
}

static void clock_row(struct simulate_rows *r, const struct ticket *t,
    const struct change *c, struct wall now)
{
	char due[WHEN_TEXT_MAX];
	struct json_out json;

	if (r->form == ROWS_JSON) {
		json_out_init(&json, &r->out);
		simulate_clock_json(t, c, now, &json);
		end_row(r);
		return;
	}
	begin_line(r, now, t->key);
	text_clean(&r->out, c->clock);
	textbuf_addf(
	    &r->out, "#%d %s", c->cycle, simulate_clock_change(c->kind));
	when_zone(c->due, r->zone, due);
	if (due[0] != '\0')
		textbuf_addf(&r->out, ", due %s", due);
	end_line(r, c->at, now);
}

static void notice_row(struct simulate_rows *r, const struct ticket *t,
    const struct change *c, struct wall now)
{
	const struct notice *n = &t->notices[c->notice];
	struct json_out json;

	if (r->form == ROWS_JSON) {
		json_out_init(&json, &r->out);
		simulate_notice_json(t, c, now, &json);
		end_row(r);
		return;
	}
	begin_line(r, now, t->key);
	textbuf_addf(&r->out, "notice %s", notice_reason_name(n->reason));
	if (n->chain[0] != '\0' && n->step >= 0)
		textbuf_addf(&r->out, " %s step %d", n->chain, n->step + 1);
	textbuf_addf(&r->out, " to %s via %s",
	    n->who[0] != '\0' ? n->who : "the room", n->channel);
	end_line(r, c->at, now);
}

/* Is `who` whose doing it is, or whom it befalls? */
static bool is_by(enum change_kind kind)
{
	return kind != CHANGE_PERSON_SKIPPED &&
	       kind < CHANGE_ASSIGNMENT_SUGGESTED;
}

/* "severity changed by rule churn: P3 to P2", "assignment suggested dana, due
 * ...: next in turn of frontline" */
static void other_line(struct simulate_rows *r, const struct change *c)
{
	char due[WHEN_TEXT_MAX];

	for (const char *p = change_kind_name(c->kind); *p != '\0'; p++)
		textbuf_addc(&r->out, *p == '_' ? ' ' : *p);
	if (*c->who != '\0') {
		textbuf_add(&r->out, is_by(c->kind) ? " by " : " ");
		text_clean(&r->out, c->who);
	}
	when_zone(c->due, r->zone, due);
	if (due[0] != '\0')
		textbuf_addf(&r->out, ", due %s", due);
	if (*c->detail != '\0') {
		textbuf_add(&r->out, ": ");
		text_clean(&r->out, c->detail);
	}
}

static void other_row(struct simulate_rows *r, const struct ticket *t,
    const struct change *c, struct wall now)
{
	struct json_out json;

	if (r->form == ROWS_JSON) {
		json_out_init(&json, &r->out);
		simulate_other_json(t, c, now, &json);
		end_row(r);
		return;
	}
	begin_line(r, now, t->key);
	other_line(r, c);
	end_line(r, c->at, now);
}

void simulate_rows_refused(struct simulate_rows *r, const char *id, size_t line,
    const char *why, struct wall now)
{
	struct json_out json;

	r->refused++;
	if (r->form == ROWS_NONE)
		return;
	if (r->form == ROWS_JSON) {
		json_out_init(&json, &r->out);
		simulate_refused_json(id, line, why, now, &json);
		end_row(r);
		return;
	}
	if (id != NULL)
		begin_line(r, now, id);
	else
		begin_line(r, now, "-");
	if (id == NULL)
		textbuf_addf(&r->out, "line %zu ", line);
	textbuf_add(&r->out, "refused: ");
	text_clean(&r->out, why);
	end_line(r, now, now);
}

static void change_row(struct simulate_rows *r, const struct ticket *t,
    const struct change *c, struct wall now)
{
	r->count[c->kind]++;
	if (r->form == ROWS_NONE)
		return;
	if (simulate_clock_change(c->kind) != NULL)
		clock_row(r, t, c, now);
	else if (c->kind == CHANGE_NOTICE_SENT)
		notice_row(r, t, c, now);
	else if (simulate_other_kind(c->kind) != NULL)
		other_row(r, t, c, now);
}

void simulate_rows_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	struct simulate_rows *r = user;

	if (d->verdict != VERDICT_ACCEPTED) {
		simulate_rows_refused(r, ev->id, 0, d->why.text, now);
		return;
	}
	for (size_t i = 0; i < d->nchanges; i++)
		change_row(r, t, &d->changes[i], now);
	if (r->form != ROWS_JSON)
		return;
	for (size_t i = 0; i < t->nruns; i++)
		if (!run_state_is_live(t->runs[i].state))
			put_past(r, t, &t->runs[i]);
}

/* --- the end -------------------------------------------------------------- */

static int by_number(const void *left, const void *right)
{
	const struct chain_run *a = left;
	const struct chain_run *b = right;

	return (a->seq > b->seq) - (a->seq < b->seq);
}

struct finals {
	struct simulate_rows *rows;
	const struct matrix *m;
	struct wall now;
	struct arena arena; /* of the ticket in hand */
	struct textbuf past;
};

/* Runs of a ticket that was put away are in the scratch. */
static void final_row(void *user, const struct ticket *t)
{
	struct finals *f = user;
	struct simulate_rows *r = f->rows;
	struct textbuf *past = known_past(r, t);
	struct runs runs = { .at = NULL };
	struct json_out json;

	arena_reset(&f->arena);
	if (past == NULL) {
		textbuf_clear(&f->past);
		past = &f->past;
		scratch_take(r->scratch, r->place, t->key, past);
	}
	get_past(past, &f->arena, &runs);
	for (size_t i = 0; i < t->nruns; i++)
		*(struct chain_run *)arena_push(&f->arena, &runs.at,
		    &runs.count, &runs.cap, sizeof *runs.at) = t->runs[i];
	if (runs.count > 1)
		qsort(runs.at, runs.count, sizeof *runs.at, by_number);
	json_out_init(&json, &r->out);
	simulate_final_json(f->m, t, runs.at, runs.count, f->now, &json);
	end_row(r);
}

void simulate_rows_finals(
    struct simulate_rows *r, const struct matrix *m, struct simulation *s)
{
	struct finals f = { .rows = r, .m = m, .now = simulation_now(s) };

	arena_init(&f.arena);
	textbuf_init(&f.past);
	simulation_each(s, final_row, &f);
	textbuf_fini(&f.past);
	arena_fini(&f.arena);
}
