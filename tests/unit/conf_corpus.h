/* conf_corpus.h - what the tests of conf/ share: files, and equality.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_CONF_CORPUS_H
#define SLAWATCH_TESTS_CONF_CORPUS_H

#include "conf/load.h"

#include <stdbool.h>
#include <stddef.h>

/* $SLAWATCH_SRCDIR, or SRCDIR of the build, or "."; with the rest behind. */
void srcdir_path(char *out, size_t size, const char *rest);

/* The file's bytes, to be freed; NULL if it cannot be read. */
char *slurp(const char *path, size_t *len);

/* Calls for each NAME.yaml of tests/conf/FOLDER in order, from inside the
 * folder; returns how many. */
typedef void corpus_fn(const char *folder, const char *name);
size_t corpus_each(const char *folder, corpus_fn *each);

/* The name of the first value in which they differ, or NULL. */
const char *conf_difference(const struct conf *a, const struct conf *b);

#endif
