/* test_event_json.c - the event format, what it takes and what it refuses.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/rng.h"
#include "wire/event_json.h"
#include "wire/json_gate.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                   \
	"\"id\":\"e-1\",\"ticket\":\"zendesk:4711\","                          \
	"\"at\":\"2026-01-05T09:00:00Z\","

static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_fini(&arena);
}

static struct event read_text(const char *text)
{
	struct event ev;
	struct errtext err = { "" };

	ck_assert_msg(event_from_json(text, strlen(text), &arena, &ev, &err),
	    "%s: %s", text, err.text);
	return ev;
}

/* The members of one type, after id, ticket and at. */
static struct event read_event(const char *rest)
{
	struct textbuf tb;
	struct event ev;

	textbuf_init(&tb);
	textbuf_addf(&tb, "{" HEAD "%s}", rest);
	ev = read_text(tb.data);
	textbuf_fini(&tb);
	return ev;
}

static const char *refusal(const char *text)
{
	static struct errtext err;
	struct event ev = { .id = "untouched" };

	errtext_set(&err, "%s", "");
	ck_assert_msg(!event_from_json(text, strlen(text), &arena, &ev, &err),
	    "%s", text);
	ck_assert_str_eq(ev.id, "untouched");
	return err.text;
}

static const char design_example[] =
    "{\"id\": \"e-17\", \"ticket\": \"zendesk:4711\", "
    "\"at\": \"2026-01-05T09:00:00Z\", \"type\": \"created\",\n"
    "\"fields\": {\"subject\": \"Cannot log in\", \"severity\": \"P2\", "
    "\"status\": \"new\", \"category\": \"technical\", "
    "\"channel\": \"email\", \"customer\": {\"id\": \"acme\", "
    "\"name\": \"Acme Corp\", \"tier\": \"enterprise\", \"value\": 50000, "
    "\"renewal\": \"2026-03-01\"}, \"team\": \"frontline\", "
    "\"assignee\": null, \"tags\": [\"login\"], \"url\": \"https://x/1\", "
    "\"text\": \"...\", \"scope\": \"one_account\", "
    "\"impact\": \"workflow_blocked\", \"workaround\": \"none\", "
    "\"tried\": \"reset password, cleared sessions\", "
    "\"next_step\": \"check SSO logs\", \"sentiment\": -0.2, "
    "\"ai_confidence\": 0.4, \"csat\": null, "
    "\"attributes\": {\"region\": \"eu\", \"n\": 1.50}}}";

START_TEST(the_example_of_the_design)
{
	struct event ev = read_text(design_example);

	ck_assert_int_eq(ev.type, EVENT_CREATED);
	ck_assert_str_eq(ev.id, "e-17");
	ck_assert_str_eq(ev.ticket, "zendesk:4711");
	ck_assert_int_eq(ev.at.ms, INT64_C(1767603600000));
	ck_assert_int_eq(ev.author, AUTHOR_CUSTOMER);
	ck_assert_uint_eq(ev.fields.set, (UINT32_C(1) << FIELD_COUNT) - 1);
	ck_assert_str_eq(ev.fields.text[FIELD_SUBJECT], "Cannot log in");
	ck_assert_int_eq(ev.fields.status, STATUS_NEW);
	ck_assert_str_eq(ev.fields.text[FIELD_CUSTOMER_ID], "acme");
	ck_assert_str_eq(ev.fields.text[FIELD_CUSTOMER_VALUE], "50000");
	ck_assert_str_eq(ev.fields.text[FIELD_CUSTOMER_RENEWAL], "2026-03-01");
	ck_assert_ptr_null(ev.fields.text[FIELD_ASSIGNEE]);
	ck_assert_uint_eq(ev.fields.ntags, 1);
	ck_assert_str_eq(ev.fields.tags[0], "login");
	ck_assert_str_eq(ev.fields.text[FIELD_SENTIMENT], "-0.2");
	ck_assert_ptr_null(ev.fields.text[FIELD_CSAT]);
	ck_assert_str_eq(
	    ev.fields.text[FIELD_ATTRIBUTES], "{\"region\":\"eu\",\"n\":1.50}");
	ck_assert_ptr_null(strchr(ev.body, '\n'));
	ck_assert_ptr_nonnull(strstr(ev.body, "\"subject\":\"Cannot log in\""));
}
END_TEST

