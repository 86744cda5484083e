/* zones.c - time zones by name, from $TZDIR or /usr/share/zoneinfo.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/zones.h"

#include "conf/files.h"

#include <stdlib.h>
#include <string.h>

#define ZONE_FILE_MAX  ((size_t)256 * 1024)
#define ZONE_TABLE_MAX ((size_t)1024 * 1024)

static const char *zone_path(struct reader *r, const char *name)
{
	const char *dir = r->options->zoneinfo;
	struct textbuf tb;
	const char *path;

	if (dir == NULL)
		dir = getenv("TZDIR");
	if (dir == NULL || dir[0] == '\0')
		dir = "/usr/share/zoneinfo";
	textbuf_init(&tb);
	textbuf_addf(&tb, "%s/%s", dir, name);
	path = arena_strdup(r->report->arena, tb.data);
	textbuf_fini(&tb);
	return path;
}

/* Nothing that leaves the directory: "Area/City", "Etc/GMT+1". */
static bool name_is_safe(const char *name)
{
	return name[0] != '/' && name[0] != '.' && name[0] != '\0' &&
	       strstr(name, "..") == NULL && strstr(name, "//") == NULL &&
	       strlen(name) < 100;
}

/* tzdata's own list has the names: "Z Europe/Berlin ...", "L target alias". */
static void try_zone_line(
    struct reader *r, const char *line, size_t len, struct nearest *n)
{
	const char *name = line + 2;
	size_t size;

	if (len < 3 || (line[0] != 'Z' && line[0] != 'L') || line[1] != ' ')
		return;
	if (line[0] == 'L') {
		name = memchr(name, ' ', len - 2);
		if (name == NULL)
			return;
		name++;
	}
	size = strcspn(name, " \n");
	nearest_try(n, arena_strndup(r->report->arena, name, size));
}

static const char *near_zone(struct reader *r, const char *name)
{
	struct errtext err;
	size_t len = 0;
	const char *table = file_read(zone_path(r, "tzdata.zi"), ZONE_TABLE_MAX,
	    r->report->arena, &len, &err);
	struct nearest n;

	nearest_init(&n, name);
	while (table != NULL && *table != '\0') {
		size_t line = strcspn(table, "\n");

		try_zone_line(r, table, line, &n);
		table += line + (table[line] == '\n');
	}
	return suggest(r, &n,
	    "write an IANA name such as Europe/Berlin, and see that tzdata is "
	    "installed");
}

/* NULL and why: "" if there is no such file. */
static struct zone *load_zone(
    struct reader *r, const char *name, struct errtext *err)
{
	const char *bytes = NULL;
	size_t len = 0;

	err->text[0] = '\0';
	if (strcmp(name, "UTC") == 0)
		return zone_utc();
	if (name_is_safe(name))
		bytes = file_read(zone_path(r, name), ZONE_FILE_MAX,
		    r->report->arena, &len, err);
	if (bytes == NULL) {
		err->text[0] = '\0';
		return NULL;
	}
	return zone_parse(name, bytes, len, err);
}

static const struct zone *find(
    struct reader *r, const char *name, struct errtext *err)
{
	struct matrix *m = r->m;
	struct zone **grown;
	struct zone *z;

	for (size_t i = 0; i < m->nzones; i++)
		if (strcmp(zone_name(m->zones[i]), name) == 0)
			return m->zones[i];
	z = load_zone(r, name, err);
	if (z == NULL)
		return NULL;
	/* Few: no need for a capacity that the matrix does not keep. */
	grown = arena_alloc(&m->arena, (m->nzones + 1) * sizeof(struct zone *));
	for (size_t i = 0; i < m->nzones; i++)
		grown[i] = m->zones[i];
	grown[m->nzones++] = z;
	m->zones = grown;
	return z;
}

const struct zone *zones_find(struct reader *r, const char *name)
{
	struct errtext err;

	return find(r, name, &err);
}

const struct zone *zones_get(struct reader *r, const struct yaml_node *node)
{
	struct errtext err;
	const struct zone *z;

	if (node_text(r, node, "zone") == NULL)
		return NULL;
	z = find(r, node->text, &err);
	if (z == NULL && err.text[0] == '\0')
		report_error(r->report, node->at, "unknown time zone \"%s\"%s",
		    node->text, near_zone(r, node->text));
	else if (z == NULL)
		report_error(r->report, node->at,
		    "time zone \"%s\" is damaged (%s); reinstall tzdata",
		    node->text, err.text);
	return z;
}
