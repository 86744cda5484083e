/* ticket_rows.c - tickets, deadlines, clocks and runs as rows.
 *
 * SPDX-License-Identifier: MIT */
#include "store/ticket_rows.h"

#include "core/stretches.h"
#include "core/ticket_text.h"
#include "store/outbox_rows.h"
#include "store/tags_text.h"

/* Columns of `ticket` in the order in which put_ticket() gives and
 * take_ticket() reads them; then those by which tickets are found, but for key
 * and over.  Apart, because naming an indexed column in an UPDATE rewrites its
 * index even where the value stays. */
#define TICKET_COLUMNS                                                         \
	"subject, severity, channel, customer_name, customer_tier, "           \
	"customer_value, customer_renewal, team, url, scope, impact, "         \
	"workaround, sentiment, ai_confidence, csat, status, tags, updated, "  \
	"unanswered_since, policy, revision, run_seq, live_runs, "             \
	"open_notices, answered_at, waiting_over, unanswered, field_at, "      \
	"history, severity_by, confirmed_by, desk_severity, needs_human, "     \
	"said_at, commented_at, rules_at, suggested_team, suggested_at, "      \
	"suggest_next, rules_held, said, attributes, tried, next_step, text"
#define FINDING_COLUMNS                                                        \
	"customer_id, category, assignee, created, merged_into, deleted, "     \
	"suggested_to"
#define TEN_ARGUMENTS "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
#define TICKET_ARGUMENTS                                                       \
	TEN_ARGUMENTS ", " TEN_ARGUMENTS ", " TEN_ARGUMENTS ", " TEN_ARGUMENTS \
		      ", ?, ?, ?, ?, ?"

static const enum field finding_fields[] = { FIELD_CUSTOMER_ID, FIELD_CATEGORY,
	FIELD_ASSIGNEE };
static const enum field short_fields[] = { FIELD_SUBJECT, FIELD_SEVERITY,
	FIELD_CHANNEL, FIELD_CUSTOMER_NAME, FIELD_CUSTOMER_TIER,
	FIELD_CUSTOMER_VALUE, FIELD_CUSTOMER_RENEWAL, FIELD_TEAM, FIELD_URL,
	FIELD_SCOPE, FIELD_IMPACT, FIELD_WORKAROUND, FIELD_SENTIMENT,
	FIELD_AI_CONFIDENCE, FIELD_CSAT };
static const enum field long_fields[] = { FIELD_ATTRIBUTES, FIELD_TRIED,
	FIELD_NEXT_STEP, FIELD_TEXT };

#define COUNT(array) (sizeof(array) / sizeof *(array))

_Static_assert(
    COUNT(finding_fields) + COUNT(short_fields) + COUNT(long_fields) + 2 ==
	FIELD_COUNT,
    "every field but status and tags has a column of its own");

static const struct query ticket_by_key = { QUERY_TICKET_BY_KEY,
	"SELECT t.id, t.key, d.due, " TICKET_COLUMNS ", " FINDING_COLUMNS
	" FROM ticket AS t LEFT JOIN deadline AS d ON d.ticket_id = t.id"
	" WHERE t.key = ?" };
static const struct query ticket_by_id = { QUERY_TICKET_BY_ID,
	"SELECT t.id, t.key, d.due, " TICKET_COLUMNS ", " FINDING_COLUMNS
	" FROM ticket AS t LEFT JOIN deadline AS d ON d.ticket_id = t.id"
	" WHERE t.id = ?" };
