/* test_simulation.c - a shelf changes nothing but how much memory is needed.
 *
 * Random lives of many tickets in two simulations, one with a shelf that holds
 * nearly all that is over: every decision, every ticket and every answer about
 * other tickets is the same to the byte.  Tickets are reopened, answered by
 * hand and revised while they lie there.
 *
 * SPDX-License-Identifier: MIT */
#include "core/simulation.h"

#include "conf/load.h"
#include "core/ticket_pack.h"
#include "lib/boards.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { LIVES = 12, EVENTS = BOARDS_EVENTS, TICKETS = BOARDS_TICKETS };
enum { MATRICES = 8 };

static const char text[] =
    "matrix: { owner: mara, fallback: ops, helpdesk: desk }\n"
    "severities: { P1: {}, P2: {} }\n"
    "calendars:\n"
    "  office: { zone: UTC, week: { mon-sun: \"07:00-19:00\" } }\n"
    "channels: { ops: { type: log }, desk: { type: log },"
    " room: { type: log }, phone: { type: log } }\n"
    "people:\n"
    "  amy: { hours: office, channels: phone }\n"
    "  ben: { channels: phone }\n"
    "  cleo: { channels: phone }\n"
    "  mara: { channels: phone }\n"
    "teams:\n"
    "  front: { members: [ amy, ben ], assign: round-robin,"
    " unclaimed_after: 15m, channel: room, fallback: experts }\n"
    "  experts: { members: { ben: { capacity: 3 }, cleo: {} },"
    " assign: least-loaded, unclaimed_after: 30m, tier: 2,"
    " fallback: mara }\n"
    "roles: { primary: amy, lead: mara }\n"
    "chains:\n"
    "  soft: { ack_timeout: 30m, repeat: 1, repeat_after: 40m, steps: ["
    " { notify: primary, via: phone },"
    " { after: 20m, notify: lead, via: room,"
    " remind: { every: 5m, times: 2 } } ] }\n"
    "policies:\n"
    "  - { name: all, calendar: office, warn: [ 50% ], on_breach: soft,"
    " targets: { P1: { first_reply: TARGET, resolution: 4h },"
    " P2: { next_reply: 2h, resolution: 3d } } }\n"
    "rules:\n"
    "  - { name: often, when: { customer_tickets: \">= 4 in 6h\" },"
    " then: { tags: often } }\n"
    "  - { name: alike, when: { similar_tickets: \"> 5 in 2d\" },"
    " then: { raise_to: P1 } }\n";

static struct rng rng;

/* --- a life --------------------------------------------------------------- */

/* What is heard of one simulation. */
struct ear {
	struct simulation *s;
	struct textbuf heard;
	size_t decisions;
	bool away[TICKETS + 1]; /* by id */
};

struct life {
	struct boards boards;
	struct ear plain;
	struct ear shelved;
	struct conf confs[MATRICES];
	size_t nconfs;
	size_t over_max;
	struct wall now;
	int events;
};

static void hear_change(struct textbuf *tb, const struct change *c)
{
	textbuf_addf(tb, " %s %lld %s/%d %lld %s/%d/%d %d %d %s %s %lld %s\n",
	    change_kind_name(c->kind), (long long)c->at.ms, c->clock, c->cycle,
	    (long long)c->due.ms, c->chain, c->run, c->step, c->notice,
	    (int)c->reason, c->who, c->channel, (long long)c->late_ms,
	    c->detail);
}

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	struct ear *ear = user;
	struct textbuf *tb = &ear->heard;
	const char *why;

	ck_assert_msg(ticket_sound(t, &why), "%s", why);
	REQUIRE(t->id > TICKETS || !ear->away[t->id]);
	ear->decisions++;
	textbuf_addf(tb, "%lld %lld %s %s %d %s\n", (long long)now.ms,
	    (long long)t->id, t->key, event_type_name(ev->type),
	    (int)d->verdict, d->verdict == VERDICT_ACCEPTED ? "" : d->why.text);
	for (size_t i = 0; i < d->nchanges; i++)
		hear_change(tb, &d->changes[i]);
	ticket_pack(t, tb);
}

