/* backtest_oracle_notices.c - see backtest_oracle.h: notices, the week, what
 * was used, and the history.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/backtest_oracle.h"

#include <check.h>
#include <string.h>

/* --- notices -------------------------------------------------------------- */

static bool alarms(enum notice_reason r)
{
	switch ((unsigned)r) {
	case NOTICE_RESOLVED:
	case NOTICE_HANDOFF:
	case NOTICE_ASSIGNMENT:
	case NOTICE_MATRIX:
	case NOTICE_UPDATE:
		return false;
	default:
		return true;
	}
}

static bool off(const struct oracle *o, const struct row *r)
{
	int hours = o->m->people[r->person].hours;

	return hours >= 0 && !calendar_open(o->m->calendars[hours], r->now);
}

static void check_people(const struct oracle *o, const struct backtest *b)
{
	size_t to_people = 0, to_rooms = 0, of_reason = 0, hours = 0;

	for (int p = 0; p < (int)b->npeople; p++) {
		size_t n = 0, alerts = 0, off_hours = 0, by_channel = 0;

		for (size_t i = 0; i < o->nrows; i++) {
			const struct row *r = &o->rows[i];

			if (r->kind != CHANGE_NOTICE_SENT ||
			    !oracle_counts(o, r) || r->person != p)
				continue;
			n++;
			alerts += alarms(r->reason);
			off_hours += off(o, r);
		}
		for (size_t k = 0; k < b->nchannels; k++)
			by_channel += b->people[p].of_channel[k];
		ck_assert_uint_eq(b->people[p].notices, n);
		ck_assert_uint_eq(b->people[p].alerts, alerts);
		ck_assert_uint_eq(b->people[p].off_hours, off_hours);
		ck_assert_uint_eq(by_channel, n);
		to_people += n;
	}
	for (size_t k = 0; k < b->nchannels; k++)
		to_rooms += b->channels[k].to_room;
	for (int r = 0; r < NOTICE_REASON_COUNT; r++)
		of_reason += b->of_reason[r];
	for (size_t i = 0; i < 7 * 24; i++)
		hours += b->hours[i / 24][i % 24];
	ck_assert_uint_eq(to_people + to_rooms, b->notices);
	ck_assert_uint_eq(of_reason, b->notices);
	ck_assert_uint_eq(hours, b->notices);
}

static void check_hours(const struct oracle *o, const struct backtest *b)
{
	size_t hours[7][24] = { { 0 } };
	struct wall busiest = WALL_NEVER;
	size_t most = 0, alerts = 0;

	for (size_t i = 0; i < o->nrows; i++) {
		const struct row *r = &o->rows[i];
		size_t n = 0;

		if (r->kind != CHANGE_NOTICE_SENT || !oracle_counts(o, r))
			continue;
		alerts += alarms(r->reason);
		hours[civil_weekday(r->now.ms / DAY_MS)]
		     [r->now.ms % DAY_MS / HOUR_MS]++;
		for (size_t k = 0; k < o->nrows; k++) {
			const struct row *other = &o->rows[k];

			n += other->kind == CHANGE_NOTICE_SENT &&
			     oracle_counts(o, other) &&
			     other->now.ms / HOUR_MS == r->now.ms / HOUR_MS;
		}
		if (n > most) {
			most = n;
			busiest = wall_at(r->now.ms / HOUR_MS * HOUR_MS);
		}
	}
	ck_assert_uint_eq(b->alerts, alerts);
	ck_assert_mem_eq(b->hours, hours, sizeof hours);
	ck_assert_int_eq(b->busiest.ms, busiest.ms);
	ck_assert_uint_eq(b->busiest_notices, most);
}

static bool open_between(
    const struct oracle *o, struct wall from, struct wall until)
{
	for (int64_t id = 1; id <= ORACLE_TICKETS; id++) {
		const struct stand *s =
		    oracle_last_before(o, id, wall_plus(from, 1));

		if (s != NULL && s->open && wall_before(from, until))
			return true;
	}
	return false;
}

/* All instants at which anything happened are walked; between two of them the
 * same tickets are open. */
static void check_silence(const struct oracle *o, const struct backtest *b)
{
	struct wall last = o->since, begun = o->since;
	int64_t longest = 0, is;

	for (size_t i = 0, k = 0; i <= o->nstands; i++) {
		struct wall now = i < o->nstands ? o->stands[i].now : o->until;
		bool notice = false;

		for (; i < o->nstands && k < o->nrows &&
		       o->rows[k].decision == o->stands[i].decision;
		     k++)
			notice |= o->rows[k].kind == CHANGE_NOTICE_SENT;
		if (wall_before(now, o->since))
			continue;
		if (wall_before(last, now) && !open_between(o, last, now))
			begun = now;
		if (wall_minus(now, begun) > longest)
			longest = wall_minus(now, begun);
		if (notice)
			begun = now;
		last = now;
	}
	is = wall_is_never(b->silence_from)
		 ? 0
		 : wall_minus(b->silence_until, b->silence_from);
	ck_assert_int_eq(is, longest);
}

