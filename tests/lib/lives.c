/* lives.c - see lives.h.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/lives.h"

#include "conf/load.h"
#include "daemon/kept.h"
#include "store/store_matrix.h"
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
    "channels:\n"
    "  room: { type: log }\n"
    "  hook: { type: slack-webhook, url: "
    "\"https://hooks.slack.com/services/T0/B0/sEcReT\" }\n"
    "people:\n"
    "  dana: { email: dana@example.com, hours: office, channels: [ hook ] }\n"
    "  eli: { channels: { P1: [ room ], any: [ hook, room ] }, quiet: { hours: "
    "office } }\n"
    "  mara: { channels: [ room ] }\n"
    "  omar: { hours: office, channels: [ hook, room ] }\n"
    "teams:\n"
    "  first: { members: [ dana, eli ], lead: mara, channel: hook, tier: 1,\n"
    "    assign: least-loaded, unclaimed_after: 20m, fallback: second }\n"
    "  second: { members: { mara: { skills: [ billing ], capacity: 3 }, omar: "
    "{} },\n"
    "    tier: 2, chain: high, assign: round-robin, unclaimed_after: 1h, "
    "fallback: mara }\n"
    "severities: { P1: {}, P2: {}, P3: {} }\n"
    "severity_table:\n"
    "  - { scope: all_customers, severity: P1 }\n"
    "  - { impact: [ data_loss ], workaround: none, severity: P2 }\n"
    "roles: { primary: turns, backup: { oncall: feed, authority: credits }, "
    "lead: mara }\n"
    "chains:\n"
    "  long:\n"
    "    ack_timeout: 40m\n"
    "    repeat: 1\n"
    "    repeat_after: 1h\n"
    "    handoff: [ tried, next_step ]\n"
    "    steps:\n"
    "      - { notify: [ primary, assignee ], via: [ hook, room ], remind: { "
    "every: 15m, times: 2 } }\n"
    "      - { after: 10m, notify: one of second }\n"
    "      - { after: 20m, notify: backup, via: [ hook, room ], until: replied "
    "}\n"
    "      - { after: 30m, notify: lead, via: room, until: assigned, hours: "
    "office }\n"
    "  high: { rank: 7, steps: [ { notify: [ one of first, eli ], via: [ room, "
    "hook ] } ] }\n"
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
	"pause_at_most: 3h } }\n"
	"oncall:\n"
	"  turns: { members: [ dana, eli, mara ], start: \"2026-01-05\", "
	"shift: 12h, zone: Europe/Berlin }\n"
	"  feed: { calendar: \"https://cal.example.com/a.ics\", zone: "
	"Europe/Berlin }\n"
	"rules:\n"
	"  - { name: leaving, when: { any: [ { text: [ \"cancel my\", refund ] "
	"}, { sentiment: \"< -0.5\" } ] },\n"
	"      then: { raise_to: P1, tags: churn, require_human: true, start: "
	"high } }\n"
	"  - { name: often, when: { customer_tickets: \">= 3 in 2d\" }, then: "
	"{ team: second, notify: [ lead, room ] } }\n"
	"  - { name: storm, when: { similar_tickets: \">= 2 in 8h\" }, then: { "
	"tags: [ storm ], notify: primary } }\n"
	"  - { name: stale, when: { status: open, in_status_for: \">= 3h\" }, "
	"then: { raise_to: P2, start: long } }\n",
	"calendars:\n"
	"  office: { zone: Europe/Berlin, week: { mon-sat: \"08:00-12:00\" }, "
	"except: { 2026-01-06: closed } }\n"
	"policies:\n"
	"  - { name: all, calendar: office, warn: [ 70%, 20m ], on_warning: "
	"high, on_breach: long,\n"
	"      targets: { P1: { first_reply: 20m, resolution: 1h }, P2: { "
	"first_reply: 90m, resolution: 4h, next_reply: 1h }, P3: { "
	"requester_wait: 9h } } }\n"
	"clocks: { resolution: { on_reopen: reset } }\n"
	"oncall:\n"
	"  turns: { members: [ eli, mara ], start: \"2026-01-05T06:00\", "
	"shift: 1d, hours: office }\n"
	"  feed: { calendar: \"https://cal.example.com/a.ics\", zone: "
	"America/New_York }\n"
	"rules:\n"
	"  - { name: storm, when: { similar_tickets: \">= 4 in 3h\" }, then: { "
	"set_severity: P2 } }\n"
	"  - { name: silent, when: { no_comment_for: \"> 2h\" }, then: { "
	"notify: [ assignee, mara ], via: room } }\n",
	"calendars:\n"
	"  office: { zone: America/New_York, week: { mon-fri: "
	"\"22:00-06:00\" } }\n"
	"policies:\n"
	"  - { name: vip, when: { tier: vip }, calendar: office, warn: 50%, "
	"on_breach: high,\n"
	"      targets: { P1: { update: 40m, resolution: 5h }, P3: { "
	"first_reply: 3h } } }\n"
	"oncall:\n"
	"  turns: { members: [ omar ], start: \"2026-01-05\", shift: 7d }\n"
	"  feed: { calendar: \"https://cal.example.com/a.ics\" }\n",
};

static struct matrix_ref *make_matrix(
    struct lives *l, int version, struct matrix_row **kept)
{
	struct textbuf text, messages;
	struct matrix_ref *ref;
	struct conf conf;

	textbuf_init(&text);
	textbuf_init(&messages);
	textbuf_addf(&text,
	    "matrix: { owner: mara, fallback: room, helpdesk: hook, zone: "
	    "Europe/Berlin, applies: %s }\n",
	    applies_name((enum applies)rng_below(l->rng, APPLIES_COUNT)));
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
static enum outcome_kind commit(struct lives *l, struct item *it)
{
	enum outcome_kind kind;
	struct batch *b = batch_new(1);
	struct commit_turn turn = { .store = l->store,
		.ref = l->matrix,
		.matrix = matrix_ref_matrix(l->matrix),
		.matrix_number = matrix_ref_number(l->matrix),
		.duty = duty_ref_duty(l->duty),
		.batch = b };

	b->items[b->count++] = it;
	b->now = l->now;
	b->max_future_ms = HOUR_MS;
	b->max_past_ms = 400 * DAY_MS;
	arena_init(&turn.work);
	must(store_begin(l->store, &b->why) == STORE_OK, "begin", b->why.text);
	commit_decide_by(&turn);
	must(commit_item(&turn, it) == STORE_OK, "commit", b->why.text);
	must(
	    store_commit(l->store, &b->why) == STORE_OK, "commit", b->why.text);
	l->decisions += it->out.kind == OUTCOME_ACCEPTED &&
			it->kind != ITEM_MATRIX && it->kind != ITEM_DUTY;
	if (it->matrix != NULL) {
		matrix_ref_put(l->matrix);
		l->matrix = matrix_ref_get(it->matrix);
	}
	l->duties += it->kind == ITEM_DUTY && it->duties != NULL;
	if (it->duties != NULL) {
		duty_ref_put(l->duty);
		l->duty = duty_ref_get(it->duties);
	}
	arena_fini(&turn.work);
	kind = it->out.kind;
	batch_free(b);
	return kind;
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
	l->duty = duty_ref_new(NULL);
}

void lives_end(struct lives *l)
{
	store_close(l->store);
	matrix_ref_put(l->matrix);
	duty_ref_put(l->duty);
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

/* As the sweep asks for them, but all at once. */
static void tell_solved(struct lives *l)
{
	const struct matrix *m = matrix_ref_matrix(l->matrix);
	struct arena arena = ARENA_INIT;
	const char *revision = "";
	struct errtext err;
	int64_t *ids, id = 0;
	size_t count;

	if (m->applies != APPLIES_ALL)
		return;
	must(store_solved_tickets(l->store, &arena, m->revision, &revision, &id,
		 LIVES_TICKETS + 1, &ids, &count, &err) == STORE_OK,
	    "solved ones", err.text);
	for (size_t i = 0; i < count && l->nto_tell <= LIVES_TICKETS; i++)
		l->to_tell[l->nto_tell++] = ids[i];
	arena_fini(&arena);
}

