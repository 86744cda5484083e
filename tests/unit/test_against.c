/* test_against.c - two matrices, the same events: is the difference the right
 * one, and is it told in the right words?
 *
 * Small pairs whose numbers were worked out by hand.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report.h"
#include "lib/against_world.h"

static const char *text_of(struct pair *p)
{
	textbuf_clear(&p->out);
	against_text(p->against, NULL, false, 0, &p->out);
	return p->out.data;
}

static const char *json_of(struct pair *p)
{
	struct json_out json;

	textbuf_clear(&p->out);
	json_out_init(&json, &p->out);
	json_open(&json, NULL, '{');
	against_json(p->against, &json, NULL, NULL);
	json_close(&json, '}');
	return p->out.data;
}

#define HAS(text, part)                                                        \
	ck_assert_msg(strstr((text), (part)) != NULL, "no \"%s\" in:\n%s",     \
	    (part), (text))
#define HAS_NOT(text, part)                                                    \
	ck_assert_msg(                                                         \
	    strstr((text), (part)) == NULL, "\"%s\" in:\n%s", (part), (text))

static const char created_p1[] =
    "\"type\":\"created\",\"ticket\":\"t:1\",\"fields\":{"
    "\"severity\":\"P1\",\"subject\":\"Cannot log in\"}";
static const char created_p2[] = "\"type\":\"created\",\"ticket\":\"t:2\","
				 "\"fields\":{\"severity\":\"P2\"}";
static const char answered[] =
    "\"type\":\"comment\",\"ticket\":\"t:1\",\"author\":\"agent\","
    "\"public\":true,\"by\":\"dana\"";

/* Opened at 10:00, answered at 12:30.  1 h: the room is warned at 10:30, the
 * breach is at 11:00, dana at once, mara at 11:30, exhausted at 12:00, and all
 * three hear at 12:30 that it is over.  3 h: due at 13:00 and met; the room is
 * warned at 11:30 and hears of the end. */
START_TEST(a_longer_target)
{
	struct pair p;
	const struct against_totals *t;
	const char *text;

	pair_init(&p, STANDARD, LONGER, wall_at(0));
	say(&p, "10:00", created_p1);
	say(&p, "12:30", answered);
	end_of_day(&p);
	t = against_totals(p.against);
	text = text_of(&p);
	ck_assert_uint_eq(t->tickets, 1);
	ck_assert_uint_eq(t->differ, 1);
	ck_assert_uint_eq(t->appear, 0);
	ck_assert_uint_eq(t->moved, 1);
	ck_assert_uint_eq(t->same, 1);
	ck_assert_uint_eq(t->vanish, 5);
	ck_assert_uint_eq(t->breaches[AGAINST_OLD], 1);
	ck_assert_uint_eq(t->breaches[AGAINST_NEW], 0);
	ck_assert_uint_eq(t->breaches_vanish, 1);
	ck_assert_uint_eq(t->breaches_appear, 0);
	ck_assert_uint_eq(t->later.count, 1);
	ck_assert_int_eq(t->later.most_ms, 2 * HOUR_MS);
	ck_assert_uint_eq(t->earlier.count, 0);
	ck_assert_uint_eq(t->due_same, 1); /* resolution */
	HAS(text, "1 of 1 tickets differ\n");
	HAS(text, "t:1  P1  Cannot log in\n"
		  "  first_reply due Mon 2026-01-05 13:00 UTC, 2h later; "
		  "no more breached\n");
	HAS(text, "  warning (first_reply) to the room by journal "
		  "Mon 2026-01-05 11:30 UTC, 1h later\n");
	HAS(text, "  standard step 1 to dana by journal "
		  "Mon 2026-01-05 11:00 UTC (no more)\n");
	HAS(text, "  standard step 2 to mara by journal "
		  "Mon 2026-01-05 11:30 UTC (no more)\n");
	HAS(text, "breaches   0, were 1: 0 appear, 1 vanish\n");
	HAS(text, "deadlines  0 earlier, 1 later (median 2h, most 2h), 0 new, "
		  "0 no more, 1 the same\n");
	pair_fini(&p);
}
END_TEST

