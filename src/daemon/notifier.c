/* notifier.c - what is published, turns, jobs of errands.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/notifier_parts.h"

#include "base/check.h"
#include "daemon/log.h"

#include <stdlib.h>
#include <string.h>

struct job {
	struct notifier *notifier;
	struct errand *errands[NOTIFIER_JOB_MAX];
	size_t count;
	size_t notices;
};

/* --- lists --------------------------------------------------------------- */

void errand_list_init(struct errand_list *list)
{
	list->head = NULL;
	list->tail = &list->head;
	list->count = 0;
}

void errand_list_add(struct errand_list *list, struct errand *e)
{
	e->next = NULL;
	e->self = list->tail;
	*list->tail = e;
	list->tail = &e->next;
	list->count++;
}

void errand_list_drop(struct errand_list *list, struct errand *e)
{
	*e->self = e->next;
	if (e->next != NULL)
		e->next->self = e->self;
	else
		list->tail = e->self;
	e->self = NULL;
	list->count--;
}

static struct errand *pop(struct errand_list *list)
{
	struct errand *e = list->head;

	if (e != NULL)
		errand_list_drop(list, e);
	return e;
}

/* --- its life ------------------------------------------------------------ */

static void on_poke(void *user)
{
	notifier_turn(user);
}

static void follow_matrix(struct notifier *n)
{
	struct matrix_ref *old = n->matrix;

	if (old == *n->w.matrix)
		return;
	n->matrix = matrix_ref_get(*n->w.matrix);
	outbox_take_matrix(n->outbox, matrix_ref_matrix(n->matrix));
	if (old != NULL)
		matrix_ref_put(old);
}

struct notifier *notifier_new(const struct notifier_world *world)
{
	struct notifier *n = calloc(1, sizeof *n);

	CHECK(n != NULL);
	n->w = *world;
	n->home = (struct errand_home){ .instance = world->instance,
		.public_url = world->public_url,
		.link_key = world->link_key,
		.link_expires_ms = world->link_expires_ms,
		.rate = world->rate };
	n->kept_tail = &n->kept;
	errand_list_init(&n->sending);
	errand_list_init(&n->going);
	n->outbox = outbox_new();
	follow_matrix(n);
	n->poke = loop_poke_new(world->loop, on_poke, n);
	n->timer = loop_timer_new(world->loop, on_poke, n);
	n->turned = loop_mono(world->loop);
	return n;
}

static void free_errands(struct errand_list *list)
{
	struct errand *e;

	while ((e = pop(list)) != NULL) {
		free(e->probe);
		errand_free(e);
	}
}

size_t notifier_free(struct notifier *n)
{
	size_t cut_off = n->sending.count + n->going.count + n->nkept;

	CHECK(n->jobs == 0);
	free_errands(&n->sending);
	free_errands(&n->going);
	probe_free_all(n);
	asking_free(n);
	while (n->kept != NULL) {
		struct item *it = n->kept;

		n->kept = it->next;
		item_free(it);
	}
	while (n->begun != NULL)
		outcome_stored(n, n->begun->notice_id);
	while (n->nbroken > 0) {
		n->nbroken--;
		free(n->broken[n->nbroken].channel);
		free(n->broken[n->nbroken].why);
	}
	free(n->broken);
	outbox_free(n->outbox);
	if (n->matrix != NULL)
		matrix_ref_put(n->matrix);
	loop_poke_close(n->poke);
	loop_timer_close(n->timer);
	free(n);
	return cut_off;
}

void notifier_alive(struct notifier *n, struct wall alive)
{
	n->alive = wall_max(n->alive, alive);
}

void notifier_hold(struct notifier *n)
{
	n->held = true;
}

/* --- jobs ---------------------------------------------------------------- */

static void on_job(struct reader *r, void *user)
{
	struct job *job = user;

	for (size_t i = 0; i < job->count; i++)
		errand_prepare(
		    job->errands[i], r, loop_wall(job->notifier->w.loop));
}

static void on_job_done(void *user)
{
	struct job *job = user;
	struct notifier *n = job->notifier;

	n->jobs--;
	n->turned = loop_mono(n->w.loop);
	for (size_t i = 0; i < job->count; i++) {
		if (n->held)
			attempt_put_back(job->errands[i], WALL_NEVER);
		else
			attempt_run(job->errands[i]);
	}
	free(job);
	loop_poke(n->poke);
}

/* Threads of its tickets that have begun and are not in the database. */
static void know_threads(struct notifier *n, struct errand *e)
{
	struct arena *a = &e->arena;

	for (const struct begun *b = n->begun; b != NULL; b = b->next) {
		if (b->ticket_id != e->parcel.tickets[0] ||
		    e->nthreads == ERRAND_THREADS_MAX)
			continue;
		e->threads[e->nthreads++] =
		    (struct errand_thread){ .channel =
						arena_strdup(a, b->channel),
			    .room = arena_strdup(a, b->room),
			    .ref = arena_strdup(a, b->ref) };
	}
}

static bool take_parcel(struct notifier *n, struct job *job)
{
	struct parcel p;
	struct errand *e;

	if (!outbox_take(n->outbox, loop_mono(n->w.loop), &p))
		return false;
	e = errand_new(&n->home, &p, matrix_ref_get(*n->w.matrix));
	e->notifier = n;
	know_threads(n, e);
	job->errands[job->count++] = e;
	job->notices += p.count;
	return true;
}

