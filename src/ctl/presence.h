/* presence.h - who is away and who is on call, as people type and read it.
 *
 * Days and times of day are meant on the wall clock of whom they concern: the
 * person's who goes away, the schedule's that is changed.  That zone is shown
 * with every answer, so that nobody has to guess.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_PRESENCE_H
#define SLAWATCH_CTL_PRESENCE_H

#include "ctl/asking.h"
#include "ctl/zone_named.h"
#include "wire/json_out.h"

/* Where and when something is said. */
struct presence {
	struct wall now; /* the daemon's */
	struct zone_named zone;
};

/* The zone by its name; an exit code. */
int presence_take(struct presence *p, struct wall now, const char *zone);
void presence_free(struct presence *p);

/* What was typed of a stretch: texts or NULL. */
struct typed_stretch {
	const char *from;
	const char *until;
	const char *span; /* --for */
};

/* Writes `from` and `until` or `for`; an exit code.  may_last: "further notice"
 * is an end too. */
int presence_write(const struct presence *p, const struct typed_stretch *t,
    bool may_last, struct json_out *out);

/* One instant by that name, after another. */
int presence_write_at(const struct presence *p, const char *name,
    const char *text, struct wall after, struct wall *at, struct json_out *out);

/* POSTs what was written, then tells each change that was made, on a line, or
 * prints the answer with --json. */
int presence_post(struct asking *a, const char *path,
    const struct textbuf *body, const struct presence *p);

/* {"by":..., "why":...  An exit code: nobody is known. */
int presence_open(
    const struct invocation *in, struct textbuf *body, struct json_out *out);

/* "dana is away, eli covers", "eli is on call on support instead of dana". */
void presence_what(const cJSON *change, struct textbuf *out);

/* The same, and when: "... until Mon 2026-01-12 09:00 CET". */
void presence_tell(
    const cJSON *change, const struct presence *p, struct textbuf *out);

#endif
