/* retry.c - what an answer means, in a table with its sources.
 *
 * Sources: [S] Slack, "Sending messages using incoming webhooks: handling
 * errors" and "Rate limits"; [H] RFC 9110 section 15, RFC 6585, RFC 8470; [M]
 * RFC 5321 section 4.2.1.
 *
 * SPDX-License-Identifier: MIT */
#include "core/retry.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define WAIT_FIRST_MS	(1 * SECOND_MS)
#define WAIT_LONGEST_MS (5 * MINUTE_MS)

/* A range of codes of one transport; the first row that fits counts. */
struct outcome {
	enum transport transport;
	int from;
	int to;
	enum delivery delivery;
	bool whole_channel;
	const char *why;
};

static const struct outcome outcomes[] = {
	/* [H] a request that was taken; what Slack says of it: see below */
	{ TRANSPORT_HTTP, 200, 299, DELIVERY_OK, false, "accepted" },
	/* A webhook has no business elsewhere, and a moved one is for people
	 * to look at: the secret in its path must not follow a redirect. */
	{ TRANSPORT_HTTP, 300, 399, DELIVERY_NEVER, false,
	    "redirected, which is not followed" },
	/* [H] 6585 4, [S] one message a second and webhook */
	{ TRANSPORT_HTTP, 429, 429, DELIVERY_AGAIN, true, "too many requests" },
	/* [H] 15.5.9: the client may repeat it */
	{ TRANSPORT_HTTP, 408, 408, DELIVERY_AGAIN, false,
	    "request timed out there" },
	/* [H] 8470 5.2: retry without early data */
	{ TRANSPORT_HTTP, 425, 425, DELIVERY_AGAIN, false, "too early" },
	{ TRANSPORT_HTTP, 400, 400, DELIVERY_NEVER, false, "bad request" },
	{ TRANSPORT_HTTP, 401, 401, DELIVERY_NEVER, false, "unauthorized" },
	{ TRANSPORT_HTTP, 403, 403, DELIVERY_NEVER, false, "forbidden" },
	{ TRANSPORT_HTTP, 404, 404, DELIVERY_NEVER, false, "not found" },
	{ TRANSPORT_HTTP, 410, 410, DELIVERY_NEVER, false, "gone" },
	{ TRANSPORT_HTTP, 413, 413, DELIVERY_NEVER, false, "too large" },
	{ TRANSPORT_HTTP, 400, 499, DELIVERY_NEVER, false,
	    "refused by the server" },
	/* [H] 15.6 */
	{ TRANSPORT_HTTP, 503, 503, DELIVERY_AGAIN, false,
	    "service unavailable" },
	{ TRANSPORT_HTTP, 500, 599, DELIVERY_AGAIN, false, "server error" },
	/* [M] 2yz completion, 3yz the other side waits for more and never
	 * got it, 4yz transient (421 closing among them), 5yz permanent */
	{ TRANSPORT_SMTP, 200, 299, DELIVERY_OK, false, "accepted" },
	{ TRANSPORT_SMTP, 300, 399, DELIVERY_AGAIN, false,
	    "broken off in between" },
	{ TRANSPORT_SMTP, 400, 499, DELIVERY_AGAIN, false,
	    "refused for now by the mail server" },
	{ TRANSPORT_SMTP, 500, 599, DELIVERY_NEVER, false,
	    "refused by the mail server" },
};

/* No sense can be made of it: try again, and let the time limit end it. */
static const struct outcome no_answer = { TRANSPORT_NETWORK, 0, 0,
	DELIVERY_AGAIN, false, "no answer" };
static const struct outcome odd_answer = { TRANSPORT_NETWORK, 0, 0,
	DELIVERY_AGAIN, false, "an answer without meaning" };
static const struct outcome slack_odd = { TRANSPORT_HTTP, 200, 299,
	DELIVERY_AGAIN, false, "accepted, but Slack did not say ok" };

