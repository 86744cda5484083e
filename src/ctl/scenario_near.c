/* scenario_near.c - wanted and nearly, in words.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_near.h"

#include <string.h>

/* What may differ; the more weight, the less alike. */
enum part {
	PART_TICKET,
	PART_TO,
	PART_REASON,
	PART_CLOCK,
	PART_CHAIN,
	PART_STEP,
	PART_VIA,
	PART_STATE,
	PART_TIME,
	PART_COUNT
};

static const unsigned weights[PART_COUNT] = {
	[PART_TICKET] = 64,
	[PART_TO] = 24,
	[PART_REASON] = 20,
	[PART_CLOCK] = 14,
	[PART_CHAIN] = 14,
	[PART_STEP] = 8,
	[PART_VIA] = 5,
	[PART_STATE] = 4,
	[PART_TIME] = 10,
};

#define NEAR_MAX 40 /* further off is no near miss */

static bool differs(const struct said *wanted, const char *is)
{
	return wanted->text != NULL && strcmp(wanted->text, is) != 0;
}

/* Whom it reached: the person, or the room itself. */
static const char *reader_of(const struct change *c)
{
	return *c->who != '\0' ? c->who : c->channel;
}

/* `support` means its direct messages and mentions too, `dm` those of any
 * room. */
static bool way_is(const char *wanted, const char *channel)
{
	const char *dot = strrchr(channel, '.');
	size_t len = strlen(wanted);

	return strcmp(wanted, channel) == 0 ||
	       (dot != NULL && ((strncmp(channel, wanted, len) == 0 &&
				    channel + len == dot) ||
				   strcmp(dot + 1, wanted) == 0));
}

static bool in_time(const struct search *s, const struct happening *h, size_t i)
{
	const struct window *w = &s->window;

	return i >= w->first && i < w->last &&
	       !wall_before(h->change.at, w->exact ? w->from : wall_at(0)) &&
	       !wall_before(w->until, h->change.at);
}

/* A bit for each part that is not as wanted. */
static unsigned differences(
    const struct play *p, const struct search *s, size_t item)
{
	const struct happening *h = &p->out->log.items[item];
	const struct change *c = &h->change;
	const struct wanted_notice *w = s->wanted;
	bool any = strcmp(w->reason.text, "any") == 0;
	bool off[PART_COUNT] = {
		[PART_TICKET] = differs(&w->ticket, h->ticket),
		[PART_TO] = differs(&w->to, reader_of(c)),
		[PART_REASON] =
		    !any && differs(&w->reason, notice_reason_name(c->reason)),
		[PART_CLOCK] = differs(&w->clock, c->clock),
		[PART_CHAIN] = differs(&w->chain, c->chain),
		[PART_STEP] = s->step >= 0 && c->step != s->step,
		[PART_VIA] =
		    w->via.text != NULL && !way_is(w->via.text, c->channel),
		[PART_STATE] = c->kind != s->kind,
		[PART_TIME] = !in_time(s, h, item),
	};
	unsigned bits = 0;

	for (int i = 0; i < PART_COUNT; i++)
		bits |= off[i] ? 1u << i : 0;
	return bits;
}

bool near_matches(const struct play *p, const struct search *s, size_t item)
{
	return p->out->log.items[item].change.notice >= 0 &&
	       differences(p, s, item) == 0;
}

/* --- what was wanted ------------------------------------------------------ */

static void add_said(
    struct textbuf *tb, const char *before, const struct said *s)
{
	if (s->text != NULL)
		textbuf_addf(tb, "%s%s", before, s->text);
}

static void add_window(
    struct play *p, struct textbuf *tb, const struct search *s)
{
	const struct window *w = &s->window;

	if (w->exact)
		textbuf_addf(tb, " at %s", play_when(p, w->from));
	else if (s->wanted->within.text != NULL)
		textbuf_addf(tb, " within %s of %s", s->wanted->within.text,
		    play_when(p, w->from));
	else if (w->passing)
		textbuf_addf(tb, " from %s to %s", play_when(p, w->from),
		    play_when(p, w->until));
	else
		textbuf_addf(tb, " from %s on", play_when(p, w->from));
}

