/* test_explain_json.c - an explanation as the API shows it.
 *
 * SPDX-License-Identifier: MIT */
#include "core/simulation.h"
#include "lib/conditions.h"
#include "wire/explain_json.h"
#include "wire/json_gate.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define MONDAY_MS INT64_C(1767603600000) /* 2026-01-05T09:00:00Z */
#define ROWS	  200

static struct matrix *m;
static struct simulation *s;
static struct arena arena;
static struct journal_row rows[ROWS];
static size_t nrows;
static cJSON *tree;

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	(void)user;
	(void)t;
	for (size_t i = 0; i < d->nchanges; i++) {
		bool told = d->changes[i].kind == CHANGE_EVENT;

		ck_assert_uint_lt(nrows, ROWS);
		rows[nrows] = (struct journal_row){ .id = (int64_t)nrows + 1,
			.recorded = now,
			.change = d->changes[i],
			.event_id = told ? ev->id : "",
			.event_type = told ? event_type_name(ev->type) : "",
			.cause = i == 0 ? "event" : "" };
		nrows++;
	}
}

static void make_policies(void)
{
	static const char *gold[] = { "gold" };
	int kind = matrix_kind(m, "agent_work");

	m->npolicies = 2;
	m->policies = arena_alloc(&m->arena, 2 * sizeof *m->policies);
	for (int i = 0; i < 2; i++) {
		struct policy *p = &m->policies[i];

		p->name = i == 0 ? "gold" : "all";
		p->calendar = p->on_warning = p->on_breach = -1;
		p->warnings[0] = (struct warning){ true, 8000, "80%" };
		p->nwarnings = 1;
		for (size_t k = 0; k < m->nkinds; k++)
			p->targets[0][k].calendar = -1;
		p->targets[0][kind].ms = HOUR_MS;
	}
	m->policies[0].when = words_test(CONDITION_TIER, gold, 1);
}

static void setup(void)
{
	static const struct simulation_hooks hooks = { .decided = decided };
	struct event ev = { .type = EVENT_CREATED,
		.id = "e-1",
		.ticket = "t:1",
		.at = wall_at(MONDAY_MS) };

	arena_init(&arena);
	nrows = 0;
	tree = NULL;
	m = matrix_new();
	m->revision = "one";
	m->nseverities = 1;
	m->severities = arena_alloc(&m->arena, sizeof *m->severities);
	m->severities[0] = (struct severity){ .name = "P1", .calendar = -1 };
	m->nchannels = 1;
	m->channels = arena_alloc(&m->arena, sizeof *m->channels);
	m->channels[0].name = "room";
	m->fallback = 0;
	make_policies();
	s = simulation_new(m, &hooks);
	ev.fields.set =
	    FIELD_BIT(FIELD_SEVERITY) | FIELD_BIT(FIELD_CUSTOMER_TIER);
	ev.fields.text[FIELD_SEVERITY] = "P1";
	ev.fields.text[FIELD_CUSTOMER_TIER] = "s\"ilver";
	ck_assert(simulation_event(s, &ev));
}

static void teardown(void)
{
	cJSON_Delete(tree);
	simulation_free(s);
	matrix_free(m);
	arena_fini(&arena);
}

static void tell(const char *id, int64_t after_ms, enum status status)
{
	struct event ev = { .type = EVENT_STATUS,
		.id = id,
		.ticket = "t:1",
		.by = "dana",
		.at = wall_at(MONDAY_MS + after_ms) };

	ev.fields.status = status;
	ck_assert(simulation_event(s, &ev));
}

static void show(int64_t after_ms)
{
	const struct ticket *t;
	struct explain_past past;
	struct explanation e;
	struct errtext err;
	struct json_out j;
	struct textbuf tb;

	simulation_advance(s, wall_at(MONDAY_MS + after_ms));
	t = simulation_find(s, "t:1");
	past = (struct explain_past){ t, rows, nrows, false };
	explain(m, &facts_none, t, &past, simulation_now(s), &arena, &e);
	textbuf_init(&tb);
	json_out_init(&j, &tb);
	explain_json(&e, &j);
	ck_assert_msg(json_gate(tb.data, tb.len, &err), "%s", err.text);
	cJSON_Delete(tree);
	tree = cJSON_Parse(tb.data);
	ck_assert_ptr_nonnull(tree);
	textbuf_fini(&tb);
}

static const cJSON *member(const cJSON *of, const char *name)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(of, name);

	ck_assert_msg(v != NULL, "there is no %s", name);
	return v;
}

static const cJSON *item(const char *list, int i)
{
	const cJSON *v = cJSON_GetArrayItem(member(tree, list), i);

	ck_assert_msg(v != NULL, "%s has no item %d", list, i);
	return v;
}

static const char *text(const cJSON *of, const char *name)
{
	const cJSON *v = member(of, name);

	ck_assert_msg(cJSON_IsString(v), "%s is no text", name);
	return v->valuestring;
}

static int64_t number(const cJSON *of, const char *name)
{
	const cJSON *v = member(of, name);

	ck_assert_msg(cJSON_IsNumber(v), "%s is no number", name);
	return (int64_t)v->valuedouble;
}

static void is_null(const cJSON *of, const char *name)
{
	ck_assert_msg(cJSON_IsNull(member(of, name)), "%s is not null", name);
}

