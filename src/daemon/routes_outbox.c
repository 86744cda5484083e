/* routes_outbox.c - what waits to be sent, what died; again, or not at all.
 *
 * Rows are read on a worker; the queues are the loop's own and are written when
 * the rows are there.  `retry` and `drop` find the notice's ticket first, then
 * go through the one door as everything else, and answer with the notice as it
 * is afterwards.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/members.h"
#include "daemon/parameters.h"
#include "daemon/queues.h"
#include "daemon/reply.h"
#include "wire/json_out.h"
#include "wire/outbox_json.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 100
#define LIMIT_MOST    1000
#define ATTEMPTS_MOST 200 /* of one notice: the latest */

struct question {
	struct app *app;
	struct http_request *request;
	struct arena arena;
	struct outbox_filter filter;
	enum event_type type; /* retry, drop; EVENT_TICK: only asked */
	const char *by;

	/* By the worker. */
	enum store_result result;
	struct outbox_line *lines;
	size_t nlines;
	struct delivery_row *attempts;
	size_t nattempts;
	struct errtext err;
};

static struct question *question_new(struct app *app, struct http_request *r)
{
	struct question *q = calloc(1, sizeof *q);

	CHECK(q != NULL);
	q->app = app;
	q->request = r;
	q->type = EVENT_TICK;
	q->filter.limit = LIMIT_DEFAULT;
	arena_init(&q->arena);
	return q;
}

static void question_free(struct question *q)
{
	arena_fini(&q->arena);
	free(q);
}

static void ask(struct question *q, void (*work)(struct reader *r, void *user),
    void (*done)(void *user))
{
	if (readers_ask(q->app->readers, DESK_REQUESTS, work, done, q))
		return;
	reply_busy(q->request, "too many questions wait; try again");
	question_free(q);
}

/* False: answered, and the question is gone. */
static bool is_read(struct question *q)
{
	if (q->result == STORE_OK && (q->filter.id == 0 || q->nlines > 0))
		return true;
	if (q->result == STORE_OK) {
		reply_error(q->request, 404,
		    "notice: there is no %lld; slawatchctl outbox lists them",
		    (long long)q->filter.id);
	} else {
		errtext_wrap(&q->err, "the database cannot be read");
		reply_busy(q->request, q->err.text);
	}
	question_free(q);
	return false;
}

static void write_line(
    const struct outbox_line *line, const char *name, struct json_out *j)
{
	struct attempt_words last = { .started = line->last_at,
		.result = line->last_result,
		.code = line->last_code,
		.detail = line->last_detail };

	notice_json(&line->notice, line->ticket, &last, name, j);
}

/* --- the list ------------------------------------------------------------ */

static void on_list(struct reader *r, void *user)
{
	struct question *q = user;

	q->result = reader_outbox(
	    r, &q->arena, &q->filter, &q->lines, &q->nlines, &q->err);
}

static void on_listed(void *user)
{
	struct question *q = user;
	struct textbuf body;
	struct json_out j;

	if (!is_read(q))
		return;
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_wall(&j, "now", loop_now(q->app->loop));
	json_open(&j, "queue", '{');
	queues_json(
	    notifier_outbox(q->app->notifier), loop_mono(q->app->loop), &j);
	json_close(&j, '}');
	json_open(&j, "notices", '[');
	for (size_t i = 0; i < q->nlines; i++)
		write_line(&q->lines[i], NULL, &j);
	json_close(&j, ']');
	/* A full page may not be the last. */
	if (q->nlines > 0 && q->nlines == (size_t)q->filter.limit)
		json_int(&j, "next", q->lines[q->nlines - 1].notice.id);
	else
		json_raw(&j, "next", "null");
	json_close(&j, '}');
	reply_json(q->request, 200, &body);
	question_free(q);
}

void handle_outbox(struct app *app, struct http_request *r, const char *key)
{
	static const char *const states[] = { "pending", "dead", "done",
		"withdrawn", "all" };
	struct question *q = question_new(app, r);
	int64_t limit = LIMIT_DEFAULT;
	size_t state = 0;

	(void)key;
	if (!parameter_word(r, "state", states, 5, &state) ||
	    !parameter_number(r, "limit", 1, LIMIT_MOST, &limit) ||
	    !parameter_number(
		r, "after", 0, INT64_MAX / 16, &q->filter.after)) {
		question_free(q);
		return;
	}
	q->filter.state = states[state];
	q->filter.limit = (int)limit;
	q->filter.channel = arena_strdup(&q->arena, http_query(r, "channel"));
	q->filter.who = arena_strdup(&q->arena, http_query(r, "who"));
	ask(q, on_list, on_listed);
}

