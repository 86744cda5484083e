/* matrix_diff.h - what does the one matrix mean that the other does not?
 *
 * By meaning, not by line: both are loaded as the database keeps them and their
 * effective configurations (conf_dump) are compared path by path.  So 60m and
 * 1h are the same, as are a default and the same value written out; comments
 * and layout are no difference.  One that does not load any more is compared as
 * it is written, and so is the other then.
 *
 * What has a name is found by it: keys of maps, and items of lists that have a
 * `name`.  Items without one (steps of a chain) are matched in their order, so
 * that one put between two others is one difference; they are counted from 1,
 * as people count steps.  A list of mere words is one value.  Where the first
 * match wins, or the order is that of urgency, order counts, and what has moved
 * is named.
 *
 * Paths: "policies[enterprise].targets.P1.first_reply", "people.dana",
 * "chains.standard.steps[2]"; a key with other characters than a name's is
 * quoted.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_MATRIX_DIFF_H
#define SLAWATCH_CONF_MATRIX_DIFF_H

#include "base/textbuf.h"
#include "conf/load.h"
#include "conf/yaml_node.h"

#include <stdbool.h>
#include <stddef.h>

enum matrix_edit { EDIT_ADDED, EDIT_REMOVED, EDIT_CHANGED, EDIT_MOVED };

const char *matrix_edit_name(enum matrix_edit e); /* "added" */

struct matrix_change {
	enum matrix_edit edit;
	const char *path;	     /* MOVED: of the list */
	const struct yaml_node *was; /* NULL: added, moved */
	const struct yaml_node *now; /* NULL: removed, moved */
	const char *name;	     /* MOVED: what has */
	const char *before; /* MOVED: now before that; NULL: now last */
};

/* A file beside it. */
struct matrix_file_change {
	enum matrix_edit edit;
	const char *name;
	size_t added;	/* lines that only the new one has */
	size_t removed; /* ... the old one */
};

struct matrix_diff {
	struct matrix_change *changes; /* in the order of the sections */
	size_t nchanges;
	struct matrix_file_change *files;
	size_t nfiles;
	bool as_written; /* one does not load: both are compared as written */
	bool layout;	 /* the same in meaning, not in their texts */
	bool secret;	 /* ... but for what stands where secrets were */
};

/* A matrix as the database has it, without secrets. */
struct matrix_side {
	const char *name; /* of the file, for messages */
	const char *text;
	const struct conf_file *files;
	size_t nfiles;
};

/* False: one is no YAML; *why says which and why.  The result lives in the
 * arena. */
bool matrix_diff(const struct matrix_side *was, const struct matrix_side *now,
    struct arena *arena, struct matrix_diff *out, struct errtext *why);

/* Appends a value on a line: "15m", "[ a, b ]", "{ notify: primary }". */
void matrix_diff_value(const struct yaml_node *value, struct textbuf *out);

/* Appends a change in words: "people.dana: removed". */
void matrix_diff_words(const struct matrix_change *c, struct textbuf *out);
void matrix_diff_file_words(
    const struct matrix_file_change *f, struct textbuf *out);

/* Appends it all in some words: "2 targets, 1 person", "layout or comments". */
void matrix_diff_summary(const struct matrix_diff *d, struct textbuf *out);

#endif
