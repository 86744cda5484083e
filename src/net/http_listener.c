/* http_listener.c - requests are shown and answered: the loop's thread.
 *
 * The other half, on the HTTP library's thread, is http_exchange.c; the drawing
 * is in http_exchange.h.
 *
 * SPDX-License-Identifier: MIT */
#include "net/http_listener.h"

#include "base/check.h"
#include "net/http_exchange.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

const struct http_limits http_limits_default = {
	.body_max = HTTP_BODY_MAX,
	.bodies_max = HTTP_BODIES_MAX,
	.connections_max = HTTP_CONNECTIONS_MAX,
	.request_ms = HTTP_REQUEST_SECONDS * SECOND_MS,
	.idle_ms = HTTP_IDLE_SECONDS * SECOND_MS,
	.close_ms = 500,
};

static struct exchange *take_queue(struct http_listener *h)
{
	struct exchange *x;

	pthread_mutex_lock(&h->mutex);
	x = h->head;
	h->head = NULL;
	h->tail = NULL;
	pthread_mutex_unlock(&h->mutex);
	return x;
}

static void on_arrived(void *user)
{
	struct http_listener *h = user;
	struct exchange *x = take_queue(h);

	while (x != NULL) {
		struct exchange *next = x->next;

		h->handler(h->user, &x->request);
		x = next;
	}
}

static struct exchange *exchange_of(const struct http_request *r)
{
	return (struct exchange *)r;
}

const char *http_query(const struct http_request *r, const char *name)
{
	const struct http_target *t = &exchange_of(r)->target;

	for (size_t i = 0; i < t->nparams; i++)
		if (strcmp(t->params[i].name, name) == 0)
			return t->params[i].value;
	return NULL;
}

void http_query_each(const struct http_request *r,
    void (*each)(void *user, const char *name, const char *value), void *user)
{
	const struct http_target *t = &exchange_of(r)->target;

	for (size_t i = 0; i < t->nparams; i++)
		each(user, t->params[i].name, t->params[i].value);
}

const char *http_header(const struct http_request *r, const char *name)
{
	const struct exchange *x = exchange_of(r);
	const char *found = NULL;

	for (size_t i = 0; i < x->nheaders; i++) {
		if (strcasecmp(x->headers[i].name, name) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = x->headers[i].value;
	}
	return found;
}

/* The library keeps the connection suspended, so the descriptor is its own, and
 * nobody but us looks at it. */
bool http_is_gone(const struct http_request *r)
{
	struct pollfd p = { .fd = exchange_of(r)->conn->fd,
		.events = r->is_local ? 0 : POLLRDHUP };

	return poll(&p, 1, 0) > 0;
}

/* "Name: value", of len bytes. */
static void add_header(struct MHD_Response *response, struct arena *arena,
    const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	const char *name;
	const char *value;

	CHECK(colon != NULL);
	name = arena_strndup(arena, line, (size_t)(colon - line));
	colon += 1 + strspn(colon + 1, " ");
	value = arena_strndup(arena, colon, (size_t)(line + len - colon));
	CHECK(MHD_add_response_header(response, name, value) == MHD_YES);
}

static void add_headers(
    struct MHD_Response *response, struct arena *arena, const char *lines)
{
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");

		add_header(response, arena, lines, len);
		lines += len + (lines[len] == '\n');
	}
}

void http_reply(struct http_request *r, int status, const char *content_type,
    const char *body, size_t len, const char *header_lines)
{
	struct exchange *x = exchange_of(r);
	struct http_listener *h = x->owner;
	struct MHD_Response *response;

	response = MHD_create_response_from_buffer(
	    len, (void *)(len == 0 ? "" : body), MHD_RESPMEM_MUST_COPY);
	CHECK(response != NULL);
	if (content_type != NULL)
		MHD_add_response_header(response, "Content-Type", content_type);
	if (header_lines != NULL)
		add_headers(response, &x->arena, header_lines);
	pthread_mutex_lock(&h->mutex);
	CHECK(x->response == NULL);
	x->response = response;
	x->status = (unsigned)status;
	h->pending--;
	h->answering++;
	pthread_mutex_unlock(&h->mutex);
	MHD_resume_connection(x->connection);
}

