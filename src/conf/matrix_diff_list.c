/* matrix_diff_list.c - which item of a list was which, and what has moved?
 *
 * SPDX-License-Identifier: MIT */
#include "conf/matrix_diff_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGN_MAX 1000 /* items; longer lists are matched by position */

const char *differ_item_name(const struct yaml_node *item)
{
	const struct yaml_node *name =
	    item->kind == YAML_MAP ? yaml_get(item, "name") : NULL;

	return name != NULL && name->kind == YAML_TEXT ? name->text : NULL;
}

/* --- by name ------------------------------------------------------------- */

static const struct yaml_node *item_named(
    const struct yaml_node *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(differ_item_name(list->items[i]), name) == 0)
			return list->items[i];
	return NULL;
}

/* Every item has one, and no two have the same. */
static bool are_named(const struct yaml_node *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *name = differ_item_name(list->items[i]);

		if (name == NULL)
			return false;
		for (size_t k = 0; k < i; k++)
			if (strcmp(differ_item_name(list->items[k]), name) == 0)
				return false;
	}
	return true;
}

static void compare_order(struct differ *d, const char *path,
    const struct yaml_node *was, const struct yaml_node *now)
{
	const char **a = arena_alloc(d->arena, (was->count + 1) * sizeof *a);
	const char **b = arena_alloc(d->arena, (now->count + 1) * sizeof *b);
	size_t n = 0, m = 0;

	for (size_t i = 0; i < was->count; i++) {
		const char *name = differ_item_name(was->items[i]);

		if (item_named(now, name) != NULL)
			a[n++] = name;
	}
	for (size_t i = 0; i < now->count; i++) {
		const char *name = differ_item_name(now->items[i]);

		if (item_named(was, name) != NULL)
			b[m++] = name;
	}
	differ_order(d, path, a, b, n < m ? n : m);
}

static void compare_named(struct differ *d, const char *path,
    const struct yaml_node *was, const struct yaml_node *now)
{
	for (size_t i = 0; i < was->count; i++) {
		const char *name = differ_item_name(was->items[i]);
		const struct yaml_node *v = item_named(now, name);
		const char *at = differ_item_path(d, path, name);

		if (v != NULL)
			differ_values(d, at, was->items[i], v);
		else
			differ_add(d, EDIT_REMOVED, at)->was = was->items[i];
	}
	for (size_t i = 0; i < now->count; i++) {
		const char *name = differ_item_name(now->items[i]);

		if (item_named(was, name) == NULL)
			differ_add(
			    d, EDIT_ADDED, differ_item_path(d, path, name))
			    ->now = now->items[i];
	}
	compare_order(d, path, was, now);
}

/* --- by order ------------------------------------------------------------ */

/* len[i * (m + 1) + k]: the longest common subsequence of what is behind i and
 * behind k. */
static int *common(const struct yaml_node *was, const struct yaml_node *now,
    struct arena *arena)
{
	size_t n = was->count, m = now->count;
	int *len = arena_alloc(arena, (n + 1) * (m + 1) * sizeof *len);

	for (size_t i = n; i-- > 0;)
		for (size_t k = m; k-- > 0;) {
			const int *right = &len[i * (m + 1) + k + 1];
			const int *below = &len[(i + 1) * (m + 1) + k];

			if (differ_same(was->items[i], now->items[k]))
				len[i * (m + 1) + k] = right[m + 1] + 1;
			else
				len[i * (m + 1) + k] =
				    *right > *below ? *right : *below;
		}
	return len;
}

static const char *at_index(struct differ *d, const char *path, size_t i)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%zu", i + 1);
	return differ_item_path(d, path, digits);
}

/* Items that no other is the same as: in pairs as far as they go. */
static void compare_gap(struct differ *d, const char *path,
    const struct yaml_node *was, size_t a, size_t a_end,
    const struct yaml_node *now, size_t b, size_t b_end)
{
	for (; a < a_end && b < b_end; a++, b++)
		differ_values(
		    d, at_index(d, path, b), was->items[a], now->items[b]);
	for (; a < a_end; a++)
		differ_add(d, EDIT_REMOVED, at_index(d, path, a))->was =
		    was->items[a];
	for (; b < b_end; b++)
		differ_add(d, EDIT_ADDED, at_index(d, path, b))->now =
		    now->items[b];
}

