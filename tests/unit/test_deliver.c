/* test_deliver.c - does each channel get what its transport needs, and who may
 * ask for what?
 *
 * The signatures are Python's: hmac.new(key, b"TIMESTAMP.BODY", sha256).
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/auth.h"
#include "daemon/deliver.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct http_send out;

static const char *header(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < out.nheaders; i++)
		if (strncmp(out.headers[i], name, len) == 0 &&
		    out.headers[i][len] == ':')
			return out.headers[i] + len + 2;
	return NULL;
}

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_fini(&arena);
}

START_TEST(signs_as_python_does)
{
	char text[SIGNATURE_TEXT_MAX];

	deliver_sign("key", 1767603960, "{\"a\":1}", 7, text);
	ck_assert_str_eq(text, "8d07569accb84e82dd4631cce09294f0"
			       "053b3c651376e540cb4efcbde16c396a");
	deliver_sign("", -1, "", 0, text);
	ck_assert_str_eq(text, "a21ef7e55aa22644070410286c2b1c8d"
			       "9d555dc68e0e74d4130cda342869591a");
}
END_TEST

/* What a kind wants sent, through a channel, at 1767603960.999. */
static void request(const struct channel *c, const struct outgoing *o)
{
	deliver_request(c, o, wall_at(1767603960999), &arena, &out);
}

START_TEST(a_webhook_is_signed)
{
	struct channel c = { .name = "hook", .type = CHANNEL_WEBHOOK };
	struct outgoing o = { .url = "https://example.com/x",
		.headers = { "Idempotency-Key: abc-17" },
		.nheaders = 1,
		.body = "{\"a\":1}",
		.len = 7,
		.stamped = true,
		.hmac_key = "key" };
	char want[SIGNATURE_TEXT_MAX];

	request(&c, &o);
	ck_assert_str_eq(out.url, o.url);
	ck_assert_str_eq(header("X-Slawatch-Timestamp"), "1767603960");
	ck_assert_str_eq(header("Idempotency-Key"), "abc-17");
	deliver_sign("key", 1767603960, o.body, o.len, want);
	ck_assert(strncmp(header("X-Slawatch-Signature"), "v1=", 3) == 0);
	ck_assert_str_eq(header("X-Slawatch-Signature") + 3, want);
	ck_assert_uint_eq(out.nheaders, 3);
}
END_TEST

START_TEST(without_a_secret_it_is_stamped_only)
{
	struct channel c = { .name = "hook", .type = CHANNEL_WEBHOOK };
	struct outgoing o = {
		.url = "https://example.com/x", .body = "", .stamped = true
	};

	request(&c, &o);
	ck_assert_str_eq(header("X-Slawatch-Timestamp"), "1767603960");
	ck_assert_ptr_null(header("X-Slawatch-Signature"));
	o.stamped = false;
	o.hmac_key = "key";
	request(&c, &o);
	ck_assert_uint_eq(out.nheaders, 0);
}
END_TEST

/* As many headers as a kind may have, and the two of a signature. */
START_TEST(all_headers_find_room)
{
	struct channel c = { .name = "hook", .type = CHANNEL_WEBHOOK };
	struct outgoing o = { .url = "https://example.com/x",
		.body = "",
		.stamped = true,
		.hmac_key = "key" };
	char name[64];

	o.nheaders = sizeof o.headers / sizeof o.headers[0];
	for (size_t i = 0; i < o.nheaders; i++) {
		snprintf(name, sizeof name, "X-H%zu: %zu", i, i);
		o.headers[i] = arena_strdup(&arena, name);
	}
	request(&c, &o);
	ck_assert_uint_eq(out.nheaders, o.nheaders + 2);
	ck_assert_str_eq(header("X-H9"), "9");
	ck_assert_ptr_nonnull(header("X-Slawatch-Signature"));
}
END_TEST

