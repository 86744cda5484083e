/* outcome.c - what became of a letter, through the intake to the disk.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/notifier_parts.h"

#include "base/check.h"
#include "daemon/log.h"

#include <stdlib.h>
#include <string.h>

struct wall outcome_after(const struct notifier *n, int64_t ms)
{
	return wall_plus(
	    loop_now(n->w.loop), (int64_t)((double)ms * n->w.rate));
}

/* --- outcomes ------------------------------------------------------------ */

void outcome_offer_kept(struct notifier *n)
{
	while (n->kept != NULL) {
		struct item *it = n->kept;
		struct item *next = it->next;

		if (!intake_offer_inside(n->w.intake, it))
			return;
		n->kept = next;
		n->nkept--;
	}
	n->kept_tail = &n->kept;
}

/* In order: those kept before go first. */
static void keep(struct notifier *n, struct item *it)
{
	it->next = NULL;
	*n->kept_tail = it;
	n->kept_tail = &it->next;
	n->nkept++;
	outcome_offer_kept(n);
}

/* What became of the attempt, in the words of the delivery table. */
struct result {
	enum delivery delivery;
	int64_t wait_ms; /* AGAIN */
	int code;
	const char *detail;
	const char *ref;    /* what they call the message; or NULL */
	bool begins_thread; /* of its one ticket */
};

static struct item *outcome_item(struct notifier *n, int64_t notice_id,
    int64_t ticket_id, enum delivery delivery)
{
	struct item *it =
	    item_inside(EVENT_DELIVERY, ticket_id, loop_now(n->w.loop));

	it->ev.notice_id = notice_id;
	it->ev.delivery = delivery;
	return it;
}

/* The next notice of the ticket is to find its thread, though the database has
 * not heard of it yet. */
static void remember_thread(
    struct errand *e, const struct errand_notice *en, const struct post *post)
{
	struct begun *b = calloc(1, sizeof *b);

	CHECK(b != NULL);
	b->notice_id = en->id;
	b->ticket_id = en->ticket_id;
	b->channel = strdup(post->channel);
	b->room = strdup(post->room);
	b->ref = strdup(post->ref);
	CHECK(b->channel != NULL && b->room != NULL && b->ref != NULL);
	b->next = e->notifier->begun;
	e->notifier->begun = b;
}

void outcome_stored(struct notifier *n, int64_t notice_id)
{
	struct begun **at = &n->begun;

	while (*at != NULL && (*at)->notice_id != notice_id)
		at = &(*at)->next;
	if (*at != NULL) {
		struct begun *b = *at;

		*at = b->next;
		free(b->channel);
		free(b->room);
		free(b->ref);
		free(b);
	}
}

static void begin_thread(
    struct errand *e, const struct errand_notice *en, struct item *it)
{
	const struct channel *base = e->letter.base;

	it->post = (struct post){ .ticket_id = en->ticket_id,
		.channel = arena_strdup(&it->arena, base->name),
		.room = arena_strdup(
		    &it->arena, base->room == NULL ? "" : base->room),
		.ref = it->ev.ref,
		.shown = e->face };
	remember_thread(e, en, &it->post);
}

static void settle(
    struct errand *e, struct errand_notice *en, const struct result *r)
{
	struct notifier *n = e->notifier;
	struct item *it = outcome_item(n, en->id, en->ticket_id, r->delivery);

	it->ev.text = arena_strdup(&it->arena, r->detail);
	it->ev.ref = arena_strdup(&it->arena, r->ref);
	if (r->delivery == DELIVERY_AGAIN)
		it->ev.again_at = outcome_after(n, r->wait_ms);
	if (r->begins_thread)
		begin_thread(e, en, it);
	it->row = (struct delivery_row){
		.notice_id = en->id,
		.number = en->notice.attempts + 1,
		.started = e->now,
		.took_ms = e->took_ms,
		.result = delivery_name(r->delivery),
		.code = r->code,
		.detail = it->ev.text,
	};
	n->w.counters->attempts++;
	if (r->delivery == DELIVERY_AGAIN)
		n->w.counters->attempts_again++;
	en->fate = FATE_OVER;
	keep(n, it);
}

