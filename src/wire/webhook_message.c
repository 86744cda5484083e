/* webhook_message.c - the view's members, one by one, or in the user's form.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/webhook_message.h"

#include "core/template.h"
#include "wire/event_fields.h"
#include "wire/json_gate.h"
#include "wire/json_out.h"

#include <string.h>

static void told(const struct notice_view *v, struct json_out *out)
{
	json_open(out, "told", '[');
	for (size_t i = 0; i < v->ntold; i++) {
		json_open(out, NULL, '{');
		json_text(out, "who", v->told[i].who);
		json_text(out, "channel", v->told[i].channel);
		json_wall(out, "at", v->told[i].at);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void clocks(const struct notice_view *v, struct json_out *out)
{
	json_open(out, "clocks", '[');
	for (size_t i = 0; i < v->nclocks; i++) {
		json_open(out, NULL, '{');
		json_text(out, "clock", v->clocks[i].name);
		json_text(out, "state", clock_state_name(v->clocks[i].state));
		json_wall(out, "due", v->clocks[i].due);
		json_text(out, "words", v->clocks[i].words);
		json_close(out, '}');
	}
	json_close(out, ']');
}

/* "impact, next_step" as a list. */
static void missing(const struct notice_view *v, struct json_out *out)
{
	json_open(out, "missing", '[');
	for (const char *p = v->missing; *p != '\0';) {
		size_t len = strcspn(p, ",");

		json_textn(out, NULL, p, len);
		p += len;
		p += strspn(p, ", ");
	}
	json_close(out, ']');
}

static void ticket(const struct notice_view *v, struct json_out *out)
{
	json_text(out, "ticket", v->ticket);
	json_text(out, "subject", v->subject);
	json_text_or_null(out, "severity", v->severity);
	json_text_or_null(out, "severity_title", v->severity_title);
	json_text(out, "status", v->status);
	json_text_or_null(out, "category", v->category);
	json_text_or_null(out, "customer", v->customer);
	json_text_or_null(out, "tier", v->tier);
	if (field_is_number(v->value))
		json_raw(out, "value", v->value);
	else
		json_text_or_null(out, "value", v->value);
	json_text_or_null(out, "team", v->team);
	json_text_or_null(out, "assignee", v->assignee);
	json_text_or_null(out, "suggested_to", v->suggested_to);
	json_text_or_null(out, "tried", v->tried);
	json_text_or_null(out, "next_step", v->next_step);
	missing(v, out);
	json_text_or_null(out, "authority", v->authority);
	json_text_or_null(out, "url", v->url);
}

void webhook_message(const struct notice_view *v, const char *idempotency_key,
    const char *person, struct textbuf *out)
{
	struct json_out j;

	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "idempotency_key", idempotency_key);
	json_int(&j, "notice", v->notice_id);
	json_text(&j, "reason", notice_reason_name(v->reason));
	json_bool(
	    &j, "test", v->mark != NULL && v->mark[0] != '\0' && !v->drill);
	json_bool(&j, "drill", v->drill);
	json_text(&j, "headline", v->headline);
	json_text(&j, "title", v->title);
	json_text(&j, "body", v->body);
	json_text_or_null(&j, "why", v->why);
	json_text_or_null(&j, "person", person);
	json_text_or_null(&j, "person_title", v->person);
	json_text_or_null(&j, "person_slack", v->person_slack);
	json_text_or_null(&j, "person_email", v->person_email);
	ticket(v, &j);
	json_text_or_null(&j, "standing", v->face_title);
	json_text_or_null(&j, "acked_by", v->acked_by);
	json_wall(&j, "acked_at", v->acked_at);
	json_wall(&j, "snoozed_until", v->snoozed_until);
	clocks(v, &j);
	json_text_or_null(&j, "clock", v->clock);
	json_wall(&j, "due", v->due);
	json_text_or_null(&j, "due_text", v->due_text);
	told(v, &j);
	json_bool(&j, "late", v->late);
	json_bool(&j, "repeat", v->repeat);
	json_wall(&j, "sent_at", v->now);
	json_close(&j, '}');
}

/* The user's form may name neither mark nor key: what is a drill says so all
 * the same, in the words that a form shows, and failing these in a member of
 * its own. */
static bool mark_drill(const struct notice_view *v, struct textbuf *made)
{
	struct textbuf whole;
	size_t at = strspn(made->data, " \t\r\n");
	size_t next;

	if (strstr(made->data, v->mark) != NULL)
		return true;
	if (made->data[at] != '{')
		return false;
	next = at + 1 + strspn(made->data + at + 1, " \t\r\n");
	textbuf_init(&whole);
	textbuf_addf(&whole, "{\"drill\":true%s%s",
	    made->data[next] == '}' ? "" : ",", made->data + next);
	textbuf_clear(made);
	textbuf_addn(made, whole.data, whole.len);
	textbuf_fini(&whole);
	return true;
}

static void render_drill(
    const char *template, const struct notice_view *v, struct textbuf *made)
{
	struct notice_view marked = *v;
	struct textbuf headline, subject;

	textbuf_init(&headline);
	textbuf_init(&subject);
	textbuf_addf(&headline, "%s: %s", v->mark, v->headline);
	textbuf_addf(&subject, "%s: %s", v->mark, v->subject);
	marked.headline = headline.data;
	marked.subject = subject.data;
	template_render(template, &marked, ESCAPE_JSON, made);
	textbuf_fini(&headline);
	textbuf_fini(&subject);
}

bool webhook_custom(
    const char *template, const struct notice_view *v, struct textbuf *out)
{
	struct textbuf made;
	struct errtext err;
	bool sound;

	textbuf_init(&made);
	if (v->drill)
		render_drill(template, v, &made);
	else
		template_render(template, v, ESCAPE_JSON, &made);
	sound = json_gate(made.data, made.len, &err);
	if (sound && v->drill)
		sound = mark_drill(v, &made);
	if (sound)
		textbuf_addn(out, made.data, made.len);
	textbuf_fini(&made);
	return sound;
}
