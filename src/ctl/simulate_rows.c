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

struct past_runs {
	struct chain_run *at; /* in the arena, ordered by their end */
	size_t count;
	size_t cap;
};

void simulate_rows_init(struct simulate_rows *r, bool json)
{
	memset(r, 0, sizeof *r);
	r->json = json;
	textbuf_init(&r->out);
	arena_init(&r->arena);
}

void simulate_rows_fini(struct simulate_rows *r)
{
	textbuf_fini(&r->out);
	arena_fini(&r->arena);
	free(r->past);
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

static struct past_runs *past_of(
    struct simulate_rows *r, const struct ticket *t)
{
	size_t index = (size_t)t->id - 1;

	if (index >= r->cap_past) {
		r->cap_past = 2 * index < 64 ? 64 : 2 * index;
		r->past = reallocarray(r->past, r->cap_past, sizeof *r->past);
		CHECK(r->past != NULL);
	}
	for (; r->npast <= index; r->npast++)
		r->past[r->npast] = (struct past_runs){ .at = NULL };
	return &r->past[index];
}

/* The definition of the chain is not needed any more. */
static void put_past(struct simulate_rows *r, const struct ticket *t,
    const struct chain_run *run)
{
	struct past_runs *past = past_of(r, t);
	struct chain_run *kept = arena_push(
	    &r->arena, &past->at, &past->count, &past->cap, sizeof *kept);

	*kept = *run;
	kept->definition = "";
	kept->chain = arena_strdup(&r->arena, run->chain);
	kept->cause = arena_strdup(&r->arena, run->cause);
	kept->clock = arena_strdup(&r->arena, run->clock);
	kept->acked_by = arena_strdup(&r->arena, run->acked_by);
}

/* "AT  TICKET  " for people. */
static void begin_line(
    struct simulate_rows *r, struct wall now, const char *ticket)
{
	char at[WHEN_TEXT_MAX];

	when_local(now, at);
	textbuf_addf(&r->out, "%s  ", at);
	text_clean(&r->out, ticket);
	textbuf_add(&r->out, "  ");
}

static void end_line(struct simulate_rows *r, struct wall at, struct wall now)
{
	char when[WHEN_TEXT_MAX];

	if (wall_before(at, now)) {
		when_local(at, when);
		textbuf_addf(&r->out, " (told late: as of %s)", when);
	}
	end_row(r);
}

static void clock_row(struct simulate_rows *r, const struct ticket *t,
    const struct change *c, struct wall now)
{
	char due[WHEN_TEXT_MAX];
	struct json_out json;

	if (r->json) {
		json_out_init(&json, &r->out);
		simulate_clock_json(t, c, now, &json);
		end_row(r);
		return;
	}
	begin_line(r, now, t->key);
	text_clean(&r->out, c->clock);
	textbuf_addf(
	    &r->out, "#%d %s", c->cycle, simulate_clock_change(c->kind));
	when_local(c->due, due);
	if (due[0] != '\0')
		textbuf_addf(&r->out, ", due %s", due);
	end_line(r, c->at, now);
}

static void notice_row(struct simulate_rows *r, const struct ticket *t,
    const struct change *c, struct wall now)
{
	const struct notice *n = &t->notices[c->notice];
	struct json_out json;

	if (r->json) {
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
	when_local(c->due, due);
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

	if (r->json) {
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
	if (r->json) {
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

void simulate_rows_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	struct simulate_rows *r = user;

	if (d->verdict != VERDICT_ACCEPTED) {
		simulate_rows_refused(r, ev->id, 0, d->why.text, now);
		return;
	}
	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *c = &d->changes[i];

		r->count[c->kind]++;
		if (simulate_clock_change(c->kind) != NULL)
			clock_row(r, t, c, now);
		else if (c->kind == CHANGE_NOTICE_SENT)
			notice_row(r, t, c, now);
		else if (simulate_other_kind(c->kind) != NULL)
			other_row(r, t, c, now);
	}
	for (size_t i = 0; i < t->nruns; i++)
		if (!run_state_is_live(t->runs[i].state))
			put_past(r, t, &t->runs[i]);
}

static int by_number(const void *left, const void *right)
{
	const struct chain_run *a = left;
	const struct chain_run *b = right;

	return (a->seq > b->seq) - (a->seq < b->seq);
}

void simulate_rows_finals(
    struct simulate_rows *r, const struct matrix *m, const struct simulation *s)
{
	for (size_t i = 0; i < simulation_count(s); i++) {
		const struct ticket *t = simulation_ticket(s, i);
		struct past_runs *runs = past_of(r, t);
		struct json_out json;

		for (size_t k = 0; k < t->nruns; k++)
			put_past(r, t, &t->runs[k]);
		if (runs->count > 1)
			qsort(
			    runs->at, runs->count, sizeof *runs->at, by_number);
		json_out_init(&json, &r->out);
		simulate_final_json(
		    m, t, runs->at, runs->count, simulation_now(s), &json);
		end_row(r);
	}
}
