/* mail_message.h - a notice as an RFC 5322 message, text and HTML.
 *
 * multipart/alternative in UTF-8, bodies quoted-printable, header words RFC
 * 2047 encoded and folded, CRLF line ends, no line over 998 bytes.  Threaded
 * per ticket: References and In-Reply-To name a stable, never sent root id;
 * Message-ID comes from the outbox row, so that a repeat after a crash is the
 * same message to every mail reader.  Auto-Submitted: auto-generated (RFC
 * 3834), so that nobody's vacation answers.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_MAIL_MESSAGE_H
#define SLAWATCH_WIRE_MAIL_MESSAGE_H

#include "base/textbuf.h"
#include "core/notice_view.h"

struct mail_envelope {
	const char *from;    /* mailbox as configured: "SLA <sla@x.org>" */
	const char *to;	     /* address */
	const char *to_name; /* or "" */
	const char *domain;  /* for Message-ID and the thread's root */
	const char *idempotency_key; /* of the outbox row */
};

void mail_message(const struct notice_view *v, const struct mail_envelope *e,
    struct textbuf *out);

/* The bare address of a mailbox: "SLA <sla@x.org>" gives "sla@x.org".  False
 * if it is not one, or holds a control character. */
bool mail_address(const char *mailbox, char *out, size_t size);

#endif
