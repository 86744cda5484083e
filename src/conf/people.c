/* people.c - the section `people`: who there is, when and how they are reached.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/limits.h"
#include "conf/notify.h"
#include "conf/url.h"
#include "conf/zones.h"

#include <string.h>

#define SECTION "people.NAME"
#define QUIET	"people.NAME.quiet"
#define LIMIT	"people.NAME.limit"
#define ANY	"any"

/* Slack's ids: U or W (a user group's: S), then capitals and digits.  A display
 * name would be sent and mention nobody. */
static bool slack_is_sound(const char *id)
{
	size_t len = strlen(id);

	if (len < 3 || len > 20 || strchr("UWS", id[0]) == NULL)
		return false;
	for (size_t i = 1; i < len; i++)
		if (!(id[i] >= '0' && id[i] <= '9') &&
		    !(id[i] >= 'A' && id[i] <= 'Z'))
			return false;
	return true;
}

/* --- channels ------------------------------------------------------------- */

static bool has_way(const struct ways *w, int channel)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->channels[i] == channel)
			return true;
	return false;
}

static bool is_dm(int way, const struct channel *c)
{
	return c == NULL ? way == OWN_ROOM(WAY_DM) : c->way == WAY_DM;
}

/* Can the person be told by it at all? */
static void check_reach(struct reader *r, const struct yaml_node *node,
    const struct person *p, int way)
{
	const struct channel *c = way < 0 ? NULL : &r->m->channels[way];
	bool personal = c == NULL || c->way != WAY_ROOM;

	if (is_dm(way, c) && p->slack != NULL && p->slack[0] == 'S')
		report_error(r->report, node->at,
		    "%s is a user group and takes no direct message; write "
		    "mention",
		    p->slack);
	if (p->email != NULL || (personal && p->slack != NULL))
		return;
	if (personal)
		report_error(r->report, node->at,
		    "Slack cannot tell who %s is; add slack: U01ABCDEF, or "
		    "email: name@example.com",
		    p->name);
	else if (channel_has(c, REACHES_MAIL))
		report_error(r->report, node->at,
		    "\"%s\" sends mail and %s has no address; add email: "
		    "NAME@example.com",
		    node->text, p->name);
}

static void add_way(struct reader *r, const struct yaml_node *node,
    const struct person *p, struct ways *w)
{
	int way = read_way(r, node);

	if (way == -1)
		return;
	check_reach(r, node, p, way);
	if (has_way(w, way))
		report_error(r->report, node->at,
		    "\"%s\" is named twice; remove one", node->text);
	else if (w->count == PERSON_WAYS_MAX)
		report_error(r->report, node->at,
		    "more than %d channels; nobody looks at so many",
		    PERSON_WAYS_MAX);
	else
		w->channels[w->count++] = way;
}

/* An empty list is for a severity at which the person is not to be reached. */
static void read_way_list(struct reader *r, const struct yaml_node *node,
    const struct person *p, struct ways *w)
{
	struct texts list;

	if (node->kind == YAML_LIST && node->count == 0)
		return;
	read_texts(r, node, "channels", &list);
	for (size_t i = 0; i < list.count; i++)
		add_way(r, list.items[i], p, w);
}

static void unknown_urgency(struct reader *r, const struct yaml_node *key)
{
	struct nearest n;

	nearest_init(&n, key->text);
	nearest_try(&n, ANY);
	ref_near(r->m, REF_SEVERITY, &n);
	report_error(r->report, key->at, "unknown severity \"%s\"%s", key->text,
	    suggest(r, &n, "name one, or write any"));
}

/* { P1: [ pager ], any: mail }: what is not named takes `any`. */
static void read_ways_by_severity(
    struct reader *r, const struct yaml_node *map, struct person *p)
{
	size_t last = r->m->nseverities;
	const struct yaml_node *any = yaml_get(map, ANY);

	if (any != NULL)
		read_way_list(r, any, p, &p->ways[last]);
	for (size_t i = 0; i < last; i++)
		p->ways[i] = p->ways[last];
	for (size_t i = 0; i < map->count; i++) {
		const struct yaml_pair *pair = &map->pairs[i];
		int severity = matrix_severity(r->m, pair->key->text);
		struct ways nobodys = { .count = 0 };
		struct ways *w = severity < 0 ? &nobodys : &p->ways[severity];

		if (pair->value == any)
			continue;
		if (severity < 0)
			unknown_urgency(r, pair->key);
		w->count = 0;
		read_way_list(r, pair->value, p, w);
	}
}

