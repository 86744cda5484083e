/* matrix_file.c - the whole file: sections in the order they need each other,
 * `severities`, `on_customer_comment`, `always_human` and `matrix` themselves.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/hours.h"
#include "conf/limits.h"
#include "conf/zones.h"
#include "core/names.h"

#include <string.h>

#define SECTION	     "matrix"
#define COMMENT	     "on_customer_comment"
#define PERSON_LIMIT "matrix.person_limit"
#define GUARD	     "matrix.guard"
#define GUARD_MAX    1000000

/* --- severities ----------------------------------------------------------- */

static void read_severity(
    struct reader *r, const struct yaml_pair *pair, struct severity *s)
{
	s->name = read_name(r, pair->key, NAME_STRICT);
	s->title = "";
	s->calendar = -1;
	if (!read_map(r, pair->value, "severities.NAME"))
		return;
	if (yaml_get(pair->value, "title") != NULL)
		s->title =
		    read_text(r, pair->value, "severities.NAME", "title");
	if (s->title == NULL)
		s->title = "";
	s->calendar = read_ref_key(r, pair->value, "calendar", REF_CALENDAR);
	s->send = read_send_key(r, pair->value, "severities.NAME", "send");
}

static void severities_read(struct reader *r)
{
	const struct yaml_node *map = read_section(r, "severities");
	struct matrix *m = r->m;
	const struct yaml_pair *given = yaml_pair(r->root, "severities");

	if (map == NULL || map->count == 0) {
		if (given != NULL && given->value->kind != YAML_TEXT &&
		    given->value->kind != YAML_LIST)
			report_error(r->report, given->key->at,
			    "no severities; name them, the most urgent first: "
			    "{ P1: { title: Critical } }");
		return;
	}
	if (map->count > MATRIX_SEVERITIES_MAX)
		report_error(r->report,
		    map->pairs[MATRIX_SEVERITIES_MAX].key->at,
		    "more than %d severities; nobody tells so many apart, "
		    "join some",
		    MATRIX_SEVERITIES_MAX);
	m->severities =
	    arena_alloc(&m->arena, map->count * sizeof *m->severities);
	for (size_t i = 0; i < map->count && i < MATRIX_SEVERITIES_MAX; i++) {
		read_severity(r, &map->pairs[i], &m->severities[i]);
		m->nseverities++;
	}
	/* What is most urgent does not wait for the morning. */
	if (m->severities[0].send == SEND_UNSAID)
		m->severities[0].send = SEND_ALWAYS;
}

/* --- matrix --------------------------------------------------------------- */

static void read_review(struct reader *r, const struct yaml_node *map)
{
	struct calendar_date date;
	const char *revised = read_text(r, map, SECTION, "revised");

	r->m->review_every_ms = read_span(r, map, SECTION, "review_every");
	if (revised == NULL)
		return;
	if (hours_date(revised, &date) && date.year != 0)
		r->m->revised = wall_at(
		    civil_days(date.year, date.month, date.day) * DAY_MS);
	else
		report_error(r->report, yaml_get(map, "revised")->at,
		    "revised: \"%s\" is no date; write 2026-11-20", revised);
}

static void read_applies(struct reader *r, const struct yaml_node *map)
{
	static const char *const words[] = { "new", "open", "all" };
	const struct yaml_node *v = yaml_get(map, "applies");
	int i = v == NULL ? -1 : read_word(r, v, "applies", words, 3);

	if (i >= 0)
		applies_parse(words[i], &r->m->applies);
}

/* Before the sections that have dates; a `matrix` that is no map is reported
 * by matrix_read(). */
static void zone_read(struct reader *r)
{
	const struct yaml_node *map = yaml_get(r->root, SECTION);
	const struct yaml_node *zone = NULL;

	if (map != NULL && map->kind == YAML_MAP)
		zone = yaml_get(map, "zone");
	if (zone != NULL)
		r->zone = zones_get(r, zone);
	r->m->zone = r->zone;
	if (r->zone != NULL)
		r->origin->zone =
		    arena_strdup(&r->conf->arena, zone_name(r->zone));
}

/* Absent: what the table of keys says. */
static void guard_read(struct reader *r, const struct yaml_node *map)
{
	struct guard *g = &r->m->guard;

	if (!read_map(r, map, GUARD))
		return;
	g->breaches = read_int(r, map, GUARD, "breaches", 0, GUARD_MAX);
	g->notices = read_int(r, map, GUARD, "notices", 0, GUARD_MAX);
}

