/* test_pages.c - whatever a ticket holds, it is no markup of ours: not in the
 * pages of links, and not in the answers that Slack shows.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/require.h"
#include "lib/views.h"
#include "wire/json_gate.h"
#include "wire/pages.h"
#include "wire/slack_answer.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 100

static int count_of(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

/* Tags in their order, attributes dropped: "<p></p>". */
static void skeleton(const char *html, struct textbuf *out)
{
	while ((html = strchr(html, '<')) != NULL) {
		size_t name = strcspn(html + 1, " >");
		const char *end = strchr(html, '>');

		ck_assert_ptr_nonnull(end);
		textbuf_addn(out, html, name + 1);
		textbuf_addc(out, '>');
		html = end;
	}
}

static void render(const struct notice_view *v, struct textbuf *out)
{
	struct page p = { .title = "Acknowledge?",
		.text = v->headline,
		.button = "Acknowledge",
		.person = v->person,
		.ticket = v };

	page_html(&p, out);
}

START_TEST(a_page_has_what_is_needed)
{
	struct notice_view v = view_plain();
	struct textbuf out;

	textbuf_init(&out);
	v.person = "Dana Ruiz";
	render(&v, &out);
	ck_assert_ptr_nonnull(strstr(out.data, "<h1>Acknowledge?</h1>"));
	ck_assert_ptr_nonnull(strstr(out.data, "<h2>Cannot log in</h2>"));
	ck_assert_ptr_nonnull(strstr(out.data, "zendesk:4711, P1 Critical, "
					       "Acme Corp, open, owned by Eli "
					       "Park"));
	ck_assert_ptr_nonnull(
	    strstr(out.data, "<li>first reply: late by 12m</li>"));
	ck_assert_ptr_nonnull(strstr(out.data, "In the name of Dana Ruiz"));
	ck_assert_int_eq(count_of(out.data, page_style), 1);
	textbuf_fini(&out);
}
END_TEST

/* The same tags in the same order as of a harmless ticket, but for what may be
 * missing. */
START_TEST(hostile_tickets_change_no_page)
{
	struct rng rng = rng_seeded("test_pages");

	for (int i = 0; i < ROUNDS; i++) {
		struct arena a = ARENA_INIT;
		struct notice_view v = view_hostile(&rng, &a);
		struct textbuf out;
		struct textbuf tags;

		textbuf_init(&out);
		textbuf_init(&tags);
		render(&v, &out);
		skeleton(out.data, &tags);
		REQUIRE(utf8_valid(out.data, out.len));
		REQUIRE(count_of(tags.data, "<form>") == 1);
		REQUIRE(count_of(tags.data, "<button>") == 1);
		REQUIRE(count_of(tags.data, "<section>") == 1);
		REQUIRE(count_of(tags.data, "<li>") == (int)v.nclocks);
		REQUIRE(
		    count_of(tags.data, "<p>") == count_of(tags.data, "</p>"));
		REQUIRE(count_of(tags.data, "<style>") == 1);
		REQUIRE(count_of(tags.data, "<a>") <= 1);
		REQUIRE(count_of(tags.data, "script") == 0);
		REQUIRE(strcspn(out.data, "\x01\x1b\x7f") == out.len);
		textbuf_fini(&out);
		textbuf_fini(&tags);
		arena_fini(&a);
	}
}
END_TEST

/* Every "<" begins something of ours: an instant or the ticket's link. */
static void require_ours_alone(const char *text)
{
	for (; (text = strchr(text, '<')) != NULL; text++)
		REQUIRE(strncmp(text, "<!date^", 7) == 0 ||
			strncmp(text, "<http", 5) == 0);
}

static void require_answer(
    const struct textbuf *text, const struct notice_view *offered)
{
	struct textbuf json;
	struct errtext err = { "" };
	cJSON *tree;

	require_ours_alone(text->data);
	textbuf_init(&json);
	slack_answer(text->data, offered, &json);
	tree = json_gate_parse(json.data, json.len, &err);
	REQUIRE(tree != NULL);
	REQUIRE(strcmp(cJSON_GetStringValue(
			   cJSON_GetObjectItemCaseSensitive(tree, "text")),
		    text->data) == 0);
	REQUIRE(strlen(text->data) <= 40000);
	cJSON_Delete(tree);
	textbuf_fini(&json);
}

START_TEST(hostile_tickets_change_no_answer)
{
	struct rng rng = rng_seeded("test_pages");

	for (int i = 0; i < ROUNDS; i++) {
		struct arena a = ARENA_INIT;
		struct notice_view v[3];
		struct textbuf text;

		for (size_t n = 0; n < 3; n++)
			v[n] = view_hostile(&rng, &a);
		textbuf_init(&text);
		slack_answer_ticket(&v[0], &text);
		require_answer(&text, &v[0]);
		textbuf_clear(&text);
		slack_answer_list(v[0].subject, v, 3, true, &text);
		require_answer(&text, NULL);
		REQUIRE(count_of(text.data, "\n\xE2\x80\xA2 ") == 3);
		textbuf_fini(&text);
		arena_fini(&a);
	}
}
END_TEST

START_TEST(a_ticket_is_told_with_its_buttons)
{
	struct notice_view v = view_plain();
	struct textbuf text;
	struct textbuf json;

	textbuf_init(&text);
	textbuf_init(&json);
	slack_answer_ticket(&v, &text);
	slack_answer(text.data, &v, &json);
	ck_assert_ptr_nonnull(strstr(text.data, "*P1* "));
	ck_assert_ptr_nonnull(strstr(text.data, "*Breached: first reply*"));
	ck_assert_ptr_nonnull(strstr(text.data, "late by 12m, <!date^"));
	ck_assert_ptr_nonnull(
	    strstr(json.data, "\"block_id\":\"t:zendesk:4711\""));
	ck_assert_ptr_nonnull(strstr(json.data, "\"action_id\":\"snooze\""));
	textbuf_fini(&text);
	textbuf_fini(&json);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("pages");
	TCase *tc = tcase_create("pages");

	tcase_add_test(tc, a_page_has_what_is_needed);
	tcase_add_test(tc, hostile_tickets_change_no_page);
	tcase_add_test(tc, hostile_tickets_change_no_answer);
	tcase_add_test(tc, a_ticket_is_told_with_its_buttons);
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
