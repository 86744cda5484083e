/* test_via_mail.c - what the five ways of mail ask for, and what they hear.
 *
 * The answers are those of the providers' documentation, in their own form; a
 * strict fake of each is in tests/lib/fake_mail_apis.py.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/views.h"
#include "wire/json_gate.h"
#include "wire/via.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A letter about one view, to Mara. */
struct post {
	struct arena arena;
	struct channel channel;
	struct person person;
	struct notice_view view;
	const struct notice_view *views[1];
	struct letter letter;
	struct outgoing out;
};

static void post_init(struct post *p, enum channel_type type)
{
	*p = (struct post){ .view = view_plain() };
	p->channel = (struct channel){ .name = "mail",
		.type = type,
		.url = "https://127.0.0.1:9/x/",
		.token = "s3cret",
		.from = "SLA-W\xc3\xa4"
			"chter <sla@example.com>",
		.user = "AKIDEXAMPLE",
		.password = "pass",
		.secret = "secret key",
		.domain = "mg.example.com",
		.region = "eu-central-1" };
	p->person = (struct person){ .name = "mara",
		.title = "Mara \"M\" Stein",
		.email = "mara+sla@example.com" };
	p->views[0] = &p->view;
	p->letter = (struct letter){ .kind = LETTER_NOTICE,
		.channel = &p->channel,
		.base = &p->channel,
		.person = &p->person,
		.views = p->views,
		.nviews = 1,
		.same = "",
		.value = "",
		.thread = "",
		.thread_room = "",
		.idempotency_key = "7f3a-17",
		.now = VIEW_NOW };
	arena_init(&p->arena);
}

static const char *post_build(struct post *p)
{
	p->out = (struct outgoing){ .to_log = false };
	return via_of(p->channel.type)->build(&p->letter, &p->arena, &p->out);
}

static bool has_header(const struct outgoing *out, const char *line)
{
	for (size_t i = 0; i < out->nheaders; i++) {
		if (strcmp(out->headers[i], line) == 0)
			return true;
	}
	return false;
}

/* The member at that path; the body is strict JSON. */
static const char *body_text(struct post *p, cJSON *at, const char *path)
{
	char name[64];

	while (at != NULL && *path != '\0') {
		size_t len = strcspn(path, ".");

		memcpy(name, path, len);
		name[len] = '\0';
		at = cJSON_IsArray(at)
			 ? cJSON_GetArrayItem(at, atoi(name))
			 : cJSON_GetObjectItemCaseSensitive(at, name);
		path += len + (path[len] == '.');
	}
	ck_assert_msg(cJSON_IsString(at), "no text at %s", path);
	return arena_strdup(&p->arena, at->valuestring);
}

static void expect_texts(
    struct post *p, const char *const (*texts)[2], size_t count)
{
	struct errtext err = { "" };
	cJSON *root = json_gate_parse(p->out.body, p->out.len, &err);

