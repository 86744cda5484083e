/* errtext.h - why did it fail, in words for whoever must mend it?
 *
 * A fixed buffer that the caller owns and a failing function fills.  The inner
 * function says what happened; each caller on the way out may put its own
 * context in front: "outer: inner".
 *
 * Formats are those of textbuf.h.  Too long a text is cut, never refused.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_BASE_ERRTEXT_H
#define SLAWATCH_BASE_ERRTEXT_H

#define ERRTEXT_MAX 512

struct errtext {
	char text[ERRTEXT_MAX]; /* NUL-terminated, "" if nothing failed */
};

void errtext_set(struct errtext *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts "prefix: " before what is there. */
void errtext_wrap(struct errtext *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
