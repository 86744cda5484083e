/* views.h - notices to try messages on, harmless and hostile.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_VIEWS_H
#define SLAWATCH_TESTS_VIEWS_H

#include "base/arena.h"
#include "base/textbuf.h"
#include "core/notice_view.h"
#include "lib/rng.h"

#include <string.h>

#define VIEW_NOW wall_at(INT64_C(1767604320000)) /* 2026-01-05T09:12:00Z */

static inline struct notice_view view_plain(void)
{
	static struct alerted told[] = {
		{ "Dana Ruiz", "support", { INT64_C(1767603600000) } },
		{ "support", "support", { INT64_C(1767603900000) } },
	};

	static struct view_clock clocks[] = {
		{ "first reply", CLOCK_BREACHED, { INT64_C(1767603600000) },
		    "late by 12m" },
		{ "resolution", CLOCK_RUNNING, { INT64_C(1767618000000) },
		    "due in 3h 48m" },
	};

	return (struct notice_view){
		.reason = NOTICE_CHAIN,
		.mark = "",
		.face = FACE_BREACHED,
		.face_title = "Breached: first reply",
		.clocks = clocks,
		.nclocks = 2,
		.acked_by = "",
		.acked_at = WALL_NEVER,
		.snoozed_until = WALL_NEVER,
		.category = "login",
		.headline = "Escalation step 3 of 4 (lead): first reply is "
			    "12m late",
		.why = "step 3 of standard: lead; started by a breach of first "
		       "reply",
		.ticket = "zendesk:4711",
		.subject = "Cannot log in",
		.severity = "P1",
		.severity_title = "Critical",
		.status = "open",
		.customer = "Acme Corp",
		.tier = "enterprise",
		.value = "50000",
		.team = "frontline",
		.assignee = "Eli Park",
		.suggested_to = "omar",
		.clock = "first reply",
		.due = wall_at(INT64_C(1767603600000)),
		.due_text = "late by 12m",
		.tried = "reset password, cleared sessions",
		.next_step = "check SSO logs",
		.missing = "impact, customer.name",
		.authority = "credits up to 500 EUR",
		.url = "https://desk.example.com/t/4711?a=1&b=2",
		.person = "Mara Stein",
		.person_slack = "U01MARA",
		.person_email = "mara@example.com",
		.told = told,
		.ntold = 2,
		.late_text = "",
		.now = VIEW_NOW,
		.notice_id = 17,
		.thread = "zendesk:4711",
	};
}

/* The least that notice_view_build() gives. */
static inline struct notice_view view_bare(void)
{
	return (struct notice_view){
		.reason = NOTICE_WARNING,
		.mark = "",
		.face = FACE_OPEN,
		.face_title = "On track",
		.acked_by = "",
		.acked_at = WALL_NEVER,
		.snoozed_until = WALL_NEVER,
		.category = "",
		.headline = "Warning",
		.why = "",
		.ticket = "a:b",
		.subject = "(no subject)",
		.severity = "",
		.severity_title = "",
		.status = "new",
		.customer = "",
		.tier = "",
		.value = "",
		.team = "",
		.assignee = "",
		.suggested_to = "",
		.clock = "",
		.due = WALL_NEVER,
		.due_text = "",
		.tried = "",
		.next_step = "",
		.missing = "",
		.authority = "",
		.person = "",
		.late_text = "",
		.now = VIEW_NOW,
		.notice_id = 1,
		.thread = "a:b",
	};
}

