/* chains.c - the `chains` section: who is told next when nobody answers.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/messages.h"
#include "conf/notify.h"
#include "core/event.h"

#include <string.h>

#define SECTION "chains.NAME"
#define STEP	"chains.NAME.steps[]"
#define REMIND	"chains.NAME.steps[].remind"
#define TEXT	"chains.NAME.text"

#define REPEAT_AFTER_MS (30 * MINUTE_MS) /* if the last step has no `after` */
#define REMIND_LEAST_MS SECOND_MS

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

/* "any" is said by an empty name: no calendar is asked. */
static void read_hours(
    struct reader *r, const struct yaml_node *node, struct step *s)
{
	if (node->kind == YAML_TEXT && strcmp(node->text, "any") == 0)
		return;
	if (read_ref(r, node, REF_CALENDAR) >= 0)
		s->hours = keep(r, node->text);
}

static void read_step(
    struct reader *r, const struct yaml_node *node, struct step *s)
{
	const struct yaml_node *v;

	s->until = UNTIL_ACK;
	s->hours = "";
	if (!read_map(r, node, STEP))
		return;
	s->after_ms = read_span(r, node, STEP, "after");
	notify_read(r, node, "step", s);
	if ((v = yaml_get(node, "remind")) != NULL)
		read_remind(r, v, s);
	if ((v = yaml_get(node, "until")) != NULL)
		read_until(r, v, s);
	s->send = read_send_key(r, node, STEP, "send");
	if ((v = yaml_get(node, "hours")) != NULL)
		read_hours(r, v, s);
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

static void unknown_field(struct reader *r, const struct yaml_node *node)
{
	struct nearest n;

	nearest_init(&n, node->text);
	for (int f = 0; f < FIELD_COUNT; f++)
		nearest_try(&n, field_name((enum field)f));
	report_error(r->report, node->at, "handoff: unknown field \"%s\"%s",
	    node->text,
	    suggest(r, &n,
		"name fields of the ticket, such as impact, tried, "
		"next_step"));
}

static void read_handoff(
    struct reader *r, const struct yaml_node *node, struct chain *c)
{
	struct texts list;

	read_texts(r, node, "handoff", &list);
	for (size_t i = 0; i < list.count; i++) {
		int f = 0;

		while (f < FIELD_COUNT && strcmp(field_name((enum field)f),
					      list.items[i]->text) != 0)
			f++;
		if (f < FIELD_COUNT)
			c->handoff |= FIELD_BIT(f);
		else
			unknown_field(r, list.items[i]);
	}
}

/* A chain may go by any of the matrix's channels: people have their own. */
static unsigned kinds_of(const struct matrix *m)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < m->nchannels; i++)
		kinds |= 1u << m->channels[i].type;
	return kinds;
}

static void read_chain(
    struct reader *r, const struct yaml_pair *pair, struct chain *c)
{
	const struct yaml_node *node = pair->value;
	const struct yaml_node *v;

	c->name = read_name(r, pair->key, NAME_STRICT);
	if (!read_map(r, node, SECTION))
		return;
	c->rank = read_int(r, node, SECTION, "rank", 0, 1000);
	c->ack_timeout_ms = read_span(r, node, SECTION, "ack_timeout");
	c->repeat = read_int(r, node, SECTION, "repeat", 0, 100);
	if ((v = yaml_get(node, "handoff")) != NULL)
		read_handoff(r, v, c);
	if ((v = yaml_get(node, "steps")) != NULL)
		read_steps(r, v, c);
	c->repeat_after_ms = repeat_after(r, node, c);
	message_text_read(r, node, TEXT, kinds_of(r->m), &c->text);
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
