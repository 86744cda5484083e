/* scenario_check.c - how clocks and tickets stand, and every line by name.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_parts.h"

#include "base/check.h"
#include "base/nearest.h"
#include "core/stretches.h"

#include <stdlib.h>
#include <string.h>

/* --- then: the transcript ------------------------------------------------- */

/* What was to happen and what did, and the longest they have in common. */
struct comparison {
	const struct said *then;
	size_t nthen;
	const char **lines;
	size_t nlines;
	unsigned *common; /* of what is left from (i, k) on */
};

static unsigned *common_at(const struct comparison *c, size_t i, size_t k)
{
	return &c->common[i * (c->nlines + 1) + k];
}

static bool same_at(const struct comparison *c, size_t i, size_t k)
{
	return i < c->nthen && k < c->nlines &&
	       strcmp(c->then[i].text, c->lines[k]) == 0;
}

static void compare(struct comparison *c)
{
	c->common = calloc((c->nthen + 1) * (c->nlines + 1), sizeof *c->common);
	CHECK(c->common != NULL);
	for (size_t i = c->nthen; i-- > 0;) {
		for (size_t k = c->nlines; k-- > 0;) {
			unsigned skip = *common_at(c, i + 1, k);
			unsigned other = *common_at(c, i, k + 1);

			*common_at(c, i, k) =
			    same_at(c, i, k) ? *common_at(c, i + 1, k + 1) + 1
			    : skip > other   ? skip
					     : other;
		}
	}
}

#define CONTEXT 3 /* lines in common that are shown beside a difference */

struct shown {
	struct textbuf *out;
	const char *before[CONTEXT]; /* in common, not shown yet */
	size_t nbefore;
	size_t after; /* so many more may be shown */
};

static void show_common(struct shown *s, const char *line)
{
	if (s->after > 0) {
		s->after--;
		textbuf_addf(s->out, "  %s\n", line);
		return;
	}
	if (s->nbefore == CONTEXT) {
		memmove(s->before, s->before + 1,
		    (CONTEXT - 1) * sizeof *s->before);
		s->nbefore--;
	}
	s->before[s->nbefore++] = line;
}

static void show_other(struct shown *s, char sign, const char *line)
{
	for (size_t i = 0; i < s->nbefore; i++)
		textbuf_addf(s->out, "  %s\n", s->before[i]);
	s->nbefore = 0;
	s->after = CONTEXT;
	textbuf_addf(s->out, "%c %s\n", sign, line);
}

/* The first difference is where the failure is. */
static void show(
    struct play *p, const struct scenario_step *step, struct comparison *c)
{
	struct place at = step->place;
	struct textbuf tb;
	struct shown s = { .out = &tb };
	size_t i = 0, k = 0, wrong = 0;

	textbuf_init(&tb);
	while (i < c->nthen || k < c->nlines) {
		if (same_at(c, i, k)) {
			show_common(&s, c->lines[k]);
			i++;
			k++;
			continue;
		}
		if (wrong++ == 0 && c->nthen > 0)
			at = c->then[i < c->nthen ? i : c->nthen - 1].at;
		if (i < c->nthen &&
		    (k == c->nlines ||
			*common_at(c, i + 1, k) >= *common_at(c, i, k + 1)))
			show_other(&s, '-', c->then[i++].text);
		else
			show_other(&s, '+', c->lines[k++]);
	}
	play_fail(p, at, arena_strndup(&p->out->arena, tb.data, tb.len), "%s",
	    c->nthen == 0
		? "this happened (+), and then: does not name it"
		: "then: names other lines (-) than what happened (+)");
	textbuf_fini(&tb);
}

