/* store.c - the writer: open with every check, transactions, small facts.
 *
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include "base/check.h"
#include "store/deadline_rows.h"
#include "store/drill_rows.h"
#include "store/duty_rows.h"
#include "store/fact_rows.h"
#include "store/integrity.h"
#include "store/journal_rows.h"
#include "store/lock_file.h"
#include "store/matrix_rows.h"
#include "store/outbox_rows.h"
#include "store/post_rows.h"
#include "store/schema.h"
#include "store/store_drill.h"
#include "store/ticket_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How long another program (a backup, the sqlite3 shell) may hold the write
 * lock before a batch is refused. */
#define WAIT_FOR_LOCK_MS 5000

#define WRITERS_CACHE "PRAGMA cache_size = -16384;" /* KiB */
#define SCANS_CACHE   "PRAGMA cache_size = -1024;"

struct store {
	struct connection c;
	int lock;	/* FILE.lock, held; owned */
	int64_t matrix; /* row of the one that decides, 0: not kept */
	int64_t duty;	/* number of the last change that it knows */
};

static const struct query begin = { QUERY_BEGIN, "BEGIN IMMEDIATE" };
static const struct query commit = { QUERY_COMMIT, "COMMIT" };
static const struct query meta_get = { QUERY_META_GET,
	"SELECT value FROM meta WHERE name = ?" };
static const struct query meta_set = { QUERY_META_SET,
	"INSERT INTO meta (name, value) VALUES (?, ?)"
	" ON CONFLICT (name) DO UPDATE SET value = excluded.value" };

static enum store_result refuse(enum store_result r, struct errtext *err,
    const char *path, const char *what)
{
	errtext_set(err, "%s: %s", path, what);
	return r;
}

/* Makes the file if there is none, for its owner and group only: it holds
 * customers' data.  An existing one is not opened here, because closing it
 * would drop the locks SQLite has on it elsewhere in this process. */
static enum store_result make_file(const char *path, struct errtext *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	if (fd >= 0)
		close(fd);
	if (fd >= 0 || errno == EEXIST)
		return STORE_OK;
	errtext_set(err, "%s: %s: the daemon's user must be able to create it",
	    path, strerrordesc_np(errno));
	return errno == ENOSPC || errno == EDQUOT ? STORE_FULL : STORE_FAILED;
}

/* SQLite could not read the file at all, and the connection is closed again.
 * What its beginning says: bytes 68 to 71 of the header are the application
 * id, so ours with a damaged header is known from what never was a database. */
static bool looks_like_a_database(const char *path)
{
	unsigned char head[72] = { 0 };
	int64_t id;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	got = pread(fd, head, sizeof head, 0);
	close(fd);
	if (got < 0)
		return false;
	id =
	    (int64_t)head[68] << 24 | head[69] << 16 | head[70] << 8 | head[71];
	return id == SCHEMA_APPLICATION_ID ||
	       memcmp(head, "SQLite format 3", 16) == 0;
}

/* WAL is kept in the file; where it cannot be had (a network file system)
 * readers would wait for the writer, and that is no way to run. */
static enum store_result use_wal(struct store *s, struct errtext *err)
{
	const struct query q = { QUERY_ONCE, "PRAGMA journal_mode = WAL" };
	enum store_result r;
	struct call k;
	bool wal;

	call_begin(&k, &s->c, &q);
	wal = call_row(&k) && strcmp(row_word(&k), "wal") == 0;
	r = call_run(&k, err);
	if (r == STORE_OK && !wal)
		return refuse(STORE_FAILED, err, s->c.path,
		    "its file system cannot share memory (WAL): use a local "
		    "one");
	return r;
}

/* A checkpoint after a commit that fails leaves that commit standing; what
 * could not be moved out of the WAL is moved by a later one. */
static enum store_result tune(struct store *s, struct errtext *err)
{
	return connection_exec(&s->c,
	    "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = "
	    "4000;" WRITERS_CACHE,
	    err);
}

static enum store_result ready(struct store *s, struct errtext *err)
{
	enum store_result r;
	int version;

	if (sqlite3_db_readonly(s->c.db, "main") != 0)
		return refuse(STORE_FAILED, err, s->c.path,
		    "cannot be written: the daemon's user must own it");
	sqlite3_busy_timeout(s->c.db, WAIT_FOR_LOCK_MS);
	r = integrity_name(&s->c, schema_examine(&s->c, &version, err), err);
	if (r == STORE_OK && version > 0)
		r = integrity_quick(&s->c, err);
	/* A new file gets its tables before WAL, so that the header alone
	 * always says whose it is. */
	if (r == STORE_OK)
		r = schema_migrate(&s->c, version, err);
	if (r == STORE_OK)
		r = use_wal(s, err);
	if (r == STORE_OK)
		r = tune(s, err);
	return r;
}

