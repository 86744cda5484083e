/* drill.c - `slawatchctl drill`: a chain walked for practice.
 *
 * Begun, it is followed by its timeline until it is over and what it says of
 * that has arrived, or does not within a while; then the report.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "core/drill.h"
#include "ctl/asking.h"
#include "ctl/drill_show.h"
#include "ctl/pick.h"
#include "wire/json_out.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define PACE_MS 1000 /* between two looks */
#define LAST_WORDS                                                             \
	30 /* looks after its end, while notices are on their                  \
	      way */
#define ROWS_A_LOOK "1000"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

/* A second Ctrl-C ends the program as ever. */
static void catch_interrupt(void)
{
	struct sigaction act = { .sa_handler = on_interrupt,
		.sa_flags = (int)(SA_RESETHAND | SA_RESTART) };

	sigemptyset(&act.sa_mask);
	sigaction(SIGINT, &act, NULL);
}

/* "2026-11-21-1" will do. */
static void key_path(const char *key, const char *rest, struct textbuf *path)
{
	textbuf_add(path, "/v1/drill/");
	if (!drill_key(key))
		textbuf_add(path, DRILL_SOURCE);
	live_escape(path, key);
	textbuf_add(path, rest);
}

static bool is_over(const cJSON *drill)
{
	return strcmp(pick_text(drill, "state"), "running") != 0;
}

/* Of one that runs nobody can say yet. */
static int verdict(const cJSON *drill)
{
	return pick_true(drill, "ok") || !is_over(drill) ? EXIT_OK
							 : EXIT_FAILED;
}

static int look(struct asking *a, const char *key)
{
	struct textbuf path;
	int code;

	textbuf_init(&path);
	key_path(key, "", &path);
	code = asking_get(a, path.data);
	textbuf_fini(&path);
	return code;
}

/* --- followed ------------------------------------------------------------- */

/* What was said so far goes out at once. */
static void flush(struct asking *a)
{
	fwrite(a->out.data, 1, a->out.len, stdout);
	fflush(stdout);
	textbuf_clear(&a->out);
}

/* What has happened since. */
static int show_news(
    struct asking *a, const char *key, struct wall started, int64_t *last)
{
	const cJSON *row;
	struct textbuf rest;
	int code;

	textbuf_init(&rest);
	textbuf_addf(&rest, "/timeline?limit=" ROWS_A_LOOK "&after=%lld",
	    (long long)*last);
	code = asking_ticket(a, "GET", key, rest.data, NULL);
	textbuf_fini(&rest);
	if (code != EXIT_OK)
		return code;
	cJSON_ArrayForEach(row, pick(a->tree, "timeline"))
	{
		*last = pick_int(row, "id");
		if (a->in->value[OPT_JSON] == NULL)
			drill_show_row(a, row, started);
	}
	flush(a);
	return EXIT_OK;
}

/* Nobody looks any more: by Ctrl-C, or for want of a daemon. */
static int leave(const char *key, enum exit_code code)
{
	struct errtext text;

	errtext_set(&text,
	    "the drill goes on; end it with `slawatchctl drill stop %s`, see "
	    "how it went with `slawatchctl drill show %s`",
	    key, key);
	return say_err(code, &text);
}

/* The report is the tree then. */
static int follow(struct asking *a, const char *key, struct wall started)
{
	int64_t last = 0;
	int code = EXIT_OK;

	for (int after = 0; code == EXIT_OK && !interrupted;) {
		code = show_news(a, key, started, &last);
		if (code == EXIT_OK)
			code = look(a, key);
		if (code != EXIT_OK)
			break;
		if (is_over(pick(a->tree, "drill")) &&
		    (!pick_true(pick(a->tree, "drill"), "waits") ||
			after++ == LAST_WORDS))
			return show_news(a, key, started, &last) == EXIT_OK
				   ? look(a, key)
				   : EXIT_FAILED;
		live_sleep(PACE_MS);
	}
	if (interrupted)
		return leave(key, EXIT_FAILED);
	return code == EXIT_UNREACHABLE ? leave(key, EXIT_UNREACHABLE) : code;
}

static void show_begin(struct asking *a, const cJSON *drill)
{
	const char *severity = pick_text(drill, "severity");
	const char *policy = pick_text(drill, "policy");
	const char *team = pick_text(drill, "team");
	struct textbuf line;

	textbuf_init(&line);
	textbuf_addf(&line, "%s: %s", pick_text(drill, "key"),
	    pick_text(drill, "subject"));
	if (severity[0] != '\0')
		textbuf_addf(&line, ", as of a %s ticket", severity);
	if (team[0] != '\0')
		textbuf_addf(&line, " of %s", team);
	if (policy[0] != '\0')
		textbuf_addf(&line, " (whose policy, %s, starts it)", policy);
	if (pick_int(drill, "speed") > 1)
		textbuf_addf(&line, ", %lld times as fast",
		    (long long)pick_int(drill, "speed"));
	asking_line(a, line.data);
	textbuf_fini(&line);
}

