/* history_rows.h - what was told to a daemon, in the order of being told?
 *
 * Every event with its body, what was said of people's presence in between, and
 * the breaches that the daemon itself recorded and never took back: all that a
 * simulation by another matrix needs of a database.
 *
 * A read-only connection with one read transaction from open to close, so that
 * it is one moment's past also while a daemon goes on writing.  Tickets with a
 * reserved key (remarks, drills) are not in it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_HISTORY_ROWS_H
#define SLAWATCH_STORE_HISTORY_ROWS_H

#include "core/duty.h"
#include "store/store.h"

#define HISTORY_SCHEMA_LEAST 3 /* older ones lack what was said of duty */

struct history_rows;

/* Refused with what to do: a file that is not there, may not be read, is not
 * ours, or is of a newer or a very old schema. */
enum store_result history_rows_open(
    const char *path, struct history_rows **out, struct errtext *err);
void history_rows_close(struct history_rows *h); /* NULL is none */

/* How far it reaches. */
struct history_reach {
	int64_t rows;		/* number of the last row */
	struct wall last_event; /* recorded then; WALL_NEVER: there is none */
	struct wall last; /* that the daemon is known to have lived; likewise */
};

enum store_result history_rows_reach(
    struct history_rows *h, struct history_reach *out, struct errtext *err);

/* A matrix that was in force from then on. */
struct history_matrix {
	const char *revision;
	struct wall since;
};

/* Those that were in force at any time of [from, until], in order, none behind
 * itself; in the arena. */
enum store_result history_rows_matrices(struct history_rows *h,
    struct arena *arena, struct wall from, struct wall until,
    struct history_matrix **out, size_t *count, struct errtext *err);

enum history_kind { HISTORY_EVENT, HISTORY_DUTY, HISTORY_BREACH };

struct history_row {
	enum history_kind kind;
	int64_t number; /* of the row, up to history_reach.rows */
	struct wall recorded;
	const char *ticket;   /* EVENT, BREACH: its key */
	const char *event_id; /* EVENT */
	const char *body;     /* EVENT: JSON; NULL: not kept */
	bool is_behind; /* EVENT: what was due at that very instant had come
			   about before it */
	struct wall at; /* BREACH: of the clock */
	const struct duty_change *change; /* DUTY; of a feed this copy */
};

/* All of them in the order of being recorded, texts valid during the call.
 * Returning false ends it. */
enum store_result history_rows_each(struct history_rows *h,
    bool (*each)(void *user, const struct history_row *row), void *user,
    struct errtext *err);

#endif
