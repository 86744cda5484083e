/* test_coverage.c - who is there in the next 30 days, and what the lint says.
 *
 * Now is Friday, 2026-12-04, 12:00 in UTC.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/coverage.h"
#include "conf/load.h"
#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1796385600000)

static const char head[] =
    "matrix: { fallback: log, zone: Europe/Berlin }\n"
    "severities: { P1: {}, P2: {} }\n"
    "channels:\n"
    "  log: { type: log }\n"
    "  mail: { type: smtp, url: smtps://mail.example.com, from: a@b.example "
    "}\n"
    "  room: { type: slack, token: { credential: a }, channel: C01ABC }\n"
    "calendars:\n"
    "  office: { zone: Europe/Berlin, week: { mon-fri: \"09:00-17:00\" } }\n"
    "  nights: { zone: Europe/Berlin, week: { daily: \"22:00-06:00\" } }\n"
    "people:\n"
    "  dana: { hours: office, email: d@example.com }\n"
    "  eli: { hours: office }\n"
    "  mara: { quiet: { hours: nights, unless: P1 } }\n"
    "  omar: {}\n"
    "  noor: { slack: U01NOOR, channels: [ dm, room.mention ] }\n"
    "  ruth: { slack: U01RUTH, channels: [ mention ], quiet: { hours: nights "
    "} }\n"
    "teams: { line: { members: [ dana, eli ], lead: mara },\n"
    "  crew: { members: [ noor ], slack_group: S01CREW } }\n"
    "oncall:\n"
    "  days: { members: [ dana, eli ], start: 2026-01-05, shift: 7d, "
    "hours: office }\n"
    "  round: { members: [ dana, eli, omar ], start: 2026-01-05, shift: 1d }\n"
    "  later: { members: omar, start: 2026-12-10, shift: 7d }\n"
    "roles: { primary: days, backup: round, next: later }\n";

static struct conf conf;
static struct textbuf messages;
static bool loaded;

/* The head, chains and policies or rules. */
static void lint(const char *chains, const char *rest, bool is_check)
{
	const struct conf_options o = { .credentials = "",
		.no_secrets = true,
		.now = wall_at(NOW),
		.is_check = is_check };
	struct textbuf text;

	textbuf_init(&text);
	textbuf_init(&messages);
	textbuf_addf(&text, "%schains:\n%s%s", head, chains, rest);
	loaded =
	    conf_load_text("m.yaml", text.data, text.len, &o, &conf, &messages);
	textbuf_fini(&text);
}

static void has(const char *part)
{
	ck_assert_msg(strstr(messages.data, part) != NULL, "%s\nis not in\n%s",
	    part, messages.data);
}

static void has_not(const char *part)
{
	ck_assert_msg(strstr(messages.data, part) == NULL, "%s\nis in\n%s",
	    part, messages.data);
}

static void done(void)
{
	if (loaded)
		conf_free(&conf);
	textbuf_fini(&messages);
}

static const char policy[] =
    "policies:\n"
    "  - { name: all, on_breach: standard, targets: { P1: { first_reply: 1h }, "
    "P2: { first_reply: 1h } } }\n";

/* What is said of a chain of that one step, or of two. */
static void says(const char *steps, const char *want)
{
	char chain[1000];

	snprintf(chain, sizeof chain, "  standard: { steps: [ %s ] }\n", steps);
	lint(chain, policy, true);
	if (want[0] == '\0')
		ck_assert_msg(strstr(messages.data, "standard") == NULL,
		    "%s\n%s", steps, messages.data);
	else
		ck_assert_msg(strstr(messages.data, want) != NULL, "%s\n%s\n%s",
		    steps, want, messages.data);
	done();
}

