/* matrix_parts.h - what `slawatchctl matrix` does, a word each.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_MATRIX_PARTS_H
#define SLAWATCH_CTL_MATRIX_PARTS_H

#include "ctl/args.h"

int matrix_log(const struct invocation *in);	/* matrix_log.c */
int matrix_show(const struct invocation *in);	/* matrix_show.c */
int matrix_differ(const struct invocation *in); /* matrix_differ.c */

#endif
