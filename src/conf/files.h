/* files.h - a small file, whole.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_FILES_H
#define SLAWATCH_CONF_FILES_H

#include "base/arena.h"
#include "base/errtext.h"

#include <stdbool.h>
#include <stddef.h>

/* Its bytes with a NUL behind, in the arena; NULL and the reason if it cannot
 * be read, is no regular file or pipe, or is larger than max. */
char *file_read(const char *path, size_t max, struct arena *arena, size_t *len,
    struct errtext *err);

/* May anybody on this machine read it? */
bool file_is_public(const char *path);

#endif
