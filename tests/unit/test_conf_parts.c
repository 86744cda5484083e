/* test_conf_parts.c - hours, dates, URLs and addresses, by tables.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/hours.h"
#include "conf/url.h"

#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

/* --- hours ---------------------------------------------------------------- */

static const struct {
	const char *text;
	int start; /* -1: refused */
	int end;
} intervals[] = {
	{ "09:00-17:30", 540, 1050 },
	{ "00:00-24:00", 0, 1440 },
	{ "22:00-06:00", 1320, 360 },
	{ "23:59-00:00", 1439, 0 },
	{ "09:00-09:00", -1, 0 },
	{ "24:00-09:00", -1, 0 },
	{ "09:00-24:01", -1, 0 },
	{ "09:60-10:00", -1, 0 },
	{ "9:00-17:00", -1, 0 },
	{ "09:00 - 17:00", -1, 0 },
	{ "09:00-17:0x", -1, 0 },
	{ "0900-1700", -1, 0 },
	{ "09.00-17.00", -1, 0 },
	{ "", -1, 0 },
};

START_TEST(test_interval)
{
	struct day_interval at = { 7, 7 };
	bool ok = hours_interval(intervals[_i].text, &at);

	ck_assert_msg(
	    ok == (intervals[_i].start >= 0), "%s", intervals[_i].text);
	ck_assert_int_eq(at.start_min, ok ? intervals[_i].start : 7);
	ck_assert_int_eq(at.end_min, ok ? intervals[_i].end : 7);
}
END_TEST

static const struct {
	const char *text;
	unsigned days;
} days[] = {
	{ "mon", 0x01 },
	{ "Sunday", 0x40 },
	{ "mon-fri", 0x1f },
	{ "sat-mon", 0x61 },
	{ "tue-tue", 0x02 },
	{ "mon,wed,fri", 0x15 },
	{ "mon-wed, sat", 0x27 },
	{ "daily", 0x7f },
	{ "weekdays", 0x1f },
	{ "weekend", 0x60 },
	{ "weekdays,sat", 0x3f },
	{ "mon,mon", 0 },
	{ "mon-fri,wed", 0 },
	{ "mon-", 0 },
	{ "-mon", 0 },
	{ "mon fri", 0 },
	{ "mon,", 0 },
	{ ",mon", 0 },
	{ "mo", 0 },
	{ "mond", 0 },
	{ "holiday", 0 },
	{ "", 0 },
};

START_TEST(test_days)
{
	ck_assert_msg(
	    hours_days(days[_i].text) == days[_i].days, "%s", days[_i].text);
}
END_TEST

static const struct {
	const char *text;
	int year; /* -1: refused */
	int month;
	int day;
} dates[] = {
	{ "2026-12-25", 2026, 12, 25 },
	{ "12-25", 0, 12, 25 },
	{ "02-29", 0, 2, 29 },
	{ "2028-02-29", 2028, 2, 29 },
	{ "2026-02-29", -1, 0, 0 },
	{ "02-30", -1, 0, 0 },
	{ "13-01", -1, 0, 0 },
	{ "00-01", -1, 0, 0 },
	{ "1969-12-31", -1, 0, 0 },
	{ "2101-01-01", -1, 0, 0 },
	{ "2026/12/25", -1, 0, 0 },
	{ "25.12.2026", -1, 0, 0 },
	{ "2026-1-1", -1, 0, 0 },
	{ "26-12-25", -1, 0, 0 },
	{ "12-2x", -1, 0, 0 },
	{ "", -1, 0, 0 },
};

START_TEST(test_date)
{
	struct calendar_date d = { 0 };
	bool ok = hours_date(dates[_i].text, &d);

	ck_assert_msg(ok == (dates[_i].year >= 0), "%s", dates[_i].text);
	if (!ok)
		return;
	ck_assert_int_eq(d.year, dates[_i].year);
	ck_assert_int_eq(d.month, dates[_i].month);
	ck_assert_int_eq(d.day, dates[_i].day);
}
END_TEST

/* Minute by minute, over two days. */
static bool overlap_slowly(struct day_interval a, struct day_interval b)
{
	for (int m = 0; m < 2 * 1440; m++) {
		int ae =
		    a.end_min <= a.start_min ? a.end_min + 1440 : a.end_min;
		int be =
		    b.end_min <= b.start_min ? b.end_min + 1440 : b.end_min;

		if (m >= a.start_min && m < ae && m >= b.start_min && m < be)
			return true;
	}
	return false;
}

START_TEST(test_overlap)
{
	struct rng rng = rng_seeded("test_conf_parts");

	for (int round = 0; round < 2000; round++) {
		struct day_interval a = { (int16_t)rng_below(&rng, 1440),
			(int16_t)rng_below(&rng, 1441) };
		struct day_interval b = { (int16_t)rng_below(&rng, 1440),
			(int16_t)rng_below(&rng, 1441) };

		ck_assert_int_eq(hours_overlap(a, b), overlap_slowly(a, b));
	}
}
END_TEST

/* --- URLs and addresses --------------------------------------------------- */

