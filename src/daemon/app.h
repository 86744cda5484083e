/* app.h - the daemon as one value: who is there, and who knows whom.
 *
 * Everything here belongs to the loop thread.  The commit thread has the store,
 * workers have readers, the HTTP library has its connections; they meet the
 * loop in queues (item.h, net/http_listener.h).
 *
 * Life:
 *	STARTING  what came due while nobody looked is offered and committed;
 *	          nobody may connect yet
 *	READY     listening
 *	STOPPING  nothing new; what was accepted is committed, attempts end
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_APP_H
#define SLAWATCH_DAEMON_APP_H

#include "conf/load.h"
#include "daemon/chores.h"
#include "daemon/counters.h"
#include "daemon/duty_ref.h"
#include "daemon/feeds.h"
#include "daemon/health.h"
#include "daemon/intake.h"
#include "daemon/kept.h"
#include "daemon/link.h"
#include "daemon/matrix_ref.h"
#include "daemon/notifier.h"
#include "daemon/options.h"
#include "daemon/reach.h"
#include "daemon/readers.h"
#include "daemon/reload.h"
#include "daemon/service.h"
#include "daemon/slack_desk.h"
#include "daemon/stepping.h"
#include "daemon/sweep.h"
#include "daemon/watch.h"
#include "net/http_client.h"
#include "net/http_listener.h"
#include "net/loop.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>

#define APP_SENDS_MS	 3000 /* a stop waits so long for attempts to end */
#define APP_READS_MS	 3500 /* ... and so long for reads */
#define APP_STOP_MS	 4500 /* then it is cut short, whatever is going on */
#define APP_STOP_STEP_MS 20   /* how often it looks */

enum app_state { APP_STARTING, APP_READY, APP_STOPPING };

#define INSTANCE_TEXT_MAX 17 /* 16 hex digits and NUL */

struct app {
	const struct options *options; /* borrowed */
	enum app_state state;
	struct loop *loop;
	struct conf conf;	   /* settings; its matrix is in `matrix` */
	struct matrix_row *kept;   /* as the database is to keep its matrix */
	struct matrix_ref *matrix; /* that is published; a reference */
	struct duty_ref *duty;	   /* that is published; a reference */
	struct store *store;	   /* until the intake takes it over */
	char instance[INSTANCE_TEXT_MAX]; /* random, made once a database */
	char link_key[LINK_KEY_MAX];	  /* likewise; signs links: link.h */
	char swept[32]; /* matrix of the last completed sweep */
	struct watch watch;
	struct readers *readers;
	struct http_client *client;
	struct intake *intake;
	struct notifier *notifier;
	struct sweep sweep;
	struct feeds feeds;
	struct chores chores;
	struct reach reach;
	struct reload reload;
	struct health health;
	struct service service;
	struct stepping stepping;
	struct slack_desk slack;
	struct http_listener *socket; /* NULL until READY */
	struct http_listener *tcp;    /* NULL: not configured */
	struct counters counters;
	struct wall started;
	struct wall alarm; /* what the loop's alarm is set to */
	int status;	   /* exit status */

	/* STOPPING */
	struct loop_timer *stopping;
	struct mono stop_since;
	bool stop_cut;	   /* attempts were cut off: no clean mark */
	bool stop_marking; /* the last item was offered */
	bool stop_marked;  /* ... and published */
	size_t nparts;	   /* of app.c's table that are open */
};

const char *app_database(const struct app *app);
const char *app_socket(const struct app *app);

/* Opens all parts in order; false: said in the log, and what was opened is
 * still to be closed. */
bool app_open(struct app *app, const struct options *options);

/* Runs until a signal, then stops in good order and closes the parts. */
void app_run(struct app *app);

/* Closes what is still open, last first. */
void app_close(struct app *app);

/* The parts that live on the loop; then it runs out. */
void app_close_parts(struct app *app);

/* Something may be due, free or possible now: offers, sends, arms the alarm. */
void app_turn(struct app *app);

/* When it wants to be turned again. */
struct wall app_next(const struct app *app);

/* From the matrix that a committed item brought. */
void app_take_matrix(struct app *app, struct matrix_ref *matrix);

void app_stop(struct app *app);

/* Everything that a stop waits for. */
size_t app_outstanding(const struct app *app);

#endif
