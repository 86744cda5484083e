/* matrix_diff.c - two trees, walked together.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/matrix_diff_parts.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

struct matrix_change *differ_add(
    struct differ *d, enum matrix_edit edit, const char *path)
{
	struct matrix_change *c = arena_push(
	    d->arena, &d->out->changes, &d->out->nchanges, &d->cap, sizeof *c);

	*c = (struct matrix_change){ .edit = edit, .path = path };
	return c;
}

/* --- paths --------------------------------------------------------------- */

static bool is_plain(const char *key)
{
	return *key != '\0' && strpbrk(key, ".[]\" :") == NULL;
}

const char *differ_key_path(struct differ *d, const char *path, const char *key)
{
	const char *quote = is_plain(key) ? "" : "\"";
	const char *text;
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_addf(&tb, "%s%s%s%s%s", path, *path == '\0' ? "" : ".", quote,
	    key, quote);
	text = arena_strdup(d->arena, tb.data);
	textbuf_fini(&tb);
	return text;
}

const char *differ_item_path(
    struct differ *d, const char *path, const char *item)
{
	const char *text;
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_addf(&tb, "%s[%s]", path, item);
	text = arena_strdup(d->arena, tb.data);
	textbuf_fini(&tb);
	return text;
}

/* --- values -------------------------------------------------------------- */

static bool same_maps(const struct yaml_node *a, const struct yaml_node *b)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct yaml_node *v = yaml_get(b, a->pairs[i].key->text);

		if (v == NULL || !differ_same(a->pairs[i].value, v))
			return false;
	}
	return true;
}

bool differ_same(const struct yaml_node *a, const struct yaml_node *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == YAML_TEXT)
		return strcmp(a->text, b->text) == 0;
	if (a->count != b->count)
		return false;
	if (a->kind == YAML_MAP)
		return same_maps(a, b);
	for (size_t i = 0; a->kind == YAML_LIST && i < a->count; i++)
		if (!differ_same(a->items[i], b->items[i]))
			return false;
	return true;
}

static bool has_maps(const struct yaml_node *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i]->kind == YAML_MAP)
			return true;
	return false;
}

/* Most urgent first; where a channel is not named, the first that fits. */
static bool is_ordered(const char *path)
{
	return strcmp(path, "severities") == 0 || strcmp(path, "channels") == 0;
}

static void compare_order(struct differ *d, const char *path,
    const struct yaml_node *was, const struct yaml_node *now)
{
	const char **a = arena_alloc(d->arena, (was->count + 1) * sizeof *a);
	const char **b = arena_alloc(d->arena, (now->count + 1) * sizeof *b);
	size_t n = 0, m = 0;

	for (size_t i = 0; i < was->count; i++)
		if (yaml_get(now, was->pairs[i].key->text) != NULL)
			a[n++] = was->pairs[i].key->text;
	for (size_t i = 0; i < now->count; i++)
		if (yaml_get(was, now->pairs[i].key->text) != NULL)
			b[m++] = now->pairs[i].key->text;
	CHECK(n == m);
	differ_order(d, path, a, b, n);
}

static void compare_maps(struct differ *d, const char *path,
    const struct yaml_node *was, const struct yaml_node *now)
{
	for (size_t i = 0; i < was->count; i++) {
		const char *key = was->pairs[i].key->text;
		const struct yaml_node *v = yaml_get(now, key);
		const char *at = differ_key_path(d, path, key);

		if (v != NULL)
			differ_values(d, at, was->pairs[i].value, v);
		else
			differ_add(d, EDIT_REMOVED, at)->was =
			    was->pairs[i].value;
	}
	for (size_t i = 0; i < now->count; i++) {
		const char *key = now->pairs[i].key->text;

		if (yaml_get(was, key) == NULL)
			differ_add(d, EDIT_ADDED, differ_key_path(d, path, key))
			    ->now = now->pairs[i].value;
	}
	if (is_ordered(path))
		compare_order(d, path, was, now);
}

void differ_values(struct differ *d, const char *path,
    const struct yaml_node *was, const struct yaml_node *now)
{
	static const struct yaml_node empty = { .kind = YAML_MAP };
	struct matrix_change *c;

	if (was->kind == YAML_NULL && now->kind == YAML_MAP)
		was = &empty;
	if (now->kind == YAML_NULL && was->kind == YAML_MAP)
		now = &empty;
	if (was->kind == YAML_MAP && now->kind == YAML_MAP) {
		compare_maps(d, path, was, now);
		return;
	}
	if (differ_same(was, now))
		return;
	if (was->kind == YAML_LIST && now->kind == YAML_LIST &&
	    (has_maps(was) || has_maps(now))) {
		differ_lists(d, path, was, now);
		return;
	}
	c = differ_add(d, EDIT_CHANGED, path);
	c->was = was;
	c->now = now;
}

/* --- files --------------------------------------------------------------- */

static const struct conf_file *file_named(
    const struct matrix_side *s, const char *name)
{
	for (size_t i = 0; i < s->nfiles; i++)
		if (strcmp(s->files[i].name, name) == 0)
			return &s->files[i];
	return NULL;
}

