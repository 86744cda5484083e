/* json_out.c - write JSON text piece by piece.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/json_out.h"

#include "base/check.h"

#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

void json_out_init(struct json_out *j, struct textbuf *to)
{
	*j = (struct json_out){ .to = to };
	j->first[0] = true;
}

/* How many bytes from s are one well-formed character; 0 if none are. */
static size_t character(const char *s, size_t len)
{
	unsigned char lead = (unsigned char)s[0];
	size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;

	return n <= len && utf8_valid(s, n) ? n : 0;
}

static void add_control(struct textbuf *to, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	switch (c) {
	case '\n':
		textbuf_add(to, "\\n");
		break;
	case '\r':
		textbuf_add(to, "\\r");
		break;
	case '\t':
		textbuf_add(to, "\\t");
		break;
	default:
		textbuf_add(to, "\\u00");
		textbuf_addc(to, hex[c >> 4]);
		textbuf_addc(to, hex[c & 15]);
	}
}

/* Runs of plain ASCII go in one piece: that is nearly everything. */
static size_t plain_run(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= 0x20 && s[n] < 0x7F && s[n] != '"' &&
	       s[n] != '\\')
		n++;
	return n;
}

static void add_quoted(struct textbuf *to, const char *s, size_t len)
{
	textbuf_addc(to, '"');
	for (size_t i = 0; i < len;) {
		size_t n = plain_run(s + i, len - i);

		textbuf_addn(to, s + i, n);
		i += n;
		if (i == len)
			break;
		n = character(s + i, len - i);
		if (n == 0) {
			textbuf_add(to, REPLACEMENT);
			n = 1;
		} else if (s[i] == '"' || s[i] == '\\') {
			textbuf_addc(to, '\\');
			textbuf_addc(to, s[i]);
		} else if (n == 1 && ((unsigned char)s[i] < 0x20)) {
			add_control(to, (unsigned char)s[i]);
		} else {
			textbuf_addn(to, s + i, n);
		}
		i += n;
	}
	textbuf_addc(to, '"');
}

/* What stands before a value: a comma, and its name in an object. */
static void lead_in(struct json_out *j, const char *name)
{
	if (!j->first[j->depth])
		textbuf_addc(j->to, ',');
	j->first[j->depth] = false;
	CHECK((name != NULL) == j->in_object[j->depth]);
	if (name != NULL) {
		add_quoted(j->to, name, strlen(name));
		textbuf_addc(j->to, ':');
	}
}

void json_open(struct json_out *j, const char *name, char bracket)
{
	CHECK(bracket == '{' || bracket == '[');
	lead_in(j, name);
	textbuf_addc(j->to, bracket);
	j->depth++;
	CHECK(j->depth < JSON_OUT_DEPTH);
	j->first[j->depth] = true;
	j->in_object[j->depth] = bracket == '{';
}

void json_close(struct json_out *j, char bracket)
{
	CHECK(j->depth > 0);
	CHECK(bracket == (j->in_object[j->depth] ? '}' : ']'));
	textbuf_addc(j->to, bracket);
	j->depth--;
}

void json_textn(
    struct json_out *j, const char *name, const char *value, size_t len)
{
	lead_in(j, name);
	if (value == NULL)
		textbuf_add(j->to, "null");
	else
		add_quoted(j->to, value, len);
}

void json_text(struct json_out *j, const char *name, const char *value)
{
	json_textn(j, name, value, value != NULL ? strlen(value) : 0);
}

void json_text_or_null(struct json_out *j, const char *name, const char *value)
{
	json_text(j, name, value != NULL && value[0] != '\0' ? value : NULL);
}

void json_int(struct json_out *j, const char *name, int64_t value)
{
	lead_in(j, name);
	textbuf_addf(j->to, "%lld", (long long)value);
}

void json_int_or_null(
    struct json_out *j, const char *name, bool known, int64_t value)
{
	if (known)
		json_int(j, name, value);
	else
		json_text(j, name, NULL);
}

void json_bool(struct json_out *j, const char *name, bool value)
{
	lead_in(j, name);
	textbuf_add(j->to, value ? "true" : "false");
}

void json_wall(struct json_out *j, const char *name, struct wall value)
{
	char text[WALL_TEXT_MAX];

	if (wall_is_never(value)) {
		json_text(j, name, NULL);
		return;
	}
	wall_format(value, text);
	json_text(j, name, text);
}

void json_seconds(struct json_out *j, const char *name, int64_t ms)
{
	int64_t rest = ms % SECOND_MS;
	char digits[] = ".000";

	lead_in(j, name);
	rest = rest < 0 ? -rest : rest;
	if (ms < 0 && ms > -SECOND_MS)
		textbuf_addc(j->to, '-'); /* of the whole part, which is 0 */
	textbuf_addf(j->to, "%lld", (long long)(ms / SECOND_MS));
	for (int i = 3; i > 0; i--, rest /= 10)
		digits[i] = (char)('0' + rest % 10);
	for (int i = 3; i > 0 && digits[i] == '0'; i--)
		digits[i] = '\0';
	if (digits[1] != '\0')
		textbuf_add(j->to, digits);
}

void json_raw(struct json_out *j, const char *name, const char *value)
{
	lead_in(j, name);
	textbuf_add(j->to, value != NULL ? value : "null");
}
