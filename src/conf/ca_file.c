/* ca_file.c - see ca_file.h.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/ca_file.h"

#include "conf/files.h"

#define CA_BYTES_MAX (16 * 1024 * 1024)

const char *ca_file_read(
    struct reader *r, const struct yaml_node *map, const char *section)
{
	const char *name = read_text(r, map, section, "ca_file");
	struct arena scratch = ARENA_INIT;
	struct errtext err;
	const char *path;
	size_t len;

	if (name == NULL)
		return NULL;
	path = keep(r, beside(r, name));
	/* A check on another machine has neither secrets nor certificates. */
	if (!r->options->no_secrets &&
	    file_read(path, CA_BYTES_MAX, &scratch, &len, &err) == NULL)
		report_error(r->report, yaml_get(map, "ca_file")->at,
		    "the certificates in %s cannot be read: %s; correct the "
		    "path or let the daemon's user read it",
		    path, err.text);
	arena_fini(&scratch);
	return path;
}
