/* routes_people.c - who there is; away, and back again.
 *
 * Answered on the loop: matrix and presence are in memory.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "daemon/app.h"
#include "daemon/duty_offer.h"
#include "daemon/reply.h"
#include "wire/people_json.h"

#include <string.h>

void handle_people(struct app *app, struct http_request *r, const char *key)
{
	struct textbuf body;
	struct json_out j;

	(void)key;
	textbuf_init(&body);
	json_out_init(&j, &body);
	people_json(matrix_ref_matrix(app->matrix), duty_ref_duty(app->duty),
	    loop_now(app->loop), &j);
	reply_json(r, 200, &body);
}

void handle_person(struct app *app, struct http_request *r, const char *key)
{
	struct saying s = { .m = matrix_ref_matrix(app->matrix) };
	struct textbuf body;
	struct json_out j;
	const char *name;

	if (!saying_person(&s, 404, "person: there is no", key, &name)) {
		reply_error(r, s.status, "%s", s.why.text);
		return;
	}
	textbuf_init(&body);
	json_out_init(&j, &body);
	person_json(s.m, duty_ref_duty(app->duty), matrix_person(s.m, name),
	    loop_now(app->loop), &j);
	reply_json(r, 200, &body);
}

/* --- away ---------------------------------------------------------------- */

static bool read_cover(struct saying *s)
{
	struct duty_change *c = &s->changes[0];
	const char *cover = members_get(&s->members, "cover");

	if (cover == NULL || cover[0] == '\0')
		return true;
	if (!saying_person(s, 422, "cover: unknown person", cover, &c->other))
		return false;
	if (strcmp(c->other, c->person) != 0)
		return true;
	return saying_refuse(s, 422,
	    "cover: %s is the one who is away; name somebody else, or nobody",
	    c->person);
}

void handle_away(struct app *app, struct http_request *r, const char *key)
{
	static const char *const known[] = { "until", "for", "from", "cover",
		"by", "why" };
	struct saying s;
	bool ok = saying_read(&s, app, r, DUTY_AWAY, known, 6) &&
		  saying_person(&s, 404, "person: there is no", key,
		      &s.changes[0].person) &&
		  saying_stretch(&s, true) && read_cover(&s);

	saying_offer(app, r, &s, ok);
}

/* --- back ---------------------------------------------------------------- */

/* Whoever is back is so now; an absence that is yet to come stays planned. */
static bool is_away(struct saying *s)
{
	const char *person = s->changes[0].person;

	if (duty_away(s->d, person, s->now) != NULL)
		return true;
	return saying_refuse(s, 409,
	    "person: %s is not away; an absence to come is taken back by its "
	    "number",
	    person);
}

void handle_back(struct app *app, struct http_request *r, const char *key)
{
	static const char *const known[] = { "by", "why" };
	struct saying s;
	bool ok = saying_read(&s, app, r, DUTY_BACK, known, 2) &&
		  saying_person(&s, 404, "person: there is no", key,
		      &s.changes[0].person) &&
		  is_away(&s);

	saying_offer(app, r, &s, ok);
}
