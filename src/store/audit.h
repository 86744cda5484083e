/* audit.h - the whole past of a database, as one moment shows it.
 *
 * A read-only connection with one read transaction from open to close, so that
 * tickets, journal and notices belong together also while a daemon goes on
 * writing.  For whoever wants to know whether they do (slawatchctl verify);
 * everybody else asks a reader.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_STORE_AUDIT_H
#define SLAWATCH_STORE_AUDIT_H

#include "core/journal.h"
#include "store/store.h"

struct audit;

enum store_result audit_open(
    const char *path, struct audit **out, struct errtext *err);
void audit_close(struct audit *a);

/* The ticket with the next higher row id; STORE_NONE behind the last. */
enum store_result audit_next(
    struct audit *a, int64_t after, int64_t *id, struct errtext *err);

/* How a ticket is found, beside what it is made of. */
struct audit_marks {
	bool over;
	bool watched; /* has a deadline, which may be never */
	int64_t live_runs;
	int64_t open_notices;
};

/* The ticket with every cycle, run and notice that it ever had, runs by number,
 * notices by row. */
enum store_result audit_ticket(struct audit *a, struct arena *arena, int64_t id,
    struct ticket *t, struct audit_marks *marks, struct errtext *err);

/* The marks that this ticket is to have. */
struct audit_marks audit_marks_of(const struct ticket *t);

/* Its story, oldest first, rows with id > after, at most limit. */
enum store_result audit_journal(struct audit *a, struct arena *arena,
    int64_t ticket_id, int64_t after, int limit, struct journal_row **out,
    size_t *count, struct errtext *err);

enum store_result audit_matrix(struct audit *a, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err);

/* What was said of people's presence from one number to another; as
 * store_each_duty(). */
enum store_result audit_each_duty(struct audit *a, int64_t after, int64_t upto,
    bool (*each)(void *user, const struct duty_change *change), void *user,
    struct errtext *err);

/* Rows of that table (by number, from 0) which belong to no ticket; STORE_NONE
 * behind the last table. */
enum store_result audit_strays(struct audit *a, int number, const char **table,
    int64_t *count, struct errtext *err);

#endif
