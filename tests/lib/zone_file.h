/* zone_file.h - TZif files for tests: the system's, and some of our own.
 *
 * Bytes lie in memory of exactly their size, so that the sanitizers see a
 * read past the end.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_ZONE_FILE_H
#define SLAWATCH_TESTS_ZONE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct zone_file {
	unsigned char *bytes;
	size_t len;
};

struct zone_file_change {
	int64_t at;	    /* seconds since the epoch */
	int32_t offset;	    /* from then on */
	const char *abbrev; /* three letters */
};

static inline void zone_file_free(struct zone_file *f)
{
	free(f->bytes);
}

static inline void zone_file_cut(struct zone_file *f, size_t len)
{
	unsigned char *less = malloc(len == 0 ? 1 : len);

	memcpy(less, f->bytes, len);
	free(f->bytes);
	f->bytes = less;
	f->len = len;
}

/* From the system's database ($TZDIR); false if it has no such zone. */
static inline bool zone_file_read(const char *name, struct zone_file *f)
{
	const char *dir = getenv("TZDIR");
	char path[512];
	FILE *in;

	snprintf(path, sizeof path, "%s/%s",
	    dir != NULL ? dir : "/usr/share/zoneinfo", name);
	in = fopen(path, "rb");
	if (in == NULL)
		return false;
	f->bytes = malloc(65536);
	f->len = fread(f->bytes, 1, 65536, in);
	fclose(in);
	zone_file_cut(f, f->len);
	return true;
}

static inline void zone_file_put(struct zone_file *f, int64_t n, int width)
{
	while (width-- > 0)
		f->bytes[f->len++] =
		    (unsigned char)((uint64_t)n >> (8 * width));
}

static inline void zone_file_header(
    struct zone_file *f, char version, size_t count, size_t types)
{
	memcpy(f->bytes + f->len, "TZif", 4);
	f->len += 4;
	zone_file_put(f, version, 1);
	for (int i = 0; i < 15 + 3 * 4; i++)
		zone_file_put(f, 0, 1);
	zone_file_put(f, (int64_t)count, 4);
	zone_file_put(f, (int64_t)types, 4);
	zone_file_put(f, (int64_t)types * 4, 4);
}

/* Type 0 is "LMT" at UTC, type i+1 is what change i leads to. */
static inline void zone_file_block(struct zone_file *f, int width,
    const struct zone_file_change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		zone_file_put(f, changes[i].at, width);
	for (size_t i = 0; i < count; i++)
		zone_file_put(f, (int64_t)i + 1, 1);
	for (size_t i = 0; i <= count; i++) {
		zone_file_put(f, i == 0 ? 0 : changes[i - 1].offset, 4);
		zone_file_put(f, 0, 1);
		zone_file_put(f, (int64_t)i * 4, 1);
	}
	for (size_t i = 0; i <= count; i++) {
		memcpy(f->bytes + f->len,
		    i == 0 ? "LMT" : changes[i - 1].abbrev, 4);
		f->len += 4;
	}
}

/* A slim file: the first block of a later version is empty but for the type
 * and the byte that the format demands. */
static inline void zone_file_make(struct zone_file *f, char version,
    const struct zone_file_change *changes, size_t count, const char *footer)
{
	f->bytes = calloc(1, 8192);
	f->len = 0;
	if (version != '\0') {
		zone_file_header(f, version, 0, 1);
		zone_file_block(f, 4, NULL, 0);
	}
	zone_file_header(f, version, count, count + 1);
	zone_file_block(f, version == '\0' ? 4 : 8, changes, count);
	if (version != '\0') {
		zone_file_put(f, '\n', 1);
		memcpy(f->bytes + f->len, footer, strlen(footer));
		f->len += strlen(footer);
		zone_file_put(f, '\n', 1);
	}
	zone_file_cut(f, f->len);
}

#endif
