/* test_slack_sign.c - Slack's own vector, and whatever is to be refused.
 *
 * SPDX-License-Identifier: MIT */
#include "base/textbuf.h"
#include "daemon/slack_sign.h"
#include "lib/require.h"
#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "8f742231b10e8888abcd99yyyzzz85a5"
#define AT     INT64_C(1531420618)

/* Slack, "Verifying requests from Slack": the example of a slash command. */
static const char example[] =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&"
    "channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name="
    "roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2F"
    "hooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F"
    "96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121."
    "803a0bc887a14d10d2c447fce8b6703c";
static const char example_signature[] =
    "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

static struct slack_seen seen;

static struct wall at_s(int64_t seconds)
{
	return wall_at(seconds * SECOND_MS);
}

static void setup(void)
{
	slack_seen_init(&seen, at_s(AT - 1000));
}

static void teardown(void)
{
	slack_seen_fini(&seen);
}

/* With the secrets "other" and Slack's. */
static enum slack_signed check(
    const char *timestamp, const char *signature, const char *body, int64_t now)
{
	static const char *const secrets[] = { NULL, "other", "", SECRET };
	size_t which = 99;
	enum slack_signed got = slack_check(&seen, secrets, 4, timestamp,
	    signature, body, strlen(body), at_s(now), &which);

	if (got == SLACK_SIGNED)
		ck_assert_uint_eq(which, 3);
	ck_assert_str_ne(slack_signed_why(got), "");
	return got;
}

static enum slack_signed check_example(int64_t now)
{
	return check("1531420618", example_signature, example, now);
}

/* What Slack would say of it. */
static void sign_text(
    const char *secret, int64_t at, const char *body, char out[80])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char mac[SLACK_DIGEST_LEN];
	struct textbuf tb;
	char timestamp[24];

	textbuf_init_fixed(&tb, timestamp, sizeof timestamp);
	textbuf_addf(&tb, "%lld", (long long)at);
	slack_sign(secret, timestamp, body, strlen(body), mac);
	textbuf_init_fixed(&tb, out, 80);
	textbuf_add(&tb, "v0=");
	for (size_t i = 0; i < sizeof mac; i++) {
		textbuf_addc(&tb, hex[mac[i] >> 4]);
		textbuf_addc(&tb, hex[mac[i] & 15]);
	}
}

static enum slack_signed check_at(int64_t at, const char *body, int64_t now)
{
	char signature[80];
	char timestamp[24];
	struct textbuf tb;

	textbuf_init_fixed(&tb, timestamp, sizeof timestamp);
	textbuf_addf(&tb, "%lld", (long long)at);
	sign_text(SECRET, at, body, signature);
	return check(timestamp, signature, body, now);
}

START_TEST(knows_slacks_own_example)
{
	char signature[80];

	sign_text(SECRET, AT, example, signature);
	ck_assert_str_eq(signature, example_signature);
	ck_assert_int_eq(check_example(AT), SLACK_SIGNED);
}
END_TEST

START_TEST(needs_both_headers_in_form)
{
	static const char *const stamps[] = { NULL, "", "abc", "-5", "+5", " 5",
		"1531420618 ", "1531420618.0", "0x5b478d8a", "9999999999999" };
	static const char *const signatures[] = { NULL, "", "v0=", "v1=",
		"a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69"
		"b503",
		"v1=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c"
		"69b503",
		"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c"
		"69b5",
		"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c"
		"69b50300",
		"v0=A2114D57B48EAC39B9AD189DD8316235A7B4A8D21A10BD27519666489C"
		"69B503",
		"v0=g2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c"
		"69b503" };

	for (size_t i = 0; i < sizeof stamps / sizeof stamps[0]; i++)
		ck_assert_int_eq(
		    check(stamps[i], example_signature, example, AT),
		    SLACK_UNSIGNED);
	for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++)
		ck_assert_int_eq(
		    check("1531420618", signatures[i], example, AT),
		    SLACK_UNSIGNED);
	ck_assert_int_eq(check_example(AT), SLACK_SIGNED);
}
END_TEST

START_TEST(refuses_what_was_tampered_with)
{
	char body[sizeof example];
	char signature[sizeof example_signature];
	struct rng rng = rng_seeded("test_slack_sign");

	for (int i = 0; i < 2000; i++) {
		size_t at = (size_t)rng_below(&rng, sizeof example - 1);
		size_t digit = 3 + (size_t)rng_below(&rng, 64);

		memcpy(body, example, sizeof body);
		body[at] ^= (char)(1 << rng_below(&rng, 7));
		if (body[at] == '\0')
			continue;
		REQUIRE(check("1531420618", example_signature, body, AT) ==
			SLACK_FORGED);
		memcpy(signature, example_signature, sizeof signature);
		signature[digit] = signature[digit] == '0' ? '1' : '0';
		REQUIRE(check("1531420618", signature, example, AT) ==
			SLACK_FORGED);
	}
	/* Nothing of it was remembered. */
	ck_assert_int_eq(
	    check("1531420619", example_signature, example, AT), SLACK_FORGED);
	ck_assert_int_eq(check_example(AT), SLACK_SIGNED);
}
END_TEST

