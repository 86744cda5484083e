/* kept.h - a matrix as the database keeps it, and back.
 *
 * Every matrix that decides is kept with the files it names, without secrets,
 * so that what it decided can be decided again.  One that cannot be kept (a
 * secret is written in a way in which it cannot be found and taken out) is kept
 * as its name only, and what it decides cannot be verified: the log says so.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_KEPT_H
#define SLAWATCH_DAEMON_KEPT_H

#include "conf/load.h"
#include "store/store.h"

#include <stdbool.h>

struct app;

/* The row for the store, in the arena, without `since`; the matrix of the conf
 * was not taken.  Any thread. */
struct matrix_row *kept_make(
    struct arena *arena, const struct conf *c, const char *path);

/* Says so if it could not be kept.  Loop thread. */
void kept_say(const struct matrix_row *row);

/* A row's matrix, or NULL and why. */
struct matrix *kept_load(const struct matrix_row *row, struct errtext *err);

/* At start, inside the store's transaction: stores the matrix of app->matrix
 * (app->kept) and, where tickets may not have been told of it, lets it follow
 * the one they know.  False: the store failed. */
bool kept_begin(struct app *app, struct errtext *err);

#endif
