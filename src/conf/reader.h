/* reader.h - typed values out of a tree of texts, each mistake reported.
 *
 * What all sections share.  A function that reads a key takes the map and the
 * key's section and name as in keys.h; an absent key gives the table's default.
 * A wrong value is reported and the default is given, so that reading goes on
 * and one run finds every mistake.
 *
 * References are resolved against what the matrix already has: sections are
 * read in the order in which they need each other, whatever the file's order.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_READER_H
#define SLAWATCH_CONF_READER_H

#include "base/nearest.h"
#include "conf/load.h"
#include "conf/origin.h"
#include "conf/report.h"
#include "conf/yaml_node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_MAX_BYTES 64
#define TEXT_MAX_BYTES 1000

struct reader {
	struct report *report;
	struct conf *conf; /* being built */
	struct matrix *m;  /* conf->matrix */
	struct conf_origin *origin;
	const struct conf_options *options;
	const char *directory; /* where relative files are looked for */
	bool is_stored; /* from memory: no file is read, no secret resolved */
	const struct conf_file *given; /* what it is loaded with then */
	size_t ngiven;
	const struct yaml_node *root;
	const struct zone *zone; /* of dates in `valid`; NULL: UTC */
};

/* Is it a map, all keys known, the needed ones there?  A null is an empty map.
 * False: not even a map.  `what` is for messages: "chain \"standard\"". */
bool read_map(
    struct reader *r, const struct yaml_node *node, const char *section);

/* The top-level map of that name; NULL if it is absent or not a map. */
const struct yaml_node *read_section(struct reader *r, const char *name);

/* The top-level list of that name, or NULL likewise.  `first` is the key that
 * an entry begins with, for the remedy. */
const struct yaml_node *read_list(
    struct reader *r, const char *name, const char *first);

/* The entry's key as a name, checked and kept in the matrix. */
enum name_rule {
	NAME_STRICT, /* letters, digits and . _ - @ + */
	NAME_LOOSE,  /* blanks and more inside too: a help desk's own names */
};
const char *read_name(
    struct reader *r, const struct yaml_node *key, enum name_rule rule);

/* A copy in the matrix' arena. */
const char *keep(struct reader *r, const char *text);

/* A single text; NULL and a report if it is something else. */
const char *node_text(
    struct reader *r, const struct yaml_node *node, const char *what);

/* NULL if there is none (and no default).  Kept in the matrix. */
const char *read_text(struct reader *r, const struct yaml_node *map,
    const char *section, const char *name);
int64_t read_span(struct reader *r, const struct yaml_node *map,
    const char *section, const char *name);
/* The same, and reported unless min <= it <= max; min then. */
int64_t read_span_within(struct reader *r, const struct yaml_node *map,
    const char *section, const char *name, int64_t min, int64_t max);
int read_int(struct reader *r, const struct yaml_node *map, const char *section,
    const char *name, int min, int max);
bool read_bool(struct reader *r, const struct yaml_node *map,
    const char *section, const char *name);

/* A value or a list of them, at least one: a view of the node, items being
 * texts.  count 0: absent, or wrong and reported. */
struct texts {
	const struct yaml_node *const *items;
	size_t count;
	const struct yaml_node *one[1]; /* what items may point to */
};
void read_texts(struct reader *r, const struct yaml_node *node,
    const char *what, struct texts *out);

/* One of few words; -1 and a report naming all of them. */
int read_word(struct reader *r, const struct yaml_node *node, const char *what,
    const char *const *words, size_t count);

/* in_hours or always; unsaid and a report if it is neither.  For a key: the
 * table's default, or unsaid, if it is absent. */
enum send read_send(struct reader *r, const struct yaml_node *node);
enum send read_send_key(struct reader *r, const struct yaml_node *map,
    const char *section, const char *name);

/* Names in the matrix. */
enum ref {
	REF_CALENDAR,
	REF_SEVERITY,
	REF_CHANNEL,
	REF_PERSON,
	REF_TEAM,
	REF_SCHEDULE,
	REF_ROLE,
	REF_CHAIN,
	REF_KIND,
	REF_COUNT
};
const char *ref_word(enum ref kind); /* "calendar" */
int ref_find(const struct matrix *m, enum ref kind, const char *name);
size_t ref_count(const struct matrix *m, enum ref kind);
const char *ref_name(const struct matrix *m, enum ref kind, size_t i);
void ref_near(const struct matrix *m, enum ref kind, struct nearest *n);

/* The index of what the node names, or -1 and a report. */
int read_ref(struct reader *r, const struct yaml_node *node, enum ref kind);

/* The same for a key; -1 if it is absent. */
int read_ref_key(struct reader *r, const struct yaml_node *map,
    const char *name, enum ref kind);

/* A channel that is a room or a mailbox of its own: not a Slack room's way to a
 * person.  For a key; -1 if it is absent. */
int read_room_key(
    struct reader *r, const struct yaml_node *map, const char *name);

/* `; did you mean "x"?`, or the remedy if nothing is near.  In the report's
 * arena. */
const char *suggest(
    struct reader *r, const struct nearest *n, const char *remedy);

/* `file` beside the configuration, unless absolute.  In the conf's arena. */
const char *beside(struct reader *r, const char *file);

#endif