/* By chance, but the same for both. */
static enum delivery deliver(void *user, const struct ticket *t,
    const struct notice *n, struct wall now, struct wall *again_at)
{
	struct rng own = { .state = (uint64_t)n->id * 977 +
				    (uint64_t)n->attempts * 31 +
				    (uint64_t)(now.ms % 1009) };

	(void)user, (void)t;
	*again_at = wall_plus(now, rng_between(&own, 1000, HOUR_MS));
	switch (rng_below(&own, 10)) {
	case 0:
		return DELIVERY_AGAIN;
	case 1:
	case 2:
		return DELIVERY_NEVER;
	case 3:
		return DELIVERY_DOWN;
	default:
		return DELIVERY_OK;
	}
}

static void leaves(void *user, const struct ticket *t)
{
	struct ear *ear = user;

	REQUIRE(ticket_is_over(t) && !ear->away[t->id]);
	ear->away[t->id] = true;
}

static void returns(void *user, const struct ticket *t)
{
	struct ear *ear = user;

	REQUIRE(ear->away[t->id]);
	ear->away[t->id] = false;
}

static void load(struct life *l, const char *target)
{
	struct conf *conf = &l->confs[l->nconfs++];
	const char *at = strstr(text, "TARGET");
	struct textbuf whole;
	struct textbuf messages;

	textbuf_init(&whole);
	textbuf_init(&messages);
	textbuf_addn(&whole, text, (size_t)(at - text));
	textbuf_addf(&whole, "%s%s", target, at + strlen("TARGET"));
	if (!conf_load_text("m.yaml", whole.data, whole.len,
		&(struct conf_options){ .no_secrets = true }, conf, &messages))
		ck_abort_msg("%s", messages.data);
	textbuf_fini(&messages);
	textbuf_fini(&whole);
	if (l->nconfs > 1)
		conf->matrix->previous = l->confs[l->nconfs - 2].matrix;
}

static void begin(struct life *l)
{
	struct simulation_hooks hooks = { .user = &l->plain,
		.decided = decided,
		.deliver = deliver,
		.leaves = leaves,
		.returns = returns };

	memset(l, 0, sizeof *l);
	l->now = wall_at(INT64_C(1767600000000));
	load(l, "1h");
	if (rng_one_in(&rng, 3)) /* nobody asks of windows but this test */
		l->confs[0].matrix->nrules = 0;
	textbuf_init(&l->plain.heard);
	textbuf_init(&l->shelved.heard);
	l->plain.s = simulation_new(l->confs[0].matrix, &hooks);
	boards_init(&l->boards);
	hooks.user = &l->shelved;
	hooks.shelf = &l->boards.as;
	l->over_max = 1 + rng_below(&rng, 4);
	hooks.over_max = l->over_max;
	l->shelved.s = simulation_new(l->confs[0].matrix, &hooks);
}

static void end(struct life *l)
{
	simulation_free(l->plain.s);
	simulation_free(l->shelved.s);
	textbuf_fini(&l->plain.heard);
	textbuf_fini(&l->shelved.heard);
	boards_fini(&l->boards);
	for (size_t i = 0; i < l->nconfs; i++)
		conf_free(&l->confs[i]);
}

/* --- what happens --------------------------------------------------------- */

static void set(struct event *ev, enum field f, const char *value)
{
	ev->fields.text[f] = value;
	ev->fields.set |= FIELD_BIT(f);
}

#define ANY(list) (list)[rng_below(&rng, sizeof(list) / sizeof *(list))]

static void make_created(struct event *ev)
{
	static const char *const customers[] = { "acme", "x y", "bolt" };
	static const char *const categories[] = { "api", "bills", NULL };
	static const char *const teams[] = { "front", "experts" };
	static const char *const severities[] = { "P1", "P2", NULL };

	ev->author = AUTHOR_CUSTOMER;
	set(ev, FIELD_CUSTOMER_ID, ANY(customers));
	set(ev, FIELD_CATEGORY, ANY(categories));
	set(ev, FIELD_TEAM, ANY(teams));
	set(ev, FIELD_SEVERITY, ANY(severities));
}

static void make_status(struct event *ev)
{
	static const enum status statuses[] = { STATUS_SOLVED, STATUS_SOLVED,
		STATUS_CLOSED, STATUS_OPEN, STATUS_PENDING };

	ev->type = EVENT_STATUS;
	ev->fields.status = ANY(statuses);
	ev->fields.set = FIELD_BIT(FIELD_STATUS);
}

