/* names.h - a table of names for an enum, looked up both ways.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_NAMES_H
#define SLAWATCH_CORE_NAMES_H

#include <stddef.h>

/* Index of the name among n, or -1; a NULL name is -1. */
int names_find(const char *const *names, size_t n, const char *name);

#endif
