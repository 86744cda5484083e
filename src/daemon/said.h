/* said.h - what a person does, as an event that waits for its commit.
 *
 * Acknowledged, claimed, snoozed, noted, escalated: by the API, by a button in
 * Slack, by a link in a mail.  It is written as an event's JSON and read back
 * through the same gate as everybody's, so that limits and refusals are the
 * same.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_SAID_H
#define SLAWATCH_DAEMON_SAID_H

#include "daemon/item.h"

struct said {
	enum event_type type;
	const char *ticket; /* key */
	const char *id;	    /* NULL: a random one */
	const char *by;	    /* person, or whoever says so */
	const char *text;   /* or NULL */
	const char *chain;  /* ESCALATED: or NULL */
	const char *team;   /* ESCALATED: or NULL */
	struct wall until;  /* SNOOZED */
};

/* NULL: *err names the member and the reason. */
struct item *said_item(
    const struct said *s, struct wall now, struct errtext *err);

#endif
