/* history_rows.c - the journal and what was said of duty, as one story.
 *
 * SPDX-License-Identifier: MIT */
#include "store/history_rows.h"

#include "base/check.h"
#include "store/duty_rows.h"
#include "store/schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CACHE_KIB 8192

struct history_rows {
	struct connection c;
	int64_t duty_next;   /* number of the change that comes next */
	struct wall duty_at; /* when it was said; WALL_NEVER: there is none */
};

static const struct query begin = { QUERY_BEGIN_READ, "BEGIN" };

#define IS_REAL(t) t ".key <> '" REMARK_TICKET "' AND " NO_DRILL(t ".key")

static const struct query last_event = { QUERY_ONCE,
	"SELECT j.recorded FROM journal AS j NOT INDEXED"
	" CROSS JOIN ticket AS t ON t.id = j.ticket_id"
	" WHERE j.event_id IS NOT NULL AND " IS_REAL(
	    "t") " ORDER BY j.id DESC LIMIT 1" };
static const struct query last_row = { QUERY_ONCE,
	"SELECT id, recorded FROM journal ORDER BY id DESC LIMIT 1" };

static const struct query alive = { QUERY_META_GET,
	"SELECT value FROM meta WHERE name = 'alive'" };

/* A breach that was withdrawn later was none.  What was due at an event's very
 * instant came before it where a tick of its ticket stands before it. */
static const struct query story = { QUERY_ONCE,
	"SELECT j.id, j.at, j.recorded, j.duty, j.event_id, t.key,"
	" j.body, j.event_id IS NOT NULL AND EXISTS ("
	"  SELECT 1 FROM journal AS b WHERE b.ticket_id = j.ticket_id"
	"   AND b.id < j.id AND b.recorded = j.recorded AND b.cause = 'tick')"
	" FROM journal AS j NOT INDEXED"
	" CROSS JOIN ticket AS t ON t.id = j.ticket_id"
	" WHERE (j.event_id IS NOT NULL OR (j.kind = 'clock_breached'"
	"  AND NOT EXISTS (SELECT 1 FROM journal AS w"
	"   WHERE w.ticket_id = j.ticket_id AND w.id > j.id"
	"   AND w.kind = 'clock_withdrawn' AND w.clock = j.clock"
	"   AND w.cycle = j.cycle)))"
	" AND " IS_REAL("t") " ORDER BY j.id" };
static const struct query matrices = { QUERY_ONCE,
	"SELECT revision, since FROM matrix_revision ORDER BY id" };
static const struct query duty_at = { QUERY_ONCE,
	"SELECT at FROM duty_change WHERE number = ?" };

/* --- open and close ------------------------------------------------------- */

static enum store_result readable(const char *path, struct errtext *err)
{
	if (access(path, R_OK) == 0)
		return STORE_OK;
	if (errno == ENOENT)
		errtext_set(err,
		    "%s: there is no such file: name the daemon's database "
		    "by --database FILE",
		    path);
	else if (errno == EACCES)
		errtext_set(err,
		    "%s: you may not read it: run as the daemon's user, or as "
		    "root",
		    path);
	else
		errtext_set(err, "%s: %s", path, strerror(errno));
	return STORE_FAILED;
}

static enum store_result examine(struct connection *c, struct errtext *err)
{
	enum store_result r;
	int version;

	r = schema_examine(c, &version, err);
	if (r != STORE_OK || version >= HISTORY_SCHEMA_LEAST)
		return r;
	if (version == 0)
		errtext_set(
		    err, "%s: is empty: no daemon has used it yet", c->path);
	else
		errtext_set(err,
		    "%s: has schema %d, and what was said of people's presence "
		    "is kept since schema %d: start this version's daemon on "
		    "it once",
		    c->path, version, HISTORY_SCHEMA_LEAST);
	return STORE_FAILED;
}

