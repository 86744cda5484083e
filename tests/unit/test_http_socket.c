/* test_http_socket.c - where the listener listens, and why it cannot.
 *
 * bind() is this program's own, to see a socket in its first moment.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/http_server.h"

#include <check.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static mode_t mode_at_birth; /* of the last Unix socket that was bound */

/* In place of the C library's: looks at once what came of it. */
int bind(int fd, const struct sockaddr *address, socklen_t len)
{
	int rc = (int)syscall(SYS_bind, fd, address, len);
	struct stat st;

	if (rc == 0 && address->sa_family == AF_UNIX &&
	    stat(((const struct sockaddr_un *)address)->sun_path, &st) == 0)
		mode_at_birth = st.st_mode & 07777;
	return rc;
}

static char folder[200];

static void make_folder(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(folder, sizeof folder, "%s/slawatch-XXXXXX",
	    base == NULL ? "." : base);
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
	ck_assert_int_eq(rmdir(folder), 0);
}

static void at(char *out, size_t size, const char *name)
{
	snprintf(out, size, "%s/%s", folder, name);
}

START_TEST(makes_a_unix_socket_of_the_mode)
{
	static const int modes[] = { 0600, 0660, 0666 };
	char path[256];

	at(path, sizeof path, "sock");
	for (size_t i = 0; i < 3; i++) {
		struct server s = server_of(limits_for_tests());
		mode_t mask = umask(i == 1 ? 077 : 0);
		struct stat st;
		char *answer;
		int fd;

		s.address.unix_path = path;
		s.address.unix_mode = modes[i];
		server_start(&s);
		umask(mask);
		ck_assert_int_eq(stat(path, &st), 0);
		ck_assert_int_eq(st.st_mode & 07777, modes[i]);
		/* Never wider, not even for a moment. */
		ck_assert_int_eq(mode_at_birth & ~(mode_t)modes[i], 0);
		fd = dial_unix(path);
		say(fd, "GET /u HTTP/1.1\r\n" CLOSING "\r\n");
		answer = hear_all(fd);
		ck_assert_str_eq(
		    body_of(answer), "GET /u|||none||b:none|local|0:");
		free(answer);
		server_stop(&s);
		ck_assert_int_ne(stat(path, &st), 0);
	}
}
END_TEST

static struct http_listener *start_at(
    struct loop *l, struct http_address *a, struct errtext *err)
{
	struct http_limits limits = limits_for_tests();

	return http_listener_start_limited(l, a, &limits, handle, NULL, err);
}

/* Fails, and says so with these words. */
static void cannot_start(
    struct http_address a, const char *word1, const char *word2)
{
	struct clock_mode mode = { 0 };
	struct errtext err = { "" };
	struct loop *l = loop_new(&mode, &err);

	ck_assert_ptr_null(start_at(l, &a, &err));
	ck_assert_msg(strstr(err.text, word1) != NULL, "%s", err.text);
	ck_assert_msg(strstr(err.text, word2) != NULL, "%s", err.text);
	loop_free(l);
}

static int bound_unix(const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	ck_assert_uint_lt(strlen(path), sizeof sa.sun_path);
	memcpy(sa.sun_path, path, strlen(path));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	return fd;
}

START_TEST(takes_over_a_stale_socket_only)
{
	struct http_address a = { .unix_mode = 0600, .fd = -1 };
	struct clock_mode mode = { 0 };
	struct errtext err = { "" };
	struct loop *l = loop_new(&mode, &err);
	struct http_listener *h;
	struct stat st;
	char path[256];
	int fd;

	at(path, sizeof path, "sock");
	a.unix_path = path;
	fd = bound_unix(path);
	ck_assert_int_eq(listen(fd, 5), 0);
	cannot_start(a, path, "another process answers there");
	close(fd);
	h = start_at(l, &a, &err);
	ck_assert_msg(h != NULL, "%s", err.text);
	/* Somebody else's by now: it stays. */
	ck_assert_int_eq(unlink(path), 0);
	fd = bound_unix(path);
	http_listener_close(h);
	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert_int_eq(unlink(path), 0);
	close(fd);
	loop_free(l);
}
END_TEST

