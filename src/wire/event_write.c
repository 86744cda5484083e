/* event_write.c - an event as the JSON that event_from_json() reads back.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/event_json.h"

#include "base/check.h"
#include "wire/event_fields.h"
#include "wire/json_out.h"

#include <string.h>

static bool names(const struct fields *f, enum field field)
{
	return (f->set & FIELD_BIT(field)) != 0;
}

static void write_tags(
    const struct fields *f, const char *name, struct json_out *out)
{
	json_open(out, name, '[');
	for (size_t i = 0; i < f->ntags; i++)
		json_text(out, NULL, f->tags[i]);
	json_close(out, ']');
}

static void write_field(const struct fields *f, enum field field,
    const char *name, struct json_out *out)
{
	const char *text = f->text[field];

	switch (field_kind(field)) {
	case FIELD_KIND_STATUS:
		json_text(out, name, status_name(f->status));
		return;
	case FIELD_KIND_TAGS:
		write_tags(f, name, out);
		return;
	case FIELD_KIND_OBJECT:
		json_raw(out, name, text);
		return;
	case FIELD_KIND_NUMBER:
		if (text != NULL && field_is_number(text)) {
			json_raw(out, name, text);
			return;
		}
		break;
	case FIELD_KIND_WORD:
	case FIELD_KIND_LONG:
	case FIELD_KIND_DATE:
		break;
	}
	json_text(out, name, text);
}

static void write_customer(const struct fields *f, struct json_out *out)
{
	bool open = false;

	for (int i = FIELD_CUSTOMER_ID; i <= FIELD_CUSTOMER_RENEWAL; i++) {
		const char *name = strchr(field_name((enum field)i), '.') + 1;

		if (!names(f, (enum field)i))
			continue;
		if (!open)
			json_open(out, "customer", '{');
		open = true;
		write_field(f, (enum field)i, name, out);
	}
	if (open)
		json_close(out, '}');
}

void event_fields_write(const struct fields *f, struct json_out *out)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (i == FIELD_CUSTOMER_ID)
			write_customer(f, out);
		if (i >= FIELD_CUSTOMER_ID && i <= FIELD_CUSTOMER_RENEWAL)
			continue;
		if (names(f, (enum field)i))
			write_field(
			    f, (enum field)i, field_name((enum field)i), out);
	}
}

static void write_said(struct json_out *out, const char *name, const char *text)
{
	if (text != NULL)
		json_text(out, name, text);
}

static void write_moved(const struct event *ev, struct json_out *out)
{
	static const enum field both[] = { FIELD_ASSIGNEE, FIELD_TEAM };

	for (size_t i = 0; i < sizeof both / sizeof both[0]; i++) {
		if (names(&ev->fields, both[i]))
			json_text(
			    out, field_name(both[i]), ev->fields.text[both[i]]);
	}
}

static void write_fields(const struct event *ev, struct json_out *out)
{
	if (ev->type == EVENT_CREATED || ev->author != AUTHOR_CUSTOMER)
		json_text(out, "author", author_name(ev->author));
	json_open(out, "fields", '{');
	event_fields_write(&ev->fields, out);
	json_close(out, '}');
}

/* What only this type has. */
static void write_own(const struct event *ev, struct json_out *out)
{
	switch (ev->type) {
	case EVENT_CREATED:
	case EVENT_UPDATED:
		write_fields(ev, out);
		break;
	case EVENT_COMMENT:
		json_text(out, "author", author_name(ev->author));
		json_bool(out, "public", ev->is_public);
		break;
	case EVENT_STATUS:
		json_text(out, "status", status_name(ev->fields.status));
		break;
	case EVENT_ASSIGNED:
		write_moved(ev, out);
		break;
	case EVENT_SNOOZED:
		json_wall(out, "until", ev->until);
		break;
	case EVENT_DUE:
		json_text(out, "clock", ev->clock);
		json_wall(out, "due", ev->due);
		break;
	case EVENT_ESCALATED:
		write_said(out, "chain", ev->chain);
		write_said(out, "team", ev->fields.text[FIELD_TEAM]);
		break;
	case EVENT_MERGED:
		json_text(out, "into", ev->into);
		break;
	case EVENT_ACKNOWLEDGED:
	case EVENT_CLAIMED:
	case EVENT_NOTE:
	case EVENT_SEVERITY_CONFIRMED:
	case EVENT_DELETED:
		break;
	case EVENT_TICK:
	case EVENT_DELIVERY:
	case EVENT_REVISED:
	case EVENT_REMARK:
	case EVENT_NOTICE_RETRY:
	case EVENT_NOTICE_DROP:
	case EVENT_TYPE_COUNT:
		CHECK(ev->type < EVENT_FROM_OUTSIDE_COUNT);
	}
}

void event_to_json(const struct event *ev, struct textbuf *out)
{
	struct json_out j;

	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "id", ev->id);
	json_text(&j, "ticket", ev->ticket);
	json_wall(&j, "at", ev->at);
	json_text(&j, "type", event_type_name(ev->type));
	write_own(ev, &j);
	write_said(&j, "by", ev->by);
	write_said(&j, "text", ev->text);
	json_close(&j, '}');
}