/* The log beside it is read too, and whoever reads leaves marks there. */
static void explain_failure(const char *path, struct errtext *err)
{
	struct textbuf shm;

	textbuf_init(&shm);
	textbuf_addf(&shm, "%s-shm", path);
	if (access(shm.data, F_OK) == 0 && access(shm.data, R_OK | W_OK) != 0)
		errtext_set(err,
		    "%s: you may not write %s, which even readers do: run as "
		    "the daemon's user, or as root",
		    path, shm.data);
	textbuf_fini(&shm);
}

enum store_result history_rows_open(
    const char *path, struct history_rows **out, struct errtext *err)
{
	struct history_rows *h;
	enum store_result r = readable(path, err);

	*out = NULL;
	if (r != STORE_OK)
		return r;
	h = calloc(1, sizeof *h);
	CHECK(h != NULL);
	r = connection_open_reading(&h->c, path, CACHE_KIB, err);
	if (r != STORE_OK)
		goto not_opened;
	r = connection_begin(&h->c, &begin, err);
	if (r == STORE_OK)
		r = examine(&h->c, err);
	if (r != STORE_OK)
		goto not_ready;
	*out = h;
	return STORE_OK;
not_ready:
	connection_rollback(&h->c);
	connection_close(&h->c);
not_opened:
	if (r == STORE_FAILED)
		explain_failure(path, err);
	free(h);
	return r;
}

void history_rows_close(struct history_rows *h)
{
	if (!h)
		return;
	connection_rollback(&h->c);
	connection_close(&h->c);
	free(h);
}

/* A daemon that lived on without anything to record is one to which nothing
 * happened by then. */
static enum store_result look_alive(
    struct history_rows *h, struct wall *last, struct errtext *err)
{
	struct wall lived;
	struct call k;

	call_begin(&k, &h->c, &alive);
	if (call_row(&k)) {
		const char *text = row_word(&k);

		if (wall_parse(text, strlen(text), &lived) &&
		    (wall_is_never(*last) || wall_before(*last, lived)))
			*last = lived;
	}
	return call_end(&k, err);
}

enum store_result history_rows_reach(
    struct history_rows *h, struct history_reach *out, struct errtext *err)
{
	enum store_result r;
	struct call k;

	*out = (struct history_reach){ .last_event = WALL_NEVER,
		.last = WALL_NEVER };
	call_begin(&k, &h->c, &last_row);
	if (call_row(&k)) {
		out->rows = row_int(&k);
		out->last = wall_at(row_int(&k));
	}
	r = call_end(&k, err);
	if (r == STORE_OK)
		r = look_alive(h, &out->last, err);
	if (r != STORE_OK)
		return r;
	call_begin(&k, &h->c, &last_event);
	if (call_row(&k))
		out->last_event = wall_at(row_int(&k));
	return call_end(&k, err);
}

/* --- matrices ------------------------------------------------------------- */

/* Another version of the program makes another row of the same text; one that
 * gave way at the instant at which it came decided nothing. */
static void came_into_force(
    struct history_matrix *list, size_t *count, struct history_matrix m)
{
	while (*count > 0 && !wall_before(list[*count - 1].since, m.since))
		--*count;
	if (*count == 0 || strcmp(list[*count - 1].revision, m.revision) != 0)
		list[(*count)++] = m;
}

enum store_result history_rows_matrices(struct history_rows *h,
    struct arena *arena, struct wall from, struct wall until,
    struct history_matrix **out, size_t *count, struct errtext *err)
{
	enum store_result r;
	size_t cap = 0;
	struct call k;

	*out = NULL;
	*count = 0;
	call_begin(&k, &h->c, &matrices);
	while (call_row(&k)) {
		size_t rows = *count;
		struct history_matrix m;

		m.revision = row_text(&k, arena);
		m.since = wall_at(row_int(&k));
		arena_push(arena, out, &rows, &cap, sizeof m);
		if (!wall_before(until, m.since))
			came_into_force(*out, count, m);
	}
	r = call_end(&k, err);
	/* What had given way before. */
	while (*count > 1 && !wall_before(from, (*out)[1].since)) {
		++*out;
		--*count;
	}
	return r;
}

