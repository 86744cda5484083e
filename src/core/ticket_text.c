/* ticket_text.c - see ticket_text.h.
 *
 *	history     status:ms;status:ms
 *	unanswered  ms;ms
 *	field_at    field:ms;field:ms
 *
 * SPDX-License-Identifier: MIT */
#include "core/ticket_text.h"

#include "core/line_text.h"

#include <string.h>

static const char *keep(const struct ticket *t, struct textbuf *tb)
{
	const char *text =
	    tb->len == 0 ? "" : arena_strndup(t->arena, tb->data, tb->len);

	textbuf_fini(tb);
	return text;
}

static void add_pair(struct textbuf *tb, const char *name, struct wall at)
{
	if (tb->len > 0)
		textbuf_addc(tb, ';');
	textbuf_addf(tb, "%s:%lld", name, (long long)at.ms);
}

/* The next `name:ms`; false at the end, *broken if it is none. */
static bool take_part(
    char **rest, const char **name, struct wall *at, bool *broken)
{
	char *part =
	    *rest == NULL || **rest == '\0' ? NULL : line_take(rest, ';');
	int64_t ms = 0;

	if (part == NULL)
		return false;
	*name = line_take(&part, ':');
	*broken = !line_take_number(&part, ':', INT64_MAX, &ms) || part != NULL;
	*at = wall_at(ms);
	return !*broken;
}

const char *ticket_history_encode(const struct ticket *t)
{
	struct textbuf tb;

	textbuf_init(&tb);
	for (size_t i = 0; i < t->nhistory; i++) {
		const struct status_change *h = &t->history[i];

		add_pair(&tb, status_name(h->status), h->at);
	}
	return keep(t, &tb);
}

bool ticket_history_decode(struct ticket *t, const char *text)
{
	char *rest = arena_strdup(t->arena, text);
	bool broken = false;
	const char *name;
	struct wall at;

	t->nhistory = 0;
	while (take_part(&rest, &name, &at, &broken)) {
		struct status_change c = { .at = at };

		broken = !status_parse(name, &c.status);
		if (broken)
			break;
		*(struct status_change *)arena_push(t->arena, &t->history,
		    &t->nhistory, &t->cap_history, sizeof c) = c;
	}
	if (broken)
		t->nhistory = 0;
	return !broken;
}

const char *ticket_unanswered_encode(const struct ticket *t)
{
	struct textbuf tb;

	textbuf_init(&tb);
	for (size_t i = 0; i < t->nunanswered; i++)
		textbuf_addf(&tb, "%s%lld", i == 0 ? "" : ";",
		    (long long)t->unanswered[i].ms);
	return keep(t, &tb);
}

bool ticket_unanswered_decode(struct ticket *t, const char *text)
{
	char *rest = arena_strdup(t->arena, text);

	t->nunanswered = 0;
	while (rest != NULL && *rest != '\0') {
		int64_t ms;

		if (t->nunanswered == UNANSWERED_MAX ||
		    !line_take_number(&rest, ';', INT64_MAX, &ms)) {
			t->nunanswered = 0;
			return false;
		}
		t->unanswered[t->nunanswered++] = wall_at(ms);
	}
	return true;
}

const char *ticket_field_at_encode(const struct ticket *t)
{
	struct textbuf tb;

	textbuf_init(&tb);
	for (int f = 0; f < FIELD_COUNT; f++)
		if (!wall_is_never(t->field_at[f]))
			add_pair(
			    &tb, field_name((enum field)f), t->field_at[f]);
	return keep(t, &tb);
}

static int field_of(const char *name)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		if (strcmp(field_name((enum field)f), name) == 0)
			return f;
	return -1;
}

bool ticket_field_at_decode(struct ticket *t, const char *text)
{
	char *rest = arena_strdup(t->arena, text);
	bool broken = false;
	const char *name;
	struct wall at;

	for (int f = 0; f < FIELD_COUNT; f++)
		t->field_at[f] = WALL_NEVER;
	while (take_part(&rest, &name, &at, &broken)) {
		int f = field_of(name);

		broken = f < 0;
		if (broken)
			break;
		t->field_at[f] = at;
	}
	for (int f = 0; broken && f < FIELD_COUNT; f++)
		t->field_at[f] = WALL_NEVER;
	return !broken;
}
