/* budget.c - see budget.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/budget.h"

#include "base/check.h"

#include <limits.h>

static const enum notice_class classes[NOTICE_REASON_COUNT] = {
	[NOTICE_BREACH] = CLASS_BREACH,
	[NOTICE_CHAIN] = CLASS_ESCALATION,
	[NOTICE_ACK_TIMEOUT] = CLASS_ESCALATION,
	[NOTICE_EXHAUSTED] = CLASS_ESCALATION,
	[NOTICE_UNREACHABLE] = CLASS_ESCALATION,
	[NOTICE_WARNING] = CLASS_WARNING,
	[NOTICE_REMINDER] = CLASS_REMINDER,
	[NOTICE_RULE] = CLASS_WARNING,
	[NOTICE_ASSIGNMENT] = CLASS_REMINDER,
	[NOTICE_HANDOFF] = CLASS_REMINDER,
	[NOTICE_MATRIX] = CLASS_REPORT,
	[NOTICE_UPDATE] = CLASS_UPDATE,
	[NOTICE_RESOLVED] = CLASS_UPDATE,
};

static const char *const names[CLASS_COUNT] = {
	[CLASS_BREACH] = "breach",
	[CLASS_ESCALATION] = "escalation",
	[CLASS_WARNING] = "warning",
	[CLASS_REMINDER] = "reminder",
	[CLASS_UPDATE] = "update",
	[CLASS_DRILL] = "drill",
	[CLASS_REPORT] = "report",
};

enum notice_class notice_class(enum notice_reason reason)
{
	CHECK((unsigned)reason < NOTICE_REASON_COUNT);
	return classes[reason];
}

const char *notice_class_name(enum notice_class c)
{
	CHECK((unsigned)c < CLASS_COUNT);
	return names[c];
}

static int64_t debt_at(const struct bucket *b, struct mono now)
{
	int64_t debt = b->debt_ms - (now.ms - b->since.ms);

	return debt > 0 ? debt : 0;
}

/* How deep in debt that class may go. */
static int64_t depth(const struct budget *budget, enum notice_class class)
{
	int messages = budget->burst;

	if (class != CLASS_BREACH)
		messages -= budget->reserve;
	return messages * budget->every_ms;
}

bool bucket_has(const struct bucket *b, const struct budget *budget,
    enum notice_class class, struct mono now)
{
	return bucket_count(b, budget, class, now) > 0;
}

int bucket_count(const struct bucket *b, const struct budget *budget,
    enum notice_class class, struct mono now)
{
	int64_t left;

	if (budget->every_ms == 0)
		return INT_MAX;
	left = depth(budget, class) - debt_at(b, now);
	return left < 0 ? 0 : (int)(left / budget->every_ms);
}

void bucket_take(struct bucket *b, const struct budget *budget, struct mono now)
{
	b->debt_ms = debt_at(b, now) + budget->every_ms;
	b->since = now;
}

void bucket_arrived(struct bucket *b, struct mono now)
{
	b->since = now;
}

void bucket_put_back(
    struct bucket *b, const struct budget *budget, struct mono now)
{
	b->debt_ms = debt_at(b, now) - budget->every_ms;
	if (b->debt_ms < 0)
		b->debt_ms = 0;
	b->since = now;
}

bool bucket_is_full(const struct bucket *b, struct mono now)
{
	return debt_at(b, now) == 0;
}

struct mono bucket_at(const struct bucket *b, const struct budget *budget,
    enum notice_class class, struct mono now)
{
	int64_t over;

	if (budget->every_ms == 0)
		return now;
	over = debt_at(b, now) + budget->every_ms - depth(budget, class);
	return (struct mono){ now.ms + (over > 0 ? over : 0) };
}
