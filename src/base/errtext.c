/* errtext.c - error text in a fixed buffer.
 *
 * Both functions format into a buffer of their own first: an argument may
 * point into the very text that is being replaced.
 *
 * SPDX-License-Identifier: MIT */
#include "base/errtext.h"

#include "base/textbuf.h"

#include <stdarg.h>
#include <string.h>

void errtext_set(struct errtext *err, const char *fmt, ...)
{
	char text[ERRTEXT_MAX];
	struct textbuf tb;
	va_list ap;

	textbuf_init_fixed(&tb, text, sizeof text);
	va_start(ap, fmt);
	textbuf_vaddf(&tb, fmt, ap);
	va_end(ap);
	memcpy(err->text, text, tb.len + 1);
}

void errtext_wrap(struct errtext *err, const char *fmt, ...)
{
	char text[ERRTEXT_MAX];
	struct textbuf tb;
	va_list ap;

	textbuf_init_fixed(&tb, text, sizeof text);
	va_start(ap, fmt);
	textbuf_vaddf(&tb, fmt, ap);
	va_end(ap);
	textbuf_add(&tb, ": ");
	textbuf_add(&tb, err->text);
	memcpy(err->text, text, tb.len + 1);
}
