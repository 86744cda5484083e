/* retry.h - it was not delivered: again, when, or never?
 *
 * What HTTP, SMTP and the network may answer is a table (retry.c), each row
 * with its source.  Nothing that was refused for good ever counts as success.
 *
 * Waiting is exponential from 1 s, doubled each time, at most 5 min, with full
 * jitter in the upper half; the chance is an argument.  A Retry-After is the
 * least.  A notice is tried until it is of no use any more.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_RETRY_H
#define SLAWATCH_CORE_RETRY_H

#include "base/instant.h"
#include "core/event.h"
#include "core/matrix.h"

#include <stdint.h>

enum transport {
	TRANSPORT_HTTP,	  /* code: the response's status */
	TRANSPORT_SMTP,	  /* code: the last reply's, 250 on success */
	TRANSPORT_NETWORK /* nothing came back: refused, timeout, TLS, ... */
};

struct attempt {
	enum transport transport;
	int code;
	int64_t retry_after_ms; /* -1: none was given */
	const char *body;	/* start of the answer: Slack's error words */
	int number;		/* attempts that failed before this one */
	uint64_t chance;	/* random bits */
};

struct retry {
	enum delivery delivery;
	int64_t wait_ms;    /* AGAIN: from now */
	bool whole_channel; /* AGAIN: the destination asked everybody to wait */
	const char *why;    /* a constant text */
};

struct retry retry_after(enum channel_type type, const struct attempt *a);

#endif
