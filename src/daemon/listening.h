/* listening.h - the Unix socket and, if configured, the TCP address.
 *
 * Opened only when recovery is over: who can connect finds a daemon that has
 * caught up.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_LISTENING_H
#define SLAWATCH_DAEMON_LISTENING_H

#include <stddef.h>

struct app;

/* From STARTING to READY; if an address is taken, to STOPPING. */
void listening_start(struct app *app);

/* Accepts nothing more. */
void listening_quiesce(struct app *app);

/* Requests that are not yet answered. */
size_t listening_pending(const struct app *app);

/* None is pending. */
void listening_stop(struct app *app);

#endif
