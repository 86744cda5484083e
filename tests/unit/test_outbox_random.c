/* test_outbox_random.c - random lives of the outbox, looked at by naive eyes.
 *
 * A list of all notices and a history of all messages are kept beside it.  With
 * each parcel: whatever is in it was pending, free and of one destination, in
 * the right order; no destination gets more than its budget allows in any
 * stretch of time, nobody more than their limit; what is paused or down gets
 * nothing.  Time jumps only to the instants that the outbox names, and a
 * millisecond before each nothing may go: it neither oversleeps nor starves.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/outbox.h"
#include "lib/outbox_world.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { NOTICES = 600, SENDS = 4000, FLYING = 200, DESTS = 32 };

static struct rng rng;

enum fate { FATE_NONE, FATE_PENDING, FATE_HELD, FATE_OVER };

struct naive_notice {
	enum fate fate;
	int64_t free_at;
	enum notice_class class;
	int dest;
	int person; /* whose limit it falls under; -1 */
	uint64_t like;
	bool has_spare;
};

/* A room, or a person by a way. */
struct naive_dest {
	int64_t sent[SENDS];
	size_t nsent;
	int64_t paused_until;
	int busy;
	int busy_max;
	int64_t every_ms;
	int burst;
	bool bundles;
	const char *endpoint;
};

struct naive_flight {
	bool on;
	int64_t ends;
	int dest;
	struct parcel parcel;
	const char *probes; /* what it is the probe of; NULL: of nothing */
};

static struct outbox *box;
static struct naive_notice notices[NOTICES];
static struct naive_dest dests[DESTS];
static struct naive_flight flights[FLYING];
static int64_t dana[SENDS]; /* what counts against her limit */
static size_t ndana;
static int64_t now;
static bool with_incidents;
static bool outage; /* everything at slack.com fails */

static struct mono at(int64_t ms)
{
	return (struct mono){ ms };
}

/* --- the world ----------------------------------------------------------- */

/* Room: the base's index; person: 8 + 2 * channel + person; edits: 30, 31. */
static int dest_of(int channel, int person, bool edits)
{
	int base = world_channels[channel].base;

	if (edits)
		return base == AT_ROOM ? 30 : 31;
	if (channel == AT_DM || channel == AT_MAIL)
		return 8 + 2 * channel + person;
	return base;
}

static void set_dest(int channel, int person, bool edits)
{
	const struct channel *c = &world_channels[channel];
	struct naive_dest *d = &dests[dest_of(channel, person, edits)];
	bool slack = c->type == CHANNEL_SLACK;

	d->every_ms = c->budget.every_ms;
	d->burst = c->budget.burst;
	d->busy_max = c->type == CHANNEL_LOG ? LANE_LOG_MAX
		      : slack		     ? 1
					     : LANE_BUSY_MAX;
	d->bundles = !edits && (slack || c->type == CHANNEL_SMTP);
	d->endpoint = slack ? "slack.com" : c->name;
	if (edits) {
		d->every_ms = d->every_ms * 6 / 5;
		d->burst = 1;
	}
}

static void begin_life(void)
{
	memset(notices, 0, sizeof notices);
	memset(dests, 0, sizeof dests);
	memset(flights, 0, sizeof flights);
	ndana = 0;
	now = 1000000;
	outage = false;
	with_incidents = rng_one_in(&rng, 2);
	(void)world_build();
	world_people[0].limit = (struct limit){ (int)rng_between(&rng, 1, 4),
		rng_between(&rng, 1000, 20000) };
	for (int c = 0; c < AT_COUNT; c++) {
		struct budget *b = &world_channels[c].budget;

		if (b->every_ms == 0)
			continue;
		b->every_ms = rng_between(&rng, 1, 300) * 5;
		b->burst = (int)rng_between(&rng, 1, 5);
		b->reserve = (int)rng_below(&rng, (uint64_t)b->burst);
	}
	for (int c = 0; c < AT_COUNT; c++)
		for (int p = 0; p < 2 && c != AT_MENTION; p++)
			set_dest(c, p, false);
	set_dest(AT_ROOM, 0, true);
	set_dest(AT_OTHER, 0, true);
	if (with_incidents) {
		world_matrix.incidents[0] =
		    (struct incident_rule){ SAME_CATEGORY, 4, 20000, 3000 };
		world_matrix.nincidents = 1;
	}
	box = outbox_new();
	outbox_take_matrix(box, &world_matrix);
}

