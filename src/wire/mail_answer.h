/* mail_answer.h - what is a mail API asked, and what did it answer?
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_MAIL_ANSWER_H
#define SLAWATCH_WIRE_MAIL_ANSWER_H

#include "base/arena.h"
#include "wire/via.h"

#include <stdbool.h>

/* A text or a whole number in a JSON body, by the names that lead there and
 * indices in arrays: "errors.0.field".  "" if the body is not JSON or there is
 * no such thing; in the arena. */
const char *mail_answer_member(
    const struct answer *got, struct arena *a, const char *path);

/* The question of LETTER_CHECK, whether the provider refuses to send to that
 * address: a GET of the path under the channel's URL with the address behind
 * it. */
void mail_question(const struct letter *l, struct arena *a, const char *path,
    const char *address, struct outgoing *out);

/* Is it one? */
bool mail_is_question(const struct outgoing *asked);

/* Words for the answer to a question: of the rows that each API has. */
#define MAIL_SUPPRESSED	 "suppressed"
#define MAIL_REACHABLE	 "reachable"
#define MAIL_MAY_NOT_ASK "may not ask"

/* A key that may send and not look into lists is no reason to alarm anybody:
 * nothing is known then. */
#define MAIL_CHECK_ROWS                                                        \
	{ MAIL_SUPPRESSED, 0, 0, MEANS_NEXT, BLAME_PERSON,                     \
		"mail to this address bounced or was reported as spam; the "   \
		"provider sends it none" },                                    \
	    { MAIL_REACHABLE, 0, 0, MEANS_OK, BLAME_NOBODY, "accepted" },      \
	{                                                                      \
		MAIL_MAY_NOT_ASK, 0, 0, MEANS_NEXT, BLAME_NOBODY,              \
		    "the key may send and not read suppressions"               \
	}

#endif
