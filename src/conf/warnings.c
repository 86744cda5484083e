/* warnings.c - `warn`: when to warn before a target is missed.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/policy_parts.h"

#include <string.h>

/* "80%", "12.5%", "99.75%" to hundredths of a percent; 0 if it is none. */
static int64_t parse_share(const char *text, size_t len)
{
	int64_t value = 0;
	int decimals = -1;

	if (len < 2 || text[0] == '.' || text[len - 2] == '.')
		return 0;
	for (size_t i = 0; i + 1 < len; i++) {
		if (text[i] == '.' && decimals < 0) {
			decimals = 0;
			continue;
		}
		if (text[i] < '0' || text[i] > '9' || value > 10000 ||
		    decimals == 2)
			return 0;
		value = value * 10 + (text[i] - '0');
		decimals += decimals >= 0;
	}
	for (int d = decimals < 0 ? 0 : decimals; d < 2; d++)
		value *= 10;
	return value < 10000 ? value : 0;
}

static bool parse_warning(const char *text, struct warning *w)
{
	size_t len = strlen(text);

	w->is_share = len > 0 && text[len - 1] == '%';
	if (w->is_share) {
		w->value = parse_share(text, len);
		return w->value > 0;
	}
	return span_parse(text, len, &w->value) && w->value > 0;
}

static void add_warning(struct reader *r, const struct yaml_node *node,
    struct warning *out, size_t *count)
{
	struct warning w = { 0 };

	if (!parse_warning(node->text, &w)) {
		report_error(r->report, node->at,
		    "\"%s\" is no warning; write a share above 0%% and below "
		    "100%% (80%%) or a duration before the due (15m)",
		    node->text);
		return;
	}
	for (size_t i = 0; i < *count; i++)
		if (out[i].is_share == w.is_share && out[i].value == w.value) {
			report_error(r->report, node->at,
			    "warns twice at %s; remove one", node->text);
			return;
		}
	if (*count == WARNINGS_MAX) {
		report_error(r->report, node->at,
		    "more than %d warnings; keep the useful ones",
		    WARNINGS_MAX);
		return;
	}
	w.text = keep(r, node->text);
	out[(*count)++] = w;
}

void warnings_read(struct reader *r, const struct yaml_node *node,
    struct warning *out, size_t *count)
{
	struct texts list;

	if (node->kind == YAML_LIST && node->count == 0)
		return;
	read_texts(r, node, "warn", &list);
	for (size_t i = 0; i < list.count; i++)
		add_warning(r, list.items[i], out, count);
}