static int walk(struct asking *a)
{
	struct wall started = pick_wall(pick(a->tree, "drill"), "started");
	struct textbuf key;
	int code;

	textbuf_init(&key);
	textbuf_add(&key, pick_text(pick(a->tree, "drill"), "key"));
	if (a->in->value[OPT_JSON] == NULL)
		show_begin(a, pick(a->tree, "drill"));
	flush(a);
	catch_interrupt();
	code = follow(a, key.data, started);
	if (code == EXIT_OK) {
		code = verdict(pick(a->tree, "drill"));
		if (!asking_print_json(a)) {
			asking_line(a, "");
			drill_show_report(a, pick(a->tree, "drill"));
		}
	}
	textbuf_fini(&key);
	return code;
}

/* --- begun ---------------------------------------------------------------- */

static void write_order(const struct invocation *in, int speed, const char *by,
    struct textbuf *body)
{
	struct json_out json;

	json_out_init(&json, body);
	json_open(&json, NULL, '{');
	if (in->nargs > 0)
		json_text(&json, "chain", in->args[0]);
	if (in->value[OPT_SEVERITY] != NULL)
		json_text(&json, "severity", in->value[OPT_SEVERITY]);
	if (in->value[OPT_TEAM] != NULL)
		json_text(&json, "team", in->value[OPT_TEAM]);
	json_int(&json, "speed", speed);
	json_text(&json, "by", by);
	json_close(&json, '}');
}

static int begin(struct asking *a, const char *by)
{
	const struct invocation *in = a->in;
	struct textbuf body;
	struct errtext err;
	int speed;
	int code;

	if (in->nargs == 0 && in->value[OPT_SEVERITY] == NULL)
		return say(EXIT_USAGE,
		    "drill needs the chain, or --severity for the one that a "
		    "breach of such a ticket starts");
	if (!args_int(in, OPT_SPEED, 1, DRILL_SPEED_MAX, 1, &speed, &err))
		return say_err(EXIT_USAGE, &err);
	textbuf_init(&body);
	write_order(in, speed, by, &body);
	code = asking_post(a, "/v1/drill", &body);
	textbuf_fini(&body);
	return code == EXIT_OK ? walk(a) : code;
}

/* --- stopped, shown ------------------------------------------------------- */

static int stop(struct asking *a, const char *by)
{
	struct textbuf path, body;
	struct json_out json;
	int code;

	textbuf_init(&path);
	textbuf_init(&body);
	key_path(a->in->args[1], "/stop", &path);
	json_out_init(&json, &body);
	json_open(&json, NULL, '{');
	json_text(&json, "by", by);
	json_close(&json, '}');
	code = asking_post(a, path.data, &body);
	if (code == EXIT_OK && !asking_print_json(a))
		drill_show_report(a, pick(a->tree, "drill"));
	textbuf_fini(&body);
	textbuf_fini(&path);
	return code;
}

static int show(struct asking *a)
{
	int code = look(a, a->in->args[1]);

	if (code != EXIT_OK)
		return code;
	code = verdict(pick(a->tree, "drill"));
	if (!asking_print_json(a)) {
		show_begin(a, pick(a->tree, "drill"));
		drill_show_report(a, pick(a->tree, "drill"));
	}
	return code;
}

/* Keys alone, the newest first: a list has nothing else to say. */
static int list(struct asking *a)
{
	const cJSON *key;
	int code = asking_get(a, "/v1/drill");

	if (code != EXIT_OK || asking_print_json(a))
		return code;
	cJSON_ArrayForEach(key, pick(a->tree, "drills"))
	{
		asking_line(a, key->valuestring);
	}
	if (cJSON_GetArraySize(pick(a->tree, "drills")) == 0)
		asking_line(a, "no drill so far");
	return code;
}

static bool is_verb(const struct invocation *in, const char *verb)
{
	return in->nargs > 0 && strcmp(in->args[0], verb) == 0;
}

/* Options that say what to walk mean nothing to one that exists. */
static int check_verb(const struct invocation *in)
{
	static const enum opt walks[] = { OPT_SEVERITY, OPT_TEAM, OPT_SPEED };
	struct errtext err;

	for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
		if (in->value[walks[i]] == NULL)
			continue;
		errtext_set(&err, "drill %s takes no --%s", in->args[0],
		    option_table[walks[i]].name);
		return say_err(EXIT_USAGE, &err);
	}
	if (is_verb(in, "stop") && in->nargs < 2)
		return say(EXIT_USAGE,
		    "drill stop needs the drill's key; `slawatchctl drill "
		    "show` lists the latest");
	return EXIT_OK;
}

static int dispatch(struct asking *a)
{
	const struct invocation *in = a->in;
	const char *by = asking_doer(in);
	struct errtext err;
	int code;

	if (is_verb(in, "stop") || is_verb(in, "show")) {
		code = check_verb(in);
		if (code != EXIT_OK)
			return code;
	} else if (in->nargs > 1) {
		errtext_set(&err,
		    "drill takes no argument \"%s\"; it walks one chain, or "
		    "stops or shows a drill",
		    in->args[1]);
		return say_err(EXIT_USAGE, &err);
	}
	if (is_verb(in, "show"))
		return in->nargs < 2 ? list(a) : show(a);
	if (by == NULL)
		return say(EXIT_USAGE, "who does it? say so with --by");
	return is_verb(in, "stop") ? stop(a, by) : begin(a, by);
}

int cmd_drill(const struct invocation *in)
{
	struct asking a;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK)
		code = dispatch(&a);
	asking_end(&a);
	return code;
}