START_TEST(mail_has_an_envelope)
{
	struct channel c = { .name = "mail",
		.type = CHANNEL_SMTP,
		.ca_file = "/ca.pem",
		.starttls = true };
	struct outgoing o = { .url = "smtps://mail.example.com",
		.body = "Subject: x\r\n\r\n",
		.len = 14,
		.mail_from = "sla@example.com",
		.mail_to = "dana@example.com",
		.user = "sla",
		.password = "secret" };

	request(&c, &o);
	ck_assert_str_eq(out.url, o.url);
	ck_assert_str_eq(out.mail_from, "sla@example.com");
	ck_assert_str_eq(out.mail_to, "dana@example.com");
	ck_assert_str_eq(out.user, "sla");
	ck_assert_str_eq(out.password, "secret");
	ck_assert_str_eq(out.ca_file, "/ca.pem");
	ck_assert(out.starttls);
	ck_assert_str_eq(out.body, o.body);
	ck_assert_uint_eq(out.len, o.len);
	ck_assert_uint_eq(out.nheaders, 0);
}
END_TEST

START_TEST(an_api_may_sign_and_answer_at_length)
{
	struct channel c = { .name = "ses", .type = CHANNEL_SES };
	struct outgoing o = { .url = "https://email.example.com/",
		.method = "PUT",
		.body = "",
		.user = "AKID",
		.password = "secret",
		.aws_sigv4 = "aws:amz:eu-central-1:ses",
		.answer_header = "x-amzn-errortype",
		.answer_max = 100000 };

	request(&c, &o);
	ck_assert_str_eq(out.method, "PUT");
	ck_assert_str_eq(out.aws_sigv4, "aws:amz:eu-central-1:ses");
	ck_assert_str_eq(out.user, "AKID");
	ck_assert_str_eq(out.password, "secret");
	ck_assert_str_eq(out.answer_header, "x-amzn-errortype");
	ck_assert_uint_eq(out.answer_max, 100000);
	ck_assert_ptr_null(out.mail_to);
	ck_assert(!out.starttls);
}
END_TEST

/* --- tokens -------------------------------------------------------------- */

static struct token tokens[] = {
	{ "desk", "one", SCOPE_INGEST },
	{ "ops", "two", SCOPE_OPERATE | SCOPE_READ },
	{ "lost", "", SCOPE_INGEST | SCOPE_OPERATE | SCOPE_READ },
};

static const struct {
	const char *header;
	enum scope wanted;
	enum auth answer;
} asked[] = {
	{ "Bearer one", SCOPE_INGEST, AUTH_OK },
	{ "bearer  one", SCOPE_INGEST, AUTH_OK },
	{ "Bearer one", SCOPE_READ, AUTH_SCOPE },
	{ "Bearer two", SCOPE_READ, AUTH_OK },
	{ "Bearer two", SCOPE_OPERATE, AUTH_OK },
	{ "Bearer two", SCOPE_INGEST, AUTH_SCOPE },
	{ "Bearer three", SCOPE_READ, AUTH_UNKNOWN },
	{ "Bearer on", SCOPE_INGEST, AUTH_UNKNOWN },
	{ "Bearer one ", SCOPE_INGEST, AUTH_UNKNOWN },
	{ "Bearer ", SCOPE_INGEST, AUTH_UNKNOWN },
	{ "Bearer", SCOPE_INGEST, AUTH_UNKNOWN },
	{ "Basic b25l", SCOPE_INGEST, AUTH_UNKNOWN },
	{ "one", SCOPE_INGEST, AUTH_UNKNOWN },
	{ "", SCOPE_INGEST, AUTH_UNKNOWN },
	{ NULL, SCOPE_INGEST, AUTH_UNKNOWN },
};

START_TEST(a_token_opens_its_scopes)
{
	const struct settings s = { .tokens = tokens, .ntokens = 3 };

	ck_assert_int_eq(auth_check(&s, asked[_i].header, asked[_i].wanted),
	    asked[_i].answer);
}
END_TEST

START_TEST(without_tokens_nobody_comes_in)
{
	const struct settings s = { .ntokens = 0 };

	ck_assert_int_eq(
	    auth_check(&s, "Bearer one", SCOPE_READ), AUTH_UNKNOWN);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("deliver");
	TCase *tc = tcase_create("deliver");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, signs_as_python_does);
	tcase_add_test(tc, a_webhook_is_signed);
	tcase_add_test(tc, without_a_secret_it_is_stamped_only);
	tcase_add_test(tc, all_headers_find_room);
	tcase_add_test(tc, mail_has_an_envelope);
	tcase_add_test(tc, an_api_may_sign_and_answer_at_length);
	tcase_add_loop_test(tc, a_token_opens_its_scopes, 0,
	    (int)(sizeof asked / sizeof asked[0]));
	tcase_add_test(tc, without_tokens_nobody_comes_in);
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
