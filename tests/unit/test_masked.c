/* test_masked.c - is a text without its secrets still the same matrix?
 *
 * SPDX-License-Identifier: MIT */
#include "conf/masked.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                   \
	"matrix: { owner: a, fallback: one }\n"                                \
	"severities: { P1: {} }\n"                                             \
	"people: { a: {} }\n"                                                  \
	"channels:\n"
#define TAIL "policies: [ { name: p, targets: { P1: { resolution: 1h } } } ]\n"

static struct arena arena;
static struct conf conf;
static struct textbuf messages;

static void load(const char *text)
{
	const struct conf_options o = { .no_secrets = true };

	textbuf_init(&messages);
	arena_init(&arena);
	if (!conf_load_text("m.yaml", text, strlen(text), &o, &conf, &messages))
		ck_abort_msg("%s", messages.data);
}

static void done(void)
{
	conf_free(&conf);
	arena_fini(&arena);
	textbuf_fini(&messages);
}

/* What is masked of that text, which is as long and loads again. */
static const char *masked(const char *text)
{
	const struct conf_options o = { .no_secrets = true };
	struct textbuf said;
	struct conf again;
	char *out;

	load(text);
	out = conf_masked(&conf, &arena);
	ck_assert_ptr_nonnull(out);
	ck_assert_uint_eq(strlen(out), strlen(text));
	textbuf_init(&said);
	if (!conf_load_stored(
		"m.yaml", out, strlen(out), NULL, 0, &o, &again, &said))
		ck_abort_msg("%s\n%s", said.data, out);
	ck_assert_uint_eq(again.matrix->nchannels, conf.matrix->nchannels);
	conf_free(&again);
	textbuf_fini(&said);
	return out;
}

static void has(const char *text, const char *what)
{
	ck_assert_msg(strstr(text, what) != NULL, "no %s in %s", what, text);
}

static void has_not(const char *text, const char *what)
{
	ck_assert_msg(strstr(text, what) == NULL, "%s in %s", what, text);
}

START_TEST(urls_lose_what_is_behind_the_host)
{
	const char *out = masked(HEAD
	    "  one: { type: slack-webhook, url: \"https://h.example/s/AAA\" }\n"
	    "  two: { type: slack-webhook, url: https://h.example/s/AAAbbb }\n"
	    "  tre: { type: webhook, url: 'https://h.example?key=ccc' }\n"
	    "  iv: { type: webhook, url: https://h.example }\n" TAIL);

	has(out, "\"https://h.example/*****\" }");
	has(out, "https://h.example/******** }");
	has(out, "'https://h.example?*******'");
	has(out, "url: https://h.example }");
	has_not(out, "AAA");
	has_not(out, "bbb");
	has_not(out, "ccc");
	has(out, TAIL);
	done();
}
END_TEST

START_TEST(comments_lose_urls)
{
	const char *out =
	    masked("# https://old.example/s/DDD and https://u:"
		   "EEE@x.example\n" HEAD
		   "  one: { type: log } # was http://y/FFF/#GGG\n"
		   "  # p: \"https://z/HHH\" stays\n" TAIL);

	has(out, "# https://old.example/");
	has(out, " and https://*****");
	has(out, "{ type: log } # was http://y/********\n");
	has(out, "\"https://z/***\" stays");
	for (const char *s = "DDD\0EEE\0FFF\0GGG\0HHH\0"; *s; s += 4)
		has_not(out, s);
	done();
}
END_TEST

/* A service's own url is no secret, and words that lost a bit of them still
 * load. */
START_TEST(texts_that_are_written_over_load)
{
	const char *out = masked(HEAD
	    "  one: { type: pagerduty, routing_key: { credential: a } }\n"
	    "  # see https://events.pagerduty.com/v2/KKK\n"
	    "  two: { type: log, text: { title: \"now # http://w/{{#team}}a "
	    "{{team}}{{/team}}\" } }\n"
	    "  tre: { type: webhook, url: { credential: a }, body: '[ "
	    "\"a # http://w/{{#team}}a b{{/team}}\" ]' }\n" TAIL);

	has(out, "https://events.pagerduty.com/******");
	has(out, "now # http://w/********** {{team}}{{/team}}");
	has(out, "a # http://w/********** b{{/team}}\" ]");
	ck_assert_str_eq(
	    conf.matrix->channels[0].url, "https://events.pagerduty.com");
	done();
}
END_TEST

#define FEEDS                                                                  \
	HEAD "  one: { type: log } # as https://cal.example/old/KKK\n"         \
	     "oncall:\n"                                                       \
	     "  a: { calendar: https://cal.example/x/AAA.ics, override: "      \
	     "\"https://u.example?BBB\" }\n"                                   \
	     "roles: { r: { oncall: 'https://cal.example/x/AAA.ics/CCC' } "    \
	     "}\n" TAIL

START_TEST(feeds_lose_what_is_behind_the_host)
{
	const char *out = masked(FEEDS);

	has(out, "calendar: https://cal.example/*********, override");
	has(out, "override: \"https://u.example?***\" }");
	has(out, "oncall: 'https://cal.example/*************' }");
	has(out, "# as https://cal.example/*******\n");
	for (const char *s = "AAA\0BBB\0CCC\0KKK\0"; *s; s += 4)
		has_not(out, s);
	ck_assert_str_eq(
	    conf.matrix->schedules[0].url, "https://cal.example/x/AAA.ics");
	done();
}
END_TEST

START_TEST(dumps_withhold_feeds)
{
	struct textbuf dump;

	load(FEEDS);
	textbuf_init(&dump);
	conf_dump(&conf, &dump);
	for (const char *s = "AAA\0BBB\0CCC\0KKK\0"; *s; s += 4)
		has_not(dump.data, s);
	has(dump.data, "calendar: withheld # stands plainly in the file (host "
		       "cal.example); move it to { file: PATH }\n");
	has(dump.data, "oncall: withheld");
	textbuf_fini(&dump);
	done();
}
END_TEST

START_TEST(a_feed_in_escapes_cannot_be_taken_out)
{
	load(HEAD "  one: { type: log }\noncall: { a: { calendar: "
		  "\"https://h.example\\x2fs\\x2fAAA\" } }\n" TAIL);
	ck_assert_ptr_null(conf_masked(&conf, &arena));
	done();
}
END_TEST

START_TEST(a_secret_in_escapes_cannot_be_taken_out)
{
	load(HEAD "  one: { type: slack-webhook, url: "
		  "\"https://h.example\\x2fs\\x2fAAA\" }\n" TAIL);
	ck_assert_ptr_null(conf_masked(&conf, &arena));
	done();
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("masked");
	TCase *tc = tcase_create("masked");

	tcase_add_test(tc, urls_lose_what_is_behind_the_host);
	tcase_add_test(tc, comments_lose_urls);
	tcase_add_test(tc, texts_that_are_written_over_load);
	tcase_add_test(tc, feeds_lose_what_is_behind_the_host);
	tcase_add_test(tc, dumps_withhold_feeds);
	tcase_add_test(tc, a_feed_in_escapes_cannot_be_taken_out);
	tcase_add_test(tc, a_secret_in_escapes_cannot_be_taken_out);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
