/* test_conf_rules.c - conditions, validity, rules, the severity table and what
 * a chain asks: is it read as it is meant?
 *
 * The random rounds make a tree of conditions, write it as YAML, and hold what
 * was read, and what a dump of it was read as, against the tree.
 *
 * SPDX-License-Identifier: MIT */
#include "unit/conf_corpus.h"

#include "base/decimal.h"
#include "core/event.h"
#include "core/match.h"

#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                   \
	"severities: { P1: {}, P2: {}, P3: {} }\n"                             \
	"channels: { log: { type: log }, desk: { type: log } }\n"              \
	"calendars: { office: { zone: Europe/Berlin,\n"                        \
	"  week: { mon-fri: \"09:00-17:00\" } } }\n"                           \
	"people: { dana: { channels: log }, eli: { channels: log } }\n"        \
	"teams: { front: { members: [ dana, eli ] } }\n"                       \
	"chains: { up: { steps: [ { notify: log } ] } }\n"

static const struct conf_options options = { .credentials = "" };
static struct conf conf;
static struct textbuf messages;

static void setup(void)
{
	memset(&conf, 0, sizeof conf);
	textbuf_init(&messages);
}

static void teardown(void)
{
	conf_free(&conf);
	textbuf_fini(&messages);
}

static const struct matrix *load(const char *head, const char *text)
{
	struct textbuf whole;
	bool ok;

	conf_free(&conf);
	textbuf_clear(&messages);
	textbuf_init(&whole);
	textbuf_add(&whole, head);
	textbuf_add(&whole, text);
	ok = conf_load_text(
	    "m.yaml", whole.data, whole.len, &options, &conf, &messages);
	ck_assert_msg(ok, "%s\n%s", messages.data, whole.data);
	textbuf_fini(&whole);
	return conf.matrix;
}

/* What the only rule asks. */
static const struct condition *when(const char *text)
{
	struct textbuf rule;
	const struct matrix *m;

	textbuf_init(&rule);
	textbuf_addf(&rule,
	    "rules: [ { name: x, when: %s, then: { tags: y } } ]\n", text);
	m = load(HEAD, rule.data);
	textbuf_fini(&rule);
	ck_assert_int_eq(m->rules[0].when.op, CONDITION_ALL);
	return &m->rules[0].when;
}

/* --- tests ---------------------------------------------------------------- */

/* The name of each field is its key, and its type is how it is read. */
START_TEST(every_field_is_read)
{
	enum condition_field field = (enum condition_field)_i;
	enum condition_type type = condition_field_type(field);
	const struct condition *c;
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "{ %s: ", condition_field_name(field));
	if (field == CONDITION_ATTRIBUTES)
		textbuf_add(&text, "{ region: eu } }");
	else if (field == CONDITION_SEVERITY)
		textbuf_add(&text, "P2 }");
	else if (field == CONDITION_STATUS)
		textbuf_add(&text, "on_hold }");
	else if (type == CONDITION_WORDS || type == CONDITION_PHRASES)
		textbuf_add(&text, "[ One, two three ] }");
	else if (type == CONDITION_TALLY)
		textbuf_add(&text, "\"< 7 in 90m\" }");
	else
		textbuf_addf(&text, "\"<= %s\" }",
		    type == CONDITION_SPAN ? "1d12h" : "-2.5");
	c = when(text.data);
	textbuf_fini(&text);
	ck_assert_uint_eq(c->nparts, 1);
	c = c->parts;
	ck_assert_int_eq(c->op, CONDITION_TEST);
	ck_assert_int_eq(c->field, field);
	if (type == CONDITION_TALLY) {
		ck_assert_int_eq(c->compare, COMPARE_LESS);
		ck_assert_int_eq(c->number, 7);
		ck_assert_int_eq(c->window_ms, 90 * MINUTE_MS);
	} else if (type == CONDITION_SPAN) {
		ck_assert_int_eq(c->compare, COMPARE_AT_MOST);
		ck_assert_int_eq(c->number, 36 * HOUR_MS);
	} else if (type == CONDITION_NUMBER) {
		ck_assert_int_eq(c->compare, COMPARE_AT_MOST);
		ck_assert_int_eq(c->number, -5 * DECIMAL_ONE / 2);
	} else {
		ck_assert_uint_ge(c->nwords, 1);
	}
}
END_TEST

