/* incidents.c - the section `incidents`: when many similar tickets are one.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#define SECTION "incidents[]"

static void read_incident(
    struct reader *r, const struct yaml_node *map, struct incident_rule *out)
{
	const char *words[SAME_COUNT];
	const struct yaml_node *same;
	int word = -1;

	if (!read_map(r, map, SECTION))
		return;
	for (int i = 0; i < SAME_COUNT; i++)
		words[i] = same_name((enum same)i);
	if ((same = yaml_get(map, "same")) != NULL)
		word = read_word(r, same, "same", words, SAME_COUNT);
	if (word >= 0)
		out->same = (enum same)word;
	out->count = read_int(r, map, SECTION, "count", 2, INCIDENT_MEMORY_MAX);
	out->within_ms =
	    read_span_within(r, map, SECTION, "within", MINUTE_MS, DAY_MS);
	out->every_ms =
	    read_span_within(r, map, SECTION, "every", SECOND_MS, DAY_MS);
}

void incidents_read(struct reader *r)
{
	const struct yaml_node *list = read_list(r, "incidents", "same");
	struct matrix *m = r->m;

	for (size_t i = 0; list != NULL && i < list->count; i++) {
		if (m->nincidents == INCIDENT_RULES_MAX) {
			report_error(r->report, list->items[i]->at,
			    "more than %d kinds of incidents; join some",
			    INCIDENT_RULES_MAX);
			return;
		}
		read_incident(
		    r, list->items[i], &m->incidents[m->nincidents++]);
	}
}
