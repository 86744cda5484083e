/* connection.h - how does this folder talk to SQLite?
 *
 * One connection with the statements it has prepared, and the running of one
 * of them (struct call): arguments are given in order, rows are read in order,
 * and the first failure sticks, so that a caller looks once, at the end:
 *
 *	call_begin(&k, c, &find_ticket);
 *	call_text(&k, key);
 *	if (call_row(&k))
 *		id = row_int(&k);
 *	return call_end(&k, err);
 *
 * Statements are prepared when first asked for and kept.  Texts are bound
 * without a copy: they must live until call_end().  Every call is ended before
 * the transaction is, because an open statement would keep a failed one alive.
 *
 * Private to store/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_CONNECTION_H
#define SLAWATCH_STORE_CONNECTION_H

#include "base/arena.h"
#include "base/errtext.h"
#include "base/instant.h"
#include "store/store.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Tickets of drills (core/drill.h), in a statement about `key`: they are in no
 * list and in no count. */
#define NO_DRILL(key) key " NOT GLOB 'drill:*'"

/* A place among the kept statements, one a query. */
enum query_slot {
	QUERY_BEGIN,
	QUERY_BEGIN_READ,
	QUERY_COMMIT,
	QUERY_META_GET,
	QUERY_META_SET,
	QUERY_TICKET_BY_KEY,
	QUERY_TICKET_BY_ID,
	QUERY_TICKET_NEXT,
	QUERY_TICKET_INSERT,
	QUERY_TICKET_UPDATE,
	QUERY_TICKET_FIND,
	QUERY_TICKET_COUNTS,
	QUERY_DEADLINE_PUT,
	QUERY_DEADLINE_DROP,
	QUERY_CLOCKS_LOAD,
	QUERY_CLOCK_SAVE,
	QUERY_RUNS_LOAD,
	QUERY_RUN_SAVE,
	QUERY_NOTICES_LOAD,
	QUERY_NOTICES_ALL,
	QUERY_NOTICE_BY_ID,
	QUERY_NOTICE_INSERT,
	QUERY_NOTICE_UPDATE,
	QUERY_DELIVERY_INSERT,
	QUERY_OUTBOX_SCAN,
	QUERY_MARK_REPEATS,
	QUERY_JOURNAL_REPEATS,
	QUERY_JOURNAL_INSERT,
	QUERY_JOURNAL_LOAD,
	QUERY_EVENT_SEEN,
	QUERY_CUSTOMER_TICKETS,
	QUERY_SIMILAR_TICKETS,
	QUERY_OPEN_TICKETS,
	QUERY_PICKED_AT,
	QUERY_POST_INSERT,
	QUERY_POSTS_OF_TICKET,
	QUERY_POST_WANT,
	QUERY_POST_SHOW,
	QUERY_POST_BY_ID,
	QUERY_POST_BY_CHANNEL,
	QUERY_ADDRESS_GET,
	QUERY_SCRATCH_NUMBER,
	QUERY_SCRATCH_NAME,
	QUERY_SCRATCH_FIRST,
	QUERY_SCRATCH_FORGET,
	QUERY_SCRATCH_PUT,
	QUERY_SCRATCH_TAKE,
	QUERY_SCRATCH_DROP,
	QUERY_SCRATCH_LOG,
	QUERY_KEPT,		/* how many are kept */
	QUERY_ONCE = QUERY_KEPT /* prepared for one call only */
};

struct query {
	enum query_slot slot;
	const char *sql;
};

struct connection {
	sqlite3 *db;
	char *path; /* owned */
	sqlite3_stmt *kept[QUERY_KEPT];
};

/* Refuses what SQLite would say "I/O error" to or wait for: a directory, a
 * pipe. That there is no such file is not its matter. */
enum store_result connection_look(const char *path, struct errtext *err);

/* Opens and sets what every connection of ours has: extended result codes,
 * DEFENSIVE, no double-quoted strings, no trusted schema, no mmap.  On failure
 * there is nothing to close. */
enum store_result connection_open(
    struct connection *c, const char *path, int flags, struct errtext *err);
/* The same, to read only; waits for a writer that recovers or empties the WAL,
 * and for no other.  Looks first. */
enum store_result connection_open_reading(
    struct connection *c, const char *path, int cache_kib, struct errtext *err);
void connection_close(struct connection *c);

/* Begins a transaction by that statement.  One that could not be rolled back
 * when it failed (even that takes memory) is rolled back first. */
enum store_result connection_begin(
    struct connection *c, const struct query *q, struct errtext *err);

/* Does nothing where SQLite has rolled back by itself. */
void connection_rollback(struct connection *c);

/* Statements without arguments or rows. */
enum store_result connection_exec(
    struct connection *c, const char *sql, struct errtext *err);

/* What an SQLite result means to our callers, with a text that names the file
 * and what to do. */
enum store_result connection_failure(
    struct connection *c, int rc, struct errtext *err);

struct call {
	struct connection *c;
	sqlite3_stmt *stmt;  /* NULL if preparing failed */
	bool once;	     /* not one of the kept ones */
	int arg;	     /* arguments given so far */
	int column;	     /* columns of this row read so far */
	int rc;		     /* first failure, or SQLITE_OK */
	const char *unknown; /* column whose value nobody knows, or NULL */
};

void call_begin(struct call *k, struct connection *c, const struct query *q);

void call_int(struct call *k, int64_t value);
void call_bool(struct call *k, bool value);
void call_wall(struct call *k, struct wall value); /* never is NULL */
void call_text(struct call *k, const char *value); /* NULL is '' */
void call_text_or_null(struct call *k, const char *value);
void call_bytes(struct call *k, const char *bytes, size_t len);
/* NULL is NULL. */
void call_bytes_or_null(struct call *k, const char *bytes, size_t len);

/* Is there another row? */
bool call_row(struct call *k);

int64_t row_int(struct call *k);
int row_small(struct call *k);
bool row_bool(struct call *k);
struct wall row_wall(struct call *k); /* NULL is never */
/* A copy in the arena; NULL stays NULL. */
const char *row_text(struct call *k, struct arena *arena);
/* Valid until the next row; NULL is "". */
const char *row_word(struct call *k);
/* A copy in the arena, with a NUL behind; NULL is "". */
const char *row_bytes(struct call *k, struct arena *arena, size_t *len);
bool row_is_null(const struct call *k); /* the next column */
/* The row says what no version of the program has written. */
void row_unknown(struct call *k, const char *column);

/* Ends it whatever happened: the first failure, else STORE_OK. */
enum store_result call_end(struct call *k, struct errtext *err);

/* Steps to the end and ends it. */
enum store_result call_run(struct call *k, struct errtext *err);

/* For statements without arguments. */
enum store_result connection_run(
    struct connection *c, const struct query *q, struct errtext *err);

/* The one number that a PRAGMA or a count gives. */
enum store_result connection_number(
    struct connection *c, const char *sql, int64_t *out, struct errtext *err);

#endif
