/* errand.c - read the notices, see that they still matter, ask the channel
 * kind for a request.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/errand.h"

#include "base/check.h"
#include "daemon/deliver.h"
#include "daemon/log.h"

#include <stdlib.h>
#include <string.h>

struct errand *errand_new(const struct errand_home *home,
    const struct parcel *parcel, struct matrix_ref *matrix)
{
	struct errand *e = calloc(1, sizeof *e);

	CHECK(e != NULL);
	e->home = home;
	e->matrix = matrix;
	arena_init(&e->arena);
	if (parcel == NULL)
		return e;
	e->parcel = *parcel;
	e->count = parcel->count;
	e->notices = arena_alloc(&e->arena, e->count * sizeof *e->notices);
	for (size_t i = 0; i < e->count; i++) {
		e->notices[i].id = parcel->ids[i];
		e->notices[i].ticket_id = parcel->tickets[i];
	}
	return e;
}

void errand_free(struct errand *e)
{
	matrix_ref_put(e->matrix);
	arena_fini(&e->arena);
	free(e);
}

void errand_conclude(struct errand *e, enum errand_kind kind, const char *why)
{
	e->kind = kind;
	e->why = arena_strdup(&e->arena, why);
}

/* --- what was learned before --------------------------------------------- */

static struct errand_name *find_name(struct errand *e, const char *name)
{
	for (size_t i = 0; i < e->nnames; i++)
		if (strcmp(e->names[i].name, name) == 0)
			return &e->names[i];
	return NULL;
}

/* More names than there is room for are asked for again: no harm. */
static void add_name(
    struct errand *e, const char *name, const char *value, bool is_new)
{
	if (e->nnames == ERRAND_NAMES_MAX)
		return;
	e->names[e->nnames++] =
	    (struct errand_name){ .name = arena_strdup(&e->arena, name),
		    .value = arena_strdup(&e->arena, value),
		    .is_new = is_new };
}

static const char *recall(void *user, const char *name)
{
	struct errand *e = user;
	const struct errand_name *known = find_name(e, name);
	const char *value = NULL;
	struct errtext err;

	if (known != NULL)
		return known->value;
	if (e->reader == NULL || name[0] == '~' ||
	    reader_address(e->reader, &e->arena, e->letter.base->name, name,
		e->now, ADDRESS_DAYS * DAY_MS, &value, &err) != STORE_OK)
		return NULL;
	add_name(e, name, value, false);
	return value;
}

void errand_learn(struct errand *e, const char *value)
{
	struct errand_name *known = find_name(e, e->asked.learns);

	if (known != NULL)
		known->value = arena_strdup(&e->arena, value);
	else
		add_name(e, e->asked.learns, value, true);
}

/* --- reading ------------------------------------------------------------- */

static void read_notice(
    struct errand *e, struct reader *r, struct errand_notice *n)
{
	struct errtext err = { "" };
	enum store_result result;

	n->ticket = arena_alloc(&e->arena, sizeof *n->ticket);
	result =
	    reader_notice(r, &e->arena, n->id, n->ticket, &n->notice, &err);
	n->fate = FATE_SAID;
	if (result == STORE_NONE ||
	    (result == STORE_OK && n->notice.state != NOTICE_PENDING)) {
		n->fate = FATE_GONE;
	} else if (result != STORE_OK) {
		n->fate = FATE_UNREAD;
		e->why = arena_strdup(&e->arena, err.text);
	} else if (wall_before(n->notice.useful_until, e->now)) {
		n->fate = FATE_USELESS;
	} else if (wall_before(e->now, n->notice.free_at)) {
		n->fate = FATE_WAITS;
		n->again_at = n->notice.free_at;
	}
}

/* A post that is to be edited has no notice, only the ticket as it stands. */
static void read_post(
    struct errand *e, struct reader *r, struct errand_notice *n)
{
	struct errtext err = { "" };
	enum store_result result =
	    reader_post(r, &e->arena, -n->id, 0, NULL, &e->post, &err);

