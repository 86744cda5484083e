/* cells.c - a ticket's JSON as words.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/cells.h"

#include "ctl/pick.h"

#include <string.h>

static bool is_one_of(const char *text, const char *const names[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(text, names[i]) == 0)
			return true;
	}
	return false;
}

static bool is_unfinished(const cJSON *clock)
{
	static const char *const names[] = { "running", "paused", "breached" };

	return is_one_of(pick_text(clock, "state"), names, 3);
}

const cJSON *cell_next_clock(const cJSON *ticket)
{
	const cJSON *best = NULL;
	const cJSON *clock;

	cJSON_ArrayForEach(clock, pick(ticket, "clocks"))
	{
		if (!is_unfinished(clock))
			continue;
		/* A paused one has no due: never, later than any. */
		if (best == NULL || wall_before(pick_wall(clock, "due"),
					pick_wall(best, "due")))
			best = clock;
	}
	return best;
}

/* The latest warning that was given, or "". */
static const char *last_warning(const cJSON *clock)
{
	const cJSON *warned = pick(clock, "warned");
	int count = cJSON_GetArraySize(warned);
	const cJSON *last =
	    count > 0 ? cJSON_GetArrayItem(warned, count - 1) : NULL;

	return cJSON_IsString(last) ? last->valuestring : "";
}

void cell_clock_state(const cJSON *clock, struct textbuf *out)
{
	const char *state = pick_text(clock, "state");
	const char *warned = last_warning(clock);

	textbuf_add(out, state);
	if (strcmp(state, "running") == 0 && warned[0] != '\0')
		textbuf_addf(out, " %s", warned);
}

enum colour cell_clock_colour(const cJSON *clock, struct wall now)
{
	static const char *const late[] = { "breached", "met_late" };
	const char *state = pick_text(clock, "state");
	struct wall due = pick_wall(clock, "due");

	if (is_one_of(state, late, 2))
		return COLOUR_RED;
	if (strcmp(state, "met") == 0)
		return COLOUR_GREEN;
	if (strcmp(state, "running") != 0)
		return COLOUR_DIM;
	if (last_warning(clock)[0] != '\0' ||
	    wall_before(due, wall_plus(now, CELL_SOON_MS)))
		return COLOUR_YELLOW;
	return COLOUR_NONE;
}

const cJSON *cell_live_chain(const cJSON *ticket)
{
	static const char *const live[] = { "walking", "acked", "snoozed",
		"exhausted" };
	const cJSON *best = NULL;
	const cJSON *chain;

	cJSON_ArrayForEach(chain, pick(ticket, "chains"))
	{
		if (is_one_of(pick_text(chain, "state"), live, 4))
			best = chain;
	}
	return best;
}

void cell_chain(const cJSON *chain, struct textbuf *out)
{
	const char *state = pick_text(chain, "state");
	int64_t steps = pick_int(chain, "steps");
	int64_t round = pick_int(chain, "round");

	textbuf_add(out, pick_text(chain, "chain"));
	if (steps > 0)
		textbuf_addf(out, " %lld/%lld",
		    (long long)pick_int(chain, "step"), (long long)steps);
	if (round > 0)
		textbuf_addf(out, " round %lld", (long long)round + 1);
	if (strcmp(state, "walking") != 0 && state[0] != '\0')
		textbuf_addf(out, " %s", state);
}

enum colour cell_chain_colour(const cJSON *chain)
{
	const char *state = pick_text(chain, "state");

	if (strcmp(state, "exhausted") == 0)
		return COLOUR_RED;
	if (strcmp(state, "walking") == 0)
		return COLOUR_YELLOW;
	return COLOUR_NONE;
}

void cell_customer(const cJSON *ticket, struct textbuf *out)
{
	const cJSON *customer = pick(ticket, "customer");
	const char *name = pick_text(customer, "name");

	textbuf_add(out, name[0] != '\0' ? name : pick_text(customer, "id"));
}
