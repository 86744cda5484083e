/* forecast_json.h - what comes if nobody does anything, as an object.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_FORECAST_JSON_H
#define SLAWATCH_WIRE_FORECAST_JSON_H

#include "core/forecast.h"
#include "wire/json_out.h"

/* After forecast_finish(). */
void forecast_json(const struct forecast *fc, struct json_out *j);

#endif
