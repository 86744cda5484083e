/* test_http_client.c - messages out, to peers that behave and that do not.
 *
 * getaddrinfo() is this program's own, so that a name server can hang on
 * command.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/http_peer.h"

#include <check.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ---- a name server that hangs ---- */

static pthread_mutex_t names_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t names_changed = PTHREAD_COND_INITIALIZER;
static bool names_hang = true;
static int names_asked;

/* In place of the C library's: numeric addresses as usual, "slow.test" when the
 * test lets it, nothing else. */
int getaddrinfo(const char *restrict node, const char *restrict service,
    const struct addrinfo *restrict hints, struct addrinfo **restrict out)
{
	struct {
		struct addrinfo info;
		struct sockaddr_in address;
	} * one;

	(void)hints;
	if (strcmp(node, "slow.test") == 0) {
		pthread_mutex_lock(&names_mutex);
		names_asked++;
		pthread_cond_broadcast(&names_changed);
		while (names_hang)
			pthread_cond_wait(&names_changed, &names_mutex);
		pthread_mutex_unlock(&names_mutex);
		return EAI_NONAME;
	}
	if (strcmp(node, "127.0.0.1") != 0 && strcmp(node, "localhost") != 0)
		return EAI_NONAME;
	one = calloc(1, sizeof *one);
	one->address.sin_family = AF_INET;
	one->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (service != NULL)
		one->address.sin_port = htons((uint16_t)atoi(service));
	one->info.ai_family = AF_INET;
	one->info.ai_socktype = SOCK_STREAM;
	one->info.ai_addrlen = sizeof one->address;
	one->info.ai_addr = (struct sockaddr *)&one->address;
	*out = &one->info;
	return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
	free(list);
}

static int names_asked_so_far(void)
{
	int n;

	pthread_mutex_lock(&names_mutex);
	n = names_asked;
	pthread_mutex_unlock(&names_mutex);
	return n;
}

static void let_names_go(void)
{
	pthread_mutex_lock(&names_mutex);
	names_hang = false;
	pthread_cond_broadcast(&names_changed);
	pthread_mutex_unlock(&names_mutex);
}

/* ---- messages ---- */

static struct outcome post(int port, int64_t timeout_ms)
{
	char url[100];
	struct http_send what = { .url = url,
		.body = "{\"a\":1}",
		.len = 7,
		.timeout_ms = timeout_ms,
		.headers = { "Content-Type: application/json", "X-Key: 17" },
		.nheaders = 2,
		.wrote = on_wrote };

	snprintf(url, sizeof url, "http://127.0.0.1:%d/secret?x=1", port);
	return send_one(&what);
}

static struct outcome post_to(const char *answer)
{
	struct peer p = { .answer = answer };
	struct outcome o;

	peer_start(&p);
	o = post(p.port, 0);
	peer_stop(&p);
	return o;
}

