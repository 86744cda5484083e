/* told.c - see told.h.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/told.h"

#include "base/check.h"
#include "core/line_text.h"

#include <stdlib.h>
#include <string.h>

void told_init(struct told *t)
{
	memset(t, 0, sizeof *t);
}

void told_fini(struct told *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->topics[i].name);
	free(t->topics);
	told_init(t);
}

static struct told_topic *find(struct told *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->topics[i].name, name) == 0)
			return &t->topics[i];
	return NULL;
}

static struct told_topic *add(struct told *t, const char *name, struct wall at)
{
	struct told_topic *topic;

	if (t->count == t->cap) {
		t->cap = t->cap == 0 ? 8 : 2 * t->cap;
		t->topics = realloc(t->topics, t->cap * sizeof *t->topics);
		CHECK(t->topics != NULL);
	}
	topic = &t->topics[t->count++];
	*topic = (struct told_topic){ .name = strdup(name), .at = at };
	CHECK(topic->name != NULL);
	return topic;
}

/* --- a line of text: "feed night,1767225600000;..." ----------------------- */

void told_read(struct told *t, const char *text)
{
	char *copy = strdup(text);
	char *rest = copy;
	char *part;

	CHECK(copy != NULL);
	while (t->count < TOLD_MAX && (part = line_take(&rest, ';')) != NULL) {
		char *name = line_take(&part, ',');
		int64_t ms;

		if (name != NULL && line_unescape(name) &&
		    line_take_number(&part, ',', WALL_MAX_MS, &ms) &&
		    find(t, name) == NULL)
			add(t, name, wall_at(ms));
	}
	free(copy);
}

void told_write(struct told *t, struct textbuf *out)
{
	for (size_t i = 0; i < t->count; i++) {
		if (i > 0)
			textbuf_addc(out, ';');
		line_add_name(out, t->topics[i].name);
		textbuf_addf(out, ",%lld", (long long)t->topics[i].at.ms);
	}
	t->is_changed = false;
}

/* --- a look --------------------------------------------------------------- */

void told_begin(struct told *t)
{
	for (size_t i = 0; i < t->count; i++)
		t->topics[i].holds = false;
}

/* An instant that is still to come was noted by a clock that was wrong. */
static bool is_time(const struct told_topic *topic, struct wall now)
{
	return wall_before(now, topic->at) ||
	       wall_minus(now, topic->at) >= TOLD_AGAIN_MS;
}

bool told_is_due(struct told *t, const char *topic, struct wall now)
{
	struct told_topic *known = find(t, topic);

	if (known == NULL && t->count == TOLD_MAX)
		return false;
	if (known != NULL) {
		known->holds = true;
		if (!is_time(known, now))
			return false;
		known->at = now;
	} else {
		add(t, topic, now)->holds = true;
	}
	t->is_changed = true;
	return true;
}

void told_hold(struct told *t, const char *topic)
{
	struct told_topic *known = find(t, topic);

	if (known != NULL)
		known->holds = true;
}

void told_end(struct told *t)
{
	size_t left = 0;

	for (size_t i = 0; i < t->count; i++) {
		if (t->topics[i].holds) {
			t->topics[left++] = t->topics[i];
			continue;
		}
		free(t->topics[i].name);
		t->is_changed = true;
	}
	t->count = left;
}

struct wall told_next(const struct told *t)
{
	struct wall next = WALL_NEVER;

	for (size_t i = 0; i < t->count; i++)
		next =
		    wall_min(next, wall_plus(t->topics[i].at, TOLD_AGAIN_MS));
	return next;
}
