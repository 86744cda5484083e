/* duty.h - what was said of people's presence since the matrix was signed.
 *
 * Who is away until when and who covers, overrides and swaps of on-call
 * schedules, the last good copy of each on-call feed.  One immutable value; a
 * change makes the next one, numbered one higher.  The store keeps every change
 * (append only), so that the value of any number can be made again, and every
 * decision records the number it was made by: a replay sees the same people.
 *
 * People and schedules are named, not indexed: a reload may move indices.  A
 * name that the matrix has no more is as if it had not been said.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_DUTY_H
#define SLAWATCH_CORE_DUTY_H

#include "base/arena.h"
#include "base/errtext.h"
#include "base/instant.h"
#include "core/schedule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct matrix;

#define DUTY_ITEMS_MAX 10000 /* absences and overrides that are not over */

enum duty_kind {
	DUTY_AWAY,     /* `person` is away from..until; `other` covers or "" */
	DUTY_BACK,     /* every absence of `person` that has begun by `from`
			  ends then; what is planned stays */
	DUTY_OVERRIDE, /* `person` is on call on `schedule` from..until,
			  instead of `other`, or of everybody if that is "" */
	DUTY_ADD,      /* `person` is on call too */
	DUTY_REMOVE,   /* `person` is not, whoever else is */
	DUTY_DROP,     /* the change of number `target` is taken back */
	DUTY_FEED,     /* a new copy of the schedule's feed */
	DUTY_KIND_COUNT
};

const char *duty_kind_name(enum duty_kind k); /* "away" */
bool duty_kind_parse(const char *name, enum duty_kind *out);

struct duty_change {
	int64_t number; /* 1.. in the order of being said */
	enum duty_kind kind;
	const char *person;   /* or "" */
	const char *other;    /* or "" */
	const char *schedule; /* or "" */
	struct wall from;
	struct wall until; /* WALL_NEVER: until further notice */
	int64_t target;	   /* DROP */
	const char *by;	   /* who said so */
	const char *why;   /* or "" */
	struct wall at;	   /* when it was said */

	/* FEED: the bytes as fetched, and what they say.  Where they say
	 * nothing that can be read the copy before stands. */
	const char *bytes; /* primary, not NUL-terminated; or NULL */
	size_t len;
	const char *override_bytes; /* NULL: there is no override calendar */
	size_t override_len;
	const struct shifts *primary; /* read from them; NULL: unreadable */
	const struct shifts *override;
};

struct duty {
	struct arena arena;
	int64_t number; /* of the last change; 0: nothing was ever said */
	struct duty_change *items; /* that are not over, oldest first; of a
				      feed only the last copy */
	size_t count;
};

/* Nothing was said; never freed. */
extern const struct duty duty_none;

/* May it be said?  The person, the schedule and the cover are there, the end
 * is after the beginning, what is taken back is there, there is room.  False
 * and why, with the remedy.  For changes by people: ask before duty_after(). */
bool duty_check(const struct matrix *m, const struct duty *d,
    const struct duty_change *c, struct errtext *err);

/* The value after one more change; its number is d->number + 1, whatever stands
 * in the change.  What was over by change->at is left out.  Texts, bytes and
 * shifts are copied.  When there is no room the change that ends first makes
 * some. */
struct duty *duty_after(const struct duty *d, const struct duty_change *c);
void duty_free(struct duty *d);

/* The absence that holds for that person at that instant, the one said last;
 * or NULL. */
const struct duty_change *duty_away(
    const struct duty *d, const char *person, struct wall at);

/* The last copy of that schedule's feed, or NULL. */
const struct duty_change *duty_feed(const struct duty *d, const char *schedule);

#endif
