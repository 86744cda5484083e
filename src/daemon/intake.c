/* intake.c - two bounded queues in front of the commit thread.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/intake.h"

#include "base/check.h"
#include "daemon/commit.h"

#include <stdlib.h>

struct queue {
	struct item *head;
	struct item **tail;
	size_t count;
};

struct intake {
	struct loop *loop;
	struct commit *commit;
	struct intake_limits limits;
	struct intake_hooks hooks;
	struct queue inside;
	struct queue outside;
	struct queue again; /* from failed batches; joins inside by timer */
	struct loop_poke *flush;    /* at the end of the turn: hand over */
	struct loop_poke *finished; /* by the commit thread */
	struct loop_timer *retry;
	struct loop_timer *idle;
	bool in_hand;	   /* a batch is with the commit thread */
	bool failing;	   /* the last one was rolled back */
	bool passed_over;  /* outside got nothing of the last batch */
	struct mono since; /* when it was handed over */
};

static void queue_init(struct queue *q)
{
	q->head = NULL;
	q->tail = &q->head;
	q->count = 0;
}

static void queue_push(struct queue *q, struct item *it)
{
	it->next = NULL;
	*q->tail = it;
	q->tail = &it->next;
	q->count++;
}

static struct item *queue_pop(struct queue *q)
{
	struct item *it = q->head;

	CHECK(it != NULL);
	q->head = it->next;
	if (q->head == NULL)
		q->tail = &q->head;
	q->count--;
	it->next = NULL;
	return it;
}

/* How many items from the head of the queue go into a batch that has room for
 * `room`.  Joined ones count as a whole, which may exceed an empty batch. */
static size_t fitting(const struct queue *q, size_t room, bool empty)
{
	size_t fits = 0;
	size_t n = 0;

	for (const struct item *it = q->head; it != NULL; it = it->next) {
		n++;
		if (it->joined)
			continue;
		if (it->solo)
			return empty && fits == 0 && n == 1 ? 1 : fits;
		if (n > room && !(empty && fits == 0))
			break;
		fits = n;
		if (n >= room)
			break;
	}
	return fits;
}

/* How many from inside, how many from outside.  A request too large for what
 * the inside leaves free waits one turn and then goes first. */
static void share(struct intake *in, size_t *inside, size_t *outside)
{
	size_t max = in->limits.batch_max;
	size_t kept = in->outside.count < max / 4 ? in->outside.count : max / 4;

	*inside = 0;
	*outside = 0;
	if (!in->passed_over)
		*inside = fitting(&in->inside, max - kept, true);
	if (*inside == 0 || !in->inside.head->solo)
		*outside = fitting(&in->outside, max - *inside, *inside == 0);
	in->passed_over = in->outside.count > 0 && *outside == 0;
}

static struct batch *collect(struct intake *in)
{
	size_t inside;
	size_t outside;
	struct batch *b;

	if (in->inside.count + in->outside.count == 0)
		return NULL;
	share(in, &inside, &outside);
	b = batch_new(inside + outside);
	while (inside-- > 0)
		b->items[b->count++] = queue_pop(&in->inside);
	while (outside-- > 0)
		b->items[b->count++] = queue_pop(&in->outside);
	b->max_future_ms = in->limits.max_future_ms;
	b->max_past_ms = in->limits.max_past_ms;
	return b;
}

/* Room for the new batch, and for `published` items of one that is about to
 * be. */
static void hand_over(struct intake *in, size_t published)
{
	struct batch *b;

	if (in->in_hand)
		return;
	b = collect(in);
	if (b == NULL)
		return;
	in->hooks.reserve(in->hooks.user, b->count + published);
	in->in_hand = true;
	in->since = loop_mono(in->loop);
	loop_timer_stop(in->idle);
	commit_hand(in->commit, b);
}

static void on_flush(void *user)
{
	hand_over(user, 0);
}

/* Takes what is to be offered again out of the batch. */
static void keep_inside(struct intake *in, struct batch *b)
{
	if (b->culprit != NULL)
		b->culprit->solo = true;
	for (size_t i = 0; i < b->count; i++) {
		if (b->items[i]->answered)
			continue;
		queue_push(&in->again, b->items[i]);
		b->items[i] = NULL;
	}
	if (in->again.count > 0)
		loop_timer_start(in->retry, INTAKE_RETRY_MS, 0);
}

static void tell_items(struct batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		struct item *it = b->items[i];

		if (it != NULL && it->published != NULL)
			it->published(it->user, it);
	}
}

