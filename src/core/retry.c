/* retry.c - what an answer means, in a table with its sources.
 *
 * Sources: [S] Slack, "Sending messages using incoming webhooks: handling
 * errors" and "Rate limits"; [H] RFC 9110 section 15, RFC 6585, RFC 8470; [M]
 * RFC 5321 section 4.2.1.
 *
 * SPDX-License-Identifier: MIT */
#include "core/retry.h"

#include "base/check.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define WAIT_FIRST_MS	(1 * SECOND_MS)
#define WAIT_LONGEST_MS (5 * MINUTE_MS)

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct answer_row http_rows[] = {
	/* [H] a request that was taken */
	{ NULL, 200, 299, MEANS_OK, BLAME_NOBODY, "accepted" },
	/* A webhook has no business elsewhere, and a moved one is for people
	 * to look at: the secret in its path must not follow a redirect. */
	{ NULL, 300, 399, MEANS_ALARM, BLAME_CHANNEL,
	    "redirected, which is not followed" },
	/* [H] 6585 4 */
	{ NULL, 429, 429, MEANS_WAIT, BLAME_NOBODY, "too many requests" },
	/* [H] 15.5.9: the client may repeat it */
	{ NULL, 408, 408, MEANS_RETRY, BLAME_ENDPOINT,
	    "request timed out there" },
	/* [H] 8470 5.2: retry without early data */
	{ NULL, 425, 425, MEANS_RETRY, BLAME_ENDPOINT, "too early" },
	{ NULL, 400, 400, MEANS_NEXT, BLAME_MESSAGE, "bad request" },
	{ NULL, 401, 401, MEANS_ALARM, BLAME_CHANNEL, "unauthorized" },
	{ NULL, 403, 403, MEANS_ALARM, BLAME_CHANNEL, "forbidden" },
	{ NULL, 404, 404, MEANS_ALARM, BLAME_CHANNEL, "not found" },
	{ NULL, 410, 410, MEANS_ALARM, BLAME_CHANNEL, "gone" },
	{ NULL, 413, 413, MEANS_NEXT, BLAME_MESSAGE, "too large" },
	{ NULL, 400, 499, MEANS_NEXT, BLAME_MESSAGE, "refused by the server" },
	/* [H] 15.6 */
	{ NULL, 503, 503, MEANS_RETRY, BLAME_ENDPOINT, "service unavailable" },
	{ NULL, 500, 599, MEANS_RETRY, BLAME_ENDPOINT, "server error" },
};

/* [M] 2yz completion, 3yz the other side waits for more and never got it, 4yz
 * transient (421 closing among them), 5yz permanent. */
static const struct answer_row smtp_rows[] = {
	{ NULL, 200, 299, MEANS_OK, BLAME_NOBODY, "accepted" },
	{ NULL, 300, 399, MEANS_RETRY, BLAME_ENDPOINT,
	    "broken off in between" },
	{ NULL, 400, 499, MEANS_RETRY, BLAME_NOBODY,
	    "refused for now by the mail server" },
	{ NULL, 500, 599, MEANS_NEXT, BLAME_PERSON,
	    "refused by the mail server" },
};

/* No sense can be made of it: try again, and let the time limit end it. */
static const struct answer_row no_answer = { NULL, 0, 0, MEANS_RETRY,
	BLAME_ENDPOINT, "no answer" };
static const struct answer_row odd_answer = { NULL, 0, 0, MEANS_RETRY,
	BLAME_ENDPOINT, "an answer without meaning" };

static const char *const meanings[MEANS_COUNT] = {
	[MEANS_OK] = "ok",
	[MEANS_RETRY] = "retry",
	[MEANS_WAIT] = "wait",
	[MEANS_NEXT] = "next channel",
	[MEANS_ALARM] = "alarm",
};

const char *meaning_name(enum meaning m)
{
	CHECK((unsigned)m < MEANS_COUNT);
	return meanings[m];
}

struct answers answers_of(enum transport transport)
{
	switch (transport) {
	case TRANSPORT_HTTP:
		return (struct answers){ http_rows, COUNT(http_rows) };
	case TRANSPORT_SMTP:
		return (struct answers){ smtp_rows, COUNT(smtp_rows) };
	case TRANSPORT_NETWORK:
		break;
	}
	return (struct answers){ &no_answer, 1 };
}

static bool fits(const struct answer_row *row, const struct attempt *a)
{
	if (row->word != NULL && strcmp(row->word, a->word) != 0)
		return false;
	return (row->from == 0 && row->to == 0) ||
	       (a->code >= row->from && a->code <= row->to);
}

static const struct answer_row *find(
    const struct answers *rows, const struct attempt *a)
{
	for (size_t i = 0; i < rows->count; i++)
		if (fits(&rows->rows[i], a))
			return &rows->rows[i];
	return NULL;
}

static const struct answer_row *judge(const struct attempt *a)
{
	struct answers common = answers_of(a->transport);
	const struct answer_row *row = NULL;

	if (a->transport == TRANSPORT_NETWORK || a->code == 0)
		return &no_answer;
	if (a->own != NULL)
		row = find(a->own, a);
	if (row == NULL)
		row = find(&common, a);
	return row == NULL ? &odd_answer : row;
}

/* Half of the step is certain, the other half is chance, so that what failed
 * together does not come back together. */
static int64_t backoff_ms(int failed, uint64_t chance)
{
	int64_t step = WAIT_FIRST_MS;
	int64_t half;

	for (int i = 0; i < failed && step < WAIT_LONGEST_MS; i++)
		step *= 2;
	if (step > WAIT_LONGEST_MS)
		step = WAIT_LONGEST_MS;
	half = step / 2;
	return half + (int64_t)(chance % (uint64_t)(half + 1));
}

struct retry retry_judge(const struct attempt *a)
{
	const struct answer_row *row = judge(a);
	struct retry r = { .meaning = row->meaning,
		.blame = row->blame,
		.delivery = DELIVERY_NEVER,
		.why = row->why != NULL ? row->why : a->word };

	if (row->meaning == MEANS_OK)
		r.delivery = DELIVERY_OK;
	if (row->meaning != MEANS_RETRY && row->meaning != MEANS_WAIT)
		return r;
	r.delivery = DELIVERY_AGAIN;
	r.wait_ms = backoff_ms(a->number, a->chance);
	if (a->retry_after_ms > r.wait_ms)
		r.wait_ms = a->retry_after_ms;
	return r;
}
