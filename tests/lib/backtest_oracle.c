/* backtest_oracle.c - see backtest_oracle.h: rows, clocks, chains.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/backtest_oracle.h"

#include "lib/require.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define KINDS 24
#define STEPS 8

static struct row *new_row(struct oracle *o)
{
	if (o->nrows == o->cap_rows) {
		o->cap_rows = o->cap_rows == 0 ? 1024 : 2 * o->cap_rows;
		o->rows = realloc(o->rows, o->cap_rows * sizeof *o->rows);
		REQUIRE(o->rows != NULL);
	}
	memset(&o->rows[o->nrows], 0, sizeof *o->rows);
	return &o->rows[o->nrows++];
}

static void keep_notice(
    struct oracle *o, struct row *r, const struct ticket *t, int notice)
{
	const struct notice *n = &t->notices[notice];

	r->reason = n->reason;
	r->person = matrix_person(o->m, n->who);
	r->channel = matrix_channel(o->m, n->channel);
}

void oracle_keep(struct oracle *o, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	int severity = matrix_severity(o->m, t->fields.text[FIELD_SEVERITY]);
	const char *tier = t->fields.text[FIELD_CUSTOMER_TIER];
	struct stand *s;

	if (o->nstands == o->cap_stands) {
		o->cap_stands = o->cap_stands == 0 ? 1024 : 2 * o->cap_stands;
		o->stands =
		    realloc(o->stands, o->cap_stands * sizeof *o->stands);
		REQUIRE(o->stands != NULL);
	}
	s = &o->stands[o->nstands++];
	*s = (struct stand){ .ticket = t->id,
		.decision = o->nstands,
		.now = now,
		.ev_at = ev->at,
		.open = !ticket_is_over(t),
		.policy = -1,
		.severity = severity,
		.tier_missed =
		    tier == NULL ? -1 : strcmp(tier, "premium") == 0 };
	for (size_t i = 0; i < o->m->npolicies; i++)
		if (strcmp(o->m->policies[i].name, t->policy) == 0)
			s->policy = (int)i;
	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *c = &d->changes[i];
		struct row *r = new_row(o);

		r->ticket = t->id;
		r->decision = o->nstands;
		r->now = now;
		r->kind = c->kind;
		r->at = c->at;
		r->created = t->created;
		r->clock = matrix_kind(o->m, c->clock);
		r->cycle = c->cycle;
		r->chain = matrix_chain(o->m, c->chain);
		r->run = c->run;
		r->step = c->step;
		r->severity = severity < 0 ? (int)o->m->nseverities : severity;
		r->outside = ev->type < EVENT_FROM_OUTSIDE_COUNT;
		if (c->kind == CHANGE_NOTICE_SENT)
			keep_notice(o, r, t, c->notice);
		if (c->kind == CHANGE_RULE_FIRED) {
			const char *end = strstr(c->detail, ": ");

			REQUIRE(end != NULL && end - c->detail < 31);
			memcpy(r->rule, c->detail, (size_t)(end - c->detail));
		}
	}
}

void oracle_fini(struct oracle *o)
{
	free(o->rows);
	free(o->stands);
}

/* --- tickets and clocks --------------------------------------------------- */

bool oracle_counts(const struct oracle *o, const struct row *r)
{
	return !wall_before(r->now, o->since);
}

const struct stand *oracle_last_before(
    const struct oracle *o, int64_t ticket, struct wall before)
{
	const struct stand *found = NULL;

	for (size_t i = 0; i < o->nstands; i++)
		if (o->stands[i].ticket == ticket &&
		    wall_before(o->stands[i].now, before))
			found = &o->stands[i];
	return found;
}

static bool any_since(const struct oracle *o, int64_t ticket)
{
	for (size_t i = 0; i < o->nstands; i++)
		if (o->stands[i].ticket == ticket &&
		    !wall_before(o->stands[i].now, o->since))
			return true;
	return false;
}

bool oracle_is_counted(const struct oracle *o, int64_t ticket)
{
	const struct stand *before = oracle_last_before(o, ticket, o->since);

	return any_since(o, ticket) || (before != NULL && before->open);
}

struct cycle_sum {
	bool seen, over;
	bool started, warned, breached, withdrawn;
	enum change_kind ended; /* that counts, or CHANGE_KIND_COUNT */
	int severity;
	struct wall late_at; /* of the breach that stands */
};

