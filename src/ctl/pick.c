/* pick.c - members of the daemon's JSON.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/pick.h"

#include <string.h>

const cJSON *pick(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsNull(item) ? NULL : item;
}

const char *pick_text(const cJSON *object, const char *name)
{
	const cJSON *item = pick(object, name);

	return cJSON_IsString(item) ? item->valuestring : "";
}

double pick_number(const cJSON *object, const char *name)
{
	const cJSON *item = pick(object, name);

	return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

int64_t pick_int(const cJSON *object, const char *name)
{
	double number = pick_number(object, name);

	if (number < -9e15 || number > 9e15)
		return 0; /* not one of ours: those are exact in a double */
	return (int64_t)number;
}

bool pick_true(const cJSON *object, const char *name)
{
	return cJSON_IsTrue(pick(object, name));
}

struct wall pick_wall(const cJSON *object, const char *name)
{
	const char *text = pick_text(object, name);
	struct wall at;

	return wall_parse(text, strlen(text), &at) ? at : WALL_NEVER;
}
