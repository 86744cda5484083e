/* mail_encode.h - the alphabets of mail: RFC 2047 words, quoted-printable, ...
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_MAIL_ENCODE_H
#define SLAWATCH_WIRE_MAIL_ENCODE_H

#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>

/* "Name: text" with its CRLF: as it is where that is short and plain ASCII,
 * else as encoded words, one a line of at most 76 characters.  The text is one
 * line of UTF-8. */
void mail_unstructured(struct textbuf *out, const char *name, const char *text);

/* "Name: phrase <address>" with its CRLF; phrase may be "". */
void mail_mailbox(struct textbuf *out, const char *name, const char *phrase,
    const char *address);

/* A body: lines end in LF on the way in, in CRLF on the way out, none is
 * longer than 76. */
void mail_quoted_printable(struct textbuf *out, const char *text);

/* Letters, digits, - and _ stay, any other byte becomes =XX: what may stand
 * before the @ of a message id. */
void mail_id_part(struct textbuf *out, const char *text);

/* RFC 4648 base64, without line ends. */
void mail_base64(struct textbuf *out, const char *bytes, size_t len);

#endif
