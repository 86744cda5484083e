/* http_server.h - our listener on a thread of its own, and a raw client.
 *
 * The loop runs on the server's thread; the test is the client, with plain
 * sockets, since no client library would say what is tested here.  Every wait
 * is a poll with a deadline.
 *
 *	/hold	waits for the poke `release`, then 202 "late"
 *	else	tells what was asked, with X-Extra: yes and in X-Said what stood
 *		in the header X-Say, "nothing" if http_header() has none
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_HTTP_SERVER_H
#define SLAWATCH_TESTS_HTTP_SERVER_H

#include "net/http_limits.h"

#include <pthread.h>
#include <stdint.h>

#define BODY_MAX   100000
#define BODIES_MAX 150000
#define WAIT_MS	   120000 /* how long a test waits for what must come */
#define CLOSING	   "Host: x\r\nConnection: close\r\n"

enum { HELD_MAX = 256 };

struct server {
	struct http_address address;
	struct http_limits limits;
	pthread_t thread; /* named "loop" */
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool is_ready;
	/* Used from other threads only as their headers allow. */
	struct loop *loop;
	struct http_listener *listener;
	struct loop_poke *release;
	struct loop_poke *quiesce;
	struct loop_poke *stop;
	int port;
	int handled; /* requests shown to the loop; mutex */
	struct http_request *held[HELD_MAX];
	int nheld;
	int gone; /* of those: had hung up; when none is pending any more */
};

struct http_limits limits_for_tests(void);

/* On 127.0.0.1 and any port, until the address is changed. */
struct server server_of(struct http_limits limits);
void server_start(struct server *s);
void server_stop(struct server *s);
int handled(struct server *s);
void wait_for_handled(struct server *s, int n);
void wait_for_pending(struct server *s, size_t n);

/* The handler, for a listener without a server: user is the struct server. */
void handle(void *user, struct http_request *r);

int64_t now_ms(void);

int try_dial(int port); /* -1: refused */
int dial(int port);
int dial_unix(const char *path);

/* False: the server would not hear all of it. */
bool say_bytes(int fd, const char *data, size_t len);
bool say(int fd, const char *text);

/* All until the server closes; closes too.  A reset ends it as well: the
 * caller judges what came before. */
char *hear_all(int fd);
/* One answer of a connection that stays open; its length is told. */
char *hear_one(int fd);
/* The same, or NULL if the server hangs up instead. */
char *try_hear_one(int fd);
/* Asks, hears until the server closes. */
char *ask(int port, const char *request);

int status_of(const char *answer);
const char *body_of(const char *answer);
int count_of(const char *text, const char *what);

/* n times "b". */
char *bytes(size_t n);

#endif
