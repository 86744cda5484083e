/* http_server.c - a listener on a thread, and sockets that talk to it.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/http_server.h"

#include "base/textbuf.h"

#include <check.h>
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct http_limits limits_for_tests(void)
{
	return (struct http_limits){ .body_max = BODY_MAX,
		.bodies_max = BODIES_MAX,
		.connections_max = 300,
		.request_ms = WAIT_MS,
		.idle_ms = WAIT_MS,
		.close_ms = WAIT_MS };
}

/* ---- the server ---- */

static void add_param(void *user, const char *name, const char *value)
{
	textbuf_addf(user, "%s=%s;", name, value);
}

static void reply_echo(struct http_request *r)
{
	struct textbuf text;
	struct textbuf extra;
	const char *b = http_query(r, "b");
	const char *said = http_header(r, "X-Say");

	textbuf_init(&text);
	textbuf_addf(&text, "%s %s|%s|%s|%s|", r->method, r->path,
	    r->content_type, r->accept,
	    r->authorization == NULL ? "none" : r->authorization);
	http_query_each(r, add_param, &text);
	textbuf_addf(&text, "|b:%s|%s|%zu:%s", b == NULL ? "none" : b,
	    r->is_local ? "local" : "remote", r->body_len, r->body);
	ck_assert_uint_eq(strlen(r->body), r->body_len);
	textbuf_init(&extra);
	textbuf_addf(&extra, "X-Extra: yes\nX-Said: <%s>",
	    said == NULL ? "nothing" : said);
	http_reply(r, 200, "text/plain", text.data, text.len, extra.data);
	textbuf_fini(&extra);
	textbuf_fini(&text);
}

void handle(void *user, struct http_request *r)
{
	struct server *s = user;

	pthread_mutex_lock(&s->mutex);
	s->handled++;
	pthread_mutex_unlock(&s->mutex);
	if (strcmp(r->path, "/hold") != 0) {
		reply_echo(r);
		return;
	}
	ck_assert_int_lt(s->nheld, HELD_MAX);
	s->held[s->nheld++] = r;
}

static void on_release(void *user)
{
	struct server *s = user;

	for (int i = 0; i < s->nheld; i++) {
		s->gone += http_is_gone(s->held[i]);
		http_reply(s->held[i], 202, NULL, "late", 4, NULL);
	}
	s->nheld = 0;
}

static void on_quiesce(void *user)
{
	struct server *s = user;

	http_listener_quiesce(s->listener);
}

static void on_stop(void *user)
{
	struct server *s = user;

	on_release(s);
	http_listener_close(s->listener);
	loop_poke_close(s->release);
	loop_poke_close(s->quiesce);
	loop_poke_close(s->stop);
	loop_stop(s->loop);
}

static void *serve(void *arg)
{
	struct server *s = arg;
	struct clock_mode mode = { 0 };
	struct errtext err = { "" };

	pthread_setname_np(pthread_self(), "loop");
	s->loop = loop_new(&mode, &err);
	s->listener = http_listener_start_limited(
	    s->loop, &s->address, &s->limits, handle, s, &err);
	if (s->listener == NULL)
		ck_abort_msg("%s", err.text);
	s->release = loop_poke_new(s->loop, on_release, s);
	s->quiesce = loop_poke_new(s->loop, on_quiesce, s);
	s->stop = loop_poke_new(s->loop, on_stop, s);
	s->port = http_listener_port(s->listener);
	pthread_mutex_lock(&s->mutex);
	s->is_ready = true;
	pthread_cond_signal(&s->changed);
	pthread_mutex_unlock(&s->mutex);
	loop_run(s->loop);
	loop_free(s->loop);
	return NULL;
}

void server_start(struct server *s)
{
	pthread_mutex_init(&s->mutex, NULL);
	pthread_cond_init(&s->changed, NULL);
	ck_assert_int_eq(pthread_create(&s->thread, NULL, serve, s), 0);
	pthread_mutex_lock(&s->mutex);
	while (!s->is_ready)
		pthread_cond_wait(&s->changed, &s->mutex);
	pthread_mutex_unlock(&s->mutex);
}

