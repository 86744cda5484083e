/* slack_action.h - which button did somebody press in Slack?
 *
 * What Slack sends to the app's request URL when somebody uses a block of one
 * of our messages: JSON of type "block_actions" (Slack, "Reference:
 * interaction payloads").  Our messages name the ticket in the block_id,
 * "t:KEY", and the act in the action_id (via_slack.c):
 *	ack, claim, escalate	buttons
 *	snooze			a select, its value a duration: "1h"
 *	open_ticket		a button that is a link; Slack tells it all the
 *				same, and there is nothing to do
 *
 * The gate (json_gate.h) has passed it.  Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_SLACK_ACTION_H
#define SLAWATCH_WIRE_SLACK_ACTION_H

#include "base/arena.h"
#include "base/errtext.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLACK_SNOOZE_MAX_MS INT64_C(2592000000) /* 30 days */

enum slack_act {
	SLACK_ACK,
	SLACK_CLAIM,
	SLACK_SNOOZE,
	SLACK_ESCALATE,
	SLACK_OPEN_TICKET,
	SLACK_ACT_COUNT
};

/* Who sent it, and how to answer: of buttons and of commands alike. */
struct slack_from {
	const char *user;	  /* "U01DANA" */
	const char *user_name;	  /* as Slack calls them; or "" */
	const char *channel;	  /* where: "C0SUPPORT", "D..."; or "" */
	const char *trigger;	  /* unique to what was done; or "" */
	const char *response_url; /* takes answers for half an hour; or "" */
};

struct slack_action {
	struct slack_from from;
	enum slack_act act;
	const char *ticket; /* key; of OPEN_TICKET it may be "" */
	int64_t snooze_ms;  /* SNOOZE */
};

/* Texts in the arena.  False: *err says what is wrong with it; out->from is
 * filled in as far as it could be read, so that the person can be told. */
bool slack_action_read(const char *json, size_t len, struct arena *arena,
    struct slack_action *out, struct errtext *err);

/* The handshake when an address is entered in Slack ("url_verification"): the
 * challenge to be sent back, in the arena; NULL: it is none. */
const char *slack_challenge(const char *json, size_t len, struct arena *arena);

/* "U01DANA": letters and digits, so that it may stand in a URL. */
bool slack_id_valid(const char *id);

/* The address in an answer of users.info, in the arena; NULL with the reason:
 * "user_not_found", "missing_scope". */
const char *slack_user_email(
    const char *json, size_t len, struct arena *arena, struct errtext *err);

#endif
