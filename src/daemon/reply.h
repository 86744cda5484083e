/* reply.h - answers in JSON.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_REPLY_H
#define SLAWATCH_DAEMON_REPLY_H

#include "base/textbuf.h"
#include "net/http_listener.h"

/* The buffer is given back. */
void reply_json(struct http_request *r, int status, struct textbuf *body);

/* {"error": ...}; formats as textbuf.h. */
void reply_error(struct http_request *r, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with an extra header line, or NULL. */
void reply_error_with(
    struct http_request *r, int status, const char *header, const char *why);

/* 503: nothing was taken, the same may be sent again. */
void reply_busy(struct http_request *r, const char *why);

#endif
