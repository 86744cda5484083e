/* duty_offer.h - a person's word on who is there, and its way through the door.
 *
 * Handlers fill in what was said; here it is checked against the matrix and
 * what holds already, offered as one request, and answered
 *	201 {"changes":[{...}]}		as duty_json.h writes them
 * when it is durable.  Several changes of one request go into one transaction.
 *
 * Refused are 400 what cannot be read, 404 who or what the path names and is
 * not there, 422 what makes no sense, each with "member: reason" and a remedy.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_DUTY_OFFER_H
#define SLAWATCH_DAEMON_DUTY_OFFER_H

#include "core/duty.h"
#include "daemon/members.h"

#define DUTY_OFFER_MAX 2 /* changes of one request */

struct app;
struct matrix;

/* What is said by one request. */
struct saying {
	const struct matrix *m;
	const struct duty *d;
	struct wall now;
	struct members members;
	struct duty_change changes[DUTY_OFFER_MAX]; /* texts of the matrix, the
						       duty and the members */
	size_t count;
	int status;	    /* of a refusal */
	struct errtext why; /* likewise */
};

/* One change of that kind, from the body; the members that it may have.  False:
 * *s says why. */
bool saying_read(struct saying *s, const struct app *app,
    const struct http_request *r, enum duty_kind kind,
    const char *const known[], size_t count);
void saying_free(struct saying *s);

/* One more of that kind, by the same and for the same reason. */
struct duty_change *saying_more(struct saying *s, enum duty_kind kind);

/* False, with that status and reason. */
bool saying_refuse(struct saying *s, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A person by key, address or Slack id.  what: "cover: unknown person". */
bool saying_person(struct saying *s, int status, const char *what,
    const char *text, const char **out);

/* A schedule by its name or by a role's that means one; its index. */
bool saying_schedule(struct saying *s, const char *text, int *out);

/* `from`, now unless said, and `until` or `for` of the first change.  may_last:
 * "until": null means until further notice. */
bool saying_stretch(struct saying *s, bool may_last);

/* One change that waits for its commit, with texts of its own. */
struct item *duty_item(const struct duty_change *c);

/* Offers what was said, or answers the refusal; the request is taken care of
 * either way, and *s freed. */
void saying_offer(
    struct app *app, struct http_request *r, struct saying *s, bool ok);

#endif
