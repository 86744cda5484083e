/* mail_message.h - a letter as an RFC 5322 message, text and HTML.
 *
 * multipart/alternative in UTF-8, bodies quoted-printable, header words RFC
 * 2047 encoded and folded, CRLF line ends, no line over 998 bytes.  Nothing in
 * it is random: the same letter is the same message, byte for byte.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_MAIL_MESSAGE_H
#define SLAWATCH_WIRE_MAIL_MESSAGE_H

#include "base/textbuf.h"
#include "wire/mail_envelope.h"

/* The letter has a view at least; the envelope is its. */
void mail_message(const struct letter *l, const struct mail_envelope *e,
    struct arena *a, struct textbuf *out);

#endif
