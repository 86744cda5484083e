/* presence.c - absences and on-call changes between people and the API.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/presence.h"

#include "core/moment.h"
#include "ctl/pick.h"

#include <string.h>

int presence_take(struct presence *p, struct wall now, const char *zone)
{
	struct errtext err;

	p->now = now;
	p->zone = (struct zone_named){ .zone = NULL };
	if (wall_is_never(p->now))
		return say(EXIT_FAILED,
		    "the answer does not say what time it is there");
	if (zone_named_get(zone, &p->zone, &err))
		return EXIT_OK;
	return say_err(EXIT_FAILED, &err);
}

void presence_free(struct presence *p)
{
	zone_named_free(&p->zone);
}

/* --- asking -------------------------------------------------------------- */

int presence_open(
    const struct invocation *in, struct textbuf *body, struct json_out *out)
{
	const char *by = asking_doer(in);

	if (by == NULL)
		return say(EXIT_USAGE, "who says so? tell with --by");
	json_out_init(out, body);
	json_open(out, NULL, '{');
	json_text(out, "by", by);
	if (in->value[OPT_WHY] != NULL)
		json_text(out, "why", in->value[OPT_WHY]);
	return EXIT_OK;
}

int presence_write_at(const struct presence *p, const char *name,
    const char *text, struct wall after, struct wall *at, struct json_out *out)
{
	struct errtext err;

	if (!moment_parse(text, p->zone.zone, p->now, after, at, &err)) {
		errtext_wrap(&err, "%s", name);
		return say_err(EXIT_USAGE, &err);
	}
	json_wall(out, name, *at);
	return EXIT_OK;
}

int presence_write(const struct presence *p, const struct typed_stretch *t,
    bool may_last, struct json_out *out)
{
	struct wall from = p->now;
	struct wall until;
	int code = EXIT_OK;
	int64_t ms;

	if ((t->until == NULL) == (t->span == NULL))
		return say(EXIT_USAGE,
		    "how long? say until WHEN or for SPAN, one of them");
	if (t->from != NULL)
		code =
		    presence_write_at(p, "from", t->from, p->now, &from, out);
	if (code != EXIT_OK)
		return code;
	if (t->span != NULL) {
		if (!span_parse(t->span, strlen(t->span), &ms) || ms == 0)
			return say(EXIT_USAGE,
			    "for: a span is written like 30m, 4h or 2d");
		json_text(out, "for", t->span);
		return EXIT_OK;
	}
	if (may_last && strcmp(t->until, "further notice") == 0) {
		json_text(out, "until", NULL);
		return EXIT_OK;
	}
	return presence_write_at(p, "until", t->until, from, &until, out);
}

/* --- telling ------------------------------------------------------------- */

static void add_when(const struct presence *p, const char *word, struct wall at,
    struct textbuf *out)
{
	char text[MOMENT_TEXT_MAX];

	moment_there(at, p->zone.zone, text);
	textbuf_addf(
	    out, " %s %s", word, wall_is_never(at) ? "further notice" : text);
}

static void add_away(const cJSON *change, struct textbuf *out)
{
	const char *cover = pick_text(change, "cover");

	textbuf_addf(out, "%s is away, %s covers", pick_text(change, "person"),
	    cover[0] != '\0' ? cover : "nobody");
}

static void add_oncall(
    const cJSON *change, const char *kind, struct textbuf *out)
{
	const char *other = pick_text(change, "instead_of");

	textbuf_addf(out, "%s is %s on %s%s", pick_text(change, "person"),
	    strcmp(kind, "remove") == 0 ? "not on call" : "on call",
	    pick_text(change, "schedule"),
	    strcmp(kind, "add") == 0 ? " too" : "");
	if (strcmp(kind, "override") == 0)
		textbuf_addf(out, " instead of %s",
		    other[0] != '\0' ? other : "everybody");
}

void presence_what(const cJSON *change, struct textbuf *out)
{
	const char *kind = pick_text(change, "kind");

	if (strcmp(kind, "away") == 0)
		add_away(change, out);
	else if (strcmp(kind, "back") == 0)
		textbuf_addf(out, "%s is back", pick_text(change, "person"));
	else if (strcmp(kind, "drop") == 0)
		textbuf_addf(out, "change %lld is taken back",
		    (long long)pick_int(change, "target"));
	else
		add_oncall(change, kind, out);
}

void presence_tell(
    const cJSON *change, const struct presence *p, struct textbuf *out)
{
	const char *kind = pick_text(change, "kind");
	struct wall from = pick_wall(change, "from");

	presence_what(change, out);
	if (strcmp(kind, "back") == 0 || strcmp(kind, "drop") == 0)
		return;
	textbuf_addc(out, ',');
	/* Not where it is from now on: from when it was said. */
	if (wall_before(pick_wall(change, "at"), from))
		add_when(p, "from", from, out);
	add_when(p, "until", pick_wall(change, "until"), out);
}

int presence_post(struct asking *a, const char *path,
    const struct textbuf *body, const struct presence *p)
{
	int code = asking_post(a, path, body);
	const cJSON *change;
	struct textbuf text;

	if (code != EXIT_OK || asking_print_json(a))
		return code;
	textbuf_init(&text);
	cJSON_ArrayForEach(change, pick(a->tree, "changes"))
	{
		textbuf_clear(&text);
		presence_tell(change, p, &text);
		textbuf_addf(&text, " (change %lld)",
		    (long long)pick_int(change, "number"));
		asking_line(a, text.data);
	}
	textbuf_fini(&text);
	return EXIT_OK;
}
