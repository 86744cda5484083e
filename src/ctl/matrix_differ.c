/* matrix_differ.c - `slawatchctl matrix diff`: what means something else now?
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/matrix_parts.h"

#include "ctl/matrix_side.h"
#include "ctl/when.h"
#include "ctl/width.h"
#include "wire/json_out.h"

#include <stdio.h>
#include <string.h>

#define VALUE_DEPTH_MAX 10 /* nested deeper it is a text in JSON */

struct pair {
	struct held_matrix was;
	struct held_matrix now;
};

/* --- for people ---------------------------------------------------------- */

/* "--- 3 (1f2e..., 2026-11-20 10:00:00, by mara, in force)". */
static void add_head(
    struct asking *a, const char *mark, const struct held_matrix *h)
{
	char at[WHEN_TEXT_MAX];
	struct textbuf tb;

	when_local(h->since, at);
	textbuf_init(&tb);
	textbuf_addf(&tb, "%s %s (%s", mark, h->label, h->revision);
	if (at[0] != '\0')
		textbuf_addf(&tb, ", %s", at);
	if (h->by[0] != '\0')
		textbuf_addf(&tb, ", by %s", h->by);
	if (h->in_force)
		textbuf_add(&tb, ", in force");
	textbuf_addc(&tb, ')');
	asking_line(a, tb.data);
	textbuf_fini(&tb);
}

static enum colour colour_of(enum matrix_edit e)
{
	switch (e) {
	case EDIT_ADDED:
		return COLOUR_GREEN;
	case EDIT_REMOVED:
		return COLOUR_RED;
	case EDIT_MOVED:
		return COLOUR_YELLOW;
	case EDIT_CHANGED:
		break;
	}
	return COLOUR_NONE;
}

/* Takes what stands in it. */
static void add_line(
    struct asking *a, struct textbuf *words, enum matrix_edit edit)
{
	struct textbuf clean;

	textbuf_init(&clean);
	text_clean(&clean, words->data);
	screen_colour(a->screen, colour_of(edit), clean.data, &a->out);
	textbuf_addc(&a->out, '\n');
	textbuf_fini(&clean);
	textbuf_clear(words);
}

static void show_text(
    struct asking *a, const struct pair *p, const struct matrix_diff *d)
{
	struct textbuf words;

	textbuf_init(&words);
	add_head(a, "---", &p->was);
	add_head(a, "+++", &p->now);
	if (d->as_written)
		asking_line(a, "one of them does not load any more: both are "
			       "compared as they are written");
	for (size_t i = 0; i < d->nchanges; i++) {
		matrix_diff_words(&d->changes[i], &words);
		add_line(a, &words, d->changes[i].edit);
	}
	for (size_t i = 0; i < d->nfiles; i++) {
		matrix_diff_file_words(&d->files[i], &words);
		add_line(a, &words, d->files[i].edit);
	}
	if (d->nchanges + d->nfiles == 0)
		asking_line(a, d->secret ? "only a secret changed, and secrets "
					   "are not kept"
			       : d->layout ? "only layout or comments changed"
					   : "no difference");
	textbuf_fini(&words);
}

/* --- for programs -------------------------------------------------------- */

static void add_value(
    struct json_out *j, const char *name, const struct yaml_node *v, int depth)
{
	bool is_map = v->kind == YAML_MAP;
	struct textbuf tb;

	if (v->kind == YAML_NULL) {
		json_raw(j, name, "null");
	} else if (v->kind == YAML_TEXT) {
		json_text(j, name, v->text);
	} else if (depth == VALUE_DEPTH_MAX) {
		textbuf_init(&tb);
		matrix_diff_value(v, &tb);
		json_text(j, name, tb.data);
		textbuf_fini(&tb);
	} else {
		json_open(j, name, is_map ? '{' : '[');
		for (size_t i = 0; i < v->count; i++)
			if (is_map)
				add_value(j, v->pairs[i].key->text,
				    v->pairs[i].value, depth + 1);
			else
				add_value(j, NULL, v->items[i], depth + 1);
		json_close(j, is_map ? '}' : ']');
	}
}

static void add_side(
    struct json_out *j, const char *name, const struct held_matrix *h)
{
	json_open(j, name, '{');
	if (h->number != 0)
		json_int(j, "number", h->number);
	else
		json_text(j, "file", h->label);
	json_text(j, "revision", h->revision);
	json_bool(j, "in_force", h->in_force);
	json_close(j, '}');
}

