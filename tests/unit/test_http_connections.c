/* test_http_connections.c - what a client can do to the listener with time.
 *
 * Slow ones, vanishing ones, many at once; and how the listener ends.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/http_server.h"
#include "lib/rng.h"

#include <check.h>
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

START_TEST(keeps_a_connection)
{
	struct server s = server_of(limits_for_tests());
	int fd;

	server_start(&s);
	fd = dial(s.port);
	for (int i = 0; i < 5; i++) {
		char *answer;

		say(fd, "POST /k HTTP/1.1\r\nHost: x\r\n"
			"Content-Length: 2\r\n\r\nhi");
		answer = hear_one(fd);
		ck_assert_str_eq(
		    body_of(answer), "POST /k|||none||b:none|remote|2:hi");
		free(answer);
	}
	close(fd);
	server_stop(&s);
}
END_TEST

START_TEST(answers_pipelined_requests_in_order)
{
	struct server s = server_of(limits_for_tests());
	int fd;

	server_start(&s);
	fd = dial(s.port);
	say(fd, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
		"POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
		"POST /3 HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n"
		"GET /4 HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 1; i <= 4; i++) {
		char *answer = hear_one(fd);
		char want[16];

		snprintf(want, sizeof want, " /%d|", i);
		ck_assert_ptr_nonnull(strstr(body_of(answer), want));
		free(answer);
	}
	close(fd);
	server_stop(&s);
}
END_TEST

START_TEST(does_not_care_how_bytes_arrive)
{
	static const char request[] =
	    "POST /a%20b?b=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n"
	    "hello world"
	    "POST /c HTTP/1.1\r\n" CLOSING
	    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
	struct rng rng = rng_seeded("test_http_connections");
	struct server s = server_of(limits_for_tests());

	server_start(&s);
	for (int round = 0; round < 50; round++) {
		int fd = dial(s.port);
		size_t at = 0;
		char *answer;

		while (at < sizeof request - 1) {
			size_t left = sizeof request - 1 - at;
			size_t n = 1 + rng_below(&rng, 20);

			n = n < left ? n : left;
			say_bytes(fd, request + at, n);
			at += n;
		}
		answer = hear_all(fd);
		ck_assert_int_eq(count_of(answer, "HTTP/1.1 200"), 2);
		ck_assert_ptr_nonnull(strstr(
		    answer, "POST /a b|||none|b=1;|b:1|remote|11:hello world"));
		ck_assert_ptr_nonnull(
		    strstr(answer, "POST /c|||none||b:none|remote|5:hello"));
		free(answer);
	}
	server_stop(&s);
}
END_TEST

/* A byte now and then, which no silence timeout notices, until the server does
 * not bear it any longer. */
static void dribble(int fd, const char *endless)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t start = now_ms();

	while (poll(&p, 1, 10) == 0) {
		ck_assert_int_lt((int)(now_ms() - start), WAIT_MS);
		say_bytes(fd, *endless == '\0' ? "a" : endless, 1);
		endless += *endless != '\0';
	}
}

/* A connection on which this was said, and whose first request got its answer.
 * Who is too slow for the server's patience is cut off here, too, and rightly:
 * then anew.  *start is before the server could begin to count. */
static int dial_in_time(
    struct server *s, const char *request, int64_t patience_ms, int64_t *start)
{
	for (;;) {
		int before = handled(s);
		int64_t took;
		char *answer;
		int fd;

		*start = now_ms();
		fd = dial(s->port);
		say(fd, request);
		answer = try_hear_one(fd);
		took = now_ms() - *start;
		if (answer != NULL) {
			free(answer);
			ck_assert_int_eq(handled(s), before + 1);
			return fd;
		}
		close(fd);
		ck_assert_int_ge((int)took, (int)patience_ms);
	}
}

