/* reader.c - maps, texts, durations, numbers and words out of the tree.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/reader.h"

#include "base/check.h"
#include "base/instant.h"
#include "conf/keys.h"
#include "core/names.h"

#include <stdlib.h>
#include <string.h>

const char *keep(struct reader *r, const char *text)
{
	return arena_strdup(&r->m->arena, text);
}

const char *suggest(
    struct reader *r, const struct nearest *n, const char *remedy)
{
	struct textbuf tb;
	const char *text;

	textbuf_init(&tb);
	if (n->best != NULL)
		textbuf_addf(&tb, "; did you mean \"%s\"?", n->best);
	else
		textbuf_addf(&tb, "; %s", remedy);
	text = arena_strdup(r->report->arena, tb.data);
	textbuf_fini(&tb);
	return text;
}

const char *beside(struct reader *r, const char *file)
{
	struct textbuf tb;
	const char *path;

	textbuf_init(&tb);
	if (file[0] != '/' && r->directory[0] != '\0')
		textbuf_addf(&tb, "%s/", r->directory);
	textbuf_add(&tb, file);
	path = arena_strdup(&r->conf->arena, tb.data);
	textbuf_fini(&tb);
	return path;
}

static bool name_byte(unsigned char c, enum name_rule rule)
{
	if (c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z'))
		return true;
	if (c == '\0')
		return false;
	return strchr(rule == NAME_LOOSE ? "._-@+ /&()#:'" : "._-@+", c) !=
	       NULL;
}

/* Where a misspelt key may have a secret for its value. */
static bool may_hold_secrets(const char *section)
{
	return section[0] == '\0' || strncmp(section, "channels", 8) == 0 ||
	       strncmp(section, "oncall", 6) == 0 ||
	       strncmp(section, "roles", 5) == 0 ||
	       strncmp(section, "daemon", 6) == 0 || section[0] == 'S';
}

/* Where the keys are not ours: what is called like a secret. */
static void hide_named(struct reader *r, const struct yaml_node *node)
{
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_pair *pair;

		if (node->kind == YAML_LIST) {
			hide_named(r, node->items[i]);
			continue;
		}
		pair = &node->pairs[i];
		if (report_looks_secret(
			pair->key->text, strlen(pair->key->text)))
			yaml_mask(r->report, pair->value);
		else
			hide_named(r, pair->value);
	}
}

/* What is not descended into may still hold a secret. */
static void hide(
    struct reader *r, const struct yaml_node *node, const char *section)
{
	if (may_hold_secrets(section))
		yaml_mask(r->report, node);
	else
		hide_named(r, node);
}

/* --- maps ----------------------------------------------------------------- */

/* The keys of a section, "a, b, c", for a remedy. */
static const char *known_keys(struct reader *r, const char *section)
{
	struct textbuf tb;
	const char *text;
	const char *comma = "";

	textbuf_init(&tb);
	textbuf_add(&tb, "known here: ");
	for (size_t i = 0; i < conf_keys_count; i++) {
		if (strcmp(conf_keys[i].section, section) != 0)
			continue;
		textbuf_addf(&tb, "%s%s", comma, conf_keys[i].name);
		comma = ", ";
	}
	text = arena_strdup(r->report->arena, tb.data);
	textbuf_fini(&tb);
	return text;
}

static const char *section_title(const char *section)
{
	if (section[0] == 'S')
		return "a secret";
	if (section[0] == 'W')
		return "a condition";
	return section[0] == '\0' ? "the file" : section;
}

/* `password:x` without a blank is all key, and so is `password x`. */
static bool may_be_secret(const struct yaml_pair *pair, const char *section)
{
	if (!may_hold_secrets(section))
		return false;
	if (pair->value->kind == YAML_NULL && section[0] != '\0')
		return true;
	for (const char *c = pair->key->text; *c != '\0'; c++)
		if (!name_byte((unsigned char)*c, NAME_STRICT))
			return true;
	return false;
}

static void unknown_key(
    struct reader *r, const struct yaml_pair *pair, const char *section)
{
	struct nearest n = { pair->key->text,
		conf_key_near(section, pair->key->text), 0 };

	if (report_looks_secret(pair->key->text, strlen(pair->key->text)))
		yaml_mask(r->report, pair->value);
	else
		hide(r, pair->value, section);
	if (may_be_secret(pair, section)) {
		report_mask(r->report, pair->key->at);
		report_error(r->report, pair->key->at,
		    "unknown key in %s, not shown for it may be a secret; "
		    "write `key: value` with a blank, %s",
		    section_title(section), known_keys(r, section));
		return;
	}
	report_error(r->report, pair->key->at, "unknown key \"%s\" in %s%s",
	    pair->key->text, section_title(section),
	    suggest(r, &n, known_keys(r, section)));
}