static const struct query ticket_insert = { QUERY_TICKET_INSERT,
	"INSERT INTO ticket (" TICKET_COLUMNS ", over, " FINDING_COLUMNS
	", key)"
	" VALUES (" TICKET_ARGUMENTS ", ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
static const struct query ticket_update = { QUERY_TICKET_UPDATE,
	"UPDATE ticket SET (" TICKET_COLUMNS ") = (" TICKET_ARGUMENTS ")"
	" WHERE id = ?" };
static const struct query ticket_find = { QUERY_TICKET_FIND,
	"UPDATE ticket SET (over, " FINDING_COLUMNS ") ="
	" (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) WHERE id = ?9"
	" AND (over, " FINDING_COLUMNS ") IS NOT"
	" (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)" };
static const struct query ticket_counts = { QUERY_TICKET_COUNTS,
	"UPDATE ticket SET live_runs = ?, open_notices = ? WHERE id = ?" };
static const struct query deadline_put = { QUERY_DEADLINE_PUT,
	"INSERT INTO deadline (ticket_id, due) VALUES (?, ?)"
	" ON CONFLICT (ticket_id) DO UPDATE SET due = excluded.due"
	" WHERE due <> excluded.due" };
static const struct query deadline_drop = { QUERY_DEADLINE_DROP,
	"DELETE FROM deadline WHERE ticket_id = ?" };

#define CLOCK_VALUES                                                           \
	"state, started, elapsed_ms, since, target_ms, due, due_by_hand, "     \
	"policy, calendar, breached_at, ended_at, warned, current, "           \
	"pause_over, stretches"
static const struct query clocks_load = { QUERY_CLOCKS_LOAD,
	"SELECT kind, cycle, " CLOCK_VALUES
	" FROM clock WHERE ticket_id = ? AND current = 1 ORDER BY seq" };
static const struct query clocks_all = { QUERY_ONCE,
	"SELECT kind, cycle, " CLOCK_VALUES
	" FROM clock WHERE ticket_id = ? ORDER BY seq" };
static const struct query marks_load = { QUERY_ONCE,
	"SELECT over, live_runs, open_notices, EXISTS"
	" (SELECT 1 FROM deadline WHERE ticket_id = ?1)"
	" FROM ticket WHERE id = ?1" };
/* seq is given once, so that clocks are loaded in the order in which they were
 * started: what is decided must not depend on whether a ticket was on disk. */
static const struct query clock_save = { QUERY_CLOCK_SAVE,
	"INSERT INTO clock (ticket_id, kind, cycle, " CLOCK_VALUES ", seq)"
	" VALUES (" TEN_ARGUMENTS ", ?, ?, ?, ?, ?, ?, ?, ?,"
	" (SELECT ifnull(max(seq), 0) + 1 FROM clock WHERE ticket_id = ?1))"
	" ON CONFLICT (ticket_id, kind, cycle) DO UPDATE"
	" SET (" CLOCK_VALUES ") ="
	" (excluded.state, excluded.started, excluded.elapsed_ms,"
	" excluded.since, excluded.target_ms, excluded.due,"
	" excluded.due_by_hand, excluded.policy, excluded.calendar,"
	" excluded.breached_at, excluded.ended_at, excluded.warned,"
	" excluded.current, excluded.pause_over, excluded.stretches)" };

#define RUN_VALUES                                                             \
	"live, state, chain, cause, clock, cycle, started, step, round, "      \
	"reminded, fired_at, next_at, acked_by, acked_at, definition"
static const struct query runs_all = { QUERY_ONCE,
	"SELECT seq, " RUN_VALUES
	" FROM chain_run WHERE ticket_id = ? ORDER BY seq" };
static const struct query runs_load = { QUERY_RUNS_LOAD,
	"SELECT seq, " RUN_VALUES
	" FROM chain_run WHERE ticket_id = ? AND live = 1 ORDER BY seq" };
static const struct query run_save = { QUERY_RUN_SAVE,
	"INSERT INTO chain_run (ticket_id, seq, " RUN_VALUES ")"
	" VALUES (" TEN_ARGUMENTS ", ?, ?, ?, ?, ?, ?, ?)"
	" ON CONFLICT (ticket_id, seq) DO UPDATE"
	" SET (" RUN_VALUES ") ="
	" (excluded.live, excluded.state, excluded.chain, excluded.cause,"
	" excluded.clock, excluded.cycle, excluded.started, excluded.step,"
	" excluded.round, excluded.reminded, excluded.fired_at,"
	" excluded.next_at, excluded.acked_by, excluded.acked_at,"
	" excluded.definition)" };

struct counts {
	int64_t live_runs;
	int64_t open_notices;
};

/* As the struct says it. */
static struct counts count_parts(const struct ticket *t)
{
	struct counts n = { 0, 0 };

	for (size_t i = 0; i < t->nruns; i++)
		n.live_runs += run_state_is_live(t->runs[i].state);
	for (size_t i = 0; i < t->nnotices; i++)
		n.open_notices += !t->notices[i].ended;
	return n;
}

static bool is_watched(const struct ticket *t)
{
	return !t->deleted &&
	       (!ticket_is_over(t) || !wall_is_never(t->next_due));
}

/* What was made of the ticket: severity, rules, a suggestion. */
static void put_judgement(struct call *k, const struct ticket *t)
{
	call_text(k, t->severity_by);
	call_text(k, t->confirmed_by);
	call_text_or_null(k, t->desk_severity);
	call_bool(k, t->needs_human);
	call_wall(k, t->said_at);
	call_wall(k, t->commented_at);
	call_wall(k, t->rules_at);
	call_text(k, t->suggested_team);
	call_wall(k, t->suggested_at);
	call_wall(k, t->suggest_next);
	call_text(k, t->rules_held);
	call_text(k, t->said);
}

static void put_ticket(struct call *k, const struct ticket *t)
{
	const struct fields *f = &t->fields;
	struct counts n = count_parts(t);

	for (size_t i = 0; i < COUNT(short_fields); i++)
		call_text_or_null(k, f->text[short_fields[i]]);
	call_text(k, status_name(f->status));
	call_text(k, tags_to_text(f->tags, f->ntags, t->arena));
	call_int(k, t->updated.ms);
	call_wall(k, t->nunanswered > 0 ? t->unanswered[0] : WALL_NEVER);
	call_text(k, t->policy);
	call_text(k, t->revision);
	call_int(k, t->run_seq);
	call_int(k, n.live_runs);
	call_int(k, n.open_notices);
	call_wall(k, t->answered_at);
	call_bool(k, t->waiting_over);
	call_text(k, ticket_unanswered_encode(t));
	call_text(k, ticket_field_at_encode(t));
	call_text(k, ticket_history_encode(t));
	put_judgement(k, t);
	for (size_t i = 0; i < COUNT(long_fields); i++)
		call_text_or_null(k, f->text[long_fields[i]]);
}

static void put_finding(struct call *k, const struct ticket *t)
{
	call_bool(k, ticket_is_over(t));
	for (size_t i = 0; i < COUNT(finding_fields); i++)
		call_text_or_null(k, t->fields.text[finding_fields[i]]);
	call_int(k, t->created.ms);
	call_text(k, t->merged_into);
	call_bool(k, t->deleted);
	call_text(k, t->suggested_to);
}

/* What a ticket of schema 1 knows of its lists is one instant each. */
static void adopt_unanswered(struct ticket *t, struct wall since)
{
	t->nunanswered = wall_is_never(since) ? 0 : 1;
	t->unanswered[0] = since;
}

/* Since when it has its status is not known; at its latest event it had it. */
static void adopt_history(struct ticket *t)
{
	const struct wall known[] = { t->created, t->updated };
	size_t n = wall_same(known[0], known[1]) ? 1 : 2;

	for (size_t i = 0; i < n; i++)
		*(struct status_change *)arena_push(t->arena, &t->history,
		    &t->nhistory, &t->cap_history, sizeof *t->history) =
		    (struct status_change){ known[i], t->fields.status };
}

static void take_lists(struct call *k, struct ticket *t, struct wall since)
{
	const char *text;

	t->answered_at = row_wall(k);
	t->waiting_over = row_bool(k);
	text = row_text(k, t->arena);
	if (text == NULL)
		adopt_unanswered(t, since);
	else if (!ticket_unanswered_decode(t, text))
		row_unknown(k, "ticket.unanswered");
	if (!ticket_field_at_decode(t, row_word(k)))
		row_unknown(k, "ticket.field_at");
	if (!ticket_history_decode(t, row_word(k)))
		row_unknown(k, "ticket.history");
}

/* Before schema 3 a severity was the help desk's word; nobody was recorded. */
static void adopt_severity(struct ticket *t)
{
	if (*t->severity_by == '\0' && t->desk_severity == NULL)
		t->desk_severity = t->fields.text[FIELD_SEVERITY];
}

static void take_judgement(struct call *k, struct ticket *t)
{
	t->severity_by = row_text(k, t->arena);
	t->confirmed_by = row_text(k, t->arena);
	t->desk_severity = row_text(k, t->arena);
	t->needs_human = row_bool(k);
	t->said_at = row_wall(k);
	t->commented_at = row_wall(k);
	t->rules_at = row_wall(k);
	t->suggested_team = row_text(k, t->arena);
	t->suggested_at = row_wall(k);
	t->suggest_next = row_wall(k);
	t->rules_held = row_text(k, t->arena);
	t->said = row_text(k, t->arena);
	adopt_severity(t);
}

static void take_finding(struct call *k, struct ticket *t)
{
	for (size_t i = 0; i < COUNT(finding_fields); i++)
		t->fields.text[finding_fields[i]] = row_text(k, t->arena);
	t->created = wall_at(row_int(k));
	t->merged_into = row_text(k, t->arena);
	t->deleted = row_bool(k);
	t->suggested_to = row_text(k, t->arena);
}

static void take_ticket(struct call *k, struct ticket *t, struct counts *n)
{
	struct fields *f = &t->fields;
	struct wall since;

	for (size_t i = 0; i < COUNT(short_fields); i++)
		f->text[short_fields[i]] = row_text(k, t->arena);
	if (!status_parse(row_word(k), &f->status))
		row_unknown(k, "ticket.status");
	f->tags = tags_from_text(row_word(k), t->arena, &f->ntags);
	t->updated = wall_at(row_int(k));
	since = row_wall(k);
	t->policy = row_text(k, t->arena);
	t->revision = row_text(k, t->arena);
	t->run_seq = row_small(k);
	n->live_runs = row_int(k);
	n->open_notices = row_int(k);
	take_lists(k, t, since);
	take_judgement(k, t);
	for (size_t i = 0; i < COUNT(long_fields); i++)
		f->text[long_fields[i]] = row_text(k, t->arena);
	take_finding(k, t);
	if (t->nhistory == 0)
		adopt_history(t);
}

static void put_clock(
    struct call *k, const struct clock *c, struct arena *arena)
{
	call_text(k, c->kind);
	call_int(k, c->cycle);
	call_text(k, clock_state_name(c->state));
	call_int(k, c->started.ms);
	call_int(k, c->elapsed_ms);
	call_int(k, c->since.ms);
	call_int(k, c->target_ms);
	call_wall(k, c->due);
	call_bool(k, c->due_by_hand);
	call_text(k, c->policy);
	call_text(k, c->calendar);
	call_wall(k, c->breached_at);
	call_wall(k, c->ended_at);
	call_text(k, c->warned);
	call_bool(k, c->current);
	call_bool(k, c->pause_over);
	call_text(k, stretches_encode(c, arena));
}

static void take_clock(struct call *k, struct clock *c, struct arena *arena)
{
	c->kind = row_text(k, arena);
	c->cycle = row_small(k);
	if (!clock_state_parse(row_word(k), &c->state))
		row_unknown(k, "clock.state");
	c->started = wall_at(row_int(k));
	c->elapsed_ms = row_int(k);
	c->since = wall_at(row_int(k));
	c->target_ms = row_int(k);
	c->due = row_wall(k);
	c->due_by_hand = row_bool(k);
	c->policy = row_text(k, arena);
	c->calendar = row_text(k, arena);
	c->breached_at = row_wall(k);
	c->ended_at = row_wall(k);
	c->warned = row_text(k, arena);
	c->current = row_bool(k);
	c->pause_over = row_bool(k);
	if (!stretches_decode(row_word(k), arena, c))
		row_unknown(k, "clock.stretches");
	else if (c->nstretches == 0)
		stretches_adopt(arena, c);
}

static void put_run(struct call *k, const struct chain_run *r)
{
	call_int(k, r->seq);
	call_bool(k, run_state_is_live(r->state));
	call_text(k, run_state_name(r->state));
	call_text(k, r->chain);
	call_text(k, r->cause);
	call_text(k, r->clock);
	call_int(k, r->cycle);
	call_int(k, r->started.ms);
	call_int(k, r->step);
	call_int(k, r->round);
	call_int(k, r->reminded);
	call_wall(k, r->fired_at);
	call_wall(k, r->next_at);
	call_text(k, r->acked_by);
	call_wall(k, r->acked_at);
	call_text(k, r->definition);
}

static void take_run(struct call *k, struct chain_run *r, struct arena *arena)
{
	r->seq = row_small(k);
	row_bool(k);
	if (!run_state_parse(row_word(k), &r->state))
		row_unknown(k, "chain_run.state");
	r->chain = row_text(k, arena);
	r->cause = row_text(k, arena);
	r->clock = row_text(k, arena);
	r->cycle = row_small(k);
	r->started = wall_at(row_int(k));
	r->step = row_small(k);
	r->round = row_small(k);
	r->reminded = row_small(k);
	r->fired_at = row_wall(k);
	r->next_at = row_wall(k);
	r->acked_by = row_text(k, arena);
	r->acked_at = row_wall(k);
	r->definition = row_text(k, arena);
}

static enum store_result find(struct connection *c, const char *key, int64_t id,
    struct ticket *t, struct counts *n, struct errtext *err)
{
	enum store_result r;
	struct call k;
	bool found;

	call_begin(&k, c, key ? &ticket_by_key : &ticket_by_id);
	if (key)
		call_text(&k, key);
	else
		call_int(&k, id);
	found = call_row(&k);
	if (found) {
		t->id = row_int(&k);
		t->key = row_text(&k, t->arena);
		t->next_due = row_wall(&k);
		take_ticket(&k, t, n);
	}
	r = call_end(&k, err);
	if (r == STORE_OK && !found) {
		errtext_set(err, "no such ticket");
		r = STORE_NONE;
	}
	return r;
}

static enum store_result load_clocks(struct connection *c,
    const struct query *q, struct ticket *t, struct errtext *err)
{
	struct call k;

	call_begin(&k, c, q);
	call_int(&k, t->id);
	while (call_row(&k))
		take_clock(&k,
		    arena_push(t->arena, &t->clocks, &t->nclocks,
			&t->cap_clocks, sizeof *t->clocks),
		    t->arena);
	return call_end(&k, err);
}

static enum store_result load_runs(struct connection *c, const struct query *q,
    struct ticket *t, struct errtext *err)
{
	struct call k;

	call_begin(&k, c, q);
	call_int(&k, t->id);
	while (call_row(&k))
		take_run(&k,
		    arena_push(t->arena, &t->runs, &t->nruns, &t->cap_runs,
			sizeof *t->runs),
		    t->arena);
	return call_end(&k, err);
}

enum store_result ticket_rows_load(struct connection *c, struct arena *arena,
    const char *key, int64_t id, struct ticket *t, struct errtext *err)
{
	struct counts n = { 0, 0 };
	enum store_result r;

	ticket_init(t, arena, key);
	r = find(c, key, id, t, &n, err);
	if (r == STORE_OK)
		r = load_clocks(c, &clocks_load, t, err);
	if (r == STORE_OK && n.live_runs > 0)
		r = load_runs(c, &runs_load, t, err);
	if (r == STORE_OK && n.open_notices > 0)
		r = outbox_rows_load(c, t, err);
	return r;
}

static enum store_result load_marks(struct connection *c, int64_t id,
    struct audit_marks *out, struct errtext *err)
{
	struct call k;

	call_begin(&k, c, &marks_load);
	call_int(&k, id);
	if (call_row(&k)) {
		out->over = row_bool(&k);
		out->live_runs = row_int(&k);
		out->open_notices = row_int(&k);
		out->watched = row_bool(&k);
	}
	return call_end(&k, err);
}

enum store_result ticket_rows_load_whole(struct connection *c,
    struct arena *arena, int64_t id, struct ticket *t,
    struct audit_marks *marks, struct errtext *err)
{
	struct counts n;
	enum store_result r;

	ticket_init(t, arena, NULL);
	r = find(c, NULL, id, t, &n, err);
	if (r == STORE_OK)
		r = load_clocks(c, &clocks_all, t, err);
	if (r == STORE_OK)
		r = load_runs(c, &runs_all, t, err);
	if (r == STORE_OK)
		r = outbox_rows_load_all(c, t, -1, err);
	if (r == STORE_OK)
		r = load_marks(c, id, marks, err);
	return r;
}

struct audit_marks ticket_marks_of(const struct ticket *t)
{
	struct counts n = count_parts(t);

	return (struct audit_marks){ .over = ticket_is_over(t),
		.watched = is_watched(t),
		.live_runs = n.live_runs,
		.open_notices = n.open_notices };
}

static enum store_result insert_ticket(
    struct connection *c, struct ticket *t, struct errtext *err)
{
	enum store_result r;
	struct call k;

	call_begin(&k, c, &ticket_insert);
	put_ticket(&k, t);
	put_finding(&k, t);
	call_text(&k, t->key);
	r = call_run(&k, err);
	if (r == STORE_OK)
		t->id = sqlite3_last_insert_rowid(c->db);
	return r;
}

static enum store_result update_ticket(
    struct connection *c, struct ticket *t, struct errtext *err)
{
	enum store_result r;
	struct call k;

	call_begin(&k, c, &ticket_update);
	put_ticket(&k, t);
	call_int(&k, t->id);
	r = call_run(&k, err);
	if (r != STORE_OK)
		return r;
	call_begin(&k, c, &ticket_find);
	put_finding(&k, t);
	call_int(&k, t->id);
	return call_run(&k, err);
}

/* Runs or notices changed, the ticket itself did not. */
static enum store_result update_counts(
    struct connection *c, const struct ticket *t, struct errtext *err)
{
	struct counts n = count_parts(t);
	struct call k;

	call_begin(&k, c, &ticket_counts);
	call_int(&k, n.live_runs);
	call_int(&k, n.open_notices);
	call_int(&k, t->id);
	return call_run(&k, err);
}

static enum store_result save_deadline(
    struct connection *c, const struct ticket *t, struct errtext *err)
{
	bool live = is_watched(t);
	struct call k;

	call_begin(&k, c, live ? &deadline_put : &deadline_drop);
	call_int(&k, t->id);
	if (live)
		call_int(&k, t->next_due.ms);
	return call_run(&k, err);
}

static enum store_result save_clocks(
    struct connection *c, struct ticket *t, struct errtext *err)
{
	enum store_result r = STORE_OK;
	struct call k;

	for (size_t i = 0; r == STORE_OK && i < t->nclocks; i++) {
		if (!t->clocks[i].dirty)
			continue;
		call_begin(&k, c, &clock_save);
		call_int(&k, t->id);
		put_clock(&k, &t->clocks[i], t->arena);
		r = call_run(&k, err);
		t->clocks[i].dirty = r != STORE_OK;
	}
	return r;
}

static enum store_result save_runs(
    struct connection *c, struct ticket *t, struct errtext *err)
{
	enum store_result r = STORE_OK;
	struct call k;

	for (size_t i = 0; r == STORE_OK && i < t->nruns; i++) {
		if (!t->runs[i].dirty)
			continue;
		call_begin(&k, c, &run_save);
		call_int(&k, t->id);
		put_run(&k, &t->runs[i]);
		r = call_run(&k, err);
		t->runs[i].dirty = r != STORE_OK;
	}
	return r;
}

static bool counted_parts_dirty(const struct ticket *t)
{
	for (size_t i = 0; i < t->nruns; i++)
		if (t->runs[i].dirty)
			return true;
	for (size_t i = 0; i < t->nnotices; i++)
		if (t->notices[i].dirty || t->notices[i].id == 0)
			return true;
	return false;
}

enum store_result ticket_rows_save(
    struct connection *c, struct ticket *t, struct errtext *err)
{
	enum store_result r = STORE_OK;

	if (t->id == 0)
		r = insert_ticket(c, t, err);
	else if (t->dirty)
		r = update_ticket(c, t, err);
	else if (counted_parts_dirty(t))
		r = update_counts(c, t, err);
	if (r == STORE_OK)
		r = save_deadline(c, t, err);
	if (r == STORE_OK)
		r = save_clocks(c, t, err);
	if (r == STORE_OK)
		r = save_runs(c, t, err);
	t->dirty = t->dirty && r != STORE_OK;
	return r;
}
