/* attempt.c - sent, answered, and what follows.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/notifier_parts.h"

#include "base/check.h"
#include "daemon/log.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* An edit has no row that counts its failures: it waits as after so many. */
#define EDIT_FAILURES 4

static uint64_t chance(void)
{
	uint64_t bits = 0;

	/* Without entropy everybody waits equally long: no reason to stop. */
	if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) < 0)
		return 0;
	return bits;
}

/* --- the lane ------------------------------------------------------------ */

/* What is down may be a host, or all that goes by one channel. */
static void say_breaker(
    const struct errand *e, enum breaker_change change, const char *why)
{
	struct notifier *n = e->notifier;
	bool down = change == BREAKER_OPENED;
	struct lane_line line;
	struct log_line l;

	outbox_lane(n->outbox, e->parcel.lane, loop_mono(n->w.loop), &line);
	log_begin(&l, down ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO);
	log_text(&l, "endpoint", outbox_changed(n->outbox));
	log_text(&l, "channel", line.channel);
	log_text(&l, "msg", down ? "is down" : "answers again");
	log_text(&l, "error", down ? why : "");
	log_end(&l);
	if (n->w.changed != NULL)
		n->w.changed(n->w.user);
}

static void end_attempt(struct errand *e, enum attempt_end end, const char *why)
{
	struct notifier *n = e->notifier;
	enum breaker_change change = outbox_attempt_over(
	    n->outbox, e->parcel.lane, end, loop_mono(n->w.loop), chance());

	if (change != BREAKER_SAME)
		say_breaker(e, change, why);
}

static void finish(struct errand *e)
{
	loop_poke(e->notifier->poke);
	errand_free(e);
}

static void pause_lane(struct errand *e, int64_t wait_ms)
{
	struct notifier *n = e->notifier;
	struct mono until = { loop_mono(n->w.loop).ms + wait_ms };
	struct log_line l;

	outbox_pause(n->outbox, e->parcel.lane, until);
	n->w.counters->channel_pauses++;
	log_begin(&l, LOG_LEVEL_WARNING);
	log_text(&l, "channel", e->letter.channel->name);
	log_text(&l, "msg", "asked to wait");
	log_span(&l, "for", wait_ms);
	log_text(
	    &l, "who", e->letter.person == NULL ? "" : e->letter.person->name);
	log_end(&l);
}

/* A bundle that they cannot read says nothing of the single notices in it. */
static void go_alone(struct errand *e, const char *why)
{
	struct notifier *n = e->notifier;
	struct mono until = { loop_mono(n->w.loop).ms + NOTIFIER_ALONE_MS };
	struct log_line l;

	outbox_one_by_one(n->outbox, e->parcel.lane, until);
	log_begin(&l, LOG_LEVEL_WARNING);
	log_text(&l, "channel", e->letter.channel->name);
	log_text(&l, "msg", "refused a bundle, gets its notices one by one");
	log_int(&l, "notices", (int64_t)e->said);
	log_text(&l, "error", why);
	log_end(&l);
	end_attempt(e, ATTEMPT_ANSWERED, why);
	for (size_t i = 0; i < e->count; i++)
		if (e->notices[i].fate == FATE_SAID)
			outbox_release(
			    n->outbox, e->notices[i].id, loop_now(n->w.loop));
	finish(e);
}

/* --- answers ------------------------------------------------------------- */

static enum attempt_end end_of(const struct retry *what)
{
	if (what->meaning == MEANS_RETRY && what->blame == BLAME_ENDPOINT)
		return ATTEMPT_FAILED;
	if (what->meaning == MEANS_ALARM && what->blame == BLAME_CHANNEL)
		return ATTEMPT_REFUSED;
	return ATTEMPT_ANSWERED;
}

/* More than one notice, or one more of an incident, with the others' names. */
static bool is_bundle(const struct errand *e)
{
	return e->said > 1 || e->letter.kind == LETTER_INCIDENT;
}

