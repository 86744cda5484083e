/* story.c - changes as lines of the log and as counts.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/story.h"

#include "daemon/log.h"

#include <string.h>

/* Offset plus one: a row that is forgotten counts nothing. */
#define NO_COUNTER    0
#define COUNTS(field) (offsetof(struct counters, field) + 1)
#define LOUD	      LOG_LEVEL_WARNING
#define SAID	      LOG_LEVEL_INFO
#define QUIET	      LOG_LEVEL_DEBUG

static const struct {
	enum log_level level;
	size_t counter;
} changes[CHANGE_KIND_COUNT] = {
	[CHANGE_EVENT] = { QUIET, NO_COUNTER }, /* see event_level() */
	[CHANGE_NO_POLICY] = { SAID, COUNTS(tickets_unwatched) },
	[CHANGE_POLICY] = { QUIET, NO_COUNTER },
	[CHANGE_CLOCK_STARTED] = { QUIET, NO_COUNTER },
	[CHANGE_CLOCK_PAUSED] = { QUIET, NO_COUNTER },
	[CHANGE_CLOCK_RESUMED] = { QUIET, NO_COUNTER },
	[CHANGE_CLOCK_RETARGETED] = { QUIET, NO_COUNTER },
	[CHANGE_CLOCK_WARNED] = { SAID, COUNTS(clocks_warned) },
	[CHANGE_CLOCK_BREACHED] = { LOUD, COUNTS(clocks_breached) },
	[CHANGE_CLOCK_MET] = { QUIET, COUNTS(clocks_met) },
	[CHANGE_CLOCK_MET_LATE] = { SAID, COUNTS(clocks_met_late) },
	[CHANGE_CLOCK_WITHDRAWN] = { SAID, NO_COUNTER },
	[CHANGE_CLOCK_CANCELLED] = { QUIET, NO_COUNTER },
	[CHANGE_WARNING_SKIPPED] = { SAID, NO_COUNTER },
	[CHANGE_CHAIN_STARTED] = { SAID, COUNTS(chains_started) },
	[CHANGE_CHAIN_STEP] = { SAID, COUNTS(chain_steps) },
	[CHANGE_CHAIN_STEP_SKIPPED] = { SAID, NO_COUNTER },
	[CHANGE_CHAIN_REMINDED] = { SAID, COUNTS(chain_reminders) },
	[CHANGE_CHAIN_REPEATED] = { SAID, NO_COUNTER },
	[CHANGE_CHAIN_ACKED] = { SAID, COUNTS(chains_acked) },
	[CHANGE_CHAIN_SNOOZED] = { SAID, NO_COUNTER },
	[CHANGE_CHAIN_REOPENED] = { SAID, NO_COUNTER },
	[CHANGE_CHAIN_EXHAUSTED] = { LOUD, COUNTS(chains_exhausted) },
	[CHANGE_CHAIN_ENDED] = { SAID, NO_COUNTER },
	[CHANGE_CHAIN_SUPERSEDED] = { SAID, NO_COUNTER },
	[CHANGE_CHAIN_HANDED_OVER] = { SAID, NO_COUNTER },
	[CHANGE_NOTICE_QUEUED] = { QUIET, COUNTS(notices_queued) },
	[CHANGE_NOTICE_HELD] = { SAID, NO_COUNTER },
	[CHANGE_NOTICE_WITHDRAWN] = { SAID, COUNTS(notices_withdrawn) },
	[CHANGE_NOTICE_SENT] = { SAID, COUNTS(notices_sent) },
	[CHANGE_NOTICE_RETRY] = { LOUD, NO_COUNTER },
	[CHANGE_NOTICE_DIVERTED] = { LOUD, NO_COUNTER },
	[CHANGE_NOTICE_REVIVED] = { SAID, NO_COUNTER },
	[CHANGE_NOTICE_DROPPED] = { SAID, COUNTS(notices_withdrawn) },
	[CHANGE_NOTICE_DEAD] = { LOUD, COUNTS(notices_dead) },
	[CHANGE_NOTICE_REPEATED] = { QUIET, NO_COUNTER }, /* at a restart */
	[CHANGE_RULE_FIRED] = { SAID, COUNTS(rules_fired) },
	[CHANGE_SEVERITY] = { SAID, NO_COUNTER },
	[CHANGE_SEVERITY_CONFIRMED] = { QUIET, NO_COUNTER },
	[CHANGE_TEAM] = { SAID, NO_COUNTER },
	[CHANGE_TAGGED] = { QUIET, NO_COUNTER },
	[CHANGE_HUMAN_REQUIRED] = { SAID, NO_COUNTER },
	[CHANGE_HANDOFF_INCOMPLETE] = { SAID, COUNTS(handoffs_incomplete) },
	[CHANGE_CHAIN_ESCALATED] = { SAID, NO_COUNTER },
	[CHANGE_PERSON_SKIPPED] = { SAID, COUNTS(people_skipped) },
	[CHANGE_ASSIGNMENT_SUGGESTED] = { SAID, COUNTS(assignments_suggested) },
	[CHANGE_ASSIGNMENT_UNCLAIMED] = { SAID, COUNTS(assignments_unclaimed) },
	[CHANGE_ASSIGNMENT_OVER] = { QUIET, NO_COUNTER },
	[CHANGE_MATRIX_LOST] = { LOUD, NO_COUNTER },
};

