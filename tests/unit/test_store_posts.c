/* test_store_posts.c - threads and what they show; addresses.
 *
 * Random rounds against a plain list: posts are begun, tickets change, posts
 * are edited or lost, the database is closed in between; what is stale is told
 * at once, and by a scan.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/store_fixture.h"

#include "store/reader.h"

#include <stdio.h>
#include <string.h>

enum { TICKETS = 8, CHANNELS = 3, ROUNDS = 1500 };

/* The oracle: a row for each ticket and channel. */
static struct post oracle[TICKETS][CHANNELS];
static char refs[TICKETS][CHANNELS][32];
static const char *const channels[CHANNELS] = { "support", "billing", "x" };
static int next_ref;

/* What was told as stale. */
static struct post told[TICKETS * CHANNELS];
static size_t ntold;

static void note(void *user, const struct post *p)
{
	(void)user;
	ck_assert_uint_lt(ntold, TICKETS * CHANNELS);
	told[ntold++] = *p;
}

static bool note_more(void *user, const struct post *p)
{
	note(user, p);
	return true;
}

static bool note_one(void *user, const struct post *p)
{
	note(user, p);
	return false;
}

static size_t stale_in_oracle(int ticket)
{
	size_t count = 0;

	for (int t = 0; t < TICKETS; t++) {
		for (int c = 0; c < CHANNELS; c++) {
			const struct post *p = &oracle[t][c];

			if ((ticket < 0 || t == ticket) && p->id != 0 &&
			    p->shown != p->wanted)
				count++;
		}
	}
	return count;
}

/* Each is one of the oracle's, as it is there. */
static void check_told(int ticket)
{
	ck_assert_uint_eq(ntold, stale_in_oracle(ticket));
	for (size_t i = 0; i < ntold; i++) {
		const struct post *want = NULL;

		for (int t = 0; t < TICKETS; t++)
			for (int c = 0; c < CHANNELS; c++)
				if (oracle[t][c].id == told[i].id)
					want = &oracle[t][c];
		ck_assert_ptr_nonnull(want);
		ck_assert_int_eq(told[i].ticket_id, want->ticket_id);
		ck_assert_uint_eq(told[i].shown, want->shown);
		ck_assert_uint_eq(told[i].wanted, want->wanted);
		for (size_t other = 0; other < i; other++)
			ck_assert_int_ne(told[other].id, told[i].id);
	}
}

/* Few values, so that a face comes back; and the largest ones. */
static uint64_t any_face(void)
{
	static const uint64_t faces[] = { 1, 2, 3, UINT64_MAX,
		UINT64_C(1) << 63 };

	return faces[rng_below(&rng, sizeof faces / sizeof *faces)];
}

static void begin_post(int t, int c)
{
	struct post p = { .ticket_id = t + 1,
		.channel = channels[c],
		.room = "C0SUPPORT",
		.shown = any_face(),
		.wanted = any_face() };
	int64_t id = -1;
	char ref[32];

	snprintf(ref, sizeof ref, "17.%06d", next_ref++);
	p.ref = ref;
	OK(store_add_post(store, &p, &id, &err));
	if (oracle[t][c].id != 0) {
		ck_assert_int_eq(id, 0);
		return;
	}
	ck_assert_int_gt(id, 0);
	p.id = id;
	strcpy(refs[t][c], ref);
	p.ref = refs[t][c];
	oracle[t][c] = p;
}

static void want(int t)
{
	uint64_t face = any_face();
	struct ticket ticket;

	ticket_init(&ticket, &arena, "a:b");
	ticket.id = t + 1;
	for (int c = 0; c < CHANNELS; c++)
		oracle[t][c].wanted = face;
	ntold = 0;
	OK(store_want_face(store, &ticket, face, note, NULL, &err));
	check_told(t);
}

static void show(int t, int c)
{
	struct post *p = &oracle[t][c];
	uint64_t face = rng_one_in(&rng, 5) ? 0 : any_face();
	bool stale = p->id != 0 && face != 0 && face != p->wanted;

	ntold = 0;
	OK(store_post_shown(
	    store, p->id != 0 ? p->id : 100000, face, note, NULL, &err));
	ck_assert_uint_eq(ntold, stale);
	if (stale)
		ck_assert_int_eq(told[0].id, p->id);
	p->shown = face;
	if (face == 0)
		p->id = 0;
}

