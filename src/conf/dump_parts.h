/* dump_parts.h - the sections of a dump that a matrix alone can tell, and the
 * words every section is written with.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_DUMP_PARTS_H
#define SLAWATCH_CONF_DUMP_PARTS_H

#include "base/textbuf.h"
#include "core/matrix.h"

#include <stddef.h>
#include <stdint.h>

/* A text, quoted and escaped if need be. */
void dump_text(struct textbuf *out, const char *text);

/* "NAME:" on a line of its own, indented. */
void dump_name(struct textbuf *out, int indent, const char *name);

/* "NAME: ", for a value to follow. */
void dump_key(struct textbuf *out, int indent, const char *name);

/* "key: value"; a NULL value writes nothing. */
void dump_pair(
    struct textbuf *out, int indent, const char *key, const char *value);
void dump_span(struct textbuf *out, int indent, const char *key, int64_t ms);
/* Nothing if it is unsaid. */
void dump_send(struct textbuf *out, int indent, enum send send);
void dump_int(struct textbuf *out, int indent, const char *key, int value);
/* "[ a, b ]" or "[]". */
void dump_names(struct textbuf *out, const char *const *names, size_t n);
/* "key: [ a, b ]"; an empty list writes nothing. */
void dump_list(struct textbuf *out, int indent, const char *key,
    const char *const *names, size_t n);

/* Nothing if it has none. */
void dump_limit(struct textbuf *out, int indent, const char *key,
    const struct limit *limit);
void dump_sees(struct textbuf *out, enum sees sees);

/* "{ file: PATH }" and a line end. */
struct secret_origin;
void dump_source(struct textbuf *out, const struct secret_origin *o);

/* A url, or the source of the secret that it is; nothing if there is none.  A
 * plain one that is a secret is withheld, with a word on what to do. */
void dump_url(struct textbuf *out, int indent, const char *key, const char *url,
    const struct secret_origin *o, bool may_show);

void dump_week(struct textbuf *out, const struct day_hours *week);
void dump_exceptions(
    struct textbuf *out, const struct calendar_date *dates, size_t n);
void dump_holidays(struct textbuf *out, const struct calendar_date *dates,
    size_t ndates, const char *const *files, size_t nfiles);

struct channel_origin;
void dump_channels(struct textbuf *out, const struct matrix *m,
    const struct channel_origin *origins);
/* "text:"; nothing if there is none. */
void dump_message(struct textbuf *out, const struct message_text *text);
void dump_incidents(struct textbuf *out, const struct matrix *m);
void dump_people(struct textbuf *out, const struct matrix *m);
void dump_teams(struct textbuf *out, const struct matrix *m);
struct schedule_origin;
void dump_oncall(struct textbuf *out, const struct matrix *m,
    const struct schedule_origin *origins);
void dump_roles(struct textbuf *out, const struct matrix *m,
    const struct schedule_origin *origins);
void dump_chains(struct textbuf *out, const struct matrix *m);
/* "when:" and what it asks; nothing if it asks nothing. */
void dump_when(struct textbuf *out, const struct condition *when);
void dump_valid(struct textbuf *out, const struct validity *v);
void dump_notify(struct textbuf *out, int indent, const struct step *s);
void dump_rules(struct textbuf *out, const struct matrix *m);
void dump_severity_table(struct textbuf *out, const struct matrix *m);

void dump_policies(struct textbuf *out, const struct matrix *m);
void dump_clocks(struct textbuf *out, const struct matrix *m);
void dump_comments(struct textbuf *out, const struct matrix *m);
void dump_always_human(struct textbuf *out, const struct matrix *m);

#endif