const char *near_wanted(struct play *p, const struct search *s)
{
	const struct wanted_notice *w = s->wanted;
	struct textbuf tb;
	const char *text;

	textbuf_init(&tb);
	if (strcmp(w->reason.text, "any") == 0)
		textbuf_add(&tb, "notice");
	else
		textbuf_addf(&tb, "%s notice", w->reason.text);
	add_said(&tb, " of ", &w->clock);
	add_said(&tb, " of ", &w->ticket);
	add_said(&tb, " by chain ", &w->chain);
	add_said(&tb, " step ", &w->step);
	add_said(&tb, " to ", &w->to);
	add_said(&tb, " via ", &w->via);
	add_said(&tb, ", ", &w->state);
	add_window(p, &tb, s);
	if (w->times.text != NULL)
		textbuf_addf(&tb, ", %s times", w->times.text);
	text = arena_strndup(&p->out->arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

/* --- what came nearest ---------------------------------------------------- */

static unsigned weight_of(unsigned bits)
{
	unsigned sum = 0;

	for (int i = 0; i < PART_COUNT; i++)
		sum += bits & 1u << i ? weights[i] : 0;
	return sum;
}

/* How far outside of its window, for those that differ in nothing else. */
static int64_t distance(const struct search *s, const struct happening *h)
{
	const struct window *w = &s->window;

	if (wall_before(h->change.at, w->from))
		return wall_minus(w->from, h->change.at);
	if (!wall_is_never(w->until) && wall_before(w->until, h->change.at))
		return wall_minus(h->change.at, w->until);
	return 0;
}

/* Of one notice, what became of it last; else what is nearer in time. */
static bool is_nearer(
    const struct play *p, const struct search *s, size_t item, size_t best)
{
	const struct happening *h = &p->out->log.items[item];
	const struct happening *b = &p->out->log.items[best];

	return h->notice_id == b->notice_id || distance(s, h) < distance(s, b);
}

static bool find_nearest(
    const struct play *p, const struct search *s, size_t *item)
{
	const struct scenario_log *log = &p->out->log;
	unsigned best = NEAR_MAX + 1;

	for (size_t i = 0; i < log->count; i++) {
		unsigned weight;

		if (log->items[i].change.notice < 0)
			continue;
		weight = weight_of(differences(p, s, i));
		if (weight > best ||
		    (weight == best &&
			(best > NEAR_MAX || !is_nearer(p, s, i, *item))))
			continue;
		best = weight;
		*item = i;
	}
	return best <= NEAR_MAX;
}

static void add_time(struct textbuf *tb, const struct search *s,
    const struct happening *h, size_t item)
{
	char span[SPAN_TEXT_MAX];
	const struct window *w = &s->window;

	span_format(distance(s, h), span);
	if (wall_before(h->change.at, w->from))
		textbuf_addf(tb, ", %s too early", span);
	else if (item < w->first)
		textbuf_add(tb, ", before that step");
	else if (wall_is_never(w->until) || distance(s, h) == 0)
		textbuf_add(tb, ", after the next step");
	else if (s->wanted->within.text != NULL)
		textbuf_addf(tb, ", %s later than within %s", span,
		    s->wanted->within.text);
	else
		textbuf_addf(tb, ", %s too late", span);
}

static const char *state_words(const struct change *c)
{
	switch ((int)c->kind) {
	case CHANGE_NOTICE_SENT:
		return "was told";
	case CHANGE_NOTICE_QUEUED:
		return "was to be told";
	case CHANGE_NOTICE_HELD:
		return "is not told until the hours open; that was held";
	case CHANGE_NOTICE_WITHDRAWN:
		return "is not told any more; that was withdrawn";
	case CHANGE_NOTICE_DEAD:
		return "could not be told; that was given up";
	case CHANGE_NOTICE_RETRY:
		return "could not be told at first; it was to be tried again";
	case CHANGE_NOTICE_DROPPED:
		return "is not told any more; that was dropped";
	case CHANGE_NOTICE_DIVERTED:
		return "could not be told that way; it took another";
	default:
		return "is told of it otherwise";
	}
}

/* "mara was told Mon 10:25 via mail, 10m later than within 15m" */
static const char *nearest_words(
    struct play *p, const struct search *s, size_t item)
{
	const struct happening *h = &p->out->log.items[item];
	const struct change *c = &h->change;
	unsigned bits = differences(p, s, item);
	struct textbuf tb;
	const char *text;

	textbuf_init(&tb);
	textbuf_addf(
	    &tb, "%s %s %s", reader_of(c), state_words(c), play_when(p, c->at));
	if (*c->who != '\0')
		textbuf_addf(&tb, " via %s", c->channel);
	if (bits & 1u << PART_TIME)
		add_time(&tb, s, h, item);
	if (bits & 1u << PART_TO)
		textbuf_addf(&tb, ", not %s", s->wanted->to.text);
	if (bits & 1u << PART_VIA)
		textbuf_addf(&tb, ", not via %s", s->wanted->via.text);
	if (bits & 1u << PART_REASON)
		textbuf_addf(&tb, ", as %s, not as %s",
		    notice_reason_name(c->reason), s->wanted->reason.text);
	if (bits & 1u << PART_CLOCK)
		textbuf_addf(&tb, ", of clock %s, not %s",
		    *c->clock == '\0' ? "none" : c->clock,
		    s->wanted->clock.text);
	if (bits & 1u << PART_CHAIN)
		textbuf_addf(&tb, ", by chain %s, not %s",
		    *c->chain == '\0' ? "none" : c->chain,
		    s->wanted->chain.text);
	if (bits & 1u << PART_STEP)
		textbuf_addf(
		    &tb, ", at step %d, not %d", c->step + 1, s->step + 1);
	text = arena_strndup(&p->out->arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

/* The part of the log that lies in the window's time. */
static void window_items(
    const struct play *p, const struct window *w, size_t *first, size_t *last)
{
	const struct scenario_log *log = &p->out->log;

	*first = w->first;
	*last = w->last;
	if (!w->exact && wall_is_never(w->until))
		return;
	while (*first < *last &&
	       wall_before(log->items[*first].change.at, w->from))
		++*first;
	*last = *first;
	while (*last < log->count &&
	       !wall_before(w->until, log->items[*last].change.at))
		++*last;
}

void near_tell(struct play *p, const struct search *s)
{
	size_t item, first, last;

	play_on(p);
	item = p->out->log.count;
	if (find_nearest(p, s, &item)) {
		play_fail(p, s->wanted->place,
		    play_around(p, item, item + 1, item),
		    "expected a %s; nearest: %s", near_wanted(p, s),
		    nearest_words(p, s, item));
		return;
	}
	window_items(p, &s->window, &first, &last);
	play_fail(p, s->wanted->place, play_around(p, first, last, item),
	    "expected a %s", near_wanted(p, s));
}
