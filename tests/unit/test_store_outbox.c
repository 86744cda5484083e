/* test_store_outbox.c - pages of the outbox, and what was tried.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/store_fixture.h"
#include "store/reader.h"

#include <stdio.h>
#include <string.h>

enum { TICKETS = 6, NOTICES_MOST = 200 };

static struct reader *reader;
static struct ticket tickets[TICKETS];
static const struct notice *all[NOTICES_MOST]; /* by id */
static const struct ticket *of[NOTICES_MOST];
static struct delivery_row last[NOTICES_MOST]; /* number 0: none */
static int attempts[NOTICES_MOST];

static void begin(void)
{
	setup();
	memset(all, 0, sizeof all);
	memset(last, 0, sizeof last);
	memset(attempts, 0, sizeof attempts);
	OK(reader_open(path, &reader, &err));
}

static void end(void)
{
	reader_close(reader);
	teardown();
}

static void deliver(int64_t id, const char *result, int code, const char *why)
{
	last[id] = (struct delivery_row){ .notice_id = id,
		.number = ++attempts[id],
		.started = wall_at(1000 + attempts[id]),
		.took_ms = 7,
		.result = result,
		.code = code,
		.detail = why };
	OK(store_add_delivery(store, &last[id], &err));
}

/* Tickets with notices of every kind; some were tried. */
static void fill(void)
{
	static const char *const channels[] = { "mail", "support" };
	static const char *const who[] = { "", "dana", "eli" };

	OK(store_begin(store, &err));
	for (int i = 0; i < TICKETS; i++) {
		struct ticket *t = &tickets[i];
		char key[16];

		snprintf(key, sizeof key, "t:%d", i);
		world_ticket(&rng, &arena, arena_strdup(&arena, key), t);
		for (int k = 0; k < 12; k++)
			world_notice(&rng, t);
		for (size_t k = 0; k < t->nnotices; k++) {
			t->notices[k].channel = channels[rng_below(&rng, 2)];
			t->notices[k].who = who[rng_below(&rng, 3)];
		}
		save(t, key);
		for (size_t k = 0; k < t->nnotices; k++) {
			int64_t id = t->notices[k].id;

			REQUIRE(id > 0 && id < NOTICES_MOST);
			all[id] = &t->notices[k];
			of[id] = t;
			for (uint64_t n = rng_below(&rng, 4); n > 0; n--)
				deliver(id, "again", 500 + (int)n, "busy");
		}
	}
	OK(store_commit(store, &err));
}

static bool fits(const struct notice *n, const struct outbox_filter *f)
{
	const char *state = f->state == NULL ? "pending" : f->state;

	if (f->id != 0)
		return n->id == f->id;
	return n->id > f->after &&
	       (strcmp(state, "all") == 0 ||
		   strcmp(notice_state_name(n->state), state) == 0) &&
	       (f->channel == NULL || strcmp(n->channel, f->channel) == 0) &&
	       (f->who == NULL || strcmp(n->who, f->who) == 0);
}

static void check_line(const struct outbox_line *line, int64_t id)
{
	REQUIRE(line->notice.id == id);
	REQUIRE(world_notice_differs(all[id], &line->notice) == NULL);
	REQUIRE(strcmp(line->ticket, of[id]->key) == 0);
	REQUIRE(line->ticket_id == of[id]->id);
	if (attempts[id] == 0) {
		REQUIRE(line->last_result[0] == '\0');
		REQUIRE(wall_is_never(line->last_at));
		return;
	}
	REQUIRE(strcmp(line->last_result, last[id].result) == 0);
	REQUIRE(line->last_code == last[id].code);
	REQUIRE(strcmp(line->last_detail, last[id].detail) == 0);
	REQUIRE(wall_same(line->last_at, last[id].started));
}

static void check_page(const struct outbox_filter *f)
{
	struct outbox_line *lines;
	size_t count;
	size_t n = 0;

	OK(reader_outbox(reader, &arena, f, &lines, &count, &err));
	for (int64_t id = 1; id < NOTICES_MOST; id++) {
		if (all[id] == NULL || !fits(all[id], f) ||
		    n == (size_t)f->limit)
			continue;
		REQUIRE(n < count);
		check_line(&lines[n++], id);
	}
	REQUIRE(n == count);
}

START_TEST(every_page)
{
	static const char *const states[] = { NULL, "pending", "dead", "done",
		"withdrawn", "all" };
	static const char *const channels[] = { NULL, "mail", "none" };
	static const char *const who[] = { NULL, "", "dana" };

	fill();
	for (int i = 0; i < 300; i++) {
		struct outbox_filter f = {
			.state = states[rng_below(&rng, 6)],
			.channel = channels[rng_below(&rng, 3)],
			.who = who[rng_below(&rng, 3)],
			.id =
			    rng_one_in(&rng, 5) ? rng_between(&rng, 1, 150) : 0,
			.limit = (int)rng_between(&rng, 1, 40),
		};

		if (f.id == 0 && rng_one_in(&rng, 2))
			f.after = rng_between(&rng, 0, 150);
		if (f.id != 0)
			f.channel = f.who = NULL;
		check_page(&f);
	}
}
END_TEST

START_TEST(the_latest_attempts)
{
	struct delivery_row *rows;
	struct ticket t;
	size_t count;

	world_ticket(&rng, &arena, "t:1", &t);
	world_notice(&rng, &t);
	save_alone(&t, "e-1");
	OK(store_begin(store, &err));
	for (int i = 1; i <= 9; i++)
		deliver(
		    t.notices[0].id, i < 9 ? "again" : "never", 500 + i, "no");
	OK(store_commit(store, &err));
	OK(reader_deliveries(
	    reader, &arena, t.notices[0].id, 3, &rows, &count, &err));
	ck_assert_uint_eq(count, 3);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_eq(rows[i].number, (int)i + 7);
		ck_assert_int_eq(rows[i].code, 507 + (int)i);
		ck_assert_int_eq(rows[i].took_ms, 7);
		ck_assert_int_eq(rows[i].started.ms, 1007 + (int)i);
		ck_assert_int_eq(rows[i].notice_id, t.notices[0].id);
	}
	ck_assert_str_eq(rows[2].result, "never");
	OK(reader_deliveries(reader, &arena, 999, 3, &rows, &count, &err));
	ck_assert_uint_eq(count, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("store_outbox");
	TCase *tc = tcase_create("store_outbox");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, every_page);
	tcase_add_test(tc, the_latest_attempts);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_store_outbox");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
