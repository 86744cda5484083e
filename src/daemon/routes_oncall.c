/* routes_oncall.c - who is on call; overrides, swaps, and taking them back.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "core/oncall.h"
#include "daemon/app.h"
#include "daemon/duty_offer.h"
#include "daemon/reply.h"
#include "wire/duty_json.h"
#include "wire/oncall_json.h"

#include <stdlib.h>
#include <string.h>

#define LOOKS_MAX 2000 /* hand-offs that are looked at in one stretch */

/* --- who is on call in a stretch ----------------------------------------- */

static bool is_among(const struct oncall *who, int person)
{
	for (size_t i = 0; i < who->count; i++)
		if (who->people[i] == person)
			return true;
	return false;
}

/* "dana and eli", "nobody". */
static void add_names(
    const struct matrix *m, const struct oncall *who, struct textbuf *out)
{
	for (size_t i = 0; i < who->count; i++)
		textbuf_addf(out, "%s%s",
		    i == 0		 ? ""
		    : i + 1 < who->count ? ", "
					 : " and ",
		    m->people[who->people[i]].name);
	if (who->count == 0)
		textbuf_add(out, "nobody");
}

/* Is that person on call there at any time? */
static bool is_ever_on_call(const struct saying *s, int schedule, int person,
    struct wall from, struct wall until)
{
	struct wall at = from;

	for (int i = 0; i < LOOKS_MAX && wall_before(at, until); i++) {
		struct oncall who;

		oncall_at(s->m, s->d, schedule, at, &who);
		if (is_among(&who, person))
			return true;
		at = who.until;
	}
	return false;
}

/* Taking a place that nobody has would do nothing, unnoticed. */
static bool check_on_call(
    struct saying *s, int schedule, const char *member, const char *name)
{
	const struct duty_change *c = &s->changes[0];
	struct oncall who;
	struct textbuf names;

	if (is_ever_on_call(
		s, schedule, matrix_person(s->m, name), c->from, c->until))
		return true;
	oncall_at(s->m, s->d, schedule, c->from, &who);
	textbuf_init(&names);
	add_names(s->m, &who, &names);
	saying_refuse(s, 422, "%s: %s is not on call on %s then; %s is", member,
	    name, c->schedule, names.data);
	textbuf_fini(&names);
	return false;
}

/* --- who it is ----------------------------------------------------------- */

#define AHEAD_MAX_MS (400 * DAY_MS) /* a year of night shifts, and some */

/* An instant of the query; false: refused. */
static bool query_wall(
    struct http_request *r, const char *name, struct wall *out)
{
	const char *text = http_query(r, name);

	if (text == NULL || wall_parse(text, strlen(text), out))
		return true;
	reply_error(r, 400, "%s: not an RFC 3339 instant: \"%s\"", name, text);
	return false;
}

void handle_oncall(struct app *app, struct http_request *r, const char *key)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	const char *role = http_query(r, "role");
	struct wall at = loop_now(app->loop);
	struct wall until = WALL_NEVER;
	struct errtext why;
	struct textbuf body;

	(void)key;
	if (!query_wall(r, "at", &at) || !query_wall(r, "until", &until))
		return;
	if (wall_is_never(until))
		until = wall_plus(at, ONCALL_AHEAD_MS);
	if (!wall_before(at, until) || wall_minus(until, at) > AHEAD_MAX_MS) {
		reply_error(
		    r, 422, "until: give one after \"at\", at most 400 days");
		return;
	}
	if (role != NULL && !oncall_knows(m, role, &why)) {
		reply_error(r, 404, "role: %s", why.text);
		return;
	}
	textbuf_init(&body);
	oncall_to_json(m, duty_ref_duty(app->duty), at, until, role, &body);
	reply_json(r, 200, &body);
}

/* --- override, add, remove ----------------------------------------------- */

static bool read_change(struct saying *s, const char *key)
{
	struct duty_change *c = &s->changes[0];
	const char *other = members_get(&s->members, "instead_of");
	const char *person;
	int schedule;

	if (!saying_schedule(s, key, &schedule))
		return false;
	c->schedule = s->m->schedules[schedule].name;
	s->status = 400;
	if (!members_need(&s->members, "person", "who it is", &person, &s->why))
		return false;
	if (!saying_person(
		s, 422, "person: unknown person", person, &c->person) ||
	    !saying_stretch(s, false))
		return false;
	if (c->kind == DUTY_REMOVE)
		return check_on_call(s, schedule, "person", c->person);
	if (other == NULL || other[0] == '\0')
		return true;
	if (!saying_person(
		s, 422, "instead_of: unknown person", other, &c->other))
		return false;
	if (strcmp(c->other, c->person) == 0)
		return saying_refuse(s, 422,
		    "instead_of: %s cannot take their own place", c->person);
	return check_on_call(s, schedule, "instead_of", c->other);
}

static void change(struct app *app, struct http_request *r, const char *key,
    enum duty_kind kind)
{
	static const char *const known[] = { "person", "from", "until", "for",
		"by", "why", "instead_of" };
	struct saying s;
	bool ok = saying_read(
		      &s, app, r, kind, known, kind == DUTY_OVERRIDE ? 7 : 6) &&
		  read_change(&s, key);

	saying_offer(app, r, &s, ok);
}

void handle_override(struct app *app, struct http_request *r, const char *key)
{
	change(app, r, key, DUTY_OVERRIDE);
}

void handle_add(struct app *app, struct http_request *r, const char *key)
{
	change(app, r, key, DUTY_ADD);
}

void handle_remove(struct app *app, struct http_request *r, const char *key)
{
	change(app, r, key, DUTY_REMOVE);
}

