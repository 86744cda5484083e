/* commit_item.h - one item inside the transaction of its batch.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_COMMIT_ITEM_H
#define SLAWATCH_DAEMON_COMMIT_ITEM_H

#include "daemon/item.h"
#include "store/store.h"

/* What the items of a batch have in common. */
struct commit_turn {
	struct store *store;
	const struct matrix_ref *ref; /* changes with an ITEM_MATRIX, or when a
					 ticket needs a former one; borrowed
					 from the commit or from an item */
	const struct matrix *matrix;  /* its matrix */
	const struct duty *duty;      /* changes with an ITEM_DUTY */
	int64_t matrix_number;	      /* its row; changes with it */
	struct batch *batch;	      /* its arena keeps the outcomes */
	struct arena work;	      /* emptied for each item */
};

/* What is saved from here on was decided by these: before the first item. */
void commit_decide_by(const struct commit_turn *turn);

/* Fills it->out.  Anything but STORE_OK: the batch is to be rolled back, and
 * the batch's `why` says why. */
enum store_result commit_item(struct commit_turn *turn, struct item *it);

#endif
