/* question.h - a request that is answered with what the database holds.
 *
 * It is asked on a worker and answered on the loop.  A route's own question
 * begins with this one as its first member, `base`, and adds what it looks for;
 * both are one allocation.
 *
 * Two ways, as the answer needs it: the worker writes the body, or it brings
 * rows and the loop writes what only the loop knows.  On the worker only the
 * question itself is looked at, never the app behind it.
 *
 * Each question ends once, by one of the functions that say so.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_QUESTION_H
#define SLAWATCH_DAEMON_QUESTION_H

#include "base/arena.h"
#include "base/errtext.h"
#include "base/instant.h"
#include "base/textbuf.h"
#include "daemon/matrix_ref.h"
#include "net/http_listener.h"
#include "store/reader.h"

#include <stdbool.h>
#include <stddef.h>

struct app;
struct duty_ref;

struct question {
	struct app *app; /* loop only */
	struct http_request *request;
	struct matrix_ref *matrix; /* in force when it was asked; a reference */
	struct duty_ref *duty;	   /* a reference, or NULL: not needed */
	struct wall now;	   /* when it was asked */
	struct arena arena;	   /* what is asked, what is found */

	/* By the worker. */
	enum store_result result;
	struct textbuf body; /* JSON without the last line end */
	struct errtext err;  /* result is not STORE_OK */
};

/* Zeroed but for what is above; size is that of the route's own, the base
 * included. */
void *question_new(struct app *app, struct http_request *r, size_t size);

/* Ends it; the request is answered already. */
void question_free(struct question *q);

/* work(reader, q) on a worker, then done(q) on the loop, never within this
 * call.  Too many wait: it is answered so and ends. */
void question_ask(struct question *q,
    void (*work)(struct reader *r, void *user), void (*done)(void *user));

/* Was it read?  False: answered that it could not be, and ended.  STORE_NONE
 * is the route's own to answer, before. */
bool question_is_read(struct question *q);

/* Answers with the body, which is given back, and ends. */
void question_answer(struct question *q, int status);

/* Answers {"error": why} and ends. */
void question_refuse(struct question *q, int status, const char *why);

/* The same with 503: it may be asked again. */
void question_busy(struct question *q, const char *why);

#endif
