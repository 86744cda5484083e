/* verify_replay.c - decide, compare with the journal, forget what the store
 * would not load.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/verify_replay.h"

#include "ctl/verify_copy.h"
#include "wire/event_json.h"

#include <stdlib.h>
#include <string.h>

#define TURN_AGE 32 /* decisions until the ticket moves to the other arena */

void replay_begin(struct replay *r, const char *key, int64_t id)
{
	arena_init(&r->arenas[0]);
	arena_init(&r->arenas[1]);
	arena_init(&r->past);
	ticket_init(&r->t, &r->arenas[0], key);
	r->id = id;
}

void replay_end(struct replay *r)
{
	arena_fini(&r->arenas[0]);
	arena_fini(&r->arenas[1]);
	arena_fini(&r->past);
}

static enum verify_result impossible(struct replay *r, const char *why)
{
	errtext_set(r->why, "%s", why);
	return VERIFY_IMPOSSIBLE;
}

static void at_row(struct replay *r, const struct journal_row *row)
{
	differ_at(r->d, "journal row %lld (%s)", (long long)row->id,
	    change_kind_name(row->change.kind));
	r->d->row = row->id;
}

/* Always different: a word that cannot be compared with anything. */
static enum verify_result odd(struct replay *r, const char *member,
    const char *expected, const char *found)
{
	differ_text(r->d, member, expected, found);
	return VERIFY_DIFFERENT;
}

/* --- the event ------------------------------------------------------------ */

static const struct journal_row *row_of_kind(const struct journal_row *rows,
    size_t count, bool (*is)(const struct journal_row *))
{
	for (size_t i = 0; i < count; i++)
		if (is(&rows[i]))
			return &rows[i];
	return NULL;
}

static bool is_event(const struct journal_row *row)
{
	return row->change.kind == CHANGE_EVENT && row->event_id[0] != '\0';
}

static bool is_outcome(const struct journal_row *row)
{
	return row->notice_id != 0 &&
	       (row->change.kind == CHANGE_NOTICE_SENT ||
		   row->change.kind == CHANGE_NOTICE_RETRY ||
		   row->change.kind == CHANGE_NOTICE_DIVERTED ||
		   row->change.kind == CHANGE_NOTICE_DEAD);
}

static bool is_by_hand(const struct journal_row *row)
{
	return row->notice_id != 0 &&
	       (row->change.kind == CHANGE_NOTICE_REVIVED ||
		   row->change.kind == CHANGE_NOTICE_DROPPED);
}

static enum verify_result outside_event(struct replay *r,
    const struct journal_row *rows, size_t count, struct event *ev)
{
	const struct journal_row *row = row_of_kind(rows, count, is_event);
	struct errtext err;

	if (row == NULL)
		return odd(r, "row of the event", "one", NULL);
	at_row(r, row);
	if (row->body == NULL)
		return impossible(r, "an event was journalled without a body");
	if (!event_from_json(
		row->body, strlen(row->body), r->t.arena, ev, &err)) {
		errtext_wrap(&err, "cannot be read");
		return odd(r, "body", "an event", err.text);
	}
	if (differ_text(r->d, "event_id", ev->id, row->event_id) ||
	    differ_text(
		r->d, "event_type", event_type_name(ev->type), row->event_type))
		return VERIFY_DIFFERENT;
	return VERIFY_SAME;
}

/* A notice that was over was loaded for the decision all the same. */
static void bring_back(struct replay *r, int64_t id)
{
	if (ticket_notice(&r->t, id) != NULL)
		return;
	for (size_t i = 0; i < r->nnotices; i++) {
		if (r->notices[i].id != id)
			continue;
		*(struct notice *)arena_push(r->t.arena, &r->t.notices,
		    &r->t.nnotices, &r->t.cap_notices, sizeof(struct notice)) =
		    copy_notice(&r->notices[i], r->t.arena);
		r->notices[i] = r->notices[--r->nnotices];
		return;
	}
}

