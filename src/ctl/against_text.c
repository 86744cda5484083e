/* against_text.c - the difference for a terminal.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/against.h"

#include "ctl/against_row.h"
#include "ctl/table.h"
#include "ctl/width.h"

#include <string.h>

#define SHOWN	    20 /* tickets */
#define SHOWN_LINES 12 /* of one of them */
#define SUBJECT	    60 /* columns of it */
#define INDENT	    "  "

struct page {
	const struct zone *zone;
	struct screen screen;
	struct textbuf *out;
	struct textbuf tickets[SHOWN]; /* by rank */
};

static void heading(struct page *p, const char *text)
{
	textbuf_addc(p->out, '\n');
	screen_colour(p->screen, COLOUR_BOLD, text, p->out);
	textbuf_addc(p->out, '\n');
}

/* "25 earlier (median 2h, most 4h)" */
static void add_spread(
    struct textbuf *out, const struct spread *s, const char *word)
{
	char median[SPAN_TEXT_MAX];
	char most[SPAN_TEXT_MAX];

	textbuf_addf(out, "%zu %s", s->count, word);
	if (s->count == 0)
		return;
	span_format(spread_percentile(s, 50), median);
	span_format(s->most_ms, most);
	textbuf_addf(out, " (median %s, most %s)", median, most);
}

static void add_totals(struct page *p, const struct against_totals *t)
{
	struct textbuf *out = p->out;

	textbuf_addf(out, "%zu of %zu tickets differ\n", t->differ, t->tickets);
	textbuf_addf(out,
	    INDENT "notices    %zu appear, %zu vanish, %zu at another time, "
		   "%zu the same\n",
	    t->appear, t->vanish, t->moved, t->same);
	textbuf_addf(out,
	    INDENT "breaches   %zu, were %zu: %zu appear, %zu vanish\n",
	    t->breaches[AGAINST_NEW], t->breaches[AGAINST_OLD],
	    t->breaches_appear, t->breaches_vanish);
	textbuf_add(out, INDENT "deadlines  ");
	add_spread(out, &t->earlier, "earlier");
	textbuf_add(out, ", ");
	add_spread(out, &t->later, "later");
	textbuf_addf(out, ", %zu new, %zu no more, %zu the same\n",
	    t->due_appear, t->due_vanish, t->due_same);
	if (t->severities > 0)
		textbuf_addf(out,
		    INDENT "severity   another one at the end of %zu tickets\n",
		    t->severities);
	if (t->refused > 0)
		textbuf_addf(out,
		    INDENT "refused    %zu tickets have events that only one "
			   "matrix refuses\n",
		    t->refused);
}

static void number_cell(struct table *table, size_t n, enum colour colour)
{
	char text[24];
	struct textbuf tb;

	textbuf_init_fixed(&tb, text, sizeof text);
	textbuf_addf(&tb, "%zu", n);
	table_cell(table, text, colour);
}

static void more_cell(struct table *table, const size_t of[AGAINST_SIDES])
{
	char text[40];
	struct textbuf tb;
	enum colour colour = COLOUR_NONE;

	textbuf_init_fixed(&tb, text, sizeof text);
	against_words_more(of[AGAINST_OLD], of[AGAINST_NEW], &tb);
	if (of[AGAINST_NEW] > of[AGAINST_OLD])
		colour = COLOUR_YELLOW;
	else if (of[AGAINST_NEW] < of[AGAINST_OLD])
		colour = COLOUR_GREEN;
	table_cell(table, text, colour);
}

static bool gets_as_before(const struct against_count *c)
{
	return c->notices[AGAINST_OLD] == c->notices[AGAINST_NEW] &&
	       c->off_hours[AGAINST_OLD] == c->off_hours[AGAINST_NEW];
}

/* Those for whom nothing changes are counted: there may be hundreds. */
static void add_others(struct page *p, size_t others, size_t all)
{
	if (others == 0)
		return;
	if (others == all)
		textbuf_addf(p->out, INDENT "None of %zu.\n", all);
	else
		textbuf_addf(
		    p->out, INDENT "As many as before: %zu more.\n", others);
}

static void add_people(struct page *p, const struct against_totals *t)
{
	static const struct table_column columns[] = {
		{ "PERSON", 8, false },
		{ "NOTICES", 0, true },
		{ "DIFFERENCE", 0, false },
		{ "OFF HOURS", 0, true },
		{ "DIFFERENCE", 0, false },
	};
	struct table table;
	size_t others = 0;

	if (t->npeople == 0)
		return;
	heading(p, "Who gets more or less");
	table_init(&table, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < t->npeople; i++) {
		const struct against_count *c = &t->people[i];

		if (gets_as_before(c)) {
			others++;
			continue;
		}
		table_cell(&table, c->name, COLOUR_NONE);
		number_cell(&table, c->notices[AGAINST_NEW], COLOUR_NONE);
		more_cell(&table, c->notices);
		number_cell(&table, c->off_hours[AGAINST_NEW], COLOUR_NONE);
		more_cell(&table, c->off_hours);
	}
	if (others < t->npeople)
		table_print(&table, p->screen, p->out);
	table_fini(&table);
	add_others(p, others, t->npeople);
}

