/* mail_facts.c - what a notice has to tell, as labels and texts.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/mail_parts.h"

#include "wire/plain_text.h"

#include <stdlib.h>
#include <string.h>

/* Takes the text over. */
static void add_fact(
    struct mail_facts *f, const char *label, struct textbuf *text)
{
	if (text->len > 0 && f->count < MAIL_FACTS_MAX)
		f->at[f->count++] =
		    (struct mail_fact){ label, textbuf_take(text) };
	textbuf_fini(text);
}

static void fact(struct mail_facts *f, const char *label, const char *text)
{
	struct textbuf tb;

	textbuf_init(&tb);
	plain_cut(text, MAIL_VALUE_MAX, &tb);
	add_fact(f, label, &tb);
}

/* "first reply, late by 12m, due Mon 5 Jan, 10:00 CET" */
static void clock_line(struct textbuf *tb, const struct letter *l,
    const char *name, const char *words, struct wall due)
{
	plain_cut(name, MAIL_ITEM_MAX, tb);
	if (words[0] != '\0') {
		textbuf_add(tb, tb->len > 0 ? ", " : "");
		plain_cut(words, MAIL_ITEM_MAX, tb);
	}
	if (!wall_is_never(due)) {
		textbuf_add(tb, ", due ");
		mail_when(tb, l, due);
	}
}

static void clock_facts(
    struct mail_facts *f, const struct letter *l, const struct notice_view *v)
{
	struct textbuf tb;
	bool has_others = false;

	textbuf_init(&tb);
	if (v->clock[0] != '\0')
		clock_line(&tb, l, v->clock, v->due_text, v->due);
	add_fact(f, "Clock", &tb);
	textbuf_init(&tb);
	for (size_t i = 0; i < v->nclocks && i < MAIL_CLOCKS_MAX; i++) {
		const struct view_clock *c = &v->clocks[i];

		if (strcmp(c->name, v->clock) == 0)
			continue;
		textbuf_add(&tb, has_others ? "\n" : "");
		has_others = true;
		clock_line(&tb, l, c->name, c->words, c->due);
	}
	add_fact(f, v->clock[0] != '\0' ? "Other clocks" : "Clocks", &tb);
}

static void customer_fact(struct mail_facts *f, const struct notice_view *v)
{
	struct textbuf tb;

	textbuf_init(&tb);
	plain_cut(v->customer, MAIL_VALUE_MAX, &tb);
	if (v->tier[0] != '\0') {
		textbuf_add(&tb, tb.len > 0 ? ", " : "");
		plain_cut(v->tier, MAIL_VALUE_MAX, &tb);
	}
	if (v->value[0] != '\0') {
		textbuf_add(&tb, tb.len > 0 ? ", value " : "value ");
		plain_cut(v->value, MAIL_VALUE_MAX, &tb);
	}
	add_fact(f, "Customer", &tb);
}

static void told_fact(
    struct mail_facts *f, const struct letter *l, const struct notice_view *v)
{
	size_t skip = v->ntold > MAIL_TOLD_MAX ? v->ntold - MAIL_TOLD_MAX : 0;
	struct textbuf tb;

	textbuf_init(&tb);
	if (skip > 0)
		textbuf_addf(&tb, "%zu earlier\n", skip);
	for (size_t i = skip; i < v->ntold; i++) {
		textbuf_add(&tb, i > skip ? "\n" : "");
		plain_cut(v->told[i].who, 100, &tb);
		/* A room is its own channel. */
		if (strcmp(v->told[i].who, v->told[i].channel) != 0) {
			textbuf_add(&tb, " by ");
			plain_cut(v->told[i].channel, 60, &tb);
		}
		textbuf_add(&tb, ", ");
		mail_when(&tb, l, v->told[i].at);
	}
	add_fact(f, "Told before", &tb);
}

/* Who has it, and until when it is quiet. */
static void hand_facts(
    struct mail_facts *f, const struct letter *l, const struct notice_view *v)
{
	struct textbuf tb;

	textbuf_init(&tb);
	if (v->acked_by[0] != '\0') {
		textbuf_add(&tb, "by ");
		plain_cut(v->acked_by, 100, &tb);
		if (!wall_is_never(v->acked_at)) {
			textbuf_add(&tb, ", ");
			mail_when(&tb, l, v->acked_at);
		}
	}
	add_fact(f, "Acknowledged", &tb);
	textbuf_init(&tb);
	if (!wall_is_never(v->snoozed_until)) {
		textbuf_add(&tb, "until ");
		mail_when(&tb, l, v->snoozed_until);
	}
	add_fact(f, "Snoozed", &tb);
}

void mail_facts_init(
    struct mail_facts *f, const struct letter *l, const struct notice_view *v)
{
	f->count = 0;
	clock_facts(f, l, v);
	customer_fact(f, v);
	fact(f, "Team", v->team);
	if (v->ticket[0] != '\0') /* a test is about none */
		fact(f, "Assignee",
		    v->assignee[0] != '\0' ? v->assignee : "nobody");
	hand_facts(f, l, v);
	fact(f, "Why", v->why);
	told_fact(f, l, v);
	fact(f, "Tried", v->tried);
	fact(f, "Next step", v->next_step);
	fact(f, "Missing", v->missing);
	fact(f, "May decide", v->authority);
	fact(f, "Late", v->late_text);
	if (v->repeat)
		fact(f, "Repeat", "this may have been sent before a restart");
}

void mail_facts_fini(struct mail_facts *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->at[i].text);
	f->count = 0;
}
