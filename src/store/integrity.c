/* integrity.c - integrity checks and the words for what they find.
 *
 * SPDX-License-Identifier: MIT */
#include "store/integrity.h"

#include "base/textbuf.h"

#include <string.h>

#define WHOLE_MAX (INT64_C(64) << 20) /* bytes */

enum store_result integrity_damaged(
    const struct connection *c, const char *finding, struct errtext *err)
{
	errtext_set(err,
	    "%s: is damaged (%s): restore a backup, or salvage what is left "
	    "with: sqlite3 %s .recover | sqlite3 NEW",
	    c->path, finding, c->path);
	return STORE_DAMAGED;
}

enum store_result integrity_name(
    struct connection *c, enum store_result r, struct errtext *err)
{
	int rc = sqlite3_errcode(c->db) & 0xff;

	if (r != STORE_FAILED || (rc != SQLITE_CORRUPT && rc != SQLITE_NOTADB))
		return r;
	return integrity_damaged(c, sqlite3_errmsg(c->db), err);
}

static enum store_result check(
    struct connection *c, const char *sql, struct errtext *err)
{
	const struct query q = { QUERY_ONCE, sql };
	char finding[160];
	struct textbuf text;
	enum store_result r;
	struct call k;

	textbuf_init_fixed(&text, finding, sizeof finding);
	call_begin(&k, c, &q);
	if (call_row(&k))
		textbuf_add(&text, row_word(&k));
	r = call_end(&k, err);
	if (r == STORE_OK && strcmp(finding, "ok") != 0)
		return integrity_damaged(c, finding, err);
	return integrity_name(c, r, err);
}

enum store_result integrity_whole(struct connection *c, struct errtext *err)
{
	return check(c, "PRAGMA integrity_check(1)", err);
}

enum store_result integrity_quick(struct connection *c, struct errtext *err)
{
	int64_t pages = 0, size = 0;
	enum store_result r;

	r = connection_number(c, "PRAGMA page_count", &pages, err);
	if (r == STORE_OK)
		r = connection_number(c, "PRAGMA page_size", &size, err);
	if (r != STORE_OK)
		return integrity_name(c, r, err);
	if (pages * size <= WHOLE_MAX)
		return integrity_whole(c, err);
	return check(c, "PRAGMA integrity_check(sqlite_schema)", err);
}