/* --- what was said of presence -------------------------------------------- */

struct telling {
	struct history_rows *h;
	bool (*each)(void *user, const struct history_row *row);
	void *user;
	struct arena arena; /* of the row in hand */
	int64_t number;	    /* of it */
	bool stopped;
};

static enum store_result look_ahead(struct history_rows *h, struct errtext *err)
{
	struct call k;

	call_begin(&k, &h->c, &duty_at);
	call_int(&k, h->duty_next);
	h->duty_at = call_row(&k) ? wall_at(row_int(&k)) : WALL_NEVER;
	return call_end(&k, err);
}

static bool tell_change(void *user, const struct duty_change *change)
{
	struct telling *t = user;
	const struct history_row row = { .kind = HISTORY_DUTY,
		.number = t->number,
		.recorded = change->at,
		.at = WALL_NEVER,
		.change = change };

	t->stopped = !t->each(t->user, &row);
	return false;
}

/* Those that were said before; at the same instant those that the decision knew
 * of, all if it does not say. */
static enum store_result tell_duty(
    struct telling *t, struct wall before, int64_t known, struct errtext *err)
{
	struct history_rows *h = t->h;
	enum store_result r = STORE_OK;

	while (r == STORE_OK && !t->stopped && !wall_is_never(h->duty_at) &&
	       (wall_before(h->duty_at, before) ||
		   (wall_same(h->duty_at, before) && h->duty_next <= known))) {
		/* One at a time, a feed's copy has its bytes. */
		r = duty_rows_each(
		    &h->c, h->duty_next - 1, h->duty_next, tell_change, t, err);
		h->duty_next++;
		if (r == STORE_OK)
			r = look_ahead(h, err);
	}
	return r;
}

/* --- the story ------------------------------------------------------------ */

static void take(
    struct call *k, struct telling *t, struct history_row *row, int64_t *known)
{
	*row = (struct history_row){ .kind = HISTORY_EVENT };
	row->number = t->number = row_int(k);
	row->at = wall_at(row_int(k));
	row->recorded = wall_at(row_int(k));
	*known = row_is_null(k) ? INT64_MAX : 0;
	*known |= row_int(k);
	row->event_id = row_text(k, &t->arena);
	row->ticket = row_text(k, &t->arena);
	row->body = row_text(k, &t->arena);
	row->is_behind = row_int(k) != 0;
	if (row->event_id == NULL)
		row->kind = HISTORY_BREACH;
}

static enum store_result tell_row(
    struct telling *t, struct call *k, struct errtext *err)
{
	struct history_row row;
	enum store_result r;
	int64_t known;

	arena_reset(&t->arena);
	take(k, t, &row, &known);
	r = tell_duty(t, row.recorded, known, err);
	if (r == STORE_OK && !t->stopped)
		t->stopped = !t->each(t->user, &row);
	return r;
}

enum store_result history_rows_each(struct history_rows *h,
    bool (*each)(void *user, const struct history_row *row), void *user,
    struct errtext *err)
{
	struct telling t = { .h = h, .each = each, .user = user };
	enum store_result r;
	enum store_result ended;
	struct errtext later;
	struct call k;

	arena_init(&t.arena);
	h->duty_next = 1;
	r = look_ahead(h, err);
	call_begin(&k, &h->c, &story);
	while (r == STORE_OK && !t.stopped && call_row(&k))
		r = tell_row(&t, &k, err);
	ended = call_end(&k, &later);
	if (r == STORE_OK && ended != STORE_OK) {
		*err = later;
		r = ended;
	}
	if (r == STORE_OK && !t.stopped)
		r = tell_duty(&t, WALL_NEVER, 0, err);
	arena_fini(&t.arena);
	return r;
}
