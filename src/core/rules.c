/* rules.c - see rules.h.
 *
 * Which rules hold is kept with the ticket, by name; a rule fires where it
 * holds and did not before.
 *
 * SPDX-License-Identifier: MIT */
#include "core/rules.h"

#include "base/textbuf.h"
#include "core/apply.h"
#include "core/assign.h"
#include "core/drill.h"
#include "core/line_text.h"
#include "core/match.h"
#include "core/names.h"
#include "core/notices.h"
#include "core/severity.h"
#include "core/walks.h"

#include <string.h>

/* One look at all rules. */
struct look {
	struct turn *u;
	struct matching x;
	enum rules_when when;
	bool *held;  /* by rule: at the end of the last look, and so far */
	bool *known; /* was there in the revision before; only when revised */
	bool *fired; /* in this look */
};

/* --- what is kept --------------------------------------------------------- */

static bool *flags(struct turn *u)
{
	return arena_alloc(u->t->arena, (u->m->nrules + 1) * sizeof(bool));
}

bool rules_held(const struct ticket *t, const char *rule)
{
	bool held;
	struct textbuf tb;

	textbuf_init(&tb);
	line_add_name(&tb, rule);
	held = list_has(t->rules_held, tb.data);
	textbuf_fini(&tb);
	return held;
}

static void take_held(struct turn *u, bool *held)
{
	for (size_t i = 0; i < u->m->nrules; i++)
		held[i] = rules_held(u->t, u->m->rules[i].name);
}

static void keep_held(struct turn *u, const bool *held)
{
	struct ticket *t = u->t;
	struct textbuf tb;

	textbuf_init(&tb);
	for (size_t i = 0; i < u->m->nrules; i++) {
		if (!held[i])
			continue;
		if (tb.len > 0)
			textbuf_addc(&tb, ',');
		line_add_name(&tb, u->m->rules[i].name);
	}
	if (strcmp(tb.data, t->rules_held) != 0) {
		t->rules_held = arena_strndup(t->arena, tb.data, tb.len);
		t->dirty = true;
	}
	textbuf_fini(&tb);
}

/* --- consequences --------------------------------------------------------- */

static int severity_of(const struct turn *u, const struct rule *r)
{
	int now = matrix_severity(u->m, u->t->fields.text[FIELD_SEVERITY]);

	if (r->set_severity >= 0)
		now = r->set_severity;
	if (r->raise_to >= 0 && (now < 0 || now > r->raise_to))
		now = r->raise_to;
	return now;
}

static bool has_tag(const struct ticket *t, const char *tag)
{
	return names_find((const char *const *)t->fields.tags, t->fields.ntags,
		   tag) >= 0;
}

static void add_tags(
    struct turn *u, const struct rule *r, const char *who, struct wall at)
{
	struct fields *f = &u->t->fields;
	const char **tags =
	    arena_alloc(u->t->arena, (f->ntags + r->ntags + 1) * sizeof *tags);
	struct textbuf added;

	for (size_t i = 0; i < f->ntags; i++)
		tags[i] = f->tags[i];
	f->tags = tags;
	textbuf_init(&added);
	for (size_t i = 0; i < r->ntags; i++) {
		if (has_tag(u->t, r->tags[i]))
			continue;
		tags[f->ntags++] = arena_strdup(u->t->arena, r->tags[i]);
		textbuf_addf(
		    &added, "%s%s", added.len > 0 ? ", " : "", r->tags[i]);
	}
	if (added.len > 0) {
		struct change *ch = turn_change(u, CHANGE_TAGGED, at);

		ch->who = who;
		ch->detail = arena_strndup(u->t->arena, added.data, added.len);
		u->t->dirty = true;
	}
	textbuf_fini(&added);
}

static void require_human(struct turn *u, const char *who, struct wall at)
{
	if (u->t->needs_human)
		return;
	u->t->needs_human = true;
	u->t->dirty = true;
	turn_change(u, CHANGE_HUMAN_REQUIRED, at)->who = who;
}

static void tell(
    struct turn *u, const struct rule *r, const char *reason, struct wall at)
{
	struct occasion o = {
		.reason = NOTICE_RULE, .step = -1, .detail = reason, .at = at
	};

	if (notices_step(u, &o, &r->notify) == 0)
		notices_fallback(u, &o);
}

static void fire(
    struct turn *u, const struct rule *r, const char *why, struct wall at)
{
	const char *reason = turn_text(u, "%s: %s", r->name, why);
	const char *who = turn_text(u, "rule %s", r->name);
	int severity = severity_of(u, r);
	signal_set signals = 0;

	turn_change(u, CHANGE_RULE_FIRED, at)->detail = reason;
	if (severity >= 0)
		signals |= severity_by_rule(u, severity, r->name, at);
	if (r->team >= 0)
		signals |= apply_team(u, r->team, who, at);
	if (r->ntags > 0)
		add_tags(u, r, who, at);
	if (r->require_human)
		require_human(u, who, at);
	apply_signals(u, signals, at);
	if (r->start >= 0)
		walks_start(u, r->start, "rule", NULL, reason, at);
	if (r->notify.nwho > 0)
		tell(u, r, reason, at);
}

