/* scratch.c - see scratch.h.
 *
 * One transaction from the beginning to the end, without a journal: nobody
 * reads the file after us, and what cannot be written ends the simulation.
 *
 * SPDX-License-Identifier: MIT */
#include "store/scratch.h"

#include "base/check.h"
#include "store/connection.h"

#include <stdlib.h>
#include <string.h>

struct scratch {
	struct connection c;
	bool failed;
	struct errtext why; /* the first failure, if it failed */
	int64_t rows;	    /* of all logs so far */
};

/* The file's name in messages: SQLite gives it none. */
#define NAMELESS                                                               \
	"the temporary file of the simulation (in the folder "                 \
	"SQLITE_TMPDIR, TMPDIR or /var/tmp)"

/* Deleted bytes need not be wiped, as some builds of SQLite do. */
static const char setup[] =
    "PRAGMA page_size = 4096;"
    "PRAGMA journal_mode = OFF;"
    "PRAGMA synchronous = OFF;"
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA secure_delete = OFF;"
    "PRAGMA cell_size_check = OFF;"
    "PRAGMA cache_size = -8192;"
    "BEGIN;"
    "CREATE TABLE number (number INTEGER PRIMARY KEY, name TEXT NOT NULL"
    " UNIQUE);"
    "CREATE TABLE first (sort INTEGER, name TEXT, PRIMARY KEY (sort, name))"
    " WITHOUT ROWID;"
    "CREATE TABLE shelf (id INTEGER PRIMARY KEY, shelf INTEGER, key TEXT,"
    " place INTEGER, bytes BLOB, UNIQUE (shelf, key));"
    "CREATE INDEX shelf_place ON shelf (shelf, place, id);"
    "CREATE TABLE log (log INTEGER, number INTEGER, row INTEGER, bytes BLOB,"
    " PRIMARY KEY (log, number, row)) WITHOUT ROWID;";

/* DEFENSIVE forbids to do without a journal. */
static enum store_result set_up(struct connection *c, struct errtext *err)
{
	int rc = sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);

	free(c->path);
	c->path = strdup(NAMELESS);
	CHECK(c->path != NULL);
	if (rc != SQLITE_OK)
		return connection_failure(c, rc, err);
	return connection_exec(c, setup, err);
}

enum store_result scratch_open(struct scratch **out, struct errtext *err)
{
	struct scratch *s = calloc(1, sizeof *s);
	enum store_result r;

	CHECK(s != NULL);
	*out = NULL;
	r = connection_open(
	    &s->c, "", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
	if (r == STORE_OK) {
		r = set_up(&s->c, err);
		if (r != STORE_OK)
			connection_close(&s->c);
	}
	if (r == STORE_OK)
		*out = s;
	else
		free(s);
	return r;
}

void scratch_close(struct scratch *s)
{
	if (s == NULL)
		return;
	connection_close(&s->c);
	free(s);
}

bool scratch_failed(const struct scratch *s, struct errtext *err)
{
	if (s->failed)
		*err = s->why;
	return s->failed;
}

/* The first failure is why all the others fail. */
static void end(struct scratch *s, struct call *k)
{
	struct errtext err;

	if (call_end(k, &err) == STORE_OK || s->failed)
		return;
	s->failed = true;
	s->why = err;
}

static void run(struct scratch *s, struct call *k)
{
	while (call_row(k))
		continue;
	end(s, k);
}

/* --- names ---------------------------------------------------------------- */

static int64_t number_of(struct scratch *s, const char *name)
{
	static const struct query q = { QUERY_SCRATCH_NUMBER,
		"SELECT number FROM number WHERE name = ?" };
	struct call k;
	int64_t number = 0;

	call_begin(&k, &s->c, &q);
	call_text(&k, name);
	if (call_row(&k))
		number = row_int(&k);
	end(s, &k);
	return number;
}

int64_t scratch_number(struct scratch *s, const char *name)
{
	static const struct query q = { QUERY_SCRATCH_NAME,
		"INSERT INTO number (name) VALUES (?)" };
	struct call k;
	int64_t number;

	if (s->failed)
		return 0;
	number = number_of(s, name);
	if (number != 0 || s->failed)
		return number;
	call_begin(&k, &s->c, &q);
	call_text(&k, name);
	run(s, &k);
	return s->failed ? 0 : sqlite3_last_insert_rowid(s->c.db);
}

bool scratch_first(struct scratch *s, int set, const char *name)
{
	static const struct query q = { QUERY_SCRATCH_FIRST,
		"INSERT OR IGNORE INTO first (sort, name) VALUES (?, ?)" };
	struct call k;

	if (s->failed)
		return false;
	call_begin(&k, &s->c, &q);
	call_int(&k, set);
	call_text(&k, name);
	run(s, &k);
	return !s->failed && sqlite3_changes(s->c.db) == 1;
}

void scratch_forget(struct scratch *s, int set, const char *name)
{
	static const struct query q = { QUERY_SCRATCH_FORGET,
		"DELETE FROM first WHERE sort = ? AND name = ?" };
	struct call k;

	if (s->failed)
		return;
	call_begin(&k, &s->c, &q);
	call_int(&k, set);
	call_text(&k, name);
	run(s, &k);
}

/* --- shelves -------------------------------------------------------------- */

void scratch_put(struct scratch *s, int shelf, const char *key, int64_t order,
    const void *bytes, size_t len)
{
	static const struct query q = { QUERY_SCRATCH_PUT,
		"INSERT INTO shelf (shelf, key, place, bytes)"
		" VALUES (?, ?, ?, ?) ON CONFLICT (shelf, key) DO UPDATE"
		" SET place = excluded.place, bytes = excluded.bytes" };
	struct call k;

	if (s->failed)
		return;
	call_begin(&k, &s->c, &q);
	call_int(&k, shelf);
	call_text(&k, key);
	call_int(&k, order);
	call_bytes(&k, bytes, len);
	run(s, &k);
}

static void drop(struct scratch *s, int64_t id)
{
	static const struct query q = { QUERY_SCRATCH_DROP,
		"DELETE FROM shelf WHERE id = ?" };
	struct call k;

	call_begin(&k, &s->c, &q);
	call_int(&k, id);
	run(s, &k);
}

/* Rows are read in place: a copy less of every blob. */
static void append(struct call *k, int column, struct textbuf *out)
{
	const char *bytes = sqlite3_column_blob(k->stmt, column);
	int len = sqlite3_column_bytes(k->stmt, column);

	if (bytes != NULL)
		textbuf_addn(out, bytes, (size_t)len);
	else if (len > 0)
		k->rc = SQLITE_NOMEM;
}

bool scratch_take(
    struct scratch *s, int shelf, const char *key, struct textbuf *out)
{
	static const struct query q = { QUERY_SCRATCH_TAKE,
		"SELECT id, bytes FROM shelf WHERE shelf = ? AND key = ?" };
	struct call k;
	int64_t id = 0;

