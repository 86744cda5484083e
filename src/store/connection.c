/* connection.c - statements, arguments, rows and the meaning of failures.
 *
 * SPDX-License-Identifier: MIT */
#include "store/connection.h"

#include "base/check.h"
#include "base/textbuf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define READER_WAITS_MS 5000

/* What the environment allows no more of, as against what is broken.  SQLite
 * itself turns only ENOSPC into SQLITE_FULL, and only in a write. */
static bool means_no_space(sqlite3 *db, int rc)
{
	int why;

	if ((rc & 0xff) == SQLITE_FULL)
		return true;
	if ((rc & 0xff) != SQLITE_IOERR && (rc & 0xff) != SQLITE_CANTOPEN)
		return false;
	why = sqlite3_system_errno(db);
	return why == ENOSPC || why == EDQUOT || why == EFBIG;
}

static enum store_result describe(
    const char *path, sqlite3 *db, int rc, struct errtext *err)
{
	bool known = db && sqlite3_errcode(db) != SQLITE_OK;
	const char *words = known ? sqlite3_errmsg(db) : sqlite3_errstr(rc);

	if (db && means_no_space(db, rc)) {
		errtext_set(err,
		    "%s: no space left (%s): free some on its file system; "
		    "nothing was changed",
		    path, words);
		return STORE_FULL;
	}
	switch (rc & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		errtext_set(err,
		    "%s: the database is damaged (%s, SQLite code %d): stop "
		    "the daemon, then restore a backup or run sqlite3 FILE "
		    ".recover",
		    path, words, rc);
		break;
	case SQLITE_BUSY:
		errtext_set(err,
		    "%s: another program holds it locked (%s): end that "
		    "program's transaction",
		    path, words);
		break;
	default:
		errtext_set(err, "%s: %s (SQLite code %d)", path, words, rc);
	}
	return STORE_FAILED;
}

enum store_result connection_failure(
    struct connection *c, int rc, struct errtext *err)
{
	return describe(c->path, c->db, rc, err);
}

static int harden(sqlite3 *db)
{
	int rc = sqlite3_extended_result_codes(db, 1);

	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(
		    db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db,
		    "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
		    "PRAGMA temp_store = MEMORY;",
		    NULL, NULL, NULL);
	return rc;
}

enum store_result connection_look(const char *path, struct errtext *err)
{
	struct stat st;

	if (stat(path, &st) != 0 || S_ISREG(st.st_mode))
		return STORE_OK;
	errtext_set(err, "%s: %s", path,
	    S_ISDIR(st.st_mode) ? "is a directory: name the file in it"
				: "is not a regular file: name another one");
	return STORE_FOREIGN;
}

enum store_result connection_open(
    struct connection *c, const char *path, int flags, struct errtext *err)
{
	enum store_result result;
	int rc;

	memset(c, 0, sizeof *c);
	rc = sqlite3_open_v2(path, &c->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = harden(c->db);
	if (rc != SQLITE_OK) {
		result = describe(path, c->db, rc, err);
		sqlite3_close_v2(c->db);
		c->db = NULL;
		return result;
	}
	c->path = strdup(path);
	CHECK(c->path != NULL);
	return STORE_OK;
}

enum store_result connection_open_reading(
    struct connection *c, const char *path, int cache_kib, struct errtext *err)
{
	struct textbuf sql;
	enum store_result r = connection_look(path, err);

