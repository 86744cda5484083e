/* template_fields.c - what a template may name.
 *
 * SPDX-License-Identifier: MIT */
#include "core/template.h"

#include <stddef.h>
#include <string.h>

static void add_wall(struct wall at, struct textbuf *out)
{
	char text[WALL_TEXT_MAX];

	if (wall_is_never(at))
		return;
	wall_format(at, text);
	textbuf_add(out, text);
}

static void add_reason(const struct notice_view *v, struct textbuf *out)
{
	textbuf_add(out, notice_reason_name(v->reason));
}

static void add_due(const struct notice_view *v, struct textbuf *out)
{
	add_wall(v->due, out);
}

static void add_now(const struct notice_view *v, struct textbuf *out)
{
	add_wall(v->now, out);
}

static void add_acked_at(const struct notice_view *v, struct textbuf *out)
{
	add_wall(v->acked_at, out);
}

static void add_snoozed(const struct notice_view *v, struct textbuf *out)
{
	add_wall(v->snoozed_until, out);
}

static void add_repeat(const struct notice_view *v, struct textbuf *out)
{
	if (v->repeat)
		textbuf_add(out, "may have been sent before");
}

static void add_notice(const struct notice_view *v, struct textbuf *out)
{
	textbuf_addf(out, "%lld", (long long)v->notice_id);
}

/* "Dana Ruiz (mail), support" */
static void add_told(const struct notice_view *v, struct textbuf *out)
{
	for (size_t i = 0; i < v->ntold; i++) {
		const struct alerted *t = &v->told[i];

		textbuf_addf(out, "%s%s", i == 0 ? "" : ", ", t->who);
		if (strcmp(t->who, t->channel) != 0)
			textbuf_addf(out, " (%s)", t->channel);
	}
}

/* "first reply: late by 12m, resolution: due in 2h" */
static void add_clocks(const struct notice_view *v, struct textbuf *out)
{
	for (size_t i = 0; i < v->nclocks; i++)
		textbuf_addf(out, "%s%s: %s", i == 0 ? "" : ", ",
		    v->clocks[i].name, v->clocks[i].words);
}

#define TEXT(member) offsetof(struct notice_view, member), NULL
#define MADE(add)    0, add

const struct template_field template_fields[] = {
	{ "headline", "What happened, in a line, in slawatch's own words.",
	    "Breached: first reply is 12m late", 200, true, TEXT(headline) },
	{ "reason",
	    "Why there is a notice, as the outbox calls it: breach, chain, "
	    "warning, reminder, ...",
	    "breach", 30, true, MADE(add_reason) },
	{ "why", "Step, chain, cause and details of the notice.",
	    "step 3 of standard: lead; started by a breach of first reply", 500,
	    false, TEXT(why) },
	{ "ticket", "The ticket's key.", "zendesk:4711", 200, true,
	    TEXT(ticket) },
	{ "subject", "The ticket's subject.", "Cannot log in", 250, true,
	    TEXT(subject) },
	{ "severity", "The ticket's severity.", "P1", 60, false,
	    TEXT(severity) },
	{ "severity_title", "The title of that severity.", "Critical", 60,
	    false, TEXT(severity_title) },
	{ "status", "The ticket's status.", "open", 30, true, TEXT(status) },
	{ "standing", "How the ticket as a whole stands, in a few words.",
	    "Acknowledged by Dana Ruiz", 200, false, TEXT(face_title) },
	{ "category", "The ticket's category.", "login", 120, false,
	    TEXT(category) },
	{ "customer", "The customer's name, else their id.", "Acme Corp", 120,
	    false, TEXT(customer) },
	{ "tier", "The customer's tier.", "enterprise", 60, false, TEXT(tier) },
	{ "value", "The customer's value, as the help desk told it.", "50000",
	    30, false, TEXT(value) },
	{ "team", "The team's title, else its name.", "Front line", 120, false,
	    TEXT(team) },
	{ "assignee", "Who owns the ticket.", "Eli Park", 120, false,
	    TEXT(assignee) },
	{ "suggested_to",
	    "The key of the person to whom the ticket is suggested while "
	    "nobody owns it.",
	    "dana", 60, false, TEXT(suggested_to) },
	{ "clock", "The clock that the notice is about.", "first reply", 60,
	    false, TEXT(clock) },
	{ "due", "When that clock is due, RFC 3339 in UTC.",
	    "2026-01-05T09:00:00Z", 24, false, MADE(add_due) },
	{ "due_text", "The same from now, in words.", "late by 12m", 60, false,
	    TEXT(due_text) },
	{ "clocks", "All clocks of the ticket, each with how it stands.",
	    "first reply: late by 12m, resolution: due in 2h", 500, false,
	    MADE(add_clocks) },
	{ "tried", "What has been tried.", "reset password, cleared sessions",
	    1000, false, TEXT(tried) },
	{ "next_step", "The next step, as the handoff packet has it.",
	    "check SSO logs", 500, false, TEXT(next_step) },
	{ "missing", "Fields that the escalation must carry and has not.",
	    "impact, scope", 300, false, TEXT(missing) },
	{ "authority", "What the role that is told may decide.",
	    "credits up to 500 EUR", 300, false, TEXT(authority) },
	{ "told", "Who was alerted before, oldest first.",
	    "Dana Ruiz (mail), support", 500, false, MADE(add_told) },
	{ "acked_by", "Who has acknowledged the ticket.", "Dana Ruiz", 120,
	    false, TEXT(acked_by) },
	{ "acked_at", "Since when, RFC 3339 in UTC.", "2026-01-05T09:05:00Z",
	    24, false, MADE(add_acked_at) },
	{ "snoozed_until", "Until when the ticket is snoozed, likewise.",
	    "2026-01-05T10:00:00Z", 24, false, MADE(add_snoozed) },
	{ "person", "Whom the notice is for; empty for a room.", "Mara Stein",
	    120, false, TEXT(person) },
	{ "person_email", "Their email address.", "mara@example.com", 320,
	    false, TEXT(person_email) },
	{ "person_slack", "Their Slack user id.", "U01MARA", 60, false,
	    TEXT(person_slack) },
	{ "url", "The ticket's page in the help desk.",
	    "https://desk.example.com/t/4711", 1000, false, TEXT(url) },
	{ "late_text", "That the notice itself is late, and by how much.",
	    "this notice is late by 14m", 60, false, TEXT(late_text) },
	{ "repeat", "That the notice may have been sent before.",
	    "may have been sent before", 30, false, MADE(add_repeat) },
	{ "notice", "The notice's number in the outbox.", "17", 20, true,
	    MADE(add_notice) },
	{ "now", "When the message was made, RFC 3339 in UTC.",
	    "2026-01-05T09:12:00Z", 24, true, MADE(add_now) },
	{ "mark", "TEST or DRILL before a message that is one.", "", 8, false,
	    TEXT(mark) },
};

const size_t template_fields_count =
    sizeof template_fields / sizeof template_fields[0];
