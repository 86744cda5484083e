/* dump.c - the effective configuration as YAML again.
 *
 * Every default is written out, in the order of the table of keys.  Values are
 * quoted unless they cannot be mistaken.  Secrets are named by their source.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/load.h"

#include "base/check.h"
#include "conf/dump_parts.h"
#include "conf/origin.h"

#include <string.h>

/* --- matrix, calendars, severities ---------------------------------------- */

static void dump_matrix(struct textbuf *out, const struct conf *c)
{
	const struct matrix *m = c->matrix;

	textbuf_add(out, "matrix:\n");
	if (m->owner >= 0)
		dump_pair(out, 2, "owner", m->people[m->owner].name);
	if (!wall_is_never(m->revised)) {
		char day[WALL_TEXT_MAX];

		wall_format(m->revised, day);
		day[strlen("2026-11-20")] = '\0';
		dump_pair(out, 2, "revised", day);
	}
	dump_span(out, 2, "review_every", m->review_every_ms);
	if (m->fallback >= 0)
		dump_pair(out, 2, "fallback", m->fallback_name);
	if (m->helpdesk >= 0)
		dump_pair(out, 2, "helpdesk", m->channels[m->helpdesk].name);
	dump_pair(
	    out, 2, "zone", c->origin->zone == NULL ? "UTC" : c->origin->zone);
	dump_pair(out, 2, "applies", applies_name(m->applies));
	dump_span(out, 2, "give_up_after", m->give_up_ms);
	textbuf_addf(out, "  guard: { breaches: %d, notices: %d }\n",
	    m->guard.breaches, m->guard.notices);
	dump_limit(out, 2, "person_limit", &m->person_limit);
}

static void dump_calendar(struct textbuf *out, const struct calendar_origin *o)
{
	const struct calendar_spec *s = &o->spec;

	dump_name(out, 2, s->name);
	if (s->always) {
		textbuf_add(out, "    open: always\n");
		return;
	}
	dump_pair(out, 4, "zone", o->zone);
	dump_week(out, s->week);
	dump_exceptions(out, s->exceptions, s->nexceptions);
	dump_holidays(out, s->holidays, s->nholidays, o->files, o->nfiles);
}

static void dump_calendars(struct textbuf *out, const struct conf_origin *o)
{
	bool any = false;

	for (size_t i = 0; i < o->ncalendars; i++) {
		if (o->calendars[i].predefined)
			continue;
		if (!any)
			textbuf_add(out, "\ncalendars:\n");
		any = true;
		dump_calendar(out, &o->calendars[i]);
	}
}

static void dump_severities(struct textbuf *out, const struct matrix *m)
{
	textbuf_add(out, "\nseverities:\n");
	for (size_t i = 0; i < m->nseverities; i++) {
		const struct severity *s = &m->severities[i];

		dump_name(out, 2, s->name);
		if (s->title[0] != '\0')
			dump_pair(out, 4, "title", s->title);
		if (s->calendar >= 0)
			dump_pair(out, 4, "calendar",
			    calendar_name(m->calendars[s->calendar]));
		dump_send(out, 4, s->send);
	}
}

/* --- the daemon ----------------------------------------------------------- */

static void dump_tokens(struct textbuf *out, const struct conf *c)
{
	static const char *const words[] = { "ingest", "operate", "read" };
	const struct settings *s = &c->settings;

	if (s->ntokens > 0)
		textbuf_add(out, "  tokens:\n");
	for (size_t i = 0; i < s->ntokens; i++) {
		const char *names[3];
		size_t n = 0;

		for (int w = 0; w < 3; w++)
			if ((s->tokens[i].scopes & 1 << w) != 0)
				names[n++] = words[w];
		dump_name(out, 4, s->tokens[i].name);
		textbuf_add(out, "      secret: ");
		dump_source(out, &c->origin->tokens[i]);
		dump_list(out, 6, "scopes", names, n);
	}
}

static void dump_settings(struct textbuf *out, const struct conf *c)
{
	const struct settings *s = &c->settings;

	textbuf_add(out, "\ndaemon:\n");
	dump_pair(out, 2, "database", s->database);
	dump_pair(out, 2, "socket", s->socket);
	textbuf_addf(out, "  socket_mode: \"0%d%d%d\"\n",
	    s->socket_mode >> 6 & 7, s->socket_mode >> 3 & 7,
	    s->socket_mode & 7);
	dump_pair(out, 2, "listen", s->listen);
	dump_pair(out, 2, "public_url", s->public_url);
	dump_span(out, 2, "link_expires", s->link_expires_ms);
	dump_tokens(out, c);
	dump_int(out, 2, "queue_max", s->queue_max);
	dump_int(out, 2, "batch_max", s->batch_max);
	dump_span(out, 2, "max_future", s->max_future_ms);
	dump_span(out, 2, "max_past", s->max_past_ms);
	dump_pair(out, 2, "log_level", s->log_level);
}

void conf_dump(const struct conf *c, struct textbuf *out)
{
	CHECK(c->matrix != NULL);
	textbuf_addf(out,
	    "# The effective configuration of slawatchd, every default "
	    "written out.\n# Matrix revision %s.\n",
	    c->matrix->revision);
	dump_matrix(out, c);
	dump_calendars(out, c->origin);
	dump_severities(out, c->matrix);
	dump_channels(out, c->matrix, c->origin->channels);
	dump_people(out, c->matrix);
	dump_teams(out, c->matrix);
	dump_oncall(out, c->matrix, c->origin->schedules);
	dump_roles(out, c->matrix, c->origin->schedules);
	dump_chains(out, c->matrix);
	dump_policies(out, c->matrix);
	dump_severity_table(out, c->matrix);
	dump_rules(out, c->matrix);
	dump_clocks(out, c->matrix);
	dump_comments(out, c->matrix);
	dump_always_human(out, c->matrix);
	dump_incidents(out, c->matrix);
	dump_settings(out, c);
}
