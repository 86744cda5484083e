/* phrase.c - see phrase.h.
 *
 * Apostrophes go before normalisation, which would make a blank and an accent
 * of one of them; the words are told apart after it.
 *
 * SPDX-License-Identifier: MIT */
#include "core/phrase.h"

#include "base/check.h"
#include "base/textbuf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define ZERO_WIDTH_SPACE  0x200b /* shows where a word ends */
#define LETTER_APOSTROPHE 0x02bc /* some letters fold to it and another */

static const int32_t apostrophes[] = { '\'', '`', 0x00b4, 0x02b9, 0x02bb,
	LETTER_APOSTROPHE, 0x2018, 0x2019, 0x201b, 0x2032, 0xff07 };

/* Scripts without blanks between words, first and last of each block. */
static const int32_t unspaced[][2] = {
	{ 0x0e00, 0x0eff },   /* Thai, Lao */
	{ 0x1000, 0x109f },   /* Burmese */
	{ 0x1780, 0x17ff },   /* Khmer */
	{ 0x2e80, 0x2fdf },   /* radicals */
	{ 0x3005, 0x3007 },   /* ideographic marks and zero */
	{ 0x3021, 0x3029 },   /* Hangzhou numerals */
	{ 0x3040, 0x30ff },   /* Hiragana, Katakana */
	{ 0x31f0, 0x31ff },   /* Katakana extensions */
	{ 0x3400, 0x4dbf },   /* ideographs, extension A */
	{ 0x4e00, 0x9fff },   /* ideographs */
	{ 0xf900, 0xfaff },   /* compatibility ideographs */
	{ 0x1b000, 0x1b16f }, /* old Kana */
	{ 0x20000, 0x3ffff }, /* ideographs, further extensions */
};

static bool is_apostrophe(int32_t c)
{
	for (size_t i = 0; i < sizeof apostrophes / sizeof *apostrophes; i++)
		if (apostrophes[i] == c)
			return true;
	return false;
}

static bool is_unspaced(int32_t c)
{
	for (size_t i = 0; i < sizeof unspaced / sizeof *unspaced; i++)
		if (c >= unspaced[i][0] && c <= unspaced[i][1])
			return true;
	return false;
}

static bool is_mark(int32_t c)
{
	utf8proc_category_t k = utf8proc_category(c);

	return k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_MC ||
	       k == UTF8PROC_CATEGORY_ME;
}

static bool is_word(int32_t c)
{
	utf8proc_category_t k = utf8proc_category(c);

	return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NO);
}

/* Takes one character off; bytes that are none count as one blank each. */
static int32_t take(const char **p, const char *end)
{
	int32_t c;
	utf8proc_ssize_t n =
	    utf8proc_iterate((const uint8_t *)*p, end - *p, &c);

	if (n <= 0) {
		++*p;
		return ' ';
	}
	*p += n;
	return c == ZERO_WIDTH_SPACE ? ' ' : c;
}

static bool starts_word(const char *p, const char *end)
{
	int32_t c = p < end ? take(&p, end) : ' ';

	return is_word(c) && !is_apostrophe(c);
}

/* Well-formed, and no apostrophes: within a word nothing, else a blank. */
static void clean(const char *text, size_t len, struct textbuf *out)
{
	const char *end = text + len;
	bool in_word = false;

	for (const char *p = text; p < end;) {
		const char *start = p;
		int32_t c = take(&p, end);

		if (is_apostrophe(c)) {
			if (in_word && starts_word(p, end))
				continue;
			c = ' ';
		}
		in_word = is_word(c);
		if (c == ' ')
			textbuf_addc(out, ' ');
		else
			textbuf_addn(out, start, (size_t)(p - start));
	}
}

/* Folded and normalised; the caller's to free(). */
static char *normalise(const char *text, size_t len)
{
	uint8_t *out = NULL;
	utf8proc_ssize_t n =
	    utf8proc_map((const uint8_t *)text, (utf8proc_ssize_t)len, &out,
		UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
		    UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);

	CHECK(n != UTF8PROC_ERROR_NOMEM);
	if (n < 0)
		return NULL;
	return (char *)out;
}

/* A blank before the first word and after each. */
static void add_words(const char *text, struct textbuf *out)
{
	const char *end = text + strlen(text);
	bool in_word = false;
	bool alone = false; /* the word is one of a script without blanks */

	for (const char *p = text; p < end;) {
		const char *start = p;
		int32_t c = take(&p, end);
		bool mark = is_mark(c);
		bool word = is_word(c);

		if (c == LETTER_APOSTROPHE)
			continue;
		if (in_word && (!word || (!mark && (alone || is_unspaced(c)))))
			in_word = false;
		if (!word)
			continue;
		if (!in_word)
			textbuf_addc(out, ' ');
		if (!in_word || !mark)
			alone = is_unspaced(c);
		in_word = true;
		textbuf_addn(out, start, (size_t)(p - start));
	}
	if (out->len > 0)
		textbuf_addc(out, ' ');
}

const char *phrase_fold(const char *text, struct arena *arena)
{
	size_t len = utf8_cut(text, strlen(text), PHRASE_TEXT_MAX);
	struct textbuf cleaned;
	struct textbuf words;
	char *folded;
	const char *result;

	textbuf_init(&cleaned);
	textbuf_init(&words);
	clean(text, len, &cleaned);
	folded = normalise(cleaned.data, cleaned.len);
	if (folded != NULL)
		add_words(folded, &words);
	free(folded);
	result = arena_strndup(arena, words.data, words.len);
	textbuf_fini(&words);
	textbuf_fini(&cleaned);
	return result;
}

bool phrase_found(const char *folded_text, const char *folded_phrase)
{
	return *folded_phrase != '\0' &&
	       strstr(folded_text, folded_phrase) != NULL;
}