	ck_assert_msg(root != NULL, "%s", err.text);
	for (size_t i = 0; i < count; i++)
		ck_assert_str_eq(body_text(p, root, texts[i][0]), texts[i][1]);
	cJSON_Delete(root);
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

START_TEST(smtp)
{
	struct post p;

	post_init(&p, CHANNEL_SMTP);
	ck_assert_ptr_null(post_build(&p));
	ck_assert_str_eq(p.out.url, "https://127.0.0.1:9/x/");
	ck_assert_str_eq(p.out.mail_from, "sla@example.com");
	ck_assert_str_eq(p.out.mail_to, "mara+sla@example.com");
	ck_assert_str_eq(p.out.user, "AKIDEXAMPLE");
	ck_assert_str_eq(p.out.password, "pass");
	ck_assert_ptr_nonnull(
	    strstr(p.out.body, "To: \"Mara M Stein\" <mara+sla@"));
	ck_assert_uint_eq(p.out.len, strlen(p.out.body));
	arena_fini(&p.arena);
}
END_TEST

START_TEST(postmark)
{
	static const char *const texts[][2] = {
		{ "From", "\"SLA-W\xc3\xa4"
			  "chter\" <sla@example.com>" },
		{ "To", "\"Mara M Stein\" <mara+sla@example.com>" },
		{ "Subject", "[P1] zendesk:4711 Cannot log in" },
		{ "Headers.0.Name", "Message-ID" },
		{ "Headers.0.Value", "<notice.7f3a-17@example.com>" },
		{ "Headers.2.Name", "References" },
		{ "Headers.6.Name", "X-PM-KeepID" },
		{ "Headers.6.Value", "true" },
		{ "TrackLinks", "None" },
		{ "Metadata.slawatch", "7f3a-17" },
	};
	struct post p;

	post_init(&p, CHANNEL_POSTMARK);
	ck_assert_ptr_null(post_build(&p));
	ck_assert_str_eq(p.out.url, "https://127.0.0.1:9/x/email");
	ck_assert(has_header(&p.out, "X-Postmark-Server-Token: s3cret"));
	ck_assert(has_header(&p.out, "Accept: application/json"));
	ck_assert(has_header(&p.out, "Content-Type: application/json"));
	expect_texts(&p, texts, COUNT(texts));
	arena_fini(&p.arena);
}
END_TEST

START_TEST(sendgrid)
{
	static const char *const texts[][2] = {
		{ "from.email", "sla@example.com" },
		{ "from.name", "SLA-W\xc3\xa4"
			       "chter" },
		{ "personalizations.0.to.0.email", "mara+sla@example.com" },
		{ "personalizations.0.to.0.name", "Mara M Stein" },
		{ "subject", "[P1] zendesk:4711 Cannot log in" },
		{ "content.0.type", "text/plain" },
		{ "content.1.type", "text/html" },
		{ "headers.Message-ID", "<notice.7f3a-17@example.com>" },
		{ "headers.Auto-Submitted", "auto-generated" },
		{ "custom_args.slawatch", "7f3a-17" },
	};
	struct post p;

	post_init(&p, CHANNEL_SENDGRID);
	ck_assert_ptr_null(post_build(&p));
	ck_assert_str_eq(p.out.url, "https://127.0.0.1:9/x/v3/mail/send");
	ck_assert(has_header(&p.out, "Authorization: Bearer s3cret"));
	ck_assert_str_eq(p.out.answer_header, "X-Message-Id");
	expect_texts(&p, texts, COUNT(texts));
	arena_fini(&p.arena);
}
END_TEST

START_TEST(mailgun)
{
	struct post p;

	post_init(&p, CHANNEL_MAILGUN);
	ck_assert_ptr_null(post_build(&p));
	ck_assert_str_eq(
	    p.out.url, "https://127.0.0.1:9/x/v3/mg.example.com/messages.mime");
	/* base64("api:s3cret") */
	ck_assert(has_header(&p.out, "Authorization: Basic YXBpOnMzY3JldA=="));
	ck_assert(has_header(&p.out,
	    "Content-Type: multipart/form-data; boundary=slawatch-form"));
	ck_assert_ptr_nonnull(strstr(p.out.body,
	    "name=\"to\"\r\n\r\nmara+sla@example.com\r\n--slawatch-form\r\n"));
	/* Nobody's text ends the form. */
	p.view.subject = "--slawatch-form--";
	p.view.tried = "--slawatch-formx--";
	ck_assert_ptr_null(post_build(&p));
	ck_assert(has_header(&p.out,
	    "Content-Type: multipart/form-data; boundary=slawatch-formxx"));
	arena_fini(&p.arena);
}
END_TEST

START_TEST(ses)
{
	static const char *const texts[][2] = {
		{ "FromEmailAddress", "sla@example.com" },
		{ "Destination.ToAddresses.0", "mara+sla@example.com" },
	};
	struct post p;

	post_init(&p, CHANNEL_SES);
	ck_assert_ptr_null(post_build(&p));
	ck_assert_str_eq(
	    p.out.url, "https://127.0.0.1:9/x/v2/email/outbound-emails");
	ck_assert_str_eq(p.out.aws_sigv4, "aws:amz:eu-central-1:ses");
	ck_assert_str_eq(p.out.user, "AKIDEXAMPLE");
	ck_assert_str_eq(p.out.password, "secret key");
	ck_assert_str_eq(p.out.answer_header, "x-amzn-errortype");
	expect_texts(&p, texts, COUNT(texts));
	p.channel.url = NULL;
	ck_assert_ptr_null(post_build(&p));
	ck_assert_str_eq(p.out.url, "https://email.eu-central-1.amazonaws.com"
				    "/v2/email/outbound-emails");
	arena_fini(&p.arena);
}
END_TEST

static const enum channel_type kinds[] = { CHANNEL_SMTP, CHANNEL_POSTMARK,
	CHANNEL_SENDGRID, CHANNEL_MAILGUN, CHANNEL_SES };

START_TEST(words)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct post p;

