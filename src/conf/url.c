/* url.c - URLs, host:port and mail addresses, as far as we must judge them.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/url.h"

#include <string.h>
#include <strings.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The whole text; -1 if it is no port. */
static int parse_port(const char *s, size_t len)
{
	int port = 0;

	if (len == 0 || len > 5)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(s[i]))
			return -1;
		port = port * 10 + (s[i] - '0');
	}
	return port > 65535 ? -1 : port;
}

static bool host_is_sound(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_digit(s[i]) && !(s[i] >= 'a' && s[i] <= 'z') &&
		    !(s[i] >= 'A' && s[i] <= 'Z') &&
		    strchr(".-_:", s[i]) == NULL)
			return false;
	return len > 0;
}

/* "host", "host:port", "[v6]:port"; port -1 if there is none. */
static bool parse_authority(
    const char *s, size_t len, const char **host, size_t *host_len, int *port)
{
	const char *end = s + len;
	const char *colon;

	*port = -1;
	if (len > 0 && s[0] == '[') {
		const char *close = memchr(s, ']', len);

		if (close == NULL)
			return false;
		*host = s + 1;
		*host_len = (size_t)(close - s - 1);
		colon = close + 1;
	} else {
		colon = memchr(s, ':', len);
		if (colon == NULL)
			colon = end;
		*host = s;
		*host_len = (size_t)(colon - s);
	}
	if (!host_is_sound(*host, *host_len))
		return false;
	if (colon == end)
		return true;
	if (*colon != ':')
		return false;
	*port = parse_port(colon + 1, (size_t)(end - colon - 1));
	return *port >= 0;
}

bool url_parse(const char *text, struct url *out)
{
	const char *mark = strstr(text, "://");
	const char *at;
	size_t len;

	if (mark == NULL || mark == text || strpbrk(text, " \"<>\\") != NULL)
		return false;
	out->scheme = text;
	out->scheme_len = (size_t)(mark - text);
	out->host = mark + 3;
	len = strcspn(out->host, "/?#");
	out->rest = out->host + len;
	at = memrchr(out->host, '@', len);
	out->has_user = at != NULL;
	if (at != NULL) {
		len -= (size_t)(at + 1 - out->host);
		out->host = at + 1;
	}
	if (!parse_authority(
		out->host, len, &out->host, &out->host_len, &out->port))
		return false;
	if (out->port < 0)
		out->port = 0;
	return true;
}

bool url_scheme_is(const struct url *u, const char *scheme)
{
	return strlen(scheme) == u->scheme_len &&
	       strncasecmp(u->scheme, scheme, u->scheme_len) == 0;
}

bool host_is_loopback(const char *host, size_t len)
{
	size_t digits = 0;

	if ((len == 9 && strncasecmp(host, "localhost", len) == 0) ||
	    (len == 3 && memcmp(host, "::1", 3) == 0))
		return true;
	if (len < 5 || memcmp(host, "127.", 4) != 0)
		return false;
	while (digits < len && (is_digit(host[digits]) || host[digits] == '.'))
		digits++;
	return digits == len; /* 127.0.0.1, not 127.example.com */
}

bool url_is_loopback(const struct url *u)
{
	return host_is_loopback(u->host, u->host_len);
}

bool host_port_parse(
    const char *text, const char **host, size_t *host_len, int *port)
{
	return parse_authority(text, strlen(text), host, host_len, port) &&
	       *port >= 0;
}

static bool address_is_sound(const char *s, size_t len)
{
	const char *at = memchr(s, '@', len);
	size_t local = at == NULL ? 0 : (size_t)(at - s);

	if (local == 0 || local > 64 || len > 254)
		return false;
	for (size_t i = 0; i < local; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f ||
		    strchr("()<>,;:\\\"[]", s[i]) != NULL)
			return false;
	return s[0] != '.' && at[-1] != '.' && strstr(at, "..") == NULL &&
	       memchr(at + 1, ':', len - local - 1) == NULL &&
	       host_is_sound(at + 1, len - local - 1) && s[len - 1] != '.' &&
	       at[1] != '.' && at[1] != '-';
}

bool email_is_sound(const char *address)
{
	return address_is_sound(address, strlen(address));
}

bool mailbox_is_sound(const char *mailbox)
{
	const char *open = strchr(mailbox, '<');
	size_t len = strlen(mailbox);

	if (open == NULL)
		return email_is_sound(mailbox);
	return mailbox[len - 1] == '>' &&
	       address_is_sound(
		   open + 1, len - 1 - (size_t)(open + 1 - mailbox));
}
