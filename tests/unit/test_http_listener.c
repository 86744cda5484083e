/* test_http_listener.c - what a request may say, and what it may not.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/http_server.h"

#include "base/textbuf.h"
#include "net/http_target.h"

#include <check.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

START_TEST(tells_what_was_asked)
{
	static const struct {
		const char *request;
		const char *body;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n" CLOSING "\r\n",
		    "GET /|||none||b:none|remote|0:" },
		{ "GET /v1/tickets/zendesk%3a4711/x%2Fy HTTP/1.1\r\n" CLOSING
		  "\r\n",
		    "GET /v1/tickets/zendesk:4711/x/y|||none||b:none|remote|"
		    "0:" },
		{ "GET /%C3%BC+%2B?b=1%262&a=&b=3&c&&%61=x%3Dy=z&d=p+q "
		  "HTTP/1.1\r\n" CLOSING "\r\n",
		    "GET /\xC3\xBC++|||none|b=1&2;a=;b=3;c=;a=x=y=z;d=p q;|"
		    "b:1&2|remote|0:" },
		{ "GET http://example.com/abs?b=c HTTP/1.1\r\n" CLOSING "\r\n",
		    "GET /abs|||none|b=c;|b:c|remote|0:" },
		{ "POST /p HTTP/1.1\r\n" CLOSING
		  "Content-Type: application/json\r\nAccept: text/plain\r\n"
		  "Authorization: Bearer abc\r\ncontent-length: 5\r\n\r\nhello",
		    "POST /p|application/json|text/plain|Bearer abc||b:none|"
		    "remote|5:hello" },
		{ "POST /p HTTP/1.1\r\n" CLOSING
		  "Transfer-Encoding: chunked\r\n\r\n"
		  "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nHost: trailer\r\n\r\n",
		    "POST /p|||none||b:none|remote|5:hello" },
		{ "GET /old HTTP/1.0\r\n\r\n",
		    "GET /old|||none||b:none|remote|0:" },
	};
	struct server s = server_of(limits_for_tests());

	server_start(&s);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *answer = ask(s.port, cases[i].request);
		ck_assert_int_eq(status_of(answer), 200);
		ck_assert_str_eq(body_of(answer), cases[i].body);
		ck_assert_ptr_nonnull(strstr(answer, "\r\nX-Extra: yes\r\n"));
		free(answer);
	}
	server_stop(&s);
}
END_TEST

START_TEST(tells_any_header_that_came_once)
{
	static const char *const cases[][2] = {
		{ "", "nothing" },
		{ "X-Say: a b\r\n", "a b" },
		{ "x-sAY:   v0=ab:cd\r\n", "v0=ab:cd" },
		{ "X-Sa: no\r\nX-Say-Not: no\r\n", "nothing" },
		{ "X-Say: a\r\nX-Say: a\r\n", "nothing" },
		{ "X-Say: a\r\nx-say: b\r\n", "nothing" },
		{ "X-Say:\r\n", "" },
	};
	struct server s = server_of(limits_for_tests());
	struct textbuf text;

	server_start(&s);
	textbuf_init(&text);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *answer;
		textbuf_clear(&text);
		textbuf_addf(
		    &text, "GET / HTTP/1.1\r\n" CLOSING "%s\r\n", cases[i][0]);
		answer = ask(s.port, text.data);
		ck_assert_int_eq(status_of(answer), 200);
		textbuf_clear(&text);
		textbuf_addf(&text, "\r\nX-Said: <%s>\r\n", cases[i][1]);
		ck_assert_ptr_nonnull(strstr(answer, text.data));
		ck_assert_ptr_nonnull(strstr(answer, "\r\nX-Extra: yes\r\n"));
		free(answer);
	}
	textbuf_fini(&text);
	server_stop(&s);
}
END_TEST

START_TEST(refuses_what_http_forbids)
{
	/* Behind each stands a second request: it must never be served. */
