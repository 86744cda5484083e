/* queues.c - see queues.h.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/queues.h"

#include "base/check.h"

#include <stdlib.h>

/* The lanes that are worth a row, the longest first. */
struct lane_list {
	struct lane_line *at; /* owned */
	size_t count;	      /* at most QUEUES_MAX */
	size_t ready;	      /* of all */
	size_t waiting;
	int64_t delay_ms; /* the longest */
};

static size_t length(const struct lane_line *l)
{
	return l->ready + l->waiting + l->held;
}

static int longer_first(const void *a, const void *b)
{
	size_t x = length(a);
	size_t y = length(b);

	return x > y ? -1 : x < y;
}

static void lanes_read(
    const struct outbox *o, struct mono mono, struct lane_list *list)
{
	size_t nlanes = outbox_lanes(o);

	*list =
	    (struct lane_list){ .at = calloc(nlanes + 1, sizeof *list->at) };
	CHECK(list->at != NULL);
	for (size_t i = 0; i < nlanes; i++) {
		struct lane_line *l = &list->at[list->count];

		outbox_lane(o, i, mono, l);
		list->ready += l->ready;
		list->waiting += l->waiting;
		if (l->delay_ms > list->delay_ms)
			list->delay_ms = l->delay_ms;
		list->count += length(l) > 0 || l->until.ms > mono.ms;
	}
	qsort(list->at, list->count, sizeof *list->at, longer_first);
	if (list->count > QUEUES_MAX)
		list->count = QUEUES_MAX;
}

/* --- JSON ---------------------------------------------------------------- */

static void write_until(struct mono until, struct mono mono, struct json_out *j)
{
	if (until.ms > mono.ms)
		json_seconds(j, "resumes_in_s", until.ms - mono.ms);
	else
		json_raw(j, "resumes_in_s", "null");
}

static void write_lane(
    const struct lane_line *l, struct mono mono, struct json_out *j)
{
	json_open(j, NULL, '{');
	json_text(j, "channel", l->channel);
	json_text_or_null(j, "who", l->who);
	json_bool(j, "edits", l->is_edits);
	json_text_or_null(j, "endpoint", l->endpoint);
	json_int(j, "ready", (int64_t)l->ready);
	json_int(j, "waiting", (int64_t)l->waiting);
	json_int(j, "sending", (int64_t)l->held);
	json_wall(j, "oldest", l->oldest);
	json_seconds(j, "delay_s", l->delay_ms);
	json_text(j, "state", breaker_state_name(l->breaker));
	write_until(l->until, mono, j);
	json_close(j, '}');
}

static void write_endpoint(
    const struct endpoint_line *e, struct mono mono, struct json_out *j)
{
	json_open(j, NULL, '{');
	json_text(j, "name", e->name);
	json_text(j, "state", breaker_state_name(e->state));
	json_int(j, "failures", e->failures);
	write_until(e->until, mono, j);
	json_close(j, '}');
}

void queues_json(const struct outbox *o, struct mono mono, struct json_out *j)
{
	struct endpoint_line e;
	struct lane_list list;

	lanes_read(o, mono, &list);
	json_int(j, "ready", (int64_t)list.ready);
	json_int(j, "waiting", (int64_t)list.waiting);
	json_seconds(j, "delay_s", list.delay_ms);
	json_open(j, "destinations", '[');
	for (size_t i = 0; i < list.count; i++)
		write_lane(&list.at[i], mono, j);
	json_close(j, ']');
	json_open(j, "endpoints", '[');
	for (size_t i = 0; i < outbox_endpoints(o); i++) {
		outbox_endpoint(o, i, &e);
		if (e.state != BREAKER_CLOSED || e.failures > 0)
			write_endpoint(&e, mono, j);
	}
	json_close(j, ']');
	free(list.at);
}

/* --- metrics ------------------------------------------------------------- */

/* A label's value: backslash, quote and newline are escaped. */
static void add_label(struct textbuf *out, const char *name, const char *value)
{
	textbuf_addf(out, "%s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '\n') {
			textbuf_add(out, "\\n");
			continue;
		}
		if (*value == '\\' || *value == '"')
			textbuf_addc(out, '\\');
		textbuf_addc(out, *value);
	}
	textbuf_addc(out, '"');
}

static void add_head(struct textbuf *out, const char *name, const char *help)
{
	textbuf_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void add_milliseconds(struct textbuf *out, int64_t ms)
{
	int rest = (int)(ms % 1000);

	textbuf_addf(out, "%lld.%d%d%d\n", (long long)(ms / 1000), rest / 100,
	    rest / 10 % 10, rest % 10);
}

enum column { COLUMN_READY, COLUMN_DELAY, COLUMN_AGE, COLUMN_COUNT };

static const struct {
	const char *name;
	const char *help;
} columns[COLUMN_COUNT] = {
	[COLUMN_READY] = { "slawatch_destination_ready",
	    "Notices that may go as soon as the destination's budget lets "
	    "them; a destination with nothing to send has no row." },
	[COLUMN_DELAY] = { "slawatch_destination_delay_seconds",
	    "Until all of these have gone, at the destination's budget." },
	[COLUMN_AGE] = { "slawatch_destination_oldest_seconds",
	    "For how long the oldest of these has been free to go." },
};

static int64_t age_ms(const struct lane_line *l, struct wall now)
{
	if (wall_is_never(l->oldest) || !wall_before(l->oldest, now))
		return 0;
	return wall_minus(now, l->oldest);
}

static void add_lane(struct textbuf *out, enum column column,
    const struct lane_line *l, struct wall now)
{
	textbuf_addf(out, "%s{", columns[column].name);
	add_label(out, "channel", l->channel);
	textbuf_addc(out, ',');
	add_label(out, "who", l->who);
	textbuf_addc(out, ',');
	add_label(out, "kind", l->is_edits ? "edits" : "notices");
	textbuf_add(out, "} ");
	if (column == COLUMN_READY)
		textbuf_addf(out, "%lld\n", (long long)l->ready);
	else
		add_milliseconds(
		    out, column == COLUMN_DELAY ? l->delay_ms : age_ms(l, now));
}

static void add_endpoints(const struct outbox *o, struct textbuf *out)
{
	struct endpoint_line e;

	add_head(out, "slawatch_endpoint_down",
	    "1 while nothing but a probe goes there: it failed several times, "
	    "or refuses everything.");
	for (size_t i = 0; i < outbox_endpoints(o); i++) {
		outbox_endpoint(o, i, &e);
		textbuf_add(out, "slawatch_endpoint_down{");
		add_label(out, "endpoint", e.name);
		textbuf_addf(out, "} %d\n", e.state == BREAKER_CLOSED ? 0 : 1);
	}
}

void queues_metrics(const struct outbox *o, struct mono mono, struct wall now,
    struct textbuf *out)
{
	struct lane_list list;

	lanes_read(o, mono, &list);
	for (int c = 0; c < COLUMN_COUNT; c++) {
		add_head(out, columns[c].name, columns[c].help);
		for (size_t i = 0; i < list.count; i++)
			add_lane(out, (enum column)c, &list.at[i], now);
	}
	add_endpoints(o, out);
	free(list.at);
}