/* --- swap ---------------------------------------------------------------- */

/* One of the two stretches: whose it is, and how far it goes. */
struct half {
	const char *from_name; /* of its members */
	const char *until_name;
	struct wall from;
	struct wall until; /* WALL_NEVER: up to the hand-off */
	int person;
};

/* Goes on from where the person begins, over hours in which nobody is on duty,
 * until somebody else is.  False: it has no end, or one too far. */
static bool find_end(const struct saying *s, int schedule, struct half *h)
{
	struct wall at = h->from;
	struct wall end = h->from;

	for (int i = 0; i < LOOKS_MAX && !wall_is_never(at); i++) {
		struct oncall who;

		oncall_at(s->m, s->d, schedule, at, &who);
		if (who.count > 0 &&
		    !(who.count == 1 && who.people[0] == h->person)) {
			h->until = wall_min(h->until, end);
			return true;
		}
		at = who.until;
		if (who.count > 0)
			end = at;
		if (!wall_before(at, h->until) && !wall_is_never(h->until))
			return true;
	}
	return !wall_is_never(h->until);
}

static bool read_half(struct saying *s, int schedule, struct half *h)
{
	const char *name = s->m->schedules[schedule].name;
	struct wall wanted = WALL_NEVER;
	struct oncall who;
	struct textbuf names;
	const char *text;

	s->status = 400;
	if (!members_need(&s->members, h->from_name, "when that stretch begins",
		&text, &s->why) ||
	    !members_wall(&s->members, h->from_name, &h->from, &s->why) ||
	    !members_wall(&s->members, h->until_name, &wanted, &s->why))
		return false;
	h->until = wanted;
	oncall_at(s->m, s->d, schedule, h->from, &who);
	if (who.count != 1) {
		textbuf_init(&names);
		add_names(s->m, &who, &names);
		saying_refuse(s, 422,
		    "%s: %s %s on call on %s then, and a swap is between two; "
		    "override it instead",
		    h->from_name, names.data, who.count > 1 ? "are" : "is",
		    name);
		textbuf_fini(&names);
		return false;
	}
	h->person = who.people[0];
	if (!find_end(s, schedule, h))
		return saying_refuse(s, 422,
		    "%s: needed, %s has no hand-off on %s", h->until_name,
		    s->m->people[h->person].name, name);
	if (wall_before(h->until, wanted) && !wall_is_never(wanted))
		return saying_refuse(s, 422,
		    "%s: somebody else is on call before that; leave it out "
		    "to end at the hand-off",
		    h->until_name);
	if (!wall_before(wall_max(h->from, s->now), h->until))
		return saying_refuse(s, 422,
		    "%s: that stretch is over; give one to come", h->from_name);
	h->from = wall_max(h->from, s->now);
	return true;
}

static void take_place(const struct saying *s, struct duty_change *c,
    int schedule, const struct half *of, const struct half *by)
{
	c->schedule = s->m->schedules[schedule].name;
	c->person = s->m->people[by->person].name;
	c->other = s->m->people[of->person].name;
	c->from = of->from;
	c->until = of->until;
}

static bool read_swap(struct saying *s, const char *key)
{
	struct half one = { "from", "until", s->now, WALL_NEVER, -1 };
	struct half two = { "with_from", "with_until", s->now, WALL_NEVER, -1 };
	int schedule;

	if (!saying_schedule(s, key, &schedule) ||
	    !read_half(s, schedule, &one) || !read_half(s, schedule, &two))
		return false;
	if (one.person == two.person)
		return saying_refuse(s, 422,
		    "with_from: %s is on call in both stretches; there is "
		    "nothing to swap",
		    s->m->people[one.person].name);
	take_place(s, &s->changes[0], schedule, &one, &two);
	take_place(s, saying_more(s, DUTY_OVERRIDE), schedule, &two, &one);
	return true;
}

void handle_swap(struct app *app, struct http_request *r, const char *key)
{
	static const char *const known[] = { "from", "until", "with_from",
		"with_until", "by", "why" };
	struct saying s;
	bool ok = saying_read(&s, app, r, DUTY_OVERRIDE, known, 6) &&
		  read_swap(&s, key);

	saying_offer(app, r, &s, ok);
}

/* --- what holds, and taking it back -------------------------------------- */

void handle_duty(struct app *app, struct http_request *r, const char *key)
{
	struct wall now = loop_now(app->loop);
	struct textbuf body;
	struct json_out j;

	(void)key;
	textbuf_init(&body);
	json_out_init(&j, &body);
	json_open(&j, NULL, '{');
	json_wall(&j, "now", now);
	duty_json(duty_ref_duty(app->duty), now, "changes", &j);
	json_close(&j, '}');
	reply_json(r, 200, &body);
}

static bool read_target(struct saying *s, const char *key)
{
	char *end;
	long long number = strtoll(key, &end, 10);

	s->changes[0].target = number;
	for (size_t i = 0; i < s->d->count && *end == '\0'; i++) {
		const struct duty_change *c = &s->d->items[i];

		if (c->number == number && c->kind != DUTY_FEED &&
		    wall_before(s->now, c->until))
			return true;
	}
	return saying_refuse(s, 404,
	    "number: no change \"%s\" is in force; GET /v1/duty lists those "
	    "that are",
	    key);
}

void handle_drop(struct app *app, struct http_request *r, const char *key)
{
	static const char *const known[] = { "by", "why" };
	struct saying s;
	bool ok = saying_read(&s, app, r, DUTY_DROP, known, 2) &&
		  read_target(&s, key);

	saying_offer(app, r, &s, ok);
}