static bool is_end(enum change_kind k)
{
	return k == CHANGE_CLOCK_MET || k == CHANGE_CLOCK_MET_LATE ||
	       k == CHANGE_CLOCK_CANCELLED;
}

static void one_change(
    const struct oracle *o, const struct row *r, struct cycle_sum *c)
{
	bool now = oracle_counts(o, r);

	c->started |= now && r->kind == CHANGE_CLOCK_STARTED;
	c->warned |= now && r->kind == CHANGE_CLOCK_WARNED;
	if (r->kind == CHANGE_CLOCK_BREACHED) {
		c->late_at = r->at;
		c->breached |= now;
		c->withdrawn = now ? false : c->withdrawn;
	}
	if (r->kind == CHANGE_CLOCK_WITHDRAWN) {
		c->late_at = WALL_NEVER;
		c->withdrawn |= c->breached;
	}
	if (is_end(r->kind)) {
		c->over = true;
		c->ended = now ? r->kind : CHANGE_KIND_COUNT;
	} else if (r->kind == CHANGE_CLOCK_STARTED ||
		   r->kind == CHANGE_CLOCK_RESUMED) {
		c->over = false;
		c->ended = CHANGE_KIND_COUNT;
	}
}

/* From its first word to its last; its severity is its ticket's after the last
 * decision that said something of it or found it unfinished. */
static struct cycle_sum sum_cycle(
    const struct oracle *o, int64_t ticket, int kind, int cycle)
{
	struct cycle_sum c = { .ended = CHANGE_KIND_COUNT,
		.late_at = WALL_NEVER };

	for (size_t i = 0, k = 0; i < o->nstands; i++) {
		const struct stand *s = &o->stands[i];
		bool said = false;

		for (; k < o->nrows && o->rows[k].decision == s->decision;
		     k++) {
			const struct row *r = &o->rows[k];

			if (r->ticket != ticket || r->clock != kind ||
			    r->cycle != cycle ||
			    r->kind < CHANGE_CLOCK_STARTED ||
			    r->kind > CHANGE_CLOCK_CANCELLED)
				continue;
			one_change(o, r, &c);
			c.seen = said = true;
		}
		if (s->ticket == ticket && c.seen && (said || !c.over))
			c.severity = s->severity < 0 ? (int)o->m->nseverities
						     : s->severity;
	}
	return c;
}

static int cycles_of(const struct oracle *o, int64_t ticket, int kind)
{
	int most = 0;

	for (size_t i = 0; i < o->nrows; i++)
		if (o->rows[i].ticket == ticket && o->rows[i].clock == kind &&
		    o->rows[i].cycle > most)
			most = o->rows[i].cycle;
	return most;
}

struct sums {
	struct backtest_clock clocks[KINDS][4];
	size_t tickets, late_tickets, warned_tickets;
	struct wall late_at[ORACLE_TICKETS + 1];
};

static void add_cycle(struct sums *s, const struct cycle_sum *c, int kind,
    bool counted, bool *late, bool *warned)
{
	struct backtest_clock *row = &s->clocks[kind][c->severity];

	row->started += c->started;
	row->warned += c->warned;
	row->breached += c->breached;
	row->withdrawn += c->breached && c->withdrawn;
	row->met += c->ended == CHANGE_CLOCK_MET;
	row->met_late += c->ended == CHANGE_CLOCK_MET_LATE;
	row->cancelled += c->ended == CHANGE_CLOCK_CANCELLED;
	row->unmet += counted && !c->over;
	*late |= c->breached && !c->withdrawn;
	*warned |= c->warned;
}

static void sum_ticket(const struct oracle *o, int64_t ticket, struct sums *s)
{
	bool late = false, warned = false;
	bool counted = oracle_is_counted(o, ticket);

	s->late_at[ticket] = WALL_NEVER;
	for (size_t k = 0; k < o->m->nkinds; k++) {
		int n = cycles_of(o, ticket, (int)k);

		for (int i = 1; i <= n; i++) {
			struct cycle_sum c = sum_cycle(o, ticket, (int)k, i);

			if (!c.seen)
				continue;
			add_cycle(s, &c, (int)k, counted, &late, &warned);
			s->late_at[ticket] =
			    wall_min(s->late_at[ticket], c.late_at);
		}
	}
	s->tickets += counted;
	s->late_tickets += late;
	s->warned_tickets += warned;
}

