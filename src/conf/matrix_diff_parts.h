/* matrix_diff_parts.h - what the files of matrix_diff share.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_MATRIX_DIFF_PARTS_H
#define SLAWATCH_CONF_MATRIX_DIFF_PARTS_H

#include "conf/matrix_diff.h"

struct differ {
	struct arena *arena;
	struct matrix_diff *out;
	size_t cap;
};

struct matrix_change *differ_add(
    struct differ *d, enum matrix_edit edit, const char *path);

/* Same in meaning: maps in any order. */
bool differ_same(const struct yaml_node *a, const struct yaml_node *b);

/* Both are there. */
void differ_values(struct differ *d, const char *path,
    const struct yaml_node *was, const struct yaml_node *now);

/* The name of a list's item, or NULL. */
const char *differ_item_name(const struct yaml_node *item);

/* Two lists of maps. */
void differ_lists(struct differ *d, const char *path,
    const struct yaml_node *was, const struct yaml_node *now);

/* Names that both have, in the order of the one and of the other: says which of
 * them stand elsewhere now; as few as can be. */
void differ_order(struct differ *d, const char *path, const char *const *was,
    const char *const *now, size_t count);

const char *differ_key_path(
    struct differ *d, const char *path, const char *key);
const char *differ_item_path(
    struct differ *d, const char *path, const char *item);

/* Lines that only the one has, of two texts that need not be texts. */
size_t differ_lines(const struct conf_file *a, const struct conf_file *b);

#endif
