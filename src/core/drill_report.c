/* drill_report.c - see drill_report.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/drill_report.h"

#include "base/check.h"
#include "core/attribute.h"
#include "core/chain.h"
#include "core/drill.h"
#include "core/notice_words.h"

#include <string.h>

static const char *const states[DRILL_STATE_COUNT] = {
	[DRILL_RUNS] = "running",
	[DRILL_ANSWERED] = "acknowledged",
	[DRILL_EXHAUSTED] = "exhausted",
	[DRILL_STOPPED] = "stopped",
};

static const char *const fates[FATE_OF_COUNT] = {
	[FATE_OF_PENDING] = "pending",
	[FATE_OF_SENT] = "delivered",
	[FATE_OF_FAILED] = "failed",
	[FATE_OF_WITHDRAWN] = "withdrawn",
};

const char *drill_state_name(enum drill_state s)
{
	CHECK((unsigned)s < DRILL_STATE_COUNT);
	return states[s];
}

const char *drill_fate_name(enum drill_fate f)
{
	CHECK((unsigned)f < FATE_OF_COUNT);
	return fates[f];
}

struct reading {
	const struct matrix *m;
	const struct explain_past *past;
	const struct drill_try *tries;
	size_t ntries;
	struct arena *arena;
	struct drill_report *out;
	size_t cap_skipped;
	size_t cap_channels;
};

static const char *title(const struct reading *r, const char *who)
{
	return matrix_person(r->m, who) < 0 ? "" : words_person(r->m, who);
}

static const char *attribute(const struct reading *r, const char *name)
{
	const char *values[ATTRIBUTE_VALUES_MAX];

	return attribute_values(r->out->ticket->fields.text[FIELD_ATTRIBUTES],
		   name, r->arena, values) == 1
		   ? values[0]
		   : "";
}

/* --- the walk ------------------------------------------------------------- */

static void read_walk(struct reading *r)
{
	struct drill_report *out = r->out;
	const struct ticket *t = out->ticket;
	const struct chain_run *run = t->nruns == 0 ? NULL : &t->runs[0];
	struct chain chain;

	out->chain = attribute(r, "chain");
	out->policy = attribute(r, "policy");
	out->by = attribute(r, "by");
	out->speed = drill_speed(t);
	out->started = t->created;
	out->ended = WALL_NEVER;
	out->step = run == NULL ? -1 : run->step;
	if (run != NULL && chain_decode(run->definition, r->arena, &chain))
		out->nsteps = chain.nsteps;
	out->acked_by = run == NULL ? "" : run->acked_by;
	out->acked_title = title(r, out->acked_by);
	out->stopped_by = "";
}

/* How it ended: the last row that says so. */
static void read_end(struct reading *r, const struct journal_row *row)
{
	struct drill_report *out = r->out;
	const struct change *c = &row->change;

	if (c->kind == CHANGE_CHAIN_ACKED || c->kind == CHANGE_CHAIN_SNOOZED)
		out->state = DRILL_ANSWERED;
	else if (c->kind == CHANGE_CHAIN_EXHAUSTED)
		out->state = DRILL_EXHAUSTED;
	else if (c->kind == CHANGE_EVENT &&
		 strcmp(row->event_type, event_type_name(EVENT_STATUS)) == 0) {
		out->state = DRILL_STOPPED;
		out->stopped_by = c->who;
	}
	if (out->state != DRILL_RUNS && wall_is_never(out->ended))
		out->ended = c->at;
}

static void read_skipped(struct reading *r, const struct journal_row *row)
{
	const struct change *c = &row->change;
	struct drill_skipped *s;

	if (c->kind != CHANGE_PERSON_SKIPPED &&
	    c->kind != CHANGE_CHAIN_STEP_SKIPPED)
		return;
	s = arena_push(r->arena, &r->out->skipped, &r->out->nskipped,
	    &r->cap_skipped, sizeof *s);
	*s = (struct drill_skipped){ .who = c->who,
		.title = title(r, c->who),
		.step = c->step,
		.at = c->at,
		.why = c->detail };
}

/* --- who was told --------------------------------------------------------- */

static struct drill_told *told_of(struct reading *r, int64_t notice_id)
{
	for (size_t i = 0; i < r->out->ntold; i++)
		if (r->out->told[i].notice->id == notice_id)
			return &r->out->told[i];
	return NULL;
}