bool read_map(
    struct reader *r, const struct yaml_node *node, const char *section)
{
	if (node->kind != YAML_MAP && node->kind != YAML_NULL) {
		hide(r, node, section);
		report_error(r->report, node->at,
		    "%s must be a map (key: value), not %s; %s",
		    section_title(section), yaml_kind_name(node->kind),
		    known_keys(r, section));
		return false;
	}
	for (size_t i = 0; i < node->count; i++)
		if (conf_key_find(section, node->pairs[i].key->text) == NULL)
			unknown_key(r, &node->pairs[i], section);
	for (size_t i = 0; i < conf_keys_count; i++) {
		const struct conf_key *k = &conf_keys[i];

		if (k->required && strcmp(k->section, section) == 0 &&
		    yaml_get(node, k->name) == NULL)
			report_error(r->report,
			    section[0] == '\0' ? PLACE_FILE : node->at,
			    "%s lacks \"%s\" (%s); add it: %s",
			    section_title(section), k->name, k->type,
			    k->sentence);
	}
	return true;
}

const struct yaml_node *read_section(struct reader *r, const char *name)
{
	const struct yaml_node *node = yaml_get(r->root, name);

	if (node == NULL || node->kind == YAML_NULL)
		return NULL;
	if (node->kind != YAML_MAP) {
		hide(r, node, name);
		report_error(r->report, node->at,
		    "%s must be a map of names, not %s; write `NAME: { ... }` "
		    "below it",
		    name, yaml_kind_name(node->kind));
		return NULL;
	}
	return node;
}

const struct yaml_node *read_list(
    struct reader *r, const char *name, const char *first)
{
	const struct yaml_node *node = yaml_get(r->root, name);

	if (node == NULL || node->kind == YAML_NULL)
		return NULL;
	if (node->kind != YAML_LIST) {
		hide(r, node, name);
		report_error(r->report, node->at,
		    "%s must be a list in order, not %s; write `- %s: ...` "
		    "below it",
		    name, yaml_kind_name(node->kind), first);
		return NULL;
	}
	return node;
}

/* --- names and texts ------------------------------------------------------ */

static bool name_is_sound(const char *name, enum name_rule rule)
{
	size_t len = strlen(name);

	if (len == 0 || len > NAME_MAX_BYTES || name[0] == ' ' ||
	    name[len - 1] == ' ')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!name_byte((unsigned char)name[i], rule))
			return false;
	return true;
}

const char *read_name(
    struct reader *r, const struct yaml_node *key, enum name_rule rule)
{
	if (!name_is_sound(key->text, rule))
		report_error(r->report, key->at,
		    "a name has 1 to %d bytes of letters, digits%s; choose "
		    "another",
		    NAME_MAX_BYTES,
		    rule == NAME_LOOSE ? ", inner blanks and ._-@+/&()#:'"
				       : " and ._-@+");
	return keep(r, key->text);
}

const char *node_text(
    struct reader *r, const struct yaml_node *node, const char *what)
{
	if (node->kind != YAML_TEXT) {
		hide(r, node, what);
		report_error(r->report, node->at,
		    "%s must be a text, not %s; write one value", what,
		    yaml_kind_name(node->kind));
		return NULL;
	}
	if (strlen(node->text) > TEXT_MAX_BYTES) {
		report_error(r->report, node->at,
		    "%s is longer than %d bytes; shorten it", what,
		    TEXT_MAX_BYTES);
		return NULL;
	}
	for (const char *c = node->text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f) {
			report_error(r->report, node->at,
			    "%s holds a control character (line end, tab); "
			    "write it on one line",
			    what);
			return NULL;
		}
	return node->text;
}

/* What a key holds as text: the file's, else the table's default, else NULL.
 * *at tells where a complaint belongs. */
static const char *value_of(struct reader *r, const struct yaml_node *map,
    const char *section, const char *name, struct place *at)
{
	const struct conf_key *key = conf_key_find(section, name);
	const struct yaml_node *node = yaml_get(map, name);
	const char *text;

	CHECK(key != NULL);
	*at = map->at;
	if (node != NULL) {
		*at = node->at;
		text = node_text(r, node, name);
		if (text != NULL)
			return text;
	}
	return key->fallback[0] == '\0' ? NULL : key->fallback;
}

