/* test_reach.c - who was refused where; by which channels somebody might be
 * told.
 *
 * Random refusals and what goes through are held against a plain table.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/load.h"
#include "daemon/reach_ways.h"
#include "daemon/refusals.h"

#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- refusals ------------------------------------------------------------- */

#define CHANNELS  3
#define ADDRESSES 5

/* Names that a line would break at. */
static const char *const channels[CHANNELS] = { "mail", "a,b", "x;y%" };
static const char *const addresses[ADDRESSES] = { "dana@example.com",
	"\"a,b\"@example.com", "\xc3\xa9li@example.com", "U01DANA", "a+b@x" };
static const char *const reasons[] = { "no such mailbox", "100 % full, twice;",
	"" };

static void again(struct refusals *r)
{
	struct textbuf text;

	textbuf_init(&text);
	refusals_write(r, &text);
	refusals_fini(r);
	refusals_read(r, text.data);
	textbuf_fini(&text);
}

START_TEST(refusals_are_what_a_plain_table_says)
{
	struct rng rng = rng_seeded("test_reach");
	struct refusal known[CHANNELS][ADDRESSES];
	bool is_known[CHANNELS][ADDRESSES] = { { false } };
	struct refusals r;
	size_t count = 0;

	refusals_init(&r);
	for (int round = 0; round < 20000; round++) {
		size_t c = rng_below(&rng, CHANNELS);
		size_t a = rng_below(&rng, ADDRESSES);
		const char *why = reasons[rng_below(&rng, 3)];
		bool was = is_known[c][a];
		const struct refusal *found;

		if (rng_below(&rng, 2) == 0) {
			ck_assert_int_eq(refusals_note(&r, channels[c],
					     addresses[a], why, wall_at(round)),
			    !was);
			if (!was)
				known[c][a] =
				    (struct refusal){ .why = (char *)why,
					    .at = wall_at(round) };
			is_known[c][a] = true;
			count += !was;
		} else {
			ck_assert_int_eq(
			    refusals_clear(&r, channels[c], addresses[a]), was);
			is_known[c][a] = false;
			count -= was;
		}
		if (rng_below(&rng, 50) == 0)
			again(&r);
		ck_assert_uint_eq(r.count, count);
		c = rng_below(&rng, CHANNELS);
		a = rng_below(&rng, ADDRESSES);
		found = refusals_find(&r, channels[c], addresses[a]);
		ck_assert_int_eq(found != NULL, is_known[c][a]);
		if (found == NULL)
			continue;
		ck_assert_str_eq(found->why, known[c][a].why);
		ck_assert(wall_same(found->at, known[c][a].at));
	}
	refusals_fini(&r);
}
END_TEST

START_TEST(a_line_that_is_broken_is_left_out)
{
	struct refusals r;

	refusals_init(&r);
	refusals_read(&r, "");
	ck_assert_uint_eq(r.count, 0);
	refusals_read(&r,
	    "mail;mail,a@b;mail,a@b,why;mail,a%4,why,5;mail,ok@b,why,7;;,,,;"
	    "mail,c@d,why,x");
	ck_assert_uint_eq(r.count, 1);
	ck_assert_ptr_nonnull(refusals_find(&r, "mail", "ok@b"));
	refusals_fini(&r);
}
END_TEST

START_TEST(the_oldest_makes_room)
{
	struct refusals r;
	char address[32];

	refusals_init(&r);
	for (int i = 0; i <= REFUSALS_MAX; i++) {
		snprintf(address, sizeof address, "p%d@example.com", i);
		ck_assert(
		    refusals_note(&r, "mail", address, "gone", wall_at(i)));
	}
	ck_assert_uint_eq(r.count, REFUSALS_MAX);
	ck_assert_ptr_null(refusals_find(&r, "mail", "p0@example.com"));
	ck_assert_ptr_nonnull(refusals_find(&r, "mail", "p1@example.com"));
	refusals_fini(&r);
}
END_TEST

/* --- ways ----------------------------------------------------------------- */

