/* http_listener.h - requests in, replies out.
 *
 * libmicrohttpd on a thread of its own gathers whole requests and hands them to
 * the loop; the connection is suspended until the loop replies.  It holds no
 * state of ours and decides nothing but what HTTP itself forbids:
 *	more than one Content-Length, Content-Length with Transfer-Encoding
 *	(request smuggling, RFC 9112 6.1), missing or second Host: 400
 *	a body over the limit: 413 at once (counted for chunked bodies)
 *	a path or query with a malformed escape, an escaped NUL, not UTF-8: 400
 *	a request that is not complete within its deadline: closed; its time
 *	begins with the connection, or with the request line of a later one
 *	more connections than the limit: not accepted
 * No TLS here (see DEPENDENCIES): that is a reverse proxy's.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_HTTP_LISTENER_H
#define SLAWATCH_NET_HTTP_LISTENER_H

#include "base/errtext.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stddef.h>

#define HTTP_BODY_MAX	     (8 * 1024 * 1024)	/* bytes */
#define HTTP_BODIES_MAX	     (64 * 1024 * 1024) /* of all under way: 503 */
#define HTTP_CONNECTIONS_MAX 512
#define HTTP_REQUEST_SECONDS 30 /* from first byte to last */
#define HTTP_IDLE_SECONDS    60 /* from an answer to the next request line */

struct http_listener;

struct http_request {
	const char *method;	   /* "POST" */
	const char *path;	   /* percent-decoded, without the query */
	const char *content_type;  /* or "" */
	const char *authorization; /* or NULL */
	const char *accept;	   /* or "" */
	const char *body;	   /* NUL-terminated; "" if none */
	size_t body_len;
	bool is_local; /* came by the Unix socket */
	void *user;    /* for the handler's own use, NULL at first */
};

/* A query parameter, percent-decoded with "+" as a space, or NULL; the first if
 * there are several of the name. */
const char *http_query(const struct http_request *r, const char *name);

/* A header's value, names without regard to case, or NULL; NULL too if it came
 * more than once. */
const char *http_header(const struct http_request *r, const char *name);

/* Every query parameter in order: to refuse unknown ones. */
void http_query_each(const struct http_request *r,
    void (*each)(void *user, const char *name, const char *value), void *user);

/* Has who asked hung up?  Nobody would hear the answer, which is due all the
 * same.  Before http_reply() only.  Over TCP also one that only says that it
 * says nothing more: the two look alike. */
bool http_is_gone(const struct http_request *r);

/* Called on the loop.  The request lives until http_reply(). */
typedef void http_handler(void *user, struct http_request *r);

struct http_address {
	const char *unix_path; /* or NULL */
	int unix_mode;	       /* 0660 */
	const char *host;      /* "127.0.0.1", "::1"; or NULL */
	int port;	       /* 0: any, see http_listener_port() */
	int fd;		       /* inherited socket (systemd), or -1 */
};

/* A stale Unix socket (nobody answers) is removed; a live one is an error. */
struct http_listener *http_listener_start(struct loop *l,
    const struct http_address *a, http_handler *handler, void *user,
    struct errtext *err);

int http_listener_port(const struct http_listener *h);

/* Exactly once a request, on the loop.  The body is copied.  header: an extra
 * line "Retry-After: 5", several with "\n" between them, or NULL. */
void http_reply(struct http_request *r, int status, const char *content_type,
    const char *body, size_t len, const char *header);

/* Accepts nothing more; requests in hand may still be answered. */
void http_listener_quiesce(struct http_listener *h);
/* Requests handed to the loop and not yet replied to. */
size_t http_listener_pending(const struct http_listener *h);
/* No request is pending. */
void http_listener_close(struct http_listener *h);

#endif