#define NEXT "GET /next HTTP/1.1\r\nHost: x\r\n\r\n"
	static const struct {
		int status;
		const char *request;
	} cases[] = {
		{ 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
		       "Content-Length: 2\r\n\r\nok" },
		{ 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
		       "Content-Length: 40\r\n\r\nok" },
		{ 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
		       "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
		{ 400,
		    "POST / HTTP/1.1\r\nHost: x\r\n"
		    "Transfer-Encoding: chunked\r\nContent-Length: 64\r\n\r\n"
		    "0\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n"
		       "\r\nok" },
		{ 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n"
		       "\r\nok" },
		{ 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n"
		       "\r\nok" },
		{ 400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 2\r\n"
		       "\r\nok" },
		{ 400, "POST / HTTP/1.1\r\nHost: x\r\n"
		       "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\nHost: x\r\n"
		       "Transfer-Encoding: chunked\r\n"
		       "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n" },
		{ 501, "POST / HTTP/1.1\r\nHost: x\r\n"
		       "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" },
		{ 501, "POST / HTTP/1.1\r\nHost: x\r\n"
		       "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
		{ 400, "POST / HTTP/1.0\r\nHost: x\r\n"
		       "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: x\r\nHo st: y\r\n\r\n" },
		{ 400, "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n" },
		{ 400, "GET /?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n" },
		{ 400, "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n" },
		{ 400, "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n" },
		{ 400, "GET /%FF HTTP/1.1\r\nHost: x\r\n\r\n" },
		{ 400, "GET /a%0Ab HTTP/1.1\r\nHost: x\r\n\r\n" },
		{ 400, "GET /?x=%C3 HTTP/1.1\r\nHost: x\r\n\r\n" },
		{ 400, "GET x HTTP/1.1\r\nHost: x\r\n\r\n" },
	};
	struct server s = server_of(limits_for_tests());

	server_start(&s);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int fd = dial(s.port);
		char *answer;

		say(fd, cases[i].request);
		say(fd, NEXT);
		answer = hear_all(fd);
		ck_assert_msg(status_of(answer) == cases[i].status,
		    "case %zu: %s\n%s", i, cases[i].request, answer);
		ck_assert_msg(count_of(answer, "HTTP/1.1 200") == 0,
		    "case %zu: %s", i, answer);
		ck_assert_int_eq(handled(&s), 0);
		free(answer);
	}
	server_stop(&s);
}
END_TEST

/* The library cuts a line at a NUL.  What it then makes of the rest is its
 * affair, so long as nothing behind the NUL is taken for part of a request. */
START_TEST(sees_nothing_behind_a_nul)
{
	static const char request[] =
	    "GET /a\0b HTTP/1.1\r\nHost: x\r\nAccept: c\0d\r\n\r\n";
	struct server s = server_of(limits_for_tests());
	char *answer;
	int fd;

	server_start(&s);
	fd = dial(s.port);
	say_bytes(fd, request, sizeof request - 1);
	shutdown(fd, SHUT_WR);
	answer = hear_all(fd);
	if (status_of(answer) == 200)
		ck_assert_str_eq(
		    body_of(answer), "GET /a||c|none||b:none|remote|0:");
	else
		ck_assert_int_eq(handled(&s), 0);
	free(answer);
	server_stop(&s);
}
END_TEST

START_TEST(limits_parameters)
{
	struct server s = server_of(limits_for_tests());
	struct textbuf text;
	char *answer;

	server_start(&s);
	for (int n = HTTP_PARAMS_MAX; n <= HTTP_PARAMS_MAX + 1; n++) {
		textbuf_init(&text);
		textbuf_add(&text, "GET /?");
		for (int i = 0; i < n; i++)
			textbuf_addf(&text, "p%d=%d&", i, i);
		textbuf_add(&text, " HTTP/1.1\r\n" CLOSING "\r\n");
		answer = ask(s.port, text.data);
		ck_assert_int_eq(
		    status_of(answer), n <= HTTP_PARAMS_MAX ? 200 : 400);
		free(answer);
		textbuf_fini(&text);
	}
	server_stop(&s);
}
END_TEST

/* ---- bodies ---- */

static char *ask_with_body(int port, size_t announced, size_t sent)
{
	char head[200];
	char *body = bytes(sent);
	int fd = dial(port);
	char *answer;

	snprintf(head, sizeof head,
	    "POST / HTTP/1.1\r\n" CLOSING "Content-Length: %zu\r\n\r\n",
	    announced);
	say(fd, head);
	say(fd, body);
	answer = hear_all(fd);
	free(body);
	return answer;
}

START_TEST(takes_a_body_up_to_the_limit)
{
	struct server s = server_of(limits_for_tests());
	char *answer;

	server_start(&s);
	answer = ask_with_body(s.port, BODY_MAX, BODY_MAX);
	ck_assert_int_eq(status_of(answer), 200);
	ck_assert_ptr_nonnull(strstr(answer, "|100000:bbbb"));
	free(answer);
	answer = ask_with_body(s.port, BODY_MAX + 1, BODY_MAX + 1);
	ck_assert_int_eq(status_of(answer), 413);
	free(answer);
	ck_assert_int_eq(handled(&s), 1);
	server_stop(&s);
}
END_TEST

static size_t less_at_p(const char *path)
{
	return strcmp(path, "/p") == 0 ? 10 : BODY_MAX;
}

START_TEST(takes_less_where_little_is_expected)
{
	struct http_limits limits = limits_for_tests();
	struct server s;
	char *answer;

	limits.body_max_at = less_at_p;
	s = server_of(limits);
	server_start(&s);
	answer = ask(s.port, "POST /p HTTP/1.1\r\n" CLOSING
			     "Content-Length: 10\r\n\r\n0123456789");
	ck_assert_int_eq(status_of(answer), 200);
	free(answer);
	answer = ask(s.port, "POST /p?a=b HTTP/1.1\r\n" CLOSING
			     "Content-Length: 11\r\n\r\n01234567890");
	ck_assert_int_eq(status_of(answer), 413);
	free(answer);
	answer = ask(s.port, "POST /%70 HTTP/1.1\r\n" CLOSING
			     "Transfer-Encoding: chunked\r\n\r\n"
			     "6\r\n012345\r\n6\r\n678901\r\n0\r\n\r\n");
	ck_assert_int_eq(status_of(answer), 413);
	free(answer);
	answer = ask(s.port, "POST /q HTTP/1.1\r\n" CLOSING
			     "Content-Length: 11\r\n\r\n01234567890");
	ck_assert_int_eq(status_of(answer), 200);
	free(answer);
	ck_assert_int_eq(handled(&s), 2);
	server_stop(&s);
}
END_TEST

