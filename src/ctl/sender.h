/* sender.h - many events to the daemon, a batch a request.
 *
 * Items are gathered as NDJSON up to a count and a size, and posted by
 * sender_flush().  What the daemon says of each is counted; a refused one is
 * named on standard error by what the caller calls it ("line 17"), its id and
 * ticket, the code and the reason.
 *
 * After a flush that failed the batch is still there: the ids make it harmless
 * to send it again, and nothing of it was taken if the daemon said 503.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SENDER_H
#define SLAWATCH_CTL_SENDER_H

#include "ctl/live.h"

#include <stdbool.h>
#include <stddef.h>

#define SENDER_BATCH_DEFAULT 500
#define SENDER_BATCH_MOST    10000
#define SENDER_BYTES_MAX     (4 * 1024 * 1024) /* of a request; daemon: 8 M */

struct sender {
	struct live *live;	 /* borrowed */
	struct live_reply reply; /* the latest */
	struct textbuf batch;	 /* NDJSON */
	size_t count;		 /* items in it */
	size_t most;		 /* of one request */
	const char *word;	 /* "item", "line" */
	size_t *number;		 /* of each item: its own */
	size_t requests;	 /* that were answered */
	size_t accepted;
	size_t duplicates;
	size_t refused;
};

void sender_init(
    struct sender *s, struct live *live, const char *word, size_t most);
void sender_fini(struct sender *s);

/* Would the item not go into the batch as it is?  Then flush first. */
bool sender_full(const struct sender *s, size_t len);

/* Appends an item as one line.  One that no request could hold is refused here.
 * The batch is not full. */
void sender_add(struct sender *s, const char *item, size_t len, size_t number);

/* Posts what is there, if anything.  Other than EXIT_OK: see live_request()
 * and live_judge(). */
enum exit_code sender_flush(struct sender *s, struct errtext *err);

/* Accepted, duplicates and refused together. */
size_t sender_sent(const struct sender *s);

#endif
