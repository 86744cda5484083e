/* test_decide.c - random lives of tickets, and what must hold in all of them.
 *
 * Events at random instants go through the door; after each the predicate of
 * ticket.h holds, nothing fires before its instant, a cycle breaches once, a
 * finished cycle never changes, and the time of a clock is what a naive sum
 * over the ticket's statuses says.
 *
 * SPDX-License-Identifier: MIT */
#include "core/simulation.h"
#include "lib/rng.h"

#include <check.h>
#include <string.h>

#define LIVES  400
#define EVENTS 60

static const char *const people[] = { "dana", "eli", "mara" };

static struct step *make_steps(struct matrix *m, size_t n)
{
	struct step *s = arena_alloc(&m->arena, n * sizeof *s);

	for (size_t i = 0; i < n; i++) {
		s[i].after_ms = i == 0 ? 0 : (int64_t)i * 7 * MINUTE_MS;
		s[i].who[0] = i % 2 == 0 ? people[i % 3] : "assignee";
		s[i].nwho = 1;
		s[i].via[0] = "mail";
		s[i].via[1] = "room";
		s[i].nvia = 2;
		s[i].remind_every_ms = i == 1 ? 2 * MINUTE_MS : 0;
		s[i].remind_times = i == 1 ? 2 : 0;
	}
	return s;
}

static void make_chains(struct matrix *m)
{
	m->nchains = 2;
	m->chains = arena_alloc(&m->arena, 2 * sizeof *m->chains);
	m->chains[0] = (struct chain){ .name = "soft",
		.ack_timeout_ms = 20 * MINUTE_MS,
		.repeat_after_ms = 9 * MINUTE_MS,
		.steps = make_steps(m, 3),
		.nsteps = 3 };
	m->chains[1] = (struct chain){ .name = "hard",
		.rank = 1,
		.repeat = 1,
		.repeat_after_ms = 5 * MINUTE_MS,
		.steps = make_steps(m, 2),
		.nsteps = 2 };
}

static void make_policy(struct matrix *m, int64_t scale_ms)
{
	struct policy *p = arena_alloc(&m->arena, sizeof *p);
	int first = matrix_kind(m, "first_reply");
	int next = matrix_kind(m, "next_reply");
	int update = matrix_kind(m, "update");
	int wait = matrix_kind(m, "requester_wait");

	p->name = "all";
	p->calendar = -1;
	p->on_warning = 0;
	p->on_breach = 1;
	p->warnings[0] = (struct warning){ true, 5000, "50%" };
	p->warnings[1] = (struct warning){ false, 10 * MINUTE_MS, "10m" };
	p->nwarnings = 2;
	for (int s = 0; s < MATRIX_SEVERITIES_MAX; s++)
		for (int k = 0; k < CLOCK_KINDS_MAX; k++)
			p->targets[s][k].calendar = -1;
	for (int s = 0; s < 2; s++) {
		p->targets[s][first].ms = (s + 1) * scale_ms;
		p->targets[s][wait].ms = (s + 3) * scale_ms;
	}
	p->targets[0][next].ms = scale_ms;
	p->targets[1][update].ms = scale_ms;
	m->policies = p;
	m->npolicies = 1;
}

static struct matrix *make_matrix(int64_t scale_ms)
{
	struct matrix *m = matrix_new();

	m->revision = scale_ms == HOUR_MS ? "one" : "two";
	m->nseverities = 3;
	m->severities = arena_alloc(&m->arena, 3 * sizeof *m->severities);
	m->severities[0] =
	    (struct severity){ .name = "P1", .title = "", .calendar = -1 };
	m->severities[1] =
	    (struct severity){ .name = "P2", .title = "", .calendar = -1 };
	m->severities[2] =
	    (struct severity){ .name = "P3", .title = "", .calendar = -1 };
	m->nchannels = 2;
	m->channels = arena_alloc(&m->arena, 2 * sizeof *m->channels);
	m->channels[0] = (struct channel){ .name = "room" };
	m->channels[1] =
	    (struct channel){ .name = "mail", .type = CHANNEL_SMTP };
	m->fallback = 0;
	m->npeople = 3;
	m->people = arena_alloc(&m->arena, 3 * sizeof *m->people);
	for (int i = 0; i < 3; i++)
		m->people[i] = (struct person){ .name = people[i],
			.title = people[i],
			.email = i == 0 ? "dana@example.com" : NULL,
			.hours = -1,
			.quiet = -1 };
	make_chains(m);
	make_policy(m, scale_ms);
	return m;
}

