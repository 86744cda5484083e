/* test_slack_answers.c - what Slack's answers mean.
 *
 * The lists of errors are Slack's, by method (slack.dev, "Methods").
 *
 * SPDX-License-Identifier: MIT */
#include "wire/via.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct arena arena = ARENA_INIT;

static void teardown(void)
{
	arena_fini(&arena);
	arena_init(&arena);
}

static struct reading read_as(
    const struct outgoing *asked, int status, const char *body)
{
	struct answer got = { .transport = TRANSPORT_HTTP,
		.status = status,
		.body = body,
		.len = strlen(body) };
	struct reading said = { .word = "", .ref = "" };

	via_of(CHANNEL_SLACK)->read(asked, &got, &arena, &said);
	return said;
}

static struct retry judge(enum channel_type type, int status, const char *word)
{
	struct attempt a = { .transport = TRANSPORT_HTTP,
		.code = status,
		.retry_after_ms = -1,
		.word = word,
		.own = &via_of(type)->answers };

	return retry_judge(&a);
}

/* --- answers -------------------------------------------------------------- */

static const char *const documented[] = {
	/* chat.postMessage */
	"as_user_not_supported", "attachment_payload_limit_exceeded",
	"cannot_reply_to_message", "channel_not_found",
	"duplicate_channel_not_found", "duplicate_message_not_found",
	"invalid_blocks", "invalid_blocks_format", "invalid_metadata_format",
	"invalid_metadata_schema", "is_archived", "markdown_text_conflict",
	"message_limit_exceeded", "messages_tab_disabled",
	"metadata_must_be_sent_from_app", "metadata_too_large",
	"msg_blocks_too_long", "msg_too_long", "no_text", "not_in_channel",
	"rate_limited", "restricted_action",
	"restricted_action_non_threadable_channel",
	"restricted_action_read_only_channel",
	"restricted_action_thread_locked",
	"restricted_action_thread_only_channel",
	"slack_connect_canvas_sharing_blocked",
	"slack_connect_file_link_sharing_blocked",
	"slack_connect_lists_sharing_blocked", "team_access_not_granted",
	"team_not_found", "too_many_attachments", "too_many_contact_cards",
	/* chat.update */
	"block_mismatch", "cant_broadcast_message", "cant_update_message",
	"edit_window_closed", "external_channel_migrating",
	"invalid_attachments", "is_inactive", "message_not_found",
	"no_dual_broadcast_content_update", "streaming_state_conflict",
	"update_failed",
	/* conversations.open, .info, .members */
	"invalid_user_combination", "method_not_supported_for_channel_type",
	"not_enough_users", "too_many_users", "user_disabled", "user_not_found",
	"user_not_visible", "users_list_not_supplied",
	"channel_type_not_supported", "cannot_dm_bot", "fetch_members_failed",
	"invalid_cursor", "invalid_limit",
	/* users.info, users.lookupByEmail */
	"users_not_found",
	/* every method */
	"access_denied", "accesslimited", "account_inactive",
	"deprecated_endpoint", "ekm_access_denied", "enterprise_is_restricted",
	"fatal_error", "internal_error", "invalid_arg_name",
	"invalid_arguments", "invalid_array_arg", "invalid_auth",
	"invalid_charset", "invalid_form_data", "invalid_post_type",
	"method_deprecated", "missing_post_type", "missing_scope",
	"no_permission", "not_allowed_token_type", "not_authed",
	"org_login_required", "ratelimited", "request_timeout",
	"service_unavailable", "team_added_to_org", "token_expired",
	"token_revoked", "two_factor_setup_required", "invalid_json",
	"json_not_object", "unknown_method"
};

static bool has_row(enum channel_type type, const char *word)
{
	const struct answers *a = &via_of(type)->answers;

	for (size_t i = 0; i < a->count; i++)
		if (a->rows[i].word != NULL &&
		    strcmp(a->rows[i].word, word) == 0)
			return true;
	return false;
}

