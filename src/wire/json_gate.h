/* json_gate.h - is this text strict JSON, before anybody reads it?
 *
 * cJSON accepts invalid UTF-8, raw newlines, duplicate keys, 01, a BOM and
 * 1e999, and cuts strings at an escaped NUL.  So the text passes here first:
 * RFC 8259 grammar, UTF-8, depth, duplicate keys of an object (after escapes
 * are resolved), no NUL and no lone surrogate in strings, numbers below 1e308.
 * Only then cJSON builds the tree; use its CaseSensitive getters.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_JSON_GATE_H
#define SLAWATCH_WIRE_JSON_GATE_H

#include "base/errtext.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#define JSON_DEPTH_MAX	16
#define JSON_NUMBER_MAX 63 /* characters: cJSON cuts a longer one */

/* False with "line 1 column 17: duplicate key \"id\"". */
bool json_gate(const char *text, size_t len, struct errtext *err);

/* Gate and tree in one; NULL with the reason.  cJSON_Delete() it. */
cJSON *json_gate_parse(const char *text, size_t len, struct errtext *err);

/* Splits a body of events into items: one object, an array of objects, or
 * NDJSON (one object a line, blank lines skipped).  Calls each with the item's
 * slice in order; an empty body has none.  False, with a reason, only if the
 * framing itself is broken (an array that is not well-formed): then nothing was
 * called.  A line or an element that is not JSON is the item's own error and
 * is passed on. */
bool json_items(const char *text, size_t len,
    void (*each)(void *user, size_t index, const char *item, size_t item_len),
    void *user, struct errtext *err);

#endif
