/* scenario_do.c - what a step says happens.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_parts.h"

#include "base/nearest.h"
#include "wire/event_json.h"

#include <string.h>

static void refused(struct play *p, const char *line, const char *why)
{
	p->refused = true;
	errtext_set(&p->why, "%s", why);
	scenario_log_line(&p->out->log, simulation_now(p->sim), line, why);
}

/* --- events --------------------------------------------------------------- */

static void do_event(struct play *p, const struct scenario_step *s)
{
	struct wall at = simulation_now(p->sim);
	struct textbuf json;
	struct errtext err;
	struct event ev;

	/* Told late: time has gone on to `told`. */
	if (s->told.text != NULL &&
	    !play_instant(p, &s->at,
		p->step == 0 ? at : p->out->spans[p->step - 1].at, &at))
		return;
	textbuf_init(&json);
	if (!play_event_json(p, s, at, &json)) {
		textbuf_fini(&json);
		return;
	}
	if (event_from_json(json.data, json.len, &p->out->arena, &ev, &err)) {
		if (!simulation_event(p->sim, &ev))
			refused(p, "duplicate",
			    "duplicate: an event of that id was taken before");
	} else if (s->refused.text != NULL) {
		refused(p, "not an event", err.text);
	} else {
		report_error(
		    p->report, s->event->at, "not an event: %s", err.text);
	}
	textbuf_fini(&json);
}

/* --- deliveries ----------------------------------------------------------- */

static bool known_channel(struct play *p, const struct yaml_node *key)
{
	struct nearest near;
	struct errtext err;

	if (matrix_channel(p->m, key->text) >= 0)
		return true;
	nearest_init(&near, key->text);
	for (size_t i = 0; i < p->m->nchannels; i++)
		nearest_try(&near, p->m->channels[i].name);
	nearest_say(&near, "unknown channel", &err);
	report_error(p->report, key->at, "%s", err.text);
	return false;
}

static bool answer_span(struct play *p, const struct said *said, int64_t *out)
{
	if (!play_span(p, said, out))
		return false;
	if (*out > 0)
		return true;
	report_error(p->report, said->at, "it needs some time until then");
	return false;
}

/* ok, never, { again: SPAN }, { down: SPAN } */
static bool read_answer(
    struct play *p, const struct yaml_node *v, struct way_answer *out)
{
	const struct yaml_pair *pair =
	    v->kind == YAML_MAP && v->count == 1 ? &v->pairs[0] : NULL;
	struct said span;

	out->delivery = DELIVERY_OK;
	if (v->kind == YAML_TEXT && strcmp(v->text, "ok") == 0)
		return true;
	out->delivery = DELIVERY_NEVER;
	if (v->kind == YAML_TEXT && strcmp(v->text, "never") == 0)
		return true;
	if (pair != NULL && pair->value->kind == YAML_TEXT) {
		span = (struct said){ pair->value->text, pair->value->at };
		out->delivery = strcmp(pair->key->text, "again") == 0
				    ? DELIVERY_AGAIN
				    : DELIVERY_DOWN;
		if (out->delivery == DELIVERY_AGAIN ||
		    strcmp(pair->key->text, "down") == 0)
			return answer_span(p, &span, &out->again_ms);
	}
	report_error(p->report, v->at,
	    "what becomes of a notice there is ok, never, { again: 5m } or "
	    "{ down: 5m }");
	return false;
}

static void do_deliver(struct play *p, const struct scenario_step *s)
{
	for (size_t i = 0; i < s->deliver->count; i++) {
		const struct yaml_pair *pair = &s->deliver->pairs[i];
		struct way_answer a = { .channel = pair->key->text };
		size_t k = 0;

		if (!known_channel(p, pair->key) ||
		    !read_answer(p, pair->value, &a))
			continue;
		while (k < p->nanswers &&
		       strcmp(p->answers[k].channel, a.channel) != 0)
			k++;
		if (k == SCENARIO_ANSWERS_MAX) {
			report_error(p->report, pair->key->at,
			    "more than %d channels", SCENARIO_ANSWERS_MAX);
			return;
		}
		p->answers[k] = a;
		p->nanswers += k == p->nanswers;
	}
}

