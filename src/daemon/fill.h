/* fill.h - the watch is filled while the disk is still being read.
 *
 * A restart reads every live ticket's deadline in one scan.  What the scan
 * finds is handed over in blocks to a thread that puts it into the watch, so
 * that reading and filling overlap: ready after the longer of the two, not
 * after both.
 *
 * Between begin and end the watch belongs to that thread.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_FILL_H
#define SLAWATCH_DAEMON_FILL_H

#include "base/instant.h"
#include "daemon/watch.h"

#include <stdbool.h>
#include <stdint.h>

struct fill; /* opaque: it has a thread */

struct fill *fill_begin(struct watch *w);

/* No ticket is put twice. */
void fill_put(struct fill *f, int64_t ticket_id, struct wall due);

/* All that was put is in the watch, and the thread is gone. */
void fill_end(struct fill *f);

#endif