		post_init(&p, kinds[k]);
		ck_assert(strncmp(via_of(kinds[k])->words(&p.letter, &p.arena),
			      "Subject: [P1] zendesk:4711 Cannot", 33) == 0);
		arena_fini(&p.arena);
	}
}
END_TEST

/* Who has no address is told of before anything is sent. */
START_TEST(cannot_be_sent)
{
	static const struct {
		const char *email;
		const char *from;
		const char *why;
	} cases[] = {
		{ NULL, "sla@example.com", "mara has no email address" },
		{ "m\xc3\xa4ra@example.com", "sla@example.com",
		    "mara has an email address that is none" },
		{ "mara@b\xc3\xbc"
		  "cher.example",
		    "sla@example.com",
		    "mara has an email address that is none" },
		{ "mara@example.com", "sla", "mail has no usable `from`" },
		{ "mara@example.com", NULL, "mail has no usable `from`" },
	};

	for (size_t k = 0; k < COUNT(kinds); k++) {
		for (size_t i = 0; i < COUNT(cases); i++) {
			struct post p;
			const char *why;

			post_init(&p, kinds[k]);
			p.person.email = cases[i].email;
			p.channel.from = cases[i].from;
			why = post_build(&p);
			ck_assert_ptr_nonnull(why);
			ck_assert_str_eq(why, cases[i].why);
			arena_fini(&p.arena);
		}
	}
}
END_TEST

/* Can she be reached?  Most providers say who bounced; servers do not. */
START_TEST(questions)
{
	static const char *const paths[] = { NULL,
		"/message-streams/outbound/suppressions/dump?EmailAddress="
		"mara%2Bsla%40example.com",
		"/v3/suppression/bounces/mara%2Bsla%40example.com",
		"/v3/mg.example.com/bounces/mara%2Bsla%40example.com", NULL };

	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct post p;

		post_init(&p, kinds[k]);
		p.letter.kind = LETTER_CHECK;
		p.letter.nviews = 0;
		ck_assert_ptr_null(post_build(&p));
		if (paths[k] == NULL) {
			ck_assert_ptr_null(p.out.url);
		} else {
			ck_assert_str_eq(p.out.method, "GET");
			ck_assert_str_eq(
			    p.out.url + strlen("https://127.0.0.1:9/x"),
			    paths[k]);
		}
		p.person.email = NULL;
		ck_assert_ptr_nonnull(post_build(&p));
		arena_fini(&p.arena);
	}
}
END_TEST

struct said {
	enum channel_type type;
	int status;
	const char *body;
	const char *header;
	enum meaning meaning;
	enum blame blame;
	const char *ref;
};

/* As the daemon does it. */
static struct retry judge(
    const struct said *c, bool is_question, struct arena *a, const char **ref)
{
	const struct via *via = via_of(c->type);
	enum transport transport =
	    c->type == CHANNEL_SMTP ? TRANSPORT_SMTP : TRANSPORT_HTTP;
	struct outgoing asked = { .method = is_question ? "GET" : NULL };
	struct answer got = { .transport = transport,
		.status = c->status,
		.body = c->body,
		.len = strlen(c->body),
		.header = c->header == NULL ? "" : c->header };
	struct reading said = { .word = "", .ref = "" };

	via->read(&asked, &got, a, &said);
	*ref = said.ref;
	return retry_judge(&(struct attempt){ .transport = transport,
	    .code = c->status,
	    .retry_after_ms = -1,
	    .word = said.word,
	    .own = &via->answers });
}

