/* yaml_node.h - YAML text to a tree of plain values with their places.
 *
 * The only file that knows libfyaml.  Its tree is copied into an arena: a node
 * is null, a text, a list or a map; there are no numbers and no booleans here,
 * the reader of a key knows what it wants.
 *
 * What the library leaves open is settled here:
 * - Size, NUL and UTF-8 are checked before parsing: with invalid UTF-8 it drops
 *   the rest of the file or loops for ever.
 * - Aliases are counted before any is followed, and following them copies at
 *   most YAML_NODES_MAX nodes: 250 bytes can otherwise become 759 MB.
 * - A second document, a tag (`!include`), a key that is no text, an alias to
 *   nothing or to what it stands in are errors.
 * - Merge keys (`<<: *base`) are applied: keys of the map's own win, then
 *   earlier merges.
 * - A null has the place of its key or list, a list or map that of its key.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_YAML_NODE_H
#define SLAWATCH_CONF_YAML_NODE_H

#include "base/arena.h"
#include "conf/report.h"

#include <stdbool.h>
#include <stddef.h>

#define YAML_NODES_MAX 50000 /* the largest real matrix has some thousand */
#define YAML_DEPTH_MAX 32    /* the schema needs 7 */

enum yaml_kind { YAML_NULL, YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	struct place at;
	const char *text;		/* YAML_TEXT; a map's pair: in key */
	bool quoted;			/* of a text: not a plain scalar */
	struct yaml_pair *pairs;	/* YAML_MAP, in the file's order */
	const struct yaml_node **items; /* YAML_LIST */
	size_t count;			/* of pairs or items */
};

struct yaml_pair {
	const struct yaml_node *key; /* YAML_TEXT */
	const struct yaml_node *value;
	bool merged; /* came by `<<` */
};

/* The root, or NULL with at least one error in the report.  An empty file is an
 * error.  The tree lives in the arena. */
const struct yaml_node *yaml_parse(
    const char *text, size_t len, struct arena *arena, struct report *report);

/* The value of a key, or NULL; the pair likewise. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
const struct yaml_pair *yaml_pair(const struct yaml_node *map, const char *key);

/* No text in it is ever shown: it is, or may be, a secret. */
void yaml_mask(struct report *report, const struct yaml_node *node);

/* "a map", "a list", "a text", "nothing": for messages. */
const char *yaml_kind_name(enum yaml_kind kind);

#endif
