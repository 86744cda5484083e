/* steps.h - the chain as the support lead wrote it: steps, in order.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_STEPS_H
#define SLAWATCH_CORE_STEPS_H

#include "core/channel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STEP_WHO_MAX	16 /* notify entries of one step */
#define STEP_VIA_MAX	8  /* via entries of one step */
#define CHAIN_STEPS_MAX 32

/* Does a notice wait until its reader's hours open?  DESIGN 5 "Clocks". */
enum send {
	SEND_UNSAID,   /* what the next wider place says */
	SEND_IN_HOURS, /* waits, and then goes only if it is still true */
	SEND_ALWAYS,   /* day and night */
	SEND_COUNT
};

const char *send_name(enum send s); /* "in_hours"; "" for SEND_UNSAID */
bool send_parse(const char *name, enum send *out);

/* Which answer ends a step's waiting, and with it the chain. */
enum until {
	UNTIL_ACK,
	UNTIL_ASSIGNED,
	UNTIL_REPLIED,
	UNTIL_SOLVED,
	UNTIL_COUNT
};

const char *until_name(enum until u);
bool until_parse(const char *name, enum until *out);

struct step {
	int64_t
	    after_ms; /* since the previous step (the start, for the first) */
	const char *who[STEP_WHO_MAX]; /* names: "primary", "dana", "one of
					  frontline", ... */
	size_t nwho;
	const char *via[STEP_VIA_MAX]; /* channel names, preferred first; none:
					  each person's own */
	size_t nvia;
	int64_t remind_every_ms; /* 0: no reminders */
	int remind_times;
	enum until until;
	enum send send;	   /* beats severity and policy */
	const char *hours; /* calendar: passed over while it is closed; "": at
			      any time */
};

struct chain {
	const char *name;
	int rank;		  /* a higher one supersedes a lower one */
	int64_t ack_timeout_ms;	  /* 0: an ack holds for ever */
	int repeat;		  /* whole rounds after the first */
	int64_t repeat_after_ms;  /* wait after the last step of a round */
	uint32_t handoff;	  /* FIELD_BIT each: what an escalation must
				     carry; asked for at its start, not kept by
				     a run */
	struct message_text text; /* of its notices, read when they go; beats
				     the channel's */
	struct step *steps;
	size_t nsteps;
};

#endif
