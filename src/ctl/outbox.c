/* outbox.c - `slawatchctl outbox`: what waits to be sent, what died; again, or
 * not at all.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "base/nearest.h"
#include "ctl/asking.h"
#include "ctl/pick.h"
#include "ctl/when.h"
#include "wire/json_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 50
#define LIMIT_MOST    1000 /* of one page; the daemon's own */

/* --- the list ------------------------------------------------------------ */

static const struct table_column queue_columns[] = {
	{ "DESTINATION", 12, false },
	{ "ENDPOINT", 8, false },
	{ "READY", 0, true },
	{ "WAITING", 0, true },
	{ "SENDING", 0, true },
	{ "OLDEST", 0, false },
	{ "DELAY", 0, false },
	{ "STATE", 0, false },
};

static const struct table_column notice_columns[] = {
	{ "ID", 0, true },
	{ "TICKET", 8, false },
	{ "REASON", 0, false },
	{ "TO", 8, false },
	{ "TRIES", 0, true },
	{ "WHEN", 0, false },
	{ "LAST", 12, false },
};

static void cell_int(struct table *t, int64_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)n);
	table_cell(t, text, COLOUR_NONE);
}

static int64_t seconds_ms(const cJSON *object, const char *name)
{
	return (int64_t)(pick_number(object, name) * 1000.0);
}

/* "support", "mail to dana", "support (edits)". */
static void destination(const cJSON *d, struct textbuf *out)
{
	textbuf_add(out, pick_text(d, "channel"));
	if (pick_text(d, "who")[0] != '\0')
		textbuf_addf(out, " to %s", pick_text(d, "who"));
	if (pick_true(d, "edits"))
		textbuf_add(out, " (edits)");
}

static void cell_delay(struct table *t, int64_t ms)
{
	char text[SPAN_TEXT_MAX];

	span_format(ms, text);
	table_cell(t, ms > 0 ? text : NULL,
	    ms > MINUTE_MS ? COLOUR_YELLOW : COLOUR_NONE);
}

/* "down, probe in 17s", "down, being probed", "paused 9s", "-". */
static void cell_state(struct table *t, const cJSON *d)
{
	const char *state = pick_text(d, "state");
	int64_t ms = seconds_ms(d, "resumes_in_s");
	bool closed = state[0] == '\0' || strcmp(state, "closed") == 0;
	char span[SPAN_TEXT_MAX];
	struct textbuf text;

	span_format(ms, span);
	textbuf_init(&text);
	if (!closed && ms > 0)
		textbuf_addf(&text, "down, probe in %s", span);
	else if (!closed)
		textbuf_add(&text, "down, being probed");
	else if (ms > 0)
		textbuf_addf(&text, "paused %s", span);
	table_cell(t, text.data, closed ? COLOUR_YELLOW : COLOUR_RED);
	textbuf_fini(&text);
}

static void add_queue(struct table *t, const cJSON *d, struct wall now)
{
	char when[WHEN_TEXT_MAX];
	struct textbuf text;

	textbuf_init(&text);
	destination(d, &text);
	table_cell(t, text.data, COLOUR_NONE);
	textbuf_fini(&text);
	table_cell(t, pick_text(d, "endpoint"), COLOUR_NONE);
	cell_int(t, pick_int(d, "ready"));
	cell_int(t, pick_int(d, "waiting"));
	cell_int(t, pick_int(d, "sending"));
	when_relative(pick_wall(d, "oldest"), now, when);
	table_cell(t, when, COLOUR_NONE);
	cell_delay(t, seconds_ms(d, "delay_s"));
	cell_state(t, d);
}

static void show_queues(struct asking *a, struct wall now)
{
	const cJSON *all = pick(pick(a->tree, "queue"), "destinations");
	const cJSON *d;
	struct table t;

	if (cJSON_GetArraySize(all) == 0)
		return;
	table_init(
	    &t, queue_columns, sizeof queue_columns / sizeof *queue_columns);
	cJSON_ArrayForEach(d, all) add_queue(&t, d, now);
	table_print(&t, a->screen, &a->out);
	table_fini(&t);
	textbuf_add(&a->out, "\n");
}

/* What has no queue of its own to be seen by: "slack.com is down: ...". */
static void show_endpoints(struct asking *a)
{
	const cJSON *e;
	struct textbuf text;

	textbuf_init(&text);
	cJSON_ArrayForEach(e, pick(pick(a->tree, "queue"), "endpoints"))
	{
		if (strcmp(pick_text(e, "state"), "closed") == 0)
			continue;
		textbuf_clear(&text);
		textbuf_addf(&text, "%s is down: only a probe goes there",
		    pick_text(e, "name"));
		asking_line(a, text.data);
	}
	textbuf_fini(&text);
}

