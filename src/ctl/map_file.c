/* map_file.c - YAML to a struct csv_map, each mistake reported.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/map_file.h"

#include "conf/files.h"
#include "conf/load.h"
#include "conf/reader.h"
#include "conf/zones.h"

#include <string.h>

struct map_reader {
	struct reader yaml; /* conf's typed values, without a matrix' keys */
	struct map_file *out;
	struct csv_field fields[CSV_FIELDS_MAX];
	struct csv_comment comments[CSV_COMMENTS_MAX];
};

static const char *copy(struct map_reader *r, const char *text)
{
	return arena_strdup(&r->out->arena, text);
}

static void unknown_key(struct map_reader *r, const struct yaml_node *key,
    const char *where, const char *const known[], size_t count)
{
	struct nearest n;

	nearest_init(&n, key->text);
	for (size_t i = 0; i < count; i++)
		nearest_try(&n, known[i]);
	report_error(r->yaml.report, key->at, "unknown key \"%s\" in %s%s",
	    key->text, where,
	    suggest(&r->yaml, &n, "slawatchctl(1) lists those there are"));
}

/* Is it a map with known keys only? */
static bool is_map(struct map_reader *r, const struct yaml_node *node,
    const char *where, const char *const known[], size_t count)
{
	if (node->kind != YAML_MAP) {
		report_error(r->yaml.report, node->at,
		    "%s is %s; a map is wanted", where,
		    yaml_kind_name(node->kind));
		return false;
	}
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *key = node->pairs[i].key;
		size_t k = 0;

		while (k < count && strcmp(known[k], key->text) != 0)
			k++;
		if (k == count)
			unknown_key(r, key, where, known, count);
	}
	return true;
}

/* The key's text, or NULL. */
static const char *text_of(
    struct map_reader *r, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_get(map, key);

	return node == NULL ? NULL : copy(r, node_text(&r->yaml, node, key));
}

static const char *needed(
    struct map_reader *r, const struct yaml_node *map, const char *key)
{
	if (yaml_get(map, key) == NULL)
		report_error(
		    r->yaml.report, PLACE_FILE, "\"%s\" is missing", key);
	return text_of(r, map, key);
}

/* The key's word among names[0..count), or `fallback`. */
static int word_of(struct map_reader *r, const struct yaml_node *map,
    const char *key, const char *const names[], size_t count, int fallback)
{
	const struct yaml_node *node = yaml_get(map, key);
	int word;

	if (node == NULL)
		return fallback;
	word = read_word(&r->yaml, node, key, names, count);
	return word < 0 ? fallback : word;
}

static bool flag_of(struct map_reader *r, const struct yaml_node *map,
    const char *key, bool fallback)
{
	static const char *const words[] = { "false", "true" };

	return word_of(r, map, key, words, 2, fallback) == 1;
}

static void read_values(
    struct map_reader *r, const struct yaml_node *node, struct csv_field *f)
{
	struct csv_value *values;

	if (node->kind != YAML_MAP) {
		report_error(r->yaml.report, node->at,
		    "values is %s; a map of cell to value is wanted",
		    yaml_kind_name(node->kind));
		return;
	}
	values = arena_alloc(&r->out->arena, node->count * sizeof *values);
	for (size_t i = 0; i < node->count; i++) {
		values[i].from = copy(r, node->pairs[i].key->text);
		values[i].to = copy(
		    r, node_text(&r->yaml, node->pairs[i].value, "a value"));
	}
	f->values = values;
	f->nvalues = node->count;
}

