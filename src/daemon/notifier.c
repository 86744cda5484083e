/* notifier.c - jobs of errands, attempts, outcomes.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/notifier.h"

#include "base/check.h"
#include "core/retry.h"
#include "daemon/errand.h"
#include "daemon/log.h"
#include "daemon/outbox.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct notifier {
	struct notifier_world w;
	struct outbox outbox;
	struct wall alive;	/* latest that the database records */
	struct loop_poke *poke; /* a turn is wanted */
	struct errand *sending; /* list of attempts on the wire */
	size_t nsending;
	int jobs;
	size_t first_lane; /* where the next job begins to look */
	struct item *kept; /* outcomes the intake had no room for */
	struct item **kept_tail;
	size_t nkept;
	struct mono turned; /* when something was last begun or ended */
	bool alive_asked;
	bool refill_asked;
	bool held;
};

struct job {
	struct notifier *notifier;
	struct errand *errands[NOTIFIER_JOB_MAX];
	size_t count;
};

static void on_poke(void *user)
{
	notifier_turn(user);
}

struct notifier *notifier_new(const struct notifier_world *world)
{
	struct notifier *n = calloc(1, sizeof *n);

	CHECK(n != NULL);
	n->w = *world;
	n->kept_tail = &n->kept;
	outbox_init(&n->outbox);
	n->outbox.on_disk = true;
	n->poke = loop_poke_new(world->loop, on_poke, n);
	n->turned = loop_mono(world->loop);
	return n;
}

void notifier_alive(struct notifier *n, struct wall alive)
{
	n->alive = wall_max(n->alive, alive);
}

/* --- outcomes ------------------------------------------------------------ */

/* In order: those kept before go first. */
static void offer_kept(struct notifier *n)
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

static void keep(struct notifier *n, struct item *it)
{
	it->next = NULL;
	*n->kept_tail = it;
	n->kept_tail = &it->next;
	n->nkept++;
	offer_kept(n);
}

/* What became of the attempt, in the words of the delivery table. */
struct result {
	enum delivery delivery;
	int64_t wait_ms; /* AGAIN */
	int64_t took_ms;
	int code;
	const char *detail;
};

/* Real milliseconds from now, on the daemon's clock. */
static struct wall after_real(const struct notifier *n, int64_t ms)
{
	return wall_plus(
	    loop_now(n->w.loop), (int64_t)((double)ms * n->w.rate));
}

static void settle(struct errand *e, const struct result *r)
{
	struct notifier *n = e->notifier;
	struct item *it =
	    item_inside(EVENT_DELIVERY, e->ticket_id, loop_now(n->w.loop));

	it->ev.notice_id = e->notice_id;
	it->ev.delivery = r->delivery;
	it->ev.text = arena_strdup(&it->arena, r->detail);
	if (r->delivery == DELIVERY_AGAIN)
		it->ev.again_at = after_real(n, r->wait_ms);
	it->row = (struct delivery_row){
		.notice_id = e->notice_id,
		.number = e->notice.attempts + 1,
		.started = e->now,
		.took_ms = r->took_ms,
		.result = delivery_name(r->delivery),
		.code = r->code,
		.detail = it->ev.text,
	};
	n->w.counters->attempts++;
	if (r->delivery == DELIVERY_AGAIN)
		n->w.counters->attempts_again++;
	outbox_attempt_over(&n->outbox, e->lane, loop_mono(n->w.loop));
	keep(n, it);
	errand_free(e);
	loop_poke(n->poke);
}

/* Nothing was attempted: the notice waits, or is forgotten. */
static void put_back(struct errand *e, struct wall again_at)
{
	struct notifier *n = e->notifier;

	outbox_attempt_over(&n->outbox, e->lane, loop_mono(n->w.loop));
	outbox_release(&n->outbox, e->notice_id, again_at);
	errand_free(e);
	loop_poke(n->poke);
}

/* --- attempts ------------------------------------------------------------ */

static void sending_add(struct notifier *n, struct errand *e)
{
	e->next = n->sending;
	e->self = &n->sending;
	if (e->next != NULL)
		e->next->self = &e->next;
	n->sending = e;
	n->nsending++;
}

