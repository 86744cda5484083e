/* deliver.h - from what a channel kind wants sent to a request, signed.
 *
 * Pure but for libcrypto; called on a worker thread.
 *
 * Signed webhooks:
 *	X-Slawatch-Timestamp: 1767603960
 *	X-Slawatch-Signature: v1=HEX
 * HEX is HMAC-SHA256 of "TIMESTAMP.BODY" with the channel's secret.
 * Idempotency-Key is the same for every attempt with one notice.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_DELIVER_H
#define SLAWATCH_DAEMON_DELIVER_H

#include "base/arena.h"
#include "net/http_client.h"
#include "wire/via.h"

#include <stddef.h>

/* The request for what a kind (wire/via.h) wants sent; texts in the arena, the
 * channel or `o`. */
void deliver_request(const struct channel *c, const struct outgoing *o,
    struct wall now, struct arena *a, struct http_send *out);

/* hex of HMAC-SHA256(key, "timestamp.body"). */
#define SIGNATURE_TEXT_MAX 65
void deliver_sign(const char *secret, int64_t timestamp, const char *body,
    size_t len, char out[SIGNATURE_TEXT_MAX]);

#endif
