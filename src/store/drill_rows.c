/* drill_rows.c - see drill_rows.h.
 *
 * SPDX-License-Identifier: MIT */
#include "store/drill_rows.h"

#include <string.h>

/* By the index of the keys. */
#define DRILLS "key >= 'drill:' AND key < 'drill;'"

enum store_result drill_rows_running(struct connection *c, struct arena *arena,
    const char *chain, const char **key, struct errtext *err)
{
	static const struct query q = { QUERY_ONCE,
		"SELECT t.key FROM ticket AS t JOIN chain_run AS r"
		" ON r.ticket_id = t.id WHERE t." DRILLS " AND t.over = 0"
		" AND r.live = 1 AND r.chain = ? LIMIT 1" };
	enum store_result r;
	struct call k;
	bool found;

	call_begin(&k, c, &q);
	call_text(&k, chain);
	found = call_row(&k);
	if (found)
		*key = row_text(&k, arena);
	r = call_end(&k, err);
	return r == STORE_OK && !found ? STORE_NONE : r;
}

enum store_result drill_rows_last(
    struct connection *c, const char *day, int64_t *number, struct errtext *err)
{
	static const struct query q = { QUERY_ONCE,
		"SELECT coalesce(max(CAST(substr(key, ?2) AS INTEGER)), 0)"
		" FROM ticket WHERE " DRILLS
		" AND substr(key, 1, ?2 - 1) = ?1" };
	struct call k;

	call_begin(&k, c, &q);
	call_text(&k, day);
	call_int(&k, (int64_t)strlen(day) + 1);
	*number = call_row(&k) ? row_int(&k) : 0;
	return call_end(&k, err);
}

enum store_result drill_rows_keys(struct connection *c, struct arena *arena,
    int limit, const char ***out, size_t *count, struct errtext *err)
{
	static const struct query q = { QUERY_ONCE,
		"SELECT key FROM ticket WHERE " DRILLS
		" ORDER BY id DESC LIMIT ?" };
	struct call k;
	size_t cap = 0;

	*out = NULL;
	*count = 0;
	call_begin(&k, c, &q);
	call_int(&k, limit);
	while (call_row(&k))
		*(const char **)arena_push(arena, out, count, &cap,
		    sizeof **out) = row_text(&k, arena);
	return call_end(&k, err);
}
