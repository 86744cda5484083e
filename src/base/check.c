/* check.c - where a failed assertion ends.
 *
 * Nothing is printed here: base/ has no output.  The program that composes
 * the layers says where the news goes.
 *
 * SPDX-License-Identifier: MIT */
#include "base/check.h"

#include <stddef.h>
#include <stdlib.h>

/* Set once at start, before there are threads; only read afterwards. */
static check_reporter *the_reporter;

void check_set_reporter(check_reporter *reporter)
{
	the_reporter = reporter;
}

_Noreturn void check_failed(const char *expr, const char *file, int line)
{
	check_reporter *reporter = the_reporter;

	/* A check that fails inside the reporter must not come back here for
	 * ever. */
	the_reporter = NULL;
	if (reporter != NULL)
		reporter(expr, file, line);
	abort();
}
