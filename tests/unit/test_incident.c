/* test_incident.c - when are many tickets one trouble, and for how long?
 *
 * SPDX-License-Identifier: MIT */
#include "core/incident.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct rng rng;
static struct incident_memory mem;

static const struct incident_rule rules[] = {
	{ SAME_CATEGORY, 3, 600000, 60000 },
	{ SAME_CUSTOMER, 2, 30000, 10000 },
};

static void setup(void)
{
	incident_init(&mem);
}

static void teardown(void)
{
	incident_fini(&mem);
}

static struct mono at(int64_t ms)
{
	return (struct mono){ ms };
}

static struct likeness like(const char *category, const char *customer)
{
	return (struct likeness){ { likeness_hash(category),
	    likeness_hash(customer) } };
}

/* By both rules. */
static int join(
    int64_t ticket, const char *category, const char *customer, int64_t now)
{
	struct likeness l = like(category, customer);
	bool begins;
	int number =
	    incident_join(&mem, rules, 2, ticket, &l, at(now), &begins);

	ck_assert(number >= 0 || !begins);
	return number;
}

START_TEST(hashes)
{
	ck_assert_uint_eq(likeness_hash(NULL), 0);
	ck_assert_uint_eq(likeness_hash(""), 0);
	ck_assert_uint_ne(likeness_hash("login"), likeness_hash("Login"));
	ck_assert_uint_eq(likeness_hash("login"), likeness_hash("login"));
	ck_assert_str_eq(same_name(SAME_CATEGORY), "category");
	ck_assert_str_eq(same_name(SAME_CUSTOMER), "customer");
}
END_TEST

START_TEST(the_third_begins_it)
{
	struct likeness l = like("login", NULL);
	int64_t before[8];
	int64_t ids[1] = { 3 };
	bool begins;

	ck_assert_int_eq(join(1, "login", "a", 0), -1);
	incident_told_alone(&mem, 1);
	/* The same one again is no other. */
	ck_assert_int_eq(join(1, "login", "a", 10), -1);
	ck_assert_int_eq(join(1, "login", "a", 20), -1);
	ck_assert_int_eq(join(2, "login", "b", 50000), -1);
	ck_assert_int_eq(join(9, "mail", "c", 90000), -1);
	ck_assert_int_eq(
	    incident_join(&mem, rules, 2, 3, &l, at(100000), &begins), 0);
	ck_assert(begins);
	ck_assert(incident_is_like(&mem, 0, rules, &l));
	l = like("mail", NULL);
	ck_assert(!incident_is_like(&mem, 0, rules, &l));
	/* Of the second one nobody was told yet. */
	ck_assert_uint_eq(incident_before(&mem, 0, ids, 1, before, 8), 1);
	ck_assert_int_eq(before[0], 1);
	ck_assert_int_eq(mem.open[0].since.ms, 20);
	incident_told(&mem, 0, rules, ids, 1, false, at(100000));
	ck_assert_int_eq(mem.open[0].not_before.ms, 160000);
	ck_assert_uint_eq(mem.open[0].tickets.count, 2);
	/* The fourth belongs to it and does not begin it. */
	l = like("login", NULL);
	ck_assert_int_eq(
	    incident_join(&mem, rules, 2, 4, &l, at(100001), &begins), 0);
	ck_assert(!begins);
}
END_TEST

START_TEST(too_slow_is_none)
{
	for (int64_t i = 0; i < 50; i++)
		ck_assert_int_eq(join(i, "login", NULL, i * 300001), -1);
	/* Just in time. */
	ck_assert_int_eq(join(50, "login", NULL, 50 * 300001 - 2), 0);
}
END_TEST

START_TEST(nothing_in_common_is_none)
{
	for (int64_t i = 0; i < 50; i++)
		ck_assert_int_eq(join(i, NULL, "", i), -1);
}
END_TEST

START_TEST(a_customer_too)
{
	ck_assert_int_eq(join(1, "a", "acme", 0), -1);
	ck_assert_int_eq(join(2, "b", "acme", 30000), 0);
	ck_assert_int_eq(mem.open[0].rule, 1);
	/* The first rule that fits counts. */
	ck_assert_int_eq(join(3, "a", "x", 30001), -1);
	ck_assert_int_eq(join(4, "a", "acme", 30002), 1);
	ck_assert_int_eq(mem.open[1].rule, 0);
}
END_TEST

START_TEST(it_ends_when_it_is_quiet)
{
	int64_t ids[1] = { 3 };

	for (int64_t i = 1; i <= 3; i++)
		join(i, "login", NULL, 0);
	ck_assert_uint_ne(mem.open[0].hash, 0);
	incident_told(&mem, 0, rules, ids, 1, true, at(5));
	ck_assert_int_eq(mem.open[0].not_before.ms, 5);
	incident_told(&mem, 0, rules, ids, 1, false, at(500000));
	/* Notices that still wait for it keep it. */
	mem.open[0].queued = 1;
	join(8, "mail", NULL, 2000000);
	ck_assert_uint_ne(mem.open[0].hash, 0);
	mem.open[0].queued = 0;
	ck_assert_int_eq(join(4, "login", NULL, 2000001), -1);
	ck_assert_uint_eq(mem.open[0].hash, 0);
}
END_TEST

