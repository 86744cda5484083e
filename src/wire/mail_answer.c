/* mail_answer.c - questions by GET; a member of a JSON answer by its path.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/mail_answer.h"

#include "base/percent.h"
#include "base/textbuf.h"
#include "wire/json_gate.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX 64

static const cJSON *step(const cJSON *at, const char *name)
{
	if (cJSON_IsArray(at))
		return cJSON_GetArrayItem(at, atoi(name));
	return cJSON_GetObjectItemCaseSensitive(at, name);
}

static const cJSON *find(const cJSON *at, const char *path)
{
	while (at != NULL && *path != '\0') {
		char name[NAME_MAX];
		struct textbuf tb;
		size_t len = strcspn(path, ".");

		textbuf_init_fixed(&tb, name, sizeof name);
		textbuf_addn(&tb, path, len);
		at = step(at, name);
		path += len + (path[len] == '.');
	}
	return at;
}

static const char *number(const cJSON *value, struct arena *a)
{
	char digits[24];
	struct textbuf tb;

	if (value->valuedouble < 0 || value->valuedouble > 1e15)
		return "";
	textbuf_init_fixed(&tb, digits, sizeof digits);
	textbuf_addf(&tb, "%lld", (long long)value->valuedouble);
	return arena_strdup(a, digits);
}

const char *mail_answer_member(
    const struct answer *got, struct arena *a, const char *path)
{
	struct errtext err;
	cJSON *root = json_gate_parse(got->body, got->len, &err);
	const cJSON *value = root == NULL ? NULL : find(root, path);
	const char *text = "";

	if (cJSON_IsString(value))
		text = arena_strdup(a, value->valuestring);
	else if (cJSON_IsNumber(value))
		text = number(value, a);
	cJSON_Delete(root);
	return text;
}

void mail_question(const struct letter *l, struct arena *a, const char *path,
    const char *address, struct outgoing *out)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_add(&tb, path);
	percent_encode(&tb, address, PERCENT_UNRESERVED);
	out->method = "GET";
	out->url = via_url(l, a, tb.data);
	textbuf_fini(&tb);
}

bool mail_is_question(const struct outgoing *asked)
{
	return asked->method != NULL && strcmp(asked->method, "GET") == 0;
}