enum store_result store_open(
    const char *path, struct store **out, struct errtext *err)
{
	struct store *s = calloc(1, sizeof *s);
	enum store_result r;
	bool not_sqlite;

	CHECK(s != NULL);
	*out = NULL;
	r = connection_look(path, err);
	if (r == STORE_OK)
		r = lock_file_take(path, &s->lock, err);
	if (r != STORE_OK)
		goto no_lock;
	r = make_file(path, err);
	if (r == STORE_OK)
		r = connection_open(&s->c, path,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE, err);
	if (r != STORE_OK)
		goto no_connection;
	r = ready(s, err);
	if (r == STORE_OK) {
		*out = s;
		return STORE_OK;
	}
	not_sqlite = sqlite3_errcode(s->c.db) == SQLITE_NOTADB;
	connection_close(&s->c);
	if (not_sqlite && !looks_like_a_database(path))
		r = refuse(STORE_FOREIGN, err, path,
		    "is not a database: name another file");
no_connection:
	lock_file_drop(s->lock);
no_lock:
	free(s);
	return r;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	store_rollback(s);
	store_idle(s);
	connection_close(&s->c);
	lock_file_drop(s->lock);
	free(s);
}

enum store_result store_begin(struct store *s, struct errtext *err)
{
	return connection_begin(&s->c, &begin, err);
}

enum store_result store_commit(struct store *s, struct errtext *err)
{
	return connection_run(&s->c, &commit, err);
}

void store_rollback(struct store *s)
{
	connection_rollback(&s->c);
}

