/* slack_request.h - what is asked of Slack's Web API, and what it answered.
 *
 *	room, mention	chat.postMessage to the room; the first of a ticket
 *			begins its thread, others reply
 *	dm		users.lookupByEmail (unless the id is known),
 *			conversations.open, chat.postMessage
 *	edit		chat.update of a thread's first post
 *	check		a room: conversations.info; a person: users.info;
 *whether they are in the room: conversations.members
 *
 * Methods that write take JSON, those that only read a form.  An answer is 200
 * with {"ok": false, "error": WORD} for nearly everything.
 *
 * What was learned: "user EMAIL" is an id, "dm ID" a conversation.
 *
 * Private to the Slack files of wire/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_SLACK_REQUEST_H
#define SLAWATCH_WIRE_SLACK_REQUEST_H

#include "wire/via.h"

const char *slack_build(
    const struct letter *l, struct arena *a, struct outgoing *out);

#endif