START_TEST(each_type)
{
	struct event ev;

	ev = read_event("\"type\":\"comment\",\"author\":\"agent\","
			"\"public\":true,\"by\":\"dana\",\"text\":\"hi\"");
	ck_assert_int_eq(ev.type, EVENT_COMMENT);
	ck_assert_int_eq(ev.author, AUTHOR_AGENT);
	ck_assert(ev.is_public);
	ck_assert_str_eq(ev.by, "dana");
	ck_assert_str_eq(ev.text, "hi");
	ev = read_event("\"type\":\"status\",\"status\":\"on_hold\"");
	ck_assert_int_eq(ev.fields.status, STATUS_ON_HOLD);
	ck_assert_uint_eq(ev.fields.set, FIELD_BIT(FIELD_STATUS));
	ev = read_event("\"type\":\"assigned\",\"assignee\":null,"
			"\"team\":\"two\"");
	ck_assert_uint_eq(
	    ev.fields.set, FIELD_BIT(FIELD_ASSIGNEE) | FIELD_BIT(FIELD_TEAM));
	ck_assert_ptr_null(ev.fields.text[FIELD_ASSIGNEE]);
	ck_assert_str_eq(ev.fields.text[FIELD_TEAM], "two");
	ev = read_event("\"type\":\"assigned\",\"assignee\":\"eli\"");
	ck_assert_uint_eq(ev.fields.set, FIELD_BIT(FIELD_ASSIGNEE));
	ev = read_event("\"type\":\"snoozed\",\"by\":\"dana\","
			"\"until\":\"2026-01-05T11:00:00+01:00\"");
	ck_assert_int_eq(ev.until.ms, INT64_C(1767607200000));
	ev = read_event("\"type\":\"due\",\"clock\":\"resolution\","
			"\"due\":null");
	ck_assert(wall_is_never(ev.due));
	ev = read_event("\"type\":\"due\",\"clock\":\"resolution\","
			"\"due\":\"2026-01-05T11:00:00Z\"");
	ck_assert_int_eq(ev.due.ms, INT64_C(1767610800000));
	ck_assert_str_eq(ev.clock, "resolution");
	ev = read_event("\"type\":\"escalated\",\"chain\":\"standard\","
			"\"by\":\"dana\"");
	ck_assert_str_eq(ev.chain, "standard");
	ck_assert_str_eq(ev.by, "dana");
	ck_assert_ptr_null(ev.fields.text[FIELD_TEAM]);
	ev = read_event("\"type\":\"escalated\",\"chain\":null,"
			"\"team\":\"billing\",\"by\":\"dana\"");
	ck_assert_ptr_null(ev.chain);
	ck_assert_str_eq(ev.fields.text[FIELD_TEAM], "billing");
	ev = read_event("\"type\":\"updated\",\"by\":\"omar\","
			"\"fields\":{\"severity\":\"P1\"}");
	ck_assert_str_eq(ev.by, "omar");
	ev = read_event("\"type\":\"merged\",\"into\":\"zendesk:1\"");
	ck_assert_str_eq(ev.into, "zendesk:1");
	ev = read_event("\"type\":\"deleted\"");
	ck_assert_int_eq(ev.type, EVENT_DELETED);
	ev = read_event("\"type\":\"acknowledged\",\"by\":\"dana\"");
	ev = read_event("\"type\":\"claimed\",\"by\":\"dana\"");
	ev = read_event("\"type\":\"note\",\"text\":\"x\",\"by\":null");
	ck_assert_ptr_null(ev.by);
	ev = read_event("\"type\":\"severity_confirmed\",\"by\":\"dana\"");
	ev = read_event("\"type\":\"created\"");
	ck_assert_uint_eq(ev.fields.set, 0);
	ev = read_event("\"type\":\"updated\",\"fields\":{\"tags\":null,"
			"\"customer\":null,\"subject\":\"\"}");
	ck_assert_uint_eq(ev.fields.ntags, 0);
	ck_assert_ptr_null(ev.fields.text[FIELD_SUBJECT]);
	ck_assert(ev.fields.set & FIELD_BIT(FIELD_CUSTOMER_RENEWAL));
}
END_TEST

