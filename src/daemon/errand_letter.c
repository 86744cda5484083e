/* errand_letter.c - which letter, through which channel, to whom, with which
 * views?
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/errand.h"

#include "base/check.h"
#include "daemon/link.h"

#include <string.h>

/* --- channel and person -------------------------------------------------- */

/* False: concluded. */
static bool set_channel(struct errand *e, const char *name)
{
	const struct matrix *m = matrix_ref_matrix(e->matrix);
	int channel = matrix_channel(m, name);

	if (channel < 0) {
		errand_conclude(
		    e, ERRAND_REFUSE, "the channel is not in the matrix");
		return false;
	}
	e->letter.m = m;
	e->letter.channel = &m->channels[channel];
	e->letter.base = &m->channels[e->letter.channel->base];
	return true;
}

/* A room's lane has what mentions people, too: such a bundle is the room's. */
static bool set_destination(struct errand *e)
{
	const struct matrix *m = matrix_ref_matrix(e->matrix);
	const struct notice *first = NULL;
	bool one_channel = true;
	bool one_person = true;
	int person;

	for (size_t i = 0; i < e->count; i++) {
		const struct notice *n = &e->notices[i].notice;

		if (e->notices[i].fate != FATE_SAID)
			continue;
		if (first == NULL)
			first = n;
		one_channel &= strcmp(n->channel, first->channel) == 0;
		one_person &= strcmp(n->who, first->who) == 0;
	}
	if (!set_channel(e, first->channel))
		return false;
	person = one_person ? matrix_person(m, first->who) : -1;
	if (person >= 0)
		e->letter.person = &m->people[person];
	if (!one_channel)
		e->letter.channel = e->letter.base;
	return true;
}

/* --- keys ---------------------------------------------------------------- */

/* "INSTANCE-17": the same for every attempt, unlike any other daemon's.  A
 * bundle's is that of exactly these notices. */
static const char *idempotency_key(struct errand *e)
{
	uint32_t hash = UINT32_C(2166136261);
	int64_t first = 0;
	struct textbuf text;
	const char *key;

	for (size_t i = 0; i < e->count; i++) {
		uint64_t id = (uint64_t)e->notices[i].id;

		if (e->notices[i].fate != FATE_SAID)
			continue;
		if (first == 0)
			first = e->notices[i].id;
		for (int b = 0; b < 64; b += 8)
			hash = (hash ^ (uint8_t)(id >> b)) * UINT32_C(16777619);
	}
	textbuf_init(&text);
	textbuf_addf(&text, "%s-%lld", e->home->instance, (long long)first);
	if (e->said > 1)
		textbuf_addf(&text, "-%zu-%u", e->said, hash);
	key = arena_strdup(&e->arena, text.data);
	textbuf_fini(&text);
	return key;
}

/* Each test is another message: there is nothing that it could repeat. */
static const char *probe_key(struct errand *e)
{
	struct textbuf text;
	const char *key;

	textbuf_init(&text);
	textbuf_addf(
	    &text, "%s-test-%lld", e->home->instance, (long long)e->now.ms);
	key = arena_strdup(&e->arena, text.data);
	textbuf_fini(&text);
	return key;
}

static const char *ack_url(struct errand *e, int64_t ticket_id)
{
	struct link link = { .ticket_id = ticket_id,
		.expires = wall_plus(e->now, e->home->link_expires_ms) };
	char token[LINK_TEXT_MAX];
	struct textbuf text;
	const char *url;

	textbuf_init_fixed(&text, link.person, sizeof link.person);
	textbuf_add(&text, e->letter.person->name);
	if (strcmp(link.person, e->letter.person->name) != 0 ||
	    !link_make(e->home->link_key, &link, token))
		return NULL;
	textbuf_init(&text);
	textbuf_addf(&text, "%s/m/ack/%s", e->home->public_url, token);
	url = arena_strdup(&e->arena, text.data);
	textbuf_fini(&text);
	return url;
}

/* --- views --------------------------------------------------------------- */

static struct notice_view *add_view(struct errand *e)
{
	struct letter *l = &e->letter;
	struct notice_view *v = arena_alloc(&e->arena, sizeof *v);

	l->views[l->nviews++] = v;
	return v;
}

/* A link only where it is of use: the ticket is not over. */
static void link_view(struct errand *e, int64_t ticket_id)
{
	struct letter *l = &e->letter;
	size_t at = l->nviews - 1;

	if (l->ack_urls != NULL && l->views[at]->face != FACE_OVER)
		l->ack_urls[at] = ack_url(e, ticket_id);
}

/* Several to one reader about one ticket are one line: the latest. */
static bool is_same_line(
    const struct errand_notice *a, const struct errand_notice *b)
{
	return a->fate == FATE_SAID && a->ticket_id == b->ticket_id &&
	       strcmp(a->notice.who, b->notice.who) == 0;
}

static const struct errand_notice *latest_of(
    const struct errand *e, const struct errand_notice *n)
{
	for (size_t i = 0; i < e->count; i++)
		if (is_same_line(&e->notices[i], n) && e->notices[i].id > n->id)
			n = &e->notices[i];
	return n;
}

static bool is_first_of_line(const struct errand *e, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_same_line(&e->notices[i], &e->notices[at]))
			return false;
	return true;
}

