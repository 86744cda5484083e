/* outbox_json.h - a notice as it stands in the outbox, and what was tried.
 *
 * A notice:
 *	{"id":17,"ticket":"zendesk:4711","state":"pending","reason":"breach",
 *	 "channel":"support","who":"dana","role":"primary","clock":"first_reply",
 *	 "chain":"standard","step":1,"detail":"...","at":...,"free_at":...,
 *	 "useful_until":...,"attempts":3,"repeat":false,"ref":"1767603960.000100",
 *	 "spare":["mail"],"last":{"at":...,"result":"again","code":503,
 *	 "detail":"service unavailable"}}
 * ticket: null where it is not known any more.  step: from 0 on, null where no
 * chain says it.  attempts: those that have failed.  last: the latest attempt,
 * null: none was made.
 *
 * An attempt:
 *	{"number":1,"started":...,"took_ms":12,"result":"again","code":503,
 *	 "detail":"service unavailable"}
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_OUTBOX_JSON_H
#define SLAWATCH_WIRE_OUTBOX_JSON_H

#include "core/notice.h"
#include "wire/json_out.h"

struct attempt_words {
	int number;
	struct wall started;
	int64_t took_ms;
	const char *result; /* "again"; "" or NULL: there was none */
	int code;
	const char *detail;
};

void notice_json(const struct notice *n, const char *ticket,
    const struct attempt_words *last, const char *name, struct json_out *out);

void attempt_json(const struct attempt_words *a, struct json_out *out);

#endif