START_TEST(somebody_is_there)
{
	static const char *const steps[] = {
		"{ notify: omar, via: log }",
		"{ notify: [ days, omar ], via: log }",
		"{ notify: backup, via: log }",
		"{ notify: line, via: log }", /* their hours are no gap: a
						 breach does not wait */
		("{ notify: primary, via: log, hours: office }, { notify: "
		 "omar, "
		 "via: log }"),
		"{ notify: [ one of line, omar ], via: log }",
		"{ notify: log }",
		"{ notify: assignee, via: mail }", /* not known beforehand */
		"{ notify: team, via: mail }",
	};

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		says(steps[i], "");
}
END_TEST

START_TEST(a_gap_is_said_once)
{
	says("{ notify: primary, via: log }",
	    "warning: chain \"standard\", step 1: nobody from Fri 2026-12-04 "
	    "17:00 to Mon 2026-12-07 09:00 (Europe/Berlin), 77 % of the next "
	    "30 days, "
	    "for P1 of policy \"all\"");
	says("{ notify: one of line, via: log }", "nobody from Fri 2026-12-04");
	says("{ notify: [ log, primary ], via: log }", /* a room is nobody */
	    "step 1: nobody from");
	says("{ notify: mara, via: log }",
	    "nobody from Fri 2026-12-04 22:00 to Sat 2026-12-05 06:00 "
	    "(Europe/Berlin), 33 % of the next 30 days, for P2 of policy "
	    "\"all\" (mara: quiet hours");
	says("{ notify: omar, via: log }, { after: 1h, notify: later, via: log "
	     "}",
	    "chain \"standard\", step 2: nobody from Fri 2026-12-04 14:00 to "
	    "Thu 2026-12-10 01:00 (Europe/Berlin), 18 % of the next 30 days");
}
END_TEST

START_TEST(a_step_that_never_reaches_anybody)
{
	says("{ notify: eli, via: mail }",
	    "error: chain \"standard\", step 1 reaches nobody in the next 30 "
	    "days (eli: ");
	says("{ notify: [ log, eli ], via: mail }", "step 1 reaches nobody");
	/* A daemon that is started must not refuse what time has made wrong. */
	lint("  standard: { steps: [ { notify: eli, via: mail } ] }\n", policy,
	    false);
	ck_assert(loaded);
	has("warning: chain \"standard\", step 1 reaches nobody");
	done();
}
END_TEST

/* Slack's app carries by an id, and by an address; `dm` and `mention` are those
 * of some room. */
START_TEST(ways_in_a_room_carry)
{
	static const char *const steps[] = {
		"{ notify: noor }", "{ notify: noor, via: dm }",
		"{ notify: noor, via: room.dm }",
		"{ notify: dana, via: [ mention, log ] }",
		"{ notify: [ noor, dana ], via: dm }",
		"{ notify: crew, via: [ mention, mail ] }", /* the group */
	};

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		says(steps[i], "");
	says("{ notify: omar, via: [ dm, room.mention ] }",
	    "step 1 reaches nobody in the next 30 days (omar: no channel that "
	    "can carry)");
	says("{ notify: noor, via: mail }", "step 1 reaches nobody");
	says("{ notify: ruth }",
	    "nobody from Fri 2026-12-04 22:00 to Sat 2026-12-05 06:00");
}
END_TEST

/* A chain that only walks in working time needs nobody at night. */
START_TEST(steps_fire_when_clocks_run_out)
{
	static const char office[] =
	    "policies:\n  - { name: all, calendar: office, on_breach: "
	    "standard, "
	    "targets: { P1: { first_reply: 1h }, P2: { first_reply: 1h } } }\n";

	lint("  standard: { steps: [ { notify: primary, via: log } ] }\n",
	    office, true);
	ck_assert_msg(
	    strstr(messages.data, "standard") == NULL, "%s", messages.data);
	ck_assert_msg(
	    strstr(messages.data, "\"days\"") == NULL, "%s", messages.data);
	done();
	lint("  standard: { steps: [ { notify: omar, via: log }, { after: 2h, "
	     "notify: primary, via: log } ] }\n",
	    office, true);
	has("step 2: nobody from Fri 2026-12-04 17:00 to Fri 2026-12-04 19:00 "
	    "(Europe/Berlin), 6 %");
	done();
	/* One more round, and it walks into the night. */
	lint("  standard: { repeat: 1, repeat_after: 8h, steps: [ { notify: "
	     "primary, via: log } ] }\n",
	    office, true);
	has("step 1: nobody from Fri 2026-12-04 21:00");
	done();
}
END_TEST

