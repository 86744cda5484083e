/* test_conf_keys.c - the table of keys: sound, found, near.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/keys.h"

#include "base/instant.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_rows)
{
	for (size_t i = 0; i < conf_keys_count; i++) {
		const struct conf_key *k = &conf_keys[i];

		ck_assert_uint_gt(strlen(k->name), 0);
		ck_assert_uint_gt(strlen(k->type), 0);
		ck_assert_uint_gt(strlen(k->sentence), 10);
		ck_assert_ptr_eq(conf_key_find(k->section, k->name), k);
		ck_assert_str_eq(conf_key_near(k->section, k->name), k->name);
		ck_assert_msg(!k->required || k->fallback[0] == '\0',
		    "%s.%s is required and has a default", k->section, k->name);
	}
	printf("conf_keys: looked at %zu keys\n", conf_keys_count);
	ck_assert_uint_gt(conf_keys_count, 50);
}
END_TEST

/* A default is read like a value of the file. */
START_TEST(test_defaults)
{
	size_t spans = 0;

	for (size_t i = 0; i < conf_keys_count; i++) {
		const struct conf_key *k = &conf_keys[i];
		int64_t ms;

		if (strncmp(k->type, "duration", 8) != 0 ||
		    k->fallback[0] == '\0')
			continue;
		spans++;
		ck_assert_msg(span_parse(k->fallback, strlen(k->fallback), &ms),
		    "%s.%s", k->section, k->name);
	}
	ck_assert_uint_gt(spans, 10);
}
END_TEST

START_TEST(test_unknown)
{
	ck_assert_ptr_null(conf_key_find("policies[]", "steps"));
	ck_assert_ptr_null(conf_key_find("nowhere", "name"));
	ck_assert_ptr_null(conf_key_near("nowhere", "name"));
	ck_assert_ptr_null(conf_key_near("policies[]", "horoscope"));
}
END_TEST

static const struct {
	const char *section;
	const char *wrong;
	const char *meant;
} near_misses[] = {
	{ "", "polices", "policies" },
	{ "", "chanels", "channels" },
	{ "", "role", "roles" },
	{ "policies[]", "wran", "warn" },
	{ "policies[]", "on_breech", "on_breach" },
	{ "policies[]", "on_warnings", "on_warning" },
	{ "policies[]", "target", "targets" },
	{ "chains.NAME", "ack-timeout", "ack_timeout" },
	{ "chains.NAME.steps[]", "notfiy", "notify" },
	{ "channels.NAME", "passwort", "password" },
	{ "channels.NAME", "signing-secret", "signing_secret" },
	{ "channels.NAME", "routingkey", "routing_key" },
	{ "channels.NAME", "chanel", "channel" },
	{ "channels.NAME.budget", "evry", "every" },
	{ "people.NAME", "limits", "limit" },
	{ "matrix", "person_limits", "person_limit" },
	{ "matrix", "gaurd", "guard" },
	{ "matrix.guard", "breach", "breaches" },
	{ "incidents[]", "witin", "within" },
	{ "", "incident", "incidents" },
	{ "daemon", "public-url", "public_url" },
	{ "daemon", "databse", "database" },
	{ "people.NAME", "mail", "email" },
	{ "", "always_humans", "always_human" },
	{ "", "on_customers_comment", "on_customer_comment" },
	{ "", "rule", "rules" },
	{ "", "severity-table", "severity_table" },
	{ "matrix", "help_desk", "helpdesk" },
	{ "matrix", "applys", "applies" },
	{ "chains.NAME", "hand_off", "handoff" },
	{ "rules[]", "than", "then" },
	{ "rules[].then", "tag", "tags" },
	{ "WHEN", "customer_ticket", "customer_tickets" },
	{ "WHEN", "in_status_of", "in_status_for" },
	{ "WHEN", "attribute", "attributes" },
	{ "severity_table[]", "work_around", "workaround" },
	{ "policies[].send", "breach", "breaches" },
	{ "policies[].targets.SEVERITY.KIND", "witin", "within" },
	{ "clocks.KIND", "pause_atmost", "pause_at_most" },
	{ "on_customer_comment", "reopen", "reopens" },
};

START_TEST(test_near)
{
	const char *near =
	    conf_key_near(near_misses[_i].section, near_misses[_i].wrong);

	ck_assert_ptr_nonnull(near);
	ck_assert_str_eq(near, near_misses[_i].meant);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("conf_keys");
	TCase *tc = tcase_create("table");

	tcase_add_test(tc, test_rows);
	tcase_add_test(tc, test_defaults);
	tcase_add_test(tc, test_unknown);
	tcase_add_loop_test(tc, test_near, 0,
	    (int)(sizeof near_misses / sizeof near_misses[0]));
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
