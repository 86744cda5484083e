/* errand.c - read the notice, see that it still matters, write the message.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/errand.h"

#include "base/check.h"
#include "daemon/deliver.h"
#include "daemon/log.h"

#include <stdlib.h>
#include <string.h>

struct errand *errand_new(int64_t notice_id, struct matrix_ref *matrix)
{
	struct errand *e = calloc(1, sizeof *e);

	CHECK(e != NULL);
	e->notice_id = notice_id;
	e->matrix = matrix;
	arena_init(&e->arena);
	return e;
}

void errand_free(struct errand *e)
{
	matrix_ref_put(e->matrix);
	arena_fini(&e->arena);
	free(e);
}

static void conclude(struct errand *e, enum errand_kind kind, const char *why)
{
	e->kind = kind;
	e->why = arena_strdup(&e->arena, why);
}

/* "INSTANCE-17": the same for every attempt, unlike any other daemon's. */
static const char *idempotency_key(struct errand *e)
{
	struct textbuf text;
	const char *key;

	textbuf_init(&text);
	textbuf_addf(&text, "%s-%lld", e->instance, (long long)e->notice_id);
	key = arena_strdup(&e->arena, text.data);
	textbuf_fini(&text);
	return key;
}

static void write_message(struct errand *e, const struct ticket *t)
{
	const struct matrix *m = matrix_ref_matrix(e->matrix);
	int channel = matrix_channel(m, e->notice.channel);
	struct letter letter = {
		.view = &e->view, .who = e->notice.who, .now = e->now
	};
	const char *why;

	if (channel < 0) {
		conclude(e, ERRAND_REFUSE, "the channel is not in the matrix");
		return;
	}
	letter.channel = &m->channels[channel];
	letter.idempotency_key = idempotency_key(e);
	e->type = letter.channel->type;
	notice_view_build(m, t, &e->notice, e->now, &e->arena, &e->view);
	why = deliver_build(&letter, &e->arena, &e->send);
	if (why != NULL)
		conclude(e, ERRAND_REFUSE, why);
	else
		e->kind = e->type == CHANNEL_LOG ? ERRAND_LOG : ERRAND_SEND;
}

void errand_prepare(struct errand *e, struct reader *r, struct wall now)
{
	struct errtext err = { "" };
	struct ticket t;
	enum store_result result =
	    reader_notice(r, &e->arena, e->notice_id, &t, &e->notice, &err);

	e->now = now;
	if (result == STORE_NONE)
		conclude(e, ERRAND_GONE, "");
	else if (result != STORE_OK)
		conclude(e, ERRAND_FAIL, err.text);
	else if (e->notice.state != NOTICE_PENDING)
		conclude(e, ERRAND_GONE, "");
	else if (wall_before(e->notice.useful_until, now))
		conclude(e, ERRAND_REFUSE, "of no use any more");
	else
		write_message(e, &t);
}

/* Everybody once, however often they were told. */
static void log_told(struct log_line *l, const struct notice_view *v)
{
	struct textbuf text;

	textbuf_init(&text);
	for (size_t i = 0; i < v->ntold; i++) {
		size_t before = 0;

		while (strcmp(v->told[before].who, v->told[i].who) != 0)
			before++;
		if (before == i)
			textbuf_addf(&text, "%s%s", text.len > 0 ? ", " : "",
			    v->told[i].who);
	}
	log_text(l, "told_before", text.data);
	textbuf_fini(&text);
}

void errand_log(const struct errand *e)
{
	const struct notice_view *v = &e->view;
	struct log_line l;

	log_begin(&l, LOG_LEVEL_NOTICE);
	log_text(&l, "ticket", v->ticket);
	log_text(&l, "severity", v->severity);
	log_text(&l, "reason", notice_reason_name(v->reason));
	log_text(
	    &l, "to", v->person[0] != '\0' ? v->person : e->notice.channel);
	log_text(&l, "role", e->notice.role);
	log_text(&l, "headline", v->headline);
	log_text(&l, "why", v->why);
	log_text(&l, "customer", v->customer);
	log_text(&l, "subject", v->subject);
	log_text(&l, "status", v->status);
	log_text(&l, "assignee", v->assignee);
	log_text(&l, "missing", v->missing);
	log_text(&l, "authority", v->authority);
	if (!wall_is_never(v->due))
		log_wall(&l, "due", v->due);
	log_text(&l, "in", v->due_text);
	log_told(&l, v);
	log_text(&l, "late", v->late ? v->late_text : NULL);
	log_text(&l, "repeat", v->repeat ? "possible" : NULL);
	log_text(&l, "chain", e->notice.chain);
	if (e->notice.step >= 0)
		log_int(&l, "step", e->notice.step + 1);
	log_int(&l, "notice", e->notice_id);
	log_end(&l);
}
