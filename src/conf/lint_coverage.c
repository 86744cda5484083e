/* lint_coverage.c - in the next 30 days, is somebody there at every step?
 *
 * A step may fire when a policy's clock can run out (that is in its working
 * time) and the chain has come to it; with a rule or a team behind the chain,
 * at any time.  Where the step tells nobody at such an instant there is a gap:
 * one remark a step, with the first gap and how much there is of them.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/lint_parts.h"

#include "conf/coverage.h"
#include "conf/zones.h"
#include "core/zone.h"

#include <string.h>

/* Of all that may fire a step: where it finds nobody most often. */
struct finding {
	struct spans fires; /* of that user */
	struct spans gap;
	int severity;
	const char *policy; /* NULL: a rule, a team */
	bool any;	    /* does anything fire it? */
};

/* --- one step ------------------------------------------------------------- */

static void take_worst(struct finding *f, const struct coverage *cov,
    const struct spans *when, const struct spans *nobody,
    const struct coverage_use *use)
{
	struct spans gap = spans_both(cov->arena, when, nobody);

	if (when->count == 0)
		return;
	if (!f->any || spans_ms(&gap) > spans_ms(&f->gap))
		*f = (struct finding){ *when, gap, use->severity, use->policy,
			true };
}

/* A step, and when it tells nobody, by severity; found when first asked for,
 * and one for all where nobody's ways or quiet hours depend on it. */
struct looked_at {
	const struct coverage *cov;
	const struct step *step;
	bool by_severity;
	bool known[MATRIX_SEVERITIES_MAX];
	struct spans nobody[MATRIX_SEVERITIES_MAX];
};

static bool severity_matters(const struct matrix *m)
{
	for (size_t i = 0; i < m->npeople; i++)
		if (m->people[i].ways != NULL || m->people[i].quiet >= 0)
			return true;
	return false;
}

static const struct spans *nobody_at(struct looked_at *l, int severity)
{
	if (!l->by_severity)
		severity = 0;
	if (!l->known[severity])
		l->nobody[severity] =
		    coverage_nobody(l->cov, l->step, severity);
	l->known[severity] = true;
	return &l->nobody[severity];
}

static struct finding look(const struct coverage *cov, const struct chain *c,
    size_t step, const struct coverage_uses *uses)
{
	struct looked_at l = { .cov = cov,
		.step = &c->steps[step],
		.by_severity = severity_matters(cov->m) };
	struct finding f = { .any = false };

	for (size_t i = 0; i < uses->count; i++) {
		struct spans when =
		    coverage_fires(cov, c, step, &uses->items[i].starts);

		take_worst(&f, cov, &when,
		    nobody_at(&l, uses->items[i].severity), &uses->items[i]);
	}
	return f;
}

/* --- words ---------------------------------------------------------------- */

/* In the zone whose days the remark is about: the schedule's, else the
 * matrix'. */
static const struct zone *zone_for(struct reader *r, int schedule)
{
	const struct yaml_node *map = yaml_get(r->root, "matrix");
	const struct yaml_node *name =
	    map == NULL ? NULL : yaml_get(map, "zone");

	if (schedule >= 0 && r->m->schedules[schedule].zone != NULL)
		return r->m->schedules[schedule].zone;
	return name == NULL || name->kind != YAML_TEXT
		   ? NULL
		   : zones_find(r, name->text);
}

static int schedule_of(const struct matrix *m, const struct step *s)
{
	for (size_t i = 0; i < m->nschedules; i++)
		if (coverage_asks(m, s, (int)i))
			return (int)i;
	return -1;
}

/* --- steps ---------------------------------------------------------------- */

static void add_why(struct textbuf *tb, const struct coverage *cov,
    const struct step *s, const struct finding *f)
{
	const char *why =
	    coverage_why(cov, s, f->severity, f->gap.items[0].start);

	if (why[0] != '\0')
		textbuf_addf(tb, " (%s)", why);
}

static void say_never(struct reader *r, struct place at, const char *what,
    const struct coverage *cov, const struct step *s, const struct finding *f)
{
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(
	    &text, "%s reaches nobody in the next " COVERAGE_DAYS, what);
	add_why(&text, cov, s, f);
	textbuf_add(&text,
	    "; give them a channel that can carry it, or name somebody who is "
	    "there");
	lint_of_time(r, at, "%s", text.data);
	textbuf_fini(&text);
}