/* The other way round: the same in the other words. */
START_TEST(a_shorter_target)
{
	struct pair p;
	const struct against_totals *t;
	const char *text;

	pair_init(&p, LONGER, STANDARD, wall_at(0));
	say(&p, "10:00", created_p1);
	say(&p, "12:30", answered);
	end_of_day(&p);
	t = against_totals(p.against);
	text = text_of(&p);
	ck_assert_uint_eq(t->appear, 5);
	ck_assert_uint_eq(t->vanish, 0);
	ck_assert_uint_eq(t->breaches_appear, 1);
	ck_assert_uint_eq(t->earlier.count, 1);
	ck_assert_int_eq(t->earlier.least_ms, 2 * HOUR_MS);
	HAS(text, "first_reply due Mon 2026-01-05 11:00 UTC, 2h earlier; "
		  "now breached\n");
	HAS(text, "standard step 2 to mara by journal "
		  "Mon 2026-01-05 11:30 UTC (new)\n");
	HAS(json_of(&p), "{\"clock\":\"first_reply\",\"cycle\":1,\"due\":{"
			 "\"old\":\"2026-01-05T13:00:00Z\","
			 "\"new\":\"2026-01-05T11:00:00Z\"},"
			 "\"breached\":{\"old\":false,\"new\":true}}");
	HAS(json_of(&p),
	    "{\"reason\":\"chain\",\"clock\":\"first_reply\",\"cycle\":1,"
	    "\"chain\":\"standard\",\"step\":2,\"round\":1,\"reminder\":0,"
	    "\"to\":\"mara\",\"via\":\"journal\","
	    "\"at\":{\"old\":null,\"new\":\"2026-01-05T11:30:00Z\"}}");
	pair_fini(&p);
}
END_TEST

/* Step 2 after 10 minutes in place of 30: dana the same, mara earlier. */
START_TEST(a_step_that_moves)
{
	struct pair p;
	const struct against_totals *t;

	pair_init(&p, STANDARD, SOONER, wall_at(0));
	say(&p, "10:00", created_p1);
	say(&p, "12:30", answered);
	end_of_day(&p);
	t = against_totals(p.against);
	ck_assert_uint_eq(t->differ, 1);
	ck_assert_uint_eq(t->moved, 2);
	ck_assert_uint_eq(t->same, 5);
	ck_assert_uint_eq(t->appear + t->vanish, 0);
	ck_assert_uint_eq(t->breaches[AGAINST_OLD], 1);
	ck_assert_uint_eq(t->breaches[AGAINST_NEW], 1);
	ck_assert_uint_eq(t->breaches_appear + t->breaches_vanish, 0);
	HAS(text_of(&p), "  standard step 2 to mara by journal "
			 "Mon 2026-01-05 11:10 UTC, 20m earlier\n");
	HAS_NOT(text_of(&p), "first_reply due");
	pair_fini(&p);
}
END_TEST

/* Opened at 16:45: both breach at 17:45, when dana is not at work any more.
 * Then: dana and mara by the journal; now: dana and nobody in the room. */
