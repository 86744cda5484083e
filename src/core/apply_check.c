/* apply_check.c - can this event take effect, and if not, why?
 *
 * SPDX-License-Identifier: MIT */
#include "core/apply.h"

#include "base/nearest.h"
#include "base/textbuf.h"
#include "core/apply_escalate.h"
#include "core/drill.h"
#include "core/notices.h"

#include <string.h>

static enum verdict refuse(
    struct turn *u, enum verdict verdict, const char *member, const char *why)
{
	errtext_set(&u->out->why, "%s: %s", member, why);
	return verdict;
}

/* "P1, P2, P3": what could have been meant. */
static void known_severities(const struct matrix *m, struct textbuf *tb)
{
	for (size_t i = 0; i < m->nseverities; i++)
		textbuf_addf(
		    tb, "%s%s", i == 0 ? "" : ", ", m->severities[i].name);
}

static enum verdict check_severity(struct turn *u, const char *value)
{
	char list[200];
	struct textbuf tb;

	if (value == NULL || matrix_severity(u->m, value) >= 0)
		return VERDICT_ACCEPTED;
	textbuf_init_fixed(&tb, list, sizeof list);
	known_severities(u->m, &tb);
	errtext_set(&u->out->why,
	    "fields.severity: unknown severity \"%.*s\"; the matrix has %s",
	    (int)utf8_cut(value, strlen(value), 60), value, list);
	return VERDICT_INVALID;
}

/* A matrix that names nobody cannot know anybody either. */
static enum verdict check_person(
    struct turn *u, const char *member, const char *value)
{
	struct nearest near;

	if (value == NULL || u->m->npeople == 0 ||
	    notices_find_person(u->m, value) >= 0)
		return VERDICT_ACCEPTED;
	nearest_init(&near, value);
	for (size_t i = 0; i < u->m->npeople; i++)
		nearest_try(&near, u->m->people[i].name);
	errtext_set(&u->out->why, "%s: unknown person \"%.*s\"; %s%s%s", member,
	    (int)utf8_cut(value, strlen(value), 60), value,
	    near.best == NULL ? "add them to `people` in the matrix"
			      : "did you mean \"",
	    near.best == NULL ? "" : near.best, near.best == NULL ? "" : "\"?");
	return VERDICT_INVALID;
}

static enum verdict check_fields(struct turn *u, const struct event *ev)
{
	const struct fields *f = &ev->fields;
	enum verdict v = VERDICT_ACCEPTED;

	if ((f->set & FIELD_BIT(FIELD_SEVERITY)) != 0)
		v = check_severity(u, f->text[FIELD_SEVERITY]);
	if (v == VERDICT_ACCEPTED && (f->set & FIELD_BIT(FIELD_ASSIGNEE)) != 0)
		v = check_person(u,
		    ev->type == EVENT_ASSIGNED ? "assignee" : "fields.assignee",
		    f->text[FIELD_ASSIGNEE]);
	return v;
}

static enum verdict check_actor(struct turn *u, const struct event *ev)
{
	if (ev->by == NULL || *ev->by == '\0')
		return refuse(
		    u, VERDICT_INVALID, "by", "who it was is required");
	if (ev->type == EVENT_SNOOZED && !wall_before(ev->at, ev->until))
		return refuse(u, VERDICT_INVALID, "until",
		    "is not after the event's own instant");
	return check_person(u, "by", ev->by);
}

static enum verdict check_due(struct turn *u, const struct event *ev)
{
	struct clock *c;

	if (ev->clock == NULL || matrix_kind(u->m, ev->clock) < 0)
		return refuse(u, VERDICT_INVALID, "clock",
		    "no clock of that kind in the matrix");
	c = ticket_clock(u->t, ev->clock);
	if (c == NULL || clock_state_is_final(c->state))
		return refuse(u, VERDICT_CONFLICT, "clock",
		    "the ticket has no unfinished clock of that kind");
	return VERDICT_ACCEPTED;
}

static enum verdict check_merge(struct turn *u, const struct event *ev)
{
	if (ev->into == NULL || !ticket_key_valid(ev->into))
		return refuse(u, VERDICT_INVALID, "into",
		    "not a ticket's key (source:id)");
	if (strcmp(ev->into, u->t->key) == 0)
		return refuse(u, VERDICT_INVALID, "into",
		    "a ticket cannot be merged into itself");
	return VERDICT_ACCEPTED;
}