static void expect_said(const struct said *cases, size_t count, bool question)
{
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < count; i++) {
		const struct said *c = &cases[i];
		const char *ref;
		struct retry r = judge(c, question, &arena, &ref);

		ck_assert_msg(r.meaning == c->meaning && r.blame == c->blame,
		    "%d %s: %s, blame %d, \"%s\"", c->status, c->body,
		    meaning_name(r.meaning), (int)r.blame, r.why);
		ck_assert_str_ne(r.why, "");
		ck_assert_str_eq(ref, c->ref == NULL ? "" : c->ref);
		arena_reset(&arena);
	}
	arena_fini(&arena);
}

#define OK	     MEANS_OK, BLAME_NOBODY
#define ALARM	     MEANS_ALARM, BLAME_CHANNEL
#define MESSAGE	     MEANS_NEXT, BLAME_MESSAGE
#define PERSON	     MEANS_NEXT, BLAME_PERSON
#define LATER	     MEANS_RETRY, BLAME_NOBODY
#define THEIRS	     MEANS_RETRY, BLAME_ENDPOINT
#define SMTP(c, s)   CHANNEL_SMTP, c, s, NULL
#define POST(c, s)   CHANNEL_POSTMARK, c, s, NULL
#define GRID(c, s)   CHANNEL_SENDGRID, c, s, NULL
#define GUN(c, s)    CHANNEL_MAILGUN, c, s, NULL
#define SES(c, s)    CHANNEL_SES, c, "{\"message\":\"x\"}", s
#define CODE(digits) "{\"ErrorCode\":" digits ",\"Message\":\"Something\"}"
#define FIELD(name)                                                            \
	"{\"errors\":[{\"message\":\"Something\",\"field\":" name              \
	",\"help\":null}]}"
#define TEXT(text) "{\"message\":\"" text "\"}"

START_TEST(smtp_answers)
{
	static const struct said cases[] = {
		{ SMTP(250, "250 2.0.0 taken"), OK, NULL },
		{ SMTP(250, "250 OK"), OK, NULL },
		{ SMTP(550, "550 5.1.1 no such user"), PERSON, NULL },
		{ SMTP(550, "550 No such user here"), PERSON, NULL },
		{ SMTP(551, "551 User not local"), PERSON, NULL },
		{ SMTP(550, "550 5.1.8 sender domain"), ALARM, NULL },
		{ SMTP(550, "550 5.1.10 null MX"), PERSON, NULL },
		{ SMTP(550, "550 5.2.1 disabled"), PERSON, NULL },
		{ SMTP(552, "552 5.2.2 over quota"), PERSON, NULL },
		{ SMTP(552, "552 5.3.4 too big"), MESSAGE, NULL },
		{ SMTP(552, "552 too much mail data"), MESSAGE, NULL },
		{ SMTP(553, "553 mailbox name not allowed"), PERSON, NULL },
		{ SMTP(554, "554 5.7.1 not that"), MESSAGE, NULL },
		{ SMTP(550, "550 5.7.1 spam"), MESSAGE, NULL },
		{ SMTP(550, "550 5.7.26 unauthenticated"), ALARM, NULL },
		{ SMTP(554, "554 Transaction failed"), MESSAGE, NULL },
		{ SMTP(555, "555 parameters not known"), MESSAGE, NULL },
		{ SMTP(556, "556 5.1.10 no mail there"), PERSON, NULL },
		{ SMTP(521, "521 no mail"), ALARM, NULL },
		{ SMTP(530, "530 5.7.0 Must issue a STARTTLS command first"),
		    ALARM, NULL },
		{ SMTP(530, "530 Authentication required"), ALARM, NULL },
		{ SMTP(534, "534 5.7.9 too weak"), ALARM, NULL },
		{ SMTP(535, "535 5.7.8 bad credentials"), ALARM, NULL },
		{ SMTP(535, "535 Authentication failed"), ALARM, NULL },
		{ SMTP(538, "538 Encryption required"), ALARM, NULL },
		{ SMTP(432, "432 4.7.12 password transition"), ALARM, NULL },
		{ SMTP(421, "421 4.3.2 closing"), THEIRS, NULL },
		{ SMTP(421, "421 closing"), THEIRS, NULL },
		{ SMTP(450, "450 4.2.0 greylisted"), LATER, NULL },
		{ SMTP(451, "451 4.3.0 local error"), LATER, NULL },
		{ SMTP(452, "452 4.2.2 mailbox full"), MEANS_RETRY,
		    BLAME_PERSON, NULL },
		{ SMTP(452, "452 4.3.1 disk full"), THEIRS, NULL },
		{ SMTP(454, "454 4.7.0 auth server down"), THEIRS, NULL },
		{ SMTP(451, "451 4.4.5 congested"), MEANS_WAIT, BLAME_ENDPOINT,
		    NULL },
		{ SMTP(503, "503 5.5.1 bad sequence"), MESSAGE, NULL },
		/* what is no enhanced code is none */
		{ SMTP(550, "550 5.1"), PERSON, NULL },
		{ SMTP(550, "550 5.7.26x"), PERSON, NULL },
		{ SMTP(550, "550"), PERSON, NULL },
		{ SMTP(354, "354 go on"), THEIRS, NULL },
	};

	expect_said(cases, COUNT(cases), false);
}
END_TEST

