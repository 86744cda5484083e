/* yaml_node.c - libfyaml behind a tree of plain values.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/yaml_node.h"

#include "base/check.h"
#include "conf/load.h"

#include <libfyaml.h>

#include <string.h>

struct copier {
	struct arena *arena;
	struct report *report;
	size_t nodes;	/* made so far */
	bool exhausted; /* said once that there are too many */
};

static const struct yaml_node *copy(
    struct copier *c, struct fy_node *from, struct place fallback, int depth);

const char *yaml_kind_name(enum yaml_kind kind)
{
	static const char *const names[] = { "nothing", "a text", "a list",
		"a map" };

	return names[kind];
}

const struct yaml_pair *yaml_pair(const struct yaml_node *map, const char *key)
{
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->pairs[i].key->text, key) == 0)
			return &map->pairs[i];
	return NULL;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	const struct yaml_pair *pair = yaml_pair(map, key);

	return pair == NULL ? NULL : pair->value;
}

void yaml_mask(struct report *report, const struct yaml_node *node)
{
	if (node->kind == YAML_TEXT)
		report_mask(report, node->at);
	for (size_t i = 0; i < node->count; i++)
		yaml_mask(report, node->kind == YAML_MAP ? node->pairs[i].value
							 : node->items[i]);
}

/* --- one node ------------------------------------------------------------- */

static struct place place_of(struct fy_node *n, struct place fallback)
{
	struct fy_token *token = fy_node_get_scalar_token(n);
	const struct fy_mark *start;
	const struct fy_mark *end;
	enum fy_node_style style = fy_node_get_style(n);
	bool sign = style == FYNS_SINGLE_QUOTED ||
		    style == FYNS_DOUBLE_QUOTED || style == FYNS_ALIAS;

	fallback.end = fallback.start; /* lent: it covers nothing of n */
	if (token == NULL || fy_node_is_null(n))
		return fallback;
	start = fy_token_start_mark(token);
	end = fy_token_end_mark(token);
	if (start == NULL || end == NULL)
		return fallback;
	return (struct place){ start->line + 1,
		start->column + 1 - (sign && start->column > 0 ? 1 : 0),
		start->input_pos, end->input_pos };
}

/* A map or a list has no place of its own: that of the first text in it. */
static struct place first_place(struct fy_node *n, struct place fallback)
{
	while (n != NULL && !fy_node_is_scalar(n)) {
		void *state = NULL;

		if (fy_node_is_sequence(n))
			n = fy_node_sequence_iterate(n, &state);
		else
			n = fy_node_pair_key(
			    fy_node_mapping_iterate(n, &state));
	}
	return n == NULL ? fallback : place_of(n, fallback);
}

/* Plain words that YAML 1.2 reads as null; quoted they are texts. */
static bool is_null_word(const char *s, size_t len)
{
	return len == 0 || (len == 1 && s[0] == '~') ||
	       (len == 4 && memcmp(s, "null", 4) == 0);
}

static void copy_scalar(
    struct copier *c, struct fy_node *from, struct yaml_node *to)
{
	size_t len = 0;
	const char *s = fy_node_get_scalar(from, &len);

	to->quoted = fy_node_get_style(from) != FYNS_PLAIN;
	if (s == NULL || (!to->quoted && is_null_word(s, len))) {
		to->kind = YAML_NULL;
		return;
	}
	to->kind = YAML_TEXT;
	to->text = arena_strndup(c->arena, s, len);
	/* "\0" in double quotes gets past the check of the bytes. */
	if (strlen(to->text) != len)
		report_error(c->report, to->at,
		    "a text may not hold a NUL; remove the \\0");
}

static void copy_list(
    struct copier *c, struct fy_node *from, struct yaml_node *to, int depth)
{
	void *state = NULL;
	struct fy_node *item;
	size_t i = 0;

	to->kind = YAML_LIST;
	to->count = (size_t)fy_node_sequence_item_count(from);
	to->items = arena_alloc(c->arena, to->count * sizeof *to->items);
	while ((item = fy_node_sequence_iterate(from, &state)) != NULL)
		to->items[i++] =
		    copy(c, item, first_place(item, to->at), depth + 1);
	CHECK(i == to->count);
}

static void add_pair(struct copier *c, struct yaml_node *to, size_t *cap,
    const struct yaml_pair *pair)
{
	struct yaml_pair *p =
	    arena_push(c->arena, &to->pairs, &to->count, cap, sizeof *p);

	*p = *pair;
}

static void merge_one(struct copier *c, const struct yaml_node *key,
    const struct yaml_node *base, struct yaml_node *to, size_t *cap)
{
	if (base->kind != YAML_MAP) {
		report_error(c->report, key->at,
		    "\"<<\" merges maps, not %s; write <<: *name of a map",
		    yaml_kind_name(base->kind));
		return;
	}
	for (size_t i = 0; i < base->count; i++) {
		struct yaml_pair pair = base->pairs[i];

		pair.merged = true;
		if (yaml_pair(to, pair.key->text) == NULL)
			add_pair(c, to, cap, &pair);
	}
}

