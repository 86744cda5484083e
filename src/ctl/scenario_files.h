/* scenario_files.h - which files are meant by what stands on the command line?
 *
 * A file is meant as it is.  Of a folder every *.yaml in it and below that has
 * `scenario:` at its top, by name; hidden ones and links to folders are passed
 * over.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SCENARIO_FILES_H
#define SLAWATCH_CTL_SCENARIO_FILES_H

#include "base/arena.h"

#include <stddef.h>

struct scenario_files {
	struct arena arena;
	const char **paths; /* in the arena */
	size_t count;
	size_t cap;
};

/* Other than EXIT_OK: it was said why.  Give it to fini all the same. */
int scenario_files_find(struct scenario_files *f, char *const *args, int nargs);
void scenario_files_fini(struct scenario_files *f);

#endif
