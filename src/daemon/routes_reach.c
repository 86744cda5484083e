/* routes_reach.c - does it arrive? a marked test, and a look at everybody.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "base/nearest.h"
#include "core/notices.h"
#include "core/roster.h"
#include "daemon/app.h"
#include "daemon/log.h"
#include "daemon/members.h"
#include "daemon/reach_ways.h"
#include "daemon/reply.h"
#include "wire/json_out.h"

#include <stdlib.h>
#include <string.h>

/* --- a test --------------------------------------------------------------- */

/* One request; an answer of each channel is a part of the reply's body. */
struct test {
	struct app *app;
	struct http_request *request;
	struct textbuf body;
	struct json_out json;
	char *to; /* person or room, as the matrix names it */
	char *by;
	int person; /* or -1 */
	size_t open;
	size_t failed;
};

/* What is to be tested. */
struct aim {
	int person;		/* or -1 */
	struct reach_ways ways; /* the channels */
	struct arena arena;	/* of these */
	int status;		/* of a refusal */
	struct errtext why;
};

/* "member: name what". */
static bool refuse(struct aim *a, int status, const char *member,
    const char *name, const char *what)
{
	a->status = status;
	errtext_set(&a->why, "%s: %s%s", member, name, what);
	return false;
}

static void add(struct aim *a, int channel)
{
	*(int *)arena_push(&a->arena, &a->ways.channels, &a->ways.count,
	    &a->ways.cap, sizeof(int)) = channel;
}

static bool unknown_channel(struct aim *a, const struct matrix *m,
    const char *member, const char *name, int status)
{
	struct nearest near;

	nearest_init(&near, name);
	for (size_t i = 0; i < m->nchannels; i++)
		nearest_try(&near, m->channels[i].name);
	for (size_t i = 0; strcmp(member, "to") == 0 && i < m->npeople; i++)
		nearest_try(&near, m->people[i].name);
	nearest_say(&near,
	    strcmp(member, "to") == 0 ? "there is no person or channel"
				      : "there is no channel",
	    &a->why);
	errtext_wrap(&a->why, "%s", member);
	a->status = status;
	return false;
}

/* The channel that was named; `dm` and `mention` are those of the first room.
 */
static bool aim_by(struct aim *a, const struct matrix *m, const char *name)
{
	int channel = matrix_way_channel(m, matrix_way(m, name), -1);

	if (channel < 0)
		return unknown_channel(a, m, "channel", name, 422);
	if (!roster_can_carry(m, channel, a->person))
		return refuse(a, 422, "channel", m->channels[channel].name,
		    " cannot carry to them; add their email or slack to "
		    "`people`");
	add(a, channel);
	return true;
}

static bool aim_at_room(
    struct aim *a, const struct matrix *m, const char *to, const char *channel)
{
	int room = matrix_channel(m, to);

	if (room < 0)
		return unknown_channel(a, m, "to", to, 404);
	if (channel != NULL)
		return refuse(a, 422, "channel", to,
		    " is one itself; only a person has several");
	if (channel_is_personal(&m->channels[room]))
		return refuse(a, 422, "to", to,
		    " reaches people; name one of them, with this as channel");
	add(a, room);
	return true;
}

static bool take_aim(
    struct aim *a, const struct matrix *m, const char *to, const char *channel)
{
	*a = (struct aim){ .person = notices_find_person(m, to),
		.arena = ARENA_INIT };
	if (a->person < 0)
		return aim_at_room(a, m, to, channel);
	if (channel != NULL)
		return aim_by(a, m, channel);
	reach_ways_of(m, a->person, true, &a->arena, &a->ways);
	return a->ways.count > 0 ||
	       refuse(a, 422, "to", m->people[a->person].name,
		   " has no channel of their own, and no chain names one; name "
		   "it as channel");
}

static void log_test(const struct test *t, const struct notifier_report *r)
{
	struct log_line l;

	log_begin(&l, r->ok ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING);
	log_text(&l, "msg", r->ok ? "a test went out" : "a test was refused");
	log_text(&l, "to", t->to);
	log_text(&l, "channel", r->channel);
	log_text(&l, "by", t->by);
	if (r->status != 0)
		log_int(&l, "code", r->status);
	log_span(&l, "took", r->took_ms);
	log_text(&l, "error", r->ok ? NULL : r->why);
	log_end(&l);
}

