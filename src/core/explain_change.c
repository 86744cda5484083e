/* explain_change.c - what has changed, in words.
 *
 * SPDX-License-Identifier: MIT */
#include "core/explain_parts.h"

#include <string.h>

static const char *warning_words(struct explaining *x, const struct change *ch)
{
	size_t n = strlen(ch->detail);
	bool share = n > 0 && ch->detail[n - 1] == '%';

	return turn_text(&x->u,
	    share ? "warning: %s of %s is used"
		  : "warning: %s before %s is due",
	    ch->detail, ch->clock);
}

static const char *chain_words(struct explaining *x, const struct change *ch)
{
	switch ((int)ch->kind) {
	case CHANGE_CHAIN_STARTED:
		return turn_text(&x->u, "chain %s starts", ch->chain);
	case CHANGE_CHAIN_STEP:
		return turn_text(
		    &x->u, "step %d of %s", ch->step + 1, ch->chain);
	case CHANGE_CHAIN_STEP_SKIPPED:
		return turn_text(&x->u, "step %d of %s is skipped: %s",
		    ch->step + 1, ch->chain, ch->detail);
	case CHANGE_CHAIN_REMINDED:
		return turn_text(&x->u, "step %d of %s again: a reminder",
		    ch->step + 1, ch->chain);
	case CHANGE_CHAIN_REPEATED:
		return turn_text(&x->u, "%s begins anew", ch->chain);
	case CHANGE_CHAIN_REOPENED:
		return turn_text(
		    &x->u, "%s walks again: %s", ch->chain, ch->detail);
	case CHANGE_CHAIN_EXHAUSTED:
		return turn_text(
		    &x->u, "%s is exhausted: %s", ch->chain, ch->detail);
	case CHANGE_CHAIN_ESCALATED:
		return turn_text(
		    &x->u, "%s goes on at once: %s", ch->chain, ch->detail);
	case CHANGE_CHAIN_ENDED:
		return turn_text(&x->u, "%s ends: %s", ch->chain, ch->detail);
	default:
		return turn_text(&x->u, "%s: %s", ch->chain, ch->detail);
	}
}

/* What rules do, and people because of them. */
static const char *other_words(struct explaining *x, const struct change *ch)
{
	switch ((int)ch->kind) {
	case CHANGE_POLICY:
		return turn_text(&x->u, "policy %s counts", ch->detail);
	case CHANGE_NO_POLICY:
		return "no policy matches any more";
	case CHANGE_RULE_FIRED:
		return turn_text(&x->u, "rule %s", ch->detail);
	case CHANGE_SEVERITY:
		return turn_text(
		    &x->u, "severity %s by %s", ch->detail, ch->who);
	case CHANGE_SEVERITY_CONFIRMED:
		return turn_text(&x->u, "severity confirmed by %s", ch->who);
	case CHANGE_TEAM:
		return turn_text(&x->u, "team %s by %s", ch->detail, ch->who);
	case CHANGE_TAGGED:
		return turn_text(&x->u, "tagged %s by %s", ch->detail, ch->who);
	case CHANGE_HUMAN_REQUIRED:
		return turn_text(&x->u, "a human is required by %s", ch->who);
	case CHANGE_HANDOFF_INCOMPLETE:
		return turn_text(&x->u, "the handoff lacks %s", ch->detail);
	case CHANGE_PERSON_SKIPPED:
		return turn_text(
		    &x->u, "%s is passed over: %s", ch->who, ch->detail);
	case CHANGE_ASSIGNMENT_SUGGESTED:
		return turn_text(&x->u, "suggested to %s", ch->who);
	case CHANGE_ASSIGNMENT_UNCLAIMED:
		return turn_text(
		    &x->u, "unclaimed: goes to the fallback %s", ch->who);
	case CHANGE_ASSIGNMENT_OVER:
		return turn_text(
		    &x->u, "the suggestion is over: %s", ch->detail);
	case CHANGE_MATRIX_LOST:
		return turn_text(&x->u, "its matrix %s", ch->detail);
	default:
		return NULL;
	}
}

const char *explain_change(struct explaining *x, const struct change *ch)
{
	const char *words = other_words(x, ch);

	if (words != NULL)
		return words;
	if (ch->kind == CHANGE_CLOCK_WARNED)
		return warning_words(x, ch);
	if (ch->kind == CHANGE_CLOCK_BREACHED)
		return turn_text(&x->u, "%s breaches", ch->clock);
	if (ch->kind == CHANGE_CLOCK_RESUMED)
		return turn_text(
		    &x->u, "%s runs on: %s", ch->clock, ch->detail);
	if (*ch->chain != '\0' && ch->notice < 0)
		return chain_words(x, ch);
	if (ch->kind == CHANGE_NOTICE_WITHDRAWN)
		return turn_text(&x->u, "the %s to %s is withdrawn: %s",
		    notice_reason_name(ch->reason),
		    *ch->who == '\0' ? ch->channel : ch->who, ch->detail);
	if (ch->kind == CHANGE_NOTICE_DROPPED)
		return turn_text(&x->u, "the %s to %s is dropped %s",
		    notice_reason_name(ch->reason),
		    *ch->who == '\0' ? ch->channel : ch->who, ch->detail);
	return turn_text(&x->u, "%s%s%s", change_kind_name(ch->kind),
	    *ch->detail == '\0' ? "" : ": ", ch->detail);
}
