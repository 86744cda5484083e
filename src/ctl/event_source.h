/* event_source.h - what is a simulation told, and in which order?
 *
 * Events from files, read in pieces, or from a daemon's database: one after the
 * other, so that a log of any length needs the same memory.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_EVENT_SOURCE_H
#define SLAWATCH_CTL_EVENT_SOURCE_H

#include "core/duty.h"
#include "core/event.h"
#include "store/history_rows.h"

#include <stddef.h>
#include <stdint.h>

enum source_kind {
	SOURCE_EVENT,
	SOURCE_UNREADABLE, /* should have been one */
	SOURCE_DUTY,	   /* somebody's presence; a database's */
	SOURCE_BREACH,	   /* as the daemon recorded it; a database's */
};

struct source_item {
	enum source_kind kind;
	struct wall told;	/* when; of a file's event its own instant,
				   NEVER where that cannot be read */
	const struct event *ev; /* EVENT */
	bool is_behind;		/* EVENT: comes behind what is due then, as
				   one of a file that is told late does */
	const char *id;		/* UNREADABLE: of the event, or NULL */
	size_t line;		/* UNREADABLE: where it stands; 0: nowhere */
	const char *why;	/* UNREADABLE */
	const struct duty_change *change; /* DUTY */
	const char *ticket;		  /* BREACH: its key */
	struct wall at;			  /* BREACH: of the clock */
};

struct event_source {
	/* Texts are valid during the call. */
	void (*take)(void *user, const struct source_item *item);
	/* How far it is, of how much; of nothing: nobody knows. */
	void (*came)(void *user, int64_t done, int64_t all);
	void *user;
};

/* Each returns an exit_code, and has said why. */

/* "-" is standard input.  Files that are not there are found before the first
 * item. */
int event_source_files(
    const struct event_source *src, char *const *paths, int count);

/* reach: of that database.  All of it: a ticket that was over before --since
 * still counts in rules and turns, and may have a notice that waits. */
int event_source_database(const struct event_source *src,
    struct history_rows *h, const struct history_reach *reach);

#endif
