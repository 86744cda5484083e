/* history.c - see history.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/history.h"

#include "base/check.h"

#include <string.h>

void history_begin(struct ticket *t)
{
	struct status_change first = { t->created, t->fields.status };

	*(struct status_change *)arena_push(t->arena, &t->history, &t->nhistory,
	    &t->cap_history, sizeof first) = first;
}

/* Of too many the oldest are forgotten, but for the first. */
static void forget(struct ticket *t)
{
	if (t->nhistory <= HISTORY_MAX)
		return;
	t->nhistory--;
	memmove(&t->history[1], &t->history[2],
	    (t->nhistory - 1) * sizeof t->history[0]);
}

size_t history_insert(struct ticket *t, enum status status, struct wall at)
{
	struct status_change c = { wall_max(at, t->created), status };
	size_t i = t->nhistory;
	bool known;

	CHECK(i > 0);
	while (i > 1 && wall_before(c.at, t->history[i - 1].at))
		i--;
	known = t->history[i - 1].status == status;
	arena_push(
	    t->arena, &t->history, &t->nhistory, &t->cap_history, sizeof c);
	memmove(&t->history[i + 1], &t->history[i],
	    (t->nhistory - 1 - i) * sizeof c);
	t->history[i] = c;
	if (t->nhistory > HISTORY_MAX && i > 1)
		i--;
	forget(t);
	return known ? HISTORY_KNOWN : i;
}

enum status history_status(const struct ticket *t, struct wall at)
{
	size_t i = t->nhistory;

	CHECK(i > 0);
	while (i > 1 && wall_before(at, t->history[i - 1].at))
		i--;
	return t->history[i - 1].status;
}

/* Of too many the oldest stay, and the latest. */
static void insert(struct ticket *t, size_t i, struct wall at)
{
	if (t->nunanswered == UNANSWERED_MAX) {
		if (i >= UNANSWERED_MAX - 1)
			t->unanswered[UNANSWERED_MAX - 1] =
			    wall_max(at, t->unanswered[UNANSWERED_MAX - 1]);
		return;
	}
	memmove(&t->unanswered[i + 1], &t->unanswered[i],
	    (t->nunanswered - i) * sizeof at);
	t->unanswered[i] = at;
	t->nunanswered++;
}

bool history_asked(struct ticket *t, struct wall at)
{
	size_t i = t->nunanswered;

	if (!wall_is_never(t->answered_at) && wall_before(at, t->answered_at))
		return false;
	while (i > 0 && wall_before(at, t->unanswered[i - 1]))
		i--;
	insert(t, i, at);
	return true;
}

void history_answered(struct ticket *t, struct wall at)
{
	size_t n = 0;

	if (wall_is_never(t->answered_at) || wall_before(t->answered_at, at))
		t->answered_at = at;
	while (n < t->nunanswered && !wall_before(at, t->unanswered[n]))
		n++;
	t->nunanswered -= n;
	memmove(t->unanswered, &t->unanswered[n],
	    t->nunanswered * sizeof *t->unanswered);
}
