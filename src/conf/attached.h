/* attached.h - the files that are part of the matrix.
 *
 * A calendar may take its holidays from a file beside the matrix, an on-call
 * schedule who is on it.  Such a file is as much a part of what was decided as
 * the text: its bytes are read once, kept in conf.files, and count for the
 * revision.  This is the one place that reads them, so that a stored matrix can
 * be given its files from memory.
 *
 * Not for secrets (secret.h) and not for time zones (zones.h): neither is part
 * of the matrix.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_ATTACHED_H
#define SLAWATCH_CONF_ATTACHED_H

#include "base/errtext.h"
#include "conf/reader.h"

#define ATTACHED_MAX 100 /* files of one matrix */

/* The file of that name, beside the matrix unless absolute; NULL and why. */
const struct conf_file *attached_read(
    struct reader *r, const char *name, size_t max, struct errtext *err);

/* What the text and the files read beside it are, all together: 16 digits. */
const char *attached_revision(
    const char *text, size_t len, const struct conf *c, struct arena *arena);

#endif
