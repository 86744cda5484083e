/* people_json.h - who there is, and who can be told just now.
 *
 * A person:
 *	{"person":"dana","name":"Dana Ruiz","slack":...,"email":...,
 *	 "zone":"Europe/Berlin","hours":"office","on_duty":true,
 *	 "quiet":{"hours":"nights","unless":["P1"],"now":false},
 *	 "away":{a change of duty_json.h},"covered_by":"eli","covers":["omar"],
 *	 "absences":[changes],"teams":["frontline"],"leads":["frontline"],
 *	 "roles":["primary"],"oncall":["support"],
 *	 "channels":{"P1":["pager"],...,"any":["mail"]},
 *	 "sees":"own","limit":{"count":10,"per_s":900}}
 * on_duty: their hours are open, they are not away and in no quiet hours.
 * away: the absence that holds now, absences: it and those to come; covered_by:
 * who stands in at the end of the line; covers: for whom they do.  roles: what
 * would find them now, be they away or not.  zone is theirs, else that of their
 * hours, else UTC.  channels: by severity, "any" for tickets without; null:
 * none of their own.  sees: null where the role says it; limit: theirs, else
 * the matrix's, null: any number.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_PEOPLE_JSON_H
#define SLAWATCH_WIRE_PEOPLE_JSON_H

#include "core/duty.h"
#include "core/matrix.h"
#include "wire/json_out.h"

/* The zone in which that person's times are meant. */
const char *person_zone(const struct matrix *m, int person);

/* One of them, with `now` beside the members above. */
void person_json(const struct matrix *m, const struct duty *d, int person,
    struct wall now, struct json_out *out);

/* {"now":...,"people":[...]} */
void people_json(const struct matrix *m, const struct duty *d, struct wall now,
    struct json_out *out);

/* How many of them are away. */
size_t people_away(
    const struct matrix *m, const struct duty *d, struct wall now);

#endif