	if (r == STORE_OK)
		r = connection_open(c, path,
		    SQLITE_OPEN_READONLY | SQLITE_OPEN_PRIVATECACHE, err);
	if (r != STORE_OK)
		return r;
	sqlite3_busy_timeout(c->db, READER_WAITS_MS);
	textbuf_init(&sql);
	textbuf_addf(&sql, "PRAGMA query_only = ON; PRAGMA cache_size = -%d;",
	    cache_kib);
	r = connection_exec(c, sql.data, err);
	textbuf_fini(&sql);
	if (r != STORE_OK)
		connection_close(c);
	return r;
}

void connection_close(struct connection *c)
{
	for (size_t i = 0; i < QUERY_KEPT; i++)
		sqlite3_finalize(c->kept[i]);
	CHECK(sqlite3_close(c->db) == SQLITE_OK);
	free(c->path);
	memset(c, 0, sizeof *c);
}

enum store_result connection_begin(
    struct connection *c, const struct query *q, struct errtext *err)
{
	connection_rollback(c);
	return connection_run(c, q, err);
}

void connection_rollback(struct connection *c)
{
	if (!sqlite3_get_autocommit(c->db))
		sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

enum store_result connection_exec(
    struct connection *c, const char *sql, struct errtext *err)
{
	int rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? STORE_OK : connection_failure(c, rc, err);
}

static void prepare(struct call *k, const struct query *q)
{
	unsigned flags = k->once ? 0 : SQLITE_PREPARE_PERSISTENT;

	k->rc = sqlite3_prepare_v3(k->c->db, q->sql, -1, flags, &k->stmt, NULL);
	if (k->rc == SQLITE_OK && !k->once)
		k->c->kept[q->slot] = k->stmt;
}

void call_begin(struct call *k, struct connection *c, const struct query *q)
{
	memset(k, 0, sizeof *k);
	k->c = c;
	k->once = q->slot == QUERY_ONCE;
	if (!k->once)
		k->stmt = c->kept[q->slot];
	if (!k->stmt)
		prepare(k, q);
}

static void note(struct call *k, int rc)
{
	if (k->rc == SQLITE_OK)
		k->rc = rc;
}

void call_int(struct call *k, int64_t value)
{
	k->arg++;
	if (k->rc == SQLITE_OK)
		note(k, sqlite3_bind_int64(k->stmt, k->arg, value));
}

void call_bool(struct call *k, bool value)
{
	call_int(k, value ? 1 : 0);
}

static void call_null(struct call *k)
{
	k->arg++;
	if (k->rc == SQLITE_OK)
		note(k, sqlite3_bind_null(k->stmt, k->arg));
}

void call_wall(struct call *k, struct wall value)
{
	if (wall_is_never(value))
		call_null(k);
	else
		call_int(k, value.ms);
}

void call_text(struct call *k, const char *value)
{
	call_text_or_null(k, value ? value : "");
}

void call_text_or_null(struct call *k, const char *value)
{
	if (!value) {
		call_null(k);
		return;
	}
	k->arg++;
	if (k->rc == SQLITE_OK)
		note(k, sqlite3_bind_text(
			    k->stmt, k->arg, value, -1, SQLITE_STATIC));
}

/* No bytes are still not NULL. */
void call_bytes(struct call *k, const char *bytes, size_t len)
{
	k->arg++;
	if (k->rc == SQLITE_OK)
		note(k, sqlite3_bind_blob64(k->stmt, k->arg,
			    len == 0 ? "" : bytes, len, SQLITE_STATIC));
}

void call_bytes_or_null(struct call *k, const char *bytes, size_t len)
{
	if (bytes != NULL)
		call_bytes(k, bytes, len);
	else
		call_text_or_null(k, NULL);
}

bool call_row(struct call *k)
{
	int rc;

	if (k->rc != SQLITE_OK || k->unknown)
		return false;
	rc = sqlite3_step(k->stmt);
	k->column = 0;
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		k->rc = rc;
	return false;
}

int64_t row_int(struct call *k)
{
	return sqlite3_column_int64(k->stmt, k->column++);
}

int row_small(struct call *k)
{
	return (int)row_int(k);
}

bool row_bool(struct call *k)
{
	return row_int(k) != 0;
}

struct wall row_wall(struct call *k)
{
	if (sqlite3_column_type(k->stmt, k->column) == SQLITE_NULL) {
		k->column++;
		return WALL_NEVER;
	}
	return wall_at(row_int(k));
}

/* SQLite answers NULL both for NULL and when it has no memory to show a text;
 * taking the latter for the former would lose a field at the next save. */
static const char *column_text(struct call *k)
{
	int i = k->column++;
	const char *text;

	if (sqlite3_column_type(k->stmt, i) == SQLITE_NULL)
		return NULL;
	text = (const char *)sqlite3_column_text(k->stmt, i);
	if (!text)
		note(k, SQLITE_NOMEM);
	return text;
}

const char *row_text(struct call *k, struct arena *arena)
{
	const char *text = column_text(k);

	if (text && text[0] == '\0')
		return "";
	return arena_strdup(arena, text);
}

const char *row_word(struct call *k)
{
	const char *text = column_text(k);

	return text ? text : "";
}

const char *row_bytes(struct call *k, struct arena *arena, size_t *len)
{
	int i = k->column++;
	const char *bytes = sqlite3_column_blob(k->stmt, i);

	*len = (size_t)sqlite3_column_bytes(k->stmt, i);
	if (!bytes && *len > 0)
		note(k, SQLITE_NOMEM);
	return arena_strndup(arena, bytes ? bytes : "", bytes ? *len : 0);
}

bool row_is_null(const struct call *k)
{
	return sqlite3_column_type(k->stmt, k->column) == SQLITE_NULL;
}

void row_unknown(struct call *k, const char *column)
{
	if (!k->unknown)
		k->unknown = column;
}

/* A statement that was not run to its end is halted here, and what it wrote
 * is committed here: that, too, can fail. */
enum store_result call_end(struct call *k, struct errtext *err)
{
	note(k, k->once ? sqlite3_finalize(k->stmt) : sqlite3_reset(k->stmt));
	if (k->rc != SQLITE_OK)
		return connection_failure(k->c, k->rc, err);
	if (k->unknown) {
		errtext_set(err, "%s: a row has an unknown value in %s: %s",
		    k->c->path, k->unknown,
		    "it was changed by another program, or is damaged");
		return STORE_FAILED;
	}
	return STORE_OK;
}

enum store_result call_run(struct call *k, struct errtext *err)
{
	while (call_row(k))
		continue;
	return call_end(k, err);
}

enum store_result connection_run(
    struct connection *c, const struct query *q, struct errtext *err)
{
	struct call k;

	call_begin(&k, c, q);
	return call_run(&k, err);
}

enum store_result connection_number(
    struct connection *c, const char *sql, int64_t *out, struct errtext *err)
{
	const struct query q = { QUERY_ONCE, sql };
	struct call k;

	*out = 0;
	call_begin(&k, c, &q);
	if (call_row(&k))
		*out = row_int(&k);
	return call_end(&k, err);
}
