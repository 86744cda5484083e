/* oncall.c - the section `oncall`: rotations, calendar files, feeds.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/attached.h"
#include "conf/ca_file.h"
#include "conf/schedule_parts.h"
#include "conf/secret.h"
#include "conf/shifts.h"
#include "conf/url.h"
#include "conf/zones.h"
#include "core/oncall.h"

#include <string.h>
#include <strings.h>

#define SECTION	   "oncall.NAME"
#define TITLES_MAX 10 /* that are nobody's: told of one file */

struct schedule_draft schedule_add(struct reader *r, const char *name)
{
	struct matrix *m = r->m;
	struct schedule_draft d = { &m->schedules[m->nschedules],
		&r->origin->schedules[m->nschedules] };

	m->nschedules++;
	d.schedule->name = name;
	d.schedule->rotation.hours = -1;
	return d;
}

void schedule_hide_url(
    struct reader *r, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_get(map, key);

	if (node != NULL &&
	    (node->kind != YAML_TEXT || strstr(node->text, "://") != NULL))
		yaml_mask(r->report, node);
}

void schedule_check_name(
    struct reader *r, const struct yaml_node *key, const char *what)
{
	if (strcmp(key->text, "assignee") == 0 ||
	    strcmp(key->text, "team") == 0)
		report_error(r->report, key->at,
		    "\"%s\" is a word of its own in notify; give the %s "
		    "another name",
		    key->text, what);
}

/* --- rotations ------------------------------------------------------------ */

/* "2026-01-05" or "2026-01-05T09:00": wall time, so neither Z nor an offset is
 * taken.  As if it were UTC. */
static bool parse_start(const char *text, int64_t *local_ms)
{
	size_t len = strlen(text);
	struct textbuf whole;
	struct wall w = { 0 };
	bool sound;

	if (len != 10 && len != 16)
		return false;
	textbuf_init(&whole);
	textbuf_addf(&whole, "%s%s", text, len == 10 ? "T00:00:00Z" : ":00Z");
	sound = wall_parse(whole.data, whole.len, &w) && w.ms >= 366 * DAY_MS;
	textbuf_fini(&whole);
	*local_ms = w.ms;
	return sound;
}

static void read_members(
    struct reader *r, const struct yaml_node *node, struct rotation *rota)
{
	struct texts list;

	read_texts(r, node, "members", &list);
	rota->members =
	    arena_alloc(&r->m->arena, list.count * sizeof *rota->members);
	for (size_t i = 0; i < list.count; i++) {
		int person = read_ref(r, list.items[i], REF_PERSON);

		if (person >= 0)
			rota->members[rota->nmembers++] = person;
	}
}

static void read_start(
    struct reader *r, const struct yaml_node *map, struct rotation *rota)
{
	const struct yaml_node *node = yaml_get(map, "start");
	const char *text;

	if (node == NULL) {
		report_error(r->report, map->at,
		    "members who take turns need a start, the first hand-off "
		    "by the wall clock; add start: \"2026-01-05T09:00\"");
		return;
	}
	text = read_text(r, map, SECTION, "start");
	if (text != NULL && !parse_start(text, &rota->first_local_ms))
		report_error(r->report, node->at,
		    "start: \"%s\" is no date or wall time; write 2026-01-05 "
		    "or \"2026-01-05T09:00\", and the zone under zone",
		    text);
}

static void read_shift(
    struct reader *r, const struct yaml_node *map, struct rotation *rota)
{
	size_t errors = r->report->errors;

	rota->shift_ms = read_span(r, map, SECTION, "shift");
	if (r->report->errors == errors && rota->shift_ms < MINUTE_MS)
		report_error(r->report, yaml_get(map, "shift")->at,
		    "shift is too short to be on call; write a minute or "
		    "more: 12h, 1d, 7d");
}