START_TEST(every_documented_error_has_its_row)
{
	for (size_t i = 0; i < COUNT(documented); i++) {
		const char *word = documented[i];

		ck_assert_msg(has_row(CHANNEL_SLACK, word), "%s", word);
		ck_assert_msg(
		    judge(CHANNEL_SLACK, 200, word).delivery != DELIVERY_OK,
		    "%s counts as success", word);
	}
}
END_TEST

/* No word twice: the second would never count. */
START_TEST(no_row_is_in_vain)
{
	static const enum channel_type types[] = { CHANNEL_SLACK,
		CHANNEL_SLACK_WEBHOOK };

	for (size_t t = 0; t < COUNT(types); t++) {
		const struct answers *a = &via_of(types[t])->answers;

		for (size_t i = 0; i < a->count; i++)
			for (size_t j = 0; j < i; j++)
				ck_assert_msg(a->rows[i].word == NULL ||
						  a->rows[j].word == NULL ||
						  strcmp(a->rows[i].word,
						      a->rows[j].word) != 0,
				    "%s", a->rows[i].word);
	}
}
END_TEST

struct expected {
	enum channel_type type;
	int status;
	const char *word;
	enum meaning meaning;
	enum blame blame;
};

#define S CHANNEL_SLACK
#define W CHANNEL_SLACK_WEBHOOK

START_TEST(what_answers_mean)
{
	static const struct expected all[] = {
		{ S, 200, "ok", MEANS_OK, BLAME_NOBODY },
		{ S, 500, "ok", MEANS_RETRY, BLAME_ENDPOINT },
		{ S, 200, "", MEANS_RETRY, BLAME_ENDPOINT },
		{ S, 200, "never_heard_of_it", MEANS_RETRY, BLAME_NOBODY },
		{ S, 429, "ratelimited", MEANS_WAIT, BLAME_NOBODY },
		{ S, 429, "", MEANS_WAIT, BLAME_NOBODY },
		{ S, 200, "ratelimited", MEANS_WAIT, BLAME_NOBODY },
		{ S, 503, "", MEANS_RETRY, BLAME_ENDPOINT },
		{ S, 200, "internal_error", MEANS_RETRY, BLAME_ENDPOINT },
		{ S, 200, "invalid_auth", MEANS_ALARM, BLAME_CHANNEL },
		{ S, 200, "missing_scope", MEANS_ALARM, BLAME_CHANNEL },
		{ S, 200, "is_archived", MEANS_ALARM, BLAME_ROOM },
		{ S, 200, "not_in_channel", MEANS_ALARM, BLAME_ROOM },
		{ S, 200, "invalid_blocks", MEANS_NEXT, BLAME_MESSAGE },
		{ S, 200, "message_not_found", MEANS_RETRY, BLAME_MESSAGE },
		{ S, 200, "users_not_found", MEANS_NEXT, BLAME_PERSON },
		{ S, 200, "user_disabled", MEANS_NEXT, BLAME_PERSON },
		{ S, 301, "", MEANS_ALARM, BLAME_CHANNEL },
		{ W, 200, "ok", MEANS_OK, BLAME_NOBODY },
		{ W, 200, "", MEANS_RETRY, BLAME_ENDPOINT },
		{ W, 200, "no_service", MEANS_ALARM, BLAME_CHANNEL },
		{ W, 404, "no_service", MEANS_ALARM, BLAME_CHANNEL },
		{ W, 404, "channel_not_found", MEANS_ALARM, BLAME_ROOM },
		{ W, 410, "channel_is_archived", MEANS_ALARM, BLAME_ROOM },
		{ W, 403, "action_prohibited", MEANS_ALARM, BLAME_CHANNEL },
		{ W, 403, "invalid_token", MEANS_ALARM, BLAME_CHANNEL },
		{ W, 400, "invalid_payload", MEANS_NEXT, BLAME_MESSAGE },
		{ W, 400, "user_not_found", MEANS_NEXT, BLAME_MESSAGE },
		{ W, 500, "rollup_error", MEANS_RETRY, BLAME_ENDPOINT },
		{ W, 429, "", MEANS_WAIT, BLAME_NOBODY },
		{ W, 400, "", MEANS_NEXT, BLAME_MESSAGE },
	};

	for (size_t i = 0; i < COUNT(all); i++) {
		struct retry r = judge(all[i].type, all[i].status, all[i].word);

		ck_assert_msg(
		    r.meaning == all[i].meaning && r.blame == all[i].blame,
		    "%d %s: %s, blame %d", all[i].status, all[i].word,
		    meaning_name(r.meaning), (int)r.blame);
		ck_assert_ptr_nonnull(r.why);
	}
}
END_TEST

