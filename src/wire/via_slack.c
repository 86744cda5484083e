/* via_slack.c - Slack's Web API with a bot token: what its answers mean.
 *
 * Sources: [P] chat.postMessage, [U] chat.update, [O] conversations.open, [I]
 * conversations.info, [M] conversations.members, [E] users.lookupByEmail, [F]
 * users.info, [R] "Rate limits", [A] the errors that every method may give; all
 * in Slack's reference of methods.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/via.h"

#include "wire/slack_request.h"

#include <cjson/cJSON.h>
#include <string.h>

static const struct answer_row rows[] = {
	{ "ok", 200, 200, MEANS_OK, BLAME_NOBODY, "accepted" },

	/* [R] */
	{ "ratelimited", 0, 0, MEANS_WAIT, BLAME_NOBODY, NULL },
	{ "rate_limited", 0, 0, MEANS_WAIT, BLAME_NOBODY, NULL },
	/* [P] everybody there sends too much */
	{ "message_limit_exceeded", 0, 0, MEANS_RETRY, BLAME_NOBODY, NULL },

	/* [A] their trouble */
	{ "fatal_error", 0, 0, MEANS_RETRY, BLAME_ENDPOINT, NULL },
	{ "internal_error", 0, 0, MEANS_RETRY, BLAME_ENDPOINT, NULL },
	{ "service_unavailable", 0, 0, MEANS_RETRY, BLAME_ENDPOINT, NULL },
	{ "request_timeout", 0, 0, MEANS_RETRY, BLAME_ENDPOINT, NULL },
	{ "team_added_to_org", 0, 0, MEANS_RETRY, BLAME_ENDPOINT, NULL },
	/* [A] the token, the app, the workspace */
	{ "invalid_auth", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "invalid_auth: copy the bot token again" },
	{ "not_authed", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "account_inactive", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "account_inactive: install the app again" },
	{ "token_revoked", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "token_revoked: install the app again" },
	{ "token_expired", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "no_permission", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "missing_scope", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "missing_scope: give the app the rights of etc/slack-app.yaml, and "
	    "install it again" },
	{ "not_allowed_token_type", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "org_login_required", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "enterprise_is_restricted", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "team_access_not_granted", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "team_not_found", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "two_factor_setup_required", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "access_denied", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "accesslimited", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "ekm_access_denied", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "method_deprecated", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "deprecated_endpoint", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	{ "unknown_method", 0, 0, MEANS_ALARM, BLAME_CHANNEL, NULL },
	/* [A] how it was written */
	{ "invalid_arg_name", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_arguments", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_array_arg", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_charset", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_form_data", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_post_type", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "missing_post_type", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_json", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "json_not_object", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },

	/* [P] [U] the message */
	{ "no_text", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "msg_too_long", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "msg_blocks_too_long", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_blocks", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_blocks_format", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_attachments", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "too_many_attachments", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "too_many_contact_cards", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "attachment_payload_limit_exceeded", 0, 0, MEANS_NEXT, BLAME_MESSAGE,
	    NULL },
	{ "markdown_text_conflict", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_metadata_format", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_metadata_schema", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "metadata_must_be_sent_from_app", 0, 0, MEANS_NEXT, BLAME_MESSAGE,
	    NULL },
	{ "metadata_too_large", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "duplicate_channel_not_found", 0, 0, MEANS_NEXT, BLAME_MESSAGE,
	    NULL },
	{ "duplicate_message_not_found", 0, 0, MEANS_NEXT, BLAME_MESSAGE,
	    NULL },
	{ "block_mismatch", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "cant_broadcast_message", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "no_dual_broadcast_content_update", 0, 0, MEANS_NEXT, BLAME_MESSAGE,
	    NULL },
	{ "streaming_state_conflict", 0, 0, MEANS_RETRY, BLAME_NOBODY, NULL },
	{ "as_user_not_supported", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "slack_connect_file_link_sharing_blocked", 0, 0, MEANS_NEXT,
	    BLAME_MESSAGE, NULL },
	{ "slack_connect_canvas_sharing_blocked", 0, 0, MEANS_NEXT,
	    BLAME_MESSAGE, NULL },
	{ "slack_connect_lists_sharing_blocked", 0, 0, MEANS_NEXT,
	    BLAME_MESSAGE, NULL },

	/* [P] [U] the thread or the post: it is forgotten, and another one
	 * is begun (notifier) */
	{ "message_not_found", 0, 0, MEANS_RETRY, BLAME_MESSAGE, NULL },
	{ "thread_not_found", 0, 0, MEANS_RETRY, BLAME_MESSAGE, NULL },
	{ "invalid_thread_ts", 0, 0, MEANS_RETRY, BLAME_MESSAGE, NULL },
	{ "cannot_reply_to_message", 0, 0, MEANS_RETRY, BLAME_MESSAGE, NULL },
	{ "restricted_action_thread_locked", 0, 0, MEANS_RETRY, BLAME_MESSAGE,
	    NULL },
	{ "restricted_action_non_threadable_channel", 0, 0, MEANS_RETRY,
	    BLAME_MESSAGE, NULL },
	/* [U] the post cannot be edited any more, and stands as it is */
	{ "cant_update_message", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "edit_window_closed", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "external_channel_migrating", 0, 0, MEANS_RETRY, BLAME_ENDPOINT,
	    NULL },
	{ "is_inactive", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "update_failed", 0, 0, MEANS_RETRY, BLAME_ENDPOINT, NULL },

	/* [P] [I] [M] the room */
	{ "channel_not_found", 0, 0, MEANS_ALARM, BLAME_ROOM,
	    "channel_not_found: take the id from the channel's details, and "
	    "invite the app" },
	{ "not_in_channel", 0, 0, MEANS_ALARM, BLAME_ROOM,
	    "not_in_channel: invite the app to the room" },
	{ "is_archived", 0, 0, MEANS_ALARM, BLAME_ROOM,
	    "is_archived: name another room" },
	{ "restricted_action", 0, 0, MEANS_ALARM, BLAME_ROOM, NULL },
	{ "restricted_action_read_only_channel", 0, 0, MEANS_ALARM, BLAME_ROOM,
	    NULL },
	{ "restricted_action_thread_only_channel", 0, 0, MEANS_ALARM,
	    BLAME_ROOM, NULL },
	{ "method_not_supported_for_channel_type", 0, 0, MEANS_ALARM,
	    BLAME_ROOM, NULL },
	{ "channel_type_not_supported", 0, 0, MEANS_ALARM, BLAME_ROOM, NULL },
	{ "fetch_members_failed", 0, 0, MEANS_RETRY, BLAME_ENDPOINT, NULL },
	{ "invalid_cursor", 0, 0, MEANS_RETRY, BLAME_NOBODY, NULL },
	{ "invalid_limit", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },

	/* [E] [F] [O] the person */
	{ "users_not_found", 0, 0, MEANS_NEXT, BLAME_PERSON,
	    "users_not_found: nobody in Slack has that email address" },
	{ "user_not_found", 0, 0, MEANS_NEXT, BLAME_PERSON, NULL },
	{ "user_not_visible", 0, 0, MEANS_NEXT, BLAME_PERSON, NULL },
	{ "user_disabled", 0, 0, MEANS_NEXT, BLAME_PERSON,
	    "user_disabled: their Slack account is deactivated" },
	{ "cannot_dm_bot", 0, 0, MEANS_NEXT, BLAME_PERSON, NULL },
	{ "messages_tab_disabled", 0, 0, MEANS_ALARM, BLAME_CHANNEL,
	    "messages_tab_disabled: enable the app's messages tab" },
	{ "conversation_not_found", 0, 0, MEANS_NEXT, BLAME_PERSON,
	    "the direct conversation is not there any more" },
	{ "users_list_not_supplied", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_users", 0, 0, MEANS_NEXT, BLAME_PERSON, NULL },
	{ "not_enough_users", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "too_many_users", 0, 0, MEANS_NEXT, BLAME_MESSAGE, NULL },
	{ "invalid_user_combination", 0, 0, MEANS_NEXT, BLAME_PERSON, NULL },

	/* What nobody documented is tried again; so is a page of a proxy. */
	{ "", 200, 299, MEANS_RETRY, BLAME_ENDPOINT,
	    "an answer that is not Slack's" },
	{ NULL, 200, 299, MEANS_RETRY, BLAME_NOBODY, NULL },
};

/* --- reading -------------------------------------------------------------- */

static const char *text_of(struct arena *a, const cJSON *v, const char *name)
{
	const cJSON *got = cJSON_GetObjectItemCaseSensitive(v, name);

	return cJSON_IsString(got) ? arena_strdup(a, got->valuestring) : "";
}

static bool is_true(const cJSON *v, const char *name)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(v, name));
}

