/* report.h - what is wrong with the file, and where?
 *
 * Collects every remark of one run and writes them in the order of the file,
 * so that a support lead mends all in one go:
 *
 *	matrix.yaml:12:5: error: unknown key "wran" in policies[]; did you mean
 *	"warn"?
 *	    wran: [80%]
 *	    ^
 *
 * Every message says what to do about it.
 *
 * The source line is shown, and a source line may hold a secret.  Whoever reads
 * a value that is one, or may be one because its key is unknown, masks it
 * first: masked bytes are shown as '*'.  A file that is no YAML at all has no
 * values to mask; there the line is judged by its looks.
 *
 * Texts live in the arena; the source text is borrowed until the end.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_REPORT_H
#define SLAWATCH_CONF_REPORT_H

#include "base/arena.h"
#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>

/* A place in the source.  Line 0: the file as a whole. */
struct place {
	int line;     /* 1.. */
	int column;   /* 1.., in characters */
	size_t start; /* bytes from the start of the text, */
	size_t end;   /* to here; equal if there is nothing to cover */
};

#define PLACE_FILE ((struct place){ 0, 0, 0, 0 })

struct remark;
struct mask;

struct report {
	struct arena *arena; /* borrowed */
	const char *name;    /* the file's, as given */
	const char *text;    /* the source; not NUL-terminated */
	size_t len;
	struct remark *remarks;
	size_t nremarks;
	size_t cap_remarks;
	struct mask *masks;
	size_t nmasks;
	size_t cap_masks;
	size_t errors; /* counted beyond CONF_ERRORS_MAX too */
	bool looks;    /* until values are read: judge lines by their looks */
};

void report_init(struct report *r, struct arena *arena, const char *name,
    const char *text, size_t len);

void report_error(struct report *r, struct place at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void report_warning(struct report *r, struct place at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* These bytes of the source are never shown. */
void report_mask(struct report *r, struct place at);

/* Is this the name of a key that holds a secret, or nearly? */
bool report_looks_secret(const char *word, size_t len);

/* The place of a byte of the text: for what is wrong below YAML. */
struct place report_place(const struct report *r, size_t offset);

/* Writes all remarks. */
void report_write(struct report *r, struct textbuf *out);

#endif