START_TEST(another_apps_secret_is_none_of_ours)
{
	static const char *const none[] = { NULL, "", "other" };
	char signature[80];
	size_t which;

	ck_assert_int_eq(
	    slack_check(&seen, none, 3, "1531420618", example_signature,
		example, strlen(example), at_s(AT), &which),
	    SLACK_FORGED);
	/* One signed with the empty secret, by whoever knows that we could not
	 * read ours. */
	sign_text("", AT, "a=b", signature);
	ck_assert_int_eq(slack_check(&seen, none, 3, "1531420618", signature,
			     "a=b", 3, at_s(AT), &which),
	    SLACK_FORGED);
	sign_text("other", AT, "a=b", signature);
	ck_assert_int_eq(slack_check(&seen, none, 3, "1531420618", signature,
			     "a=b", 3, at_s(AT), &which),
	    SLACK_SIGNED);
	ck_assert_uint_eq(which, 2);
}
END_TEST

START_TEST(refuses_what_is_not_of_now)
{
	ck_assert_int_eq(check_example(AT + SLACK_WINDOW_S + 1), SLACK_STALE);
	ck_assert_int_eq(check_example(AT - SLACK_WINDOW_S - 1), SLACK_STALE);
	ck_assert_int_eq(check_example(AT + 86400), SLACK_STALE);
	ck_assert_int_eq(check_example(0), SLACK_STALE);
	ck_assert_int_eq(check_example(AT + SLACK_WINDOW_S), SLACK_SIGNED);
	ck_assert_int_eq(
	    check_at(AT, "b=1", AT - SLACK_WINDOW_S), SLACK_SIGNED);
}
END_TEST

START_TEST(refuses_what_was_taken_before)
{
	ck_assert_int_eq(check_example(AT), SLACK_SIGNED);
	ck_assert_int_eq(check_example(AT), SLACK_REPLAYED);
	ck_assert_int_eq(check_example(AT + SLACK_WINDOW_S), SLACK_REPLAYED);
	/* The same words once more are another request. */
	ck_assert_int_eq(check_at(AT + 1, example, AT + 1), SLACK_SIGNED);
	/* After the window it is stale, whatever was forgotten, and also when
	 * somebody sets the clock back. */
	ck_assert_int_eq(check_at(AT + 900, "x=1", AT + 900), SLACK_SIGNED);
	ck_assert_int_eq(check_example(AT + 900), SLACK_STALE);
	ck_assert_int_eq(check_example(AT), SLACK_STALE);
}
END_TEST

START_TEST(refuses_what_was_signed_before_the_start)
{
	slack_seen_fini(&seen);
	slack_seen_init(&seen, at_s(AT));
	ck_assert_int_eq(check_example(AT), SLACK_STALE);
	ck_assert_int_eq(check_at(AT - 1, "x=1", AT), SLACK_STALE);
	ck_assert_int_eq(check_at(AT + 1, "x=1", AT), SLACK_SIGNED);
}
END_TEST

START_TEST(forgets_no_replay_when_it_is_full)
{
	char body[32];
	struct textbuf tb;

	ck_assert_int_eq(check_example(AT), SLACK_SIGNED);
	for (int i = 0; i < SLACK_SEEN_MAX; i++) {
		textbuf_init_fixed(&tb, body, sizeof body);
		textbuf_addf(&tb, "n=%d", i);
		REQUIRE(check_at(AT + 10, body, AT + 10) == SLACK_SIGNED);
	}
	/* The example was forgotten for the last one. */
	ck_assert_uint_eq(seen.count, SLACK_SEEN_MAX);
	ck_assert_int_eq(check_example(AT + 10), SLACK_STALE);
	ck_assert_int_eq(check_at(AT + 10, "n=0", AT + 10), SLACK_REPLAYED);
	ck_assert_int_eq(check_at(AT + 11, "n=0", AT + 11), SLACK_SIGNED);
	ck_assert_int_eq(check_at(AT + 10, "n=0", AT + 11), SLACK_STALE);
}
END_TEST

/* Against a memory that forgets nothing: never taken twice, and never refused
 * as taken when it was not. */
START_TEST(random_lives)
{
	struct rng rng = rng_seeded("test_slack_sign");
	enum { KINDS = 8, SPAN = 2000 };
	static bool taken[KINDS][SPAN];
	int64_t now = AT;
	int ntaken = 0;

	memset(taken, 0, sizeof taken);
	for (int i = 0; i < 20000 && now < AT + SPAN - 700; i++) {
		int64_t at = now + rng_between(&rng, -400, 400);
		char body[2] = { (char)('a' + rng_below(&rng, KINDS)), 0 };
		bool in_window = at >= now - 300 && at <= now + 300;
		enum slack_signed got;
		bool *was;

		if (at < AT)
			continue;
		was = &taken[body[0] - 'a'][at - AT];
		got = check_at(at, body, now);
		if (!in_window)
			REQUIRE(got == SLACK_STALE);
		else if (*was)
			REQUIRE(got == SLACK_REPLAYED || got == SLACK_STALE);
		else
			REQUIRE(got == SLACK_SIGNED);
		ntaken += got == SLACK_SIGNED;
		*was |= got == SLACK_SIGNED;
		now += rng_one_in(&rng, 10) ? rng_between(&rng, 0, 3) : 0;
	}
	ck_assert_int_gt(ntaken, 100);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("slack_sign");
	TCase *tc = tcase_create("slack_sign");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, knows_slacks_own_example);
	tcase_add_test(tc, needs_both_headers_in_form);
	tcase_add_test(tc, refuses_what_was_tampered_with);
	tcase_add_test(tc, another_apps_secret_is_none_of_ours);
	tcase_add_test(tc, refuses_what_is_not_of_now);
	tcase_add_test(tc, refuses_what_was_taken_before);
	tcase_add_test(tc, refuses_what_was_signed_before_the_start);
	tcase_add_test(tc, forgets_no_replay_when_it_is_full);
	tcase_add_test(tc, random_lives);
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
