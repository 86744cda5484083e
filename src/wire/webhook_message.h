/* webhook_message.h - a notice as plain JSON for whoever can read a webhook.
 *
 * One flat object, every member documented in slawatchd.yaml(5):
 *	idempotency_key, notice, reason, headline, why, person, person_title,
 *	person_slack, person_email, ticket, subject, severity, severity_title,
 *	status, customer, tier, value, team, assignee, tried, next_step, url,
 *	clock, due, due_text, told: [{who, channel, at}], late, repeat, sent_at
 * all always there, null where there is nothing to say; clock is for people
 * ("first reply").  person is the addressee's key in the matrix.  The body is
 * signed by daemon/ (HMAC-SHA256 over "timestamp.body").
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_WEBHOOK_MESSAGE_H
#define SLAWATCH_WIRE_WEBHOOK_MESSAGE_H

#include "base/textbuf.h"
#include "core/notice_view.h"

void webhook_message(const struct notice_view *v, const char *idempotency_key,
    const char *person, struct textbuf *out);

#endif