START_TEST(people_and_channels)
{
	struct pair p;
	const struct against_totals *t;
	const struct against_count *dana;
	const struct against_count *mara;
	const struct against_count *room;
	const char *text;

	pair_init(&p, STANDARD, ROOMS, wall_at(0));
	say(&p, "16:45", created_p1);
	end(&p, instant("2026-01-05T19:00:00Z"));
	t = against_totals(p.against);
	dana = count_of(t->people, t->npeople, "dana");
	mara = count_of(t->people, t->npeople, "mara");
	room = count_of(t->channels, t->nchannels, "room");
	ck_assert_uint_eq(dana->notices[AGAINST_OLD], 1);
	ck_assert_uint_eq(dana->notices[AGAINST_NEW], 1);
	ck_assert_uint_eq(dana->off_hours[AGAINST_OLD], 1);
	ck_assert_uint_eq(dana->off_hours[AGAINST_NEW], 1);
	ck_assert_uint_gt(
	    mara->notices[AGAINST_OLD], mara->notices[AGAINST_NEW]);
	ck_assert_uint_eq(mara->off_hours[AGAINST_OLD], 0);
	ck_assert_uint_eq(room->notices[AGAINST_OLD], 0);
	ck_assert_uint_eq(room->notices[AGAINST_NEW], 2);
	ck_assert_str_eq(t->people[t->npeople - 1].name, "dana");
	text = text_of(&p);
	HAS(text, "rooms step 2 to the room by room "
		  "Mon 2026-01-05 18:30 UTC (new)\n");
	HAS(text, "as many");
	HAS(text, "2 more");
	HAS(text, "fewer");
	for (int side = 0; side < AGAINST_SIDES; side++)
		ck_assert_uint_eq(p.counted[side]->people[0].off_hours, 1);
	pair_fini(&p);
}
END_TEST

/* One that a matrix does not know the severity of, and what follows. */
START_TEST(refused_by_one)
{
	struct pair p;
	const struct against_totals *t;
	const char *text;

	pair_init(&p, STANDARD, ONLY_P1, wall_at(0));
	say(&p, "10:00", created_p2);
	say(&p, "10:05",
	    "\"type\":\"status\",\"ticket\":\"t:2\",\"status\":\"open\"");
	say(&p, "10:10",
	    "\"type\":\"status\",\"ticket\":\"t:9\",\"status\":\"open\"");
	end(&p, instant("2026-01-05T10:30:00Z"));
	t = against_totals(p.against);
	text = text_of(&p);
	ck_assert_uint_eq(t->tickets, 1);
	ck_assert_uint_eq(t->differ, 1);
	ck_assert_uint_eq(t->refused, 1);
	ck_assert_uint_eq(t->due_vanish, 1);
	HAS(text, "1 tickets have events that only one matrix refuses\n");
	HAS(text, "t:2  P2\n"
		  "  only the new matrix refuses 2 events: fields.severity");
	HAS(text, "first_reply no more due (was Mon 2026-01-05 14:00 UTC)\n");
	HAS_NOT(text, "t:9");
	HAS(json_of(&p), "\"refused\":{\"old\":0,\"new\":2,\"why_new\":");
	pair_fini(&p);
}
END_TEST

/* The breach at 11:00 and what went until then were before; mara's and what
 * followed was not, nor was the clock over then.  The room's warning at 11:30
 * has no other to move from. */
START_TEST(since_then)
{
	struct pair p;
	const struct against_totals *t;

	pair_init(&p, STANDARD, LONGER, instant("2026-01-05T11:15:00Z"));
	say(&p, "10:00", created_p1);
	say(&p, "12:30", answered);
	end_of_day(&p);
	t = against_totals(p.against);
	ck_assert_uint_eq(t->vanish, 4);
	ck_assert_uint_eq(t->appear, 1);
	ck_assert_uint_eq(t->moved, 0);
	ck_assert_uint_eq(t->same, 1);
	ck_assert_uint_eq(t->breaches[AGAINST_OLD], 0);
	ck_assert_uint_eq(t->breaches_vanish, 0);
	ck_assert_uint_eq(t->later.count, 1);
	pair_fini(&p);

	pair_init(&p, STANDARD, LONGER, instant("2026-01-05T12:31:00Z"));
	say(&p, "10:00", created_p1);
	say(&p, "12:30", answered);
	say(&p, "12:30",
	    "\"type\":\"status\",\"ticket\":\"t:1\",\"status\":\"solved\"");
	end_of_day(&p);
	t = against_totals(p.against);
	ck_assert_uint_eq(t->tickets, 0);
	ck_assert_uint_eq(t->differ, 0);
	ck_assert_uint_eq(t->later.count, 0);
	HAS_NOT(text_of(&p), "t:1");
	pair_fini(&p);
}
END_TEST

