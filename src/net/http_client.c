/* http_client.c - who goes when, and what is told to whom.
 *
 * The limits a host and in all are kept here and not left to curl: what waits
 * in curl's own queue is already counted against its timeout, and a hundred
 * messages for one slow hook would fail without ever having been tried.
 *
 * SPDX-License-Identifier: MIT */
#include "net/http_client_private.h"

#include "base/check.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void transfer_list_add(struct transfer_list *list, struct transfer *t)
{
	t->next = NULL;
	t->prev = list->tail;
	if (list->tail == NULL)
		list->head = t;
	else
		list->tail->next = t;
	list->tail = t;
	list->count++;
}

void transfer_list_drop(struct transfer_list *list, struct transfer *t)
{
	if (t->prev == NULL)
		list->head = t->next;
	else
		t->prev->next = t->next;
	if (t->next == NULL)
		list->tail = t->prev;
	else
		t->next->prev = t->prev;
	list->count--;
}

/* ---- transfers ---- */

static const char *copy(struct arena *arena, const char *text)
{
	return arena_strdup(arena, text);
}

static void copy_request(struct transfer *t, const struct http_send *what)
{
	struct arena *a = &t->arena;

	t->what = *what;
	t->what.url = copy(a, what->url);
	t->what.unix_path = copy(a, what->unix_path);
	t->what.method = copy(a, what->method);
	for (size_t i = 0; i < what->nheaders; i++)
		t->what.headers[i] = copy(a, what->headers[i]);
	t->what.body = arena_strndup(a, what->body, what->len);
	t->what.mail_from = copy(a, what->mail_from);
	t->what.mail_to = copy(a, what->mail_to);
	t->what.user = copy(a, what->user);
	t->what.password = copy(a, what->password);
	t->what.aws_sigv4 = copy(a, what->aws_sigv4);
	t->what.ca_file = copy(a, what->ca_file);
	t->what.answer_header = copy(a, what->answer_header);
	if (t->what.timeout_ms <= 0)
		t->what.timeout_ms = CLIENT_TIMEOUT_MS;
	if (t->what.answer_max == 0)
		t->what.answer_max = CLIENT_ANSWER_MAX;
}

/* Takes it out of curl's hands. */
static void detach(struct transfer *t)
{
	if (t->easy == NULL)
		return;
	curl_multi_remove_handle(t->client->multi, t->easy);
	curl_easy_cleanup(t->easy);
	t->easy = NULL;
	curl_slist_free_all(t->list);
	t->list = NULL;
}

static void transfer_free(struct transfer *t)
{
	detach(t);
	textbuf_fini(&t->answer);
	arena_fini(&t->arena);
	free(t);
}

static void free_all(struct transfer_list *list)
{
	while (list->head != NULL) {
		struct transfer *t = list->head;

		transfer_list_drop(list, t);
		transfer_free(t);
	}
}

/* ---- hosts ---- */

/* Scheme and authority, or the socket's path: whoever shares it shares the
 * limit. */
static char *host_key(const struct http_send *what)
{
	const char *start = strstr(what->url, "://");
	size_t len;
	char *key;

	if (what->unix_path != NULL)
		key = strdup(what->unix_path);
	else {
		start = start == NULL ? what->url : start + 3;
		len = (size_t)(start - what->url) + strcspn(start, "/?#");
		key = strndup(what->url, len);
		for (char *p = key; p != NULL && *p != '\0'; p++)
			*p = (char)tolower((unsigned char)*p);
	}
	CHECK(key != NULL);
	return key;
}

static struct client_host *host_find(
    struct http_client *c, const struct http_send *what)
{
	char *key = host_key(what);
	struct client_host *host = c->hosts;

	while (host != NULL && strcmp(host->key, key) != 0)
		host = host->next;
	if (host != NULL) {
		free(key);
		return host;
	}
	host = calloc(1, sizeof *host);
	CHECK(host != NULL);
	host->key = key;
	host->next = c->hosts;
	c->hosts = host;
	return host;
}

static void host_free(struct client_host *host)
{
	free_all(&host->waiting);
	free(host->key);
	free(host);
}

static void forget_if_idle(struct http_client *c, struct client_host *host)
{
	struct client_host **at = &c->hosts;

	if (host->running > 0 || host->waiting.count > 0)
		return;
	while (*at != host)
		at = &(*at)->next;
	*at = host->next;
	host_free(host);
}

