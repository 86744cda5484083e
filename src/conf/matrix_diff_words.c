/* matrix_diff_words.c - a difference in words.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/matrix_diff_parts.h"

#include "base/check.h"

#include <string.h>

static const char *const edits[] = {
	[EDIT_ADDED] = "added",
	[EDIT_REMOVED] = "removed",
	[EDIT_CHANGED] = "changed",
	[EDIT_MOVED] = "moved",
};

const char *matrix_edit_name(enum matrix_edit e)
{
	CHECK((unsigned)e < sizeof edits / sizeof *edits);
	return edits[e];
}

/* --- values -------------------------------------------------------------- */

/* A text that could be taken for something else among others. */
static bool needs_quotes(const char *text)
{
	return *text == '\0' || *text == ' ' ||
	       strpbrk(text, ",[]{}\"\n\t") != NULL ||
	       strstr(text, ": ") != NULL || text[strlen(text) - 1] == ' ';
}

static void add_text(const char *text, struct textbuf *out)
{
	if (!needs_quotes(text)) {
		textbuf_add(out, text);
		return;
	}
	textbuf_addc(out, '"');
	for (; *text != '\0'; text++)
		if (*text == '\n')
			textbuf_add(out, "\\n");
		else if (*text == '"' || *text == '\\')
			textbuf_addf(out, "\\%c", *text);
		else
			textbuf_addc(out, *text);
	textbuf_addc(out, '"');
}

void matrix_diff_value(const struct yaml_node *value, struct textbuf *out)
{
	bool is_map = value->kind == YAML_MAP;

	if (value->kind == YAML_TEXT) {
		add_text(value->text, out);
		return;
	}
	if (value->kind == YAML_NULL) {
		textbuf_add(out, "nothing");
		return;
	}
	textbuf_add(out, is_map ? "{" : "[");
	for (size_t i = 0; i < value->count; i++) {
		textbuf_add(out, i > 0 ? ", " : " ");
		if (is_map) {
			add_text(value->pairs[i].key->text, out);
			textbuf_add(out, ": ");
		}
		matrix_diff_value(
		    is_map ? value->pairs[i].value : value->items[i], out);
	}
	textbuf_add(out, value->count > 0 ? " " : "");
	textbuf_add(out, is_map ? "}" : "]");
}

/* --- one change ---------------------------------------------------------- */

static void add_moved(const struct matrix_change *c, struct textbuf *out)
{
	textbuf_addf(out, "\"%s\" now ", c->name);
	if (c->before != NULL)
		textbuf_addf(out, "before \"%s\"", c->before);
	else
		textbuf_add(out, "last");
}

void matrix_diff_words(const struct matrix_change *c, struct textbuf *out)
{
	textbuf_addf(out, "%s: ", c->path);
	switch (c->edit) {
	case EDIT_ADDED:
		textbuf_add(out, "added ");
		matrix_diff_value(c->now, out);
		break;
	case EDIT_REMOVED:
		textbuf_add(out, "removed");
		if (c->was->kind != YAML_MAP) {
			textbuf_add(out, ", was ");
			matrix_diff_value(c->was, out);
		}
		break;
	case EDIT_CHANGED:
		matrix_diff_value(c->was, out);
		textbuf_add(out, " -> ");
		matrix_diff_value(c->now, out);
		break;
	case EDIT_MOVED:
		add_moved(c, out);
		break;
	}
}

static void add_lines(size_t count, const char *what, struct textbuf *out)
{
	if (count > 0)
		textbuf_addf(
		    out, ", %zu line%s %s", count, count == 1 ? "" : "s", what);
}

void matrix_diff_file_words(
    const struct matrix_file_change *f, struct textbuf *out)
{
	textbuf_addf(out, "%s: %s", f->name, matrix_edit_name(f->edit));
	add_lines(f->added, "added", out);
	add_lines(f->removed, "removed", out);
	if (f->added == 0 && f->removed == 0 && f->edit == EDIT_CHANGED)
		textbuf_add(out, ", its lines stand in another order");
}

/* --- some words ---------------------------------------------------------- */

static const struct {
	const char *section;
	const char *one;
	const char *many;
} sections[] = {
	{ "targets", "target", "targets" }, /* of a policy */
	{ "matrix", "setting of the matrix", "settings of the matrix" },
	{ "calendars", "calendar", "calendars" },
	{ "severities", "severity", "severities" },
	{ "channels", "channel", "channels" },
	{ "people", "person", "people" },
	{ "teams", "team", "teams" },
	{ "oncall", "schedule", "schedules" },
	{ "roles", "role", "roles" },
	{ "chains", "chain", "chains" },
	{ "policies", "policy", "policies" },
	{ "rules", "rule", "rules" },
	{ "clocks", "clock", "clocks" },
	{ "daemon", "setting of the daemon", "settings of the daemon" },
	{ "", "other", "others" },
};

#define SECTIONS (sizeof sections / sizeof *sections)

static size_t section_of(const char *path)
{
	size_t len = strcspn(path, ".["), i;

	if (strncmp(path, "policies", len) == 0 &&
	    strstr(path, "].targets") != NULL)
		return 0;
	for (i = 0; i + 1 < SECTIONS; i++)
		if (strlen(sections[i].section) == len &&
		    strncmp(path, sections[i].section, len) == 0)
			break;
	return i;
}

/* Bytes of the path that name the thing: "people.dana" of
 * "people.dana.email".  Of a target all of it. */
static size_t thing_len(const char *path)
{
	size_t len = strcspn(path, ".[");

	if (section_of(path) == 0 || path[len] == '\0')
		return strlen(path);
	if (path[len] == '[')
		return len + strcspn(path + len, "]");
	if (path[len + 1] == '"')
		return len + 2 + strcspn(path + len + 2, "\"");
	return len + 1 + strcspn(path + len + 1, ".[");
}

/* Whose first change is this one? */
static bool is_first(const struct matrix_diff *d, size_t at)
{
	const char *path = d->changes[at].path;
	size_t len = thing_len(path);

	for (size_t i = 0; i < at; i++)
		if (thing_len(d->changes[i].path) == len &&
		    strncmp(d->changes[i].path, path, len) == 0)
			return false;
	return true;
}

static void add_count(
    size_t count, const char *one, const char *many, struct textbuf *out)
{
	if (count == 0)
		return;
	textbuf_addf(out, "%s%zu %s", out->len > 0 ? ", " : "", count,
	    count == 1 ? one : many);
}

void matrix_diff_summary(const struct matrix_diff *d, struct textbuf *out)
{
	size_t counts[SECTIONS] = { 0 };
	struct textbuf text;

	for (size_t i = 0; i < d->nchanges; i++)
		if (is_first(d, i))
			counts[section_of(d->changes[i].path)]++;
	textbuf_init(&text);
	for (size_t i = 0; i < SECTIONS; i++)
		add_count(counts[i], sections[i].one, sections[i].many, &text);
	add_count(d->nfiles, "file", "files", &text);
	if (text.len == 0)
		textbuf_add(&text, d->secret   ? "a secret"
				   : d->layout ? "layout or comments"
					       : "nothing");
	textbuf_add(out, text.data);
	textbuf_fini(&text);
}
