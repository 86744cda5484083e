/* json_sound.c - see json_sound.h.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/json_sound.h"

#include <string.h>

#define DIGITS "0123456789"
#define HEX    DIGITS "abcdefABCDEF"

struct look {
	const char *at;
	int depth;
};

static bool value(struct look *l);

static void blanks(struct look *l)
{
	l->at += strspn(l->at, " \t\r\n");
}

static bool take(struct look *l, char c)
{
	if (*l->at != c)
		return false;
	l->at++;
	return true;
}

static bool digits(struct look *l)
{
	size_t n = strspn(l->at, DIGITS);

	l->at += n;
	return n > 0;
}

static bool number(struct look *l)
{
	take(l, '-');
	if (!take(l, '0') && !digits(l))
		return false;
	if (take(l, '.') && !digits(l))
		return false;
	if (!take(l, 'e') && !take(l, 'E'))
		return true;
	if (!take(l, '+'))
		take(l, '-');
	return digits(l);
}

static bool escape(struct look *l)
{
	if (!take(l, 'u')) {
		if (*l->at == '\0' || strchr("\"\\/bfnrt", *l->at) == NULL)
			return false;
		l->at++;
		return true;
	}
	for (int i = 0; i < 4; i++, l->at++)
		if (*l->at == '\0' || strchr(HEX, *l->at) == NULL)
			return false;
	return true;
}

static bool string(struct look *l)
{
	if (!take(l, '"'))
		return false;
	while (!take(l, '"')) {
		if ((unsigned char)*l->at < 0x20)
			return false;
		if (!take(l, '\\'))
			l->at++;
		else if (!escape(l))
			return false;
	}
	return true;
}

static bool member(struct look *l)
{
	blanks(l);
	if (!string(l))
		return false;
	blanks(l);
	return take(l, ':') && value(l);
}

/* What stands between the brackets, up to the closing one. */
static bool list(struct look *l, char close, bool (*item)(struct look *))
{
	l->at++;
	blanks(l);
	if (take(l, close))
		return true;
	do {
		if (!item(l))
			return false;
		blanks(l);
	} while (take(l, ','));
	return take(l, close);
}

static bool word(struct look *l)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strncmp(l->at, words[i], strlen(words[i])) == 0) {
			l->at += strlen(words[i]);
			return true;
		}
	return false;
}

static bool nested(struct look *l)
{
	bool sound;

	if (l->depth == JSON_DEPTH_MAX)
		return false;
	l->depth++;
	sound = *l->at == '{' ? list(l, '}', member) : list(l, ']', value);
	l->depth--;
	return sound;
}

static bool value(struct look *l)
{
	blanks(l);
	if (*l->at == '{' || *l->at == '[')
		return nested(l);
	if (*l->at == '"')
		return string(l);
	if (*l->at == '-' || (*l->at >= '0' && *l->at <= '9'))
		return number(l);
	return word(l);
}

bool json_is_sound(const char *text, size_t *wrong)
{
	struct look l = { text, 0 };
	bool sound = value(&l);

	if (sound)
		blanks(&l);
	*wrong = (size_t)(l.at - text);
	return sound && *l.at == '\0';
}