static void make_event(struct event *ev)
{
	static const enum event_type types[] = { EVENT_UPDATED, EVENT_COMMENT,
		EVENT_COMMENT, EVENT_ACKNOWLEDGED, EVENT_CLAIMED, EVENT_NOTE,
		EVENT_ASSIGNED, EVENT_ESCALATED, EVENT_DELETED, EVENT_MERGED };

	ev->type = ANY(types);
	if (rng_one_in(&rng, 2))
		make_status(ev);
	else if (ev->type == EVENT_UPDATED)
		make_created(ev);
	else if (ev->type == EVENT_ASSIGNED)
		set(ev, FIELD_ASSIGNEE, rng_one_in(&rng, 2) ? "cleo" : NULL);
	else if (ev->type == EVENT_MERGED)
		ev->into = "z:elsewhere";
	ev->author = rng_one_in(&rng, 2) ? AUTHOR_CUSTOMER : AUTHOR_AGENT;
	ev->is_public = true;
	ev->by = "ben";
	ev->text = "a word";
	ev->chain = "soft";
}

static void tell(struct life *l)
{
	struct event ev = { .at = l->now };
	char key[16];
	char id[16];

	snprintf(key, sizeof key, "z:%u", (unsigned)rng_below(&rng, TICKETS));
	snprintf(id, sizeof id, "%u",
	    (unsigned)rng_between(
		&rng, l->events > 9 ? l->events - 9 : 0, l->events));
	ev.ticket = key;
	ev.id = id;
	if (rng_one_in(&rng, 5))
		ev.at = wall_plus(l->now, -rng_between(&rng, 0, 3 * DAY_MS));
	ev.type = EVENT_CREATED;
	if (rng_one_in(&rng, 3))
		make_created(&ev);
	else
		make_event(&ev);
	REQUIRE(simulation_event(l->plain.s, &ev) ==
		simulation_event(l->shelved.s, &ev));
}

static void hand(struct life *l)
{
	struct event ev = { .type = rng_one_in(&rng, 2) ? EVENT_NOTICE_RETRY
							: EVENT_NOTICE_DROP,
		.at = l->now,
		.by = "mara",
		.notice_id = rng_between(&rng, 1, 3 * l->events + 2) };

	simulation_hand(l->plain.s, &ev);
	simulation_hand(l->shelved.s, &ev);
}

static void revise(struct life *l)
{
	static const char *const targets[] = { "30m", "1h", "5h" };
	struct matrix *m;

	if (l->nconfs == MATRICES)
		return;
	load(l, ANY(targets));
	m = l->confs[l->nconfs - 1].matrix;
	m->applies = (enum applies)rng_below(&rng, APPLIES_COUNT);
	if (rng_one_in(&rng, 2))
		m->nrules = 0;
	simulation_revise(l->plain.s, m);
	simulation_revise(l->shelved.s, m);
}

/* --- what is the same ----------------------------------------------------- */

static void same_heard(struct life *l)
{
	struct textbuf *a = &l->plain.heard;
	struct textbuf *b = &l->shelved.heard;

	if (a->len != b->len || memcmp(a->data, b->data, a->len) != 0)
		ck_abort_msg("without:\n%s\nwith:\n%s", a->data, b->data);
	textbuf_clear(a);
	textbuf_clear(b);
	REQUIRE(wall_same(
	    simulation_next(l->plain.s), simulation_next(l->shelved.s)));
	REQUIRE(simulation_seen(l->plain.s) == simulation_seen(l->shelved.s));
}

static void pack(void *user, const struct ticket *t)
{
	ticket_pack(t, user);
}

static void same_tickets(struct life *l)
{
	simulation_each(l->plain.s, pack, &l->plain.heard);
	simulation_each(l->shelved.s, pack, &l->shelved.heard);
	same_heard(l);
}

static void same_ticket(struct life *l)
{
	char key[16];
	const struct ticket *a;
	const struct ticket *b;

	snprintf(key, sizeof key, "z:%u", (unsigned)rng_below(&rng, TICKETS));
	a = simulation_find(l->plain.s, key);
	b = simulation_find(l->shelved.s, key);
	REQUIRE((a == NULL) == (b == NULL));
	if (a == NULL)
		return;
	ticket_pack(a, &l->plain.heard);
	ticket_pack(b, &l->shelved.heard);
	same_heard(l);
}