/* Each step is sound, and nobody is told at night. */
START_TEST(hours_of_all_steps_leave_no_time_out)
{
	says("{ notify: omar, via: log, hours: office }, { after: 5m, notify: "
	     "mara, via: log, hours: office }",
	    "warning: chain \"standard\" tells nobody if it starts from Fri "
	    "2026-12-04 17:00 to Mon 2026-12-07 08:55 (Europe/Berlin), 77 % of "
	    "the next 30 days");
	says("{ notify: omar, via: log, hours: office }, { after: 5m, notify: "
	     "omar, via: log }",
	    "");
	says("{ notify: omar, via: log, hours: office }, { after: 5m, notify: "
	     "[ omar, assignee ], via: log, hours: office }",
	    "");
}
END_TEST

START_TEST(rules_and_teams_start_at_any_time)
{
	static const char rule[] =
	    "rules:\n  - { name: angry, when: { text: angry }, then: { notify: "
	    "primary, via: log } }\n"
	    "  - { name: over, valid: ..2026-12-01, when: { text: x }, then: { "
	    "notify: primary, via: log } }\n"
	    "  - { name: quiet, when: { severity: P2 }, then: { notify: mara, "
	    "via: log } }\n"
	    "  - { name: starts, when: { severity: P1 }, then: { start: "
	    "standard } }\n";

	lint("  standard: { steps: [ { notify: primary, via: log } ] }\n", rule,
	    true);
	has("warning: rule \"angry\": nobody from Fri 2026-12-04 17:00");
	has_not("rule \"over\": nobody");
	has_not("rule \"quiet\": nobody");
	has("chain \"standard\", step 1: nobody");
	done();
}
END_TEST

START_TEST(gaps_of_schedules_where_they_are_asked)
{
	lint("  standard: { steps: [ { notify: next, via: log } ] }\n", policy,
	    true);
	ck_assert(!loaded);
	ck_assert_msg(
	    strstr(messages.data,
		"error: on-call schedule \"later\": nobody from Fri 2026-12-04 "
		"13:00 to Thu 2026-12-10 01:00 (Europe/Berlin)") != NULL,
	    "%s", messages.data);
	has_not("schedule \"days\": nobody");
	done();
	/* With nobody who asks it there is no gap. */
	lint("  standard: { steps: [ { notify: omar, via: log } ] }\n", policy,
	    true);
	has_not("schedule \"later\": nobody");
	done();
}
END_TEST

START_TEST(nothing_is_said_without_a_date)
{
	const struct conf_options o = { .credentials = "", .no_secrets = true };
	struct textbuf text;

	textbuf_init(&text);
	textbuf_init(&messages);
	textbuf_addf(&text,
	    "%schains: { standard: { steps: [ { notify: next, via: log } ] } "
	    "}\n%s",
	    head, policy);
	loaded =
	    conf_load_text("m.yaml", text.data, text.len, &o, &conf, &messages);
	ck_assert(loaded);
	has_not("nobody");
	textbuf_fini(&text);
	done();
}
END_TEST

/* --- what time has brought ------------------------------------------------ */

/* Another matrix, from the folder in which its calendars are. */
static void lint_text(const char *folder, const char *text, struct wall now)
{
	const struct conf_options o = {
		.credentials = "", .no_secrets = true, .now = now
	};
	char name[200];

	snprintf(name, sizeof name, "%s/m.yaml", folder);
	textbuf_init(&messages);
	loaded = conf_load_text(name, text, strlen(text), &o, &conf, &messages);
	ck_assert_msg(loaded, "%s", messages.data);
}

