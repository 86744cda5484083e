/* clock.c - `slawatchctl clock`: what does the daemon's clock show, and on it
 * goes.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "core/moment.h"
#include "ctl/asking.h"
#include "ctl/pick.h"
#include "ctl/when.h"
#include "ctl/zone_named.h"
#include "wire/json_out.h"

#include <stdlib.h>

static int parse(const struct asking *a, const char *text, struct wall *to)
{
	struct wall now = pick_wall(a->tree, "now");
	struct zone_named utc;
	struct errtext err;
	bool ok;

	if (!zone_named_get("", &utc, &err))
		return say_err(EXIT_FAILED, &err);
	ok = moment_parse(text, utc.zone, now, now, to, &err);
	zone_named_free(&utc);
	return ok ? EXIT_OK : say_err(EXIT_USAGE, &err);
}

static int step(struct asking *a, struct wall to)
{
	struct textbuf body;
	struct json_out json;
	int code;

	textbuf_init(&body);
	json_out_init(&json, &body);
	json_open(&json, NULL, '{');
	json_wall(&json, "to", to);
	json_close(&json, '}');
	code = asking_post(a, "/v1/clock", &body);
	textbuf_fini(&body);
	return code;
}

int cmd_clock(const struct invocation *in)
{
	char *text = args_joined(in, 0);
	char now[WALL_TEXT_MAX];
	struct asking a;
	struct wall at;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK)
		code = asking_get(&a, "/v1/status");
	if (code == EXIT_OK && in->nargs > 0) {
		code = parse(&a, text, &at);
		if (code == EXIT_OK)
			code = step(&a, at);
	}
	if (code == EXIT_OK) {
		wall_format(pick_wall(a.tree, "now"), now);
		asking_line(&a, now);
	}
	asking_end(&a);
	free(text);
	return code;
}
