/* lives.c - see lives.h.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/lives.h"

#include "conf/load.h"
#include "daemon/kept.h"
#include "wire/event_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_MS INT64_C(1767600000000) /* 2026-01-05T08:00:00Z, a Monday */

static void must(bool ok, const char *what, const char *why)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, why);
	abort();
}

/* --- matrices --------------------------------------------------------------
 */

static const char common[] =
    "matrix: { owner: mara, fallback: room }\n"
    "channels:\n"
    "  room: { type: log }\n"
    "  hook: { type: slack-webhook, url: "
    "\"https://hooks.slack.com/services/T0/B0/sEcReT\" }\n"
    "people:\n"
    "  dana: { email: dana@example.com, hours: office }\n"
    "  eli: { email: eli@example.com }\n"
    "  mara: {}\n"
    "teams:\n"
    "  first: { members: [ dana, eli ], lead: mara, channel: hook, tier: 1 }\n"
    "  second: { members: [ mara ], tier: 2 }\n"
    "severities: { P1: {}, P2: {}, P3: {} }\n"
    "chains:\n"
    "  long:\n"
    "    ack_timeout: 40m\n"
    "    repeat: 1\n"
    "    repeat_after: 1h\n"
    "    steps:\n"
    "      - { notify: [ dana, assignee ], via: [ hook, room ], remind: { "
    "every: 15m, times: 2 } }\n"
    "      - { after: 20m, notify: eli, via: [ hook, room ], until: replied }\n"
    "      - { after: 30m, notify: mara, via: room, until: assigned }\n"
    "  high: { rank: 7, steps: [ { notify: eli, via: [ room, hook ] } ] }\n"
    "always_human: [ billing ]\n"
    "on_customer_comment: { reopens: always }\n";

static const char *const versions[] = {
	"calendars:\n"
	"  office: { zone: Europe/Berlin, week: { mon-fri: \"09:00-17:00\" } "
	"}\n"
	"policies:\n"
	"  - { name: vip, when: { tier: vip }, warn: [ 50%, 10m ], on_warning: "
	"long, on_breach: high,\n"
	"      targets: { P1: { first_reply: 15m, next_reply: 30m, resolution: "
	"2h }, P2: { first_reply: 1h, update: 2h, resolution: 8h } } }\n"
	"  - { name: all, calendar: office, warn: [ 80% ], on_breach: long,\n"
	"      targets: { P1: { first_reply: 30m, acknowledge: 10m, assign: "
	"20m, triage: 1h, frontline: 3h }, P2: { first_reply: 2h, "
	"pausable_update: 3h, agent_work: 6h }, P3: { requester_wait: 9h, "
	"resolution: 16h } } }\n"
	"clocks: { resolution: { runs_in: [ new, open ], on_reopen: resume, "
	"pause_at_most: 3h } }\n",
	"calendars:\n"
	"  office: { zone: Europe/Berlin, week: { mon-sat: \"08:00-12:00\" }, "
	"except: { 2026-01-06: closed } }\n"
	"policies:\n"
	"  - { name: all, calendar: office, warn: [ 70%, 20m ], on_warning: "
	"high, on_breach: long,\n"
	"      targets: { P1: { first_reply: 20m, resolution: 1h }, P2: { "
	"first_reply: 90m, resolution: 4h, next_reply: 1h }, P3: { "
	"requester_wait: 9h } } }\n"
	"clocks: { resolution: { on_reopen: reset } }\n",
	"calendars:\n"
	"  office: { zone: America/New_York, week: { mon-fri: "
	"\"22:00-06:00\" } }\n"
	"policies:\n"
	"  - { name: vip, when: { tier: vip }, calendar: office, warn: 50%, "
	"on_breach: high,\n"
	"      targets: { P1: { update: 40m, resolution: 5h }, P3: { "
	"first_reply: 3h } } }\n",
};

static struct matrix_ref *make_matrix(
    struct lives *l, int version, struct matrix_row **kept)
{
	struct textbuf text, messages;
	struct matrix_ref *ref;
	struct conf conf;

