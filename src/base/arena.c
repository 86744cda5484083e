/* arena.c - blocks in a list, the newest in front, bump allocation inside.
 *
 * SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include "base/check.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK 4096 /* bytes of an ordinary block, its head included */
#define ARENA_LIMIT (SIZE_MAX / 4) /* a larger request is a bug */

struct arena_block {
	struct arena_block *older; /* NULL in the first one; owned */
	size_t used;		   /* bytes of data handed out */
	size_t size;		   /* bytes of data */
	alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *arena)
{
	*arena = ARENA_INIT;
}

/* Frees blocks, newest first, down to but not including `keep`. */
static void arena_free_above(struct arena *arena, struct arena_block *keep)
{
	while (arena->head != keep) {
		struct arena_block *older = arena->head->older;

		free(arena->head);
		arena->head = older;
	}
}

void arena_fini(struct arena *arena)
{
	arena_free_above(arena, NULL);
}

void arena_reset(struct arena *arena)
{
	struct arena_block *first = arena->head;

	if (first == NULL)
		return;
	while (first->older != NULL)
		first = first->older;
	arena_free_above(arena, first);
	first->used = 0;
}

size_t arena_bytes(const struct arena *arena)
{
	size_t bytes = 0;

	for (const struct arena_block *b = arena->head; b != NULL; b = b->older)
		bytes += sizeof *b + b->size;
	return bytes;
}

/* Blocks double up to 256 kB, so that a large value costs few of them and a
 * small decision no more than one. */
static void arena_grow(struct arena *arena, size_t need)
{
	struct arena_block *old = arena->head;
	struct arena_block *block;
	size_t size = ARENA_BLOCK - sizeof *block;

	if (old != NULL && old->size < 128 * 1024)
		size = old->size * 2;
	else if (old != NULL)
		size = 256 * 1024;
	if (size < need)
		size = need;
	block = malloc(sizeof *block + size);
	CHECK(block != NULL);
	block->older = old;
	block->used = 0;
	block->size = size;
	arena->head = block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *block = arena->head;
	void *p;

	CHECK(size < ARENA_LIMIT);
	/* Zero bytes take a place too: the address is nobody else's. */
	size = size == 0 ? align : (size + align - 1) / align * align;
	if (block == NULL || block->size - block->used < size) {
		arena_grow(arena, size);
		block = arena->head;
	}
	p = block->data + block->used;
	block->used += size;
	return memset(p, 0, size);
}

char *arena_strndup(struct arena *arena, const char *s, size_t len)
{
	char *copy;

	if (s == NULL)
		return NULL;
	copy = arena_alloc(arena, len + 1);
	memcpy(copy, s, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *s)
{
	return s == NULL ? NULL : arena_strndup(arena, s, strlen(s));
}

/* `items` is the address of a T *; it is read and written as bytes, because a
 * T ** may not be used as a void **. */
void *arena_push(
    struct arena *arena, void *items, size_t *count, size_t *cap, size_t size)
{
	unsigned char *array;

	memcpy(&array, items, sizeof array);
	CHECK(*count <= *cap);
	if (*count == *cap) {
		size_t more = *cap == 0 ? 4 : *cap * 2;
		unsigned char *bigger;

		CHECK(size > 0 && more < ARENA_LIMIT / size);
		bigger = arena_alloc(arena, more * size);
		if (*count > 0)
			memcpy(bigger, array, *count * size);
		array = bigger;
		memcpy(items, &array, sizeof array);
		*cap = more;
	}
	return memset(array + (*count)++ * size, 0, size);
}
