/* journal_rows.c - the journal: append, ask by event id, read back.
 *
 * SPDX-License-Identifier: MIT */
#include "store/journal_rows.h"

#include "base/check.h"

#define JOURNAL_VALUES                                                         \
	"kind, at, recorded, clock, cycle, due, chain, run, step, notice_id, " \
	"reason, who, channel, late_ms, detail, event_id, event_type, body"
#define JOURNAL_ARGUMENTS "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

static const struct query journal_insert = { QUERY_JOURNAL_INSERT,
	"INSERT INTO journal (ticket_id, " JOURNAL_VALUES ")"
	" VALUES (?, " JOURNAL_ARGUMENTS ")" };
static const struct query journal_load = { QUERY_JOURNAL_LOAD,
	"SELECT id, " JOURNAL_VALUES
	" FROM journal WHERE ticket_id = ? AND id > ? ORDER BY id LIMIT ?" };
static const struct query event_seen = { QUERY_EVENT_SEEN,
	"SELECT 1 FROM journal WHERE event_id = ?" };

static enum store_result add(struct connection *c, int64_t ticket_id,
    const struct journal_row *row, struct errtext *err)
{
	const struct change *ch = &row->change;
	struct call k;

	call_begin(&k, c, &journal_insert);
	call_int(&k, ticket_id);
	call_text(&k, change_kind_name(ch->kind));
	call_int(&k, ch->at.ms);
	call_int(&k, row->recorded.ms);
	call_text(&k, ch->clock);
	call_int(&k, ch->cycle);
	call_wall(&k, ch->due);
	call_text(&k, ch->chain);
	call_int(&k, ch->run);
	call_int(&k, ch->step);
	call_int(&k, row->notice_id);
	call_text_or_null(
	    &k, row->notice_id != 0 ? notice_reason_name(ch->reason) : NULL);
	call_text(&k, ch->who);
	call_text(&k, ch->channel);
	call_int(&k, ch->late_ms);
	call_text(&k, ch->detail);
	call_text_or_null(&k, row->event_id);
	call_text_or_null(&k, row->event_type);
	call_text_or_null(&k, row->body);
	return call_run(&k, err);
}

static int64_t notice_of(const struct ticket *t, const struct change *ch)
{
	if (ch->notice < 0)
		return 0;
	CHECK((size_t)ch->notice < t->nnotices);
	return t->notices[ch->notice].id;
}

enum store_result journal_rows_add(struct connection *c, const struct ticket *t,
    const struct event *ev, const struct decision *d, struct wall recorded,
    struct errtext *err)
{
	enum store_result r = STORE_OK;
	bool told = ev->id == NULL;

	for (size_t i = 0; r == STORE_OK && i < d->nchanges; i++) {
		const struct change *ch = &d->changes[i];
		struct journal_row row = { .recorded = recorded,
			.change = *ch,
			.notice_id = notice_of(t, ch) };

		if (ch->kind == CHANGE_EVENT) {
			row.event_id = ev->id;
			row.event_type = event_type_name(ev->type);
			row.body = ev->body;
			told = true;
		}
		r = add(c, t->id, &row, err);
	}
	/* Else the same event would be taken a second time. */
	CHECK(told || r != STORE_OK);
	return r;
}

enum store_result journal_rows_seen(
    struct connection *c, const char *event_id, bool *seen, struct errtext *err)
{
	struct call k;

	call_begin(&k, c, &event_seen);
	call_text(&k, event_id);
	*seen = call_row(&k);
	return call_end(&k, err);
}

static void take(struct call *k, struct journal_row *row, struct arena *arena)
{
	struct change *ch = &row->change;
	const char *reason;

	row->id = row_int(k);
	if (!change_kind_parse(row_word(k), &ch->kind))
		row_unknown(k, "journal.kind");
	ch->at = wall_at(row_int(k));
	row->recorded = wall_at(row_int(k));
	ch->clock = row_text(k, arena);
	ch->cycle = row_small(k);
	ch->due = row_wall(k);
	ch->chain = row_text(k, arena);
	ch->run = row_small(k);
	ch->step = row_small(k);
	row->notice_id = row_int(k);
	reason = row_word(k);
	if (reason[0] != '\0' && !notice_reason_parse(reason, &ch->reason))
		row_unknown(k, "journal.reason");
	ch->who = row_text(k, arena);
	ch->channel = row_text(k, arena);
	ch->late_ms = row_int(k);
	ch->detail = row_text(k, arena);
	ch->notice = -1;
	row->event_id = row_text(k, arena);
	row->event_type = row_text(k, arena);
	if (!row->event_id)
		row->event_id = "";
	if (!row->event_type)
		row->event_type = "";
	row->body = row_text(k, arena);
}

enum store_result journal_rows_load(struct connection *c, struct arena *arena,
    int64_t ticket_id, int64_t after, int limit, struct journal_row **out,
    size_t *count, struct errtext *err)
{
	size_t cap = 0;
	struct call k;

	*out = NULL;
	*count = 0;
	call_begin(&k, c, &journal_load);
	call_int(&k, ticket_id);
	call_int(&k, after);
	call_int(&k, limit);
	while (call_row(&k))
		take(&k, arena_push(arena, out, count, &cap, sizeof **out),
		    arena);
	return call_end(&k, err);
}