/* A thread begins with one of them. */
static void settle_all(struct errand *e, const struct result *r)
{
	struct result one = *r;

	for (size_t i = 0; i < e->count; i++) {
		if (e->notices[i].fate != FATE_SAID)
			continue;
		settle(e, &e->notices[i], &one);
		one.begins_thread = false;
	}
}

void outcome_useless(struct errand *e, struct errand_notice *en)
{
	const struct result useless = { .delivery = DELIVERY_NEVER,
		.detail = "of no use any more" };

	settle(e, en, &useless);
}

void outcome_divert(
    struct notifier *n, size_t lane, int64_t notice_id, int64_t ticket_id)
{
	struct lane_line line;
	struct errtext text;
	struct item *it;
	bool refused;

	outbox_lane(n->outbox, lane, loop_mono(n->w.loop), &line);
	/* All by one channel is refused: others at the same host may go. */
	refused = strncmp(line.endpoint, "channel ", 8) == 0;
	it = outcome_item(
	    n, notice_id, ticket_id, refused ? DELIVERY_NEVER : DELIVERY_DOWN);
	errtext_set(&text, "%s %s", line.endpoint,
	    refused			     ? "is refused"
	    : line.breaker == BREAKER_CLOSED ? "asks to wait"
					     : "is down");
	it->ev.text = arena_strdup(&it->arena, text.text);
	it->ev.again_at = outcome_after(n, NOTIFIER_DOWN_MS);
	n->w.counters->diverted++;
	keep(n, it);
}

/* --- channels that are broken -------------------------------------------- */

void outcome_mark(struct notifier *n, const char *channel, const char *why)
{
	size_t i = 0;

	while (i < n->nbroken && strcmp(n->broken[i].channel, channel) != 0)
		i++;
	if ((i < n->nbroken) == (why != NULL))
		return;
	if (why == NULL) {
		free(n->broken[i].channel);
		free(n->broken[i].why);
		n->broken[i] = n->broken[--n->nbroken];
	} else {
		n->broken =
		    realloc(n->broken, (n->nbroken + 1) * sizeof *n->broken);
		CHECK(n->broken != NULL);
		n->broken[n->nbroken].channel = strdup(channel);
		n->broken[n->nbroken].why = strdup(why);
		n->nbroken++;
	}
	if (n->w.changed != NULL)
		n->w.changed(n->w.user);
}

/* --- edits --------------------------------------------------------------- */

static void on_edit_stored(void *user, struct item *it)
{
	struct notifier *n = user;

	outbox_release(n->outbox, -it->post.id, WALL_NEVER);
	loop_poke(n->poke);
}

static struct item *post_item(int64_t post_id, uint64_t shown)
{
	struct item *it = item_new(ITEM_POST);

	it->post.id = post_id;
	it->post.shown = shown;
	return it;
}

static void store_edit(struct notifier *n, int64_t post_id, uint64_t shown)
{
	struct item *it = post_item(post_id, shown);

	it->published = on_edit_stored;
	it->user = n;
	intake_offer_control(n->w.intake, it);
}

static void say_edit(const struct errand *e, const char *why)
{
	struct log_line l;

	log_begin(&l, why == NULL ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING);
	log_text(&l, "ticket",
	    e->letter.nviews > 0 ? e->letter.views[0]->ticket : NULL);
	log_text(&l, "channel", e->post.channel);
	log_int(&l, "post", e->post.id);
	log_text(&l, "msg", why == NULL ? "edited" : "could not be edited");
	log_text(&l, "error", why);
	log_end(&l);
}

