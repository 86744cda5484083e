/* test_retry.c - every answer that a channel is known to give.
 *
 * SPDX-License-Identifier: MIT */
#include "core/retry.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct retry ask(const struct answers *own, enum transport transport,
    int code, const char *word)
{
	struct attempt a = { .transport = transport,
		.code = code,
		.retry_after_ms = -1,
		.word = word,
		.own = own };
	struct retry r = retry_judge(&a);

	ck_assert_str_ne(r.why, "");
	return r;
}

/* What follows for the notice is one of three; the rest is who is to blame. */
static enum delivery delivery_of(enum meaning m)
{
	switch (m) {
	case MEANS_OK:
		return DELIVERY_OK;
	case MEANS_RETRY:
	case MEANS_WAIT:
		return DELIVERY_AGAIN;
	case MEANS_NEXT:
	case MEANS_ALARM:
	case MEANS_COUNT:
		break;
	}
	return DELIVERY_NEVER;
}

START_TEST(every_code)
{
	static const struct {
		enum transport transport;
		int from;
		int to;
		enum meaning meaning;
		enum blame blame;
	} ranges[] = {
		{ TRANSPORT_HTTP, 100, 199, MEANS_RETRY, BLAME_ENDPOINT },
		{ TRANSPORT_HTTP, 200, 299, MEANS_OK, BLAME_NOBODY },
		{ TRANSPORT_HTTP, 300, 399, MEANS_ALARM, BLAME_CHANNEL },
		{ TRANSPORT_HTTP, 400, 400, MEANS_NEXT, BLAME_MESSAGE },
		{ TRANSPORT_HTTP, 401, 401, MEANS_ALARM, BLAME_CHANNEL },
		{ TRANSPORT_HTTP, 402, 402, MEANS_NEXT, BLAME_MESSAGE },
		{ TRANSPORT_HTTP, 403, 404, MEANS_ALARM, BLAME_CHANNEL },
		{ TRANSPORT_HTTP, 405, 407, MEANS_NEXT, BLAME_MESSAGE },
		{ TRANSPORT_HTTP, 408, 408, MEANS_RETRY, BLAME_ENDPOINT },
		{ TRANSPORT_HTTP, 409, 409, MEANS_NEXT, BLAME_MESSAGE },
		{ TRANSPORT_HTTP, 410, 410, MEANS_ALARM, BLAME_CHANNEL },
		{ TRANSPORT_HTTP, 411, 424, MEANS_NEXT, BLAME_MESSAGE },
		{ TRANSPORT_HTTP, 425, 425, MEANS_RETRY, BLAME_ENDPOINT },
		{ TRANSPORT_HTTP, 426, 428, MEANS_NEXT, BLAME_MESSAGE },
		{ TRANSPORT_HTTP, 429, 429, MEANS_WAIT, BLAME_NOBODY },
		{ TRANSPORT_HTTP, 430, 499, MEANS_NEXT, BLAME_MESSAGE },
		{ TRANSPORT_HTTP, 500, 999, MEANS_RETRY, BLAME_ENDPOINT },
		{ TRANSPORT_HTTP, 0, 0, MEANS_RETRY, BLAME_ENDPOINT },
		{ TRANSPORT_SMTP, 200, 299, MEANS_OK, BLAME_NOBODY },
		{ TRANSPORT_SMTP, 300, 399, MEANS_RETRY, BLAME_ENDPOINT },
		{ TRANSPORT_SMTP, 400, 499, MEANS_RETRY, BLAME_NOBODY },
		{ TRANSPORT_SMTP, 500, 599, MEANS_NEXT, BLAME_PERSON },
		{ TRANSPORT_SMTP, 600, 999, MEANS_RETRY, BLAME_ENDPOINT },
		{ TRANSPORT_SMTP, 0, 0, MEANS_RETRY, BLAME_ENDPOINT },
		{ TRANSPORT_NETWORK, 0, 999, MEANS_RETRY, BLAME_ENDPOINT },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		for (int code = ranges[i].from; code <= ranges[i].to; code++) {
			struct retry r =
			    ask(NULL, ranges[i].transport, code, "any");

			ck_assert_msg(r.meaning == ranges[i].meaning &&
					  r.blame == ranges[i].blame,
			    "code %d: %s", code, r.why);
			ck_assert_int_eq(r.delivery, delivery_of(r.meaning));
			ck_assert_int_eq(
			    r.wait_ms > 0, r.delivery == DELIVERY_AGAIN);
		}
	}
}
END_TEST