/* Keys that say nothing here. */
static void refuse_keys(struct reader *r, const struct yaml_node *map,
    const char *const *keys, size_t count, const char *remedy)
{
	for (size_t i = 0; i < count; i++) {
		const struct yaml_pair *pair = yaml_pair(map, keys[i]);

		if (pair != NULL)
			report_error(
			    r->report, pair->key->at, "%s %s", keys[i], remedy);
	}
}

static void read_zone(
    struct reader *r, const struct yaml_node *map, struct schedule *s)
{
	const struct yaml_node *zone = yaml_get(map, "zone");

	if (zone == NULL)
		return;
	s->zone = zones_get(r, zone);
	if (s->zone != NULL)
		s->zone_name = keep(r, zone_name(s->zone));
}

static void read_rotation(
    struct reader *r, const struct yaml_node *map, struct schedule *s)
{
	static const char *const others[] = { "override", "refresh",
		"ca_file" };

	s->kind = SCHEDULE_ROTATION;
	read_members(r, yaml_get(map, "members"), &s->rotation);
	read_start(r, map, &s->rotation);
	read_shift(r, map, &s->rotation);
	read_zone(r, map, s);
	s->rotation.hours = read_ref_key(r, map, "hours", REF_CALENDAR);
	refuse_keys(r, map, others, 3,
	    "goes with a calendar; remove it, and change a rotation by "
	    "slawatchctl oncall override");
}

/* --- calendars ------------------------------------------------------------ */

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text);
	size_t n = strlen(end);

	return len > n && strcasecmp(text + len - n, end) == 0;
}

bool schedule_is_calendar(const struct yaml_node *node)
{
	return node->kind == YAML_MAP ||
	       (node->kind == YAML_TEXT && (strstr(node->text, "://") != NULL ||
					       ends_with(node->text, ".ics")));
}

static const struct zone *zone_of(void *user, const char *name)
{
	return zones_find(user, name);
}

/* The nearest name of somebody; people write them with capitals. */
static void near_person(struct reader *r, struct nearest *n)
{
	ref_near(r->m, REF_PERSON, n);
	for (size_t i = 0; i < r->m->npeople; i++)
		nearest_try(n, r->m->people[i].title);
}

