/* handoff.c - see handoff.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/handoff.h"

#include "base/textbuf.h"
#include "core/drill.h"
#include "core/notices.h"

static bool has(const struct ticket *t, enum field f)
{
	const char *text = t->fields.text[f];

	if (f == FIELD_STATUS)
		return true;
	if (f == FIELD_TAGS)
		return t->fields.ntags > 0;
	return text != NULL && *text != '\0';
}

const char *handoff_missing(
    const struct ticket *t, uint32_t wanted, struct arena *arena)
{
	struct textbuf tb;
	const char *text;

	textbuf_init(&tb);
	for (int i = 0; i < FIELD_COUNT; i++) {
		if ((wanted & FIELD_BIT(i)) == 0 || has(t, (enum field)i))
			continue;
		textbuf_addf(&tb, "%s%s", tb.len > 0 ? ", " : "",
		    field_name((enum field)i));
	}
	text = arena_strndup(arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

void handoff_ask(struct turn *u, const struct chain *c,
    const struct chain_run *r, struct wall at)
{
	const struct fields *f = &u->t->fields;
	int owner = matrix_person(u->m, f->text[FIELD_ASSIGNEE]);
	struct occasion o = { .reason = NOTICE_HANDOFF,
		.run = r,
		.step = -1,
		.detail = handoff_missing(u->t, c->handoff, u->t->arena),
		.at = at };
	struct change *ch;

	if (*o.detail == '\0' || ticket_is_drill(u->t))
		return;
	ch = turn_change(u, CHANGE_HANDOFF_INCOMPLETE, at);
	ch->chain = r->chain;
	ch->run = r->seq;
	ch->clock = r->clock;
	ch->cycle = r->cycle;
	ch->detail = o.detail;
	notices_own(u, &o, owner, owner < 0 ? "team" : "assignee",
	    matrix_team(u->m, f->text[FIELD_TEAM]));
}
