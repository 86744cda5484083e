/* routes.h - method and path to handler: the one API for everybody.
 *
 *	POST /v1/events		       ingest	one, array or NDJSON
 *	GET  /v1/tickets	       read	?status severity team assignee
 *						customer q breached order
 *						limit after
 *	GET  /v1/tickets/{key}	       read
 *	GET  /v1/tickets/{key}/timeline	read	?after limit
 *	GET  /v1/tickets/{key}/explain read
 *	POST /v1/tickets/{key}/ack     operate	{"by","text"}
 *	POST /v1/tickets/{key}/claim   operate	{"by","text"}
 *	POST /v1/tickets/{key}/snooze  operate	{"by","text","until"|"for"}
 *	POST /v1/tickets/{key}/note    operate	{"by","text"}
 *	POST /v1/tickets/{key}/escalate operate	{"by","text","chain"|"team"}
 *	GET  /v1/people		       read	who there is
 *	GET  /v1/people/{person}       read
 *	POST /v1/people/check	       operate	who can be reached
 *	POST /v1/test-notice	       operate	{"to","channel","by"}
 *	POST /v1/people/{person}/away  operate	{"until"|"for","from","cover",
 *						"by","why"}
 *	POST /v1/people/{person}/back  operate	{"by","why"}
 *	GET  /v1/oncall		       read	?role at until
 *	POST /v1/oncall/{schedule}/override operate
 *						{"person","from","until"|"for",
 *						"instead_of","by","why"}
 *	POST /v1/oncall/{schedule}/add operate	{"person","from","until"|"for",
 *	POST /v1/oncall/{schedule}/remove	"by","why"}
 *	POST /v1/oncall/{schedule}/swap operate {"from","until","with_from",
 *						"with_until","by","why"}
 *	GET  /v1/duty		       read	what was said and still holds
 *	POST /v1/duty/{number}/drop    operate	{"by","why"}
 *	POST /v1/drill		       operate	{"chain"|"severity","team",
 *						"speed","by"}
 *	GET  /v1/drill		       read	?limit
 *	GET  /v1/drill/{key}	       read
 *	POST /v1/drill/{key}/stop      operate	{"by"}
 *	GET  /v1/matrix		       read	?limit before
 *	GET  /v1/matrix/{number|revision} read
 *	POST /slack/actions	         -	from Slack, signed: buttons
 *	POST /slack/commands	         -	from Slack, signed: /sla ...
 *	GET  /m/ack/{token}	         -	a page with one button
 *	POST /m/ack/{token}	         -	acknowledges
 *	GET  /v1/status		       read
 *	POST /v1/clock		       operate	{"to"}: a stepped one
 *	POST /v1/reload		       operate
 *	GET  /healthz /readyz            -
 *	GET  /metrics                    read     Prometheus text format 0.0.4
 *
 * The Unix socket's permissions decide for it; over TCP a bearer token with
 * the scope does.  An event is answered only after it is durable.
 *
 * POST /v1/events answers {"accepted":N,"duplicates":N,"refused":N,
 * "results":[{"index","id","ticket","result":"accepted|duplicate|refused",
 * "code","error"}]}.  HTTP status: of a single event its own code (200, 400,
 * 404, 409, 422); of several 200 if none was refused, 207 if some were, 422 if
 * all were; 503 with Retry-After if nothing could be stored or the queue is
 * full: nothing of the batch was taken, the same ids may be sent again.
 *
 * GET /v1/tickets answers {"tickets":[...],"next"}, the timeline
 * {"timeline":[...],"next"}: next is the `after` of the following page, or
 * null.  POST /v1/reload answers {"messages","revision"} when the new matrix is
 * in force, or 422 with every message of the file.
 *
 * ack, claim, snooze, note and escalate answer {"ticket": {...}} after the
 * change is durable.
 *
 * POST /v1/people/check asks the other sides, paced, and answers when it is
 *over (reach.h); test-notice sends a marked test to a person by each of their
 * channels, or by one, or to a room, and answers {"to","ok","results":
 * [{"channel","ok","meaning","code","word","why","took_s"}]} when all of them
 * have: 200 also where some were refused.
 *
 * A drill (core/drill.h) is answered with {"drill": {...}} (drill_json.h), 201
 * when it begins; 409 if one of the same chain runs, or it is over already.
 * GET /v1/drill answers {"drills": [key, ...]}, the newest first.
 *
 * GET /v1/matrix answers {"matrices": [{"number","revision","since","by","how",
 * "why","applies","program","name","bytes","in_force"}],"next"}, the newest
 * first; next is the `before` of the following page.  One of them, by its
 * number or the beginning of its revision: {"matrix": {..., "text", "files":
 * [{"name","bytes","content"}]}}, without secrets.
 *
 * {person} is a key of the matrix, an address or a Slack id; {schedule} an
 * on-call schedule or a role that means one.  What was said of presence has a
 * number: the changes answer 201 {"changes": [{...}]} (duty_json.h) when they
 * are durable.  "until": null is until further notice, for away only.  A swap
 * exchanges who is on call in two stretches, each up to its hand-off unless its
 * end is said: two overrides, both or none.
 *
 * Errors everywhere: {"error": "member: reason"}; besides the above
 * 401 and 403 (token, scope), 404, 405 (with Allow), 413, 415.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_ROUTES_H
#define SLAWATCH_DAEMON_ROUTES_H

#include "net/http_listener.h"

struct app;

/* The handler for http_listener_start(); user is the struct app. */
void routes_handle(void *user, struct http_request *r);

/* Bytes that a body for that path may have: where everybody may knock it is
 * little.  Any thread. */
size_t routes_body_max(const char *path);

#endif
