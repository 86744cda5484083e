/* slack_action.c - interaction payloads, taken apart.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/slack_action.h"

#include "base/instant.h"
#include "base/textbuf.h"
#include "core/names.h"
#include "core/ticket.h"
#include "wire/json_gate.h"

#include <string.h>

#define ID_MAX	    32	 /* of users, channels */
#define TRIGGER_MAX 100	 /* they have about 60 */
#define NAME_MAX    200	 /* cut there */
#define URL_MAX	    1000 /* refused above */
#define SHOWN_MAX   60	 /* bytes of what is quoted */

static const char *const act_names[SLACK_ACT_COUNT] = {
	[SLACK_ACK] = "ack",
	[SLACK_CLAIM] = "claim",
	[SLACK_SNOOZE] = "snooze",
	[SLACK_ESCALATE] = "escalate",
	[SLACK_OPEN_TICKET] = "open_ticket",
};

bool slack_id_valid(const char *id)
{
	size_t len = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	return len > 0 && len <= ID_MAX && id[len] == '\0';
}

/* --- pieces of JSON ------------------------------------------------------- */

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* A member's text in the arena; "" if it is none or longer than max. */
static const char *text_of(
    const cJSON *object, const char *name, size_t max, struct arena *arena)
{
	const char *text = cJSON_GetStringValue(member(object, name));

	if (text == NULL || strlen(text) > max)
		return "";
	return arena_strdup(arena, text);
}

static bool is_type(const cJSON *tree, const char *type)
{
	const char *text = cJSON_GetStringValue(member(tree, "type"));

	return text != NULL && strcmp(text, type) == 0;
}

/* --- the payload ---------------------------------------------------------- */

static void read_from(
    const cJSON *tree, struct arena *arena, struct slack_from *out)
{
	const cJSON *user = member(tree, "user");

	out->user = text_of(user, "id", ID_MAX, arena);
	if (!slack_id_valid(out->user))
		out->user = "";
	out->user_name = text_of(user, "username", NAME_MAX, arena);
	if (out->user_name[0] == '\0')
		out->user_name = text_of(user, "name", NAME_MAX, arena);
	out->channel = text_of(member(tree, "channel"), "id", ID_MAX, arena);
	out->trigger = text_of(tree, "trigger_id", TRIGGER_MAX, arena);
	out->response_url = text_of(tree, "response_url", URL_MAX, arena);
}

static bool read_snooze(
    const cJSON *action, struct slack_action *out, struct errtext *err)
{
	const char *value = cJSON_GetStringValue(
	    member(member(action, "selected_option"), "value"));

	if (value != NULL &&
	    span_parse(value, strlen(value), &out->snooze_ms) &&
	    out->snooze_ms > 0 && out->snooze_ms <= SLACK_SNOOZE_MAX_MS)
		return true;
	errtext_set(err, "actions: snooze needs a duration of at most 30d");
	return false;
}

static bool read_action(const cJSON *action, struct arena *arena,
    struct slack_action *out, struct errtext *err)
{
	const char *id = cJSON_GetStringValue(member(action, "action_id"));
	const char *block = cJSON_GetStringValue(member(action, "block_id"));
	int act = names_find(act_names, SLACK_ACT_COUNT, id);

	if (id == NULL)
		id = "";
	if (act < 0) {
		errtext_set(err,
		    "actions: the button \"%.*s\" is not known here (any more)",
		    (int)utf8_cut(id, strlen(id), SHOWN_MAX), id);
		return false;
	}
	out->act = (enum slack_act)act;
	if (block != NULL && strncmp(block, "t:", 2) == 0 &&
	    ticket_key_valid(block + 2))
		out->ticket = arena_strdup(arena, block + 2);
	else if (out->act != SLACK_OPEN_TICKET) {
		errtext_set(err, "actions: the button names no ticket");
		return false;
	}
	return out->act != SLACK_SNOOZE || read_snooze(action, out, err);
}

static bool read_tree(const cJSON *tree, struct arena *arena,
    struct slack_action *out, struct errtext *err)
{
	const cJSON *actions = member(tree, "actions");

	if (!cJSON_IsObject(tree)) {
		errtext_set(err, "payload: not an object");
		return false;
	}
	read_from(tree, arena, &out->from);
	if (!is_type(tree, "block_actions")) {
		errtext_set(err,
		    "type: only block_actions are taken; see what else is "
		    "switched on in the Slack app");
		return false;
	}
	if (out->from.user[0] == '\0') {
		errtext_set(err, "user: no id");
		return false;
	}
	if (out->from.trigger[0] == '\0') {
		errtext_set(err, "trigger_id: needed");
		return false;
	}
	if (!cJSON_IsArray(actions) || cJSON_GetArraySize(actions) != 1) {
		errtext_set(err, "actions: one is needed");
		return false;
	}
	return read_action(cJSON_GetArrayItem(actions, 0), arena, out, err);
}

bool slack_action_read(const char *json, size_t len, struct arena *arena,
    struct slack_action *out, struct errtext *err)
{
	cJSON *tree;
	bool ok;

	*out = (struct slack_action){ .from = { "", "", "", "", "" },
		.ticket = "" };
	tree = json_gate_parse(json, len, err);
	if (tree == NULL) {
		errtext_wrap(err, "payload");
		return false;
	}
	ok = read_tree(tree, arena, out, err);
	cJSON_Delete(tree);
	return ok;
}

const char *slack_challenge(const char *json, size_t len, struct arena *arena)
{
	struct errtext err;
	cJSON *tree = json_gate_parse(json, len, &err);
	const char *text = "";

	if (tree != NULL && is_type(tree, "url_verification"))
		text = text_of(tree, "challenge", URL_MAX, arena);
	cJSON_Delete(tree);
	return text[0] != '\0' ? text : NULL;
}

/* --- users.info ----------------------------------------------------------- */

const char *slack_user_email(
    const char *json, size_t len, struct arena *arena, struct errtext *err)
{
	cJSON *tree = json_gate_parse(json, len, err);
	const char *email = NULL;
	const char *error;

	if (tree == NULL)
		return NULL;
	if (cJSON_IsTrue(member(tree, "ok"))) {
		email = text_of(member(member(tree, "user"), "profile"),
		    "email", NAME_MAX, arena);
		errtext_set(err,
		    "Slack tells no address of theirs; does the app have the "
		    "scope users:read.email?");
	} else {
		error = text_of(tree, "error", NAME_MAX, arena);
		errtext_set(err, "Slack says \"%s\"", error);
	}
	cJSON_Delete(tree);
	return email != NULL && email[0] != '\0' ? email : NULL;
}
