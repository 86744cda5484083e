/* channel.h - which kinds of channels are there, and what can each do?
 *
 * A kind is one row of CHANNEL_KINDS and one file in wire/ (via_KIND.c), which
 * lays its messages out and says what its answers mean.  Everything else that
 * differs between kinds is a column: which keys it takes in the matrix, whom it
 * can reach, how fast it may be used.
 *
 * A Slack room is three ways: the room itself, a direct message to a person,
 * and a post in the room that mentions the person.  For a channel "support" of
 * type slack the matrix holds "support", "support.dm" and "support.mention";
 * what they share is the first's, `base`.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_CHANNEL_H
#define SLAWATCH_CORE_CHANNEL_H

#include "core/budget.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys of a channel in the matrix. */
enum channel_key {
	KEY_URL = 1u << 0,
	KEY_TOKEN = 1u << 1,   /* bot token, server token, API key */
	KEY_ROOM = 1u << 2,    /* `channel`: Slack's id of the room */
	KEY_SIGNING = 1u << 3, /* `signing_secret`: of what Slack sends us */
	KEY_FROM = 1u << 4,
	KEY_USER = 1u << 5,
	KEY_PASSWORD = 1u << 6,
	KEY_SECRET = 1u << 7, /* signs a webhook; SES's secret access key */
	KEY_CA = 1u << 8,
	KEY_STARTTLS = 1u << 9,
	KEY_DOMAIN = 1u << 10, /* Mailgun's sending domain */
	KEY_REGION = 1u << 11, /* of AWS: "eu-central-1" */
	KEY_BODY = 1u << 12,   /* a template of the whole request body */
};

enum channel_trait {
	/* Reaches one person at a time, at their address. */
	REACHES_MAIL = 1u << 0,
	/* Wants to hear what people do about what it was told: an ack, a
	 * snooze. */
	FOLLOWS = 1u << 1,
	/* Keeps one thread per ticket, whose first post is edited. */
	THREADS = 1u << 2,
	/* Can say several notices in one message. */
	BUNDLES = 1u << 3,
	/* What it shows can be answered by a link or a button. */
	ANSWERS = 1u << 4,
};

/* X(ID, id, name in the matrix, url unless given, keys needed, keys allowed
 * besides, traits, milliseconds per message, burst, characters of a title and
 * of a body that are shown).  0: as fast, and as many, as can be.
 *
 * Rates: Slack "Rate limits" (1 message a second and channel or webhook, short
 * bursts); Teams "Create and send messages" (4 requests a second); PagerDuty
 * Events API v2 (120 a minute and routing key).  Mail: what a small server
 * takes without calling it abuse. */
#define CHANNEL_KINDS(X)                                                       \
	X(LOG, log, "log", NULL, 0, 0, 0, 0, 0, 0, 0)                          \
	X(SLACK_WEBHOOK, slack_webhook, "slack-webhook", NULL, KEY_URL,        \
	    KEY_CA, BUNDLES, 1000, 3, 140, 2900)                               \
	X(SLACK, slack, "slack", "https://slack.com/api",                      \
	    KEY_TOKEN | KEY_ROOM, KEY_URL | KEY_SIGNING | KEY_CA,              \
	    FOLLOWS | THREADS | BUNDLES | ANSWERS, 1000, 3, 140, 2000)         \
	X(SMTP, smtp, "smtp", NULL, KEY_URL | KEY_FROM,                        \
	    KEY_USER | KEY_PASSWORD | KEY_CA | KEY_STARTTLS,                   \
	    REACHES_MAIL | BUNDLES | ANSWERS, 200, 50, 250, 0)                 \
	X(POSTMARK, postmark, "postmark", "https://api.postmarkapp.com",       \
	    KEY_TOKEN | KEY_FROM, KEY_URL | KEY_CA,                            \
	    REACHES_MAIL | BUNDLES | ANSWERS, 200, 50, 250, 0)                 \
	X(SENDGRID, sendgrid, "sendgrid", "https://api.sendgrid.com",          \
	    KEY_TOKEN | KEY_FROM, KEY_URL | KEY_CA,                            \
	    REACHES_MAIL | BUNDLES | ANSWERS, 200, 50, 250, 0)                 \
	X(MAILGUN, mailgun, "mailgun", "https://api.mailgun.net",              \
	    KEY_TOKEN | KEY_FROM | KEY_DOMAIN, KEY_URL | KEY_CA,               \
	    REACHES_MAIL | BUNDLES | ANSWERS, 200, 50, 250, 0)                 \
	X(SES, ses, "ses", NULL,                                               \
	    KEY_REGION | KEY_USER | KEY_SECRET | KEY_FROM, KEY_URL | KEY_CA,   \
	    REACHES_MAIL | BUNDLES | ANSWERS, 200, 50, 250, 0)                 \
	X(TEAMS, teams, "teams", NULL, KEY_URL, KEY_CA, BUNDLES, 250, 4, 400,  \
	    10000)                                                             \
	X(PAGERDUTY, pagerduty, "pagerduty", "https://events.pagerduty.com",   \
	    KEY_TOKEN, KEY_URL | KEY_CA, FOLLOWS, 500, 10, 300, 8000)          \
	X(WEBHOOK, webhook, "webhook", NULL, KEY_URL,                          \
	    KEY_SECRET | KEY_CA | KEY_BODY, 0, 0, 0, 0, 0)

