/* reach.h - can everybody still be reached?
 *
 * A look asks the other side of each way of each person, and of each room,
 * where it can be asked (LETTER_CHECK): weekly, and when somebody wants to know
 * (`slawatchctl people check`).  What cannot be asked, a mail server, has said
 * so of its own accord when a notice was refused for good (refusals.h).  What
 * goes through mends both.
 *
 *	look --a few at once, paced--> notifier_probe() --> lines
 *	deliveries as they are published --> refusals
 *	lines, refusals, breakers --> chores.h: the owner is told
 *
 * Of a server that did not answer, or of credentials that are refused, nothing
 * follows for a person.  An endpoint that is down, and a channel by which
 * everything is refused, are told of their own; one that comes and goes is told
 * of once.
 *
 * Loop thread only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_REACH_H
#define SLAWATCH_DAEMON_REACH_H

#include "base/arena.h"
#include "base/instant.h"
#include "core/words.h"
#include "daemon/refusals.h"
#include "daemon/told.h"

#include <stdbool.h>
#include <stddef.h>

#define REACH_EVERY_MS (7 * DAY_MS)
#define REACH_FIRST_MS DAY_MS  /* after a start, if it never looked before */
#define REACH_SOON_MS  HOUR_MS /* ... if it is overdue */
#define REACH_BUSY_MAX 4       /* questions at once */
#define REACH_BURST    60      /* ... that go at once; then one in each */
#define REACH_PACE_MS  600     /* Slack, tier 4: 100 a minute */
#define REACH_TRIES    3       /* of one that is asked to wait */
#define REACH_WAIT_MS  20000   /* ... so long */
#define REACH_CALM_MS  HOUR_MS /* an endpoint is up for good after that */

struct app;
struct item;
struct chore_list;
struct json_out;
struct reach_look;

enum reach_state {
	REACH_UNASKED, /* cannot be asked, and nothing was refused */
	REACH_OK,
	REACH_NOT,
	REACH_UNKNOWN, /* the other side did not say */
	REACH_STATE_COUNT
};

const char *reach_state_name(enum reach_state s); /* "unreachable" */

/* Texts in the arena of its list. */
struct reach_line {
	const char *person; /* or "": the room itself */
	const char *channel;
	enum reach_state state;
	const char *why; /* or "" */
};

struct reach_lines {
	struct arena arena;
	struct reach_line *items; /* people in the order of the matrix, then
				     rooms */
	size_t count;
	size_t cap;
	struct words index; /* "PERSON CHANNEL" to its item */
};

/* An endpoint that was down not long ago. */
struct reach_down {
	char *name;
	struct wall at; /* when it was seen down last */
};

struct reach {
	struct refusals refusals;
	struct wall checked;	  /* the last look; WALL_NEVER: never */
	struct wall next;	  /* look again */
	struct reach_lines *last; /* of the last look; NULL: none since start */
	struct reach_look *look;  /* under way; NULL: none */
	struct reach_down *downs;
	size_t ndowns;
	size_t barred; /* people of whom some way is known to be; as of the
			  chores' last look */
};

/* What the database remembers: the instant of the last look, and refusals. */
void reach_recall(struct app *app, const char *checked, const char *refused);

/* Whose turn it is; done(user, true) when the look is over, or (user, false):
 * the daemon stops before.  Joins a look that is under way. */
void reach_check(
    struct app *app, void (*done)(void *user, bool ok), void *user);

/* What the last look found and deliveries since have said:
 * {"checked","barred":N,"people":[{"person","name","reachable",
 * "ways":[{"channel","result","why"}]}],"rooms":[{"channel","result","why"}]}
 */
void reach_json(const struct app *app, struct json_out *out);

/* What became of a notice, or of a test. */
void reach_publish(struct app *app, const struct item *it);
void reach_went(struct app *app, int channel, int person);

/* What the owner is to be told of, and what nobody has looked at yet. */
void reach_chores(struct app *app, struct arena *arena, struct chore_list *out);
void reach_hold(const struct app *app, struct told *told);

void reach_turn(struct app *app, struct wall now);
struct wall reach_next(const struct app *app);

void reach_close(struct app *app);

#endif
