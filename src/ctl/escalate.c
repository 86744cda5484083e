/* escalate.c - `slawatchctl escalate`: a step up, along a chain, or to a team.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "ctl/asking.h"
#include "ctl/cells.h"
#include "ctl/pick.h"
#include "wire/json_out.h"

#include <stdlib.h>

static void write_body(const struct invocation *in, const char *by,
    const char *text, struct textbuf *out)
{
	struct json_out j;

	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "by", by);
	json_text(&j, "text", text);
	if (in->value[OPT_CHAIN] != NULL)
		json_text(&j, "chain", in->value[OPT_CHAIN]);
	if (in->value[OPT_TO_TEAM] != NULL)
		json_text(&j, "team", in->value[OPT_TO_TEAM]);
	json_close(&j, '}');
}

/* Where the ticket is now, and which chain walks. */
static void confirm(struct asking *a)
{
	const cJSON *ticket = pick(a->tree, "ticket");
	const cJSON *chain = cell_live_chain(ticket);
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "%s escalated", pick_text(ticket, "key"));
	if (pick_text(ticket, "team")[0] != '\0')
		textbuf_addf(&text, "; team %s", pick_text(ticket, "team"));
	if (chain != NULL) {
		textbuf_add(&text, ", chain ");
		cell_chain(chain, &text);
	}
	asking_line(a, text.data);
	textbuf_fini(&text);
}

int cmd_escalate(const struct invocation *in)
{
	const char *by = asking_doer(in);
	char *text = args_joined(in, 1);
	struct textbuf body;
	struct asking a;
	int code = asking_begin(&a, in);

	textbuf_init(&body);
	if (code == EXIT_OK && by == NULL)
		code = say(EXIT_USAGE, "who does it? say so with --by");
	else if (code == EXIT_OK && in->value[OPT_CHAIN] != NULL &&
		 in->value[OPT_TO_TEAM] != NULL)
		code = say(EXIT_USAGE,
		    "--chain and --team exclude each other: a team has a "
		    "chain of its own");
	if (code == EXIT_OK) {
		write_body(in, by, text, &body);
		code =
		    asking_ticket(&a, "POST", in->args[0], "/escalate", &body);
	}
	if (code == EXIT_OK && !asking_print_json(&a))
		confirm(&a);
	textbuf_fini(&body);
	free(text);
	asking_end(&a);
	return code;
}
