/* test_calendar_json.c - is a question to a calendar read as it was meant?
 *
 * SPDX-License-Identifier: MIT */
#include "wire/calendar_json.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct seconds_case {
	int64_t ms;
	const char *text;
};

static const struct seconds_case seconds[] = {
	{ 0, "0" },
	{ 1, "0.001" },
	{ -1, "-0.001" },
	{ 10, "0.01" },
	{ 500, "0.5" },
	{ -999, "-0.999" },
	{ 1000, "1" },
	{ -1000, "-1" },
	{ -1001, "-1.001" },
	{ 90000, "90" },
	{ 90120, "90.12" },
	{ INT64_MAX, "9223372036854775.807" },
	{ INT64_MIN, "-9223372036854775.808" },
};

START_TEST(test_seconds)
{
	struct json_out json;
	struct textbuf out;

	textbuf_init(&out);
	json_out_init(&json, &out);
	json_seconds(&json, NULL, seconds[_i].ms);
	ck_assert_str_eq(out.data, seconds[_i].text);
	textbuf_fini(&out);
}
END_TEST

struct amount_case {
	const char *text;
	int64_t ms; /* -1: refused */
};

static const struct amount_case amounts[] = {
	{ "90s", 90000 },
	{ "1h30m", 5400000 },
	{ "250ms", 250 },
	{ "0", 0 },
	{ "90", 90000 },
	{ "1.5", 1500 },
	{ "0.001", 1 },
	{ "0.0009", 0 },
	{ "3155760000", INT64_C(3155760000000) },
	{ "3155760000.001", -1 },
	{ "9999999999999999999", -1 },
	{ "", -1 },
	{ "-1", -1 },
	{ "+1", -1 },
	{ "1.", -1 },
	{ ".5", -1 },
	{ "1e3", -1 },
	{ "1.5.5", -1 },
	{ " 1", -1 },
	{ "1 ", -1 },
	{ "1x", -1 },
};

START_TEST(test_amounts)
{
	const struct amount_case *c = &amounts[_i];
	struct errtext err = { "" };
	int64_t ms = -1;

	ck_assert_int_eq(calendar_amount_parse(c->text, &ms, &err), c->ms >= 0);
	ck_assert_int_eq(ms, c->ms);
	ck_assert_int_eq(err.text[0] == '\0', c->ms >= 0);
}
END_TEST

START_TEST(test_every_op_is_found_both_ways)
{
	for (int i = 0; i < CALENDAR_OP_COUNT; i++) {
		char name[32] = "";
		enum calendar_op op = CALENDAR_OP_COUNT;
		struct errtext err;

		strcpy(name, calendar_op_name((enum calendar_op)i));
		ck_assert(calendar_op_parse(name, &op, &err));
		ck_assert_int_eq((int)op, i);
		for (char *p = name; *p != '\0'; p++)
			*p = *p == '-' ? '_' : *p;
		op = CALENDAR_OP_COUNT;
		ck_assert(calendar_op_parse(name, &op, &err));
		ck_assert_int_eq((int)op, i);
		name[1] = 'x';
		ck_assert(!calendar_op_parse(name, &op, &err));
	}
}
END_TEST

struct question_case {
	const char *text;
	const char *error; /* what it begins with; NULL: it is read */
};

#define HEAD "{\"calendar\":\"office\",\"at\":\"2026-01-05T09:00:00Z\","

static const struct question_case questions[] = {
	{ HEAD "\"op\":\"open\"}", NULL },
	{ HEAD "\"op\":\"next_close\",\"limit\":null}", NULL },
	{ HEAD "\"op\":\"add\",\"amount\":\"0\"}", NULL },
	{ HEAD "\"op\":\"sub\",\"amount\":0.0}", NULL },
	{ HEAD "\"op\":\"periods\",\"limit\":1000000}", NULL },
	{ HEAD "\"op\":\"periods\",\"to\":\"2026-01-05T09:00:00+01:00\"}",
	    NULL },
	{ HEAD "\"op\":\"add\",\"amount\":null}", "amount: missing" },
	{ HEAD "\"op\":\"add\",\"amount\":[]}", "amount: must be" },
	{ HEAD "\"op\":\"between\"}", "to: missing" },
	{ HEAD "\"op\":\"between\",\"to\":1}", "to: must be" },
	{ HEAD "\"op\":\"periods\",\"limit\":1000001}", "limit: " },
	{ HEAD "\"op\":\"periods\",\"limit\":\"5\"}", "limit: " },
	{ HEAD "\"op\":\"sub\",\"amount\":1,\"to\":null,\"limit\":1}",
	    "limit: does not belong" },
	{ HEAD "\"op\":1}", "op: must be" },
	{ HEAD "\"opp\":\"add\"}", "opp: unknown member" },
	{ "{}", "calendar: missing" },
	{ "{\"calendar\":\"a\"}", "op: missing" },
	{ "{\"calendar\":\"a\",\"op\":\"open\"}", "at: missing" },
	{ "{\"calendar\":\"\"}", "calendar: " },
	{ "null", "a question must be" },
	{ "", "not JSON: " },
	{ "{", "not JSON: " },
};

START_TEST(test_questions)
{
	const struct question_case *c = &questions[_i];
	struct arena arena = ARENA_INIT;
	struct calendar_question q;
	struct errtext err = { "" };
	bool good =
	    calendar_question_read(c->text, strlen(c->text), &arena, &q, &err);

	ck_assert_int_eq(good, c->error == NULL);
	if (good)
		ck_assert_str_eq(q.calendar, "office");
	else
		ck_assert_msg(
		    strncmp(err.text, c->error, strlen(c->error)) == 0,
		    "%s: %s", c->text, err.text);
	arena_fini(&arena);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

int main(void)
{
	Suite *s = suite_create("calendar_json");
	TCase *t = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, test_seconds, 0, COUNT(seconds));
	tcase_add_loop_test(t, test_amounts, 0, COUNT(amounts));
	tcase_add_test(t, test_every_op_is_found_both_ways);
	tcase_add_loop_test(t, test_questions, 0, COUNT(questions));
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
