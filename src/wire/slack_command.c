/* slack_command.c - a line of words, taken apart.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/slack_command.h"

#include "base/check.h"
#include "base/instant.h"
#include "base/nearest.h"
#include "base/textbuf.h"

#include <string.h>

#define SHOWN_MAX 60 /* bytes of what is quoted */

struct line {
	const char *rest; /* what has not been taken */
	struct arena *arena;
	struct slack_command *out;
	struct errtext *err;
};

static bool read_nothing(struct line *l);
static bool read_name(struct line *l);
static bool read_ticket(struct line *l);
static bool read_act(struct line *l);
static bool read_snooze(struct line *l);
static bool read_away(struct line *l);

static const struct verb {
	const char *name;
	bool (*read)(struct line *l);
	const char *usage;
	const char *meaning;
} verbs[VERB_COUNT] = {
	[VERB_HELP] = { "help", read_nothing, "help", "this list" },
	[VERB_MINE] = { "mine", read_nothing, "mine", "tickets that you own" },
	[VERB_TEAM] = { "team", read_name, "team [NAME]",
	    "tickets of your teams, or of that one" },
	[VERB_TICKET] = { "ticket", read_ticket, "ticket ID",
	    "how a ticket stands" },
	[VERB_ACK] = { "ack", read_act, "ack ID [words]",
	    "you have seen it and see to it" },
	[VERB_CLAIM] = { "claim", read_act, "claim ID [words]",
	    "the same, and the ticket is yours" },
	[VERB_SNOOZE] = { "snooze", read_snooze, "snooze ID 1h|until mon 09:00",
	    "quiet until then" },
	[VERB_ESCALATE] = { "escalate", read_act, "escalate ID [words]",
	    "the next level is told now" },
	[VERB_ONCALL] = { "oncall", read_name, "oncall [NAME]",
	    "who is on call, and until when" },
	[VERB_AWAY] = { "away", read_away, "away until WHEN|2h [cover PERSON]",
	    "you are told nothing until then; `until further notice` too" },
	[VERB_BACK] = { "back", read_nothing, "back", "you are here again" },
};

const char *slack_verb_usage(enum slack_verb v)
{
	CHECK((unsigned)v < VERB_COUNT);
	return verbs[v].usage;
}

const char *slack_verb_meaning(enum slack_verb v)
{
	CHECK((unsigned)v < VERB_COUNT);
	return verbs[v].meaning;
}

/* --- words ---------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

static size_t word_len(const char *s)
{
	size_t len = 0;

	while (s[len] != '\0' && !is_blank(s[len]))
		len++;
	return len;
}

/* The next word, in the arena; "" at the end. */
static const char *take(struct line *l)
{
	const char *word;
	size_t len;

	l->rest = skip_blanks(l->rest);
	len = word_len(l->rest);
	word = arena_strndup(l->arena, l->rest, len);
	l->rest += len;
	return word;
}

/* All that is left, without blanks around it. */
static const char *take_rest(struct line *l)
{
	const char *from = skip_blanks(l->rest);
	size_t len = strlen(from);

	while (len > 0 && is_blank(from[len - 1]))
		len--;
	l->rest = from + strlen(from);
	return arena_strndup(l->arena, from, len);
}

static bool same(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++) {
		char c = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a;

		if (c != *b)
			return false;
	}
	return *a == *b;
}

static bool refuse_usage(struct line *l, const char *why)
{
	errtext_set(l->err, "%s; write %s %s", why, l->out->name,
	    verbs[l->out->verb].usage);
	return false;
}

static bool nothing_more(struct line *l)
{
	const char *word = take(l);

	if (word[0] == '\0')
		return true;
	errtext_set(l->err, "\"%.*s\" is too much here; write %s %s",
	    (int)utf8_cut(word, strlen(word), SHOWN_MAX), word, l->out->name,
	    verbs[l->out->verb].usage);
	return false;
}

/* --- one verb each -------------------------------------------------------- */

static bool read_nothing(struct line *l)
{
	return nothing_more(l);
}

static bool read_name(struct line *l)
{
	l->out->what = take_rest(l);
	return true;
}

static bool take_ticket(struct line *l)
{
	l->out->ticket = take(l);
	return l->out->ticket[0] != '\0' || refuse_usage(l, "which ticket?");
}

static bool read_ticket(struct line *l)
{
	return take_ticket(l) && nothing_more(l);
}