/* A letter was answered, or never will be. */
static void conclude(struct errand *e, const struct retry *what, int code,
    const struct reading *said)
{
	struct notifier *n = e->notifier;

	if (what->meaning == MEANS_OK)
		outcome_mark(n, e->letter.base->name, NULL);
	if (what->meaning == MEANS_ALARM)
		outcome_mark(n, e->letter.base->name, what->why);
	if (what->meaning == MEANS_NEXT && what->blame == BLAME_PERSON)
		outcome_forget_addresses(e);
	if (what->meaning == MEANS_WAIT) {
		pause_lane(e, what->wait_ms);
		if (e->asked.learns != NULL)
			asking_pause(n, e->letter.base->name, what->wait_ms);
	}
	if (what->meaning == MEANS_NEXT && what->blame == BLAME_MESSAGE &&
	    is_bundle(e)) {
		go_alone(e, what->why);
		return;
	}
	if (said->thread_gone && e->parcel.kind != PARCEL_EDIT)
		outcome_forget_thread(e);
	end_attempt(e, end_of(what), what->why);
	outcome_settle(e, what, code, said);
	finish(e);
}

/* What the other side said, in its own words. */
static struct reading read_answer(struct errand *e, const struct answer *got)
{
	const struct via *via = via_of(e->letter.channel->type);
	struct reading said = { .word = "", .ref = "" };

	if (got->transport != TRANSPORT_NETWORK && via->read != NULL)
		via->read(&e->asked, got, &e->arena, &said);
	return said;
}

static void report(struct errand *e, const struct retry *what, int status,
    const struct reading *said)
{
	const struct notifier_report r = { .channel = e->letter.channel->name,
		.ok = what->meaning == MEANS_OK,
		.status = status,
		.word = said->word,
		.why = what->why,
		.meaning = what->meaning,
		.blame = what->blame,
		.took_ms = e->took_ms };

	if (what->meaning == MEANS_OK && e->letter.kind == LETTER_TEST)
		outcome_mark(e->notifier, e->letter.base->name, NULL);
	probe_report(e, &r);
}

/* One request of several taught what the next one needs.  False: it did not.
 */
static bool go_on(struct errand *e, const struct reading *said)
{
	if (said->value == NULL || said->value[0] == '\0' ||
	    e->requests >= ERRAND_REQUESTS_MAX)
		return false;
	outcome_address(e, e->asked.learns, said->value);
	errand_learn(e, said->value);
	errand_list_add(&e->notifier->going, e);
	loop_poke(e->notifier->poke);
	return true;
}

static enum transport transport_of(
    const struct errand *e, const struct http_result *r)
{
	if (!r->answered)
		return TRANSPORT_NETWORK;
	return e->asked.mail_to != NULL ? TRANSPORT_SMTP : TRANSPORT_HTTP;
}

/* Of the most urgent notice in it. */
static int failures(const struct errand *e)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->notices[i].fate == FATE_SAID && e->notices[i].id > 0)
			return e->notices[i].notice.attempts;
	return EDIT_FAILURES;
}

static struct retry judge(struct errand *e, const struct answer *got,
    const struct reading *said, int64_t retry_after_ms)
{
	struct attempt a = { .transport = got->transport,
		.code = got->status,
		.retry_after_ms = retry_after_ms,
		.word = said->word,
		.own = &via_of(e->letter.channel->type)->answers,
		.number = failures(e),
		.chance = chance() };

	return retry_judge(&a);
}

static void on_sent(void *user, const struct http_result *r)
{
	struct errand *e = user;
	struct answer got = { .transport = transport_of(e, r),
		.status = r->status,
		.body = r->body,
		.len = r->len,
		.header = r->header };
	struct reading said = read_answer(e, &got);
	struct retry what = judge(e, &got, &said, r->retry_after_ms);
	int code = r->answered ? r->status : 0;
	struct errtext text;

	errand_list_drop(&e->notifier->sending, e);
	e->notifier->turned = loop_mono(e->notifier->w.loop);
	e->requests++;
	e->took_ms += r->took_ms;
	if (!r->answered && r->failure[0] != '\0') {
		errtext_set(&text, "%s: %s", what.why, r->failure);
		what.why = arena_strdup(&e->arena, text.text);
	}
	if (what.meaning == MEANS_OK && e->asked.learns != NULL) {
		if (go_on(e, &said))
			return;
		what = (struct retry){ .delivery = DELIVERY_NEVER,
			.meaning = MEANS_NEXT,
			.blame = BLAME_ENDPOINT,
			.why = "the answer does not say what was asked" };
	}
	if (e->probe != NULL)
		report(e, &what, code, &said);
	else
		conclude(e, &what, code, &said);
}

/* --- what was prepared --------------------------------------------------- */