static void read_ways(
    struct reader *r, const struct yaml_node *node, struct person *p)
{
	size_t last = r->m->nseverities;

	p->ways = arena_alloc(&r->m->arena, (last + 1) * sizeof *p->ways);
	if (node->kind == YAML_MAP && node->count > 0) {
		read_ways_by_severity(r, node, p);
		return;
	}
	if (node->kind != YAML_TEXT && node->count == 0) {
		report_error(r->report, node->at,
		    "channels is empty; name at least one or remove the key");
		return;
	}
	read_way_list(r, node, p, &p->ways[last]);
	for (size_t i = 0; i < last; i++)
		p->ways[i] = p->ways[last];
}

/* --- quiet hours ---------------------------------------------------------- */

static uint32_t read_unless(struct reader *r, const struct yaml_node *node)
{
	uint32_t set = 0;
	struct texts list;

	if (node->kind == YAML_LIST && node->count == 0)
		return set;
	read_texts(r, node, "unless", &list);
	for (size_t i = 0; i < list.count; i++) {
		int severity = read_ref(r, list.items[i], REF_SEVERITY);

		if (severity >= 0)
			set |= UINT32_C(1) << severity;
	}
	return set;
}

static void read_quiet(
    struct reader *r, const struct yaml_node *node, struct person *p)
{
	const struct yaml_node *unless;

	if (!read_map(r, node, QUIET))
		return;
	p->quiet = read_ref_key(r, node, "hours", REF_CALENDAR);
	unless = yaml_get(node, "unless");
	p->quiet_not = unless == NULL ? 1 : read_unless(r, unless);
}

/* --- a person ------------------------------------------------------------- */

static bool is_ascii(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 0x80)
		text++;
	return *text == '\0';
}

static void read_names(
    struct reader *r, const struct yaml_node *node, struct person *p)
{
	if (yaml_get(node, "name") != NULL)
		p->title = read_text(r, node, SECTION, "name");
	if (p->title == NULL)
		p->title = p->name;
	p->slack = read_text(r, node, SECTION, "slack");
	if (p->slack != NULL && !slack_is_sound(p->slack))
		report_error(r->report, yaml_get(node, "slack")->at,
		    "\"%s\" is no Slack user id; copy the member ID from the "
		    "person's Slack profile (U01ABCDEF)",
		    p->slack);
	p->email = read_text(r, node, SECTION, "email");
	if (p->email != NULL && !email_is_sound(p->email))
		report_error(r->report, yaml_get(node, "email")->at,
		    "\"%s\" is no mail address; write name@example.com%s",
		    p->email,
		    is_ascii(p->email) ? ""
				       : ", in ASCII; a domain with other "
					 "letters begins with xn--");
}

static void read_person(
    struct reader *r, const struct yaml_pair *pair, struct person *p)
{
	const struct yaml_node *node = pair->value;
	const struct yaml_node *v;

	p->name = read_name(r, pair->key, NAME_STRICT);
	p->title = p->name;
	p->hours = p->quiet = -1;
	if (!read_map(r, node, SECTION))
		return;
	read_names(r, node, p);
	p->hours = read_ref_key(r, node, "hours", REF_CALENDAR);
	if ((v = yaml_get(node, "zone")) != NULL)
		p->zone = zones_get(r, v);
	if (p->zone != NULL)
		p->zone_name = keep(r, zone_name(p->zone));
	if ((v = yaml_get(node, "channels")) != NULL)
		read_ways(r, v, p);
	if ((v = yaml_get(node, "quiet")) != NULL)
		read_quiet(r, v, p);
	p->sees = sees_read(r, node);
	if ((v = yaml_get(node, "limit")) != NULL)
		limit_read(r, v, LIMIT, &p->limit);
}

void people_read(struct reader *r)
{
	const struct yaml_node *map = read_section(r, "people");
	struct matrix *m = r->m;

	if (map == NULL)
		return;
	m->people = arena_alloc(&m->arena, map->count * sizeof *m->people);
	m->npeople = map->count;
	for (size_t i = 0; i < map->count; i++)
		read_person(r, &map->pairs[i], &m->people[i]);
}