START_TEST(says_why_a_unix_socket_cannot_be)
{
	struct http_address a = { .unix_mode = 0600, .fd = -1 };
	char path[256];
	char missing[300];
	char *longest = bytes(200);
	int fd;

	at(path, sizeof path, "file");
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	a.unix_path = path;
	cannot_start(a, path, "something else of this name");
	ck_assert_int_eq(unlink(path), 0);
	at(missing, sizeof missing, "none/sock");
	a.unix_path = missing;
	cannot_start(a, missing, "does its directory exist");
	a.unix_path = longest;
	cannot_start(a, "bytes", "shorter");
	free(longest);
}
END_TEST

START_TEST(says_why_an_address_cannot_be)
{
	struct http_address a = { .host = "127.0.0.1", .fd = -1 };
	struct server s = server_of(limits_for_tests());
	char port[32];

	server_start(&s);
	a.port = s.port;
	snprintf(port, sizeof port, "127.0.0.1 port %d", s.port);
	cannot_start(a, port, "another port");
	server_stop(&s);
	a.port = 0;
	a.host = "192.0.2.1";
	cannot_start(a, "192.0.2.1 port 0", "no interface");
	a.host = "1.2.3.4.5";
	cannot_start(a, "1.2.3.4.5", "numeric address");
}
END_TEST

START_TEST(rebinds_its_port_at_once)
{
	struct server s = server_of(limits_for_tests());
	struct server again = server_of(limits_for_tests());
	int fd;

	server_start(&s);
	fd = dial(s.port);
	say(fd, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	free(hear_one(fd));
	server_stop(&s); /* closes first: its end is in TIME_WAIT */
	again.address.port = s.port;
	server_start(&again);
	ck_assert_int_eq(again.port, s.port);
	close(fd);
	server_stop(&again);
}
END_TEST

START_TEST(takes_an_inherited_socket)
{
	struct http_address a = { .fd = -1 };
	struct server s = server_of(limits_for_tests());
	struct stat st;
	char path[256];
	char *answer;
	int fd;

	at(path, sizeof path, "sock");
	fd = bound_unix(path);
	a.fd = fd;
	cannot_start(a, "inherited", "not a listening socket");
	ck_assert_int_eq(listen(fd, 5), 0);
	s.address.fd = fd;
	server_start(&s);
	fd = dial_unix(path);
	say(fd, "GET /i HTTP/1.1\r\n" CLOSING "\r\n");
	answer = hear_all(fd);
	ck_assert_str_eq(body_of(answer), "GET /i|||none||b:none|local|0:");
	free(answer);
	server_stop(&s);
	/* systemd's, not ours. */
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

static bool has_ipv6(void)
{
	struct sockaddr_in6 sa = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	bool ok;

	ok = fd >= 0 && bind(fd, (struct sockaddr *)&sa, sizeof sa) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

START_TEST(listens_on_ipv6)
{
	struct server s = server_of(limits_for_tests());
	struct sockaddr_in6 sa = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	char *answer;
	int fd;

	if (!has_ipv6()) {
		printf("test_http_listener: no IPv6 here, not tested\n");
		return;
	}
	s.address.host = "::1";
	server_start(&s);
	sa.sin6_port = htons((uint16_t)s.port);
	fd = socket(AF_INET6, SOCK_STREAM, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	say(fd, "GET /6 HTTP/1.1\r\n" CLOSING "\r\n");
	answer = hear_all(fd);
	ck_assert_int_eq(status_of(answer), 200);
	free(answer);
	server_stop(&s);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("http_socket");
	TCase *tc = tcase_create("http_socket");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, make_folder, remove_folder);
	tcase_add_test(tc, makes_a_unix_socket_of_the_mode);
	tcase_add_test(tc, takes_over_a_stale_socket_only);
	tcase_add_test(tc, says_why_a_unix_socket_cannot_be);
	tcase_add_test(tc, says_why_an_address_cannot_be);
	tcase_add_test(tc, rebinds_its_port_at_once);
	tcase_add_test(tc, takes_an_inherited_socket);
	tcase_add_test(tc, listens_on_ipv6);
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
