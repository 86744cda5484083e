/* routes.c - the table of routes, and what every request must pass.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/routes.h"

#include "base/arena.h"
#include "base/check.h"
#include "base/nearest.h"
#include "daemon/app.h"
#include "daemon/auth.h"
#include "daemon/handlers.h"
#include "daemon/reply.h"

#include <string.h>
#include <strings.h>

/* No scope is asked for ... */
#define PUBLIC	     0
#define PUBLIC_FORM  (-1) /* ... and it brings a form */
#define PUBLIC_SLACK (-2) /* ... or JSON: Slack uses both */

#define LINK_BODY_MAX 4096 /* bytes: a form without fields has none */

struct route {
	const char *method;
	const char *path; /* a '*' stands for the key */
	int scope;	  /* enum scope, or a PUBLIC one */
	handler *handle;
	const char *query[12]; /* parameters it knows */
};

/* Of two that fit a path the first counts. */
static const struct route routes[] = {
	{ "POST", "/v1/events", SCOPE_INGEST, handle_events, { NULL } },
	{ "GET", "/v1/tickets", SCOPE_READ, handle_tickets,
	    { "status", "severity", "team", "assignee", "customer", "q",
		"breached", "order", "limit", "after" } },
	{ "GET", "/v1/tickets/*/timeline", SCOPE_READ, handle_timeline,
	    { "after", "limit" } },
	{ "GET", "/v1/tickets/*/explain", SCOPE_READ, handle_explain,
	    { NULL } },
	{ "GET", "/v1/tickets/*/preview", SCOPE_READ, handle_preview,
	    { "channel", "person", "reason", "chain" } },
	{ "GET", "/v1/preview", SCOPE_READ, handle_preview,
	    { "channel", "person", "reason", "chain" } },
	{ "POST", "/v1/tickets/*/ack", SCOPE_OPERATE, handle_ack, { NULL } },
	{ "POST", "/v1/tickets/*/claim", SCOPE_OPERATE, handle_claim,
	    { NULL } },
	{ "POST", "/v1/tickets/*/snooze", SCOPE_OPERATE, handle_snooze,
	    { NULL } },
	{ "POST", "/v1/tickets/*/note", SCOPE_OPERATE, handle_note, { NULL } },
	{ "POST", "/v1/tickets/*/escalate", SCOPE_OPERATE, handle_escalate,
	    { NULL } },
	{ "GET", "/v1/tickets/*", SCOPE_READ, handle_ticket, { NULL } },
	{ "GET", "/v1/people", SCOPE_READ, handle_people, { NULL } },
	{ "POST", "/v1/people/check", SCOPE_OPERATE, handle_people_check,
	    { NULL } },
	{ "POST", "/v1/test-notice", SCOPE_OPERATE, handle_test_notice,
	    { NULL } },
	{ "POST", "/v1/people/*/away", SCOPE_OPERATE, handle_away, { NULL } },
	{ "POST", "/v1/people/*/back", SCOPE_OPERATE, handle_back, { NULL } },
	{ "GET", "/v1/people/*", SCOPE_READ, handle_person, { NULL } },
	{ "GET", "/v1/oncall", SCOPE_READ, handle_oncall,
	    { "role", "at", "until" } },
	{ "POST", "/v1/oncall/*/override", SCOPE_OPERATE, handle_override,
	    { NULL } },
	{ "POST", "/v1/oncall/*/add", SCOPE_OPERATE, handle_add, { NULL } },
	{ "POST", "/v1/oncall/*/remove", SCOPE_OPERATE, handle_remove,
	    { NULL } },
	{ "POST", "/v1/oncall/*/swap", SCOPE_OPERATE, handle_swap, { NULL } },
	{ "GET", "/v1/duty", SCOPE_READ, handle_duty, { NULL } },
	{ "POST", "/v1/duty/*/drop", SCOPE_OPERATE, handle_drop, { NULL } },
	{ "GET", "/v1/outbox", SCOPE_READ, handle_outbox,
	    { "state", "channel", "who", "limit", "after" } },
	{ "POST", "/v1/outbox/*/retry", SCOPE_OPERATE, handle_retry, { NULL } },
	{ "POST", "/v1/outbox/*/drop", SCOPE_OPERATE, handle_withdraw,
	    { NULL } },
	{ "GET", "/v1/outbox/*", SCOPE_READ, handle_notice, { NULL } },
	{ "POST", "/v1/drill", SCOPE_OPERATE, handle_drill, { NULL } },
	{ "GET", "/v1/drill", SCOPE_READ, handle_drills, { "limit" } },
	{ "POST", "/v1/drill/*/stop", SCOPE_OPERATE, handle_drill_stop,
	    { NULL } },
	{ "GET", "/v1/drill/*", SCOPE_READ, handle_drill_show, { NULL } },
	{ "GET", "/v1/status", SCOPE_READ, handle_status, { NULL } },
	{ "POST", "/v1/clock", SCOPE_OPERATE, handle_clock, { NULL } },
	{ "GET", "/v1/forecast", SCOPE_READ, handle_forecast,
	    { "hours", "team", "person", "limit" } },
	{ "GET", "/v1/matrix", SCOPE_READ, handle_matrices,
	    { "limit", "before" } },
	{ "GET", "/v1/matrix/*", SCOPE_READ, handle_matrix, { NULL } },
	{ "POST", "/v1/reload/plan", SCOPE_OPERATE, handle_plan, { NULL } },
	{ "POST", "/v1/reload", SCOPE_OPERATE, handle_reload, { NULL } },
	{ "POST", "/slack/actions", PUBLIC_SLACK, handle_slack_actions,
	    { NULL } },
	{ "POST", "/slack/commands", PUBLIC_SLACK, handle_slack_commands,
	    { NULL } },
	{ "GET", "/m/ack/*", PUBLIC_FORM, handle_link, { NULL } },
	{ "POST", "/m/ack/*", PUBLIC_FORM, handle_link, { NULL } },
	{ "GET", "/healthz", PUBLIC, handle_healthz, { NULL } },
	{ "GET", "/readyz", PUBLIC, handle_readyz, { NULL } },
	{ "GET", "/metrics", SCOPE_READ, handle_metrics, { NULL } },
};

