/* test_webhook_message.c - one flat object, always the same members.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/views.h"
#include "wire/json_gate.h"
#include "wire/via.h"
#include "wire/webhook_message.h"

#include <check.h>
#include <stdlib.h>

static const char *const members[] = { "idempotency_key", "notice", "reason",
	"test", "drill", "headline", "title", "body", "why", "person",
	"person_title", "person_slack", "person_email", "ticket", "subject",
	"severity", "severity_title", "status", "category", "customer", "tier",
	"value", "team", "assignee", "suggested_to", "tried", "next_step",
	"missing", "authority", "url", "standing", "acked_by", "acked_at",
	"snoozed_until", "clocks", "clock", "due", "due_text", "told", "late",
	"repeat", "sent_at" };

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

START_TEST(marked_and_in_their_words)
{
	struct notice_view v = view_plain();
	cJSON *tree;

	v.mark = "TEST";
	v.title = "Payment is down";
	v.body = "a\nb";
	v.acked_by = "Dana Ruiz";
	v.acked_at = VIEW_NOW;
	tree = message(&v);
	ck_assert(cJSON_IsTrue(get(tree, "test")));
	ck_assert_str_eq(get(tree, "title")->valuestring, "Payment is down");
	ck_assert_str_eq(get(tree, "body")->valuestring, "a\nb");
	ck_assert_str_eq(get(tree, "headline")->valuestring, v.headline);
	ck_assert_str_eq(get(tree, "acked_by")->valuestring, "Dana Ruiz");
	ck_assert_str_eq(
	    get(tree, "acked_at")->valuestring, "2026-01-05T09:12:00Z");
	ck_assert(cJSON_IsNull(get(tree, "snoozed_until")));
	ck_assert_int_eq(cJSON_GetArraySize(get(tree, "clocks")), 2);
	ck_assert_str_eq(
	    get(cJSON_GetArrayItem(get(tree, "clocks"), 0), "state")
		->valuestring,
	    "breached");
	cJSON_Delete(tree);
}
END_TEST

/* --- the user's own form -------------------------------------------------- */

static struct channel hook = { .name = "hook",
	.type = CHANNEL_WEBHOOK,
	.url = "https://hook.example.com/",
	.secret = "s" };

static const char *sent(struct arena *arena, const struct notice_view *v)
{
	static struct outgoing out;
	struct letter l = { .kind = LETTER_NOTICE,
		.channel = &hook,
		.base = &hook,
		.views = &v,
		.nviews = 1,
		.idempotency_key = "7f3a-17" };

	out = (struct outgoing){ .url = NULL };
	ck_assert_ptr_null(via_of(CHANNEL_WEBHOOK)->build(&l, arena, &out));
	ck_assert_str_eq(out.url, hook.url);
	ck_assert_str_eq(out.hmac_key, "s");
	ck_assert(out.stamped);
	ck_assert_str_eq(out.headers[1], "Idempotency-Key: 7f3a-17");
	ck_assert_uint_eq(out.len, strlen(out.body));
	return out.body;
}

START_TEST(own_form)
{
	struct arena arena = ARENA_INIT;
	struct notice_view v = view_plain();

	hook.body = "{\"text\": \"{{headline}}\", \"v\": {{value}}}";
	ck_assert_str_eq(sent(&arena, &v),
	    "{\"text\": \"Escalation step 3 of 4 (lead): first reply is 12m "
	    "late\", \"v\": 50000}");
	/* What the help desk said is no number: ours, rather than none. */
	v.value = "a lot";
	ck_assert(strncmp(sent(&arena, &v), "{\"idempotency_key\":", 19) == 0);
	hook.body = NULL;
	ck_assert(strncmp(sent(&arena, &v), "{\"idempotency_key\":", 19) == 0);
	arena_fini(&arena);
}
END_TEST

START_TEST(what_it_cannot)
{
	struct arena arena = ARENA_INIT;
	struct notice_view v = view_plain();
	const struct notice_view *views[] = { &v, &v };
	struct letter l = { .kind = LETTER_CHECK, .channel = &hook };
	struct outgoing out = { .url = NULL };

	ck_assert_str_eq(via_of(CHANNEL_WEBHOOK)->build(&l, &arena, &out),
	    "hook has nothing to check");
	l.kind = LETTER_DIGEST;
	l.views = views;
	l.nviews = 2;
	ck_assert_str_eq(via_of(CHANNEL_WEBHOOK)->build(&l, &arena, &out),
	    "hook takes one ticket a time");
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
	tcase_add_test(tc, marked_and_in_their_words);
	tcase_add_test(tc, own_form);
	tcase_add_test(tc, what_it_cannot);
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