static const char *lower(struct reader *r, const char *text)
{
	char *copy = arena_strdup(r->report->arena, text);

	for (char *c = copy; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return copy;
}

/* One event's title, each name in it that is nobody's. */
static void unknown_names(struct reader *r, struct place at, const char *file,
    const struct ics_occurrence *o)
{
	const char *rest = o->summary;
	const char *name;
	size_t len;

	while (oncall_next_name(&rest, &name, &len)) {
		struct nearest n;

		if (len == 0 || oncall_person(r->m, name, len) >= 0)
			continue;
		name = arena_strndup(r->report->arena, name, len);
		nearest_init(&n, name);
		near_person(r, &n);
		if (n.best == NULL) {
			nearest_init(&n, lower(r, name));
			near_person(r, &n);
		}
		report_warning(r->report, at,
		    "%s:%d: \"%s\" is nobody here, and nobody is told in that "
		    "shift%s",
		    file, o->line, name,
		    suggest(
			r, &n, "write a name, address or Slack id of people"));
	}
}

/* Each event once, however many dates it has. */
static void check_titles(struct reader *r, struct place at, const char *file,
    const struct ics *events)
{
	int last = 0;
	size_t told = 0;
	bool *seen;

	for (size_t i = 0; i < events->count; i++)
		if (events->items[i].line > last)
			last = events->items[i].line;
	seen = arena_alloc(r->report->arena, (size_t)last + 1);
	for (size_t i = 0; i < events->count && told < TITLES_MAX; i++) {
		const struct ics_occurrence *o = &events->items[i];
		int people[1];
		size_t none = 0;

		/* Who is gone may stand in what is over. */
		if (seen[o->line] || !wall_before(r->options->now, o->end))
			continue;
		seen[o->line] = true;
		if (oncall_title(r->m, o->summary, people, &none, 0))
			continue;
		told++;
		if (o->summary[0] == '\0')
			report_warning(r->report, at,
			    "%s:%d: the event has no title, so nobody is on "
			    "call; write who it is",
			    file, o->line);
		else
			unknown_names(r, at, file, o);
	}
}

static const struct conf_file *fetch(
    struct reader *r, struct place at, const char *name)
{
	struct errtext err;
	const struct conf_file *file =
	    attached_read(r, name, ICS_BYTES_MAX, &err);

	if (file == NULL)
		report_error(r->report, at,
		    "the calendar file %s cannot be read: %s; put it beside "
		    "the matrix, or correct the path",
		    name, err.text);
	return file;
}

static void read_file(struct reader *r, struct place at, const char *name,
    const struct zone *zone, struct shifts *out)
{
	const struct conf_file *file = fetch(r, at, name);
	struct errtext err;
	struct ics events;

	if (file == NULL)
		return;
	if (!shifts_events(file->bytes, file->len, zone, zone_of, r,
		r->report->arena, &events, &err)) {
		/* "12: event ..." goes on the name, others stand apart. */
		bool has_line = err.text[0] >= '0' && err.text[0] <= '9';

		report_error(r->report, at,
		    "%s:%s%s; correct the file, or fetch it again", name,
		    has_line ? "" : " ", err.text);
		return;
	}
	shifts_of(&events, &r->m->arena, out);
	if (out->count == 0)
		report_warning(r->report, at,
		    "%s has no event; see that it is the right file", name);
	if (!r->is_stored)
		check_titles(r, at, name, &events);
}

static void check_url(struct reader *r, struct place at, const char *text)
{
	struct url u;

	if (text == NULL || text[0] == '\0')
		return;
	if (!url_parse(text, &u))
		report_error(
		    r->report, at, "this is no url; write https://HOST/PATH");
	else if (u.has_user)
		report_error(r->report, at,
		    "a url may not hold a user or password; remove them");
	else if (url_scheme_is(&u, "http") && !url_is_loopback(&u))
		report_error(r->report, at,
		    "http lets anybody on the network read the calendar and "
		    "change it; write https:// (http is for this machine "
		    "only)");
	else if (!url_scheme_is(&u, "https") && !url_scheme_is(&u, "http"))
		report_error(r->report, at,
		    "the url of a feed begins with https://; write it in place "
		    "of what stands before the host");
}

/* A file's name, or a url as a channel's: plain or a secret. */
static void read_source(struct reader *r, const struct yaml_node *node,
    const char *what, const char **file, const char **url,
    struct secret_origin *origin)
{
	if (node->kind == YAML_TEXT && strstr(node->text, "://") == NULL) {
		const char *name = node_text(r, node, what);

		if (name != NULL && name[0] == '\0')
			report_error(r->report, node->at,
			    "%s is empty; name a file, or a feed by its url",
			    what);
		else if (name != NULL)
			*file = keep(r, name);
		return;
	}
	if (node->kind != YAML_TEXT && node->kind != YAML_MAP) {
		yaml_mask(r->report, node);
		report_error(r->report, node->at,
		    "%s must be a file or a url, not %s; write FILE.ics, "
		    "https://HOST/PATH, { file: PATH } or { credential: NAME }",
		    what, yaml_kind_name(node->kind));
		return;
	}
	*url = secret_read(r, node, what, true, &r->m->arena, origin);
	check_url(r, node->at, *url);
}

/* What only a feed has. */
static void read_fetching(struct reader *r, const struct yaml_node *map,
    const char *section, struct schedule *s)
{
	static const char *const keys[] = { "refresh", "ca_file" };
	size_t errors = r->report->errors;

	if (s->kind == SCHEDULE_FILE) {
		refuse_keys(r, map, keys, 2,
		    "goes with a feed's url; remove it, a file is read at "
		    "each reload");
		return;
	}
	s->ca_file = ca_file_read(r, map, section);
	s->refresh_ms = read_span(r, map, section, "refresh");
	if (r->report->errors == errors && s->refresh_ms < MINUTE_MS)
		report_error(r->report, yaml_get(map, "refresh")->at,
		    "refresh is too often for whoever serves the feed; write "
		    "1m or more");
}

static void read_override(
    struct reader *r, const struct yaml_node *node, struct schedule_draft d)
{
	struct schedule *s = d.schedule;
	bool is_feed = s->kind == SCHEDULE_FEED;

	read_source(r, node, "override", &s->override_file, &s->override_url,
	    &d.origin->override);
	if (is_feed ? s->override_file != NULL : s->override_url != NULL)
		report_error(r->report, node->at,
		    "calendar and override come from the same kind of place; "
		    "make both files, or both feeds");
	else if (s->override_file != NULL)
		read_file(r, node->at, s->override_file, s->zone, &s->override);
}

void schedule_calendar_read(struct reader *r, const struct yaml_node *map,
    const char *section, const struct yaml_node *calendar,
    struct schedule_draft d)
{
	const struct yaml_node *override = yaml_get(map, "override");
	struct schedule *s = d.schedule;

	read_zone(r, map, s);
	read_source(
	    r, calendar, "calendar", &s->file, &s->url, &d.origin->calendar);
	s->kind = s->url != NULL || d.origin->calendar.source != SECRET_NONE
		      ? SCHEDULE_FEED
		      : SCHEDULE_FILE;
	read_fetching(r, map, section, s);
	if (s->file != NULL)
		read_file(r, calendar->at, s->file, s->zone, &s->primary);
	if (override != NULL)
		read_override(r, override, d);
	if (s->file != NULL)
		d.origin->file = beside(r, s->file);
	if (s->override_file != NULL)
		d.origin->override_file = beside(r, s->override_file);
}

/* --- all ------------------------------------------------------------------ */

static void read_schedule(struct reader *r, const struct yaml_pair *pair)
{
	static const char *const others[] = { "start", "shift", "hours" };
	struct schedule_draft d =
	    schedule_add(r, read_name(r, pair->key, NAME_STRICT));
	const struct yaml_node *map = pair->value;
	const struct yaml_node *calendar;
	bool turns;

	schedule_check_name(r, pair->key, "schedule");
	if (!read_map(r, map, SECTION))
		return;
	calendar = yaml_get(map, "calendar");
	turns = yaml_get(map, "members") != NULL;
	if (turns && calendar != NULL)
		report_error(r->report, yaml_pair(map, "calendar")->key->at,
		    "a schedule has members who take turns or a calendar, not "
		    "both; remove one");
	else if (turns)
		read_rotation(r, map, d.schedule);
	else if (calendar == NULL)
		report_error(r->report, pair->key->at,
		    "nobody is on call by \"%s\"; give it members and a start, "
		    "or a calendar",
		    pair->key->text);
	if (turns || calendar == NULL) {
		schedule_hide_url(r, map, "calendar");
		schedule_hide_url(r, map, "override");
		return;
	}
	schedule_calendar_read(r, map, SECTION, calendar, d);
	refuse_keys(r, map, others, 3,
	    "goes with members who take turns; remove it, the calendar says "
	    "when");
}

void oncall_read(struct reader *r)
{
	const struct yaml_node *map = read_section(r, "oncall");
	const struct yaml_node *roles = yaml_get(r->root, "roles");
	size_t room = map == NULL ? 0 : map->count;

	/* A role may bring one of its own: see roles.c. */
	room += roles == NULL ? 0 : roles->count;
	r->m->schedules =
	    arena_alloc(&r->m->arena, room * sizeof *r->m->schedules);
	r->origin->schedules =
	    arena_alloc(&r->conf->arena, room * sizeof *r->origin->schedules);
	for (size_t i = 0; map != NULL && i < map->count; i++)
		read_schedule(r, &map->pairs[i]);
}