const char *read_text(struct reader *r, const struct yaml_node *map,
    const char *section, const char *name)
{
	struct place at;
	const char *text = value_of(r, map, section, name, &at);

	if (text != NULL && text[0] == '\0') {
		report_error(r->report, at,
		    "%s is empty; write a value or remove the key", name);
		return NULL;
	}
	return text == NULL ? NULL : keep(r, text);
}

int64_t read_span(struct reader *r, const struct yaml_node *map,
    const char *section, const char *name)
{
	struct place at;
	const char *text = value_of(r, map, section, name, &at);
	int64_t ms = 0;

	if (text != NULL && !span_parse(text, strlen(text), &ms))
		report_error(r->report, at,
		    "%s: \"%s\" is no duration; write a number and a unit: "
		    "90s, 15m, 4h, 1h30m, 2d",
		    name, text);
	return ms;
}

int64_t read_span_within(struct reader *r, const struct yaml_node *map,
    const char *section, const char *name, int64_t min, int64_t max)
{
	int64_t ms = read_span(r, map, section, name);
	const struct yaml_node *node = yaml_get(map, name);
	char least[SPAN_TEXT_MAX];
	char most[SPAN_TEXT_MAX];

	if (node == NULL || (ms >= min && ms <= max))
		return ms;
	span_exact(min, least);
	span_exact(max, most);
	report_error(r->report, node->at,
	    "%s must be from %s to %s; write a duration between them", name,
	    least, most);
	return min;
}

int read_int(struct reader *r, const struct yaml_node *map, const char *section,
    const char *name, int min, int max)
{
	struct place at;
	const char *text = value_of(r, map, section, name, &at);
	char *end = NULL;
	long n = min;

	if (text == NULL)
		return min;
	if (text[0] >= '0' && text[0] <= '9' && strlen(text) < 10)
		n = strtol(text, &end, 10);
	if (end == NULL || *end != '\0' || n < min || n > max) {
		report_error(r->report, at,
		    "%s: \"%s\" is no number from %d to %d; write one", name,
		    text, min, max);
		return min;
	}
	return (int)n;
}

bool read_bool(struct reader *r, const struct yaml_node *map,
    const char *section, const char *name)
{
	struct place at;
	const char *text = value_of(r, map, section, name, &at);

	if (text == NULL || strcmp(text, "false") == 0)
		return false;
	if (strcmp(text, "true") != 0)
		report_error(r->report, at, "%s: write true or false", name);
	return true;
}

void read_texts(struct reader *r, const struct yaml_node *node,
    const char *what, struct texts *out)
{
	out->items = out->one;
	out->one[0] = node;
	out->count = 1;
	if (node->kind == YAML_LIST) {
		out->items = node->items;
		out->count = node->count;
	}
	if (out->count == 0)
		report_error(r->report, node->at,
		    "%s is an empty list; name at least one or remove the key",
		    what);
	for (size_t i = 0; i < out->count; i++)
		if (node_text(r, out->items[i], what) == NULL)
			out->count = 0;
}

int read_word(struct reader *r, const struct yaml_node *node, const char *what,
    const char *const *words, size_t count)
{
	const char *text = node_text(r, node, what);
	int i = names_find(words, count, text);
	struct textbuf tb;

	if (text == NULL || i >= 0)
		return i;
	textbuf_init(&tb);
	for (size_t k = 0; k < count; k++)
		textbuf_addf(&tb, "%s%s",
		    k == 0	     ? ""
		    : k + 1 == count ? " or "
				     : ", ",
		    words[k]);
	report_error(r->report, node->at, "%s: \"%s\" is not known; write %s",
	    what, text, tb.data);
	textbuf_fini(&tb);
	return -1;
}

enum send read_send(struct reader *r, const struct yaml_node *node)
{
	const char *words[] = { send_name(SEND_IN_HOURS),
		send_name(SEND_ALWAYS) };
	enum send send = SEND_UNSAID;
	int i = read_word(r, node, "send", words, 2);

	if (i >= 0)
		send_parse(words[i], &send);
	return send;
}

enum send read_send_key(struct reader *r, const struct yaml_node *map,
    const char *section, const char *name)
{
	const struct conf_key *key = conf_key_find(section, name);
	const struct yaml_node *node = yaml_get(map, name);
	enum send send = SEND_UNSAID;

	CHECK(key != NULL);
	if (node != NULL)
		return read_send(r, node);
	send_parse(key->fallback, &send);
	return send;
}
