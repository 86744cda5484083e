/* markup.c - the five references that HTML and XML share.
 *
 * SPDX-License-Identifier: MIT */
#include "base/markup.h"

#include <string.h>

void markup_addc(struct textbuf *out, char c)
{
	switch (c) {
	case '&':
		textbuf_add(out, "&amp;");
		break;
	case '<':
		textbuf_add(out, "&lt;");
		break;
	case '>':
		textbuf_add(out, "&gt;");
		break;
	case '"':
		textbuf_add(out, "&quot;");
		break;
	case '\'':
		textbuf_add(out, "&#39;"); /* HTML 4 has no &apos; */
		break;
	default:
		textbuf_addc(out, c);
		break;
	}
}

bool markup_is_none(const char *s)
{
	return strncmp(s, "\xef\xbf\xbe", 3) == 0 ||
	       strncmp(s, "\xef\xbf\xbf", 3) == 0;
}
