/* auth.h - may whoever sent this do that?
 *
 * Bearer tokens with scopes, for TCP.  Compared by their SHA-256 in constant
 * time, every token each time, so that the time taken tells nothing.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_AUTH_H
#define SLAWATCH_DAEMON_AUTH_H

#include "conf/load.h"

enum auth {
	AUTH_OK,
	AUTH_UNKNOWN, /* no token, or none of ours: 401 */
	AUTH_SCOPE,   /* known, and not for that: 403 */
};

/* authorization: the header's value, or NULL. */
enum auth auth_check(
    const struct settings *s, const char *authorization, enum scope wanted);

#endif