static void merge(struct copier *c, const struct yaml_pair *pair,
    struct yaml_node *to, size_t *cap)
{
	const struct yaml_node *v = pair->value;

	if (v->kind != YAML_LIST) {
		merge_one(c, pair->key, v, to, cap);
		return;
	}
	for (size_t i = 0; i < v->count; i++)
		merge_one(c, pair->key, v->items[i], to, cap);
}

/* Null if it cannot be a key; that is then reported. */
static const struct yaml_node *copy_key(
    struct copier *c, struct fy_node *from, struct place at, int depth)
{
	struct fy_node *key = from;
	const struct yaml_node *copied;

	if (key == NULL || fy_node_is_alias(key) || !fy_node_is_scalar(key)) {
		report_error(c->report, at,
		    "a key in this map is not a text; write `name: value`");
		return NULL;
	}
	copied = copy(c, key, at, depth + 1);
	if (copied->kind == YAML_TEXT)
		return copied;
	if (!c->exhausted)
		report_error(c->report, at,
		    "a key in this map is empty; write `name: value`");
	return NULL;
}

static bool is_merge(const struct yaml_node *key)
{
	return !key->quoted && strcmp(key->text, "<<") == 0;
}

static void copy_map(
    struct copier *c, struct fy_node *from, struct yaml_node *to, int depth)
{
	void *state = NULL;
	struct fy_node_pair *pair;
	struct yaml_pair merges = { 0 };
	size_t cap = 0;

	to->kind = YAML_MAP;
	while ((pair = fy_node_mapping_iterate(from, &state)) != NULL) {
		struct yaml_pair p = { 0 };

		p.key = copy_key(c, fy_node_pair_key(pair), to->at, depth);
		if (p.key == NULL)
			continue;
		p.value =
		    copy(c, fy_node_pair_value(pair), p.key->at, depth + 1);
		if (is_merge(p.key))
			merges = p;
		else
			add_pair(c, to, &cap, &p);
	}
	/* Last, so that the map's own keys win wherever the merge stands. */
	if (merges.key != NULL)
		merge(c, &merges, to, &cap);
}

/* Neither an alias nor a tag is shown: `password: !x` was meant as a text. */
static struct fy_node *follow(
    struct copier *c, struct fy_node *from, struct place at)
{
	struct fy_node *to = fy_node_resolve_alias(from);

	if (to == NULL)
		report_error(c->report, at,
		    "an alias (*name) without an anchor; write &name before a "
		    "value above it, or put the text in double quotes");
	return to;
}

static bool may_go_on(struct copier *c, struct place at, int depth)
{
	bool too_many = c->nodes++ >= YAML_NODES_MAX;

	if (c->exhausted)
		return false;
	if (too_many)
		report_error(c->report, at,
		    "the file unfolds to more than %d values; use fewer "
		    "aliases, or several files",
		    YAML_NODES_MAX);
	else if (depth > YAML_DEPTH_MAX)
		report_error(c->report, at,
		    "nested too deep, or an alias inside what it names; use "
		    "fewer aliases and write the values out");
	c->exhausted = too_many || depth > YAML_DEPTH_MAX;
	return !c->exhausted;
}

static void refuse_tag(struct copier *c, struct fy_node *from, struct place at)
{
	size_t len = 0;

	if (fy_node_get_tag(from, &len) != NULL)
		report_error(c->report, at,
		    "tags (!name) are not supported; write the value without "
		    "it, or put the text in double quotes");
}

static const struct yaml_node *copy(
    struct copier *c, struct fy_node *from, struct place fallback, int depth)
{
	struct yaml_node *to = arena_alloc(c->arena, sizeof *to);

	to->at = fallback;
	to->at.end = to->at.start;
	if (from == NULL || !may_go_on(c, fallback, depth))
		return to;
	to->at = place_of(from, fallback);
	if (fy_node_is_alias(from)) {
		from = follow(c, from, to->at);
		return from == NULL ? to : copy(c, from, to->at, depth + 1);
	}
	refuse_tag(c, from, to->at);
	if (fy_node_is_scalar(from))
		copy_scalar(c, from, to);
	else if (fy_node_is_sequence(from))
		copy_list(c, from, to, depth);
	else
		copy_map(c, from, to, depth);
	return to;
}

/* --- the whole file ------------------------------------------------------- */

static size_t count_aliases(struct fy_node *n, int depth)
{
	void *state = NULL;
	struct fy_node *item;
	struct fy_node_pair *pair;
	size_t count = 0;

	if (n == NULL || depth > YAML_DEPTH_MAX)
		return 0;
	if (fy_node_is_alias(n))
		return 1;
	if (fy_node_is_sequence(n))
		while ((item = fy_node_sequence_iterate(n, &state)) != NULL)
			count += count_aliases(item, depth + 1);
	else if (fy_node_is_mapping(n))
		while ((pair = fy_node_mapping_iterate(n, &state)) != NULL)
			count +=
			    count_aliases(fy_node_pair_value(pair), depth + 1);
	return count;
}