/* Text from a bag of what has broken such messages before. */
static inline const char *hostile_text(
    struct rng *rng, struct arena *arena, size_t pieces)
{
	static const char *const bag[] = { "&", "<", ">", "\"", "'", "\\",
		"&amp;", "&lt;!channel&gt;", "<!channel>", "<@U01DANA>",
		"<https://evil.example|x>", "*", "_", "`", "```", "~", "\n",
		"\r\n", "\r", "\t", "\x01", "\x1b[31m", "\x7f", "\xc2\x85",
		"\xe2\x80\xa8", "\xe2\x80\xae", "\xe2\x81\xa6",
		"\xd8\xa7\xd9\x84\xd8\xb9", "\xf0\x9f\x94\xa5",
		"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9", "\xc3\xa4",
		"e\xcc\x81", "word ", "a", "   ", "=?UTF-8?Q?x?=", "=20", ".",
		"\r\nBcc: x@evil.example\r\n", "\r\n\r\n--=_slawatch--\r\n",
		"--=_slawatch", "</td></table>", "{\"a\":1}", "%s%n", "0" };
	struct textbuf tb;
	char *text;

	textbuf_init(&tb);
	for (size_t i = 0; i < pieces; i++)
		textbuf_add(
		    &tb, bag[rng_below(rng, sizeof bag / sizeof bag[0])]);
	text = arena_strndup(arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return text;
}

static inline const char *hostile_word(struct rng *rng, struct arena *arena)
{
	static const size_t lengths[] = { 0, 1, 2, 8, 60, 400, 10000 };

	return hostile_text(rng, arena,
	    lengths[rng_below(rng, sizeof lengths / sizeof lengths[0])]);
}

static inline void hostile_told(
    struct rng *rng, struct arena *arena, struct notice_view *v)
{
	v->ntold = (size_t)rng_below(rng, 30);
	v->told = arena_alloc(arena, v->ntold * sizeof *v->told);
	for (size_t i = 0; i < v->ntold; i++) {
		v->told[i].who = hostile_word(rng, arena);
		v->told[i].channel = hostile_word(rng, arena);
		v->told[i].at = wall_at(rng_between(rng, 0, WALL_MAX_MS - 1));
	}
}

static inline void hostile_face(
    struct rng *rng, struct arena *arena, struct notice_view *v)
{
	v->face = (enum face)rng_below(rng, FACE_COUNT);
	v->acked_at = wall_at(rng_between(rng, 0, WALL_MAX_MS - 1));
	if (rng_one_in(rng, 2))
		v->snoozed_until = v->acked_at;
	v->nclocks = (size_t)rng_below(rng, 20);
	v->clocks = arena_alloc(arena, v->nclocks * sizeof *v->clocks);
	for (size_t i = 0; i < v->nclocks; i++)
		v->clocks[i] = (struct view_clock){
			.name = hostile_word(rng, arena),
			.state =
			    (enum clock_state)rng_below(rng, CLOCK_STATE_COUNT),
			.due = rng_one_in(rng, 2) ? WALL_NEVER : v->now,
			.words = hostile_word(rng, arena),
		};
}

static inline struct notice_view view_hostile(
    struct rng *rng, struct arena *arena)
{
	struct notice_view v = view_plain();
	const char **texts[] = { &v.headline, &v.why, &v.ticket, &v.subject,
		&v.severity, &v.severity_title, &v.customer, &v.tier, &v.value,
		&v.team, &v.assignee, &v.suggested_to, &v.clock, &v.due_text,
		&v.tried, &v.next_step, &v.missing, &v.authority, &v.url,
		&v.person, &v.person_slack, &v.person_email, &v.late_text,
		&v.thread, &v.mark, &v.title, &v.body, &v.face_title,
		&v.acked_by, &v.category };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (!rng_one_in(rng, 3))
			*texts[i] = hostile_word(rng, arena);
	}
	if (strlen(v.ticket) > 200)
		v.ticket = v.thread = "a:b";
	if (strlen(v.thread) > 200)
		v.thread = v.ticket;
	v.reason = (enum notice_reason)rng_below(rng, NOTICE_REASON_COUNT);
	v.due = rng_one_in(rng, 4)
		    ? WALL_NEVER
		    : wall_at(rng_between(rng, 0, WALL_MAX_MS - 1));
	v.late = rng_one_in(rng, 2);
	v.repeat = rng_one_in(rng, 2);
	hostile_told(rng, arena, &v);
	hostile_face(rng, arena, &v);
	return v;
}

#endif
