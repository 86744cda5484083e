/* test_ticket_pack.c - a ticket that was bytes is the same ticket.
 *
 * Random tickets go there and back; of every member of every struct it is
 * shown that it comes back by itself; what is cut short is refused.
 *
 * SPDX-License-Identifier: MIT */
#include "core/ticket_pack.h"

#include "lib/require.h"
#include "lib/rng.h"
#include "lib/store_world.h"

#include <check.h>
#include <stddef.h>
#include <string.h>

enum { TICKETS = 400 };

static struct rng rng;
static struct arena arena;
static struct arena other;
static struct textbuf bytes;
static struct textbuf again;

static void setup(void)
{
	arena_init(&arena);
	arena_init(&other);
	textbuf_init(&bytes);
	textbuf_init(&again);
}

static void teardown(void)
{
	arena_fini(&arena);
	arena_fini(&other);
	textbuf_fini(&bytes);
	textbuf_fini(&again);
}

/* --- there and back ------------------------------------------------------- */

static void pack(const struct ticket *t, struct textbuf *out)
{
	textbuf_clear(out);
	ticket_pack(t, out);
}

/* The same ticket from other memory: what it was made of is gone. */
static void there_and_back(const struct ticket *t, struct ticket *back)
{
	pack(t, &bytes);
	REQUIRE(ticket_unpack(bytes.data, bytes.len, &other, back));
	pack(back, &again);
	REQUIRE(again.len == bytes.len);
	REQUIRE(memcmp(again.data, bytes.data, bytes.len) == 0);
	memset(bytes.data, 'x', bytes.len);
	pack(back, &bytes);
	REQUIRE(again.len == bytes.len);
	REQUIRE(memcmp(again.data, bytes.data, bytes.len) == 0);
}

static void make_ticket(struct ticket *t)
{
	size_t n = (size_t)rng_below(&rng, 4);

	world_ticket(&rng, &arena, "zendesk:4711", t);
	t->id = rng_between(&rng, 1, 1 << 20);
	for (size_t i = 0; i < n; i++)
		world_change(&rng, t);
	for (size_t i = 0; i < t->nnotices; i++)
		t->notices[i].id = rng_between(&rng, 1, 1 << 20);
}

/* world_differs() does not look at what the store would not load. */
static void make_loadable(struct ticket *t)
{
	for (size_t i = 0; i < t->nclocks; i++)
		t->clocks[i].current = true;
	for (size_t i = 0; i < t->nruns; i++)
		t->runs[i].state = (enum run_state)rng_below(&rng, RUN_ENDED);
	for (size_t i = 0; i < t->nnotices; i++)
		t->notices[i].ended = false;
}

START_TEST(random_tickets_come_back)
{
	for (int i = 0; i < TICKETS; i++) {
		struct ticket t;
		struct ticket back;
		const char *what;

		arena_reset(&arena);
		arena_reset(&other);
		make_ticket(&t);
		make_loadable(&t);
		there_and_back(&t, &back);
		what = world_differs(&t, &back);
		ck_assert_msg(what == NULL, "%s differs", what);
		ck_assert_ptr_eq(back.arena, &other);
		ck_assert_str_eq(back.key, t.key);
		ck_assert_uint_eq(back.nclocks, t.nclocks);
		ck_assert_uint_eq(back.nruns, t.nruns);
		ck_assert_uint_eq(back.nnotices, t.nnotices);
		ck_assert_uint_eq(back.nhistory, t.nhistory);
	}
}
END_TEST

/* It goes on as a ticket: its lists grow. */
START_TEST(what_came_back_grows)
{
	struct ticket t;
	struct ticket back;

	make_ticket(&t);
	there_and_back(&t, &back);
	for (int i = 0; i < 20; i++)
		world_change(&rng, &back);
	world_notice(&rng, &back);
	world_run(&rng, &back, 99);
	world_clock(&rng, &back, "another", 1);
	t = back;
	there_and_back(&t, &back);
	ck_assert_uint_eq(back.nclocks, t.nclocks);
}
END_TEST

/* --- every member by itself ----------------------------------------------- */

struct member {
	const char *name;
	size_t offset;
	size_t size;
	char sort; /* b: changed as bits, t: a text, e: shown elsewhere */
};

#define M(type, member, sort)                                                  \
	{                                                                      \
#member, offsetof(struct type, member),                        \
		    sizeof(((struct type *)0)->member), sort                   \
	}

