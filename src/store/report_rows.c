/* report_rows.c - a page of tickets by filter and order; totals.
 *
 * Paging is by key: a page begins behind the last ticket of the one before, so
 * that a list stays complete while tickets come and go.  The statement is put
 * together from fixed pieces; what the caller gives is only ever bound.
 *
 * Where the rows come from is chosen so that the usual lists cost what they
 * show: open tickets by due walk an index, breached ones start from the few
 * late clocks.  Lists of everything by due or update sort what they match.
 *
 * SPDX-License-Identifier: MIT */
#include "store/report_rows.h"

#include "base/textbuf.h"
#include "store/ticket_rows.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 1000 /* tickets of one page */

#define LATE "breached_at IS NOT NULL AND ended_at IS NULL"

/* Arguments by number, because which of them a statement has depends on the
 * filter. */
enum argument {
	ARG_AFTER = 1, /* the order's column of the last ticket shown */
	ARG_AFTER_ID,
	ARG_LIMIT,
	ARG_STATUS,
	ARG_SEVERITY,
	ARG_TEAM,
	ARG_ASSIGNEE,
	ARG_CUSTOMER,
	ARG_TEXT,
	ARG_COUNT
};

struct cursor {
	bool given;
	int64_t value; /* of the order's column; by key: not used */
	int64_t id;
};

struct order {
	char letter;	    /* begins the cursor */
	const char *column; /* what is sorted by */
	const char *behind; /* rows after the cursor */
	const char *by;
};

#define DUE_OR_NEVER "ifnull(d.due, 9223372036854775807)"

static const struct order orders[] = {
	[ORDER_DUE] = { 'd', DUE_OR_NEVER,
	    " AND (" DUE_OR_NEVER ", t.id) > (?1, ?2)",
	    " ORDER BY " DUE_OR_NEVER ", t.id" },
	[ORDER_KEY] = { 'k', "0",
	    " AND t.key > (SELECT key FROM ticket WHERE id = ?2)",
	    " ORDER BY t.key" },
	[ORDER_UPDATED] = { 'u', "t.updated",
	    " AND (t.updated, t.id) < (?1, ?2)",
	    " ORDER BY t.updated DESC, t.id DESC" },
};

/* Every open ticket has a deadline row, so the index can lead. */
static const struct order open_by_due = { 'd', "d.due",
	" AND (d.due, d.ticket_id) > (?1, ?2)",
	" ORDER BY d.due, d.ticket_id" };

static bool wants_open(const struct ticket_filter *f)
{
	enum status s;

	if (!f->status || strcmp(f->status, "unsolved") == 0)
		return true;
	return status_parse(f->status, &s) && status_is_unsolved(s);
}

static bool wants_one_status(const struct ticket_filter *f)
{
	enum status s;

	return f->status && status_parse(f->status, &s);
}

static const struct order *order_of(const struct ticket_filter *f)
{
	if (f->order == ORDER_DUE && wants_open(f) && !f->breached)
		return &open_by_due;
	return &orders[f->order];
}

static const char *source_of(const struct ticket_filter *f)
{
	if (f->breached)
		return " FROM (SELECT DISTINCT ticket_id FROM clock"
		       "   WHERE " LATE ") AS late"
		       " CROSS JOIN ticket AS t ON t.id = late.ticket_id"
		       " LEFT JOIN deadline AS d ON d.ticket_id = t.id";
	if (f->order == ORDER_KEY)
		return " FROM ticket AS t";
	if (wants_open(f))
		return " FROM deadline AS d"
		       " CROSS JOIN ticket AS t ON t.id = d.ticket_id";
	return " FROM ticket AS t"
	       " LEFT JOIN deadline AS d ON d.ticket_id = t.id";
}

static void compose(
    struct textbuf *sql, const struct ticket_filter *f, bool continued)
{
	const struct order *o = order_of(f);

	textbuf_addf(sql, "SELECT t.id, %s%s", o->column, source_of(f));
	/* The reserved ticket is closed: among open ones it is not. */
	textbuf_add(sql, wants_open(f) ? " WHERE t.over = 0"
				       : " WHERE t.deleted = 0"
					 " AND t.key <> '" REMARK_TICKET "'");
	textbuf_add(sql, " AND " NO_DRILL("t.key"));
	if (wants_one_status(f))
		textbuf_add(sql, " AND t.status = ?4");
	if (f->severity)
		textbuf_add(sql, " AND t.severity = ?5");
	if (f->team)
		textbuf_add(sql, " AND t.team = ?6");
	if (f->assignee)
		textbuf_add(sql, " AND t.assignee = ?7");
	if (f->customer)
		textbuf_add(sql, " AND t.customer_id = ?8");
	if (f->text)
		textbuf_add(sql, " AND (t.key LIKE ?9 ESCAPE '\\'"
				 " OR t.subject LIKE ?9 ESCAPE '\\')");
	if (continued)
		textbuf_add(sql, o->behind);
	textbuf_addf(sql, "%s LIMIT ?3", o->by);
}