/* A post that can never be edited is forgotten; one whose whole channel is
 * refused waits for whoever mends that. */
static void settle_edit(
    struct errand *e, const struct retry *what, bool thread_gone)
{
	struct notifier *n = e->notifier;
	int64_t id = -e->notices[0].id;
	bool mendable = what->meaning == MEANS_ALARM &&
			what->blame != BLAME_ROOM &&
			what->blame != BLAME_MESSAGE;

	say_edit(e, what->meaning == MEANS_OK ? NULL : what->why);
	if (what->meaning == MEANS_OK)
		store_edit(n, id, e->face);
	else if (thread_gone)
		store_edit(n, id, 0);
	else if (what->delivery == DELIVERY_AGAIN)
		outbox_release(n->outbox, -id, outcome_after(n, what->wait_ms));
	else if (mendable)
		outbox_release(
		    n->outbox, -id, outcome_after(n, NOTIFIER_MEND_MS));
	else
		store_edit(n, id, 0);
	n->w.counters->edits += what->meaning == MEANS_OK;
}

/* --- addresses, threads -------------------------------------------------- */

/* A name that begins with "~" is for this letter alone. */
void outcome_address(struct errand *e, const char *name, const char *value)
{
	struct item *it;

	if (name[0] == '~')
		return;
	it = item_new(ITEM_ADDRESS);
	it->channel = arena_strdup(&it->arena, e->letter.base->name);
	it->name = arena_strdup(&it->arena, name);
	it->value = arena_strdup(&it->arena, value);
	intake_offer_control(e->notifier->w.intake, it);
}

/* Whoever cannot be reached there may have another address by now. */
void outcome_forget_addresses(struct errand *e)
{
	for (size_t i = 0; i < e->nnames; i++)
		outcome_address(e, e->names[i].name, "");
}

/* The thread is gone there: the next notice begins another one. */
void outcome_forget_thread(struct errand *e)
{
	struct notifier *n = e->notifier;
	struct begun *b = n->begun;

	if (e->post.id != 0) {
		intake_offer_control(n->w.intake, post_item(e->post.id, 0));
		return;
	}
	while (b != NULL && strcmp(b->ref, e->letter.thread) != 0)
		b = b->next;
	if (b != NULL)
		outcome_stored(n, b->notice_id);
}

/* --- letters ------------------------------------------------------------- */

/* "in a digest of 17"; NULL: it went alone. */
static const char *bundle_words(struct errand *e)
{
	const struct letter *l = &e->letter;
	struct errtext text;

	if (l->kind == LETTER_INCIDENT)
		errtext_set(&text, "in an incident of %d", l->tickets);
	else if (l->kind == LETTER_DIGEST || e->said > 1)
		errtext_set(&text, "in a digest of %zu", e->said);
	else
		return NULL;
	return arena_strdup(&e->arena, text.text);
}

static void count_bundle(struct errand *e)
{
	if (e->said > 1 || e->letter.kind == LETTER_INCIDENT)
		e->notifier->w.counters->bundles++;
}

static void settle_notices(struct errand *e, const struct retry *what, int code,
    const struct reading *said)
{
	bool ok = what->meaning == MEANS_OK;
	const char *bundle = ok ? bundle_words(e) : NULL;
	struct result result = { .delivery = what->delivery,
		.wait_ms = what->wait_ms,
		.code = code,
		.detail = bundle != NULL ? bundle
			  : ok		 ? ""
					 : what->why,
		.ref = ok && said->ref[0] != '\0' ? said->ref : NULL };

	result.begins_thread = result.ref != NULL && e->asked.threads;
	if (ok)
		count_bundle(e);
	settle_all(e, &result);
}

void outcome_settle(struct errand *e, const struct retry *what, int code,
    const struct reading *said)
{
	if (e->parcel.kind == PARCEL_EDIT)
		settle_edit(e, what, said->thread_gone);
	else
		settle_notices(e, what, code, said);
}
