/* reader.h - questions to the past and the present, never waiting.
 *
 * A read-only connection that sees the last commit.  Each is used by one
 * thread at a time (the loop's worker pool hands them round).
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_READER_H
#define SLAWATCH_STORE_READER_H

#include "core/explain.h"
#include "core/journal.h"
#include "store/store.h"
#include "store/store_matrix.h"

struct reader;

enum store_result reader_open(
    const char *path, struct reader **out, struct errtext *err);
void reader_close(struct reader *r);

/* The aggregate, as store_load(). */
enum store_result reader_load(struct reader *r, struct arena *arena,
    const char *key, int64_t id, struct ticket *t, struct errtext *err);

/* A ticket with one notice, pending or not: what is needed to send it.  All
 * alerting notices of the ticket are loaded (for "who was told before"). */
enum store_result reader_notice(struct reader *r, struct arena *arena,
    int64_t notice_id, struct ticket *t, struct notice *n, struct errtext *err);

/* The ticket's post in that (base) channel; by id where id is not 0.
 * STORE_NONE if there is none. */
enum store_result reader_post(struct reader *r, struct arena *arena, int64_t id,
    int64_t ticket_id, const char *channel, struct post *out,
    struct errtext *err);

/* As store_set_address() left it, not older than max_age_ms; STORE_NONE. */
enum store_result reader_address(struct reader *r, struct arena *arena,
    const char *channel, const char *name, struct wall now, int64_t max_age_ms,
    const char **value, struct errtext *err);

/* The ticket to which that message belongs, by its channel and the message's
 * ref; STORE_NONE. */
enum store_result reader_ticket_of_ref(struct reader *r, const char *channel,
    const char *ref, int64_t *ticket_id, struct errtext *err);

/* A page of the outbox for people, by number. */
struct outbox_filter {
	const char *state;   /* "pending" (default), "dead", "all" */
	const char *channel; /* or NULL */
	const char *who;     /* or NULL */
	int64_t id;	     /* that one alone; or 0 */
	int64_t after;	     /* id of the page before; or 0 */
	int limit;	     /* 1..1000 */
};
struct outbox_line {
	struct notice notice;
	int64_t ticket_id;
	const char *ticket;	 /* key */
	const char *last_result; /* of its last attempt: "again"; or "" */
	int last_code;
	const char *last_detail; /* or "" */
	struct wall last_at;	 /* or WALL_NEVER */
};
enum store_result reader_outbox(struct reader *r, struct arena *arena,
    const struct outbox_filter *f, struct outbox_line **out, size_t *count,
    struct errtext *err);

/* The latest attempts to deliver that notice, at most so many, the first of
 * them first. */
enum store_result reader_deliveries(struct reader *r, struct arena *arena,
    int64_t notice_id, int limit, struct delivery_row **out, size_t *count,
    struct errtext *err);

enum ticket_order { ORDER_DUE, ORDER_KEY, ORDER_UPDATED };

/* Every filter that is set must hold; NULL is not set. */
struct ticket_filter {
	const char *status; /* a status, "unsolved" (default) or "all" */
	const char *severity;
	const char *team;
	const char *assignee;
	const char *customer; /* id */
	const char *text;     /* part of key or subject */
	bool breached;	      /* only those with a breached clock */
	enum ticket_order order;
	int limit;	   /* 1..1000 */
	const char *after; /* the `next` of the page before, or NULL */
};

/* Aggregates (without journal) of a page, in the arena.  *next is what to put
 * into `after` for the next page, or NULL at the end.  STORE_NONE: `status` or
 * `after` cannot be one, and *err says why. */
enum store_result reader_list(struct reader *r, struct arena *arena,
    const struct ticket_filter *f, struct ticket **out, size_t *count,
    const char **next, struct errtext *err);

/* A ticket's story, oldest first, rows with id > after, at most limit. */
enum store_result reader_timeline(struct reader *r, struct arena *arena,
    int64_t ticket_id, int64_t after, int limit, struct journal_row **out,
    size_t *count, struct errtext *err);

/* The aggregate as reader_load() by key, and with it every cycle, run and
 * notice, and the journal without its bodies; all of one moment. */
enum store_result reader_explain(struct reader *r, struct arena *arena,
    const char *key, struct ticket *t, struct explain_past *past,
    struct errtext *err);

/* The tickets that a new matrix is told to, by id, from the one behind `after`
 * on, at most so many; solved_too: solved ones among them. */
enum store_result reader_watched(struct reader *r, int64_t after,
    bool solved_too, int64_t *ids, size_t max, size_t *count,
    struct errtext *err);

/* The tickets that wait for something until then, or with a notice that does;
 * the first to come first.  In the arena: eight bytes each. */
enum store_result reader_waiting(struct reader *r, struct arena *arena,
    struct wall until, int64_t **ids, size_t *count, struct errtext *err);

/* As store_answer(). */
enum store_result reader_answer(struct reader *r, const struct fact_question *q,
    int64_t *out, struct errtext *err);

/* Matrices that were in force, newest first: those before that number, or 0. */
enum store_result reader_matrices(struct reader *r, struct arena *arena,
    int64_t before, int limit, struct matrix_line **out, size_t *count,
    struct errtext *err);

/* The latest one whose revision begins like that; STORE_NONE and why if there
 * is none, or several revisions do. */
enum store_result reader_matrix_number(struct reader *r, const char *revision,
    int64_t *number, struct errtext *err);

/* As store_load_matrix(). */
enum store_result reader_matrix(struct reader *r, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err);

/* The keys of the latest drills, the newest first. */
enum store_result reader_drills(struct reader *r, struct arena *arena,
    int limit, const char ***out, size_t *count, struct errtext *err);

struct totals {
	int64_t open_tickets; /* unsolved, not deleted */
	int64_t breached;     /* of these, with a breached clock */
	int64_t runs_walking;
	int64_t runs_acked;	/* and snoozed */
	int64_t runs_exhausted; /* live: health is red */
	int64_t notices_pending;
	int64_t notices_dead;
	struct wall oldest_pending; /* its free_at, or WALL_NEVER */
	int64_t database_bytes;
};
enum store_result reader_totals(
    struct reader *r, struct totals *out, struct errtext *err);

/* PRAGMA integrity_check, whole: STORE_OK or STORE_DAMAGED with the first
 * finding.  Seconds on a large file. */
enum store_result reader_check(struct reader *r, struct errtext *err);

#endif