int http_listener_port(const struct http_listener *h)
{
	return h->socket.port;
}

size_t http_listener_pending(const struct http_listener *h)
{
	pthread_mutex_t *mutex = (pthread_mutex_t *)&h->mutex;
	size_t n;

	pthread_mutex_lock(mutex);
	n = h->pending;
	pthread_mutex_unlock(mutex);
	return n;
}

void http_listener_quiesce(struct http_listener *h)
{
	bool was;

	pthread_mutex_lock(&h->mutex);
	was = h->is_quiesced;
	h->is_quiesced = true;
	pthread_mutex_unlock(&h->mutex);
	if (was)
		return;
	/* The socket stays ours to close, when the thread has ended. */
	(void)MHD_quiesce_daemon(h->daemon);
	http_socket_quiesce(&h->socket);
}

/* Answers are given, but are they on their way?  A client that does not read
 * may not hold us up for long. */
static void wait_for_answers(struct http_listener *h)
{
	struct timespec until;
	int rc = 0;

	CHECK(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	until.tv_sec += h->limits.close_ms / 1000;
	until.tv_nsec += h->limits.close_ms % 1000 * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&h->mutex);
	CHECK(h->pending == 0);
	while (h->answering > 0 && rc == 0)
		rc = pthread_cond_timedwait(&h->answered, &h->mutex, &until);
	pthread_mutex_unlock(&h->mutex);
}

static void listener_free(struct http_listener *h)
{
	http_deadlines_fini(&h->deadlines);
	loop_poke_close(h->arrived);
	http_socket_close(&h->socket);
	pthread_cond_destroy(&h->answered);
	pthread_mutex_destroy(&h->mutex);
	free(h);
}

void http_listener_close(struct http_listener *h)
{
	static const char body[] = "{\"error\":\"server: stopping\"}\n";
	struct exchange *x;

	http_listener_quiesce(h);
	/* What came between the last turn and now was never shown. */
	for (x = take_queue(h); x != NULL;) {
		struct exchange *next = x->next;

		http_reply(&x->request, HTTP_STOPPING.status,
		    "application/json", body, sizeof body - 1,
		    "Retry-After: 1");
		x = next;
	}
	wait_for_answers(h);
	MHD_stop_daemon(h->daemon);
	listener_free(h);
}

static void init_lock(struct http_listener *h)
{
	pthread_condattr_t attr;

	CHECK(pthread_condattr_init(&attr) == 0);
	CHECK(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	CHECK(pthread_cond_init(&h->answered, &attr) == 0);
	CHECK(pthread_mutex_init(&h->mutex, NULL) == 0);
	pthread_condattr_destroy(&attr);
}

struct http_listener *http_listener_start_limited(struct loop *l,
    const struct http_address *a, const struct http_limits *limits,
    http_handler *handler, void *user, struct errtext *err)
{
	struct http_listener *h = calloc(1, sizeof *h);

	CHECK(h != NULL);
	if (!http_socket_open(a, &h->socket, err)) {
		free(h);
		return NULL;
	}
	h->limits = *limits;
	h->handler = handler;
	h->user = user;
	init_lock(h);
	http_deadlines_init(&h->deadlines, l);
	h->arrived = loop_poke_new(l, on_arrived, h);
	h->daemon = http_exchanges_start(h);
	if (h->daemon != NULL)
		return h;
	errtext_set(err, "HTTP server: cannot start its thread");
	listener_free(h);
	return NULL;
}

struct http_listener *http_listener_start(struct loop *l,
    const struct http_address *a, http_handler *handler, void *user,
    struct errtext *err)
{
	return http_listener_start_limited(
	    l, a, &http_limits_default, handler, user, err);
}
