/* test_queues.c - the outbox's queues as people and Prometheus read them.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/queues.h"
#include "lib/outbox_hands.h"

#include <cjson/cJSON.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct textbuf out;

static void begin(void)
{
	setup();
	textbuf_init(&out);
}

static void end(void)
{
	textbuf_fini(&out);
	teardown();
}

static cJSON *json_now(int64_t now)
{
	struct json_out j;
	cJSON *tree;

	textbuf_clear(&out);
	json_out_init(&j, &out);
	json_open(&j, NULL, '{');
	queues_json(box, at(now), &j);
	json_close(&j, '}');
	tree = cJSON_Parse(out.data);
	ck_assert_ptr_nonnull(tree);
	return tree;
}

static double number(const cJSON *object, const char *name)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

	ck_assert_msg(cJSON_IsNumber(value), "%s in %s", name, out.data);
	return value->valuedouble;
}

static const char *text(const cJSON *object, const char *name)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsString(value) ? value->valuestring : "null";
}

START_TEST(nothing_is_nothing)
{
	cJSON *tree = json_now(0);

	ck_assert_str_eq(out.data,
	    "{\"ready\":0,\"waiting\":0,\"delay_s\":0,\"destinations\":[],"
	    "\"endpoints\":[]}");
	cJSON_Delete(tree);
	textbuf_clear(&out);
	queues_metrics(box, at(0), wall_at(0), &out);
	ck_assert_ptr_null(strstr(out.data, "{"));
	ck_assert_ptr_nonnull(
	    strstr(out.data, "# TYPE slawatch_destination_ready gauge\n"));
}
END_TEST

START_TEST(a_line_and_what_it_waits_for)
{
	cJSON *tree;
	const cJSON *first;
	const cJSON *second;

	for (int64_t id = 1; id <= 250; id++)
		put(id, NOTICE_WARNING, 0, "support");
	put(300, NOTICE_WARNING, 90000, "support");
	put_as(301, NOTICE_CHAIN, 0, "support.dm", "eli", true);
	ripen(1);
	ck_assert_int_eq(take(1), 1);
	outbox_pause(box, parcel.lane, at(5001));
	tree = json_now(1);
	ck_assert_double_eq(number(tree, "ready"), 250);
	ck_assert_double_eq(number(tree, "waiting"), 1);
	first = cJSON_GetArrayItem(
	    cJSON_GetObjectItemCaseSensitive(tree, "destinations"), 0);
	second = first->next;
	ck_assert_str_eq(text(first, "channel"), "support");
	ck_assert_str_eq(text(first, "who"), "null");
	ck_assert_str_eq(text(first, "endpoint"), "slack.com");
	ck_assert_str_eq(text(first, "state"), "closed");
	ck_assert_str_eq(text(first, "oldest"), "1970-01-01T00:00:00Z");
	ck_assert_double_eq(number(first, "ready"), 249);
	ck_assert_double_eq(number(first, "waiting"), 1);
	ck_assert_double_eq(number(first, "sending"), 1);
	ck_assert_double_eq(number(first, "resumes_in_s"), 5);
	ck_assert_str_eq(text(second, "channel"), "support.dm");
	ck_assert_str_eq(text(second, "who"), "eli");
	ck_assert_double_eq(number(second, "delay_s"), 0);
	cJSON_Delete(tree);
}
END_TEST

START_TEST(what_is_down)
{
	cJSON *tree;
	const cJSON *e;

	put(1, NOTICE_WARNING, 0, "support");
	ripen(0);
	ck_assert_int_eq(take(0), 1);
	over(ATTEMPT_REFUSED, 0);
	outbox_release(box, 1, wall_at(0));
	ripen(0);
	tree = json_now(500);
	e = cJSON_GetArrayItem(
	    cJSON_GetObjectItemCaseSensitive(tree, "endpoints"), 0);
	ck_assert_str_eq(text(e, "name"), "channel support");
	ck_assert_str_eq(text(e, "state"), "open");
	ck_assert_double_eq(number(e, "failures"), 1);
	ck_assert_double_eq(number(e, "resumes_in_s"), 2);
	ck_assert_ptr_null(e->next);
	cJSON_Delete(tree);
	queues_metrics(box, at(500), wall_at(61500), &out);
	ck_assert_ptr_nonnull(strstr(out.data,
	    "\nslawatch_endpoint_down{endpoint=\"channel support\"} 1\n"));
	ck_assert_ptr_nonnull(strstr(
	    out.data, "\nslawatch_endpoint_down{endpoint=\"slack.com\"} 0\n"));
	ck_assert_ptr_nonnull(strstr(out.data,
	    "\nslawatch_destination_oldest_seconds{channel=\"support\","
	    "who=\"\",kind=\"notices\"} 61.500\n"));
	ck_assert_ptr_nonnull(strstr(out.data,
	    "\nslawatch_destination_delay_seconds{channel=\"support\","
	    "who=\"\",kind=\"notices\"} 2.000\n"));
}
END_TEST

/* A label's text is the matrix's: nothing in it ends the label. */
START_TEST(labels_are_escaped)
{
	put_as(1, NOTICE_WARNING, 0, "mail", "a\"b\\c", false);
	ripen(0);
	queues_metrics(box, at(0), wall_at(0), &out);
	ck_assert_ptr_nonnull(
	    strstr(out.data, "{channel=\"mail\",who=\"a\\\"b\\\\c\","));
}
END_TEST

START_TEST(the_longest_hundred)
{
	cJSON *tree;
	const cJSON *all;
	int64_t id = 0;
	char who[16];

	for (int i = 1; i <= 130; i++) {
		snprintf(who, sizeof who, "p%d", i);
		for (int k = 0; k < i; k++)
			put_as(++id, NOTICE_WARNING, 0, "mail", who, false);
	}
	ripen(0);
	tree = json_now(0);
	all = cJSON_GetObjectItemCaseSensitive(tree, "destinations");
	ck_assert_int_eq(cJSON_GetArraySize(all), QUEUES_MAX);
	ck_assert_str_eq(text(cJSON_GetArrayItem(all, 0), "who"), "p130");
	ck_assert_str_eq(
	    text(cJSON_GetArrayItem(all, QUEUES_MAX - 1), "who"), "p31");
	ck_assert_double_eq(number(tree, "ready"), (double)id);
	cJSON_Delete(tree);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("queues");
	TCase *tc = tcase_create("queues");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, nothing_is_nothing);
	tcase_add_test(tc, a_line_and_what_it_waits_for);
	tcase_add_test(tc, what_is_down);
	tcase_add_test(tc, labels_are_escaped);
	tcase_add_test(tc, the_longest_hundred);
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