static bool start_one(struct http_client *c, struct client_host *host)
{
	struct transfer *t = host->waiting.head;

	if (t == NULL || host->running >= CLIENT_HOST_MAX ||
	    c->running.count >= CLIENT_TOTAL_MAX)
		return false;
	transfer_list_drop(&host->waiting, t);
	c->waiting--;
	host->running++;
	transfer_list_add(&c->running, t);
	request_build(t);
	CHECK(curl_multi_add_handle(c->multi, t->easy) == CURLM_OK);
	return true;
}

/* One a host in turn, so that none of them takes all that is free. */
static void start_waiting(struct http_client *c)
{
	bool any = !c->in_curl && !c->is_closing;

	while (any) {
		any = false;
		for (struct client_host *h = c->hosts; h != NULL; h = h->next)
			any |= start_one(c, h);
	}
}

/* ---- acting ---- */

static void collect(struct http_client *c)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(c->multi, &left)) != NULL) {
		struct transfer *t = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		result_read(t, m->data.result);
		detach(t);
		transfer_list_drop(&c->running, t);
		transfer_list_add(&c->finished, t);
		t->host->running--;
		forget_if_idle(c, t->host);
		t->host = NULL;
	}
}

static void tell(struct http_client *c)
{
	while (!c->is_closing && c->finished.head != NULL) {
		struct transfer *t = c->finished.head;

		transfer_list_drop(&c->finished, t);
		t->done(t->user, &t->result);
		transfer_free(t);
	}
}

static void destroy(struct http_client *c)
{
	free_all(&c->running);
	free_all(&c->finished);
	while (c->hosts != NULL) {
		struct client_host *host = c->hosts;

		c->hosts = host->next;
		host_free(host);
	}
	sockets_close(c);
	free(c);
	curl_global_cleanup();
}

void client_act(struct http_client *c, curl_socket_t fd, int events)
{
	int running;

	c->depth++;
	c->in_curl = true;
	CHECK(curl_multi_socket_action(c->multi, fd, events, &running) ==
	      CURLM_OK);
	collect(c);
	c->in_curl = false;
	start_waiting(c);
	tell(c);
	c->depth--;
	if (c->is_closing && c->depth == 0)
		destroy(c);
}

/* ---- for everybody ---- */

static bool curl_is_fit(struct errtext *err)
{
	const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);
	CURL *easy = curl_easy_init();
	bool ok = easy != NULL;

	ok = ok && curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
		       "http,https,smtp,smtps") == CURLE_OK;
	ok = ok && (v->features & CURL_VERSION_ASYNCHDNS) != 0;
	curl_easy_cleanup(easy);
	if (!ok)
		errtext_set(err,
		    "HTTP client: this libcurl (%s) lacks http, https, smtp, "
		    "smtps or asynchronous name resolution",
		    v->version);
	return ok;
}

struct http_client *http_client_new(struct loop *l, struct errtext *err)
{
	struct http_client *c = calloc(1, sizeof *c);

	CHECK(c != NULL);
	c->loop = l;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		errtext_set(err, "HTTP client: libcurl does not start");
		free(c);
		return NULL;
	}
	if (curl_is_fit(err) && sockets_open(c, err))
		return c;
	curl_global_cleanup();
	free(c);
	return NULL;
}

size_t http_client_in_flight(const struct http_client *c)
{
	return c->waiting + c->running.count + c->finished.count;
}

void http_client_close(struct http_client *c)
{
	c->is_closing = true;
	if (c->depth == 0)
		destroy(c);
}

void http_client_send(struct http_client *c, const struct http_send *what,
    void (*done)(void *user, const struct http_result *r), void *user)
{
	struct transfer *t = calloc(1, sizeof *t);
	const char *flaw = request_flaw(what);

	CHECK(t != NULL && !c->is_closing);
	t->client = c;
	t->fd = CURL_SOCKET_BAD;
	t->done = done;
	t->user = user;
	arena_init(&t->arena);
	textbuf_init(&t->answer);
	if (flaw != NULL) {
		result_fail(t, flaw);
		transfer_list_add(&c->finished, t);
		loop_poke(c->kick);
		return;
	}
	copy_request(t, what);
	t->host = host_find(c, &t->what);
	transfer_list_add(&t->host->waiting, t);
	c->waiting++;
	start_waiting(c);
}
