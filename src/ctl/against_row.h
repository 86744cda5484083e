/* against_row.h - what is kept of one decision until both are known.
 *
 * Private to against*.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_AGAINST_ROW_H
#define SLAWATCH_CTL_AGAINST_ROW_H

#include "base/arena.h"
#include "ctl/against.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum against_what {
	ROW_TICKET,  /* how it stands now: texts */
	ROW_CLOCK,   /* kind is an enum change_kind */
	ROW_NOTICE,  /* that was sent; kind is its reason */
	ROW_REFUSED, /* an event */
	ROW_WHAT_COUNT
};

/* By what: the numbers and texts that it needs. */
struct against_row {
	uint8_t what;
	uint8_t side;
	uint8_t kind;
	int64_t at;	   /* when it was decided */
	int64_t due;	   /* clock; WALL_NEVER.ms: none */
	int32_t cycle;	   /* clock, notice */
	int32_t step;	   /* notice */
	int32_t round;	   /* notice */
	int32_t nth;	   /* notice */
	const char *clock; /* clock, notice; ticket: severity; refused: event */
	const char *chain; /* notice; ticket: policy; refused: why */
	const char *who;   /* notice; ticket, refused: key */
	const char *channel; /* notice; ticket: subject */
};

void against_row_pack(const struct against_row *row, struct textbuf *out);

/* Texts in the arena.  False: these are not bytes of pack(). */
bool against_row_unpack(const char *bytes, size_t len, struct arena *arena,
    struct against_row *out);

/* One ticket's rows, of both sides: what differs, its lists in the arena; the
 * rows may be put in another order.  True if anything does.  add: counted there
 * unless it is NULL. */
bool against_compare(struct against_row *rows, size_t n, struct wall since,
    struct arena *arena, struct against_ticket *out,
    struct against_totals *add);

/* Instants by the wall clock of the zone, which is not NULL:
 * "first_reply due Mon 2026-01-05 10:00 UTC, 2h earlier; breached now" */
void against_words_due(
    const struct against_due *d, const struct zone *zone, struct textbuf *out);

/* "standard step 2 to lead mara by dm at Mon 2026-01-05 09:00 UTC (new)" */
void against_words_notice(const struct against_notice *n,
    const struct zone *zone, struct textbuf *out);

/* "only the old matrix refuses 2 events: unknown severity"; the side has
 * some. */
void against_words_refused(const struct against_ticket *t,
    enum against_side side, struct textbuf *out);

/* Its severity or its policy on both sides: "P1, was P3"; the one that there is
 * where one side has not got the ticket; "" if there is none.  Not clean. */
void against_words_was(const struct against_ticket *t,
    const char *const of[AGAINST_SIDES], struct textbuf *out);

/* "policy enterprise, was standard"; false, and nothing: it has the same. */
bool against_words_policy(const struct against_ticket *t, struct textbuf *out);

/* "12 fewer", "3 more", "as many" */
void against_words_more(size_t old, size_t new_one, struct textbuf *out);

#endif
