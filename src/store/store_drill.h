/* store_drill.h - what the writer must know of drills before one begins.
 *
 * A part of store.h, in a header of its own.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_STORE_DRILL_H
#define SLAWATCH_STORE_STORE_DRILL_H

#include "store/store.h"

/* The key of a drill of that chain that runs; STORE_NONE. */
enum store_result store_running_drill(struct store *s, struct arena *arena,
    const char *chain, const char **key, struct errtext *err);

/* The highest number N of a key "DAYN" of a drill, 0: there is none. */
enum store_result store_last_drill(
    struct store *s, const char *day, int64_t *number, struct errtext *err);

#endif
