/* ics_world.c - zones of the system, and occurrences as text.
 *
 * SPDX-License-Identifier: MIT */
#include "unit/ics_world.h"

#include "lib/zone_file.h"

#include <check.h>
#include <string.h>

static struct {
	const char *name;
	struct zone *zone;
} zones[16];

static const struct zone *zone_named(void *user, const char *name)
{
	struct errtext err;
	struct zone_file f;
	size_t i = 0;

	(void)user;
	while (zones[i].zone != NULL && strcmp(zones[i].name, name) != 0)
		i++;
	if (zones[i].zone != NULL)
		return zones[i].zone;
	if (i == 15 || strlen(name) > 60 || strstr(name, "..") != NULL ||
	    name[0] == '/' || !zone_file_read(name, &f))
		return NULL;
	zones[i].zone = zone_parse(name, f.bytes, f.len, &err);
	zones[i].name = zones[i].zone == NULL ? "" : zone_name(zones[i].zone);
	zone_file_free(&f);
	return zones[i].zone;
}

struct wall ics_instant_of(const char *text)
{
	struct wall w = { 0 };

	ck_assert_msg(wall_parse(text, strlen(text), &w), "%s", text);
	return w;
}

/* The years 2020 to 2040, floating times in Berlin. */
struct ics_options ics_usual(void)
{
	return (
	    struct ics_options){ .from = ics_instant_of("2020-01-01T00:00:00Z"),
		.to = ics_instant_of("2040-12-31T23:00:00Z"),
		.floating = zone_named(NULL, "Europe/Berlin"),
		.zone = zone_named };
}

void ics_list_day(struct textbuf *tb, int64_t day)
{
	char text[WALL_TEXT_MAX];

	wall_format(wall_at(day * DAY_MS), text);
	textbuf_addn(tb, text, 10);
}

static void list_one(struct textbuf *tb, const struct ics_occurrence *o)
{
	char text[WALL_TEXT_MAX];

	if (o->all_day) {
		ics_list_day(tb, o->first_day);
		textbuf_add(tb, "..");
		ics_list_day(tb, o->end_day);
	} else {
		wall_format(o->start, text);
		textbuf_addf(tb, "%s..", text);
		wall_format(o->end, text);
		textbuf_add(tb, text);
	}
	textbuf_addf(tb, " %s\n", o->summary);
}

/* What the text gives, a line each; or the reason why it gives nothing. */
void ics_list(const char *text, size_t len, struct textbuf *tb)
{
	struct arena arena = ARENA_INIT;
	struct ics_options o = ics_usual();
	struct errtext err;
	struct ics feed;

	if (ics_read(text, len, &o, &arena, &feed, &err))
		for (size_t i = 0; i < feed.count; i++)
			list_one(tb, &feed.items[i]);
	else
		textbuf_addf(tb, "error: %s\n", err.text);
	arena_fini(&arena);
}

void ics_expect(const char *name, const char *text, const char *want)
{
	struct textbuf got;

	textbuf_init(&got);
	ics_list(text, strlen(text), &got);
	ck_assert_msg(strcmp(got.data, want) == 0,
	    "%s\n--- expected\n%s--- got\n%s", name, want, got.data);
	textbuf_fini(&got);
}
