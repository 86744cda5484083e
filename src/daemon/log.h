/* log.h - one line per event that matters.
 *
 *	2026-01-05T09:06:00Z info ticket=demo:1 change=clock_warned ...
 *
 * To stderr: the daemon's instant, the level, then key=value, the object's
 * identity first.  A value is quoted when it needs to be (blank, quote, equals
 * sign, backslash, empty); control characters and bytes that are not UTF-8 are
 * escaped, so that no customer's subject line can forge a line or steer a
 * terminal.  To journald (when built with libsystemd): the same text as
 * MESSAGE=, and each key as a field of its own, so that
 *	journalctl -u slawatchd TICKET=zendesk:4711
 * is the story of a ticket.
 *
 * Any thread may log; a line is one write.  Never holds a secret: callers pass
 * none.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_LOG_H
#define SLAWATCH_DAEMON_LOG_H

#include "base/instant.h"
#include "base/textbuf.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;

/* The numbers are syslog's. */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5, /* channel type `log`: never filtered out */
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JOURNAL };

#define LOG_LINE_MAX   8192 /* bytes; longer ones are cut */
#define LOG_FIELDS_MAX 24   /* as journal fields; the text has all */

bool log_level_parse(const char *name, enum log_level *out);

/* False where it was built without libsystemd. */
bool log_format_parse(const char *name, enum log_format *out);

/* journal if stderr is the journal's stream (systemd.exec(5)), else text. */
enum log_format log_format_guess(void);

/* loop gives the instants; NULL: lines have none yet. */
void log_setup(enum log_format format, struct loop *loop);
void log_set_level(enum log_level level);
bool log_on(enum log_level level);

struct log_line {
	enum log_level level;
	bool on; /* not filtered out: else the calls below do nothing */
	struct textbuf text;
	struct textbuf fields; /* "KEY=value" NUL-terminated, one by one */
	size_t starts[LOG_FIELDS_MAX];
	size_t nfields;
	char text_room[LOG_LINE_MAX];
	char fields_room[LOG_LINE_MAX];
};

void log_begin(struct log_line *l, enum log_level level);
/* An empty or NULL value leaves the key out. */
void log_text(struct log_line *l, const char *key, const char *value);
void log_int(struct log_line *l, const char *key, int64_t value);
/* Never leaves the key out. */
void log_wall(struct log_line *l, const char *key, struct wall value);
void log_span(struct log_line *l, const char *key, int64_t ms);
void log_end(struct log_line *l);

/* A whole line: msg, then pairs of key and value up to a NULL key. */
void log_say(enum log_level level, const char *msg, ...)
    __attribute__((sentinel));

/* Appends value as it stands behind a key: bare or quoted. */
void log_quote(struct textbuf *out, const char *value);

/* For check_set_reporter(): no locks, no memory. */
void log_check_failed(const char *expr, const char *file, int line);

#endif
