/* schema.h - which tables are there, and since which version?
 *
 * The file says what it is: application_id marks it as ours, user_version
 * counts the migrations it has been through.  A migration is a text of SQL in
 * schema.c, run in a transaction of its own together with the new number; it
 * is never changed once released, the next one follows it.
 *
 * The tables:
 *	ticket       one wide row; `over` and the counts of what is live are
 *	             there so that loading can skip what is not
 *	deadline     live tickets only, narrow: what a restart scans
 *	clock        every cycle, `current` is the latest of its kind
 *	chain_run    every run, `live` ones are loaded
 *	outbox       every notice, numbers are never used again
 *	delivery     one row an attempt; append-only
 *	journal      every event and consequence; append-only, by triggers
 *	matrix_revision, matrix_file
 *		     every matrix that decided, from when on and by whom it was
 *		     brought, without secrets; append-only
 *	duty_change  who was away and who was on call instead, as it was said,
 *		     and every copy of an on-call feed; append-only
 *	meta         small facts by name
 *
 * Enums are kept as their words, so that a later program may reorder them and
 * a person with the sqlite3 shell can read them.  Instants are milliseconds;
 * NULL is never, but in deadline.due, where never must sort last.
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_SCHEMA_H
#define SLAWATCH_STORE_SCHEMA_H

#include "store/connection.h"

#define SCHEMA_APPLICATION_ID 0x534c4177 /* "SLAw" */
#define SCHEMA_VERSION	      5

/* Is that file ours and not newer?  STORE_FOREIGN, STORE_NEWER or STORE_OK
 * with its version, 0 for an empty file.  Changes nothing. */
enum store_result schema_examine(
    struct connection *c, int *version, struct errtext *err);

/* From that version to SCHEMA_VERSION. */
enum store_result schema_migrate(
    struct connection *c, int version, struct errtext *err);

#endif
