/* test_http_client_many.c - many messages at once, and connections used again.
 *
 * Our own listener on the same loop is the peer.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/http_peer.h"
#include "net/http_limits.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The world with our listeners in it. */
struct hall {
	struct world world; /* first: at_end gets it */
	struct http_listener *listeners[2];
	struct loop_timer *timer;
	struct http_request *held[64];
	size_t nheld;
	size_t most_held;
	const char *url;
	uint64_t turns;
	struct mono looked; /* when the held ones were answered last */
	int64_t gap_ms;	    /* the longest time between two answerings */
};

static void hold(void *user, struct http_request *r)
{
	struct hall *h = user;

	ck_assert_uint_lt(h->nheld, 64);
	h->held[h->nheld++] = r;
	if (h->nheld > h->most_held)
		h->most_held = h->nheld;
}

static void answer_at_once(void *user, struct http_request *r)
{
	(void)user;
	http_reply(r, 200, NULL, "quick", 5, NULL);
}

static void answer_held(void *user)
{
	struct hall *h = user;
	struct mono now = loop_mono(h->world.loop);

	if (h->looked.ms != 0 && now.ms - h->looked.ms > h->gap_ms)
		h->gap_ms = now.ms - h->looked.ms;
	h->looked = now;
	for (size_t i = 0; i < h->nheld; i++)
		http_reply(h->held[i], 200, NULL, "held", 4, NULL);
	h->nheld = 0;
}

static void close_all(struct world *w)
{
	struct hall *h = (struct hall *)w;

	answer_held(h);
	if (h->timer != NULL)
		loop_timer_close(h->timer);
	for (int i = 0; i < 2; i++)
		if (h->listeners[i] != NULL)
			http_listener_close(h->listeners[i]);
}

static struct http_listener *listen_with(
    struct hall *h, const struct http_address *a, http_handler *handler)
{
	struct errtext err = { "" };
	struct http_limits limits = http_limits_default;
	struct http_listener *listener;

	limits.close_ms = 10;
	listener = http_listener_start_limited(
	    h->world.loop, a, &limits, handler, h, &err);
	ck_assert_msg(listener != NULL, "%s", err.text);
	return listener;
}

static void open_listener(
    struct hall *h, int i, http_handler *handler, char *url, size_t size)
{
	struct http_address a = { .host = "127.0.0.1", .fd = -1 };

	h->listeners[i] = listen_with(h, &a, handler);
	snprintf(url, size, "http://127.0.0.1:%d/",
	    http_listener_port(h->listeners[i]));
}

/* 96 messages for a hook that answers every so often: twelve rounds, and
 * nobody's time, ten such spans, runs out, since it counts from when a message
 * goes.  False: the loop itself stood still for about that time. */
static bool takes_turns(int64_t every_ms)
{
	enum { MANY = 96 };
	struct outcome o[MANY] = { { 0 } };
	struct hall h = { .world = { .want = MANY, .at_end = close_all } };
	struct http_send what = { .timeout_ms = 10 * every_ms };
	bool stood_still;
	char url[100];

	world_open(&h.world);
	open_listener(&h, 0, hold, url, sizeof url);
	h.timer = loop_timer_new(h.world.loop, answer_held, &h);
	h.looked = loop_mono(h.world.loop);
	loop_timer_start(h.timer, every_ms, every_ms);
	what.url = url;
	for (int i = 0; i < MANY; i++)
		world_send(&h.world, &what, &o[i]);
	ck_assert_uint_eq(http_client_in_flight(h.world.client), MANY);
	world_run(&h.world);
	stood_still = h.gap_ms >= 5 * every_ms;
	for (int i = 0; i < MANY; i++) {
		ck_assert_msg(
		    o[i].status == 200 || stood_still, "%s", o[i].failure);
		textbuf_fini(&o[i].body);
	}
	ck_assert_uint_eq(h.most_held, CLIENT_HOST_MAX);
	return !stood_still;
}

START_TEST(limits_connections_to_a_host)
{
	int64_t every_ms = 40;

	while (!takes_turns(every_ms)) {
		every_ms *= 2;
		ck_assert_int_lt(every_ms, 10 * SECOND_MS);
	}
}
END_TEST

