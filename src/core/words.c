/* words.c - see words.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/words.h"

#include "base/check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_AT_FIRST 1024

static size_t hash(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return (size_t)(h ^ (h >> 29));
}

/* Where it stands, or would. */
static struct word *slot(const struct words *w, const char *text, size_t key)
{
	size_t i = key & (w->size - 1);

	while (w->at[i].text != NULL &&
	       (w->at[i].hash != key || strcmp(w->at[i].text, text) != 0))
		i = (i + 1) & (w->size - 1);
	return &w->at[i];
}

static void resize(struct words *w, size_t size)
{
	struct words old = *w;

	w->size = size;
	w->at = calloc(size, sizeof *w->at);
	CHECK(w->at != NULL);
	for (size_t i = 0; i < old.size; i++)
		if (old.at[i].text != NULL)
			*slot(w, old.at[i].text, old.at[i].hash) = old.at[i];
	free(old.at);
}

void words_init(struct words *w)
{
	*w = (struct words){ .at = NULL };
	resize(w, SIZE_AT_FIRST);
}

void words_fini(struct words *w)
{
	free(w->at);
}

bool words_find(const struct words *w, const char *text, size_t *value)
{
	const struct word *found = slot(w, text, hash(text));

	if (found->text == NULL)
		return false;
	*value = found->value;
	return true;
}

void words_add(struct words *w, const char *text, size_t value)
{
	size_t key = hash(text);
	struct word *empty;

	if (2 * (w->count + 1) > w->size)
		resize(w, 2 * w->size);
	empty = slot(w, text, key);
	CHECK(empty->text == NULL);
	*empty = (struct word){ text, key, value };
	w->count++;
}

/* Each word after the gap that would not be found any more fills it. */
void words_drop(struct words *w, const char *text)
{
	size_t mask = w->size - 1;
	struct word *found = slot(w, text, hash(text));
	size_t gap = (size_t)(found - w->at);

	if (found->text == NULL)
		return;
	for (size_t i = (gap + 1) & mask; w->at[i].text != NULL;
	     i = (i + 1) & mask) {
		size_t from = w->at[i].hash & mask;

		if (((i - from) & mask) < ((i - gap) & mask))
			continue;
		w->at[gap] = w->at[i];
		gap = i;
	}
	w->at[gap] = (struct word){ .text = NULL };
	w->count--;
}