struct wall oracle_late_at(const struct oracle *o, int64_t ticket)
{
	static struct sums s;

	memset(&s, 0, sizeof s);
	sum_ticket(o, ticket, &s);
	return s.late_at[ticket];
}

static void check_clocks(
    const struct oracle *o, const struct backtest *b, const struct sums *s)
{
	size_t n = 0;

	for (size_t i = 0; i < o->m->nkinds * 4; i++) {
		const struct backtest_clock *is,
		    *was = &s->clocks[i / 4][i % 4];
		const char *severity =
		    i % 4 < 3 ? o->m->severities[i % 4].name : "";

		if (was->started + was->warned + was->breached + was->met +
			was->met_late + was->cancelled + was->unmet ==
		    0)
			continue;
		ck_assert_uint_lt(n, b->nclocks);
		is = &b->clocks[n++];
		ck_assert_str_eq(is->clock, o->m->kinds[i / 4].name);
		ck_assert_str_eq(is->severity, severity);
		ck_assert_uint_eq(is->started, was->started);
		ck_assert_uint_eq(is->warned, was->warned);
		ck_assert_uint_eq(is->breached, was->breached);
		ck_assert_uint_eq(is->withdrawn, was->withdrawn);
		ck_assert_uint_eq(is->met, was->met);
		ck_assert_uint_eq(is->met_late, was->met_late);
		ck_assert_uint_eq(is->cancelled, was->cancelled);
		ck_assert_uint_eq(is->unmet, was->unmet);
	}
	ck_assert_uint_eq(b->nclocks, n);
}

static size_t open_at_end(const struct oracle *o)
{
	size_t n = 0;

	for (int64_t id = 1; id <= ORACLE_TICKETS; id++) {
		const struct stand *s = oracle_last_before(o, id, WALL_NEVER);

		n += s != NULL && s->open;
	}
	return n;
}

void oracle_check_tickets(const struct oracle *o, const struct backtest *b)
{
	static struct sums s;
	size_t events = 0;

	memset(&s, 0, sizeof s);
	for (int64_t id = 1; id <= ORACLE_TICKETS; id++)
		sum_ticket(o, id, &s);
	check_clocks(o, b, &s);
	ck_assert_uint_eq(b->tickets, s.tickets);
	ck_assert_uint_eq(b->breached, s.late_tickets);
	ck_assert_uint_eq(b->warned, s.warned_tickets);
	ck_assert_uint_eq(b->open, open_at_end(o));
	ck_assert_uint_eq(b->refused, o->refused);
	for (size_t i = 0; i < o->nrows; i++)
		events += oracle_counts(o, &o->rows[i]) && o->rows[i].outside &&
			  o->rows[i].kind == CHANGE_EVENT;
	ck_assert_uint_eq(b->events, events);
}

/* --- chains --------------------------------------------------------------- */

/* The run's next word. */
static const struct row *next_word(const struct oracle *o, size_t i)
{
	const struct row *r = &o->rows[i];

	for (size_t k = i + 1; k < o->nrows; k++) {
		const struct row *n = &o->rows[k];

		if (n->ticket == r->ticket && n->run == r->run &&
		    n->kind >= CHANGE_CHAIN_STARTED &&
		    n->kind <= CHANGE_CHAIN_HANDED_OVER)
			return n;
	}
	return NULL;
}

struct chain_sum {
	size_t runs, acked, over, exhausted, lapsed, superseded, answers;
	size_t fired[STEPS], skipped[STEPS], answered[STEPS], ended[STEPS];
	int64_t begins_ms, ack_ms, after_ms[STEPS];
};

static bool told(const struct oracle *o, size_t i)
{
	const struct row *r = &o->rows[i];
	const struct row *n = next_word(o, i);

	return n == NULL || n->decision != r->decision ||
	       n->kind != CHANGE_CHAIN_STEP_SKIPPED || n->step != r->step;
}