/* "again 503 service unavailable"; "" if there was no attempt. */
static void last_words(const cJSON *notice, struct textbuf *out)
{
	const cJSON *last = pick(notice, "last");
	int64_t code = pick_int(last, "code");

	textbuf_add(out, pick_text(last, "result"));
	if (code != 0)
		textbuf_addf(out, " %lld", (long long)code);
	if (pick_text(last, "detail")[0] != '\0')
		textbuf_addf(out, " %s", pick_text(last, "detail"));
}

/* When it may go; of one that will not: when it was tried last. */
static void notice_when(
    const cJSON *notice, struct wall now, char out[WHEN_TEXT_MAX])
{
	bool pending = strcmp(pick_text(notice, "state"), "pending") == 0;
	struct wall last = pick_wall(pick(notice, "last"), "at");

	when_relative(pending || wall_is_never(last)
			  ? pick_wall(notice, "free_at")
			  : last,
	    now, out);
}

static void add_notice(struct table *t, const cJSON *notice, struct wall now)
{
	bool dead = strcmp(pick_text(notice, "state"), "dead") == 0;
	char when[WHEN_TEXT_MAX];
	struct textbuf text;

	textbuf_init(&text);
	cell_int(t, pick_int(notice, "id"));
	table_cell(t, pick_text(notice, "ticket"), COLOUR_NONE);
	table_cell(t, pick_text(notice, "reason"), COLOUR_NONE);
	destination(notice, &text);
	table_cell(t, text.data, COLOUR_NONE);
	cell_int(t, pick_int(notice, "attempts"));
	notice_when(notice, now, when);
	table_cell(t, when, COLOUR_NONE);
	textbuf_clear(&text);
	last_words(notice, &text);
	table_cell(t, text.data, dead ? COLOUR_RED : COLOUR_NONE);
	textbuf_fini(&text);
}

/* The list's path but for `after`. */
static void list_path(const struct invocation *in, const char *state, int limit,
    struct textbuf *path)
{
	char number[16];

	snprintf(number, sizeof number, "%d", limit);
	textbuf_add(path, "/v1/outbox");
	live_query(path, "state", state);
	live_query(path, "channel", in->value[OPT_CHANNEL]);
	live_query(path, "who", in->value[OPT_PERSON]);
	live_query(path, "limit", number);
}

/* Asks for the page behind `*after`, which becomes that of the next one; "": it
 * was the last. */
static int ask_page(
    struct asking *a, const struct textbuf *path, struct textbuf *after)
{
	struct textbuf page;
	int64_t next;
	int code;

	textbuf_init(&page);
	textbuf_add(&page, path->data);
	live_query(&page, "after", after->len > 0 ? after->data : NULL);
	code = asking_get(a, page.data);
	textbuf_fini(&page);
	textbuf_clear(after);
	next = code == EXIT_OK ? pick_int(a->tree, "next") : 0;
	if (next != 0)
		textbuf_addf(after, "%lld", (long long)next);
	return code;
}

static int list_pages(struct asking *a, const struct textbuf *path,
    struct table *t, struct textbuf *after)
{
	bool all = a->in->value[OPT_ALL] != NULL;
	bool first = true;
	const cJSON *notice;
	int code;

	do {
		struct wall now;

		code = ask_page(a, path, after);
		if (code != EXIT_OK || asking_print_json(a))
			continue;
		now = pick_wall(a->tree, "now");
		if (first)
			show_queues(a, now);
		if (first)
			show_endpoints(a);
		first = false;
		cJSON_ArrayForEach(notice, pick(a->tree, "notices"))
		    add_notice(t, notice, now);
	} while (code == EXIT_OK && all && after->len > 0);
	return code;
}

static int list(struct asking *a)
{
	bool dead = a->in->value[OPT_DEAD] != NULL;
	bool json = a->in->value[OPT_JSON] != NULL;
	bool all = a->in->value[OPT_ALL] != NULL;
	struct textbuf path, after;
	struct errtext err;
	struct table t;
	int limit, code;

	if (all && a->in->value[OPT_LIMIT] != NULL)
		return say(EXIT_USAGE, "--all and --limit exclude each other");
	if (!args_int(a->in, OPT_LIMIT, 1, LIMIT_MOST,
		all ? LIMIT_MOST : LIMIT_DEFAULT, &limit, &err))
		return say_err(EXIT_USAGE, &err);
	textbuf_init(&path);
	textbuf_init(&after);
	list_path(a->in, dead ? "dead" : "pending", limit, &path);
	table_init(
	    &t, notice_columns, sizeof notice_columns / sizeof *notice_columns);
	code = list_pages(a, &path, &t, &after);
	if (code == EXIT_OK && !json && t.ncells > 0)
		table_print(&t, a->screen, &a->out);
	else if (code == EXIT_OK && !json)
		asking_line(a, dead ? "no dead notices" : "nothing waits");
	if (code == EXIT_OK && !json && after.len > 0)
		say(EXIT_OK, "there are more; --all shows every one");
	table_fini(&t);
	textbuf_fini(&path);
	textbuf_fini(&after);
	return code;
}

