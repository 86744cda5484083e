/* textbuf.h - text that grows, and text that is cut at a limit.
 *
 * The pure layers may not use stdio, so the one formatter of the program is
 * here.  It knows %s %.*s %c %d %u %lld %llu %zu %% and nothing else; another
 * conversion is a bug and fails a check.
 *
 * A growing buffer lives on the heap and is given back by fini(); out of
 * memory aborts.  A bounded buffer works in the caller's array, cuts at a
 * UTF-8 character boundary and remembers that it did.
 *
 * Invariant: data is always NUL-terminated and data[len] is that NUL.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_BASE_TEXTBUF_H
#define SLAWATCH_BASE_TEXTBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct textbuf {
	char *data; /* NUL-terminated; owned unless bounded */
	size_t len; /* bytes before the NUL */
	size_t cap; /* bytes of data, the NUL included */
	bool fixed; /* data is the caller's array and never grows */
	bool cut;   /* something did not fit (fixed only) */
};

void textbuf_init(struct textbuf *tb);
void textbuf_init_fixed(struct textbuf *tb, char *array, size_t size);
void textbuf_fini(struct textbuf *tb);
void textbuf_clear(struct textbuf *tb);

void textbuf_add(struct textbuf *tb, const char *s);
void textbuf_addn(struct textbuf *tb, const char *s, size_t len);
void textbuf_addc(struct textbuf *tb, char c);
void textbuf_addf(struct textbuf *tb, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void textbuf_vaddf(struct textbuf *tb, const char *fmt, va_list ap);

/* The text, now the caller's to free(); the buffer is empty again.  Not for a
 * fixed buffer. */
char *textbuf_take(struct textbuf *tb);

/* Length of the longest prefix of s that has at most max bytes and ends at a
 * UTF-8 character boundary. */
size_t utf8_cut(const char *s, size_t len, size_t max);

/* Is it well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms)? */
bool utf8_valid(const char *s, size_t len);

/* Levenshtein distance, at most cap; for "did you mean". */
size_t text_distance(const char *a, const char *b, size_t cap);

#endif