static struct fact_question ask_something(struct life *l)
{
	static const char *const names[FACT_COUNT][3] = {
		{ "acme", "x y", "bolt" },
		{ "api", "bills", "" },
		{ "amy", "ben", "cleo" },
		{ "amy", "ben", "cleo" },
	};
	struct fact_question q = {
		.fact = (enum fact)rng_below(&rng, FACT_COUNT),
		.role = "",
		.ticket_id =
		    rng_between(&rng, 0, (int64_t)simulation_seen(l->plain.s)),
		.until = l->now,
	};

	q.name = ANY(names[q.fact]);
	if (q.fact == FACT_PICKED_AT)
		q.role =
		    rng_one_in(&rng, 2) ? "assign front" : "assign experts";
	q.since = wall_plus(l->now, -rng_between(&rng, 0, 5 * DAY_MS));
	return q;
}

static void same_answer(struct life *l)
{
	struct fact_question q = ask_something(l);

	/* Of a ticket on the shelf it is asked when it is looked at. */
	if (l->shelved.away[q.ticket_id])
		q.ticket_id = 0;
	REQUIRE(facts_ask(simulation_known(l->plain.s), &q) ==
		facts_ask(simulation_known(l->shelved.s), &q));
}

/* Questions about each ticket while it is looked at. */
struct asking {
	struct ear *ear;
	struct fact_question q;
};

static void ask_of(void *user, const struct ticket *t)
{
	struct asking *a = user;

	a->q.ticket_id = t->id;
	textbuf_addf(&a->ear->heard, "%lld ",
	    (long long)facts_ask(simulation_known(a->ear->s), &a->q));
}

static void same_answers_of_each(struct life *l)
{
	struct asking a = { &l->plain, ask_something(l) };

	simulation_each(l->plain.s, ask_of, &a);
	a.ear = &l->shelved;
	simulation_each(l->shelved.s, ask_of, &a);
	same_heard(l);
}

static void happen(struct life *l)
{
	l->now = wall_plus(l->now, rng_between(&rng, 0, 90 * MINUTE_MS));
	if (rng_one_in(&rng, 12))
		hand(l);
	else if (rng_one_in(&rng, 60))
		revise(l);
	else
		tell(l);
	same_heard(l);
}

struct totals {
	size_t decisions;
	size_t taken;
	size_t shelved; /* at the end of the lives */
};

static void live(struct totals *totals)
{
	static struct life l;
	size_t away = 0;
	size_t silent;

	begin(&l);
	silent = rng_below(&rng, EVENTS);
	for (l.events = 0; l.events < EVENTS; l.events++) {
		happen(&l);
		if (rng_one_in(&rng, 8))
			same_ticket(&l);
		if ((size_t)l.events == silent)
			same_answers_of_each(&l);
		for (int i = 0; i < 3 && (size_t)l.events > silent; i++)
			same_answer(&l);
		if (rng_one_in(&rng, 40))
			same_tickets(&l);
		if (rng_one_in(&rng, 40) && (size_t)l.events > silent)
			same_answers_of_each(&l);
	}
	simulation_advance(l.plain.s, wall_plus(l.now, 30 * DAY_MS));
	simulation_advance(l.shelved.s, wall_plus(l.now, 30 * DAY_MS));
	same_heard(&l);
	same_tickets(&l);
	for (size_t i = 0; i <= TICKETS; i++) {
		away += l.shelved.away[i];
		REQUIRE(!l.plain.away[i]);
	}
	REQUIRE(away == l.boards.count);
	totals->decisions += l.plain.decisions;
	totals->taken += l.boards.taken;
	totals->shelved += l.boards.count;
	end(&l);
}

START_TEST(a_shelf_changes_nothing)
{
	struct totals totals = { 0 };

	for (int i = 0; i < LIVES; i++)
		live(&totals);
	printf("test_simulation: %zu decisions, %zu taken, %zu shelved\n",
	    totals.decisions, totals.taken, totals.shelved);
	ck_assert_uint_gt(totals.decisions, LIVES * EVENTS);
	ck_assert_uint_gt(totals.taken, 10 * LIVES);
	ck_assert_uint_gt(totals.shelved, LIVES);
}
END_TEST

/* --- what is in memory ---------------------------------------------------- */