/* Comments, updates and statuses are the help desk's own story. */
static enum log_level event_level(enum event_type type)
{
	switch (type) {
	case EVENT_CREATED:
	case EVENT_ACKNOWLEDGED:
	case EVENT_CLAIMED:
	case EVENT_SNOOZED:
	case EVENT_ESCALATED:
	case EVENT_MERGED:
	case EVENT_DELETED:
		return SAID;
	case EVENT_UPDATED:
	case EVENT_COMMENT:
	case EVENT_STATUS:
	case EVENT_ASSIGNED:
	case EVENT_NOTE:
	case EVENT_SEVERITY_CONFIRMED:
	case EVENT_DUE:
	case EVENT_TICK:
	case EVENT_DELIVERY:
	case EVENT_REVISED:
	case EVENT_REMARK:
	case EVENT_NOTICE_RETRY:
	case EVENT_NOTICE_DROP:
	case EVENT_TYPE_COUNT:
		break;
	}
	return QUIET;
}

static enum log_level level_of(const struct item *it, const struct change *c)
{
	if (c->kind == CHANGE_EVENT)
		return event_level(it->ev.type);
	/* The channel's own line has said it. */
	if (c->kind == CHANGE_NOTICE_SENT && it->row.code == 0)
		return QUIET;
	/* Nobody is to be alarmed by how a drill ends. */
	if (c->kind == CHANGE_CHAIN_EXHAUSTED && it->out.is_drill)
		return SAID;
	return changes[c->kind].level;
}

/* The attempt, where the change is what became of one. */
static void log_attempt(struct log_line *l, const struct item *it)
{
	if (it->row.notice_id == 0)
		return;
	log_int(l, "attempt", it->row.number);
	if (it->row.code != 0)
		log_int(l, "code", it->row.code);
	if (it->row.took_ms > 0)
		log_span(l, "took", it->row.took_ms);
}

static bool is_notice(enum change_kind kind)
{
	return kind >= CHANGE_NOTICE_QUEUED && kind <= CHANGE_NOTICE_DEAD;
}

static void log_change(const struct item *it, size_t i)
{
	const struct change *c = &it->out.changes[i];
	enum log_level level = level_of(it, c);
	struct log_line l;

	if (!log_on(level))
		return;
	log_begin(&l, level);
	log_text(&l, "ticket", it->out.key);
	log_text(&l, "severity", it->out.severity);
	if (c->kind == CHANGE_EVENT)
		log_text(&l, "event", event_type_name(it->ev.type));
	else
		log_text(&l, "change", change_kind_name(c->kind));
	log_text(&l, "clock", c->clock);
	if (!wall_is_never(c->due))
		log_wall(&l, "due", c->due);
	log_text(&l, "chain", c->chain);
	if (c->step >= 0)
		log_int(&l, "step", c->step + 1);
	if (it->out.notice_ids[i] != 0) {
		log_int(&l, "notice", it->out.notice_ids[i]);
		log_text(&l, "reason", notice_reason_name(c->reason));
	}
	log_text(&l, c->kind == CHANGE_EVENT ? "by" : "who", c->who);
	log_text(&l, "channel", c->channel);
	if (c->late_ms > 0)
		log_span(&l, "late", c->late_ms);
	if (is_notice(c->kind))
		log_attempt(&l, it);
	log_text(&l, "detail", c->detail);
	log_end(&l);
}

/* Whom it concerns first: a person, or a schedule.  Copies of feeds come all
 * the time. */
static void log_duty(const struct item *it)
{
	const struct duty_change *c = &it->duty;
	enum log_level level = c->kind == DUTY_FEED ? QUIET : SAID;
	struct log_line l;

	if (it->out.kind != OUTCOME_ACCEPTED || !log_on(level))
		return;
	log_begin(&l, level);
	log_text(&l, "schedule", c->schedule);
	log_text(&l, "person", c->person);
	log_text(&l, "duty", duty_kind_name(c->kind));
	log_int(&l, "number", c->number);
	if (c->kind == DUTY_DROP)
		log_int(&l, "target", c->target);
	log_text(&l, c->kind == DUTY_AWAY ? "cover" : "instead_of", c->other);
	if (c->kind != DUTY_DROP && c->kind != DUTY_FEED)
		log_wall(&l, "from", c->from);
	if (!wall_is_never(c->until))
		log_wall(&l, "until", c->until);
	log_text(&l, "by", c->by);
	log_text(&l, "detail", c->why);
	log_end(&l);
}

void story_log(const struct item *it)
{
	if (it->kind == ITEM_DUTY)
		log_duty(it);
	for (size_t i = 0; i < it->out.nchanges; i++)
		log_change(it, i);
}

static void add_one(struct counters *c, size_t offset)
{
	uint64_t v;

	memcpy(&v, (char *)c + offset, sizeof v);
	v++;
	memcpy((char *)c + offset, &v, sizeof v);
}

static void count_item(const struct item *it, struct counters *c)
{
	if (it->kind == ITEM_INSIDE && it->ev.type == EVENT_TICK) {
		c->ticks++;
		c->ticks_idle += it->out.kind == OUTCOME_NOTHING;
	}
	c->duty_changes +=
	    it->kind == ITEM_DUTY && it->out.kind == OUTCOME_ACCEPTED;
	c->drills += it->kind == ITEM_DRILL && it->out.kind == OUTCOME_ACCEPTED;
	if (it->kind != ITEM_EVENT)
		return;
	c->events_accepted += it->out.kind == OUTCOME_ACCEPTED;
	c->events_duplicate += it->out.kind == OUTCOME_DUPLICATE;
	c->events_refused += it->out.kind == OUTCOME_REFUSED;
	c->tickets_opened +=
	    it->out.kind == OUTCOME_ACCEPTED && it->ev.type == EVENT_CREATED;
}

void story_count(const struct item *it, struct counters *c)
{
	count_item(it, c);
	if (it->out.is_drill)
		return;
	for (size_t i = 0; i < it->out.nchanges; i++) {
		size_t counter = changes[it->out.changes[i].kind].counter;

		if (counter != NO_COUNTER)
			add_one(c, counter - 1);
	}
}
