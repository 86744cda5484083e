/* backtest.c - see backtest.h: what one decision adds.
 *
 * SPDX-License-Identifier: MIT */
#include "core/backtest.h"

#include "base/check.h"
#include "core/backtest_parts.h"
#include "core/notices_parts.h"

#include <stdlib.h>
#include <string.h>

bool backtest_alerts(enum notice_reason reason)
{
	struct notice n = { .reason = reason };

	return notice_alerts(&n);
}

/* --- what the matrix has -------------------------------------------------- */

static const char *listed(
    struct arena *arena, const char *const *names, size_t count)
{
	struct textbuf tb;
	const char *text;

	textbuf_init(&tb);
	for (size_t i = 0; i < count; i++)
		textbuf_addf(&tb, "%s%s", i > 0 ? ", " : "", names[i]);
	text = arena_strndup(arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

static void take_chain(
    struct backtest *b, struct backtest_chain *out, const struct chain *c)
{
	out->name = c->name;
	out->nsteps = c->nsteps;
	out->steps = arena_alloc(&b->arena, c->nsteps * sizeof *out->steps);
	for (size_t i = 0; i < c->nsteps; i++) {
		const struct step *s = &c->steps[i];

		out->steps[i].who = listed(&b->arena, s->who, s->nwho);
		out->steps[i].via = listed(&b->arena, s->via, s->nvia);
	}
}

static void take_chains(struct backtest *b)
{
	const struct matrix *m = b->m;

	b->nchains = m->nchains;
	b->chains = arena_alloc(&b->arena, b->nchains * sizeof *b->chains);
	for (size_t i = 0; i < b->nchains; i++)
		take_chain(b, &b->chains[i], &m->chains[i]);
}

static void take_people(struct backtest *b)
{
	const struct matrix *m = b->m;

	b->nchannels = m->nchannels;
	b->channels =
	    arena_alloc(&b->arena, b->nchannels * sizeof *b->channels);
	for (size_t i = 0; i < b->nchannels; i++)
		b->channels[i].name = m->channels[i].name;
	b->npeople = m->npeople;
	b->people = arena_alloc(&b->arena, b->npeople * sizeof *b->people);
	for (size_t i = 0; i < b->npeople; i++) {
		struct backtest_person *p = &b->people[i];

		p->name = m->people[i].name;
		p->title =
		    m->people[i].title == NULL ? p->name : m->people[i].title;
		p->has_hours = m->people[i].hours >= 0;
		p->of_channel = arena_alloc(
		    &b->arena, b->nchannels * sizeof *p->of_channel);
	}
}

static void take_uses(struct backtest *b)
{
	const struct matrix *m = b->m;

	b->nseverities = m->nseverities;
	b->severities =
	    arena_alloc(&b->arena, b->nseverities * sizeof *b->severities);
	for (size_t i = 0; i < b->nseverities; i++)
		b->severities[i].name = m->severities[i].name;
	b->npolicies = m->npolicies;
	b->policies =
	    arena_alloc(&b->arena, b->npolicies * sizeof *b->policies);
	for (size_t i = 0; i < b->npolicies; i++)
		b->policies[i].name = m->policies[i].name;
	b->nrules = m->nrules;
	b->rules = arena_alloc(&b->arena, b->nrules * sizeof *b->rules);
	for (size_t i = 0; i < b->nrules; i++)
		b->rules[i].name = m->rules[i].name;
}

static void take_target(
    struct backtest *b, size_t policy, size_t severity, size_t kind)
{
	const struct matrix *m = b->m;
	const struct policy *p = &m->policies[policy];
	size_t at = (policy * m->nseverities + severity) * m->nkinds + kind;
	struct backtest_target *t;

	b->own->targets[at] = -1;
	if (p->targets[severity][kind].ms <= 0)
		return;
	b->own->targets[at] = (int)b->ntargets;
	t = &b->targets[b->ntargets++];
	t->policy = p->name;
	t->severity = m->severities[severity].name;
	t->clock = m->kinds[kind].name;
}

static void take_targets(struct backtest *b)
{
	const struct matrix *m = b->m;
	size_t most = m->npolicies * m->nseverities * m->nkinds;

	b->targets = arena_alloc(&b->arena, most * sizeof *b->targets);
	b->own->targets =
	    arena_alloc(&b->arena, most * sizeof *b->own->targets);
	for (size_t p = 0; p < m->npolicies; p++)
		for (size_t s = 0; s < m->nseverities; s++)
			for (size_t k = 0; k < m->nkinds; k++)
				take_target(b, p, s, k);
	b->own->grid = arena_alloc(
	    &b->arena, m->nkinds * (m->nseverities + 1) * sizeof *b->own->grid);
}

struct backtest *backtest_new(const struct matrix *m, const struct zone *zone,
    struct wall since, const struct backtest_missed *missed)
{
	struct backtest *b = calloc(1, sizeof *b);

	CHECK(b != NULL);
	arena_init(&b->arena);
	b->own = arena_alloc(&b->arena, sizeof *b->own);
	b->m = m;
	b->zone = zone;
	b->since = since;
	b->from = b->until = b->busiest = WALL_NEVER;
	b->silence_from = b->silence_until = WALL_NEVER;
	b->own->quiet_since = since;
	b->own->hour = WALL_NEVER;
	b->own->missed.field = FIELD_COUNT;
	if (missed != NULL) {
		b->own->missed = *missed;
		b->history.known = true;
	}
	hashmap_init(&b->own->slots);
	arena_init(&b->own->scratch);
	take_chains(b);
	take_people(b);
	take_uses(b);
	take_targets(b);
	return b;
}

void backtest_free(struct backtest *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->own->cap_seen; i++)
		seen_free(b->own->seen[i]);
	free(b->own->seen);
	hashmap_fini(&b->own->slots);
	arena_fini(&b->own->scratch);
	arena_fini(&b->arena);
	free(b);
}

/* --- the totals ----------------------------------------------------------- */

static void tally(size_t *n, bool holds, bool put)
{
	if (!holds)
		return;
	CHECK(put || *n > 0);
	*n += put ? 1 : (size_t)-1;
}

static void give_history(struct backtest *b, const struct seen *s, bool put)
{
	struct backtest_history *h = &b->history;
	bool missed = !wall_is_never(s->missed_at);
	bool late = !wall_is_never(seen_late_at(s));

	/* What it missed before is not our matter, nor what came of it. */
	if (!s->said || wall_before(s->missed_at, b->since))
		return;
	tally(&h->said, true, put);
	tally(&h->missed, missed, put);
	tally(&h->caught, s->caught, put);
	tally(&h->late_before, s->late_before, put);
	tally(&h->alerted, s->alerted, put);
	tally(&h->alerted_missed, s->alerted && missed, put);
	tally(&h->late_missed, late && missed, put);
	tally(&h->late_kept, late && !missed, put);
	tally(&h->kept_missed, !late && missed, put);
	tally(&h->kept_kept, !late && !missed, put);
}

void backtest_give(struct backtest *b, const struct seen *s, bool put)
{
	if (!s->counted)
		return;
	tally(&b->tickets, true, put);
	tally(&b->escalated, s->escalated, put);
	tally(&b->warned, s->warned, put);
	tally(&b->breached, s->late > 0, put);
	tally(&b->open, s->open, put);
	give_history(b, s, put);
}

/* --- one decision --------------------------------------------------------- */

/* A ticket of a help desk's: neither a drill nor the matrix's own. */
static bool is_ticket(const struct ticket *t)
{
	return strncmp(t->key, "slawatch:", 9) != 0 &&
	       strncmp(t->key, "drill:", 6) != 0;
}

static void found(struct backtest *b, struct seen *s)
{
	if (!s->counted)
		return;
	if (s->policy >= 0 && seen_set_add(&s->policies, s->policy))
		b->policies[s->policy].times++;
	if (s->severity < (int)b->nseverities &&
	    seen_set_add(&s->severities, s->severity))
		b->severities[s->severity].tickets++;
}

/* The instant `since` has come: what is open then counts. */
static void begin(struct backtest *b, struct wall now)
{
	struct backtest_private *own = b->own;

	if (own->begun || wall_before(now, b->since))
		return;
	own->begun = true;
	if (own->any)
		b->from = b->since;
	for (size_t i = 0; i < own->cap_seen; i++) {
		struct seen *s = own->seen[i];

		if (s == NULL || !s->open)
			continue;
		s->counted = true;
		found(b, s);
		backtest_clocks_count(b, s);
		backtest_give(b, s, true);
	}
}

static int policy_of(const struct matrix *m, const char *name)
{
	for (size_t i = 0; i < m->npolicies; i++)
		if (strcmp(m->policies[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* The longest name that begins "NAME: why". */
static void rule_fired(struct backtest *b, const char *detail)
{
	size_t longest = 0;
	size_t rule = b->nrules;

	for (size_t i = 0; i < b->nrules; i++) {
		size_t len = strlen(b->rules[i].name);

		if ((rule == b->nrules || len > longest) &&
		    strncmp(detail, b->rules[i].name, len) == 0 &&
		    strncmp(detail + len, ": ", 2) == 0) {
			rule = i;
			longest = len;
		}
	}
	if (rule < b->nrules)
		b->rules[rule].times++;
}

static void to_person(
    struct backtest *b, const struct notice *n, int channel, struct wall now)
{
	int person = matrix_person(b->m, n->who);
	struct backtest_person *p;

	if (person < 0)
		return;
	p = &b->people[person];
	p->notices++;
	p->of_reason[n->reason]++;
	p->alerts += backtest_alerts(n->reason);
	if (p->has_hours)
		p->off_hours += !calendar_open(
		    b->m->calendars[b->m->people[person].hours], now);
	if (channel >= 0)
		p->of_channel[channel]++;
}

static void sent(struct backtest *b, struct seen *s, const struct notice *n,
    struct wall now, bool counts)
{
	bool alerts = backtest_alerts(n->reason);
	int channel = matrix_channel(b->m, n->channel);

	if (alerts && wall_is_never(s->alerted_at))
		s->alerted_at = now;
	if (!counts)
		return;
	s->alerted |= alerts;
	b->notices++;
	b->alerts += alerts;
	b->of_reason[n->reason]++;
	if (channel >= 0) {
		b->channels[channel].notices++;
		b->channels[channel].to_room += matrix_person(b->m, n->who) < 0;
	}
	to_person(b, n, channel, now);
	backtest_week_notice(b, now);
}

static void changed(struct backtest *b, struct seen *s, const struct ticket *t,
    const struct decision *d, struct wall now, bool counts)
{
	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *c = &d->changes[i];

		backtest_clock(b, s, t, c, counts);
		backtest_chain(b, s, t, d, i, counts);
		if (c->kind == CHANGE_RULE_FIRED && counts)
			rule_fired(b, c->detail);
		if (c->kind == CHANGE_NOTICE_SENT)
			sent(b, s, &t->notices[c->notice], now, counts);
	}
	backtest_clocks_follow(b, s);
}

/* Where the ticket stands now. */
static void stands(
    struct backtest *b, struct seen *s, const struct ticket *t, struct wall now)
{
	bool open = !ticket_is_over(t);

	if (open != s->open)
		backtest_week_open(b, open, now);
	s->open = open;
	s->policy = policy_of(b->m, t->policy);
	s->severity = matrix_severity(b->m, t->fields.text[FIELD_SEVERITY]);
	if (s->severity < 0)
		s->severity = (int)b->nseverities;
}

static void count_in(struct backtest *b, struct seen *s, struct wall now)
{
	if (wall_is_never(b->from))
		b->from = now;
	if (s->counted)
		return;
	s->counted = true;
	backtest_clocks_count(b, s);
}

void backtest_decided(void *user, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	struct backtest *b = user;
	bool counts = !wall_before(now, b->since);
	struct seen *s;

	if (!is_ticket(t) || d->verdict == VERDICT_NOTHING)
		return;
	begin(b, now);
	if (d->verdict != VERDICT_ACCEPTED) {
		b->refused += counts;
		return;
	}
	b->own->any = true;
	b->events += counts && ev->type < EVENT_FROM_OUTSIDE_COUNT;
	s = backtest_seen(b, t);
	backtest_give(b, s, false);
	if (counts)
		count_in(b, s, now);
	stands(b, s, t, now);
	changed(b, s, t, d, now, counts);
	found(b, s);
	backtest_history_look(b, s, t, ev, now);
	backtest_give(b, s, true);
}

/* --- the ends ------------------------------------------------------------- */

void backtest_leaves(
    struct backtest *b, const struct ticket *t, struct textbuf *out)
{
	const struct seen *s = backtest_find(b, t);

	if (s == NULL)
		return;
	seen_pack(s, out);
	backtest_forget(b, t);
}

static bool below(int value, size_t count)
{
	return value >= 0 && (size_t)value < count;
}

static bool all_below(const struct seen_set *set, size_t count)
{
	for (size_t i = 0; i < set->count; i++)
		if (!below(set->at[i], count))
			return false;
	return true;
}

/* Does the matrix have all that it names? */
static bool fits(const struct backtest *b, const struct seen *s)
{
	bool all = below(s->policy + 1, b->npolicies + 1) &&
		   below(s->severity, b->nseverities + 1) &&
		   all_below(&s->policies, b->npolicies) &&
		   all_below(&s->severities, b->nseverities) &&
		   all_below(&s->chains, b->nchains);

	for (size_t i = 0; i < s->ncycles; i++)
		all = all && below(s->cycles[i].kind, b->m->nkinds) &&
		      below(s->cycles[i].severity, b->nseverities + 1) &&
		      below(s->cycles[i].target + 1, b->ntargets + 1);
	for (size_t i = 0; i < s->nruns; i++)
		all = all && below(s->runs[i].chain, b->nchains);
	return all;
}

void backtest_returns(
    struct backtest *b, const struct ticket *t, const char *bytes, size_t len)
{
	struct seen *s;

	if (len == 0 || !is_ticket(t))
		return;
	s = backtest_seen(b, t);
	if (!seen_unpack(s, bytes, len) || !fits(b, s))
		backtest_forget(b, t);
}

void backtest_recorded_miss(
    struct backtest *b, const struct ticket *t, struct wall at)
{
	struct seen *s;

	if (!is_ticket(t))
		return;
	s = backtest_seen(b, t);
	backtest_give(b, s, false);
	b->history.known = true;
	backtest_history_miss(b, s, at);
	backtest_give(b, s, true);
}

void backtest_end(struct backtest *b, struct wall until)
{
	begin(b, until);
	b->until = until;
	b->history.alerts = b->alerts;
	backtest_week_end(b, until);
	backtest_clocks_end(b);
}
