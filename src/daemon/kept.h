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
#include "daemon/matrix_ref.h"
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

/* Which matrices are to stand behind the one in force? */
struct kept_wish {
	int64_t first;	  /* row of the one before it; 0: none */
	const char *also; /* a revision besides those that tickets have; NULL */
	/* One cannot be had; or NULL: nobody wants to know. */
	void (*lost)(const char *revision, const char *why);
};

/* Another reference to the newest with the chain that the rows and the tickets
 * ask for: the matrices that live tickets have (where it applies to all, solved
 * ones too), and where it passes over tickets that were there, every one down
 * to the first that does not, those that nobody has as mere links.  What the
 * newest has behind it already is taken from there, the rest is loaded.  So
 * what a decision finds depends on the rows alone, and a replay finds the same.
 * Inside a transaction. */
enum store_result kept_chain(struct store *s, const struct matrix_ref *newest,
    const struct kept_wish *wish, struct matrix_ref **out, struct errtext *err);

/* The same for one that is stored: as tickets are now. */
enum store_result kept_trim(struct store *s, const struct matrix_ref *newest,
    struct matrix_ref **out, struct errtext *err);

/* And with that revision, if it can be had; *out NULL: it was looked for
 * before. */
enum store_result kept_find(struct store *s, const struct matrix_ref *newest,
    const char *revision, struct matrix_ref **out, struct errtext *err);

/* At start, inside the store's transaction: stores the matrix of app->matrix
 * (app->kept) and has it follow those that tickets still have.  False: the
 * store failed. */
bool kept_begin(struct app *app, struct errtext *err);

#endif