START_TEST(a_slow_host_does_not_stop_another)
{
	enum { SLOW = 40 };
	struct outcome slow[SLOW] = { { 0 } };
	struct outcome quick = { 0 };
	struct hall h = { .world = { .want = 1, .at_end = close_all } };
	struct http_send what = { .timeout_ms = DAY_MS };
	struct expected *spare[SLOW];
	char urls[2][100];

	world_open(&h.world);
	open_listener(&h, 0, hold, urls[0], sizeof urls[0]);
	open_listener(&h, 1, answer_at_once, urls[1], sizeof urls[1]);
	what.url = urls[0];
	for (int i = 0; i < SLOW; i++)
		spare[i] = world_send(&h.world, &what, &slow[i]);
	what.url = urls[1];
	world_send(&h.world, &what, &quick);
	world_run(&h.world);
	ck_assert_int_eq(quick.status, 200);
	textbuf_fini(&quick.body);
	/* Cancelled by the close, without a word. */
	for (int i = 0; i < SLOW; i++) {
		ck_assert_int_eq(slow[i].calls, 0);
		free(spare[i]);
	}
}
END_TEST

START_TEST(times_out)
{
	struct outcome o = { 0 };
	struct hall h = { .world = { .want = 1, .at_end = close_all } };
	struct http_send what = { .timeout_ms = 80 };
	char url[100];

	world_open(&h.world);
	open_listener(&h, 0, hold, url, sizeof url);
	what.url = url;
	world_send(&h.world, &what, &o);
	world_run(&h.world);
	ck_assert(!o.answered);
	ck_assert_str_eq(o.failure, "timed out");
	ck_assert_int_ge((int)o.took_ms, 75);
	ck_assert_int_eq((int)o.retry_after_ms, -1);
	textbuf_fini(&o.body);
}
END_TEST

static void send_again(void *user, const struct http_result *r)
{
	struct hall *h = user;

	ck_assert_int_eq(r->status, 200);
	if (++h->world.got == h->world.want) {
		world_end(&h->world);
		return;
	}
	http_client_send(h->world.client, &(struct http_send){ .url = h->url },
	    send_again, h);
}

START_TEST(uses_a_connection_again)
{
	struct peer p = { .keeps = true,
		.answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" };
	struct hall h = { .world.want = 5 };
	char url[100];

	peer_start(&p);
	world_open(&h.world);
	snprintf(url, sizeof url, "http://127.0.0.1:%d/", p.port);
	h.url = url;
	http_client_send(
	    h.world.client, &(struct http_send){ .url = url }, send_again, &h);
	world_run(&h.world);
	peer_join(&p);
	ck_assert_int_eq(p.requests, 5);
	ck_assert_int_eq(p.connections, 1);
	textbuf_fini(&p.heard);
}
END_TEST

START_TEST(speaks_http_over_a_unix_socket)
{
	struct outcome o = { 0 };
	struct hall h = { .world = { .want = 1, .at_end = close_all } };
	const char *base = getenv("TMPDIR");
	char folder[200];
	char path[256];
	struct http_address a = {
		.unix_path = path, .unix_mode = 0600, .fd = -1
	};
	struct http_send what = { .url = "http://slawatchd/x",
		.unix_path = path };

	snprintf(folder, sizeof folder, "%s/slawatch-XXXXXX",
	    base == NULL ? "." : base);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/sock", folder);
	world_open(&h.world);
	h.listeners[0] = listen_with(&h, &a, answer_at_once);
	world_send(&h.world, &what, &o);
	world_run(&h.world);
	ck_assert_str_eq(o.body.data, "quick");
	textbuf_fini(&o.body);
	o = send_one(&what);
	ck_assert_str_eq(o.failure, "no such socket");
	textbuf_fini(&o.body);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

static void count_turns(void *user)
{
	struct hall *h = user;

	h->turns = loop_turns(h->world.loop);
	world_end(&h->world);
}

static void ignore(void *user, const struct http_result *r)
{
	(void)user;
	ck_assert_int_eq(r->status, 200);
}

/* With an idle connection in its hands. */
START_TEST(does_not_wake_up_for_nothing)
{
	struct hall h = { .world.at_end = close_all };
	struct http_send what = { 0 };
	char url[100];

	world_open(&h.world);
	open_listener(&h, 0, answer_at_once, url, sizeof url);
	what.url = url;
	http_client_send(h.world.client, &what, ignore, NULL);
	h.timer = loop_timer_new(h.world.loop, count_turns, &h);
	loop_timer_start(h.timer, 150, 0);
	world_run(&h.world);
	/* What the exchange needs, and the timer. */
	ck_assert_uint_le(h.turns, 15);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("http_client_many");
	TCase *tc = tcase_create("http_client_many");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, limits_connections_to_a_host);
	tcase_add_test(tc, a_slow_host_does_not_stop_another);
	tcase_add_test(tc, times_out);
	tcase_add_test(tc, uses_a_connection_again);
	tcase_add_test(tc, speaks_http_over_a_unix_socket);
	tcase_add_test(tc, does_not_wake_up_for_nothing);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