static void matrix_read(struct reader *r)
{
	static const struct yaml_node absent = { .kind = YAML_MAP };
	const struct yaml_node *map = yaml_get(r->root, SECTION);
	struct matrix *m = r->m;

	if (map == NULL || map->kind == YAML_NULL)
		map = &absent;
	if (!read_map(r, map, SECTION))
		return;
	read_review(r, map);
	m->owner = read_ref_key(r, map, "owner", REF_PERSON);
	m->fallback = read_room_key(r, map, "fallback");
	if (m->fallback >= 0)
		m->fallback_name = m->channels[m->fallback].name;
	m->helpdesk = read_room_key(r, map, "helpdesk");
	read_applies(r, map);
	if (yaml_get(map, "person_limit") != NULL)
		limit_read(r, yaml_get(map, "person_limit"), PERSON_LIMIT,
		    &m->person_limit);
	if (yaml_get(map, "guard") != NULL)
		guard_read(r, yaml_get(map, "guard"));
	m->give_up_ms = read_span(r, map, SECTION, "give_up_after");
	if (m->give_up_ms < MINUTE_MS && yaml_get(map, "give_up_after") != NULL)
		report_error(r->report, yaml_get(map, "give_up_after")->at,
		    "give_up_after is too short for a retry; write 1m or more");
}

/* --- comments ------------------------------------------------------------- */

static status_set read_waiting(struct reader *r, const struct yaml_node *node)
{
	status_set set = 0;
	struct texts list;

	if (node->kind == YAML_LIST && node->count == 0)
		return set;
	read_texts(r, node, "resumes", &list);
	for (size_t i = 0; i < list.count; i++) {
		enum status s;

		if (status_parse(list.items[i]->text, &s) &&
		    (STATUS_BIT(s) & COMMENT_RESUMES_DEFAULT) != 0)
			set |= STATUS_BIT(s);
		else
			report_error(r->report, list.items[i]->at,
			    "resumes: nobody waits in \"%s\"; write pending "
			    "or on_hold, or [] for none",
			    list.items[i]->text);
	}
	return set;
}

static void comments_read(struct reader *r)
{
	static const char *const words[] = { "never", "always" };
	const struct yaml_node *map = yaml_get(r->root, COMMENT);
	struct comment_rules *rules = &r->m->on_comment;
	const struct yaml_node *v;

	if (map == NULL || !read_map(r, map, COMMENT))
		return;
	if ((v = yaml_get(map, "resumes")) != NULL)
		rules->resumes = read_waiting(r, v);
	if ((v = yaml_get(map, "reopens")) != NULL)
		rules->reopens = read_word(r, v, "reopens", words, 2) == 1;
}

static void always_human_read(struct reader *r)
{
	const struct yaml_node *node = yaml_get(r->root, "always_human");
	struct matrix *m = r->m;
	struct texts list;

	if (node == NULL || node->kind == YAML_NULL ||
	    (node->kind == YAML_LIST && node->count == 0))
		return;
	read_texts(r, node, "always_human", &list);
	m->always_human =
	    arena_alloc(&m->arena, list.count * sizeof *m->always_human);
	for (size_t i = 0; i < list.count; i++) {
		const char *name = list.items[i]->text;

		if (names_find(m->always_human, m->nalways_human, name) >= 0)
			report_error(r->report, list.items[i]->at,
			    "\"%s\" is named twice; remove one", name);
		else
			m->always_human[m->nalways_human++] = keep(r, name);
	}
}

/* --- all ------------------------------------------------------------------ */

void matrix_file_read(struct reader *r)
{
	r->report->looks = false;
	if (!read_map(r, r->root, ""))
		return;
	zone_read(r);
	calendars_read(r);
	severities_read(r);
	channels_read(r);
	people_read(r);
	teams_read(r);
	oncall_read(r);
	roles_read(r);
	chains_read(r);
	teams_chains_read(r);
	clocks_read(r);
	policies_read(r);
	rules_read(r);
	severity_table_read(r);
	comments_read(r);
	always_human_read(r);
	incidents_read(r);
	matrix_read(r);
	settings_read(r);
}