/* --- one ----------------------------------------------------------------- */

static void on_one(struct reader *r, void *user)
{
	struct question *q = user;

	on_list(r, q);
	if (q->result == STORE_OK)
		q->result = reader_deliveries(r, &q->arena, q->filter.id,
		    ATTEMPTS_MOST, &q->attempts, &q->nattempts, &q->err);
}

static void on_one_read(void *user)
{
	struct question *q = user;
	struct textbuf body;
	struct json_out j;

	if (!is_read(q))
		return;
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_wall(&j, "now", loop_now(q->app->loop));
	write_line(&q->lines[0], "notice", &j);
	json_open(&j, "attempts", '[');
	for (size_t i = 0; i < q->nattempts; i++) {
		const struct delivery_row *d = &q->attempts[i];

		attempt_json(&(struct attempt_words){ d->number, d->started,
				 d->took_ms, d->result, d->code, d->detail },
		    &j);
	}
	json_close(&j, ']');
	json_close(&j, '}');
	reply_json(q->request, 200, &body);
	question_free(q);
}

/* NULL: the path names no number, which is answered. */
static struct question *question_of(
    struct app *app, struct http_request *r, const char *key)
{
	struct question *q;
	int64_t id;

	if (!parameter_digits(key, &id) || id == 0) {
		reply_error(
		    r, 404, "notice: \"%s\" is no notice's number", key);
		return NULL;
	}
	q = question_new(app, r);
	q->filter.id = id;
	return q;
}

void handle_notice(struct app *app, struct http_request *r, const char *key)
{
	struct question *q = question_of(app, r, key);

	if (q != NULL)
		ask(q, on_one, on_one_read);
}

/* --- retry and drop ------------------------------------------------------ */

static void on_published(void *user, struct item *it)
{
	struct question *q = user;

	switch (it->out.kind) {
	case OUTCOME_ACCEPTED:
	case OUTCOME_DUPLICATE:
		ask(q, on_one, on_one_read);
		return;
	case OUTCOME_NOTHING:
		reply_error(q->request, 404, "notice: its ticket is not known");
		break;
	case OUTCOME_REFUSED:
		reply_error(q->request, it->out.code, "%s", it->out.why);
		break;
	case OUTCOME_FAILED:
		q->app->counters.events_unavailable++;
		reply_busy(q->request, "nothing could be stored; try again");
		break;
	}
	question_free(q);
}

/* Its ticket is known now. */
static void on_found(void *user)
{
	struct question *q = user;
	struct item *it;

	if (!is_read(q))
		return;
	it =
	    item_inside(q->type, q->lines[0].ticket_id, loop_now(q->app->loop));
	it->ev.notice_id = q->filter.id;
	it->ev.by = arena_strdup(&it->arena, q->by);
	it->published = on_published;
	it->user = q;
	if (intake_offer(q->app->intake, it, 1))
		return;
	q->app->counters.events_unavailable++;
	reply_busy(q->request, "the queue is full; try again");
	item_free(it);
	question_free(q);
}

static bool read_by(struct question *q, struct errtext *err)
{
	static const char *const known[] = { "by" };
	struct members m;
	const char *by = NULL;
	bool ok = members_read(&m, q->request, known, 1, err) &&
		  members_need(&m, "by", "who does it", &by, err);

	if (ok)
		q->by = arena_strdup(&q->arena, by);
	members_free(&m);
	return ok;
}

static void act(struct app *app, struct http_request *r, const char *key,
    enum event_type type)
{
	struct question *q = question_of(app, r, key);
	struct errtext err = { "" };

	if (q == NULL)
		return;
	q->type = type;
	if (read_by(q, &err)) {
		ask(q, on_list, on_found);
		return;
	}
	reply_error(r, 400, "%s", err.text);
	question_free(q);
}

void handle_retry(struct app *app, struct http_request *r, const char *key)
{
	act(app, r, key, EVENT_NOTICE_RETRY);
}

void handle_withdraw(struct app *app, struct http_request *r, const char *key)
{
	act(app, r, key, EVENT_NOTICE_DROP);
}
