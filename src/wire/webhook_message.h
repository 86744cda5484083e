/* webhook_message.h - a notice as plain JSON for whoever can read a webhook.
 *
 * One flat object, every member documented in slawatchd.yaml(5):
 *	idempotency_key, notice, reason, headline, why, person, person_title,
 *	person_slack, person_email, ticket, subject, severity, severity_title,
 *	status, customer, tier, value, team, assignee, suggested_to, tried,
 *	next_step, missing, authority, url, clock, due, due_text, told: [{who,
 *channel, at}], late, repeat, sent_at all always there, null where there is
 *nothing to say; clock is for people
 * ("first reply").  person and suggested_to are keys of the matrix: whom it is
 * for, and to whom the ticket is suggested while nobody owns it.  The body is
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
