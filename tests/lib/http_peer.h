/* http_peer.h - the client's world: peers that do as told, and one loop.
 *
 * A peer is a script on a thread: hear a request, say these bytes.  A world is
 * a loop with a client on it that ends when so many results have come.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_HTTP_PEER_H
#define SLAWATCH_TESTS_HTTP_PEER_H

#include "base/textbuf.h"
#include "net/http_client.h"

#include <pthread.h>
#include <stdint.h>

struct peer {
	const char *answer;   /* to each request */
	bool is_smtp_refuser; /* greets, refuses the recipient, ignores QUIT */
	bool is_endless;      /* repeats the answer until nobody listens */
	bool keeps;	      /* the connection, for further requests */
	int listener;
	int port;
	pthread_t thread;
	/* Valid when joined. */
	struct textbuf heard;
	int connections;
	int requests;
};

void peer_start(struct peer *p);
void peer_join(struct peer *p); /* `heard` is the caller's to end */
void peer_stop(struct peer *p);
int listen_on_loopback(int *port);

struct outcome {
	int calls;
	int writes;
	bool answered;
	int status;
	int64_t retry_after_ms;
	int64_t took_ms;
	char failure[200];
	struct textbuf body;
	bool is_whole;
	char etag[300];
	char header[300];
};

struct world {
	struct loop *loop;
	struct http_client *client;
	size_t want; /* results; then the client closes and the loop stops */
	size_t got;
	void (*at_end)(struct world *w); /* closes what else there is */
};

/* The user of on_done() and on_wrote(); on_done() frees it. */
struct expected {
	struct world *world;
	struct outcome *outcome;
};

void world_open(struct world *w);
void world_end(struct world *w);
void world_run(struct world *w); /* until its end; frees it */
/* Without a timeout it has all the time in the world. */
struct expected *world_send(
    struct world *w, const struct http_send *what, struct outcome *o);
void on_wrote(void *user);

/* One message in a world of its own. */
struct outcome send_one(const struct http_send *what);

int64_t now_ms(void);

#endif