static void begin_told(struct reading *r)
{
	const struct ticket *t = r->out->ticket;
	struct drill_told *told =
	    arena_alloc(r->arena, (t->nnotices + 1) * sizeof *told);

	for (size_t i = 0; i < t->nnotices; i++)
		told[i] = (struct drill_told){ .notice = &t->notices[i],
			.title = title(r, t->notices[i].who),
			.fate = FATE_OF_PENDING,
			.sent_at = WALL_NEVER,
			.held_until = t->notices[i].held_until,
			.why = "",
			.acked_ms = -1 };
	r->out->told = told;
	r->out->ntold = t->nnotices;
}

static void read_told(struct reading *r, const struct journal_row *row)
{
	struct drill_told *d = told_of(r, row->notice_id);
	const struct change *c = &row->change;

	if (d == NULL)
		return;
	switch ((int)c->kind) {
	case CHANGE_NOTICE_SENT:
		d->fate = FATE_OF_SENT;
		d->sent_at = c->at;
		d->why = "";
		break;
	case CHANGE_NOTICE_DEAD:
	case CHANGE_NOTICE_DIVERTED:
		d->fate = FATE_OF_FAILED;
		d->why = c->detail;
		break;
	case CHANGE_NOTICE_RETRY:
	case CHANGE_NOTICE_HELD:
		d->why = c->detail;
		break;
	case CHANGE_NOTICE_WITHDRAWN:
	case CHANGE_NOTICE_DROPPED:
		if (d->fate == FATE_OF_FAILED)
			break;
		d->fate = FATE_OF_WITHDRAWN;
		d->why = c->detail;
		break;
	default:
		break;
	}
}

/* One that was withdrawn while it failed has shown that it fails. */
static void read_tries(struct reading *r)
{
	for (size_t i = 0; i < r->ntries; i++) {
		const struct drill_try *t = &r->tries[i];
		struct drill_told *d = told_of(r, t->notice_id);

		if (d == NULL)
			continue;
		d->tries++;
		if (t->ok) {
			d->took_ms = t->took_ms;
			continue;
		}
		d->code = t->code;
		if (d->fate == FATE_OF_SENT)
			continue;
		if (d->fate == FATE_OF_WITHDRAWN)
			d->fate = FATE_OF_FAILED;
		if (t->detail[0] != '\0')
			d->why = t->detail;
	}
}

/* Who answered did so some time after each word to them. */
static void read_acks(struct reading *r)
{
	struct drill_report *out = r->out;

	for (size_t i = 0; i < out->ntold; i++) {
		struct drill_told *d = &out->told[i];
		const struct notice *n = d->notice;

		if (out->state == DRILL_ANSWERED && n->who[0] != '\0' &&
		    n->reason != NOTICE_RESOLVED && d->fate != FATE_OF_FAILED &&
		    strcmp(n->who, out->acked_by) == 0 &&
		    !wall_before(out->ended, n->at))
			d->acked_ms = wall_minus(out->ended, n->at);
		out->waits |= n->state == NOTICE_PENDING;
	}
}

/* --- channels ------------------------------------------------------------- */

static struct drill_channel *channel_of(struct reading *r, const char *name)
{
	struct drill_report *out = r->out;
	struct drill_channel *c;

	for (size_t i = 0; i < out->nchannels; i++)
		if (strcmp(out->channels[i].name, name) == 0)
			return &out->channels[i];
	c = arena_push(r->arena, &out->channels, &out->nchannels,
	    &r->cap_channels, sizeof *c);
	*c = (struct drill_channel){ .name = name, .why = "" };
	return c;
}

static void read_channels(struct reading *r)
{
	struct drill_report *out = r->out;

	out->ok = out->state == DRILL_ANSWERED;
	for (size_t i = 0; i < out->ntold; i++) {
		const struct drill_told *d = &out->told[i];
		struct drill_channel *c = channel_of(r, d->notice->channel);

		c->told++;
		c->sent += d->fate == FATE_OF_SENT;
		c->again += d->fate == FATE_OF_SENT && d->tries > 1;
		if (d->fate != FATE_OF_FAILED)
			continue;
		c->failed++;
		c->why = d->why;
		out->ok = false;
	}
}

void drill_report(const struct matrix *m, const struct explain_past *past,
    const struct drill_try *tries, size_t ntries, struct arena *arena,
    struct drill_report *out)
{
	struct reading r = { .m = m,
		.past = past,
		.tries = tries,
		.ntries = ntries,
		.arena = arena,
		.out = out };

	*out =
	    (struct drill_report){ .ticket = past->whole, .state = DRILL_RUNS };
	read_walk(&r);
	begin_told(&r);
	for (size_t i = 0; i < past->nrows; i++) {
		read_end(&r, &past->rows[i]);
		read_skipped(&r, &past->rows[i]);
		read_told(&r, &past->rows[i]);
	}
	read_tries(&r);
	read_acks(&r);
	read_channels(&r);
}
