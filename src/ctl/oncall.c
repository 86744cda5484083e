/* oncall.c - `slawatchctl oncall`: who is it now, who next, and when nobody?
 *
 * The daemon knows overrides, absences and feeds; with -c a matrix is read
 * alone, as signed.  Both give the same JSON (wire/oncall_json.h), and what is
 * shown is taken from that.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "core/moment.h"
#include "ctl/asking.h"
#include "ctl/matrix_arg.h"
#include "ctl/oncall_show.h"
#include "ctl/pick.h"
#include "ctl/zone_named.h"
#include "wire/oncall_json.h"

#include <string.h>

static const char *name_of(const struct invocation *in)
{
	return in->nargs > 0 ? in->args[0] : NULL;
}

/* --- what --at says ------------------------------------------------------- */

static bool is_rfc3339(const char *text, struct wall *at)
{
	return wall_parse(text, strlen(text), at);
}

/* The zone by whose clock `mon 09:00` is read: that of the schedules asked
 * for; NULL if they have several. */
static const char *common_zone(const cJSON *answer)
{
	const char *zone = "";
	const cJSON *e;

	cJSON_ArrayForEach(e, pick(answer, "oncall"))
	{
		const char *own = pick_text(e, "zone");

		if (own[0] != '\0' && zone[0] != '\0' && strcmp(own, zone) != 0)
			return NULL;
		if (own[0] != '\0')
			zone = own;
	}
	return zone;
}

static int parse_when(const struct asking *a, const char *text, struct wall *at)
{
	const char *name = common_zone(a->tree);
	struct wall now = pick_wall(a->tree, "at");
	struct zone_named z;
	struct errtext err;
	bool ok;

	if (name == NULL) {
		errtext_set(&err,
		    "--at: these schedules live by several clocks; name one, "
		    "or write an instant such as 2026-01-05T09:00:00+01:00");
		return say_err(EXIT_USAGE, &err);
	}
	if (!zone_named_get(name, &z, &err))
		return say_err(EXIT_FAILED, &err);
	ok = moment_parse(text, z.zone, now, now, at, &err);
	zone_named_free(&z);
	if (ok)
		return EXIT_OK;
	errtext_wrap(&err, "--at");
	return say_err(EXIT_USAGE, &err);
}

/* --- the two sources ------------------------------------------------------ */

/* at: never for now. */
static int ask_at(struct asking *a, struct wall at)
{
	char text[WALL_TEXT_MAX];
	struct textbuf path;
	int code;

	textbuf_init(&path);
	textbuf_add(&path, "/v1/oncall");
	wall_format(at, text);
	live_query(&path, "role", name_of(a->in));
	live_query(&path, "at", wall_is_never(at) ? NULL : text);
	code = asking_get(a, path.data);
	textbuf_fini(&path);
	return code;
}

/* What a person types for an instant is read by the daemon's now and the
 * schedule's zone, which its answer has. */
static int ask_daemon(struct asking *a)
{
	const char *text = a->in->value[OPT_AT];
	struct wall at = WALL_NEVER;
	int code;

	if (text == NULL || is_rfc3339(text, &at))
		return ask_at(a, at);
	code = ask_at(a, WALL_NEVER);
	if (code == EXIT_OK)
		code = parse_when(a, text, &at);
	return code == EXIT_OK ? ask_at(a, at) : code;
}

static int ask_matrix(struct asking *a)
{
	const char *text = a->in->value[OPT_AT];
	struct wall at = WALL_NEVER;
	struct conf conf;
	struct errtext err;
	int code;

	if (text == NULL || !is_rfc3339(text, &at))
		return say(EXIT_USAGE,
		    "oncall -c needs --at and an instant such as "
		    "2026-01-05T09:00:00Z: what time it is, the daemon says");
	code = matrix_arg_load(a->in, &conf);
	if (code != EXIT_OK)
		return code;
	if (name_of(a->in) != NULL &&
	    !oncall_knows(conf.matrix, name_of(a->in), &err))
		code = say_err(EXIT_FAILED, &err);
	else
		oncall_to_json(conf.matrix, &duty_none, at,
		    wall_plus(at, ONCALL_AHEAD_MS), name_of(a->in),
		    &a->reply.body);
	conf_free(&conf);
	if (code == EXIT_OK)
		a->tree = cJSON_ParseWithLength(
		    a->reply.body.data, a->reply.body.len);
	return code;
}

int cmd_oncall(const struct invocation *in)
{
	struct asking a;
	int code = asking_begin(&a, in);

	if (code == EXIT_OK)
		code = in->value[OPT_CONFIG] != NULL ? ask_matrix(&a)
						     : ask_daemon(&a);
	if (code == EXIT_OK && !asking_print_json(&a))
		oncall_show(&a, in->value[OPT_WEEK] != NULL);
	asking_end(&a);
	return code;
}