START_TEST(what_is_over_is_said)
{
	static const char text[] =
	    "matrix: { fallback: log, revised: 2026-09-05, review_every: 90d "
	    "}\n"
	    "severities: { P1: {} }\n"
	    "channels: { log: { type: log } }\n"
	    "policies:\n"
	    "  - { name: launch, valid: 2026-11-20..2026-12-03, targets: { P1: "
	    "{ first_reply: 1h } } }\n"
	    "  - { name: all, targets: { P1: { first_reply: 2h } } }\n";

	lint_text(".", text, wall_at(NOW));
	has("policy \"launch\" ended on 2026-12-03; remove it, or extend");
	has("the review was due on 2026-12-04; ");
	done();
	lint_text(".", text, wall_at(NOW - 12 * HOUR_MS - 1));
	has_not("ended");
	has_not("review");
	/* It ends, so it takes nothing for ever from the one below. */
	has_not("no ticket reaches");
	done();
}
END_TEST

static void write_calendar(const char *folder, const char *title)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/a.ics", folder);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fprintf(f,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
	    "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261201T000000Z\r\n"
	    "DTEND:20261206T000000Z\r\nSUMMARY:Dana Ruiz\r\nEND:VEVENT\r\n"
	    "BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20261206T000000Z\r\n"
	    "DTEND:20270301T000000Z\r\nSUMMARY:%s\r\nEND:VEVENT\r\n"
	    "END:VCALENDAR\r\n",
	    title);
	fclose(f);
}

START_TEST(titles_that_are_nobodys)
{
	static const char text[] =
	    "matrix: { fallback: log }\n"
	    "severities: { P1: {} }\n"
	    "channels: { log: { type: log } }\n"
	    "people: { dana: { name: Dana Ruiz }, eli: {} }\n"
	    "roles: { primary: { oncall: a.ics } }\n"
	    "chains: { c: { steps: [ { notify: primary, via: log } ] } }\n"
	    "policies: [ { name: p, on_breach: c, targets: { P1: { "
	    "first_reply: 1h } } } ]\n";
	char folder[] = "/tmp/slawatch-coverage-XXXXXX";
	char path[200];

	ck_assert_ptr_nonnull(mkdtemp(folder));
	write_calendar(folder, "ely");
	lint_text(folder, text, wall_at(NOW));
	has("m.yaml:5:10: warning: on-call schedule \"primary\": \"ely\" is "
	    "nobody here, on duty Sun 2026-12-06 00:00; did you mean "
	    "\"eli\"?");
	has_not("on-call schedule \"primary\": nobody");
	has("chain \"c\", step 1: nobody from Sun 2026-12-06 00:00");
	has("person \"eli\" is not used");
	done();
	write_calendar(folder, "eli & dana");
	lint_text(folder, text, wall_at(NOW));
	ck_assert_str_eq(messages.data, "");
	done();
	snprintf(path, sizeof path, "%s/a.ics", folder);
	ck_assert_int_eq(remove(path), 0);
	ck_assert_int_eq(remove(folder), 0);
}
END_TEST

/* --- against the minutes -------------------------------------------------- */

static bool is_in(const struct spans *s, struct wall at)
{
	for (size_t i = 0; i < s->count; i++)
		if (!wall_before(at, s->items[i].start) &&
		    wall_before(at, s->items[i].end))
			return true;
	return false;
}

