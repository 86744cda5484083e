/* duty_change.c - `slawatchctl oncall override|add|remove|swap|drop|changes`.
 *
 * What a schedule says is left as it is signed; who stands in for whom is said
 * on top of it, has a number, and can be taken back.  Without one of these
 * words `oncall` shows who it is: oncall.c.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "base/nearest.h"
#include "ctl/pick.h"
#include "ctl/presence.h"
#include "ctl/when.h"

#include <stdio.h>
#include <string.h>

#define SHOWS                                                                  \
	(OPT_BIT(OPT_AT) | OPT_BIT(OPT_WEEK) | OPT_BIT(OPT_CONFIG) |           \
	    OPT_BIT(OPT_JSON))
#define SAYS  (OPT_BIT(OPT_BY) | OPT_BIT(OPT_WHY) | OPT_BIT(OPT_JSON))
#define WHILE (OPT_BIT(OPT_BEGIN) | OPT_BIT(OPT_END) | OPT_BIT(OPT_FOR))

struct change_verb {
	const char *name;
	const char *args; /* behind the verb */
	int count;	  /* of them */
	uint64_t options;
	int (*run)(struct asking *a, const struct change_verb *v);
};

/* --- what is written ----------------------------------------------------- */

/* "/v1/oncall/NAME/VERB". */
static void verb_path(
    const char *schedule, const char *verb, struct textbuf *path)
{
	textbuf_clear(path);
	textbuf_add(path, "/v1/oncall/");
	live_escape(path, schedule);
	textbuf_addf(path, "/%s", verb);
}

/* The daemon's now and the schedule's zone. */
static int ask_schedule(
    struct asking *a, const char *schedule, struct presence *p)
{
	const cJSON *first;
	struct textbuf path;
	int code;

	textbuf_init(&path);
	textbuf_add(&path, "/v1/oncall");
	live_query(&path, "role", schedule);
	code = asking_get(a, path.data);
	textbuf_fini(&path);
	if (code != EXIT_OK)
		return code;
	first = cJSON_GetArrayItem(pick(a->tree, "oncall"), 0);
	return presence_take(
	    p, pick_wall(a->tree, "at"), pick_text(first, "zone"));
}

static int write_change(
    const struct asking *a, const struct presence *p, struct json_out *j)
{
	const struct invocation *in = a->in;
	const struct typed_stretch typed = { in->value[OPT_BEGIN],
		in->value[OPT_END], in->value[OPT_FOR] };

	json_text(j, "person", in->args[2]);
	if (in->value[OPT_INSTEAD_OF] != NULL)
		json_text(j, "instead_of", in->value[OPT_INSTEAD_OF]);
	return presence_write(p, &typed, false, j);
}

/* One of the two stretches; its end may be left to the hand-off. */
static int write_half(const struct asking *a, const struct presence *p,
    enum opt from, enum opt until, const char *const names[2],
    struct json_out *j)
{
	const char *begin = a->in->value[from];
	const char *end = a->in->value[until];
	struct wall at = p->now;
	struct wall ignored;
	int code;

	if (begin == NULL)
		return say(EXIT_USAGE,
		    "swap needs --from and --with-from: an instant in each of "
		    "the two stretches");
	code = presence_write_at(p, names[0], begin, p->now, &at, j);
	if (code == EXIT_OK && end != NULL)
		code = presence_write_at(p, names[1], end, at, &ignored, j);
	return code;
}

static int write_swap(
    const struct asking *a, const struct presence *p, struct json_out *j)
{
	static const char *const one[2] = { "from", "until" };
	static const char *const two[2] = { "with_from", "with_until" };
	int code = write_half(a, p, OPT_BEGIN, OPT_END, one, j);

	if (code == EXIT_OK)
		code = write_half(a, p, OPT_WITH_FROM, OPT_WITH_UNTIL, two, j);
	return code;
}

/* Asks where the schedule lives, writes what was typed by its clock, POSTs. */
static int post(struct asking *a, const struct change_verb *v,
    int (*write)(
	const struct asking *a, const struct presence *p, struct json_out *j))
{
	struct presence p = { .zone = { NULL, NULL } };
	struct textbuf path;
	struct textbuf body;
	struct json_out j;
	int code;

	textbuf_init(&path);
	textbuf_init(&body);
	code = ask_schedule(a, a->in->args[1], &p);
	if (code == EXIT_OK)
		code = presence_open(a->in, &body, &j);
	if (code == EXIT_OK)
		code = write(a, &p, &j);
	if (code == EXIT_OK) {
		json_close(&j, '}');
		verb_path(a->in->args[1], v->name, &path);
		code = presence_post(a, path.data, &body, &p);
	}
	presence_free(&p);
	textbuf_fini(&path);
	textbuf_fini(&body);
	return code;
}

static int run_change(struct asking *a, const struct change_verb *v)
{
	return post(a, v, write_change);
}

static int run_swap(struct asking *a, const struct change_verb *v)
{
	return post(a, v, write_swap);
}

static int run_drop(struct asking *a, const struct change_verb *v)
{
	struct presence p = { .zone = { NULL, NULL } };
	const char *number = a->in->args[1];
	struct textbuf path;
	struct textbuf body;
	struct json_out j;
	int code = EXIT_OK;

	(void)v;
	textbuf_init(&path);
	textbuf_init(&body);
	if (number[0] == '\0' || strspn(number, "0123456789") != strlen(number))
		code = say(EXIT_USAGE,
		    "drop takes a change's number; slawatchctl oncall changes "
		    "lists them");
	if (code == EXIT_OK)
		code = presence_open(a->in, &body, &j);
	if (code == EXIT_OK) {
		json_close(&j, '}');
		textbuf_addf(&path, "/v1/duty/%s/drop", number);
		code = presence_post(a, path.data, &body, &p);
	}
	textbuf_fini(&path);
	textbuf_fini(&body);
	return code;
}