START_TEST(words_are_as_written_and_phrases_folded)
{
	const struct condition *c =
	    when("{ category: [ How-To, b ], text: [ \"Can't  STOP!\", x ],\n"
		 "  attributes: { region: [ eu, us ], plan: gold } }");

	ck_assert_uint_eq(c->nparts, 4);
	ck_assert_str_eq(c->parts[0].words[0], "How-To");
	ck_assert_ptr_null(c->parts[0].written);
	ck_assert_str_eq(c->parts[1].words[0], " cant stop ");
	ck_assert_str_eq(c->parts[1].written[0], "Can't  STOP!");
	ck_assert_str_eq(c->parts[2].attribute, "region");
	ck_assert_uint_eq(c->parts[2].nwords, 2);
	ck_assert_str_eq(c->parts[2].words[1], "us");
	ck_assert_str_eq(c->parts[3].attribute, "plan");
}
END_TEST

static const struct {
	const char *text;
	enum compare compare;
	int64_t number; /* millionths */
} numbers[] = {
	{ "\"< -0.6\"", COMPARE_LESS, -600000 },
	{ "\"<=3\"", COMPARE_AT_MOST, 3000000 },
	{ "\"= 3\"", COMPARE_EQUAL, 3000000 },
	{ "\"!=  0.25\"", COMPARE_UNEQUAL, 250000 },
	{ "\">= 5e4\"", COMPARE_AT_LEAST, 50000000000 },
	{ "\">0\"", COMPARE_MORE, 0 },
	{ "50000", COMPARE_EQUAL, 50000000000 },
};

START_TEST(numbers_are_compared_as_said)
{
	struct textbuf text;
	const struct condition *c;

	textbuf_init(&text);
	textbuf_addf(&text, "{ value: %s }", numbers[_i].text);
	c = when(text.data)->parts;
	textbuf_fini(&text);
	ck_assert_int_eq(c->compare, numbers[_i].compare);
	ck_assert_int_eq(c->number, numbers[_i].number);
}
END_TEST

START_TEST(a_bare_span_must_be_reached)
{
	const struct condition *c =
	    when("{ in_status_for: 3d, renewal_in: \"< 0\" }");

	ck_assert_int_eq(c->parts[0].compare, COMPARE_AT_LEAST);
	ck_assert_int_eq(c->parts[0].number, 3 * DAY_MS);
	ck_assert_int_eq(c->parts[1].compare, COMPARE_LESS);
	ck_assert_int_eq(c->parts[1].number, 0);
}
END_TEST

START_TEST(one_part_is_the_whole)
{
	const struct condition *c;

	ck_assert_uint_eq(when("{}")->nparts, 0);
	c = when("{ any: [ { tier: a }, { tier: b, tags: c } ] }");
	ck_assert_uint_eq(c->nparts, 1);
	c = c->parts;
	ck_assert_int_eq(c->op, CONDITION_ANY);
	ck_assert_uint_eq(c->nparts, 2);
	ck_assert_int_eq(c->parts[0].op, CONDITION_TEST);
	ck_assert_int_eq(c->parts[1].op, CONDITION_ALL);
	ck_assert_uint_eq(c->parts[1].nparts, 2);
	c = when("{ all: [ { any: [ { all: [ { tier: a } ] } ] } ] }");
	ck_assert_uint_eq(c->nparts, 1);
	ck_assert_int_eq(c->parts[0].op, CONDITION_TEST);
	c = when("{ all: [ { tier: a }, { tier: b } ] }");
	ck_assert_uint_eq(c->nparts, 2);
	c = when("{ not: { tier: a, tags: b } }");
	ck_assert_int_eq(c->parts[0].op, CONDITION_NOT);
	ck_assert_uint_eq(c->parts[0].nparts, 1);
	ck_assert_int_eq(c->parts[0].parts[0].op, CONDITION_ALL);
}
END_TEST

