/* test_counters.c - does Prometheus understand the table?
 *
 * The format is that of "Exposition formats", text 0.0.4; the naming rules are
 * promtool's.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/counters.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static bool ends(const char *text, const char *tail)
{
	size_t n = strlen(text);
	size_t m = strlen(tail);

	return n >= m && strcmp(text + n - m, tail) == 0;
}

START_TEST(every_name_is_a_good_one)
{
	const struct counter_info *info = &counter_table[_i];
	bool is_counter = info->type == COUNTER || info->type == COUNTER_MS;
	bool is_ms = info->type == COUNTER_MS || info->type == GAUGE_MS;

	ck_assert_uint_eq(strspn(info->metric, "abcdefghijklmnopqrstuvwxyz_"),
	    strlen(info->metric));
	ck_assert(strncmp(info->metric, "slawatch_", 9) == 0);
	ck_assert(ends(info->metric, "_total") == is_counter);
	ck_assert(!is_ms || strstr(info->metric, "_seconds") != NULL);
	ck_assert(strstr(info->metric, "_ms") == NULL);
	/* A sentence, and nothing the format would have to escape. */
	ck_assert(ends(info->help, "."));
	ck_assert(strpbrk(info->help, "\\\n") == NULL);
	for (size_t i = 0; i < counter_table_count; i++)
		ck_assert((int)i == _i ||
			  strcmp(counter_table[i].metric, info->metric) != 0);
}
END_TEST

/* Each row points at a member of its own. */
START_TEST(every_member_is_shown_once)
{
	size_t members = sizeof(struct counters) / sizeof(uint64_t);

	ck_assert_uint_eq(counter_table_count, members);
	for (size_t i = 0; i < counter_table_count; i++)
		ck_assert_uint_eq(
		    counter_table[i].offset, i * sizeof(uint64_t));
}
END_TEST

static bool has_line(const struct textbuf *text, const char *line)
{
	const char *at = text->data;
	size_t len = strlen(line);

	while ((at = strstr(at, line)) != NULL) {
		if ((at == text->data || at[-1] == '\n') && at[len] == '\n')
			return true;
		at += len;
	}
	return false;
}

START_TEST(shows_values)
{
	struct counters c = { .events_accepted = 12,
		.late_ms = 1234567,
		.late_max_ms = 7,
		.heap_entries = UINT64_MAX,
		.started_ms = 1767603960040 };
	struct textbuf text;

	textbuf_init(&text);
	counters_text(&c, &text);
	ck_assert(has_line(&text, "slawatch_events_accepted_total 12"));
	ck_assert(
	    has_line(&text, "slawatch_notice_late_seconds_total 1234.567"));
	ck_assert(has_line(&text, "slawatch_notice_late_max_seconds 0.007"));
	ck_assert(
	    has_line(&text, "slawatch_heap_entries 18446744073709551615"));
	ck_assert(
	    has_line(&text, "slawatch_start_time_seconds 1767603960.040"));
	ck_assert(has_line(&text, "slawatch_events_refused_total 0"));
	ck_assert(
	    has_line(&text, "# TYPE slawatch_events_accepted_total counter"));
	ck_assert(has_line(&text, "# TYPE slawatch_heap_entries gauge"));
	ck_assert(has_line(&text,
	    "# HELP slawatch_heap_entries Tickets that wait for a deadline."));
	ck_assert(ends(text.data, "\n"));
	textbuf_fini(&text);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("counters");
	TCase *tc = tcase_create("counters");

	tcase_add_loop_test(
	    tc, every_name_is_a_good_one, 0, (int)counter_table_count);
	tcase_add_test(tc, every_member_is_shown_once);
	tcase_add_test(tc, shows_values);
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
