/* http_exchange.c - a request is gathered: the HTTP library's thread.
 *
 * Only callbacks of libmicrohttpd.  They hold no state of the daemon's and
 * never wait for the loop.
 *
 * SPDX-License-Identifier: MIT */
#include "net/http_exchange.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CONNECTION_MEMORY ((size_t)32 * 1024) /* the header section fits */

static struct http_conn *conn_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info->socket_context;
}

static void on_connection(void *cls, struct MHD_Connection *connection,
    void **context, enum MHD_ConnectionNotificationCode code)
{
	struct http_listener *h = cls;
	const union MHD_ConnectionInfo *info;
	struct http_conn *c;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		http_deadlines_drop(&h->deadlines, *context);
		return;
	}
	info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	c = http_deadlines_add(&h->deadlines, info->connect_fd);
	http_deadlines_set(&h->deadlines, c, h->limits.request_ms);
	*context = c;
}

/* The request line has come: an exchange begins. */
static void *on_target(
    void *cls, const char *raw, struct MHD_Connection *connection)
{
	struct http_listener *h = cls;
	struct exchange *x = calloc(1, sizeof *x);

	CHECK(x != NULL);
	x->owner = h;
	x->connection = connection;
	x->conn = conn_of(connection);
	arena_init(&x->arena);
	textbuf_init(&x->body);
	x->request.path = "";
	if (!http_target_parse(raw, &x->arena, &x->target, &x->refusal.why))
		x->refusal.status = 400;
	/* A first request's time began with its connection. */
	if (!x->conn->is_fresh)
		http_deadlines_set(
		    &h->deadlines, x->conn, h->limits.request_ms);
	x->conn->is_fresh = false;
	return x;
}

static size_t no_unescaping(
    void *cls, struct MHD_Connection *connection, char *s)
{
	(void)cls;
	(void)connection;
	return strlen(s);
}

/* Copied, since the loop may ask while the library's thread goes on. */
static enum MHD_Result keep_header(
    void *cls, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct exchange *x = cls;
	struct http_param *p = arena_push(
	    &x->arena, &x->headers, &x->nheaders, &x->cap_headers, sizeof *p);

	(void)kind;
	p->name = arena_strdup(&x->arena, key);
	p->value = arena_strdup(&x->arena, value != NULL ? value : "");
	return MHD_YES;
}

/* Of several the first: those that may not come twice were counted. */
static const char *header(
    const struct exchange *x, const char *name, const char *otherwise)
{
	for (size_t i = 0; i < x->nheaders; i++)
		if (strcasecmp(x->headers[i].name, name) == 0)
			return x->headers[i].value;
	return otherwise;
}

static bool is_quiesced(struct http_listener *h)
{
	bool answer;

	pthread_mutex_lock(&h->mutex);
	answer = h->is_quiesced;
	pthread_mutex_unlock(&h->mutex);
	return answer;
}

static enum MHD_Result discard(struct exchange *x, struct http_refusal refusal)
{
	x->stage = STAGE_DISCARD;
	http_refuse_early(x->conn->fd, refusal);
	return MHD_YES;
}

static enum MHD_Result begin(
    struct exchange *x, const char *method, const char *version)
{
	struct http_listener *h = x->owner;
	struct http_refusal refusal;

	x->body_max = h->limits.body_max;
	if (h->limits.body_max_at != NULL)
		x->body_max = h->limits.body_max_at(x->target.path);
	refusal = http_check_headers(x->connection, version, x->body_max);
	if (refusal.status == 0)
		refusal = x->refusal;
	if (refusal.status == 0 && is_quiesced(h))
		refusal = HTTP_STOPPING;
	if (refusal.status == HTTP_TOO_LARGE.status)
		return discard(x, refusal);
	if (refusal.status != 0)
		return http_refuse(x->connection, refusal);
	MHD_get_connection_values(
	    x->connection, MHD_HEADER_KIND, keep_header, x);
	x->request.method = arena_strdup(&x->arena, method);
	x->request.path = x->target.path;
	x->request.content_type = header(x, "Content-Type", "");
	x->request.authorization = header(x, "Authorization", NULL);
	x->request.accept = header(x, "Accept", "");
	x->request.is_local = h->socket.is_local;
	x->stage = STAGE_BODY;
	return MHD_YES;
}

