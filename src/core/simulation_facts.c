/* simulation_facts.c - see simulation_facts.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/simulation_facts.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define ITEMS_FEW 4096 /* too few to look for old ones */

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
	*f = (struct simulation_facts){ .items_max = ITEMS_FEW };
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
	for (size_t i = 0; i < f->ntallies; i++) {
		free(f->tallies[i].name);
		free(f->tallies[i].at);
	}
	free(f->tallies);
	words_fini(&f->picks);
	free(f->picked_at);
	textbuf_fini(&f->key);
	arena_fini(&f->arena);
}

/* --- tallies -------------------------------------------------------------- */

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

/* Is that ticket in the tally?  Open ones are, however old. */
static bool remembers(
    const struct simulation_facts *f, enum fact fact, struct wall created)
{
	return fact == FACT_OPEN_TICKETS || wall_before(f->floor, created);
}

/* Tickets come in order of time but for those told late: at the end. */
static void tally_add(
    struct simulation_facts *f, struct tally *tally, struct wall at)
{
	size_t i = up_to(tally, at);

	if (!remembers(f, tally->fact, at))
		return;
	tally->at =
	    grow(tally->at, tally->count, &tally->cap, sizeof *tally->at);
	memmove(&tally->at[i + 1], &tally->at[i],
	    (tally->count - i) * sizeof *tally->at);
	tally->at[i] = at;
	tally->count++;
	f->items += tally->fact != FACT_OPEN_TICKETS;
}

static void tally_remove(
    struct simulation_facts *f, struct tally *tally, struct wall at)
{
	size_t i = up_to(tally, at);

	if (!remembers(f, tally->fact, at))
		return;
	CHECK(i > 0 && wall_same(tally->at[i - 1], at));
	memmove(&tally->at[i - 1], &tally->at[i],
	    (tally->count - i) * sizeof *tally->at);
	tally->count--;
	f->items -= tally->fact != FACT_OPEN_TICKETS;
}

/* The index of one that is not in use. */
static size_t take_free(struct simulation_facts *f)
{
	size_t i = f->free_tally;

	if (i > 0) {
		f->free_tally = f->tallies[i - 1].next_free;
		return i - 1;
	}
	f->tallies =
	    grow(f->tallies, f->ntallies, &f->cap_tallies, sizeof *f->tallies);
	return f->ntallies++;
}

static size_t tally_of(
    struct simulation_facts *f, enum fact fact, const char *name)
{
	size_t size = strlen(name) + 1;
	size_t index;
	char *copy;

	if (words_find(&f->names[fact], name, &index))
		return index;
	index = take_free(f);
	copy = malloc(size);
	CHECK(copy != NULL);
	memcpy(copy, name, size);
	f->tallies[index] = (struct tally){ .name = copy, .fact = fact };
	words_add(&f->names[fact], copy, index);
	return index;
}

/* Nobody counts as it, nor will be subtracted from it. */
static void drop_if_unused(struct simulation_facts *f, size_t index)
{
	struct tally *tally = &f->tallies[index];

	if (tally->name == NULL || tally->count > 0 || tally->users > 0)
		return;
	words_drop(&f->names[tally->fact], tally->name);
	free(tally->name);
	free(tally->at);
	*tally = (struct tally){ .next_free = f->free_tally };
	f->free_tally = index + 1;
}

/* --- tickets -------------------------------------------------------------- */

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

static const char *counted_name(
    const struct simulation_facts *f, const struct counted *c, enum fact fact)
{
	return c->of[fact] == 0 ? "" : f->tallies[c->of[fact] - 1].name;
}

/* Does not count as that any more. */
static void uncount(
    struct simulation_facts *f, struct counted *c, enum fact fact)
{
	size_t index = c->of[fact];

	if (index == 0)
		return;
	tally_remove(f, &f->tallies[index - 1], c->created);
	f->tallies[index - 1].users--;
	drop_if_unused(f, index - 1);
	c->of[fact] = 0;
}

