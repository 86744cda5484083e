/* preview.c - `slawatchctl preview`: a notice as a channel would show it.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/pick.h"

#include <string.h>

/* --- the question --------------------------------------------------------- */

static int ask(struct asking *a)
{
	const struct invocation *in = a->in;
	bool sample = in->value[OPT_SAMPLE] != NULL;
	struct textbuf path;
	int code;

	textbuf_init(&path);
	textbuf_add(&path, sample ? "/v1/preview" : "/preview");
	live_query(&path, "channel", in->value[OPT_CHANNEL]);
	live_query(&path, "person", in->value[OPT_PERSON]);
	live_query(&path, "reason", in->value[OPT_REASON]);
	live_query(&path, "chain", in->value[OPT_CHAIN]);
	code = sample ? asking_get(a, path.data)
		      : asking_ticket(a, "GET", in->args[0], path.data, NULL);
	textbuf_fini(&path);
	return code;
}

/* --- the answer ----------------------------------------------------------- */

/* "57 characters of 150" */
static void show_words(struct asking *a, const char *name)
{
	const cJSON *words = pick(a->tree, name);
	bool cut = pick_true(words, "cut");
	struct textbuf text;

	if (!cJSON_IsObject(words))
		return;
	textbuf_init(&text);
	textbuf_addf(&text, "the matrix's words, %lld characters",
	    (long long)pick_int(words, "characters"));
	if (cJSON_IsNumber(pick(words, "most")))
		textbuf_addf(&text, ", %lld are shown%s",
		    (long long)pick_int(words, "most"),
		    cut ? ": what is beyond is cut" : " at most");
	asking_fact(a, name, text.data, cut ? COLOUR_YELLOW : COLOUR_NONE);
	textbuf_fini(&text);
}

static void show_facts(struct asking *a)
{
	static const char *const plain[] = { "reason", "headline" };
	static const char *const more[] = { "endpoint", "mail_from",
		"mail_to" };
	struct textbuf text;

	asking_fact(a, "ticket", pick_text(a->tree, "ticket"), COLOUR_BOLD);
	textbuf_init(&text);
	textbuf_addf(&text, "%s (%s)", pick_text(a->tree, "channel"),
	    pick_text(a->tree, "type"));
	asking_fact(a, "channel", text.data, COLOUR_NONE);
	asking_fact(a, "person", pick_text(a->tree, "person"), COLOUR_NONE);
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		asking_fact(
		    a, plain[i], pick_text(a->tree, plain[i]), COLOUR_NONE);
	show_words(a, "title");
	show_words(a, "body");
	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		asking_fact(
		    a, more[i], pick_text(a->tree, more[i]), COLOUR_NONE);
	textbuf_clear(&text);
	textbuf_addf(
	    &text, "%lld bytes", (long long)pick_int(a->tree, "bytes"));
	if (pick_true(a->tree, "signed"))
		textbuf_add(&text, ", signed when it is sent");
	if (pick_true(a->tree, "made_up_ids"))
		textbuf_add(&text, "; ids with PREVIEW are made up, Slack is "
				   "asked for them when it is sent");
	asking_fact(a, "message", text.data, COLOUR_NONE);
	textbuf_fini(&text);
}

/* cJSON indents by tabs, which a terminal makes wide. */
static const char *indented(struct textbuf *line, const char *text)
{
	for (; *text == '\t'; text++)
		textbuf_add(line, "  ");
	return text;
}

/* Lines of it, each made harmless. */
static void show_lines(struct asking *a, const char *text)
{
	struct textbuf line;

	textbuf_init(&line);
	while (*text != '\0') {
		size_t len;
		size_t shown;

		textbuf_clear(&line);
		text = indented(&line, text);
		len = strcspn(text, "\n");
		shown = len > 0 && text[len - 1] == '\r' ? len - 1 : len;
		textbuf_addn(&line, text, shown);
		asking_line(a, line.data);
		text += len + (text[len] == '\n');
	}
	textbuf_fini(&line);
}

/* JSON is indented, all else stands as it is; a mail without its encodings. */
static void show_message(struct asking *a)
{
	const char *words = pick_text(a->tree, "words");
	const char *message =
	    words[0] != '\0' ? words : pick_text(a->tree, "message");
	cJSON *tree = cJSON_Parse(message);
	char *pretty = tree != NULL ? cJSON_Print(tree) : NULL;

	asking_line(a, "");
	show_lines(a, pretty != NULL ? pretty : message);
	cJSON_free(pretty);
	cJSON_Delete(tree);
}

static int show(struct asking *a)
{
	const char *refused = pick_text(a->tree, "refused");
	struct errtext err;

	if (refused[0] != '\0') {
		errtext_set(&err, "it could not be sent: %s", refused);
		return say_err(EXIT_FAILED, &err);
	}
	show_facts(a);
	if (pick_text(a->tree, "message")[0] != '\0')
		show_message(a);
	else
		asking_line(a, "A line of the daemon's log, with the headline "
			       "and the ticket.");
	return EXIT_OK;
}

int cmd_preview(const struct invocation *in)
{
	bool sample = in->value[OPT_SAMPLE] != NULL;
	struct asking a;
	int code;

	if (in->value[OPT_CHANNEL] == NULL)
		return say(EXIT_USAGE, "preview: say by which channel: "
				       "--channel NAME");
	if (sample != (in->nargs == 0))
		return say(EXIT_USAGE, "preview: name a ticket, or take a "
				       "made-up one by --sample");
	code = asking_begin(&a, in);
	if (code == EXIT_OK)
		code = ask(&a);
	if (code == EXIT_OK && !asking_print_json(&a))
		code = show(&a);
	asking_end(&a);
	return code;
}