START_TEST(the_head_and_the_policies)
{
	const cJSON *p;

	show(0);
	ck_assert_str_eq(text(tree, "key"), "t:1");
	ck_assert_str_eq(text(tree, "now"), "2026-01-05T09:00:00Z");
	ck_assert_str_eq(text(tree, "tier"), "s\"ilver");
	ck_assert_str_eq(text(tree, "policy"), "all");
	is_null(tree, "assignee");
	ck_assert(cJSON_IsFalse(member(tree, "over")));
	p = item("policies", 0);
	ck_assert_str_eq(text(p, "policy"), "gold");
	ck_assert_str_eq(text(p, "verdict"), "failed");
	ck_assert(cJSON_IsTrue(member(p, "just_missed")));
	ck_assert_str_eq(text(p, "why"), "tier is s\"ilver, wanted gold");
	p = cJSON_GetArrayItem(member(p, "conditions"), 0);
	ck_assert_str_eq(text(p, "field"), "tier");
	ck_assert(cJSON_IsFalse(member(p, "holds")));
	ck_assert_str_eq(text(item("policies", 1), "verdict"), "matched");
}
END_TEST

START_TEST(the_stretches_add_up)
{
	const cJSON *c, *stretch;
	int64_t sum = 0;

	tell("e-2", 10 * MINUTE_MS, STATUS_PENDING);
	tell("e-3", 20 * MINUTE_MS + 7, STATUS_OPEN);
	show(30 * MINUTE_MS);
	c = item("clocks", 0);
	ck_assert_str_eq(text(c, "clock"), "agent_work");
	ck_assert_str_eq(text(c, "state"), "running");
	ck_assert_str_eq(text(c, "calendar_from"), "none");
	is_null(c, "calendar");
	ck_assert_int_eq(cJSON_GetArraySize(member(c, "stretches")), 3);
	cJSON_ArrayForEach(stretch, member(c, "stretches"))
	{
		sum += number(stretch, "counted_ms");
		ck_assert_int_eq(number(stretch, "sum_ms"), sum);
	}
	ck_assert_int_eq(number(c, "elapsed_ms"), sum);
	ck_assert_int_eq(sum, 20 * MINUTE_MS - 7);
	ck_assert_int_eq(number(c, "left_ms"), HOUR_MS - sum);
	stretch = cJSON_GetArrayItem(member(c, "stretches"), 1);
	ck_assert(cJSON_IsFalse(member(stretch, "counts")));
	ck_assert(cJSON_IsFalse(member(stretch, "open")));
	ck_assert_str_eq(text(stretch, "event"), "e-2");
	ck_assert_str_eq(text(stretch, "type"), "status");
	ck_assert_str_eq(text(stretch, "by"), "dana");
	stretch = cJSON_GetArrayItem(member(c, "stretches"), 2);
	ck_assert(cJSON_IsTrue(member(stretch, "open")));
	ck_assert_str_eq(text(stretch, "to"), text(tree, "now"));
}
END_TEST

START_TEST(history_warnings_and_what_comes)
{
	const cJSON *c, *row, *next;

	show(0);
	c = item("clocks", 0);
	row = cJSON_GetArrayItem(member(c, "history"), 0);
	ck_assert_str_eq(text(row, "kind"), "clock_started");
	ck_assert_str_eq(text(row, "event"), "e-1");
	ck_assert_int_eq(number(row, "late_ms"), 0);
	row = cJSON_GetArrayItem(member(c, "warnings"), 0);
	ck_assert_str_eq(text(row, "offset"), "80%");
	ck_assert_str_eq(text(row, "state"), "ahead");
	ck_assert_str_eq(text(row, "at"), "2026-01-05T09:48:00Z");
	next = item("next", 0);
	ck_assert_str_eq(text(next, "at"), "2026-01-05T09:48:00Z");
	ck_assert_str_eq(text(next, "kind"), "clock_warned");
	ck_assert_str_eq(
	    text(next, "what"), "warning: 80% of agent_work is used");
	row = cJSON_GetArrayItem(member(next, "told"), 0);
	ck_assert_str_eq(text(row, "channel"), "room");
	is_null(row, "who");
	is_null(row, "held_until");
	ck_assert_str_eq(text(item("next", 1), "what"), "agent_work breaches");
	ck_assert(cJSON_IsFalse(member(tree, "next_more")));
}
END_TEST

START_TEST(over_and_nothing_comes)
{
	const cJSON *c;

	tell("e-2", 10 * MINUTE_MS, STATUS_SOLVED);
	show(DAY_MS);
	ck_assert(cJSON_IsTrue(member(tree, "over")));
	ck_assert_int_eq(cJSON_GetArraySize(member(tree, "next")), 0);
	c = item("clocks", 0);
	ck_assert_str_eq(text(c, "state"), "met");
	ck_assert_str_eq(text(c, "ended_at"), "2026-01-05T09:10:00Z");
	is_null(c, "left_ms");
	is_null(c, "due");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("explain_json");
	TCase *tc = tcase_create("explain_json");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_head_and_the_policies);
	tcase_add_test(tc, the_stretches_add_up);
	tcase_add_test(tc, history_warnings_and_what_comes);
	tcase_add_test(tc, over_and_nothing_comes);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
