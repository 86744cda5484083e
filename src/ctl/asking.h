/* asking.h - what every subcommand that asks the daemon does alike.
 *
 * One value holds the connection, the latest answer and its tree; each call
 * says on standard error what went wrong and returns the exit code, so that a
 * subcommand reads:
 *
 *	struct asking a;
 *	int code = asking_begin(&a, in);
 *	if (code == EXIT_OK)
 *		code = asking_get(&a, "/v1/status");
 *	if (code == EXIT_OK && !asking_print_json(&a))
 *		print it
 *	asking_end(&a);
 *	return code;
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_ASKING_H
#define SLAWATCH_CTL_ASKING_H

#include "ctl/live.h"
#include "ctl/table.h"

#include <stdbool.h>

struct asking {
	const struct invocation *in;
	struct live *live;
	struct live_reply reply; /* the latest */
	cJSON *tree;		 /* of it; owned, replaced by each call */
	struct screen screen;	 /* where the answer goes */
	struct textbuf out;	 /* what asking_end() writes to stdout */
};

int asking_begin(struct asking *a, const struct invocation *in);
/* Writes `out` to standard output and frees all. */
void asking_end(struct asking *a);

int asking_get(struct asking *a, const char *path);
int asking_post(struct asking *a, const char *path, const struct textbuf *body);

/* About one ticket: its absence is EXIT_NO_TICKET.  Paths are
 * "/v1/tickets/KEY" and what follows, `rest` as it is: "/timeline?limit=9". */
int asking_ticket(struct asking *a, const char *method, const char *key,
    const char *rest, const struct textbuf *body);

/* The daemon's now, by GET /v1/status; `tree` is then that answer. */
int asking_now(struct asking *a, struct wall *now);

/* Who does it: --by, $USER, the name of the account; or NULL. */
const char *asking_doer(const struct invocation *in);

/* With --json: appends the answer unchanged, on a line, and is true. */
bool asking_print_json(struct asking *a);

/* "name        text" on a line, the text made harmless; nothing if it is
 * empty. */
void asking_fact(
    struct asking *a, const char *name, const char *text, enum colour colour);

/* The same of an instant in that member of the object, as when_both() tells
 * it. */
void asking_fact_when(struct asking *a, const char *name, const cJSON *object,
    const char *member, struct wall now);

/* The text on a line of its own, made harmless. */
void asking_line(struct asking *a, const char *text);

/* "slawatchctl: text" on standard error, made harmless but for newlines.
 * Returns code. */
int say(enum exit_code code, const char *text);
int say_err(enum exit_code code, const struct errtext *err);

#endif
