/* test_deliver.c - does each channel get what its transport needs, and who may
 * ask for what?
 *
 * The signatures are Python's: hmac.new(key, b"TIMESTAMP.BODY", sha256).
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/auth.h"
#include "daemon/deliver.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct http_send out;

static const struct notice_view view = {
	.reason = NOTICE_BREACH,
	.headline = "Breached: first reply",
	.why = "",
	.ticket = "demo:1",
	.subject = "Cannot log in",
	.severity = "P1",
	.severity_title = "Critical",
	.status = "open",
	.customer = "Acme",
	.tier = "",
	.value = "",
	.team = "",
	.assignee = "",
	.clock = "first reply",
	.due = { 1767603960000 },
	.due_text = "late by 1m",
	.tried = "",
	.next_step = "",
	.missing = "",
	.authority = "",
	.person = "Dana Ruiz",
	.person_slack = "U01DANA",
	.person_email = "dana@example.com",
	.late_text = "",
	.now = { 1767603960000 },
	.notice_id = 17,
	.thread = "demo:1",
};

static const char *build(
    const struct channel *c, const struct notice_view *v, const char *who)
{
	struct letter letter = { .view = v,
		.channel = c,
		.who = who,
		.idempotency_key = "abc-17",
		.now = wall_at(1767603960999) };

	return deliver_build(&letter, &arena, &out);
}

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

START_TEST(a_webhook_is_signed)
{
	struct channel c = { .name = "hook",
		.type = CHANNEL_WEBHOOK,
		.url = "https://example.com/x",
		.secret = "key" };
	char want[SIGNATURE_TEXT_MAX];

	ck_assert_ptr_null(build(&c, &view, "dana"));
	ck_assert_str_eq(out.url, c.url);
	ck_assert_str_eq(header("X-Slawatch-Timestamp"), "1767603960");
	ck_assert_str_eq(header("Idempotency-Key"), "abc-17");
	ck_assert_str_eq(header("Content-Type"), "application/json");
	deliver_sign("key", 1767603960, out.body, out.len, want);
	ck_assert(strncmp(header("X-Slawatch-Signature"), "v1=", 3) == 0);
	ck_assert_str_eq(header("X-Slawatch-Signature") + 3, want);
	ck_assert_uint_eq(out.len, strlen(out.body));
	ck_assert_ptr_nonnull(strstr(out.body, "\"abc-17\""));
	c.secret = NULL;
	ck_assert_ptr_null(build(&c, &view, "dana"));
	ck_assert_ptr_null(header("X-Slawatch-Signature"));
}
END_TEST

START_TEST(slack_gets_json)
{
	struct channel c = { .name = "ops",
		.type = CHANNEL_SLACK_WEBHOOK,
		.url = "https://hooks.slack.com/services/T/B/X" };

	ck_assert_ptr_null(build(&c, &view, "dana"));
	ck_assert_ptr_nonnull(strstr(out.body, "\"blocks\""));
	ck_assert_ptr_nonnull(header("Content-Type"));
	ck_assert_ptr_null(header("X-Slawatch-Signature"));
}
END_TEST

START_TEST(mail_has_an_envelope)
{
	struct channel c = { .name = "mail",
		.type = CHANNEL_SMTP,
		.url = "smtps://mail.example.com",
		.from = "SLA <sla@example.com>",
		.user = "sla",
		.password = "secret",
		.ca_file = "/ca.pem",
		.starttls = true };
	struct notice_view nobody = view;

	ck_assert_ptr_null(build(&c, &view, "dana"));
	ck_assert_str_eq(out.mail_from, "sla@example.com");
	ck_assert_str_eq(out.mail_to, "dana@example.com");
	ck_assert_str_eq(out.user, "sla");
	ck_assert_str_eq(out.password, "secret");
	ck_assert_str_eq(out.ca_file, "/ca.pem");
	ck_assert(out.starttls);
	ck_assert_ptr_nonnull(strstr(out.body, "abc-17"));
	ck_assert_ptr_null(strstr(out.body, "secret"));
	nobody.person_email = NULL;
	ck_assert_str_eq(
	    build(&c, &nobody, "omar"), "omar has no email address");
	ck_assert_str_eq(build(&c, &nobody, ""), "a room has no email address");
	nobody.person_email = "not an address\r\n";
	ck_assert_ptr_nonnull(build(&c, &nobody, "omar"));
}
END_TEST

START_TEST(a_log_sends_nothing)
{
	struct channel c = { .name = "log", .type = CHANNEL_LOG };

	ck_assert_ptr_null(build(&c, &view, "dana"));
	ck_assert_ptr_null(out.url);
	ck_assert_ptr_null(out.body);
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
	tcase_add_test(tc, slack_gets_json);
	tcase_add_test(tc, mail_has_an_envelope);
	tcase_add_test(tc, a_log_sends_nothing);
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
