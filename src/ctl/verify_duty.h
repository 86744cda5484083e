/* verify_duty.h - who was there, as a decision knew it.
 *
 * What was said of people's presence up to a number, made again from the rows
 * of the database; a few such values are kept, because the next decision mostly
 * asks for the same one or a later one.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_VERIFY_DUTY_H
#define SLAWATCH_CTL_VERIFY_DUTY_H

#include "core/duty.h"
#include "ctl/verify_matrix.h"

struct known_duty {
	struct duty *duty; /* owned */
	int64_t matrix;	   /* row of the one by which feeds were read */
};

struct duties {
	struct audit *audit; /* borrowed */
	struct known_duty *at;
	size_t count;
	size_t cap;
	struct arena arena;
};

void duties_init(struct duties *ds, struct audit *audit);
void duties_fini(struct duties *ds);

/* Up to that number, by that matrix.  NULL: the database does not have it, and
 * why. */
const struct duty *duties_get(struct duties *ds, int64_t number,
    const struct known_matrix *m, struct errtext *why);

/* Forgets them if there are too many; nothing of them may be in use. */
#define DUTIES_MAX 32
void duties_trim(struct duties *ds);

#endif
