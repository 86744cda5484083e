/* matrix_arg.h - the matrix that -c names, for what asks no daemon.
 *
 * Read as the daemon would, but secrets need not be readable by whoever asks.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_MATRIX_ARG_H
#define SLAWATCH_CTL_MATRIX_ARG_H

#include "conf/load.h"
#include "ctl/args.h"

/* EXIT_OK: conf_free() it.  Else it was said why. */
int matrix_arg_load(const struct invocation *in, struct conf *out);

/* Likewise, from that file. */
int matrix_arg_load_file(const char *path, struct conf *out);

#endif
