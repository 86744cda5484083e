/* test_shifts_public.c - who is on call by the calendars of public projects.
 *
 * SLAWATCH_DATA names the folder with ics/oncall_calendars.json, where each
 * calendar stands with what its project's own tests assert; without it there is
 * nothing to look at (77).  Everybody whom a check names is put into a matrix,
 * and the matrix is asked.
 *
 * One of them we do not follow.  Grafana OnCall takes a day without a zone for
 * a day of UTC, though the calendar says X-WR-TIMEZONE; we take it for a day of
 * the calendar's zone, as the programs that write such calendars show it.  It
 * is checked both ways: as they have it, for a schedule whose zone is UTC, and
 * as we have it, for one without a zone of its own.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/shifts.h"

#include "conf/load.h"
#include "core/oncall.h"
#include "lib/oncall_world.h"
#include "unit/conf_corpus.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASES_LEAST  7
#define CHECKS_LEAST 14
#define NO_DATA	     77

/* One calendar, read. */
struct world {
	const char *id;
	const char *ics;
	struct matrix *m;
	struct schedule *s;
	bool disputed; /* all-day events are days of `zone`, not of UTC */
	const struct zone *zone;
};

static int looked;

static const char *text_of(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(object, name));

	return text == NULL ? "" : text;
}