static void use(struct simulation_facts *f, struct counted *c, enum fact fact,
    const char *name)
{
	size_t index = tally_of(f, fact, name);

	f->tallies[index].users++;
	c->of[fact] = index + 1;
}

void simulation_facts_keep(
    struct simulation_facts *f, const struct ticket *t, struct counted *c)
{
	if (!f->counting)
		return;
	for (int i = 0; i < FACT_PICKED_AT; i++) {
		enum fact fact = (enum fact)i;
		const char *now = name_of(t, fact);

		if (strcmp(now, counted_name(f, c, fact)) == 0 &&
		    wall_same(c->created, t->created))
			continue;
		uncount(f, c, fact);
		if (now[0] == '\0')
			continue;
		use(f, c, fact, now);
		tally_add(f, &f->tallies[c->of[fact] - 1], t->created);
	}
	c->created = t->created;
}

void simulation_facts_leave(struct simulation_facts *f, struct counted *c)
{
	for (int i = 0; i < FACT_PICKED_AT; i++) {
		size_t index = c->of[i];

		if (index == 0)
			continue;
		f->tallies[index - 1].users--;
		drop_if_unused(f, index - 1);
	}
	*c = (struct counted){ .of = { 0 } };
}

void simulation_facts_return(
    struct simulation_facts *f, const struct ticket *t, struct counted *c)
{
	*c = (struct counted){ .created = t->created };
	if (!f->counting)
		return;
	for (int i = 0; i < FACT_PICKED_AT; i++) {
		const char *name = name_of(t, (enum fact)i);

		if (name[0] != '\0')
			use(f, c, (enum fact)i, name);
	}
}

static void forget_old(struct simulation_facts *f, struct tally *tally)
{
	size_t old = up_to(tally, f->floor);

	if (tally->fact == FACT_OPEN_TICKETS || old == 0)
		return;
	tally->count -= old;
	memmove(tally->at, &tally->at[old], tally->count * sizeof *tally->at);
	f->items -= old;
}

void simulation_facts_forget(struct simulation_facts *f, struct wall now)
{
	if (f->items < f->items_max)
		return;
	f->floor = wall_max(f->floor, wall_at(now.ms - 2 * f->longest_ms));
	for (size_t i = 0; i < f->ntallies; i++) {
		forget_old(f, &f->tallies[i]);
		drop_if_unused(f, i);
	}
	f->items_max = 2 * f->items + ITEMS_FEW;
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
    struct simulation_facts *f, const struct fact_question *q, struct wall now)
{
	int64_t back_ms = now.ms - q->since.ms;

	if (q->fact == FACT_PICKED_AT)
		return true;
	if (q->fact == FACT_OPEN_TICKETS)
		return f->counting;
	if (back_ms > f->longest_ms)
		f->longest_ms = back_ms;
	return f->counting && !wall_before(q->since, f->floor);
}

void simulation_facts_begin(struct simulation_facts *f, struct wall now)
{
	f->counting = true;
	f->floor = wall_at(now.ms - 2 * f->longest_ms);
	f->items = 0;
	f->items_max = ITEMS_FEW;
	for (size_t i = 0; i < f->ntallies; i++) {
		f->tallies[i].count = 0;
		f->tallies[i].users = 0;
		drop_if_unused(f, i);
	}
}

static bool in_window(const struct fact_question *q, struct wall at)
{
	return q->fact == FACT_OPEN_TICKETS ||
	       (wall_before(q->since, at) && !wall_before(q->until, at));
}

static int64_t count(const struct simulation_facts *f,
    const struct fact_question *q, const struct counted *own)
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
	return (int64_t)n - (own != NULL && own->of[q->fact] == index + 1 &&
				in_window(q, own->created));
}

int64_t simulation_facts_answer(struct simulation_facts *f,
    const struct fact_question *q, const struct counted *own)
{
	size_t i;

	if (q->fact != FACT_PICKED_AT)
		return q->name[0] == '\0' ? 0 : count(f, q, own);
	set_key(f, q->role, q->name);
	return words_find(&f->picks, f->key.data, &i) ? f->picked_at[i] : 0;
}
