/* retry.h - it was not delivered: again, when, another way, or never?
 *
 * What an endpoint may answer is a table, each row with its source: first the
 * channel kind's own rows (its words: "channel_not_found"), then those of its
 * transport (retry.c: HTTP, SMTP).  Nothing that was refused for good ever
 * counts as success, and no answer is without a row: what nobody documented is
 * tried again, and the notice's own time limit ends it.
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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum transport {
	TRANSPORT_HTTP,	  /* code: the response's status */
	TRANSPORT_SMTP,	  /* code: the last reply's, 250 on success */
	TRANSPORT_NETWORK /* nothing came back: refused, timeout, TLS, ... */
};

/* What follows from an answer. */
enum meaning {
	MEANS_OK,
	MEANS_RETRY, /* this one again, later */
	MEANS_WAIT,  /* the destination asks everybody to wait */
	MEANS_NEXT,  /* never this one: the same person's next channel */
	MEANS_ALARM, /* nor anything else by this channel, until somebody mends
			it: next channel, and the owner is told */
	MEANS_COUNT
};

const char *meaning_name(enum meaning m); /* "retry" */

/* Who or what is it about? */
enum blame {
	BLAME_NOBODY,
	BLAME_MESSAGE, /* it was malformed, or too long */
	BLAME_PERSON,  /* cannot be reached there any more */
	BLAME_ROOM,    /* archived, gone, we are not in it */
	BLAME_CHANNEL, /* credentials, permissions: everything sent by it */
	BLAME_ENDPOINT /* their trouble: a server error, no answer */
};

/* A word, or a range of codes, or both; the first row that fits counts. */
struct answer_row {
	const char *word; /* of the other side; NULL: any */
	int from, to;	  /* codes; 0, 0: any */
	enum meaning meaning;
	enum blame blame;
	const char *why; /* for people; NULL: the word itself */
};

struct answers {
	const struct answer_row *rows;
	size_t count;
};

/* The rows of HTTP and SMTP: retry.c. */
struct answers answers_of(enum transport transport);

struct attempt {
	enum transport transport;
	int code;
	int64_t retry_after_ms;	   /* -1: none was given */
	const char *word;	   /* "" if it said none */
	const struct answers *own; /* the kind's rows, or NULL */
	int number;		   /* attempts that failed before this one */
	uint64_t chance;	   /* random bits */
};

struct retry {
	enum delivery delivery; /* OK, AGAIN or NEVER */
	enum meaning meaning;
	enum blame blame;
	int64_t wait_ms; /* AGAIN: from now */
	const char *why; /* a constant text, or attempt's word */
};

struct retry retry_judge(const struct attempt *a);

#endif
