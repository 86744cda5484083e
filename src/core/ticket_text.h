/* ticket_text.h - the small lists of a ticket as texts, for the store.
 *
 * Each encoder's text is read by its decoder and by nothing else; "" is the
 * empty list.  A decoder gives false for what its encoder never wrote and then
 * leaves the list empty.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_TICKET_TEXT_H
#define SLAWATCH_CORE_TICKET_TEXT_H

#include "core/ticket.h"

const char *ticket_history_encode(const struct ticket *t);
bool ticket_history_decode(struct ticket *t, const char *text);

const char *ticket_unanswered_encode(const struct ticket *t);
bool ticket_unanswered_decode(struct ticket *t, const char *text);

const char *ticket_field_at_encode(const struct ticket *t);
bool ticket_field_at_decode(struct ticket *t, const char *text);

#endif
