/* forecast_json.c - see forecast_json.h.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/forecast_json.h"

#include "wire/plan_json.h"

static void write_told(const struct forecast_told *t, struct json_out *j)
{
	json_open(j, NULL, '{');
	json_text(j, "reason", notice_reason_name(t->reason));
	json_text_or_null(j, "who", t->who);
	json_text(j, "channel", t->channel);
	json_text_or_null(j, "chain", t->chain);
	json_int_or_null(j, "step", t->step >= 0, t->step + 1);
	json_wall(j, "held_until", t->held_until);
	json_close(j, '}');
}

static void write_row(const struct forecast_row *r, struct json_out *j)
{
	json_open(j, NULL, '{');
	json_wall(j, "at", r->at);
	json_text(j, "ticket", r->ticket);
	json_text_or_null(j, "severity", r->severity);
	json_text_or_null(j, "team", r->team);
	json_text(j, "kind", forecast_kind(r->kind));
	json_text(j, "what", r->what);
	json_text_or_null(j, "clock", r->clock);
	json_text_or_null(j, "chain", r->chain);
	json_int_or_null(j, "step", r->step >= 0, r->step + 1);
	json_open(j, "told", '[');
	for (size_t i = 0; i < r->ntold; i++)
		write_told(&r->told[i], j);
	json_close(j, ']');
	json_close(j, '}');
}

static void write_totals(const struct forecast *fc, struct json_out *j)
{
	const struct forecast_totals *n = &fc->totals;

	json_open(j, "totals", '{');
	json_int(j, "tickets", n->tickets);
	json_int(j, "rows", n->rows);
	json_int(j, "warnings", n->warnings);
	json_int(j, "breaches", n->breaches);
	json_int(j, "steps", n->steps);
	json_int(j, "exhausted", n->exhausted);
	json_int(j, "notices", n->notices);
	json_int(j, "cut", n->cut);
	json_close(j, '}');
}

void forecast_json(const struct forecast *fc, struct json_out *j)
{
	json_open(j, NULL, '{');
	json_wall(j, "now", fc->now);
	json_wall(j, "until", fc->until);
	json_text(j, "revision", fc->m->revision);
	json_text(j, "team", fc->team);
	json_text(j, "person", fc->person);
	write_totals(fc, j);
	hearers_json(fc->people, fc->npeople, "people", j);
	json_open(j, "rows", '[');
	for (size_t i = 0; i < fc->nrows; i++)
		write_row(fc->rows[i], j);
	json_close(j, ']');
	json_close(j, '}');
}
