/* limits.c - see limits.h.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/limits.h"

#define COUNT_MAX 10000 /* nobody reads as many */

void limit_read(struct reader *r, const struct yaml_node *map,
    const char *section, struct limit *out)
{
	if (!read_map(r, map, section))
		return;
	if (yaml_get(map, "count") != NULL)
		out->count = read_int(r, map, section, "count", 1, COUNT_MAX);
	out->per_ms =
	    read_span_within(r, map, section, "per", MINUTE_MS, DAY_MS);
}

enum sees sees_read(struct reader *r, const struct yaml_node *map)
{
	const struct yaml_node *node = yaml_get(map, "sees");
	const char *words[] = { sees_name(SEES_ALL), sees_name(SEES_OWN) };
	enum sees sees = SEES_UNSAID;
	int i = node == NULL ? -1 : read_word(r, node, "sees", words, 2);

	if (i >= 0)
		sees_parse(words[i], &sees);
	return sees;
}
