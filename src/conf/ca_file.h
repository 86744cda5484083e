/* ca_file.h - which certificates are trusted instead of the system's?
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_CA_FILE_H
#define SLAWATCH_CONF_CA_FILE_H

#include "conf/reader.h"

/* The path that `ca_file` names in that map, beside the matrix; NULL: the
 * system's hold.  A file that cannot be read is reported. */
const char *ca_file_read(
    struct reader *r, const struct yaml_node *map, const char *section);

#endif