START_TEST(refuses_a_large_body_before_it_comes)
{
	struct server s = server_of(limits_for_tests());
	char *answer;

	server_start(&s);
	answer = ask_with_body(s.port, BODY_MAX + 1, 0);
	ck_assert_int_eq(status_of(answer), 413);
	free(answer);
	answer = ask_with_body(s.port, (size_t)9e17, 10);
	ck_assert_int_eq(status_of(answer), 413);
	ck_assert_ptr_nonnull(strstr(answer, "{\"error\":\"body: "));
	ck_assert_int_eq(count_of(answer, "HTTP/1.1"), 1);
	free(answer);
	ck_assert_int_eq(handled(&s), 0);
	server_stop(&s);
}
END_TEST

/* A polite client sends all it has before it listens; it must hear the answer
 * and not a reset. */
START_TEST(answers_413_to_who_sends_everything_first)
{
	struct server s = server_of(limits_for_tests());
	char *body = bytes(20 * BODY_MAX);
	char *answer;
	int fd;

	server_start(&s);
	fd = dial(s.port);
	say(fd, "POST / HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 2000000\r\n\r\n");
	ck_assert(say(fd, body));
	answer = hear_all(fd);
	ck_assert_int_eq(status_of(answer), 413);
	free(answer);
	free(body);
	server_stop(&s);
}
END_TEST

/* Chunks of 1000 bytes; the last one is missing if the body is not ended. */
static char *ask_chunked(int port, int chunks, bool is_ended)
{
	char *body = bytes(1000);
	int fd = dial(port);
	char *answer;

	say(fd,
	    "POST / HTTP/1.1\r\n" CLOSING "Transfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < chunks; i++) {
		say(fd, "3e8\r\n");
		say(fd, body);
		say(fd, "\r\n");
	}
	if (is_ended)
		say(fd, "0\r\n\r\n");
	answer = hear_all(fd);
	free(body);
	return answer;
}

START_TEST(counts_chunked_bodies)
{
	struct server s = server_of(limits_for_tests());
	char *answer;

	server_start(&s);
	answer = ask_chunked(s.port, BODY_MAX / 1000, true);
	ck_assert_int_eq(status_of(answer), 200);
	ck_assert_ptr_nonnull(strstr(answer, "|100000:bbbb"));
	free(answer);
	answer = ask_chunked(s.port, BODY_MAX / 1000 + 1, true);
	ck_assert_int_eq(status_of(answer), 413);
	ck_assert_int_eq(count_of(answer, "HTTP/1.1"), 1);
	free(answer);
	answer = ask_chunked(s.port, BODY_MAX / 1000 + 1, false);
	ck_assert_int_eq(status_of(answer), 413);
	free(answer);
	ck_assert_int_eq(handled(&s), 1);
	server_stop(&s);
}
END_TEST

START_TEST(refuses_when_all_bodies_are_too_much)
{
	struct server s = server_of(limits_for_tests());
	char head[200];
	char *body = bytes(BODY_MAX - 10);
	char *answer;
	int first;

	server_start(&s);
	first = dial(s.port);
	snprintf(head, sizeof head,
	    "POST /hold HTTP/1.1\r\n" CLOSING "Content-Length: %d\r\n\r\n",
	    BODY_MAX - 10);
	say(first, head);
	say(first, body);
	while (handled(&s) == 0)
		sched_yield();
	answer = ask_with_body(s.port, BODY_MAX - 10, BODY_MAX - 10);
	ck_assert_int_eq(status_of(answer), 503);
	ck_assert_ptr_nonnull(strstr(answer, "\r\nRetry-After: "));
	free(answer);
	loop_poke(s.release);
	free(hear_all(first));
	answer = ask_with_body(s.port, BODY_MAX - 10, BODY_MAX - 10);
	ck_assert_int_eq(status_of(answer), 200);
	free(answer);
	free(body);
	server_stop(&s);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("http_listener");
	TCase *tc = tcase_create("http_listener");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, tells_what_was_asked);
	tcase_add_test(tc, tells_any_header_that_came_once);
	tcase_add_test(tc, refuses_what_http_forbids);
	tcase_add_test(tc, sees_nothing_behind_a_nul);
	tcase_add_test(tc, limits_parameters);
	tcase_add_test(tc, takes_a_body_up_to_the_limit);
	tcase_add_test(tc, takes_less_where_little_is_expected);
	tcase_add_test(tc, refuses_a_large_body_before_it_comes);
	tcase_add_test(tc, answers_413_to_who_sends_everything_first);
	tcase_add_test(tc, counts_chunked_bodies);
	tcase_add_test(tc, refuses_when_all_bodies_are_too_much);
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
