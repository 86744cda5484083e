/* matrix_log.c - `slawatchctl matrix log`: what changed from one to the next.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/matrix_parts.h"

#include "ctl/matrix_side.h"
#include "ctl/pick.h"
#include "ctl/when.h"
#include "wire/json_out.h"

#include <stdio.h>
#include <string.h>

#define LIMIT_DEFAULT 20
#define LIMIT_MOST    199 /* and one more, to compare the last one with */

static const struct table_column columns[] = {
	{ "N", 0, true },
	{ "REVISION", 0, false },
	{ "WHEN", 0, false },
	{ "BY", 6, false },
	{ "HOW", 0, false },
	{ "WHY", 8, false },
	{ "CHANGED", 12, false },
};

/* The one before it is `before`, or NULL: it is the first. */
static void add_changed(const struct held_matrix *h,
    const struct held_matrix *before, struct textbuf *out)
{
	struct arena arena = ARENA_INIT;
	struct matrix_diff d;
	struct errtext why;

	if (before == NULL)
		textbuf_add(out, "the first");
	else if (h->side.text[0] == '\0' || before->side.text[0] == '\0')
		textbuf_add(out, "not kept");
	else if (strcmp(h->revision, before->revision) == 0)
		textbuf_add(out, "nothing");
	else if (matrix_diff(&before->side, &h->side, &arena, &d, &why))
		matrix_diff_summary(&d, out);
	else
		textbuf_add(out, "does not load");
	arena_fini(&arena);
}

static void add_row(struct table *t, const cJSON *m, const char *changed)
{
	char text[WHEN_TEXT_MAX];

	snprintf(text, sizeof text, "%s%lld",
	    pick_true(m, "in_force") ? "*" : "",
	    (long long)pick_int(m, "number"));
	table_cell(
	    t, text, pick_true(m, "in_force") ? COLOUR_GREEN : COLOUR_NONE);
	table_cell(t, pick_text(m, "revision"), COLOUR_NONE);
	when_local(pick_wall(m, "since"), text);
	table_cell(t, text, COLOUR_NONE);
	table_cell(t, pick_text(m, "by"), COLOUR_NONE);
	table_cell(t, pick_text(m, "how"),
	    strcmp(pick_text(m, "how"), "forced") == 0 ? COLOUR_YELLOW
						       : COLOUR_NONE);
	table_cell(t, pick_text(m, "why"), COLOUR_NONE);
	table_cell(t, changed, COLOUR_NONE);
}

static void add_object(struct json_out *j, const cJSON *m, const char *changed)
{
	static const char *const texts[] = { "revision", "since", "by", "how",
		"why", "applies", "program", "name" };

	json_open(j, NULL, '{');
	json_int(j, "number", pick_int(m, "number"));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		json_text(j, texts[i], pick_text(m, texts[i]));
	json_int(j, "bytes", pick_int(m, "bytes"));
	json_bool(j, "in_force", pick_true(m, "in_force"));
	json_text(j, "changed", changed);
	json_close(j, '}');
}

struct log {
	struct asking *a;
	struct table table;
	struct json_out json;
	bool is_json;
};

static int hold(struct asking *a, const cJSON *m, struct held_matrix *out)
{
	char digits[24];

	snprintf(
	    digits, sizeof digits, "%lld", (long long)pick_int(m, "number"));
	return held_ask(a, digits, out);
}

/* Newest first; each is compared with the one behind it, of which there is one
 * more than is shown, unless these are all. */
static int add_all(struct log *l, const cJSON *list, int limit)
{
	struct held_matrix pair[2];
	const cJSON *m = list->child;
	int code = EXIT_OK, at = 0;

	held_init(&pair[0]);
	held_init(&pair[1]);
	if (m != NULL)
		code = hold(l->a, m, &pair[at]);
	for (int i = 0; code == EXIT_OK && m != NULL && i < limit; i++) {
		struct held_matrix *h = &pair[at], *before = &pair[!at];
		struct textbuf changed;

		if (m->next != NULL)
			code = hold(l->a, m->next, before);
		if (code != EXIT_OK)
			break;
		textbuf_init(&changed);
		add_changed(h, m->next != NULL ? before : NULL, &changed);
		if (l->is_json)
			add_object(&l->json, m, changed.data);
		else
			add_row(&l->table, m, changed.data);
		textbuf_fini(&changed);
		held_fini(h);
		held_init(h);
		at = !at;
		m = m->next;
	}
	held_fini(&pair[0]);
	held_fini(&pair[1]);
	return code;
}

static int show(struct asking *a, const cJSON *list, int limit)
{
	struct log l = { .a = a, .is_json = a->in->value[OPT_JSON] != NULL };
	int code;

	table_init(&l.table, columns, sizeof columns / sizeof *columns);
	json_out_init(&l.json, &a->out);
	if (l.is_json) {
		json_open(&l.json, NULL, '{');
		json_open(&l.json, "matrices", '[');
	}
	code = add_all(&l, list, limit);
	if (l.is_json) {
		json_close(&l.json, ']');
		json_close(&l.json, '}');
		textbuf_addc(&a->out, '\n');
	} else if (code == EXIT_OK) {
		table_print(&l.table, a->screen, &a->out);
	}
	if (code != EXIT_OK)
		textbuf_clear(&a->out);
	table_fini(&l.table);
	return code;
}

int matrix_log(const struct invocation *in)
{
	struct asking a;
	struct errtext err;
	char path[64];
	int code, limit;

	if (!args_int(
		in, OPT_LIMIT, 1, LIMIT_MOST, LIMIT_DEFAULT, &limit, &err))
		return say_err(EXIT_USAGE, &err);
	code = asking_begin(&a, in);
	snprintf(path, sizeof path, "/v1/matrix?limit=%d", limit + 1);
	if (code == EXIT_OK)
		code = asking_get(&a, path);
	if (code == EXIT_OK) {
		cJSON *list = cJSON_DetachItemFromObject(a.tree, "matrices");

		if (list != NULL)
			code = show(&a, list, limit);
		cJSON_Delete(list);
	}
	asking_end(&a);
	return code;
}