/* "%part%" with the wildcards of LIKE taken as themselves. */
static const char *pattern(const char *part, struct arena *arena)
{
	char *text = arena_alloc(arena, 2 * strlen(part) + 3);
	char *to = text;

	*to++ = '%';
	for (; *part; part++) {
		if (strchr("%_\\", *part))
			*to++ = '\\';
		*to++ = *part;
	}
	*to = '%';
	return text;
}

/* "d.1767603600000.42": the order's letter, its value, the row id. */
static const char *cursor_text(
    struct arena *arena, char letter, const struct cursor *c)
{
	char array[64];
	struct textbuf text;

	textbuf_init_fixed(&text, array, sizeof array);
	textbuf_addf(&text, "%c.%lld.%lld", letter, (long long)c->value,
	    (long long)c->id);
	return arena_strndup(arena, text.data, text.len);
}

/* A whole number and the character behind it. */
static bool number(const char **at, char behind, int64_t *out)
{
	char *end;

	if (!strchr("-0123456789", **at) || **at == '\0')
		return false;
	*out = strtoll(*at, &end, 10);
	if (end == *at || *end != behind)
		return false;
	*at = *end ? end + 1 : end;
	return true;
}

static bool cursor_parse(const char *text, char letter, struct cursor *c)
{
	if (!text)
		return true;
	c->given = true;
	if (text[0] != letter || text[1] != '.')
		return false;
	text += 2;
	return number(&text, '.', &c->value) && number(&text, '\0', &c->id) &&
	       c->id > 0;
}

static enum store_result understand(const struct ticket_filter *f,
    struct cursor *c, char letter, struct errtext *err)
{
	if (f->status && strcmp(f->status, "all") != 0 &&
	    strcmp(f->status, "unsolved") != 0 && !wants_one_status(f)) {
		errtext_set(err,
		    "status: neither a status nor \"unsolved\" or \"all\": "
		    "\"%s\"",
		    f->status);
		return STORE_NONE;
	}
	if (!cursor_parse(f->after, letter, c)) {
		errtext_set(err,
		    "after: not the \"next\" of a page in that order: \"%s\"",
		    f->after);
		return STORE_NONE;
	}
	return STORE_OK;
}

/* A cursor names a ticket, and tickets are never forgotten. */
static enum store_result cursor_known(
    struct connection *c, const struct cursor *from, struct errtext *err)
{
	static const struct query q = { QUERY_ONCE,
		"SELECT 1 FROM ticket WHERE id = ?" };
	enum store_result r;
	struct call k;
	bool known;

	if (!from->given)
		return STORE_OK;
	call_begin(&k, c, &q);
	call_int(&k, from->id);
	known = call_row(&k);
	r = call_end(&k, err);
	if (r == STORE_OK && !known) {
		errtext_set(err, "after: names a ticket that is not there");
		r = STORE_NONE;
	}
	return r;
}

static void bind_text(struct call *k, enum argument at, const char *value)
{
	if (!value)
		return;
	k->arg = (int)at - 1;
	call_text(k, value);
}

static void bind_all(struct call *k, const struct ticket_filter *f,
    const struct cursor *from, int limit, struct arena *arena)
{
	k->arg = ARG_LIMIT - 1;
	call_int(k, limit);
	bind_text(k, ARG_STATUS, wants_one_status(f) ? f->status : NULL);
	bind_text(k, ARG_SEVERITY, f->severity);
	bind_text(k, ARG_TEAM, f->team);
	bind_text(k, ARG_ASSIGNEE, f->assignee);
	bind_text(k, ARG_CUSTOMER, f->customer);
	bind_text(k, ARG_TEXT, f->text ? pattern(f->text, arena) : NULL);
	if (!from->given)
		return;
	k->arg = ARG_AFTER_ID - 1;
	call_int(k, from->id);
	if (f->order == ORDER_KEY)
		return;
	k->arg = ARG_AFTER - 1;
	call_int(k, from->value);
}

/* One more than a page is asked for: is there a next one? */
static enum store_result find(struct connection *c,
    const struct ticket_filter *f, const struct cursor *from, int limit,
    struct arena *arena, struct cursor *found, size_t *count,
    struct errtext *err)
{
	struct query q = { QUERY_ONCE, NULL };
	enum store_result r;
	struct textbuf sql;
	struct call k;

