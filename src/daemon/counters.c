/* counters.c - the table of counters as Prometheus reads it.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/counters.h"

#include <string.h>

const struct counter_info counter_table[] = {
#define COUNTERS_ROW(name, type, metric, help)                                 \
	{ type, metric, help, offsetof(struct counters, name) },
	COUNTERS(COUNTERS_ROW)
#undef COUNTERS_ROW
};

const size_t counter_table_count =
    sizeof counter_table / sizeof counter_table[0];

static bool is_ms(enum counter_type type)
{
	return type == COUNTER_MS || type == GAUGE_MS;
}

static bool is_gauge(enum counter_type type)
{
	return type == GAUGE || type == GAUGE_MS;
}

static void add_value(struct textbuf *out, enum counter_type type, uint64_t v)
{
	unsigned rest;

	if (!is_ms(type)) {
		textbuf_addf(out, "%llu\n", (unsigned long long)v);
		return;
	}
	rest = (unsigned)(v % 1000);
	textbuf_addf(out, "%llu.%u%u%u\n", (unsigned long long)(v / 1000),
	    rest / 100, rest / 10 % 10, rest % 10);
}

void counters_text(const struct counters *c, struct textbuf *out)
{
	for (size_t i = 0; i < counter_table_count; i++) {
		const struct counter_info *info = &counter_table[i];
		uint64_t v;

		memcpy(&v, (const char *)c + info->offset, sizeof v);
		textbuf_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s ",
		    info->metric, info->help, info->metric,
		    is_gauge(info->type) ? "gauge" : "counter", info->metric);
		add_value(out, info->type, v);
	}
}
