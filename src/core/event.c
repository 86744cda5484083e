/* event.c - the words of events, their authors, fields and outcomes.
 *
 * SPDX-License-Identifier: MIT */
#include "core/event.h"

#include "base/check.h"
#include "core/names.h"

static const char *const type_names[EVENT_TYPE_COUNT] = {
	[EVENT_CREATED] = "created",
	[EVENT_UPDATED] = "updated",
	[EVENT_COMMENT] = "comment",
	[EVENT_STATUS] = "status",
	[EVENT_ASSIGNED] = "assigned",
	[EVENT_ACKNOWLEDGED] = "acknowledged",
	[EVENT_CLAIMED] = "claimed",
	[EVENT_NOTE] = "note",
	[EVENT_SNOOZED] = "snoozed",
	[EVENT_SEVERITY_CONFIRMED] = "severity_confirmed",
	[EVENT_DUE] = "due",
	[EVENT_ESCALATED] = "escalated",
	[EVENT_MERGED] = "merged",
	[EVENT_DELETED] = "deleted",
	[EVENT_TICK] = "tick",
	[EVENT_DELIVERY] = "delivery",
	[EVENT_REVISED] = "revised",
	[EVENT_REMARK] = "remark",
	[EVENT_NOTICE_RETRY] = "notice_retry",
	[EVENT_NOTICE_DROP] = "notice_drop",
};

static const char *const author_names[AUTHOR_COUNT] = {
	[AUTHOR_CUSTOMER] = "customer",
	[AUTHOR_AGENT] = "agent",
	[AUTHOR_BOT] = "bot",
	[AUTHOR_SYSTEM] = "system",
};

static const char *const field_names[FIELD_COUNT] = {
	[FIELD_SUBJECT] = "subject",
	[FIELD_SEVERITY] = "severity",
	[FIELD_STATUS] = "status",
	[FIELD_CATEGORY] = "category",
	[FIELD_CHANNEL] = "channel",
	[FIELD_CUSTOMER_ID] = "customer.id",
	[FIELD_CUSTOMER_NAME] = "customer.name",
	[FIELD_CUSTOMER_TIER] = "customer.tier",
	[FIELD_CUSTOMER_VALUE] = "customer.value",
	[FIELD_CUSTOMER_RENEWAL] = "customer.renewal",
	[FIELD_TEAM] = "team",
	[FIELD_ASSIGNEE] = "assignee",
	[FIELD_TAGS] = "tags",
	[FIELD_URL] = "url",
	[FIELD_TEXT] = "text",
	[FIELD_SCOPE] = "scope",
	[FIELD_IMPACT] = "impact",
	[FIELD_WORKAROUND] = "workaround",
	[FIELD_TRIED] = "tried",
	[FIELD_NEXT_STEP] = "next_step",
	[FIELD_SENTIMENT] = "sentiment",
	[FIELD_AI_CONFIDENCE] = "ai_confidence",
	[FIELD_CSAT] = "csat",
	[FIELD_ATTRIBUTES] = "attributes",
};

static const char *const delivery_names[] = {
	[DELIVERY_OK] = "ok",
	[DELIVERY_AGAIN] = "again",
	[DELIVERY_NEVER] = "never",
	[DELIVERY_DOWN] = "down",
};

const char *event_type_name(enum event_type type)
{
	CHECK((unsigned)type < EVENT_TYPE_COUNT);
	return type_names[type];
}

bool event_type_parse(const char *name, enum event_type *out)
{
	int i = names_find(type_names, EVENT_FROM_OUTSIDE_COUNT, name);

	if (i < 0)
		return false;
	*out = (enum event_type)i;
	return true;
}

const char *author_name(enum author a)
{
	CHECK((unsigned)a < AUTHOR_COUNT);
	return author_names[a];
}

bool author_parse(const char *name, enum author *out)
{
	int i = names_find(author_names, AUTHOR_COUNT, name);

	if (i < 0)
		return false;
	*out = (enum author)i;
	return true;
}

const char *field_name(enum field f)
{
	CHECK((unsigned)f < FIELD_COUNT);
	return field_names[f];
}

const char *delivery_name(enum delivery d)
{
	CHECK((unsigned)d < sizeof delivery_names / sizeof delivery_names[0]);
	return delivery_names[d];
}