/* --- people --------------------------------------------------------------- */

static enum duty_kind duty_of(enum scenario_act act)
{
	switch ((int)act) {
	case ACT_AWAY:
		return DUTY_AWAY;
	case ACT_BACK:
		return DUTY_BACK;
	case ACT_OVERRIDE:
		return DUTY_OVERRIDE;
	case ACT_ADD:
		return DUTY_ADD;
	default:
		return DUTY_REMOVE;
	}
}

static const char *or_empty(const struct said *s)
{
	return s->text == NULL ? "" : s->text;
}

static void do_duty(struct play *p, const struct scenario_step *s)
{
	const struct said_duty *d = &s->duty;
	struct wall now = simulation_now(p->sim);
	struct duty_change c = { .kind = duty_of(s->act),
		.person = or_empty(&d->person),
		.other = or_empty(
		    d->cover.text != NULL ? &d->cover : &d->instead_of),
		.schedule = or_empty(&d->oncall),
		.from = now,
		.until = WALL_NEVER,
		.by = "",
		.why = "" };
	struct textbuf line;
	struct errtext err;
	char at[WALL_TEXT_MAX];

	if (d->from.text != NULL && !play_instant(p, &d->from, now, &c.from))
		return;
	if (d->until.text != NULL && strcmp(d->until.text, "never") != 0 &&
	    !play_instant(p, &d->until, c.from, &c.until))
		return;
	if (simulation_duty(p->sim, &c, &err))
		return;
	textbuf_init(&line);
	wall_format(now, at);
	textbuf_addf(
	    &line, "%s refused %s (%s)", at, duty_kind_name(c.kind), err.text);
	refused(p, line.data, err.text);
	textbuf_fini(&line);
}

/* --- the rest ------------------------------------------------------------- */

static void do_hand(struct play *p, const struct scenario_step *s)
{
	struct event ev = { .type = s->act == ACT_RETRY ? EVENT_NOTICE_RETRY
							: EVENT_NOTICE_DROP,
		.at = simulation_now(p->sim),
		.by = or_empty(&s->hand.by),
		.due = WALL_NEVER,
		.until = WALL_NEVER,
		.again_at = WALL_NEVER };
	struct textbuf line;
	char at[WALL_TEXT_MAX];
	int number;

	if (!play_number(p, &s->hand.notice, 1000000, &number))
		return;
	ev.notice_id = number;
	if (simulation_hand(p->sim, &ev))
		return;
	textbuf_init(&line);
	wall_format(ev.at, at);
	textbuf_addf(&line, "%s refused %s of notice %d (there is none)", at,
	    s->act == ACT_RETRY ? "retry" : "drop", number);
	refused(p, line.data, "there is no notice with that number yet");
	textbuf_fini(&line);
}

static void do_revise(struct play *p, const struct scenario_step *s)
{
	const struct matrix *m =
	    play_load(p, s->revise.text, s->revise.at, true);

	if (m != NULL)
		simulation_revise(p->sim, m);
}

void play_act(struct play *p, const struct scenario_step *s)
{
	switch (s->act) {
	case ACT_EVENT:
		do_event(p, s);
		break;
	case ACT_DELIVER:
		do_deliver(p, s);
		break;
	case ACT_AWAY:
	case ACT_BACK:
	case ACT_OVERRIDE:
	case ACT_ADD:
	case ACT_REMOVE:
		do_duty(p, s);
		break;
	case ACT_RETRY:
	case ACT_DROP:
		do_hand(p, s);
		break;
	case ACT_REVISE:
		do_revise(p, s);
		break;
	case ACT_NONE:
	case ACT_COUNT:
		break;
	}
}
