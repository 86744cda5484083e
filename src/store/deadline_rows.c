/* deadline_rows.c - the table in its order, row by row from within SQLite.
 *
 * SPDX-License-Identifier: MIT */
#include "store/deadline_rows.h"

#include "store/integrity.h"

#define EACH_DEADLINE "slawatch_each_deadline"

/* Not by the index of what is due: the table has the order. */
static const struct query deadline_scan = { QUERY_ONCE,
	"SELECT " EACH_DEADLINE "(ticket_id, due) FROM deadline NOT INDEXED" };

struct scan {
	bool (*each)(void *user, int64_t ticket_id, struct wall due);
	void *user;
	int64_t last;
	bool in_order;
	bool is_over; /* before the end, by us */
};

static void on_row(sqlite3_context *context, int count, sqlite3_value **row)
{
	struct scan *s = sqlite3_user_data(context);
	int64_t id = sqlite3_value_int64(row[0]);

	(void)count;
	s->in_order = id > s->last;
	s->last = id;
	if (s->in_order &&
	    s->each(s->user, id, wall_at(sqlite3_value_int64(row[1]))))
		return;
	s->is_over = true;
	sqlite3_result_error_code(context, SQLITE_ABORT);
}

static void on_end(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

/* row NULL: takes the function away. */
static int set_function(struct connection *c, struct scan *s,
    void (*row)(sqlite3_context *, int, sqlite3_value **),
    void (*end)(sqlite3_context *))
{
	return sqlite3_create_function_v2(c->db, EACH_DEADLINE, 2,
	    SQLITE_UTF8 | SQLITE_DIRECTONLY, s, NULL, row, end, NULL);
}

enum store_result deadline_rows_scan(struct connection *c,
    bool (*each)(void *user, int64_t ticket_id, struct wall due), void *user,
    struct errtext *err)
{
	struct scan s = { .each = each, .user = user, .in_order = true };
	int rc = set_function(c, &s, on_row, on_end);
	enum store_result r;
	struct call k;

	if (rc != SQLITE_OK)
		return connection_failure(c, rc, err);
	call_begin(&k, c, &deadline_scan);
	r = integrity_name(c, call_run(&k, err), err);
	(void)set_function(c, NULL, NULL, NULL);
	if (!s.in_order)
		return integrity_damaged(c, "deadlines out of order", err);
	return s.is_over ? STORE_OK : r;
}
