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
	if (yaml_get(node, "pause_at_most") != NULL)
		k->pause_at_most_ms =
		    read_span(r, node, SECTION, "pause_at_most");
}

/* --- what makes no sense -------------------------------------------------- */

/* Signals of a ticket that is over: nothing runs then. */
#define AT_THE_END                                                             \
	(SIGNAL_BIT(SIGNAL_SOLVED) | SIGNAL_BIT(SIGNAL_STATUS_SOLVED) |        \
	    SIGNAL_BIT(SIGNAL_STATUS_CLOSED))

/* The first of the set. */
static const char *first_signal(signal_set set)
{
	int s = 0;

	while ((set & SIGNAL_BIT(s)) == 0)
		s++;
	return signal_name((enum signal)s);
}

/* The first of these keys that the file gives: what is built in is sound. */
static struct place given(const struct yaml_node *node, const char *first,
    const char *second, const char *third)
{
	const char *const keys[] = { first, second, third };

	for (int i = 0; i < 3; i++)
		if (yaml_get(node, keys[i]) != NULL)
			return yaml_get(node, keys[i])->at;
	return node->at;
}

static void check_signals(
    struct reader *r, const struct yaml_node *node, const struct clock_kind *k)
{
	signal_set both = k->starts & k->met_by;

	if (k->starts != 0 && (k->starts & ~AT_THE_END) == 0)
		report_error(r->report, yaml_get(node, "starts")->at,
		    "\"%s\" would never start: no clock runs on a solved "
		    "ticket; name another signal",
		    k->name);
	if (k->met_by == SIGNAL_BIT(SIGNAL_CREATED))
		report_error(r->report, yaml_get(node, "met_by")->at,
		    "\"%s\" would never be met: a ticket is created once, "
		    "before all its clocks; name another signal",
		    k->name);
	if (both != 0 && k->again != AGAIN_EACH)
		report_error(r->report,
		    given(node, "met_by", "starts", "again"),
		    "\"%s\" both starts and meets \"%s\"; name it once, or "
		    "write again: each for a clock that comes again",
		    first_signal(both), k->name);
}

static void check_pause(
    struct reader *r, const struct yaml_node *node, const struct clock_kind *k)
{
	if (k->pause_at_most_ms == 0)
		return;
	if (k->pause_at_most_ms < SECOND_MS)
		report_error(r->report, yaml_get(node, "pause_at_most")->at,
		    "pause_at_most: a pause of less than 1s is none; write 1s "
		    "or more, or list the status in runs_in");
	else if (k->runs_in == STATUS_UNSOLVED)
		report_error(r->report, yaml_get(node, "pause_at_most")->at,
		    "pause_at_most: \"%s\" runs in every status and never "
		    "pauses; remove it, or leave a status out of runs_in",
		    k->name);
}

/* --- a kind --------------------------------------------------------------- */

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
		check_signals(r, pair->value, k);
		check_pause(r, pair->value, k);
	}
}
