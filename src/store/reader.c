/* reader.c - a read-only connection, one snapshot a question.
 *
 * SPDX-License-Identifier: MIT */
#include "store/reader.h"

#include "base/check.h"
#include "store/drill_rows.h"
#include "store/explain_rows.h"
#include "store/fact_rows.h"
#include "store/integrity.h"
#include "store/journal_rows.h"
#include "store/matrix_rows.h"
#include "store/outbox_rows.h"
#include "store/post_rows.h"
#include "store/report_rows.h"
#include "store/schema.h"
#include "store/survey_rows.h"
#include "store/ticket_rows.h"

#include <stdlib.h>
#include <string.h>

#define CACHE_KIB 2048

struct reader {
	struct connection c;
};

static const struct query begin = { QUERY_BEGIN_READ, "BEGIN" };
static const struct query commit = { QUERY_COMMIT, "COMMIT" };

static enum store_result examine(struct connection *c, struct errtext *err)
{
	enum store_result r;
	int version;

	r = schema_examine(c, &version, err);
	if (r != STORE_OK || version == SCHEMA_VERSION)
		return r;
	errtext_set(err,
	    "%s: its tables are not there yet (schema %d of %d): start the "
	    "daemon once",
	    c->path, version, SCHEMA_VERSION);
	return STORE_FAILED;
}

enum store_result reader_open(
    const char *path, struct reader **out, struct errtext *err)
{
	struct reader *r = calloc(1, sizeof *r);
	enum store_result result;

	CHECK(r != NULL);
	*out = NULL;
	result = connection_open_reading(&r->c, path, CACHE_KIB, err);
	if (result != STORE_OK)
		goto not_opened;
	result = examine(&r->c, err);
	if (result != STORE_OK)
		goto not_ready;
	*out = r;
	return STORE_OK;
not_ready:
	connection_close(&r->c);
not_opened:
	free(r);
	return result;
}

void reader_close(struct reader *r)
{
	if (!r)
		return;
	connection_close(&r->c);
	free(r);
}

/* A read transaction has nothing to lose: whatever ended the question, it is
 * simply over, and the next one sees the next snapshot. */
static enum store_result end(struct reader *r, enum store_result result)
{
	struct errtext ignored;

	if (connection_run(&r->c, &commit, &ignored) != STORE_OK)
		connection_rollback(&r->c);
	return result;
}

enum store_result reader_load(struct reader *r, struct arena *arena,
    const char *key, int64_t id, struct ticket *t, struct errtext *err)
{
	enum store_result result = connection_begin(&r->c, &begin, err);

	if (result != STORE_OK)
		return result;
	return end(r, ticket_rows_load(&r->c, arena, key, id, t, err));
}

enum store_result reader_notice(struct reader *r, struct arena *arena,
    int64_t notice_id, struct ticket *t, struct notice *n, struct errtext *err)
{
	enum store_result result = connection_begin(&r->c, &begin, err);
	int64_t ticket_id = 0;

	ticket_init(t, arena, NULL);
	if (result != STORE_OK)
		return result;
	result = outbox_rows_find(&r->c, arena, notice_id, &ticket_id, n, err);
	if (result == STORE_OK)
		result =
		    ticket_rows_load(&r->c, arena, NULL, ticket_id, t, err);
	if (result == STORE_OK)
		result = outbox_rows_load_all(&r->c, t, OUTBOX_TOLD_MAX, err);
	return end(r, result);
}

enum store_result reader_list(struct reader *r, struct arena *arena,
    const struct ticket_filter *f, struct ticket **out, size_t *count,
    const char **next, struct errtext *err)
{
	enum store_result result = connection_begin(&r->c, &begin, err);

	*out = NULL;
	*count = 0;
	*next = NULL;
	if (result != STORE_OK)
		return result;
	return end(r, report_rows_list(&r->c, arena, f, out, count, next, err));
}

