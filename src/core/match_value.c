/* match_value.c - see match_value.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/match_value.h"

#include "base/decimal.h"
#include "base/textbuf.h"
#include "core/attribute.h"
#include "core/phrase.h"

#include <string.h>

/* Where a word or a number of that name stands in the ticket. */
static enum field field_of(enum condition_field f)
{
	switch ((int)f) {
	case CONDITION_SEVERITY:
		return FIELD_SEVERITY;
	case CONDITION_TIER:
		return FIELD_CUSTOMER_TIER;
	case CONDITION_CATEGORY:
	case CONDITION_SIMILAR_TICKETS:
		return FIELD_CATEGORY;
	case CONDITION_TEAM:
		return FIELD_TEAM;
	case CONDITION_CHANNEL:
		return FIELD_CHANNEL;
	case CONDITION_ASSIGNEE:
		return FIELD_ASSIGNEE;
	case CONDITION_CUSTOMER:
	case CONDITION_CUSTOMER_TICKETS:
		return FIELD_CUSTOMER_ID;
	case CONDITION_SCOPE:
		return FIELD_SCOPE;
	case CONDITION_IMPACT:
		return FIELD_IMPACT;
	case CONDITION_WORKAROUND:
		return FIELD_WORKAROUND;
	case CONDITION_VALUE:
		return FIELD_CUSTOMER_VALUE;
	case CONDITION_SENTIMENT:
		return FIELD_SENTIMENT;
	case CONDITION_AI_CONFIDENCE:
		return FIELD_AI_CONFIDENCE;
	case CONDITION_CSAT:
		return FIELD_CSAT;
	default:
		return FIELD_COUNT;
	}
}

static size_t one_word(
    struct matching *x, const char *word, const char *const **out)
{
	const char **list;

	if (word == NULL)
		return 0;
	list = arena_alloc(x->arena, sizeof *list);
	list[0] = word;
	*out = list;
	return 1;
}

size_t match_words(
    struct matching *x, const struct condition *c, const char *const **out)
{
	const struct fields *f = &x->t->fields;
	const char **list;

	*out = NULL;
	switch ((int)c->field) {
	case CONDITION_TAGS:
		*out = f->tags;
		return f->ntags;
	case CONDITION_STATUS:
		return one_word(x, status_name(f->status), out);
	case CONDITION_ATTRIBUTES:
		list =
		    arena_alloc(x->arena, ATTRIBUTE_VALUES_MAX * sizeof *list);
		*out = list;
		return attribute_values(
		    f->text[FIELD_ATTRIBUTES], c->attribute, x->arena, list);
	default:
		return one_word(x, f->text[field_of(c->field)], out);
	}
}

/* A date is its first instant, UTC. */
static bool renewal(const char *text, struct wall *out)
{
	struct textbuf tb;
	char whole[WALL_TEXT_MAX];

	if (text == NULL)
		return false;
	if (strlen(text) != strlen("2026-01-05"))
		return wall_parse(text, strlen(text), out);
	textbuf_init_fixed(&tb, whole, sizeof whole);
	textbuf_addf(&tb, "%sT00:00:00Z", text);
	return wall_parse(whole, tb.len, out);
}

/* The present status may have been told more than once. */
static struct wall status_since(const struct ticket *t)
{
	size_t i = t->nhistory;

	if (i == 0)
		return t->created;
	while (i > 1 && t->history[i - 2].status == t->fields.status)
		i--;
	return t->history[i - 1].at;
}

static struct wall or_created(const struct ticket *t, struct wall at)
{
	return wall_is_never(at) ? t->created : at;
}

bool match_anchor(
    const struct ticket *t, enum condition_field f, struct wall *out)
{
	switch ((int)f) {
	case CONDITION_RENEWAL:
		return renewal(t->fields.text[FIELD_CUSTOMER_RENEWAL], out);
	case CONDITION_IN_STATUS:
		*out = status_since(t);
		break;
	case CONDITION_NO_COMMENT:
		*out = or_created(t, t->commented_at);
		break;
	case CONDITION_NO_REPLY:
		*out = or_created(t, t->answered_at);
		break;
	case CONDITION_NO_WORD:
		*out = or_created(t, t->said_at);
		break;
	default:
		*out = t->created;
		break;
	}
	return !wall_is_never(*out);
}

static bool span(
    const struct matching *x, const struct condition *c, int64_t *out)
{
	struct wall from;

	if (!match_anchor(x->t, c->field, &from))
		return false;
	*out = c->field == CONDITION_RENEWAL ? wall_minus(from, x->at)
					     : wall_minus(x->at, from);
	return true;
}

/* The others and this one. */
static bool tally(
    const struct matching *x, const struct condition *c, int64_t *out)
{
	struct fact_question q = { .fact = FACT_CUSTOMER_TICKETS,
		.name = x->t->fields.text[field_of(c->field)],
		.role = "",
		.ticket_id = x->t->id,
		.since = wall_plus(x->at, -c->window_ms),
		.until = x->at };

	if (x->facts == NULL || q.name == NULL)
		return false;
	if (c->field == CONDITION_SIMILAR_TICKETS)
		q.fact = FACT_SIMILAR_TICKETS;
	*out = 1;
	if (x->facts->answer != NULL)
		*out += x->facts->answer(x->facts->user, &q);
	return true;
}

bool match_number(
    const struct matching *x, const struct condition *c, int64_t *out)
{
	const char *text;

	if (condition_field_type(c->field) == CONDITION_SPAN)
		return span(x, c, out);
	if (condition_field_type(c->field) == CONDITION_TALLY)
		return tally(x, c, out);
	text = x->t->fields.text[field_of(c->field)];
	return text != NULL && decimal_parse(text, strlen(text), out);
}

/* A phrase does not go on from one of the three into the next. */
static void add_folded(struct matching *x, struct textbuf *tb, const char *text)
{
	const char *folded = text == NULL ? "" : phrase_fold(text, x->arena);

	if (*folded != '\0')
		textbuf_addf(tb, "%s\n", folded);
}

static const char *folded(struct matching *x)
{
	struct textbuf tb;

	if (x->folded != NULL)
		return x->folded;
	textbuf_init(&tb);
	add_folded(x, &tb, x->t->fields.text[FIELD_SUBJECT]);
	add_folded(x, &tb, x->t->fields.text[FIELD_TEXT]);
	add_folded(x, &tb, x->t->said);
	x->folded = arena_strndup(x->arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return x->folded;
}

const char *match_phrase(struct matching *x, const struct condition *c)
{
	for (size_t i = 0; i < c->nwords; i++)
		if (phrase_found(folded(x), c->words[i]))
			return c->written != NULL ? c->written[i] : c->words[i];
	return NULL;
}
