/* load.c - as many events as the daemon takes, over a few connections.
 *
 *	load SOCKET CONNECTIONS REQUESTS BATCH PREFIX SECONDS
 *
 * REQUESTS requests of BATCH `created` events each (1: one JSON object, more:
 * NDJSON), made beforehand, over CONNECTIONS kept open on the Unix socket;
 * each sends its next request when the last one was answered.  Ends when all
 * are answered or SECONDS are over; prints how many were, in what time, and
 * how long one waited:
 *
 *	requests 40000 seconds 2.125 p50_ms 3.10 p99_ms 9.84
 *
 * Any answer but 200 ends it with status 1.
 *
 * SPDX-License-Identifier: MIT */
#include "base/instant.h"
#include "base/textbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MAX 65536

struct client {
	int fd;
	const struct textbuf *request; /* under way, or NULL */
	size_t sent;
	size_t got;
	double since;
	char answer[ANSWER_MAX];
};

struct load {
	struct textbuf *requests;
	size_t nrequests;
	size_t next;
	double *waits; /* ms, of those answered */
	size_t answered;
	struct client *clients;
	int nclients;
	int epoll;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(EXIT_FAILURE);
}

static void add_event(
    struct textbuf *body, const char *prefix, size_t number, const char *at)
{
	textbuf_addf(body,
	    "{\"id\":\"%s-%zu\",\"ticket\":\"bench:%s-%zu\",\"at\":\"%s\","
	    "\"type\":\"created\",\"fields\":{\"subject\":\"Cannot log in "
	    "since this morning\",\"severity\":\"P2\",\"status\":\"new\","
	    "\"category\":\"technical\",\"channel\":\"email\",\"customer\":"
	    "{\"id\":\"c%zu\",\"name\":\"Acme Corp\",\"tier\":"
	    "\"enterprise\"},\"tags\":[\"login\"],\"text\":\"The page says "
	    "that the session has expired, again and again. Clearing cookies "
	    "did not help.\"}}\n",
	    prefix, number, prefix, number, at, number % 997);
}

static void make_requests(struct load *l, size_t batch, const char *prefix)
{
	char at[WALL_TEXT_MAX];
	struct timespec ts;
	struct textbuf body;

	clock_gettime(CLOCK_REALTIME, &ts);
	wall_format(wall_at((int64_t)ts.tv_sec * 1000), at);
	textbuf_init(&body);
	for (size_t i = 0; i < l->nrequests; i++) {
		textbuf_clear(&body);
		for (size_t k = 0; k < batch; k++)
			add_event(&body, prefix, i * batch + k, at);
		textbuf_init(&l->requests[i]);
		textbuf_addf(&l->requests[i],
		    "POST /v1/events HTTP/1.1\r\nHost: localhost\r\n"
		    "Content-Type: application/%s\r\nContent-Length: %zu\r\n"
		    "\r\n%s",
		    batch == 1 ? "json" : "x-ndjson", body.len, body.data);
	}
	textbuf_fini(&body);
}

static void connect_clients(struct load *l, const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof to.sun_path)
		die("the socket's path is too long");
	memcpy(to.sun_path, path, strlen(path));
	l->epoll = epoll_create1(0);
	for (int i = 0; i < l->nclients; i++) {
		struct client *c = &l->clients[i];
		struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };

		c->fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0 ||
		    epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &ev) != 0)
			die("cannot connect");
	}
}

/* Writes block: the daemon reads a request whole before it answers. */
static void send_next(struct load *l, struct client *c)
{
	c->request = NULL;
	if (l->next == l->nrequests)
		return;
	c->request = &l->requests[l->next++];
	c->since = now();
	c->got = 0;
	for (c->sent = 0; c->sent < c->request->len;) {
		ssize_t n = write(c->fd, c->request->data + c->sent,
		    c->request->len - c->sent);

		if (n <= 0)
			die("the daemon closed a connection");
		c->sent += (size_t)n;
	}
}

/* Is the answer whole?  Only 200 will do. */
static bool is_whole(const struct client *c)
{
	const char *end = strstr(c->answer, "\r\n\r\n");
	const char *length = strcasestr(c->answer, "content-length:");

	if (end == NULL)
		return false;
	if (strncmp(c->answer, "HTTP/1.1 200", 12) != 0 || length == NULL)
		die(c->answer);
	return c->got >=
	       (size_t)(end + 4 - c->answer) + strtoul(length + 15, NULL, 10);
}

static void receive(struct load *l, struct client *c)
{
	ssize_t n = read(c->fd, c->answer + c->got, ANSWER_MAX - 1 - c->got);

	if (n <= 0)
		die("the daemon closed a connection");
	c->got += (size_t)n;
	c->answer[c->got] = '\0';
	if (!is_whole(c))
		return;
	l->waits[l->answered++] = (now() - c->since) * 1e3;
	send_next(l, c);
}

static void run(struct load *l, double until)
{
	struct epoll_event events[64];

	for (int i = 0; i < l->nclients; i++)
		send_next(l, &l->clients[i]);
	while (l->answered < l->nrequests && now() < until) {
		int n = epoll_wait(l->epoll, events, 64, 100);

		for (int i = 0; i < n; i++)
			receive(l, events[i].data.ptr);
	}
}

static void finish(struct load *l)
{
	for (int i = 0; i < l->nclients; i++)
		close(l->clients[i].fd);
	close(l->epoll);
	for (size_t i = 0; i < l->nrequests; i++)
		textbuf_fini(&l->requests[i]);
	free(l->clients);
	free(l->requests);
	free(l->waits);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void *array(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		die("no memory");
	return p;
}

int main(int argc, char **argv)
{
	struct load l = { 0 };
	double began, seconds;

	if (argc != 7)
		die("SOCKET CONNECTIONS REQUESTS BATCH PREFIX SECONDS");
	l.nclients = atoi(argv[2]);
	l.nrequests = strtoul(argv[3], NULL, 10);
	l.clients = array((size_t)l.nclients, sizeof *l.clients);
	l.requests = array(l.nrequests, sizeof *l.requests);
	l.waits = array(l.nrequests, sizeof *l.waits);
	make_requests(&l, strtoul(argv[4], NULL, 10), argv[5]);
	connect_clients(&l, argv[1]);
	began = now();
	run(&l, began + strtod(argv[6], NULL));
	seconds = now() - began;
	if (l.answered == 0)
		die("nothing was answered in time");
	qsort(l.waits, l.answered, sizeof *l.waits, compare);
	printf("requests %zu seconds %.3f p50_ms %.2f p99_ms %.2f\n",
	    l.answered, seconds, l.waits[l.answered / 2],
	    l.waits[l.answered * 99 / 100]);
	finish(&l);
	return EXIT_SUCCESS;
}
