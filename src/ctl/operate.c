/* operate.c - status, health, metrics: how is the daemon?
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/pick.h"
#include "ctl/when.h"
#include "wire/json_gate.h"

#include <stdio.h>
#include <string.h>

static void fact_counts(struct asking *a, const char *name, const cJSON *object,
    const char *const members[], size_t count)
{
	struct textbuf text;

	textbuf_init(&text);
	for (size_t i = 0; i < count; i++)
		textbuf_addf(&text, "%s%lld %s", i > 0 ? ", " : "",
		    (long long)pick_int(object, members[i]), members[i]);
	asking_fact(a, name, text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

/* The reasons as one text, "" if there are none; so for worries, which leave
 * health as it is. */
static void add_reasons(
    const cJSON *health, const char *member, struct textbuf *out)
{
	const cJSON *reason;

	cJSON_ArrayForEach(reason, pick(health, member))
	{
		if (cJSON_IsString(reason))
			textbuf_addf(out, "%s%s", out->len > 0 ? "; " : "",
			    reason->valuestring);
	}
}

static void show_health(struct asking *a)
{
	const cJSON *health = pick(a->tree, "health");
	bool ok = pick_true(health, "ok");
	struct textbuf text;

	asking_fact(a, "ready", pick_true(a->tree, "ready") ? "yes" : "no",
	    pick_true(a->tree, "ready") ? COLOUR_NONE : COLOUR_RED);
	textbuf_init(&text);
	add_reasons(health, "reasons", &text);
	asking_fact(a, "health",
	    ok		   ? "ok"
	    : text.len > 0 ? text.data
			   : "red",
	    ok ? COLOUR_GREEN : COLOUR_RED);
	textbuf_clear(&text);
	add_reasons(health, "worries", &text);
	asking_fact(a, "worries", text.data, COLOUR_YELLOW);
	textbuf_fini(&text);
}

static void show_clock(struct asking *a, struct wall now)
{
	const cJSON *clock = pick(a->tree, "clock");
	char text[WHEN_TEXT_MAX], rate[64];

	when_local(now, text);
	asking_fact(a, "now", text, COLOUR_NONE);
	if (pick_true(clock, "virtual")) {
		if (pick_true(clock, "stepped"))
			snprintf(rate, sizeof rate,
			    "virtual, stands still until it is stepped");
		else
			snprintf(rate, sizeof rate, "virtual, %g times as fast",
			    pick_number(clock, "rate"));
		asking_fact(a, "clock", rate, COLOUR_YELLOW);
	}
	asking_fact_when(a, "started", a->tree, "started", now);
}

static void show_matrix(struct asking *a, struct wall now)
{
	const cJSON *matrix = pick(a->tree, "matrix");
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "%s, revision %s", pick_text(matrix, "file"),
	    pick_text(matrix, "revision"));
	asking_fact(a, "matrix", text.data, COLOUR_NONE);
	textbuf_fini(&text);
	asking_fact_when(a, "loaded", matrix, "loaded", now);
}

/* How old each feed's copy is, and why there is no newer one. */
static void show_feeds(struct asking *a, struct wall now)
{
	const cJSON *feed;

	cJSON_ArrayForEach(feed, pick(pick(a->tree, "presence"), "feeds"))
	{
		struct wall failing = pick_wall(feed, "failing_since");
		struct textbuf text;
		char when[WHEN_TEXT_MAX];

		textbuf_init(&text);
		when_both(pick_wall(feed, "good_at"), now, when);
		textbuf_addf(&text, "%s, %s%s", pick_text(feed, "schedule"),
		    when[0] != '\0' ? "copy of " : "no copy yet", when);
		if (!wall_is_never(failing)) {
			when_relative(failing, now, when);
			textbuf_addf(&text, "; failing since %s: %s", when,
			    pick_text(feed, "why"));
		}
		asking_fact(a, "feed", text.data,
		    wall_is_never(failing) ? COLOUR_NONE : COLOUR_YELLOW);
		textbuf_fini(&text);
	}
}

/* How long the line is, and what is down. */
static void show_queues(struct asking *a)
{
	const cJSON *outbox = pick(a->tree, "outbox");
	const cJSON *e;
	char delay[SPAN_TEXT_MAX];
	struct textbuf text;

	textbuf_init(&text);
	if (pick_int(outbox, "ready") > 0) {
		span_format(
		    (int64_t)(pick_number(outbox, "delay_s") * 1000.0), delay);
		textbuf_addf(&text, "%lld ready, gone in %s",
		    (long long)pick_int(outbox, "ready"), delay);
		asking_fact(a, "in line", text.data, COLOUR_NONE);
	}
	cJSON_ArrayForEach(e, pick(outbox, "endpoints"))
	{
		if (strcmp(pick_text(e, "state"), "closed") == 0)
			continue;
		textbuf_clear(&text);
		textbuf_addf(
		    &text, "%s; only a probe goes there", pick_text(e, "name"));
		asking_fact(a, "down", text.data, COLOUR_RED);
	}
	textbuf_fini(&text);
}

