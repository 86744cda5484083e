/* listening.c - opening the door, once recovery is over.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/listening.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/log.h"
#include "daemon/routes.h"
#include "net/http_limits.h"

#include <stdlib.h>
#include <string.h>

#define HOST_TEXT_MAX 256

/* "127.0.0.1:8080", "[::1]:8080". */
static bool split_address(const char *text, char host[HOST_TEXT_MAX], int *port)
{
	const char *colon = strrchr(text, ':');
	size_t len;
	char *end;
	long n;

	if (colon == NULL || colon[1] < '0' || colon[1] > '9')
		return false;
	n = strtol(colon + 1, &end, 10);
	len = (size_t)(colon - text);
	if (*end != '\0' || n > 65535)
		return false;
	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= HOST_TEXT_MAX)
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	*port = (int)n;
	return true;
}

static struct http_listener *start(
    struct app *app, const struct http_address *a, struct errtext *err)
{
	struct http_limits limits = http_limits_default;

	limits.body_max_at = routes_body_max;
	return http_listener_start_limited(
	    app->loop, a, &limits, routes_handle, app, err);
}

static bool open_socket(struct app *app, struct errtext *err)
{
	struct http_address a = { .unix_path = app_socket(app),
		.unix_mode = app->conf.settings.socket_mode,
		.fd = -1 };

	app->socket = start(app, &a, err);
	if (app->socket == NULL)
		errtext_wrap(err, "%s", a.unix_path);
	return app->socket != NULL;
}

static bool open_tcp(struct app *app, struct errtext *err)
{
	const char *where = app->options->listen != NULL
				? app->options->listen
				: app->conf.settings.listen;
	char host[HOST_TEXT_MAX];
	struct http_address a = { .host = host, .fd = -1 };

	if (where == NULL || where[0] == '\0')
		return true;
	if (!split_address(where, host, &a.port)) {
		errtext_set(err, "%s: not HOST:PORT", where);
		return false;
	}
	app->tcp = start(app, &a, err);
	if (app->tcp == NULL)
		errtext_wrap(err, "%s", where);
	return app->tcp != NULL;
}

static void say_ready(const struct app *app)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_INFO);
	log_text(&l, "msg", "ready");
	log_text(&l, "version", slawatch_version);
	log_text(&l, "socket", app_socket(app));
	if (app->tcp != NULL)
		log_int(&l, "port", http_listener_port(app->tcp));
	log_text(&l, "database", app_database(app));
	log_text(&l, "matrix", app->options->config);
	log_text(&l, "revision", matrix_ref_matrix(app->matrix)->revision);
	log_int(&l, "tickets", app->watch.tickets.count);
	log_end(&l);
}

void listening_start(struct app *app)
{
	const char *revision = matrix_ref_matrix(app->matrix)->revision;
	struct errtext err = { "" };

	CHECK(app->state == APP_STARTING);
	app->state = APP_READY;
	if (!open_socket(app, &err) || !open_tcp(app, &err)) {
		log_say(
		    LOG_LEVEL_ERROR, "cannot listen", "error", err.text, NULL);
		app->status = EXIT_RUNTIME;
		app_stop(app);
		return;
	}
	say_ready(app);
	service_ready(&app->service);
	if (strcmp(app->swept, revision) != 0)
		sweep_start(&app->sweep, revision);
	sweep_turn(&app->sweep, loop_now(app->loop));
	health_check_database(app);
}

void listening_quiesce(struct app *app)
{
	if (app->socket != NULL)
		http_listener_quiesce(app->socket);
	if (app->tcp != NULL)
		http_listener_quiesce(app->tcp);
}

size_t listening_pending(const struct app *app)
{
	size_t n = 0;

	if (app->socket != NULL)
		n += http_listener_pending(app->socket);
	if (app->tcp != NULL)
		n += http_listener_pending(app->tcp);
	return n;
}

void listening_stop(struct app *app)
{
	if (app->socket != NULL)
		http_listener_close(app->socket);
	if (app->tcp != NULL)
		http_listener_close(app->tcp);
	app->socket = NULL;
	app->tcp = NULL;
}