/* `category: column`, or a map. */
static void read_field(struct map_reader *r, enum field field,
    const char *attribute, const struct yaml_node *node)
{
	static const char *const keys[] = { "column", "text", "prefix",
		"values" };
	struct csv_field *f;

	if (r->out->map.nfields == CSV_FIELDS_MAX) {
		report_error(r->yaml.report, node->at, "more than %d fields",
		    CSV_FIELDS_MAX);
		return;
	}
	f = &r->fields[r->out->map.nfields++];
	*f = (struct csv_field){ .field = field };
	f->attribute = copy(r, attribute);
	if (node->kind == YAML_TEXT) {
		f->column = copy(r, node->text);
		return;
	}
	if (!is_map(r, node, "a field", keys, 4))
		return;
	f->column = text_of(r, node, "column");
	f->text = text_of(r, node, "text");
	f->prefix = text_of(r, node, "prefix");
	if (yaml_get(node, "values") != NULL)
		read_values(r, yaml_get(node, "values"), f);
	if ((f->column == NULL) == (f->text == NULL))
		report_error(r->yaml.report, node->at,
		    "a field has either \"column\" or \"text\"");
}

static void read_attributes(struct map_reader *r, const struct yaml_node *node)
{
	if (node->kind != YAML_MAP) {
		report_error(r->yaml.report, node->at,
		    "attributes is %s; a map of name to field is wanted",
		    yaml_kind_name(node->kind));
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		read_field(r, FIELD_ATTRIBUTES, node->pairs[i].key->text,
		    node->pairs[i].value);
}

static void read_fields(struct map_reader *r, const struct yaml_node *node)
{
	const char *names[FIELD_COUNT];
	enum field of[FIELD_COUNT];
	size_t count = 0;

	for (int i = 0; i < FIELD_COUNT; i++) {
		if (i == FIELD_TAGS)
			continue;
		names[count] = field_name((enum field)i);
		of[count++] = (enum field)i;
	}
	if (!is_map(r, node, "fields", names, count))
		return;
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_pair *pair = &node->pairs[i];
		size_t k = 0;

		while (k < count && strcmp(names[k], pair->key->text) != 0)
			k++;
		if (k < count && of[k] == FIELD_ATTRIBUTES)
			read_attributes(r, pair->value);
		else if (k < count)
			read_field(r, of[k], NULL, pair->value);
	}
}

static status_set read_statuses(
    struct map_reader *r, const struct yaml_node *node)
{
	const char *names[STATUS_COUNT];
	struct texts texts;
	status_set set = 0;

	for (int i = 0; i < STATUS_COUNT; i++)
		names[i] = status_name((enum status)i);
	read_texts(&r->yaml, node, "status", &texts);
	for (size_t i = 0; i < texts.count; i++) {
		int word = read_word(
		    &r->yaml, texts.items[i], "status", names, STATUS_COUNT);

		if (word >= 0)
			set |= STATUS_BIT(word);
	}
	return set;
}

static void read_comment(struct map_reader *r, const struct yaml_node *node)
{
	static const char *const keys[] = { "status", "column", "author",
		"public", "once" };
	const char *authors[AUTHOR_COUNT];
	const struct yaml_node *status = yaml_get(node, "status");
	struct csv_comment *c = &r->comments[r->out->map.ncomments++];

	for (int i = 0; i < AUTHOR_COUNT; i++)
		authors[i] = author_name((enum author)i);
	*c = (struct csv_comment){ .author = AUTHOR_AGENT };
	if (!is_map(r, node, "a comment", keys, 5))
		return;
	if (status != NULL)
		c->status = read_statuses(r, status);
	c->column = text_of(r, node, "column");
	c->author = (enum author)word_of(
	    r, node, "author", authors, AUTHOR_COUNT, AUTHOR_AGENT);
	c->is_public = flag_of(r, node, "public", true);
	c->once = flag_of(r, node, "once", false);
	if ((status == NULL) == (c->column == NULL))
		report_error(r->yaml.report, node->at,
		    "a comment has either \"status\" or \"column\"");
}

static void read_comments(struct map_reader *r, const struct yaml_node *node)
{
	if (node->kind != YAML_LIST || node->count > CSV_COMMENTS_MAX) {
		report_error(r->yaml.report, node->at,
		    "comments is a list of at most %d maps", CSV_COMMENTS_MAX);
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		if (node->items[i]->kind == YAML_MAP)
			read_comment(r, node->items[i]);
		else
			report_error(r->yaml.report, node->items[i]->at,
			    "a comment is a map");
	}
}

