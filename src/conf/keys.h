/* keys.h - the one table of configuration keys.
 *
 * Feeds the reader (what is known, what is near), --dump-config, and the tests
 * that every key is in slawatchd.yaml(5) and in the example.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_KEYS_H
#define SLAWATCH_CONF_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct conf_key {
	const char *section;  /* "policies[]", "daemon", "" for the top */
	const char *name;     /* "warn" */
	const char *type;     /* "duration", "list of channels", ... */
	const char *fallback; /* default as text, or "" if there is none */
	bool required;
	bool reloadable;      /* takes effect by SIGHUP */
	const char *sentence; /* what it says */
};

extern const struct conf_key conf_keys[];
extern const size_t conf_keys_count;

const struct conf_key *conf_key_find(const char *section, const char *name);

/* The known name nearest to it in that section, or NULL if none is near. */
const char *conf_key_near(const char *section, const char *name);

#endif