static void add_channels(struct page *p, const struct against_totals *t)
{
	static const struct table_column columns[] = {
		{ "CHANNEL", 8, false },
		{ "NOTICES", 0, true },
		{ "DIFFERENCE", 0, false },
	};
	struct table table;

	if (t->nchannels == 0)
		return;
	heading(p, "By which channel");
	table_init(&table, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < t->nchannels; i++) {
		const struct against_count *c = &t->channels[i];

		table_cell(&table, c->name, COLOUR_NONE);
		number_cell(&table, c->notices[AGAINST_NEW], COLOUR_NONE);
		more_cell(&table, c->notices);
	}
	table_print(&table, p->screen, p->out);
	table_fini(&table);
}

/* "zendesk:4711  P1, was P3  Cannot log in" */
static void add_head(
    struct page *p, const struct against_ticket *t, struct textbuf *out)
{
	struct textbuf text;

	textbuf_init(&text);
	text_clean(&text, t->key);
	screen_colour(p->screen, COLOUR_BOLD, text.data, out);
	textbuf_clear(&text);
	against_words_was(t, t->severity, &text);
	if (text.len > 0) {
		textbuf_add(out, INDENT);
		text_clean(out, text.data);
	}
	textbuf_fini(&text);
	if (t->subject[0] != '\0') {
		textbuf_add(out, INDENT);
		text_fit(out, t->subject, SUBJECT);
	}
	textbuf_addc(out, '\n');
}

static void add_line(struct textbuf *out, struct textbuf *line)
{
	textbuf_addf(out, INDENT "%s\n", line->data);
	textbuf_clear(line);
}

static void add_lines(
    struct page *p, const struct against_ticket *t, struct textbuf *out)
{
	size_t lines = 0;
	struct textbuf line;

	textbuf_init(&line);
	if (against_words_policy(t, &line))
		add_line(out, &line);
	for (size_t side = 0; side < AGAINST_SIDES; side++)
		if (t->refused[side] > 0) {
			against_words_refused(
			    t, (enum against_side)side, &line);
			add_line(out, &line);
		}
	for (size_t i = 0; i < t->ndues && lines < SHOWN_LINES; i++, lines++) {
		against_words_due(&t->dues[i], p->zone, &line);
		add_line(out, &line);
	}
	for (size_t i = 0; i < t->nnotices && lines < SHOWN_LINES;
	     i++, lines++) {
		against_words_notice(&t->notices[i], p->zone, &line);
		add_line(out, &line);
	}
	textbuf_fini(&line);
	if (t->ndues + t->nnotices > lines)
		textbuf_addf(out, INDENT "and %zu more\n",
		    t->ndues + t->nnotices - lines);
}

static void take_ticket(void *user, const struct against_ticket *t)
{
	struct page *p = user;

	if (t->rank >= SHOWN)
		return;
	add_head(p, t, &p->tickets[t->rank]);
	add_lines(p, t, &p->tickets[t->rank]);
}

static void add_tickets(struct page *p, const struct against *a)
{
	size_t differ = against_totals(a)->differ;

	if (differ == 0)
		return;
	heading(p, differ > 1 ? "The tickets with the greatest differences"
			      : "The ticket that differs");
	for (size_t i = 0; i < SHOWN; i++)
		textbuf_init(&p->tickets[i]);
	against_each(a, take_ticket, p);
	for (size_t i = 0; i < SHOWN; i++) {
		textbuf_add(p->out, p->tickets[i].data);
		textbuf_fini(&p->tickets[i]);
	}
	if (differ > SHOWN)
		textbuf_addf(p->out,
		    "and %zu more tickets; --report json FILE has them all\n",
		    differ - SHOWN);
}

void against_text(const struct against *a, const struct zone *zone, bool colour,
    int width, struct textbuf *out)
{
	const struct against_totals *t = against_totals(a);
	struct zone *utc = zone == NULL ? zone_utc() : NULL;
	struct page p = { .zone = zone == NULL ? utc : zone,
		.screen = { .columns = width > 0 ? (size_t)width : 0,
		    .colours = colour },
		.out = out };

	heading(&p, "Against the old matrix");
	add_totals(&p, t);
	add_people(&p, t);
	add_channels(&p, t);
	add_tickets(&p, a);
	zone_free(utc);
}