static const cJSON *items_of(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static struct wall instant_of(const cJSON *object, const char *name)
{
	return world_wall(text_of(object, name));
}

/* --- the matrix ----------------------------------------------------------- */

static void add_person(struct matrix *m, const char *name)
{
	struct person *grown =
	    arena_alloc(&m->arena, (m->npeople + 1) * sizeof *grown);

	name += name[0] == '@';
	if (oncall_person(m, name, strlen(name)) >= 0)
		return;
	for (size_t i = 0; i < m->npeople; i++)
		grown[i] = m->people[i];
	grown[m->npeople].name = grown[m->npeople].title =
	    arena_strdup(&m->arena, name);
	m->people = grown;
	m->npeople++;
}

static void add_people(struct matrix *m, const cJSON *checks)
{
	const cJSON *check, *event, *name;

	cJSON_ArrayForEach(check, checks)
	{
		cJSON_ArrayForEach(name, items_of(check, "oncall"))
		    add_person(m, cJSON_GetStringValue(name));
		cJSON_ArrayForEach(event, items_of(check, "events"))
		{
			cJSON_ArrayForEach(name, items_of(event, "who"))
			    add_person(m, cJSON_GetStringValue(name));
		}
	}
}

static void read_into(struct world *w, const char *ics)
{
	struct errtext err = { "" };

	ck_assert_msg(shifts_read(ics, strlen(ics), w->m, w->s, &w->m->arena,
			  &w->s->primary, &err),
	    "%s: %s", w->id, err.text);
}

/* --- checks --------------------------------------------------------------- */

static void check_at(const struct world *w, const cJSON *check)
{
	const cJSON *want = items_of(check, "oncall");
	const cJSON *name;
	struct oncall who;

	oncall_at(w->m, &duty_none, 0, instant_of(check, "at"), &who);
	ck_assert_msg((int)who.count == cJSON_GetArraySize(want),
	    "%s: %zu on call at %s", w->id, who.count, text_of(check, "at"));
	cJSON_ArrayForEach(name, want)
	{
		const char *text = cJSON_GetStringValue(name);
		int person = oncall_person(w->m, text, strlen(text));
		bool found = false;

		for (size_t i = 0; i < who.count; i++)
			found = found || who.people[i] == person;
		ck_assert_msg(found, "%s: %s is not on call at %s", w->id, text,
		    text_of(check, "at"));
	}
}

static size_t first_within(const struct shifts *s, size_t i, const cJSON *check)
{
	while (i < s->count &&
	       !(wall_before(s->items[i].start, instant_of(check, "to")) &&
		   wall_before(instant_of(check, "from"), s->items[i].end)))
		i++;
	return i;
}

/* All-day events are written with their last second. */
static struct wall end_of(const cJSON *event)
{
	bool day = cJSON_IsTrue(items_of(event, "all_day"));

	return wall_plus(instant_of(event, "end"), day ? SECOND_MS : 0);
}

/* A day of UTC, as the same day of the calendar's zone. */
static struct wall shifted(
    const struct world *w, const cJSON *event, struct wall at)
{
	struct civil c;

	if (!w->disputed || !cJSON_IsTrue(items_of(event, "all_day")))
		return at;
	civil_from_ms(at.ms, &c);
	return zone_instant(w->zone, &c, ZONE_FIRST);
}

static void check_event(
    const struct world *w, const struct shift *s, const cJSON *event)
{
	const cJSON *name;

	ck_assert_msg(
	    wall_same(s->start, shifted(w, event, instant_of(event, "start"))),
	    "%s: not from %s", w->id, text_of(event, "start"));
	ck_assert_msg(wall_same(s->end, shifted(w, event, end_of(event))),
	    "%s: not until %s", w->id, text_of(event, "end"));
	cJSON_ArrayForEach(name, items_of(event, "who"))
	{
		const char *text = cJSON_GetStringValue(name);

		ck_assert_msg(oncall_person(w->m, s->title, strlen(s->title)) ==
				  oncall_person(w->m, text, strlen(text)),
		    "%s: %s, not %s", w->id, s->title, text);
	}
}

static void check_between(const struct world *w, const cJSON *check)
{
	const struct shifts *s = &w->s->primary;
	const cJSON *event;
	size_t i = first_within(s, 0, check);

	cJSON_ArrayForEach(event, items_of(check, "events"))
	{
		ck_assert_msg(i < s->count, "%s: too few", w->id);
		check_event(w, &s->items[i], event);
		i = first_within(s, i + 1, check);
	}
	ck_assert_msg(i == s->count, "%s: too many", w->id);
}

static void check_count(const struct world *w, const cJSON *check)
{
	const struct shifts *s = &w->s->primary;
	double want = cJSON_GetNumberValue(items_of(check, "count"));
	int n = 0;

	for (size_t i = first_within(s, 0, check); i < s->count;
	     i = first_within(s, i + 1, check))
		n++;
	ck_assert_msg(n == (int)want, "%s: %d shifts", w->id, n);
}

/* An event without a zone is put into it, and shows which one it is. */
static void check_zone(struct world *w, const cJSON *check)
{
	const char *end = strstr(w->ics, "END:VCALENDAR");
	struct textbuf ics;

	ck_assert_ptr_nonnull(end);
	ck_assert_str_eq(text_of(check, "zone"), "UTC");
	textbuf_init(&ics);
	textbuf_addn(&ics, w->ics, (size_t)(end - w->ics));
	textbuf_add(&ics, "BEGIN:VEVENT\nDTSTART:20260105T090000\n"
			  "DURATION:PT1H\nEND:VEVENT\n");
	textbuf_add(&ics, end);
	read_into(w, ics.data);
	textbuf_fini(&ics);
	ck_assert_uint_eq(w->s->primary.count, 1);
	ck_assert_int_eq(w->s->primary.items[0].start.ms,
	    world_wall("2026-01-05T09:00:00Z").ms);
}

static void run_check(struct world *w, const cJSON *check)
{
	const char *op = text_of(check, "op");

	looked++;
	if (strcmp(op, "at") == 0)
		check_at(w, check);
	else if (strcmp(op, "between") == 0)
		check_between(w, check);
	else if (strcmp(op, "between_count") == 0)
		check_count(w, check);
	else if (strcmp(op, "calendar_zone") == 0)
		check_zone(w, check);
	else
		ck_assert_str_eq(op, "parse_ok");
}

/* --- cases ---------------------------------------------------------------- */

/* zone NULL: a schedule without one. */
static void run_case(const cJSON *c, const char *zone, bool disputed)
{
	struct world w = { .id = text_of(c, "id"),
		.ics = text_of(c, "ics"),
		.m = world_matrix(1),
		.disputed = disputed };
	const cJSON *check;

	w.s = &w.m->schedules[0];
	w.s->kind = SCHEDULE_FILE;
	w.m->npeople = 0;
	if (zone != NULL)
		w.s->zone = world_zone(w.m, zone);
	w.zone = world_zone(w.m, "Asia/Yekaterinburg");
	add_people(w.m, items_of(c, "checks"));
	read_into(&w, w.ics);
	cJSON_ArrayForEach(check, items_of(c, "checks")) run_check(&w, check);
	matrix_free(w.m);
}

static bool is_disputed(const cJSON *c)
{
	return strncmp(text_of(c, "note"), "DISPUTED", 8) == 0;
}

START_TEST(public_calendars)
{
	char path[4096];
	size_t len = 0;
	cJSON *root;
	const cJSON *c;
	char *text;
	int cases = 0;
	int disputed = 0;

	snprintf(path, sizeof path, "%s/ics/oncall_calendars.json",
	    getenv("SLAWATCH_DATA"));
	text = slurp(path, &len);
	ck_assert_msg(text != NULL, "%s", path);
	root = cJSON_Parse(text);
	ck_assert_ptr_nonnull(root);
	cJSON_ArrayForEach(c, items_of(root, "ics_cases"))
	{
		cases++;
		run_case(c, is_disputed(c) ? "UTC" : NULL, false);
		if (!is_disputed(c))
			continue;
		disputed++;
		run_case(c, NULL, true);
	}
	printf("shifts: looked at %d public calendars (%d of them in two "
	       "readings), %d checks\n",
	    cases, disputed, looked);
	ck_assert_int_ge(cases, CASES_LEAST);
	ck_assert_int_ge(looked, CHECKS_LEAST);
	ck_assert_int_eq(disputed, 1);
	cJSON_Delete(root);
	free(text);
}
END_TEST

int main(void)
{
	TCase *tc;
	Suite *s;
	SRunner *r;
	int failed;

	if (getenv("SLAWATCH_DATA") == NULL) {
		printf("skipped: SLAWATCH_DATA is not set\n");
		return NO_DATA;
	}
	tc = tcase_create("shifts_public");
	s = suite_create("shifts_public");
	tcase_add_test(tc, public_calendars);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