static const char *page_of(struct pair *p, struct textbuf *out)
{
	struct report r = { .matrix_name = "new.yaml",
		.old_name = "old.yaml",
		.source = "events.ndjson",
		.new = p->counted[AGAINST_NEW],
		.old = p->counted[AGAINST_OLD],
		.against = p->against };

	textbuf_clear(out);
	report_html(&r, out);
	return out->data;
}

/* Without the page: it is longer than a message may be. */
#define HOLDS(text, part)                                                      \
	ck_assert_msg(strstr((text), (part)) != NULL, "%s", (part))
#define LACKS(text, part)                                                      \
	ck_assert_msg(strstr((text), (part)) == NULL, "%s", (part))

/* --- the page ---------------------------------------------------------- */

/* The same twice, and nothing of a customer's words is taken for a tag. */
START_TEST(the_page)
{
	struct pair p;
	struct textbuf once;
	struct textbuf twice;
	const char *page;

	textbuf_init(&once);
	textbuf_init(&twice);
	pair_init(&p, STANDARD, LONGER, wall_at(0));
	say(&p, "10:00",
	    "\"type\":\"created\",\"ticket\":\"t:<b>\",\"fields\":{"
	    "\"severity\":\"P1\","
	    "\"subject\":\"\\\"><script>alert(1)</script>'&\\u202e\\uffff\"}");
	end_of_day(&p);
	page = page_of(&p, &once);
	ck_assert_str_eq(page, page_of(&p, &twice));
	HOLDS(page, "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;"
		    "\xef\xbf\xbd\xef\xbf\xbd</bdi>");
	HOLDS(page, "<bdi>t:&lt;b&gt;</bdi>");
	LACKS(page, "<script");
	LACKS(page, "t:<b>");
	HOLDS(page, "default-src 'none'");
	pair_fini(&p);
	textbuf_fini(&once);
	textbuf_fini(&twice);
}
END_TEST

/* A refusal before what counts is none; what is about slawatch itself never
 * is one. */
START_TEST(refusals_that_do_not_count)
{
	struct pair p;
	struct ticket own;
	struct event ev = { .type = EVENT_REMARK };
	struct decision no = { .verdict = VERDICT_INVALID };

	pair_init(&p, STANDARD, ONLY_P1, instant("2026-01-05T10:01:00Z"));
	say(&p, "10:00", created_p2);
	ticket_init(&own, &p.arena, "slawatch:matrix");
	against_new_decided(
	    p.against, &own, &ev, instant("2026-01-05T10:02:00Z"), &no);
	ticket_init(&own, &p.arena, "drill:standard");
	against_new_decided(
	    p.against, &own, &ev, instant("2026-01-05T10:02:00Z"), &no);
	end(&p, instant("2026-01-05T10:30:00Z"));
	ck_assert_uint_eq(against_totals(p.against)->refused, 0);
	ck_assert_uint_eq(against_totals(p.against)->tickets, 1);
	pair_fini(&p);
}
END_TEST

#define RAISING                                                                \
	STANDARD "rules:\n  - { name: old, when: { age: \">= 3m\" }, "         \
		 "then: { raise_to: P1 } }\n"

/* A rule of the new one makes a P1 of it in time; an update from outside makes
 * another a P1 for both. */
START_TEST(severities)
{
	struct pair p;

	pair_init(&p, STANDARD, RAISING, wall_at(0));
	say(&p, "10:00", created_p2);
	end(&p, instant("2026-01-05T10:05:00Z"));
	ck_assert_uint_eq(against_totals(p.against)->severities, 1);
	HAS(text_of(&p), "t:2  P1, was P2\n");
	HAS(text_of(&p), "another one at the end of 1 tickets\n");
	pair_fini(&p);

	pair_init(&p, STANDARD, SOONER, wall_at(0));
	say(&p, "10:00", created_p2);
	say(&p, "10:01",
	    "\"type\":\"updated\",\"ticket\":\"t:2\",\"fields\":{"
	    "\"severity\":\"P1\"}");
	say(&p, "10:02",
	    "\"type\":\"updated\",\"ticket\":\"t:2\",\"fields\":{"
	    "\"subject\":\"Help\"}");
	end(&p, instant("2026-01-05T12:00:00Z"));
	ck_assert_uint_eq(against_totals(p.against)->severities, 0);
	HAS(text_of(&p), "t:2  P1  Help\n");
	pair_fini(&p);
}
END_TEST