/* --- what happens -------------------------------------------------------- */

static int64_t id_of(int i)
{
	bool edit = i % 7 == 6;

	return edit ? -(i + 1) : i + 1;
}

static void put(int i)
{
	static const char *const who[] = { "dana", "eli" };
	struct naive_notice *n = &notices[i];
	bool edit = id_of(i) < 0;
	int channel = (int)rng_below(&rng, AT_COUNT);
	int person = (int)rng_below(&rng, 2);
	enum notice_reason reason =
	    (enum notice_reason)rng_below(&rng, NOTICE_REASON_COUNT);
	struct pending p;

	if (edit) {
		channel = rng_one_in(&rng, 2) ? AT_ROOM : AT_OTHER;
		reason = NOTICE_UPDATE;
	} else if (rng_one_in(&rng, 2)) {
		channel = AT_ROOM;
	}
	*n = (struct naive_notice){ .fate = FATE_PENDING,
		.free_at =
		    now +
		    (rng_one_in(&rng, 4) ? rng_between(&rng, 0, 3000) : 0),
		.class = notice_class(reason),
		.dest = dest_of(channel, person, edit),
		.person = channel == AT_DM || channel == AT_MAIL ? person : -1,
		.like = rng_below(&rng, 3),
		.has_spare = !edit && rng_one_in(&rng, 3) };
	p = (struct pending){ .notice_id = id_of(i),
		.ticket_id = 5000 + i,
		.reason = reason,
		.free_at = wall_at(n->free_at),
		.channel = world_channels[channel].name,
		.who = edit ? "" : who[person],
		.has_spare = n->has_spare,
		.like = { { n->like } } };
	outbox_put(box, &p);
	/* A mention counts against her limit when it is sent. */
	if (channel == AT_MENTION && person == 0)
		n->person = -2;
}

static void something_happens(void)
{
	int i = (int)rng_below(&rng, NOTICES);
	int many = rng_one_in(&rng, 10) ? 60 : 1;

	for (int k = 0; k < many; k++)
		if (notices[(i + k) % NOTICES].fate == FATE_NONE)
			put((i + k) % NOTICES);
	i = (int)rng_below(&rng, NOTICES);
	if (rng_one_in(&rng, 4) && notices[i].fate == FATE_PENDING) {
		outbox_gone(box, id_of(i));
		notices[i].fate = FATE_OVER;
	}
	if (rng_one_in(&rng, 20))
		outage = !outage;
	if (rng_one_in(&rng, 50))
		outbox_take_matrix(box, &world_matrix);
}

/* --- what comes out ------------------------------------------------------ */

static int index_of(int64_t id)
{
	return (int)(id < 0 ? -id : id) - 1;
}

static bool goes_before(int a, int b)
{
	const struct naive_notice *x = &notices[a];
	const struct naive_notice *y = &notices[b];

	if (x->class != y->class)
		return x->class < y->class;
	return x->free_at != y->free_at ? x->free_at < y->free_at : a < b;
}

/* Those of the destination that are free and not in the parcel. */
static void check_order(const struct parcel *p)
{
	int last = index_of(p->ids[p->count - 1]);

	for (size_t i = 1; i < p->count; i++)
		REQUIRE(
		    goes_before(index_of(p->ids[i - 1]), index_of(p->ids[i])));
	for (int i = 0; i < NOTICES; i++) {
		const struct naive_notice *n = &notices[i];

		if (n->fate != FATE_PENDING || n->free_at > now ||
		    n->dest != notices[last].dest)
			continue;
		/* What belongs to an incident has a pace of its own. */
		REQUIRE(with_incidents || goes_before(last, i));
	}
}

