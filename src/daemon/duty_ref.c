/* duty_ref.c - a counted reference to what was said of people's presence.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/duty_ref.h"

#include "base/check.h"

#include <stdatomic.h>
#include <stdlib.h>

struct duty_ref {
	struct duty *duty; /* owned; NULL: duty_none */
	atomic_int refs;
};

struct duty_ref *duty_ref_new(struct duty *d)
{
	struct duty_ref *ref = malloc(sizeof *ref);

	CHECK(ref != NULL);
	ref->duty = d;
	atomic_init(&ref->refs, 1);
	return ref;
}

struct duty_ref *duty_ref_get(struct duty_ref *ref)
{
	int before =
	    atomic_fetch_add_explicit(&ref->refs, 1, memory_order_relaxed);

	CHECK(before > 0);
	return ref;
}

/* Acquire-release: whoever frees has seen all that the others did. */
void duty_ref_put(struct duty_ref *ref)
{
	int before =
	    atomic_fetch_sub_explicit(&ref->refs, 1, memory_order_acq_rel);

	CHECK(before > 0);
	if (before > 1)
		return;
	if (ref->duty != NULL)
		duty_free(ref->duty);
	free(ref);
}

const struct duty *duty_ref_duty(const struct duty_ref *ref)
{
	return ref->duty != NULL ? ref->duty : &duty_none;
}
