/* routes_outbox.c - what waits to be sent, what died; again, or not at all.
 *
 * Rows are read on a worker; the queues are the loop's own and are written when
 * the rows are there.  `retry` and `drop` find the notice's ticket first, then
 * go through the one door as everything else, and answer with the notice as it
 * is afterwards.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "daemon/app.h"
#include "daemon/members.h"
#include "daemon/parameters.h"
#include "daemon/question.h"
#include "daemon/queues.h"
#include "daemon/reply.h"
#include "wire/json_out.h"
#include "wire/outbox_json.h"

#include <string.h>

#define LIMIT_DEFAULT 100
#define LIMIT_MOST    1000
#define ATTEMPTS_MOST 200 /* of one notice: the latest */

struct outbox_question {
	struct question base;
	struct outbox_filter filter;
	enum event_type type; /* retry, drop */
	const char *by;

	/* By the worker. */
	struct outbox_line *lines;
	size_t nlines;
	struct delivery_row *attempts;
	size_t nattempts;
};

/* False: answered, and the question is gone. */
static bool is_read(struct outbox_question *q)
{
	if (!question_is_read(&q->base))
		return false;
	if (q->filter.id == 0 || q->nlines > 0)
		return true;
	reply_error(q->base.request, 404,
	    "notice: there is no %lld; slawatchctl outbox lists them",
	    (long long)q->filter.id);
	question_free(&q->base);
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
	struct outbox_question *q = user;

	q->base.result = reader_outbox(
	    r, &q->base.arena, &q->filter, &q->lines, &q->nlines, &q->base.err);
}

static void on_listed(void *user)
{
	struct outbox_question *q = user;
	struct json_out j;

	if (!is_read(q))
		return;
	json_out_init(&j, &q->base.body);
	json_open(&j, NULL, '{');
	json_wall(&j, "now", loop_now(q->base.app->loop));
	json_open(&j, "queue", '{');
	queues_json(notifier_outbox(q->base.app->notifier),
	    loop_mono(q->base.app->loop), &j);
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
	question_answer(&q->base, 200);
}

void handle_outbox(struct app *app, struct http_request *r, const char *key)
{
	static const char *const states[] = { "pending", "dead", "done",
		"withdrawn", "all" };
	struct outbox_question *q = question_new(app, r, sizeof *q);
	int64_t limit = LIMIT_DEFAULT;
	size_t state = 0;

	(void)key;
	if (!parameter_word(r, "state", states, 5, &state) ||
	    !parameter_number(r, "limit", 1, LIMIT_MOST, &limit) ||
	    !parameter_number(
		r, "after", 0, INT64_MAX / 16, &q->filter.after)) {
		question_free(&q->base);
		return;
	}
	q->filter.state = states[state];
	q->filter.limit = (int)limit;
	q->filter.channel =
	    arena_strdup(&q->base.arena, http_query(r, "channel"));
	q->filter.who = arena_strdup(&q->base.arena, http_query(r, "who"));
	question_ask(&q->base, on_list, on_listed);
}

/* --- one ----------------------------------------------------------------- */

static void on_one(struct reader *r, void *user)
{
	struct outbox_question *q = user;

	on_list(r, q);
	if (q->base.result == STORE_OK)
		q->base.result = reader_deliveries(r, &q->base.arena,
		    q->filter.id, ATTEMPTS_MOST, &q->attempts, &q->nattempts,
		    &q->base.err);
}

static void on_one_read(void *user)
{
	struct outbox_question *q = user;
	struct json_out j;

	if (!is_read(q))
		return;
	json_out_init(&j, &q->base.body);
	json_open(&j, NULL, '{');
	json_wall(&j, "now", loop_now(q->base.app->loop));
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
	question_answer(&q->base, 200);
}

/* NULL: the path names no number, which is answered. */
static struct outbox_question *question_of(
    struct app *app, struct http_request *r, const char *key)
{
	struct outbox_question *q;
	int64_t id;

	if (!parameter_digits(key, &id) || id == 0) {
		reply_error(
		    r, 404, "notice: \"%s\" is no notice's number", key);
		return NULL;
	}
	q = question_new(app, r, sizeof *q);
	q->filter.id = id;
	q->filter.limit = LIMIT_DEFAULT;
	return q;
}

void handle_notice(struct app *app, struct http_request *r, const char *key)
{
	struct outbox_question *q = question_of(app, r, key);

	if (q != NULL)
		question_ask(&q->base, on_one, on_one_read);
}

/* --- retry and drop ------------------------------------------------------ */

static void on_published(void *user, struct item *it)
{
	struct outbox_question *q = user;

	switch (it->out.kind) {
	case OUTCOME_ACCEPTED:
	case OUTCOME_DUPLICATE:
		question_ask(&q->base, on_one, on_one_read);
		break;
	case OUTCOME_NOTHING:
		question_refuse(
		    &q->base, 404, "notice: its ticket is not known");
		break;
	case OUTCOME_REFUSED:
		question_refuse(&q->base, it->out.code, it->out.why);
		break;
	case OUTCOME_FAILED:
		q->base.app->counters.events_unavailable++;
		question_busy(&q->base, "nothing could be stored; try again");
		break;
	}
}

/* Its ticket is known now. */
static void on_found(void *user)
{
	struct outbox_question *q = user;
	struct item *it;

	if (!is_read(q))
		return;
	it = item_inside(
	    q->type, q->lines[0].ticket_id, loop_now(q->base.app->loop));
	it->ev.notice_id = q->filter.id;
	it->ev.by = arena_strdup(&it->arena, q->by);
	it->published = on_published;
	it->user = q;
	if (intake_offer(q->base.app->intake, it, 1))
		return;
	q->base.app->counters.events_unavailable++;
	item_free(it);
	question_busy(&q->base, "the queue is full; try again");
}

static bool read_by(struct outbox_question *q, struct errtext *err)
{
	static const char *const known[] = { "by" };
	struct members m;
	const char *by = NULL;
	bool ok = members_read(&m, q->base.request, known, 1, err) &&
		  members_need(&m, "by", "who does it", &by, err);

	if (ok)
		q->by = arena_strdup(&q->base.arena, by);
	members_free(&m);
	return ok;
}

static void act(struct app *app, struct http_request *r, const char *key,
    enum event_type type)
{
	struct outbox_question *q = question_of(app, r, key);
	struct errtext err = { "" };

	if (q == NULL)
		return;
	q->type = type;
	if (read_by(q, &err)) {
		question_ask(&q->base, on_list, on_found);
		return;
	}
	question_refuse(&q->base, 400, err.text);
}

void handle_retry(struct app *app, struct http_request *r, const char *key)
{
	act(app, r, key, EVENT_NOTICE_RETRY);
}

void handle_withdraw(struct app *app, struct http_request *r, const char *key)
{
	act(app, r, key, EVENT_NOTICE_DROP);
}
