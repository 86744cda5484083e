/* assumed.c - see assumed.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/assumed.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

static void set_key(struct assumed *a, const char *role, const char *name)
{
	textbuf_clear(&a->key);
	textbuf_addf(&a->key, "%s\n%s", role, name);
}

/* What is assumed by the key in hand, or NULL. */
static const int64_t *find(const struct assumed *a)
{
	size_t i;

	return words_find(&a->known, a->key.data, &i) ? &a->values[i] : NULL;
}

static int64_t *make(struct assumed *a)
{
	size_t i;

	if (words_find(&a->known, a->key.data, &i))
		return &a->values[i];
	if (a->count == a->cap) {
		a->cap = a->cap == 0 ? 16 : 2 * a->cap;
		a->values = realloc(a->values, a->cap * sizeof *a->values);
		CHECK(a->values != NULL);
	}
	a->values[a->count] = 0;
	words_add(&a->known, arena_strdup(&a->arena, a->key.data), a->count);
	return &a->values[a->count++];
}

static int64_t answer(void *user, const struct fact_question *q)
{
	struct assumed *a = user;
	int64_t known = facts_ask(a->from, q);
	const int64_t *more;

	if (q->fact != FACT_PICKED_AT && q->fact != FACT_OPEN_TICKETS)
		return known;
	set_key(a, q->fact == FACT_PICKED_AT ? q->role : "", q->name);
	more = find(a);
	if (more == NULL)
		return known;
	if (q->fact == FACT_OPEN_TICKETS)
		return known + *more;
	return known > *more ? known : *more;
}

void assumed_init(struct assumed *a, const struct facts *from)
{
	memset(a, 0, sizeof *a);
	a->facts =
	    (struct facts){ .duty = from->duty, .user = a, .answer = answer };
	a->from = from;
	words_init(&a->known);
	textbuf_init(&a->key);
	arena_init(&a->arena);
}

void assumed_fini(struct assumed *a)
{
	words_fini(&a->known);
	textbuf_fini(&a->key);
	arena_fini(&a->arena);
	free(a->values);
}

void assumed_note(struct assumed *a, const struct notice *n)
{
	int64_t *at;

	if (n->role[0] == '\0' || n->who[0] == '\0')
		return;
	set_key(a, n->role, n->who);
	at = make(a);
	*at = n->at.ms > *at ? n->at.ms : *at;
}

const char *assumed_counted(const struct ticket *t)
{
	const char *owner = t->fields.text[FIELD_ASSIGNEE];

	if (ticket_is_over(t))
		return "";
	return owner != NULL ? owner : t->suggested_to;
}

void assumed_moved(
    struct assumed *a, const char *counted_before, const struct ticket *t)
{
	const char *now = assumed_counted(t);

	if (strcmp(now, counted_before) == 0)
		return;
	if (counted_before[0] != '\0') {
		set_key(a, "", counted_before);
		--*make(a);
	}
	if (now[0] != '\0') {
		set_key(a, "", now);
		++*make(a);
	}
}
