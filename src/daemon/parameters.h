/* parameters.h - what stands behind the question mark, checked.
 *
 * A name that no route knows was refused before (routes.c); here the values.
 * False: the request has been answered with 400 and the values that fit.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_PARAMETERS_H
#define SLAWATCH_DAEMON_PARAMETERS_H

#include "net/http_listener.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A whole number from least to most; *out as it was if it is not given. */
bool parameter_number(struct http_request *r, const char *name, int64_t least,
    int64_t most, int64_t *out);

/* One of these words, its place; *out as it was if it is not given. */
bool parameter_word(struct http_request *r, const char *name,
    const char *const words[], size_t count, size_t *out);

/* Digits alone, below 10^18; for a number in a path. */
bool parameter_digits(const char *text, int64_t *out);

#endif