static void compare_aligned(struct differ *d, const char *path,
    const struct yaml_node *was, const struct yaml_node *now)
{
	const int *len = common(was, now, d->arena);
	size_t a = 0, b = 0, i = 0, k = 0, m = now->count;

	while (i < was->count && k < m) {
		if (differ_same(was->items[i], now->items[k])) {
			compare_gap(d, path, was, a, i, now, b, k);
			a = ++i;
			b = ++k;
		} else if (len[(i + 1) * (m + 1) + k] >=
			   len[i * (m + 1) + k + 1]) {
			i++;
		} else {
			k++;
		}
	}
	compare_gap(d, path, was, a, was->count, now, b, m);
}

void differ_lists(struct differ *d, const char *path,
    const struct yaml_node *was, const struct yaml_node *now)
{
	if (are_named(was) && are_named(now))
		compare_named(d, path, was, now);
	else if (was->count <= ALIGN_MAX && now->count <= ALIGN_MAX)
		compare_aligned(d, path, was, now);
	else
		compare_gap(d, path, was, 0, was->count, now, 0, now->count);
}

/* --- what has moved ------------------------------------------------------ */

static size_t place_of(const char *const *names, size_t count, const char *name)
{
	size_t i = 0;

	while (i < count && strcmp(names[i], name) != 0)
		i++;
	return i;
}

/* Marks what need not have moved: a longest run of names that stand in the same
 * order as before; of several the one that stands last, for it is what is
 * taken up that somebody meant.  place[i]: where the i'th of now was. */
static void mark_stayed(
    struct arena *arena, const size_t *place, size_t count, bool *stayed)
{
	size_t *best = arena_alloc(arena, (count + 1) * sizeof *best);
	size_t *before = arena_alloc(arena, (count + 1) * sizeof *before);
	size_t last = 0;

	for (size_t i = 0; i < count; i++) {
		best[i] = 1;
		before[i] = count;
		for (size_t k = 0; k < i; k++)
			if (place[k] < place[i] && best[k] + 1 >= best[i]) {
				best[i] = best[k] + 1;
				before[i] = k;
			}
		if (best[i] >= best[last])
			last = i;
	}
	for (size_t i = last; i < count; i = before[i])
		stayed[i] = true;
}

void differ_order(struct differ *d, const char *path, const char *const *was,
    const char *const *now, size_t count)
{
	size_t *place = arena_alloc(d->arena, (count + 1) * sizeof *place);
	bool *stayed = arena_alloc(d->arena, (count + 1) * sizeof *stayed);

	for (size_t i = 0; i < count; i++)
		place[i] = place_of(was, count, now[i]);
	if (count > 0)
		mark_stayed(d->arena, place, count, stayed);
	for (size_t i = 0; i < count; i++) {
		struct matrix_change *c;

		if (stayed[i])
			continue;
		c = differ_add(d, EDIT_MOVED, path);
		c->name = now[i];
		c->before = i + 1 < count ? now[i + 1] : NULL;
	}
}

/* --- lines --------------------------------------------------------------- */

struct line {
	const char *at;
	size_t len;
};

static int by_bytes(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	size_t least = x->len < y->len ? x->len : y->len;
	int order = least == 0 ? 0 : memcmp(x->at, y->at, least);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static struct line *lines_of(
    const struct conf_file *f, struct arena *arena, size_t *count)
{
	struct line *lines;
	size_t at = 0, n = 1;

	for (size_t i = 0; i < f->len; i++)
		n += f->bytes[i] == '\n';
	lines = arena_alloc(arena, n * sizeof *lines);
	*count = 0;
	while (at < f->len) {
		const char *end = memchr(f->bytes + at, '\n', f->len - at);
		size_t len =
		    end == NULL ? f->len - at : (size_t)(end - f->bytes) - at;

		lines[(*count)++] = (struct line){ f->bytes + at, len };
		at += len + 1;
	}
	qsort(lines, *count, sizeof *lines, by_bytes);
	return lines;
}

size_t differ_lines(const struct conf_file *a, const struct conf_file *b)
{
	static const struct conf_file nothing = { "", "", 0 };
	size_t n, m, i = 0, k = 0, alone = 0;
	struct arena arena = ARENA_INIT;
	const struct line *x = lines_of(a, &arena, &n);
	const struct line *y = lines_of(b == NULL ? &nothing : b, &arena, &m);

	while (i < n) {
		int order = k == m ? -1 : by_bytes(&x[i], &y[k]);

		alone += order < 0;
		i += order <= 0;
		k += order >= 0;
	}
	arena_fini(&arena);
	return alone;
}
