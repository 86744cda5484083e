/* cells.h - a ticket's JSON as the words that lists and pages show.
 *
 * Texts are written into a textbuf of the caller, "" for what is not there.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_CELLS_H
#define SLAWATCH_CTL_CELLS_H

#include "base/instant.h"
#include "base/textbuf.h"
#include "ctl/table.h"

#include <cjson/cJSON.h>

#define CELL_SOON_MS (15 * MINUTE_MS) /* a due is shown as near from here */

/* The clock to look at: the unfinished one with the earliest due, else one that
 * is paused; NULL if none is left. */
const cJSON *cell_next_clock(const cJSON *ticket);

/* "running", "running 80%" after a warning, "breached", "met_late". */
void cell_clock_state(const cJSON *clock, struct textbuf *out);
enum colour cell_clock_colour(const cJSON *clock, struct wall now);

/* The chain to look at: the latest that is live; NULL if none is. */
const cJSON *cell_live_chain(const cJSON *ticket);

/* "standard 2/5", "standard 2/5 acked", "standard exhausted". */
void cell_chain(const cJSON *chain, struct textbuf *out);
enum colour cell_chain_colour(const cJSON *chain);

/* "Acme Corp", or the id where there is no name. */
void cell_customer(const cJSON *ticket, struct textbuf *out);

#endif