#define NROUTES (sizeof routes / sizeof routes[0])

/* Does the path fit?  *at and *len: what the star stands for. */
static bool fits(
    const char *pattern, const char *path, const char **at, size_t *len)
{
	const char *star = strchr(pattern, '*');
	size_t head;
	size_t tail;
	size_t all = strlen(path);

	*at = NULL;
	*len = 0;
	if (star == NULL)
		return strcmp(pattern, path) == 0;
	head = (size_t)(star - pattern);
	tail = strlen(star + 1);
	if (all <= head + tail || strncmp(pattern, path, head) != 0 ||
	    strcmp(star + 1, path + all - tail) != 0)
		return false;
	*at = path + head;
	*len = all - head - tail;
	return true;
}

/* --- query --------------------------------------------------------------- */

struct query_check {
	const struct route *route;
	struct textbuf why; /* "" if all are known */
};

static void check_parameter(void *user, const char *name, const char *value)
{
	struct query_check *q = user;
	struct nearest near;

	(void)value;
	nearest_init(&near, name);
	for (size_t i = 0; q->route->query[i] != NULL; i++) {
		if (strcmp(name, q->route->query[i]) == 0)
			return;
		nearest_try(&near, q->route->query[i]);
	}
	if (q->why.len > 0)
		return;
	textbuf_addf(&q->why, "%s: unknown parameter", name);
	if (near.best != NULL)
		textbuf_addf(&q->why, "; did you mean \"%s\"?", near.best);
}

static bool check_query(const struct route *route, struct http_request *r)
{
	struct query_check q = { .route = route };
	bool ok;

	textbuf_init(&q.why);
	http_query_each(r, check_parameter, &q);
	ok = q.why.len == 0;
	if (!ok)
		reply_error(r, 400, "%s", q.why.data);
	textbuf_fini(&q.why);
	return ok;
}

/* --- gates --------------------------------------------------------------- */

/* "application/json; charset=utf-8" is application/json. */
static bool is_type(const char *given, const char *type)
{
	size_t len = strlen(type);

	return strncasecmp(given, type, len) == 0 &&
	       (given[len] == '\0' || given[len] == ';' || given[len] == ' ');
}

