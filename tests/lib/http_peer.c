/* http_peer.c - scripted peers, and a loop with a client on it.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/http_peer.h"

#include <check.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ---- a peer that says what it is told ---- */

int listen_on_loopback(int *port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof sa;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	ck_assert_int_eq(listen(fd, 50), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	*port = ntohs(sa.sin_port);
	return fd;
}

static void say(int fd, const char *text)
{
	(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* How long the request is in all, or SIZE_MAX: its head is not whole yet. */
static size_t length_of(const char *request)
{
	const char *end = strstr(request, "\r\n\r\n");
	const char *length = strcasestr(request, "\r\nContent-Length:");
	size_t body = 0;

	if (end == NULL)
		return SIZE_MAX;
	if (length != NULL && length < end)
		body = strtoul(length + 17, NULL, 10);
	return (size_t)(end - request) + 4 + body;
}

/* False: the client hung up. */
static bool hear_request(struct peer *p, int fd)
{
	struct textbuf text;
	char piece[16384];
	size_t want = SIZE_MAX;
	ssize_t n = 1;

	textbuf_init(&text);
	while (text.len < want && n > 0) {
		n = recv(fd, piece, sizeof piece, 0);
		if (n > 0)
			textbuf_addn(&text, piece, (size_t)n);
		if (want == SIZE_MAX)
			want = length_of(text.data);
	}
	textbuf_add(&p->heard, text.data);
	textbuf_fini(&text);
	return n > 0;
}

/* Greets, refuses the recipient, and never answers QUIT. */
static void refuse_mail(struct peer *p, int fd)
{
	char line[1000];
	ssize_t n;

	say(fd, "220 refuser ESMTP\r\n");
	while ((n = recv(fd, line, sizeof line - 1, 0)) > 0) {
		line[n] = '\0';
		textbuf_add(&p->heard, line);
		if (strncmp(line, "EHLO", 4) == 0)
			say(fd, "250-refuser\r\n250 SIZE 10000000\r\n");
		if (strncmp(line, "MAIL", 4) == 0)
			say(fd, "250 2.1.0 ok\r\n");
		if (strncmp(line, "RCPT", 4) == 0)
			say(fd, "550-5.1.1 no such\r\n550 5.1.1 user\r\n");
	}
}

static void talk(struct peer *p, int fd)
{
	if (p->is_smtp_refuser) {
		refuse_mail(p, fd);
		return;
	}
	while (hear_request(p, fd)) {
		p->requests++;
		do {
			say(fd, p->answer);
		} while (p->is_endless && send(fd, "x", 1, MSG_NOSIGNAL) == 1);
		if (!p->keeps)
			return;
	}
}

static void *peer_run(void *arg)
{
	struct peer *p = arg;
	int fd;

	while ((fd = accept(p->listener, NULL, NULL)) >= 0) {
		p->connections++;
		talk(p, fd);
		close(fd);
	}
	return NULL;
}

void peer_start(struct peer *p)
{
	textbuf_init(&p->heard);
	p->listener = listen_on_loopback(&p->port);
	ck_assert_int_eq(pthread_create(&p->thread, NULL, peer_run, p), 0);
}

void peer_join(struct peer *p)
{
	shutdown(p->listener, SHUT_RDWR);
	pthread_join(p->thread, NULL);
	close(p->listener);
}

void peer_stop(struct peer *p)
{
	peer_join(p);
	textbuf_fini(&p->heard);
}

/* ---- the client under test ---- */

int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void world_open(struct world *w)
{
	struct clock_mode mode = { 0 };
	struct errtext err = { "" };

	w->loop = loop_new(&mode, &err);
	ck_assert_msg(w->loop != NULL, "%s", err.text);
	w->client = http_client_new(w->loop, &err);
	ck_assert_msg(w->client != NULL, "%s", err.text);
}

void world_end(struct world *w)
{
	http_client_close(w->client);
	if (w->at_end != NULL)
		w->at_end(w);
	loop_stop(w->loop);
}

void world_run(struct world *w)
{
	loop_run(w->loop);
	loop_free(w->loop);
}

static void on_done(void *user, const struct http_result *r)
{
	struct expected *e = user;
	struct world *w = e->world;
	struct outcome *o = e->outcome;

	o->calls++;
	o->answered = r->answered;
	o->status = r->status;
	o->retry_after_ms = r->retry_after_ms;
	o->took_ms = r->took_ms;
	snprintf(o->failure, sizeof o->failure, "%s", r->failure);
	textbuf_init(&o->body);
	textbuf_addn(&o->body, r->body, r->len);
	o->is_whole = r->is_whole;
	snprintf(o->etag, sizeof o->etag, "%s", r->etag);
	snprintf(o->header, sizeof o->header, "%s", r->header);
	free(e);
	if (++w->got == w->want)
		world_end(w);
}

void on_wrote(void *user)
{
	struct expected *e = user;

	ck_assert_int_eq(e->outcome->calls, 0);
	e->outcome->writes++;
}

struct expected *world_send(
    struct world *w, const struct http_send *what, struct outcome *o)
{
	struct expected *e = calloc(1, sizeof *e);
	struct http_send patient = *what;

	e->world = w;
	e->outcome = o;
	if (patient.timeout_ms == 0)
		patient.timeout_ms = DAY_MS;
	http_client_send(w->client, &patient, on_done, e);
	return e;
}

static struct outcome try_one(const struct http_send *what)
{
	struct outcome o = { 0 };
	struct world w = { .want = 1 };

	world_open(&w);
	ck_assert_uint_eq(http_client_in_flight(w.client), 0);
	world_send(&w, what, &o);
	ck_assert_uint_eq(http_client_in_flight(w.client), 1);
	ck_assert_int_eq(o.calls, 0);
	world_run(&w);
	ck_assert_int_eq(o.calls, 1);
	return o;
}

/* Connecting, with TLS and a login, has a limit that nobody can raise: only on
 * a machine that is too slow for it does one without a timeout end so. */
struct outcome send_one(const struct http_send *what)
{
	struct outcome o = try_one(what);

	for (int i = 0; i < 5 && what->timeout_ms == 0 &&
			strcmp(o.failure, "timed out") == 0;
	     i++) {
		textbuf_fini(&o.body);
		o = try_one(what);
	}
	return o;
}