static void write_report(struct json_out *j, const struct notifier_report *r)
{
	json_open(j, NULL, '{');
	json_text(j, "channel", r->channel);
	json_bool(j, "ok", r->ok);
	json_text(j, "meaning", meaning_name(r->meaning));
	if (r->status != 0)
		json_int(j, "code", r->status);
	json_text(j, "word", r->word);
	json_text(j, "why", r->why);
	json_seconds(j, "took_s", r->took_ms);
	json_close(j, '}');
}

static void test_end(struct test *t)
{
	json_close(&t->json, ']');
	json_bool(&t->json, "ok", t->failed == 0);
	json_close(&t->json, '}');
	reply_json(t->request, 200, &t->body);
	free(t->to);
	free(t->by);
	free(t);
}

static void on_report(void *user, const struct notifier_report *r)
{
	struct test *t = user;
	const struct matrix *m = matrix_ref_matrix(t->app->matrix);
	int channel = matrix_channel(m, r->channel);
	int person = matrix_person(m, t->to);

	log_test(t, r);
	write_report(&t->json, r);
	t->failed += !r->ok;
	if (r->ok && r->status != 0 && channel >= 0 && person >= 0 &&
	    t->person >= 0)
		reach_went(t->app, channel, person);
	if (--t->open == 0)
		test_end(t);
}

static char *copy(const char *text)
{
	char *own = strdup(text);

	CHECK(own != NULL);
	return own;
}

static void test_begin(struct app *app, struct http_request *r,
    const struct aim *a, const char *by)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	struct test *t = calloc(1, sizeof *t);

	CHECK(t != NULL);
	t->app = app;
	t->request = r;
	t->person = a->person;
	t->to = copy(a->person >= 0 ? m->people[a->person].name
				    : m->channels[a->ways.channels[0]].name);
	t->by = copy(by);
	t->open = a->ways.count;
	textbuf_init(&t->body);
	json_out_init(&t->json, &t->body);
	json_open(&t->json, NULL, '{');
	json_text(&t->json, "to", t->to);
	json_open(&t->json, "results", '[');
	for (size_t i = 0; i < a->ways.count; i++)
		notifier_probe(app->notifier, LETTER_TEST, a->ways.channels[i],
		    a->person, t->by, on_report, t);
}

void handle_test_notice(
    struct app *app, struct http_request *r, const char *key)
{
	static const char *const known[] = { "to", "channel", "by" };
	struct aim aim = { .status = 400 };
	struct members m;
	const char *to;
	const char *by;
	bool ok =
	    members_read(&m, r, known, 3, &aim.why) &&
	    members_need(&m, "to", "a person or a channel", &to, &aim.why) &&
	    members_need(&m, "by", "who does it", &by, &aim.why) &&
	    take_aim(&aim, matrix_ref_matrix(app->matrix), to,
		members_get(&m, "channel"));

	(void)key;
	if (ok)
		test_begin(app, r, &aim, by);
	else
		reply_error(r, aim.status, "%s", aim.why.text);
	arena_fini(&aim.arena);
	members_free(&m);
}

/* --- a look --------------------------------------------------------------- */

struct looking {
	struct app *app;
	struct http_request *request;
};

static void on_looked(void *user, bool ok)
{
	struct looking *l = user;
	struct textbuf body;
	struct json_out j;

	if (ok) {
		textbuf_init(&body);
		json_out_init(&j, &body);
		reach_json(l->app, &j);
		reply_json(l->request, 200, &body);
	} else {
		reply_busy(l->request, "the daemon is stopping");
	}
	free(l);
}

void handle_people_check(
    struct app *app, struct http_request *r, const char *key)
{
	struct looking *l = malloc(sizeof *l);

	(void)key;
	CHECK(l != NULL);
	l->app = app;
	l->request = r;
	reach_check(app, on_looked, l);
}