/* A body without a type is taken for JSON, but never for a form. */
static bool may_bring(int scope, const struct http_request *r)
{
	const char *type = r->content_type;

	if (type[0] == '\0')
		return scope >= PUBLIC || r->body_len == 0;
	if (scope < PUBLIC &&
	    is_type(type, "application/x-www-form-urlencoded"))
		return true;
	if (scope == PUBLIC_FORM)
		return false;
	return is_type(type, "application/json") ||
	       (scope >= PUBLIC && is_type(type, "application/x-ndjson"));
}

static bool check_type(const struct route *route, struct http_request *r)
{
	if (may_bring(route->scope, r))
		return true;
	reply_error(r, 415, "Content-Type: %s is not taken; %s",
	    r->content_type[0] != '\0' ? r->content_type : "none",
	    route->scope >= PUBLIC
		? "application/json and application/x-ndjson are"
		: "application/x-www-form-urlencoded is");
	return false;
}

static bool check_token(
    struct app *app, const struct route *route, struct http_request *r)
{
	enum auth auth = AUTH_OK;

	if (!r->is_local && route->scope > PUBLIC)
		auth = auth_check(&app->conf.settings, r->authorization,
		    (enum scope)route->scope);
	if (auth == AUTH_OK)
		return true;
	app->counters.requests_denied++;
	if (auth == AUTH_UNKNOWN)
		reply_error_with(r, 401,
		    "WWW-Authenticate: Bearer realm=\"slawatch\"",
		    "Authorization: a bearer token is needed");
	else
		reply_error(r, 403,
		    "Authorization: this token lacks the scope \"%s\"",
		    route->scope == SCOPE_INGEST    ? "ingest"
		    : route->scope == SCOPE_OPERATE ? "operate"
						    : "read");
	return false;
}

static bool is_same_path(const struct route *a, const struct route *b)
{
	return strcmp(a->path, b->path) == 0;
}

static void refuse_method(struct http_request *r, const struct route *route)
{
	struct textbuf allow;

	textbuf_init(&allow);
	textbuf_add(&allow, "Allow: ");
	for (const struct route *at = route; at < routes + NROUTES; at++) {
		if (!is_same_path(at, route))
			continue;
		textbuf_addf(&allow, "%s%s%s", at > route ? ", " : "",
		    at->method, strcmp(at->method, "GET") == 0 ? ", HEAD" : "");
	}
	reply_error_with(r, 405, allow.data, "this path knows another method");
	textbuf_fini(&allow);
}

static bool is_method(const struct route *route, const char *method)
{
	return strcmp(route->method, method) == 0 ||
	       (strcmp(route->method, "GET") == 0 &&
		   strcmp(method, "HEAD") == 0);
}

/* Of a path's routes the one of that method, else the first. */
static const struct route *with_method(
    const struct route *first, const struct http_request *r)
{
	for (const struct route *at = first; at < routes + NROUTES; at++)
		if (is_same_path(at, first) && is_method(at, r->method))
			return at;
	return first;
}

/* Passes the request on, or refuses it.  The key lives in an arena that is
 * given back when the handler returns: handlers copy what they keep. */
static void pass(struct app *app, const struct route *route,
    struct http_request *r, const char *at, size_t len)
{
	struct arena arena = ARENA_INIT;

	if (!check_token(app, route, r))
		return;
	if (!is_method(route, r->method)) {
		refuse_method(r, route);
		return;
	}
	if (!check_query(route, r) || !check_type(route, r))
		return;
	route->handle(app, r, arena_strndup(&arena, at, len));
	arena_fini(&arena);
}

size_t routes_body_max(const char *path)
{
	if (strncmp(path, "/slack/", 7) == 0)
		return SLACK_BODY_MAX;
	return strncmp(path, "/m/", 3) == 0 ? LINK_BODY_MAX : HTTP_BODY_MAX;
}

void routes_handle(void *user, struct http_request *r)
{
	struct app *app = user;
	const char *at;
	size_t len;

	app->counters.requests++;
	if (app->state == APP_STOPPING) {
		/* On a connection that was open before. */
		reply_busy(r, "the daemon is stopping");
		return;
	}
	for (size_t i = 0; i < NROUTES; i++) {
		if (!fits(routes[i].path, r->path, &at, &len))
			continue;
		pass(app, with_method(&routes[i], r), r, at, len);
		return;
	}
	reply_error(r, 404, "path: there is no %s", r->path);
}
