/* slack_message.h - a notice as Slack Block Kit.
 *
 * Four forms.  An incoming webhook takes one message that stands for itself and
 * has no buttons that answer.  With the app a direct message does the same and
 * can be answered; in a room the first notice begins the ticket's thread: a
 * coloured post that shows how the ticket stands, and is edited when it stands
 * differently; what is told later is a short reply under it.
 *
 * Nothing on a post that is edited may grow old by itself: instants, no spans.
 *
 * Every text is escaped and cut (slack_text.h); a message stays below
 *	50 blocks; 10 fields; 10 context elements; 25 actions; texts of all
 *	blocks together about 13,000 (Slack's msg_blocks_too_long, which has no
 *	documented number).
 * Source: Slack's "Reference: blocks", "Secondary message attachments".
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_SLACK_MESSAGE_H
#define SLAWATCH_WIRE_SLACK_MESSAGE_H

#include "base/textbuf.h"
#include "core/notice_view.h"
#include "wire/json_out.h"
#include "wire/slack_text.h"

enum slack_form {
	SLACK_ALONE, /* stands for itself */
	SLACK_ROOT,  /* the ticket's post, first or edited */
	SLACK_REPLY, /* in its thread */
};

struct slack_look {
	enum slack_form form;
	bool buttons;	     /* somebody answers to them */
	const char *mention; /* id to be pinged, or NULL */
};

/* The members "text", "blocks" (and "attachments") of an open object. */
void slack_notice(const struct notice_view *v, const struct slack_look *look,
    struct json_out *j);

/* For an incoming webhook: {"text": ..., "blocks": [...]}. */
void slack_message(const struct notice_view *v, struct textbuf *out);

/* Is its reader pinged, rather than told in passing? */
bool slack_pings(enum notice_reason reason);

/* The row of buttons, if there is anything to answer: block "t:KEY". */
void slack_actions(const struct notice_view *v, bool buttons,
    struct slack_text *c, struct json_out *j);

/* "Acknowledge" alone, for a line of a list: the name of an accessory. */
bool slack_can_ack(const struct notice_view *v);
void slack_ack_button(
    struct slack_text *c, const char *name, struct json_out *j);
void slack_block_id(const struct notice_view *v, struct json_out *j);

#endif
