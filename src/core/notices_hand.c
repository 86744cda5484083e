/* notices_hand.c - what people do about notices, and what notices tell of what
 * people do.
 *
 * SPDX-License-Identifier: MIT */
#include "core/notices.h"

#include "base/textbuf.h"
#include "core/notices_parts.h"
#include "core/roster.h"

#include <string.h>

#define SAID_HERE_MAX 300 /* bytes of what somebody said; the rest is cut */

/* --- sent all the same, or not at all ------------------------------------- */

static enum verdict refuse(
    struct turn *u, enum verdict verdict, const char *why, const char *what)
{
	errtext_set(&u->out->why, "notice: %s%s", why, what);
	return verdict;
}

static enum verdict check_retry(struct turn *u, const struct notice *n)
{
	if (n->state == NOTICE_PENDING)
		return refuse(u, VERDICT_CONFLICT,
		    "it waits to be sent already; `drop` takes it back", "");
	if (n->state != NOTICE_DEAD)
		return refuse(u, VERDICT_CONFLICT,
		    "only a dead one is sent again; this one is ",
		    n->state == NOTICE_DONE ? "sent"
					    : notice_state_name(n->state));
	if (n->ended && !notice_is_last_word(n))
		return refuse(u, VERDICT_CONFLICT,
		    "what it was to say is over; nobody is to be alerted by it",
		    "");
	if (matrix_channel(u->m, n->channel) < 0)
		return refuse(u, VERDICT_CONFLICT,
		    "the matrix has its channel no more: ", n->channel);
	return VERDICT_ACCEPTED;
}

enum verdict notices_check_hand(struct turn *u, const struct event *ev)
{
	const struct notice *n = ticket_notice(u->t, ev->notice_id);

	if (n == NULL)
		return refuse(u, VERDICT_UNKNOWN_TICKET,
		    "there is none with that number", "");
	if (ev->by == NULL || *ev->by == '\0') {
		errtext_set(&u->out->why, "by: who it was is required");
		return VERDICT_INVALID;
	}
	if (ev->type == EVENT_NOTICE_RETRY)
		return check_retry(u, n);
	if (n->state == NOTICE_PENDING)
		return VERDICT_ACCEPTED;
	return refuse(u, VERDICT_CONFLICT,
	    "only one that waits can be dropped; this one is ",
	    n->state == NOTICE_DONE ? "sent" : notice_state_name(n->state));
}

/* As if it had been queued now; that it may have been sent before stays. */
static void revive(struct turn *u, struct notice *n)
{
	n->state = NOTICE_PENDING;
	n->attempts = 0;
	n->ended = false;
	n->free_at = u->now;
	n->useful_until = wall_plus(u->now, u->m->give_up_ms);
}

void notices_hand(struct turn *u, const struct event *ev)
{
	struct notice *n = ticket_notice(u->t, ev->notice_id);
	bool retry = ev->type == EVENT_NOTICE_RETRY;
	size_t i;

	if (n == NULL)
		return;
	i = (size_t)(n - u->t->notices);
	if (retry)
		revive(u, n);
	else
		n->state = NOTICE_WITHDRAWN;
	n->dirty = true;
	notice_tell(
	    u, retry ? CHANGE_NOTICE_REVIVED : CHANGE_NOTICE_DROPPED, i, ev->at)
	    ->detail = turn_text(u, "by %s", ev->by);
}

/* --- what somebody did ---------------------------------------------------- */

static const char *actor(const struct turn *u, const struct event *ev)
{
	int person = notices_find_person(u->m, ev->by);

	if (person >= 0)
		return u->m->people[person].title;
	return ev->by == NULL ? "somebody" : ev->by;
}

static const char *escalated(
    struct turn *u, const struct event *ev, const char *by)
{
	int team = matrix_team(u->m, ev->fields.text[FIELD_TEAM]);

	if (team >= 0)
		return turn_text(
		    u, "Escalated to %s by %s", u->m->teams[team].title, by);
	return turn_text(u, "Escalated by %s", by);
}

static const char *deed(struct turn *u, const struct event *ev)
{
	const char *by = actor(u, ev);

	if (ev->type == EVENT_CLAIMED)
		return turn_text(u, "Claimed by %s", by);
	if (ev->type == EVENT_SNOOZED)
		return turn_text(
		    u, "Snoozed by %s until %s", by, roster_when(u, ev->until));
	if (ev->type == EVENT_ESCALATED)
		return escalated(u, ev, by);
	return turn_text(u, "Acknowledged by %s", by);
}

static const char *words_of(struct turn *u, const struct event *ev)
{
	const char *did = deed(u, ev);
	size_t len = ev->text == NULL ? 0 : strlen(ev->text);
	size_t cut = len == 0 ? 0 : utf8_cut(ev->text, len, SAID_HERE_MAX);

	if (len == 0)
		return did;
	return turn_text(
	    u, "%s: %.*s%s", did, (int)cut, ev->text, cut < len ? "..." : "");
}

/* The room or service that follows where that notice goes; -1: none does.  What
 * is said to somebody alone is not known in the room. */
static int follower(const struct turn *u, const struct notice *n)
{
	int channel = matrix_channel(u->m, n->channel);

	if (channel < 0 || n->reason == NOTICE_MATRIX ||
	    !channel_has(&u->m->channels[channel], FOLLOWS) ||
	    u->m->channels[channel].way == WAY_DM)
		return -1;
	return u->m->channels[channel].base;
}

static bool has_told(const struct notice *n)
{
	return n->state == NOTICE_DONE ||
	       (n->state == NOTICE_PENDING && n->repeat);
}

static bool was_told(const struct turn *u, int channel, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (has_told(&u->t->notices[i]) &&
		    follower(u, &u->t->notices[i]) == channel)
			return true;
	return false;
}

static void owe(struct turn *u, struct notice *n, const char *words)
{
	n->owed =
	    *n->owed == '\0' ? words : turn_text(u, "%s; %s", n->owed, words);
	n->dirty = true;
}

void notices_did(struct turn *u, const struct event *ev)
{
	struct occasion o = {
		.reason = NOTICE_UPDATE, .step = -1, .at = ev->at
	};
	size_t before = u->t->nnotices;

	for (size_t i = 0; i < before; i++) {
		struct notice *n = &u->t->notices[i];
		int channel = follower(u, n);
		bool told = channel >= 0 && was_told(u, channel, before);

		if (channel < 0 || (!told && !notice_may_arrive(u, n)))
			continue;
		if (o.detail == NULL)
			o.detail = words_of(u, ev);
		if (told)
			notices_room(u, &o, channel, ""); /* once */
		else
			owe(u, n, o.detail);
	}
}

void notices_settle(struct turn *u, size_t index, struct wall at)
{
	int channel = follower(u, &u->t->notices[index]);
	struct occasion o = { .reason = NOTICE_UPDATE,
		.step = -1,
		.detail = u->t->notices[index].owed,
		.at = at };

	for (size_t i = 0; i < u->t->nnotices; i++) {
		struct notice *n = &u->t->notices[i];

		if (*n->owed == '\0' || follower(u, n) != channel)
			continue;
		n->owed = "";
		n->dirty = true;
	}
	if (channel >= 0)
		notices_room(u, &o, channel, "");
}
