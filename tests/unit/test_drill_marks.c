/* test_drill_marks.c - nobody takes a drill for the real thing: every kind of
 * channel, every form of message, whatever the user's own words are.
 *
 * SPDX-License-Identifier: MIT */
#include "core/drill.h"
#include "lib/views.h"
#include "wire/json_gate.h"
#include "wire/mail_content.h"
#include "wire/pages.h"
#include "wire/via.h"
#include "wire/webhook_message.h"

#include <check.h>
#include <stdlib.h>

static struct arena arena;
static struct outgoing out;
static cJSON *tree;
static struct severity severities[] = { { .name = "P1" } };
static struct person people[] = { { .name = "mara",
    .title = "Mara Stein",
    .email = "mara@example.com",
    .slack = "U01MARA" } };
static struct matrix m = { .severities = severities,
	.nseverities = 1,
	.people = people,
	.npeople = 1 };
static struct channel channel;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	cJSON_Delete(tree);
	tree = NULL;
	arena_fini(&arena);
}

static struct notice_view drill_view(void)
{
	struct notice_view v = view_plain();

	v.ticket = v.thread = "drill:2026-01-05-1";
	v.subject = "Walk of chain standard";
	v.mark = DRILL_MARK;
	v.drill = true;
	v.url = NULL;
	return v;
}

static struct letter letter_of(
    const struct notice_view **views, size_t n, enum letter_kind kind)
{
	static const char *urls[] = { "https://sla.example.com/m/ack/x",
		"https://sla.example.com/m/ack/y" };

	return (struct letter){ .kind = kind,
		.m = &m,
		.channel = &channel,
		.base = &channel,
		.person = &people[0],
		.views = views,
		.nviews = n,
		.same = "category",
		.value = "login",
		.since = VIEW_NOW,
		.tickets = (int)n,
		.thread = "",
		.thread_room = "",
		.idempotency_key = "7f3a-17",
		.ack_urls = urls,
		.now = VIEW_NOW };
}

static void channel_is(enum channel_type type)
{
	channel = (struct channel){ .name = "there",
		.type = type,
		.url = "https://there.example.com",
		.token = "0123456789abcdef0123456789abcdef",
		.room = "C0SUPPORT",
		.user = "user",
		.password = "secret",
		.secret = "secret",
		.domain = "mg.example.com",
		.region = "eu-central-1",
		.from = "sla@example.com",
		.signing_secret = "secret" };
}

static const cJSON *sent(struct letter *l)
{
	struct errtext err;
	const char *why;

	out = (struct outgoing){ .url = NULL };
	why = via_of(channel.type)->build(l, &arena, &out);
	ck_assert_msg(why == NULL, "%s", why);
	cJSON_Delete(tree);
	tree = json_gate_parse(out.body, out.len, &err);
	ck_assert_msg(tree != NULL, "%s: %s", err.text, out.body);
	return tree;
}

static const cJSON *in(const cJSON *v, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(v, name);
}

static const char *text(const cJSON *v, const char *name)
{
	const char *got = cJSON_GetStringValue(in(v, name));

	ck_assert_msg(got != NULL, "no %s in %s", name, out.body);
	return got;
}

static void begins(const char *got)
{
	ck_assert_msg(strncmp(got, DRILL_MARK, strlen(DRILL_MARK)) == 0,
	    "not marked: \"%.80s\"", got);
}

/* Within what is seen first, behind an emoji or an asterisk. */
static void is_first_seen(const char *got)
{
	const char *mark = strstr(got, DRILL_MARK);

	ck_assert_msg(
	    mark != NULL && mark - got < 12, "not marked: \"%.80s\"", got);
}

/* --- one check a kind ----------------------------------------------------- */

/* The text of the first block, wherever the blocks are. */
static const char *first_block(const cJSON *message)
{
	const cJSON *block = cJSON_GetArrayItem(in(message, "blocks"), 0);
	const cJSON *attached =
	    cJSON_GetArrayItem(in(message, "attachments"), 0);

	if (block == NULL)
		block = cJSON_GetArrayItem(in(attached, "blocks"), 0);
	return text(in(block, "text"), "text");
}

