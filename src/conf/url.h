/* url.h - the parts of a URL that decide whether it may be used.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_URL_H
#define SLAWATCH_CONF_URL_H

#include <stdbool.h>
#include <stddef.h>

struct url {
	const char *scheme; /* into the text */
	size_t scheme_len;
	const char *host; /* without brackets */
	size_t host_len;
	int port;	  /* 0: the scheme's */
	const char *rest; /* "/path?query", or "" */
	bool has_user;	  /* user@ or user:password@ */
};

/* False if it is no absolute URL with a host, or holds a blank. */
bool url_parse(const char *text, struct url *out);

bool url_scheme_is(const struct url *u, const char *scheme);

/* Does it stay on this machine: localhost, 127.x.x.x, ::1? */
bool url_is_loopback(const struct url *u);

bool host_is_loopback(const char *host, size_t len);

/* "host:port" or "[::1]:port", port 0 to 65535. */
bool host_port_parse(
    const char *text, const char **host, size_t *host_len, int *port);

/* A mailbox' bare address: local@domain, no blanks, one @, in ASCII: neither
 * end of a mail's way need know SMTPUTF8; a domain with other letters is its
 * A-label, "xn--...". */
bool email_is_sound(const char *address);

/* "SLA <sla@example.com>" or "sla@example.com". */
bool mailbox_is_sound(const char *mailbox);

#endif