/* --- one ----------------------------------------------------------------- */

static const struct table_column attempt_columns[] = {
	{ "TRY", 0, true },
	{ "AT", 0, false },
	{ "TOOK", 0, true },
	{ "RESULT", 0, false },
	{ "CODE", 0, true },
	{ "WHAT THEY SAID", 12, false },
};

static void add_attempt(struct table *t, const cJSON *attempt)
{
	int64_t code = pick_int(attempt, "code");
	char text[WHEN_TEXT_MAX];

	cell_int(t, pick_int(attempt, "number"));
	when_local(pick_wall(attempt, "started"), text);
	table_cell(t, text, COLOUR_NONE);
	snprintf(text, sizeof text, "%lld ms",
	    (long long)pick_int(attempt, "took_ms"));
	table_cell(t, text, COLOUR_NONE);
	table_cell(t, pick_text(attempt, "result"), COLOUR_NONE);
	snprintf(text, sizeof text, "%lld", (long long)code);
	table_cell(t, code != 0 ? text : NULL, COLOUR_NONE);
	table_cell(t, pick_text(attempt, "detail"), COLOUR_NONE);
}

static void fact_to(struct asking *a, const cJSON *notice)
{
	const cJSON *spare;
	struct textbuf text;

	textbuf_init(&text);
	destination(notice, &text);
	cJSON_ArrayForEach(spare, pick(notice, "spare")) textbuf_addf(&text,
	    ", else %s", cJSON_IsString(spare) ? spare->valuestring : "");
	asking_fact(a, "to", text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

static void show_one(struct asking *a)
{
	const cJSON *notice = pick(a->tree, "notice");
	const cJSON *attempts = pick(a->tree, "attempts");
	struct wall now = pick_wall(a->tree, "now");
	bool dead = strcmp(pick_text(notice, "state"), "dead") == 0;
	const cJSON *attempt;
	struct table t;
	char id[24];

	snprintf(id, sizeof id, "%lld", (long long)pick_int(notice, "id"));
	asking_fact(a, "notice", id, COLOUR_BOLD);
	asking_fact(a, "ticket", pick_text(notice, "ticket"), COLOUR_NONE);
	asking_fact(a, "reason", pick_text(notice, "reason"), COLOUR_NONE);
	asking_fact(a, "clock", pick_text(notice, "clock"), COLOUR_NONE);
	asking_fact(a, "chain", pick_text(notice, "chain"), COLOUR_NONE);
	asking_fact(a, "detail", pick_text(notice, "detail"), COLOUR_NONE);
	fact_to(a, notice);
	asking_fact(a, "state", pick_text(notice, "state"),
	    dead ? COLOUR_RED : COLOUR_NONE);
	asking_fact_when(a, "due", notice, "at", now);
	asking_fact_when(a, "free", notice, "free_at", now);
	asking_fact_when(a, "of use", notice, "useful_until", now);
	asking_fact(a, "their name", pick_text(notice, "ref"), COLOUR_NONE);
	if (cJSON_GetArraySize(attempts) == 0)
		return;
	textbuf_add(&a->out, "\n");
	table_init(&t, attempt_columns,
	    sizeof attempt_columns / sizeof *attempt_columns);
	cJSON_ArrayForEach(attempt, attempts) add_attempt(&t, attempt);
	table_print(&t, a->screen, &a->out);
	table_fini(&t);
}

static bool is_number(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len < 19 && strspn(text, "0123456789") == len;
}

static int show(struct asking *a, const char *id)
{
	struct textbuf path;
	int code;

	textbuf_init(&path);
	textbuf_addf(&path, "/v1/outbox/%s", id);
	code = asking_get(a, path.data);
	if (code == EXIT_OK && !asking_print_json(a))
		show_one(a);
	textbuf_fini(&path);
	return code;
}

/* --- retry and drop ------------------------------------------------------ */

struct deed {
	const char *verb;
	const char *done;  /* "notice 17 ..." */
	const char *state; /* of which without numbers */
};

static const struct deed deeds[] = {
	{ "retry", "goes again", "dead" },
	{ "drop", "is not sent", "pending" },
};

static int do_one(struct asking *a, const struct deed *deed, const char *id,
    const struct textbuf *body)
{
	struct textbuf text;
	int code;

	textbuf_init(&text);
	textbuf_addf(&text, "/v1/outbox/%s/%s", id, deed->verb);
	code = asking_post(a, text.data, body);
	if (code == EXIT_OK && !asking_print_json(a)) {
		const cJSON *notice = pick(a->tree, "notice");

		textbuf_clear(&text);
		textbuf_addf(&text, "notice %s of %s, by ", id,
		    pick_text(notice, "ticket"));
		destination(notice, &text);
		textbuf_addf(&text, ", %s", deed->done);
		asking_line(a, text.data);
	}
	textbuf_fini(&text);
	return code;
}

/* Each has its own answer: one that is refused does not stop the others. */
static int do_listed(struct asking *a, const struct deed *deed,
    const struct textbuf *ids, const struct textbuf *body)
{
	const char *at = ids->data;
	int worst = EXIT_OK;

	while (*at != '\0' && worst != EXIT_UNREACHABLE) {
		size_t len = strcspn(at, " ");
		char id[24];
		int code;

		snprintf(id, sizeof id, "%.*s", (int)len, at);
		code = do_one(a, deed, id, body);
		if (code != EXIT_OK)
			worst = code;
		at += len + (at[len] == ' ');
	}
	return worst;
}

/* All that the options name; read first, as acting changes the list. */
static int find_ids(
    struct asking *a, const struct deed *deed, struct textbuf *ids)
{
	struct textbuf path, after;
	const cJSON *notice;
	int code;

	textbuf_init(&path);
	textbuf_init(&after);
	list_path(a->in, deed->state, LIMIT_MOST, &path);
	do {
		code = ask_page(a, &path, &after);
		if (code != EXIT_OK)
			break;
		cJSON_ArrayForEach(notice, pick(a->tree, "notices"))
		    textbuf_addf(
			ids, "%lld ", (long long)pick_int(notice, "id"));
	} while (after.len > 0);
	textbuf_fini(&path);
	textbuf_fini(&after);
	return code;
}

static int take_ids(
    struct asking *a, const struct deed *deed, struct textbuf *ids)
{
	const struct invocation *in = a->in;
	bool named = in->value[OPT_CHANNEL] != NULL ||
		     in->value[OPT_PERSON] != NULL ||
		     in->value[OPT_DEAD] != NULL;
	struct errtext err;

	for (int i = 1; i < in->nargs; i++) {
		if (!is_number(in->args[i])) {
			errtext_set(&err,
			    "\"%s\" is no notice's number; slawatchctl outbox "
			    "lists them",
			    in->args[i]);
			return say_err(EXIT_USAGE, &err);
		}
		textbuf_addf(ids, "%s ", in->args[i]);
	}
	if (named == (in->nargs > 1)) {
		errtext_set(&err,
		    "%s takes numbers, or %s--channel or --person for all of "
		    "these",
		    deed->verb, deed == &deeds[0] ? "--dead, " : "");
		return say_err(EXIT_USAGE, &err);
	}
	if (deed != &deeds[0] && in->value[OPT_DEAD] != NULL)
		return say(EXIT_USAGE,
		    "a dead notice is not sent in any case; drop takes those "
		    "that wait");
	return named ? find_ids(a, deed, ids) : EXIT_OK;
}

static int act(struct asking *a, const struct deed *deed)
{
	const char *by = asking_doer(a->in);
	struct textbuf ids, body;
	struct json_out j;
	int code;

	if (by == NULL)
		return say(EXIT_USAGE, "who does it? tell with --by");
	textbuf_init(&ids);
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_text(&j, "by", by);
	json_close(&j, '}');
	code = take_ids(a, deed, &ids);
	if (code == EXIT_OK && ids.len == 0)
		asking_line(a, "there are none");
	else if (code == EXIT_OK)
		code = do_listed(a, deed, &ids, &body);
	textbuf_fini(&ids);
	textbuf_fini(&body);
	return code;
}

/* --- which it is --------------------------------------------------------- */

static int unknown(const char *word)
{
	static const char *const words[] = { "retry", "drop" };
	const char *near = nearest_of(word, words, 2);
	struct errtext err;

	errtext_set(&err,
	    "outbox: \"%s\" is no notice's number%s%s%s; there are retry and "
	    "drop",
	    word, near != NULL ? ", did you mean \"" : "",
	    near != NULL ? near : "", near != NULL ? "\"?" : "");
	return say_err(EXIT_USAGE, &err);
}

static int run(struct asking *a)
{
	const struct invocation *in = a->in;

	if (in->nargs == 0)
		return list(a);
	for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
		if (strcmp(in->args[0], deeds[i].verb) == 0)
			return act(a, &deeds[i]);
	if (!is_number(in->args[0]))
		return unknown(in->args[0]);
	if (in->nargs > 1)
		return say(EXIT_USAGE, "outbox shows one notice at a time");
	return show(a, in->args[0]);
}

int cmd_outbox(const struct invocation *in)
{
	struct asking a;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK)
		code = run(&a);
	asking_end(&a);
	return code;
}