static void sum_run(
    const struct oracle *o, size_t first, struct chain_sum sums[])
{
	const struct row *start = &o->rows[first];
	struct chain_sum *c = &sums[start->chain];
	bool acked = false, exhausted = false, answered = false;
	int last = -1;

	for (size_t i = first; i < o->nrows; i++) {
		const struct row *r = &o->rows[i];
		bool now = oracle_counts(o, r);
		int64_t since_ms = wall_minus(r->at, start->at);

		if (r->ticket != start->ticket || r->run != start->run)
			continue;
		if (since_ms < 0)
			since_ms = 0;
		if (r->kind == CHANGE_CHAIN_STARTED && now) {
			int64_t ms = wall_minus(r->at, r->created);

			c->runs++;
			c->begins_ms += ms < 0 ? 0 : ms;
		} else if (r->kind == CHANGE_CHAIN_STEP && told(o, i)) {
			last = r->step;
			c->fired[last] += now;
			c->after_ms[last] += now ? since_ms : 0;
		} else if (r->kind == CHANGE_CHAIN_STEP_SKIPPED) {
			c->skipped[r->step] += now;
		} else if (r->kind == CHANGE_CHAIN_ACKED ||
			   r->kind == CHANGE_CHAIN_SNOOZED) {
			if (!acked && now) {
				answered = !exhausted;
				c->answers++;
				c->ack_ms += since_ms;
				if (last >= 0)
					c->answered[last]++;
			}
			acked = true;
		} else if (r->kind == CHANGE_CHAIN_EXHAUSTED) {
			c->exhausted += now && !exhausted;
			c->lapsed += now && !exhausted && acked;
			answered &= !now || exhausted;
			exhausted = true;
		} else if (r->kind == CHANGE_CHAIN_SUPERSEDED) {
			c->superseded += now && !acked && !exhausted;
		} else if (r->kind == CHANGE_CHAIN_ENDED && now && !acked &&
			   !exhausted) {
			c->over++;
			if (last >= 0)
				c->ended[last]++;
		}
	}
	c->acked += answered;
}

static size_t tickets_of_chain(const struct oracle *o, int chain)
{
	size_t n = 0;

	for (int64_t id = 1; id <= ORACLE_TICKETS; id++) {
		bool any = false;

		for (size_t i = 0; i < o->nrows; i++) {
			const struct row *r = &o->rows[i];

			any |= r->ticket == id && oracle_counts(o, r) &&
			       r->kind == CHANGE_CHAIN_STARTED &&
			       (chain < 0 || r->chain == chain);
		}
		n += any;
	}
	return n;
}

void oracle_check_chains(const struct oracle *o, const struct backtest *b)
{
	struct chain_sum sums[2] = { { 0 } };

	for (size_t i = 0; i < o->nrows; i++)
		if (o->rows[i].kind == CHANGE_CHAIN_STARTED)
			sum_run(o, i, sums);
	for (int i = 0; i < 2; i++) {
		const struct backtest_chain *c = &b->chains[i];
		const struct chain_sum *s = &sums[i];

		ck_assert_uint_eq(c->tickets, tickets_of_chain(o, i));
		ck_assert_uint_eq(c->runs, s->runs);
		ck_assert_uint_eq(c->acked, s->acked);
		ck_assert_uint_eq(c->over, s->over);
		ck_assert_uint_eq(c->exhausted, s->exhausted);
		ck_assert_uint_eq(c->lapsed, s->lapsed);
		ck_assert_uint_eq(c->superseded, s->superseded);
		ck_assert_uint_eq(c->begins.count, s->runs);
		ck_assert_int_eq(c->begins.sum_ms, s->begins_ms);
		ck_assert_uint_eq(c->ack.count, s->answers);
		ck_assert_int_eq(c->ack.sum_ms, s->ack_ms);
		for (size_t k = 0; k < c->nsteps; k++) {
			ck_assert_uint_eq(c->steps[k].fired, s->fired[k]);
			ck_assert_uint_eq(c->steps[k].skipped, s->skipped[k]);
			ck_assert_uint_eq(c->steps[k].answered, s->answered[k]);
			ck_assert_uint_eq(c->steps[k].over, s->ended[k]);
			ck_assert_int_eq(
			    c->steps[k].after.sum_ms, s->after_ms[k]);
		}
	}
	ck_assert_uint_eq(b->escalated, tickets_of_chain(o, -1));
}