/* What one life is watched for. */
struct life {
	struct rng *rng;
	struct arena arena;
	uint64_t digest;     /* of all changes: two equal lives are equal */
	int breaches[8][64]; /* by clock of the table below and cycle */
	int64_t naive_ms;    /* time in new, open, on_hold */
	struct wall counted; /* up to here */
	enum status status;
	bool wrote; /* the customer did, in this waiting status */
};

static const char *const watched[] = { "first_reply", "next_reply", "update",
	"requester_wait" };

static void digest(struct life *l, const char *text)
{
	for (; *text != '\0'; text++)
		l->digest = (l->digest ^ (unsigned char)*text) *
			    UINT64_C(1099511628211);
}

static void count_breach(struct life *l, const struct change *c)
{
	for (size_t k = 0; k < 4; k++) {
		if (strcmp(c->clock, watched[k]) != 0)
			continue;
		ck_assert_int_lt(c->cycle, 64);
		if (c->kind == CHANGE_CLOCK_BREACHED)
			ck_assert_int_eq(++l->breaches[k][c->cycle], 1);
		else
			l->breaches[k][c->cycle]--;
	}
}

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	struct life *l = user;
	const char *why;

	(void)ev;
	ck_assert_msg(ticket_sound(t, &why), "%s", why);
	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *c = &d->changes[i];

		ck_assert_msg(!wall_before(now, c->at), "a change is ahead");
		digest(l, change_kind_name(c->kind));
		digest(l, c->detail);
		l->digest ^= (uint64_t)c->at.ms;
		if (c->kind == CHANGE_CLOCK_BREACHED ||
		    c->kind == CHANGE_CLOCK_WITHDRAWN)
			count_breach(l, c);
	}
}

static enum delivery deliver(void *user, const struct ticket *t,
    const struct notice *n, struct wall now, struct wall *again_at)
{
	struct life *l = user;

	(void)t;
	(void)n;
	*again_at = wall_plus(now, rng_between(l->rng, 1000, 90000));
	switch (rng_below(l->rng, 6)) {
	case 0:
		return DELIVERY_AGAIN;
	case 1:
		return DELIVERY_NEVER;
	default:
		return DELIVERY_OK;
	}
}

static struct event random_event(struct life *l, struct wall at)
{
	struct rng *r = l->rng;
	struct event ev = { .ticket = "t:1", .at = at, .by = "dana" };

	switch (rng_below(r, 9)) {
	case 0:
	case 1:
		ev.type = EVENT_STATUS;
		ev.fields.status = (enum status)rng_below(r, STATUS_COUNT);
		break;
	case 2:
		ev.type = EVENT_UPDATED;
		ev.fields.set = FIELD_BIT(FIELD_SEVERITY);
		ev.fields.text[FIELD_SEVERITY] =
		    (const char *[]){ "P1", "P2", "P3", NULL }[rng_below(r, 4)];
		break;
	case 3:
		ev.type = EVENT_ASSIGNED;
		ev.fields.set = FIELD_BIT(FIELD_ASSIGNEE);
		ev.fields.text[FIELD_ASSIGNEE] =
		    rng_below(r, 3) == 0 ? NULL : people[rng_below(r, 3)];
		break;
	case 4:
		ev.type = rng_below(r, 2) ? EVENT_ACKNOWLEDGED : EVENT_CLAIMED;
		break;
	case 5:
		ev.type = EVENT_SNOOZED;
		ev.until = wall_plus(at, rng_between(r, 1, HOUR_MS));
		break;
	case 6:
		ev.type = EVENT_ESCALATED;
		ev.chain = rng_below(r, 2) ? "soft" : "hard";
		break;
	default:
		ev.type = EVENT_COMMENT;
		ev.author = (enum author)rng_below(r, AUTHOR_COUNT);
		ev.is_public = rng_below(r, 2) == 0;
		break;
	}
	return ev;
}

static bool runs(const struct life *l)
{
	return l->status == STATUS_NEW || l->status == STATUS_OPEN ||
	       l->status == STATUS_ON_HOLD ||
	       (l->status == STATUS_PENDING && l->wrote);
}

