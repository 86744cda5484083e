/* parameters.c - see parameters.h.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/parameters.h"

#include "daemon/reply.h"

#include <string.h>

#define DIGITS_MAX 18

bool parameter_digits(const char *text, int64_t *out)
{
	size_t len = strlen(text);
	int64_t n = 0;

	if (len == 0 || len > DIGITS_MAX || strspn(text, "0123456789") != len)
		return false;
	for (size_t i = 0; i < len; i++)
		n = 10 * n + (text[i] - '0');
	*out = n;
	return true;
}

bool parameter_number(struct http_request *r, const char *name, int64_t least,
    int64_t most, int64_t *out)
{
	const char *text = http_query(r, name);
	int64_t n;

	if (text == NULL)
		return true;
	if (parameter_digits(text, &n) && n >= least && n <= most) {
		*out = n;
		return true;
	}
	reply_error(r, 400, "%s: not a number from %lld to %lld", name,
	    (long long)least, (long long)most);
	return false;
}

bool parameter_word(struct http_request *r, const char *name,
    const char *const words[], size_t count, size_t *out)
{
	const char *text = http_query(r, name);
	struct textbuf all;

	if (text == NULL)
		return true;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(text, words[i]) != 0)
			continue;
		*out = i;
		return true;
	}
	textbuf_init(&all);
	for (size_t i = 0; i < count; i++)
		textbuf_addf(&all, "%s%s", i > 0 ? ", " : "", words[i]);
	reply_error(
	    r, 400, "%s: unknown \"%s\"; known: %s", name, text, all.data);
	textbuf_fini(&all);
	return false;
}
