/* event.h - what happened?
 *
 * The one value in which everything arrives at the door (decide.h): what a
 * help desk reports, what an agent says, a deadline that ran out, what became
 * of a notice, a new matrix.  Events from outside have an id; the same id twice
 * is one event.
 *
 * All texts live in the arena of whoever built the event and are UTF-8; NULL
 * means "not said".
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_EVENT_H
#define SLAWATCH_CORE_EVENT_H

#include "base/instant.h"
#include "core/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_type {
	EVENT_CREATED,
	EVENT_UPDATED,
	EVENT_COMMENT,
	EVENT_STATUS,
	EVENT_ASSIGNED,
	EVENT_ACKNOWLEDGED,
	EVENT_CLAIMED,
	EVENT_NOTE,
	EVENT_SNOOZED,
	EVENT_SEVERITY_CONFIRMED,
	EVENT_DUE,
	EVENT_ESCALATED,
	EVENT_MERGED,
	EVENT_DELETED,
	/* From inside; never accepted from outside, and without an id. */
	EVENT_TICK,	    /* something of this ticket is due */
	EVENT_DELIVERY,	    /* what became of a notice */
	EVENT_REVISED,	    /* the matrix changed */
	EVENT_REMARK,	    /* what the matrix's owner should know: `text` */
	EVENT_NOTICE_RETRY, /* `by` wants a dead notice sent all the same */
	EVENT_NOTICE_DROP,  /* `by` wants a pending one not sent */
	EVENT_TYPE_COUNT
};

#define EVENT_FROM_OUTSIDE_COUNT EVENT_TICK

const char *event_type_name(enum event_type type); /* "severity_confirmed" */
bool event_type_parse(const char *name, enum event_type *out); /* outside's */

enum author {
	AUTHOR_CUSTOMER,
	AUTHOR_AGENT,
	AUTHOR_BOT,
	AUTHOR_SYSTEM,
	AUTHOR_COUNT
};

const char *author_name(enum author a);
bool author_parse(const char *name, enum author *out);

/* Which members of `fields` an event names: an update changes only these. */
enum field {
	FIELD_SUBJECT,
	FIELD_SEVERITY,
	FIELD_STATUS,
	FIELD_CATEGORY,
	FIELD_CHANNEL,
	FIELD_CUSTOMER_ID,
	FIELD_CUSTOMER_NAME,
	FIELD_CUSTOMER_TIER,
	FIELD_CUSTOMER_VALUE,
	FIELD_CUSTOMER_RENEWAL,
	FIELD_TEAM,
	FIELD_ASSIGNEE,
	FIELD_TAGS,
	FIELD_URL,
	FIELD_TEXT,
	FIELD_SCOPE,
	FIELD_IMPACT,
	FIELD_WORKAROUND,
	FIELD_TRIED,
	FIELD_NEXT_STEP,
	FIELD_SENTIMENT,
	FIELD_AI_CONFIDENCE,
	FIELD_CSAT,
	FIELD_ATTRIBUTES,
	FIELD_COUNT
};

#define FIELD_BIT(f) (UINT32_C(1) << (f))

const char *field_name(enum field f); /* "customer.tier" */

/* The ticket's fields as a help desk tells them.  In an event only those in
 * `set` mean anything; a NULL text there takes the value away.  All values are
 * kept as texts, numbers too ("50000", "-0.2"): nothing is lost in rounding,
 * and the rules that compare them parse them.  Status is apart: it drives. */
struct fields {
	uint32_t set; /* FIELD_BIT each; in a ticket: not used */
	const char *text[FIELD_COUNT]; /* by enum field; not TAGS */
	const char **tags;	       /* FIELD_TAGS */
	size_t ntags;
	enum status status; /* FIELD_STATUS */
};

/* What an attempt to deliver a notice came to. */
enum delivery {
	DELIVERY_OK,
	DELIVERY_AGAIN, /* try again at `again_at` */
	DELIVERY_NEVER, /* refused for good, or of no use any more */
	DELIVERY_DOWN,	/* not tried, the endpoint is down: the next way, or
			   again at `again_at`, which counts as no failure */
};

const char *delivery_name(enum delivery d);

struct event {
	enum event_type type;
	const char *id;	    /* outside's; NULL from inside */
	const char *ticket; /* "zendesk:4711"; NULL where ticket_id is known */
	int64_t ticket_id;  /* row id, from inside; 0 from outside */
	struct wall at;	    /* when it happened */
	const char *body;   /* the JSON it came in, kept in the journal */

	enum author author;   /* created, updated, comment */
	bool is_public;	      /* comment */
	const char *by;	      /* who did it */
	const char *text;     /* comment, note, ack: what was said */
	struct fields fields; /* created, updated; status and assigned use
				 the status, assignee and team in it */
	struct wall until;    /* snoozed */
	const char *chain;    /* escalated; its team is in `fields` */
	const char *clock;    /* due */
	struct wall due;      /* due; WALL_NEVER clears */
	const char *into;     /* merged */

	int64_t notice_id;	/* delivery, retry, drop: row id */
	const char *ref;	/* delivery: what they call it there; or NULL */
	enum delivery delivery; /* delivery */
	struct wall again_at;	/* delivery: AGAIN */
};

#endif
