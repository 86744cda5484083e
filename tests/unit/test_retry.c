/* test_retry.c - every answer that a channel is known to give.
 *
 * SPDX-License-Identifier: MIT */
#include "core/retry.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct retry ask(enum channel_type type, enum transport transport,
    int code, const char *body)
{
	struct attempt a = { .transport = transport,
		.code = code,
		.retry_after_ms = -1,
		.body = body };
	struct retry r = retry_after(type, &a);

	ck_assert_str_ne(r.why, "");
	return r;
}

START_TEST(every_code)
{
	static const struct {
		enum transport transport;
		int from;
		int to;
		enum delivery delivery;
	} ranges[] = {
		{ TRANSPORT_HTTP, 100, 199, DELIVERY_AGAIN },
		{ TRANSPORT_HTTP, 200, 299, DELIVERY_OK },
		{ TRANSPORT_HTTP, 300, 399, DELIVERY_NEVER },
		{ TRANSPORT_HTTP, 400, 407, DELIVERY_NEVER },
		{ TRANSPORT_HTTP, 408, 408, DELIVERY_AGAIN },
		{ TRANSPORT_HTTP, 409, 424, DELIVERY_NEVER },
		{ TRANSPORT_HTTP, 425, 425, DELIVERY_AGAIN },
		{ TRANSPORT_HTTP, 426, 428, DELIVERY_NEVER },
		{ TRANSPORT_HTTP, 429, 429, DELIVERY_AGAIN },
		{ TRANSPORT_HTTP, 430, 499, DELIVERY_NEVER },
		{ TRANSPORT_HTTP, 500, 599, DELIVERY_AGAIN },
		{ TRANSPORT_HTTP, 0, 0, DELIVERY_AGAIN },
		{ TRANSPORT_HTTP, 600, 999, DELIVERY_AGAIN },
		{ TRANSPORT_SMTP, 200, 299, DELIVERY_OK },
		{ TRANSPORT_SMTP, 300, 499, DELIVERY_AGAIN },
		{ TRANSPORT_SMTP, 500, 599, DELIVERY_NEVER },
		{ TRANSPORT_SMTP, 0, 0, DELIVERY_AGAIN },
		{ TRANSPORT_NETWORK, 0, 999, DELIVERY_AGAIN },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		for (int code = ranges[i].from; code <= ranges[i].to; code++) {
			struct retry r =
			    ask(CHANNEL_WEBHOOK, ranges[i].transport, code, "");

			ck_assert_msg(r.delivery == ranges[i].delivery,
			    "code %d: %s", code, r.why);
			ck_assert_int_eq(r.whole_channel,
			    ranges[i].transport == TRANSPORT_HTTP &&
				code == 429);
			ck_assert_int_eq(
			    r.wait_ms > 0, r.delivery == DELIVERY_AGAIN);
		}
	}
}
END_TEST

START_TEST(what_slack_says)
{
	static const struct {
		int code;
		const char *body;
		enum delivery delivery;
	} cases[] = {
		{ 200, "ok", DELIVERY_OK },
		{ 200, "ok\n", DELIVERY_OK },
		{ 200, "", DELIVERY_AGAIN },
		{ 200, NULL, DELIVERY_AGAIN },
		{ 200, "okay", DELIVERY_AGAIN },
		{ 200, "<html>a login page</html>", DELIVERY_AGAIN },
		{ 200, "channel_not_found", DELIVERY_NEVER },
		{ 200, "{\"ok\":false,\"error\":\"invalid_auth\"}",
		    DELIVERY_NEVER },
		{ 400, "invalid_payload", DELIVERY_NEVER },
		{ 400, "user_not_found", DELIVERY_NEVER },
		{ 403, "action_prohibited", DELIVERY_NEVER },
		{ 403, "posting_to_general_channel_denied", DELIVERY_NEVER },
		{ 403, "invalid_token", DELIVERY_NEVER },
		{ 404, "channel_not_found", DELIVERY_NEVER },
		{ 404, "no_service", DELIVERY_NEVER },
		{ 404, "no_active_hooks", DELIVERY_NEVER },
		{ 410, "channel_is_archived", DELIVERY_NEVER },
		{ 500, "rollup_error", DELIVERY_AGAIN },
		{ 503, "a page that says no_service", DELIVERY_AGAIN },
		{ 429, "rate_limited", DELIVERY_AGAIN },
		{ 302, "", DELIVERY_NEVER },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct retry r = ask(CHANNEL_SLACK_WEBHOOK, TRANSPORT_HTTP,
		    cases[i].code, cases[i].body);

		ck_assert_msg(r.delivery == cases[i].delivery, "%d %s",
		    cases[i].code, cases[i].body);
	}
	ck_assert_str_eq(ask(CHANNEL_SLACK_WEBHOOK, TRANSPORT_HTTP, 410,
			     "channel_is_archived")
			     .why,
	    "channel_is_archived");
	ck_assert_int_eq(
	    ask(CHANNEL_SLACK_WEBHOOK, TRANSPORT_NETWORK, 0, NULL).delivery,
	    DELIVERY_AGAIN);
	/* Another channel's words are nobody's business. */
	ck_assert_int_eq(
	    ask(CHANNEL_WEBHOOK, TRANSPORT_HTTP, 200, "no_service").delivery,
	    DELIVERY_OK);
}
END_TEST

START_TEST(waiting)
{
	struct rng rng = rng_seeded("test_retry");
	int64_t step = SECOND_MS;

	for (int number = 0; number < 40; number++) {
		int64_t least = INT64_MAX;
		int64_t most = 0;

		for (int i = 0; i < 2000; i++) {
			struct attempt a = { .transport = TRANSPORT_NETWORK,
				.retry_after_ms = -1,
				.number = number,
				.chance = rng_u64(&rng) };
			int64_t wait = retry_after(CHANNEL_SMTP, &a).wait_ms;

			least = wait < least ? wait : least;
			most = wait > most ? wait : most;
		}
		ck_assert_int_ge(least, step / 2);
		ck_assert_int_le(most, step);
		ck_assert_int_lt(least, step / 2 + step / 20);
		ck_assert_int_gt(most, step - step / 20);
		step = step * 2 > 5 * MINUTE_MS ? 5 * MINUTE_MS : step * 2;
	}
}
END_TEST

START_TEST(retry_after_is_the_least)
{
	struct attempt a = { .transport = TRANSPORT_HTTP,
		.code = 429,
		.retry_after_ms = 90 * SECOND_MS };

	ck_assert_int_eq(
	    retry_after(CHANNEL_SLACK_WEBHOOK, &a).wait_ms, 90 * SECOND_MS);
	a.retry_after_ms = 0;
	ck_assert_int_eq(retry_after(CHANNEL_SLACK_WEBHOOK, &a).wait_ms, 500);
	a.code = 503;
	a.retry_after_ms = DAY_MS;
	ck_assert_int_eq(retry_after(CHANNEL_WEBHOOK, &a).wait_ms, DAY_MS);
	ck_assert(!retry_after(CHANNEL_WEBHOOK, &a).whole_channel);
	a.code = 404;
	ck_assert_int_eq(retry_after(CHANNEL_WEBHOOK, &a).wait_ms, 0);
	a.code = 200;
	ck_assert_int_eq(retry_after(CHANNEL_WEBHOOK, &a).wait_ms, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("retry");
	TCase *tc = tcase_create("retry");

	tcase_add_test(tc, every_code);
	tcase_add_test(tc, what_slack_says);
	tcase_add_test(tc, waiting);
	tcase_add_test(tc, retry_after_is_the_least);
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
