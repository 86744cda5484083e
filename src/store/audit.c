/* audit.c - one snapshot, read from its first row to its last.
 *
 * SPDX-License-Identifier: MIT */
#include "store/audit.h"

#include "base/check.h"
#include "store/duty_rows.h"
#include "store/journal_rows.h"
#include "store/matrix_rows.h"
#include "store/schema.h"
#include "store/ticket_rows.h"

#include <stdlib.h>

#define CACHE_KIB 8192

struct audit {
	struct connection c;
};

static const struct query begin = { QUERY_BEGIN_READ, "BEGIN" };
static const struct query next_ticket = { QUERY_TICKET_NEXT,
	"SELECT id FROM ticket WHERE id > ? ORDER BY id LIMIT 1" };

#define STRAYS(table)                                                          \
	{                                                                      \
		table, "SELECT count(*) FROM " table                           \
		       " WHERE ticket_id NOT IN (SELECT id FROM ticket)"       \
	}
static const struct {
	const char *table;
	const char *sql;
} strays[] = { STRAYS("clock"), STRAYS("chain_run"), STRAYS("outbox"),
	STRAYS("deadline"), STRAYS("journal") };

static enum store_result examine(struct connection *c, struct errtext *err)
{
	enum store_result r;
	int version;

	r = schema_examine(c, &version, err);
	if (r != STORE_OK || version == SCHEMA_VERSION)
		return r;
	errtext_set(err,
	    "%s: has schema %d, and a replay needs what schema %d keeps: start "
	    "this version's daemon on it once; tickets that come afterwards "
	    "can be verified",
	    c->path, version, SCHEMA_VERSION);
	return STORE_FAILED;
}

enum store_result audit_open(
    const char *path, struct audit **out, struct errtext *err)
{
	struct audit *a = calloc(1, sizeof *a);
	enum store_result r;

	CHECK(a != NULL);
	*out = NULL;
	r = connection_open_reading(&a->c, path, CACHE_KIB, err);
	if (r != STORE_OK)
		goto not_opened;
	r = connection_begin(&a->c, &begin, err);
	if (r == STORE_OK)
		r = examine(&a->c, err);
	if (r != STORE_OK)
		goto not_ready;
	*out = a;
	return STORE_OK;
not_ready:
	connection_rollback(&a->c);
	connection_close(&a->c);
not_opened:
	free(a);
	return r;
}

void audit_close(struct audit *a)
{
	if (!a)
		return;
	connection_rollback(&a->c);
	connection_close(&a->c);
	free(a);
}

enum store_result audit_next(
    struct audit *a, int64_t after, int64_t *id, struct errtext *err)
{
	enum store_result r;
	struct call k;
	bool found;

	call_begin(&k, &a->c, &next_ticket);
	call_int(&k, after);
	found = call_row(&k);
	if (found)
		*id = row_int(&k);
	r = call_end(&k, err);
	return r == STORE_OK && !found ? STORE_NONE : r;
}

enum store_result audit_ticket(struct audit *a, struct arena *arena, int64_t id,
    struct ticket *t, struct audit_marks *marks, struct errtext *err)
{
	return ticket_rows_load_whole(&a->c, arena, id, t, marks, err);
}

struct audit_marks audit_marks_of(const struct ticket *t)
{
	return ticket_marks_of(t);
}

enum store_result audit_journal(struct audit *a, struct arena *arena,
    int64_t ticket_id, int64_t after, int limit, struct journal_row **out,
    size_t *count, struct errtext *err)
{
	return journal_rows_load(
	    &a->c, arena, ticket_id, after, limit, out, count, err);
}

enum store_result audit_matrix(struct audit *a, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err)
{
	return matrix_rows_load(&a->c, arena, number, out, err);
}

enum store_result audit_each_duty(struct audit *a, int64_t after, int64_t upto,
    bool (*each)(void *user, const struct duty_change *change), void *user,
    struct errtext *err)
{
	return duty_rows_each(&a->c, after, upto, each, user, err);
}

enum store_result audit_strays(struct audit *a, int number, const char **table,
    int64_t *count, struct errtext *err)
{
	if ((size_t)number >= sizeof strays / sizeof *strays)
		return STORE_NONE;
	*table = strays[number].table;
	return connection_number(&a->c, strays[number].sql, count, err);
}