static void sending_drop(struct notifier *n, struct errand *e)
{
	*e->self = e->next;
	if (e->next != NULL)
		e->next->self = e->self;
	e->self = NULL;
	n->nsending--;
}

static uint64_t chance(void)
{
	uint64_t bits = 0;

	/* Without entropy everybody waits equally long: no reason to stop. */
	if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) < 0)
		return 0;
	return bits;
}

static enum transport transport_of(
    const struct errand *e, const struct http_result *r)
{
	if (!r->answered)
		return TRANSPORT_NETWORK;
	return e->type == CHANNEL_SMTP ? TRANSPORT_SMTP : TRANSPORT_HTTP;
}

static void pause_lane(struct errand *e, int64_t wait_ms)
{
	struct notifier *n = e->notifier;
	struct log_line l;

	outbox_pause(&n->outbox, e->lane, after_real(n, wait_ms));
	n->w.counters->channel_pauses++;
	log_begin(&l, LOG_LEVEL_WARNING);
	log_text(&l, "channel", e->notice.channel);
	log_text(&l, "msg", "asked to wait");
	log_span(&l, "for", wait_ms);
	log_end(&l);
}

static void on_sent(void *user, const struct http_result *r)
{
	struct errand *e = user;
	struct attempt a = { .transport = transport_of(e, r),
		.code = r->status,
		.retry_after_ms = r->retry_after_ms,
		.body = r->body,
		.number = e->notice.attempts,
		.chance = chance() };
	struct retry what = retry_after(e->type, &a);
	struct result result = { .delivery = what.delivery,
		.wait_ms = what.wait_ms,
		.took_ms = r->took_ms,
		.code = r->answered ? r->status : 0,
		.detail = what.why };
	struct errtext text;

	if (!r->answered && r->failure[0] != '\0') {
		errtext_set(&text, "%s: %s", what.why, r->failure);
		result.detail = text.text;
	}
	sending_drop(e->notifier, e);
	if (what.delivery == DELIVERY_AGAIN && what.whole_channel)
		pause_lane(e, what.wait_ms);
	settle(e, &result);
}

static void count_late(struct notifier *n, const struct errand *e)
{
	int64_t late_ms = wall_minus(e->now, notice_meant_at(&e->notice));

	if (e->notice.attempts > 0 || late_ms <= 0)
		return;
	n->w.counters->late_ms += (uint64_t)late_ms;
	if ((uint64_t)late_ms > n->w.counters->late_max_ms)
		n->w.counters->late_max_ms = (uint64_t)late_ms;
}

static void retry_reading(struct errand *e)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_ERROR);
	log_int(&l, "notice", e->notice_id);
	log_text(&l, "msg", "could not be read, will be tried again");
	log_text(&l, "error", e->why);
	log_end(&l);
	put_back(e, after_real(e->notifier, NOTIFIER_DISK_MS));
}

static void run_errand(struct errand *e)
{
	struct notifier *n = e->notifier;
	struct result ok = { .delivery = DELIVERY_OK, .detail = "" };
	struct result never = { .delivery = DELIVERY_NEVER, .detail = e->why };

	switch (e->kind) {
	case ERRAND_SEND:
		count_late(n, e);
		sending_add(n, e);
		http_client_send(n->w.client, &e->send, on_sent, e);
		break;
	case ERRAND_LOG:
		count_late(n, e);
		errand_log(e);
		settle(e, &ok);
		break;
	case ERRAND_REFUSE:
		settle(e, &never);
		break;
	case ERRAND_GONE:
		put_back(e, WALL_NEVER);
		break;
	case ERRAND_FAIL:
		retry_reading(e);
		break;
	}
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
			put_back(job->errands[i], WALL_NEVER);
		else
			run_errand(job->errands[i]);
	}
	free(job);
	loop_poke(n->poke);
}

static int lane_max(const struct notifier *n, const struct lane *lane)
{
	const struct matrix *m = matrix_ref_matrix(*n->w.matrix);
	int channel = matrix_channel(m, lane->channel);

	return channel >= 0 && m->channels[channel].type == CHANNEL_LOG
		   ? NOTIFIER_LOG_MAX
		   : NOTIFIER_LANE_MAX;
}