/* --- random trees --------------------------------------------------------- */

#define TAGS 6

static void random_tree(struct rng *rng, int depth, struct textbuf *yaml,
    const bool *tags, bool *holds);

static void random_tags(
    struct rng *rng, struct textbuf *yaml, const bool *tags, bool *holds)
{
	size_t n = 1 + rng_below(rng, 3);

	*holds = false;
	textbuf_add(yaml, "tags: [ ");
	for (size_t i = 0; i < n; i++) {
		size_t tag = rng_below(rng, TAGS);

		textbuf_addf(yaml, "%st%zu", i == 0 ? "" : ", ", tag);
		*holds = *holds || tags[tag];
	}
	textbuf_add(yaml, " ]");
}

static void random_list(struct rng *rng, int depth, const char *key,
    struct textbuf *yaml, const bool *tags, bool *holds)
{
	bool is_all = strcmp(key, "all") == 0;
	size_t n = 1 + rng_below(rng, 3);

	*holds = is_all;
	textbuf_addf(yaml, "%s: [ ", key);
	for (size_t i = 0; i < n; i++) {
		bool part;

		textbuf_add(yaml, i == 0 ? "" : ", ");
		random_tree(rng, depth + 1, yaml, tags, &part);
		*holds = is_all ? *holds && part : *holds || part;
	}
	textbuf_add(yaml, " ]");
}

/* A map of some of: tags, all, any, not. */
static void random_tree(struct rng *rng, int depth, struct textbuf *yaml,
    const bool *tags, bool *holds)
{
	static const char *const keys[] = { "tags", "all", "any", "not" };
	unsigned which = 1 + (unsigned)rng_below(rng, depth < 4 ? 15 : 1);
	const char *comma = "";

	*holds = true;
	textbuf_add(yaml, "{ ");
	for (unsigned k = 0; k < 4; k++) {
		bool part = true;

		if ((which & 1u << k) == 0)
			continue;
		textbuf_add(yaml, comma);
		comma = ", ";
		if (k == 0) {
			random_tags(rng, yaml, tags, &part);
		} else if (k < 3) {
			random_list(rng, depth, keys[k], yaml, tags, &part);
		} else {
			textbuf_add(yaml, "not: ");
			random_tree(rng, depth + 1, yaml, tags, &part);
			part = !part;
		}
		*holds = *holds && part;
	}
	textbuf_add(yaml, " }");
}

static bool holds(const struct condition *c, const bool *tags)
{
	if (c->op == CONDITION_NOT) {
		ck_assert_uint_eq(c->nparts, 1);
		return !holds(c->parts, tags);
	}
	if (c->op == CONDITION_TEST) {
		ck_assert_int_eq(c->field, CONDITION_TAGS);
		for (size_t i = 0; i < c->nwords; i++)
			if (tags[c->words[i][1] - '0'])
				return true;
		return false;
	}
	for (size_t i = 0; i < c->nparts; i++)
		if (holds(&c->parts[i], tags) == (c->op == CONDITION_ANY))
			return c->op == CONDITION_ANY;
	return c->op == CONDITION_ALL;
}

/* Below the top, an ALL or ANY has two parts at least. */
static void check_form(const struct condition *c)
{
	ck_assert_uint_le(c->nparts, MATCH_PARTS_MAX);
	for (size_t i = 0; i < c->nparts; i++) {
		const struct condition *p = &c->parts[i];

		if (p->op == CONDITION_ALL || p->op == CONDITION_ANY)
			ck_assert_uint_ge(p->nparts, 2);
		check_form(p);
	}
}

static void check_dump(bool want, const bool *tags)
{
	struct textbuf dump;
	struct textbuf said;
	struct conf again;
	const char *difference;

	textbuf_init(&dump);
	textbuf_init(&said);
	conf_dump(&conf, &dump);
	ck_assert_msg(conf_load_text(
			  "dump", dump.data, dump.len, &options, &again, &said),
	    "%s", said.data);
	difference = conf_difference(&conf, &again);
	ck_assert_msg(
	    difference == NULL, "differs in %s:\n%s", difference, dump.data);
	ck_assert(holds(&again.matrix->rules[0].when, tags) == want);
	conf_free(&again);
	textbuf_fini(&said);
	textbuf_fini(&dump);
}

