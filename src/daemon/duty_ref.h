/* duty_ref.h - who still reads what was said of people's presence before?
 *
 * A value of duty.h is immutable and shared by the loop, the commit thread and
 * worker threads; each change makes another one, and the last to let go of one
 * frees it.  Counting is atomic: any thread.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_DUTY_REF_H
#define SLAWATCH_DAEMON_DUTY_REF_H

#include "core/duty.h"

struct duty_ref;

/* Takes the value over, NULL: nothing was ever said.  The caller has the one
 * reference. */
struct duty_ref *duty_ref_new(struct duty *d);

/* Another reference to the same. */
struct duty_ref *duty_ref_get(struct duty_ref *ref);
void duty_ref_put(struct duty_ref *ref);

const struct duty *duty_ref_duty(const struct duty_ref *ref);

#endif
