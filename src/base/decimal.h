/* decimal.h - a decimal number as a whole count of millionths.
 *
 * Help desks tell numbers as texts ("-0.25", "5e4"); rules compare them.  No
 * locale, no binary rounding: digits beyond the sixth place are cut.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_BASE_DECIMAL_H
#define SLAWATCH_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECIMAL_ONE INT64_C(1000000)

/* JSON's grammar for numbers, an optional "+" before it; at most 9e12 either
 * way.  False: no such number. */
bool decimal_parse(const char *text, size_t len, int64_t *millionths);

#define DECIMAL_TEXT_MAX 24

/* The shortest text that parses to it: "-0.25". */
void decimal_format(int64_t millionths, char out[DECIMAL_TEXT_MAX]);

#endif