enum channel_type {
#define CHANNEL_ID(ID, ...) CHANNEL_##ID,
	CHANNEL_KINDS(CHANNEL_ID)
#undef CHANNEL_ID
	    CHANNEL_TYPE_COUNT
};

struct channel_kind {
	const char *name;
	const char *url;      /* unless given; NULL: none */
	unsigned needed;      /* enum channel_key bits */
	unsigned allowed;     /* besides these */
	unsigned traits;      /* enum channel_trait bits */
	struct budget budget; /* unless the matrix says otherwise */
	size_t title_max;     /* characters shown; 0: all */
	size_t body_max;
};

const struct channel_kind *channel_kind(enum channel_type type);
const char *channel_type_name(enum channel_type type); /* "slack-webhook" */
bool channel_type_parse(const char *name, enum channel_type *out);

enum channel_way { WAY_ROOM, WAY_DM, WAY_MENTION, WAY_COUNT };

const char *channel_way_name(enum channel_way way); /* "", "dm", "mention" */

/* The user's own words, templates (template.h); NULL: ours. */
struct message_text {
	const char *title;
	const char *body;
};

struct channel {
	const char *name; /* "support", "support.dm" */
	enum channel_type type;
	enum channel_way way;
	int base;	   /* index of "support"; of itself otherwise */
	const char *url;   /* may hold a secret (Slack): never log */
	const char *token; /* secret; or NULL */
	const char *room;  /* slack: "C0SUPPORT"; or NULL */
	const char *signing_secret; /* slack: secret; or NULL */
	const char *from;	    /* mail: RFC 5322 mailbox */
	const char *user;     /* smtp: login; ses: access key id; or NULL */
	const char *password; /* smtp: or NULL; secret */
	const char *secret;   /* webhook: HMAC key; ses: secret access key; or
				 NULL; secret */
	const char *ca_file;  /* trusted certificates, or NULL: the system's */
	const char *domain;   /* mailgun: or NULL */
	const char *region;   /* ses: or NULL */
	const char *body;     /* webhook: template of the request; or NULL */
	struct message_text text; /* for whatever goes by it */
	struct budget budget;
	bool starttls; /* smtp: refuse to go on without TLS */
};

/* Does it need a person, and an address of theirs? */
bool channel_is_personal(const struct channel *c);

/* May what people did about a ticket be said there? */
static inline bool channel_has(const struct channel *c, unsigned trait)
{
	return (channel_kind(c->type)->traits & trait) != 0;
}

/* What is up or down together: "slack.com", "mail.example.com:465"; without
 * any secret.  Into out, cut if it is longer. */
void channel_endpoint(const struct channel *c, char *out, size_t size);

#endif
