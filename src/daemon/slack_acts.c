/* slack_acts.c - what a person pressed or typed in Slack, done.
 *
 * Acts are events, absences are said as by the API: both take the same door as
 * everybody's.  What is only looked at is slack_looks.c's.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/slack_desk.h"

#include "base/nearest.h"
#include "core/moment.h"
#include "core/oncall.h"
#include "daemon/app.h"
#include "daemon/duty_offer.h"
#include "daemon/said.h"
#include "wire/event_json.h"
#include "wire/oncall_json.h"
#include "wire/people_json.h"
#include "wire/slack_answer.h"

#include <stdlib.h>
#include <string.h>

/* The zone in which the person's "mon 09:00" is meant; NULL: UTC. */
static const struct zone *zone_of(const struct slack_ask *a)
{
	const struct matrix *m = slack_ask_matrix(a);
	const char *name = person_zone(m, a->person);

	for (size_t i = 0; i < m->nzones; i++)
		if (strcmp(zone_name(m->zones[i]), name) == 0)
			return m->zones[i];
	return NULL;
}

static bool read_moment(const struct slack_ask *a, const char *text,
    struct wall *out, struct errtext *err)
{
	const struct zone *zone = zone_of(a);
	struct zone *utc = zone == NULL ? zone_utc() : NULL;
	bool ok = moment_parse(
	    text, zone != NULL ? zone : utc, a->now, a->now, out, err);

	if (utc != NULL)
		zone_free(utc);
	if (ok && !wall_before(a->now, *out)) {
		errtext_set(err, "%s has passed", text);
		return false;
	}
	return ok;
}

/* --- acts on a ticket ----------------------------------------------------- */

static const char *done_word(enum event_type type)
{
	if (type == EVENT_CLAIMED)
		return "You own";
	if (type == EVENT_SNOOZED)
		return "Snoozed:";
	return type == EVENT_ESCALATED ? "Escalated:" : "Acknowledged:";
}

/* What was done in a room with the ticket's thread, the thread shows. */
static bool is_shown_there(const struct slack_ask *a)
{
	const struct matrix *m = slack_ask_matrix(a);

	for (size_t i = 0; i < m->nchannels; i++) {
		const struct channel *c = &m->channels[i];

		if (channel_has(c, THREADS) && c->room != NULL &&
		    strcmp(c->room, a->from.channel) == 0)
			return true;
	}
	return false;
}

static void say_done(struct slack_ask *a, const struct item *it)
{
	struct textbuf text;

	if (a->is_button && is_shown_there(a)) {
		slack_ask_end(a, "");
		return;
	}
	textbuf_init(&text);
	textbuf_addf(&text, "%s ", done_word(it->ev.type));
	slack_answer_theirs(&text, a->ticket);
	if (a->title[0] != '\0') {
		textbuf_addc(&text, ' ');
		slack_answer_theirs(&text, a->title);
	}
	if (it->ev.type == EVENT_SNOOZED) {
		textbuf_add(&text, ", until ");
		slack_answer_when(&text, it->ev.until);
	}
	slack_ask_end(a, text.data);
	textbuf_fini(&text);
}

static void on_acted(void *user, struct item *it)
{
	struct slack_ask *a = user;

	switch (it->out.kind) {
	case OUTCOME_ACCEPTED:
	case OUTCOME_NOTHING:
		say_done(a, it);
		break;
	case OUTCOME_DUPLICATE:
		slack_ask_endf(a, "%s: that was done already.", a->ticket);
		break;
	case OUTCOME_REFUSED:
		slack_ask_endf(a, "%s: not done. %s.", a->ticket, it->out.why);
		break;
	case OUTCOME_FAILED:
		a->app->counters.events_unavailable++;
		slack_ask_endf(a,
		    "%s: not done, nothing can be stored at the moment. Try "
		    "again, and tell whoever runs slawatch.",
		    a->ticket);
		break;
	}
}

static void offer(struct slack_ask *a, struct item *it)
{
	it->published = on_acted;
	it->user = a;
	if (intake_offer(a->app->intake, it, 1))
		return;
	item_free(it);
	a->app->counters.events_unavailable++;
	slack_ask_endf(
	    a, "%s: not done, too much is going on. Try again.", a->ticket);
}

