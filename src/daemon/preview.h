/* preview.h - what would be sent, if it were sent now?
 *
 * The letter is written by the same hands as a real one: notice_view_build()
 * and the channel kind's build(); nothing is sent, asked or remembered.  What
 * the other side would have to be asked first (a Slack user id) is made up
 * where it is not known, and says so.  A link by which a ticket can be
 * acknowledged would work for whoever reads the preview: none is made, its
 * place is shown. Secrets are written over.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_PREVIEW_H
#define SLAWATCH_DAEMON_PREVIEW_H

#include "base/arena.h"
#include "base/textbuf.h"
#include "core/matrix.h"
#include "store/reader.h"

struct preview {
	const struct matrix *m;
	const char *key;  /* of the ticket; NULL: one that is made up */
	int channel;	  /* index in the matrix */
	int person;	  /* or -1: the room */
	int chain;	  /* whose step it is, or -1: as it is */
	int reason;	  /* enum notice_reason; -1: of its latest alert */
	const char *home; /* public_url, or NULL */
	struct wall now;
};

/* Appends one JSON object.  STORE_NONE: there is no such ticket. */
enum store_result preview_write(const struct preview *p, struct reader *r,
    struct arena *arena, struct textbuf *out, struct errtext *err);

#endif