static const struct {
	const char *text;
	const char *host; /* NULL: refused */
	int port;
	const char *rest;
	bool user;
	bool loopback;
} urls[] = {
	{ "https://hooks.slack.com/services/x", "hooks.slack.com", 0,
	    "/services/x", false, false },
	{ "http://127.0.0.1:9099/n?x=1", "127.0.0.1", 9099, "/n?x=1", false,
	    true },
	{ "smtp://[::1]:25", "::1", 25, "", false, true },
	{ "smtps://LOCALHOST", "LOCALHOST", 0, "", false, true },
	{ "http://127.example.com/", "127.example.com", 0, "/", false, false },
	{ "http://localhost.example.com", "localhost.example.com", 0, "", false,
	    false },
	{ "smtp://u:p@mail.example.com", "mail.example.com", 0, "", true,
	    false },
	{ "http://127.0.0.1@evil.example.com/", "evil.example.com", 0, "/",
	    true, false },
	{ "http://evil.example.com?@127.0.0.1", "evil.example.com", 0,
	    "?@127.0.0.1", false, false },
	{ "mail.example.com", NULL, 0, NULL, false, false },
	{ "https://", NULL, 0, NULL, false, false },
	{ "https:///path", NULL, 0, NULL, false, false },
	{ "://host", NULL, 0, NULL, false, false },
	{ "https://ho st/", NULL, 0, NULL, false, false },
	{ "https://host:99999/", NULL, 0, NULL, false, false },
	{ "https://host:/", NULL, 0, NULL, false, false },
	{ "https://[::1/", NULL, 0, NULL, false, false },
	{ "https://[::1]x/", NULL, 0, NULL, false, false },
	{ "https://a\\b/", NULL, 0, NULL, false, false },
};

START_TEST(test_url)
{
	struct url u;
	bool ok = url_parse(urls[_i].text, &u);

	ck_assert_msg(ok == (urls[_i].host != NULL), "%s", urls[_i].text);
	if (!ok)
		return;
	ck_assert_uint_eq(u.host_len, strlen(urls[_i].host));
	ck_assert_mem_eq(u.host, urls[_i].host, u.host_len);
	ck_assert_int_eq(u.port, urls[_i].port);
	ck_assert_str_eq(u.rest, urls[_i].rest);
	ck_assert_int_eq(u.has_user, urls[_i].user);
	ck_assert_int_eq(url_is_loopback(&u), urls[_i].loopback);
}
END_TEST

static const struct {
	const char *text;
	bool mailbox;
	bool address;
} addresses[] = {
	{ "sla@example.com", true, true },
	{ "first.last+tag@sub.example.com", true, true },
	{ "SLA watch <sla@example.com>", true, false },
	{ "<sla@example.com>", true, false },
	{ "sla@localhost", true, true },
	{ "sla", false, false },
	{ "@example.com", false, false },
	{ "sla@", false, false },
	{ "sla@.com", false, false },
	{ "sla@example.com.", false, false },
	{ "a@b@c", false, false },
	{ "a b@example.com", false, false },
	{ "a,b@example.com", false, false },
	{ ".a@example.com", false, false },
	{ "a.@example.com", false, false },
	{ "a@example..com", false, false },
	{ "a@xn--bcher-kva.example", true, true },
	{ "m\xc3\xa4ra@example.com", false, false },
	{ "a@b\xc3\xbc"
	  "cher.example",
	    false, false },
	{ "M\xc3\xa4ra <a@example.com>", true, false },
	{ "SLA <sla@example.com", false, false },
	{ "SLA <sla@example.com> x", false, false },
};

START_TEST(test_address)
{
	ck_assert_msg(
	    mailbox_is_sound(addresses[_i].text) == addresses[_i].mailbox, "%s",
	    addresses[_i].text);
	ck_assert_msg(
	    email_is_sound(addresses[_i].text) == addresses[_i].address, "%s",
	    addresses[_i].text);
}
END_TEST

START_TEST(test_host_port)
{
	const char *host;
	size_t len;
	int port;

	ck_assert(host_port_parse("127.0.0.1:8080", &host, &len, &port));
	ck_assert_int_eq(port, 8080);
	ck_assert(host_is_loopback(host, len));
	ck_assert(host_port_parse("[::1]:0", &host, &len, &port));
	ck_assert_uint_eq(len, 3);
	ck_assert(!host_port_parse("127.0.0.1", &host, &len, &port));
	ck_assert(!host_port_parse("8080", &host, &len, &port));
	ck_assert(!host_port_parse(":8080", &host, &len, &port));
	ck_assert(!host_port_parse("host:65536", &host, &len, &port));
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("conf_parts");
	TCase *tc = tcase_create("parts");

	tcase_add_loop_test(tc, test_interval, 0, COUNT(intervals));
	tcase_add_loop_test(tc, test_days, 0, COUNT(days));
	tcase_add_loop_test(tc, test_date, 0, COUNT(dates));
	tcase_add_test(tc, test_overlap);
	tcase_add_loop_test(tc, test_url, 0, COUNT(urls));
	tcase_add_loop_test(tc, test_address, 0, COUNT(addresses));
	tcase_add_test(tc, test_host_port);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