static void say_gap(struct reader *r, struct place at, const char *what,
    const struct coverage *cov, const struct step *s, const struct finding *f)
{
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "%s: nobody ", what);
	coverage_add_gap(
	    &text, cov, zone_for(r, schedule_of(r->m, s)), &f->gap);
	if (f->policy != NULL)
		textbuf_addf(&text, ", for %s of policy \"%s\"",
		    r->m->severities[f->severity].name, f->policy);
	else if (severity_matters(r->m))
		textbuf_addf(
		    &text, ", for %s", r->m->severities[f->severity].name);
	add_why(&text, cov, s, f);
	textbuf_add(&text,
	    "; name somebody who is there then, or give the step `hours`");
	report_warning(r->report, at, "%s", text.data);
	textbuf_fini(&text);
}

static void say(struct reader *r, struct place at, const char *what,
    const struct coverage *cov, const struct step *s, const struct finding *f)
{
	if (!f->any || f->gap.count == 0)
		return;
	if (spans_ms(&f->gap) == spans_ms(&f->fires))
		say_never(r, at, what, cov, s, f);
	else
		say_gap(r, at, what, cov, s, f);
}

/* --- whole chains --------------------------------------------------------- */

/* Steps with hours may each be sound and yet leave an hour to nobody. */
static bool has_hours(const struct chain *c)
{
	for (size_t i = 0; i < c->nsteps; i++)
		if (c->steps[i].hours != NULL && c->steps[i].hours[0] != '\0')
			return true;
	return false;
}

/* Starts after which no step of the first round tells anybody.  What is as
 * short as the ladder itself is its own delay. */
static struct spans untold(const struct coverage *cov, const struct chain *c,
    const struct coverage_use *use)
{
	struct chain once = *c;
	struct spans left = use->starts;
	struct spans out = { NULL, 0, 0 };
	int64_t offset = 0;

	once.repeat = 0;
	for (size_t i = 0; i < c->nsteps; i++) {
		struct spans told = coverage_fires(cov, &once, i, &use->starts);
		struct spans nobody =
		    coverage_nobody(cov, &c->steps[i], use->severity);

		offset += c->steps[i].after_ms;
		told = spans_without(cov->arena, &told, &nobody);
		told =
		    spans_moved(cov->arena, &told, -offset, cov->from, cov->to);
		left = spans_without(cov->arena, &left, &told);
	}
	for (size_t i = 0; i < left.count; i++)
		if (wall_minus(left.items[i].end, left.items[i].start) > offset)
			spans_add(&out, cov->arena, left.items[i].start,
			    left.items[i].end);
	return out;
}

static void lint_whole(struct reader *r, const struct coverage *cov,
    size_t index, const struct coverage_uses *uses)
{
	const struct chain *c = &r->m->chains[index];
	struct spans worst = { NULL, 0, 0 };
	struct textbuf text;

	for (size_t i = 0; i < c->nsteps; i++)
		if (!coverage_is_known(cov, &c->steps[i]))
			return;
	for (size_t i = 0; i < uses->count; i++) {
		struct spans gap = untold(cov, c, &uses->items[i]);

		if (spans_ms(&gap) > spans_ms(&worst))
			worst = gap;
	}
	if (worst.count == 0)
		return;
	textbuf_init(&text);
	textbuf_addf(&text, "chain \"%s\" tells nobody if it starts ", c->name);
	coverage_add_gap(&text, cov, zone_for(r, -1), &worst);
	textbuf_add(&text,
	    ": each step is passed over or reaches nobody; give one of them "
	    "other `hours`, or none");
	report_warning(
	    r->report, lint_entry(r, "chains", index), "%s", text.data);
	textbuf_fini(&text);
}

static void lint_chain(
    struct reader *r, const struct coverage *cov, size_t index)
{
	const struct chain *c = &r->m->chains[index];
	struct coverage_uses uses = coverage_uses(cov, (int)index);

	for (size_t i = 0; i < c->nsteps; i++) {
		struct textbuf what;
		struct finding f;

		if (!coverage_is_known(cov, &c->steps[i]))
			continue;
		f = look(cov, c, i, &uses);
		textbuf_init(&what);
		textbuf_addf(&what, "chain \"%s\", step %zu", c->name, i + 1);
		say(r, lint_step(r, index, i), what.data, cov, &c->steps[i],
		    &f);
		textbuf_fini(&what);
	}
	if (has_hours(c))
		lint_whole(r, cov, index, &uses);
}