/* One ticket of many: the last one is breached, the others only moved. */
static void tell_many(struct pair *p, int n)
{
	struct textbuf json;

	textbuf_init(&json);
	for (int i = 0; i < n; i++) {
		textbuf_clear(&json);
		textbuf_addf(&json,
		    "\"type\":\"created\",\"ticket\":\"t:%d\","
		    "\"fields\":{\"severity\":\"P1\"}",
		    i);
		say(p, i < n - 1 ? "10:00" : "09:00", json.data);
	}
	textbuf_fini(&json);
	end(p, instant("2026-01-05T10:15:00Z"));
}

START_TEST(many)
{
	struct pair p;
	struct textbuf page;
	const char *text;

	textbuf_init(&page);
	pair_init(&p, LONGER, STANDARD, wall_at(0));
	tell_many(&p, AGAINST_RANKED + 10);
	ck_assert_uint_eq(
	    against_totals(p.against)->differ, AGAINST_RANKED + 10);
	text = text_of(&p);
	HAS(text, "greatest differences\nt:309  P1\n");
	HAS(text, "\nt:0  P1\n");
	HAS(text, "\nt:18  P1\n");
	HAS_NOT(text, "\nt:19  P1\n");
	HAS(text, "and 290 more tickets; --report json FILE has them all\n");
	page_of(&p, &page);
	HOLDS(page.data, "<summary>275 more</summary>");
	HOLDS(page.data, "And 10 more tickets");
	HOLDS(page.data, "<bdi>t:298</bdi>");
	LACKS(page.data, "<bdi>t:299</bdi>");
	HOLDS(strstr(page.data, "<bdi>t:309</bdi>"), "<bdi>t:0</bdi>");
	pair_fini(&p);
	textbuf_fini(&page);
}
END_TEST

/* What a page of text has no room for is counted. */
START_TEST(many_lines)
{
	struct pair p;
	struct ticket t;
	struct notice notices[15];
	struct change changes[15];
	struct event ev = { .type = EVENT_TICK };
	struct decision d = { .changes = changes, .nchanges = 15 };

	memset(notices, 0, sizeof notices);
	memset(changes, 0, sizeof changes);
	pair_init(&p, STANDARD, STANDARD, wall_at(0));
	ticket_init(&t, &p.arena, "t:1");
	for (int i = 0; i < 15; i++) {
		struct notice *n = &notices[i];

		n->reason = NOTICE_REMINDER;
		n->clock = "";
		n->who = "dana";
		n->chain = "standard";
		n->channel = "room";
		n->nth = i + 1;
		changes[i].kind = CHANGE_NOTICE_SENT;
		changes[i].notice = i;
	}
	t.notices = notices;
	t.nnotices = 15;
	against_new_decided(
	    p.against, &t, &ev, instant("2026-01-05T10:00:00Z"), &d);
	end_of_day(&p);
	HAS(text_of(&p), "reminder 12 to dana");
	HAS_NOT(text_of(&p), "reminder 13 to dana");
	HAS(text_of(&p), "\n  and 3 more\n");
	pair_fini(&p);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("against");
	TCase *tc = tcase_create("against");

	tcase_add_test(tc, a_longer_target);
	tcase_add_test(tc, a_shorter_target);
	tcase_add_test(tc, a_step_that_moves);
	tcase_add_test(tc, people_and_channels);
	tcase_add_test(tc, refused_by_one);
	tcase_add_test(tc, since_then);
	tcase_add_test(tc, the_page);
	tcase_add_test(tc, refusals_that_do_not_count);
	tcase_add_test(tc, severities);
	tcase_add_test(tc, many);
	tcase_add_test(tc, many_lines);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