/* --- what holds ---------------------------------------------------------- */

static const struct table_column columns[] = {
	{ "NUMBER", 0, true },
	{ "CHANGE", 20, false },
	{ "FROM", 0, false },
	{ "UNTIL", 0, false },
	{ "BY", 0, false },
	{ "WHY", 12, false },
};

static void add_row(struct table *t, const cJSON *change, struct wall now)
{
	struct wall from = pick_wall(change, "from");
	struct wall until = pick_wall(change, "until");
	char text[WHEN_TEXT_MAX];
	struct textbuf what;

	snprintf(
	    text, sizeof text, "%lld", (long long)pick_int(change, "number"));
	table_cell(t, text, COLOUR_NONE);
	textbuf_init(&what);
	presence_what(change, &what);
	table_cell(
	    t, what.data, wall_before(now, from) ? COLOUR_NONE : COLOUR_YELLOW);
	textbuf_fini(&what);
	when_local(from, text);
	table_cell(t, text, COLOUR_NONE);
	when_local(until, text);
	table_cell(
	    t, wall_is_never(until) ? "further notice" : text, COLOUR_NONE);
	table_cell(t, pick_text(change, "by"), COLOUR_NONE);
	table_cell(t, pick_text(change, "why"), COLOUR_NONE);
}

static int run_changes(struct asking *a, const struct change_verb *v)
{
	const cJSON *changes;
	const cJSON *change;
	struct table t;
	int code = asking_get(a, "/v1/duty");

	(void)v;
	if (code != EXIT_OK || asking_print_json(a))
		return code;
	changes = pick(a->tree, "changes");
	table_init(&t, columns, sizeof columns / sizeof *columns);
	cJSON_ArrayForEach(change, changes)
	    add_row(&t, change, pick_wall(a->tree, "now"));
	if (cJSON_GetArraySize(changes) > 0)
		table_print(&t, a->screen, &a->out);
	else
		asking_line(a, "nothing is changed: everybody is as the "
			       "matrix says");
	table_fini(&t);
	return EXIT_OK;
}

/* --- which it is --------------------------------------------------------- */

static const struct change_verb verbs[] = {
	{ "override", "SCHEDULE PERSON", 2,
	    SAYS | WHILE | OPT_BIT(OPT_INSTEAD_OF), run_change },
	{ "add", "SCHEDULE PERSON", 2, SAYS | WHILE, run_change },
	{ "remove", "SCHEDULE PERSON", 2, SAYS | WHILE, run_change },
	{ "swap", "SCHEDULE", 1,
	    SAYS | OPT_BIT(OPT_BEGIN) | OPT_BIT(OPT_END) |
		OPT_BIT(OPT_WITH_FROM) | OPT_BIT(OPT_WITH_UNTIL),
	    run_swap },
	{ "drop", "NUMBER", 1, SAYS, run_drop },
	{ "changes", "", 0, OPT_BIT(OPT_JSON), run_changes },
};

#define NVERBS (sizeof verbs / sizeof *verbs)

static const struct change_verb *find_verb(const char *name)
{
	for (size_t i = 0; i < NVERBS; i++)
		if (strcmp(name, verbs[i].name) == 0)
			return &verbs[i];
	return NULL;
}

/* The command takes what any of its words takes; this one takes less. */
static bool options_fit(const struct invocation *in, const char *verb,
    uint64_t known, struct errtext *err)
{
	for (int o = 0; o < OPT_COUNT; o++) {
		if (in->value[o] == NULL ||
		    ((OPTS_GLOBAL | known) & OPT_BIT(o)) != 0)
			continue;
		errtext_set(
		    err, "oncall%s takes no --%s", verb, option_table[o].name);
		return false;
	}
	return true;
}

/* One word is a name to show, more are a change that there is not. */
static int show(const struct invocation *in)
{
	const char *names[NVERBS];
	const char *near;
	struct errtext err;

	if (in->nargs > 1) {
		for (size_t i = 0; i < NVERBS; i++)
			names[i] = verbs[i].name;
		near = nearest_of(in->args[0], names, NVERBS);
		errtext_set(&err,
		    "oncall: no change \"%s\"%s%s%s; there are override, add, "
		    "remove, swap, drop and changes",
		    in->args[0], near != NULL ? ", did you mean \"" : "",
		    near != NULL ? near : "", near != NULL ? "\"?" : "");
		return say_err(EXIT_USAGE, &err);
	}
	if (!options_fit(in, "", SHOWS, &err))
		return say_err(EXIT_USAGE, &err);
	return cmd_oncall(in);
}

int cmd_oncall_change(const struct invocation *in)
{
	const struct change_verb *v =
	    in->nargs > 0 ? find_verb(in->args[0]) : NULL;
	struct errtext err;
	char word[32];
	struct asking a;
	int code;

	if (v == NULL)
		return show(in);
	snprintf(word, sizeof word, " %s", v->name);
	if (in->nargs - 1 != v->count) {
		errtext_set(&err, "usage: slawatchctl oncall %s%s%s", v->name,
		    v->count > 0 ? " " : "", v->args);
		return say_err(EXIT_USAGE, &err);
	}
	if (!options_fit(in, word, v->options, &err))
		return say_err(EXIT_USAGE, &err);
	code = asking_begin(&a, in);
	if (code == EXIT_OK)
		code = v->run(&a, v);
	asking_end(&a);
	return code;
}
