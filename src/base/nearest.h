/* nearest.h - which of the known names was meant?
 *
 * For "did you mean": feed it every name that is known there, then ask for the
 * best.  One rule for every place, so that a typo is treated alike in a file,
 * an event, a request and on the command line:
 *
 * - A third of the wanted name may be wrong, one letter at least, four at most:
 *   "polices" is near "policies", "horoscope" near nothing.
 * - Letters in another order ("wran") count as one mistake, not as two.
 * - A name of which no letter is kept is not near, however short it is.
 *
 * The first of several that are equally near wins.  Texts are borrowed.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_BASE_NEAREST_H
#define SLAWATCH_BASE_NEAREST_H

#include "base/errtext.h"

#include <stddef.h>

struct nearest {
	const char *want;
	const char *best; /* NULL: none is near */
	size_t distance;  /* of best; or one more than is near */
};

void nearest_init(struct nearest *n, const char *want);
void nearest_try(struct nearest *n, const char *name);

/* All at once: the nearest of them, or NULL. */
const char *nearest_of(
    const char *want, const char *const *names, size_t count);

/* `what "want"; did you mean "best"?`, without the question if none is near.
 * The wanted name is what somebody sent: it is cut at 60 bytes. */
void nearest_say(
    const struct nearest *n, const char *what, struct errtext *err);

#endif
