/* slack_sign.c - HMAC, a window of time, and a memory of what was taken.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/slack_sign.h"

#include "base/check.h"
#include "base/textbuf.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#define TIMESTAMP_DIGITS_MAX 12

const char *slack_signed_why(enum slack_signed s)
{
	switch (s) {
	case SLACK_SIGNED:
		return "signed";
	case SLACK_UNSIGNED:
		return "X-Slack-Signature and X-Slack-Request-Timestamp are "
		       "needed, as Slack sends them";
	case SLACK_FORGED:
		return "the signature fits no signing_secret of the matrix";
	case SLACK_STALE:
		return "signed too long ago, ahead of time, or before this "
		       "daemon started; compare the clocks, then send it anew";
	case SLACK_REPLAYED:
		return "the very same request was taken before";
	}
	return "";
}

/* --- what was taken ------------------------------------------------------ */

void slack_seen_init(struct slack_seen *s, struct wall now)
{
	s->ring = calloc(SLACK_SEEN_MAX, sizeof *s->ring);
	CHECK(s->ring != NULL);
	s->head = 0;
	s->count = 0;
	s->floor = now.ms / SECOND_MS;
	hashmap_init(&s->ids);
	hashmap_reserve(&s->ids, SLACK_SEEN_MAX);
}

void slack_seen_fini(struct slack_seen *s)
{
	hashmap_fini(&s->ids);
	free(s->ring);
	s->ring = NULL;
}

static void forget_oldest(struct slack_seen *s)
{
	const struct slack_taken *t = &s->ring[s->head];

	hashmap_drop(&s->ids, t->id);
	if (s->floor < t->at)
		s->floor = t->at;
	s->head = (s->head + 1) % SLACK_SEEN_MAX;
	s->count--;
}

static void remember(struct slack_seen *s, int64_t id, int64_t at, int64_t now)
{
	while (s->count > 0 && s->ring[s->head].at < now - SLACK_WINDOW_S)
		forget_oldest(s);
	if (s->count == SLACK_SEEN_MAX)
		forget_oldest(s);
	s->ring[(s->head + s->count++) % SLACK_SEEN_MAX] =
	    (struct slack_taken){ id, at };
	hashmap_put(&s->ids, id);
}

/* --- signatures ---------------------------------------------------------- */

void slack_sign(const char *secret, const char *timestamp, const char *body,
    size_t len, unsigned char out[SLACK_DIGEST_LEN])
{
	unsigned out_len = 0;
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "v0:%s:", timestamp);
	textbuf_addn(&text, body, len);
	CHECK(HMAC(EVP_sha256(), secret, (int)strlen(secret),
		  (const unsigned char *)text.data, text.len, out,
		  &out_len) != NULL);
	textbuf_fini(&text);
	CHECK(out_len == SLACK_DIGEST_LEN);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* "v0=" and 64 digits, as Slack writes them. */
static bool read_signature(
    const char *text, unsigned char out[SLACK_DIGEST_LEN])
{
	if (strlen(text) != 3 + 2 * SLACK_DIGEST_LEN ||
	    strncmp(text, "v0=", 3) != 0)
		return false;
	text += 3;
	for (size_t i = 0; i < SLACK_DIGEST_LEN; i++) {
		int high = hex_digit(text[2 * i]);
		int low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high * 16 + low);
	}
	return true;
}

static bool read_timestamp(const char *text, int64_t *out)
{
	size_t len = strspn(text, "0123456789");

	if (len == 0 || len > TIMESTAMP_DIGITS_MAX || text[len] != '\0')
		return false;
	*out = 0;
	for (; *text != '\0'; text++)
		*out = 10 * *out + (*text - '0');
	return true;
}

/* Every secret each time, so that the time taken tells nothing. */
static bool find_signer(const char *const *secrets, size_t nsecrets,
    const char *timestamp, const unsigned char given[SLACK_DIGEST_LEN],
    const char *body, size_t len, size_t *which)
{
	unsigned char known[SLACK_DIGEST_LEN];
	bool found = false;

	for (size_t i = 0; i < nsecrets; i++) {
		/* An empty secret is one that could not be read. */
		if (secrets[i] == NULL || secrets[i][0] == '\0')
			continue;
		slack_sign(secrets[i], timestamp, body, len, known);
		if (CRYPTO_memcmp(known, given, sizeof known) != 0 || found)
			continue;
		*which = i;
		found = true;
	}
	return found;
}

enum slack_signed slack_check(struct slack_seen *s, const char *const *secrets,
    size_t nsecrets, const char *timestamp, const char *signature,
    const char *body, size_t len, struct wall now, size_t *which)
{
	unsigned char given[SLACK_DIGEST_LEN];
	int64_t now_s = now.ms / SECOND_MS;
	int64_t at;
	uint64_t id;

	if (timestamp == NULL || signature == NULL ||
	    !read_timestamp(timestamp, &at) ||
	    !read_signature(signature, given))
		return SLACK_UNSIGNED;
	if (!find_signer(secrets, nsecrets, timestamp, given, body, len, which))
		return SLACK_FORGED;
	if (at <= s->floor || at < now_s - SLACK_WINDOW_S ||
	    at > now_s + SLACK_WINDOW_S)
		return SLACK_STALE;
	memcpy(&id, given, sizeof id);
	id >>= 1; /* ids are not negative */
	if (hashmap_find(&s->ids, (int64_t)id) != HASHMAP_NONE)
		return SLACK_REPLAYED;
	remember(s, (int64_t)id, at, now_s);
	return SLACK_SIGNED;
}
