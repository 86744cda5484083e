/* http_checks.h - which requests does HTTP itself forbid?
 *
 * Looks at the header section only, before any byte of the body: what two
 * implementations could read in two ways (RFC 9112 6.1, 6.3, 3.2) would let one
 * client smuggle a request behind the back of the proxy in front of us.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_HTTP_CHECKS_H
#define SLAWATCH_NET_HTTP_CHECKS_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

/* Why a request is refused.  status 0: it is not. */
struct http_refusal {
	int status;
	const char *why; /* fixed text, safe in JSON */
};

#define HTTP_TOO_LARGE                                                         \
	((struct http_refusal){ 413, "body: larger than this server takes" })
#define HTTP_BUSY                                                              \
	((struct http_refusal){ 503, "server: too much under way, try "        \
				     "again" })
#define HTTP_STOPPING                                                          \
	((struct http_refusal){ 503, "server: stopping, try again" })

struct http_refusal http_check_headers(
    struct MHD_Connection *connection, const char *version, size_t body_max);

/* Queues {"error": why}; the connection closes behind it. */
enum MHD_Result http_refuse(
    struct MHD_Connection *connection, struct http_refusal refusal);

/* Says it at once, while the body is still coming, which the library cannot:
 * straight to the socket, and then no more is written.  The caller reads on
 * and throws away, since closing with unread bytes would make the kernel take
 * the answer back (RST). */
void http_refuse_early(int fd, struct http_refusal refusal);

#endif
