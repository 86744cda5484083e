/* test_http_client_get.c - files in: is it whole, and is it another one?
 *
 * SPDX-License-Identifier: MIT */
#include "lib/http_peer.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX 1000

static struct outcome get_wanting(
    struct peer *p, const char *header, const char *wanted)
{
	char url[100];
	struct http_send what = { .url = url,
		.method = "GET",
		.headers = { header },
		.nheaders = header == NULL ? 0 : 1,
		.answer_header = wanted,
		.answer_max = FILE_MAX };
	struct outcome o;

	peer_start(p);
	snprintf(url, sizeof url, "http://127.0.0.1:%d/on-call.ics", p->port);
	o = send_one(&what);
	peer_join(p);
	return o;
}

static struct outcome get(struct peer *p, const char *header)
{
	return get_wanting(p, header, NULL);
}

static struct outcome get_of(const char *answer)
{
	struct peer p = { .answer = answer };
	struct outcome o = get(&p, NULL);

	textbuf_fini(&p.heard);
	return o;
}

/* An answer of so many bytes that says it has `said`. */
static struct outcome get_bytes(size_t len, size_t said)
{
	struct textbuf answer;
	struct outcome o;

	textbuf_init(&answer);
	textbuf_addf(
	    &answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", said);
	for (size_t i = 0; i < len; i++)
		textbuf_addc(&answer, 'x');
	o = get_of(answer.data);
	textbuf_fini(&answer);
	return o;
}

START_TEST(asks_for_a_file)
{
	struct peer p = { .answer = "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n"
				    "Content-Length: 5\r\n\r\nBEGIN" };
	struct outcome o = get(&p, "If-None-Match: \"v0\"");

	ck_assert_int_eq(o.status, 200);
	ck_assert(o.is_whole);
	ck_assert_str_eq(o.body.data, "BEGIN");
	ck_assert_str_eq(o.etag, "\"v1\"");
	ck_assert_ptr_eq(strstr(p.heard.data, "GET /on-call.ics HTTP/1.1\r\n"),
	    p.heard.data);
	ck_assert_ptr_nonnull(
	    strstr(p.heard.data, "\r\nIf-None-Match: \"v0\"\r\n"));
	ck_assert_ptr_null(strstr(p.heard.data, "Content-Length"));
	textbuf_fini(&p.heard);
	textbuf_fini(&o.body);
}
END_TEST

START_TEST(knows_whether_it_is_whole)
{
	static const struct {
		size_t len;
		size_t said;
		bool is_whole;
	} cases[] = {
		{ 0, 0, true }, { FILE_MAX, FILE_MAX, true },
		{ FILE_MAX + 1, FILE_MAX + 1, false }, /* one too many */
		{ 500, 501, false },		       /* the last is missing */
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct outcome o = get_bytes(cases[i].len, cases[i].said);
		size_t kept = cases[i].len < FILE_MAX ? cases[i].len : FILE_MAX;

		ck_assert_int_eq(o.status, 200);
		ck_assert_uint_eq(o.body.len, kept);
		ck_assert_int_eq(o.is_whole, cases[i].is_whole);
		textbuf_fini(&o.body);
	}
}
END_TEST

START_TEST(does_not_listen_for_ever)
{
	struct peer p = { .answer = "HTTP/1.1 200 OK\r\n\r\nBEGIN:VEVENT",
		.is_endless = true };
	struct outcome o = get(&p, NULL);

	ck_assert_int_eq(o.status, 200);
	ck_assert(!o.is_whole);
	ck_assert_uint_eq(o.body.len, FILE_MAX);
	textbuf_fini(&p.heard);
	textbuf_fini(&o.body);
}
END_TEST

START_TEST(hears_that_nothing_has_changed)
{
	struct outcome o = get_of("HTTP/1.1 304 Same\r\nETag: \"v1\"\r\n\r\n");

	ck_assert_int_eq(o.status, 304);
	ck_assert(o.is_whole);
	ck_assert_uint_eq(o.body.len, 0);
	textbuf_fini(&o.body);
}
END_TEST

/* It would be refused as a header of the next request, time and again. */
START_TEST(keeps_no_etag_that_cannot_go_back)
{
	static const char *const answers[] = {
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nETag: \"a\x01z\"\r\nContent-Length: 0\r\n"
		"\r\n",
	};

	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		struct outcome o = get_of(answers[i]);

		ck_assert_int_eq(o.status, 200);
		ck_assert_str_eq(o.etag, "");
		textbuf_fini(&o.body);
	}
}
END_TEST

/* One header that the caller asks for, where it can be believed. */
START_TEST(gives_the_header_that_is_wanted)
{
	static const struct {
		const char *answer;
		const char *header;
	} cases[] = {
		{ "HTTP/1.1 202 OK\r\nx-message-id: m-1\r\n"
		  "Content-Length: 0\r\n\r\n",
		    "m-1" },
		{ "HTTP/1.1 400 No\r\nX-Message-Id:  two words \r\n"
		  "Content-Length: 0\r\n\r\n",
		    "two words" },
		{ "HTTP/1.1 202 OK\r\nX-Message-Id: a\x01z\r\n"
		  "Content-Length: 0\r\n\r\n",
		    "" },
		{ "HTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\n", "" },
		{ "no HTTP at all\r\n\r\n", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct peer p = { .answer = cases[i].answer };
		struct outcome o = get_wanting(&p, NULL, "X-Message-Id");

		ck_assert_str_eq(o.header, cases[i].header);
		textbuf_fini(&p.heard);
		textbuf_fini(&o.body);
	}
}
END_TEST

START_TEST(follows_no_redirect_to_another_place)
{
	struct outcome o =
	    get_of("HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:1/\r\n"
		   "Content-Length: 0\r\n\r\n");

	ck_assert_int_eq(o.status, 302);
	textbuf_fini(&o.body);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("http_client_get");
	TCase *tc = tcase_create("http_client_get");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, asks_for_a_file);
	tcase_add_test(tc, knows_whether_it_is_whole);
	tcase_add_test(tc, does_not_listen_for_ever);
	tcase_add_test(tc, hears_that_nothing_has_changed);
	tcase_add_test(tc, keeps_no_etag_that_cannot_go_back);
	tcase_add_test(tc, gives_the_header_that_is_wanted);
	tcase_add_test(tc, follows_no_redirect_to_another_place);
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