START_TEST(postmark_answers)
{
	static const struct said cases[] = {
		{ POST(200, "{\"To\":\"a@x.org\",\"MessageID\":\"b7bc-1\","
			    "\"ErrorCode\":0,\"Message\":\"OK\"}"),
		    OK, "b7bc-1" },
		{ POST(401, CODE("10")), ALARM, NULL },
		{ POST(503, CODE("100")), THEIRS, NULL },
		{ POST(422, CODE("300")), MESSAGE, NULL },
		{ POST(422, "{\"ErrorCode\":300,\"Message\":\"Invalid 'From' "
			    "address: 'x'.\"}"),
		    ALARM, NULL },
		{ POST(422, "{\"ErrorCode\":300,\"Message\":\"Invalid 'To' "
			    "address: 'x'.\"}"),
		    PERSON, NULL },
		{ POST(422, CODE("400")), ALARM, NULL },
		{ POST(422, CODE("401")), ALARM, NULL },
		{ POST(422, CODE("402")), MESSAGE, NULL },
		{ POST(422, CODE("403")), MESSAGE, NULL },
		{ POST(422, CODE("405")), ALARM, NULL },
		{ POST(422, CODE("406")), PERSON, NULL },
		{ POST(422, CODE("409")), MESSAGE, NULL },
		{ POST(422, CODE("410")), MESSAGE, NULL },
		{ POST(422, CODE("411")), MESSAGE, NULL },
		{ POST(422, CODE("412")), ALARM, NULL },
		{ POST(422, CODE("413")), ALARM, NULL },
		{ POST(422, CODE("99999")), MESSAGE, NULL },
		{ POST(429, CODE("429")), MEANS_WAIT, BLAME_NOBODY, NULL },
		{ POST(404, ""), ALARM, NULL },
		{ POST(413, ""), MESSAGE, NULL },
		{ POST(415, ""), MESSAGE, NULL },
		{ POST(500, "<html>"), THEIRS, NULL },
		{ POST(503, ""), THEIRS, NULL },
		/* Never a success that was refused. */
		{ POST(200, CODE("406")), PERSON, NULL },
	};
	static const struct said checks[] = {
		{ POST(200, "{\"Suppressions\":[]}"), OK, NULL },
		{ POST(200, "{\"Suppressions\":[{\"EmailAddress\":\"a@x.org\","
			    "\"SuppressionReason\":\"HardBounce\"}]}"),
		    PERSON, NULL },
		{ POST(401, CODE("10")), ALARM, NULL },
		{ POST(500, ""), THEIRS, NULL },
	};

	expect_said(cases, COUNT(cases), false);
	expect_said(checks, COUNT(checks), true);
}
END_TEST