START_TEST(cuts_a_slow_header)
{
	struct http_limits limits = limits_for_tests();
	struct server s;
	int64_t start;
	int fd;

	limits.request_ms = 120;
	s = server_of(limits);
	server_start(&s);
	start = now_ms();
	fd = dial(s.port);
	dribble(fd, "GET / HTTP/1.1\r\nHost: x\r\nX: ");
	ck_assert_int_ge((int)(now_ms() - start), 119);
	free(hear_all(fd));
	start = now_ms();
	fd = dial(s.port);
	say(fd, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n");
	dribble(fd, "");
	ck_assert_int_ge((int)(now_ms() - start), 119);
	free(hear_all(fd));
	ck_assert_int_eq(handled(&s), 0);
	server_stop(&s);
}
END_TEST

START_TEST(cuts_a_slow_second_request)
{
	struct http_limits limits = limits_for_tests();
	struct server s;
	int64_t start;
	int before;
	int fd;

	limits.request_ms = 100;
	limits.idle_ms = 40;
	s = server_of(limits);
	server_start(&s);
	fd = dial_in_time(&s, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n", 99, &start);
	before = handled(&s);
	dribble(fd, "GET /never-ending");
	free(hear_all(fd));
	ck_assert_int_eq(handled(&s), before);
	/* The request line is in time, the rest is not. */
	fd = dial_in_time(&s,
	    "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
	    "GET /2 HTTP/1.1\r\n",
	    99, &start);
	dribble(fd, "X: ");
	ck_assert_int_ge((int)(now_ms() - start), 99);
	free(hear_all(fd));
	ck_assert_int_eq(handled(&s), before + 1);
	server_stop(&s);
}
END_TEST

/* As dial_in_time(), with a request that the loop keeps. */
static int dial_held(struct server *s, int64_t patience_ms)
{
	struct pollfd p = { .events = POLLIN };
	int64_t start;

	do {
		start = now_ms();
		p.fd = dial(s->port);
		say(p.fd, "GET /hold HTTP/1.1\r\n" CLOSING "\r\n");
		while (handled(s) == 0 && poll(&p, 1, 1) == 0)
			continue;
		if (handled(s) == 1)
			return p.fd;
		close(p.fd);
	} while (now_ms() - start >= patience_ms);
	ck_abort_msg("cut off before its time");
	return -1;
}

START_TEST(gives_the_loop_its_time)
{
	struct http_limits limits = limits_for_tests();
	struct server s;
	struct pollfd p = { .events = POLLIN };
	char *answer;

	limits.request_ms = 50;
	limits.idle_ms = 50;
	s = server_of(limits);
	server_start(&s);
	p.fd = dial_held(&s, 49);
	ck_assert_int_eq(poll(&p, 1, 120), 0);
	loop_poke(s.release);
	answer = hear_all(p.fd);
	ck_assert_int_eq(status_of(answer), 202);
	ck_assert_str_eq(body_of(answer), "late");
	free(answer);
	server_stop(&s);
}
END_TEST

/* Run under AddressSanitizer this also shows that nothing leaks. */
START_TEST(survives_a_client_that_vanishes)
{
	struct server s = server_of(limits_for_tests());
	struct linger reset = { 1, 0 };
	char *answer;
	int fd;

	server_start(&s);
	for (int i = 0; i < 8; i++) {
		fd = dial(s.port);
		say(fd, "POST /hold HTTP/1.1\r\nHost: x\r\n"
			"Content-Length: 3\r\n\r\nabc");
		wait_for_handled(&s, i + 1);
		if (i % 2 == 0)
			setsockopt(
			    fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
		close(fd);
	}
	ck_assert_uint_eq(http_listener_pending(s.listener), 8);
	loop_poke(s.release);
	wait_for_pending(&s, 0);
	ck_assert_int_eq(s.gone, 8);
	/* In the middle of a body, and in the middle of the headers. */
	fd = dial(s.port);
	say(fd, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\nabc");
	close(fd);
	fd = dial(s.port);
	say(fd, "POST /x?y=z HTTP/1.1\r\nHost: x\r\n");
	close(fd);
	answer = ask(s.port, "GET /after HTTP/1.1\r\n" CLOSING "\r\n");
	ck_assert_int_eq(status_of(answer), 200);
	free(answer);
	ck_assert_int_eq(handled(&s), 9);
	server_stop(&s);
}
END_TEST

/* More that is said behind a request, or its end, is no hanging up. */
START_TEST(knows_who_has_hung_up)
{
	struct server s = server_of(limits_for_tests());
	const char *base = getenv("TMPDIR");
	char folder[200];
	char path[256];
	int fd[3];

	snprintf(folder, sizeof folder, "%s/slawatch-XXXXXX",
	    base == NULL ? "." : base);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/s", folder);
	s.address = (struct http_address){
		.unix_path = path, .unix_mode = 0600, .fd = -1
	};
	server_start(&s);
	for (int i = 0; i < 3; i++) {
		fd[i] = dial_unix(path);
		say(fd[i], "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
		wait_for_handled(&s, i + 1);
	}
	close(fd[0]);
	say(fd[1], "GET /hold HTTP/1.1\r\n");
	shutdown(fd[2], SHUT_WR);
	loop_poke(s.release);
	wait_for_pending(&s, 0);
	ck_assert_int_eq(s.gone, 1);
	close(fd[1]);
	close(fd[2]);
	server_stop(&s);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(holds_200_requests_at_once)
{
	enum { MANY = 200 };
	struct server s = server_of(limits_for_tests());
	int fds[MANY];

	server_start(&s);
	for (int i = 0; i < MANY; i++) {
		fds[i] = dial(s.port);
		say(fds[i], "GET /hold HTTP/1.1\r\n" CLOSING "\r\n");
	}
	wait_for_handled(&s, MANY);
	ck_assert_uint_eq(http_listener_pending(s.listener), MANY);
	loop_poke(s.release);
	for (int i = 0; i < MANY; i++) {
		char *answer = hear_all(fds[i]);

		ck_assert_int_eq(status_of(answer), 202);
		free(answer);
	}
	ck_assert_uint_eq(http_listener_pending(s.listener), 0);
	server_stop(&s);
}
END_TEST

START_TEST(accepts_no_more_than_its_connections)
{
	struct http_limits limits = limits_for_tests();
	struct pollfd p = { .events = POLLIN };
	struct server s;
	char *answer;
	int fds[2];

	limits.connections_max = 2;
	s = server_of(limits);
	server_start(&s);
	for (int i = 0; i < 2; i++) {
		fds[i] = dial(s.port);
		say(fds[i], "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
		free(hear_one(fds[i]));
	}
	p.fd = dial(s.port);
	say(p.fd, "GET / HTTP/1.1\r\n" CLOSING "\r\n");
	ck_assert_int_eq(poll(&p, 1, 50), 0);
	ck_assert_int_eq(handled(&s), 2);
	close(fds[0]);
	answer = hear_all(p.fd);
	ck_assert_int_eq(status_of(answer), 200);
	free(answer);
	close(fds[1]);
	server_stop(&s);
}
END_TEST

/* ---- beginning and end ---- */

START_TEST(quiesces)
{
	struct server s = server_of(limits_for_tests());
	int64_t start;
	char *answer;
	int held;
	int kept;
	int fd;

	server_start(&s);
	kept = dial(s.port);
	say(kept, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	free(hear_one(kept));
	held = dial(s.port);
	say(held, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
	wait_for_handled(&s, 2);
	loop_poke(s.quiesce);
	for (start = now_ms(); (fd = try_dial(s.port)) >= 0; close(fd))
		ck_assert_int_lt((int)(now_ms() - start), WAIT_MS);
	say(kept, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	answer = hear_all(kept);
	ck_assert_int_eq(status_of(answer), 503);
	ck_assert_ptr_nonnull(strstr(answer, "\r\nRetry-After: "));
	free(answer);
	ck_assert_uint_eq(http_listener_pending(s.listener), 1);
	loop_poke(s.release);
	answer = hear_one(held);
	ck_assert_int_eq(status_of(answer), 202);
	free(answer);
	close(held);
	ck_assert_int_eq(handled(&s), 2);
	server_stop(&s);
}
END_TEST

/* The last answer is given and the listener closed in the same turn. */
START_TEST(lets_the_last_answer_out)
{
	struct server s = server_of(limits_for_tests());
	char *answer;
	int fd;

	server_start(&s);
	fd = dial(s.port);
	say(fd, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
	wait_for_handled(&s, 1);
	server_stop(&s);
	answer = hear_all(fd);
	ck_assert_int_eq(status_of(answer), 202);
	free(answer);
}
END_TEST

START_TEST(answers_what_was_never_shown)
{
	struct clock_mode mode = { 0 };
	struct errtext err = { "" };
	struct server s = server_of(limits_for_tests());
	struct loop *l = loop_new(&mode, &err);
	char *answer;
	int fd;

	s.listener = http_listener_start_limited(
	    l, &s.address, &s.limits, handle, &s, &err);
	ck_assert_ptr_nonnull(s.listener);
	fd = dial(http_listener_port(s.listener));
	say(fd, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	wait_for_pending(&s, 1);
	http_listener_close(s.listener);
	loop_free(l);
	answer = hear_all(fd);
	ck_assert_int_eq(status_of(answer), 503);
	free(answer);
	ck_assert_int_eq(s.handled, 0);
}
END_TEST

static long number_in(const char *path, const char *name)
{
	FILE *file = fopen(path, "r");
	char line[200];
	long n = 0;

	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			n = atol(line + strlen(name));
	if (file != NULL)
		fclose(file);
	return n;
}

/* How often the loop's and the library's threads went to sleep so far; other
 * threads (a sanitizer's) do not count. */
static long sleeps(int *threads)
{
	DIR *dir = opendir("/proc/self/task");
	const struct dirent *entry;
	long sum = 0;

	ck_assert_ptr_nonnull(dir);
	*threads = 0;
	while ((entry = readdir(dir)) != NULL) {
		char path[300];
		char name[64] = "";
		FILE *file;

		snprintf(path, sizeof path, "/proc/self/task/%s/comm",
		    entry->d_name);
		file = fopen(path, "r");
		if (file == NULL)
			continue;
		if (fgets(name, sizeof name, file) == NULL)
			name[0] = '\0';
		fclose(file);
		if (strncmp(name, "MHD", 3) != 0 &&
		    strncmp(name, "loop", 4) != 0)
			continue;
		snprintf(path, sizeof path, "/proc/self/task/%s/status",
		    entry->d_name);
		sum += number_in(path, "voluntary_ctxt_switches:");
		(*threads)++;
	}
	closedir(dir);
	return sum;
}

/* What was just done may still echo in the threads, so it gets a few looks; who
 * ticks is seen in each. */
START_TEST(does_not_wake_up_for_nothing)
{
	struct server s = server_of(limits_for_tests());
	struct pollfd p = { .events = POLLIN };
	long before = 0;
	long after = 1;
	int threads;

	server_start(&s);
	free(ask(s.port, "GET / HTTP/1.1\r\n" CLOSING "\r\n"));
	p.fd = dial(s.port);
	say(p.fd, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	free(hear_one(p.fd));
	for (int i = 0; i < 100 && after != before; i++) {
		before = sleeps(&threads);
		ck_assert_int_eq(threads, 2);
		ck_assert_int_eq(poll(&p, 1, 120), 0);
		after = sleeps(&threads);
	}
	ck_assert_int_eq((int)(after - before), 0);
	close(p.fd);
	server_stop(&s);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("http_connections");
	TCase *tc = tcase_create("http_connections");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, keeps_a_connection);
	tcase_add_test(tc, answers_pipelined_requests_in_order);
	tcase_add_test(tc, does_not_care_how_bytes_arrive);
	tcase_add_test(tc, cuts_a_slow_header);
	tcase_add_test(tc, cuts_a_slow_second_request);
	tcase_add_test(tc, gives_the_loop_its_time);
	tcase_add_test(tc, survives_a_client_that_vanishes);
	tcase_add_test(tc, knows_who_has_hung_up);
	tcase_add_test(tc, holds_200_requests_at_once);
	tcase_add_test(tc, accepts_no_more_than_its_connections);
	tcase_add_test(tc, quiesces);
	tcase_add_test(tc, lets_the_last_answer_out);
	tcase_add_test(tc, answers_what_was_never_shown);
	tcase_add_test(tc, does_not_wake_up_for_nothing);
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
