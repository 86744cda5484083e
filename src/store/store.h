/* store.h - what does the disk know?
 *
 * SQLite behind a narrow door: nothing outside this folder may know which
 * engine runs.  One writer (the commit thread), any number of readers.
 *
 * WAL, synchronous=FULL: what commit() has acknowledged survives the loss of
 * power.  Every failure of the engine is a code with a text; after a failed
 * call inside a transaction the caller must roll back.
 *
 * Opening refuses, with what to do: a file that is damaged, is newer than the
 * program, is not ours, or is in use by another daemon (an exclusive lock on
 * FILE.lock, held until close).
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_STORE_H
#define SLAWATCH_STORE_STORE_H

#include "base/arena.h"
#include "base/errtext.h"
#include "base/instant.h"
#include "core/decide.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum store_result {
	STORE_OK,
	STORE_NONE,    /* asked for something that is not there */
	STORE_BUSY,    /* in use by another daemon (open only) */
	STORE_DAMAGED, /* not what was written (open, deadline scan, check) */
	STORE_NEWER,   /* written by a newer program (open only) */
	STORE_FOREIGN, /* not one of our files (open only) */
	STORE_FULL,    /* no space left: nothing was changed */
	STORE_FAILED,  /* any other failure of the engine */
};

struct store; /* the writer; one thread */

/* The ticket on which words to the matrix's owner are kept: in no list. */
#define REMARK_TICKET "slawatch:matrix"

/* Creates, migrates, checks.  Files of up to 64 MiB are checked whole; of a
 * larger one the schema, and the deadlines when they are scanned: the caller
 * is then to run reader_check() in the background. */
enum store_result store_open(
    const char *path, struct store **out, struct errtext *err);
void store_close(struct store *s);

enum store_result store_begin(struct store *s, struct errtext *err);
enum store_result store_commit(struct store *s, struct errtext *err);
/* Never fails: what is left of the transaction is gone. */
void store_rollback(struct store *s);

/* Was an event with that id committed, or seen earlier in this transaction? */
enum store_result store_event_seen(
    struct store *s, const char *event_id, bool *seen, struct errtext *err);

/* The aggregate of ticket.h into the arena: by key, or by row id where key is
 * NULL.  STORE_NONE: *t is ticket_init()ed. */
enum store_result store_load(struct store *s, struct arena *arena,
    const char *key, int64_t id, struct ticket *t, struct errtext *err);

/* Adds to a loaded ticket one of its notices that is over (withdrawn while it
 * was on its way, say) and so was not loaded; nothing if it is there already.
 * STORE_NONE if the ticket has no such notice. */
enum store_result store_load_notice(
    struct store *s, struct ticket *t, int64_t notice_id, struct errtext *err);

#define MATRIX_PREVIOUS_ANY (-1) /* as the row has it, or none */

/* A matrix that decided, as a replay needs it. */
struct matrix_file {
	const char *name;  /* as the matrix names it */
	const char *bytes; /* not NUL-terminated */
	size_t len;
};

struct matrix_row {
	int64_t number;	      /* row; 0 until stored */
	const char *revision; /* 16 hex digits */
	struct wall since;    /* in force from then on */
	int64_t previous;     /* row of the one from which it took tickets
				 over; 0: of none that is known */
	const char *program;  /* version that decided by it */
	const char *by;	      /* who brought it: "mara"; "" if nobody knows */
	const char *how;      /* "start", "signal", "reload", "forced"; or "" */
	const char *why;      /* what they said about it; or "" */
	const char *applies;  /* which tickets it took over: "open" */
	const char *name;     /* of the file, for messages */
	const char *text;     /* YAML without secrets */
	struct matrix_file *files;
	size_t nfiles;
};

/* The latest one if it is the same in all but since, by, how and why, else a
 * new row; either way row->number and row->since are that row's. */
enum store_result store_add_matrix(
    struct store *s, struct matrix_row *row, struct errtext *err);

/* The row of that number, 0: the newest; STORE_NONE if there is none. */
enum store_result store_load_matrix(struct store *s, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err);

/* What is saved from here on was decided by the matrix of that row, 0: by one
 * that is not kept, and knowing what was said of people's presence up to that
 * number.  No part of any transaction. */
void store_decide_by(struct store *s, int64_t matrix, int64_t duty);

/* Writes all that is dirty, the journal rows and the event's id.  A decision
 * without changes leaves a row of its own, so that a replay knows of it.
 * Assigns ids to a new ticket and new notices and takes the dirty marks off:
 * after a rollback the value is void and must be loaded again.  given: what the
 * decision asked, as facts_log has it; recorded: now. */
enum store_result store_save(struct store *s, struct ticket *t,
    const struct event *ev, const struct decision *d, const char *given,
    struct wall recorded, struct errtext *err);

