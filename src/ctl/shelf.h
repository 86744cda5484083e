/* shelf.h - a simulation's shelf in a scratch file.
 *
 * What is on it and which events it has seen stand under its number, so that
 * several simulations share one file.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_SHELF_H
#define SLAWATCH_CTL_SHELF_H

#include "core/simulation.h"
#include "store/scratch.h"

struct shelf {
	struct simulation_shelf as; /* for the simulation's hooks */
	struct scratch *scratch;    /* borrowed */
	int number;
};

/* It may not move afterwards. */
void shelf_init(struct shelf *shelf, struct scratch *scratch, int number);

#endif
