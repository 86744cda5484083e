/* explain_rules.c - which rules hold, and what was changed, for people.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/telling.h"

#include "ctl/pick.h"
#include "ctl/width.h"
#include "ctl/wrap.h"

static const char *rule_words(const cJSON *rule)
{
	if (!pick_true(rule, "valid"))
		return "not valid";
	return pick_true(rule, "holds") ? "holds" : "no";
}

void tell_rules(struct telling *t)
{
	const cJSON *list = pick(t->tree, "rules");
	const cJSON *rule;
	size_t width = 0;

	if (cJSON_GetArraySize(list) == 0)
		return;
	telling_title(t, "rules, each fires when it becomes true");
	cJSON_ArrayForEach(rule, list)
	{
		size_t w = text_width(pick_text(rule, "rule"));

		width = w > width ? w : width;
	}
	cJSON_ArrayForEach(rule, list)
	{
		telling_start(t);
		textbuf_add(&t->head, "  ");
		wrap_pad(&t->head, pick_text(rule, "rule"), width + 2);
		wrap_pad(&t->head, rule_words(rule), 11);
		textbuf_add(&t->text, pick_text(rule, "why"));
		telling_add_part_when(
		    &t->text, "fired ", pick_wall(rule, "fired_at"));
		telling_end(t);
	}
}

static void tell_assignment(struct telling *t)
{
	const cJSON *assignment = pick(t->tree, "assignment");
	const char *to = pick_text(assignment, "suggested_to");

	if (to[0] == '\0' &&
	    cJSON_GetArraySize(pick(assignment, "history")) == 0)
		return;
	telling_title(t, "assignment");
	telling_start(t);
	if (to[0] != '\0') {
		telling_add_part(&t->text, "suggested to ", to);
		telling_add_part_when(
		    &t->text, "since ", pick_wall(assignment, "since"));
		telling_add_part_when(&t->text, "looked at again ",
		    pick_wall(assignment, "next"));
		telling_say(t, t->text.data);
	}
	telling_history(t, assignment);
}

void tell_changes(struct telling *t)
{
	const cJSON *severity = pick(t->tree, "severity_said");
	const cJSON *changes = pick(t->tree, "changes");

	if (cJSON_GetArraySize(pick(severity, "history")) > 0) {
		telling_title(t, "severity");
		telling_history(t, severity);
	}
	if (cJSON_GetArraySize(changes) > 0) {
		telling_title(t, "changed by rules and people");
		telling_rows(t, changes);
	}
	tell_assignment(t);
}
