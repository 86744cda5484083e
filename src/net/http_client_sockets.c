/* http_client_sockets.c - curl's sockets and its timeout on the loop.
 *
 * The traps: curl must not be entered from its own callbacks, so a timeout of
 * zero becomes a poke; a poll stops at once when curl says REMOVE, since the
 * descriptor's number may be another socket's a moment later, but its memory
 * is libuv's until the close callback; and closing an idle SMTP connection
 * says QUIT and waits for the answer, two minutes if need be: so before the end
 * all sockets are closed for reading, QUIT is said and nobody waits.
 *
 * SPDX-License-Identifier: MIT */
#include "net/http_client_private.h"

#include "base/check.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct watch {
	uv_poll_t poll;
	struct http_client *client;
	curl_socket_t fd;
};

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	const struct watch *w = poll->data;
	int flags = 0;

	if (status < 0)
		flags = CURL_CSELECT_ERR;
	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	/* w may be gone when this returns. */
	client_act(w->client, w->fd, flags);
}

static struct watch *watch_new(struct http_client *c, curl_socket_t fd)
{
	struct watch *w = calloc(1, sizeof *w);

	CHECK(w != NULL);
	w->client = c;
	w->fd = fd;
	CHECK(uv_poll_init(loop_uv(c->loop), &w->poll, fd) == 0);
	w->poll.data = w;
	curl_multi_assign(c->multi, fd, w);
	return w;
}

static void watch_drop(struct http_client *c, struct watch *w)
{
	uv_poll_stop(&w->poll);
	uv_close((uv_handle_t *)&w->poll, on_closed);
	curl_multi_assign(c->multi, w->fd, NULL);
}

static int on_socket(
    CURL *easy, curl_socket_t fd, int what, void *user, void *of_socket)
{
	struct http_client *c = user;
	struct watch *w = of_socket;
	struct transfer *t = NULL;
	int events = 0;

	if (what == CURL_POLL_REMOVE) {
		if (w != NULL)
			watch_drop(c, w);
		return 0;
	}
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &t);
	if (t != NULL)
		t->fd = fd;
	if (w == NULL)
		w = watch_new(c, fd);
	if (what & CURL_POLL_IN)
		events |= UV_READABLE;
	if (what & CURL_POLL_OUT)
		events |= UV_WRITABLE;
	CHECK(uv_poll_start(&w->poll, events, on_ready) == 0);
	return 0;
}

static int on_timeout(CURLM *multi, long after_ms, void *user)
{
	struct http_client *c = user;

	(void)multi;
	loop_timer_stop(c->timer);
	if (after_ms == 0)
		loop_poke(c->kick);
	if (after_ms > 0)
		loop_timer_start(c->timer, after_ms, 0);
	return 0;
}

static void on_time(void *user)
{
	client_act(user, CURL_SOCKET_TIMEOUT, 0);
}

static curl_socket_t on_open(
    void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct http_client *c = user;
	curl_socket_t fd = socket(address->family,
	    address->socktype | SOCK_CLOEXEC, address->protocol);

	(void)purpose;
	if (fd < 0)
		return CURL_SOCKET_BAD;
	if (c->nopen == c->cap_open) {
		c->cap_open = c->cap_open == 0 ? 16 : 2 * c->cap_open;
		c->open = realloc(c->open, c->cap_open * sizeof *c->open);
		CHECK(c->open != NULL);
	}
	c->open[c->nopen++] = fd;
	return fd;
}

static int on_close(void *user, curl_socket_t fd)
{
	struct http_client *c = user;

	for (size_t i = 0; i < c->nopen; i++)
		if (c->open[i] == fd) {
			c->open[i] = c->open[--c->nopen];
			break;
		}
	return close(fd);
}

void sockets_prepare(struct transfer *t)
{
	struct http_client *c = t->client;

	curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, c);
	curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETDATA, c);
}

bool sockets_open(struct http_client *c, struct errtext *err)
{
	c->multi = curl_multi_init();
	if (c->multi == NULL) {
		errtext_set(err, "HTTP client: libcurl gives no multi handle");
		return false;
	}
	c->timer = loop_timer_new(c->loop, on_time, c);
	c->kick = loop_poke_new(c->loop, on_time, c);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	curl_multi_setopt(
	    c->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)CLIENT_HOST_MAX);
	curl_multi_setopt(
	    c->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CLIENT_TOTAL_MAX);
	curl_multi_setopt(
	    c->multi, CURLMOPT_MAXCONNECTS, (long)CLIENT_TOTAL_MAX);
	return true;
}

void sockets_close(struct http_client *c)
{
	for (size_t i = 0; i < c->nopen; i++)
		(void)shutdown(c->open[i], SHUT_RD);
	curl_multi_cleanup(c->multi);
	loop_timer_close(c->timer);
	loop_poke_close(c->kick);
	CHECK(c->nopen == 0);
	free(c->open);
}
