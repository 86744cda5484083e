/* face.c - how does the ticket as a whole stand, at a glance?
 *
 * What a thread's first post shows, in words and as a number.  The number is
 * made from what the post shows and time does not change; names, not titles,
 * so that a new matrix alone edits no post.
 *
 * SPDX-License-Identifier: MIT */
#include "core/notice_words.h"

#include "base/check.h"
#include "base/textbuf.h"

#include <string.h>

static const char *const names[FACE_COUNT] = {
	[FACE_BREACHED] = "breached",
	[FACE_WARNED] = "warned",
	[FACE_ACKED] = "acknowledged",
	[FACE_OPEN] = "open",
	[FACE_OVER] = "over",
};

const char *face_name(enum face f)
{
	CHECK((unsigned)f < FACE_COUNT);
	return names[f];
}

/* --- what there is to see ------------------------------------------------- */

static bool is_late(const struct clock *c)
{
	return c->current && !clock_state_is_final(c->state) &&
	       c->state != CLOCK_IDLE && !wall_is_never(c->breached_at);
}

static bool is_warned(const struct clock *c)
{
	return c->current && clock_state_ticks(c->state) &&
	       *words_or_empty(c->warned) != '\0';
}

static bool has_it(const struct chain_run *r)
{
	return r->state == RUN_ACKED || r->state == RUN_SNOOZED;
}

/* The run by which somebody has the ticket, the latest word; NULL: some live
 * run waits for somebody still, or there is none. */
static const struct chain_run *who_has_it(const struct ticket *t)
{
	const struct chain_run *latest = NULL;

	for (size_t i = 0; i < t->nruns; i++) {
		const struct chain_run *r = &t->runs[i];

		if (!run_state_is_live(r->state))
			continue;
		if (!has_it(r))
			return NULL;
		if (latest == NULL ||
		    !wall_before(r->acked_at, latest->acked_at))
			latest = r;
	}
	return latest;
}

static bool any_live(const struct ticket *t)
{
	for (size_t i = 0; i < t->nruns; i++)
		if (run_state_is_live(t->runs[i].state))
			return true;
	return false;
}

static const struct clock *first_clock(
    const struct ticket *t, bool (*is)(const struct clock *c))
{
	for (size_t i = 0; i < t->nclocks; i++)
		if (is(&t->clocks[i]))
			return &t->clocks[i];
	return NULL;
}

static enum face face_of(const struct ticket *t)
{
	bool late = first_clock(t, is_late) != NULL;

	if (ticket_is_over(t))
		return FACE_OVER;
	if (!late && first_clock(t, is_warned) == NULL && !any_live(t))
		return FACE_OPEN;
	if (who_has_it(t) != NULL)
		return FACE_ACKED;
	return late ? FACE_BREACHED : FACE_WARNED;
}

/* --- as a number ---------------------------------------------------------- */

/* FNV-1a, 64 bits. */
static void mix(uint64_t *h, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++)
		*h = (*h ^ p[i]) * UINT64_C(0x100000001b3);
}

static void mix_text(uint64_t *h, const char *text)
{
	text = words_or_empty(text);
	mix(h, text, strlen(text) + 1);
}

static void mix_number(uint64_t *h, int64_t n)
{
	mix(h, &n, sizeof n);
}

static void mix_clocks(uint64_t *h, const struct ticket *t)
{
	for (size_t i = 0; i < t->nclocks; i++) {
		const struct clock *c = &t->clocks[i];

		if (!c->current)
			continue;
		mix_text(h, c->kind);
		mix_number(h, c->cycle);
		mix_number(h, (int64_t)c->state);
		mix_number(h, c->due.ms);
		mix_number(h, c->ended_at.ms);
	}
}