START_TEST(sendgrid_answers)
{
	static const struct said cases[] = {
		{ CHANNEL_SENDGRID, 202, "", "14c5d75ce93.dfd", OK,
		    "14c5d75ce93.dfd" },
		{ GRID(202, ""), OK, NULL },
		{ GRID(400, FIELD("\"personalizations.0.to.0.email\"")), PERSON,
		    NULL },
		{ GRID(400, FIELD("\"personalizations.0.to\"")), PERSON, NULL },
		{ GRID(400, FIELD("\"from.email\"")), ALARM, NULL },
		{ GRID(400, FIELD("\"subject\"")), MESSAGE, NULL },
		{ GRID(400, FIELD("null")), MESSAGE, NULL },
		{ GRID(400, "<html>"), MESSAGE, NULL },
		{ GRID(401, "{\"errors\":[{\"message\":\"Maximum credits "
			    "exceeded\",\"field\":null,\"help\":null}]}"),
		    ALARM, NULL },
		{ GRID(401, FIELD("null")), ALARM, NULL },
		{ GRID(403, FIELD("\"from\"")), ALARM, NULL },
		{ GRID(403, "{\"errors\":[{\"message\":\"access "
			    "forbidden\",\"field\":null}]}"),
		    ALARM, NULL },
		{ GRID(404, ""), ALARM, NULL },
		{ GRID(405, ""), MESSAGE, NULL },
		{ GRID(406, ""), MESSAGE, NULL },
		{ GRID(413, "<html>"), MESSAGE, NULL },
		{ GRID(429, FIELD("null")), MEANS_WAIT, BLAME_NOBODY, NULL },
		{ GRID(451, ""), ALARM, NULL },
		{ GRID(500, ""), THEIRS, NULL },
		{ GRID(503, ""), THEIRS, NULL },
	};
	static const struct said checks[] = {
		{ GRID(200, "[]"), OK, NULL },
		{ GRID(200, "[{\"created\":1443651125,\"email\":\"a@x.org\","
			    "\"reason\":\"550 5.1.1\"}]"),
		    PERSON, NULL },
		{ GRID(404, ""), OK, NULL },
		{ GRID(403, FIELD("null")), MEANS_NEXT, BLAME_NOBODY, NULL },
		{ GRID(401, FIELD("null")), ALARM, NULL },
	};

	expect_said(cases, COUNT(cases), false);
	expect_said(checks, COUNT(checks), true);
}
END_TEST

START_TEST(mailgun_answers)
{
	static const struct said cases[] = {
		{ GUN(200, "{\"id\":\"<2026.1@mg.example.com>\","
			   "\"message\":\"Queued. Thank you.\"}"),
		    OK, "<2026.1@mg.example.com>" },
		{ GUN(400, TEXT("'to' parameter is not a valid address. "
				"please check documentation")),
		    PERSON, NULL },
		{ GUN(400, TEXT("'from' parameter is not a valid address. "
				"please check documentation")),
		    ALARM, NULL },
		{ GUN(400, TEXT("to parameter is missing")), MESSAGE, NULL },
		{ GUN(401, "Forbidden"), ALARM, NULL },
		{ GUN(402, TEXT("Request failed")), THEIRS, NULL },
		{ GUN(403, TEXT("Domain mg.example.com is not allowed to send: "
				"The domain is unverified and requires DNS "
				"configuration.")),
		    ALARM, NULL },
		{ GUN(403, TEXT("Sandbox subdomains are for test purposes "
				"only. Please add your own domain or add the "
				"address to authorized recipients")),
		    ALARM, NULL },
		{ GUN(403, TEXT("Account disabled")), ALARM, NULL },
		{ GUN(404, TEXT("Domain not found: mg.example.com")), ALARM,
		    NULL },
		{ GUN(404, "404 page not found"), ALARM, NULL },
		{ GUN(413, ""), MESSAGE, NULL },
		{ GUN(429, TEXT("Too many requests")), MEANS_WAIT, BLAME_NOBODY,
		    NULL },
		{ GUN(500, ""), THEIRS, NULL },
	};
	static const struct said checks[] = {
		{ GUN(200, "{\"address\":\"a@x.org\",\"code\":\"550\"}"),
		    PERSON, NULL },
		{ GUN(404, TEXT("Address not found in bounces table")), OK,
		    NULL },
		{ GUN(401, "Forbidden"), MEANS_NEXT, BLAME_NOBODY, NULL },
		{ GUN(500, ""), THEIRS, NULL },
	};

	expect_said(cases, COUNT(cases), false);
	expect_said(checks, COUNT(checks), true);
}
END_TEST