/* Time in the statuses in which requester_wait runs; pending ends when the
 * customer writes, and begins again with the answer. */
static void count_naively(struct life *l, const struct event *ev)
{
	if (runs(l))
		l->naive_ms += wall_minus(ev->at, l->counted);
	l->counted = ev->at;
	if (ev->type == EVENT_STATUS && ev->fields.status != l->status) {
		l->status = ev->fields.status;
		l->wrote = false;
	}
	if (ev->type != EVENT_COMMENT)
		return;
	if (ev->author == AUTHOR_CUSTOMER)
		l->wrote = true;
	else if (ev->is_public && ev->author != AUTHOR_SYSTEM)
		l->wrote = false;
}

static void check_time(struct life *l, const struct ticket *t)
{
	for (size_t i = 0; i < t->nclocks; i++) {
		const struct clock *c = &t->clocks[i];

		if (strcmp(c->kind, "requester_wait") != 0)
			continue;
		int64_t ms = c->elapsed_ms;

		ck_assert_int_eq(c->cycle, 1);
		if (clock_state_ticks(c->state) ||
		    (c->state == CLOCK_IDLE && runs(l)))
			ms += wall_minus(l->counted, c->since);
		if (c->state != CLOCK_CANCELLED)
			ck_assert_int_eq(ms, l->naive_ms);
	}
}

/* Nothing fires a moment before the ticket says it is due. */
static void check_quiet(struct simulation *s, const struct matrix *m)
{
	struct arena arena = ARENA_INIT;
	struct ticket t = *simulation_find(s, "t:1");
	struct event tick = { .type = EVENT_TICK, .ticket_id = t.id };
	struct decision d;
	struct wall early = wall_at(t.next_due.ms - 1);

	if (wall_is_never(t.next_due) || wall_before(early, simulation_now(s)))
		return;
	t.arena = &arena;
	tick.at = early;
	decide(m, &facts_none, &t, &tick, early, &d);
	ck_assert_int_eq(d.verdict, VERDICT_NOTHING);
	ck_assert_uint_eq(d.nchanges, 0);
	arena_fini(&arena);
}

static uint64_t live(uint64_t seed)
{
	struct rng rng = { .state = seed };
	struct life l = { .rng = &rng, .digest = 1 };
	struct matrix *one = make_matrix(HOUR_MS);
	struct matrix *two = make_matrix(40 * MINUTE_MS);
	const struct matrix *m = one;
	struct simulation_hooks hooks = {
		.user = &l, .decided = decided, .deliver = deliver
	};
	struct simulation *s = simulation_new(one, &hooks);
	struct wall at = wall_at(INT64_C(1767607200000));
	struct event ev = { .type = EVENT_CREATED, .ticket = "t:1", .at = at };

	ev.fields.set = FIELD_BIT(FIELD_SEVERITY);
	ev.fields.text[FIELD_SEVERITY] = "P1";
	l.counted = at;
	ck_assert(simulation_event(s, &ev));
	for (int i = 0; i < EVENTS; i++) {
		at = wall_plus(at, rng_between(&rng, 0, 50 * MINUTE_MS));
		ev = random_event(&l, at);
		ck_assert(simulation_event(s, &ev));
		count_naively(&l, &ev);
		check_time(&l, simulation_find(s, "t:1"));
		check_quiet(s, m);
		if (rng_below(&rng, 20) == 0) {
			m = m == one ? two : one;
			simulation_revise(s, m);
		}
	}
	simulation_advance(s, wall_plus(at, 30 * DAY_MS));
	ev = (struct event){
		.type = EVENT_DELETED, .ticket = "t:1", .at = simulation_now(s)
	};
	ck_assert(simulation_event(s, &ev));
	simulation_advance(s, wall_plus(ev.at, 2 * DAY_MS));
	ck_assert(wall_is_never(simulation_next(s)));
	simulation_free(s);
	matrix_free(one);
	matrix_free(two);
	return l.digest;
}

START_TEST(every_life_is_sound_and_the_same_twice)
{
	struct rng rng = rng_seeded("test_decide");

	for (int i = 0; i < LIVES; i++) {
		uint64_t seed = rng_u64(&rng);

		ck_assert_uint_eq(live(seed), live(seed));
	}
}
END_TEST