	textbuf_init(&text);
	textbuf_init(&messages);
	textbuf_add(&text, common);
	textbuf_add(&text, versions[version]);
	must(
	    conf_load_text("test.yaml", text.data, text.len,
		&(struct conf_options){ .no_secrets = true }, &conf, &messages),
	    "matrix", messages.data);
	*kept = kept_make(&l->arena, &conf, "test.yaml");
	must((*kept)->text[0] != '\0', "matrix", "was not kept");
	ref = matrix_ref_new(conf.matrix, l->now);
	conf.matrix = NULL;
	conf_free(&conf);
	textbuf_fini(&text);
	textbuf_fini(&messages);
	return ref;
}

/* --- the commit thread's part ----------------------------------------------
 */

/* Takes the item. */
static void commit(struct lives *l, struct item *it)
{
	struct batch *b = batch_new(1);
	struct commit_turn turn = { .store = l->store,
		.matrix = matrix_ref_matrix(l->matrix),
		.batch = b };

	b->items[b->count++] = it;
	b->now = l->now;
	b->max_future_ms = HOUR_MS;
	b->max_past_ms = 400 * DAY_MS;
	arena_init(&turn.work);
	must(store_begin(l->store, &b->why) == STORE_OK, "begin", b->why.text);
	store_decide_by(l->store, matrix_ref_number(l->matrix));
	must(commit_item(&turn, it) == STORE_OK, "commit", b->why.text);
	must(
	    store_commit(l->store, &b->why) == STORE_OK, "commit", b->why.text);
	l->decisions +=
	    it->out.kind == OUTCOME_ACCEPTED && it->kind != ITEM_MATRIX;
	if (it->kind == ITEM_MATRIX) {
		matrix_ref_put(l->matrix);
		l->matrix = matrix_ref_get(it->matrix);
	}
	arena_fini(&turn.work);
	batch_free(b);
}

void lives_begin(struct lives *l, struct rng *rng, const char *database)
{
	struct matrix_row *kept;
	struct errtext err;

	memset(l, 0, sizeof *l);
	l->rng = rng;
	l->now = wall_at(START_MS);
	arena_init(&l->arena);
	must(store_open(database, &l->store, &err) == STORE_OK, database,
	    err.text);
	l->matrix = make_matrix(l, 0, &kept);
	kept->since = l->now;
	must(store_begin(l->store, &err) == STORE_OK &&
		 store_add_matrix(l->store, kept, &err) == STORE_OK &&
		 store_commit(l->store, &err) == STORE_OK,
	    "matrix", err.text);
	matrix_ref_set_number(l->matrix, kept->number);
}

void lives_end(struct lives *l)
{
	store_close(l->store);
	matrix_ref_put(l->matrix);
	arena_fini(&l->arena);
}

/* --- what happens -----------------------------------------------------------
 */

static void tell_one(struct lives *l)
{
	struct item *it;

	if (l->ntold == l->nto_tell)
		return;
	it = item_inside(EVENT_REVISED, l->to_tell[l->ntold++], l->now);
	commit(l, it);
}

/* As the daemon's watch has them. */
static bool is_to_be_told(void *user, int64_t id, struct wall due)
{
	struct lives *l = user;

	(void)due;
	l->to_tell[l->nto_tell++] = id;
	return true;
}

/* Everybody is to be told of it, in the order of the sweep, but not at once. */
void lives_revise(struct lives *l)
{
	struct item *it = item_new(ITEM_MATRIX);
	struct errtext err;

	while (l->ntold < l->nto_tell && rng_one_in(l->rng, 2))
		tell_one(l);
	l->version = (l->version + 1 + (int)rng_below(l->rng, 2)) % 3;
	it->matrix = make_matrix(l, l->version, &it->kept);
	it->kept->previous = matrix_ref_number(l->matrix);
	matrix_ref_follow(it->matrix, matrix_ref_get(l->matrix));
	commit(l, it);
	l->nto_tell = l->ntold = 0;
	must(store_scan_deadlines(l->store, is_to_be_told, l, &err) == STORE_OK,
	    "deadlines", err.text);
}

void lives_restart(struct lives *l)
{
	struct wall alive = wall_plus(l->now, -rng_between(l->rng, 0, HOUR_MS));
	struct errtext err;
	int64_t count;

	must(store_begin(l->store, &err) == STORE_OK &&
		 store_mark_repeats(l->store, alive, l->now, &count, &err) ==
		     STORE_OK &&
		 store_commit(l->store, &err) == STORE_OK,
	    "restart", err.text);
}