/* In no stretch that ends now more than burst and one in every_ms. */
static void check_budget(const struct naive_dest *d)
{
	for (size_t k = 0; k < d->nsent && d->every_ms > 0; k++) {
		int64_t passed = now - d->sent[k];

		REQUIRE(
		    (int64_t)(d->nsent - k) <= d->burst + passed / d->every_ms);
	}
}

static void check_limit(const struct naive_notice *n)
{
	struct limit limit = world_people[0].limit;
	int count = 0;

	if (n->person != 0 || n->class <= CLASS_ESCALATION)
		return;
	for (size_t k = 0; k < ndana; k++)
		count += now - dana[k] < limit.per_ms;
	REQUIRE(count < limit.count);
}

static void check_parcel(const struct parcel *p)
{
	const struct naive_notice *first = &notices[index_of(p->ids[0])];
	const struct naive_dest *d = &dests[first->dest];

	REQUIRE(p->count >= 1 && p->count <= PARCEL_MAX);
	REQUIRE((p->kind == PARCEL_NOTICE) <= (p->count == 1));
	REQUIRE((p->kind == PARCEL_EDIT) == (p->ids[0] < 0));
	REQUIRE(p->kind != PARCEL_DIGEST || p->count > 1);
	REQUIRE(p->count == 1 || d->bundles);
	REQUIRE(p->kind != PARCEL_INCIDENT || (with_incidents && d->bundles));
	REQUIRE(d->paused_until <= now);
	REQUIRE(d->busy < d->busy_max);
	for (size_t i = 0; i < p->count; i++) {
		const struct naive_notice *n = &notices[index_of(p->ids[i])];

		REQUIRE(n->fate == FATE_PENDING && n->free_at <= now);
		REQUIRE(n->dest == first->dest);
		REQUIRE(p->tickets[i] == 5000 + index_of(p->ids[i]));
		REQUIRE(p->kind != PARCEL_INCIDENT ||
			(n->like == first->like && n->like != 0));
	}
	check_limit(first);
}

static void fly(const struct parcel *p, const char *probes)
{
	struct naive_flight *f = flights;
	struct naive_dest *d = &dests[notices[index_of(p->ids[0])].dest];
	int last = -1;

	while (f->on)
		f++;
	*f = (struct naive_flight){ .on = true,
		.ends = now + rng_between(&rng, 0, 800),
		.dest = notices[index_of(p->ids[0])].dest,
		.parcel = *p,
		.probes = probes };
	d->busy++;
	REQUIRE(d->nsent < SENDS && ndana < SENDS);
	d->sent[d->nsent++] = now;
	check_budget(d);
	for (size_t i = 0; i < p->count; i++) {
		struct naive_notice *n = &notices[index_of(p->ids[i])];

		n->fate = FATE_HELD;
		if ((i == 0 && n->person == 0) ||
		    (n->person == -2 && last != -2))
			dana[ndana++] = now;
		last = n->person;
	}
}

static bool is_probed(const char *endpoint)
{
	for (int i = 0; i < FLYING; i++)
		if (flights[i].on && flights[i].probes != NULL &&
		    strcmp(flights[i].probes, endpoint) == 0)
			return true;
	return false;
}

/* True if something was taken. */
static bool take_one(void)
{
	struct parcel p;
	struct lane_line line;
	bool probes;

	if (!outbox_take(box, at(now), &p))
		return false;
	check_parcel(&p);
	outbox_lane(box, p.lane, at(now), &line);
	probes = line.breaker != BREAKER_CLOSED;
	REQUIRE(line.breaker != BREAKER_OPEN);
	REQUIRE(!probes || !is_probed(line.endpoint));
	fly(&p, probes ? line.endpoint : NULL);
	check_order(&p);
	return true;
}

static bool take_stranded(void)
{
	struct lane_line line;
	struct naive_notice *n;
	int64_t id, ticket;
	size_t lane;

	if (!outbox_take_stranded(box, at(now), &lane, &id, &ticket))
		return false;
	n = &notices[index_of(id)];
	outbox_lane(box, lane, at(now), &line);
	REQUIRE(line.breaker == BREAKER_OPEN && line.until.ms > now);
	REQUIRE(n->fate == FATE_PENDING && n->has_spare && n->free_at <= now);
	REQUIRE(ticket == 5000 + index_of(id));
	outbox_release(box, id, WALL_NEVER);
	n->fate = FATE_OVER;
	return true;
}

