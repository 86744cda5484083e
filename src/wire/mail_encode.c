/* mail_encode.c - bytes to what a mail header or body may hold.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/mail_encode.h"

#include "wire/plain_text.h"

#include <stdint.h>
#include <string.h>

#define LINE_MAX_PLAIN 78 /* RFC 5322 2.1.1 recommends */
#define LINE_MAX_WORDS 76 /* RFC 2047 2: a line with encoded words */
#define WORD_HEAD      "=?UTF-8?Q?"
#define WORD_TAIL      "?="
#define QP_LINE_MAX    76 /* RFC 2045 6.7, the soft break's = included */

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static void add_hex(struct textbuf *out, char c)
{
	static const char hex[] = "0123456789ABCDEF";

	textbuf_addc(out, '=');
	textbuf_addc(out, hex[(unsigned char)c >> 4]);
	textbuf_addc(out, hex[(unsigned char)c & 15]);
}

static bool is_printable_ascii(const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p < ' ' || *p > '~')
			return false;
	}
	return true;
}

/* Safe in an encoded word wherever it stands (RFC 2047 5, case 3). */
static bool is_word_char(char c)
{
	return is_letter_or_digit(c) || c == '-' || c == '!' || c == '*' ||
	       c == '+' || c == '/' || c == ' ';
}

/* What a character of n bytes takes in an encoded word. */
static size_t word_cost(const char *text, size_t n)
{
	return n == 1 && is_word_char(text[0]) ? 1 : 3 * n;
}

static void add_word_char(struct textbuf *out, const char *text, size_t n)
{
	if (word_cost(text, n) > 1) {
		for (size_t i = 0; i < n; i++)
			add_hex(out, text[i]);
	} else {
		textbuf_addc(out, text[0] == ' ' ? '_' : text[0]);
	}
}

/* Words are joined without the fold between them, so a character is never in
 * two of them.  The first begins at that column. */
static void add_words(struct textbuf *out, const char *text, size_t column)
{
	size_t room = LINE_MAX_WORDS - strlen(WORD_HEAD WORD_TAIL);
	size_t len = strlen(text);
	size_t used = column;

	textbuf_add(out, WORD_HEAD);
	for (size_t at = 0, n; at < len; at += n) {
		size_t cost;

		n = plain_char(text + at, len - at);
		if (n == 0)
			n = 1;
		cost = word_cost(text + at, n);
		if (used + cost > room) {
			textbuf_add(out, WORD_TAIL "\r\n " WORD_HEAD);
			used = 1;
		}
		add_word_char(out, text + at, n);
		used += cost;
	}
	textbuf_add(out, WORD_TAIL);
}

void mail_unstructured(struct textbuf *out, const char *name, const char *text)
{
	size_t len = strlen(name) + 2 + strlen(text);

	textbuf_addf(out, "%s: ", name);
	if (is_printable_ascii(text) && len <= LINE_MAX_PLAIN &&
	    strstr(text, "=?") == NULL)
		textbuf_add(out, text);
	else
		add_words(out, text, strlen(name) + 2);
	textbuf_add(out, "\r\n");
}

static void add_phrase(struct textbuf *out, const char *phrase, size_t column)
{
	if (!is_printable_ascii(phrase) || strlen(phrase) > 60 ||
	    strstr(phrase, "=?") != NULL) {
		add_words(out, phrase, column);
		return;
	}
	textbuf_addc(out, '"');
	for (const char *p = phrase; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			textbuf_addc(out, '\\');
		textbuf_addc(out, *p);
	}
	textbuf_addc(out, '"');
}

void mail_mailbox(struct textbuf *out, const char *name, const char *phrase,
    const char *address)
{
	textbuf_addf(out, "%s: ", name);
	if (phrase[0] != '\0') { /* folded where it might get long */
		add_phrase(out, phrase, strlen(name) + 2);
		textbuf_add(
		    out, strlen(phrase) + strlen(address) < 50 ? " " : "\r\n ");
	}
	textbuf_addf(out, "<%s>\r\n", address);
}

static bool is_literal(const char *at)
{
	char c = at[0];

	if (c == ' ' || c == '\t') /* not at a line's end */
		return at[1] != '\n' && at[1] != '\0';
	return c > ' ' && c <= '~' && c != '=';
}

void mail_quoted_printable(struct textbuf *out, const char *text)
{
	size_t column = 0;

	for (const char *p = text; *p != '\0'; p++) {
		size_t cost = is_literal(p) ? 1 : 3;

		if (*p == '\n') {
			textbuf_add(out, "\r\n");
			column = 0;
			continue;
		}
		if (column + cost > QP_LINE_MAX - 1) {
			textbuf_add(out, "=\r\n");
			column = 0;
		}
		if (cost == 1)
			textbuf_addc(out, *p);
		else
			add_hex(out, *p);
		column += cost;
	}
	if (column > 0)
		textbuf_add(out, "\r\n");
}

void mail_id_part(struct textbuf *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (is_letter_or_digit(*p) || *p == '-' || *p == '_')
			textbuf_addc(out, *p);
		else
			add_hex(out, *p);
	}
}

void mail_base64(struct textbuf *out, const char *bytes, size_t len)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 |
			       (k < n ? (unsigned char)bytes[i + k] : 0u);
		for (size_t k = 0; k < 4; k++) {
			uint32_t six = bits >> (18 - 6 * k) & 63;

			textbuf_addc(out, k <= n ? letters[six] : '=');
		}
	}
}