/* A kind's own rows come first, in their order; then the transport's. */
START_TEST(own_words_come_first)
{
	static const struct answer_row rows[] = {
		{ "ok", 200, 200, MEANS_OK, BLAME_NOBODY, NULL },
		{ "no_room", 0, 0, MEANS_NEXT, BLAME_ROOM, NULL },
		{ "no_room", 0, 0, MEANS_OK, BLAME_NOBODY, "never reached" },
		{ "slow_down", 0, 0, MEANS_WAIT, BLAME_NOBODY, "slow down" },
		{ NULL, 200, 200, MEANS_RETRY, BLAME_ENDPOINT, "no Slack" },
	};
	struct answers own = { rows, sizeof rows / sizeof rows[0] };
	struct retry r;

	ck_assert_int_eq(
	    ask(&own, TRANSPORT_HTTP, 200, "ok").delivery, DELIVERY_OK);
	r = ask(&own, TRANSPORT_HTTP, 200, "no_room");
	ck_assert_int_eq(r.meaning, MEANS_NEXT);
	ck_assert_int_eq(r.blame, BLAME_ROOM);
	ck_assert_str_eq(r.why, "no_room");
	/* Whatever the code: the word says more. */
	ck_assert_int_eq(
	    ask(&own, TRANSPORT_HTTP, 503, "no_room").meaning, MEANS_NEXT);
	r = ask(&own, TRANSPORT_HTTP, 200, "slow_down");
	ck_assert_int_eq(r.delivery, DELIVERY_AGAIN);
	ck_assert_str_eq(r.why, "slow down");
	/* A login page with 200 is no success. */
	ck_assert_str_eq(
	    ask(&own, TRANSPORT_HTTP, 200, "<html>").why, "no Slack");
	ck_assert_str_eq(ask(&own, TRANSPORT_HTTP, 200, "").why, "no Slack");
	ck_assert_int_eq(
	    ask(&own, TRANSPORT_HTTP, 503, "ok").meaning, MEANS_RETRY);
	ck_assert_int_eq(
	    ask(&own, TRANSPORT_HTTP, 404, "what").meaning, MEANS_ALARM);
	/* What is left of an answer that never came says nothing. */
	ck_assert_int_eq(
	    ask(&own, TRANSPORT_NETWORK, 0, "no_room").meaning, MEANS_RETRY);
	/* Another kind's words are nobody's business. */
	ck_assert_int_eq(
	    ask(NULL, TRANSPORT_HTTP, 200, "no_room").delivery, DELIVERY_OK);
}
END_TEST

/* In each table: a reason for people, and whoever is refused for good is not
 * said to have accepted. */
START_TEST(the_rows_are_sound)
{
	for (int t = TRANSPORT_HTTP; t <= TRANSPORT_NETWORK; t++) {
		struct answers rows = answers_of((enum transport)t);

		ck_assert_uint_gt(rows.count, 0);
		for (size_t i = 0; i < rows.count; i++) {
			const struct answer_row *row = &rows.rows[i];

			ck_assert_ptr_nonnull(row->why);
			ck_assert_ptr_null(row->word);
			ck_assert_int_le(row->from, row->to);
			ck_assert_int_eq(row->meaning == MEANS_OK,
			    row->from >= 200 && row->to <= 299);
			if (row->meaning == MEANS_ALARM)
				ck_assert_int_eq(row->blame, BLAME_CHANNEL);
		}
	}
	for (int m = 0; m < MEANS_COUNT; m++)
		ck_assert_str_ne(meaning_name((enum meaning)m), "");
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
			int64_t wait = retry_judge(&a).wait_ms;

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
		.word = "",
		.retry_after_ms = 90 * SECOND_MS };

	ck_assert_int_eq(retry_judge(&a).wait_ms, 90 * SECOND_MS);
	a.retry_after_ms = 0;
	ck_assert_int_eq(retry_judge(&a).wait_ms, 500);
	a.code = 503;
	a.retry_after_ms = DAY_MS;
	ck_assert_int_eq(retry_judge(&a).wait_ms, DAY_MS);
	ck_assert_int_eq(retry_judge(&a).meaning, MEANS_RETRY);
	a.code = 404;
	ck_assert_int_eq(retry_judge(&a).wait_ms, 0);
	a.code = 200;
	ck_assert_int_eq(retry_judge(&a).wait_ms, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("retry");
	TCase *tc = tcase_create("retry");

	tcase_add_test(tc, every_code);
	tcase_add_test(tc, own_words_come_first);
	tcase_add_test(tc, the_rows_are_sound);
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