START_TEST(any_tree_is_read_and_dumped_as_meant)
{
	struct rng rng = rng_seeded("test_conf_rules");
	size_t yes = 0;

	for (int round = 0; round < 300; round++) {
		bool tags[TAGS];
		struct textbuf yaml;
		const struct condition *c;
		bool want;

		for (size_t i = 0; i < TAGS; i++)
			tags[i] = rng_one_in(&rng, 2);
		textbuf_init(&yaml);
		random_tree(&rng, 0, &yaml, tags, &want);
		c = when(yaml.data);
		ck_assert_msg(holds(c, tags) == want, "%s", yaml.data);
		check_form(c);
		check_dump(want, tags);
		yes += want;
		textbuf_fini(&yaml);
	}
	ck_assert_uint_gt(yes, 0);
	ck_assert_uint_lt(yes, 300);
}
END_TEST

/* --- validity ------------------------------------------------------------- */

static const struct {
	const char *zone;
	const char *valid;
	const char *from; /* "": since ever */
	const char *until;
} windows[] = {
	{ "UTC", "2026-12-01..2026-12-07", "2026-12-01T00:00:00Z",
	    "2026-12-08T00:00:00Z" },
	{ "Europe/Berlin", "2026-12-01..2026-12-07", "2026-11-30T23:00:00Z",
	    "2026-12-07T23:00:00Z" },
	/* The clocks change on the days themselves. */
	{ "Europe/Berlin", "2026-03-29..2026-10-25", "2026-03-28T23:00:00Z",
	    "2026-10-25T23:00:00Z" },
	{ "America/New_York", "2026-12-31..2026-12-31", "2026-12-31T05:00:00Z",
	    "2027-01-01T05:00:00Z" },
	{ "UTC", "2028-02-28..2028-02-28", "2028-02-28T00:00:00Z",
	    "2028-02-29T00:00:00Z" },
	{ "UTC", "2026-12-01..", "2026-12-01T00:00:00Z", "" },
	{ "UTC", "..2026-12-07", "", "2026-12-08T00:00:00Z" },
	{ "Europe/Berlin", "2026-12-01T09:00:00+01:00..2026-12-01T09:00:01Z",
	    "2026-12-01T08:00:00Z", "2026-12-01T09:00:01Z" },
	{ "Europe/Berlin", "2026-12-01T09:00:00Z..2026-12-01",
	    "2026-12-01T09:00:00Z", "2026-12-01T23:00:00Z" },
};

static int64_t instant(const char *text)
{
	struct wall at = wall_at(0);

	if (text[0] != '\0')
		ck_assert(wall_parse(text, strlen(text), &at));
	return at.ms;
}

START_TEST(windows_begin_and_end_by_the_zone)
{
	struct textbuf text;
	const struct validity *rule;
	const struct validity *policy;

	textbuf_init(&text);
	textbuf_addf(&text,
	    "matrix: { zone: %s }\n"
	    "rules: [ { name: x, when: {}, valid: \"%s\", then: { tags: y } } "
	    "]\n"
	    "policies: [ { name: x, valid: \"%s\" } ]\n",
	    windows[_i].zone, windows[_i].valid, windows[_i].valid);
	rule = &load(HEAD, text.data)->rules[0].valid;
	policy = &conf.matrix->policies[0].valid;
	textbuf_fini(&text);
	ck_assert_int_eq(rule->from.ms, instant(windows[_i].from));
	ck_assert_int_eq(rule->until.ms, instant(windows[_i].until));
	ck_assert_mem_eq(rule, policy, sizeof *rule);
}
END_TEST

/* --- rules, the table, the matrix ----------------------------------------- */