/* The next batch goes first: the disk works while this one is published. */
static void on_finished(void *user)
{
	struct intake *in = user;
	struct batch *b = commit_take(in->commit);

	if (b == NULL)
		return;
	in->in_hand = false;
	in->failing = b->failed;
	hand_over(in, b->count);
	in->hooks.publish(in->hooks.user, b);
	if (b->failed)
		keep_inside(in, b);
	tell_items(b);
	batch_free(b);
	in->hooks.turned(in->hooks.user);
	if (!in->in_hand)
		loop_timer_start(in->idle, INTAKE_IDLE_MS, 0);
}

/* In front of what came since: they are the older ones. */
static void on_retry(void *user)
{
	struct intake *in = user;
	struct queue all = in->again;

	if (all.count == 0)
		return;
	while (in->inside.count > 0)
		queue_push(&all, queue_pop(&in->inside));
	in->inside = all;
	queue_init(&in->again);
	hand_over(in, 0);
}

static void on_idle(void *user)
{
	struct intake *in = user;

	if (!in->in_hand)
		commit_idle(in->commit);
}

struct intake *intake_start(struct loop *l, struct store *s,
    struct matrix_ref *matrix, struct duty_ref *duty,
    const struct intake_limits *limits, const struct intake_hooks *hooks)
{
	struct intake *in = calloc(1, sizeof *in);

	CHECK(in != NULL);
	in->loop = l;
	in->hooks = *hooks;
	intake_set_limits(in, limits);
	queue_init(&in->inside);
	queue_init(&in->outside);
	queue_init(&in->again);
	in->flush = loop_poke_new(l, on_flush, in);
	in->finished = loop_poke_new(l, on_finished, in);
	in->retry = loop_timer_new(l, on_retry, in);
	in->idle = loop_timer_new(l, on_idle, in);
	in->commit = commit_start(s, matrix, duty, l, in->finished);
	return in;
}

void intake_set_limits(struct intake *in, const struct intake_limits *limits)
{
	CHECK(limits->batch_max > 0 && limits->queue_max > 0);
	in->limits = *limits;
}

bool intake_offer(struct intake *in, struct item *first, size_t n)
{
	if (in->outside.count + n > in->limits.queue_max)
		return false;
	while (first != NULL) {
		struct item *next = first->next;

		CHECK(n-- > 0);
		first->joined = next != NULL;
		first->answered = true;
		queue_push(&in->outside, first);
		first = next;
	}
	CHECK(n == 0);
	loop_poke(in->flush);
	return true;
}

bool intake_offer_inside(struct intake *in, struct item *it)
{
	if (in->inside.count + in->again.count >= INTAKE_INSIDE_MAX)
		return false;
	intake_offer_control(in, it);
	return true;
}

void intake_offer_control(struct intake *in, struct item *it)
{
	queue_push(&in->inside, it);
	loop_poke(in->flush);
}

bool intake_has_leisure(const struct intake *in)
{
	return !in->failing && in->again.count == 0 &&
	       in->inside.count < in->limits.batch_max &&
	       in->outside.count < in->limits.queue_max / 4;
}

size_t intake_waiting(const struct intake *in)
{
	return in->inside.count + in->outside.count + in->again.count;
}

size_t intake_max(const struct intake *in)
{
	return in->limits.queue_max;
}

bool intake_failing(const struct intake *in)
{
	return in->failing;
}

int64_t intake_busy_ms(const struct intake *in, struct mono now)
{
	return in->in_hand ? now.ms - in->since.ms : 0;
}

bool intake_is_idle(const struct intake *in)
{
	return !in->in_hand && intake_waiting(in) == 0;
}

static void drop_all(struct queue *q)
{
	while (q->count > 0) {
		struct item *it = queue_pop(q);

		it->out = (struct outcome){ .kind = OUTCOME_FAILED,
			.code = 503,
			.why = "the daemon is stopping" };
		if (it->answered && it->published != NULL)
			it->published(it->user, it);
		item_free(it);
	}
}

void intake_stop(struct intake *in)
{
	CHECK(!in->in_hand);
	commit_stop(in->commit);
	drop_all(&in->inside);
	drop_all(&in->outside);
	drop_all(&in->again);
	loop_poke_close(in->flush);
	loop_poke_close(in->finished);
	loop_timer_close(in->retry);
	loop_timer_close(in->idle);
	free(in);
}
