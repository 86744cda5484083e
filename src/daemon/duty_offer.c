/* duty_offer.c - absences and changes of on-call: read, check, offer, answer.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/duty_offer.h"

#include "base/check.h"
#include "base/nearest.h"
#include "core/notices.h"
#include "daemon/app.h"
#include "daemon/reply.h"
#include "wire/duty_json.h"
#include "wire/event_json.h"
#include "wire/json_out.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* --- what is said -------------------------------------------------------- */

bool saying_refuse(struct saying *s, int status, const char *fmt, ...)
{
	struct textbuf text;
	va_list ap;

	s->status = status;
	textbuf_init_fixed(&text, s->why.text, sizeof s->why.text);
	va_start(ap, fmt);
	textbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	return false;
}

/* Who says so, and why: records, not essays. */
static bool is_short(struct saying *s, const char *name)
{
	const char *text = members_get(&s->members, name);

	if (text == NULL || strlen(text) <= EVENT_FIELD_MAX)
		return true;
	return saying_refuse(
	    s, 400, "%s: longer than %d bytes", name, EVENT_FIELD_MAX);
}

struct duty_change *saying_more(struct saying *s, enum duty_kind kind)
{
	const char *why = members_get(&s->members, "why");
	struct duty_change *c = &s->changes[s->count++];

	CHECK(s->count <= DUTY_OFFER_MAX);
	*c = (struct duty_change){ .kind = kind,
		.person = "",
		.other = "",
		.schedule = "",
		.from = s->now,
		.until = WALL_NEVER,
		.by = members_get(&s->members, "by"),
		.why = why != NULL ? why : "",
		.at = s->now };
	return c;
}

bool saying_read(struct saying *s, const struct app *app,
    const struct http_request *r, enum duty_kind kind,
    const char *const known[], size_t count)
{
	const char *by;

	memset(s, 0, sizeof *s);
	s->m = matrix_ref_matrix(app->matrix);
	s->d = duty_ref_duty(app->duty);
	s->now = loop_now(app->loop);
	s->status = 400;
	if (!members_read(&s->members, r, known, count, &s->why) ||
	    !members_need(&s->members, "by", "who says so", &by, &s->why) ||
	    !is_short(s, "by") || !is_short(s, "why"))
		return false;
	saying_more(s, kind);
	return true;
}

void saying_free(struct saying *s)
{
	members_free(&s->members);
}

bool saying_person(struct saying *s, int status, const char *what,
    const char *text, const char **out)
{
	int person = notices_find_person(s->m, text);
	struct nearest near;

	if (person >= 0) {
		*out = s->m->people[person].name;
		return true;
	}
	s->status = status;
	nearest_init(&near, text);
	for (size_t i = 0; i < s->m->npeople; i++)
		nearest_try(&near, s->m->people[i].name);
	nearest_say(&near, what, &s->why);
	return false;
}

bool saying_schedule(struct saying *s, const char *text, int *out)
{
	int role = matrix_role(s->m, text);
	struct nearest near;

	*out = matrix_schedule(s->m, text);
	if (*out >= 0)
		return true;
	if (role >= 0 && s->m->roles[role].who.kind == WHO_SCHEDULE) {
		*out = s->m->roles[role].who.index;
		return true;
	}
	if (role >= 0)
		return saying_refuse(s, 422,
		    "schedule: the role \"%s\" is nobody's on-call schedule; "
		    "say who is away, and who covers",
		    text);
	s->status = 404;
	nearest_init(&near, text);
	for (size_t i = 0; i < s->m->nschedules; i++)
		nearest_try(&near, s->m->schedules[i].name);
	nearest_say(&near, "schedule: unknown on-call schedule", &s->why);
	return false;
}

/* What was before now is as it was. */
bool saying_stretch(struct saying *s, bool may_last)
{
	struct duty_change *c = &s->changes[0];
	const struct members *m = &s->members;
	char now[WALL_TEXT_MAX];

	s->status = 400;
	if (!members_wall(m, "from", &c->from, &s->why))
		return false;
	c->from = wall_max(c->from, s->now);
	if (may_last && members_is_null(m, "until") &&
	    members_get(m, "for") == NULL)
		return true;
	if (!members_end(m, c->from, &c->until, &s->why))
		return false;
	wall_format(s->now, now);
	if (!wall_before(s->now, c->until))
		return saying_refuse(s, 422,
		    "until: that has passed; give an instant after %s", now);
	if (!wall_before(c->from, c->until))
		return saying_refuse(
		    s, 422, "until: not after \"from\"; give a later one");
	return true;
}