static const char matrix_text[] =
    "severities: { P1: {}, P2: {} }\n"
    "channels:\n"
    "  ops: { type: log }\n"
    "  support: { type: slack, token: { credential: a }, channel: C0ONE }\n"
    "  billing: { type: slack, token: { credential: a }, channel: C0TWO }\n"
    "  spare: { type: slack, token: { credential: a }, channel: C0SPARE }\n"
    "  mail: { type: smtp, url: \"smtps://mail.example.com\", from: a@b.c }\n"
    "  other: { type: smtp, url: \"smtps://mail.example.com\", from: a@b.c }\n"
    "people:\n"
    "  dana: { slack: U01DANA, email: dana@example.com,\n"
    "          channels: { P1: [ ops, mail ], any: [ dm ] } }\n"
    "  eli: { email: eli@example.com }\n"
    "  mara: { slack: U01MARA }\n"
    "  omar: { name: Omar }\n"
    "teams:\n"
    "  accounts: { members: [ omar ], channel: billing }\n"
    "chains:\n"
    "  c:\n"
    "    steps:\n"
    "      - { notify: [ dana, eli, mara ], via: [ mention, mail ] }\n"
    "      - { notify: ops }\n"
    "rules:\n"
    "  - name: r\n"
    "    when: { tags: x }\n"
    "    then: { notify: dana, via: spare.dm }\n"
    "policies:\n"
    "  - { name: p, calendar: always, on_breach: c,\n"
    "      targets: { P1: { first_reply: 1h } } }\n";

static struct conf conf;

/* "dm+mail": the channels of that person, the preferred one first. */
static const char *ways_of(const char *person, bool rooms, struct arena *arena)
{
	const struct matrix *m = conf.matrix;
	struct reach_ways ways;
	struct textbuf tb;
	const char *text;

	reach_ways_of(m, matrix_person(m, person), rooms, arena, &ways);
	textbuf_init(&tb);
	for (size_t i = 0; i < ways.count; i++)
		textbuf_addf(&tb, "%s%s", i == 0 ? "" : "+",
		    m->channels[ways.channels[i]].name);
	text = arena_strdup(arena, tb.data);
	textbuf_fini(&tb);
	return text;
}

static void load(void)
{
	struct conf_options o = { .no_secrets = true };
	char path[] = "/tmp/test_reach.XXXXXX";
	struct textbuf messages;
	int fd = mkstemp(path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(matrix_text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	textbuf_init(&messages);
	ck_assert_msg(
	    conf_load(path, &o, &conf, &messages), "%s", messages.data);
	textbuf_fini(&messages);
	unlink(path);
}

START_TEST(ways_are_what_is_preferred_and_what_chains_name)
{
	struct arena arena = ARENA_INIT;
	const struct matrix *m;
	int mail, dm;

	load();
	m = conf.matrix;
	for (size_t i = 0; i < m->nchannels; i++)
		if (m->channels[i].type == CHANNEL_SLACK)
			m->channels[i].token = m->channels[i].name;
	mail = matrix_channel(m, "mail");
	dm = matrix_channel(m, "support.dm");
	ck_assert_str_eq(ways_of("dana", false, &arena),
	    "support.dm+billing.dm+mail+support.mention+billing.mention"
	    "+spare.dm");
	ck_assert_str_eq(ways_of("dana", true, &arena),
	    "support.dm+billing.dm+ops+mail+support.mention+billing.mention"
	    "+spare.dm");
	/* An address is enough for Slack to find somebody by. */
	ck_assert_str_eq(ways_of("eli", false, &arena),
	    "support.mention+billing.mention+mail+spare.dm");
	ck_assert_str_eq(ways_of("mara", false, &arena),
	    "support.mention+billing.mention+spare.dm");
	ck_assert_str_eq(ways_of("omar", false, &arena), "");
	ck_assert_str_eq(reach_address(m, mail, 0), "dana@example.com");
	ck_assert_str_eq(reach_address(m, dm, 0), "U01DANA");
	ck_assert_str_eq(reach_address(m, dm, 1), "eli@example.com");
	ck_assert_ptr_null(reach_address(m, mail, 2));
	conf_free(&conf);
	arena_fini(&arena);
}
END_TEST

/* One app's direct messages are one way, whichever room they belong to. */
START_TEST(direct_messages_of_one_app_are_one_way)
{
	struct arena arena = ARENA_INIT;

	load();
	ck_assert_str_eq(ways_of("dana", false, &arena),
	    "support.dm+mail+support.mention+billing.mention");
	conf_free(&conf);
	arena_fini(&arena);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("reach");
	TCase *refusals = tcase_create("refusals");
	TCase *ways = tcase_create("ways");
	SRunner *r;
	int failed;

	tcase_add_test(refusals, refusals_are_what_a_plain_table_says);
	tcase_add_test(refusals, a_line_that_is_broken_is_left_out);
	tcase_add_test(refusals, the_oldest_makes_room);
	suite_add_tcase(s, refusals);
	tcase_add_test(ways, ways_are_what_is_preferred_and_what_chains_name);
	tcase_add_test(ways, direct_messages_of_one_app_are_one_way);
	suite_add_tcase(s, ways);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