void store_idle(struct store *s)
{
	sqlite3_busy_timeout(s->c.db, 0);
	sqlite3_wal_checkpoint_v2(
	    s->c.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(s->c.db, WAIT_FOR_LOCK_MS);
}

enum store_result store_event_seen(
    struct store *s, const char *event_id, bool *seen, struct errtext *err)
{
	return journal_rows_seen(&s->c, event_id, seen, err);
}

enum store_result store_load(struct store *s, struct arena *arena,
    const char *key, int64_t id, struct ticket *t, struct errtext *err)
{
	return ticket_rows_load(&s->c, arena, key, id, t, err);
}

enum store_result store_load_notice(
    struct store *s, struct ticket *t, int64_t notice_id, struct errtext *err)
{
	struct notice n;
	int64_t ticket_id;
	enum store_result r;

	if (ticket_notice(t, notice_id) != NULL)
		return STORE_OK;
	r = outbox_rows_find(&s->c, t->arena, notice_id, &ticket_id, &n, err);
	if (r != STORE_OK)
		return r;
	if (ticket_id != t->id) {
		errtext_set(err, "the notice is another ticket's");
		return STORE_NONE;
	}
	*(struct notice *)arena_push(
	    t->arena, &t->notices, &t->nnotices, &t->cap_notices, sizeof n) = n;
	return STORE_OK;
}

void store_decide_by(struct store *s, int64_t matrix, int64_t duty)
{
	s->matrix = matrix;
	s->duty = duty;
}

enum store_result store_add_matrix(
    struct store *s, struct matrix_row *row, struct errtext *err)
{
	return matrix_rows_add(&s->c, row, err);
}

enum store_result store_load_matrix(struct store *s, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err)
{
	return matrix_rows_load(&s->c, arena, number, out, err);
}

enum store_result store_matrix_head(struct store *s, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err)
{
	return matrix_rows_head(&s->c, arena, number, out, err);
}

enum store_result store_ticket_revisions(struct store *s, struct arena *arena,
    bool solved, const char ***out, size_t *count, struct errtext *err)
{
	return matrix_rows_used(&s->c, arena, solved, out, count, err);
}

enum store_result store_solved_tickets(struct store *s, struct arena *arena,
    const char *but, const char **revision, int64_t *id, int limit,
    int64_t **out, size_t *count, struct errtext *err)
{
	return matrix_rows_solved(
	    &s->c, arena, but, revision, id, limit, out, count, err);
}

enum store_result store_save(struct store *s, struct ticket *t,
    const struct event *ev, const struct decision *d, const char *given,
    struct wall recorded, struct errtext *err)
{
	const struct journal_entry e = { .t = t,
		.ev = ev,
		.recorded = recorded,
		.matrix = s->matrix,
		.duty = s->duty,
		.given = given };
	enum store_result r;

	r = ticket_rows_save(&s->c, t, err);
	if (r == STORE_OK)
		r = outbox_rows_save(&s->c, t, err);
	if (r == STORE_OK)
		r = journal_rows_add(&s->c, &e, d, err);
	return r;
}

enum store_result store_answer(struct store *s, const struct fact_question *q,
    int64_t *out, struct errtext *err)
{
	return fact_rows_answer(&s->c, q, out, err);
}

enum store_result store_running_drill(struct store *s, struct arena *arena,
    const char *chain, const char **key, struct errtext *err)
{
	return drill_rows_running(&s->c, arena, chain, key, err);
}

enum store_result store_last_drill(
    struct store *s, const char *day, int64_t *number, struct errtext *err)
{
	return drill_rows_last(&s->c, day, number, err);
}

enum store_result store_add_duty(
    struct store *s, const struct duty_change *change, struct errtext *err)
{
	return duty_rows_add(&s->c, change, err);
}

enum store_result store_add_post(
    struct store *s, const struct post *p, int64_t *id, struct errtext *err)
{
	return post_rows_add(&s->c, p, id, err);
}

enum store_result store_want_face(struct store *s, const struct ticket *t,
    uint64_t face, void (*stale)(void *user, const struct post *p), void *user,
    struct errtext *err)
{
	return post_rows_want(&s->c, t, face, stale, user, err);
}

enum store_result store_post_shown(struct store *s, int64_t id, uint64_t shown,
    void (*stale)(void *user, const struct post *p), void *user,
    struct errtext *err)
{
	return post_rows_shown(&s->c, id, shown, stale, user, err);
}

enum store_result store_scan_posts(struct store *s,
    bool (*each)(void *user, const struct post *p), void *user,
    struct errtext *err)
{
	return post_rows_scan(&s->c, each, user, err);
}

enum store_result store_set_address(struct store *s, const char *channel,
    const char *name, const char *value, struct wall now, struct errtext *err)
{
	return post_rows_set_address(&s->c, channel, name, value, now, err);
}

enum store_result store_each_duty(struct store *s,
    bool (*each)(void *user, const struct duty_change *change), void *user,
    struct errtext *err)
{
	return duty_rows_each(&s->c, 0, INT64_MAX, each, user, err);
}

enum store_result store_add_delivery(
    struct store *s, const struct delivery_row *row, struct errtext *err)
{
	return outbox_rows_add_delivery(&s->c, row, err);
}

enum store_result store_meta_get(struct store *s, struct arena *arena,
    const char *name, const char **value, struct errtext *err)
{
	enum store_result r;
	struct call k;

	*value = NULL;
	call_begin(&k, &s->c, &meta_get);
	call_text(&k, name);
	if (call_row(&k))
		*value = row_text(&k, arena);
	r = call_end(&k, err);
	if (r == STORE_OK && !*value) {
		errtext_set(err, "%s: not known", name);
		r = STORE_NONE;
	}
	return r;
}

enum store_result store_meta_set(
    struct store *s, const char *name, const char *value, struct errtext *err)
{
	struct call k;

	call_begin(&k, &s->c, &meta_set);
	call_text(&k, name);
	call_text(&k, value);
	return call_run(&k, err);
}

enum store_result store_set_alive(
    struct store *s, struct wall now, struct errtext *err)
{
	char text[WALL_TEXT_MAX];

	wall_format(now, text);
	return store_meta_set(s, "alive", text, err);
}

enum store_result store_get_alive(
    struct store *s, struct wall *alive, struct errtext *err)
{
	struct arena arena = ARENA_INIT;
	const char *text;
	enum store_result r;

	*alive = WALL_NEVER;
	r = store_meta_get(s, &arena, "alive", &text, err);
	if (r == STORE_OK && !wall_parse(text, strlen(text), alive)) {
		errtext_set(err, "%s: meta \"alive\" is not an instant: %s",
		    s->c.path, text);
		r = STORE_FAILED;
	}
	arena_fini(&arena);
	return r;
}

/* Pages that are read but once are not worth the memory: to get it for them is
 * a sixth of the scan. */
enum store_result store_scan_deadlines(struct store *s,
    bool (*each)(void *user, int64_t ticket_id, struct wall due), void *user,
    struct errtext *err)
{
	enum store_result r = connection_exec(&s->c, SCANS_CACHE, err);
	struct errtext ignored;

	if (r != STORE_OK)
		return r;
	r = deadline_rows_scan(&s->c, each, user, err);
	if (r != STORE_OK) {
		(void)connection_exec(&s->c, WRITERS_CACHE, &ignored);
		return r;
	}
	return connection_exec(&s->c, WRITERS_CACHE, err);
}

enum store_result store_scan_outbox(struct store *s,
    bool (*each)(void *user, const struct outbox_entry *e), void *user,
    struct errtext *err)
{
	return outbox_rows_scan(&s->c, each, user, err);
}

enum store_result store_mark_repeats(struct store *s, struct wall alive,
    struct wall recorded, int64_t *count, struct errtext *err)
{
	enum store_result r =
	    journal_rows_add_repeats(&s->c, alive, recorded, err);

	*count = 0;
	return r != STORE_OK
		   ? r
		   : outbox_rows_mark_repeats(&s->c, alive, count, err);
}
