/* load.h - one YAML file to a matrix and the daemon's settings.
 *
 * Parses into fresh values, collects every error of the file in one run, and
 * gives either both values or none.  Reads the file, the zones, and the secrets
 * it names; keeps no state.
 *
 * An error is "file:line:column: message", the source line, a caret, and where
 * a name is unknown the nearest known one.  Warnings (a review date passed, an
 * unused definition) do not refuse.
 *
 * Secrets: `{ file: PATH }` or `{ credential: NAME }` (a file in
 * $CREDENTIALS_DIRECTORY, systemd.exec(5)); trailing newlines are cut; they are
 * never dumped.  A plain text is accepted for `url` only.
 *
 * Files beside the matrix (holidays, on-call calendars) are part of it: their
 * bytes count for its revision and are kept, so that the text and these files
 * are all that is needed to load the same matrix again, years later and on
 * another machine.  Secrets are no such files and are never kept.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_LOAD_H
#define SLAWATCH_CONF_LOAD_H

#include "base/textbuf.h"
#include "core/matrix.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_FILE_MAX	 (1024 * 1024) /* bytes */
#define CONF_ALIASES_MAX 100
#define CONF_ERRORS_MAX	 50

enum scope { SCOPE_INGEST = 1, SCOPE_OPERATE = 2, SCOPE_READ = 4 };

struct token {
	const char *name;
	const char *secret;
	int scopes; /* enum scope, or-ed */
};

/* The `daemon:` section; everything has a default. */
struct settings {
	const char *database; /* /var/lib/slawatch/slawatch.db */
	const char *socket;   /* /run/slawatch/slawatchd.sock */
	int socket_mode;      /* 0660 */
	const char *listen;   /* "127.0.0.1:8080" or NULL */
	struct token *tokens;
	size_t ntokens;
	int queue_max;		 /* events waiting for the disk; 65536 */
	int batch_max;		 /* events a commit; 1000 */
	int64_t max_future_ms;	 /* events further ahead are refused; 5 min */
	int64_t max_past_ms;	 /* events older are refused; 400 d */
	const char *log_level;	 /* "info", "debug", "warning" */
	const char *public_url;	 /* where Slack and readers of mail reach us,
				    "https://sla.example.com"; or NULL */
	int64_t link_expires_ms; /* of a link in a mail; 24 h */
};

struct conf_origin; /* origin.h: what only a dump needs */

/* A file that the matrix names and that is part of it. */
struct conf_file {
	const char *name;  /* as the matrix names it: "holidays.ics" */
	const char *bytes; /* not NUL-terminated */
	size_t len;
};

struct conf {
	struct matrix *matrix;	 /* owned until taken (set to NULL) */
	const char *text;	 /* of the file, in the arena; it may hold
				    secrets: see masked.h */
	struct conf_file *files; /* what was read beside it, in the arena */
	size_t nfiles;
	struct settings settings;   /* texts live in the arena */
	struct conf_origin *origin; /* in the arena */
	struct arena arena;
};

struct conf_options {
	const char *zoneinfo;	 /* NULL: $TZDIR or /usr/share/zoneinfo */
	const char *credentials; /* NULL: $CREDENTIALS_DIRECTORY */
	bool no_secrets; /* --check without them: a missing secret is no error,
			    its value is "" */
	struct wall now; /* what depends on the date is looked at from there
			    on: a gap in duty, a review; wall_at(0): not */
	bool is_check;	 /* what time has brought about is an error, too: not
			    where a daemon must go on with what it has */
};

/* False: *messages says why.  True: it may hold warnings.  messages is a
 * growing textbuf of the caller. */
bool conf_load(const char *path, const struct conf_options *o, struct conf *out,
    struct textbuf *messages);

/* The same from memory; `name` stands for the path in messages; relative files
 * are looked for beside it. */
bool conf_load_text(const char *name, const char *text, size_t len,
    const struct conf_options *o, struct conf *out, struct textbuf *messages);

/* A matrix that was loaded once, from its text and its files (conf.files) in
 * memory: same revision, same values but for secrets and paths.  Touches no
 * disk but the system's time zones.  Secrets are neither read nor complained
 * of, their values are ""; paths are as written.  Nothing is said of what is
 * merely unwise.  False: *messages says why, such as a file that the text names
 * and that is not given. */
bool conf_load_stored(const char *name, const char *text, size_t len,
    const struct conf_file *files, size_t nfiles, const struct conf_options *o,
    struct conf *out, struct textbuf *messages);

void conf_free(struct conf *c);

/* The effective configuration as YAML that loads to the same values, defaults
 * and the source of secrets shown, secrets never.  One thing does not load: the
 * url of a webhook or an on-call feed elsewhere that stands plainly in the
 * file, for it is a secret; the dump says where it should stand.  The matrix
 * was not taken. */
void conf_dump(const struct conf *c, struct textbuf *out);

#endif
