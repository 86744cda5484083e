/* commit_drill.c - see commit_drill.h.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/commit_drill.h"

#include "base/check.h"
#include "base/nearest.h"
#include "base/textbuf.h"
#include "core/drill.h"
#include "core/notices.h"
#include "daemon/commit_parts.h"
#include "store/store_drill.h"
#include "wire/event_json.h"
#include "wire/json_out.h"

#include <string.h>

#define KEY_MAX 64

/* What is walked, as whom, and why that. */
struct aim {
	int chain;
	const char *severity; /* or NULL */
	const char *team;     /* or NULL */
	const char *policy;   /* that would start it; or "" */
	const char *by;	      /* title of whoever asked, or as they said */
};

/* --- can it be? ----------------------------------------------------------- */

/* What was meant; or where those that there are stand. */
static bool unknown(const struct nearest *near, const char *what,
    const char *section, struct errtext *err)
{
	if (near->best != NULL)
		nearest_say(near, what, err);
	else
		errtext_set(err, "%s \"%.*s\"; name one of `%s` in the matrix",
		    what, (int)utf8_cut(near->want, strlen(near->want), 60),
		    near->want, section);
	return false;
}

static bool no_severity(
    const struct matrix *m, const char *name, struct errtext *err)
{
	struct nearest near;

	nearest_init(&near, name);
	for (size_t i = 0; i < m->nseverities; i++)
		nearest_try(&near, m->severities[i].name);
	return unknown(&near, "severity: unknown severity", "severities", err);
}

static bool no_team(
    const struct matrix *m, const char *name, struct errtext *err)
{
	struct nearest near;

	nearest_init(&near, name);
	for (size_t i = 0; i < m->nteams; i++)
		nearest_try(&near, m->teams[i].name);
	return unknown(&near, "team: unknown team", "teams", err);
}

static bool no_chain(
    const struct matrix *m, const char *name, struct errtext *err)
{
	struct nearest near;

	nearest_init(&near, name);
	for (size_t i = 0; i < m->nchains; i++)
		nearest_try(&near, m->chains[i].name);
	return unknown(&near, "chain: unknown chain", "chains", err);
}

static bool no_person(
    const struct matrix *m, const char *name, struct errtext *err)
{
	struct nearest near;

	nearest_init(&near, name);
	for (size_t i = 0; i < m->npeople; i++)
		nearest_try(&near, m->people[i].name);
	return unknown(&near, "by: unknown person", "people", err);
}

/* The chain that a breach of such a ticket would start. */
static bool take_severity(const struct matrix *m, const struct drill_order *o,
    struct wall now, struct arena *arena, struct aim *aim, struct errtext *err)
{
	const char *team = o->team == NULL ? "any team" : o->team;
	int policy = drill_policy(m, o->severity, o->team, now, arena);

	if (policy < 0) {
		errtext_set(err,
		    "severity: no policy is for a ticket of which nothing is "
		    "known but %s and %s; name the chain instead",
		    o->severity, team);
		return false;
	}
	aim->policy = m->policies[policy].name;
	aim->chain = m->policies[policy].on_breach;
	if (aim->chain >= 0)
		return true;
	errtext_set(err,
	    "severity: a %s ticket of %s has the policy %s, which starts no "
	    "chain (on_breach); name the chain instead",
	    o->severity, team, aim->policy);
	return false;
}

/* A chain by its name is told as the most urgent ticket that would start it.
 */
static bool take_chain(const struct matrix *m, const struct drill_order *o,
    struct wall now, struct arena *arena, struct aim *aim, struct errtext *err)
{
	int severity;
	int policy;

	aim->chain = matrix_chain(m, o->chain);
	if (aim->chain < 0)
		return no_chain(m, o->chain, err);
	if (o->severity != NULL)
		return true;
	severity = drill_severity(m, aim->chain, o->team, now, arena);
	if (severity < 0)
		return true;
	aim->severity = m->severities[severity].name;
	policy = drill_policy(m, aim->severity, o->team, now, arena);
	aim->policy = m->policies[policy].name;
	return true;
}

static bool take_aim(const struct commit_turn *turn,
    const struct drill_order *o, struct arena *arena, struct aim *aim,
    struct errtext *err)
{
	const struct matrix *m = turn->matrix;
	int by = notices_find_person(m, o->by);

	*aim = (struct aim){ .severity = o->severity,
		.team = o->team,
		.policy = "",
		.by = by < 0 ? o->by : m->people[by].title };
	if (by < 0 && m->npeople > 0)
		return no_person(m, o->by, err);
	if (o->severity != NULL && matrix_severity(m, o->severity) < 0)
		return no_severity(m, o->severity, err);
	if (o->team != NULL && matrix_team(m, o->team) < 0)
		return no_team(m, o->team, err);
	return o->chain != NULL
		   ? take_chain(m, o, turn->batch->now, arena, aim, err)
		   : take_severity(m, o, turn->batch->now, arena, aim, err);
}

/* --- it begins ------------------------------------------------------------ */