/* False if there was nothing to do. */
static bool start_job(struct notifier *n)
{
	struct job *job = calloc(1, sizeof *job);

	CHECK(job != NULL);
	job->notifier = n;
	while (job->count < NOTIFIER_JOB_MAX && n->going.head != NULL)
		job->errands[job->count++] = pop(&n->going);
	while (job->count < NOTIFIER_JOB_MAX &&
	       job->notices < NOTIFIER_JOB_NOTICES && take_parcel(n, job))
		continue;
	if (job->count == 0) {
		free(job);
		return false;
	}
	n->jobs++;
	n->turned = loop_mono(n->w.loop);
	/* One question a reader: the desk never refuses. */
	CHECK(
	    readers_ask(n->w.readers, DESK_NOTICES, on_job, on_job_done, job));
	return true;
}

/* --- turns --------------------------------------------------------------- */

static void on_alive(void *user, struct item *it)
{
	struct notifier *n = user;

	(void)it;
	n->alive_asked = false;
}

static void ask_alive(struct notifier *n)
{
	struct item *it;

	if (n->alive_asked)
		return;
	it = item_new(ITEM_ALIVE);
	it->published = on_alive;
	it->user = n;
	n->alive_asked = true;
	intake_offer_control(n->w.intake, it);
}

static void ask_refill(struct notifier *n)
{
	struct item *it;

	if (n->refill_asked || !outbox_on_disk(n->outbox) ||
	    outbox_count(n->outbox) > OUTBOX_MAX / 2)
		return;
	it = item_new(ITEM_REFILL);
	it->limit = OUTBOX_MAX;
	n->refill_asked = true;
	intake_offer_control(n->w.intake, it);
}

/* What an endpoint that is down holds up and need not. */
static void divert(struct notifier *n)
{
	size_t lane;
	int64_t notice_id;
	int64_t ticket_id;
	int left = NOTIFIER_DIVERT_MAX;

	while (n->nkept == 0 && left > 0 &&
	       outbox_take_stranded(n->outbox, loop_mono(n->w.loop), &lane,
		   &notice_id, &ticket_id)) {
		outcome_divert(n, lane, notice_id, ticket_id);
		left--;
	}
	if (left == 0)
		loop_poke(n->poke);
}

/* Budgets and pauses are real time: the alarm knows the daemon's only. */
static void arm(struct notifier *n)
{
	struct mono now = loop_mono(n->w.loop);
	struct mono next = outbox_next_mono(n->outbox, now);

	if (next.ms == INT64_MAX || n->jobs == NOTIFIER_JOBS_MAX)
		loop_timer_stop(n->timer);
	else
		loop_timer_start(
		    n->timer, next.ms > now.ms ? next.ms - now.ms : 1, 0);
}

static void let_go(struct notifier *n)
{
	struct errand *e;

	loop_timer_stop(n->timer);
	while ((e = pop(&n->going)) != NULL)
		attempt_put_back(e, WALL_NEVER);
}

void notifier_turn(struct notifier *n)
{
	struct wall now = loop_now(n->w.loop);

	outcome_offer_kept(n);
	if (n->held) {
		let_go(n);
		return;
	}
	follow_matrix(n);
	if (!wall_is_never(
		outbox_ripen(n->outbox, now, n->alive, loop_mono(n->w.loop))))
		ask_alive(n);
	ask_refill(n);
	divert(n);
	while (n->jobs < NOTIFIER_JOBS_MAX && start_job(n))
		continue;
	arm(n);
	n->w.turned(n->w.user);
}

/* --- what was committed -------------------------------------------------- */

void notifier_publish(struct notifier *n, const struct item *it)
{
	const struct outcome *out = &it->out;

	follow_matrix(n);
	if (it->kind == ITEM_INSIDE && it->ev.type == EVENT_DELIVERY) {
		outbox_release(n->outbox, it->ev.notice_id, WALL_NEVER);
		outcome_stored(n, it->ev.notice_id);
	}
	if (it->kind == ITEM_REFILL) {
		n->refill_asked = false;
		outbox_set_on_disk(n->outbox, out->is_partial);
	}
	for (size_t i = 0; i < out->ngone; i++)
		outbox_gone(n->outbox, out->gone[i]);
	for (size_t i = 0; i < out->npending; i++)
		outbox_put(n->outbox, &out->pending[i]);
}

/* --- questions ----------------------------------------------------------- */

struct wall notifier_next(const struct notifier *n)
{
	return n->held ? WALL_NEVER
		       : outbox_next(n->outbox, loop_now(n->w.loop));
}

size_t notifier_in_flight(const struct notifier *n)
{
	return n->sending.count + n->going.count + (size_t)n->jobs + n->nkept +
	       n->nposts;
}

size_t notifier_known(const struct notifier *n)
{
	return outbox_count(n->outbox);
}

bool notifier_stuck(const struct notifier *n)
{
	return outbox_stuck(n->outbox, loop_mono(n->w.loop), n->turned);
}

const struct outbox *notifier_outbox(const struct notifier *n)
{
	return n->outbox;
}

size_t notifier_broken(const struct notifier *n)
{
	return n->nbroken;
}

const char *notifier_broken_at(
    const struct notifier *n, size_t i, const char **why)
{
	CHECK(i < n->nbroken);
	*why = n->broken[i].why;
	return n->broken[i].channel;
}