void oracle_check_notices(const struct oracle *o, const struct backtest *b)
{
	check_people(o, b);
	check_hours(o, b);
	check_silence(o, b);
}

/* --- coverage and history ------------------------------------------------- */

static size_t with_policy(const struct oracle *o, int policy)
{
	size_t n = 0;

	for (int64_t id = 1; id <= ORACLE_TICKETS; id++) {
		const struct stand *before =
		    oracle_last_before(o, id, o->since);
		bool any =
		    before != NULL && before->open && before->policy == policy;

		for (size_t i = 0; i < o->nstands; i++) {
			const struct stand *s = &o->stands[i];

			any |= s->ticket == id && s->policy == policy &&
			       !wall_before(s->now, o->since);
		}
		n += any;
	}
	return n;
}

static void check_uses(const struct oracle *o, const struct backtest *b)
{
	size_t targets = 0;

	for (int p = 0; p < (int)b->npolicies; p++)
		ck_assert_uint_eq(b->policies[p].times, with_policy(o, p));
	for (size_t k = 0; k < b->nrules; k++) {
		size_t n = 0;

		for (size_t i = 0; i < o->nrows; i++)
			n += o->rows[i].kind == CHANGE_RULE_FIRED &&
			     oracle_counts(o, &o->rows[i]) &&
			     strcmp(o->rows[i].rule, b->rules[k].name) == 0;
		ck_assert_uint_eq(b->rules[k].times, n);
	}
	for (size_t i = 0; i < b->ntargets; i++)
		targets += b->targets[i].times;
	if (b->nclocks > 0 && b->clocks[0].started > 0)
		ck_assert_uint_gt(targets, 0);
}

static struct wall first_alarm(const struct oracle *o, int64_t ticket)
{
	for (size_t i = 0; i < o->nrows; i++)
		if (o->rows[i].ticket == ticket &&
		    o->rows[i].kind == CHANGE_NOTICE_SENT &&
		    alarms(o->rows[i].reason))
			return o->rows[i].now;
	return WALL_NEVER;
}

static bool alarmed_since(const struct oracle *o, int64_t ticket)
{
	for (size_t i = 0; i < o->nrows; i++)
		if (o->rows[i].ticket == ticket &&
		    o->rows[i].kind == CHANGE_NOTICE_SENT &&
		    oracle_counts(o, &o->rows[i]) && alarms(o->rows[i].reason))
			return true;
	return false;
}

/* Tier "premium" stands for a miss. */
static void check_history(const struct oracle *o, const struct backtest *b)
{
	const struct backtest_history *h = &b->history;
	size_t said = 0, missed = 0, caught = 0, alerted = 0, right = 0;
	size_t late_missed = 0, late_kept = 0;
	int64_t lead_ms = 0;

	for (int64_t id = 1; id <= ORACLE_TICKETS; id++) {
		struct wall at = WALL_NEVER, alarm = first_alarm(o, id);
		bool any = false, late;

		for (size_t i = 0; i < o->nstands; i++) {
			const struct stand *s = &o->stands[i];

			if (s->ticket != id || !wall_is_never(at))
				continue;
			any |= s->tier_missed >= 0;
			if (s->tier_missed == 1)
				at = wall_min(s->ev_at, s->now);
		}
		if (!any || !oracle_is_counted(o, id) ||
		    wall_before(at, o->since))
			continue;
		said++;
		late = !wall_is_never(oracle_late_at(o, id));
		late_missed += late && !wall_is_never(at);
		late_kept += late && wall_is_never(at);
		missed += !wall_is_never(at);
		alerted += alarmed_since(o, id);
		right += alarmed_since(o, id) && !wall_is_never(at);
		if (!wall_is_never(at) && wall_before(alarm, at)) {
			caught++;
			lead_ms += wall_minus(at, alarm);
		}
	}
	ck_assert_uint_eq(h->said, said);
	ck_assert_uint_eq(h->missed, missed);
	ck_assert_uint_eq(h->caught, caught);
	ck_assert_uint_eq(h->lead.count, caught);
	ck_assert_int_eq(h->lead.sum_ms, lead_ms);
	ck_assert_uint_eq(h->alerted, alerted);
	ck_assert_uint_eq(h->alerted_missed, right);
	ck_assert_uint_eq(h->late_missed, late_missed);
	ck_assert_uint_eq(h->late_kept, late_kept);
	ck_assert_uint_eq(h->late_missed + h->kept_missed, missed);
	ck_assert_uint_eq(h->late_kept + h->kept_kept, said - missed);
}

void oracle_check_history(const struct oracle *o, const struct backtest *b)
{
	check_uses(o, b);
	check_history(o, b);
}
