/* mail_envelope.h - from whom, to whom, which message of which conversation?
 *
 * Threaded per ticket: References and In-Reply-To name a stable root that was
 * never sent; Message-ID comes from the outbox row, so that a repeat after a
 * crash is the same message to every mail reader.  An incident is a
 * conversation of its own; a digest belongs to none.
 *
 * Auto-Submitted: auto-generated (RFC 3834), so that nobody's vacation answers;
 * X-Auto-Response-Suppress says the same to Exchange.
 *
 * Addresses are ASCII: local parts with other letters would need SMTPUTF8
 * (RFC 6531), which relays and their customers' servers seldom have, and a
 * notice must not depend on it; a domain with other letters is written as
 * its A-label ("xn--mller-kva.example").
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_MAIL_ENVELOPE_H
#define SLAWATCH_WIRE_MAIL_ENVELOPE_H

#include "base/arena.h"
#include "wire/via.h"

#include <stdbool.h>
#include <stddef.h>

struct mail_envelope {
	const char *from; /* bare addresses */
	const char *to;
	const char *from_name; /* one line, or "" */
	const char *to_name;
	const char *domain; /* of `from`: for Message-ID and roots */
};

/* NULL, or why the letter can be sent to nobody or from nobody; texts in the
 * arena. */
const char *mail_envelope_init(
    struct mail_envelope *e, const struct letter *l, struct arena *a);

struct mail_header {
	const char *name;
	const char *value; /* ASCII */
};

#define MAIL_HEADERS_MAX 6

struct mail_headers {
	struct mail_header at[MAIL_HEADERS_MAX];
	size_t count;
};

/* All but From, To, Subject, Date and what describes the body. */
void mail_headers_init(struct mail_headers *h, const struct letter *l,
    const struct mail_envelope *e, struct arena *a);

/* The bare address of a mailbox: "SLA <sla@x.org>" gives "sla@x.org".  False
 * if it is not one, or holds a control character. */
bool mail_address(const char *mailbox, char *out, size_t size);

/* "Mara Stein" <mara@x.org>, in UTF-8, for APIs that encode it themselves;
 * quotes and backslashes of the name are dropped. */
void mail_mailbox_text(
    struct textbuf *out, const char *name, const char *address);

#endif
