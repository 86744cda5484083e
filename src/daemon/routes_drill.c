/* routes_drill.c - a drill begins, is stopped, is looked at.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "core/drill.h"
#include "daemon/app.h"
#include "daemon/members.h"
#include "daemon/parameters.h"
#include "daemon/question.h"
#include "wire/drill_json.h"
#include "wire/event_json.h"

#include <string.h>

#define TRIES_MAX  20 /* attempts of one notice, the latest */
#define LIST_LIMIT 20 /* keys, if nobody says how many */
#define LIST_MOST  1000

struct drill_question {
	struct question base;
	const char *key;
	int limit;
	int fine; /* HTTP status if all goes well */
};

static struct drill_question *ask_about(
    struct app *app, struct http_request *r, const char *key, int fine)
{
	struct drill_question *q = question_new(app, r, sizeof *q);

	q->fine = fine;
	q->key = arena_strdup(&q->base.arena, key);
	return q;
}

static void end_none(struct drill_question *q)
{
	struct errtext none;

	errtext_set(&none, "drill: there is no \"%s\"", q->key);
	question_refuse(&q->base, 404, none.text);
}

/* --- looked at ------------------------------------------------------------ */

struct tries {
	struct drill_try *at;
	size_t count;
	size_t cap;
};

static enum store_result read_tries(struct reader *r, struct drill_question *q,
    int64_t notice_id, struct tries *out)
{
	struct delivery_row *rows;
	size_t count = 0;
	enum store_result result = reader_deliveries(r, &q->base.arena,
	    notice_id, TRIES_MAX, &rows, &count, &q->base.err);

	for (size_t i = 0; result == STORE_OK && i < count; i++) {
		struct drill_try *t = arena_push(&q->base.arena, &out->at,
		    &out->count, &out->cap, sizeof *t);

		*t = (struct drill_try){ .notice_id = notice_id,
			.ok = strcmp(rows[i].result,
				  delivery_name(DELIVERY_OK)) == 0,
			.took_ms = rows[i].took_ms,
			.code = rows[i].code,
			.detail = rows[i].detail };
	}
	return result;
}

/* Another ticket is none such. */
static void on_look(struct reader *r, void *user)
{
	struct drill_question *q = user;
	struct tries tries = { NULL, 0, 0 };
	struct drill_report report;
	struct explain_past past;
	struct json_out j;
	struct ticket t;

	q->base.result =
	    reader_explain(r, &q->base.arena, q->key, &t, &past, &q->base.err);
	if (q->base.result == STORE_OK && !ticket_is_drill(&t))
		q->base.result = STORE_NONE;
	for (size_t i = 0;
	     q->base.result == STORE_OK && i < past.whole->nnotices; i++)
		q->base.result =
		    read_tries(r, q, past.whole->notices[i].id, &tries);
	if (q->base.result != STORE_OK)
		return;
	drill_report(matrix_ref_matrix(q->base.matrix), &past, tries.at,
	    tries.count, &q->base.arena, &report);
	json_out_init(&j, &q->base.body);
	json_open(&j, NULL, '{');
	drill_json(&report, "drill", &j);
	json_close(&j, '}');
}

static void on_list(struct reader *r, void *user)
{
	struct drill_question *q = user;
	const char **keys = NULL;
	struct json_out j;
	size_t count = 0;

	q->base.result = reader_drills(
	    r, &q->base.arena, q->limit, &keys, &count, &q->base.err);
	json_out_init(&j, &q->base.body);
	json_open(&j, NULL, '{');
	json_open(&j, "drills", '[');
	for (size_t i = 0; i < count; i++)
		json_text(&j, NULL, keys[i]);
	json_close(&j, ']');
	json_close(&j, '}');
}

static void on_answered(void *user)
{
	struct drill_question *q = user;

	if (q->base.result == STORE_NONE)
		end_none(q);
	else if (question_is_read(&q->base))
		question_answer(&q->base, q->fine);
}

static void ask(
    struct drill_question *q, void (*work)(struct reader *r, void *user))
{
	question_ask(&q->base, work, on_answered);
}

void handle_drill_show(struct app *app, struct http_request *r, const char *key)
{
	ask(ask_about(app, r, key, 200), on_look);
}