static void check_loads(int t, int c)
{
	const struct post *p = &oracle[t][c];
	struct reader *reader;
	struct post got;
	int64_t ticket;

	OK(reader_open(path, &reader, &err));
	if (p->id == 0) {
		ck_assert_int_eq(reader_post(reader, &arena, 0, t + 1,
				     channels[c], &got, &err),
		    STORE_NONE);
	} else {
		OK(reader_post(
		    reader, &arena, 0, t + 1, channels[c], &got, &err));
		ck_assert_int_eq(got.id, p->id);
		OK(reader_post(reader, &arena, p->id, 0, NULL, &got, &err));
		ck_assert_str_eq(got.ref, p->ref);
		ck_assert_str_eq(got.room, "C0SUPPORT");
		ck_assert_str_eq(got.channel, channels[c]);
		ck_assert_uint_eq(got.shown, p->shown);
		ck_assert_uint_eq(got.wanted, p->wanted);
		OK(reader_ticket_of_ref(
		    reader, channels[c], p->ref, &ticket, &err));
		ck_assert_int_eq(ticket, t + 1);
		ck_assert_int_eq(reader_ticket_of_ref(reader, channels[c],
				     "17.none", &ticket, &err),
		    STORE_NONE);
	}
	reader_close(reader);
}

static void check_scan(void)
{
	ntold = 0;
	OK(store_scan_posts(store, note_more, NULL, &err));
	check_told(-1);
	if (ntold == 0)
		return;
	ntold = 0;
	OK(store_scan_posts(store, note_one, NULL, &err));
	ck_assert_uint_eq(ntold, 1);
}

START_TEST(posts_against_a_list)
{
	rng = rng_seeded("test_store_posts");
	memset(oracle, 0, sizeof oracle);
	for (int i = 0; i < ROUNDS; i++) {
		int t = (int)rng_below(&rng, TICKETS);
		int c = (int)rng_below(&rng, CHANNELS);

		OK(store_begin(store, &err));
		switch (rng_below(&rng, 4)) {
		case 0:
			begin_post(t, c);
			break;
		case 1:
			want(t);
			break;
		default:
			show(t, c);
			break;
		}
		OK(store_commit(store, &err));
		if (rng_one_in(&rng, 20)) {
			check_loads(t, c);
			check_scan();
			arena_reset(&arena);
		}
		if (rng_one_in(&rng, 300))
			reopen();
	}
	check_scan();
}
END_TEST

static void address_is(
    const char *channel, const char *name, int64_t now_ms, const char *expected)
{
	struct reader *reader;
	const char *value = "unset";
	enum store_result r;

	OK(reader_open(path, &reader, &err));
	r = reader_address(reader, &arena, channel, name, wall_at(now_ms),
	    30 * DAY_MS, &value, &err);
	if (expected == NULL) {
		ck_assert_int_eq(r, STORE_NONE);
		ck_assert_ptr_null(value);
	} else {
		ck_assert_int_eq(r, STORE_OK);
		ck_assert_str_eq(value, expected);
	}
	reader_close(reader);
}

static void set_address(
    const char *channel, const char *name, const char *value, int64_t now_ms)
{
	OK(store_begin(store, &err));
	OK(store_set_address(
	    store, channel, name, value, wall_at(now_ms), &err));
	OK(store_commit(store, &err));
}

START_TEST(addresses_hold_for_a_while)
{
	static const char name[] = "user d\xc3\xa4na@example.com";

	address_is("support", name, DAY_MS, NULL);
	set_address("support", name, "U01DANA", DAY_MS);
	address_is("support", name, DAY_MS, "U01DANA");
	address_is("support", name, 31 * DAY_MS, "U01DANA");
	address_is("support", name, 31 * DAY_MS + 1, NULL);
	address_is("billing", name, DAY_MS, NULL);
	set_address("support", name, "U02DANA", 20 * DAY_MS);
	address_is("support", name, 50 * DAY_MS, "U02DANA");
	reopen();
	address_is("support", name, 50 * DAY_MS, "U02DANA");
	set_address("support", name, "", 51 * DAY_MS);
	address_is("support", name, 51 * DAY_MS, NULL);
	set_address("support", name, "", 51 * DAY_MS);
}
END_TEST

START_TEST(a_rollback_leaves_nothing)
{
	struct post p = { .ticket_id = 1,
		.channel = "support",
		.room = "C0SUPPORT",
		.ref = "1.000000",
		.shown = 7,
		.wanted = 7 };
	struct reader *reader;
	int64_t id;

	OK(store_begin(store, &err));
	OK(store_add_post(store, &p, &id, &err));
	ck_assert_int_gt(id, 0);
	store_rollback(store);
	OK(reader_open(path, &reader, &err));
	ck_assert_int_eq(
	    reader_post(reader, &arena, 0, 1, "support", &p, &err), STORE_NONE);
	reader_close(reader);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("store_posts");
	TCase *tc = tcase_create("store_posts");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, posts_against_a_list);
	tcase_add_test(tc, addresses_hold_for_a_while);
	tcase_add_test(tc, a_rollback_leaves_nothing);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
