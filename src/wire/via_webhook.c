/* via_webhook.c - generic JSON, ours or the user's own, signed.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/via.h"

#include "base/textbuf.h"
#include "wire/webhook_message.h"

static const char *build(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	struct textbuf body;

	if (l->nviews == 0)
		return via_why(a, l->channel->name, "has nothing to check");
	if (l->nviews > 1)
		return via_why(a, l->channel->name, "takes one ticket a time");
	textbuf_init(&body);
	if (l->channel->body == NULL ||
	    !webhook_custom(l->channel->body, l->views[0], &body))
		webhook_message(l->views[0], l->idempotency_key,
		    l->person == NULL ? "" : l->person->name, &body);
	via_body(a, out, &body, VIA_JSON);
	out->url = l->channel->url;
	via_header(a, out, "Idempotency-Key", l->idempotency_key);
	out->stamped = true;
	out->hmac_key = l->channel->secret;
	return NULL;
}

const struct via via_webhook = { .build = build };