/* What facts.h asks of other tickets, as this transaction sees them. */
enum store_result store_answer(struct store *s, const struct fact_question *q,
    int64_t *out, struct errtext *err);

/* What was said of people's presence, in the order of its numbers, which the
 * caller gives: one more, and all of it at a start.  Of a feed only the last
 * copy has its bytes; texts and bytes are there during the call.  Returning
 * false ends it. */
enum store_result store_add_duty(
    struct store *s, const struct duty_change *change, struct errtext *err);
enum store_result store_each_duty(struct store *s,
    bool (*each)(void *user, const struct duty_change *change), void *user,
    struct errtext *err);

/* The first post of a ticket's thread in a room.  shown: the face (ticket_face)
 * that it shows; wanted: that it is to show. */
struct post {
	int64_t id;
	int64_t ticket_id;
	const char *channel; /* name of the base channel */
	const char *room;    /* as the other side calls it: "C0SUPPORT" */
	const char *ref;     /* of the message: "1767603960.000100" */
	uint64_t shown;
	uint64_t wanted;
};

/* One more, unless the ticket has one in that channel; *id 0 then. */
enum store_result store_add_post(
    struct store *s, const struct post *p, int64_t *id, struct errtext *err);

/* The ticket looks like that now: its posts want to show it.  stale() is called
 * for each that does not.  Cheap for a ticket without posts. */
enum store_result store_want_face(struct store *s, const struct ticket *t,
    uint64_t face, void (*stale)(void *user, const struct post *p), void *user,
    struct errtext *err);

/* It was edited, or (shown 0) never can be: it is forgotten, and the next
 * notice begins another thread.  stale(): the ticket changed in between. */
enum store_result store_post_shown(struct store *s, int64_t id, uint64_t shown,
    void (*stale)(void *user, const struct post *p), void *user,
    struct errtext *err);

/* Those that do not show what they are to show.  Returning false ends it. */
enum store_result store_scan_posts(struct store *s,
    bool (*each)(void *user, const struct post *p), void *user,
    struct errtext *err);

/* What was asked of a channel's other side and holds for long: "user
 * dana@example.com" is "U01DANA".  An empty value forgets. */
enum store_result store_set_address(struct store *s, const char *channel,
    const char *name, const char *value, struct wall now, struct errtext *err);

/* One row of `delivery` per attempt. */
struct delivery_row {
	int64_t notice_id;
	int number; /* 1.. */
	struct wall started;
	int64_t took_ms;
	const char *result; /* "ok", "again", "never" */
	int code;	    /* HTTP or SMTP status, 0 if none came */
	const char *detail; /* never holds a secret */
};
enum store_result store_add_delivery(
    struct store *s, const struct delivery_row *row, struct errtext *err);

/* Small facts by name: "alive" (last instant the daemon is known to have
 * lived), "matrix" (revision), "instance" (random, for idempotency keys). */
enum store_result store_meta_get(struct store *s, struct arena *arena,
    const char *name, const char **value, struct errtext *err);
enum store_result store_meta_set(
    struct store *s, const char *name, const char *value, struct errtext *err);
enum store_result store_set_alive(
    struct store *s, struct wall now, struct errtext *err);
enum store_result store_get_alive(
    struct store *s, struct wall *alive, struct errtext *err);

/* The one ordered scan of a restart: every live ticket, by row id; `due` is
 * WALL_NEVER for one that waits for nothing.  Returning false ends it.
 * STORE_DAMAGED if the table cannot be read to its end. */
enum store_result store_scan_deadlines(struct store *s,
    bool (*each)(void *user, int64_t ticket_id, struct wall due), void *user,
    struct errtext *err);

/* What the notifier keeps in memory of a pending notice. */
struct outbox_entry {
	int64_t notice_id;
	int64_t ticket_id;
	enum notice_reason reason;
	struct wall free_at;
	int attempts;
	const char *channel; /* texts: valid during the call */
	const char *who;
	bool has_spare;
	const char *category; /* of its ticket; or "" */
	const char *customer; /* its id; or "" */
	bool is_drill;	      /* its ticket is one */
};
/* Pending rows by (free_at, id). */
enum store_result store_scan_outbox(struct store *s,
    bool (*each)(void *user, const struct outbox_entry *e), void *user,
    struct errtext *err);

/* Marks the rows that were free to go at `alive` as possible repeats, and
 * journals each; before the first send of a restart.  Clean shutdowns need
 * none.  Counts them.  recorded: now. */
enum store_result store_mark_repeats(struct store *s, struct wall alive,
    struct wall recorded, int64_t *count, struct errtext *err);

/* Gives WAL space back when idle. */
void store_idle(struct store *s);

#endif
