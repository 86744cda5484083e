/* test_report_html.c - do the page's parts say what the numbers say?
 *
 * Backtests made by hand, so that each number is another one.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/report.h"

#include "ctl/html_chart.h"
#include "ctl/html_out.h"

#include <check.h>
#include <string.h>

#define HOLDS(text, part)                                                      \
	ck_assert_msg(strstr((text), (part)) != NULL, "%s", (part))
#define LACKS(text, part)                                                      \
	ck_assert_msg(strstr((text), (part)) == NULL, "%s", (part))

static struct textbuf out;

static void setup(void)
{
	textbuf_init(&out);
}

static void teardown(void)
{
	textbuf_fini(&out);
}

static const char *number(size_t n)
{
	textbuf_clear(&out);
	html_number(&out, n);
	return out.data;
}

START_TEST(numbers)
{
	ck_assert_str_eq(number(0), "0");
	ck_assert_str_eq(number(999), "999");
	ck_assert_str_eq(number(1000), "1,000");
	ck_assert_str_eq(number(1020305), "1,020,305");
	textbuf_clear(&out);
	html_share(&out, 1, 3);
	html_share(&out, 2, 3);
	html_share(&out, 0, 0);
	ck_assert_str_eq(out.data, "33%67%-");
}
END_TEST

START_TEST(texts)
{
	html_text(&out, "<a href=\"x\">&'\x01\xff\xef\xbf\xbe\xef\xbf\xbd");
	ck_assert_str_eq(out.data,
	    "&lt;a href=&quot;x&quot;&gt;&amp;&#39;"
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	textbuf_clear(&out);
	html_element(&out, "td class=\"n\"", "1 < 2");
	ck_assert_str_eq(out.data, "<td class=\"n\">1 &lt; 2</td>");
	textbuf_clear(&out);
	html_table_open(&out, "<\"", "A|#B|");
	HOLDS(out.data, "aria-label=\"&lt;&quot;\"");
	HOLDS(out.data, "<caption>&lt;&quot;</caption>");
	HOLDS(out.data, "<th scope=\"col\">A</th>"
			"<th scope=\"col\" class=\"n\">B</th>");
}
END_TEST

/* Something is never nothing; parts stand one behind the other. */
START_TEST(bars)
{
	struct chart_part parts[] = { { "a", 1 }, { "b", 0 }, { "c", 5000 } };

	chart_bar(&out, parts, 3, 10000);
	HOLDS(out.data, "<rect class=\"a\" x=\"0\" y=\"0\" width=\"1\" ");
	LACKS(out.data, "class=\"b\"");
	HOLDS(out.data, "<rect class=\"c\" x=\"1\" y=\"0\" width=\"499\" ");
	textbuf_clear(&out);
	chart_bar(&out, parts, 3, 0);
	LACKS(out.data, "<rect");
}
END_TEST

START_TEST(ranges)
{
	struct spread s;

	memset(&s, 0, sizeof s);
	chart_range(&out, &s, 1000, "a");
	LACKS(out.data, "<rect");
	spread_add(&s, HOUR_MS);
	textbuf_clear(&out);
	chart_range(&out, &s, HOUR_MS, "a");
	HOLDS(out.data, "x=\"992\""); /* the mark stays within */
}
END_TEST

/* One hour with everything is the darkest, a tenth of it the palest. */
START_TEST(weeks)
{
	size_t hours[7][24] = { { 0 } };

	hours[0][9] = 10;
	hours[6][23] = 1;
	hours[2][0] = 5;
	ck_assert_uint_eq(chart_week_most((const size_t(*)[24])hours), 10);
	chart_week(&out, "w", "Week", (const size_t(*)[24])hours, 10);
	HOLDS(out.data, "<title>Mon 09:00: 10</title><rect class=\"h5\"");
	HOLDS(out.data, "<title>Sun 23:00: 1</title><rect class=\"h1\"");
	HOLDS(out.data, "<title>Wed 00:00: 5</title><rect class=\"h3\"");
	HOLDS(out.data, "<title>Wed 01:00: 0</title><rect class=\"h0\"");
	HOLDS(out.data, "aria-labelledby=\"w-title w-desc\"");
}
END_TEST

/* --- the page ----------------------------------------------------------- */

static const char *page_of(const struct backtest *b)
{
	static const char *const notes[] = { "Take care & <read>." };
	struct report r = { .matrix_name = "dir/m.yaml",
		.source = "dir/e.ndjson",
		.new = b,
		.old_name = "",
		.missed_when = "tags=<late>",
		.notes = notes,
		.nnotes = 1 };

	textbuf_clear(&out);
	report_html(&r, &out);
	return out.data;
}

