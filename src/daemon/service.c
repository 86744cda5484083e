/* service.c - sd_notify, and the watchdog's food.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/service.h"

#include "daemon/app.h"
#include "daemon/log.h"

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>

static void on_timer(void *user)
{
	struct service *s = user;
	const char *why;

	if (health_alive(s->app, &why))
		sd_notify(0, "WATCHDOG=1");
	else
		log_say(LOG_LEVEL_ERROR, "the watchdog is not fed", "error",
		    why, NULL);
}

void service_open(struct service *s, struct app *app)
{
	uint64_t usec = 0;

	s->app = app;
	if (sd_watchdog_enabled(0, &usec) <= 0 || usec == 0)
		return;
	s->timer = loop_timer_new(app->loop, on_timer, s);
	loop_timer_start(
	    s->timer, (int64_t)(usec / 2000), (int64_t)(usec / 2000));
}

void service_ready(struct service *s)
{
	(void)s;
	sd_notify(0, "READY=1");
}

void service_reloading(struct service *s)
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)loop_mono(s->app->loop).ms * 1000);
}

void service_stopping(struct service *s)
{
	(void)s;
	sd_notify(0, "STOPPING=1");
}
#else
void service_open(struct service *s, struct app *app)
{
	s->app = app;
}

void service_ready(struct service *s)
{
	(void)s;
}

void service_reloading(struct service *s)
{
	(void)s;
}

void service_stopping(struct service *s)
{
	(void)s;
}
#endif

void service_close(struct service *s)
{
	if (s->timer != NULL)
		loop_timer_close(s->timer);
	s->timer = NULL;
}
