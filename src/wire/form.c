/* form.c - names and values of a form.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/form.h"

#include "base/percent.h"

#include <string.h>

const char *form_get(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->fields[i].name, name) == 0)
			return f->fields[i].value;
	return NULL;
}

static bool refuse(struct errtext *err, size_t nth, const char *why)
{
	errtext_set(err, "form: field %zu %s", nth, why);
	return false;
}

/* One "name=value" of len bytes. */
static bool add_field(const char *raw, size_t len, struct arena *arena,
    struct form *out, struct errtext *err)
{
	const char *eq = memchr(raw, '=', len);
	size_t name_len = eq == NULL ? len : (size_t)(eq - raw);
	const char *name = percent_decode(raw, name_len, true, arena);
	const char *value = "";
	struct form_field *f;

	if (eq != NULL)
		value = percent_decode(eq + 1, len - name_len - 1, true, arena);
	if (name == NULL || value == NULL)
		return refuse(err, out->count + 1,
		    "has a malformed escape or is not UTF-8");
	if (form_get(out, name) != NULL)
		return refuse(
		    err, out->count + 1, "has a name that came before");
	if (out->count == FORM_FIELDS_MAX)
		return refuse(err, out->count + 1, "is one too many");
	f = arena_push(arena, &out->fields, &out->count, &out->cap, sizeof *f);
	f->name = name;
	f->value = value;
	return true;
}

bool form_parse(const char *body, size_t len, struct arena *arena,
    struct form *out, struct errtext *err)
{
	const char *end = body + len;

	*out = (struct form){ NULL, 0, 0 };
	while (body < end) {
		const char *amp = memchr(body, '&', (size_t)(end - body));
		size_t n = (size_t)((amp == NULL ? end : amp) - body);

		if (n > 0 && !add_field(body, n, arena, out, err))
			return false;
		body += n + (amp != NULL);
	}
	return true;
}
