/* simulation_facts.c - see simulation_facts.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/simulation_facts.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

struct tally {
	struct wall *at;
	size_t count;
	size_t cap;
};

/* Room for one more item, twice as many each time. */
static void *grow(void *items, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return items;
	*cap = *cap == 0 ? 16 : 2 * *cap;
	items = realloc(items, *cap * size);
	CHECK(items != NULL);
	return items;
}

void simulation_facts_init(struct simulation_facts *f)
{
	*f = (struct simulation_facts){ .counting = false };
	for (int i = 0; i < FACT_PICKED_AT; i++)
		words_init(&f->names[i]);
	words_init(&f->picks);
	textbuf_init(&f->key);
	arena_init(&f->arena);
}

void simulation_facts_fini(struct simulation_facts *f)
{
	for (int i = 0; i < FACT_PICKED_AT; i++)
		words_fini(&f->names[i]);
	for (size_t i = 0; i < f->ntallies; i++)
		free(f->tallies[i].at);
	free(f->tallies);
	free(f->tickets);
	words_fini(&f->picks);
	free(f->picked_at);
	textbuf_fini(&f->key);
	arena_fini(&f->arena);
}

/* --- tickets -------------------------------------------------------------- */

/* How many were created up to that instant. */
static size_t up_to(const struct tally *tally, struct wall at)
{
	size_t low = 0;
	size_t high = tally->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (wall_before(at, tally->at[middle]))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Tickets come in order of time but for those told late: at the end. */
static void tally_add(struct tally *tally, struct wall at)
{
	size_t i = up_to(tally, at);

	tally->at =
	    grow(tally->at, tally->count, &tally->cap, sizeof *tally->at);
	memmove(&tally->at[i + 1], &tally->at[i],
	    (tally->count - i) * sizeof *tally->at);
	tally->at[i] = at;
	tally->count++;
}

static void tally_remove(struct tally *tally, struct wall at)
{
	size_t i = up_to(tally, at);

	CHECK(i > 0 && wall_same(tally->at[i - 1], at));
	memmove(&tally->at[i - 1], &tally->at[i],
	    (tally->count - i) * sizeof *tally->at);
	tally->count--;
}

static struct tally *tally_of(
    struct simulation_facts *f, enum fact fact, const char *name)
{
	size_t index;

	if (words_find(&f->names[fact], name, &index))
		return &f->tallies[index];
	f->tallies =
	    grow(f->tallies, f->ntallies, &f->cap_tallies, sizeof *f->tallies);
	f->tallies[f->ntallies] = (struct tally){ .at = NULL };
	words_add(&f->names[fact], arena_strdup(&f->arena, name), f->ntallies);
	return &f->tallies[f->ntallies++];
}

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

/* For whom the ticket counts as a question of that kind. */
static const char *name_of(const struct ticket *t, enum fact fact)
{
	const char *owner = t->fields.text[FIELD_ASSIGNEE];

	if (t->deleted || *t->merged_into != '\0')
		return "";
	if (fact == FACT_CUSTOMER_TICKETS)
		return or_empty(t->fields.text[FIELD_CUSTOMER_ID]);
	if (fact == FACT_SIMILAR_TICKETS)
		return or_empty(t->fields.text[FIELD_CATEGORY]);
	if (ticket_is_over(t))
		return "";
	return owner == NULL ? t->suggested_to : owner;
}

static struct counted *counted_of(
    struct simulation_facts *f, const struct ticket *t)
{
	size_t index = (size_t)t->id - 1;

	while (f->ntickets <= index) {
		struct counted *c;

		f->tickets = grow(f->tickets, f->ntickets, &f->cap_tickets,
		    sizeof *f->tickets);
		c = &f->tickets[f->ntickets++];
		for (int i = 0; i < FACT_PICKED_AT; i++)
			c->of[i] = "";
	}
	return &f->tickets[index];
}

void simulation_facts_keep(struct simulation_facts *f, const struct ticket *t)
{
	struct counted *c;

	if (!f->counting)
		return;
	c = counted_of(f, t);
	for (int i = 0; i < FACT_PICKED_AT; i++) {
		enum fact fact = (enum fact)i;
		const char *now = name_of(t, fact);

		if (strcmp(now, c->of[i]) == 0 &&
		    wall_same(c->created, t->created))
			continue;
		if (c->of[i][0] != '\0')
			tally_remove(tally_of(f, fact, c->of[i]), c->created);
		if (now[0] != '\0')
			tally_add(tally_of(f, fact, now), t->created);
		c->of[i] = now;
	}
	c->created = t->created;
}

/* --- picks ---------------------------------------------------------------- */

static void set_key(
    struct simulation_facts *f, const char *role, const char *name)
{
	textbuf_clear(&f->key);
	textbuf_addf(&f->key, "%s\n%s", role, name);
}

void simulation_facts_note(struct simulation_facts *f, const struct notice *n)
{
	size_t i;

	if (n->role[0] == '\0' || n->who[0] == '\0')
		return;
	set_key(f, n->role, n->who);
	if (!words_find(&f->picks, f->key.data, &i)) {
		i = f->npicks;
		f->picked_at =
		    grow(f->picked_at, i, &f->cap_picks, sizeof *f->picked_at);
		f->picked_at[f->npicks++] = 0;
		words_add(&f->picks, arena_strdup(&f->arena, f->key.data), i);
	}
	if (n->at.ms > f->picked_at[i])
		f->picked_at[i] = n->at.ms;
}

/* --- answers -------------------------------------------------------------- */

bool simulation_facts_ready(
    const struct simulation_facts *f, const struct fact_question *q)
{
	return f->counting || q->fact == FACT_PICKED_AT;
}

void simulation_facts_begin(struct simulation_facts *f)
{
	f->counting = true;
}

static bool in_window(const struct fact_question *q, struct wall at)
{
	return q->fact == FACT_OPEN_TICKETS ||
	       (wall_before(q->since, at) && !wall_before(q->until, at));
}

/* Does the ticket that asks count itself, as it was before? */
static bool asks_of_itself(
    const struct simulation_facts *f, const struct fact_question *q)
{
	const struct counted *c;

	if (q->ticket_id <= 0 || (size_t)q->ticket_id > f->ntickets)
		return false;
	c = &f->tickets[q->ticket_id - 1];
	return strcmp(c->of[q->fact], q->name) == 0 && in_window(q, c->created);
}

static int64_t count(
    const struct simulation_facts *f, const struct fact_question *q)
{
	const struct tally *tally;
	size_t index;
	size_t n;

	if (!words_find(&f->names[q->fact], q->name, &index))
		return 0;
	tally = &f->tallies[index];
	n = tally->count;
	if (q->fact != FACT_OPEN_TICKETS)
		n = wall_before(q->since, q->until)
			? up_to(tally, q->until) - up_to(tally, q->since)
			: 0;
	return (int64_t)n - asks_of_itself(f, q);
}

int64_t simulation_facts_answer(
    struct simulation_facts *f, const struct fact_question *q)
{
	size_t i;

	if (q->fact != FACT_PICKED_AT)
		return q->name[0] == '\0' ? 0 : count(f, q);
	set_key(f, q->role, q->name);
	return words_find(&f->picks, f->key.data, &i) ? f->picked_at[i] : 0;
}