static void show_blind(struct asking *a)
{
	const cJSON *blind = pick(a->tree, "blind");
	char last[SPAN_TEXT_MAX], total[SPAN_TEXT_MAX];
	struct textbuf text;

	if (pick_int(blind, "total_ms") == 0)
		return;
	span_format(pick_int(blind, "last_ms"), last);
	span_format(pick_int(blind, "total_ms"), total);
	textbuf_init(&text);
	textbuf_addf(&text, "%s at the last restart, %s in all", last, total);
	asking_fact(a, "blind", text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

static void show_database(struct asking *a)
{
	const cJSON *database = pick(a->tree, "database");
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "%s, %lld kB", pick_text(database, "path"),
	    (long long)(pick_int(database, "bytes") / 1024));
	asking_fact(a, "database", text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

static void show_status(struct asking *a)
{
	static const char *const tickets[] = { "open", "breached" };
	static const char *const chains[] = { "walking", "acked", "exhausted" };
	static const char *const presence[] = { "people", "away", "schedules",
		"gaps" };
	static const char *const outbox[] = { "pending", "dead" };
	static const char *const queue[] = { "waiting", "max" };
	const cJSON *tree = a->tree;
	struct wall now = pick_wall(tree, "now");

	asking_fact(a, "version", pick_text(tree, "version"), COLOUR_NONE);
	show_health(a);
	show_clock(a, now);
	show_matrix(a, now);
	fact_counts(a, "tickets", pick(tree, "tickets"), tickets, 2);
	fact_counts(a, "chains", pick(tree, "chains"), chains, 3);
	if (pick(tree, "presence") != NULL)
		fact_counts(a, "presence", pick(tree, "presence"), presence, 4);
	show_feeds(a, now);
	fact_counts(a, "outbox", pick(tree, "outbox"), outbox, 2);
	asking_fact_when(
	    a, "oldest", pick(tree, "outbox"), "oldest_pending", now);
	show_queues(a);
	asking_fact_when(a, "next due", pick(tree, "heap"), "next_due", now);
	fact_counts(a, "queue", pick(tree, "queue"), queue, 2);
	show_blind(a);
	show_database(a);
}

int cmd_status(const struct invocation *in)
{
	struct asking a;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK)
		code = asking_get(&a, "/v1/status");
	if (code == EXIT_OK && !asking_print_json(&a))
		show_status(&a);
	asking_end(&a);
	return code;
}

/* Ready is one thing, well another: a chain that nobody answered makes health
 * red and leaves the daemon at work. */
static void show_ready(struct asking *a, bool ready)
{
	struct errtext ignored;
	struct textbuf text;

	textbuf_init(&text);
	textbuf_add(&text, ready ? "ready" : "not ready");
	if (ready && live_request(a->live, "GET", "/healthz", NULL, &a->reply,
			 &ignored) == EXIT_OK) {
		struct textbuf reasons;

		cJSON_Delete(a->tree);
		a->tree = json_gate_parse(
		    a->reply.body.data, a->reply.body.len, &ignored);
		textbuf_init(&reasons);
		add_reasons(a->tree, "reasons", &reasons);
		if (reasons.len > 0)
			textbuf_addf(&text, ", but not well: %s", reasons.data);
		textbuf_fini(&reasons);
	}
	asking_line(a, text.data);
	textbuf_fini(&text);
}

int cmd_health(const struct invocation *in)
{
	struct asking a;
	struct errtext err;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK) {
		code = (int)live_request(
		    a.live, "GET", "/readyz", NULL, &a.reply, &err);
		if (code != EXIT_OK)
			say_err(EXIT_UNREACHABLE, &err);
		else if (a.reply.status != 200)
			code = EXIT_UNREACHABLE;
		if (a.reply.status != 0 && !asking_print_json(&a))
			show_ready(&a, code == EXIT_OK);
	}
	asking_end(&a);
	return code;
}

int cmd_metrics(const struct invocation *in)
{
	struct asking a;
	struct errtext err;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK) {
		code = (int)live_request(
		    a.live, "GET", "/metrics", NULL, &a.reply, &err);
		if (code == EXIT_OK)
			code = (int)live_judge(&a.reply, &err);
		if (code != EXIT_OK)
			say_err((enum exit_code)code, &err);
		else
			textbuf_addn(
			    &a.out, a.reply.body.data, a.reply.body.len);
	}
	asking_end(&a);
	return code;
}