START_TEST(rules_keep_what_follows)
{
	const struct matrix *m = load(HEAD,
	    "rules:\n"
	    "  - name: all of it\n"
	    "    when: { tier: trial }\n"
	    "    then: { set_severity: P2, team: front, tags: [ a, b ],\n"
	    "      require_human: true, start: up,\n"
	    "      notify: [ dana, one of front ], via: [ desk, log ] }\n"
	    "  - { name: raise, when: {}, then: { raise_to: P1 } }\n"
	    "  - { name: tell, when: {}, then: { notify: eli } }\n");
	const struct rule *r = m->rules;

	ck_assert_uint_eq(m->nrules, 3);
	ck_assert_str_eq(r->name, "all of it");
	ck_assert_int_eq(r->set_severity, 1);
	ck_assert_int_eq(r->raise_to, -1);
	ck_assert_int_eq(r->team, 0);
	ck_assert_uint_eq(r->ntags, 2);
	ck_assert_str_eq(r->tags[1], "b");
	ck_assert(r->require_human);
	ck_assert_int_eq(r->start, 0);
	ck_assert_uint_eq(r->notify.nwho, 2);
	ck_assert_str_eq(r->notify.who[1], "one of front");
	ck_assert_uint_eq(r->notify.nvia, 2);
	ck_assert_str_eq(r->notify.via[0], "desk");
	ck_assert_int_eq(r->valid.from.ms, 0);
	ck_assert_int_eq(r->valid.until.ms, 0);
	r = &m->rules[1];
	ck_assert_int_eq(r->set_severity, -1);
	ck_assert_int_eq(r->raise_to, 0);
	ck_assert_int_eq(r->team, -1);
	ck_assert_int_eq(r->start, -1);
	ck_assert(!r->require_human);
	ck_assert_uint_eq(r->ntags + r->notify.nwho, 0);
	ck_assert_uint_eq(m->rules[2].notify.nvia, 0);
}
END_TEST

START_TEST(the_table_keeps_its_rows)
{
	const struct matrix *m = load(HEAD,
	    "severity_table:\n"
	    "  - { scope: all, severity: P1 }\n"
	    "  - { impact: [ a, b ], workaround: none, severity: P3 }\n");

	ck_assert_uint_eq(m->ntable, 2);
	ck_assert_str_eq(m->table[0].scope[0], "all");
	ck_assert_uint_eq(m->table[0].nimpact + m->table[0].nworkaround, 0);
	ck_assert_int_eq(m->table[0].severity, 0);
	ck_assert_uint_eq(m->table[1].nscope, 0);
	ck_assert_str_eq(m->table[1].impact[1], "b");
	ck_assert_str_eq(m->table[1].workaround[0], "none");
	ck_assert_int_eq(m->table[1].severity, 2);
}
END_TEST

START_TEST(the_matrix_says_who_and_until_when)
{
	const struct matrix *m = load(HEAD,
	    "matrix: { helpdesk: desk, revised: 2026-11-20, review_every: 30d "
	    "}\n");

	ck_assert_int_eq(m->helpdesk, 1);
	ck_assert_int_eq(m->revised.ms, instant("2026-11-20T00:00:00Z"));
	ck_assert_int_eq(m->review_every_ms, 30 * DAY_MS);
	m = load(HEAD, "");
	ck_assert_int_eq(m->helpdesk, -1);
	ck_assert(wall_is_never(m->revised));
	ck_assert_int_eq(m->review_every_ms, 90 * DAY_MS);
	ck_assert_uint_eq(m->nrules + m->ntable, 0);
}
END_TEST

START_TEST(steps_have_hours_and_need_no_via)
{
	static const char head[] =
	    "severities: { P1: {} }\n"
	    "channels: { log: { type: log } }\n"
	    "calendars: { office: { zone: UTC, week: { mon: \"09:00-17:00\" } "
	    "} }\n"
	    "people: { dana: { channels: log }, eli: {} }\n"
	    "teams: { both: { members: [ dana, eli ] },\n"
	    "  one: { members: dana } }\n"
	    "roles: { lead: dana, crew: one }\n"
	    "chains: { x: { handoff: [ tried, customer.tier ], steps: [\n";
	const struct chain *c = load(head,
	    "  { notify: [ dana, one, one of one, lead, crew, log ] },\n"
	    "  { notify: assignee, via: log, hours: office },\n"
	    "  { notify: log, hours: any } ] } }\n")
				    ->chains;

	ck_assert_uint_eq(c->handoff,
	    FIELD_BIT(FIELD_TRIED) | FIELD_BIT(FIELD_CUSTOMER_TIER));
	ck_assert_uint_eq(c->steps[0].nwho, 6);
	ck_assert_uint_eq(c->steps[0].nvia, 0);
	ck_assert_str_eq(c->steps[0].hours, "");
	ck_assert_str_eq(c->steps[1].hours, "office");
	ck_assert_str_eq(c->steps[2].hours, "");
}
END_TEST

