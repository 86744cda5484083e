/* members.c - texts out of a request's body, by name.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/members.h"

#include "base/nearest.h"
#include "core/names.h"
#include "wire/event_json.h"
#include "wire/json_gate.h"

#include <string.h>

/* Is it known as a number? */
static bool is_number(const char *name, const char *const known[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (known[i][0] == '#' && strcmp(known[i] + 1, name) == 0)
			return true;
	return false;
}

static bool take_member(const cJSON *item, const char *const known[],
    size_t count, struct errtext *err)
{
	struct nearest near;

	if (names_find(known, count, item->string) >= 0) {
		if (cJSON_IsNull(item))
			return true;
		if (!cJSON_IsString(item))
			errtext_set(err, "%s: not a string", item->string);
		else if (strlen(item->valuestring) > EVENT_TEXT_MAX)
			errtext_set(err, "%s: longer than %d bytes",
			    item->string, EVENT_TEXT_MAX);
		else
			return true;
		return false;
	}
	if (is_number(item->string, known, count)) {
		if (cJSON_IsNull(item) || cJSON_IsNumber(item))
			return true;
		errtext_set(err, "%s: not a number", item->string);
		return false;
	}
	nearest_init(&near, item->string);
	for (size_t i = 0; i < count; i++)
		nearest_try(&near, known[i] + (known[i][0] == '#'));
	errtext_set(err, "%s: unknown member%s%s%s", item->string,
	    near.best != NULL ? "; did you mean \"" : "",
	    near.best != NULL ? near.best : "", near.best != NULL ? "\"?" : "");
	return false;
}

bool members_read(struct members *m, const struct http_request *r,
    const char *const known[], size_t count, struct errtext *err)
{
	const cJSON *item;

	m->tree = json_gate_parse(r->body, r->body_len, err);
	if (m->tree == NULL) {
		errtext_wrap(err, "body");
		return false;
	}
	if (!cJSON_IsObject(m->tree)) {
		errtext_set(err, "body: not an object");
		return false;
	}
	cJSON_ArrayForEach(item, m->tree)
	{
		if (!take_member(item, known, count, err))
			return false;
	}
	return true;
}

void members_free(struct members *m)
{
	cJSON_Delete(m->tree);
	m->tree = NULL;
}

const char *members_get(const struct members *m, const char *name)
{
	return cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(m->tree, name));
}

bool members_number(const struct members *m, const char *name, int least,
    int most, int *out, struct errtext *err)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(m->tree, name);

	if (v == NULL || cJSON_IsNull(v))
		return true;
	if (v->valuedouble >= least && v->valuedouble <= most &&
	    v->valuedouble == (double)(int)v->valuedouble) {
		*out = (int)v->valuedouble;
		return true;
	}
	errtext_set(
	    err, "%s: not a whole number from %d to %d", name, least, most);
	return false;
}

bool members_is_null(const struct members *m, const char *name)
{
	return cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(m->tree, name));
}

bool members_need(const struct members *m, const char *name, const char *what,
    const char **out, struct errtext *err)
{
	*out = members_get(m, name);
	if (*out != NULL && (*out)[0] != '\0')
		return true;
	errtext_set(err, "%s: needed, %s", name, what);
	return false;
}

bool members_wall(const struct members *m, const char *name, struct wall *out,
    struct errtext *err)
{
	const char *text = members_get(m, name);

	if (text == NULL || wall_parse(text, strlen(text), out))
		return true;
	errtext_set(err, "%s: not an RFC 3339 instant: \"%s\"", name, text);
	return false;
}

bool members_end(const struct members *m, struct wall from, struct wall *out,
    struct errtext *err)
{
	const char *span = members_get(m, "for");
	int64_t ms;

	if ((members_get(m, "until") == NULL) == (span == NULL)) {
		errtext_set(err, "until: give either it or \"for\"");
		return false;
	}
	if (span == NULL)
		return members_wall(m, "until", out, err);
	if (!span_parse(span, strlen(span), &ms) || ms == 0) {
		errtext_set(
		    err, "for: not a duration such as 30m: \"%s\"", span);
		return false;
	}
	*out = wall_plus(from, ms);
	return true;
}
