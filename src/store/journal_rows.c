/* journal_rows.c - the journal: append, ask by event id, read back.
 *
 * SPDX-License-Identifier: MIT */
#include "store/journal_rows.h"

#include "base/check.h"

#define JOURNAL_VALUES                                                         \
	"kind, at, recorded, clock, cycle, due, chain, run, step, notice_id, " \
	"reason, who, channel, late_ms, detail, event_id, event_type, body, "  \
	"cause, matrix, given, duty"
#define JOURNAL_ARGUMENTS                                                      \
	"?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

static const struct query journal_insert = { QUERY_JOURNAL_INSERT,
	"INSERT INTO journal (ticket_id, " JOURNAL_VALUES ")"
	" VALUES (?, " JOURNAL_ARGUMENTS ")" };
static const struct query journal_load = { QUERY_JOURNAL_LOAD,
	"SELECT id, " JOURNAL_VALUES
	" FROM journal WHERE ticket_id = ? AND id > ? ORDER BY id LIMIT ?" };
static const struct query event_seen = { QUERY_EVENT_SEEN,
	"SELECT 1 FROM journal WHERE event_id = ?" };

static const struct query journal_repeats = { QUERY_JOURNAL_REPEATS,
	"INSERT INTO journal (ticket_id, " JOURNAL_VALUES ")"
	" SELECT ticket_id, 'notice_repeated', free_at, ?2, clock, cycle, due,"
	" chain, run, step, id, reason, iif(who = '', role, who), channel, 0,"
	" 'may have been sent before a crash', NULL, NULL, NULL, 'restart',"
	" NULL, NULL, 0 FROM outbox"
	" WHERE state = 'pending' AND free_at <= ?1 ORDER BY id" };

#define NOT_RECORDED (-1) /* journal_row.duty */

static void call_number_or_null(struct call *k, int64_t value, int64_t none)
{
	if (value != none)
		call_int(k, value);
	else
		call_text_or_null(k, NULL);
}

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
	call_text_or_null(&k, row->cause);
	call_number_or_null(&k, row->matrix, 0);
	call_text_or_null(&k, row->given);
	call_number_or_null(&k, row->duty, NOT_RECORDED);
	return call_run(&k, err);
}

static int64_t notice_of(const struct ticket *t, const struct change *ch)
{
	if (ch->notice < 0)
		return 0;
	CHECK((size_t)ch->notice < t->nnotices);
	return t->notices[ch->notice].id;
}

static const char *cause_of(const struct event *ev)
{
	return ev->type < EVENT_FROM_OUTSIDE_COUNT ? "event"
						   : event_type_name(ev->type);
}

static const char *given_of(const struct journal_entry *e)
{
	return e->given != NULL && *e->given != '\0' ? e->given : NULL;
}

/* What a decision from inside came with stands in its first row. */
static const char *body_of(const struct event *ev)
{
	return ev->type < EVENT_FROM_OUTSIDE_COUNT ? NULL : ev->body;
}

/* Nothing that anybody is told of, but the ticket is not what it was. */
static enum store_result add_quiet(
    struct connection *c, const struct journal_entry *e, struct errtext *err)
{
	const struct journal_row row = { .recorded = e->recorded,
		.change = { .kind = CHANGE_EVENT,
		    .at = e->ev->at,
		    .due = WALL_NEVER,
		    .step = -1,
		    .notice = -1,
		    .detail = e->t->revision },
		.event_type = event_type_name(e->ev->type),
		.body = body_of(e->ev),
		.cause = cause_of(e->ev),
		.matrix = e->matrix,
		.given = given_of(e),
		.duty = e->duty };

	return add(c, e->t->id, &row, err);
}

enum store_result journal_rows_add(struct connection *c,
    const struct journal_entry *e, const struct decision *d,
    struct errtext *err)
{
	const struct event *ev = e->ev;
	enum store_result r = STORE_OK;
	bool told = ev->id == NULL;

	if (d->nchanges == 0 && told)
		return add_quiet(c, e, err);
	for (size_t i = 0; r == STORE_OK && i < d->nchanges; i++) {
		const struct change *ch = &d->changes[i];
		struct journal_row row = { .recorded = e->recorded,
			.change = *ch,
			.notice_id = notice_of(e->t, ch),
			.duty = NOT_RECORDED };

		if (i == 0) {
			row.body = body_of(ev);
			row.cause = cause_of(ev);
			row.matrix = e->matrix;
			row.given = given_of(e);
			row.duty = e->duty;
		}

		if (ch->kind == CHANGE_EVENT) {
			row.event_id = ev->id;
			row.event_type = event_type_name(ev->type);
			row.body = ev->body;
			told = true;
		}
		r = add(c, e->t->id, &row, err);
	}
	/* Else the same event would be taken a second time. */
	CHECK(told || r != STORE_OK);
	return r;
}

enum store_result journal_rows_add_repeats(struct connection *c,
    struct wall alive, struct wall recorded, struct errtext *err)
{
	struct call k;

	call_begin(&k, c, &journal_repeats);
	call_int(&k, alive.ms);
	call_int(&k, recorded.ms);
	return call_run(&k, err);
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
	row->cause = row_text(k, arena);
	if (!row->cause)
		row->cause = "";
	row->matrix = row_int(k);
	row->given = row_text(k, arena);
	if (!row->given)
		row->given = "";
	row->duty = row_is_null(k) ? NOT_RECORDED : row_int(k);
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
