/* origin.h - what the file said that the matrix does not keep.
 *
 * A matrix holds built calendars and read secrets; conf_dump() must write their
 * descriptions and sources again.  Lives in the conf's arena, indexed as the
 * matrix is.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_ORIGIN_H
#define SLAWATCH_CONF_ORIGIN_H

#include "core/calendar.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum secret_source {
	SECRET_NONE,
	SECRET_PLAIN,	   /* written in the file: only a url may be */
	SECRET_FILE,	   /* where: absolute path */
	SECRET_CREDENTIAL, /* where: name */
};

struct secret_origin {
	enum secret_source source;
	const char *where;
};

struct calendar_origin {
	struct calendar_spec spec; /* its zone is NULL: see zone */
	const char *zone;	   /* name, or NULL if always open */
	int base;		   /* the calendar it extends, or -1 */
	const char **files;	   /* its .ics files, absolute */
	size_t nfiles;
	bool predefined; /* the file does not define it */
};

struct channel_origin {
	struct secret_origin url;
	struct secret_origin token; /* also a routing key */
	struct secret_origin signing_secret;
	struct secret_origin password;
	struct secret_origin secret;
};

struct schedule_origin {
	struct secret_origin calendar; /* of a feed's url */
	struct secret_origin override;
	const char *file; /* absolute */
	const char *override_file;
	bool is_roles; /* a role brings it: not in `oncall` */
};

struct conf_origin {
	const char *zone; /* of dates in `valid`, or NULL: UTC */
	struct calendar_origin *calendars; /* as matrix.calendars */
	size_t ncalendars;
	struct channel_origin *channels; /* as matrix.channels */
	size_t nchannels;
	struct schedule_origin *schedules; /* as matrix.schedules */
	struct secret_origin *tokens;	   /* as settings.tokens */
	size_t ntokens;
};

#endif
