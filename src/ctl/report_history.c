/* report_history.c - the text report's reckoning: was it right, and what of the
 * matrix was for nothing?
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report_parts.h"

#include <string.h>

/* --- what really happened ------------------------------------------------- */

static void add_span(struct textbuf *text, int64_t ms)
{
	char span[SPAN_TEXT_MAX];

	span_format(ms, span);
	textbuf_add(text, span);
}

static void add_percent(struct textbuf *text, size_t part, size_t whole)
{
	char percent[REPORT_TEXT_MAX];

	report_percent(part, whole, percent);
	textbuf_add(text, percent);
}

static void recall(const struct report_page *p, struct textbuf *text)
{
	const struct backtest_history *h = &p->b->history;

	report_count(text, h->missed, "ticket", "tickets");
	textbuf_addf(text, " of %zu really missed the target (", h->said);
	add_percent(text, h->missed, h->said);
	textbuf_add(text, ").");
	report_say(p, "  ", text);
	if (h->missed == 0)
		return;
	textbuf_add(text, "Caught (recall): ");
	add_percent(text, h->caught, h->missed);
	textbuf_addf(text, "; of %zu there was an alert before", h->caught);
	if (h->caught > 0) {
		textbuf_add(text, ", half of them at least ");
		add_span(text, spread_percentile(&h->lead, 50));
		textbuf_add(text, " before, nine in ten at least ");
		add_span(text, spread_percentile(&h->lead, 10));
	}
	textbuf_addc(text, '.');
	report_say(p, "  ", text);
	textbuf_addf(text, "Of %zu a clock of this matrix had run out before",
	    h->late_before);
	if (h->late_before > 0) {
		textbuf_add(text, ", half of them at least ");
		add_span(text, spread_percentile(&h->late_lead, 50));
		textbuf_add(text, " before");
	}
	textbuf_addc(text, '.');
	report_say(p, "  ", text);
}

static size_t people_alerted(const struct backtest *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->npeople; i++)
		n += b->people[i].alerts > 0;
	return n;
}

static void precision(const struct report_page *p, struct textbuf *text)
{
	const struct backtest_history *h = &p->b->history;

	if (h->alerted == 0)
		return;
	textbuf_add(text, "Right (precision): ");
	add_percent(text, h->alerted_missed, h->alerted);
	textbuf_add(text, "; of ");
	report_count(text, h->alerted, "ticket", "tickets");
	textbuf_addf(text, " that anybody was alerted of %zu really missed.",
	    h->alerted_missed);
	report_say(p, "  ", text);
}

/* Each of those who hear any, in a week; not of less than one. */
static void a_week(const struct report_page *p, struct textbuf *text)
{
	size_t people = people_alerted(p->b);
	size_t alerts = 0;
	char number[REPORT_TEXT_MAX];

	if (people == 0 || report_lasts(p->b) < 7 * DAY_MS)
		return;
	for (size_t i = 0; i < p->b->npeople; i++)
		alerts += p->b->people[i].alerts;
	report_per(p->b, (alerts + people / 2) / people, 7 * DAY_MS, number);
	textbuf_addf(text, ", %s a week for each who hears any", number);
}

static void cost(const struct report_page *p, struct textbuf *text)
{
	const struct backtest_history *h = &p->b->history;
	char number[REPORT_TEXT_MAX];

	textbuf_add(text, "Cost: ");
	report_count(text, h->alerts, "alert", "alerts");
	report_each(h->alerts, p->b->tickets, number);
	textbuf_addf(text, ", %s for each ticket", number);
	if (h->caught > 0) {
		report_each(h->alerts, h->caught, number);
		textbuf_addf(
		    text, ", %s for each miss that was caught", number);
	}
	a_week(p, text);
	textbuf_addc(text, '.');
	report_say(p, "  ", text);
}

static void both(const struct report_page *p)
{
	static const struct table_column columns[] = {
		{ "TICKETS", 0, false },
		{ "REALLY MISSED", 0, true },
		{ "REALLY KEPT", 0, true },
	};
	const struct backtest_history *h = &p->b->history;
	struct table t;

	table_init(&t, columns, 3);
	table_cell(&t, "late by this matrix", COLOUR_NONE);
	report_number(&t, h->late_missed, COLOUR_NONE);
	report_number(&t, h->late_kept, COLOUR_NONE);
	table_cell(&t, "in time by it", COLOUR_NONE);
	report_number(&t, h->kept_missed, COLOUR_NONE);
	report_number(&t, h->kept_kept, COLOUR_NONE);
	table_print(&t, p->screen, p->out);
	table_fini(&t);
}