/* Everybody was told: those behind it that nobody has are let go. */
static void let_go(struct lives *l)
{
	struct item *it;

	if (l->ntold < l->nto_tell || rng_one_in(l->rng, 2))
		return;
	it = item_new(ITEM_MATRIX);
	it->matrix = matrix_ref_alone(l->matrix);
	commit(l, it);
}

/* Everybody is to be told of it, in the order of the sweep, but not at once. */
void lives_revise(struct lives *l)
{
	struct item *it = item_new(ITEM_MATRIX);
	struct errtext err;

	while (l->ntold < l->nto_tell && rng_one_in(l->rng, 2))
		tell_one(l);
	let_go(l);
	l->version = (l->version + 1 + (int)rng_below(l->rng, 2)) % 3;
	it->matrix = make_matrix(l, l->version, &it->kept);
	it->kept->previous = matrix_ref_number(l->matrix);
	matrix_ref_follow(it->matrix, matrix_ref_get(l->matrix));
	commit(l, it);
	l->nto_tell = l->ntold = 0;
	must(store_scan_deadlines(l->store, is_to_be_told, l, &err) == STORE_OK,
	    "deadlines", err.text);
	tell_solved(l);
}

/* The matrix in force anew, with those that the rows and the tickets say. */
static void load_again(struct lives *l)
{
	struct arena arena = ARENA_INIT;
	struct matrix_ref *alone, *with;
	struct matrix_row row;
	struct errtext err;
	struct matrix *m;

	must(store_load_matrix(l->store, &arena, 0, &row, &err) == STORE_OK,
	    "matrix", err.text);
	m = kept_load(&row, &err);
	must(m != NULL, "matrix", err.text);
	alone = matrix_ref_new(m, l->now);
	matrix_ref_set_number(alone, row.number);
	must(kept_trim(l->store, alone, &with, &err) == STORE_OK, "chain",
	    err.text);
	matrix_ref_put(alone);
	matrix_ref_put(l->matrix);
	l->matrix = with;
	arena_fini(&arena);
}

