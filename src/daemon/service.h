/* service.h - what the service manager is told.
 *
 * sd_notify(3): READY=1 after recovery, RELOADING=1 and READY=1 around a
 * reload, STOPPING=1.  Where it asks for a watchdog (WATCHDOG_USEC), a timer
 * runs the self-check at half of that and feeds it only if all is well; without
 * one there is no timer and an idle daemon does not wake.  Without libsystemd
 * all of this is nothing.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_SERVICE_H
#define SLAWATCH_DAEMON_SERVICE_H

#include "net/loop.h"

struct app;

struct service {
	struct app *app;	  /* borrowed */
	struct loop_timer *timer; /* NULL: nobody wants to be fed */
};

void service_open(struct service *s, struct app *app);
void service_close(struct service *s);

void service_ready(struct service *s);
void service_reloading(struct service *s);
void service_stopping(struct service *s);

#endif
