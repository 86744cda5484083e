/* test_store_facts.c - are questions about other tickets answered right?
 *
 * Against a naive count over random tickets, inside a transaction and after it;
 * and each by its index alone.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/store_fixture.h"

#include "store/connection.h"
#include "store/fact_rows.h"

#include <stdio.h>
#include <string.h>

#define ANY(list) (list)[rng_below(&rng, sizeof(list) / sizeof *(list))]

/* --- tickets -------------------------------------------------------------- */

enum { TICKETS = 60, HORIZON = 5000, PICKS_MAX = 400 };

static const char *const names[] = { "acme", "dana", "eli", "caf\xc3\xa9", "" };
static const char *const roles[] = { "one of experts", "assign experts",
	"primary", "one of ", "assign", "" };

struct pick {
	const char *role;
	const char *who;
	int64_t at;
	const struct ticket *t;
};

static struct ticket tickets[TICKETS];
static size_t ntickets;
static struct pick picks[PICKS_MAX];
static size_t npicks;

static const char *name_or_null(void)
{
	return rng_one_in(&rng, 4) ? NULL : ANY(names);
}

static bool is_drill(const struct ticket *t)
{
	return strncmp(t->key, "drill:", 6) == 0;
}

/* A drill is nobody's, and like no other ticket. */
static void empty(struct ticket *t)
{
	t->fields.text[FIELD_CUSTOMER_ID] = NULL;
	t->fields.text[FIELD_CATEGORY] = NULL;
	t->fields.text[FIELD_ASSIGNEE] = NULL;
	t->suggested_to = "";
}

static void fill(struct ticket *t)
{
	t->fields.text[FIELD_CUSTOMER_ID] = name_or_null();
	t->fields.text[FIELD_CATEGORY] = name_or_null();
	t->fields.text[FIELD_ASSIGNEE] = name_or_null();
	t->fields.status = (enum status)rng_below(&rng, STATUS_COUNT);
	t->created = wall_at(rng_between(&rng, 0, HORIZON));
	t->suggested_to = ANY(names);
	t->merged_into = rng_one_in(&rng, 6) ? "zd:1" : "";
	t->deleted = rng_one_in(&rng, 6);
	t->dirty = true;
	if (is_drill(t))
		empty(t);
}

static void add_pick(struct ticket *t)
{
	struct notice *n = world_notice(&rng, t);

	n->role = ANY(roles);
	n->who = ANY(names);
	n->at = wall_at(rng_between(&rng, 0, HORIZON));
	ck_assert_uint_lt(npicks, PICKS_MAX);
	picks[npicks++] = (struct pick){ n->role, n->who, n->at.ms, t };
}

/* A new ticket, or another one is not what it was. */
static void change_one(void)
{
	bool is_new = ntickets < TICKETS && rng_one_in(&rng, 2);
	struct ticket *t;
	char key[24], id[24];
	static long events;

	if (is_new) {
		snprintf(key, sizeof key, "%s:%zu",
		    rng_one_in(&rng, 4) ? "drill" : "zd", ntickets);
		t = &tickets[ntickets++];
		ticket_init(t, &arena, key);
	} else if (ntickets == 0) {
		return;
	} else {
		t = &tickets[rng_below(&rng, ntickets)];
	}
	fill(t);
	if (npicks < PICKS_MAX - 1 && rng_one_in(&rng, 2))
		add_pick(t);
	snprintf(id, sizeof id, "e%ld", events++);
	save(t, id);
}

