/* survey_rows.c - a page of ids, or all that wait until then.
 *
 * SPDX-License-Identifier: MIT */
#include "store/survey_rows.h"

static const struct query watched = { QUERY_ONCE,
	"SELECT ticket_id FROM deadline WHERE ticket_id > ?"
	" ORDER BY ticket_id LIMIT ?" };
static const struct query solved_too = { QUERY_ONCE,
	"SELECT id FROM ticket WHERE id > ?"
	" AND (over = 0 OR (status = 'solved' AND deleted = 0"
	" AND merged_into = '')) ORDER BY id LIMIT ?" };
/* A notice may wait for its reader longer than its ticket for anything. */
static const struct query waiting = { QUERY_ONCE,
	"SELECT ticket_id, min(at) AS first FROM"
	" (SELECT ticket_id, due AS at FROM deadline WHERE due <= ?1"
	" UNION ALL SELECT ticket_id, free_at FROM outbox"
	" WHERE state = 'pending' AND free_at <= ?1)"
	" GROUP BY ticket_id ORDER BY first, ticket_id" };

enum store_result survey_rows_watched(struct connection *c, int64_t after,
    bool and_solved, int64_t *ids, size_t max, size_t *count,
    struct errtext *err)
{
	struct call k;

	*count = 0;
	call_begin(&k, c, and_solved ? &solved_too : &watched);
	call_int(&k, after);
	call_int(&k, (int64_t)max);
	while (*count < max && call_row(&k))
		ids[(*count)++] = row_int(&k);
	return call_end(&k, err);
}

enum store_result survey_rows_waiting(struct connection *c, struct arena *arena,
    struct wall until, int64_t **ids, size_t *count, struct errtext *err)
{
	size_t cap = 0;
	struct call k;

	*ids = NULL;
	*count = 0;
	call_begin(&k, c, &waiting);
	call_int(&k, until.ms);
	while (call_row(&k))
		*(int64_t *)arena_push(arena, ids, count, &cap, sizeof **ids) =
		    row_int(&k);
	return call_end(&k, err);
}
