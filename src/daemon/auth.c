/* auth.c - bearer tokens.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/auth.h"

#include "base/check.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>
#include <strings.h>

static void digest(const char *text, unsigned char out[SHA256_DIGEST_LENGTH])
{
	CHECK(SHA256((const unsigned char *)text, strlen(text), out) != NULL);
}

/* RFC 6750 2.1; the scheme's case does not matter (RFC 9110 11.1). */
static const char *bearer_token(const char *authorization)
{
	static const char scheme[] = "Bearer ";
	size_t len = sizeof scheme - 1;

	if (authorization == NULL ||
	    strncasecmp(authorization, scheme, len) != 0)
		return NULL;
	authorization += len;
	while (*authorization == ' ')
		authorization++;
	return *authorization != '\0' ? authorization : NULL;
}

enum auth auth_check(
    const struct settings *s, const char *authorization, enum scope wanted)
{
	unsigned char given[SHA256_DIGEST_LENGTH];
	unsigned char known[SHA256_DIGEST_LENGTH];
	const char *token = bearer_token(authorization);
	bool found = false;
	int scopes = 0;

	if (token == NULL)
		return AUTH_UNKNOWN;
	digest(token, given);
	for (size_t i = 0; i < s->ntokens; i++) {
		/* An empty secret is one that could not be read. */
		if (s->tokens[i].secret == NULL ||
		    s->tokens[i].secret[0] == '\0')
			continue;
		digest(s->tokens[i].secret, known);
		if (CRYPTO_memcmp(given, known, sizeof known) != 0)
			continue;
		found = true;
		scopes |= s->tokens[i].scopes;
	}
	if (!found)
		return AUTH_UNKNOWN;
	return (scopes & (int)wanted) != 0 ? AUTH_OK : AUTH_SCOPE;
}