enum store_result reader_timeline(struct reader *r, struct arena *arena,
    int64_t ticket_id, int64_t after, int limit, struct journal_row **out,
    size_t *count, struct errtext *err)
{
	return journal_rows_load(&r->c, arena, ticket_id, after,
	    limit < 0 ? 0 : limit, out, count, err);
}

enum store_result reader_explain(struct reader *r, struct arena *arena,
    const char *key, struct ticket *t, struct explain_past *past,
    struct errtext *err)
{
	enum store_result result = connection_begin(&r->c, &begin, err);

	if (result != STORE_OK)
		return result;
	return end(r, explain_rows_load(&r->c, arena, key, t, past, err));
}

enum store_result reader_drills(struct reader *r, struct arena *arena,
    int limit, const char ***out, size_t *count, struct errtext *err)
{
	return drill_rows_keys(&r->c, arena, limit, out, count, err);
}

enum store_result reader_answer(struct reader *r, const struct fact_question *q,
    int64_t *out, struct errtext *err)
{
	return fact_rows_answer(&r->c, q, out, err);
}

enum store_result reader_watched(struct reader *r, int64_t after,
    bool solved_too, int64_t *ids, size_t max, size_t *count,
    struct errtext *err)
{
	return survey_rows_watched(
	    &r->c, after, solved_too, ids, max, count, err);
}

enum store_result reader_waiting(struct reader *r, struct arena *arena,
    struct wall until, int64_t **ids, size_t *count, struct errtext *err)
{
	return survey_rows_waiting(&r->c, arena, until, ids, count, err);
}

enum store_result reader_totals(
    struct reader *r, struct totals *out, struct errtext *err)
{
	enum store_result result = connection_begin(&r->c, &begin, err);

	memset(out, 0, sizeof *out);
	out->oldest_pending = WALL_NEVER;
	if (result != STORE_OK)
		return result;
	return end(r, report_rows_totals(&r->c, out, err));
}

enum store_result reader_check(struct reader *r, struct errtext *err)
{
	return integrity_whole(&r->c, err);
}

enum store_result reader_post(struct reader *r, struct arena *arena, int64_t id,
    int64_t ticket_id, const char *channel, struct post *out,
    struct errtext *err)
{
	return post_rows_load(&r->c, arena, id, ticket_id, channel, out, err);
}

enum store_result reader_address(struct reader *r, struct arena *arena,
    const char *channel, const char *name, struct wall now, int64_t max_age_ms,
    const char **value, struct errtext *err)
{
	return post_rows_address(&r->c, arena, channel, name,
	    wall_plus(now, -max_age_ms), value, err);
}

enum store_result reader_ticket_of_ref(struct reader *r, const char *channel,
    const char *ref, int64_t *ticket_id, struct errtext *err)
{
	return post_rows_of_ref(&r->c, channel, ref, ticket_id, err);
}

enum store_result reader_outbox(struct reader *r, struct arena *arena,
    const struct outbox_filter *f, struct outbox_line **out, size_t *count,
    struct errtext *err)
{
	return outbox_rows_list(&r->c, arena, f, out, count, err);
}

enum store_result reader_deliveries(struct reader *r, struct arena *arena,
    int64_t notice_id, int limit, struct delivery_row **out, size_t *count,
    struct errtext *err)
{
	return outbox_rows_deliveries(
	    &r->c, arena, notice_id, limit, out, count, err);
}

enum store_result reader_matrices(struct reader *r, struct arena *arena,
    int64_t before, int limit, struct matrix_line **out, size_t *count,
    struct errtext *err)
{
	return matrix_rows_page(&r->c, arena, before, limit, out, count, err);
}

enum store_result reader_matrix_number(struct reader *r, const char *revision,
    int64_t *number, struct errtext *err)
{
	return matrix_rows_number(&r->c, revision, number, err);
}

enum store_result reader_matrix(struct reader *r, struct arena *arena,
    int64_t number, struct matrix_row *out, struct errtext *err)
{
	return matrix_rows_load(&r->c, arena, number, out, err);
}