/* The same click told twice is one event. */
static const char *event_id(struct slack_ask *a)
{
	struct textbuf id;
	const char *kept;

	if (a->from.trigger[0] == '\0')
		return NULL;
	textbuf_init(&id);
	textbuf_addf(&id, "slack:%s", a->from.trigger);
	if (id.len + 1 + strlen(a->ticket) <= EVENT_ID_MAX)
		textbuf_addf(&id, ":%s", a->ticket);
	kept = arena_strndup(&a->arena, id.data, id.len);
	textbuf_fini(&id);
	return kept;
}

static void act(struct slack_ask *a, enum event_type type, const char *words,
    struct wall until)
{
	struct errtext err = { "" };
	struct said said = { .type = type,
		.ticket = a->ticket,
		.id = event_id(a),
		.by = slack_ask_person(a)->name,
		.text = words[0] != '\0' ? words : NULL,
		.until = until };
	struct item *it = said_item(&said, a->now, &err);

	if (it != NULL)
		offer(a, it);
	else
		slack_ask_endf(a, "%s: not done. %s.", a->ticket, err.text);
}

void slack_act_pressed(struct slack_ask *a)
{
	static const enum event_type types[SLACK_ACT_COUNT] = {
		[SLACK_ACK] = EVENT_ACKNOWLEDGED,
		[SLACK_CLAIM] = EVENT_CLAIMED,
		[SLACK_SNOOZE] = EVENT_SNOOZED,
		[SLACK_ESCALATE] = EVENT_ESCALATED,
	};

	a->ticket = a->action.ticket;
	a->title = "";
	act(a, types[a->action.act], "",
	    wall_plus(a->now, a->action.snooze_ms));
}

/* --- acts that were typed ------------------------------------------------- */

static void act_found(struct slack_ask *a)
{
	const struct slack_command *c = &a->command;
	struct wall until = wall_plus(a->now, c->span_ms);
	struct errtext err = { "" };

	if (c->until[0] != '\0' && !read_moment(a, c->until, &until, &err)) {
		slack_ask_endf(a, "%s: not done. %s.", a->ticket, err.text);
		return;
	}
	if (c->verb == VERB_CLAIM)
		act(a, EVENT_CLAIMED, c->words, until);
	else if (c->verb == VERB_SNOOZE)
		act(a, EVENT_SNOOZED, "", until);
	else if (c->verb == VERB_ESCALATE)
		act(a, EVENT_ESCALATED, c->words, until);
	else
		act(a, EVENT_ACKNOWLEDGED, c->words, until);
}

/* --- here and away -------------------------------------------------------- */

static void say_presence(struct slack_ask *a, const struct duty_change *c)
{
	int cover = matrix_person(slack_ask_matrix(a), c->other);
	struct textbuf text;

	if (c->kind == DUTY_BACK) {
		slack_ask_end(a, "Welcome back: you are told again.");
		return;
	}
	textbuf_init(&text);
	textbuf_add(&text, "You are away ");
	if (wall_is_never(c->until))
		textbuf_add(&text, "until further notice");
	else {
		textbuf_add(&text, "until ");
		slack_answer_when(&text, c->until);
	}
	if (cover >= 0) {
		textbuf_add(&text, "; ");
		slack_answer_theirs(
		    &text, slack_ask_matrix(a)->people[cover].title);
		textbuf_add(&text, " covers");
	}
	textbuf_add(&text, ".");
	slack_ask_end(a, text.data);
	textbuf_fini(&text);
}

static void on_said(void *user, struct item *it)
{
	struct slack_ask *a = user;

	if (it->out.kind == OUTCOME_REFUSED)
		slack_ask_endf(a, "Not done. %s.", it->out.why);
	else if (it->out.kind == OUTCOME_FAILED)
		slack_ask_end(a, "Not done: nothing can be stored at the "
				 "moment. Try again.");
	else
		say_presence(a, &it->duty);
}