static const struct {
	const char *text;
	const char *reason;
} refusals[] = {
	{ "[]", "an event must be an object" },
	{ "{", "line 1 column 2: the text ends here" },
	{ "{}", "type: missing" },
	{ "{\"type\":5}", "type: must be a text" },
	{ "{\"type\":\"tick\"}", "type: unknown type \"tick\"" },
	{ "{\"type\":\"delivery\"}", "type: unknown type \"delivery\"" },
	{ "{\"type\":\"create\"}", "type: unknown type \"create\"; did "
				   "you mean \"created\"?" },
	{ "{\"type\":\"deleted\"}", "id: missing" },
	{ "{\"id\":17,\"type\":\"deleted\"}", "id: must be a text" },
	{ "{\"id\":\"\",\"type\":\"deleted\"}", "id: may not be empty" },
	{ "{\"id\":\"a\\nb\",\"type\":\"deleted\"}",
	    "id: holds a control character" },
	{ "{\"ticket\":\"4711\",\"type\":\"deleted\"}",
	    "ticket: not a ticket's key (SOURCE:ID, at most 200 "
	    "bytes)" },
	{ "{\"at\":\"yesterday\",\"type\":\"deleted\"}",
	    "at: not an RFC 3339 instant: \"yesterday\"" },
	{ "{\"at\":1767603600,\"type\":\"deleted\"}",
	    "at: must be an RFC 3339 instant in quotes" },
	{ "{" HEAD "\"type\":\"deleted\",\"Type\":1}",
	    "Type: unknown member \"Type\"; did you mean \"type\"?" },
	{ "{" HEAD "\"type\":\"updated\",\"feilds\":{}}",
	    "feilds: unknown member \"feilds\"; did you mean "
	    "\"fields\"?" },
	{ "{" HEAD "\"type\":\"deleted\",\"zebra\":1}",
	    "zebra: unknown member \"zebra\"" },
	{ "{" HEAD "\"type\":\"status\",\"public\":true}",
	    "public: does not belong to type \"status\"" },
	{ "{" HEAD "\"type\":\"status\"}", "status: missing" },
	{ "{" HEAD "\"type\":\"status\",\"status\":\"opne\"}",
	    "status: unknown status \"opne\"; did you mean \"open\"?" },
	{ "{" HEAD "\"type\":\"status\",\"status\":null}",
	    "status: must be a text" },
	{ "{" HEAD "\"type\":\"comment\",\"author\":\"agent\"}",
	    "public: missing" },
	{ "{" HEAD "\"type\":\"comment\",\"author\":\"dana\"}",
	    "author: must be customer, agent, bot or system" },
	{ "{" HEAD "\"type\":\"comment\",\"public\":1}",
	    "public: must be true or false" },
	{ "{" HEAD "\"type\":\"assigned\",\"by\":\"x\"}",
	    "assignee: missing, and so is team" },
	{ "{" HEAD "\"type\":\"claimed\"}", "by: missing" },
	{ "{" HEAD "\"type\":\"claimed\",\"by\":null}", "by: must be a text" },
	{ "{" HEAD "\"type\":\"note\",\"text\":\"\"}",
	    "text: may not be empty" },
	{ "{" HEAD "\"type\":\"due\",\"clock\":\"x\"}", "due: missing" },
	{ "{" HEAD "\"type\":\"merged\",\"into\":\"x y\"}",
	    "into: not a ticket's key (SOURCE:ID, at most 200 "
	    "bytes)" },
	{ "{" HEAD "\"type\":\"updated\"}", "fields: missing" },
	{ "{" HEAD "\"type\":\"updated\",\"fields\":[]}",
	    "fields: must be an object" },
	{ "{" HEAD "\"type\":\"updated\",\"fields\":{\"custmer\":{}}}",
	    "fields.custmer: unknown member \"custmer\"; did you mean "
	    "\"customer\"?" },
	{ "{" HEAD "\"type\":\"updated\",\"fields\":"
	  "{\"customer.tier\":\"x\"}}",
	    "fields.customer.tier: unknown member "
	    "\"customer.tier\"" },
	{ "{" HEAD "\"type\":\"updated\",\"fields\":"
	  "{\"customer\":{\"teir\":1}}}",
	    "fields.customer.teir: unknown member \"teir\"; did you "
	    "mean \"tier\"?" },
	{ "{" HEAD "\"type\":\"updated\",\"fields\":"
	  "{\"customer\":{\"value\":\"5\"}}}",
	    "fields.customer.value: must be a number" },
	{ "{" HEAD "\"type\":\"updated\",\"fields\":"
	  "{\"customer\":{\"renewal\":\"2026-02-30\"}}}",
	    "fields.customer.renewal: must be a date, YYYY-MM-DD" },
	{ "{" HEAD "\"type\":\"updated\",\"fields\":{\"subject\":5}}",
	    "fields.subject: must be a text" },
	{ "{" HEAD "\"type\":\"updated\",\"fields\":"
	  "{\"tags\":[\"a\",7]}}",
	    "fields.tags: tag 2: must be a text" },
	{ "{" HEAD "\"type\":\"updated\",\"fields\":"
	  "{\"attributes\":[]}}",
	    "fields.attributes: must be an object" },
	{ "{" HEAD "\"type\":\"deleted\",\"id\":\"e-2\"}",
	    "line 1 column 82: duplicate key \"id\"" },
};