START_TEST(tells_statuses)
{
	static const struct {
		int status;
		const char *answer;
		const char *body;
	} cases[] = {
		{ 200, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok" },
		{ 204, "HTTP/1.1 204 No Content\r\n\r\n", "" },
		{ 301,
		    "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\n"
		    "Content-Length: 0\r\n\r\n",
		    "" },
		{ 404, "HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nnone",
		    "none" },
		{ 500, "HTTP/1.1 500 Oops\r\n\r\nto the end", "to the end" },
		{ 200,
		    "HTTP/1.1 100 Continue\r\n\r\n"
		    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
		    "x" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct outcome o = post_to(cases[i].answer);

		ck_assert_int_eq(o.status, cases[i].status);
		ck_assert(o.answered);
		ck_assert_str_eq(o.body.data, cases[i].body);
		ck_assert_str_eq(o.failure, "");
		ck_assert_int_eq((int)o.retry_after_ms, -1);
		ck_assert_int_eq(o.writes, 1);
		textbuf_fini(&o.body);
	}
}
END_TEST

START_TEST(sends_what_it_was_given)
{
	struct peer p = { .answer = "HTTP/1.1 200 OK\r\n\r\n" };
	struct outcome o;

	/* Not for us: proxies of the environment. */
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	peer_start(&p);
	o = post(p.port, 0);
	peer_join(&p);
	ck_assert_int_eq(o.status, 200);
	ck_assert_ptr_eq(strstr(p.heard.data, "POST /secret?x=1 HTTP/1.1\r\n"),
	    p.heard.data);
	ck_assert_ptr_nonnull(
	    strstr(p.heard.data, "\r\nContent-Type: application/json\r\n"));
	ck_assert_ptr_nonnull(strstr(p.heard.data, "\r\nX-Key: 17\r\n"));
	ck_assert_ptr_nonnull(strstr(p.heard.data, "\r\n\r\n{\"a\":1}"));
	ck_assert_ptr_null(strcasestr(p.heard.data, "Expect:"));
	textbuf_fini(&o.body);
	textbuf_fini(&p.heard);
}
END_TEST

START_TEST(follows_no_redirect)
{
	struct peer target = { .answer = "HTTP/1.1 200 OK\r\n\r\n" };
	char answer[200];
	struct outcome o;

	peer_start(&target);
	snprintf(answer, sizeof answer,
	    "HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:%d/\r\n"
	    "Content-Length: 0\r\n\r\n",
	    target.port);
	o = post_to(answer);
	ck_assert_int_eq(o.status, 307);
	textbuf_fini(&o.body);
	peer_stop(&target);
	ck_assert_int_eq(target.connections, 0);
}
END_TEST

/* Above a megabyte curl would ask for 100-continue. */
START_TEST(sends_a_large_body_without_asking)
{
	struct peer p = { .answer = "HTTP/1.1 200 OK\r\n\r\n" };
	size_t len = 1500000;
	char *body = malloc(len + 1);
	char url[100];
	struct http_send what = { .url = url, .method = "PUT", .len = len };
	struct outcome o;

	memset(body, 'b', len);
	body[len] = '\0';
	what.body = body;
	peer_start(&p);
	snprintf(url, sizeof url, "http://127.0.0.1:%d/", p.port);
	o = send_one(&what);
	peer_join(&p);
	ck_assert_int_eq(o.status, 200);
	ck_assert_ptr_eq(strstr(p.heard.data, "PUT / "), p.heard.data);
	ck_assert_ptr_null(strcasestr(p.heard.data, "Expect:"));
	ck_assert_uint_gt(p.heard.len, len);
	free(body);
	textbuf_fini(&o.body);
	textbuf_fini(&p.heard);
}
END_TEST

static int64_t retry_after(const char *value)
{
	char answer[300];
	struct outcome o;

	snprintf(answer, sizeof answer,
	    "HTTP/1.1 429 Slow\r\nretry-after: %s\r\nContent-Length: 0\r\n\r\n",
	    value);
	o = post_to(answer);
	ck_assert_int_eq(o.status, 429);
	textbuf_fini(&o.body);
	return o.retry_after_ms;
}

static void http_date(time_t at, char *out, size_t size)
{
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(out, size, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

START_TEST(reads_retry_after)
{
	static const struct {
		const char *value;
		int64_t ms;
	} cases[] = {
		{ "5", 5000 },
		{ "0", 0 },
		{ "  120  ", 120000 },
		{ "99999999999999999999999", 366 * DAY_MS },
		{ "5x", -1 },
		{ "-5", -1 },
		{ "soon", -1 },
		{ "", -1 },
		{ "Thu, 01 Jan 1998 00:00:00 GMT", 0 },
		{ "Thu, 01 Jan 2195 00:00:00 GMT", 366 * DAY_MS },
	};
	char date[64];
	time_t sent;
	int64_t ms;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_msg(retry_after(cases[i].value) == cases[i].ms,
		    "\"%s\"", cases[i].value);
	sent = time(NULL);
	http_date(sent + 90, date, sizeof date);
	ms = retry_after(date);
	ck_assert_int_le((int)ms, 90000);
	ck_assert_int_ge(
	    (int)ms, (int)(sent + 90 - time(NULL) - 1) * (int)SECOND_MS);
}
END_TEST

START_TEST(keeps_the_first_bytes_of_an_answer)
{
	struct http_send what = { .method = "GET", .answer_max = 50000 };
	struct peer p = { .keeps = false };
	struct textbuf answer;
	struct outcome o;
	char url[100];

	textbuf_init(&answer);
	textbuf_add(
	    &answer, "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n");
	for (int i = 0; i < 6000; i++)
		textbuf_addf(&answer, "%d%s", i % 10, "abcdefghi");
	o = post_to(answer.data);
	ck_assert_int_eq(o.status, 200);
	ck_assert_uint_eq(o.body.len, CLIENT_ANSWER_MAX);
	ck_assert_mem_eq(o.body.data, "0abcdefghi1abc", 14);
	textbuf_fini(&o.body);
	p.answer = answer.data;
	peer_start(&p);
	snprintf(url, sizeof url, "http://127.0.0.1:%d/", p.port);
	what.url = url;
	o = send_one(&what);
	peer_join(&p);
	ck_assert_uint_eq(o.body.len, 50000);
	ck_assert_ptr_eq(strstr(p.heard.data, "GET / "), p.heard.data);
	textbuf_fini(&p.heard);
	textbuf_fini(&o.body);
	textbuf_fini(&answer);
}
END_TEST

START_TEST(does_not_listen_for_ever)
{
	struct peer p = { .answer = "HTTP/1.1 200 OK\r\n\r\n 0123456789",
		.is_endless = true };
	struct outcome o;

	peer_start(&p);
	o = post(p.port, DAY_MS);
	peer_stop(&p); /* ends only when nobody listens any more */
	ck_assert_int_eq(o.status, 200);
	ck_assert_uint_eq(o.body.len, CLIENT_ANSWER_MAX);
	ck_assert_int_lt(o.took_ms, DAY_MS);
	textbuf_fini(&o.body);
}
END_TEST

START_TEST(says_what_went_wrong)
{
	static const struct {
		const char *answer;
		const char *failure;
	} cases[] = {
		{ "", "connection closed without an answer" },
		{ "what?\r\n", "answer not understood" },
		{ "HTTP/1.1 100 Continue\r\n\r\n",
		    "connection closed without an answer" },
	};
	struct outcome o;
	int port;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		o = post_to(cases[i].answer);
		ck_assert(!o.answered);
		ck_assert_int_eq(o.status, 0);
		ck_assert_str_eq(o.failure, cases[i].failure);
		textbuf_fini(&o.body);
	}
	close(listen_on_loopback(&port));
	o = post(port, 0);
	ck_assert_str_eq(o.failure, "connection refused");
	ck_assert_int_eq(o.writes, 0);
	textbuf_fini(&o.body);
}
END_TEST

/* What was decided there is decided: sending it again would be a repeat. */
START_TEST(believes_a_status_whose_body_breaks_off)
{
	struct outcome o =
	    post_to("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");

	ck_assert(o.answered);
	ck_assert_int_eq(o.status, 200);
	ck_assert_str_eq(o.body.data, "part");
	textbuf_fini(&o.body);
}
END_TEST

START_TEST(refuses_what_would_be_smuggled)
{
	static const struct http_send cases[] = {
		{ .url = "http://127.0.0.1:1/\r\nX: y" },
		{ .url = "http://127.0.0.1:1/ HTTP/1.1" },
		{ .url = NULL },
		{ .url = "127.0.0.1:1" },
		{ .url = "http://127.0.0.1:1/", .method = "GET\n" },
		{ .url = "http://127.0.0.1:1/",
		    .headers = { "X: y\r\nZ: w" },
		    .nheaders = 1 },
		{ .url = "http://127.0.0.1:1/", .nheaders = 13 },
		{ .url = "smtp://127.0.0.1:1", .mail_from = "a@x" },
		{ .url = "smtp://127.0.0.1:1",
		    .mail_from = "a@x",
		    .mail_to = "b@x>\r\nDATA" },
		{ .url = "file:///etc/passwd" },
		{ .url = "gopher://127.0.0.1:1/" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct outcome o = send_one(&cases[i]);

		ck_assert(!o.answered);
		ck_assert_msg(
		    strstr(o.failure, "malformed") != NULL ||
			strstr(o.failure, "too many headers") != NULL ||
			strstr(o.failure, "not supported") != NULL,
		    "case %zu: %s", i, o.failure);
		textbuf_fini(&o.body);
	}
}
END_TEST

START_TEST(does_not_wait_for_a_slow_name_server)
{
	struct http_send what = { .url = "http://slow.test/",
		.timeout_ms = 60 };
	struct http_send unknown = { .url = "http://secret.test/" };
	struct expected *never;
	struct outcome o;
	struct world w = { .want = 1 };

	/* It hangs until let_names_go(): coming back is the proof. */
	o = send_one(&what);
	ck_assert_str_eq(o.failure, "timed out");
	textbuf_fini(&o.body);
	/* Nor at the end. */
	world_open(&w);
	what.timeout_ms = 0;
	never = world_send(&w, &what, &o);
	while (names_asked_so_far() < 2)
		uv_run(loop_uv(w.loop), UV_RUN_NOWAIT);
	world_end(&w);
	world_run(&w);
	free(never);
	let_names_go();
	o = send_one(&unknown);
	ck_assert_str_eq(o.failure, "host name not found");
	textbuf_fini(&o.body);
}
END_TEST

START_TEST(says_what_is_wrong_with_tls)
{
	struct peer p = { .answer = "HTTP/1.1 400 Bad\r\n\r\n" };
	struct http_send what = { .timeout_ms = DAY_MS };
	struct outcome o;
	char url[100];

	/* Its first bytes hold no end of a header: let it answer at once. */
	p.is_smtp_refuser = true;
	peer_start(&p);
	snprintf(url, sizeof url, "https://127.0.0.1:%d/", p.port);
	what.url = url;
	o = send_one(&what);
	peer_stop(&p);
	ck_assert_str_eq(o.failure, "TLS handshake failed");
	textbuf_fini(&o.body);
	what.ca_file = "/nonexistent/ca.pem";
	p = (struct peer){ .is_smtp_refuser = true };
	peer_start(&p);
	snprintf(url, sizeof url, "https://127.0.0.1:%d/", p.port);
	o = send_one(&what);
	peer_stop(&p);
	ck_assert_str_eq(o.failure, "CA file cannot be used");
	textbuf_fini(&o.body);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("http_client");
	TCase *tc = tcase_create("http_client");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, tells_statuses);
	tcase_add_test(tc, sends_what_it_was_given);
	tcase_add_test(tc, follows_no_redirect);
	tcase_add_test(tc, sends_a_large_body_without_asking);
	tcase_add_test(tc, reads_retry_after);
	tcase_add_test(tc, keeps_the_first_bytes_of_an_answer);
	tcase_add_test(tc, does_not_listen_for_ever);
	tcase_add_test(tc, says_what_went_wrong);
	tcase_add_test(tc, believes_a_status_whose_body_breaks_off);
	tcase_add_test(tc, refuses_what_would_be_smuggled);
	tcase_add_test(tc, does_not_wait_for_a_slow_name_server);
	tcase_add_test(tc, says_what_is_wrong_with_tls);
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