static void compare_file(struct differ *d, const struct conf_file *was,
    const struct conf_file *now, size_t *cap)
{
	struct matrix_file_change *f;

	if (was != NULL && now != NULL && was->len == now->len &&
	    memcmp(was->bytes, now->bytes, was->len) == 0)
		return;
	f = arena_push(
	    d->arena, &d->out->files, &d->out->nfiles, cap, sizeof *f);
	*f = (struct matrix_file_change){ .edit = was == NULL	? EDIT_ADDED
						  : now == NULL ? EDIT_REMOVED
								: EDIT_CHANGED,
		.name =
		    arena_strdup(d->arena, was == NULL ? now->name : was->name),
		.added = now == NULL ? 0 : differ_lines(now, was),
		.removed = was == NULL ? 0 : differ_lines(was, now) };
}

static void compare_files(struct differ *d, const struct matrix_side *was,
    const struct matrix_side *now)
{
	size_t cap = 0;

	for (size_t i = 0; i < was->nfiles; i++)
		compare_file(d, &was->files[i],
		    file_named(now, was->files[i].name), &cap);
	for (size_t i = 0; i < now->nfiles; i++)
		if (file_named(was, now->files[i].name) == NULL)
			compare_file(d, NULL, &now->files[i], &cap);
}

/* --- both ---------------------------------------------------------------- */

/* The effective configuration; false: it does not load. */
static bool dumped(const struct matrix_side *s, struct textbuf *out)
{
	const struct conf_options o = { .no_secrets = true };
	struct textbuf messages;
	struct conf conf;
	bool ok;

	textbuf_init(&messages);
	ok = conf_load_stored(s->name, s->text, strlen(s->text), s->files,
	    s->nfiles, &o, &conf, &messages);
	if (ok) {
		conf_dump(&conf, out);
		conf_free(&conf);
	}
	textbuf_fini(&messages);
	return ok;
}

static const struct yaml_node *parsed(const char *name, const char *text,
    struct arena *arena, struct errtext *why)
{
	struct report report;
	const struct yaml_node *root;
	struct textbuf messages;

	report_init(&report, arena, name, text, strlen(text));
	root = yaml_parse(text, strlen(text), arena, &report);
	if (root != NULL)
		return root;
	textbuf_init(&messages);
	report_write(&report, &messages);
	errtext_set(
	    why, "%.*s", (int)strcspn(messages.data, "\n"), messages.data);
	textbuf_fini(&messages);
	return NULL;
}

/* What is filled in from what stands elsewhere, where nobody has written it: a
 * change of it follows from another one. */
static bool is_derived(
    const struct matrix_change *c, const char *was, const char *now)
{
	static const char *const keys[] = { "repeat_after", "send" };
	const char *dot = strrchr(c->path, '.');

	for (size_t i = 0; dot != NULL && i < sizeof keys / sizeof *keys; i++)
		if (strcmp(dot + 1, keys[i]) == 0)
			return strstr(was, keys[i]) == NULL &&
			       strstr(now, keys[i]) == NULL;
	return false;
}

/* If that is all there is, it stays. */
static void leave_out_derived(struct matrix_diff *d,
    const struct matrix_side *was, const struct matrix_side *now)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->nchanges; i++)
		kept += !is_derived(&d->changes[i], was->text, now->text);
	if (kept == 0)
		return;
	kept = 0;
	for (size_t i = 0; i < d->nchanges; i++)
		if (!is_derived(&d->changes[i], was->text, now->text))
			d->changes[kept++] = d->changes[i];
	d->nchanges = kept;
}

/* Every run of asterisks as one of them: secrets differ in length. */
static const char *without_masks(struct arena *arena, const char *text)
{
	char *out = arena_strdup(arena, text);
	size_t n = 0;

	for (size_t i = 0; out[i] != '\0'; i++)
		if (out[i] != '*' || n == 0 || out[n - 1] != '*')
			out[n++] = out[i];
	out[n] = '\0';
	return out;
}

static void judge_texts(struct differ *d, const struct matrix_side *was,
    const struct matrix_side *now)
{
	const char *a = was->text, *b = now->text;

	if (d->out->nchanges > 0 || strcmp(a, b) == 0)
		return;
	d->out->secret =
	    strcmp(without_masks(d->arena, a), without_masks(d->arena, b)) == 0;
	d->out->layout = !d->out->secret;
}

bool matrix_diff(const struct matrix_side *was, const struct matrix_side *now,
    struct arena *arena, struct matrix_diff *out, struct errtext *why)
{
	struct differ d = { .arena = arena, .out = out };
	const struct yaml_node *a, *b = NULL;
	struct textbuf x, y;

	memset(out, 0, sizeof *out);
	textbuf_init(&x);
	textbuf_init(&y);
	out->as_written = !dumped(was, &x) || !dumped(now, &y);
	a = parsed(was->name,
	    arena_strdup(arena, out->as_written ? was->text : x.data), arena,
	    why);
	if (a != NULL)
		b = parsed(now->name,
		    arena_strdup(arena, out->as_written ? now->text : y.data),
		    arena, why);
	textbuf_fini(&x);
	textbuf_fini(&y);
	if (b == NULL)
		return false;
	differ_values(&d, "", a, b);
	leave_out_derived(out, was, now);
	compare_files(&d, was, now);
	judge_texts(&d, was, now);
	return true;
}