static void read_unknown(struct map_reader *r, const struct yaml_node *node)
{
	struct texts texts;
	const char **cells;

	read_texts(&r->yaml, node, "unknown", &texts);
	cells = arena_alloc(&r->out->arena, texts.count * sizeof *cells);
	for (size_t i = 0; i < texts.count; i++)
		cells[i] = copy(r, texts.items[i]->text);
	r->out->map.unknown = cells;
	r->out->map.nunknown = texts.count;
}

static void read_separator(struct map_reader *r, const struct yaml_node *root)
{
	const char *text = text_of(r, root, "separator");

	if (text == NULL)
		return;
	if (strlen(text) != 1)
		report_error(r->yaml.report, yaml_get(root, "separator")->at,
		    "separator is one character, such as \";\"");
	r->out->map.separator = text[0];
}

static void read_created_status(
    struct map_reader *r, const struct yaml_node *root)
{
	const char *names[STATUS_COUNT];
	struct csv_map *map = &r->out->map;

	for (int i = 0; i < STATUS_COUNT; i++)
		names[i] = status_name((enum status)i);
	map->has_created_status = yaml_get(root, "created_status") != NULL;
	map->created_status = (enum status)word_of(
	    r, root, "created_status", names, STATUS_COUNT, STATUS_NEW);
}

static void read_root(struct map_reader *r, const struct yaml_node *root)
{
	static const char *const keys[] = { "source", "ticket", "at",
		"created_at", "by", "date_format", "zone", "separator",
		"unknown", "created_status", "fields", "comments" };
	struct csv_map *map = &r->out->map;

	if (!is_map(r, root, "the map", keys, sizeof keys / sizeof *keys))
		return;
	map->source = needed(r, root, "source");
	map->ticket = needed(r, root, "ticket");
	map->at = needed(r, root, "at");
	map->date_format = needed(r, root, "date_format");
	map->created_at = text_of(r, root, "created_at");
	map->by = text_of(r, root, "by");
	if (yaml_get(root, "zone") != NULL)
		map->zone = zones_get(&r->yaml, yaml_get(root, "zone"));
	read_separator(r, root);
	if (yaml_get(root, "unknown") != NULL)
		read_unknown(r, yaml_get(root, "unknown"));
	read_created_status(r, root);
	map->fields = r->fields;
	if (yaml_get(root, "fields") != NULL)
		read_fields(r, yaml_get(root, "fields"));
	map->comments = r->comments;
	if (yaml_get(root, "comments") != NULL)
		read_comments(r, yaml_get(root, "comments"));
}

static bool read_text_of_map(
    struct map_file *out, struct report *report, const char *text, size_t len)
{
	static const struct conf_options options = { .zoneinfo = NULL };
	struct map_reader *r = arena_alloc(&out->arena, sizeof *r);
	const struct yaml_node *root =
	    yaml_parse(text, len, &out->arena, report);
	struct errtext err;

	if (root == NULL)
		return false;
	r->out = out;
	r->yaml.report = report;
	r->yaml.m = out->zones;
	r->yaml.options = &options;
	r->yaml.root = root;
	read_root(r, root);
	if (report->errors == 0 && !csv_map_sound(&out->map, &err))
		report_error(report, PLACE_FILE, "%s", err.text);
	return report->errors == 0;
}

bool map_file_load(
    const char *path, struct map_file *out, struct textbuf *messages)
{
	struct report report;
	struct errtext err;
	size_t len = 0;
	const char *text;
	bool sound;

	memset(out, 0, sizeof *out);
	arena_init(&out->arena);
	out->zones = matrix_new();
	text = file_read(path, CONF_FILE_MAX, &out->arena, &len, &err);
	if (text == NULL) {
		textbuf_addf(messages, "%s: %s\n", path, err.text);
		map_file_free(out);
		return false;
	}
	report_init(&report, &out->arena, path, text, len);
	sound = read_text_of_map(out, &report, text, len);
	report_write(&report, messages);
	if (!sound)
		map_file_free(out);
	return sound;
}

void map_file_free(struct map_file *f)
{
	matrix_free(f->zones);
	arena_fini(&f->arena);
}
