/* slack_answer.h - what a person in Slack is told of what they typed or
 * pressed.
 *
 * Texts in Slack's mrkdwn, put together here and sent as {"response_type":
 * ...,"replace_original":false,"text":...}: the answer of a slash command, and
 * what a response_url takes.  Errors and lists are ephemeral, seen by that
 * person alone; what was done is said to everybody by the ticket's thread.
 *
 * Somebody else's text goes through slack_answer_theirs(): one line, & < >
 * escaped, nothing in it is markup.  Instants are shown in each reader's zone.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_SLACK_ANSWER_H
#define SLAWATCH_WIRE_SLACK_ANSWER_H

#include "base/textbuf.h"
#include "core/duty.h"
#include "core/matrix.h"
#include "core/notice_view.h"

#include <stdbool.h>
#include <stddef.h>

#define SLACK_LIST_MAX 20 /* tickets in a list; the others are counted */

/* The JSON around a text; with what can be done about that ticket, as buttons
 * below it; or NULL. */
void slack_answer(
    const char *mrkdwn, const struct notice_view *offered, struct textbuf *out);

void slack_answer_theirs(struct textbuf *out, const char *text);
void slack_answer_when(struct textbuf *out, struct wall at);

/* "*Cannot log in* (zendesk:4711)", linked where the ticket has a URL. */
void slack_answer_name(struct textbuf *out, const struct notice_view *v);

/* title, then a line a ticket; more: there are more than these. */
void slack_answer_list(const char *title, const struct notice_view *views,
    size_t count, bool more, struct textbuf *out);

/* How one ticket stands. */
void slack_answer_ticket(const struct notice_view *v, struct textbuf *out);

/* Who is on call now; name: a role or schedule that is known, or "": all. */
void slack_answer_oncall(const struct matrix *m, const struct duty *d,
    struct wall now, const char *name, struct textbuf *out);

/* What can be typed behind `command`. */
void slack_answer_help(const char *command, struct textbuf *out);

#endif
