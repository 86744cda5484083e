/* status.c - the names of the six statuses.
 *
 * SPDX-License-Identifier: MIT */
#include "core/status.h"

#include "base/check.h"
#include "core/names.h"

static const char *const names[STATUS_COUNT] = {
	[STATUS_NEW] = "new",
	[STATUS_OPEN] = "open",
	[STATUS_PENDING] = "pending",
	[STATUS_ON_HOLD] = "on_hold",
	[STATUS_SOLVED] = "solved",
	[STATUS_CLOSED] = "closed",
};

const char *status_name(enum status s)
{
	CHECK((unsigned)s < STATUS_COUNT);
	return names[s];
}

bool status_parse(const char *name, enum status *out)
{
	int i = names_find(names, STATUS_COUNT, name);

	if (i < 0)
		return false;
	*out = (enum status)i;
	return true;
}
