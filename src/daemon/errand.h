/* errand.h - one attempt with one notice, from disk to the wire.
 *
 * The notifier makes an errand; a worker reads the notice anew and writes its
 * message (errand_prepare), so that what is sent shows the present truth and
 * what has become moot since is not sent at all; the loop sends it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_ERRAND_H
#define SLAWATCH_DAEMON_ERRAND_H

#include "core/notice_view.h"
#include "daemon/matrix_ref.h"
#include "net/http_client.h"
#include "store/reader.h"

#include <stddef.h>
#include <stdint.h>

enum errand_kind {
	ERRAND_SEND,   /* by HTTP or SMTP: `send` */
	ERRAND_LOG,    /* by a line in the log */
	ERRAND_GONE,   /* not pending any more */
	ERRAND_REFUSE, /* can never be sent: `why` */
	ERRAND_FAIL,   /* the disk could not say: `why`; to be tried again */
};

struct notifier;

struct errand {
	struct notifier *notifier; /* borrowed */
	struct errand *next;	   /* among those that are being sent */
	struct errand **self;	   /* what points to it there; or NULL */
	int64_t notice_id;
	int64_t ticket_id;
	size_t lane;
	struct matrix_ref *matrix; /* a reference of its own */
	const char *instance;	   /* begins the idempotency key; borrowed */
	struct wall now;	   /* of the attempt */

	/* By errand_prepare(), all in the arena. */
	struct arena arena;
	enum errand_kind kind;
	const char *why;
	enum channel_type type;
	struct notice notice;
	struct notice_view view;
	struct http_send send;
};

/* The reference is taken over. */
struct errand *errand_new(int64_t notice_id, struct matrix_ref *matrix);
void errand_free(struct errand *e);

/* On a worker thread. */
void errand_prepare(struct errand *e, struct reader *r, struct wall now);

/* The whole notice as one line of the log. */
void errand_log(const struct errand *e);

#endif
