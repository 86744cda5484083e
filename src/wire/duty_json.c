/* duty_json.c - absences and changes of on-call, member by member.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/duty_json.h"

void duty_change_json(
    const struct duty_change *c, const char *name, struct json_out *out)
{
	json_open(out, name, '{');
	json_int(out, "number", c->number);
	json_text(out, "kind", duty_kind_name(c->kind));
	if (c->kind == DUTY_DROP)
		json_int(out, "target", c->target);
	else if (c->kind == DUTY_AWAY || c->kind == DUTY_BACK)
		json_text(out, "person", c->person);
	if (c->kind == DUTY_AWAY)
		json_text_or_null(out, "cover", c->other);
	if (c->kind == DUTY_OVERRIDE || c->kind == DUTY_ADD ||
	    c->kind == DUTY_REMOVE) {
		json_text(out, "schedule", c->schedule);
		json_text(out, "person", c->person);
		json_text_or_null(out, "instead_of", c->other);
	}
	json_wall(out, "from", c->from);
	json_wall(out, "until", c->until);
	json_text_or_null(out, "by", c->by);
	json_text_or_null(out, "why", c->why);
	json_wall(out, "at", c->at);
	json_close(out, '}');
}

void duty_json(const struct duty *d, struct wall now, const char *name,
    struct json_out *out)
{
	json_open(out, name, '[');
	for (size_t i = 0; i < d->count; i++) {
		const struct duty_change *c = &d->items[i];

		if (c->kind != DUTY_FEED && wall_before(now, c->until))
			duty_change_json(c, NULL, out);
	}
	json_close(out, ']');
}
