/* csv_past.c - a table of tickets by their ids.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/csv_past.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_FIRST 1024

static void *allocated(void *p)
{
	CHECK(p != NULL);
	return p;
}

void csv_pasts_init(struct csv_pasts *p)
{
	*p = (struct csv_pasts){ NULL, 0, 0 };
}

void csv_pasts_fini(struct csv_pasts *p)
{
	for (size_t i = 0; i < p->size; i++) {
		if (p->table[i] == NULL)
			continue;
		free(p->table[i]->id);
		free(p->table[i]->values);
		free(p->table[i]);
	}
	free(p->table);
	csv_pasts_init(p);
}

/* FNV-1a */
static size_t hash(const char *id)
{
	uint64_t h = UINT64_C(0xCBF29CE484222325);

	for (const char *p = id; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001B3);
	return (size_t)(h ^ h >> 32);
}

static struct csv_past **slot(
    struct csv_past **table, size_t size, const char *id)
{
	size_t i = hash(id) & (size - 1);

	while (table[i] != NULL && strcmp(table[i]->id, id) != 0)
		i = (i + 1) & (size - 1);
	return &table[i];
}

static void grow(struct csv_pasts *p)
{
	size_t size = p->size > 0 ? p->size * 2 : SIZE_FIRST;
	struct csv_past **table = allocated(calloc(size, sizeof *table));

	for (size_t i = 0; i < p->size; i++) {
		if (p->table[i] != NULL)
			*slot(table, size, p->table[i]->id) = p->table[i];
	}
	free(p->table);
	p->table = table;
	p->size = size;
}

struct csv_past *csv_pasts_get(struct csv_pasts *p, const char *id)
{
	struct csv_past **at;

	if (p->count >= p->size / 2)
		grow(p);
	at = slot(p->table, p->size, id);
	if (*at == NULL) {
		*at = allocated(calloc(1, sizeof **at));
		(*at)->id = allocated(strdup(id));
		p->count++;
	}
	return *at;
}

void csv_past_keep(
    struct csv_past *past, const char *const *values, size_t count)
{
	size_t room = 1;
	char *at;

	for (size_t i = 0; i < count; i++)
		room += 2 + (values[i] != NULL ? strlen(values[i]) : 0);
	at = allocated(malloc(room));
	free(past->values);
	past->values = at;
	for (size_t i = 0; i < count; i++) {
		*at++ = values[i] != NULL ? '+' : '-';
		at = stpcpy(at, values[i] != NULL ? values[i] : "") + 1;
	}
}

void csv_past_values(
    const struct csv_past *past, const char **values, size_t count)
{
	const char *at = past->values;

	for (size_t i = 0; i < count; i++) {
		values[i] = *at == '+' ? at + 1 : NULL;
		at += strlen(at) + 1;
	}
}
