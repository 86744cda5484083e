/* form.h - what an HTML form or Slack sends as a body.
 *
 * application/x-www-form-urlencoded: "name=value" with "&" between, escapes as
 * percent.h reads them, "+" a space.  A name without "=" has the value "".
 * Nothing is guessed: a malformed escape, a NUL, what is not UTF-8, a name that
 * comes twice and more than FORM_FIELDS_MAX of them are refused, so that two
 * readers of one body never read two things.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_FORM_H
#define SLAWATCH_WIRE_FORM_H

#include "base/arena.h"
#include "base/errtext.h"

#include <stdbool.h>
#include <stddef.h>

#define FORM_FIELDS_MAX 64

struct form_field {
	const char *name;
	const char *value;
};

struct form {
	struct form_field *fields; /* in the order in which they stood */
	size_t count;
	size_t cap;
};

/* All texts live in the arena.  False: why. */
bool form_parse(const char *body, size_t len, struct arena *arena,
    struct form *out, struct errtext *err);

/* The value of that name, or NULL. */
const char *form_get(const struct form *f, const char *name);

#endif