static bool read_act(struct line *l)
{
	if (!take_ticket(l))
		return false;
	l->out->words = take_rest(l);
	return true;
}

/* "1h", "for 1h", "until mon 09:00"; what ends it is in *l->rest. */
static bool take_end(struct line *l, const char *text)
{
	struct slack_command *c = l->out;

	if (strncmp(text, "for ", 4) == 0)
		text = skip_blanks(text + 4);
	else if (strncmp(text, "until ", 6) == 0) {
		c->until = arena_strdup(l->arena, skip_blanks(text + 6));
		return true;
	}
	if (span_parse(text, strlen(text), &c->span_ms) && c->span_ms > 0)
		return true;
	return refuse_usage(l, text[0] == '\0' || strcmp(text, "until") == 0 ||
				       strcmp(text, "for") == 0
				   ? "until when?"
				   : "that is no duration such as 1h");
}

static bool read_snooze(struct line *l)
{
	return take_ticket(l) && take_end(l, take_rest(l));
}

/* "<@U01DANA|dana>" is U01DANA, "@dana" is dana. */
static const char *person_of(struct line *l, const char *word)
{
	size_t len;

	if (word[0] == '@')
		return word + 1;
	if (strncmp(word, "<@", 2) != 0)
		return word;
	len = strcspn(word + 2, "|>");
	return arena_strndup(l->arena, word + 2, len);
}

/* Where " cover " begins, or NULL. */
static const char *find_cover(const char *text)
{
	for (const char *at = strstr(text, "cover"); at != NULL;
	     at = strstr(at + 1, "cover")) {
		if (at > text && is_blank(at[-1]) &&
		    (at[5] == '\0' || is_blank(at[5])))
			return at;
	}
	return NULL;
}

static bool read_away(struct line *l)
{
	const char *text = take_rest(l);
	const char *cover = find_cover(text);
	struct line end = *l;
	const char *when;

	if (cover != NULL) {
		l->rest = cover + 5;
		l->out->cover = person_of(l, take(l));
		if (l->out->cover[0] == '\0')
			return refuse_usage(l, "who covers?");
		if (!nothing_more(l))
			return false;
		text = arena_strndup(l->arena, text, (size_t)(cover - text));
	}
	end.rest = text;
	when = take_rest(&end);
	if (strcmp(when, "until further notice") == 0) {
		l->out->forever = true;
		return true;
	}
	return take_end(l, when);
}

/* --- the line ------------------------------------------------------------- */

static bool unknown_verb(struct line *l, const char *word)
{
	struct errtext why;
	struct nearest near;

	nearest_init(&near, word);
	for (size_t i = 0; i < VERB_COUNT; i++)
		nearest_try(&near, verbs[i].name);
	nearest_say(&near, "there is no", &why);
	errtext_set(
	    l->err, "%s; %s help lists what there is", why.text, l->out->name);
	return false;
}

bool slack_command_read(const char *text, struct arena *arena,
    struct slack_command *out, struct errtext *err)
{
	struct line l = {
		.rest = text, .arena = arena, .out = out, .err = err
	};
	const char *word = take(&l);

	out->ticket = out->what = out->words = out->until = out->cover = "";
	out->span_ms = 0;
	out->forever = false;
	out->verb = VERB_HELP;
	if (word[0] == '\0')
		return true;
	for (size_t i = 0; i < VERB_COUNT; i++) {
		if (!same(word, verbs[i].name))
			continue;
		out->verb = (enum slack_verb)i;
		return verbs[i].read(&l);
	}
	return unknown_verb(&l, word);
}

/* --- the form ------------------------------------------------------------- */

static const char *field(const struct form *f, const char *name)
{
	const char *value = form_get(f, name);

	return value != NULL ? value : "";
}

bool slack_command_from(
    const struct form *f, struct slack_command *out, struct errtext *err)
{
	*out = (struct slack_command){ .name = field(f, "command"),
		.ticket = "",
		.what = "",
		.words = "",
		.until = "",
		.cover = "" };
	out->from = (struct slack_from){ .user = field(f, "user_id"),
		.user_name = field(f, "user_name"),
		.channel = field(f, "channel_id"),
		.trigger = field(f, "trigger_id"),
		.response_url = field(f, "response_url") };
	if (out->name[0] == '/' && slack_id_valid(out->from.user))
		return true;
	errtext_set(err, "form: command and user_id are needed, as Slack "
			 "sends them");
	return false;
}
