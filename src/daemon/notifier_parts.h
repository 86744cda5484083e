/* notifier_parts.h - the notifier's own value, for its files.
 *
 *	notifier.c  what is published, turns, jobs
 *	attempt.c   requests, and what their answers mean
 *	outcome.c   what became of each notice, to the disk
 *	asking.c    how often the other side is asked who somebody is
 *	probe.c     what is no notice: tests, checks, answers to a click
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_NOTIFIER_PARTS_H
#define SLAWATCH_DAEMON_NOTIFIER_PARTS_H

#include "daemon/errand.h"
#include "daemon/notifier.h"
#include "daemon/outbox.h"

struct errand_list {
	struct errand *head;
	struct errand **tail; /* where the next one is hung */
	size_t count;
};

/* A thread whose first post was taken, until it is in the database. */
struct begun {
	struct begun *next;
	int64_t notice_id;
	int64_t ticket_id;
	char *channel; /* base; owned, as the two below */
	char *room;
	char *ref;
};

/* Everything by this channel was refused, until something goes through. */
struct broken {
	char *channel; /* base; owned */
	char *why;     /* owned */
};

struct post_back; /* probe.c */
struct asking;	  /* asking.c */

struct notifier {
	struct notifier_world w;
	struct errand_home home;
	struct outbox *outbox;
	struct matrix_ref *matrix;  /* that the outbox goes by; a reference */
	struct wall alive;	    /* latest that the database records */
	struct loop_poke *poke;	    /* a turn is wanted */
	struct loop_timer *timer;   /* a budget has room, a pause is over */
	struct errand_list sending; /* on the wire */
	struct errand_list going;   /* to be prepared, before new parcels */
	int jobs;
	struct item *kept; /* outcomes the intake had no room for */
	struct item **kept_tail;
	size_t nkept;
	struct begun *begun;
	struct broken *broken;
	size_t nbroken;
	struct asking *asking; /* by base channel; owned */
	size_t nasking;
	struct post_back *posts; /* on the wire */
	size_t nposts;
	struct mono turned; /* when something was last begun or ended */
	bool alive_asked;
	bool refill_asked;
	bool held;
};

void errand_list_init(struct errand_list *list);
void errand_list_add(struct errand_list *list, struct errand *e);
void errand_list_drop(struct errand_list *list, struct errand *e);

/* --- attempt.c ----------------------------------------------------------- */

/* What was prepared goes its way: on the wire, into the log, to its outcome. */
void attempt_run(struct errand *e);

/* Nothing was sent: its notices wait, or (WALL_NEVER) are forgotten. */
void attempt_put_back(struct errand *e, struct wall again_at);

/* --- outcome.c ----------------------------------------------------------- */

/* Outcomes that the intake refused, in order. */
void outcome_offer_kept(struct notifier *n);

/* The letter was answered like that, or never will be: to the disk, for every
 * notice in it, or for the post. */
void outcome_settle(struct errand *e, const struct retry *what, int code,
    const struct reading *said);

/* That one notice's time is over. */
void outcome_useless(struct errand *e, struct errand_notice *en);

/* Never tried, its lane being down: another way, or later. */
void outcome_divert(
    struct notifier *n, size_t lane, int64_t notice_id, int64_t ticket_id);

/* The outcome of that notice is in the database, and with it its thread. */
void outcome_stored(struct notifier *n, int64_t notice_id);

/* The thread that the letter replied to is gone: the next notice begins another
 * one. */
void outcome_forget_thread(struct errand *e);

/* Learned; or forgotten, all that the letter was addressed by. */
void outcome_address(struct errand *e, const char *name, const char *value);
void outcome_forget_addresses(struct errand *e);

/* Something went through by that channel (why NULL), or all is refused. */
void outcome_mark(struct notifier *n, const char *channel, const char *why);

/* Real milliseconds from now, on the daemon's clock. */
struct wall outcome_after(const struct notifier *n, int64_t ms);

/* --- asking.c --------------------------------------------------------------
 */

/* May a request that only teaches us something go now?  Counts it; or else how
 * long to wait. */
bool asking_allows(struct notifier *n, const char *channel, int64_t *wait_ms);

/* Such a request was answered with 429. */
void asking_pause(struct notifier *n, const char *channel, int64_t wait_ms);

void asking_free(struct notifier *n);

/* --- probe.c ------------------------------------------------------------- */

/* The answer to an errand of a probe; frees it. */
void probe_report(struct errand *e, const struct notifier_report *r);

/* Forgets them, without a word. */
void probe_free_all(struct notifier *n);

#endif