static void decide_at(const struct matrix *m, struct ticket *t, struct event ev,
    struct wall at, struct decision *d)
{
	ev.at = at;
	decide(m, &facts_none, t, &ev, at, d);
	for (size_t i = 0; i < t->nnotices; i++)
		if (t->notices[i].id == 0)
			t->notices[i].id = (int64_t)i + 1;
}

/* A ticket whose warning waits to be sent, and when it became due. */
static struct wall warned_ticket(
    struct matrix *m, struct arena *arena, struct ticket *t)
{
	struct wall at = wall_at(INT64_C(1767607200000));
	struct event ev = { .type = EVENT_CREATED, .ticket = "t:1" };
	struct decision d;

	m->policies[0].on_warning = -1;
	ev.fields.set = FIELD_BIT(FIELD_SEVERITY);
	ev.fields.text[FIELD_SEVERITY] = "P1";
	ticket_init(t, arena, "t:1");
	decide_at(m, t, ev, at, &d);
	at = t->next_due;
	decide_at(m, t, (struct event){ .type = EVENT_TICK }, at, &d);
	ck_assert_uint_eq(t->nnotices, 1);
	return at;
}

/* Withdrawn while it was on its way, and taken all the same: whoever got it is
 * told that it is over. */
START_TEST(sent_while_it_became_moot_is_made_good)
{
	struct arena arena = ARENA_INIT;
	struct matrix *m = make_matrix(HOUR_MS);
	struct event ev;
	struct decision d;
	struct ticket t;
	struct wall at = warned_ticket(m, &arena, &t);

	ck_assert_uint_eq(t.nnotices, 1);
	ck_assert_int_eq(t.notices[0].reason, NOTICE_WARNING);
	ev = (struct event){
		.type = EVENT_COMMENT, .author = AUTHOR_AGENT, .is_public = true
	};
	decide_at(m, &t, ev, wall_plus(at, 1000), &d);
	ck_assert_int_eq(t.notices[0].state, NOTICE_WITHDRAWN);
	ck_assert_uint_eq(t.nnotices, 1);
	ev = (struct event){
		.type = EVENT_DELIVERY, .notice_id = 1, .delivery = DELIVERY_OK
	};
	decide_at(m, &t, ev, wall_plus(at, 2000), &d);
	ck_assert_int_eq(d.verdict, VERDICT_ACCEPTED);
	ck_assert_int_eq(t.notices[0].state, NOTICE_DONE);
	ck_assert_uint_eq(t.nnotices, 2);
	ck_assert_int_eq(t.notices[1].reason, NOTICE_RESOLVED);
	arena_fini(&arena);
	matrix_free(m);
}
END_TEST

/* Pending after a crash, but it may have arrived before: told that it is over,
 * where one that surely never went is only withdrawn. */
START_TEST(what_may_have_arrived_is_told_that_it_is_over)
{
	for (int repeat = 0; repeat < 2; repeat++) {
		struct arena arena = ARENA_INIT;
		struct matrix *m = make_matrix(HOUR_MS);
		struct event ev;
		struct decision d;
		struct ticket t;
		struct wall at = warned_ticket(m, &arena, &t);

		t.notices[0].repeat = repeat == 1;
		ev = (struct event){ .type = EVENT_COMMENT,
			.author = AUTHOR_AGENT,
			.is_public = true };
		decide_at(m, &t, ev, wall_plus(at, 1000), &d);
		ck_assert_int_eq(t.notices[0].state, NOTICE_WITHDRAWN);
		ck_assert_uint_eq(t.nnotices, repeat == 1 ? 2 : 1);
		arena_fini(&arena);
		matrix_free(m);
	}
}
END_TEST

START_TEST(names_are_complete)
{
	enum change_kind kind;

	for (int i = 0; i < CHANGE_KIND_COUNT; i++) {
		ck_assert(change_kind_parse(
		    change_kind_name((enum change_kind)i), &kind));
		ck_assert_int_eq((int)kind, i);
	}
	ck_assert(!change_kind_parse("clock_exploded", &kind));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("decide");
	TCase *tc = tcase_create("lives");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, every_life_is_sound_and_the_same_twice);
	tcase_add_test(tc, sent_while_it_became_moot_is_made_good);
	tcase_add_test(tc, what_may_have_arrived_is_told_that_it_is_over);
	tcase_add_test(tc, names_are_complete);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed > 0;
}
