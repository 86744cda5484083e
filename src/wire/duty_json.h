/* duty_json.h - what was said of people's presence, as the API tells it.
 *
 * A change:
 *	{"number":17,"kind":"away","person":"dana","cover":"eli",
 *	 "from":...,"until":...,"by":"mara","why":null,"at":...}
 *	{"number":18,"kind":"override","schedule":"support","person":"eli",
 *	 "instead_of":"dana",...}
 * until is null where it holds until further notice.  A feed's copies are not
 * told here: nobody has said them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_DUTY_JSON_H
#define SLAWATCH_WIRE_DUTY_JSON_H

#include "core/duty.h"
#include "wire/json_out.h"

void duty_change_json(
    const struct duty_change *c, const char *name, struct json_out *out);

/* Those that are not over by then, oldest first, as a list of that name. */
void duty_json(const struct duty *d, struct wall now, const char *name,
    struct json_out *out);

#endif
