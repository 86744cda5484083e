/* slack_bundle.h - many notices in one Slack message.
 *
 * What waited for one destination (a digest), or what is one trouble (an
 * incident): a line per ticket, the most urgent first, the first twenty with a
 * button of their own.  Every ticket is named, whatever else must be shorter
 * for it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_SLACK_BUNDLE_H
#define SLAWATCH_WIRE_SLACK_BUNDLE_H

#include "wire/json_out.h"
#include "wire/via.h"

#include <stdbool.h>

#define SLACK_BUNDLE_BUTTONS 20

/* The members "text" and "blocks" of an open object.  mention(): whom a line
 * pings, an id or NULL. */
void slack_bundle(const struct letter *l, bool buttons,
    const char *(*mention)(const struct letter *l, const struct notice_view *v),
    struct json_out *j);

#endif
