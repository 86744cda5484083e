/* require.h - an assertion cheap enough for a million rounds.
 *
 * Check's own ones write a mark for the parent process each time they hold,
 * about a microsecond; this one costs nothing until it fails.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_REQUIRE_H
#define SLAWATCH_TESTS_REQUIRE_H

#include <check.h>

#define REQUIRE(expr)                                                          \
	do {                                                                   \
		if (!(expr))                                                   \
			ck_abort_msg("failed: %s", #expr);                     \
	} while (0)

#endif
