/* commit_drill.h - a drill begins: its ticket is made and its chain started.
 *
 * What was asked for is held against the matrix that decides, inside the
 * transaction: which chain, as which severity, and that no drill of it runs.
 * Two events of ours follow, kept with their bodies like everybody's, so that
 * a replay decides the same: `created`, then `escalated`, which is the item's
 * outcome.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_COMMIT_DRILL_H
#define SLAWATCH_DAEMON_COMMIT_DRILL_H

#include "daemon/commit_item.h"

/* An ITEM_DRILL. */
enum store_result commit_drill(struct commit_turn *turn, struct item *it);

#endif