static const cJSON *member(const cJSON *v, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(v, name);
}

static const char *or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

/* "in", "out", "at CURSOR" */
static const char *membership(struct arena *a, const cJSON *v, const char *id)
{
	const char *cursor =
	    text_of(a, member(v, "response_metadata"), "next_cursor");
	const cJSON *one;

	cJSON_ArrayForEach(one, member(v, "members"))
	{
		if (cJSON_IsString(one) && strcmp(one->valuestring, id) == 0)
			return "in";
	}
	return cursor[0] != '\0' ? via_why(a, "at", cursor) : "out";
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static void learn(const struct outgoing *asked, const cJSON *v, struct arena *a,
    struct reading *out)
{
	if (begins(asked->learns, "user "))
		out->value = or_null(text_of(a, member(v, "user"), "id"));
	else if (begins(asked->learns, "dm "))
		out->value = or_null(text_of(a, member(v, "channel"), "id"));
	else if (begins(asked->learns, "~member "))
		out->value =
		    membership(a, v, asked->learns + strlen("~member "));
}

/* What is no error for Slack, and is one for us. */
static const char *trouble(const cJSON *v)
{
	const cJSON *user = member(v, "user");
	const cJSON *room = member(v, "channel");

	if (cJSON_IsObject(user) && is_true(user, "deleted"))
		return "user_disabled";
	if (!cJSON_IsObject(room))
		return NULL;
	if (is_true(room, "is_archived"))
		return "is_archived";
	if (cJSON_IsFalse(member(room, "is_member")))
		return "not_in_channel";
	return NULL;
}

/* A conversation with one person that is gone says nothing about a room. */
static bool is_direct(const struct outgoing *asked)
{
	return asked->body != NULL && begins(asked->body, "{\"channel\":\"D");
}

/* The rows say what follows; that the thread is to be forgotten, this. */
static bool is_thread_word(const char *word)
{
	static const char *const words[] = { "message_not_found",
		"thread_not_found", "invalid_thread_ts",
		"cannot_reply_to_message", "restricted_action_thread_locked",
		"restricted_action_non_threadable_channel",
		"cant_update_message", "edit_window_closed", "is_inactive" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static void read_ok(const struct outgoing *asked, const cJSON *v,
    struct arena *a, struct reading *out)
{
	const char *why = trouble(v);

	out->word = why != NULL ? why : "ok";
	if (why == NULL)
		out->ref = text_of(a, v, "ts");
	if (why == NULL && asked->learns != NULL)
		learn(asked, v, a, out);
}

static void read_error(const struct outgoing *asked, const cJSON *v,
    struct arena *a, struct reading *out)
{
	out->word = text_of(a, v, "error");
	out->thread_gone = is_thread_word(out->word);
	if (is_direct(asked) && strcmp(out->word, "channel_not_found") == 0)
		out->word = "conversation_not_found";
}

static void read_answer(const struct outgoing *asked, const struct answer *got,
    struct arena *a, struct reading *out)
{
	cJSON *v = cJSON_ParseWithLength(got->body, got->len);

	*out = (struct reading){ .word = "", .ref = "" };
	if (cJSON_IsObject(v) && is_true(v, "ok"))
		read_ok(asked, v, a, out);
	else if (cJSON_IsObject(v))
		read_error(asked, v, a, out);
	cJSON_Delete(v);
}

const struct via via_slack = { .build = slack_build,
	.read = read_answer,
	.answers = { rows, sizeof rows / sizeof *rows } };
