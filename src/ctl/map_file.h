/* map_file.h - what do the columns of that export mean? Asked of a YAML file.
 *
 * The shape is documented in wire/csv_event.h and slawatchctl(1).  Every
 * mistake of the file is reported in one run, as conf/ does for a matrix.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_MAP_FILE_H
#define SLAWATCH_CTL_MAP_FILE_H

#include "base/arena.h"
#include "base/textbuf.h"
#include "core/matrix.h"
#include "wire/csv_event.h"

#include <stdbool.h>

struct map_file {
	struct csv_map map; /* its texts live in the arena */
	struct arena arena;
	struct matrix *zones; /* owns the map's zone; nothing else is in it */
};

/* False: *messages says why, and nothing is to be freed. */
bool map_file_load(
    const char *path, struct map_file *out, struct textbuf *messages);
void map_file_free(struct map_file *f);

#endif
