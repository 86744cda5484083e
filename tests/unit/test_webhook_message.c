/* test_webhook_message.c - one flat object, always the same members.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/views.h"
#include "wire/json_gate.h"
#include "wire/webhook_message.h"

#include <check.h>
#include <stdlib.h>

static const char *const members[] = { "idempotency_key", "notice", "reason",
	"headline", "why", "person", "person_title", "person_slack",
	"person_email", "ticket", "subject", "severity", "severity_title",
	"status", "customer", "tier", "value", "team", "assignee",
	"suggested_to", "tried", "next_step", "missing", "authority", "url",
	"clock", "due", "due_text", "told", "late", "repeat", "sent_at" };

/* As the gate lets it through; every member of the list and no other. */
static cJSON *message(const struct notice_view *v)
{
	struct textbuf tb;
	struct errtext err;
	cJSON *tree;
	const cJSON *at;
	size_t i = 0;

	textbuf_init(&tb);
	webhook_message(v, "7f3a-17", "mara", &tb);
	tree = json_gate_parse(tb.data, tb.len, &err);
	ck_assert_msg(tree != NULL, "%s: %s", err.text, tb.data);
	textbuf_fini(&tb);
	cJSON_ArrayForEach(at, tree)
	{
		ck_assert(i < sizeof members / sizeof members[0]);
		ck_assert_str_eq(at->string, members[i++]);
	}
	ck_assert_uint_eq(i, sizeof members / sizeof members[0]);
	return tree;
}

static const cJSON *get(const cJSON *tree, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(tree, name);
}

START_TEST(a_plain_notice)
{
	struct notice_view v = view_plain();
	cJSON *tree = message(&v);
	const cJSON *told = get(tree, "told");

	ck_assert_str_eq(get(tree, "idempotency_key")->valuestring, "7f3a-17");
	ck_assert_int_eq(get(tree, "notice")->valueint, 17);
	ck_assert_str_eq(get(tree, "reason")->valuestring, "chain");
	ck_assert_str_eq(get(tree, "headline")->valuestring, v.headline);
	ck_assert_str_eq(get(tree, "person")->valuestring, "mara");
	ck_assert_str_eq(get(tree, "person_title")->valuestring, "Mara Stein");
	ck_assert_str_eq(get(tree, "suggested_to")->valuestring, "omar");
	ck_assert(cJSON_IsNumber(get(tree, "value")));
	ck_assert_int_eq(cJSON_GetArraySize(get(tree, "missing")), 2);
	ck_assert_str_eq(
	    cJSON_GetArrayItem(get(tree, "missing"), 0)->valuestring, "impact");
	ck_assert_str_eq(
	    cJSON_GetArrayItem(get(tree, "missing"), 1)->valuestring,
	    "customer.name");
	ck_assert_str_eq(
	    get(tree, "authority")->valuestring, "credits up to 500 EUR");
	ck_assert_str_eq(get(tree, "due")->valuestring, "2026-01-05T09:00:00Z");
	ck_assert_int_eq(cJSON_GetArraySize(told), 2);
	ck_assert_str_eq(
	    get(cJSON_GetArrayItem(told, 0), "who")->valuestring, "Dana Ruiz");
	ck_assert(cJSON_IsFalse(get(tree, "repeat")));
	ck_assert_str_eq(
	    get(tree, "sent_at")->valuestring, "2026-01-05T09:12:00Z");
	cJSON_Delete(tree);
}
END_TEST

START_TEST(nothing_to_say)
{
	struct notice_view v = view_bare();
	cJSON *tree = message(&v);

	ck_assert(cJSON_IsNull(get(tree, "url")));
	ck_assert(cJSON_IsNull(get(tree, "authority")));
	ck_assert_int_eq(cJSON_GetArraySize(get(tree, "missing")), 0);
	ck_assert(cJSON_IsNull(get(tree, "why")));
	ck_assert(cJSON_IsNull(get(tree, "due")));
	ck_assert(cJSON_IsNull(get(tree, "person_slack")));
	ck_assert_int_eq(cJSON_GetArraySize(get(tree, "told")), 0);
	cJSON_Delete(tree);
}
END_TEST

/* Texts arrive as they are: it is the reader who shows them somewhere. */
START_TEST(hostile_notices)
{
	struct rng rng = rng_seeded("test_webhook_message");
	struct arena arena = ARENA_INIT;

	for (int i = 0; i < 500; i++) {
		struct notice_view v;
		cJSON *tree;

		arena_reset(&arena);
		v = view_hostile(&rng, &arena);
		tree = message(&v);
		ck_assert_str_eq(get(tree, "subject")->valuestring, v.subject);
		cJSON_Delete(tree);
	}
	arena_fini(&arena);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("webhook_message");
	TCase *tc = tcase_create("webhook_message");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_plain_notice);
	tcase_add_test(tc, nothing_to_say);
	tcase_add_test(tc, hostile_notices);
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
