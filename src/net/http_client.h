/* http_client.h - messages out, files in: HTTP and SMTP over one curl multi
 * handle.
 *
 * Asynchronous, on the loop, any number at once; at most CLIENT_HOST_MAX a
 * host, so that one slow hook does not take every socket.  What is above the
 * limits waits in here, and an attempt's time begins when it leaves.  No
 * redirects, no proxies from the environment, only http, https, smtp and smtps.
 *
 * Nothing here blocks the loop: names are resolved on threads, and neither a
 * name server nor a mail server that hangs is waited for at the end.
 *
 * Never logs; a failure's text never holds URL, headers or body.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_HTTP_CLIENT_H
#define SLAWATCH_NET_HTTP_CLIENT_H

#include "base/errtext.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stddef.h>

#define CLIENT_HOST_MAX	 8
#define CLIENT_TOTAL_MAX 64 /* connections */
/* HTTP only: to SMTP's connecting belong greeting and login, and mail servers
 * keep callers waiting on purpose; there it may take the whole attempt. */
#define CLIENT_CONNECT_MS 5000
#define CLIENT_TIMEOUT_MS 15000 /* of one attempt in all */
#define CLIENT_ANSWER_MAX 4096	/* bytes of the answer kept */

struct http_client;

struct http_client *http_client_new(struct loop *l, struct errtext *err);
size_t http_client_in_flight(const struct http_client *c);
/* Nothing is in flight, or what is gets cancelled without a callback.  May be
 * called from a done(). */
void http_client_close(struct http_client *c);

/* All texts are copied.  HTTP: POST of body, or another method; a GET has none.
 * SMTP: body is the message. */
struct http_send {
	const char *url;	 /* http, https, smtp, smtps */
	const char *unix_path;	 /* HTTP over that socket, or NULL */
	const char *method;	 /* HTTP: "POST" if NULL */
	const char *headers[12]; /* HTTP: "Name: value" */
	size_t nheaders;
	const char *body;
	size_t len;
	const char *mail_from; /* SMTP: bare addresses */
	const char *mail_to;
	const char *user; /* SMTP: or NULL */
	const char *password;
	bool starttls;		   /* smtp: refuse without TLS */
	const char *aws_sigv4;	   /* HTTP: sign with user and password as
				      "aws:amz:REGION:SERVICE"; or NULL */
	const char *ca_file;	   /* or NULL: the system's bundle */
	int64_t timeout_ms;	   /* 0: CLIENT_TIMEOUT_MS */
	size_t answer_max;	   /* bytes of the answer kept; 0:
				      CLIENT_ANSWER_MAX */
	const char *answer_header; /* HTTP: one of the answer's headers, wanted;
				      or NULL */
	void (*wrote)(void *user); /* or NULL: see below */
};

struct http_result {
	bool answered;		/* a status came back */
	int status;		/* HTTP or SMTP */
	int64_t retry_after_ms; /* from Retry-After (seconds or date); or -1 */
	const char *body;	/* first bytes of the answer, NUL-terminated;
				   SMTP: the last reply line */
	size_t len;		/* of body, which may hold NULs */
	bool is_whole;		/* body is all there was, and all of it came:
				   what is cut may look like a sound file */
	const char *etag;	/* HTTP: for If-None-Match next time; or "" */
	const char *header;	/* HTTP: answer_header's value; or "" */
	const char *failure;	/* "connection refused"; "" if answered */
	int64_t took_ms;
};

/* done() is called once, later, on the loop; the result is gone when it
 * returns.  wrote(), if given, is called when the connection stands and the
 * request goes to the socket in the next instructions. */
void http_client_send(struct http_client *c, const struct http_send *what,
    void (*done)(void *user, const struct http_result *r), void *user);

#endif
