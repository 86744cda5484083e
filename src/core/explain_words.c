/* explain_words.c - the one word that is kept of a reason, in words.
 *
 * SPDX-License-Identifier: MIT */
#include "core/explain_parts.h"

#include <string.h>

static const char *const signal_words[SIGNAL_COUNT] = {
	[SIGNAL_CREATED] = "the ticket was created",
	[SIGNAL_UNASSIGNED] = "nobody owned it",
	[SIGNAL_ASSIGNED] = "somebody owned it",
	[SIGNAL_CUSTOMER_COMMENT] = "the customer wrote",
	[SIGNAL_AGENT_COMMENT] = "it was answered",
	[SIGNAL_ACKNOWLEDGED] = "it was acknowledged",
	[SIGNAL_SEVERITY_SET_BY_MACHINE] = "a machine set the severity",
	[SIGNAL_SEVERITY_CONFIRMED] = "the severity was confirmed",
	[SIGNAL_ESCALATED] = "it was handed to a higher tier",
	[SIGNAL_SOLVED] = "it was solved",
	[SIGNAL_REOPENED] = "it was reopened",
};

/* What the clocks say of themselves (clocks.c, clock_fire.c). */
static const char *const other_words[][2] = {
	{ "pause_at_most", "it was paused for as long as it may" },
	{ "over", "it was over" },
	{ "answered", "it was answered" },
};

static bool is_policy(const struct matrix *m, const char *name)
{
	for (size_t i = 0; i < m->npolicies; i++)
		if (strcmp(m->policies[i].name, name) == 0)
			return true;
	return false;
}

const char *explain_word(struct explaining *x, const char *word)
{
	enum signal signal;
	enum status status;

	if (signal_parse(word, &signal) && signal < SIGNAL_STATUS_NEW)
		return signal_words[signal];
	if (strncmp(word, "status.", 7) == 0)
		return turn_text(&x->u, "the status became %s", word + 7);
	if (status_parse(word, &status))
		return turn_text(&x->u, "the status became %s", word);
	for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++)
		if (strcmp(word, other_words[i][0]) == 0)
			return other_words[i][1];
	if (is_policy(x->u.m, word))
		return turn_text(&x->u, "by policy %s", word);
	return word;
}

/* Only what moves a clock says it in one word; a chain's words are names. */
static bool has_word(enum change_kind kind)
{
	switch ((int)kind) {
	case CHANGE_CLOCK_STARTED:
	case CHANGE_CLOCK_PAUSED:
	case CHANGE_CLOCK_RESUMED:
	case CHANGE_CLOCK_RETARGETED:
		return true;
	default:
		return false;
	}
}

struct explained_row explain_row(struct explaining *x, size_t index)
{
	const struct journal_row *row = &x->past->rows[index];
	const char *detail = row->change.detail;

	return (struct explained_row){ .row = row,
		.event = explain_cause(x, index),
		.why = has_word(row->change.kind) ? explain_word(x, detail)
						  : detail };
}
