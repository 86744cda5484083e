/* simulate_options.c - options of simulate, and what does not go together.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/simulate_options.h"

#include "base/check.h"
#include "base/nearest.h"
#include "core/moment.h"
#include "ctl/asking.h"

#include <stdlib.h>
#include <string.h>

#define ATTRIBUTES "attributes."

/* --- where history says so ------------------------------------------------ */

static int unknown_field(const char *name)
{
	struct nearest n;
	struct errtext err;

	nearest_init(&n, name);
	for (int f = 0; f < FIELD_COUNT; f++)
		if (f != FIELD_ATTRIBUTES)
			nearest_try(&n, field_name((enum field)f));
	nearest_say(&n, "unknown field", &err);
	errtext_wrap(&err, "--missed-when");
	if (n.best == NULL)
		errtext_set(&err,
		    "--missed-when: unknown field \"%s\"; a column of your own "
		    "is attributes.%s",
		    name, strncmp(name, "attributes", 10) == 0 ? "NAME" : name);
	return say_err(EXIT_USAGE, &err);
}

static int read_missed(const char *text, struct simulate_options *o)
{
	char *equals;

	o->missed.field = FIELD_COUNT;
	if (text == NULL)
		return EXIT_OK;
	o->missed_text = strdup(text);
	CHECK(o->missed_text != NULL);
	equals = strchr(o->missed_text, '=');
	if (equals == NULL || equals == o->missed_text || equals[1] == '\0')
		return say(EXIT_USAGE, "--missed-when is FIELD=VALUE, such as "
				       "attributes.made_sla=false");
	*equals = '\0';
	o->missed.value = equals + 1;
	if (strncmp(o->missed_text, ATTRIBUTES, strlen(ATTRIBUTES)) == 0 &&
	    o->missed_text[strlen(ATTRIBUTES)] != '\0') {
		o->missed.field = FIELD_ATTRIBUTES;
		o->missed.attribute = o->missed_text + strlen(ATTRIBUTES);
		return EXIT_OK;
	}
	for (int f = 0; f < FIELD_COUNT; f++)
		if (f != FIELD_ATTRIBUTES &&
		    strcmp(o->missed_text, field_name((enum field)f)) == 0) {
			o->missed.field = (enum field)f;
			return EXIT_OK;
		}
	return unknown_field(o->missed_text);
}

/* --- instants and zones --------------------------------------------------- */

static int read_zone(const char *name, struct simulate_options *o)
{
	struct errtext err;

	if (name == NULL)
		return EXIT_OK;
	if (name[0] != '\0' && zone_named_get(name, &o->named, &err)) {
		o->zone = o->named.zone;
		return EXIT_OK;
	}
	errtext_set(&err,
	    "--zone: the time zone \"%s\" is not known on this machine; write "
	    "one such as Europe/Berlin, or UTC",
	    name);
	return say_err(EXIT_USAGE, &err);
}

static int read_until(const char *text, struct simulate_options *o)
{
	o->until = WALL_NEVER;
	if (text == NULL || wall_parse(text, strlen(text), &o->until))
		return EXIT_OK;
	return say(
	    EXIT_USAGE, "--until is an instant such as 2026-01-05T09:00:00Z");
}

/* Nothing that depends on what time it is here: "tomorrow" is of another day
 * tomorrow. */
static bool read_day(
    const char *text, const struct simulate_options *o, struct wall *out)
{
	struct zone *utc = o->zone == NULL ? zone_utc() : NULL;
	struct errtext ignored;
	bool good = text[0] >= '0' && text[0] <= '9' &&
		    strchr(text, '-') != NULL &&
		    moment_parse(text, utc != NULL ? utc : o->zone, wall_at(0),
			wall_at(0), out, &ignored);

	if (utc != NULL)
		zone_free(utc);
	return good;
}