struct due {
	struct lives *l;
	int64_t id;
	struct wall at;
};

static bool earliest(void *user, int64_t id, struct wall due)
{
	struct due *d = user;

	if (wall_before(due, d->at)) {
		d->at = due;
		d->id = id;
	}
	return true;
}

void lives_tick(struct lives *l)
{
	for (int i = 0; i < 40; i++) {
		struct due d = { .l = l, .at = wall_plus(l->now, 1) };
		struct errtext err;

		must(store_scan_deadlines(l->store, earliest, &d, &err) ==
			 STORE_OK,
		    "deadlines", err.text);
		if (d.id == 0)
			return;
		commit(l, item_inside(EVENT_TICK, d.id, d.at));
	}
}

struct pick {
	struct lives *l;
	struct outbox_entry e;
	int seen;
};

static bool pick_one(void *user, const struct outbox_entry *e)
{
	struct pick *p = user;

	if (wall_before(p->l->now, e->free_at))
		return true;
	if (rng_one_in(p->l->rng, (uint64_t)++p->seen))
		p->e = *e;
	return true;
}

static void deliver(struct lives *l)
{
	struct pick p = { .l = l };
	struct errtext err;
	struct item *it;
	int64_t n;

	must(store_scan_outbox(l->store, pick_one, &p, &err) == STORE_OK,
	    "outbox", err.text);
	if (p.seen == 0 && !rng_one_in(l->rng, 4))
		return;
	if (p.seen == 0) { /* one that is not pending any more, maybe */
		p.e.notice_id = rng_between(l->rng, 1, 30);
		p.e.ticket_id = rng_between(l->rng, 1, LIVES_TICKETS);
	}
	it = item_inside(EVENT_DELIVERY, p.e.ticket_id,
	    wall_plus(l->now, -rng_between(l->rng, 0, 2000)));
	it->ev.notice_id = p.e.notice_id;
	n = rng_between(l->rng, 0, 3);
	it->ev.delivery = n == 0   ? DELIVERY_AGAIN
			  : n == 1 ? DELIVERY_NEVER
				   : DELIVERY_OK;
	if (it->ev.delivery == DELIVERY_AGAIN)
		it->ev.again_at =
		    wall_plus(l->now, rng_between(l->rng, 1, 600000));
	if (it->ev.delivery != DELIVERY_OK && rng_one_in(l->rng, 2))
		it->ev.text = "503 for \"reasons\"";
	commit(l, it);
}

#define ANY(rng, list) (list)[rng_below(rng, sizeof(list) / sizeof *(list))]

/* The members of one type, at random. */
static void members(struct rng *r, struct textbuf *tb, const char *until)
{
	static const char *const severities[] = { "P1", "P2", "P3" };
	static const char *const people[] = { "\"dana\"", "\"eli\"", "\"mara\"",
		"null" };
	static const char *const who[] = { "dana", "eli", "mara" };
	static const char *const teams[] = { "first", "second" };
	static const char *const statuses[] = { "new", "open", "pending",
		"on_hold", "solved", "closed", "open", "pending", "solved" };
	static const char *const authors[] = { "customer", "agent", "bot",
		"system", "customer", "agent" };
	static const char *const clocks[] = { "resolution", "first_reply",
		"update" };
	static const char *const chains[] = { "long", "high" };

	switch (rng_below(r, 14)) {
	case 0:
		textbuf_addf(tb,
		    "\"type\":\"updated\",\"fields\":{\"severity\":\"%s\"}",
		    ANY(r, severities));
		break;
	case 1:
		textbuf_addf(tb,
		    "\"type\":\"updated\",\"fields\":{\"customer\":{\"tier\":"
		    "\"%s\"},\"tags\":[\"a\",\"b c\"],\"category\":%s}",
		    rng_one_in(r, 2) ? "vip" : "trial",
		    rng_one_in(r, 2) ? "\"billing\"" : "null");
		break;
	case 2:
		textbuf_addf(tb,
		    "\"type\":\"assigned\",\"assignee\":%s,\"team\":\"%s\"",
		    ANY(r, people), ANY(r, teams));
		break;
	case 3:
	case 4:
	case 5:
		textbuf_addf(tb, "\"type\":\"status\",\"status\":\"%s\"",
		    ANY(r, statuses));
		break;
	case 6:
		textbuf_addf(
		    tb, "\"type\":\"acknowledged\",\"by\":\"%s\"", ANY(r, who));
		break;
	case 7:
		textbuf_addf(
		    tb, "\"type\":\"claimed\",\"by\":\"%s\"", ANY(r, who));
		break;
	case 8:
		textbuf_addf(tb,
		    "\"type\":\"snoozed\",\"by\":\"%s\",\"until\":\"%s\"",
		    ANY(r, who), until);
		break;
	case 9:
		textbuf_addf(tb,
		    "\"type\":\"due\",\"clock\":\"%s\",\"due\":\"%s\"",
		    ANY(r, clocks), until);
		break;
	case 10:
		textbuf_addf(tb, "\"type\":\"escalated\",\"chain\":\"%s\"",
		    ANY(r, chains));
		break;
	default:
		textbuf_addf(tb,
		    "\"type\":\"comment\",\"author\":\"%s\",\"public\":%s,"
		    "\"text\":\"\\u00e9, \\\"so\\\"\"",
		    ANY(r, authors), rng_one_in(r, 4) ? "false" : "true");
		break;
	}
}