void play_check_then(struct play *p, const struct scenario_step *s)
{
	const struct step_span *span = &p->out->spans[p->step];
	const struct scenario_log *log = &p->out->log;
	struct comparison c = { .then = s->then, .nthen = s->nthen };
	bool same;

	c.lines = calloc(span->end - span->first + 1, sizeof *c.lines);
	CHECK(c.lines != NULL);
	for (size_t i = span->first; i < span->end; i++)
		if (log->items[i].line != NULL)
			c.lines[c.nlines++] = log->items[i].line;
	p->out->checked += s->nthen;
	same = c.nlines == c.nthen;
	for (size_t i = 0; same && i < c.nlines; i++)
		same = same_at(&c, i, i);
	if (!same) {
		compare(&c);
		show(p, s, &c);
	}
	free(c.common);
	free(c.lines);
}

/* --- which ticket --------------------------------------------------------- */

/* The one that is named, or the only one there is; NULL: it was said. */
static const struct ticket *ticket_meant(
    struct play *p, const struct said *said, struct place at)
{
	const struct ticket *t = NULL;

	if (said->text != NULL) {
		t = simulation_find(p->sim, said->text);
		if (t == NULL)
			play_fail(p, said->at, "",
			    "there is no ticket %s by then", said->text);
		return t;
	}
	if (simulation_count(p->sim) == 1)
		return simulation_ticket(p->sim, 0);
	if (simulation_count(p->sim) == 0)
		play_fail(p, at, "", "there is no ticket yet");
	else
		report_error(p->report, at,
		    "there are %zu tickets; add ticket: to say which",
		    simulation_count(p->sim));
	return NULL;
}

/* --- expect_clock --------------------------------------------------------- */

static const struct clock *clock_meant(
    const struct ticket *t, const char *kind, int cycle)
{
	const struct clock *found = NULL;

	for (size_t i = 0; i < t->nclocks; i++) {
		const struct clock *c = &t->clocks[i];

		if (strcmp(c->kind, kind) == 0 &&
		    (cycle == 0 ? c->current : c->cycle == cycle))
			found = c;
	}
	return found;
}

/* Clock kinds and states by their names; false: it was reported. */
bool play_clock_known(struct play *p, const struct wanted_clock *w)
{
	struct nearest near;
	struct errtext err;
	enum clock_state state;

	if (matrix_kind(p->m, w->clock.text) < 0) {
		nearest_init(&near, w->clock.text);
		for (size_t i = 0; i < p->m->nkinds; i++)
			nearest_try(&near, p->m->kinds[i].name);
		nearest_say(&near, "unknown clock", &err);
		report_error(p->report, w->clock.at, "%s", err.text);
		return false;
	}
	if (w->state.text != NULL &&
	    !clock_state_parse(w->state.text, &state)) {
		report_error(p->report, w->state.at,
		    "\"%s\" is no state of a clock; it is idle, running, "
		    "paused, breached, met, met_late or cancelled",
		    w->state.text);
		return false;
	}
	return true;
}

/* What is compared, and of what. */
struct judged {
	const struct ticket *t;
	const char *clock; /* NULL: the ticket itself */
	const char *what;  /* "due of first_reply" */
};

static void differs(struct play *p, struct place at, const struct judged *j,
    const char *wanted, const char *is)
{
	play_fail(p, at, play_history(p, j->t->key, j->clock),
	    "%s of %s: expected %s, and it is %s", j->what,
	    j->clock != NULL ? j->clock : j->t->key,
	    *wanted == '\0' ? "none" : wanted, *is == '\0' ? "none" : is);
}

static void check_due(struct play *p, const struct wanted_clock *w,
    const struct judged *j, const struct clock *c)
{
	struct wall due = WALL_NEVER;
	struct wall is = c == NULL ? WALL_NEVER : c->due;

	if (strcmp(w->due.text, "never") != 0 &&
	    !play_instant(p, &w->due, p->out->spans[p->step].at, &due))
		return;
	if (!wall_same(due, is))
		differs(p, w->due.at, j, play_when(p, due), play_when(p, is));
}

static void check_span(
    struct play *p, const struct said *said, const struct judged *j, int64_t is)
{
	char have[SPAN_TEXT_MAX], want[SPAN_TEXT_MAX];
	int64_t wanted;