/* [S] Slack's words, which may come with any status. */
static const struct {
	const char *word;
	enum delivery delivery;
	bool whole_channel;
} slack_words[] = {
	{ "invalid_payload", DELIVERY_NEVER, false },
	{ "invalid_blocks", DELIVERY_NEVER, false },
	{ "no_text", DELIVERY_NEVER, false },
	{ "too_many_attachments", DELIVERY_NEVER, false },
	{ "msg_too_long", DELIVERY_NEVER, false },
	{ "user_not_found", DELIVERY_NEVER, false },
	{ "channel_not_found", DELIVERY_NEVER, false },
	{ "channel_is_archived", DELIVERY_NEVER, false },
	{ "action_prohibited", DELIVERY_NEVER, false },
	{ "posting_to_general_channel_denied", DELIVERY_NEVER, false },
	{ "no_service", DELIVERY_NEVER, false },
	{ "no_service_id", DELIVERY_NEVER, false },
	{ "no_active_hooks", DELIVERY_NEVER, false },
	{ "no_team", DELIVERY_NEVER, false },
	{ "team_disabled", DELIVERY_NEVER, false },
	{ "invalid_token", DELIVERY_NEVER, false },
	{ "invalid_auth", DELIVERY_NEVER, false },
	{ "account_inactive", DELIVERY_NEVER, false },
	{ "rate_limited", DELIVERY_AGAIN, true },
	{ "rollup_error", DELIVERY_AGAIN, false },
	{ "fatal_error", DELIVERY_AGAIN, false },
	{ "internal_error", DELIVERY_AGAIN, false },
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct outcome by_code(const struct attempt *a)
{
	if (a->transport == TRANSPORT_NETWORK || a->code == 0)
		return no_answer;
	for (size_t i = 0; i < COUNT(outcomes); i++) {
		const struct outcome *o = &outcomes[i];

		if (o->transport == a->transport && a->code >= o->from &&
		    a->code <= o->to)
			return *o;
	}
	return odd_answer;
}

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

/* The word stands there as a whole: "no_text", not within "xno_text". */
static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = text; (p = strstr(p, word)) != NULL; p += len) {
		if ((p == text || !is_word_char(p[-1])) &&
		    !is_word_char(p[len]))
			return true;
	}
	return false;
}

/* "ok" and nothing else. */
static bool says_ok(const char *body)
{
	while (*body == ' ' || *body == '\r' || *body == '\n')
		body++;
	if (strncmp(body, "ok", 2) != 0)
		return false;
	body += 2;
	return body[strspn(body, " \r\n")] == '\0';
}

/* A server in trouble may quote any page, so its words count for nothing. */
static struct outcome by_slack_word(struct outcome o, const struct attempt *a)
{
	const char *body = a->body != NULL ? a->body : "";

	if (a->transport != TRANSPORT_HTTP || a->code == 429 || a->code >= 500)
		return o;
	if (o.delivery == DELIVERY_OK && says_ok(body))
		return o;
	for (size_t i = 0; i < COUNT(slack_words); i++) {
		if (!has_word(body, slack_words[i].word))
			continue;
		o.delivery = slack_words[i].delivery;
		o.whole_channel = slack_words[i].whole_channel;
		o.why = slack_words[i].word;
		return o;
	}
	return o.delivery == DELIVERY_OK ? slack_odd : o;
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

struct retry retry_after(enum channel_type type, const struct attempt *a)
{
	struct outcome o = by_code(a);
	struct retry r;

	if (type == CHANNEL_SLACK_WEBHOOK)
		o = by_slack_word(o, a);
	r = (struct retry){ .delivery = o.delivery, .why = o.why };
	if (r.delivery != DELIVERY_AGAIN)
		return r;
	r.whole_channel = o.whole_channel;
	r.wait_ms = backoff_ms(a->number, a->chance);
	if (a->retry_after_ms > r.wait_ms)
		r.wait_ms = a->retry_after_ms;
	return r;
}