void lives_restart(struct lives *l)
{
	struct wall alive = wall_plus(l->now, -rng_between(l->rng, 0, HOUR_MS));
	struct errtext err;
	int64_t count;

	must(store_begin(l->store, &err) == STORE_OK &&
		 store_mark_repeats(l->store, alive, l->now, &count, &err) ==
		     STORE_OK,
	    "restart", err.text);
	load_again(l);
	must(store_commit(l->store, &err) == STORE_OK, "restart", err.text);
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

/* What somebody says of people's presence, or a feed brings. */

static const char *feed_text(struct lives *l, struct arena *arena)
{
	static const char *const titles[] = { "eli", "mara", "Dana", "nobody" };
	int from = (int)rng_below(l->rng, 3);
	struct textbuf tb;
	const char *text;

	textbuf_init(&tb);
	textbuf_addf(&tb,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n"
	    "UID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:2026010%dT080000\r\n"
	    "DTEND:2026010%dT200000\r\nSUMMARY:%s\r\nEND:VEVENT\r\n"
	    "END:VCALENDAR\r\n",
	    5 + from, 6 + from, titles[rng_below(l->rng, 4)]);
	text = arena_strndup(arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

static void say_duty(struct lives *l)
{
	static const char *const people[] = { "dana", "eli", "mara", "omar" };
	struct item *it = item_new(ITEM_DUTY);
	struct duty_change *c = &it->duty;

	c->kind = (enum duty_kind)rng_below(l->rng, DUTY_KIND_COUNT);
	c->person = people[rng_below(l->rng, 4)];
	c->other = rng_one_in(l->rng, 2) ? "" : people[rng_below(l->rng, 4)];
	c->schedule = rng_one_in(l->rng, 2) ? "turns" : "feed";
	c->from = wall_plus(l->now, rng_between(l->rng, -HOUR_MS, HOUR_MS));
	if (rng_one_in(l->rng, 2))
		c->until = wall_plus(l->now, rng_between(l->rng, 1, DAY_MS));
	c->target = rng_between(l->rng, 1, l->duties + 1);
	c->by = "mara";
	c->why = "ill; \"really\"";
	if (c->kind == DUTY_FEED) {
		c->schedule = "feed";
		c->bytes = feed_text(l, &it->arena);
		c->len = strlen(c->bytes);
	}
	commit(l, it);
}

static void remark(struct lives *l)
{
	l->remarked = true;
	commit(l, item_remark("the feed \"a\" cannot be had"));
}

#define ANY(rng, list) (list)[rng_below(rng, sizeof(list) / sizeof *(list))]

static const char *const who[] = { "dana", "eli", "mara" };
static const char *const teams[] = { "first", "second" };

/* What a help desk tells of the ticket. */
static void told(struct rng *r, struct textbuf *tb)
{
	static const char *const severities[] = { "P1", "P2", "P3" };
	static const char *const impacts[] = { "\"data_loss\"", "null" };
	static const char *const scopes[] = { "\"all_customers\"", "\"one\"",
		"null", "null" };

	textbuf_add(tb, "\"type\":\"updated\",\"fields\":{");
	switch (rng_below(r, 3)) {
	case 0:
		textbuf_addf(tb, "\"severity\":\"%s\"}", ANY(r, severities));
		break;
	case 1:
		textbuf_addf(tb,
		    "\"customer\":{\"tier\":\"%s\"},\"tags\":[\"a\",\"b c\"],"
		    "\"category\":%s}",
		    rng_one_in(r, 2) ? "vip" : "trial",
		    rng_one_in(r, 2) ? "\"billing\"" : "null");
		break;
	default:
		textbuf_addf(tb,
		    "\"scope\":%s,\"impact\":%s,\"workaround\":\"none\","
		    "\"sentiment\":-0.%d,\"tried\":\"x\"}",
		    ANY(r, scopes), ANY(r, impacts), (int)rng_below(r, 9));
		break;
	}
}

/* What somebody does about it. */
static void done(struct rng *r, struct textbuf *tb, const char *until)
{
	static const char *const people[] = { "\"dana\"", "\"eli\"", "\"mara\"",
		"null", "null" };
	static const char *const clocks[] = { "resolution", "first_reply",
		"update" };
	static const char *const chains[] = { "long", "high" };
	static const char *const simple[] = { "acknowledged", "claimed",
		"severity_confirmed" };

	switch (rng_below(r, 7)) {
	case 0:
		textbuf_addf(tb,
		    "\"type\":\"snoozed\",\"by\":\"%s\",\"until\":\"%s\"",
		    ANY(r, who), until);
		break;
	case 1:
		textbuf_addf(tb,
		    "\"type\":\"due\",\"clock\":\"%s\",\"due\":\"%s\"",
		    ANY(r, clocks), until);
		break;
	case 2:
		textbuf_addf(tb,
		    "\"type\":\"escalated\",\"chain\":\"%s\",\"by\":\"%s\"",
		    ANY(r, chains), ANY(r, who));
		break;
	case 3:
		textbuf_addf(tb,
		    "\"type\":\"escalated\",\"team\":\"%s\",\"by\":\"%s\"",
		    ANY(r, teams), ANY(r, who));
		break;
	case 4:
		textbuf_addf(tb,
		    "\"type\":\"assigned\",\"assignee\":%s,\"team\":\"%s\"",
		    ANY(r, people), ANY(r, teams));
		break;
	default:
		textbuf_addf(tb, "\"type\":\"%s\",\"by\":\"%s\"",
		    ANY(r, simple), ANY(r, who));
		break;
	}
}

/* The members of one type, at random. */
static void members(struct rng *r, struct textbuf *tb, const char *until)
{
	static const char *const statuses[] = { "new", "open", "pending",
		"on_hold", "solved", "closed", "open", "pending", "solved" };
	static const char *const authors[] = { "customer", "agent", "bot",
		"system", "customer", "agent" };
	static const char *const said[] = { "\\u00e9, \\\"so\\\"",
		"Cancel my account!", "thanks" };
	uint64_t n = rng_below(r, 18);

	if (n < 3)
		told(r, tb);
	else if (n < 11)
		done(r, tb, until);
	else if (n < 14)
		textbuf_addf(tb, "\"type\":\"status\",\"status\":\"%s\"",
		    ANY(r, statuses));
	else
		textbuf_addf(tb,
		    "\"type\":\"comment\",\"author\":\"%s\",\"public\":%s,"
		    "\"text\":\"%s\"",
		    ANY(r, authors), rng_one_in(r, 4) ? "false" : "true",
		    ANY(r, said));
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

enum outcome_kind lives_offer(struct lives *l, const char *body, size_t len)
{
	struct item *it = item_new(ITEM_EVENT);
	struct errtext err;

	must(event_from_json(body, len, &it->arena, &it->ev, &err), body,
	    err.text);
	return commit(l, it);
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
		    "\"team\":\"%s\",\"category\":\"%s\",\"customer\":{"
		    "\"id\":\"c%d\",\"tier\":\"%s\"}}",
		    1 + (int)rng_below(r, 3),
		    rng_one_in(r, 2) ? "first" : "second",
		    rng_one_in(r, 2) ? "billing" : "technical",
		    (int)rng_below(r, 3), rng_one_in(r, 2) ? "vip" : "trial");
	else if (rng_one_in(r, 60))
		end_of_it(r, &tb);
	else
		members(r, &tb, until);
	textbuf_addc(&tb, '}');
	lives_offer(l, tb.data, tb.len);
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
		if (rng_one_in(l->rng, 2))
			say_duty(l);
		if (rng_one_in(l->rng, 8))
			remark(l);
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