uint64_t ticket_face(const struct matrix *m, const struct ticket *t)
{
	static const enum field shown[] = { FIELD_SUBJECT, FIELD_SEVERITY,
		FIELD_CUSTOMER_ID, FIELD_CUSTOMER_NAME, FIELD_CUSTOMER_TIER,
		FIELD_CUSTOMER_VALUE, FIELD_TEAM, FIELD_ASSIGNEE, FIELD_URL,
		FIELD_TRIED, FIELD_NEXT_STEP };
	const struct chain_run *has = who_has_it(t);
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	(void)m;
	mix_number(&h, (int64_t)face_of(t));
	mix_number(&h, (int64_t)t->fields.status);
	mix_number(&h, t->deleted);
	mix_text(&h, t->merged_into);
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		mix_text(&h, t->fields.text[shown[i]]);
	mix_clocks(&h, t);
	if (has != NULL) {
		mix_text(&h, has->acked_by);
		mix_number(&h, (int64_t)has->state);
		mix_number(&h, has->acked_at.ms);
		mix_number(&h, has->next_at.ms);
	}
	return h == 0 ? 1 : h;
}

/* --- in words ------------------------------------------------------------- */

/* "late by 12m", "met in time", "paused". */
static const char *clock_words(
    const struct clock *c, struct wall now, struct arena *arena)
{
	struct textbuf tb;
	int64_t left;

	if (c->state == CLOCK_MET)
		return "met in time";
	if (c->state == CLOCK_MET_LATE)
		return "met late";
	if (c->state == CLOCK_PAUSED)
		return is_late(c) ? "late, paused" : "paused";
	if (wall_is_never(c->due) || !clock_state_ticks(c->state))
		return "";
	left = wall_minus(c->due, now);
	textbuf_init(&tb);
	textbuf_add(&tb, left >= 0 ? "due in " : "late by ");
	words_add_span(&tb, left >= 0 ? left : -left);
	return words_taken(arena, &tb);
}

static void take_clocks(const struct ticket *t, struct wall now,
    struct arena *arena, struct notice_view *v)
{
	v->clocks = arena_alloc(arena, t->nclocks * sizeof *v->clocks);
	for (size_t i = 0; i < t->nclocks; i++) {
		const struct clock *c = &t->clocks[i];

		if (!c->current || c->state == CLOCK_IDLE ||
		    c->state == CLOCK_CANCELLED)
			continue;
		v->clocks[v->nclocks++] = (struct view_clock){
			.name = words_spoken(arena, c->kind),
			.state = c->state,
			.due = c->due,
			.words = clock_words(c, now, arena),
		};
	}
}

/* The present cycle that ended last, or NULL. */
static const struct clock *last_met(const struct ticket *t)
{
	const struct clock *last = NULL;

	for (size_t i = 0; i < t->nclocks; i++) {
		const struct clock *c = &t->clocks[i];

		if (!c->current ||
		    (c->state != CLOCK_MET && c->state != CLOCK_MET_LATE))
			continue;
		if (last == NULL || !wall_before(c->ended_at, last->ended_at))
			last = c;
	}
	return last;
}

static void say_met(
    struct textbuf *tb, const struct clock *c, struct arena *arena)
{
	if (c != NULL)
		textbuf_addf(tb, ": %s met %s", words_spoken(arena, c->kind),
		    c->state == CLOCK_MET ? "in time" : "late");
}

static void say_over(struct textbuf *tb, const struct ticket *t)
{
	const char *status = status_name(t->fields.status);

	if (t->deleted)
		textbuf_add(tb, "Deleted");
	else if (*words_or_empty(t->merged_into) != '\0')
		textbuf_addf(tb, "Merged into %s", t->merged_into);
	else if (*status != '\0')
		textbuf_addf(tb, "%c%s", *status - 'a' + 'A', status + 1);
}

static void say_clock(struct textbuf *tb, const char *lead,
    const struct clock *c, struct arena *arena)
{
	textbuf_add(tb, lead);
	if (c != NULL)
		textbuf_addf(tb, ": %s", words_spoken(arena, c->kind));
}