static void end_of_it(struct rng *r, struct textbuf *tb)
{
	switch (rng_below(r, 3)) {
	case 0:
		textbuf_add(tb, "\"type\":\"deleted\"");
		break;
	case 1:
		textbuf_add(tb, "\"type\":\"merged\",\"into\":\"zd:1\"");
		break;
	default:
		textbuf_add(tb, "\"type\":\"note\",\"text\":\"n\"");
		break;
	}
}

static void offer(struct lives *l, const char *body, size_t len)
{
	struct item *it = item_new(ITEM_EVENT);
	struct errtext err;

	must(event_from_json(body, len, &it->arena, &it->ev, &err), body,
	    err.text);
	commit(l, it);
}

static void event(struct lives *l)
{
	struct rng *r = l->rng;
	bool creates =
	    l->created < LIVES_TICKETS && (l->created == 0 || rng_one_in(r, 8));
	int64_t late = rng_one_in(r, 5) ? rng_between(r, 0, 8 * HOUR_MS) : 0;
	char at[WALL_TEXT_MAX], until[WALL_TEXT_MAX];
	struct textbuf tb;
	int key;

	key = creates ? ++l->created
		      : 1 + (int)rng_below(r, (uint64_t)l->created);
	wall_format(wall_plus(l->now, -late), at);
	wall_format(
	    wall_plus(l->now, rng_between(r, -HOUR_MS, 9 * HOUR_MS)), until);
	textbuf_init(&tb);
	textbuf_addf(&tb, "{\"id\":\"e%d\",\"ticket\":\"zd:%d\",\"at\":\"%s\",",
	    ++l->events, key, at);
	if (creates)
		textbuf_addf(&tb,
		    "\"type\":\"created\",\"fields\":{\"severity\":\"P%d\","
		    "\"customer\":{\"tier\":\"%s\"}}",
		    1 + (int)rng_below(r, 3),
		    rng_one_in(r, 2) ? "vip" : "trial");
	else if (rng_one_in(r, 60))
		end_of_it(r, &tb);
	else
		members(r, &tb, until);
	textbuf_addc(&tb, '}');
	offer(l, tb.data, tb.len);
	textbuf_fini(&tb);
}

void lives_step(struct lives *l)
{
	switch (l->created == 0 ? 0 : rng_below(l->rng, 10)) {
	case 0:
	case 1:
	case 2:
	case 3:
		event(l);
		break;
	case 4:
	case 5:
		deliver(l);
		break;
	case 6:
		tell_one(l);
		break;
	case 7:
	case 8:
		l->now =
		    wall_plus(l->now, rng_between(l->rng, 1, 90 * MINUTE_MS));
		lives_tick(l);
		break;
	default:
		if (rng_one_in(l->rng, 4))
			lives_restart(l);
		if (rng_one_in(l->rng, 4))
			lives_revise(l);
		break;
	}
}