	if (!play_span(p, said, &wanted) || wanted == is)
		return;
	span_exact(is, have);
	span_exact(wanted, want);
	differs(p, said->at, j, want, have);
}

/* Everything that is said of it. */
static void check_members(struct play *p, const struct wanted_clock *w,
    const struct ticket *t, const struct clock *c)
{
	const char *state = clock_state_name(c == NULL ? CLOCK_IDLE : c->state);
	struct judged j = { t, w->clock.text, "state" };

	if (w->state.text != NULL && strcmp(state, w->state.text) != 0)
		differs(p, w->state.at, &j, w->state.text, state);
	j.what = "due";
	if (w->due.text != NULL)
		check_due(p, w, &j, c);
	j.what = "elapsed time";
	if (w->elapsed.text != NULL)
		check_span(p, &w->elapsed, &j,
		    c == NULL
			? 0
			: stretches_elapsed(p->m, c, simulation_now(p->sim)));
	j.what = "target";
	if (w->target.text != NULL)
		check_span(p, &w->target, &j, c == NULL ? 0 : c->target_ms);
}

static void check_clock(struct play *p, const struct wanted_clock *w)
{
	const struct ticket *t = ticket_meant(p, &w->ticket, w->place);
	int cycle = 0;

	p->out->checked++;
	if (t != NULL && play_clock_known(p, w) &&
	    (w->cycle.text == NULL ||
		play_number(p, &w->cycle, 1000000, &cycle)))
		check_members(p, w, t, clock_meant(t, w->clock.text, cycle));
}

/* --- expect_ticket -------------------------------------------------------- */

static void check_text(struct play *p, const struct said *wanted,
    const struct ticket *t, const char *what, const char *is)
{
	struct judged j = { t, NULL, what };

	if (wanted->text == NULL)
		return;
	if (is == NULL)
		is = "";
	if (strcmp(wanted->text, is) != 0)
		differs(p, wanted->at, &j, wanted->text, is);
}

static void check_tags(
    struct play *p, const struct yaml_node *tags, const struct ticket *t)
{
	struct judged j = { t, NULL, "a tag" };

	for (size_t i = 0; tags != NULL && i < tags->count; i++) {
		const struct yaml_node *tag = tags->items[i];
		bool there = false;

		for (size_t k = 0; k < t->fields.ntags; k++)
			there =
			    there || strcmp(t->fields.tags[k], tag->text) == 0;
		if (!there)
			differs(p, tag->at, &j, tag->text, "");
	}
}

static bool known_status(struct play *p, const struct said *said)
{
	enum status status;

	if (said->text == NULL || status_parse(said->text, &status))
		return true;
	report_error(p->report, said->at,
	    "\"%s\" is no status; it is new, open, pending, on_hold, solved "
	    "or closed",
	    said->text);
	return false;
}

static void check_ticket(struct play *p, const struct wanted_ticket *w)
{
	const struct ticket *t = ticket_meant(p, &w->ticket, w->place);
	const char *const *text;

	p->out->checked++;
	if (t == NULL || !known_status(p, &w->status))
		return;
	text = t->fields.text;
	check_text(p, &w->severity, t, "severity", text[FIELD_SEVERITY]);
	check_text(p, &w->team, t, "team", text[FIELD_TEAM]);
	check_text(p, &w->assignee, t, "assignee", text[FIELD_ASSIGNEE]);
	check_text(p, &w->status, t, "status", status_name(t->fields.status));
	check_text(p, &w->policy, t, "policy", t->policy);
	check_text(p, &w->suggested, t, "suggested assignee", t->suggested_to);
	check_tags(p, w->tags, t);
}

void play_check_now(struct play *p, const struct scenario_step *s)
{
	for (size_t i = 0; i < s->nclocks; i++)
		check_clock(p, &s->clocks[i]);
	for (size_t i = 0; i < s->ntickets; i++)
		check_ticket(p, &s->tickets[i]);
}
