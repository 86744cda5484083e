/* turn.h - what the parts of one decision share.
 *
 * decide() makes one turn; clocks, walks and notices work on it and leave what
 * took effect, in order, in the decision.  Private to core/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_TURN_H
#define SLAWATCH_CORE_TURN_H

#include "core/decide.h"

struct turn {
	const struct matrix *m;
	const struct facts *f;
	struct ticket *t;
	struct wall now;   /* when this is decided */
	struct wall limit; /* what is due up to here fires in this pass */
	struct decision *out;
	int policy; /* that matches now, or -1 */
};

/* Appends a change with empty members; valid until the next one. */
struct change *turn_change(
    struct turn *u, enum change_kind kind, struct wall at);

/* A text in the ticket's arena; formats as textbuf.h. */
const char *turn_text(struct turn *u, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Is the word one of a comma separated list? */
bool list_has(const char *list, const char *word);

#endif