/* Without a row of what became of it the delivery had no effect. */
static void delivery_event(struct replay *r, const struct journal_row *rows,
    size_t count, struct event *ev)
{
	const struct journal_row *row = row_of_kind(rows, count, is_outcome);

	ev->type = EVENT_DELIVERY;
	ev->notice_id = -1; /* 0 is any new one's */
	if (row == NULL)
		return;
	ev->at = row->change.at;
	ev->notice_id = row->notice_id;
	ev->text = row->change.detail;
	ev->again_at = row->change.due;
	ev->delivery = DELIVERY_NEVER;
	if (row->change.kind == CHANGE_NOTICE_SENT)
		ev->delivery = DELIVERY_OK;
	if (row->change.kind == CHANGE_NOTICE_RETRY)
		ev->delivery = DELIVERY_AGAIN;
	if (row->change.kind == CHANGE_NOTICE_DIVERTED)
		ev->delivery = DELIVERY_DOWN;
	bring_back(r, ev->notice_id);
}

/* Who wanted it stands in the row of the notice: "by omar". */
static enum verify_result hand_event(struct replay *r,
    const struct journal_row *rows, size_t count, enum event_type type,
    struct event *ev)
{
	const struct journal_row *row = row_of_kind(rows, count, is_by_hand);

	ev->type = type;
	if (row == NULL || strncmp(row->change.detail, "by ", 3) != 0)
		return odd(r, "row of the notice", "one, with who it was by",
		    row == NULL ? NULL : row->change.detail);
	ev->at = row->change.at;
	ev->notice_id = row->notice_id;
	ev->by = row->change.detail + 3;
	bring_back(r, ev->notice_id);
	return VERIFY_SAME;
}

/* What was to be said stands in the first row. */
static enum verify_result remark_event(
    struct replay *r, const struct journal_row *row, struct event *ev)
{
	if (row->body == NULL)
		return odd(r, "body", "what was remarked", NULL);
	ev->type = EVENT_REMARK;
	ev->text = row->body;
	return VERIFY_SAME;
}

static enum verify_result make_event(struct replay *r,
    const struct journal_row *rows, size_t count, struct event *ev)
{
	const char *cause = rows[0].cause;

	*ev = (struct event){ .type = EVENT_TICK,
		.at = rows[0].recorded,
		.ticket_id = r->id,
		.due = WALL_NEVER,
		.until = WALL_NEVER,
		.again_at = WALL_NEVER };
	if (strcmp(cause, "event") == 0)
		return outside_event(r, rows, count, ev);
	if (strcmp(cause, "delivery") == 0)
		delivery_event(r, rows, count, ev);
	else if (strcmp(cause, "revised") == 0)
		ev->type = EVENT_REVISED;
	else if (strcmp(cause, "remark") == 0)
		return remark_event(r, &rows[0], ev);
	else if (strcmp(cause, "notice_retry") == 0)
		return hand_event(r, rows, count, EVENT_NOTICE_RETRY, ev);
	else if (strcmp(cause, "notice_drop") == 0)
		return hand_event(r, rows, count, EVENT_NOTICE_DROP, ev);
	return VERIFY_SAME;
}

static bool is_cause(const char *text)
{
	static const char *const causes[] = { "event", "tick", "delivery",
		"revised", "remark", "notice_retry", "notice_drop", "restart" };

	for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
		if (strcmp(causes[i], text) == 0)
			return true;
	return false;
}

/* --- its rows ------------------------------------------------------------- */

/* A new notice gets the number that it got then. */
static bool differ_number(
    struct replay *r, const struct change *ch, const struct journal_row *row)
{
	struct notice *n;

	if (ch->notice < 0)
		return differ_int(r->d, "notice_id", 0, row->notice_id);
	n = &r->t.notices[ch->notice];
	if (n->id == 0 && row->notice_id != 0 &&
	    ticket_notice(&r->t, row->notice_id) == NULL)
		n->id = row->notice_id;
	return differ_int(r->d, "notice_id", n->id, row->notice_id);
}

static enum verify_result compare_rows(struct replay *r,
    const struct decision *dec, const struct journal_row *rows, size_t count)
{
	for (size_t i = 0; i < count && i < dec->nchanges; i++) {
		at_row(r, &rows[i]);
		if (differ_change(r->d, &dec->changes[i], &rows[i]) ||
		    differ_number(r, &dec->changes[i], &rows[i]))
			return VERIFY_DIFFERENT;
	}
	if (count > dec->nchanges) {
		at_row(r, &rows[dec->nchanges]);
		return odd(r, "row", NULL,
		    change_kind_name(rows[dec->nchanges].change.kind));
	}
	if (count < dec->nchanges) {
		differ_at(r->d, "after journal row %lld",
		    (long long)rows[count - 1].id);
		return odd(
		    r, "row", change_kind_name(dec->changes[count].kind), NULL);
	}
	return VERIFY_SAME;
}