/* --- what becomes of it -------------------------------------------------- */

static void release(int64_t id, bool again)
{
	struct naive_notice *n = &notices[index_of(id)];

	if (rng_one_in(&rng, 20)) {
		outbox_gone(box, id);
		n->fate = FATE_OVER;
	}
	n->free_at = now + rng_between(&rng, 0, 2000);
	outbox_release(box, id, again ? wall_at(n->free_at) : WALL_NEVER);
	if (n->fate == FATE_HELD)
		n->fate = again ? FATE_PENDING : FATE_OVER;
}

static void land(struct naive_flight *f)
{
	struct naive_dest *d = &dests[f->dest];
	bool failed = outage && strcmp(d->endpoint, "slack.com") == 0;
	enum attempt_end end = failed ? ATTEMPT_FAILED : ATTEMPT_ANSWERED;
	bool again = failed || rng_one_in(&rng, 5);

	if (!failed && rng_one_in(&rng, 30))
		end = ATTEMPT_REFUSED;
	outbox_attempt_over(box, f->parcel.lane, end, at(now), rng_u64(&rng));
	d->busy--;
	if (rng_one_in(&rng, 15)) {
		d->paused_until = now + rng_between(&rng, 0, 2000);
		outbox_pause(box, f->parcel.lane, at(d->paused_until));
	}
	for (size_t i = 0; i < f->parcel.count; i++)
		release(f->parcel.ids[i], again);
	f->on = false;
}

static int64_t next_landing(void)
{
	int64_t next = INT64_MAX;

	for (int i = 0; i < FLYING; i++)
		if (flights[i].on && flights[i].ends < next)
			next = flights[i].ends;
	return next;
}

static void turn(void)
{
	for (int i = 0; i < FLYING; i++)
		if (flights[i].on && flights[i].ends <= now)
			land(&flights[i]);
	(void)outbox_ripen(box, wall_at(now), wall_at(now), at(now));
	while (take_stranded())
		continue;
	while (take_one())
		continue;
}

/* To the next instant at which anything may be done; just before it nothing
 * can. */
static void sleep_until(int64_t most)
{
	int64_t next = outbox_next_mono(box, at(now)).ms;
	struct wall free = outbox_next(box, wall_at(now));
	struct parcel p;

	if (!wall_is_never(free) && free.ms < next)
		next = free.ms;
	if (next_landing() < next)
		next = next_landing();
	REQUIRE(next > now || next == next_landing());
	if (most < next)
		next = most;
	REQUIRE(next != INT64_MAX);
	if (next > now + 1) {
		(void)outbox_ripen(
		    box, wall_at(next - 1), wall_at(next - 1), at(next - 1));
		REQUIRE(!outbox_take(box, at(next - 1), &p));
	}
	now = next > now ? next : now;
}

static bool all_over(void)
{
	for (int i = 0; i < NOTICES; i++)
		if (notices[i].fate == FATE_PENDING ||
		    notices[i].fate == FATE_HELD)
			return false;
	return true;
}

static void one_life(void)
{
	int turns = 0;

	begin_life();
	for (int i = 0; i < 250; i++) {
		int64_t until = now + rng_between(&rng, 1, 600);

		something_happens();
		turn();
		while (now < until) {
			sleep_until(until);
			turn();
		}
	}
	outage = false;
	while (!all_over()) {
		REQUIRE(++turns < 100000);
		sleep_until(INT64_MAX);
		turn();
	}
	REQUIRE(outbox_count(box) == 0);
	REQUIRE(outbox_next_mono(box, at(now)).ms == INT64_MAX);
	outbox_free(box);
}

START_TEST(random_lives)
{
	for (int i = 0; i < 30; i++)
		one_life();
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("outbox_random");
	TCase *tc = tcase_create("outbox_random");

	tcase_add_test(tc, random_lives);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_outbox_random");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
