/* template_apply.c - whose words a notice has, put into its view.
 *
 * SPDX-License-Identifier: MIT */
#include "core/template.h"

#include <string.h>

static struct message_text channel_text(
    const struct matrix *m, const struct notice *n)
{
	int index = matrix_channel(m, n->channel);
	struct message_text text = { NULL, NULL };
	const struct channel *base;

	if (index < 0)
		return text;
	text = m->channels[index].text;
	if (m->channels[index].way == WAY_ROOM)
		return text;
	base = &m->channels[m->channels[index].base];
	if (text.title == NULL)
		text.title = base->text.title;
	if (text.body == NULL)
		text.body = base->text.body;
	return text;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without blanks around it; NULL if nothing remains. */
static const char *made(const char *template, const struct notice_view *v,
    bool one_line, struct arena *arena)
{
	struct textbuf tb;
	const char *from;
	size_t len;
	char *text;

	if (template == NULL)
		return NULL;
	textbuf_init(&tb);
	template_render(template, v, ESCAPE_NONE, &tb);
	from = tb.data;
	len = tb.len;
	for (; len > 0 && is_space(*from); len--)
		from++;
	while (len > 0 && is_space(from[len - 1]))
		len--;
	text = len > 0 ? arena_strndup(arena, from, len) : NULL;
	for (size_t i = 0; one_line && i < len; i++)
		text[i] = is_space(text[i]) ? ' ' : text[i];
	textbuf_fini(&tb);
	return text;
}

static bool takes_words(enum notice_reason reason)
{
	return reason == NOTICE_BREACH || reason == NOTICE_WARNING ||
	       reason == NOTICE_CHAIN || reason == NOTICE_REMINDER ||
	       reason == NOTICE_RULE;
}

void template_apply(const struct matrix *m, const struct notice *n,
    struct arena *arena, struct notice_view *v)
{
	struct message_text text = channel_text(m, n);
	int chain = matrix_chain(m, n->chain);

	if (!takes_words(n->reason))
		return;
	if (chain >= 0 && m->chains[chain].text.title != NULL)
		text.title = m->chains[chain].text.title;
	if (chain >= 0 && m->chains[chain].text.body != NULL)
		text.body = m->chains[chain].text.body;
	v->title = made(text.title, v, true, arena);
	v->body = made(text.body, v, false, arena);
}