static const struct member ticket_members[] = {
	M(ticket, arena, 'e'),
	M(ticket, id, 'b'),
	M(ticket, key, 't'),
	M(ticket, fields, 'e'),
	M(ticket, created, 'b'),
	M(ticket, updated, 'b'),
	M(ticket, unanswered, 'e'),
	M(ticket, nunanswered, 'e'),
	M(ticket, answered_at, 'b'),
	M(ticket, waiting_over, 'b'),
	M(ticket, field_at, 'b'),
	M(ticket, history, 'e'),
	M(ticket, nhistory, 'e'),
	M(ticket, cap_history, 'e'),
	M(ticket, severity_by, 't'),
	M(ticket, confirmed_by, 't'),
	M(ticket, desk_severity, 't'),
	M(ticket, needs_human, 'b'),
	M(ticket, said, 't'),
	M(ticket, said_at, 'b'),
	M(ticket, commented_at, 'b'),
	M(ticket, rules_held, 't'),
	M(ticket, rules_at, 'b'),
	M(ticket, suggested_to, 't'),
	M(ticket, suggested_team, 't'),
	M(ticket, suggested_at, 'b'),
	M(ticket, suggest_next, 'b'),
	M(ticket, policy, 't'),
	M(ticket, revision, 't'),
	M(ticket, merged_into, 't'),
	M(ticket, deleted, 'b'),
	M(ticket, run_seq, 'b'),
	M(ticket, next_due, 'b'),
	M(ticket, dirty, 'b'),
	M(ticket, clocks, 'e'),
	M(ticket, nclocks, 'e'),
	M(ticket, cap_clocks, 'e'),
	M(ticket, runs, 'e'),
	M(ticket, nruns, 'e'),
	M(ticket, cap_runs, 'e'),
	M(ticket, notices, 'e'),
	M(ticket, nnotices, 'e'),
	M(ticket, cap_notices, 'e'),
	{ NULL, sizeof(struct ticket), 0, 0 },
};

static const struct member fields_members[] = {
	M(fields, set, 'b'),
	M(fields, text, 'e'),
	M(fields, tags, 'e'),
	M(fields, ntags, 'e'),
	M(fields, status, 'b'),
	{ NULL, sizeof(struct fields), 0, 0 },
};

static const struct member history_members[] = {
	M(status_change, at, 'b'),
	M(status_change, status, 'b'),
	{ NULL, sizeof(struct status_change), 0, 0 },
};

static const struct member clock_members[] = {
	M(clock, kind, 't'),
	M(clock, cycle, 'b'),
	M(clock, state, 'b'),
	M(clock, started, 'b'),
	M(clock, elapsed_ms, 'b'),
	M(clock, since, 'b'),
	M(clock, target_ms, 'b'),
	M(clock, due, 'b'),
	M(clock, due_by_hand, 'b'),
	M(clock, policy, 't'),
	M(clock, calendar, 't'),
	M(clock, breached_at, 'b'),
	M(clock, ended_at, 'b'),
	M(clock, warned, 't'),
	M(clock, pause_over, 'b'),
	M(clock, current, 'b'),
	M(clock, dirty, 'b'),
	M(clock, stretches, 'e'),
	M(clock, nstretches, 'e'),
	M(clock, cap_stretches, 'e'),
	{ NULL, sizeof(struct clock), 0, 0 },
};

static const struct member stretch_members[] = {
	M(stretch, from, 'b'),
	M(stretch, to, 'b'),
	M(stretch, counts, 'b'),
	M(stretch, ms, 'b'),
	M(stretch, calendar, 't'),
	M(stretch, why, 't'),
	{ NULL, sizeof(struct stretch), 0, 0 },
};

static const struct member run_members[] = {
	M(chain_run, seq, 'b'),
	M(chain_run, chain, 't'),
	M(chain_run, definition, 't'),
	M(chain_run, state, 'b'),
	M(chain_run, cause, 't'),
	M(chain_run, clock, 't'),
	M(chain_run, cycle, 'b'),
	M(chain_run, started, 'b'),
	M(chain_run, step, 'b'),
	M(chain_run, round, 'b'),
	M(chain_run, reminded, 'b'),
	M(chain_run, fired_at, 'b'),
	M(chain_run, next_at, 'b'),
	M(chain_run, acked_by, 't'),
	M(chain_run, acked_at, 'b'),
	M(chain_run, dirty, 'b'),
	{ NULL, sizeof(struct chain_run), 0, 0 },
};