static void add_change(struct json_out *j, const struct matrix_change *c)
{
	json_open(j, NULL, '{');
	json_text(j, "path", c->path);
	json_text(j, "change", matrix_edit_name(c->edit));
	if (c->was != NULL)
		add_value(j, "was", c->was, 0);
	if (c->now != NULL)
		add_value(j, "now", c->now, 0);
	if (c->edit == EDIT_MOVED) {
		json_text(j, "name", c->name);
		json_text(j, "before", c->before);
	}
	json_close(j, '}');
}

static void add_file(struct json_out *j, const struct matrix_file_change *f)
{
	json_open(j, NULL, '{');
	json_text(j, "name", f->name);
	json_text(j, "change", matrix_edit_name(f->edit));
	json_int(j, "lines_added", (int64_t)f->added);
	json_int(j, "lines_removed", (int64_t)f->removed);
	json_close(j, '}');
}

static void show_json(
    struct asking *a, const struct pair *p, const struct matrix_diff *d)
{
	struct textbuf summary;
	struct json_out j;

	textbuf_init(&summary);
	matrix_diff_summary(d, &summary);
	json_out_init(&j, &a->out);
	json_open(&j, NULL, '{');
	add_side(&j, "was", &p->was);
	add_side(&j, "now", &p->now);
	json_open(&j, "changes", '[');
	for (size_t i = 0; i < d->nchanges; i++)
		add_change(&j, &d->changes[i]);
	json_close(&j, ']');
	json_open(&j, "files", '[');
	for (size_t i = 0; i < d->nfiles; i++)
		add_file(&j, &d->files[i]);
	json_close(&j, ']');
	json_bool(&j, "as_written", d->as_written);
	json_bool(&j, "layout_only", d->layout);
	json_bool(&j, "secret_only", d->secret);
	json_text(&j, "summary", summary.data);
	json_close(&j, '}');
	textbuf_addc(&a->out, '\n');
	textbuf_fini(&summary);
}

/* --- both ---------------------------------------------------------------- */

static int compare(struct asking *a, const struct pair *p)
{
	struct arena arena = ARENA_INIT;
	struct matrix_diff d;
	struct errtext why;
	int code = held_check(&p->was);

	if (code == EXIT_OK)
		code = held_check(&p->now);
	if (code == EXIT_OK &&
	    !matrix_diff(&p->was.side, &p->now.side, &arena, &d, &why))
		code = say_err(EXIT_FAILED, &why);
	if (code == EXIT_OK && a->in->value[OPT_JSON] != NULL)
		show_json(a, p, &d);
	else if (code == EXIT_OK)
		show_text(a, p, &d);
	arena_fini(&arena);
	return code;
}

static int get_number(struct asking *a, int64_t number, struct held_matrix *out)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%lld", (long long)number);
	return held_ask(a, digits, out);
}

/* What is not named is in force, or was before that.  A file alone is what may
 * come; anything else alone is what has been. */
static int get_pair(
    struct asking *a, const struct invocation *in, struct pair *p)
{
	const char *first = in->nargs > 1 ? in->args[1] : NULL;
	const char *second = in->nargs > 2 ? in->args[2] : NULL;
	bool ahead = first != NULL && second == NULL && held_is_file(first);
	int64_t in_force, before;
	int code = EXIT_OK;

	if (second == NULL)
		code = held_latest(a, &in_force, &before);
	if (code != EXIT_OK)
		return code;
	if (first == NULL && before == 0)
		return say(EXIT_FAILED,
		    "there is no matrix before the one in force; slawatchctl "
		    "matrix diff FILE compares it with a file");
	if (ahead || first == NULL)
		code = get_number(a, ahead ? in_force : before, &p->was);
	else
		code = held_get(a, first, &p->was);
	if (code != EXIT_OK)
		return code;
	if (ahead)
		return held_read(first, &p->now);
	return second == NULL ? get_number(a, in_force, &p->now)
			      : held_get(a, second, &p->now);
}

int matrix_differ(const struct invocation *in)
{
	struct asking a;
	struct pair p;
	int code;

	held_init(&p.was);
	held_init(&p.now);
	code = asking_begin(&a, in);
	if (code == EXIT_OK)
		code = get_pair(&a, in, &p);
	if (code == EXIT_OK)
		code = compare(&a, &p);
	asking_end(&a);
	held_fini(&p.was);
	held_fini(&p.now);
	return code;
}
