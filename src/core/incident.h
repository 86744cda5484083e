/* incident.h - are these many tickets one trouble?
 *
 * The matrix says: N tickets of the same category, or of the same customer,
 * within M minutes are one incident.  Per destination it is remembered of which
 * tickets was told lately; from the Nth on what is to be said of such tickets
 * is said in one notice with the list, and then at most once in `every_ms`,
 * until nothing of the group was told for M minutes.
 *
 *	             the Nth like ticket
 *	nothing ---------------------------> goes on <----+
 *	   ^                                  |    |      | another like ticket
 *	   |                                  |    +------+
 *	   +-- nothing queued or told for M --+
 *
 * Where more is to be said than one notice holds, its parts follow each other
 * at once: nobody waits `every_ms` for the second hundred.
 *
 * Which notices wait for an incident is the owner's to keep (outbox.h); here is
 * only how many.
 *
 * A value per destination; time is an argument.  Pure.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_INCIDENT_H
#define SLAWATCH_CORE_INCIDENT_H

#include "base/hashmap.h"
#include "base/instant.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum same { SAME_CATEGORY, SAME_CUSTOMER, SAME_COUNT };

const char *same_name(enum same s); /* "category" */

/* A row of `incidents` in the matrix. */
struct incident_rule {
	enum same same;
	int count; /* tickets; 2 at least */
	int64_t within_ms;
	int64_t every_ms; /* between two notices about one incident */
};

#define INCIDENT_RULES_MAX  4
#define INCIDENT_MEMORY_MAX 256 /* tickets remembered per destination */
#define INCIDENTS_MAX	    8	/* that go on at once, per destination */

/* What two tickets may have in common: hashes of the values; 0: none. */
struct likeness {
	uint64_t of[SAME_COUNT];
};

uint64_t likeness_hash(const char *text); /* NULL and "" are 0 */

struct incident_seen {
	int64_t ticket_id;
	struct likeness like;
	struct mono at;
	bool told; /* else: about to be */
};

struct incident {
	uint64_t hash; /* 0: free */
	int rule;      /* index */
	int queued;    /* notices that wait for it; the owner's to keep */
	struct mono since;
	struct mono last;	/* a ticket of it was to be told of */
	struct mono not_before; /* the next notice about it */
	struct hashmap tickets; /* told of */
};

struct incident_memory {
	struct incident_seen *seen; /* ring; owned; NULL: nothing yet */
	size_t count;
	size_t next;
	struct incident open[INCIDENTS_MAX];
};

void incident_init(struct incident_memory *mem);
void incident_fini(struct incident_memory *mem); /* and as new */

/* One more notice about a ticket is to be said: the number of the incident to
 * which it belongs, or -1.  *begins: that incident begins with it, and what
 * else waits and is like it belongs there too. */
int incident_join(struct incident_memory *mem,
    const struct incident_rule *rules, size_t nrules, int64_t ticket_id,
    const struct likeness *like, struct mono now, bool *begins);

bool incident_is_like(const struct incident_memory *mem, int number,
    const struct incident_rule *rules, const struct likeness *like);

/* Of that ticket alone was told. */
void incident_told_alone(struct incident_memory *mem, int64_t ticket_id);

/* Of these tickets is told in one notice; is_part: more follows at once. */
void incident_told(struct incident_memory *mem, int number,
    const struct incident_rule *rules, const int64_t *tickets, size_t count,
    bool is_part, struct mono now);

/* It was not said after all: that ticket's word goes with the next notice,
 * which need not wait. */
void incident_again(struct incident_memory *mem, int number, int64_t ticket_id,
    struct mono now);

/* Tickets of it that were told of before, but for `except`; at most max, the
 * latest first. */
size_t incident_before(const struct incident_memory *mem, int number,
    const int64_t *except, size_t nexcept, int64_t *out, size_t max);

#endif
