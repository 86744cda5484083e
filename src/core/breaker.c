/* breaker.c - see breaker.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/breaker.h"

#include "base/check.h"

static const char *const names[] = {
	[BREAKER_CLOSED] = "closed",
	[BREAKER_OPEN] = "open",
	[BREAKER_HALF_OPEN] = "half-open",
};

const char *breaker_state_name(enum breaker_state s)
{
	CHECK((unsigned)s < sizeof names / sizeof names[0]);
	return names[s];
}

bool breaker_allows(struct breaker *b, struct mono now)
{
	if (b->state == BREAKER_OPEN && now.ms >= b->until.ms) {
		b->state = BREAKER_HALF_OPEN;
		b->probing = false;
	}
	return b->state == BREAKER_CLOSED ||
	       (b->state == BREAKER_HALF_OPEN && !b->probing);
}

void breaker_begin(struct breaker *b)
{
	if (b->state == BREAKER_HALF_OPEN)
		b->probing = true;
}

static int64_t wait_ms(int opened, uint64_t chance)
{
	int64_t step = BREAKER_FIRST_MS;

	for (int i = 1; i < opened && step < BREAKER_LONGEST_MS; i++)
		step *= 2;
	if (step > BREAKER_LONGEST_MS)
		step = BREAKER_LONGEST_MS;
	return step / 2 + (int64_t)(chance % (uint64_t)(step / 2 + 1));
}

static void open_it(struct breaker *b, struct mono now, uint64_t chance)
{
	b->state = BREAKER_OPEN;
	b->probing = false;
	b->opened++;
	b->until = (struct mono){ now.ms + wait_ms(b->opened, chance) };
}

/* What was on its way when it opened says nothing new; a probe that failed
 * opens it again, of which nobody needs another word. */
enum breaker_change breaker_failed(
    struct breaker *b, bool refuses_all, struct mono now, uint64_t chance)
{
	bool was_closed = b->state == BREAKER_CLOSED;

	b->failures++;
	if (b->state == BREAKER_OPEN)
		return BREAKER_SAME;
	if (was_closed && !refuses_all && b->failures < BREAKER_FAILURES)
		return BREAKER_SAME;
	open_it(b, now, chance);
	return was_closed ? BREAKER_OPENED : BREAKER_SAME;
}

enum breaker_change breaker_answered(struct breaker *b)
{
	bool was_closed = b->state == BREAKER_CLOSED;

	*b = (struct breaker){ .state = BREAKER_CLOSED };
	return was_closed ? BREAKER_SAME : BREAKER_RECOVERED;
}

void breaker_put_back(struct breaker *b)
{
	b->probing = false;
}