static void backtest_init(struct backtest *b)
{
	memset(b, 0, sizeof *b);
	b->from = b->until = b->busiest = WALL_NEVER;
	b->silence_from = b->silence_until = WALL_NEVER;
}

/* Nothing is said of what there is nothing of. */
START_TEST(nothing_at_all)
{
	struct backtest b;
	const char *page;

	backtest_init(&b);
	page = page_of(&b);
	HOLDS(page, "<h1>Backtest of <bdi>m.yaml</bdi></h1>");
	HOLDS(page, "Events: <bdi>e.ndjson</bdi>, from - to -");
	HOLDS(page, "<li>Take care &amp; &lt;read&gt;.</li>");
	LACKS(page, "clocks-heading");
	LACKS(page, "people-heading");
	LACKS(page, "week-heading");
	LACKS(page, "chains-heading");
	LACKS(page, "channels-heading");
	LACKS(page, "history-heading");
	LACKS(page, "unused-heading");
	LACKS(page, "against-heading");
}
END_TEST

/* A breach that was taken back is none. */
START_TEST(clocks)
{
	struct backtest_clock at[] = {
		{ .clock = "reply",
		    .severity = "P1",
		    .started = 20,
		    .warned = 9,
		    .breached = 7,
		    .withdrawn = 2,
		    .met = 11,
		    .met_late = 4,
		    .cancelled = 3,
		    .unmet = 2 },
		{ .clock = "reply",
		    .severity = "",
		    .started = 1,
		    .breached = 10 },
	};
	struct backtest b;
	const char *page;

	backtest_init(&b);
	b.clocks = at;
	b.nclocks = 2;
	page = page_of(&b);
	HOLDS(page, "<rect class=\"k-new\" x=\"0\" y=\"0\" width=\"500\" "
		    "height=\"16\"/></svg></td><td class=\"n\">5</td>"
		    "<td class=\"n\">25%</td><td class=\"n\">20</td>"
		    "<td class=\"n\">9</td><td class=\"n\">11</td>"
		    "<td class=\"n\">4</td><td class=\"n\">3</td>"
		    "<td class=\"n\">2</td></tr>");
	HOLDS(page, "<td><bdi>none</bdi></td>");
}
END_TEST

START_TEST(people)
{
	static char names[30][8];
	struct backtest_person at[30];
	struct backtest b;
	const char *page;
	const char *first;

	memset(at, 0, sizeof at);
	for (int i = 0; i < 30; i++) {
		struct textbuf tb;

		textbuf_init_fixed(&tb, names[i], sizeof names[i]);
		textbuf_addf(&tb, "p%d", i);
		at[i].name = at[i].title = names[i];
		at[i].notices = at[i].of_reason[NOTICE_REMINDER] = (size_t)i;
	}
	at[29].title = "The <last>";
	at[29].has_hours = true;
	at[29].off_hours = 3;
	at[29].of_reason[NOTICE_REMINDER] = 0;
	at[29].of_reason[NOTICE_BREACH] = 29;
	backtest_init(&b);
	b.people = at;
	b.npeople = 30;
	page = page_of(&b);
	first = strstr(page, "<bdi>p29</bdi> <span class=\"dim\">"
			     "<bdi>The &lt;last&gt;</bdi></span></th>"
			     "<td class=\"chart\"><svg class=\"bar\"");
	ck_assert_ptr_nonnull(first);
	HOLDS(first, "<rect class=\"r-breach\" x=\"0\" y=\"0\" width=\"1000\"");
	HOLDS(first, "<bdi>p28</bdi>");
	HOLDS(first, "<summary>4 more people</summary>");
	LACKS(page, "<bdi>p0</bdi>");
	HOLDS(page, "<td class=\"n\">29</td><td class=\"n\">0</td>"
		    "<td class=\"n\">3</td></tr>");
	HOLDS(page, "<td class=\"n\">28</td><td class=\"n\">0</td>"
		    "<td class=\"n\">-</td></tr>");
}
END_TEST

