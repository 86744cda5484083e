/* link.c - tokens: base64url of a signature and what it signs.
 *
 *	base64url( HMAC-SHA256(key, "ack " TEXT) TEXT )
 *	TEXT = TICKET "." EXPIRES "." PERSON
 *
 * Numbers are decimal, EXPIRES in milliseconds; the person comes last because a
 * name may hold dots.  The word before the text keeps the key's other uses, if
 * there ever are any, apart.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/link.h"

#include "base/check.h"
#include "base/textbuf.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define MAC_LEN	   32
#define BYTES_MAX  LINK_TEXT_MAX /* more than that many characters hold */
#define DIGITS_MAX 18

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* --- base64url without padding (RFC 4648 5) ------------------------------- */

/* Returns the length; out has room for 4 characters per 3 bytes and NUL. */
static size_t encode(const unsigned char *bytes, size_t len, char *out)
{
	unsigned pending = 0;
	int bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		pending = (pending << 8 | bytes[i]) & 0xffff;
		for (bits += 8; bits >= 6; bits -= 6)
			out[n++] = alphabet[pending >> (bits - 6) & 63];
	}
	if (bits > 0)
		out[n++] = alphabet[pending << (6 - bits) & 63];
	out[n] = '\0';
	return n;
}

/* Only what encode() writes: no other letters, no bits left over. */
static bool decode(const char *text, unsigned char *out, size_t *len)
{
	unsigned pending = 0;
	int bits = 0;

	*len = 0;
	for (; *text != '\0'; text++) {
		const char *at = strchr(alphabet, *text);

		if (at == NULL)
			return false;
		pending = (pending << 6 | (unsigned)(at - alphabet)) & 0xffff;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		out[(*len)++] = (unsigned char)(pending >> bits & 255);
	}
	return bits < 6 && (pending & ((1u << bits) - 1)) == 0;
}

/* --- signing -------------------------------------------------------------- */

static void sign(const char *key, const char *text, unsigned char mac[MAC_LEN])
{
	char room[LINK_TEXT_MAX];
	struct textbuf tb;
	unsigned len = 0;

	textbuf_init_fixed(&tb, room, sizeof room);
	textbuf_addf(&tb, "ack %s", text);
	CHECK(!tb.cut);
	CHECK(HMAC(EVP_sha256(), key, (int)strlen(key),
		  (const unsigned char *)tb.data, tb.len, mac, &len) != NULL);
	CHECK(len == MAC_LEN);
}

bool link_make(const char *key, const struct link *l, char out[LINK_TEXT_MAX])
{
	char text[LINK_TEXT_MAX];
	unsigned char bytes[BYTES_MAX];
	struct textbuf tb;

	out[0] = '\0';
	if (l->person[0] == '\0' || strlen(l->person) >= LINK_PERSON_MAX)
		return false;
	textbuf_init_fixed(&tb, text, sizeof text);
	textbuf_addf(&tb, "%lld.%lld.%s", (long long)l->ticket_id,
	    (long long)l->expires.ms, l->person);
	CHECK(!tb.cut && MAC_LEN + tb.len <= sizeof bytes);
	sign(key, text, bytes);
	memcpy(bytes + MAC_LEN, text, tb.len);
	(void)encode(bytes, MAC_LEN + tb.len, out);
	return true;
}

/* Digits up to a dot; the text behind it, or NULL. */
static const char *read_number(const char *s, int64_t *out)
{
	size_t len = strspn(s, "0123456789");

	if (len == 0 || len > DIGITS_MAX || s[len] != '.')
		return NULL;
	*out = 0;
	for (; *s != '.'; s++)
		*out = 10 * *out + (*s - '0');
	return s + 1;
}

static bool read_text(const char *text, struct link *out)
{
	struct textbuf person;

	text = read_number(text, &out->ticket_id);
	if (text != NULL)
		text = read_number(text, &out->expires.ms);
	if (text == NULL || *text == '\0')
		return false;
	textbuf_init_fixed(&person, out->person, sizeof out->person);
	textbuf_add(&person, text);
	return !person.cut;
}

enum link_result link_read(
    const char *key, const char *text, struct wall now, struct link *out)
{
	unsigned char bytes[BYTES_MAX];
	unsigned char mac[MAC_LEN];
	size_t len;

	memset(out, 0, sizeof *out);
	if (strlen(text) >= LINK_TEXT_MAX || !decode(text, bytes, &len) ||
	    len <= MAC_LEN || memchr(bytes + MAC_LEN, '\0', len - MAC_LEN))
		return LINK_FORGED;
	bytes[len] = '\0';
	sign(key, (const char *)bytes + MAC_LEN, mac);
	if (CRYPTO_memcmp(mac, bytes, MAC_LEN) != 0 ||
	    !read_text((const char *)bytes + MAC_LEN, out)) {
		memset(out, 0, sizeof *out);
		return LINK_FORGED;
	}
	return wall_before(now, out->expires) ? LINK_OK : LINK_EXPIRED;
}
