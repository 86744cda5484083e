/* duty_rows.c - changes of people's presence: one more, and all again.
 *
 * SPDX-License-Identifier: MIT */
#include "store/duty_rows.h"

#include <string.h>

#define DUTY_VALUES                                                            \
	"kind, person, other, schedule, since, until, target, said_by, why, "  \
	"at"

static const struct query change_insert = { QUERY_ONCE,
	"INSERT INTO duty_change (number, " DUTY_VALUES
	", bytes, override_bytes)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
/* A copy of a feed's calendar that was overtaken by another one is as if it had
 * not come; together they would be the most of all there is to read. */
#define OF_THE_LAST(column)                                                    \
	"iif(kind = 'feed' AND number < (SELECT max(number)"                   \
	" FROM duty_change AS f WHERE f.kind = 'feed'"                         \
	" AND f.schedule = d.schedule AND f.number <= ?2"                      \
	" AND f." column " IS NOT NULL), NULL, " column ")"
static const struct query changes_load = { QUERY_ONCE,
	"SELECT number, " DUTY_VALUES
	", " OF_THE_LAST("bytes") ", " OF_THE_LAST(
	    "override_bytes") " FROM duty_change AS d WHERE number > ?1 AND "
			      "number <= ?2"
			      " ORDER BY number" };

enum store_result duty_rows_add(
    struct connection *c, const struct duty_change *change, struct errtext *err)
{
	struct call k;

	call_begin(&k, c, &change_insert);
	call_int(&k, change->number);
	call_text(&k, duty_kind_name(change->kind));
	call_text(&k, change->person);
	call_text(&k, change->other);
	call_text(&k, change->schedule);
	call_wall(&k, change->from);
	call_wall(&k, change->until);
	call_int(&k, change->target);
	call_text(&k, change->by);
	call_text(&k, change->why);
	call_int(&k, change->at.ms);
	call_bytes_or_null(&k, change->bytes, change->len);
	call_bytes_or_null(&k, change->override_bytes, change->override_len);
	return call_run(&k, err);
}

static const char *take_bytes(struct call *k, struct arena *arena, size_t *len)
{
	if (!row_is_null(k))
		return row_bytes(k, arena, len);
	*len = 0;
	return row_text(k, arena);
}

static void take(struct call *k, struct duty_change *c, struct arena *arena)
{
	memset(c, 0, sizeof *c);
	c->number = row_int(k);
	if (!duty_kind_parse(row_word(k), &c->kind))
		row_unknown(k, "duty_change.kind");
	c->person = row_text(k, arena);
	c->other = row_text(k, arena);
	c->schedule = row_text(k, arena);
	c->from = row_wall(k);
	c->until = row_wall(k);
	c->target = row_int(k);
	c->by = row_text(k, arena);
	c->why = row_text(k, arena);
	c->at = wall_at(row_int(k));
	c->bytes = take_bytes(k, arena, &c->len);
	c->override_bytes = take_bytes(k, arena, &c->override_len);
}

enum store_result duty_rows_each(struct connection *c, int64_t after,
    int64_t upto, bool (*each)(void *user, const struct duty_change *change),
    void *user, struct errtext *err)
{
	struct arena arena = ARENA_INIT;
	struct duty_change change;
	enum store_result r;
	struct call k;

	call_begin(&k, c, &changes_load);
	call_int(&k, after);
	call_int(&k, upto);
	while (call_row(&k)) {
		arena_reset(&arena);
		take(&k, &change, &arena);
		if (k.unknown || k.rc != SQLITE_OK || !each(user, &change))
			break;
	}
	r = call_end(&k, err);
	arena_fini(&arena);
	return r;
}