void server_stop(struct server *s)
{
	loop_poke(s->stop);
	pthread_join(s->thread, NULL);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->mutex);
}

struct server server_of(struct http_limits limits)
{
	return (struct server){ .limits = limits,
		.address = { .host = "127.0.0.1", .fd = -1 } };
}

int handled(struct server *s)
{
	int n;

	pthread_mutex_lock(&s->mutex);
	n = s->handled;
	pthread_mutex_unlock(&s->mutex);
	return n;
}

/* ---- the client ---- */

int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void give_up_late(int fd)
{
	struct timeval tv = { WAIT_MS / 1000, 0 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
}

int try_dial(int port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	give_up_late(fd);
	if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == 0)
		return fd;
	close(fd);
	return -1;
}

int dial(int port)
{
	int fd = try_dial(port);

	ck_assert_int_ge(fd, 0);
	return fd;
}

int dial_unix(const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	give_up_late(fd);
	ck_assert_uint_lt(strlen(path), sizeof sa.sun_path);
	memcpy(sa.sun_path, path, strlen(path));
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	return fd;
}

bool say_bytes(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false; /* in the middle: the answer tells */
		data += n;
		len -= (size_t)n;
	}
	return true;
}

bool say(int fd, const char *text)
{
	return say_bytes(fd, text, strlen(text));
}

char *hear_all(int fd)
{
	struct textbuf text;
	char piece[4096];
	ssize_t n;

	textbuf_init(&text);
	while ((n = recv(fd, piece, sizeof piece, 0)) > 0)
		textbuf_addn(&text, piece, (size_t)n);
	if (n < 0)
		ck_assert_int_ne(errno, EAGAIN);
	close(fd);
	return textbuf_take(&text);
}

char *try_hear_one(int fd)
{
	struct textbuf text;
	const char *end;
	const char *length;
	size_t want = SIZE_MAX;
	char c;

	textbuf_init(&text);
	while (text.len < want) {
		if (recv(fd, &c, 1, 0) != 1) {
			textbuf_fini(&text);
			return NULL;
		}
		textbuf_addc(&text, c);
		end = strstr(text.data, "\r\n\r\n");
		if (want != SIZE_MAX || end == NULL)
			continue;
		length = strcasestr(text.data, "\r\nContent-Length:");
		ck_assert_ptr_nonnull(length);
		want = (size_t)(end - text.data) + 4 +
		       strtoul(length + 17, NULL, 10);
	}
	return textbuf_take(&text);
}

char *hear_one(int fd)
{
	char *answer = try_hear_one(fd);

	ck_assert_ptr_nonnull(answer);
	return answer;
}

int status_of(const char *answer)
{
	if (strncmp(answer, "HTTP/1.", 7) != 0 || strlen(answer) < 12)
		return 0;
	return atoi(answer + 9);
}

const char *body_of(const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n");

	return end == NULL ? "" : end + 4;
}

int count_of(const char *text, const char *what)
{
	int n = 0;

	while ((text = strstr(text, what)) != NULL) {
		text += strlen(what);
		n++;
	}
	return n;
}

char *ask(int port, const char *request)
{
	int fd = dial(port);

	say(fd, request);
	return hear_all(fd);
}

char *bytes(size_t n)
{
	char *p = malloc(n + 1);

	ck_assert_ptr_nonnull(p);
	memset(p, 'b', n);
	p[n] = '\0';
	return p;
}

void wait_for_pending(struct server *s, size_t n)
{
	int64_t start = now_ms();

	while (http_listener_pending(s->listener) != n) {
		ck_assert_int_lt((int)(now_ms() - start), WAIT_MS);
		sched_yield();
	}
}

void wait_for_handled(struct server *s, int n)
{
	int64_t start = now_ms();

	while (handled(s) != n) {
		ck_assert_int_lt((int)(now_ms() - start), WAIT_MS);
		sched_yield();
	}
}