static void write_created(const struct commit_turn *turn, const struct item *it,
    const struct aim *aim, const char *key, struct textbuf *out)
{
	const char *chain = turn->matrix->chains[aim->chain].name;
	struct textbuf subject;
	struct json_out j;

	textbuf_init(&subject);
	textbuf_addf(&subject, "Drill of chain %s, by %s", chain, aim->by);
	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "id", key);
	json_text(&j, "ticket", key);
	json_wall(&j, "at", turn->batch->now);
	json_text(&j, "type", event_type_name(EVENT_CREATED));
	json_text(&j, "author", author_name(AUTHOR_AGENT));
	json_text(&j, "by", it->drill.by);
	json_open(&j, "fields", '{');
	json_text(&j, "subject", subject.data);
	if (aim->severity != NULL)
		json_text(&j, "severity", aim->severity);
	if (aim->team != NULL)
		json_text(&j, "team", aim->team);
	json_open(&j, "attributes", '{');
	json_bool(&j, "drill", true);
	json_int(&j, "speed", it->drill.speed);
	json_text(&j, "chain", chain);
	json_text(&j, "policy", aim->policy);
	json_text(&j, "by", it->drill.by);
	json_close(&j, '}');
	json_close(&j, '}');
	json_close(&j, '}');
	textbuf_fini(&subject);
}

static void write_escalated(const struct commit_turn *turn,
    const struct item *it, const struct aim *aim, const char *key,
    struct textbuf *out)
{
	struct textbuf text;
	struct json_out j;

	textbuf_init(&text);
	textbuf_addf(&text, "%s:start", key);
	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "id", text.data);
	json_text(&j, "ticket", key);
	json_wall(&j, "at", turn->batch->now);
	json_text(&j, "type", event_type_name(EVENT_ESCALATED));
	json_text(&j, "by", it->drill.by);
	json_text(&j, "chain", turn->matrix->chains[aim->chain].name);
	textbuf_clear(&text);
	textbuf_add(&text, "this is a drill, nothing is wrong; please "
			   "acknowledge it as if it were real");
	json_text(&j, "text", text.data);
	json_close(&j, '}');
	textbuf_fini(&text);
}

/* Through the gate of everybody's events: what a replay reads. */
static bool read_event(struct arena *arena, const struct textbuf *text,
    struct event *ev, struct errtext *err)
{
	return event_from_json(text->data, text->len, arena, ev, err);
}

static enum store_result load(
    struct commit_turn *turn, const char *key, struct ticket *t)
{
	return store_load(
	    turn->store, &turn->work, key, 0, t, &turn->batch->why);
}

static enum store_result make_ticket(
    struct commit_turn *turn, const struct event *ev)
{
	struct decision d = { .verdict = VERDICT_NOTHING };
	enum store_result r;
	struct ticket t;

	r = load(turn, ev->ticket, &t);
	CHECK(r != STORE_OK); /* its number is a new one */
	if (r == STORE_NONE)
		r = commit_decide(turn, &t, ev, ev->at, &d);
	CHECK(r != STORE_OK || d.verdict == VERDICT_ACCEPTED);
	return r;
}

static enum store_result start(struct commit_turn *turn, struct item *it,
    const struct aim *aim, const char *key)
{
	struct textbuf text;
	struct errtext err;
	struct event made;
	struct ticket t;
	enum store_result r = STORE_OK;
	bool ok;

	textbuf_init(&text);
	write_created(turn, it, aim, key, &text);
	ok = read_event(&it->arena, &text, &made, &err);
	textbuf_clear(&text);
	write_escalated(turn, it, aim, key, &text);
	ok = ok && read_event(&it->arena, &text, &it->ev, &err);
	textbuf_fini(&text);
	if (!ok) {
		commit_refuse(turn, it, 422, err.text);
		return STORE_OK;
	}
	r = make_ticket(turn, &made);
	if (r == STORE_OK)
		r = load(turn, key, &t);
	if (r == STORE_OK)
		r = commit_settle(turn, it, &t);
	return r;
}

/* "drill:2026-11-21-": today's, by UTC. */
static void write_day(struct wall now, char out[KEY_MAX])
{
	char at[WALL_TEXT_MAX];
	struct textbuf tb;

	wall_format(now, at);
	textbuf_init_fixed(&tb, out, KEY_MAX);
	textbuf_addf(&tb, DRILL_SOURCE "%.*s-", 10, at);
}

enum store_result commit_drill(struct commit_turn *turn, struct item *it)
{
	struct errtext *why = &turn->batch->why;
	struct errtext err = { "" };
	const char *running = NULL;
	char day[KEY_MAX];
	char key[KEY_MAX];
	struct textbuf tb;
	struct aim aim;
	enum store_result r;
	int64_t number = 0;

	if (!take_aim(turn, &it->drill, &turn->work, &aim, &err)) {
		commit_refuse(turn, it, 422, err.text);
		return STORE_OK;
	}
	r = store_running_drill(turn->store, &turn->work,
	    turn->matrix->chains[aim.chain].name, &running, why);
	if (r == STORE_OK) {
		errtext_set(&err,
		    "chain: a drill of it runs already, %s; wait for its end, "
		    "or `slawatchctl drill stop %s`",
		    running, running);
		commit_refuse(turn, it, 409, err.text);
		return STORE_OK;
	}
	write_day(turn->batch->now, day);
	if (r == STORE_NONE)
		r = store_last_drill(turn->store, day, &number, why);
	if (r != STORE_OK)
		return r;
	textbuf_init_fixed(&tb, key, sizeof key);
	textbuf_addf(&tb, "%s%lld", day, (long long)number + 1);
	return start(turn, it, &aim, key);
}
