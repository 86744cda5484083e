/* csv_past.h - what did this ticket look like in its row before?
 *
 * Part of csv_event.h.  One small block a ticket, found by the ticket's id.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_CSV_PAST_H
#define SLAWATCH_WIRE_CSV_PAST_H

#include "base/instant.h"
#include "core/status.h"

#include <stddef.h>
#include <stdint.h>

struct csv_past {
	char *id;	/* owned */
	size_t rows;	/* read so far; 0: it is new */
	struct wall at; /* of the latest */
	enum status status;
	uint32_t once; /* bit per comment rule that is used up */
	char *values;  /* owned: per value '+' text NUL, or '-' NUL */
};

struct csv_pasts {
	struct csv_past **table; /* open addressing; owned */
	size_t size;		 /* a power of two, or 0 */
	size_t count;
};

void csv_pasts_init(struct csv_pasts *p);
void csv_pasts_fini(struct csv_pasts *p);

/* The ticket's, a new one if it had none. */
struct csv_past *csv_pasts_get(struct csv_pasts *p, const char *id);

/* Keeps copies; a NULL stays one. */
void csv_past_keep(
    struct csv_past *past, const char *const *values, size_t count);

/* As kept; valid until the next keep. */
void csv_past_values(
    const struct csv_past *past, const char **values, size_t count);

#endif