/* A decision that nobody is told of left one row, which says what it was. */
static bool is_quiet(const struct journal_row *rows, size_t count)
{
	return count == 1 && rows[0].change.kind == CHANGE_EVENT &&
	       rows[0].event_id[0] == '\0';
}

static enum verify_result compare_quiet(struct replay *r,
    const struct decision *dec, const struct event *ev,
    const struct journal_row *row)
{
	if (dec->nchanges > 0)
		return odd(r, "row", change_kind_name(dec->changes[0].kind),
		    "a decision without changes");
	if (differ_text(r->d, "event_type", event_type_name(ev->type),
		row->event_type) ||
	    differ_text(r->d, "detail", r->t.revision, row->change.detail))
		return VERIFY_DIFFERENT;
	return VERIFY_SAME;
}

static enum verify_result compare_instants(
    struct replay *r, const struct journal_row *rows, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		at_row(r, &rows[i]);
		if (differ_int(r->d, "recorded", rows[0].recorded.ms,
			rows[i].recorded.ms))
			return VERIFY_DIFFERENT;
	}
	return VERIFY_SAME;
}

/* --- between two decisions ------------------------------------------------ */

#define PUSH(r, list, n, cap, value)                                           \
	do {                                                                   \
		*(__typeof__((r)->list))arena_push(&(r)->past, &(r)->list,     \
		    &(r)->n, &(r)->cap, sizeof *(r)->list) = (value);          \
	} while (0)

static void forget_clocks(struct replay *r)
{
	struct ticket *t = &r->t;
	size_t kept = 0;

	for (size_t i = 0; i < t->nclocks; i++) {
		t->clocks[i].dirty = false;
		if (t->clocks[i].current)
			t->clocks[kept++] = t->clocks[i];
		else
			PUSH(r, clocks, nclocks, cap_clocks,
			    copy_clock(&t->clocks[i], &r->past));
	}
	t->nclocks = kept;
}

static void forget_runs(struct replay *r)
{
	struct ticket *t = &r->t;
	size_t kept = 0;

	for (size_t i = 0; i < t->nruns; i++) {
		t->runs[i].dirty = false;
		if (run_state_is_live(t->runs[i].state))
			t->runs[kept++] = t->runs[i];
		else
			PUSH(r, runs, nruns, cap_runs,
			    copy_run(&t->runs[i], &r->past));
	}
	t->nruns = kept;
}

