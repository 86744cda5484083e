/* via_ses.c - mail by Amazon SES, API v2, signed by curl.
 *
 * Sources: [S] Amazon SES API v2 reference, SendEmail with its errors; [C]
 * "Common errors" of AWS.  The word is the error's type, from a header or the
 * body.
 *
 * SES puts Message-ID and Date of its own into a message; conversations hold
 * together by References.  It is not asked whether it suppresses an address:
 * that stands in the question's path, whose @ must be encoded twice before it
 * is signed, and curl before 8.3 does not.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/via.h"

#include "base/textbuf.h"
#include "wire/json_out.h"
#include "wire/mail_answer.h"
#include "wire/mail_content.h"
#include "wire/mail_encode.h"
#include "wire/mail_message.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void message(const struct letter *l, const struct mail_envelope *e,
    struct arena *a, struct textbuf *body)
{
	struct textbuf raw;
	struct textbuf data;
	struct json_out j;

	textbuf_init(&raw);
	textbuf_init(&data);
	mail_message(l, e, a, &raw);
	mail_base64(&data, raw.data, raw.len);
	json_out_init(&j, body);
	json_open(&j, NULL, '{');
	json_text(&j, "FromEmailAddress", e->from);
	json_open(&j, "Destination", '{');
	json_open(&j, "ToAddresses", '[');
	json_text(&j, NULL, e->to);
	json_close(&j, ']');
	json_close(&j, '}');
	json_open(&j, "Content", '{');
	json_open(&j, "Raw", '{');
	json_text(&j, "Data", data.data);
	json_close(&j, '}');
	json_close(&j, '}');
	json_close(&j, '}');
	textbuf_fini(&raw);
	textbuf_fini(&data);
}

/* The region's endpoint, unless the matrix has another. */
static const char *url(const struct letter *l, struct arena *a)
{
	static const char path[] = "/v2/email/outbound-emails";
	struct textbuf tb;
	const char *text;

	if (l->channel->url != NULL)
		return via_url(l, a, path);
	textbuf_init(&tb);
	textbuf_addf(
	    &tb, "https://email.%s.amazonaws.com%s", l->channel->region, path);
	text = arena_strndup(a, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

static void sign(const struct letter *l, struct arena *a, struct outgoing *out)
{
	struct textbuf how;

	textbuf_init(&how);
	textbuf_addf(&how, "aws:amz:%s:ses", l->channel->region);
	out->aws_sigv4 = arena_strndup(a, how.data, how.len);
	out->user = l->channel->user;
	out->password = l->channel->secret;
	out->answer_header = "x-amzn-errortype";
	textbuf_fini(&how);
}

static const char *build(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	struct mail_envelope e;
	const char *why = mail_envelope_init(&e, l, a);
	struct textbuf body;

	if (why != NULL || l->nviews == 0)
		return why;
	sign(l, a, out);
	textbuf_init(&body);
	message(l, &e, a, &body);
	via_body(a, out, &body, VIA_JSON);
	out->url = url(l, a);
	return NULL;
}

/* "MessageRejected:http://..." and "com.amazonaws#MessageRejected" are
 * MessageRejected. */
static const char *error_type(const struct answer *got, struct arena *a)
{
	const char *type = got->header == NULL ? "" : got->header;
	const char *hash;

	if (type[0] == '\0')
		type = mail_answer_member(got, a, "__type");
	if (type[0] == '\0')
		type = mail_answer_member(got, a, "code");
	hash = strchr(type, '#');
	if (hash != NULL)
		type = hash + 1;
	return arena_strndup(a, type, strcspn(type, ":"));
}

static void read(const struct outgoing *asked, const struct answer *got,
    struct arena *a, struct reading *out)
{
	const char *text;

	(void)asked;
	if (got->status == 200) {
		out->ref = mail_answer_member(got, a, "MessageId");
		return;
	}
	out->word = error_type(got, a);
	/* The same type for a sender who may not and for a bad message. */
	text = mail_answer_member(got, a, "message");
	if (strstr(text, "is not verified") != NULL)
		out->word = "not verified";
}

#define CHANNEL_ALARM(type, why)                                               \
	{                                                                      \
		type, 0, 0, MEANS_ALARM, BLAME_CHANNEL, why                    \
	}

static const struct answer_row rows[] = {
	/* [S] SendEmail */
	CHANNEL_ALARM(
	    "AccountSuspendedException", "the account may not send any more"),
	{ "BadRequestException", 0, 0, MEANS_NEXT, BLAME_MESSAGE,
	    "bad request" },
	{ "LimitExceededException", 0, 0, MEANS_WAIT, BLAME_NOBODY,
	    "a limit of the account is reached" },
	CHANNEL_ALARM("MailFromDomainNotVerifiedException",
	    "the domain of `from` is not verified"),
	CHANNEL_ALARM("not verified",
	    "`from` is not verified in that region, or the account is in the "
	    "sandbox"),
	{ "MessageRejected", 0, 0, MEANS_NEXT, BLAME_MESSAGE,
	    "message rejected" },
	CHANNEL_ALARM("NotFoundException", "no such resource there"),
	CHANNEL_ALARM("SendingPausedException", "sending is paused there"),
	{ "TooManyRequestsException", 0, 0, MEANS_WAIT, BLAME_NOBODY,
	    "too many requests" },
	/* [C] */
	CHANNEL_ALARM("AccessDeniedException", "the key may not send mail"),
	CHANNEL_ALARM("ExpiredTokenException", "the key has expired"),
	CHANNEL_ALARM("IncompleteSignature", "the signature is incomplete"),
	CHANNEL_ALARM("InvalidClientTokenId", "the access key is not valid"),
	CHANNEL_ALARM("InvalidSignatureException",
	    "the signature does not match: secret, region or clock are wrong"),
	CHANNEL_ALARM("SignatureDoesNotMatch",
	    "the signature does not match: secret, region or clock are wrong"),
	CHANNEL_ALARM("MissingAuthenticationToken", "no signature"),
	CHANNEL_ALARM("MissingAuthenticationTokenException", "no signature"),
	CHANNEL_ALARM("NotAuthorized", "the key may not send mail"),
	CHANNEL_ALARM("OptInRequired", "the account has no SES"),
	CHANNEL_ALARM("RequestExpired", "the clock is wrong"),
	CHANNEL_ALARM(
	    "UnrecognizedClientException", "the access key is not valid"),
	{ "InternalFailure", 0, 0, MEANS_RETRY, BLAME_ENDPOINT,
	    "server error" },
	{ "InternalServiceErrorException", 0, 0, MEANS_RETRY, BLAME_ENDPOINT,
	    "server error" },
	{ "ServiceUnavailable", 0, 0, MEANS_RETRY, BLAME_ENDPOINT,
	    "service unavailable" },
	{ "Throttling", 0, 0, MEANS_WAIT, BLAME_NOBODY, "too many requests" },
	{ "ThrottlingException", 0, 0, MEANS_WAIT, BLAME_NOBODY,
	    "too many requests" },
	{ "ValidationError", 0, 0, MEANS_NEXT, BLAME_MESSAGE, "bad request" },
};

const struct via via_ses = { .build = build,
	.read = read,
	.answers = { rows, COUNT(rows) },
	.words = mail_words };