static void tell_of(
    struct life *l, int ticket, enum event_type type, enum status status)
{
	struct event ev = { .type = type, .by = "ben", .text = "a word" };
	char key[16];

	snprintf(key, sizeof key, "z:%d", ticket);
	l->now = wall_plus(l->now, MINUTE_MS);
	ev.at = l->now;
	ev.ticket = key;
	ev.fields.status = status;
	if (type == EVENT_STATUS)
		ev.fields.set = FIELD_BIT(FIELD_STATUS);
	if (type == EVENT_CREATED)
		set(&ev, FIELD_CUSTOMER_ID, "acme");
	REQUIRE(simulation_event(l->shelved.s, &ev));
}

static void solve(struct life *l, int ticket)
{
	tell_of(l, ticket, EVENT_CREATED, STATUS_NEW);
	tell_of(l, ticket, EVENT_STATUS, STATUS_SOLVED);
}

static void begin_small(struct life *l)
{
	do {
		if (l->nconfs > 0)
			end(l);
		begin(l);
	} while (l->over_max != 2);
}

START_TEST(who_was_touched_last_stays)
{
	static struct life l;

	begin_small(&l);
	for (int i = 1; i <= 2; i++)
		solve(&l, i);
	ck_assert_uint_eq(simulation_count(l.shelved.s), 2);
	tell_of(&l, 1, EVENT_NOTE, STATUS_NEW);
	solve(&l, 3);
	ck_assert(l.shelved.away[2] && !l.shelved.away[1]);
	tell_of(&l, 1, EVENT_STATUS, STATUS_OPEN);
	solve(&l, 4);
	solve(&l, 5);
	ck_assert(!l.shelved.away[1] && l.shelved.away[3]);
	ck_assert_uint_eq(simulation_count(l.shelved.s), 3);
	ck_assert_uint_eq(simulation_seen(l.shelved.s), 5);
	simulation_find(l.shelved.s, "z:2");
	ck_assert(!l.shelved.away[2] && l.shelved.away[4]);
	ck_assert_ptr_null(simulation_find(l.shelved.s, "z:6"));
	end(&l);
}
END_TEST

/* Not even when the first question of all is asked of it. */
START_TEST(one_on_the_shelf_does_not_count_itself)
{
	static struct life l;
	struct asking a = { &l.shelved,
		{ .fact = FACT_CUSTOMER_TICKETS, .name = "acme", .role = "" } };

	begin_small(&l);
	l.confs[0].matrix->nrules = 0;
	for (int i = 1; i <= 6; i++)
		solve(&l, i);
	textbuf_clear(&l.shelved.heard);
	a.q.until = l.now;
	a.q.since = wall_plus(l.now, -DAY_MS);
	simulation_each(l.shelved.s, ask_of, &a);
	ck_assert_str_eq(l.shelved.heard.data, "5 5 5 5 5 5 ");
	a.q.since = wall_plus(l.now, -9 * DAY_MS);
	simulation_each(l.shelved.s, ask_of, &a);
	ck_assert_str_eq(l.shelved.heard.data, "5 5 5 5 5 5 5 5 5 5 5 5 ");
	end(&l);
}
END_TEST

/* Its texts move, what is no longer used is given back. */
START_TEST(a_long_life_needs_no_more_memory)
{
	static struct life l;
	size_t most = 0;

	begin_small(&l);
	tell_of(&l, 1, EVENT_CREATED, STATUS_NEW);
	for (int i = 0; i < 3000; i++) {
		const struct ticket *t;
		size_t bytes;

		tell_of(&l, 1, EVENT_NOTE, STATUS_NEW);
		tell_of(&l, 1, EVENT_STATUS,
		    i % 2 == 0 ? STATUS_PENDING : STATUS_OPEN);
		textbuf_clear(&l.shelved.heard);
		t = simulation_find(l.shelved.s, "z:1");
		bytes = arena_bytes(t->arena);
		most = bytes > most ? bytes : most;
	}
	ck_assert_uint_lt(most, 200 * 1024);
	end(&l);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("simulation");
	TCase *tc = tcase_create("simulation");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, a_shelf_changes_nothing);
	tcase_add_test(tc, who_was_touched_last_stays);
	tcase_add_test(tc, one_on_the_shelf_does_not_count_itself);
	tcase_add_test(tc, a_long_life_needs_no_more_memory);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_simulation");
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