void handle_drills(struct app *app, struct http_request *r, const char *key)
{
	struct drill_question *q = ask_about(app, r, key, 200);
	int64_t limit = LIST_LIMIT;

	if (!parameter_number(r, "limit", 1, LIST_MOST, &limit)) {
		question_free(&q->base);
		return;
	}
	q->limit = (int)limit;
	ask(q, on_list);
}

/* --- begun, stopped ------------------------------------------------------- */

static void on_published(void *user, struct item *it)
{
	struct drill_question *q = user;

	switch (it->out.kind) {
	case OUTCOME_ACCEPTED:
	case OUTCOME_NOTHING:
	case OUTCOME_DUPLICATE:
		if (it->out.key != NULL)
			q->key = arena_strdup(&q->base.arena, it->out.key);
		ask(q, on_look);
		break;
	case OUTCOME_REFUSED:
		question_refuse(&q->base, it->out.code, it->out.why);
		break;
	case OUTCOME_FAILED:
		question_busy(&q->base, "nothing could be stored; try again");
		break;
	}
}

static void offer(struct drill_question *q, struct item *it)
{
	it->published = on_published;
	it->user = q;
	if (intake_offer(q->base.app->intake, it, 1))
		return;
	item_free(it);
	question_busy(&q->base, "the queue is full; try again");
}

/* False with the reason; the texts are the arena's. */
static bool read_order(struct http_request *r, struct arena *arena,
    struct drill_order *o, struct errtext *err)
{
	static const char *const known[] = { "chain", "severity", "team",
		"#speed", "by" };
	struct members m;
	bool ok;

	*o = (struct drill_order){ .speed = 1 };
	ok = members_read(&m, r, known, 5, err) &&
	     members_need(&m, "by", "who asks for it", &o->by, err) &&
	     members_number(&m, "speed", 1, DRILL_SPEED_MAX, &o->speed, err);
	if (ok) {
		o->by = arena_strdup(arena, o->by);
		o->chain = arena_strdup(arena, members_get(&m, "chain"));
		o->severity = arena_strdup(arena, members_get(&m, "severity"));
		o->team = arena_strdup(arena, members_get(&m, "team"));
	}
	members_free(&m);
	if (!ok || o->chain != NULL || o->severity != NULL)
		return ok;
	errtext_set(err, "chain: missing; or say whose: severity");
	return false;
}

void handle_drill(struct app *app, struct http_request *r, const char *key)
{
	struct drill_question *q = ask_about(app, r, key, 201);
	struct item *it = item_new(ITEM_DRILL);

	if (read_order(r, &it->arena, &it->drill, &q->base.err)) {
		offer(q, it);
		return;
	}
	item_free(it);
	question_refuse(&q->base, 400, q->base.err.text);
}

/* Solved by us; twice is once. */
static bool write_stop(struct drill_question *q, struct item *it)
{
	static const char *const known[] = { "by" };
	struct textbuf text, id;
	struct members m;
	struct json_out j;
	const char *by;
	bool ok = members_read(&m, q->base.request, known, 1, &q->base.err) &&
		  members_need(&m, "by", "who stops it", &by, &q->base.err);

	textbuf_init(&text);
	textbuf_init(&id);
	if (ok) {
		textbuf_addf(&id, "%s:stop", q->key);
		json_out_init(&j, &text);
		json_open(&j, NULL, '{');
		json_text(&j, "id", id.data);
		json_text(&j, "ticket", q->key);
		json_wall(&j, "at", loop_now(q->base.app->loop));
		json_text(&j, "type", event_type_name(EVENT_STATUS));
		json_text(&j, "status", status_name(STATUS_SOLVED));
		json_text(&j, "by", by);
		json_close(&j, '}');
		ok = event_from_json(
		    text.data, text.len, &it->arena, &it->ev, &q->base.err);
	}
	textbuf_fini(&id);
	textbuf_fini(&text);
	members_free(&m);
	return ok;
}

void handle_drill_stop(struct app *app, struct http_request *r, const char *key)
{
	struct drill_question *q = ask_about(app, r, key, 200);
	struct item *it = item_new(ITEM_EVENT);

	it->ours = true;
	if (!drill_key(q->key)) {
		item_free(it);
		end_none(q);
	} else if (write_stop(q, it)) {
		offer(q, it);
	} else {
		item_free(it);
		question_refuse(&q->base, 400, q->base.err.text);
	}
}
