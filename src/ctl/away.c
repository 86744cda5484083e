/* away.c - `slawatchctl away` and `back`: who is not there, and until when.
 *
 * The words are read like a sentence:
 *	away dana until mon 09:00
 *	away dana from fri 18:00 until mon 09:00
 *	away dana for 4h
 * and the options of these names do the same for scripts.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/pick.h"
#include "ctl/presence.h"
#include "ctl/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the list ------------------------------------------------------------ */

static const struct table_column columns[] = {
	{ "NUMBER", 0, true },
	{ "PERSON", 0, false },
	{ "FROM", 0, false },
	{ "UNTIL", 0, false },
	{ "BACK", 0, false },
	{ "COVER", 0, false },
	{ "BY", 0, false },
	{ "WHY", 12, false },
};

static void add_row(struct table *t, const cJSON *change, struct wall now)
{
	struct wall from = pick_wall(change, "from");
	struct wall until = pick_wall(change, "until");
	enum colour colour =
	    wall_before(now, from) ? COLOUR_NONE : COLOUR_YELLOW;
	char text[WHEN_TEXT_MAX];

	snprintf(
	    text, sizeof text, "%lld", (long long)pick_int(change, "number"));
	table_cell(t, text, COLOUR_NONE);
	table_cell(t, pick_text(change, "person"), colour);
	when_local(from, text);
	table_cell(t, text, COLOUR_NONE);
	when_local(until, text);
	table_cell(t, wall_is_never(until) ? "further notice" : text, colour);
	when_relative(until, now, text);
	table_cell(t, text, COLOUR_NONE);
	table_cell(t, pick_text(change, "cover"), COLOUR_NONE);
	table_cell(t, pick_text(change, "by"), COLOUR_NONE);
	table_cell(t, pick_text(change, "why"), COLOUR_NONE);
}

static void show_absences(struct asking *a)
{
	struct wall now = pick_wall(a->tree, "now");
	const cJSON *change;
	struct table t;
	size_t rows = 0;

	table_init(&t, columns, sizeof columns / sizeof *columns);
	cJSON_ArrayForEach(change, pick(a->tree, "changes"))
	{
		if (strcmp(pick_text(change, "kind"), "away") != 0)
			continue;
		add_row(&t, change, now);
		rows++;
	}
	if (rows > 0)
		table_print(&t, a->screen, &a->out);
	else
		asking_line(a, "nobody is away");
	table_fini(&t);
}

static int list(const struct invocation *in)
{
	struct asking a;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK)
		code = asking_get(&a, "/v1/duty");
	if (code == EXIT_OK && !asking_print_json(&a))
		show_absences(&a);
	asking_end(&a);
	return code;
}

/* --- the sentence -------------------------------------------------------- */

struct sentence {
	struct textbuf text[3]; /* from, until, for */
	struct typed_stretch typed;
};

static const char *const keywords[3] = { "from", "until", "for" };

static int keyword(const char *word)
{
	for (int i = 0; i < 3; i++)
		if (strcmp(word, keywords[i]) == 0)
			return i;
	return -1;
}

/* What stands behind each keyword; an option of the name where there is none.
 */
static int read_sentence(const struct invocation *in, struct sentence *s)
{
	static const enum opt options[3] = { OPT_BEGIN, OPT_END, OPT_FOR };
	const char **typed[3] = { &s->typed.from, &s->typed.until,
		&s->typed.span };
	struct errtext err;
	int at = -1;

	for (int i = 1; i < in->nargs; i++) {
		int k = keyword(in->args[i]);

		if (k < 0 && at < 0) {
			errtext_set(&err,
			    "\"%s\": say until WHEN or for SPAN, as in: away "
			    "%s until mon 09:00",
			    in->args[i], in->args[0]);
			return say_err(EXIT_USAGE, &err);
		}
		if (k >= 0) {
			at = k;
			textbuf_clear(&s->text[at]);
			continue;
		}
		textbuf_addf(&s->text[at], "%s%s",
		    s->text[at].len > 0 ? " " : "", in->args[i]);
	}
	for (int i = 0; i < 3; i++)
		*typed[i] = s->text[i].len > 0 ? s->text[i].data
					       : in->value[options[i]];
	return EXIT_OK;
}

/* "/v1/people/NAME" and what follows. */
static void person_path(
    const char *name, const char *rest, struct textbuf *path)
{
	textbuf_clear(path);
	textbuf_add(path, "/v1/people/");
	live_escape(path, name);
	textbuf_add(path, rest);
}

static int post_away(struct asking *a, const struct typed_stretch *typed)
{
	const struct invocation *in = a->in;
	struct presence p = { .zone = { NULL, NULL } };
	struct textbuf path;
	struct textbuf body;
	struct json_out j;
	int code;

	textbuf_init(&path);
	textbuf_init(&body);
	person_path(in->args[0], "", &path);
	code = asking_get(a, path.data);
	if (code == EXIT_OK)
		code = presence_take(
		    &p, pick_wall(a->tree, "now"), pick_text(a->tree, "zone"));
	if (code == EXIT_OK)
		code = presence_open(in, &body, &j);
	if (code == EXIT_OK)
		code = presence_write(&p, typed, true, &j);
	if (code == EXIT_OK) {
		if (in->value[OPT_COVER] != NULL)
			json_text(&j, "cover", in->value[OPT_COVER]);
		json_close(&j, '}');
		person_path(in->args[0], "/away", &path);
		code = presence_post(a, path.data, &body, &p);
	}
	presence_free(&p);
	textbuf_fini(&path);
	textbuf_fini(&body);
	return code;
}

int cmd_away(const struct invocation *in)
{
	struct sentence s = { .typed = { NULL, NULL, NULL } };
	struct asking a;
	int code;

	if (in->nargs == 0)
		return list(in);
	code = asking_begin(&a, in);
	for (int i = 0; i < 3; i++)
		textbuf_init(&s.text[i]);
	if (code == EXIT_OK)
		code = read_sentence(in, &s);
	if (code == EXIT_OK)
		code = post_away(&a, &s.typed);
	for (int i = 0; i < 3; i++)
		textbuf_fini(&s.text[i]);
	asking_end(&a);
	return code;
}

int cmd_back(const struct invocation *in)
{
	struct presence p = { .zone = { NULL, NULL } };
	struct textbuf path;
	struct textbuf body;
	struct json_out j;
	struct asking a;
	int code = asking_begin(&a, in);

	textbuf_init(&path);
	textbuf_init(&body);
	if (code == EXIT_OK)
		code = presence_open(in, &body, &j);
	if (code == EXIT_OK) {
		json_close(&j, '}');
		person_path(in->args[0], "/back", &path);
		code = presence_post(&a, path.data, &body, &p);
	}
	textbuf_fini(&path);
	textbuf_fini(&body);
	asking_end(&a);
	return code;
}