static void lint_rule(
    struct reader *r, const struct coverage *cov, size_t index)
{
	const struct rule *rule = &r->m->rules[index];
	struct step step = rule->notify;
	struct chain one = { .name = rule->name, .steps = &step, .nsteps = 1 };
	struct coverage_uses uses = coverage_rule_uses(cov, index);
	struct textbuf what;
	struct finding f;

	if (step.send == SEND_UNSAID)
		step.send = SEND_IN_HOURS; /* a rule's word alarms nobody */
	if (rule->notify.nwho == 0 || lint_is_over(r, &rule->valid) ||
	    !coverage_is_known(cov, &rule->notify))
		return;
	f = look(cov, &one, 0, &uses);
	textbuf_init(&what);
	textbuf_addf(&what, "rule \"%s\"", rule->name);
	say(r, lint_rule_notify(r, index), what.data, cov, &step, &f);
	textbuf_fini(&what);
}

/* --- schedules ------------------------------------------------------------ */

/* A role's own schedule has the role's name and stands with it. */
static struct place schedule_place(struct reader *r, const char *name)
{
	static const char *const sections[] = { "oncall", "roles" };

	for (size_t i = 0; i < 2; i++) {
		const struct yaml_node *map = yaml_get(r->root, sections[i]);
		const struct yaml_pair *pair =
		    map == NULL ? NULL : yaml_pair(map, name);

		if (pair != NULL)
			return pair->key->at;
	}
	return PLACE_FILE;
}

static void lint_titles(
    struct reader *r, const struct coverage *cov, int schedule)
{
	const struct schedule *s = &r->m->schedules[schedule];
	const char *last = "";
	const char *title;
	struct wall at;
	size_t cursor = 0;

	while (
	    (title = coverage_unknown(cov, schedule, &cursor, &at)) != NULL) {
		struct textbuf text;
		struct nearest n;

		if (strcmp(title, last) == 0)
			continue;
		last = title;
		textbuf_init(&text);
		coverage_add_time(&text, zone_for(r, schedule), at);
		nearest_init(&n, title);
		ref_near(r->m, REF_PERSON, &n);
		lint_of_time(r, schedule_place(r, s->name),
		    "on-call schedule \"%s\": \"%s\" is nobody here, on duty "
		    "%s%s",
		    s->name, title, text.data,
		    suggest(r, &n, "define the person under people"));
		textbuf_fini(&text);
	}
}

/* A gap matters where a step would ask into it: DESIGN 5 "Roles". */
static void lint_schedule(
    struct reader *r, const struct coverage *cov, int schedule)
{
	const struct schedule *s = &r->m->schedules[schedule];
	struct spans gap = coverage_gap(cov, schedule);
	struct textbuf text;

	if (s->kind == SCHEDULE_FEED)
		return;
	lint_titles(r, cov, schedule);
	if (gap.count == 0)
		return;
	textbuf_init(&text);
	textbuf_addf(&text, "on-call schedule \"%s\": nobody ", s->name);
	coverage_add_gap(&text, cov, zone_for(r, schedule), &gap);
	textbuf_add(&text,
	    "; fill it in the calendar, or give the steps that ask it `hours`");
	lint_of_time(r, schedule_place(r, s->name), "%s", text.data);
	textbuf_fini(&text);
}

void lint_coverage(struct reader *r)
{
	const struct matrix *m = r->m;
	struct arena scratch = ARENA_INIT;
	struct arena part = ARENA_INIT;
	struct coverage cov;

	if (!lint_knows_now(r))
		return;
	coverage_init(&cov, m, &duty_none, r->options->now,
	    wall_plus(r->options->now, COVERAGE_MS), &scratch);
	cov.arena = &part; /* the edges stay */
	for (size_t i = 0; i < m->nchains; i++, arena_reset(&part))
		lint_chain(r, &cov, i);
	for (size_t i = 0; i < m->nrules; i++, arena_reset(&part))
		lint_rule(r, &cov, i);
	for (size_t i = 0; i < m->nschedules; i++, arena_reset(&part))
		lint_schedule(r, &cov, (int)i);
	arena_fini(&part);
	arena_fini(&scratch);
}
