/* plan_json.c - see plan_json.h.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/plan_json.h"

#include <string.h>

static void write_heard(const struct heard *h, struct json_out *j)
{
	json_open(j, NULL, '{');
	json_text(j, "channel", h->channel);
	json_text(j, "reason", notice_reason_name(h->reason));
	json_text_or_null(j, "chain", h->chain);
	json_int_or_null(j, "step", h->step >= 0, h->step + 1);
	json_int(j, "count", h->count);
	json_close(j, '}');
}

void hearers_json(const struct hearer *people, size_t count, const char *name,
    struct json_out *j)
{
	json_open(j, name, '[');
	for (size_t i = 0; i < count; i++) {
		const struct hearer *h = &people[i];

		json_open(j, NULL, '{');
		json_text_or_null(j, "who", h->who);
		json_text_or_null(j, "channel", h->channel);
		json_int(j, "count", h->count);
		json_wall(j, "first", h->first);
		json_open(j, "notices", '[');
		for (size_t k = 0; k < h->nitems; k++)
			write_heard(&h->items[k], j);
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* --- the plan ------------------------------------------------------------- */

static void write_clocks(const struct plan_totals *n, struct json_out *j)
{
	json_open(j, "clocks", '{');
	json_int(j, "moved", n->moved);
	json_int(j, "earlier", n->earlier);
	json_seconds(j, "earlier_max_s", n->earlier_max_ms);
	json_int(j, "later", n->later);
	json_seconds(j, "later_max_s", n->later_max_ms);
	json_int(j, "retargeted", n->retargeted);
	json_int(j, "started", n->started);
	json_int(j, "cancelled", n->cancelled);
	json_int(j, "paused", n->paused);
	json_int(j, "resumed", n->resumed);
	json_int(j, "warned", n->warnings);
	json_int(j, "breached", n->breaches);
	json_int(j, "unbreached", n->unbreached);
	json_close(j, '}');
}

static void write_notices(const struct plan_totals *n, struct json_out *j)
{
	json_open(j, "notices", '{');
	json_int(j, "now", n->notices);
	json_int(j, "held", n->held);
	json_int(j, "withdrawn", n->withdrawn);
	json_close(j, '}');
}

static void write_policies(const struct plan *p, struct json_out *j)
{
	json_open(j, "policies", '{');
	json_int(j, "changed", p->totals.policies);
	json_int(j, "lost", p->totals.unwatched);
	json_open(j, "list", '[');
	for (size_t i = 0; i < p->policies.count; i++) {
		const struct plan_change *c = &p->policies.items[i];

		json_open(j, NULL, '{');
		json_text_or_null(j, "from", c->from);
		json_text_or_null(j, "to", c->to);
		json_int(j, "tickets", c->count);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void write_severities(const struct plan *p, struct json_out *j)
{
	json_open(j, "severities_gone", '[');
	for (size_t i = 0; i < p->severities.count; i++) {
		json_open(j, NULL, '{');
		json_text(j, "severity", p->severities.items[i].from);
		json_int(j, "tickets", p->severities.items[i].count);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void write_list(
    const struct plan_clocks *list, const char *name, struct json_out *j)
{
	json_open(j, name, '[');
	for (size_t i = 0; i < list->count; i++) {
		const struct plan_clock *c = list->items[i];

		json_open(j, NULL, '{');
		json_text(j, "ticket", c->ticket);
		json_text_or_null(j, "severity", c->severity);
		json_text(j, "clock", c->clock);
		json_int(j, "cycle", c->cycle);
		json_text_or_null(j, "policy", c->policy);
		json_wall(j, "was", c->was);
		json_wall(j, "due", c->due);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void write_guard(const struct plan *p, struct json_out *j)
{
	struct errtext why;
	bool refused = plan_refused(p, &why);

	json_open(j, "guard", '{');
	json_int(j, "breaches", p->from->guard.breaches);
	json_int(j, "notices", p->from->guard.notices);
	json_bool(j, "refuses", refused);
	json_text_or_null(j, "why", why.text);
	json_close(j, '}');
}

void plan_json(const struct plan *p, const char *name, const char *file,
    struct json_out *j)
{
	const struct plan_totals *n = &p->totals;

	json_open(j, name, '{');
	json_wall(j, "at", p->now);
	json_text(j, "file", file);
	json_text(j, "in_force", p->from->revision);
	json_text(j, "revision", p->to->revision);
	json_bool(j, "same", strcmp(p->from->revision, p->to->revision) == 0);
	json_text(j, "applies", applies_name(p->to->applies));
	json_int(j, "tickets", n->tickets);
	json_int(j, "touched", n->touched);
	write_clocks(n, j);
	json_int(j, "chains", n->chains);
	json_int(j, "rules", n->rules);
	write_notices(n, j);
	write_policies(p, j);
	write_severities(p, j);
	write_guard(p, j);
	write_list(&p->breaches, "breaches", j);
	write_list(&p->moves, "moves", j);
	hearers_json(p->people, p->npeople, "people", j);
	json_close(j, '}');
}
