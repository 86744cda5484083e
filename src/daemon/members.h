/* members.h - the few texts that a request's body says.
 *
 * A body is one JSON object whose members are texts, or null where they may be
 * left out; the gate of events has passed it.  What is unknown is answered with
 * the nearest known name.
 *
 *	struct members m;
 *	static const char *const known[] = { "by", "text" };
 *	if (members_read(&m, r, known, 2, &err))
 *		... members_get(&m, "by") ...
 *	members_free(&m);
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_MEMBERS_H
#define SLAWATCH_DAEMON_MEMBERS_H

#include "base/errtext.h"
#include "base/instant.h"
#include "net/http_listener.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct members {
	cJSON *tree; /* owns the texts; NULL: nothing could be read */
};

/* False with "member: reason"; to be freed all the same.  A name that is known
 * as "#speed" is that of a whole number: members_number(). */
bool members_read(struct members *m, const struct http_request *r,
    const char *const known[], size_t count, struct errtext *err);
void members_free(struct members *m);

/* NULL: not given, or null. */
const char *members_get(const struct members *m, const char *name);

/* *out as it was if it is not given; false if it is none from least to most. */
bool members_number(const struct members *m, const char *name, int least,
    int most, int *out, struct errtext *err);

/* Given as null? */
bool members_is_null(const struct members *m, const char *name);

/* A text that must be there and not be empty; else false with
 * "name: needed, what". */
bool members_need(const struct members *m, const char *name, const char *what,
    const char **out, struct errtext *err);

/* RFC 3339; *out as it was if it is not given. */
bool members_wall(const struct members *m, const char *name, struct wall *out,
    struct errtext *err);

/* The end of something: `until`, or `for` from an instant on; one of them. */
bool members_end(const struct members *m, struct wall from, struct wall *out,
    struct errtext *err);

#endif