static void view_notices(struct errand *e)
{
	const struct matrix *m = e->letter.m;

	for (size_t i = 0; i < e->count; i++) {
		const struct errand_notice *n;

		if (e->notices[i].fate != FATE_SAID || !is_first_of_line(e, i))
			continue;
		n = latest_of(e, &e->notices[i]);
		notice_view_build(
		    m, n->ticket, &n->notice, e->now, &e->arena, add_view(e));
		link_view(e, n->ticket_id);
	}
}

static bool is_said(const struct errand *e, int64_t ticket_id)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->notices[i].fate == FATE_SAID &&
		    e->notices[i].ticket_id == ticket_id)
			return true;
	return false;
}

/* The rest of an incident: its tickets that were told of before. */
static void view_told(struct errand *e, struct reader *r)
{
	struct errtext err;

	for (size_t i = 0; i < e->parcel.ntold; i++) {
		int64_t id = e->parcel.told[i];
		struct ticket *t = arena_alloc(&e->arena, sizeof *t);

		if (e->letter.nviews == PARCEL_MAX || is_said(e, id) ||
		    reader_load(r, &e->arena, NULL, id, t, &err) != STORE_OK)
			continue;
		ticket_view_build(
		    e->letter.m, t, e->now, &e->arena, add_view(e));
		link_view(e, id);
	}
}

/* --- kinds of letters ---------------------------------------------------- */

static void begin_letter(struct errand *e, size_t views)
{
	struct letter *l = &e->letter;
	bool links = e->probe == NULL && l->person != NULL &&
		     e->home->public_url != NULL && e->home->link_key != NULL &&
		     channel_has(l->channel, REACHES_MAIL);

	l->views = arena_alloc(&e->arena, views * sizeof *l->views);
	if (links)
		l->ack_urls =
		    arena_alloc(&e->arena, views * sizeof *l->ack_urls);
	l->public_url = e->home->public_url;
	l->same = l->value = l->thread = l->thread_room = "";
	l->idempotency_key =
	    e->probe == NULL ? idempotency_key(e) : probe_key(e);
	l->now = e->now;
	e->is_read = true;
}

/* One that has begun, though the database does not know it yet, or the
 * database's. */
static void find_thread(struct errand *e, struct reader *r, int64_t ticket_id)
{
	struct letter *l = &e->letter;
	struct errtext err;

	if (!channel_has(l->channel, THREADS) || l->channel->way == WAY_DM)
		return;
	for (size_t i = 0; i < e->nthreads; i++) {
		if (strcmp(e->threads[i].channel, l->base->name) != 0)
			continue;
		l->thread = e->threads[i].ref;
		l->thread_room = e->threads[i].room;
		return;
	}
	if (reader_post(r, &e->arena, 0, ticket_id, l->base->name, &e->post,
		&err) != STORE_OK) {
		e->post.id = 0;
		return;
	}
	l->thread = e->post.ref;
	l->thread_room = e->post.room;
}

static void write_notice(struct errand *e, struct reader *r)
{
	const struct errand_notice *n = e->notices;

	while (n->fate != FATE_SAID)
		n++;
	e->letter.kind = LETTER_NOTICE;
	e->face = ticket_face(e->letter.m, n->ticket);
	find_thread(e, r, n->ticket_id);
}

static void write_incident(struct errand *e, struct reader *r)
{
	struct letter *l = &e->letter;
	bool by_category = e->parcel.same == SAME_CATEGORY;

	l->kind = LETTER_INCIDENT;
	l->same = same_name(e->parcel.same);
	l->value = by_category ? l->views[0]->category : l->views[0]->customer;
	l->since = wall_plus(
	    e->now, -(int64_t)((double)e->parcel.lasts_ms * e->home->rate));
	view_told(e, r);
	l->tickets = e->parcel.all;
	if (l->tickets < (int)l->nviews)
		l->tickets = (int)l->nviews;
}

static void write_edit(struct errand *e)
{
	const struct matrix *m = e->letter.m;
	const struct ticket *t = e->notices[0].ticket;

	e->letter.kind = LETTER_EDIT;
	e->letter.thread = e->post.ref;
	e->letter.thread_room = e->post.room;
	e->face = ticket_face(m, t);
	ticket_view_build(m, t, e->now, &e->arena, add_view(e));
	if (e->face != e->post.shown)
		return;
	e->notices[0].fate = FATE_GONE;
	e->said = 0;
	e->is_read = false;
}

void errand_write(struct errand *e, struct reader *r)
{
	if (e->parcel.kind == PARCEL_EDIT) {
		if (!set_channel(e, e->post.channel))
			return;
		begin_letter(e, 1);
		write_edit(e);
		return;
	}
	if (!set_destination(e))
		return;
	begin_letter(e, PARCEL_MAX);
	view_notices(e);
	e->letter.more = e->parcel.more;
	if (e->parcel.kind == PARCEL_INCIDENT)
		write_incident(e, r);
	else if (e->letter.nviews > 1)
		e->letter.kind = LETTER_DIGEST;
	else
		write_notice(e, r);
}

void errand_probe_letter(struct errand *e, enum letter_kind kind, int channel,
    int person, const char *by)
{
	const struct matrix *m = matrix_ref_matrix(e->matrix);

	CHECK(channel >= 0 && (size_t)channel < m->nchannels);
	CHECK(person < (int)m->npeople);
	set_channel(e, m->channels[channel].name);
	if (person >= 0)
		e->letter.person = &m->people[person];
	begin_letter(e, 1);
	e->letter.kind = kind;
	if (kind == LETTER_TEST)
		test_view_build(m, person, by, e->now, &e->arena, add_view(e));
}