/* Is one of the 20000 minutes in the set and not said to be so, or not? */
START_TEST(no_change_is_missed)
{
	static const char *const names[] = { "primary", "backup", "next",
		"one of line", "mara" };
	struct arena arena = ARENA_INIT;
	struct coverage whole;
	struct rng rng = rng_seeded("test_coverage");

	lint("  standard: { steps: [ { notify: omar, via: log } ] }\n", policy,
	    false);
	ck_assert(loaded);
	coverage_init(&whole, conf.matrix, &duty_none, wall_at(NOW),
	    wall_at(NOW + COVERAGE_MS), &arena);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct step s = {
			.who = { names[i] },
			.nwho = 1,
			.via = { "log" },
			.nvia = 1,
		};
		struct spans nobody = coverage_nobody(&whole, &s, 1);

		for (int n = 0; n < 400; n++) {
			struct wall at = wall_at(
			    NOW +
			    (int64_t)rng_below(&rng, 30 * 24 * 60) * MINUTE_MS);
			struct coverage minute = whole;
			struct spans here;

			minute.from = at;
			minute.to = wall_plus(at, 1);
			minute.edges = &at;
			minute.nedges = 1;
			here = coverage_nobody(&minute, &s, 1);
			ck_assert_msg(is_in(&nobody, at) == (here.count > 0),
			    "%s at %lld", names[i], (long long)at.ms);
		}
	}
	arena_fini(&arena);
	done();
}
END_TEST

/* --- sets of instants ----------------------------------------------------- */

#define POINTS 60

static struct spans some_spans(
    struct rng *rng, struct arena *arena, bool in[POINTS])
{
	struct spans s = { NULL, 0, 0 };

	for (int i = 0; i < POINTS; i++) {
		in[i] = rng_below(rng, 3) == 0;
		if (in[i])
			spans_add(&s, arena, wall_at(i), wall_at(i + 1));
	}
	return s;
}

START_TEST(sets_do_as_their_points)
{
	struct arena arena = ARENA_INIT;
	struct rng rng = rng_seeded("test_coverage");

	for (int round = 0; round < 300; round++) {
		bool a[POINTS];
		bool b[POINTS];
		struct spans x = some_spans(&rng, &arena, a);
		struct spans y = some_spans(&rng, &arena, b);
		struct spans either = spans_either(&arena, &x, &y);
		struct spans both = spans_both(&arena, &x, &y);
		struct spans without = spans_without(&arena, &x, &y);
		struct spans moved =
		    spans_moved(&arena, &x, 7, wall_at(10), wall_at(POINTS));
		int64_t count = 0;

		for (int i = 0; i < POINTS; i++) {
			struct wall at = wall_at(i);

			ck_assert_int_eq(is_in(&either, at), a[i] || b[i]);
			ck_assert_int_eq(is_in(&both, at), a[i] && b[i]);
			ck_assert_int_eq(is_in(&without, at), a[i] && !b[i]);
			ck_assert_int_eq(
			    is_in(&moved, at), i >= 10 && a[i - 7]);
			count += a[i];
		}
		ck_assert_int_eq(spans_ms(&x), count);
		for (size_t i = 1; i < either.count; i++)
			ck_assert(wall_before(
			    either.items[i - 1].end, either.items[i].start));
		arena_reset(&arena);
	}
	arena_fini(&arena);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("coverage");
	TCase *tc = tcase_create("coverage");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, somebody_is_there);
	tcase_add_test(tc, a_gap_is_said_once);
	tcase_add_test(tc, a_step_that_never_reaches_anybody);
	tcase_add_test(tc, ways_in_a_room_carry);
	tcase_add_test(tc, steps_fire_when_clocks_run_out);
	tcase_add_test(tc, hours_of_all_steps_leave_no_time_out);
	tcase_add_test(tc, rules_and_teams_start_at_any_time);
	tcase_add_test(tc, gaps_of_schedules_where_they_are_asked);
	tcase_add_test(tc, nothing_is_said_without_a_date);
	tcase_add_test(tc, what_is_over_is_said);
	tcase_add_test(tc, titles_that_are_nobodys);
	tcase_add_test(tc, no_change_is_missed);
	tcase_add_test(tc, sets_do_as_their_points);
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
