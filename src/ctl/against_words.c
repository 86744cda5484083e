/* against_words.c - a difference as a support lead says it.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/against_row.h"

#include "core/moment.h"
#include "ctl/width.h"

#include <string.h>

static void add_moment(
    struct textbuf *out, struct wall at, const struct zone *zone)
{
	char text[MOMENT_TEXT_MAX];

	moment_there(at, zone, text);
	textbuf_add(out, text);
}

/* "2h earlier" */
static void add_shift(struct textbuf *out, struct wall old, struct wall new_one)
{
	char text[SPAN_TEXT_MAX];
	int64_t by = wall_minus(new_one, old);

	span_format(by < 0 ? -by : by, text);
	textbuf_addf(out, "%s %s", text, by < 0 ? "earlier" : "later");
}

static void add_breach(struct textbuf *out, const bool breached[AGAINST_SIDES])
{
	if (breached[AGAINST_NEW])
		textbuf_add(out, breached[AGAINST_OLD] ? "; breached, as before"
						       : "; now breached");
	else if (breached[AGAINST_OLD])
		textbuf_add(out, "; no more breached");
}

void against_words_due(
    const struct against_due *d, const struct zone *zone, struct textbuf *out)
{
	struct wall old = d->due[AGAINST_OLD];
	struct wall new_one = d->due[AGAINST_NEW];

	text_clean(out, d->clock);
	if (d->cycle > 1)
		textbuf_addf(out, " #%d", d->cycle);
	if (wall_is_never(new_one) && wall_is_never(old)) {
		textbuf_add(out, " never due");
	} else if (wall_is_never(new_one)) {
		textbuf_add(out, " no more due (was ");
		add_moment(out, old, zone);
		textbuf_addc(out, ')');
	} else {
		textbuf_add(out, " due ");
		add_moment(out, new_one, zone);
		if (wall_is_never(old)) {
			textbuf_add(out, " (new)");
		} else if (!wall_same(old, new_one)) {
			textbuf_add(out, ", ");
			add_shift(out, old, new_one);
		}
	}
	add_breach(out, d->breached);
}

/* "first_reply"; "standard step 2, round 2, reminder 1" */
static void add_cause(struct textbuf *out, const struct against_notice *n)
{
	text_clean(out, n->chain[0] != '\0' ? n->chain : n->clock);
	if (n->chain[0] == '\0' && n->cycle > 1)
		textbuf_addf(out, " #%d", n->cycle);
	if (n->chain[0] != '\0' && n->step >= 0)
		textbuf_addf(out, " step %d", n->step + 1);
	if (n->round > 0)
		textbuf_addf(out, ", round %d", n->round + 1);
	if (n->nth > 0)
		textbuf_addf(out, ", reminder %d", n->nth);
}

/* "standard step 2", "warning (first_reply)", "exhausted (standard step 5)" */
static void add_what(struct textbuf *out, const struct against_notice *n)
{
	bool is_step =
	    n->reason == NOTICE_CHAIN || n->reason == NOTICE_REMINDER;
	bool has_cause = n->chain[0] != '\0' || n->clock[0] != '\0';

	if (!is_step || !has_cause)
		for (const char *p = notice_reason_name(n->reason); *p != '\0';
		     p++)
			textbuf_addc(out, *p == '_' ? ' ' : *p);
	if (!has_cause)
		return;
	if (!is_step)
		textbuf_add(out, " (");
	add_cause(out, n);
	if (!is_step)
		textbuf_addc(out, ')');
}

void against_words_notice(const struct against_notice *n,
    const struct zone *zone, struct textbuf *out)
{
	struct wall old = n->at[AGAINST_OLD];
	struct wall new_one = n->at[AGAINST_NEW];

	add_what(out, n);
	textbuf_add(out, " to ");
	text_clean(out, n->who[0] != '\0' ? n->who : "the room");
	textbuf_add(out, " by ");
	text_clean(out, n->channel);
	textbuf_addc(out, ' ');
	add_moment(out, wall_is_never(new_one) ? old : new_one, zone);
	if (wall_is_never(old)) {
		textbuf_add(out, " (new)");
	} else if (wall_is_never(new_one)) {
		textbuf_add(out, " (no more)");
	} else {
		textbuf_add(out, ", ");
		add_shift(out, old, new_one);
	}
}

void against_words_refused(
    const struct against_ticket *t, enum against_side side, struct textbuf *out)
{
	size_t n = t->refused[side];

	textbuf_addf(out, "only the %s matrix refuses %zu event%s: ",
	    side == AGAINST_OLD ? "old" : "new", n, n == 1 ? "" : "s");
	text_clean(out, t->why[side]);
}

void against_words_was(const struct against_ticket *t,
    const char *const of[AGAINST_SIDES], struct textbuf *out)
{
	const char *old = of[AGAINST_OLD];
	const char *new_one = of[AGAINST_NEW];

	if (!t->there[AGAINST_NEW]) {
		textbuf_add(out, old);
	} else if (!t->there[AGAINST_OLD] || strcmp(old, new_one) == 0) {
		textbuf_add(out, new_one);
	} else {
		textbuf_add(out, *new_one != '\0' ? new_one : "none");
		textbuf_addf(out, ", was %s", *old != '\0' ? old : "none");
	}
}

bool against_words_policy(const struct against_ticket *t, struct textbuf *out)
{
	struct textbuf text;

	if (!t->there[AGAINST_OLD] || !t->there[AGAINST_NEW] ||
	    strcmp(t->policy[AGAINST_OLD], t->policy[AGAINST_NEW]) == 0)
		return false;
	textbuf_init(&text);
	against_words_was(t, t->policy, &text);
	textbuf_add(out, "policy ");
	text_clean(out, text.data);
	textbuf_fini(&text);
	return true;
}

void against_words_more(size_t old, size_t new_one, struct textbuf *out)
{
	if (old == new_one)
		textbuf_add(out, "as many");
	else if (old > new_one)
		textbuf_addf(out, "%zu fewer", old - new_one);
	else
		textbuf_addf(out, "%zu more", new_one - old);
}