START_TEST(what_is_read)
{
	struct outgoing post = { .body = "{\"channel\":\"C0SUPPORT\"}" };
	struct outgoing dm = { .body = "{\"channel\":\"D01\"}" };
	struct reading r;

	r = read_as(&post, 200, "{\"ok\":true,\"ts\":\"17.000100\"}");
	ck_assert_str_eq(r.word, "ok");
	ck_assert_str_eq(r.ref, "17.000100");
	r = read_as(&post, 200, "{\"ok\":false,\"error\":\"no_text\"}");
	ck_assert_str_eq(r.word, "no_text");
	ck_assert(!r.thread_gone);
	r = read_as(
	    &post, 200, "{\"ok\":false,\"error\":\"message_not_found\"}");
	ck_assert(r.thread_gone);
	r = read_as(
	    &post, 200, "{\"ok\":false,\"error\":\"channel_not_found\"}");
	ck_assert_str_eq(r.word, "channel_not_found");
	r = read_as(&dm, 200, "{\"ok\":false,\"error\":\"channel_not_found\"}");
	ck_assert_str_eq(r.word, "conversation_not_found");
	ck_assert_int_eq(judge(CHANNEL_SLACK, 200, r.word).blame, BLAME_PERSON);
}
END_TEST

START_TEST(what_is_no_answer)
{
	static const char *const bodies[] = { "", "ok", "true", "[]", "{}",
		"{\"ok\":\"true\"}", "{\"ok\":1}", "<html>ok</html>",
		"{\"ok\":tru", "{\"OK\":true}", "{\"error\":17}",
		"[{\"ok\":true}]" };
	struct outgoing post = { .body = "{}" };

	for (size_t i = 0; i < COUNT(bodies); i++) {
		struct reading r = read_as(&post, 200, bodies[i]);

		ck_assert_msg(
		    judge(CHANNEL_SLACK, 200, r.word).meaning == MEANS_RETRY,
		    "%s: %s", bodies[i], r.word);
	}
}
END_TEST

START_TEST(what_a_webhook_said)
{
	const struct via *via = via_of(CHANNEL_SLACK_WEBHOOK);
	static const char *const bodies[][2] = { { "ok", "ok" },
		{ "ok\n", "ok" }, { "no_service", "no_service" },
		{ "<html>ok</html>", "" }, { "", "" }, { "ok ok", "" },
		{ "OK", "" } };
	struct reading r;

	for (size_t i = 0; i < COUNT(bodies); i++) {
		struct answer got = { .status = 200,
			.body = bodies[i][0],
			.len = strlen(bodies[i][0]) };

		via->read(&(struct outgoing){ 0 }, &got, &arena, &r);
		ck_assert_str_eq(r.word, bodies[i][1]);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("slack_answers");
	TCase *tc = tcase_create("slack_answers");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, every_documented_error_has_its_row);
	tcase_add_test(tc, no_row_is_in_vain);
	tcase_add_test(tc, what_answers_mean);
	tcase_add_test(tc, what_is_read);
	tcase_add_test(tc, what_is_no_answer);
	tcase_add_test(tc, what_a_webhook_said);
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
