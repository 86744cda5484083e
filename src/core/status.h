/* status.h - where does a ticket stand?
 *
 * The six statuses of DESIGN 7 and sets of them.  Help desks have their own
 * names; wire/ maps them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_STATUS_H
#define SLAWATCH_CORE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

enum status {
	STATUS_NEW,
	STATUS_OPEN,
	STATUS_PENDING, /* waits for the customer */
	STATUS_ON_HOLD, /* waits for somebody else */
	STATUS_SOLVED,
	STATUS_CLOSED,
	STATUS_COUNT
};

typedef uint32_t status_set; /* bit per enum status */

#define STATUS_BIT(s) (UINT32_C(1) << (s))
#define STATUS_UNSOLVED                                                        \
	(STATUS_BIT(STATUS_NEW) | STATUS_BIT(STATUS_OPEN) |                    \
	    STATUS_BIT(STATUS_PENDING) | STATUS_BIT(STATUS_ON_HOLD))

const char *status_name(enum status s); /* "on_hold" */
bool status_parse(const char *name, enum status *out);

static inline bool status_is_unsolved(enum status s)
{
	return (STATUS_BIT(s) & STATUS_UNSOLVED) != 0;
}

#endif
