/* webhook_message.h - a notice as plain JSON for whoever can read a webhook.
 *
 * One flat object, every member documented in slawatchd.yaml(5), always all of
 * them, null where there is nothing to say: see webhook_message.c, where they
 * stand in order.  clock is for people ("first reply").  person and
 * suggested_to are keys of the matrix: whom it is for, and to whom the ticket
 * is suggested while nobody owns it.
 *
 * Or what the channel's `body` makes of the same facts (core/template.h), if
 * that is JSON: a template never makes a notice fail, and never hides that it
 * is a drill's.  Either is signed by
 * daemon/ (HMAC-SHA256 over "timestamp.body").
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_WEBHOOK_MESSAGE_H
#define SLAWATCH_WIRE_WEBHOOK_MESSAGE_H

#include "base/textbuf.h"
#include "core/notice_view.h"

#include <stdbool.h>

void webhook_message(const struct notice_view *v, const char *idempotency_key,
    const char *person, struct textbuf *out);

/* False, and nothing added, if it comes out as no JSON. */
bool webhook_custom(
    const char *template, const struct notice_view *v, struct textbuf *out);

#endif
