/* messages.h - templates: words of the user's own for what is told.
 *
 * A template may have several lines.  It is checked when it is read, against
 * the fields that there are and with samples as long as they get, so that a
 * message never fails for its words.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_MESSAGES_H
#define SLAWATCH_CONF_MESSAGES_H

#include "conf/reader.h"

/* The template of that key, kept in the matrix; NULL if there is none or it is
 * wrong, which is reported. */
const char *template_read(
    struct reader *r, const struct yaml_node *map, const char *name);

/* Of a whole request: JSON whatever the fields hold. */
const char *request_template_read(
    struct reader *r, const struct yaml_node *map, const char *name);

/* `text: { title, body }` of a map, for channels of these kinds (bit per enum
 * channel_type).  section: "chains.NAME.text". */
void message_text_read(struct reader *r, const struct yaml_node *map,
    const char *section, unsigned kinds, struct message_text *out);

#endif
