/* scenario_log.c - changes kept, as lines and as words.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_log.h"

#include "core/moment.h"
#include "ctl/width.h"

#include <string.h>

/* What stands between a change and who it names. */
static const char *joined(enum change_kind kind)
{
	switch ((int)kind) {
	case CHANGE_SEVERITY:
	case CHANGE_SEVERITY_CONFIRMED:
	case CHANGE_RULE_FIRED:
	case CHANGE_TEAM:
	case CHANGE_TAGGED:
	case CHANGE_HUMAN_REQUIRED:
		return "by ";
	case CHANGE_PERSON_SKIPPED:
		return "";
	default:
		return "to ";
	}
}

/* What line and words have in common. */
static void add_about(struct textbuf *tb, const struct change *c)
{
	if (*c->clock != '\0')
		textbuf_addf(tb, " %s/%d", c->clock, c->cycle);
	if (*c->chain != '\0')
		textbuf_addf(tb, " %s/%d", c->chain, c->run);
	if (c->step >= 0)
		textbuf_addf(tb, " step %d", c->step + 1);
	if (*c->who != '\0')
		textbuf_addf(tb, " %s%s", joined(c->kind), c->who);
	if (*c->channel != '\0')
		textbuf_addf(tb, " via %s", c->channel);
}

static const char *line_of(
    struct arena *arena, const struct ticket *t, const struct change *c)
{
	struct textbuf tb;
	const char *line;
	char at[WALL_TEXT_MAX];

	if (c->kind == CHANGE_EVENT || c->kind == CHANGE_NOTICE_SENT)
		return NULL;
	textbuf_init(&tb);
	wall_format(c->at, at);
	textbuf_addf(&tb, "%s %s %s", at, t->key, change_kind_name(c->kind));
	if (c->notice >= 0)
		textbuf_addf(&tb, " %s", notice_reason_name(c->reason));
	add_about(&tb, c);
	if (!wall_is_never(c->due) && c->notice < 0) {
		wall_format(c->due, at);
		textbuf_addf(&tb, " due %s", at);
	}
	if (c->late_ms > 0)
		textbuf_addf(&tb, " late %llds", (long long)c->late_ms / 1000);
	if (*c->detail != '\0')
		textbuf_addf(&tb, " (%s)", c->detail);
	line = arena_strndup(arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return line;
}

static struct happening *push(struct scenario_log *log, struct wall now)
{
	struct happening *h = arena_push(
	    log->arena, &log->items, &log->count, &log->cap, sizeof *h);

	*h = (struct happening){ .now = now, .ticket = "", .event = "" };
	h->change = (struct change){ .kind = CHANGE_KIND_COUNT,
		.at = now,
		.clock = "",
		.due = WALL_NEVER,
		.chain = "",
		.step = -1,
		.notice = -1,
		.who = "",
		.channel = "",
		.detail = "" };
	return h;
}

static void add_change(struct scenario_log *log, const struct ticket *t,
    const struct event *ev, struct wall now, const struct change *c)
{
	struct happening *h = push(log, now);
	struct change *to = &h->change;

	*to = *c;
	h->ticket = arena_strdup(log->arena, t->key);
	to->clock = arena_strdup(log->arena, c->clock);
	to->chain = arena_strdup(log->arena, c->chain);
	to->who = arena_strdup(log->arena, c->who);
	to->channel = arena_strdup(log->arena, c->channel);
	to->detail = arena_strdup(log->arena, c->detail);
	if (c->kind == CHANGE_EVENT)
		h->event = event_type_name(ev->type);
	if (c->notice >= 0)
		h->notice_id = t->notices[c->notice].id;
	h->line = line_of(log->arena, t, c);
}

void scenario_log_line(struct scenario_log *log, struct wall now,
    const char *line, const char *why)
{
	struct happening *h = push(log, now);

	h->line = arena_strdup(log->arena, line);
	h->change.detail = arena_strdup(log->arena, why);
}

void scenario_log_decided(struct scenario_log *log, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	struct textbuf line;
	char at[WALL_TEXT_MAX];

	for (size_t i = 0; i < d->nchanges; i++)
		add_change(log, t, ev, now, &d->changes[i]);
	if (d->verdict == VERDICT_ACCEPTED)
		return;
	textbuf_init(&line);
	wall_format(now, at);
	textbuf_addf(&line, "%s %s refused %s (%s)", at, t->key,
	    event_type_name(ev->type), d->why.text);
	scenario_log_line(log, now, line.data, d->why.text);
	log->items[log->count - 1].ticket = arena_strdup(log->arena, t->key);
	textbuf_fini(&line);
}

/* "notice_queued" as words. */
static void add_kind(struct textbuf *out, const char *name)
{
	for (; *name != '\0'; name++)
		textbuf_addc(out, *name == '_' ? ' ' : *name);
}

static void add_what(
    const struct happening *h, const struct zone *z, struct textbuf *out)
{
	const struct change *c = &h->change;
	char due[MOMENT_TEXT_MAX];

	if (c->kind == CHANGE_EVENT) {
		textbuf_add(out, "event: ");
		add_kind(out, h->event);
		return;
	}
	add_kind(out, change_kind_name(c->kind));
	if (c->notice >= 0)
		textbuf_addf(out, ": %s", notice_reason_name(c->reason));
	add_about(out, c);
	if (!wall_is_never(c->due) &&
	    (c->notice < 0 || c->kind == CHANGE_NOTICE_HELD)) {
		moment_there(c->due, z, due);
		textbuf_addf(out, "%s %s",
		    c->kind == CHANGE_NOTICE_HELD ? " until" : ", due", due);
	}
	if (*c->detail != '\0')
		textbuf_addf(out, " (%s)", c->detail);
}

void scenario_log_words(
    const struct happening *h, const struct zone *z, struct textbuf *out)
{
	struct textbuf what;
	char at[MOMENT_TEXT_MAX];

	moment_there(h->change.at, z, at);
	textbuf_init(&what);
	textbuf_addf(&what, "%s  ", at);
	if (*h->ticket != '\0')
		textbuf_addf(&what, "%s  ", h->ticket);
	if (h->change.kind == CHANGE_KIND_COUNT)
		textbuf_addf(&what, "refused: %s", h->change.detail);
	else
		add_what(h, z, &what);
	text_clean(out, what.data);
	textbuf_fini(&what);
}
