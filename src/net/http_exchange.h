/* http_exchange.h - the listener's inside: one request and its answer.
 *
 * The library's thread makes an exchange and frees it; between hand_over() and
 * http_reply() it is the loop's, and the library keeps its connection
 * suspended.
 *
 *	HEADERS --checked--> BODY --all there--> HANDED --resumed--> answered
 *	   |                  |
 *	   |                  +--too much--> DISCARD --all there--> closed
 *	   +--refused--> answered, closed
 *
 * The library says when an exchange is over (on_completed), whatever became of
 * it; nothing is freed anywhere else, so a client that vanishes at any point
 * leaves nothing behind.  That of a suspended exchange is noticed when it is
 * resumed.
 *
 * For http_exchange.c, what runs on the library's thread, and http_listener.c,
 * what runs on the loop.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_HTTP_EXCHANGE_H
#define SLAWATCH_NET_HTTP_EXCHANGE_H

#include "base/arena.h"
#include "base/textbuf.h"
#include "net/http_checks.h"
#include "net/http_deadlines.h"
#include "net/http_limits.h"
#include "net/http_socket.h"
#include "net/http_target.h"

#include <microhttpd.h>

enum stage {
	STAGE_HEADERS, /* nothing of the body was seen */
	STAGE_BODY,
	STAGE_DISCARD, /* refused, answered, and read to its end */
	STAGE_HANDED,  /* the loop's until resumed */
};

struct exchange {
	struct http_request request; /* first: what the loop knows */
	struct http_listener *owner;
	struct MHD_Connection *connection;
	struct http_conn *conn;
	struct exchange *next; /* in the owner's queue */
	enum stage stage;
	struct arena arena;	    /* all texts of the request */
	struct http_param *headers; /* every one, in order */
	size_t nheaders;
	size_t cap_headers;
	struct http_target target;
	struct http_refusal refusal; /* found before the headers were read */
	struct textbuf body;
	size_t body_max; /* bytes that it may have */
	/* From http_reply() on; under the owner's mutex. */
	struct MHD_Response *response;
	unsigned status;
};

struct http_listener {
	struct http_limits limits;
	struct http_socket socket;
	struct MHD_Daemon *daemon;
	http_handler *handler;
	void *user;
	struct http_deadlines deadlines;
	struct loop_poke *arrived;
	size_t bodies;	       /* bytes held; the library's thread only */
	pthread_mutex_t mutex; /* guards all that follows */
	pthread_cond_t answered;
	struct exchange *head; /* gathered, not shown to the loop yet */
	struct exchange *tail;
	size_t pending;	  /* handed over, not replied to */
	size_t answering; /* replied to, not yet written */
	bool is_quiesced;
};

/* The library's daemon with its thread, or NULL. */
struct MHD_Daemon *http_exchanges_start(struct http_listener *h);

#endif
