/* http_limits.h - the listener's limits as values, so that tests need not wait.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_HTTP_LIMITS_H
#define SLAWATCH_NET_HTTP_LIMITS_H

#include "net/http_listener.h"

struct http_limits {
	size_t body_max;	  /* bytes of one request */
	size_t bodies_max;	  /* bytes of all requests under way */
	unsigned connections_max; /* more are not accepted */
	int64_t request_ms;	  /* from first byte to last */
	int64_t idle_ms;	  /* from an answer to the next request */
	int64_t close_ms;	  /* closing waits so long for last answers */
	/* Less than body_max for some paths, so that strangers fill no memory
	 * where little is expected; or NULL.  Called on the library's thread:
	 * depends on nothing but the path. */
	size_t (*body_max_at)(const char *path);
};

/* Those of http_listener.h. */
extern const struct http_limits http_limits_default;

struct http_listener *http_listener_start_limited(struct loop *l,
    const struct http_address *a, const struct http_limits *limits,
    http_handler *handler, void *user, struct errtext *err);

#endif
