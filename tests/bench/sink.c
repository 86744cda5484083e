/* sink.c - a webhook that only notes when each notice came.
 *
 *	sink COUNT
 *
 * Listens on a free port of 127.0.0.1 and prints its number; answers every
 * request with 200.  When COUNT have come, or its standard input ends, prints
 * a line for each: the microsecond of the epoch at which the request was
 * there (its first byte: what follows is one write), and its notice's number.
 *
 * SPDX-License-Identifier: MIT */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX 16384

struct peer {
	int fd;
	int64_t since; /* first byte of the request under way */
	size_t got;
	char request[REQUEST_MAX];
};

struct arrival {
	int64_t at_us;
	long notice;
};

struct sink {
	int listener;
	int epoll;
	struct arrival *arrivals;
	size_t count;
	size_t most;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "sink: %s\n", what);
	exit(EXIT_FAILURE);
}

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void watch(struct sink *s, int fd, void *what)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = what };

	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		die("epoll");
}

static void open_sink(struct sink *s)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;

	s->epoll = epoll_create1(0);
	s->listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(s->listener, (struct sockaddr *)&at, sizeof at) != 0 ||
	    listen(s->listener, 128) != 0 ||
	    getsockname(s->listener, (struct sockaddr *)&at, &len) != 0)
		die("cannot listen");
	watch(s, s->listener, NULL);
	watch(s, STDIN_FILENO, s);
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
}

static void admit(struct sink *s)
{
	struct peer *p = calloc(1, sizeof *p);
	int on = 1;

	if (p == NULL)
		die("no memory");
	p->fd = accept(s->listener, NULL, NULL);
	setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	watch(s, p->fd, p);
}

/* Bytes of the first request, 0 if it is not whole yet. */
static size_t whole(const struct peer *p)
{
	const char *end = strstr(p->request, "\r\n\r\n");
	const char *length = strcasestr(p->request, "content-length:");
	size_t need;

	if (end == NULL)
		return 0;
	if (length == NULL)
		die("a request without its length");
	need = (size_t)(end + 4 - p->request) + strtoul(length + 15, NULL, 10);
	return p->got >= need ? need : 0;
}

static void note(struct sink *s, const struct peer *p)
{
	static const char member[] = "\"notice\":";
	const char *at = strstr(p->request, member);

	if (at == NULL)
		die("a request without a notice");
	if (s->count < s->most)
		s->arrivals[s->count++] = (struct arrival){ .at_us = p->since,
			.notice = atol(at + sizeof member - 1) };
}

static void answer(struct peer *p)
{
	static const char ok[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

	if (write(p->fd, ok, sizeof ok - 1) != (ssize_t)sizeof ok - 1)
		die("an answer was not taken");
}

static void receive(struct sink *s, struct peer *p)
{
	ssize_t n = read(p->fd, p->request + p->got, REQUEST_MAX - 1 - p->got);

	if (n <= 0) {
		close(p->fd);
		free(p);
		return;
	}
	if (p->got == 0)
		p->since = now_us();
	p->got += (size_t)n;
	p->request[p->got] = '\0';
	if (whole(p) == 0)
		return;
	note(s, p);
	answer(p);
	p->got = 0; /* one at a time: the client does not pipeline */
}

static void run(struct sink *s)
{
	struct epoll_event events[64];
	bool over = false;

	while (!over && s->count < s->most) {
		int n = epoll_wait(s->epoll, events, 64, -1);

		for (int i = 0; i < n; i++) {
			void *what = events[i].data.ptr;

			if (what == s)
				over = true;
			else if (what == NULL)
				admit(s);
			else
				receive(s, what);
		}
	}
}

int main(int argc, char **argv)
{
	struct sink s = { 0 };

	if (argc != 2)
		die("COUNT");
	s.most = strtoul(argv[1], NULL, 10);
	s.arrivals = calloc(s.most, sizeof *s.arrivals);
	if (s.arrivals == NULL)
		die("no memory");
	open_sink(&s);
	run(&s);
	for (size_t i = 0; i < s.count; i++)
		printf("%lld %ld\n", (long long)s.arrivals[i].at_us,
		    s.arrivals[i].notice);
	free(s.arrivals);
	return EXIT_SUCCESS;
}