static void take_from(struct notifier *n, size_t at, struct job *job)
{
	const struct lane *lane = &n->outbox.lanes[at];
	int max = lane_max(n, lane);
	int64_t id;

	while (job->count < NOTIFIER_JOB_MAX && lane->busy < max &&
	       outbox_take(&n->outbox, at, loop_now(n->w.loop),
		   loop_mono(n->w.loop), &id)) {
		struct errand *e = errand_new(id, matrix_ref_get(*n->w.matrix));

		e->notifier = n;
		e->ticket_id = outbox_entry(&n->outbox, id)->ticket_id;
		e->lane = at;
		e->instance = n->w.instance;
		job->errands[job->count++] = e;
	}
}

/* False if there was nothing to do. */
static bool start_job(struct notifier *n)
{
	size_t nlanes = n->outbox.nlanes;
	struct job *job = calloc(1, sizeof *job);

	CHECK(job != NULL);
	job->notifier = n;
	for (size_t i = 0; i < nlanes; i++)
		take_from(n, (n->first_lane + i) % nlanes, job);
	if (job->count == 0) {
		free(job);
		return false;
	}
	n->first_lane = (n->first_lane + 1) % nlanes;
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

	if (n->refill_asked || !n->outbox.on_disk ||
	    outbox_count(&n->outbox) > OUTBOX_MAX / 2)
		return;
	it = item_new(ITEM_REFILL);
	it->limit = OUTBOX_MAX;
	n->refill_asked = true;
	intake_offer_control(n->w.intake, it);
}

void notifier_turn(struct notifier *n)
{
	struct wall now = loop_now(n->w.loop);

	offer_kept(n);
	if (n->held)
		return;
	if (!wall_is_never(outbox_ripen(&n->outbox, now, n->alive)))
		ask_alive(n);
	ask_refill(n);
	while (n->jobs < NOTIFIER_JOBS_MAX && start_job(n))
		continue;
	n->w.turned(n->w.user);
}

void notifier_publish(struct notifier *n, const struct item *it)
{
	const struct outcome *out = &it->out;

	if (it->row.notice_id != 0)
		outbox_release(&n->outbox, it->row.notice_id, WALL_NEVER);
	if (it->kind == ITEM_REFILL) {
		n->refill_asked = false;
		n->outbox.on_disk = out->is_partial;
	}
	for (size_t i = 0; i < out->ngone; i++)
		outbox_gone(&n->outbox, out->gone[i]);
	for (size_t i = 0; i < out->npending; i++)
		outbox_put(&n->outbox, &out->pending[i]);
}

struct wall notifier_next(const struct notifier *n)
{
	return n->held ? WALL_NEVER
		       : outbox_next(&n->outbox, loop_now(n->w.loop));
}

void notifier_hold(struct notifier *n)
{
	n->held = true;
}

size_t notifier_in_flight(const struct notifier *n)
{
	return n->nsending + (size_t)n->jobs + n->nkept;
}

size_t notifier_known(const struct notifier *n)
{
	return outbox_count(&n->outbox);
}

static bool lane_stuck(const struct notifier *n, const struct lane *lane)
{
	struct mono mono = loop_mono(n->w.loop);

	if (lane->busy > 0)
		return mono.ms - lane->moved.ms >
		       CLIENT_TIMEOUT_MS + NOTIFIER_STUCK_MS;
	return lane->ready.count > 0 &&
	       !wall_before(loop_now(n->w.loop), lane->paused_until) &&
	       mono.ms - n->turned.ms > NOTIFIER_STUCK_MS;
}

bool notifier_stuck(const struct notifier *n)
{
	for (size_t i = 0; i < n->outbox.nlanes; i++)
		if (lane_stuck(n, &n->outbox.lanes[i]))
			return true;
	return false;
}

size_t notifier_free(struct notifier *n)
{
	size_t cut_off = n->nsending + n->nkept;

	CHECK(n->jobs == 0);
	while (n->sending != NULL) {
		struct errand *e = n->sending;

		sending_drop(n, e);
		errand_free(e);
	}
	while (n->kept != NULL) {
		struct item *it = n->kept;

		n->kept = it->next;
		item_free(it);
	}
	outbox_fini(&n->outbox);
	loop_poke_close(n->poke);
	free(n);
	return cut_off;
}
