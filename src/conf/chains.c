/* chains.c - the `chains` section: who is told next when nobody answers.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include <string.h>

#define SECTION "chains.NAME"
#define STEP	"chains.NAME.steps[]"
#define REMIND	"chains.NAME.steps[].remind"

#define REPEAT_AFTER_MS (30 * MINUTE_MS) /* if the last step has no `after` */
#define REMIND_LEAST_MS SECOND_MS

/* --- notify and via ------------------------------------------------------- */

static void unknown_who(struct reader *r, const struct yaml_node *node)
{
	static const enum ref kinds[] = { REF_ROLE, REF_PERSON, REF_TEAM,
		REF_CHANNEL };
	struct nearest n;

	nearest_init(&n, node->text);
	nearest_try(&n, "assignee");
	nearest_try(&n, "team");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		ref_near(r->m, kinds[i], &n);
	report_error(r->report, node->at, "nobody is called \"%s\"%s",
	    node->text,
	    suggest(r, &n,
		"name a role, person, team or channel, or write assignee or "
		"team"));
}

static bool has_name(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Adds a name to a step's list; reports one that is there already and one too
 * many. */
static void add_name(struct reader *r, const struct yaml_node *node,
    const char **names, size_t *count, size_t max)
{
	if (has_name(names, *count, node->text))
		report_error(r->report, node->at,
		    "\"%s\" is named twice; remove one", node->text);
	else if (*count == max)
		report_error(r->report, node->at,
		    "more than %zu names; make a team of them", max);
	else
		names[(*count)++] = keep(r, node->text);
}

/* Whether anybody but a channel is named: then a way to reach them is needed.
 */
static bool read_notify(
    struct reader *r, const struct yaml_node *node, struct step *s)
{
	bool needs_via = false;
	struct texts list;
	struct who who;

	read_texts(r, node, "notify", &list);
	for (size_t i = 0; i < list.count; i++) {
		if (!matrix_who(r->m, list.items[i]->text, &who)) {
			unknown_who(r, list.items[i]);
			continue;
		}
		needs_via = needs_via || who.kind != WHO_CHANNEL;
		add_name(r, list.items[i], s->who, &s->nwho, STEP_WHO_MAX);
	}
	return needs_via;
}

static void read_via(
    struct reader *r, const struct yaml_node *node, struct step *s)
{
	struct texts list;

	read_texts(r, node, "via", &list);
	for (size_t i = 0; i < list.count; i++)
		if (read_ref(r, list.items[i], REF_CHANNEL) >= 0)
			add_name(
			    r, list.items[i], s->via, &s->nvia, STEP_VIA_MAX);
}

/* --- a step --------------------------------------------------------------- */

static void read_remind(
    struct reader *r, const struct yaml_node *node, struct step *s)
{
	if (!read_map(r, node, REMIND) || yaml_get(node, "every") == NULL)
		return;
	s->remind_every_ms = read_span(r, node, REMIND, "every");
	s->remind_times = read_int(r, node, REMIND, "times", 1, 100);
	if (s->remind_every_ms < REMIND_LEAST_MS)
		report_error(r->report, yaml_get(node, "every")->at,
		    "a reminder every moment helps nobody; write 1s or more");
}

static void read_until(
    struct reader *r, const struct yaml_node *node, struct step *s)
{
	const char *words[UNTIL_COUNT];
	int until;

	for (int i = 0; i < UNTIL_COUNT; i++)
		words[i] = until_name((enum until)i);
	until = read_word(r, node, "until", words, UNTIL_COUNT);
	if (until >= 0)
		s->until = (enum until)until;
}

static void read_step(
    struct reader *r, const struct yaml_node *node, struct step *s)
{
	static const char *const hours[] = { "any" };
	const struct yaml_node *v;
	bool needs_via = false;

	s->until = UNTIL_ACK;
	if (!read_map(r, node, STEP))
		return;
	s->after_ms = read_span(r, node, STEP, "after");
	if ((v = yaml_get(node, "notify")) != NULL)
		needs_via = read_notify(r, v, s);
	if ((v = yaml_get(node, "via")) != NULL)
		read_via(r, v, s);
	else if (needs_via)
		report_error(r->report, node->at,
		    "this step notifies people and does not say how; add via: "
		    "[ CHANNEL, ... ]");
	if ((v = yaml_get(node, "remind")) != NULL)
		read_remind(r, v, s);
	if ((v = yaml_get(node, "until")) != NULL)
		read_until(r, v, s);
	s->send = read_send_key(r, node, STEP, "send");
	if ((v = yaml_get(node, "hours")) != NULL)
		read_word(r, v, "hours", hours, 1);
}

static void read_steps(
    struct reader *r, const struct yaml_node *node, struct chain *c)
{
	if (node->kind != YAML_LIST || node->count == 0) {
		report_error(r->report, node->at,
		    "chain \"%s\" has no steps; add a list: - { notify: NAME, "
		    "via: CHANNEL }",
		    c->name);
		return;
	}
	if (node->count > CHAIN_STEPS_MAX)
		report_error(r->report, node->items[CHAIN_STEPS_MAX]->at,
		    "more than %d steps; use remind and repeat instead",
		    CHAIN_STEPS_MAX);
	c->steps = arena_alloc(&r->m->arena, node->count * sizeof *c->steps);
	c->nsteps = node->count;
	for (size_t i = 0; i < node->count; i++)
		read_step(r, node->items[i], &c->steps[i]);
}

/* --- a chain -------------------------------------------------------------- */

static int64_t repeat_after(
    struct reader *r, const struct yaml_node *node, const struct chain *c)
{
	int64_t last = c->nsteps == 0 ? 0 : c->steps[c->nsteps - 1].after_ms;
	int64_t ms;

	if (yaml_get(node, "repeat_after") == NULL)
		return last > 0 ? last : REPEAT_AFTER_MS;
	ms = read_span(r, node, SECTION, "repeat_after");
	if (ms == 0 && c->repeat > 0)
		report_error(r->report, yaml_get(node, "repeat_after")->at,
		    "a round right after the last one gives nobody time to "
		    "answer; write 1m or more");
	return ms;
}

static void read_chain(
    struct reader *r, const struct yaml_pair *pair, struct chain *c)
{
	const struct yaml_node *node = pair->value;
	const struct yaml_node *steps;

	c->name = read_name(r, pair->key, NAME_STRICT);
	if (!read_map(r, node, SECTION))
		return;
	c->rank = read_int(r, node, SECTION, "rank", 0, 1000);
	c->ack_timeout_ms = read_span(r, node, SECTION, "ack_timeout");
	c->repeat = read_int(r, node, SECTION, "repeat", 0, 100);
	steps = yaml_get(node, "steps");
	if (steps != NULL)
		read_steps(r, steps, c);
	c->repeat_after_ms = repeat_after(r, node, c);
}

void chains_read(struct reader *r)
{
	const struct yaml_node *map = read_section(r, "chains");
	struct matrix *m = r->m;

	if (map == NULL)
		return;
	m->chains = arena_alloc(&m->arena, map->count * sizeof *m->chains);
	m->nchains = map->count;
	for (size_t i = 0; i < map->count; i++)
		read_chain(r, &map->pairs[i], &m->chains[i]);
}
