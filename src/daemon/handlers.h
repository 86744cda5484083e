/* handlers.h - the handlers behind routes.c's table, by topic.
 *
 * Each answers its request exactly once, now or later.  Method, path, token,
 * content type and the names of query parameters have been checked.  key is the
 * ticket's of the path, NULL where there is none; it lives during the call
 * only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_HANDLERS_H
#define SLAWATCH_DAEMON_HANDLERS_H

#include "net/http_listener.h"

struct app;

typedef void handler(struct app *app, struct http_request *r, const char *key);

/* routes_events.c */
handler handle_events;

/* routes_act.c */
handler handle_ack;
handler handle_claim;
handler handle_snooze;
handler handle_note;

/* routes_tickets.c */
handler handle_tickets;
handler handle_ticket;
handler handle_timeline;

/* routes_explain.c */
handler handle_explain;

/* What handle_ticket answers, wrapped as {"ticket": ...}. */
void reply_ticket(struct app *app, struct http_request *r, const char *key);

/* routes_ops.c */
handler handle_status;
handler handle_reload;
handler handle_healthz;
handler handle_readyz;
handler handle_metrics;

#endif
