/* nearest.c - see nearest.h.
 *
 * SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include "base/textbuf.h"

#include <stdbool.h>
#include <string.h>

#define MISTAKES_MAX 4	/* in a long name too: else it is another name */
#define SHOWN_MAX    60 /* bytes of the wanted name */

void nearest_init(struct nearest *n, const char *want)
{
	size_t near = strlen(want) / 3;

	if (near < 1)
		near = 1;
	if (near > MISTAKES_MAX)
		near = MISTAKES_MAX;
	n->want = want;
	n->best = NULL;
	n->distance = near + 1;
}

/* The same letters in another order, "wran" for "warn". */
static bool is_swapped(const char *a, const char *b)
{
	int seen[256] = { 0 };

	for (; *a != '\0'; a++)
		seen[(unsigned char)*a]++;
	for (; *b != '\0'; b++)
		seen[(unsigned char)*b]--;
	for (int i = 0; i < 256; i++)
		if (seen[i] != 0)
			return false;
	return true;
}

void nearest_try(struct nearest *n, const char *name)
{
	/* One further than is near: it may turn out to be swapped. */
	size_t d = text_distance(n->want, name, n->distance + 1);

	if (d == 2 && is_swapped(n->want, name))
		d = 1;
	if (d < n->distance && d < strlen(name)) {
		n->distance = d;
		n->best = name;
	}
}

const char *nearest_of(const char *want, const char *const *names, size_t count)
{
	struct nearest n;

	nearest_init(&n, want);
	for (size_t i = 0; i < count; i++)
		nearest_try(&n, names[i]);
	return n.best;
}

void nearest_say(const struct nearest *n, const char *what, struct errtext *err)
{
	int len = (int)utf8_cut(n->want, strlen(n->want), SHOWN_MAX);

	if (n->best != NULL)
		errtext_set(err, "%s \"%.*s\"; did you mean \"%s\"?", what, len,
		    n->want, n->best);
	else
		errtext_set(err, "%s \"%.*s\"", what, len, n->want);
}