START_TEST(refuses_by_name)
{
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
		ck_assert_str_eq(refusal(refusals[i].text), refusals[i].reason);
}
END_TEST

static char *with_text(const char *before, size_t count, const char *after)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_add(&tb, before);
	for (size_t i = 0; i < count; i++)
		textbuf_add(&tb, "\xc3\xa4");
	textbuf_add(&tb, after);
	return textbuf_take(&tb);
}

START_TEST(limits)
{
	static const char subject[] =
	    "{" HEAD "\"type\":\"updated\",\"fields\":{\"subject\":\"";
	static const char note[] = "{" HEAD "\"type\":\"note\",\"text\":\"";
	struct event ev;
	char *text;

	text = with_text(subject, EVENT_FIELD_MAX / 2, "\"}}");
	ev = read_text(text);
	ck_assert_uint_eq(
	    strlen(ev.fields.text[FIELD_SUBJECT]), EVENT_FIELD_MAX);
	free(text);
	text = with_text(subject, EVENT_FIELD_MAX / 2 + 1, "\"}}");
	ck_assert_str_eq(
	    refusal(text), "fields.subject: longer than 1000 bytes");
	free(text);
	text = with_text(note, EVENT_TEXT_MAX, "x\"}");
	ev = read_text(text);
	ck_assert_uint_eq(strlen(ev.text), EVENT_TEXT_MAX);
	ck_assert(utf8_valid(ev.text, strlen(ev.text)));
	free(text);
	text = with_text(note, EVENT_BYTES_MAX / 2, "\"}");
	ck_assert_str_eq(refusal(text), "an event of over 65536 bytes");
	free(text);
	text = with_text("{\"type\":\"deleted\",\"id\":\"", 101, "\"}");
	ck_assert_str_eq(refusal(text), "id: longer than 200 bytes");
	free(text);
}
END_TEST