START_TEST(so_many_at_once_and_no_more)
{
	char category[2] = "a";

	for (int64_t i = 0; i < 3 * (INCIDENTS_MAX + 2); i++) {
		int want =
		    i % 3 == 2 && i / 3 < INCIDENTS_MAX ? (int)(i / 3) : -1;

		category[0] = (char)('a' + i / 3);
		ck_assert_int_eq(join(i, category, NULL, 0), want);
	}
	/* One is over: there is room again. */
	ck_assert_int_eq(join(100, "j", NULL, 600001), -1);
	ck_assert_int_eq(join(101, "j", NULL, 600001), -1);
	ck_assert_int_eq(join(102, "j", NULL, 600001), 0);
}
END_TEST

START_TEST(the_memory_is_bounded)
{
	struct likeness l = like("login", NULL);
	bool begins;

	for (int64_t i = 0; i < INCIDENT_MEMORY_MAX; i++)
		join(i, "mail", NULL, 0);
	ck_assert_uint_eq(mem.count, INCIDENT_MEMORY_MAX);
	join(900, "login", NULL, 0);
	join(901, "login", NULL, 0);
	ck_assert_uint_eq(mem.count, INCIDENT_MEMORY_MAX);
	ck_assert_int_ge(
	    incident_join(&mem, rules, 2, 902, &l, at(0), &begins), 0);
}
END_TEST

START_TEST(the_latest_of_those_before)
{
	int64_t ids[300];
	int64_t before[100];

	for (int64_t i = 0; i < 3; i++)
		join(i, "login", NULL, 0);
	for (int64_t i = 0; i < 300; i++)
		ids[i] = i;
	incident_told(&mem, 0, rules, ids, 300, false, at(0));
	incident_told(&mem, 0, rules, ids, 10, false, at(0));
	ck_assert_uint_eq(mem.open[0].tickets.count, 300);
	ck_assert_uint_eq(
	    incident_before(&mem, 0, &ids[298], 2, before, 100), 100);
	ck_assert_int_eq(before[0], 297);
	ck_assert_int_eq(before[99], 198);
}
END_TEST

START_TEST(what_was_not_said_goes_again)
{
	int64_t ids[3] = { 1, 2, 3 };
	int64_t before[8];

	for (int i = 0; i < 3; i++)
		join(ids[i], "login", NULL, 0);
	incident_told(&mem, 0, rules, ids, 3, false, at(0));
	ck_assert_int_eq(join(2, "login", NULL, 5000), 0);
	incident_again(&mem, 0, 2, at(5000));
	ck_assert_int_eq(mem.open[0].not_before.ms, 5000);
	ck_assert_uint_eq(incident_before(&mem, 0, NULL, 0, before, 8), 2);
	ck_assert_int_eq(before[0] + before[1], 4);
	/* Another after that has nothing to hurry. */
	incident_again(&mem, 0, 1, at(9000));
	ck_assert_int_eq(mem.open[0].not_before.ms, 5000);
	ck_assert_uint_eq(mem.open[0].tickets.count, 1);
}
END_TEST

/* Random lives of one category against a list of everything that came. */
enum { EVENTS = 400 };

struct came {
	int64_t ticket;
	int64_t at;
};

/* Tickets whose last word was within the window. */
static int naive_count(const struct came *came, int n, int64_t now)
{
	int count = 0;

	for (int i = 0; i < n; i++) {
		bool last = now - came[i].at <= rules[0].within_ms;

		for (int k = i + 1; k < n; k++)
			last = last && came[k].ticket != came[i].ticket;
		count += last;
	}
	return count;
}

static void one_life(void)
{
	static struct came came[EVENTS];
	bool open = false;
	int64_t last = 0;
	int64_t now = 0;

	for (int i = 0; i < EVENTS; i++) {
		struct likeness l = like("login", NULL);
		bool begins, want;

		now += rng_between(
		    &rng, 0, rng_one_in(&rng, 20) ? 700000 : 400000);
		came[i] = (struct came){ rng_between(&rng, 0, 30), now };
		if (open && now - last > rules[0].within_ms)
			open = false;
		want = !open && naive_count(came, i + 1, now) >= 3;
		REQUIRE((incident_join(&mem, rules, 1, came[i].ticket, &l,
			     at(now), &begins) == 0) == (open || want));
		REQUIRE(begins == want);
		open = open || want;
		if (open)
			last = now;
	}
}

START_TEST(agrees_with_a_list)
{
	for (int i = 0; i < 40; i++) {
		one_life();
		incident_fini(&mem);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("incident");
	TCase *tc = tcase_create("incident");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, hashes);
	tcase_add_test(tc, the_third_begins_it);
	tcase_add_test(tc, too_slow_is_none);
	tcase_add_test(tc, nothing_in_common_is_none);
	tcase_add_test(tc, a_customer_too);
	tcase_add_test(tc, it_ends_when_it_is_quiet);
	tcase_add_test(tc, so_many_at_once_and_no_more);
	tcase_add_test(tc, the_memory_is_bounded);
	tcase_add_test(tc, the_latest_of_those_before);
	tcase_add_test(tc, what_was_not_said_goes_again);
	tcase_add_test(tc, agrees_with_a_list);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_incident");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
