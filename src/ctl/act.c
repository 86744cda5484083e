/* act.c - ack, claim, snooze, note: a person has said something.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/cells.h"
#include "ctl/pick.h"
#include "ctl/when.h"
#include "wire/json_out.h"

#include <stdlib.h>
#include <string.h>

/* What the ticket looks like now, on a line. */
static void confirm(struct asking *a, const char *done)
{
	const cJSON *ticket = pick(a->tree, "ticket");
	const cJSON *chain = cell_live_chain(ticket);
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "%s %s", pick_text(ticket, "key"), done);
	if (pick_text(ticket, "status")[0] != '\0')
		textbuf_addf(&text, "; %s", pick_text(ticket, "status"));
	if (pick_text(ticket, "assignee")[0] != '\0')
		textbuf_addf(
		    &text, ", owned by %s", pick_text(ticket, "assignee"));
	if (chain != NULL) {
		textbuf_add(&text, ", chain ");
		cell_chain(chain, &text);
	}
	asking_line(a, text.data);
	textbuf_fini(&text);
}

/* POSTs {"by","text", extra} to the ticket's `verb`. */
static int act(const struct invocation *in, const char *verb, const char *text,
    enum opt extra, const char *done)
{
	const char *by = asking_doer(in);
	struct textbuf body;
	struct json_out json;
	struct asking a;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK && by == NULL)
		code = say(EXIT_USAGE, "who does it? say so with --by");
	textbuf_init(&body);
	json_out_init(&json, &body);
	json_open(&json, NULL, '{');
	json_text(&json, "by", by);
	if (text != NULL)
		json_text(&json, "text", text);
	if (extra != OPT_COUNT)
		json_text(&json, option_table[extra].name, in->value[extra]);
	json_close(&json, '}');
	if (code == EXIT_OK)
		code = asking_ticket(&a, "POST", in->args[0], verb, &body);
	if (code == EXIT_OK && !asking_print_json(&a))
		confirm(&a, done);
	textbuf_fini(&body);
	asking_end(&a);
	return code;
}

int cmd_ack(const struct invocation *in)
{
	return act(in, "/ack", in->value[OPT_TEXT], OPT_COUNT, "acknowledged");
}

int cmd_claim(const struct invocation *in)
{
	return act(in, "/claim", in->value[OPT_TEXT], OPT_COUNT, "claimed");
}

/* Which of --for and --until was given, soundly; OPT_COUNT if neither. */
static enum opt snooze_end(const struct invocation *in)
{
	const char *span = in->value[OPT_FOR];
	const char *until = in->value[OPT_UNTIL];
	struct wall at;
	int64_t ms;

	if ((span == NULL) == (until == NULL))
		say(EXIT_USAGE, "snooze needs --for or --until, one of them");
	else if (span != NULL &&
		 (!span_parse(span, strlen(span), &ms) || ms == 0))
		say(EXIT_USAGE, "--for is a span such as 30m or 1h30m");
	else if (until != NULL && !wall_parse(until, strlen(until), &at))
		say(EXIT_USAGE,
		    "--until is an instant such as 2026-01-05T09:00:00Z");
	else
		return span != NULL ? OPT_FOR : OPT_UNTIL;
	return OPT_COUNT;
}

int cmd_snooze(const struct invocation *in)
{
	enum opt end = snooze_end(in);

	if (end == OPT_COUNT)
		return EXIT_USAGE;
	return act(in, "/snooze", in->value[OPT_TEXT], end, "snoozed");
}

int cmd_note(const struct invocation *in)
{
	char *text = args_joined(in, 1);
	int code = act(in, "/note", text, OPT_COUNT, "noted");

	free(text);
	return code;
}