START_TEST(tags_have_a_limit)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_add(
	    &tb, "{" HEAD "\"type\":\"updated\",\"fields\":{\"tags\":[\"t\"");
	for (int i = 1; i < EVENT_TAGS_MAX; i++)
		textbuf_add(&tb, ",\"t\"");
	textbuf_add(&tb, "]}}");
	ck_assert_uint_eq(read_text(tb.data).fields.ntags, EVENT_TAGS_MAX);
	tb.len -= 3;
	textbuf_add(&tb, ",\"t\"]}}");
	ck_assert_str_eq(refusal(tb.data), "fields.tags: more than 64 tags");
	textbuf_fini(&tb);
}
END_TEST

/* A name or a value may be written with escapes; the numbers' own text is
 * found all the same. */
START_TEST(escaped_names)
{
	struct event ev = read_text(
	    "{" HEAD "\"ty\\u0070e\":\"updated\",\"fi\\u0065lds\":"
	    "{\"customer\":{\"id\":\"x\\\"}\",\"val\\u0075e\":1e3}}}");

	ck_assert_str_eq(ev.fields.text[FIELD_CUSTOMER_VALUE], "1e3");
	ck_assert_str_eq(ev.fields.text[FIELD_CUSTOMER_ID], "x\"}");
}
END_TEST

static const char *some_text(struct rng *rng)
{
	static const char *const words[] = { "a", "P1", "x\"y\\z", "\n\t\x01",
		"\xc3\xa9\xf0\x9f\x98\x80", "5", "null", "{}", " ", "\x7f" };

	return words[rng_below(rng, sizeof words / sizeof words[0])];
}

static const char *some_value(struct rng *rng, enum field f)
{
	static const char *const numbers[] = { "0", "-0.2", "50000", "1e3",
		"12345678901234567890", "0.10" };

	if (rng_one_in(rng, 4))
		return NULL;
	if (f == FIELD_ATTRIBUTES)
		return rng_one_in(rng, 2) ? "{}" : "{\"a\":[1,{\"b\":\"c\"}]}";
	if (f == FIELD_CUSTOMER_RENEWAL)
		return "2024-02-29";
	if (f == FIELD_CUSTOMER_VALUE || f == FIELD_SENTIMENT ||
	    f == FIELD_AI_CONFIDENCE || f == FIELD_CSAT)
		return numbers[rng_below(rng, 6)];
	return some_text(rng);
}

static void some_fields(struct rng *rng, struct fields *out)
{
	static const char *tags[3];

	out->set = (uint32_t)rng_u64(rng) & (FIELD_BIT(FIELD_COUNT) - 1);
	for (int f = 0; f < FIELD_COUNT; f++)
		out->text[f] = some_value(rng, (enum field)f);
	out->status = (enum status)rng_below(rng, STATUS_COUNT);
	for (int i = 0; i < 3; i++)
		tags[i] = some_text(rng);
	out->tags = tags;
	out->ntags = (size_t)rng_below(rng, 4);
}

static struct event some_event(struct rng *rng)
{
	struct event ev = { .id = "e", .ticket = "a:b" };

	ev.type = (enum event_type)rng_below(rng, EVENT_FROM_OUTSIDE_COUNT);
	ev.at = wall_at(rng_between(rng, 0, WALL_MAX_MS - 1));
	some_fields(rng, &ev.fields);
	ev.author = (enum author)rng_below(rng, AUTHOR_COUNT);
	ev.is_public = rng_one_in(rng, 2);
	ev.until = wall_at(rng_between(rng, 0, WALL_MAX_MS - 1));
	ev.due = rng_one_in(rng, 2) ? WALL_NEVER : ev.until;
	ev.clock = ev.chain = some_text(rng);
	ev.into = "c:d";
	if (ev.type == EVENT_ASSIGNED)
		ev.fields.set = FIELD_BIT(FIELD_TEAM) |
				(ev.fields.set & FIELD_BIT(FIELD_ASSIGNEE));
	if (ev.type != EVENT_CREATED && ev.type != EVENT_UPDATED &&
	    ev.type != EVENT_DUE && ev.type != EVENT_MERGED &&
	    ev.type != EVENT_DELETED)
		ev.by = some_text(rng);
	if (ev.type == EVENT_COMMENT || ev.type == EVENT_NOTE ||
	    ev.type == EVENT_ESCALATED)
		ev.text = some_text(rng);
	return ev;
}