/* First invalid byte of UTF-8, or len. */
static size_t find_invalid(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len) {
		size_t n = 1;

		while (n < 4 && at + n < len &&
		       ((unsigned char)text[at + n] & 0xc0) == 0x80)
			n++;
		if (!utf8_valid(text + at, n))
			return at;
		at += n;
	}
	return len;
}

static bool bytes_are_sound(const char *text, size_t len, struct report *report)
{
	const char *nul = memchr(text, '\0', len);

	if (len > CONF_FILE_MAX) {
		report_error(report, PLACE_FILE,
		    "the file has %zu bytes, more than %d; is it the right "
		    "one?",
		    len, CONF_FILE_MAX);
		return false;
	}
	if (nul != NULL) {
		report_error(report, report_place(report, (size_t)(nul - text)),
		    "a NUL byte; save the file as plain UTF-8 text");
		return false;
	}
	if (!utf8_valid(text, len)) {
		report_error(report,
		    report_place(report, find_invalid(text, len)),
		    "not valid UTF-8; save the file in the UTF-8 encoding");
		return false;
	}
	return true;
}

/* The library says what it met, not what to do. */
static const char *syntax_remedy(const char *message)
{
	static const struct {
		const char *part;
		const char *remedy;
	} known[] = {
		{ "duplicate key", "remove one of the two" },
		{ "tab character", "indent with spaces" },
		{ "closing quote",
		    "end the text with the quote it begins with" },
		{ "cannot start with", "put the text in double quotes" },
		{ "nested block mapping",
		    "put a text that holds \": \" in double quotes" },
		{ "indentation", "indent it as its neighbours are" },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strstr(message, known[i].part) != NULL)
			return known[i].remedy;
	return "check quotes, brackets and indentation here and just above";
}

static void report_syntax(struct fy_diag *diag, struct report *report)
{
	void *state = NULL;
	struct fy_diag_error *e;
	bool any = false;

	while ((e = fy_diag_errors_iterate(diag, &state)) != NULL) {
		struct place at = { e->line, e->column, 0, 0 };

		any = true;
		report_error(
		    report, at, "%s; %s", e->msg, syntax_remedy(e->msg));
	}
	if (!any)
		report_error(report, PLACE_FILE,
		    "the YAML parser gave up without saying why; check quotes "
		    "and indentation");
}

static const struct yaml_node *copy_document(
    struct fy_node *root, struct arena *arena, struct report *report)
{
	struct copier c = { arena, report, 0, false };
	struct place top = { 1, 1, 0, 0 };
	size_t aliases = count_aliases(root, 0);
	const struct yaml_node *tree;

	if (aliases > CONF_ALIASES_MAX) {
		report_error(report, PLACE_FILE,
		    "%zu aliases, more than %d; write the values out", aliases,
		    CONF_ALIASES_MAX);
		return NULL;
	}
	tree = copy(&c, root, top, 0);
	return c.exhausted ? NULL : tree;
}

static const struct yaml_node *load(struct fy_parser *parser,
    struct fy_diag *diag, struct arena *arena, struct report *report)
{
	struct fy_document *first = fy_parse_load_document(parser);
	struct fy_document *second = NULL;
	const struct yaml_node *tree = NULL;

	if (first != NULL)
		second = fy_parse_load_document(parser);
	if (fy_diag_got_error(diag)) {
		report_syntax(diag, report);
	} else if (second != NULL) {
		report_error(report,
		    first_place(fy_document_root(second), PLACE_FILE),
		    "a second document (after \"---\" or \"...\"); a file has "
		    "one: remove the marker, or make another file of it");
	} else if (first == NULL || fy_document_root(first) == NULL) {
		report_error(report, PLACE_FILE,
		    "the file is empty; its manual page has an example to "
		    "start from");
	} else {
		tree = copy_document(fy_document_root(first), arena, report);
	}
	if (second != NULL)
		fy_parse_document_destroy(parser, second);
	if (first != NULL)
		fy_parse_document_destroy(parser, first);
	return tree;
}

const struct yaml_node *yaml_parse(
    const char *text, size_t len, struct arena *arena, struct report *report)
{
	struct fy_diag_cfg dc;
	struct fy_parse_cfg pc = { .flags = FYPCF_QUIET };
	struct fy_parser *parser;
	const struct yaml_node *tree = NULL;

	if (!bytes_are_sound(text, len, report))
		return NULL;
	fy_diag_cfg_default(&dc);
	dc.fp = NULL;
	pc.diag = fy_diag_create(&dc);
	CHECK(pc.diag != NULL);
	fy_diag_set_collect_errors(pc.diag, true);
	parser = fy_parser_create(&pc);
	CHECK(parser != NULL);
	if (fy_parser_set_string(parser, text, len) == 0)
		tree = load(parser, pc.diag, arena, report);
	else
		report_syntax(pc.diag, report);
	fy_parser_destroy(parser);
	fy_diag_destroy(pc.diag);
	return tree;
}
