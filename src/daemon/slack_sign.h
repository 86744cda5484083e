/* slack_sign.h - did Slack send this, just now, and for the first time?
 *
 * Slack signs what it sends ("Verifying requests from Slack", v0): the header
 * X-Slack-Signature is "v0=" and the HMAC-SHA256 of "v0:TIMESTAMP:BODY" in hex,
 * X-Slack-Request-Timestamp the second at which it did.
 *
 *	no headers, or not of that form		UNSIGNED
 *	no secret of ours makes that signature	FORGED
 *	signed more than five minutes ago or
 *	ahead, or before we started		STALE
 *	the very same was taken before		REPLAYED
 *
 * What was taken is remembered for as long as it would be taken again.  Memory
 * is lost with the process: so nothing signed up to our start is taken.  It is
 * bounded: when it is full the oldest is forgotten, and nothing signed up to
 * that one is taken any more; so a replay is never taken, at worst a request
 * that was long on its way is refused and the person clicks again.
 *
 * Real time: Slack knows no virtual clock.  Only what bears a good signature is
 * remembered, so strangers cannot fill it.  Compared in constant time.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_SLACK_SIGN_H
#define SLAWATCH_DAEMON_SLACK_SIGN_H

#include "base/hashmap.h"
#include "base/instant.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLACK_WINDOW_S	 300  /* seconds, before and after */
#define SLACK_SEEN_MAX	 8192 /* requests in ten minutes */
#define SLACK_DIGEST_LEN 32

enum slack_signed {
	SLACK_SIGNED,
	SLACK_UNSIGNED,
	SLACK_FORGED,
	SLACK_STALE,
	SLACK_REPLAYED,
};

/* "the signature is not of this app's secret", for answer and log. */
const char *slack_signed_why(enum slack_signed s);

/* Those taken, in the order in which they came. */
struct slack_seen {
	struct slack_taken {
		int64_t id; /* from the signature */
		int64_t at; /* when it was signed, seconds */
	} * ring;	    /* owned */
	size_t head;
	size_t count;
	struct hashmap ids;
	int64_t floor; /* nothing signed up to there, seconds */
};

/* now: real, when the daemon starts. */
void slack_seen_init(struct slack_seen *s, struct wall now);
void slack_seen_fini(struct slack_seen *s);

/* What Slack would send for it, in hex behind "v0=". */
void slack_sign(const char *secret, const char *timestamp, const char *body,
    size_t len, unsigned char out[SLACK_DIGEST_LEN]);

/* Against every secret ("" and NULL never fit); *which: whose it is.  Headers
 * may be NULL.  What is SIGNED is remembered. */
enum slack_signed slack_check(struct slack_seen *s, const char *const *secrets,
    size_t nsecrets, const char *timestamp, const char *signature,
    const char *body, size_t len, struct wall now, size_t *which);

#endif