static const struct member notice_members[] = {
	M(notice, id, 'b'),
	M(notice, reason, 'b'),
	M(notice, state, 'b'),
	M(notice, clock, 't'),
	M(notice, cycle, 'b'),
	M(notice, due, 'b'),
	M(notice, run, 'b'),
	M(notice, chain, 't'),
	M(notice, step, 'b'),
	M(notice, round, 'b'),
	M(notice, nth, 'b'),
	M(notice, role, 't'),
	M(notice, who, 't'),
	M(notice, channel, 't'),
	M(notice, spare, 't'),
	M(notice, detail, 't'),
	M(notice, at, 'b'),
	M(notice, free_at, 'b'),
	M(notice, held_until, 'b'),
	M(notice, useful_until, 'b'),
	M(notice, attempts, 'b'),
	M(notice, ref, 't'),
	M(notice, owed, 't'),
	M(notice, repeat, 'b'),
	M(notice, ended, 'b'),
	M(notice, dirty, 'b'),
	{ NULL, sizeof(struct notice), 0, 0 },
};

/* Where each struct lies in a ticket that has one of each. */
static void *part_of(struct ticket *t, const struct member *list)
{
	if (list == fields_members)
		return &t->fields;
	if (list == history_members)
		return &t->history[0];
	if (list == clock_members)
		return &t->clocks[0];
	if (list == stretch_members)
		return &t->clocks[0].stretches[0];
	if (list == run_members)
		return &t->runs[0];
	return list == notice_members ? (void *)&t->notices[0] : (void *)t;
}

static const char *text_at(const unsigned char *member)
{
	const char *text;

	memcpy(&text, member, sizeof text);
	return text;
}

static void change_text(unsigned char *member)
{
	const char *text = text_at(member);

	text = text == NULL ? "" : strcmp(text, "new") == 0 ? NULL : "new";
	memcpy(member, &text, sizeof text);
}

static void comes_back(struct ticket *t, const struct member *list,
    const struct member *m, size_t from)
{
	unsigned char *at = (unsigned char *)part_of(t, list) + m->offset;
	struct ticket back;
	const unsigned char *got;

	if (m->sort == 't')
		change_text(at);
	else
		at[from] ^= 1;
	there_and_back(t, &back);
	got = (unsigned char *)part_of(&back, list) + m->offset;
	if (m->sort == 't') {
		const char *a = text_at(at);
		const char *b = text_at(got);

		ck_assert_msg((a == NULL) == (b == NULL) &&
				  (a == NULL || strcmp(a, b) == 0),
		    "%s is forgotten", m->name);
	} else {
		ck_assert_msg(
		    memcmp(at, got, m->size) == 0, "%s is forgotten", m->name);
		at[from] ^= 1;
	}
}

/* Of a list of instants each; of a larger number its lowest byte. */
static void each_comes_back(struct ticket *t, const struct member *list)
{
	for (const struct member *m = list; m->name != NULL; m++) {
		ck_assert_msg(m[1].offset - m->offset - m->size < 8,
		    "a member stands between %s and %s", m->name,
		    m[1].name == NULL ? "the end" : m[1].name);
		if (m->sort == 'e')
			continue;
		for (size_t from = 0; from < m->size; from += 8)
			comes_back(t, list, m, from);
		if (m->sort == 't')
			comes_back(t, list, m, 0);
	}
}

static void legal(struct ticket *t)
{
	do {
		arena_reset(&arena);
		world_ticket(&rng, &arena, "zendesk:4711", t);
	} while (t->nclocks == 0 || t->nruns == 0 || t->nnotices == 0);
	t->fields.status = STATUS_NEW;
	t->history[0].status = STATUS_NEW;
	t->clocks[0].state = CLOCK_RUNNING;
	t->runs[0].state = RUN_WALKING;
	t->notices[0].reason = NOTICE_CHAIN;
	t->notices[0].state = NOTICE_PENDING;
}

START_TEST(every_member_comes_back)
{
	struct ticket t;

	for (int i = 0; i < 20; i++) {
		legal(&t);
		arena_reset(&other);
		each_comes_back(&t, ticket_members);
		each_comes_back(&t, fields_members);
		each_comes_back(&t, history_members);
		each_comes_back(&t, clock_members);
		each_comes_back(&t, stretch_members);
		each_comes_back(&t, run_members);
		each_comes_back(&t, notice_members);
	}
}
END_TEST

