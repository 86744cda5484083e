/* conditions.h - conditions for matrices that tests make by hand.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_LIB_CONDITIONS_H
#define SLAWATCH_TESTS_LIB_CONDITIONS_H

#include "core/condition.h"

/* The field is one of these words, which are borrowed. */
static inline struct condition words_test(
    enum condition_field field, const char **words, size_t n)
{
	return (struct condition){
		.op = CONDITION_TEST,
		.field = field,
		.words = words,
		.nwords = n,
	};
}

/* All of these, which are borrowed. */
static inline struct condition all_of(struct condition *parts, size_t n)
{
	return (struct condition){
		.op = CONDITION_ALL, .parts = parts, .nparts = n
	};
}

#endif