static const char *title(const struct matrix *m, const struct ticket *t,
    enum face face, struct arena *arena)
{
	const struct chain_run *has = who_has_it(t);
	struct textbuf tb;

	textbuf_init(&tb);
	switch (face) {
	case FACE_BREACHED:
		say_clock(&tb, "Breached", first_clock(t, is_late), arena);
		break;
	case FACE_WARNED:
		say_clock(&tb, "At risk", first_clock(t, is_warned), arena);
		break;
	case FACE_ACKED:
		textbuf_addf(&tb, "%s by %s",
		    has->state == RUN_SNOOZED ? "Snoozed" : "Acknowledged",
		    words_person(m, has->acked_by));
		break;
	case FACE_OPEN:
		textbuf_add(&tb, "On track");
		say_met(&tb, last_met(t), arena);
		break;
	case FACE_OVER:
		say_over(&tb, t);
		say_met(&tb, last_met(t), arena);
		break;
	case FACE_COUNT:
		break;
	}
	return words_taken(arena, &tb);
}

void view_take_face(const struct matrix *m, const struct ticket *t,
    struct wall now, struct arena *arena, struct notice_view *v)
{
	const struct chain_run *has = who_has_it(t);

	v->face = face_of(t);
	v->face_title = title(m, t, v->face, arena);
	take_clocks(t, now, arena, v);
	v->category = words_or_empty(t->fields.text[FIELD_CATEGORY]);
	if (has == NULL || v->face != FACE_ACKED)
		return;
	v->acked_by = words_person(m, has->acked_by);
	v->acked_at = has->acked_at;
	if (has->state == RUN_SNOOZED)
		v->snoozed_until = has->next_at;
}

/* --- views without a notice ----------------------------------------------- */

static const struct notice no_notice = { .reason = NOTICE_UPDATE,
	.clock = "",
	.chain = "",
	.role = "",
	.who = "",
	.channel = "",
	.spare = "",
	.detail = "",
	.ref = "",
	.owed = "",
	.step = -1 };

void ticket_view_build(const struct matrix *m, const struct ticket *t,
    struct wall now, struct arena *arena, struct notice_view *out)
{
	struct notice n = no_notice;

	n.due = n.held_until = n.useful_until = WALL_NEVER;
	n.at = n.free_at = now;
	notice_view_build(m, t, &n, now, arena, out);
	out->title = out->body = NULL; /* the ticket as it is */
	out->headline = out->face_title;
}

void test_view_build(const struct matrix *m, int person, const char *by,
    struct wall now, struct arena *arena, struct notice_view *out)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_addf(&tb,
	    "%s asked slawatch to send this, to see whether it arrives. "
	    "Nothing is wrong, and there is nothing to do.",
	    by[0] != '\0' ? words_person(m, by) : "Somebody");
	*out = (struct notice_view){ .reason = NOTICE_MATRIX,
		.mark = "TEST",
		.title = "This is a test",
		.body = words_taken(arena, &tb),
		.face = FACE_OPEN,
		.face_title = "This is a test",
		.headline = "This is a test",
		.acked_by = "",
		.acked_at = WALL_NEVER,
		.snoozed_until = WALL_NEVER,
		.category = "",
		.why = "",
		.ticket = "slawatch:test",
		.thread = "slawatch:test",
		.subject = "A test of how you are reached",
		.severity = "",
		.severity_title = "",
		.status = "",
		.customer = "",
		.tier = "",
		.value = "",
		.team = "",
		.assignee = "",
		.suggested_to = "",
		.clock = "",
		.due = WALL_NEVER,
		.due_text = "",
		.tried = "",
		.next_step = "",
		.missing = "",
		.authority = "",
		.person = "",
		.late_text = "",
		.now = now };
	if (person >= 0) {
		out->person = m->people[person].title;
		out->person_slack = m->people[person].slack;
		out->person_email = m->people[person].email;
	}
}