START_TEST(ses_answers)
{
	static const struct said cases[] = {
		{ CHANNEL_SES, 200, "{\"MessageId\":\"0107-1\"}", NULL, OK,
		    "0107-1" },
		{ SES(400, "AccountSuspendedException"), ALARM, NULL },
		{ SES(400, "BadRequestException"), MESSAGE, NULL },
		{ SES(400, "LimitExceededException"), MEANS_WAIT, BLAME_NOBODY,
		    NULL },
		{ SES(400, "MailFromDomainNotVerifiedException"), ALARM, NULL },
		{ SES(400, "MessageRejected"), MESSAGE, NULL },
		{ SES(400, "SendingPausedException:http://x.amazon.com/"),
		    ALARM, NULL },
		{ CHANNEL_SES, 400,
		    TEXT("Email address is not verified. The following "
			 "identities failed the check in region "
			 "EU-CENTRAL-1: sla@example.com"),
		    "MessageRejected", ALARM, NULL },
		{ SES(404, "NotFoundException"), ALARM, NULL },
		{ SES(400, "SendingPausedException"), ALARM, NULL },
		{ SES(429, "TooManyRequestsException"), MEANS_WAIT,
		    BLAME_NOBODY, NULL },
		{ SES(403, "AccessDeniedException"), ALARM, NULL },
		{ SES(403, "InvalidSignatureException"), ALARM, NULL },
		{ SES(403, "UnrecognizedClientException"), ALARM, NULL },
		{ SES(403, "MissingAuthenticationTokenException"), ALARM,
		    NULL },
		{ SES(400, "RequestExpired"), ALARM, NULL },
		{ SES(400, "ThrottlingException"), MEANS_WAIT, BLAME_NOBODY,
		    NULL },
		{ SES(500, "InternalFailure"), THEIRS, NULL },
		{ SES(503, "ServiceUnavailable"), THEIRS, NULL },
		{ CHANNEL_SES, 400,
		    "{\"__type\":\"com.amazonaws.ses#SendingPausedException\"}",
		    NULL, ALARM, NULL },
		{ SES(400, NULL), MESSAGE, NULL },
		{ SES(403, NULL), ALARM, NULL },
		{ SES(502, NULL), THEIRS, NULL },
	};

	expect_said(cases, COUNT(cases), false);
}
END_TEST

/* No row stands behind one that takes all it could. */
START_TEST(every_row_can_be_reached)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct answers *own = &via_of(kinds[k])->answers;

		for (size_t i = 0; i < own->count; i++) {
			const struct answer_row *row = &own->rows[i];
			struct retry r = retry_judge(&(struct attempt){
			    .transport = kinds[k] == CHANNEL_SMTP
					     ? TRANSPORT_SMTP
					     : TRANSPORT_HTTP,
			    .code = row->from != 0 ? row->from : 400,
			    .retry_after_ms = -1,
			    .word = row->word != NULL ? row->word : "",
			    .own = own });

			ck_assert_str_eq(r.why, row->why);
		}
	}
}
END_TEST

/* Whatever comes back. */
START_TEST(hostile_answers)
{
	enum { ROUNDS = 2000 };
	struct rng rng = rng_seeded("test_via_mail");
	struct arena arena = ARENA_INIT;

	for (int i = 0; i < ROUNDS; i++) {
		struct said c = { .type = kinds[rng_below(&rng, COUNT(kinds))],
			.status = 100 + (int)rng_below(&rng, 500) };
		const char *ref;
		struct retry r;

		c.body = hostile_word(&rng, &arena);
		c.header = hostile_word(&rng, &arena);
		r = judge(&c, rng_one_in(&rng, 3), &arena, &ref);
		ck_assert(
		    r.meaning != MEANS_OK || c.status < 300 || c.status == 404);
		ck_assert_ptr_nonnull(ref);
		arena_reset(&arena);
	}
	arena_fini(&arena);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("via_mail");
	TCase *tc = tcase_create("via_mail");

	tcase_add_test(tc, smtp);
	tcase_add_test(tc, postmark);
	tcase_add_test(tc, sendgrid);
	tcase_add_test(tc, mailgun);
	tcase_add_test(tc, ses);
	tcase_add_test(tc, cannot_be_sent);
	tcase_add_test(tc, questions);
	tcase_add_test(tc, words);
	tcase_add_test(tc, smtp_answers);
	tcase_add_test(tc, postmark_answers);
	tcase_add_test(tc, sendgrid_answers);
	tcase_add_test(tc, mailgun_answers);
	tcase_add_test(tc, ses_answers);
	tcase_add_test(tc, every_row_can_be_reached);
	tcase_add_test(tc, hostile_answers);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