static void drop_body(struct exchange *x)
{
	x->owner->bodies -= x->body.len;
	textbuf_fini(&x->body);
}

static enum MHD_Result gather(struct exchange *x, const char *data, size_t len)
{
	struct http_listener *h = x->owner;

	if (len > x->body_max - x->body.len) {
		drop_body(x);
		return discard(x, HTTP_TOO_LARGE);
	}
	if (len > h->limits.bodies_max - h->bodies) {
		drop_body(x);
		return discard(x, HTTP_BUSY);
	}
	textbuf_addn(&x->body, data, len);
	h->bodies += len;
	return MHD_YES;
}

/* False: the loop takes no more. */
static bool enqueue(struct http_listener *h, struct exchange *x)
{
	bool taken;

	pthread_mutex_lock(&h->mutex);
	taken = !h->is_quiesced;
	if (taken) {
		/* Before anybody can resume it. */
		MHD_suspend_connection(x->connection);
		x->stage = STAGE_HANDED;
		if (h->tail == NULL)
			h->head = x;
		else
			h->tail->next = x;
		h->tail = x;
		h->pending++;
	}
	pthread_mutex_unlock(&h->mutex);
	return taken;
}

static enum MHD_Result hand_over(struct exchange *x)
{
	struct http_listener *h = x->owner;

	x->request.body = x->body.data;
	x->request.body_len = x->body.len;
	http_deadlines_set(&h->deadlines, x->conn, -1);
	if (!enqueue(h, x))
		return http_refuse(x->connection, HTTP_STOPPING);
	loop_poke(h->arrived);
	return MHD_YES;
}

static enum MHD_Result answer(struct exchange *x)
{
	struct MHD_Response *response;
	unsigned status;
	enum MHD_Result rc;

	pthread_mutex_lock(&x->owner->mutex);
	response = x->response;
	status = x->status;
	x->response = NULL;
	pthread_mutex_unlock(&x->owner->mutex);
	CHECK(response != NULL);
	rc = MHD_queue_response(x->connection, status, response);
	MHD_destroy_response(response);
	return rc;
}

/* Called for the headers, for each piece of the body, and for its end. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version, const char *data,
    size_t *len, void **context)
{
	struct exchange *x = *context;
	size_t given = *len;

	(void)cls;
	(void)connection;
	(void)url;
	*len = 0;
	switch (x->stage) {
	case STAGE_HEADERS:
		*len = given;
		return begin(x, method, version);
	case STAGE_BODY:
		return given > 0 ? gather(x, data, given) : hand_over(x);
	case STAGE_DISCARD:
		return given > 0 ? MHD_YES : MHD_NO;
	case STAGE_HANDED:
		return answer(x);
	}
	return MHD_NO;
}

static void on_completed(void *cls, struct MHD_Connection *connection,
    void **context, enum MHD_RequestTerminationCode code)
{
	struct http_listener *h = cls;
	struct exchange *x = *context;

	(void)connection;
	(void)code;
	if (x == NULL)
		return;
	http_deadlines_set(&h->deadlines, x->conn, h->limits.idle_ms);
	if (x->stage == STAGE_HANDED) {
		pthread_mutex_lock(&h->mutex);
		h->answering--;
		pthread_cond_signal(&h->answered);
		pthread_mutex_unlock(&h->mutex);
	}
	if (x->response != NULL)
		MHD_destroy_response(x->response);
	drop_body(x);
	arena_fini(&x->arena);
	free(x);
	*context = NULL;
}

struct MHD_Daemon *http_exchanges_start(struct http_listener *h)
{
	unsigned flags = MHD_USE_EPOLL_INTERNALLY | MHD_ALLOW_SUSPEND_RESUME |
			 MHD_USE_PEDANTIC_CHECKS;

	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, h,
	    MHD_OPTION_LISTEN_SOCKET, h->socket.fd,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_LIMIT,
	    h->limits.connections_max, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)HTTP_IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    CONNECTION_MEMORY, MHD_OPTION_URI_LOG_CALLBACK, on_target, h,
	    MHD_OPTION_UNESCAPE_CALLBACK, no_unescaping, NULL,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, h, MHD_OPTION_END);
}