START_TEST(chains)
{
	struct backtest_step steps[4];
	struct backtest_chain at[2];
	struct backtest b;
	const char *page;

	memset(steps, 0, sizeof steps);
	memset(at, 0, sizeof at);
	steps[0] = (struct backtest_step){ .who = "primary",
		.via = "dm",
		.fired = 8,
		.answered = 2,
		.over = 1 };
	steps[1] = (struct backtest_step){
		.who = "backup", .via = "dm", .fired = 4, .answered = 1
	};
	steps[2] =
	    (struct backtest_step){ .who = "lead", .via = "", .fired = 1 };
	steps[3] = (struct backtest_step){ .who = "<boss>", .via = "" };
	at[0].name = "standard";
	at[0].runs = 8;
	at[0].acked = 2;
	at[0].steps = steps;
	at[0].nsteps = 4;
	spread_add(&at[0].ack, HOUR_MS);
	at[1].name = "quiet";
	at[1].steps = steps;
	at[1].nsteps = 4;
	backtest_init(&b);
	b.chains = at;
	b.nchains = 2;
	page = page_of(&b);
	HOLDS(page, "<rect class=\"k-answered\" x=\"0\" y=\"0\" width=\"250\" "
		    "height=\"16\"/><rect class=\"k-fired\" x=\"250\" y=\"0\" "
		    "width=\"750\" height=\"16\"/></svg>");
	HOLDS(page, "<rect class=\"k-answered\" x=\"0\" y=\"0\" width=\"125\" "
		    "height=\"16\"/><rect class=\"k-fired\" x=\"125\" y=\"0\" "
		    "width=\"375\" height=\"16\"/></svg>");
	HOLDS(page, "median 1h, 90% within 1h");
	HOLDS(page, "<h3>Chains that never started</h3>\n<ul class=\"plain\">"
		    "<li><bdi>quiet</bdi></li></ul>");
	HOLDS(page, "<ul class=\"plain\"><li><bdi>standard</bdi> step 4: "
		    "<bdi>&lt;boss&gt;</bdi></li></ul>");
}
END_TEST

START_TEST(unused)
{
	struct backtest_use policies[] = { { "once", 1 }, { "never", 0 } };
	struct backtest_use rules[] = { { "fired", 1 }, { "idle", 0 } };
	struct backtest_target targets[] = { { "once", "P1", "reply", 1 },
		{ "once", "P2", "reply", 0 }, { "never", "P1", "reply", 0 },
		{ "once", "P3", "reply", 0 } };
	struct backtest_severity severities[] = { { "P1", 1 }, { "P2", 2 },
		{ "P3", 0 } };
	struct backtest b;
	const char *page;

	backtest_init(&b);
	b.policies = policies;
	b.npolicies = 2;
	b.rules = rules;
	b.nrules = 2;
	b.targets = targets;
	b.ntargets = 4;
	b.severities = severities;
	b.nseverities = 3;
	page = page_of(&b);
	HOLDS(page, "<h3>Severities that no ticket had</h3>\n"
		    "<ul class=\"plain\"><li><bdi>P3</bdi></li></ul>");
	HOLDS(page, "<h3>Policies without a ticket</h3>\n<ul class=\"plain\">"
		    "<li><bdi>never</bdi></li></ul>");
	HOLDS(page, "<h3>Rules that never fired</h3>\n<ul class=\"plain\">"
		    "<li><bdi>idle</bdi></li></ul>");
	HOLDS(page, "<h3>Targets that no clock got</h3>\n<ul class=\"plain\">"
		    "<li><bdi>once</bdi> <bdi>P2</bdi> <bdi>reply</bdi></li>"
		    "</ul>");
}
END_TEST

START_TEST(history)
{
	struct backtest b;
	const char *page;

	backtest_init(&b);
	b.history.known = true;
	b.history.said = 70;
	b.history.missed = 8;
	b.history.caught = 6;
	b.history.late_before = 2;
	b.history.alerted = 20;
	b.history.alerted_missed = 7;
	b.history.alerts = 1234;
	b.history.late_missed = 3;
	b.history.late_kept = 9;
	b.history.kept_missed = 5;
	b.history.kept_kept = 15;
	page = page_of(&b);
	HOLDS(page, "<code>tags=&lt;late&gt;</code>. It is told of 70");
	HOLDS(page, "(recall)</th><td class=\"n\">6</td><td class=\"n\">8</td>"
		    "<td class=\"n\">75%</td>");
	HOLDS(page, "(precision)</th><td class=\"n\">7</td>"
		    "<td class=\"n\">20</td><td class=\"n\">35%</td>");
	HOLDS(page, "<td class=\"n\">3</td><td class=\"n\">12</td>"
		    "<td class=\"n\">25%</td>");
	HOLDS(page, "<td class=\"n\">15</td><td class=\"n\">20</td>"
		    "<td class=\"n\">75%</td>");
	HOLDS(page, "1,234 alerts, 6 real misses caught");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("report_html");
	TCase *tc = tcase_create("parts");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, numbers);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, bars);
	tcase_add_test(tc, ranges);
	tcase_add_test(tc, weeks);
	tcase_add_test(tc, nothing_at_all);
	tcase_add_test(tc, clocks);
	tcase_add_test(tc, people);
	tcase_add_test(tc, chains);
	tcase_add_test(tc, unused);
	tcase_add_test(tc, history);
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
