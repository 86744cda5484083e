/* asking.c - how often may the other side be asked who somebody is?
 *
 * What a message must learn first (wire/via.h, `learns`) is asked by methods
 * that are limited for all rooms and people together: Slack's tier 3 takes 50
 * a minute of each ("Rate limits").  Answers hold for a month, so that this
 * is met on the first day only, or by a storm that reaches a whole company.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/notifier_parts.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

static const struct budget ask_budget = { .every_ms = 1200, .burst = 40 };

struct asking {
	char *channel; /* base; owned */
	struct bucket bucket;
	struct mono until; /* it was told to wait up to then */
};

static struct asking *asking_of(struct notifier *n, const char *channel)
{
	struct asking *a;

	for (size_t i = 0; i < n->nasking; i++)
		if (strcmp(n->asking[i].channel, channel) == 0)
			return &n->asking[i];
	n->asking = realloc(n->asking, (n->nasking + 1) * sizeof *n->asking);
	CHECK(n->asking != NULL);
	a = &n->asking[n->nasking++];
	*a = (struct asking){ .channel = strdup(channel) };
	CHECK(a->channel != NULL);
	return a;
}

bool asking_allows(struct notifier *n, const char *channel, int64_t *wait_ms)
{
	struct asking *a = asking_of(n, channel);
	struct mono now = loop_mono(n->w.loop);
	struct mono at = bucket_at(&a->bucket, &ask_budget, CLASS_BREACH, now);

	if (at.ms < a->until.ms)
		at = a->until;
	*wait_ms = at.ms - now.ms;
	if (*wait_ms > 0)
		return false;
	bucket_take(&a->bucket, &ask_budget, now);
	return true;
}

void asking_pause(struct notifier *n, const char *channel, int64_t wait_ms)
{
	asking_of(n, channel)->until.ms = loop_mono(n->w.loop).ms + wait_ms;
}

void asking_free(struct notifier *n)
{
	while (n->nasking > 0)
		free(n->asking[--n->nasking].channel);
	free(n->asking);
}