static void offer_presence(struct slack_ask *a, const struct duty_change *c)
{
	const struct duty *d = duty_ref_duty(a->app->duty);
	struct errtext err = { "" };
	struct item *it;

	if (!duty_check(slack_ask_matrix(a), d, c, &err)) {
		slack_ask_endf(a, "Not done. %s.", err.text);
		return;
	}
	it = duty_item(c);
	it->published = on_said;
	it->user = a;
	if (intake_offer(a->app->intake, it, 1))
		return;
	item_free(it);
	slack_ask_end(a, "Not done: too much is going on. Try again.");
}

static bool read_cover(
    struct slack_ask *a, const char **cover, struct errtext *err)
{
	const struct matrix *m = slack_ask_matrix(a);
	const char *said = a->command.cover;
	struct nearest near;
	int person;

	*cover = "";
	if (said[0] == '\0')
		return true;
	person = oncall_person(m, said, strlen(said));
	if (person == a->person) {
		errtext_set(err, "you are the one who is away; name somebody "
				 "else, or nobody");
		return false;
	}
	if (person >= 0) {
		*cover = m->people[person].name;
		return true;
	}
	nearest_init(&near, said);
	for (size_t i = 0; i < m->npeople; i++)
		nearest_try(&near, m->people[i].name);
	nearest_say(&near, "there is nobody called", err);
	return false;
}

static void go_away(struct slack_ask *a)
{
	const struct slack_command *c = &a->command;
	struct errtext err = { "" };
	struct duty_change change = { .kind = DUTY_AWAY,
		.person = slack_ask_person(a)->name,
		.schedule = "",
		.from = a->now,
		.until = wall_plus(a->now, c->span_ms),
		.by = slack_ask_person(a)->name,
		.why = "",
		.at = a->now };

	if (c->forever)
		change.until = WALL_NEVER;
	if ((c->until[0] != '\0' &&
		!read_moment(a, c->until, &change.until, &err)) ||
	    !read_cover(a, &change.other, &err))
		slack_ask_endf(a, "Not done. %s.", err.text);
	else
		offer_presence(a, &change);
}

static void come_back(struct slack_ask *a)
{
	const char *name = slack_ask_person(a)->name;
	struct duty_change change = { .kind = DUTY_BACK,
		.person = name,
		.other = "",
		.schedule = "",
		.from = a->now,
		.until = WALL_NEVER,
		.by = name,
		.why = "",
		.at = a->now };

	if (duty_away(duty_ref_duty(a->app->duty), name, a->now) == NULL)
		slack_ask_end(a, "You are not away.");
	else
		offer_presence(a, &change);
}

/* --- on call, help -------------------------------------------------------- */

static void say_oncall(struct slack_ask *a)
{
	const char *what = a->command.what;
	struct errtext err = { "" };
	struct textbuf text;

	if (what[0] != '\0' && !oncall_knows(slack_ask_matrix(a), what, &err)) {
		slack_ask_endf(a, "%s", err.text);
		return;
	}
	textbuf_init(&text);
	slack_answer_oncall(slack_ask_matrix(a), duty_ref_duty(a->app->duty),
	    a->now, what, &text);
	slack_ask_end(a, text.data);
	textbuf_fini(&text);
}

static void say_help(struct slack_ask *a)
{
	struct textbuf text;

	textbuf_init(&text);
	slack_answer_help(a->command.name, &text);
	slack_ask_end(a, text.data);
	textbuf_fini(&text);
}

void slack_act_typed(struct slack_ask *a)
{
	switch (a->command.verb) {
	case VERB_HELP:
	case VERB_COUNT:
		say_help(a);
		break;
	case VERB_MINE:
		slack_look_mine(a);
		break;
	case VERB_TEAM:
		slack_look_team(a);
		break;
	case VERB_TICKET:
		slack_look_ticket(a, NULL);
		break;
	case VERB_ACK:
	case VERB_CLAIM:
	case VERB_SNOOZE:
	case VERB_ESCALATE:
		slack_look_ticket(a, act_found);
		break;
	case VERB_ONCALL:
		say_oncall(a);
		break;
	case VERB_AWAY:
		go_away(a);
		break;
	case VERB_BACK:
		come_back(a);
		break;
	}
}