	if (s->failed)
		return false;
	call_begin(&k, &s->c, &q);
	call_int(&k, shelf);
	call_text(&k, key);
	if (call_row(&k)) {
		id = row_int(&k);
		append(&k, 1, out);
	}
	end(s, &k);
	if (id == 0 || s->failed)
		return false;
	drop(s, id);
	return !s->failed;
}

void scratch_each(struct scratch *s, int shelf,
    bool (*each)(void *user, const char *key, int64_t order, const char *bytes,
	size_t len),
    void *user)
{
	static const struct query q = { QUERY_ONCE,
		"SELECT key, place, bytes FROM shelf WHERE shelf = ?"
		" ORDER BY place, id" };
	struct textbuf bytes;
	struct call k;
	bool more = !s->failed;

	if (!more)
		return;
	textbuf_init(&bytes);
	call_begin(&k, &s->c, &q);
	call_int(&k, shelf);
	while (more && call_row(&k)) {
		const char *key = row_word(&k);
		int64_t order = row_int(&k);

		textbuf_clear(&bytes);
		append(&k, 2, &bytes);
		more = k.rc == SQLITE_OK &&
		       each(user, key, order, bytes.data, bytes.len);
	}
	end(s, &k);
	textbuf_fini(&bytes);
}

/* --- logs ----------------------------------------------------------------- */

void scratch_log(
    struct scratch *s, int log, int64_t number, const void *bytes, size_t len)
{
	static const struct query q = { QUERY_SCRATCH_LOG,
		"INSERT INTO log (log, number, row, bytes)"
		" VALUES (?, ?, ?, ?)" };
	struct call k;

	if (s->failed)
		return;
	call_begin(&k, &s->c, &q);
	call_int(&k, log);
	call_int(&k, number);
	call_int(&k, ++s->rows);
	call_bytes(&k, bytes, len);
	run(s, &k);
}

void scratch_each_log(struct scratch *s, int log,
    bool (*each)(void *user, int64_t number, const char *bytes, size_t len),
    void *user)
{
	static const struct query q = { QUERY_ONCE,
		"SELECT number, bytes FROM log WHERE log = ?"
		" ORDER BY number, row" };
	struct textbuf bytes;
	struct call k;
	bool more = !s->failed;

	if (!more)
		return;
	textbuf_init(&bytes);
	call_begin(&k, &s->c, &q);
	call_int(&k, log);
	while (more && call_row(&k)) {
		int64_t number = row_int(&k);

		textbuf_clear(&bytes);
		append(&k, 1, &bytes);
		more = k.rc == SQLITE_OK &&
		       each(user, number, bytes.data, bytes.len);
	}
	end(s, &k);
	textbuf_fini(&bytes);
}
