/* oncall_title.c - whom the title of a calendar's event names.
 *
 * Titles are written by hand and by a dozen programs: "@dana", "[L1] Dana
 * Ruiz", "dana (until the move)", "dana, eli".  What stands in brackets names
 * nobody, and no separator in it counts.
 *
 * SPDX-License-Identifier: MIT */
#include "core/oncall.h"

#include <string.h>

static unsigned char lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u - 'A' + 'a') : u;
}

static bool same(const char *a, size_t len, const char *b)
{
	if (b == NULL)
		return false;
	for (size_t i = 0; i < len; i++)
		if (b[i] == '\0' || lower(a[i]) != lower(b[i]))
			return false;
	return b[len] == '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A piece of a title. */
struct piece {
	const char *at;
	size_t len;
};

static void cut_left(struct piece *p, size_t n)
{
	p->at += n;
	p->len -= n;
}

static void trim(struct piece *p)
{
	while (p->len > 0 && is_blank(p->at[0]))
		cut_left(p, 1);
	while (p->len > 0 && is_blank(p->at[p->len - 1]))
		p->len--;
}

/* "@" or "[L1]" before it; 0: neither. */
static size_t mark(const struct piece *p)
{
	const char *close = NULL;

	if (p->len > 0 && p->at[0] == '@')
		return 1;
	if (p->len > 0 && p->at[0] == '[')
		close = memchr(p->at, ']', p->len);
	return close == NULL ? 0 : (size_t)(close - p->at) + 1;
}

/* "[L1] @dana (note)" to "dana", and that to itself. */
static void strip(struct piece *p)
{
	const char *open;

	trim(p);
	while (mark(p) > 0) {
		cut_left(p, mark(p));
		trim(p);
	}
	open = memchr(p->at, '(', p->len);
	if (open != NULL && p->at[p->len - 1] == ')')
		p->len = (size_t)(open - p->at);
	trim(p);
}

static int find(const struct matrix *m, struct piece p)
{
	for (size_t i = 0; p.len > 0 && i < m->npeople; i++) {
		const struct person *o = &m->people[i];

		if (same(p.at, p.len, o->name) || same(p.at, p.len, o->title) ||
		    same(p.at, p.len, o->email) || same(p.at, p.len, o->slack))
			return (int)i;
	}
	return -1;
}

int oncall_person(const struct matrix *m, const char *title, size_t len)
{
	struct piece p = { title, len };

	strip(&p);
	return find(m, p);
}

/* Bytes of the separator at s: a comma, semicolon, slash, ampersand or " and ";
 * 0: none. */
static size_t separator(const char *s)
{
	if (strchr(",;/&", *s) != NULL)
		return 1;
	return strlen(s) > 5 && same(s, 5, " and ") ? 5 : 0;
}

bool oncall_next_name(const char **rest, const char **name, size_t *len)
{
	const char *s = *rest;
	struct piece p = { s, 0 };
	int depth = 0;
	size_t skip = 0;

	while (*s != '\0') {
		if (*s == '(' || *s == '[')
			depth++;
		if ((*s == ')' || *s == ']') && depth > 0)
			depth--;
		skip = depth > 0 ? 0 : separator(s);
		if (skip > 0)
			break;
		s++;
	}
	p.len = (size_t)(s - p.at);
	if (p.len == 0 && skip == 0)
		return false;
	*rest = s + skip;
	strip(&p);
	*name = p.at;
	*len = p.len;
	return true;
}

static void add(int *people, size_t *count, size_t max, int person)
{
	for (size_t i = 0; i < *count; i++)
		if (people[i] == person)
			return;
	if (*count < max)
		people[(*count)++] = person;
}

bool oncall_title(const struct matrix *m, const char *title, int *people,
    size_t *count, size_t max)
{
	/* "Ruiz, Dana" may be one person's name. */
	int whole = oncall_person(m, title, strlen(title));
	const char *rest = title;
	const char *name;
	size_t len;
	size_t names = 0;
	bool known = true;

	if (whole >= 0) {
		add(people, count, max, whole);
		return true;
	}
	while (oncall_next_name(&rest, &name, &len)) {
		int person = find(m, (struct piece){ name, len });

		if (len == 0)
			continue;
		names++;
		if (person >= 0)
			add(people, count, max, person);
		else
			known = false;
	}
	return known && names > 0;
}