static enum verdict check_type(struct turn *u, const struct event *ev)
{
	enum verdict v;

	switch (ev->type) {
	case EVENT_CREATED:
	case EVENT_UPDATED:
	case EVENT_ASSIGNED:
		return check_fields(u, ev);
	case EVENT_ACKNOWLEDGED:
	case EVENT_CLAIMED:
	case EVENT_SNOOZED:
		return check_actor(u, ev);
	case EVENT_DUE:
		return check_due(u, ev);
	case EVENT_ESCALATED:
		v = check_actor(u, ev);
		return v == VERDICT_ACCEPTED ? apply_check_escalated(u, ev) : v;
	case EVENT_MERGED:
		return check_merge(u, ev);
	case EVENT_STATUS:
	case EVENT_COMMENT:
	case EVENT_NOTE:
	case EVENT_SEVERITY_CONFIRMED:
	case EVENT_DELETED:
	case EVENT_TICK:
	case EVENT_DELIVERY:
	case EVENT_REVISED:
	case EVENT_REMARK:
	case EVENT_NOTICE_RETRY:
	case EVENT_NOTICE_DROP:
	case EVENT_TYPE_COUNT:
		break;
	}
	return VERDICT_ACCEPTED;
}

/* The one that the daemon makes for its own words has its key as its id. */
static bool is_ours(const struct ticket *t, const struct event *ev)
{
	static const char source[] = "slawatch:";

	return strncmp(t->key, source, sizeof source - 1) == 0 &&
	       (ev->id == NULL || strcmp(ev->id, t->key) != 0);
}

/* What is ours among a drill's events, and what people may say of it. */
static enum verdict check_drill(struct turn *u, const struct event *ev)
{
	const struct ticket *t = u->t;
	bool exists = !wall_is_never(t->created);

	if (!drill_key(t->key) || drill_made(ev))
		return VERDICT_ACCEPTED;
	if (!exists && ev->type == EVENT_CREATED)
		return refuse(u, VERDICT_INVALID, "ticket",
		    "the source \"drill\" is reserved; name another one");
	if (exists && ticket_is_drill(t) && !drill_takes(ev->type))
		return refuse(u, VERDICT_INVALID, "type",
		    "a drill can be acknowledged, claimed, snoozed and noted, "
		    "and nothing else");
	return VERDICT_ACCEPTED;
}

static enum verdict check_drill_is_on(struct turn *u)
{
	if (!ticket_is_drill(u->t) || !ticket_is_over(u->t))
		return VERDICT_ACCEPTED;
	return refuse(u, VERDICT_CONFLICT, "ticket", "the drill is over");
}

enum verdict apply_check(struct turn *u, const struct event *ev)
{
	const struct ticket *t = u->t;
	bool exists = !wall_is_never(t->created);
	enum verdict v;

	if (ev->type >= EVENT_FROM_OUTSIDE_COUNT && !exists)
		return VERDICT_NOTHING;
	if (ev->type == EVENT_NOTICE_RETRY || ev->type == EVENT_NOTICE_DROP)
		return notices_check_hand(u, ev);
	if (ev->type >= EVENT_FROM_OUTSIDE_COUNT)
		return VERDICT_ACCEPTED;
	if (is_ours(t, ev))
		return refuse(u, VERDICT_INVALID, "ticket",
		    "the source \"slawatch\" is reserved; name another one");
	v = check_drill(u, ev);
	if (v != VERDICT_ACCEPTED)
		return v;
	if (!exists && ev->type != EVENT_CREATED)
		return refuse(u, VERDICT_UNKNOWN_TICKET, "ticket",
		    drill_key(t->key)
			? "there is no such drill; `slawatchctl drill show` "
			  "lists the latest"
			: "unknown; send its `created` event first");
	if (exists && ev->type == EVENT_CREATED)
		return refuse(u, VERDICT_CONFLICT, "ticket",
		    "exists already; send `updated` for changes");
	if (t->deleted)
		return refuse(u, VERDICT_CONFLICT, "ticket", "was deleted");
	if (*t->merged_into != '\0' && ev->type != EVENT_DELETED)
		return refuse(u, VERDICT_CONFLICT, "ticket",
		    "was merged into another one");
	v = ev->type == EVENT_NOTE ? VERDICT_ACCEPTED : check_drill_is_on(u);
	return v == VERDICT_ACCEPTED ? check_type(u, ev) : v;
}
