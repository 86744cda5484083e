/* http_client_private.h - a transfer and the client that carries it.
 *
 *	send --> waiting at its host --start--> running (curl has it)
 *	                |                           |
 *	         bad argument                   curl says done
 *	                +--------> finished <-------+
 *	                              |
 *	                            done()
 *
 * For the http_client*.c files only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_HTTP_CLIENT_PRIVATE_H
#define SLAWATCH_NET_HTTP_CLIENT_PRIVATE_H

#include "base/arena.h"
#include "base/textbuf.h"
#include "net/http_client.h"

#include <curl/curl.h>

struct transfer {
	struct http_client *client;
	struct client_host *host;
	struct transfer *prev; /* in one of the lists above */
	struct transfer *next;
	struct arena arena; /* owns all texts of `what` */
	struct http_send what;
	bool is_smtp;
	CURL *easy;		 /* while running; owned */
	struct curl_slist *list; /* headers, or the recipient; owned */
	size_t sent;		 /* SMTP: bytes of the message given to curl */
	curl_socket_t fd;	 /* last one curl watched for it */
	bool has_begun;		 /* logged in; the message itself goes now */
	int smtp_code;		 /* of the last reply, or of the refusal */
	size_t answer_len;	 /* bytes that came, kept or not */
	struct textbuf answer;	 /* those kept */
	int64_t start_ms;	 /* monotonic, when it left the queue */
	struct http_result result; /* once finished */
	void (*done)(void *user, const struct http_result *r);
	void *user;
};

struct transfer_list {
	struct transfer *head;
	struct transfer *tail;
	size_t count;
};

struct client_host {
	char *key; /* "https://hooks.example.com"; owned */
	struct client_host *next;
	struct transfer_list waiting;
	size_t running;
};

struct http_client {
	struct loop *loop;
	CURLM *multi;
	struct loop_timer *timer;  /* curl's one timeout */
	struct loop_poke *kick;	   /* a timeout of zero, and early failures */
	struct client_host *hosts; /* only those with something to do */
	struct transfer_list running;
	struct transfer_list finished;
	size_t waiting;
	curl_socket_t *open; /* every socket curl has; owned */
	size_t nopen;
	size_t cap_open;
	int depth;	 /* how deep in act(): destroy only outside */
	bool in_curl;	 /* curl is on the stack: not to be entered again */
	bool is_closing; /* http_client_close() was called */
};

void transfer_list_add(struct transfer_list *list, struct transfer *t);
void transfer_list_drop(struct transfer_list *list, struct transfer *t);

/* Is it fit to be sent?  A fixed text says why not, else NULL. */
const char *request_flaw(const struct http_send *what);

/* Sets t->easy up from t->what. */
void request_build(struct transfer *t);

/* Fills t->result from what curl says of t->easy, which must still be there. */
void result_read(struct transfer *t, CURLcode rc);

/* For a message that was never given to curl. */
void result_fail(struct transfer *t, const char *failure);

/* The multi handle with its sockets on the loop.  False with a reason. */
bool sockets_open(struct http_client *c, struct errtext *err);
/* No easy handle is in it any more. */
void sockets_close(struct http_client *c);
/* Options of an easy handle that sockets_*() need. */
void sockets_prepare(struct transfer *t);

/* Lets curl act and takes what it finished; http_client.c. */
void client_act(struct http_client *c, curl_socket_t fd, int events);

#endif
