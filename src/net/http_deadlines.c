/* http_deadlines.c - one lazy timer for the deadlines of all connections.
 *
 * SPDX-License-Identifier: MIT */
#include "net/http_deadlines.h"

#include "base/check.h"
#include "net/clock.h"

#include <stdlib.h>
#include <sys/socket.h>

#define NO_DEADLINE INT64_MAX

static int64_t min_ms(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Shuts down what is late; when to look again. */
static int64_t cut(struct http_deadlines *d, int64_t now_ms)
{
	int64_t next = NO_DEADLINE;

	for (struct http_conn *c = d->head; c != NULL; c = c->next) {
		if (c->due_ms <= now_ms) {
			(void)shutdown(c->fd, SHUT_RDWR);
			c->due_ms = NO_DEADLINE;
		}
		next = min_ms(next, c->due_ms);
	}
	return next;
}

static void start_timer(struct http_deadlines *d, int64_t at_ms)
{
	if (at_ms != NO_DEADLINE)
		loop_timer_start(d->timer, at_ms - clock_mono().ms, 0);
}

static void on_timer(void *user)
{
	struct http_deadlines *d = user;
	int64_t next;

	pthread_mutex_lock(&d->mutex);
	next = cut(d, clock_mono().ms);
	d->armed_ms = next;
	pthread_mutex_unlock(&d->mutex);
	start_timer(d, next);
}

static void on_poke(void *user)
{
	struct http_deadlines *d = user;
	int64_t at;

	pthread_mutex_lock(&d->mutex);
	at = d->armed_ms;
	pthread_mutex_unlock(&d->mutex);
	start_timer(d, at);
}

void http_deadlines_init(struct http_deadlines *d, struct loop *l)
{
	d->head = NULL;
	d->armed_ms = NO_DEADLINE;
	CHECK(pthread_mutex_init(&d->mutex, NULL) == 0);
	d->poke = loop_poke_new(l, on_poke, d);
	d->timer = loop_timer_new(l, on_timer, d);
}

void http_deadlines_fini(struct http_deadlines *d)
{
	CHECK(d->head == NULL);
	loop_poke_close(d->poke);
	loop_timer_close(d->timer);
	pthread_mutex_destroy(&d->mutex);
}

struct http_conn *http_deadlines_add(struct http_deadlines *d, int fd)
{
	struct http_conn *c = calloc(1, sizeof *c);

	CHECK(c != NULL);
	c->fd = fd;
	c->is_fresh = true;
	c->due_ms = NO_DEADLINE;
	pthread_mutex_lock(&d->mutex);
	c->next = d->head;
	if (c->next != NULL)
		c->next->prev = c;
	d->head = c;
	pthread_mutex_unlock(&d->mutex);
	return c;
}

void http_deadlines_drop(struct http_deadlines *d, struct http_conn *c)
{
	pthread_mutex_lock(&d->mutex);
	if (c->next != NULL)
		c->next->prev = c->prev;
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		d->head = c->next;
	pthread_mutex_unlock(&d->mutex);
	free(c);
}

void http_deadlines_set(
    struct http_deadlines *d, struct http_conn *c, int64_t within_ms)
{
	int64_t due = NO_DEADLINE;
	bool is_earlier;

	if (within_ms >= 0)
		due = clock_mono().ms + within_ms;
	pthread_mutex_lock(&d->mutex);
	c->due_ms = due;
	is_earlier = due < d->armed_ms;
	if (is_earlier)
		d->armed_ms = due;
	pthread_mutex_unlock(&d->mutex);
	if (is_earlier)
		loop_poke(d->poke);
}
