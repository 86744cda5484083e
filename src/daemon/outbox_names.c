/* outbox_names.c - texts to numbers.
 *
 * The hash map knows numbers only: a text is found by 62 bits of its hash, and
 * a rare stranger with the same hash stands at the next number.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/outbox_parts.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

/* A map's slots are dense, and nothing is ever dropped: they are the numbers.
 */
size_t name_number(struct name_table *t, const char *text, bool *is_new)
{
	int64_t key = (int64_t)(likeness_hash(text) >> 2);
	uint32_t slot;

	if (t->hashes.table == NULL)
		hashmap_init(&t->hashes);
	hashmap_reserve(&t->hashes, t->hashes.count + 1);
	while ((slot = hashmap_find(&t->hashes, key)) != HASHMAP_NONE) {
		*is_new = false;
		if (strcmp(t->texts[slot], text) == 0)
			return slot;
		key++;
	}
	*is_new = true;
	t->texts = realloc(t->texts, (t->count + 1) * sizeof *t->texts);
	CHECK(t->texts != NULL);
	t->texts[t->count] = strdup(text);
	CHECK(t->texts[t->count] != NULL);
	slot = hashmap_put(&t->hashes, key);
	CHECK(slot == t->count);
	return t->count++;
}

void name_table_fini(struct name_table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->texts[i]);
	free(t->texts);
	hashmap_fini(&t->hashes);
	t->texts = NULL;
	t->count = 0;
}
