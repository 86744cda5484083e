/* deliver.h - a notice as its channel wants it: what to send, where.
 *
 * One function per channel type lays the view out (wire/) and adds what the
 * transport needs: URL, addresses, headers, signature.  Pure but for libcrypto;
 * called on a worker thread.
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
#include "core/notice_view.h"
#include "net/http_client.h"

#include <stddef.h>

/* What is to be said, to whom, under which name. */
struct letter {
	const struct notice_view *view;
	const struct channel *channel;
	const char *who; /* person's name, "" for a room */
	const char *idempotency_key;
	struct wall now;
};

/* All texts in the arena or in the matrix.  NULL, or why it can never be sent
 * ("dana has no email address"), a text in the arena. */
const char *deliver_build(
    const struct letter *letter, struct arena *arena, struct http_send *out);

/* hex of HMAC-SHA256(key, "timestamp.body"). */
#define SIGNATURE_TEXT_MAX 65
void deliver_sign(const char *secret, int64_t timestamp, const char *body,
    size_t len, char out[SIGNATURE_TEXT_MAX]);

#endif