/* Written, read, and written again: the same text; and the body is it. */
START_TEST(round_trip)
{
	struct rng rng = rng_seeded("test_event_json");
	struct textbuf one;
	struct textbuf two;
	struct errtext err;

	textbuf_init(&one);
	textbuf_init(&two);
	for (int i = 0; i < 5000; i++) {
		struct event ev = some_event(&rng);
		struct event back;

		arena_reset(&arena);
		textbuf_clear(&one);
		textbuf_clear(&two);
		event_to_json(&ev, &one);
		ck_assert_msg(
		    event_from_json(one.data, one.len, &arena, &back, &err),
		    "%s: %s", one.data, err.text);
		ck_assert_str_eq(back.body, one.data);
		event_to_json(&back, &two);
		ck_assert_str_eq(one.data, two.data);
		ck_assert_int_eq(back.at.ms, ev.at.ms);
		ck_assert_int_eq(back.type, ev.type);
	}
	textbuf_fini(&one);
	textbuf_fini(&two);
}
END_TEST

/* Valid JSON with members moved, values swapped, bytes changed: refused with a
 * reason or read, never worse. */
START_TEST(rubbish)
{
	struct rng rng = rng_seeded("test_event_json");
	size_t len = sizeof design_example - 1;
	char *text = malloc(len);
	size_t refused = 0;

	for (int i = 0; i < 20000; i++) {
		struct errtext err = { "" };
		struct event ev;

		arena_reset(&arena);
		memcpy(text, design_example, len);
		for (uint64_t n = rng_below(&rng, 3); n > 0; n--)
			text[rng_below(&rng, len)] =
			    design_example[rng_below(&rng, len)];
		if (!event_from_json(text, len, &arena, &ev, &err)) {
			refused++;
			ck_assert_str_ne(err.text, "");
		}
	}
	ck_assert(refused > 1000 && refused < 20000);
	free(text);
}
END_TEST

START_TEST(names_of_events)
{
	enum event_type type;
	enum author author;

	for (int i = 0; i < EVENT_FROM_OUTSIDE_COUNT; i++) {
		ck_assert(event_type_parse(
		    event_type_name((enum event_type)i), &type));
		ck_assert_int_eq(type, i);
	}
	for (int i = EVENT_TICK; i < EVENT_TYPE_COUNT; i++)
		ck_assert(!event_type_parse(
		    event_type_name((enum event_type)i), &type));
	for (int i = 0; i < AUTHOR_COUNT; i++) {
		ck_assert(author_parse(author_name((enum author)i), &author));
		ck_assert_int_eq(author, i);
	}
	ck_assert(!author_parse("Agent", &author));
	for (int i = 0; i < FIELD_COUNT; i++)
		ck_assert_str_ne(field_name((enum field)i), "");
	ck_assert_str_eq(field_name(FIELD_CUSTOMER_TIER), "customer.tier");
	ck_assert_str_eq(delivery_name(DELIVERY_AGAIN), "again");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("event_json");
	TCase *tc = tcase_create("event_json");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_example_of_the_design);
	tcase_add_test(tc, each_type);
	tcase_add_test(tc, refuses_by_name);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, tags_have_a_limit);
	tcase_add_test(tc, escaped_names);
	tcase_add_test(tc, round_trip);
	tcase_add_test(tc, rubbish);
	tcase_add_test(tc, names_of_events);
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
