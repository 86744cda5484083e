/* slack_message.h - a notice as Slack Block Kit.
 *
 * For an incoming webhook: {"text": fallback, "blocks": [...]}.  Every text is
 * escaped (& < >) and cut to Slack's documented limits, at a character's
 * boundary and never inside an entity:
 *	50 blocks a message; header plain_text 150; section text 3000; fields
 *	10 of 2000; context 10 elements; button text 75, url 3000; text 40,000.
 * Source: Slack's Block Kit reference ("Reference: blocks").
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_SLACK_MESSAGE_H
#define SLAWATCH_WIRE_SLACK_MESSAGE_H

#include "base/textbuf.h"
#include "core/notice_view.h"

void slack_message(const struct notice_view *v, struct textbuf *out);

#endif