/* --- the oracle ----------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

static bool counts(const struct ticket *t, const struct fact_question *q)
{
	enum field f = q->fact == FACT_CUSTOMER_TICKETS ? FIELD_CUSTOMER_ID
							: FIELD_CATEGORY;

	if (t->id == q->ticket_id)
		return false;
	if (q->fact == FACT_OPEN_TICKETS)
		return !ticket_is_over(t) &&
		       (same(t->fields.text[FIELD_ASSIGNEE], q->name) ||
			   (*t->suggested_to != '\0' &&
			       same(t->suggested_to, q->name)));
	return !t->deleted && *t->merged_into == '\0' &&
	       same(t->fields.text[f], q->name) &&
	       wall_before(q->since, t->created) &&
	       !wall_before(q->until, t->created);
}

static int64_t naive(const struct fact_question *q)
{
	bool picks_count = strncmp(q->role, "one of ", 7) == 0 ||
			   strncmp(q->role, "assign ", 7) == 0;
	int64_t n = 0;

	if (q->fact != FACT_PICKED_AT) {
		for (size_t i = 0; i < ntickets; i++)
			n += counts(&tickets[i], q);
		return n;
	}
	for (size_t i = 0; picks_count && i < npicks; i++)
		if (same(picks[i].role, q->role) &&
		    (!is_drill(picks[i].t) || picks[i].t->id == q->ticket_id) &&
		    same(picks[i].who, q->name) && picks[i].at > n)
			n = picks[i].at;
	return n;
}

static void ask(int round)
{
	struct fact_question q = {
		.fact = (enum fact)rng_below(&rng, FACT_COUNT),
		.name = ANY(names),
		.role = ANY(roles),
		.ticket_id = rng_between(&rng, 0, (int64_t)ntickets + 1),
		.since = wall_at(rng_between(&rng, -10, HORIZON)),
	};
	int64_t expected, found = -1;

	q.until = wall_plus(q.since, rng_between(&rng, 0, HORIZON));
	if (q.fact != FACT_PICKED_AT)
		q.role = "";
	expected = naive(&q);
	OK(store_answer(store, &q, &found, &err));
	if (found != expected)
		ck_abort_msg(
		    "round %d: %s of \"%s\" as \"%s\" but %lld, (%lld, "
		    "%lld]: expected %lld, found %lld",
		    round, fact_name(q.fact), q.name, q.role,
		    (long long)q.ticket_id, (long long)q.since.ms,
		    (long long)q.until.ms, (long long)expected,
		    (long long)found);
}

/* The answers of a transaction that is not over are those of its own rows. */
START_TEST(answers_are_what_counting_gives)
{
	rng.state += (uint64_t)_i * 7919;
	ntickets = npicks = 0;
	for (int batch = 0; batch < 30; batch++) {
		OK(store_begin(store, &err));
		for (int i = 0; i < 8; i++) {
			change_one();
			ask(_i);
			ask(_i);
		}
		OK(store_commit(store, &err));
		ask(_i);
	}
}
END_TEST

/* What a batch that failed has counted is not counted any more. */
START_TEST(a_rollback_takes_answers_back)
{
	struct fact_question q = {
		.fact = FACT_OPEN_TICKETS, .name = "dana", .role = ""
	};
	struct ticket t;
	int64_t n;

	ticket_init(&t, &arena, "zd:1");
	t.created = wall_at(1);
	t.fields.text[FIELD_ASSIGNEE] = "dana";
	OK(store_begin(store, &err));
	save(&t, "e1");
	OK(store_answer(store, &q, &n, &err));
	ck_assert_int_eq(n, 1);
	store_rollback(store);
	OK(store_answer(store, &q, &n, &err));
	ck_assert_int_eq(n, 0);
}
END_TEST

/* --- plans ---------------------------------------------------------------- */

static const char *const indexes[FACT_COUNT] = {
	[FACT_CUSTOMER_TICKETS] = "ticket_of_customer",
	[FACT_SIMILAR_TICKETS] = "ticket_of_category",
	[FACT_OPEN_TICKETS] = "ticket_of_assignee",
	[FACT_PICKED_AT] = "outbox_picked",
};

static void plan_of(enum fact fact, struct textbuf *out)
{
	struct connection c;
	struct textbuf sql;
	struct call k;

	OK(connection_open_reading(&c, path, 2048, &err));
	textbuf_init(&sql);
	textbuf_addf(&sql, "EXPLAIN QUERY PLAN %s", fact_rows_sql(fact));
	call_begin(&k, &c, &(struct query){ QUERY_ONCE, sql.data });
	while (call_row(&k)) {
		row_int(&k);
		row_int(&k);
		row_int(&k);
		textbuf_addf(out, "%s\n", row_word(&k));
	}
	OK(call_end(&k, &err));
	textbuf_fini(&sql);
	connection_close(&c);
}

/* Not a scan, not a sort, and for what is counted not even the ticket's row. */
START_TEST(each_is_answered_by_its_index)
{
	enum fact fact = (enum fact)_i;
	struct textbuf plan;

	textbuf_init(&plan);
	plan_of(fact, &plan);
	ck_assert_msg(strstr(plan.data, indexes[fact]) != NULL, "%s: %s",
	    fact_name(fact), plan.data);
	ck_assert_msg(strstr(plan.data, "SCAN ticket") == NULL &&
			  strstr(plan.data, "SCAN outbox") == NULL &&
			  strstr(plan.data, "TEMP B-TREE") == NULL,
	    "%s: %s", fact_name(fact), plan.data);
	if (fact == FACT_CUSTOMER_TICKETS || fact == FACT_SIMILAR_TICKETS)
		ck_assert_msg(strstr(plan.data, "COVERING INDEX") != NULL,
		    "%s: %s", fact_name(fact), plan.data);
	if (fact == FACT_OPEN_TICKETS)
		ck_assert_msg(strstr(plan.data, "ticket_suggested") != NULL,
		    "%s: %s", fact_name(fact), plan.data);
	textbuf_fini(&plan);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("store_facts");
	TCase *c = tcase_create("store_facts");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, answers_are_what_counting_gives, 0, 8);
	tcase_add_test(c, a_rollback_takes_answers_back);
	tcase_add_loop_test(c, each_is_answered_by_its_index, 0, FACT_COUNT);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_store_facts");
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