/* --- offering ------------------------------------------------------------ */

struct offer {
	struct app *app;
	struct http_request *request;
	struct wall now;
	size_t left; /* items not yet published */
	struct textbuf body;
	struct json_out json;
	int status;	    /* the worst so far */
	struct errtext why; /* of it */
};

static void answer(struct offer *o)
{
	if (o->status == 503) {
		reply_busy(o->request, o->why.text);
		textbuf_fini(&o->body);
	} else if (o->status >= 400) {
		reply_error(o->request, o->status, "%s", o->why.text);
		textbuf_fini(&o->body);
	} else {
		json_close(&o->json, ']');
		json_close(&o->json, '}');
		reply_json(o->request, o->status, &o->body);
	}
	free(o);
}

static void on_published(void *user, struct item *it)
{
	struct offer *o = user;

	CHECK(o->left > 0);
	switch (it->out.kind) {
	case OUTCOME_ACCEPTED:
	case OUTCOME_NOTHING:
	case OUTCOME_DUPLICATE:
		duty_change_json(&it->duty, NULL, &o->json);
		break;
	case OUTCOME_REFUSED:
		o->status = it->out.code;
		errtext_set(&o->why, "%s", it->out.why);
		break;
	case OUTCOME_FAILED:
		o->status = 503;
		errtext_set(&o->why, "nothing could be stored; try again");
		break;
	}
	if (--o->left == 0)
		answer(o);
}

struct item *duty_item(const struct duty_change *c)
{
	struct item *it = item_new(ITEM_DUTY);
	struct arena *a = &it->arena;

	it->duty = *c;
	it->duty.person = arena_strdup(a, c->person);
	it->duty.other = arena_strdup(a, c->other);
	it->duty.schedule = arena_strdup(a, c->schedule);
	it->duty.by = arena_strdup(a, c->by);
	it->duty.why = arena_strdup(a, c->why);
	return it;
}

static struct offer *offer_new(
    struct app *app, struct http_request *r, const struct saying *s)
{
	struct offer *o = calloc(1, sizeof *o);

	CHECK(o != NULL);
	o->app = app;
	o->request = r;
	o->status = 201;
	o->left = s->count;
	textbuf_init(&o->body);
	json_out_init(&o->json, &o->body);
	json_open(&o->json, NULL, '{');
	json_open(&o->json, "changes", '[');
	return o;
}

static void submit(
    struct app *app, struct http_request *r, const struct saying *s)
{
	struct offer *o = offer_new(app, r, s);
	struct item *first = NULL;
	struct item **tail = &first;

	for (size_t i = 0; i < s->count; i++) {
		*tail = duty_item(&s->changes[i]);
		(*tail)->published = on_published;
		(*tail)->user = o;
		tail = &(*tail)->next;
	}
	if (intake_offer(app->intake, first, s->count))
		return;
	while (first != NULL) {
		struct item *it = first;

		first = it->next;
		item_free(it);
	}
	o->status = 503;
	errtext_set(&o->why, "the queue is full; try again");
	answer(o);
}

/* What the core would refuse is refused before anything of it is stored. */
static bool holds(struct saying *s)
{
	if (s->d->count + s->count > DUTY_ITEMS_MAX)
		return saying_refuse(s, 422,
		    "there are %d absences and overrides already; take some "
		    "back",
		    DUTY_ITEMS_MAX);
	s->status = 422;
	for (size_t i = 0; i < s->count; i++)
		if (!duty_check(s->m, s->d, &s->changes[i], &s->why))
			return false;
	return true;
}

void saying_offer(
    struct app *app, struct http_request *r, struct saying *s, bool ok)
{
	if (ok && holds(s))
		submit(app, r, s);
	else
		reply_error(r, s->status, "%s", s->why.text);
	saying_free(s);
}