static int read_since(const char *text, struct simulate_options *o)
{
	o->since = wall_at(0);
	if (text == NULL)
		return EXIT_OK;
	if (read_day(text, o, &o->since)) {
		if (wall_is_never(o->until) || o->since.ms < o->until.ms)
			return EXIT_OK;
		return say(EXIT_USAGE,
		    "--since is not before --until: nothing lies between");
	}
	if (!span_parse(text, strlen(text), &o->since_ms) || o->since_ms == 0)
		return say(EXIT_USAGE,
		    "--since is a span such as 30d, or an instant such as "
		    "2026-01-05 or 2026-01-05T09:00:00Z");
	if (o->from_db)
		return EXIT_OK;
	if (wall_is_never(o->until))
		return say(EXIT_USAGE,
		    "--since SPAN counts back from the last event, which is "
		    "known of --from-db only: give an instant such as "
		    "2026-01-05, or --until too");
	o->since =
	    wall_at(o->until.ms > o->since_ms ? o->until.ms - o->since_ms : 0);
	o->since_ms = 0;
	return EXIT_OK;
}

/* --- reports -------------------------------------------------------------- */

static int read_format(const char *word, struct simulate_options *o)
{
	static const char *const names[] = { "html", "json", "text" };
	struct nearest n;
	struct errtext err;

	nearest_init(&n, word);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(word, names[i]) == 0) {
			o->format = (enum report_format)(REPORT_HTML + i);
			return EXIT_OK;
		}
		nearest_try(&n, names[i]);
	}
	nearest_say(&n, "unknown format", &err);
	errtext_wrap(&err, "--report");
	if (n.best == NULL)
		errtext_set(&err,
		    "--report: unknown format \"%s\"; html, json or text, and "
		    "then the FILE",
		    word);
	return say_err(EXIT_USAGE, &err);
}

static int read_report(const struct invocation *in, struct simulate_options *o)
{
	bool json = in->value[OPT_JSON] != NULL;
	bool rows = in->value[OPT_ROWS] != NULL;
	bool here;
	int code = EXIT_OK;

	o->file = in->value[OPT_REPORT_FILE];
	o->format = REPORT_NONE;
	if (in->value[OPT_REPORT] != NULL)
		code = read_format(in->value[OPT_REPORT], o);
	if (code != EXIT_OK)
		return code;
	here = o->format != REPORT_NONE && strcmp(o->file, "-") == 0;
	if (json && rows)
		return say(EXIT_USAGE,
		    "--rows and --json are the same rows: give one of them");
	if (here && (json || (rows && o->format != REPORT_TEXT)))
		return say(EXIT_USAGE,
		    "rows and a report cannot both go to standard output: "
		    "name a file after --report");
	o->rows = json ? ROWS_JSON : rows ? ROWS_TEXT : ROWS_NONE;
	o->text = !json && !here;
	return EXIT_OK;
}

/* --- all ------------------------------------------------------------------ */

static int read_source(const struct invocation *in, struct simulate_options *o)
{
	o->database = in->value[OPT_DATABASE];
	o->from_db = in->value[OPT_FROM_DB] != NULL || o->database != NULL;
	if (o->from_db && in->nargs > 0)
		return say(
		    EXIT_USAGE, "simulate takes EVENTS or --from-db, not both");
	if (!o->from_db && in->nargs == 0)
		return say(EXIT_USAGE,
		    "simulate needs EVENTS: files, or - for standard input; or "
		    "--from-db");
	return EXIT_OK;
}

int simulate_options_read(const struct invocation *in, const struct zone *zone,
    struct simulate_options *out)
{
	int code;

	memset(out, 0, sizeof *out);
	out->zone = zone;
	code = read_source(in, out);
	if (code == EXIT_OK)
		code = read_report(in, out);
	if (code == EXIT_OK)
		code = read_zone(in->value[OPT_ZONE], out);
	if (code == EXIT_OK)
		code = read_until(in->value[OPT_UNTIL], out);
	if (code == EXIT_OK)
		code = read_since(in->value[OPT_SINCE], out);
	if (code == EXIT_OK)
		code = read_missed(in->value[OPT_MISSED], out);
	return code;
}

void simulate_options_free(struct simulate_options *o)
{
	zone_named_free(&o->named);
	free(o->missed_text);
}
