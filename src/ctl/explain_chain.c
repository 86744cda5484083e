/* explain_chain.c - whom the chains told, and what became of it, for people.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/telling.h"

#include "ctl/pick.h"

static void tell_step(struct telling *t, const cJSON *step)
{
	int64_t times = pick_int(step, "remind_times");
	char span[SPAN_TEXT_MAX];

	telling_start(t);
	textbuf_addf(
	    &t->head, "  step %lld    ", (long long)pick_int(step, "step"));
	span_format(pick_int(step, "after_ms"), span);
	textbuf_addf(&t->text, "after %s: ", span);
	telling_add_names(&t->text, pick(step, "notify"));
	if (cJSON_GetArraySize(pick(step, "via")) > 0)
		textbuf_add(&t->text, " via ");
	telling_add_names(&t->text, pick(step, "via"));
	telling_add_part(&t->text, "only in ", pick_text(step, "hours"));
	telling_add_part(&t->text, "until ", pick_text(step, "until"));
	if (times > 0) {
		span_format(pick_int(step, "remind_every_ms"), span);
		textbuf_addf(&t->text, "; again every %s, %lld times", span,
		    (long long)times);
	}
	telling_end(t);
}

void tell_chain(struct telling *t, const cJSON *chain)
{
	const cJSON *step;

	telling_start(t);
	textbuf_addf(&t->text, "chain %s, run %lld: %s, step %lld of %d",
	    pick_text(chain, "chain"), (long long)pick_int(chain, "run"),
	    pick_text(chain, "state"), (long long)pick_int(chain, "step"),
	    cJSON_GetArraySize(pick(chain, "steps")));
	if (pick_int(chain, "round") > 0)
		textbuf_addf(&t->text, ", round %lld",
		    (long long)pick_int(chain, "round") + 1);
	telling_title(t, t->text.data);
	telling_start(t);
	textbuf_addf(&t->text, "started by %s", pick_text(chain, "cause"));
	if (pick_text(chain, "clock")[0] != '\0')
		textbuf_addf(&t->text, " of %s #%lld",
		    pick_text(chain, "clock"),
		    (long long)pick_int(chain, "cycle"));
	telling_add_part(
	    &t->text, "acknowledged by ", pick_text(chain, "acked_by"));
	telling_say(t, t->text.data);
	telling_instant(t, chain, "  next      ", "next");
	cJSON_ArrayForEach(step, pick(chain, "steps")) tell_step(t, step);
	telling_history(t, chain);
}

void tell_notice(struct telling *t, const cJSON *notice)
{
	bool pending = telling_is_state(notice, "pending");
	struct wall held = pick_wall(notice, "held_until");
	struct wall over = pick_wall(notice, "over_at");
	struct wall free_at = pick_wall(notice, "free_at");

	telling_start(t);
	textbuf_add(&t->head, "  ");
	telling_add_when(&t->head, pick_wall(notice, "at"));
	textbuf_add(&t->head, "  ");
	textbuf_addf(&t->text, "%s", pick_text(notice, "reason"));
	telling_add_reader(&t->text, notice);
	textbuf_addf(&t->text, ": %s",
	    telling_is_state(notice, "done") ? "sent"
					     : pick_text(notice, "state"));
	if (!wall_is_never(over)) {
		textbuf_addc(&t->text, ' ');
		telling_add_when(&t->text, over);
	}
	telling_add_part_when(&t->text, "held until ", held);
	if (pending && wall_is_never(held) && wall_before(t->now, free_at))
		telling_add_part_when(&t->text, "again ", free_at);
	telling_add_part(&t->text, "", pick_text(notice, "why"));
	telling_end(t);
}
