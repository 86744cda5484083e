/* handlers.h - the handlers behind routes.c's table, by topic.
 *
 * Each answers its request exactly once, now or later.  Method, path, token,
 * content type and the names of query parameters have been checked.  key is
 * what the path names (a ticket, a person, a schedule), NULL where it names
 * nothing; it lives during the call only.
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
handler handle_escalate;

/* routes_tickets.c */
handler handle_tickets;
handler handle_ticket;
handler handle_timeline;

/* routes_explain.c */
handler handle_explain;

/* routes_plan.c */
handler handle_reload;
handler handle_plan;

/* routes_forecast.c */
handler handle_forecast;

/* routes_preview.c */
handler handle_preview;

/* routes_people.c */
handler handle_people;
handler handle_person;
handler handle_away;
handler handle_back;

/* routes_oncall.c */
handler handle_oncall;
handler handle_override;
handler handle_add;
handler handle_remove;
handler handle_swap;
handler handle_duty;
handler handle_drop;

/* routes_outbox.c */
handler handle_outbox;
handler handle_notice;
handler handle_retry;
handler handle_withdraw;

/* routes_reach.c */
handler handle_test_notice;
handler handle_people_check;

/* routes_matrix.c */
handler handle_matrices;
handler handle_matrix;

/* routes_drill.c */
handler handle_drill;
handler handle_drill_stop;
handler handle_drill_show;
handler handle_drills;

/* What handle_ticket answers, wrapped as {"ticket": ...}. */
void reply_ticket(struct app *app, struct http_request *r, const char *key);

/* routes_slack.c: public, but what Slack signs */
handler handle_slack_actions;
handler handle_slack_commands;

/* routes_link.c: public, the link itself is signed */
handler handle_link;

/* routes_ops.c */
handler handle_status;
handler handle_clock;
handler handle_healthz;
handler handle_readyz;
handler handle_metrics;

#endif