static void count_late(struct errand *e)
{
	struct counters *c = e->notifier->w.counters;

	for (size_t i = 0; i < e->count; i++) {
		const struct errand_notice *en = &e->notices[i];
		int64_t late_ms;

		if (en->fate != FATE_SAID || en->id < 0 ||
		    en->notice.attempts > 0)
			continue;
		late_ms = wall_minus(e->now, notice_meant_at(&en->notice));
		if (late_ms <= 0)
			continue;
		c->late_ms += (uint64_t)late_ms;
		if ((uint64_t)late_ms > c->late_max_ms)
			c->late_max_ms = (uint64_t)late_ms;
	}
}

static void release(
    struct errand *e, struct errand_notice *en, struct wall again_at)
{
	en->fate = FATE_OVER;
	outbox_release(e->notifier->outbox, en->id, again_at);
}

static void say_unread(const struct errand *e, const struct errand_notice *en)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_ERROR);
	log_int(&l, "notice", en->id);
	log_text(&l, "msg", "could not be read, will be tried again");
	log_text(&l, "error", e->why);
	log_end(&l);
}

/* Those that are not in the letter. */
static void sort_out(struct errand *e)
{
	for (size_t i = 0; i < e->count; i++) {
		struct errand_notice *en = &e->notices[i];

		switch (en->fate) {
		case FATE_SAID:
		case FATE_OVER:
			break;
		case FATE_GONE:
			release(e, en, WALL_NEVER);
			break;
		case FATE_WAITS:
			release(e, en, en->again_at);
			break;
		case FATE_USELESS:
			outcome_useless(e, en);
			break;
		case FATE_UNREAD:
			say_unread(e, en);
			release(e, en,
			    outcome_after(e->notifier, NOTIFIER_DISK_MS));
			break;
		}
	}
}

void attempt_put_back(struct errand *e, struct wall again_at)
{
	const struct retry stopped = { .delivery = DELIVERY_NEVER,
		.meaning = MEANS_RETRY,
		.why = "the daemon is stopping" };
	const struct reading nothing = { .word = "", .ref = "" };

	if (e->probe != NULL) {
		report(e, &stopped, 0, &nothing);
		return;
	}
	for (size_t i = 0; i < e->count; i++)
		if (e->notices[i].fate != FATE_OVER)
			release(e, &e->notices[i], again_at);
	end_attempt(e, ATTEMPT_NONE, "");
	finish(e);
}

/* Nothing was sent, and nothing will be: why, or NULL: nothing needs to. */
static void end_unsent(struct errand *e, const char *why)
{
	const struct retry what = { .delivery = DELIVERY_NEVER,
		.meaning = why == NULL ? MEANS_OK : MEANS_NEXT,
		.blame = why == NULL		    ? BLAME_NOBODY
			 : e->letter.person != NULL ? BLAME_PERSON
						    : BLAME_CHANNEL,
		.why = why == NULL ? "" : why };
	const struct reading nothing = { .word = "", .ref = "" };

	if (e->probe != NULL) {
		report(e, &what, 0, &nothing);
		return;
	}
	end_attempt(e, ATTEMPT_NONE, "");
	if (e->said > 0)
		outcome_settle(e, &what, 0, &nothing);
	finish(e);
}

static void end_logged(struct errand *e)
{
	const struct retry ok = {
		.delivery = DELIVERY_OK, .meaning = MEANS_OK, .why = ""
	};
	const struct reading nothing = { .word = "", .ref = "" };

	errand_log(e);
	if (e->probe != NULL)
		report(e, &ok, 0, &nothing);
	else
		conclude(e, &ok, 0, &nothing);
}

/* On the wire; a question that may not be asked yet waits, and with it its
 * notices. */
static void put_on_wire(struct errand *e)
{
	struct notifier *n = e->notifier;
	int64_t wait_ms;

	if (e->probe == NULL && e->asked.learns != NULL &&
	    !asking_allows(n, e->letter.base->name, &wait_ms)) {
		attempt_put_back(e, outcome_after(n, wait_ms));
		return;
	}
	errand_list_add(&n->sending, e);
	http_client_send(n->w.client, &e->send, on_sent, e);
}

void attempt_run(struct errand *e)
{
	sort_out(e);
	if (e->kind != ERRAND_IDLE && e->requests == 0)
		count_late(e);
	switch (e->kind) {
	case ERRAND_SEND:
		put_on_wire(e);
		break;
	case ERRAND_LOG:
		end_logged(e);
		break;
	case ERRAND_REFUSE:
		end_unsent(e, e->why);
		break;
	case ERRAND_IDLE:
		end_unsent(e, NULL);
		break;
	}
}