/* Whoever can be meant and has no channels of their own is found. */
static const char *const ways_needed[] = { "eli", "both", "one of both",
	"one of team", "assignee", "team", "lead", "crew", "turns" };

START_TEST(a_step_without_a_way_is_refused)
{
	static const char head[] =
	    "severities: { P1: {} }\n"
	    "channels: { log: { type: log } }\n"
	    "people: { dana: { channels: log }, eli: {} }\n"
	    "teams: { both: { members: [ dana, eli ] } }\n"
	    "roles: { lead: eli, crew: both }\n"
	    "oncall: { turns: { members: [ dana, eli ], shift: 1d,\n"
	    "  start: 2026-01-05 } }\n";
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text,
	    "%schains: { x: { steps: [ { notify: [ dana, %s ] } ] } }\n", head,
	    ways_needed[_i]);
	ck_assert(!conf_load_text(
	    "m.yaml", text.data, text.len, &options, &conf, &messages));
	textbuf_fini(&text);
	ck_assert_msg(strstr(messages.data, "give \"eli\" channels") != NULL,
	    "%s", messages.data);
	ck_assert_ptr_null(
	    strstr(strstr(messages.data, "error: ") + 1, "error: "));
}
END_TEST

/* As the journal keeps it: no file, no secret, the same values. */
START_TEST(what_was_stored_loads_the_same)
{
	static const char text[] =
	    HEAD "matrix: { zone: Europe/Berlin, revised: 2026-11-20 }\n"
		 "severity_table: [ { scope: all, severity: P1 } ]\n"
		 "rules:\n"
		 "  - name: x\n"
		 "    when: { text: help, not: { age: 4h } }\n"
		 "    valid: 2026-12-01..\n"
		 "    then: { tags: y, notify: dana }\n"
		 "policies: [ { name: p, when: { value: \"> 3\" },\n"
		 "  targets: { P1: { resolution: 1h } } } ]\n";
	struct textbuf said;
	struct conf stored;

	load("", text);
	textbuf_init(&said);
	ck_assert_msg(conf_load_stored("m.yaml", text, strlen(text), NULL, 0,
			  &options, &stored, &said),
	    "%s", said.data);
	ck_assert_ptr_null(conf_difference(&conf, &stored));
	ck_assert_str_eq(conf.matrix->revision, stored.matrix->revision);
	conf_free(&stored);
	textbuf_fini(&said);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("conf_rules");
	TCase *tc = tcase_create("rules");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, every_field_is_read, 0, CONDITION_FIELD_COUNT);
	tcase_add_test(tc, words_are_as_written_and_phrases_folded);
	tcase_add_loop_test(tc, numbers_are_compared_as_said, 0,
	    sizeof numbers / sizeof numbers[0]);
	tcase_add_test(tc, a_bare_span_must_be_reached);
	tcase_add_test(tc, one_part_is_the_whole);
	tcase_add_test(tc, any_tree_is_read_and_dumped_as_meant);
	tcase_add_loop_test(tc, windows_begin_and_end_by_the_zone, 0,
	    sizeof windows / sizeof windows[0]);
	tcase_add_test(tc, rules_keep_what_follows);
	tcase_add_test(tc, the_table_keeps_its_rows);
	tcase_add_test(tc, the_matrix_says_who_and_until_when);
	tcase_add_test(tc, steps_have_hours_and_need_no_via);
	tcase_add_loop_test(tc, a_step_without_a_way_is_refused, 0,
	    sizeof ways_needed / sizeof ways_needed[0]);
	tcase_add_test(tc, what_was_stored_loads_the_same);
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