static int by_id(const void *a, const void *b)
{
	const struct notice *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static void forget_notices(struct replay *r)
{
	struct ticket *t = &r->t;
	size_t kept = 0;

	for (size_t i = 0; i < t->nnotices; i++) {
		t->notices[i].dirty = false;
		if (!t->notices[i].ended)
			t->notices[kept++] = t->notices[i];
		else
			PUSH(r, notices, nnotices, cap_notices,
			    copy_notice(&t->notices[i], &r->past));
	}
	t->nnotices = kept;
	if (kept > 1)
		qsort(t->notices, kept, sizeof *t->notices, by_id);
}

static enum verify_result settle(struct replay *r)
{
	for (size_t i = 0; i < r->t.nnotices; i++)
		if (r->t.notices[i].id == 0)
			return odd(r, "row of a new notice", "one", NULL);
	forget_clocks(r);
	forget_runs(r);
	forget_notices(r);
	r->t.fields.set = 0;
	r->t.dirty = false;
	r->t.id = r->id;
	if (++r->age < TURN_AGE)
		return VERIFY_SAME;
	r->age = 0;
	r->turn = !r->turn;
	r->t = copy_ticket(&r->t, &r->arenas[r->turn]);
	arena_reset(&r->arenas[!r->turn]);
	/* Now nothing of the ticket lies in any of these. */
	matrices_trim(r->matrices);
	duties_trim(r->duties);
	return VERIFY_SAME;
}

/* --- a decision ----------------------------------------------------------- */

/* No decision of the core: the daemon came back and did not know. */
static enum verify_result restart(
    struct replay *r, const struct journal_row *row, size_t count)
{
	struct notice *n = ticket_notice(&r->t, row->notice_id);

	if (count > 1) {
		at_row(r, &row[1]);
		return odd(
		    r, "row", NULL, change_kind_name(row[1].change.kind));
	}
	if (row->change.kind != CHANGE_NOTICE_REPEATED)
		return odd(r, "kind", "notice_repeated",
		    change_kind_name(row->change.kind));
	if (n == NULL || n->state != NOTICE_PENDING)
		return odd(r, "notice_id", "a pending notice",
		    n == NULL ? "none" : notice_state_name(n->state));
	if (differ_text(r->d, "channel", n->channel, row->change.channel) ||
	    differ_text(r->d, "who", *n->who != '\0' ? n->who : n->role,
		row->change.who))
		return VERIFY_DIFFERENT;
	n->repeat = true;
	return VERIFY_SAME;
}

/* Decides by the answers that were given then.  The same questions must be
 * asked, no more and no less. */
static enum verify_result ask_again(struct replay *r,
    const struct journal_row *row, const struct known_matrix *k,
    const struct event *ev, struct decision *dec)
{
	const struct duty *duty = duties_get(r->duties, row->duty, k, r->why);
	struct facts_replay given;
	struct facts_log log;
	bool differs;

	if (duty == NULL)
		return odd(r, "duty", r->why->text, "its number");
	facts_replay_init(&given, row->given, duty);
	facts_log_init(&log, &given.asked);
	decide(k->matrix, &log.asked, &r->t, ev, row->recorded, dec);
	at_row(r, row);
	differs = differ_text(r->d, "given", log.text.data, row->given);
	facts_log_fini(&log);
	return differs ? VERIFY_DIFFERENT : VERIFY_SAME;
}

static enum verify_result decide_again(struct replay *r,
    const struct journal_row *rows, size_t count, const struct known_matrix *k)
{
	struct decision dec;
	enum verify_result res;
	struct event ev;

	res = make_event(r, rows, count, &ev);
	if (res == VERIFY_SAME)
		res = ask_again(r, &rows[0], k, &ev, &dec);
	if (res != VERIFY_SAME)
		return res;
	if (dec.verdict != VERDICT_ACCEPTED && dec.verdict != VERDICT_NOTHING)
		return odd(r, "decision", dec.why.text, "accepted");
	if (is_quiet(rows, count))
		res = compare_quiet(r, &dec, &ev, &rows[0]);
	else
		res = compare_rows(r, &dec, rows, count);
	if (res == VERIFY_SAME)
		res = compare_instants(r, rows, count);
	return res == VERIFY_SAME ? settle(r) : res;
}

/* A newer version may decide otherwise, and is to. */
static void say_program(struct replay *r, const struct known_matrix *k)
{
	size_t len = strlen(r->d->where);
	struct textbuf tb;

	if (strcmp(k->program, PACKAGE_VERSION) == 0)
		return;
	textbuf_init_fixed(&tb, r->d->where + len, sizeof r->d->where - len);
	textbuf_addf(&tb, ", decided by version %s", k->program);
}

enum verify_result replay_decision(
    struct replay *r, const struct journal_row *rows, size_t count)
{
	const struct known_matrix *k;
	enum verify_result res;

	at_row(r, &rows[0]);
	if (rows[0].cause[0] == '\0' || rows[0].duty < 0)
		return impossible(r, "it began before the journal had what a "
				     "replay needs (schema 3)");
	r->counts->decisions++;
	r->counts->rows += (int64_t)count;
	if (!is_cause(rows[0].cause))
		return odd(r, "cause",
		    "event, tick, delivery, revised, remark, notice_retry, "
		    "notice_drop or restart",
		    rows[0].cause);
	if (strcmp(rows[0].cause, "restart") == 0)
		return restart(r, rows, count);
	if (rows[0].matrix == 0)
		return impossible(r, "a decision names no matrix");
	k = matrices_get(r->matrices, rows[0].matrix, r->t.revision);
	if (k->matrix == NULL)
		return impossible(r, k->why.text);
	res = decide_again(r, rows, count, k);
	if (res == VERIFY_DIFFERENT)
		say_program(r, k);
	return res;
}
