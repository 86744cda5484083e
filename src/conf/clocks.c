/* clocks.c - the `clocks` section: other rows for the table of kinds.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include <string.h>

#define SECTION "clocks.KIND"

static const char *const again_words[] = {
	[AGAIN_NEVER] = "never", [AGAIN_EACH] = "each"
};
static const char *const reopen_words[] = { [REOPEN_NEVER] = "never",
	[REOPEN_RESUME] = "resume",
	[REOPEN_RESET] = "reset" };

static void unknown_signal(
    struct reader *r, const struct yaml_node *node, const char *key)
{
	struct nearest n;

	nearest_init(&n, node->text);
	for (int i = 0; i < SIGNAL_COUNT; i++)
		nearest_try(&n, signal_name((enum signal)i));
	report_error(r->report, node->at, "%s: unknown signal \"%s\"%s", key,
	    node->text,
	    suggest(r, &n,
		"write created, unassigned, assigned, customer_comment, "
		"agent_comment, acknowledged, severity_confirmed, escalated, "
		"solved, reopened or status.NAME"));
}

static signal_set read_signals(
    struct reader *r, const struct yaml_node *node, const char *key)
{
	signal_set set = 0;
	struct texts list;

	read_texts(r, node, key, &list);
	for (size_t i = 0; i < list.count; i++) {
		enum signal s;

		if (signal_parse(list.items[i]->text, &s))
			set |= SIGNAL_BIT(s);
		else
			unknown_signal(r, list.items[i], key);
	}
	return set;
}

static status_set read_statuses(struct reader *r, const struct yaml_node *node)
{
	status_set set = 0;
	struct texts list;

	read_texts(r, node, "runs_in", &list);
	for (size_t i = 0; i < list.count; i++) {
		enum status s;

		if (status_parse(list.items[i]->text, &s) &&
		    status_is_unsolved(s))
			set |= STATUS_BIT(s);
		else
			report_error(r->report, list.items[i]->at,
			    "runs_in: no clock runs in \"%s\"; write new, "
			    "open, pending or on_hold",
			    list.items[i]->text);
	}
	return set;
}

static void read_members(
    struct reader *r, const struct yaml_node *node, struct clock_kind *k)
{
	const struct yaml_node *v;
	int word;

	if ((v = yaml_get(node, "runs_in")) != NULL)
		k->runs_in = read_statuses(r, v);
	if ((v = yaml_get(node, "starts")) != NULL)
		k->starts = read_signals(r, v, "starts");
	if ((v = yaml_get(node, "met_by")) != NULL)
		k->met_by = read_signals(r, v, "met_by");
	if ((v = yaml_get(node, "again")) != NULL) {
		word = read_word(r, v, "again", again_words, 2);
		if (word >= 0)
			k->again = (enum again)word;
	}
	if ((v = yaml_get(node, "on_reopen")) != NULL) {
		word = read_word(r, v, "on_reopen", reopen_words, 3);
		if (word >= 0)
			k->on_reopen = (enum on_reopen)word;
	}
}

/* The kind's row: the built-in one, or a new one. */
static struct clock_kind *row_of(struct reader *r, const struct yaml_pair *pair)
{
	struct matrix *m = r->m;
	int i = matrix_kind(m, pair->key->text);
	struct clock_kind *k;

	if (i >= 0)
		return &m->kinds[i];
	if (m->nkinds == CLOCK_KINDS_MAX) {
		report_error(r->report, pair->key->at,
		    "more than %d kinds of clocks, the built-in ones counted; "
		    "remove one",
		    CLOCK_KINDS_MAX);
		return NULL;
	}
	k = &m->kinds[m->nkinds++];
	memset(k, 0, sizeof *k);
	k->name = read_name(r, pair->key, NAME_STRICT);
	k->runs_in = STATUS_UNSOLVED;
	return k;
}

static void check_new(struct reader *r, const struct yaml_pair *pair)
{
	struct nearest n;

	if (yaml_get(pair->value, "starts") != NULL &&
	    yaml_get(pair->value, "met_by") != NULL)
		return;
	nearest_init(&n, pair->key->text);
	for (size_t i = 0; i < clock_kinds_default_count; i++)
		nearest_try(&n, clock_kinds_default[i].name);
	report_error(r->report, pair->key->at,
	    "\"%s\" is no built-in clock, and a new one needs starts and "
	    "met_by%s",
	    pair->key->text, suggest(r, &n, "add them"));
}

void clocks_read(struct reader *r)
{
	const struct yaml_node *map = read_section(r, "clocks");

	for (size_t i = 0; map != NULL && i < map->count; i++) {
		const struct yaml_pair *pair = &map->pairs[i];
		bool is_new = matrix_kind(r->m, pair->key->text) < 0;
		struct clock_kind *k = row_of(r, pair);

		if (k == NULL || !read_map(r, pair->value, SECTION))
			continue;
		if (is_new)
			check_new(r, pair);
		read_members(r, pair->value, k);
	}
}
