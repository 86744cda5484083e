/* scenario_read.c - a scenario's YAML to what it says.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario.h"

#include "base/nearest.h"

#include <stdlib.h>
#include <string.h>

/* A key of a map, and what to do with its value. */
struct key {
	const char *name;
	void (*read)(struct report *r, const struct yaml_pair *pair,
	    const struct key *key, void *into);
	size_t offset; /* of the member that it fills */
};

#define MEMBER(into, key) ((void *)((char *)(into) + (key)->offset))
#define COUNT(a)	  (sizeof(a) / sizeof *(a))

/* "at, event, expect" */
static const char *all_names(
    const struct key *keys, size_t n, struct arena *arena)
{
	struct textbuf tb;
	const char *text;

	textbuf_init(&tb);
	for (size_t i = 0; i < n; i++)
		textbuf_addf(&tb, "%s%s", i > 0 ? ", " : "", keys[i].name);
	text = arena_strndup(arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

static void unknown_key(struct report *r, const struct yaml_node *key,
    const char *what, const struct key *keys, size_t n)
{
	struct nearest near;

	nearest_init(&near, key->text);
	for (size_t i = 0; i < n; i++)
		nearest_try(&near, keys[i].name);
	if (near.best != NULL)
		report_error(r, key->at,
		    "unknown key \"%s\" in %s; did you mean \"%s\"?", key->text,
		    what, near.best);
	else
		report_error(r, key->at,
		    "unknown key \"%s\" in %s; it knows %s", key->text, what,
		    all_names(keys, n, r->arena));
}

/* False: not even a map. */
static bool read_map(struct report *r, const struct yaml_node *node,
    const char *what, const struct key *keys, size_t n, void *into)
{
	if (node->kind != YAML_MAP) {
		report_error(r, node->at, "%s is a map of keys, not %s", what,
		    yaml_kind_name(node->kind));
		return false;
	}
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_pair *pair = &node->pairs[i];
		size_t k = 0;

		while (k < n && strcmp(keys[k].name, pair->key->text) != 0)
			k++;
		if (k == n)
			unknown_key(r, pair->key, what, keys, n);
		else if (keys[k].read != NULL)
			keys[k].read(r, pair, &keys[k], into);
	}
	return true;
}

/* --- values --------------------------------------------------------------- */

static void read_said(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct said *s = MEMBER(into, key);

	if (pair->value->kind == YAML_TEXT)
		*s = (struct said){ pair->value->text, pair->value->at };
	else
		report_error(r, pair->value->at, "%s is a text, not %s",
		    key->name, yaml_kind_name(pair->value->kind));
}

/* Nothing, and the word none, mean that there is none. */
static void read_or_none(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct said *s = MEMBER(into, key);

	if (pair->value->kind == YAML_NULL ||
	    (pair->value->kind == YAML_TEXT && !pair->value->quoted &&
		strcmp(pair->value->text, "none") == 0))
		*s = (struct said){ "", pair->value->at };
	else
		read_said(r, pair, key, into);
}

static void read_bool(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	bool *b = MEMBER(into, key);
	const struct yaml_node *v = pair->value;

	if (v->kind == YAML_TEXT && strcmp(v->text, "true") == 0)
		*b = true;
	else if (v->kind != YAML_TEXT || strcmp(v->text, "false") != 0)
		report_error(r, v->at, "%s is true or false", key->name);
}

static void read_title(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct said title = { 0 };
	struct key to_title = { key->name, NULL, 0 };

	read_said(r, pair, &to_title, &title);
	if (title.text != NULL && title.text[0] != '\0')
		*(const char **)MEMBER(into, key) = title.text;
	else if (title.text != NULL)
		report_error(r, title.at, "a scenario needs a title");
}

static void read_texts(struct report *r, const struct yaml_pair *pair,
    const char *what, struct said **out, size_t *count)
{
	const struct yaml_node *v = pair->value;
	size_t cap = 0;

	if (v->kind != YAML_LIST) {
		report_error(r, v->at, "%s is a list of texts, not %s", what,
		    yaml_kind_name(v->kind));
		return;
	}
	for (size_t i = 0; i < v->count; i++) {
		struct said *s =
		    arena_push(r->arena, out, count, &cap, sizeof *s);

		*s = (struct said){ "", v->items[i]->at };
		if (v->items[i]->kind == YAML_TEXT)
			s->text = v->items[i]->text;
		else
			report_error(r, v->items[i]->at,
			    "%s is a list of texts; this one is %s", what,
			    yaml_kind_name(v->items[i]->kind));
	}
}

/* --- what is wanted ------------------------------------------------------- */

#define SAID(type, member)                                                     \
	{                                                                      \
#member, read_said, offsetof(struct type, member)              \
	}
#define SAID_OR_NONE(type, member)                                             \
	{                                                                      \
#member, read_or_none, offsetof(struct type, member)           \
	}

static const struct key notice_keys[] = {
	{ "notice", read_said, offsetof(struct wanted_notice, reason) },
	SAID(wanted_notice, ticket),
	SAID(wanted_notice, to),
	SAID(wanted_notice, via),
	SAID(wanted_notice, clock),
	SAID(wanted_notice, chain),
	SAID(wanted_notice, step),
	SAID(wanted_notice, state),
	SAID(wanted_notice, at),
	SAID(wanted_notice, within),
	SAID(wanted_notice, times),
};

static const struct key clock_keys[] = {
	SAID(wanted_clock, ticket),
	SAID(wanted_clock, clock),
	SAID(wanted_clock, state),
	SAID(wanted_clock, due),
	SAID(wanted_clock, elapsed),
	SAID(wanted_clock, target),
	SAID(wanted_clock, cycle),
};

static void read_tags(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct said *ignored = NULL;
	size_t count = 0;

	*(const struct yaml_node **)MEMBER(into, key) = pair->value;
	read_texts(r, pair, "tags", &ignored, &count);
}

static const struct key ticket_keys[] = {
	SAID(wanted_ticket, ticket),
	SAID_OR_NONE(wanted_ticket, severity),
	SAID_OR_NONE(wanted_ticket, team),
	SAID_OR_NONE(wanted_ticket, assignee),
	SAID(wanted_ticket, status),
	SAID_OR_NONE(wanted_ticket, policy),
	SAID_OR_NONE(wanted_ticket, suggested),
	{ "tags", read_tags, offsetof(struct wanted_ticket, tags) },
};

/* A list of maps, or one map alone. */
static size_t items_of(const struct yaml_node *v,
    const struct yaml_node *const **items, const struct yaml_node *one[1])
{
	one[0] = v;
	*items = v->kind == YAML_LIST ? v->items
				      : (const struct yaml_node *const *)one;
	return v->kind == YAML_LIST ? v->count : 1;
}

static void read_notices(struct report *r, const struct yaml_pair *pair,
    struct wanted_notice **out, size_t *count)
{
	const struct yaml_node *const *items;
	const struct yaml_node *one[1];
	size_t n = items_of(pair->value, &items, one);
	size_t cap = 0;

	if (n == 0)
		report_error(
		    r, pair->key->at, "%s names nothing", pair->key->text);
	for (size_t i = 0; i < n; i++) {
		struct wanted_notice *w =
		    arena_push(r->arena, out, count, &cap, sizeof *w);

		w->place = items[i]->at;
		if (!read_map(r, items[i], pair->key->text, notice_keys,
			COUNT(notice_keys), w))
			continue;
		if (w->reason.text == NULL)
			report_error(r, w->place,
			    "%s needs notice: warning, breach, chain, ... or "
			    "any",
			    pair->key->text);
		if (w->at.text != NULL && w->within.text != NULL)
			report_error(r, w->within.at,
			    "at names the instant; remove within");
	}
}

static void read_expect(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct scenario_step *s = into;

	(void)key;
	read_notices(r, pair, &s->expect, &s->nexpect);
}

static void read_expect_not(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct scenario_step *s = into;

	(void)key;
	read_notices(r, pair, &s->expect_not, &s->nexpect_not);
	for (size_t i = 0; i < s->nexpect_not; i++)
		if (s->expect_not[i].times.text != NULL)
			report_error(r, s->expect_not[i].times.at,
			    "times says how often something is expected; it "
			    "does not belong to expect_not");
}

static void read_clocks(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct scenario_step *s = into;
	const struct yaml_node *const *items;
	const struct yaml_node *one[1];
	size_t n = items_of(pair->value, &items, one);
	size_t cap = 0;

	for (size_t i = 0; i < n; i++) {
		struct wanted_clock *w = arena_push(
		    r->arena, &s->clocks, &s->nclocks, &cap, sizeof *w);

		w->place = items[i]->at;
		if (!read_map(r, items[i], key->name, clock_keys,
			COUNT(clock_keys), w))
			continue;
		if (w->clock.text == NULL)
			report_error(r, w->place,
			    "expect_clock needs clock: first_reply, update, "
			    "resolution, ...");
		else if (items[i]->count < (w->ticket.text != NULL ? 3u : 2u))
			report_error(r, w->place,
			    "expect_clock says nothing of the clock; add "
			    "state, due or elapsed");
	}
}

static void read_tickets(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct scenario_step *s = into;
	const struct yaml_node *const *items;
	const struct yaml_node *one[1];
	size_t n = items_of(pair->value, &items, one);
	size_t cap = 0;

	for (size_t i = 0; i < n; i++) {
		struct wanted_ticket *w = arena_push(
		    r->arena, &s->tickets, &s->ntickets, &cap, sizeof *w);

		w->place = items[i]->at;
		if (read_map(r, items[i], key->name, ticket_keys,
			COUNT(ticket_keys), w) &&
		    items[i]->count < (w->ticket.text != NULL ? 2u : 1u))
			report_error(r, w->place,
			    "expect_ticket says nothing of the ticket; add "
			    "severity, team, assignee, status or policy");
	}
}

/* Each line of a text, or each text of a list. */
static void read_then(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct scenario_step *s = into;
	const struct yaml_node *v = pair->value;
	size_t cap = 0;
	int line = v->at.line;

	s->has_then = true;
	s->then_at = pair->key->at;
	if (v->kind != YAML_TEXT) {
		if (v->kind != YAML_NULL)
			read_texts(r, pair, key->name, &s->then, &s->nthen);
		return;
	}
	for (const char *p = v->text; *p != '\0'; line++) {
		size_t len = strcspn(p, "\n");
		struct said *t =
		    arena_push(r->arena, &s->then, &s->nthen, &cap, sizeof *t);

		t->text = arena_strndup(r->arena, p, len);
		t->at = v->at;
		t->at.line = line;
		p += len + (p[len] == '\n');
	}
}

/* --- what happens --------------------------------------------------------- */

static const struct key duty_keys[] = {
	SAID(said_duty, person),
	SAID(said_duty, oncall),
	SAID(said_duty, from),
	SAID(said_duty, until),
	SAID(said_duty, cover),
	SAID(said_duty, instead_of),
};

static const struct key hand_keys[] = {
	SAID(said_hand, notice),
	SAID(said_hand, by),
};

static const char *const act_names[ACT_COUNT] = { "", "event", "deliver",
	"away", "back", "override", "add", "remove", "retry", "drop",
	"revise" };

const char *scenario_act_name(enum scenario_act act)
{
	return act_names[act];
}

/* A step says one thing that happens: the first one is kept. */
static bool takes_act(
    struct report *r, const struct yaml_pair *pair, struct scenario_step *s)
{
	if (s->act != ACT_NONE) {
		report_error(r, pair->key->at,
		    "a step is one thing that happens, and \"%s\" stands "
		    "there; begin another step with \"-\"",
		    act_names[s->act]);
		return false;
	}
	for (int act = 1; act < ACT_COUNT; act++)
		if (strcmp(act_names[act], pair->key->text) == 0)
			s->act = (enum scenario_act)act;
	s->act_at = pair->key->at;
	return true;
}

static void read_act_map(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	if (!takes_act(r, pair, into))
		return;
	if (pair->value->kind == YAML_MAP && pair->value->count > 0)
		*(const struct yaml_node **)MEMBER(into, key) = pair->value;
	else
		report_error(r, pair->value->at, "%s is a map, such as { %s }",
		    key->name,
		    strcmp(key->name, "event") == 0
			? "type: created, ticket: \"z:1\""
			: "room: never");
}

static void needs(struct report *r, const struct yaml_pair *pair,
    const struct said *s, const char *name)
{
	if (s->text == NULL)
		report_error(
		    r, pair->key->at, "%s needs %s", pair->key->text, name);
}

static void read_duty(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct scenario_step *s = into;
	struct said_duty *d = &s->duty;

	if (!takes_act(r, pair, s) || !read_map(r, pair->value, key->name,
					  duty_keys, COUNT(duty_keys), d))
		return;
	needs(r, pair, &d->person, "person");
	if (s->act == ACT_AWAY)
		needs(r, pair, &d->until, "until: an instant, or never");
	if (s->act == ACT_OVERRIDE || s->act == ACT_ADD ||
	    s->act == ACT_REMOVE) {
		needs(r, pair, &d->oncall, "oncall: the schedule");
		needs(r, pair, &d->until, "until: an instant, or never");
	}
}

static void read_hand(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct scenario_step *s = into;

	if (!takes_act(r, pair, s) ||
	    !read_map(r, pair->value, key->name, hand_keys, COUNT(hand_keys),
		&s->hand))
		return;
	needs(r, pair, &s->hand.notice, "notice: its number");
}

static void read_revise(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	if (takes_act(r, pair, into))
		read_said(r, pair, key, into);
}

static const struct key step_keys[] = {
	SAID(scenario_step, at),
	SAID(scenario_step, told),
	SAID(scenario_step, until),
	{ "event", read_act_map, offsetof(struct scenario_step, event) },
	{ "deliver", read_act_map, offsetof(struct scenario_step, deliver) },
	{ "away", read_duty, 0 },
	{ "back", read_duty, 0 },
	{ "override", read_duty, 0 },
	{ "add", read_duty, 0 },
	{ "remove", read_duty, 0 },
	{ "retry", read_hand, 0 },
	{ "drop", read_hand, 0 },
	{ "revise", read_revise, offsetof(struct scenario_step, revise) },
	{ "expect", read_expect, 0 },
	{ "expect_not", read_expect_not, 0 },
	{ "expect_clock", read_clocks, 0 },
	{ "expect_ticket", read_tickets, 0 },
	{ "expect_refused", read_said,
	    offsetof(struct scenario_step, refused) },
	{ "then", read_then, 0 },
};

static void check_step(struct report *r, const struct scenario_step *s)
{
	if (s->told.text != NULL && s->act != ACT_EVENT)
		report_error(r, s->told.at,
		    "told says when an event was told; there is none here");
	if (s->told.text != NULL && s->at.text == NULL)
		report_error(
		    r, s->told.at, "told needs at beside it: when it happened");
	if (s->until.text != NULL && s->act != ACT_NONE)
		report_error(r, s->until.at,
		    "until lets time pass; begin another step with \"-\"");
	if (s->until.text != NULL && s->at.text != NULL)
		report_error(r, s->until.at,
		    "at and until say the same; remove one of the two");
	if (s->refused.text != NULL && s->act == ACT_NONE)
		report_error(r, s->refused.at,
		    "expect_refused needs an event that is refused");
}

static void read_steps(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct scenario *s = into;
	size_t cap = 0;

	(void)key;
	if (pair->value->kind != YAML_LIST || pair->value->count == 0) {
		report_error(r, pair->value->at,
		    "steps is a list%s; begin each step with \"-\"",
		    pair->value->kind == YAML_LIST ? " of one at least" : "");
		return;
	}
	for (size_t i = 0; i < pair->value->count; i++) {
		const struct yaml_node *node = pair->value->items[i];
		struct scenario_step *step = arena_push(
		    r->arena, &s->steps, &s->nsteps, &cap, sizeof *step);

		step->place = node->at;
		step->line = node->at.line;
		if (read_map(
			r, node, "a step", step_keys, COUNT(step_keys), step))
			check_step(r, step);
	}
}

static void read_never(struct report *r, const struct yaml_pair *pair,
    const struct key *key, void *into)
{
	struct scenario *s = into;

	read_texts(r, pair, key->name, &s->never, &s->nnever);
}

static const struct key top_keys[] = {
	{ "scenario", read_title, offsetof(struct scenario, title) },
	SAID(scenario, matrix),
	SAID(scenario, start),
	{ "exact", read_bool, offsetof(struct scenario, exact) },
	{ "open_end", read_bool, offsetof(struct scenario, open_end) },
	{ "never", read_never, 0 },
	{ "steps", read_steps, 0 },
};

/* What only one of the two ways of writing a scenario has. */
static void check_way(
    struct report *r, const struct yaml_node *root, const struct scenario *s)
{
	const struct yaml_pair *end = yaml_pair(root, "open_end");

	if (!s->exact && end != NULL)
		report_error(r, end->key->at,
		    "open_end belongs to a scenario with exact: true");
	for (size_t i = 0; i < s->nsteps; i++) {
		const struct scenario_step *step = &s->steps[i];

		if (!s->exact && step->has_then)
			report_error(r, step->then_at,
			    "then names every change; add exact: true at the "
			    "top");
	}
}

bool scenario_is_one(const char *text, size_t len)
{
	static const char key[] = "scenario:";
	const char *end = text + len;

	while (text < end) {
		const char *line = text;

		if ((size_t)(end - line) >= sizeof key - 1 &&
		    memcmp(line, key, sizeof key - 1) == 0)
			return true;
		text = memchr(line, '\n', (size_t)(end - line));
		if (text == NULL)
			return false;
		text++;
	}
	return false;
}

bool scenario_read(const char *text, size_t len, struct arena *arena,
    struct report *report, struct scenario *out)
{
	const struct yaml_node *root = yaml_parse(text, len, arena, report);

	*out = (struct scenario){ 0 };
	if (root == NULL)
		return false;
	report->looks = false;
	if (!read_map(
		report, root, "a scenario", top_keys, COUNT(top_keys), out))
		return false;
	if (yaml_pair(root, "scenario") == NULL)
		report_error(report, PLACE_FILE,
		    "this is no scenario; begin it with scenario: and a title");
	if (yaml_pair(root, "steps") == NULL)
		report_error(report, PLACE_FILE,
		    "there are no steps; add steps: and a list");
	check_way(report, root, out);
	return report->errors == 0;
}