/* --- the look ------------------------------------------------------------- */

/* Only time can have made it true: then it fires, whatever the revision. */
static bool is_quiet(const struct look *l, size_t i)
{
	return l->when == RULES_REVISED && !l->known[i];
}

static bool holds(struct look *l, size_t i)
{
	const struct rule *r = &l->u->m->rules[i];

	if (!validity_holds(&r->valid, l->x.at))
		return false;
	if (l->when == RULES_EVENT || (l->when == RULES_REVISED && l->known[i]))
		if (condition_asks_type(&r->when, CONDITION_TALLY))
			return l->held[i];
	return match_condition(&l->x, &r->when);
}

/* True: something changed, and other rules may hold now. */
static bool look_at(struct look *l, size_t i)
{
	const struct rule *r = &l->u->m->rules[i];
	bool now = holds(l, i);

	if (now == l->held[i])
		return false;
	l->held[i] = now;
	if (!now || l->fired[i] || is_quiet(l, i))
		return false;
	l->fired[i] = true;
	fire(l->u, r, match_reason(&l->x, &r->when), l->x.at);
	return true;
}

/* Each rule fires once at most, so this ends. */
static void look(struct look *l)
{
	bool again;

	do {
		again = false;
		for (size_t i = 0; i < l->u->m->nrules; i++)
			again |= look_at(l, i);
	} while (again && !ticket_is_over(l->u->t));
}

static bool is_same(const struct rule *a, const struct rule *b)
{
	return wall_same(a->valid.from, b->valid.from) &&
	       wall_same(a->valid.until, b->valid.until) &&
	       condition_same(&a->when, &b->when);
}

/* Rules that the revision before had, word for word.  It may be the same one,
 * where a matrix came back before the ticket was told of the one between. */
static void take_known(struct turn *u, bool *known)
{
	const struct matrix *was = matrix_at(u->m, u->t->revision);

	for (size_t i = 0; was != NULL && i < u->m->nrules; i++) {
		const struct rule *r = &u->m->rules[i];

		for (size_t k = 0; k < was->nrules; k++)
			if (strcmp(was->rules[k].name, r->name) == 0)
				known[i] = is_same(&was->rules[k], r);
	}
}

static struct wall looked_at(const struct ticket *t)
{
	return wall_is_never(t->rules_at) ? t->created : t->rules_at;
}

struct wall rules_instant(const struct ticket *t, struct wall at)
{
	struct wall was = looked_at(t);

	return wall_is_never(was) ? at : wall_max(at, was);
}

void rules_run(struct turn *u, enum rules_when when, struct wall at)
{
	struct ticket *t = u->t;
	struct look l = { .u = u,
		.x = { .t = t, .facts = u->f, .arena = t->arena },
		.when = when };

	if (ticket_is_drill(t))
		return;
	l.x.at = rules_instant(t, at);
	if (!wall_same(t->rules_at, l.x.at)) {
		t->rules_at = l.x.at;
		t->dirty = true;
	}
	if (u->m->nrules == 0 && t->rules_held[0] == '\0')
		return;
	l.held = flags(u);
	l.known = flags(u);
	l.fired = flags(u);
	take_held(u, l.held);
	if (when == RULES_REVISED)
		take_known(u, l.known);
	look(&l);
	keep_held(u, l.held);
}

/* What began and ended before is of no matter, nor is the end of one. */
static struct wall rule_next(struct matching *x, const struct rule *r)
{
	if (condition_asks_type(&r->when, CONDITION_TALLY))
		return WALL_NEVER;
	if (wall_before(x->at, r->valid.from))
		return r->valid.from;
	return validity_holds(&r->valid, x->at) ? match_next(x, &r->when)
						: WALL_NEVER;
}

struct wall rules_next(const struct turn *u)
{
	struct matching x = {
		.t = u->t, .at = looked_at(u->t), .arena = u->t->arena
	};
	struct wall next = match_policy_next(u->m, u->t, x.at);

	if (ticket_is_drill(u->t))
		return WALL_NEVER;
	for (size_t i = 0; i < u->m->nrules; i++)
		next = wall_min(next, rule_next(&x, &u->m->rules[i]));
	return next;
}

void rules_fire(struct turn *u)
{
	struct wall at = rules_next(u);

	if (match_policy(u->m, u->t, at) != u->policy)
		apply_policy(u, at);
	rules_run(u, RULES_EVENT, at);
	assign_follow(u, at);
}

bool rules_needs_human(const struct turn *u)
{
	const char *category = u->t->fields.text[FIELD_CATEGORY];

	return u->t->needs_human ||
	       names_find((const char *const *)u->m->always_human,
		   u->m->nalways_human, category) >= 0;
}
