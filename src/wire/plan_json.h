/* plan_json.h - what a reload would do, as an object.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_PLAN_JSON_H
#define SLAWATCH_WIRE_PLAN_JSON_H

#include "core/plan.h"
#include "wire/json_out.h"

/* After plan_finish(); `file` is where the new one was read.  Unnamed at the
 * top or in an array. */
void plan_json(const struct plan *p, const char *name, const char *file,
    struct json_out *j);

/* [{"who", "channel", "count", "first", "notices": [...]}], what plans and
 * forecasts say of who hears what. */
void hearers_json(const struct hearer *people, size_t count, const char *name,
    struct json_out *j);

#endif
