/* secret.h - a value that must not stand in the file.
 *
 *	password: { file: smtp.password }
 *	password: { credential: smtp }
 *
 * The content is read once, trailing line ends are cut.  Neither messages nor
 * dumps ever show it: what is reported is where it should have come from, and
 * whatever stands in its place in the file is masked.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_SECRET_H
#define SLAWATCH_CONF_SECRET_H

#include "conf/reader.h"

#define SECRET_MAX_BYTES 8192

/* The secret in the arena, or NULL and a report; "" if it could not be read
 * and that is no error now (conf_options.no_secrets).  `what` is for messages:
 * "password".  `plain` allows a text in the file. */
const char *secret_read(struct reader *r, const struct yaml_node *node,
    const char *what, bool plain, struct arena *arena,
    struct secret_origin *origin);

#endif
