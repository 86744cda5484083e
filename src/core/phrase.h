/* phrase.h - does a text hold this phrase, as whole words?
 *
 * Words are runs of letters, digits and marks; everything else separates them,
 * so punctuation, blanks and line breaks between the words of a phrase do not
 * matter, nor does an apostrophe of whatever kind within a word (it is left
 * out: "can't" is "cant").  Case-folded and NFKC-normalised as Unicode says,
 * for every language alike: sharp s is "ss", a Turkish dotted capital I stays
 * another letter than I, accents matter.  What nobody sees (soft hyphens,
 * joiners) is left out.
 *
 * Where a script has no blanks between words (Chinese, Japanese, Thai, Lao,
 * Burmese, Khmer), every character is a word of its own: a phrase is then found
 * wherever its characters follow each other.
 *
 * A text is folded once and asked many times.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_PHRASE_H
#define SLAWATCH_CORE_PHRASE_H

#include "base/arena.h"

#include <stdbool.h>

#define PHRASE_TEXT_MAX 65536 /* bytes; what a text has beyond is not read */

/* " cancel my account ": folded words, a blank before, between and after each;
 * "" if there is none.  In the arena.  Text is UTF-8; bytes that are none
 * separate words. */
const char *phrase_fold(const char *text, struct arena *arena);

/* Both folded.  An empty phrase is nowhere. */
bool phrase_found(const char *folded_text, const char *folded_phrase);

#endif
