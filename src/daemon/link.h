/* link.h - who may press this button, on which ticket, until when?
 *
 * A link in a mail acknowledges a ticket for one person: TICKET.EXPIRES.PERSON
 * with an HMAC-SHA256 over all of it, base64url, so that nobody can make or
 * change one.  The key is made once a database and never leaves it.  Mail
 * scanners follow links: a GET only shows a page with a button, its POST does
 * it.
 *
 * Pure but for libcrypto.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_LINK_H
#define SLAWATCH_DAEMON_LINK_H

#include "base/instant.h"

#include <stdbool.h>
#include <stdint.h>

#define LINK_KEY_MAX	65 /* 64 hex digits and NUL */
#define LINK_PERSON_MAX 128
#define LINK_TEXT_MAX	512

struct link {
	int64_t ticket_id;
	char person[LINK_PERSON_MAX]; /* key in the matrix */
	struct wall expires;
};

enum link_result { LINK_OK, LINK_FORGED, LINK_EXPIRED };

/* The token; PUBLIC_URL/m/ack/TOKEN is the link.  False: a name too long. */
bool link_make(const char *key, const struct link *l, char out[LINK_TEXT_MAX]);

/* EXPIRED fills *out too: the page can say of what. */
enum link_result link_read(
    const char *key, const char *text, struct wall now, struct link *out);

#endif