static int count_of(const char *text, const char *word)
{
	int n = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

static void check_slack(struct letter *l)
{
	const cJSON *message = sent(l);

	begins(text(message, "text"));
	is_first_seen(first_block(message));
	if (l->nviews > 1) /* and on each line of a list */
		ck_assert_int_ge(
		    count_of(out.body, DRILL_MARK), 2 + (int)l->nviews);
}

static void check_mail(struct letter *l)
{
	const char *words = via_of(channel.type)->words(l, &arena);
	const char *body = strstr(words, "\n\n");
	const char *why;
	struct mail_content c;

	begins(words + strlen("Subject: "));
	ck_assert_ptr_nonnull(body);
	begins(body + 2);
	if (l->nviews > 1)
		ck_assert_ptr_nonnull(strstr(body, "\n2. " DRILL_MARK ": "));
	mail_content_init(&c, l);
	ck_assert_ptr_nonnull(strstr(c.html.data, "<title>" DRILL_MARK ": "));
	ck_assert_ptr_nonnull(strstr(c.html.data, "\">" DRILL_MARK ": "));
	if (l->views[0]->reason != NOTICE_RESOLVED)
		ck_assert_ptr_nonnull(strstr(c.html.data, "/m/ack/x"));
	if (l->nviews > 1)
		ck_assert_int_ge(count_of(c.html.data, DRILL_MARK ": "), 4);
	mail_content_fini(&c);
	out = (struct outgoing){ .url = NULL };
	why = via_of(channel.type)->build(l, &arena, &out);
	ck_assert_msg(why == NULL, "%s", why);
	ck_assert(out.len > 0);
}

/* The first words of a card. */
static const char *first_run(const cJSON *v)
{
	const cJSON *child;
	const char *found = NULL;

	if (cJSON_IsObject(v) && in(v, "inlines") != NULL)
		return text(cJSON_GetArrayItem(in(v, "inlines"), 0), "text");
	cJSON_ArrayForEach(child, v)
	{
		if (found == NULL)
			found = first_run(child);
	}
	return found;
}

static void check_teams(struct letter *l)
{
	const cJSON *message = sent(l);
	const char *run = first_run(message);

	begins(text(message, "summary"));
	ck_assert_ptr_nonnull(run);
	begins(run);
}

static void check_pagerduty(struct letter *l)
{
	const cJSON *payload;

	if (l->nviews > 1)
		return;
	payload = in(sent(l), "payload");
	if (l->views[0]->reason == NOTICE_RESOLVED)
		return; /* it says nothing but the alert's key */
	begins(text(payload, "summary"));
	ck_assert_str_eq(text(payload, "severity"), "info");
}

static void check_webhook(struct letter *l)
{
	if (l->nviews > 1)
		return;
	sent(l);
	ck_assert(cJSON_IsTrue(in(tree, "drill")));
	ck_assert(cJSON_IsFalse(in(tree, "test")));
}

static void check(enum channel_type type, struct letter *l)
{
	switch (type) {
	case CHANNEL_LOG:
		break; /* the daemon's line: tests/system/drill.py */
	case CHANNEL_SLACK_WEBHOOK:
	case CHANNEL_SLACK:
		check_slack(l);
		break;
	case CHANNEL_SMTP:
	case CHANNEL_POSTMARK:
	case CHANNEL_SENDGRID:
	case CHANNEL_MAILGUN:
	case CHANNEL_SES:
		check_mail(l);
		break;
	case CHANNEL_TEAMS:
		check_teams(l);
		break;
	case CHANNEL_PAGERDUTY:
		check_pagerduty(l);
		break;
	case CHANNEL_WEBHOOK:
		check_webhook(l);
		break;
	case CHANNEL_TYPE_COUNT:
		ck_abort();
	}
}

/* --- every kind ----------------------------------------------------------- */

START_TEST(every_kind_in_every_form)
{
	struct notice_view plain = drill_view();
	struct notice_view worded = drill_view();
	struct notice_view over = drill_view();
	const struct notice_view *both[] = { &plain, &worded };

	worded.title = "Payment is down";
	worded.body = "Call the bank";
	over.reason = NOTICE_RESOLVED;
	over.face = FACE_OVER;
	channel_is((enum channel_type)_i);
	for (int form = 0; form < 5; form++) {
		const struct notice_view *one = form == 1   ? &worded
						: form == 2 ? &over
							    : &plain;
		struct letter l = form < 3 ? letter_of(&one, 1, LETTER_NOTICE)
				  : form == 3
				      ? letter_of(both, 2, LETTER_DIGEST)
				      : letter_of(both, 2, LETTER_INCIDENT);

		check((enum channel_type)_i, &l);
	}
}
END_TEST

/* A post, its edit, a reply in its thread, a direct message, a mention. */
START_TEST(slack_in_every_place)
{
	struct notice_view v = drill_view();
	const struct notice_view *view = &v;
	struct letter l = letter_of(&view, 1, LETTER_NOTICE);

	channel_is(CHANNEL_SLACK);
	l.person = NULL;
	check_slack(&l);
	ck_assert(out.threads); /* a drill has a thread like any ticket */
	l.thread = "1767603960.000100";
	l.thread_room = "C0SUPPORT";
	check_slack(&l);
	ck_assert_str_eq(text(tree, "thread_ts"), l.thread);
	l.kind = LETTER_EDIT;
	check_slack(&l);
	l.kind = LETTER_NOTICE;
	l.person = &people[0];
	channel.way = WAY_MENTION;
	check_slack(&l);
	ck_assert_ptr_nonnull(strstr(text(tree, "text"), "<@U01MARA>"));
}
END_TEST

/* It is answered like any ticket, but not escalated. */
START_TEST(slack_has_its_buttons)
{
	struct notice_view v = drill_view();
	const struct notice_view *view = &v;
	struct letter l = letter_of(&view, 1, LETTER_NOTICE);

	channel_is(CHANNEL_SLACK);
	l.person = NULL;
	sent(&l);
	ck_assert_ptr_nonnull(strstr(out.body, "\"action_id\":\"ack\""));
	ck_assert_ptr_nonnull(strstr(out.body, "\"action_id\":\"claim\""));
	ck_assert_ptr_nonnull(strstr(out.body, "\"action_id\":\"snooze\""));
	ck_assert_ptr_null(strstr(out.body, "\"action_id\":\"escalate\""));
	v = view_plain();
	sent(&l);
	ck_assert_ptr_nonnull(strstr(out.body, "\"action_id\":\"escalate\""));
	ck_assert_ptr_null(strstr(out.body, DRILL_MARK));
}
END_TEST

static const char *custom(const char *template, const struct notice_view *v)
{
	struct textbuf tb;
	const char *made;

	textbuf_init(&tb);
	ck_assert(webhook_custom(template, v, &tb));
	made = arena_strndup(&arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return made;
}

START_TEST(a_template_cannot_hide_it)
{
	struct notice_view v = drill_view();
	struct textbuf tb;

	v.headline = "Step 1";
	v.severity = "P1";
	ck_assert_str_eq(custom("{\"text\":\"{{headline}}\"}", &v),
	    "{\"text\":\"DRILL: Step 1\"}");
	ck_assert_str_eq(custom("{\"text\":\"{{subject}}\"}", &v),
	    "{\"text\":\"DRILL: Walk of chain standard\"}");
	ck_assert_str_eq(custom("{\"text\":\"{{severity}}\"}", &v),
	    "{\"drill\":true,\"text\":\"P1\"}");
	ck_assert_str_eq(custom(" { }", &v), "{\"drill\":true}");
	ck_assert_str_eq(
	    custom("{\"m\":\"{{mark}}\",\"s\":\"{{severity}}\"}", &v),
	    "{\"m\":\"DRILL\",\"s\":\"P1\"}");
	textbuf_init(&tb); /* there is no place: it is sent in our form */
	ck_assert(!webhook_custom("[\"{{severity}}\"]", &v, &tb));
	ck_assert_uint_eq(tb.len, 0);
	textbuf_fini(&tb);
	v.drill = false;
	v.mark = "";
	ck_assert_str_eq(
	    custom("{\"text\":\"{{headline}}\"}", &v), "{\"text\":\"Step 1\"}");
}
END_TEST

START_TEST(the_page_of_a_link)
{
	struct notice_view v = drill_view();
	struct page page = { .title = "Acknowledge?",
		.text = "Press the button.",
		.button = "Acknowledge",
		.person = "Mara Stein",
		.ticket = &v };
	struct textbuf tb;

	textbuf_init(&tb);
	page_html(&page, &tb);
	ck_assert_ptr_nonnull(
	    strstr(tb.data, "<title>DRILL: Acknowledge?</title>"));
	ck_assert_ptr_nonnull(strstr(tb.data, "<h1>DRILL: Acknowledge?</h1>"));
	ck_assert_ptr_nonnull(strstr(tb.data, "<h2>DRILL: Walk of"));
	ck_assert_ptr_nonnull(strstr(tb.data, "<button"));
	textbuf_fini(&tb);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("drill_marks");
	TCase *tc = tcase_create("marks");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(
	    tc, every_kind_in_every_form, 0, CHANNEL_TYPE_COUNT);
	tcase_add_test(tc, slack_in_every_place);
	tcase_add_test(tc, slack_has_its_buttons);
	tcase_add_test(tc, a_template_cannot_hide_it);
	tcase_add_test(tc, the_page_of_a_link);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