static void fields_come_back(struct ticket *t)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		struct ticket back;

		t->fields.text[i] = "by itself";
		there_and_back(t, &back);
		ck_assert_str_eq(back.fields.text[i], "by itself");
		t->fields.text[i] = NULL;
		there_and_back(t, &back);
		ck_assert_ptr_null(back.fields.text[i]);
	}
}

START_TEST(lists_and_extremes_come_back)
{
	static const int64_t far[] = { INT64_MIN, -1, 0, 1, 127, 128,
		WALL_MAX_MS, INT64_MAX - 1, INT64_MAX };
	struct ticket t;
	struct ticket back;

	ticket_init(&t, &arena, "a:b");
	fields_come_back(&t);
	for (size_t i = 0; i < sizeof far / sizeof *far; i++)
		t.unanswered[t.nunanswered++] = wall_at(far[i]);
	t.id = INT64_MIN;
	t.run_seq = -2147483647 - 1;
	there_and_back(&t, &back);
	ck_assert_uint_eq(back.nunanswered, t.nunanswered);
	ck_assert_mem_eq(back.unanswered, t.unanswered, sizeof t.unanswered);
	ck_assert_int_eq(back.id, INT64_MIN);
	ck_assert_int_eq(back.run_seq, t.run_seq);
	t.id = INT64_MAX;
	t.run_seq = 2147483647;
	there_and_back(&t, &back);
	ck_assert_int_eq(back.id, INT64_MAX);
	ck_assert_int_eq(back.run_seq, t.run_seq);
}
END_TEST

/* More texts than are named by number, and long ones. */
START_TEST(many_texts_come_back)
{
	static char texts[300][8];
	struct ticket t;
	struct ticket back;

	ticket_init(&t, &arena, "a:b");
	t.fields.ntags = 300;
	t.fields.tags = arena_alloc(&arena, 300 * sizeof *t.fields.tags);
	for (int i = 0; i < 300; i++) {
		(void)snprintf(texts[i], sizeof texts[i], "%d", i % 150);
		t.fields.tags[i] = texts[i];
	}
	there_and_back(&t, &back);
	for (int i = 0; i < 300; i++)
		ck_assert_str_eq(back.fields.tags[i], texts[i]);
}
END_TEST

/* --- what it costs, what is refused --------------------------------------- */

START_TEST(a_plain_ticket_is_small)
{
	struct ticket t;

	ticket_init(&t, &arena, "zendesk:4711");
	pack(&t, &bytes);
	ck_assert_uint_lt(bytes.len, 160);
}
END_TEST

START_TEST(what_is_cut_or_longer_is_refused)
{
	for (int i = 0; i < 10; i++) {
		struct ticket t;
		struct ticket back;

		arena_reset(&arena);
		make_ticket(&t);
		pack(&t, &bytes);
		for (size_t len = 0; len < bytes.len;
		     len += 1 + bytes.len / 500) {
			arena_reset(&other);
			REQUIRE(!ticket_unpack(bytes.data, len, &other, &back));
		}
		textbuf_addc(&bytes, '\0');
		ck_assert(!ticket_unpack(bytes.data, bytes.len, &other, &back));
	}
}
END_TEST

/* Other bytes may be another ticket, but never more than a refusal. */
START_TEST(other_bytes_do_no_harm)
{
	size_t refused = 0;

	for (int i = 0; i < 2000; i++) {
		struct ticket t;
		struct ticket back;

		arena_reset(&arena);
		arena_reset(&other);
		if (i % 100 == 0) {
			make_ticket(&t);
			pack(&t, &again);
		}
		textbuf_clear(&bytes);
		textbuf_addn(&bytes, again.data, again.len);
		for (size_t n = 1 + rng_below(&rng, 3); n > 0; n--)
			bytes.data[rng_below(&rng, bytes.len)] =
			    (char)rng_below(&rng, 256);
		if (!ticket_unpack(bytes.data, bytes.len, &other, &back))
			refused++;
	}
	ck_assert_uint_gt(refused, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("ticket_pack");
	TCase *c = tcase_create("ticket_pack");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, random_tickets_come_back);
	tcase_add_test(c, what_came_back_grows);
	tcase_add_test(c, every_member_comes_back);
	tcase_add_test(c, lists_and_extremes_come_back);
	tcase_add_test(c, many_texts_come_back);
	tcase_add_test(c, a_plain_ticket_is_small);
	tcase_add_test(c, what_is_cut_or_longer_is_refused);
	tcase_add_test(c, other_bytes_do_no_harm);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_ticket_pack");
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