void report_history(const struct report_page *p)
{
	const struct backtest_history *h = &p->b->history;
	const char *when = p->r->missed_when;
	struct textbuf text;

	if (!h->known)
		return;
	textbuf_init(&text);
	report_heading(p, "Against what really happened");
	if (when != NULL && when[0] != '\0')
		textbuf_addf(&text, "Missed is where %s.", when);
	else
		textbuf_add(
		    &text, "Missed is where the database has a breach.");
	report_say(p, "  ", &text);
	if (h->said == 0) {
		textbuf_add(&text,
		    "No ticket says so, or says otherwise: is the field "
		    "spelled as in the events?");
		report_say(p, "  ", &text);
	} else {
		recall(p, &text);
		precision(p, &text);
		cost(p, &text);
		both(p);
	}
	textbuf_fini(&text);
}

/* --- what never came to be ------------------------------------------------ */

/* Quoted: a name may hold commas and blanks. */
static void add_name(struct textbuf *list, const char *name)
{
	textbuf_addf(list, "%s\"%s\"", list->len > 0 ? ", " : "", name);
}

/* Names under what they are, and what may be done about it. */
static bool say_names(const struct report_page *p, const char *head,
    struct textbuf *names, const char *remedy)
{
	struct textbuf text;

	if (names->len == 0)
		return false;
	textbuf_init(&text);
	report_say(p, head, names);
	textbuf_add(&text, remedy);
	report_say(p, "      ", &text);
	textbuf_fini(&text);
	return true;
}

static bool used(const struct backtest_use *uses, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(uses[i].name, name) == 0)
			return uses[i].times > 0;
	return false;
}

static bool has_severity(const struct backtest *b, const char *name)
{
	for (size_t i = 0; i < b->nseverities; i++)
		if (strcmp(b->severities[i].name, name) == 0)
			return b->severities[i].tickets > 0;
	return false;
}

/* Not again what is clear from its policy or severity. */
static void targets(const struct backtest *b, struct textbuf *names)
{
	for (size_t i = 0; i < b->ntargets; i++) {
		const struct backtest_target *t = &b->targets[i];

		if (t->times > 0 || !has_severity(b, t->severity) ||
		    !used(b->policies, b->npolicies, t->policy))
			continue;
		add_name(names, t->policy);
		textbuf_addf(names, " %s %s", t->severity, t->clock);
	}
}

static void steps(const struct backtest *b, struct textbuf *names)
{
	for (size_t i = 0; i < b->nchains; i++) {
		const struct backtest_chain *c = &b->chains[i];

		for (size_t k = 0; c->runs > 0 && k < c->nsteps; k++) {
			if (c->steps[k].fired > 0)
				continue;
			add_name(names, c->name);
			textbuf_addf(
			    names, " step %zu (%s)", k + 1, c->steps[k].who);
		}
	}
}

static bool matching(const struct report_page *p, struct textbuf *names)
{
	const struct backtest *b = p->b;
	bool any = false;

	for (size_t i = 0; i < b->nseverities; i++)
		if (b->severities[i].tickets == 0)
			add_name(names, b->severities[i].name);
	any |= say_names(p, "  severities that no ticket had: ", names,
	    "Do the events, or the severity table, call them otherwise?");
	for (size_t i = 0; i < b->npolicies; i++)
		if (b->policies[i].times == 0)
			add_name(names, b->policies[i].name);
	any |= say_names(p, "  policies that no ticket matched: ", names,
	    "An earlier policy may take all of its tickets: the first that "
	    "matches wins. Else its `when` fits nothing that came.");
	targets(b, names);
	any |= say_names(p, "  targets that no clock had: ", names,
	    "The clock never started on such a ticket: no event of the kind "
	    "that starts it.");
	return any;
}

static bool firing(const struct report_page *p, struct textbuf *names)
{
	const struct backtest *b = p->b;
	bool any = false;

	for (size_t i = 0; i < b->nrules; i++)
		if (b->rules[i].times == 0)
			add_name(names, b->rules[i].name);
	any |= say_names(p, "  rules that never fired: ", names,
	    "Look for words, fields and numbers in `when` that the events do "
	    "not have; a test of slawatchctl(1) can show that it fires.");
	for (size_t i = 0; i < b->nchains; i++)
		if (b->chains[i].runs == 0)
			add_name(names, b->chains[i].name);
	any |= say_names(p, "  chains that never started: ", names,
	    "Nothing called them: see `on_warning`, `on_breach`, the rules "
	    "and teams that name them.");
	steps(b, names);
	any |= say_names(p, "  chain steps that never fired: ", names,
	    "Each chain had ended before, or nobody could be reached. Try "
	    "them with slawatchctl drill before you rely on them.");
	return any;
}

void report_never(const struct report_page *p)
{
	struct textbuf names;
	bool any;

	textbuf_init(&names);
	report_heading(p, "Never needed: parts of the matrix that did nothing");
	any = matching(p, &names);
	any |= firing(p, &names);
	if (!any)
		textbuf_add(
		    p->out, "  None: every part of it did something.\n");
	textbuf_fini(&names);
}