	textbuf_init(&sql);
	compose(&sql, f, from->given);
	q.sql = sql.data;
	call_begin(&k, c, &q);
	bind_all(&k, f, from, limit + 1, arena);
	*count = 0;
	while (call_row(&k)) {
		found[*count].id = row_int(&k);
		found[*count].value = row_int(&k);
		(*count)++;
	}
	r = call_end(&k, err);
	textbuf_fini(&sql);
	return r;
}

static int page_size(const struct ticket_filter *f)
{
	if (f->limit < 1)
		return 1;
	return f->limit > LIST_MAX ? LIST_MAX : f->limit;
}

enum store_result report_rows_list(struct connection *c, struct arena *arena,
    const struct ticket_filter *f, struct ticket **out, size_t *count,
    const char **next, struct errtext *err)
{
	const char letter = order_of(f)->letter;
	struct cursor from = { false, 0, 0 };
	int limit = page_size(f);
	struct cursor *found;
	enum store_result r;
	size_t n = 0;

	r = understand(f, &from, letter, err);
	if (r == STORE_OK)
		r = cursor_known(c, &from, err);
	if (r != STORE_OK)
		return r;
	found = arena_alloc(arena, ((size_t)limit + 1) * sizeof *found);
	r = find(c, f, &from, limit, arena, found, &n, err);
	if (r == STORE_OK && n > (size_t)limit) {
		n = (size_t)limit;
		*next = cursor_text(arena, letter, &found[n - 1]);
	}
	*out = arena_alloc(arena, n * sizeof **out);
	for (size_t i = 0; r == STORE_OK && i < n; i++)
		r = ticket_rows_load(
		    c, arena, NULL, found[i].id, &(*out)[i], err);
	*count = r == STORE_OK ? n : 0;
	return r;
}

static enum store_result count_runs(
    struct connection *c, struct totals *out, struct errtext *err)
{
	static const struct query q = { QUERY_ONCE,
		"SELECT r.state, count(*) FROM chain_run AS r"
		" CROSS JOIN ticket AS t ON t.id = r.ticket_id"
		" WHERE r.live = 1 AND " NO_DRILL("t.key") " GROUP BY"
							   " r.state" };
	enum run_state state;
	struct call k;
	int64_t n;

	call_begin(&k, c, &q);
	while (call_row(&k)) {
		if (!run_state_parse(row_word(&k), &state)) {
			row_unknown(&k, "chain_run.state");
			break;
		}
		n = row_int(&k);
		if (state == RUN_WALKING)
			out->runs_walking += n;
		else if (state == RUN_EXHAUSTED)
			out->runs_exhausted += n;
		else
			out->runs_acked += n;
	}
	return call_end(&k, err);
}

static enum store_result count_pending(
    struct connection *c, struct totals *out, struct errtext *err)
{
	static const struct query q = { QUERY_ONCE,
		"SELECT count(*), min(free_at) FROM outbox"
		" WHERE state = 'pending'" };
	struct call k;

	call_begin(&k, c, &q);
	if (call_row(&k)) {
		out->notices_pending = row_int(&k);
		out->oldest_pending = row_wall(&k);
	}
	return call_end(&k, err);
}

static enum store_result measure(
    struct connection *c, struct totals *out, struct errtext *err)
{
	enum store_result r;
	int64_t size = 0;

	r = connection_number(
	    c, "PRAGMA page_count", &out->database_bytes, err);
	if (r == STORE_OK)
		r = connection_number(c, "PRAGMA page_size", &size, err);
	out->database_bytes *= size;
	return r;
}

/* Each count walks an index that holds little more than what is counted. */
enum store_result report_rows_totals(
    struct connection *c, struct totals *out, struct errtext *err)
{
	enum store_result r;

	r = connection_number(c,
	    "SELECT (SELECT count(*) FROM ticket WHERE over = 0)"
	    " - (SELECT count(*) FROM ticket WHERE over = 0"
	    " AND key >= 'drill:' AND key < 'drill;')",
	    &out->open_tickets, err);
	if (r == STORE_OK)
		r = connection_number(c,
		    "SELECT count(*) FROM"
		    " (SELECT DISTINCT ticket_id FROM clock WHERE " LATE ")"
		    " AS late CROSS JOIN ticket AS t ON t.id = late.ticket_id"
		    " WHERE t.over = 0",
		    &out->breached, err);
	if (r == STORE_OK)
		r = count_runs(c, out, err);
	if (r == STORE_OK)
		r = count_pending(c, out, err);
	if (r == STORE_OK)
		r = connection_number(c,
		    "SELECT count(*) FROM outbox AS o"
		    " CROSS JOIN ticket AS t ON t.id = o.ticket_id"
		    " WHERE o.state = 'dead' AND " NO_DRILL("t.key"),
		    &out->notices_dead, err);
	if (r == STORE_OK)
		r = measure(c, out, err);
	return r;
}