	n->ticket = arena_alloc(&e->arena, sizeof *n->ticket);
	n->fate = FATE_SAID;
	if (result == STORE_OK && e->post.shown == e->post.wanted)
		result = STORE_NONE;
	if (result == STORE_OK)
		result = reader_load(
		    r, &e->arena, NULL, e->post.ticket_id, n->ticket, &err);
	if (result == STORE_OK)
		return;
	n->fate = result == STORE_NONE ? FATE_GONE : FATE_UNREAD;
	e->why = arena_strdup(&e->arena, err.text);
}

static void read_all(struct errand *e, struct reader *r)
{
	e->said = 0;
	for (size_t i = 0; i < e->count; i++) {
		if (e->parcel.kind == PARCEL_EDIT)
			read_post(e, r, &e->notices[i]);
		else
			read_notice(e, r, &e->notices[i]);
		e->said += e->notices[i].fate == FATE_SAID;
	}
}

/* --- the request --------------------------------------------------------- */

static void ask_kind(struct errand *e)
{
	const struct channel *c = e->letter.channel;
	const char *why;

	e->letter.recall = recall;
	e->letter.user = e;
	e->letter.now = e->now;
	e->asked = (struct outgoing){ .to_log = false };
	why = via_of(c->type)->build(&e->letter, &e->arena, &e->asked);
	if (why != NULL) {
		errand_conclude(e, ERRAND_REFUSE, why);
		return;
	}
	e->kind = e->asked.to_log ? ERRAND_LOG : ERRAND_SEND;
	if (e->asked.url != NULL)
		deliver_request(c, &e->asked, e->now, &e->arena, &e->send);
	else if (e->letter.kind == LETTER_CHECK)
		e->kind = ERRAND_IDLE;
	else
		CHECK(e->asked.to_log);
}

void errand_prepare(struct errand *e, struct reader *r, struct wall now)
{
	e->now = now;
	e->reader = r;
	if (!e->is_read) {
		read_all(e, r);
		e->kind = ERRAND_IDLE;
		if (e->said > 0)
			errand_write(e, r);
	}
	if (e->is_read)
		ask_kind(e);
	e->reader = NULL;
}

/* --- the channel that is a log ------------------------------------------- */

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

static void log_view(struct log_line *l, const struct notice_view *v)
{
	log_text(l, "why", v->why);
	log_text(l, "customer", v->customer);
	log_text(l, "subject", v->subject);
	log_text(l, "status", v->status);
	log_text(l, "assignee", v->assignee);
	log_text(l, "missing", v->missing);
	log_text(l, "authority", v->authority);
	if (!wall_is_never(v->due))
		log_wall(l, "due", v->due);
	log_text(l, "in", v->due_text);
	log_told(l, v);
	log_text(l, "late", v->late ? v->late_text : NULL);
	log_text(l, "repeat", v->repeat ? "possible" : NULL);
}

static void log_notice(
    const struct errand *e, const struct notice_view *v, const struct notice *n)
{
	const char *title = v->title != NULL ? v->title : v->headline;
	struct log_line l;

	log_begin(&l, LOG_LEVEL_NOTICE);
	log_text(&l, "mark", v->mark);
	log_text(&l, "ticket", v->ticket);
	log_text(&l, "severity", v->severity);
	log_text(
	    &l, "reason", n == NULL ? NULL : notice_reason_name(v->reason));
	log_text(&l, "to",
	    v->person[0] != '\0' ? v->person : e->letter.channel->name);
	log_text(&l, "role", n == NULL ? NULL : n->role);
	log_text(&l, "headline", title);
	log_text(&l, "says", v->body);
	log_view(&l, v);
	log_text(&l, "chain", n == NULL ? NULL : n->chain);
	if (n != NULL && n->step >= 0)
		log_int(&l, "step", n->step + 1);
	if (n != NULL)
		log_int(&l, "notice", n->id);
	log_end(&l);
}

void errand_log(const struct errand *e)
{
	const struct letter *l = &e->letter;

	for (size_t i = 0; i < l->nviews; i++) {
		const struct notice *n = NULL;

		for (size_t k = 0; k < e->count; k++)
			if (e->notices[k].fate == FATE_SAID &&
			    e->notices[k].id == l->views[i]->notice_id)
				n = &e->notices[k].notice;
		log_notice(e, l->views[i], n);
	}
}
