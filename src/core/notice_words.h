/* notice_words.h - what the words of a notice are made from.
 *
 * Private to core/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_NOTICE_WORDS_H
#define SLAWATCH_CORE_NOTICE_WORDS_H

#include "base/textbuf.h"
#include "core/matrix.h"
#include "core/notice_view.h"
#include "core/ticket.h"

struct telling {
	const struct matrix *m;
	const struct ticket *t;
	const struct notice *n;
	const struct clock *clock;   /* that it is about, or NULL */
	const struct chain_run *run; /* or NULL */
	const char *missing;	     /* of what its chain must carry; or "" */
	size_t nsteps;		     /* of that run; 0 if unknown */
	struct wall due;	     /* or WALL_NEVER */
	struct wall now;
	struct arena *arena;
};

const char *words_or_empty(const char *text);

/* The text, moved to the arena. */
const char *words_taken(struct arena *arena, struct textbuf *tb);

/* Nobody counts the seconds of an hour: from a minute on whole minutes, the
 * nearest, so that a warning sent 15 minutes ahead does not say 14. */
void words_add_span(struct textbuf *tb, int64_t ms);

/* "first_reply" as people say it. */
const char *words_spoken(struct arena *arena, const char *name);

/* The person's title, or what they are called. */
const char *words_person(const struct matrix *m, const char *name);

/* Of "Acknowledged by Dana Ruiz: on it" what they said; or "". */
const char *words_said(const char *detail);

const char *words_headline(const struct telling *f);

/* face, its title, clocks, who has it, category: into a view without them. */
void view_take_face(const struct matrix *m, const struct ticket *t,
    struct wall now, struct arena *arena, struct notice_view *v);

#endif
