/* test_matrix_diff.c - is every difference named, and nothing else?
 *
 * A corpus of pairs, and random edits of a random matrix: each of them must be
 * named by its path, and as many as were made.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/matrix_diff.h"

#include "lib/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define BASE                                                                   \
	"# The matrix.\n"                                                      \
	"matrix: { owner: mara, fallback: log }\n"                             \
	"calendars:\n"                                                         \
	"  office: { zone: Europe/Berlin, week: { mon-fri: \"09:00-17:00\" } " \
	"}\n"                                                                  \
	"severities: { P1: {}, P2: {}, P3: {} }\n"                             \
	"channels: { log: { type: log }, more: { type: log } }\n"              \
	"people:\n"                                                            \
	"  mara: { email: mara@example.com }\n"                                \
	"  dana: { name: Dana, hours: office }\n"                              \
	"  eli: {}\n"                                                          \
	"chains:\n"                                                            \
	"  standard:\n"                                                        \
	"    steps:\n"                                                         \
	"      - { notify: dana, via: log }\n"                                 \
	"      - { after: 10m, notify: eli, via: log }\n"                      \
	"policies:\n"                                                          \
	"  - name: enterprise\n"                                               \
	"    when: { tier: enterprise }\n"                                     \
	"    targets: { P1: { first_reply: 15m, resolution: 4h } }\n"          \
	"  - name: everyone\n"                                                 \
	"    calendar: office\n"                                               \
	"    targets: { P1: { first_reply: 1h }, P2: { first_reply: 2h } }\n"  \
	"  - name: last\n"                                                     \
	"    targets: { P3: { first_reply: 1d } }\n"

static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_fini(&arena);
}

static struct matrix_side side(const char *text)
{
	return (struct matrix_side){ .name = "m.yaml", .text = text };
}

static struct matrix_diff diff(const char *was, const char *now)
{
	const struct matrix_side a = side(was), b = side(now);
	struct matrix_diff d;
	struct errtext why;

	if (!matrix_diff(&a, &b, &arena, &d, &why))
		ck_abort_msg("%s", why.text);
	return d;
}

/* The first match of `from` replaced. */
static const char *with(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from), *out;
	struct textbuf tb;

	ck_assert_msg(at != NULL, "no %s in %s", from, text);
	textbuf_init(&tb);
	textbuf_addn(&tb, text, (size_t)(at - text));
	textbuf_addf(&tb, "%s%s", to, at + strlen(from));
	out = arena_strdup(&arena, tb.data);
	textbuf_fini(&tb);
	return out;
}

static const char *words(const struct matrix_diff *d)
{
	const char *out;
	struct textbuf tb;

	textbuf_init(&tb);
	for (size_t i = 0; i < d->nchanges; i++) {
		matrix_diff_words(&d->changes[i], &tb);
		textbuf_addc(&tb, '\n');
	}
	for (size_t i = 0; i < d->nfiles; i++) {
		matrix_diff_file_words(&d->files[i], &tb);
		textbuf_addc(&tb, '\n');
	}
	out = arena_strdup(&arena, tb.data);
	textbuf_fini(&tb);
	return out;
}

static const char *summary(const struct matrix_diff *d)
{
	const char *out;
	struct textbuf tb;

	textbuf_init(&tb);
	matrix_diff_summary(d, &tb);
	out = arena_strdup(&arena, tb.data);
	textbuf_fini(&tb);
	return out;
}

/* --- the corpus ---------------------------------------------------------- */

static const struct {
	const char *from; /* in BASE; NULL: what is added at its end */
	const char *to;
	const char *words;
	const char *summary;
} pairs[] = {
	{ "first_reply: 15m", "first_reply: 30m",
	    "policies[enterprise].targets.P1.first_reply: 15m -> 30m\n",
	    "1 target" },
	{ "resolution: 4h", "resolution: 240m", "", "layout or comments" },
	{ "# The matrix.", "# Ours.", "", "layout or comments" },
	{ ", fallback: log }", ", fallback: log, applies: open }", "",
	    "layout or comments" },
	{ ", resolution: 4h", "",
	    "policies[enterprise].targets.P1.resolution: removed, was 4h\n",
	    "1 target" },
	{ "P2: { first_reply: 2h }",
	    "P2: { first_reply: 2h }, P3: { update: 1h }",
	    "policies[everyone].targets.P3: added { update: 1h }\n",
	    "1 target" },
	{ "  eli: {}\n", "  eli: {}\n  omar: { name: \"O, \\u00e9mar\" }\n",
	    "people.omar: added { name: \"O, \xc3\xa9mar\" }\n", "1 person" },
	{ "eli, via: log }\n",
	    "eli, via: log }\n      - { after: 5m, notify: mara, via: log }\n",
	    "chains.standard.steps[3]: added { after: 5m, notify: [ mara ], "
	    "via: [ log ], until: ack, hours: any }\n",
	    "1 chain" },
	{ "      - { notify: dana",
	    "      - { notify: mara, via: more }\n      - { notify: dana",
	    "chains.standard.steps[1]: added { after: 0s, notify: [ mara ], "
	    "via: [ more ], until: ack, hours: any }\n",
	    "1 chain" },
	{ "      - { notify: dana, via: log }\n", "",
	    "chains.standard.steps[1]: removed\n", "1 chain" },
	{ "after: 10m, notify: eli", "after: 20m, notify: eli",
	    "chains.standard.steps[2].after: 10m -> 20m\n", "1 chain" },
	{ "P2: {}, P3", "P2: { title: High }, P3",
	    "severities.P2.title: added High\n", "1 severity" },
	{ "    steps:", "    repeat_after: 1h\n    steps:",
	    "chains.standard.repeat_after: 10m -> 1h\n", "1 chain" },
	{ "P1: {}, P2: {}, P3: {}", "P2: {}, P1: {}, P3: {}",
	    "severities: \"P2\" now before \"P1\"\n", "1 severity" },
	{ "log: { type: log }, more: { type: log }",
	    "more: { type: log }, log: { type: log }",
	    "channels: \"more\" now before \"log\"\n", "1 channel" },
	{ "name: Dana, hours: office", "name: Dana R, zone: Europe/Rome",
	    "people.dana.name: Dana -> Dana R\n"
	    "people.dana.hours: removed, was office\n"
	    "people.dana.zone: added Europe/Rome\n",
	    "1 person" },
	{ "mon-fri: \"09:00-17:00\"", "mon-thu: \"09:00-17:00\"",
	    "calendars.office.week.fri: [ 09:00-17:00 ] -> closed\n",
	    "1 calendar" },
	{ NULL, "daemon: { queue_max: 100 }\n",
	    "daemon.queue_max: 65536 -> 100\n", "1 setting of the daemon" },
};

START_TEST(pairs_differ_in_so_many_words)
{
	const char *text = pairs[_i].from == NULL
			       ? with(BASE "\n#end", "\n#end", pairs[_i].to)
			       : with(BASE, pairs[_i].from, pairs[_i].to);
	struct matrix_diff d = diff(BASE, text);

	ck_assert(!d.as_written);
	ck_assert_str_eq(words(&d), pairs[_i].words);
	ck_assert_str_eq(summary(&d), pairs[_i].summary);
	ck_assert_int_eq(d.layout, *pairs[_i].words == '\0');
	ck_assert(!d.secret);
}
END_TEST

START_TEST(the_same_differs_in_nothing)
{
	struct matrix_diff d = diff(BASE, BASE);

	ck_assert_uint_eq(d.nchanges, 0);
	ck_assert_uint_eq(d.nfiles, 0);
	ck_assert(!d.layout && !d.secret);
	ck_assert_str_eq(summary(&d), "nothing");
}
END_TEST

START_TEST(what_has_moved_is_named)
{
	const char *text = with(BASE, "  - name: last\n", "");
	struct matrix_diff d;

	text = with(text, "    targets: { P3: { first_reply: 1d } }\n", "");
	text = with(text, "policies:\n",
	    "policies:\n  - { name: last, targets: { P3: { first_reply: 1d } } "
	    "}\n");
	d = diff(BASE, text);
	ck_assert_str_eq(
	    words(&d), "policies: \"last\" now before \"enterprise\"\n");
	ck_assert_str_eq(summary(&d), "1 policy");
	d = diff(text, BASE);
	ck_assert_str_eq(words(&d), "policies: \"last\" now last\n");
}
END_TEST

START_TEST(files_beside_it_count_by_lines)
{
	static const struct conf_file was[] = { { "a.ics", "x\ny\nz\n", 6 },
		{ "b.ics", "x\n", 2 }, { "d.ics", "p\nq\n", 4 } };
	static const struct conf_file now[] = { { "a.ics", "x\nw\nz\nz\n", 8 },
		{ "c.ics", "one\ntwo", 7 }, { "d.ics", "q\np\n", 4 } };
	struct matrix_side a = side(BASE), b = side(BASE);
	struct matrix_diff d;
	struct errtext why;

	a.files = was;
	b.files = now;
	a.nfiles = b.nfiles = 3;
	ck_assert(matrix_diff(&a, &b, &arena, &d, &why));
	ck_assert_str_eq(words(&d),
	    "a.ics: changed, 2 lines added, 1 line removed\n"
	    "b.ics: removed, 1 line removed\n"
	    "d.ics: changed, its lines stand in another order\n"
	    "c.ics: added, 2 lines added\n");
	ck_assert_str_eq(summary(&d), "4 files");
	ck_assert(!d.layout);
}
END_TEST

START_TEST(secrets_are_named_as_such)
{
	const char *was = with(BASE, "{ type: log } }",
	    "{ type: slack-webhook, url: \"https://h.example/****\" } }");
	const char *now = with(was, "/****", "/*******");
	struct matrix_diff d = diff(was, now);

	ck_assert_uint_eq(d.nchanges, 0);
	ck_assert(d.secret && !d.layout);
	ck_assert_str_eq(summary(&d), "a secret");
	d = diff(was, with(was, "h.example", "i.example"));
	ck_assert_uint_ge(d.nchanges + d.layout, 1);
}
END_TEST

START_TEST(what_does_not_load_is_compared_as_written)
{
	const char *now = with(BASE, "first_reply: 15m", "first_reply: often");
	struct matrix_side a, b;
	struct matrix_diff d = diff(BASE, now);
	struct errtext why;

	ck_assert(d.as_written);
	ck_assert_str_eq(words(&d),
	    "policies[enterprise].targets.P1.first_reply: 15m -> often\n");
	d = diff(now, with(now, "resolution: 4h", "resolution: 240m"));
	ck_assert_str_eq(words(&d),
	    "policies[enterprise].targets.P1.resolution: 4h -> 240m\n");
	a = side(BASE);
	b = side("a: [");
	b.name = "new.yaml";
	ck_assert(!matrix_diff(&a, &b, &arena, &d, &why));
	ck_assert_msg(strstr(why.text, "new.yaml:") != NULL, "%s", why.text);
}
END_TEST

/* What was written and is filled in now has changed by hand, whatever else. */
START_TEST(a_value_that_is_taken_away_is_named)
{
	const char *was =
	    with(BASE, "    steps:", "    repeat_after: 1h\n    steps:");
	struct matrix_diff d =
	    diff(was, with(BASE, "first_reply: 15m", "first_reply: 30m"));

	ck_assert_str_eq(words(&d),
	    "chains.standard.repeat_after: 1h -> 10m\n"
	    "policies[enterprise].targets.P1.first_reply: 15m -> 30m\n");
}
END_TEST

/* A name that stands twice says nothing of which was which. */
START_TEST(items_of_one_name_are_told_apart_by_their_place)
{
	struct matrix_diff d = diff("a: [ { name: x, v: 1 }, { name: x, v: 2 } "
				    "]\n",
	    "a: [ { name: x, v: 1 }, { name: x, v: 3 } ]\n");

	ck_assert_str_eq(words(&d), "a[2].v: 2 -> 3\n");
}
END_TEST

/* What is removed by its place before, what is added by its place now. */
START_TEST(items_without_a_name_have_their_places)
{
	struct matrix_diff d = diff("a: [ { v: 1 }, { v: 2 }, { v: 3 } ]\n",
	    "a: [ { v: 0 }, { v: 1 }, { v: 3 } ]\n");

	ck_assert_str_eq(words(&d), "a[1]: added { v: 0 }\na[2]: removed\n");
}
END_TEST

START_TEST(odd_keys_and_values_are_quoted)
{
	struct matrix_diff d = diff("a: { \"x.y\": 1, z: \"\" }\nb: [ 1, 2 ]\n",
	    "a: { \"x.y\": [ \"p, q\", \"\" ], z: ' v' }\nb: [ 2 ]\n");

	ck_assert(d.as_written);
	ck_assert_str_eq(words(&d), "a.\"x.y\": 1 -> [ \"p, q\", \"\" ]\n"
				    "a.z: \"\" -> \" v\"\n"
				    "b: [ 1, 2 ] -> [ 2 ]\n");
	ck_assert_str_eq(summary(&d), "3 others");
}
END_TEST

/* --- at random ----------------------------------------------------------- */

enum { POLICIES = 6, PEOPLE = 8, STEPS = 7, EDITS = 12 };

/* A matrix by numbers: what is 0 is not there. */
struct model {
	int order[POLICIES];
	int npolicies;
	int target[POLICIES]; /* minutes */
	int person[PEOPLE];   /* limit */
	int step[STEPS];      /* minutes */
	int nsteps;
};

static const char *write_model(const struct model *m, struct rng *rng)
{
	const char *out;
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_addf(&tb,
	    "# %d\nmatrix: { owner: p0 }\nseverities: { P1: {} }\n"
	    "channels: { log: { type: log } }\npeople:\n",
	    (int)rng_below(rng, 100));
	for (int i = 0; i < PEOPLE; i++)
		if (m->person[i] > 0)
			textbuf_addf(&tb,
			    "  p%d: { limit: { count: %d, per: 15m } }\n", i,
			    m->person[i]);
	textbuf_add(&tb, "chains:\n  c:\n    steps:\n");
	for (int i = 0; i < m->nsteps; i++)
		textbuf_addf(&tb,
		    "    - { after: %dm, notify: p0, via: log }\n", m->step[i]);
	textbuf_add(&tb, "policies:\n");
	for (int i = 0; i < m->npolicies; i++)
		textbuf_addf(&tb,
		    rng_one_in(rng, 2)
			? "  - { name: q%d, targets: { P1: { update: %dm } } "
			  "}\n"
			: "  - name: q%d\n    targets:\n      P1:\n        "
			  "update: %dm\n",
		    m->order[i], m->target[m->order[i]]);
	out = arena_strdup(&arena, tb.data);
	textbuf_fini(&tb);
	return out;
}

static struct model some_model(struct rng *rng)
{
	struct model m = { .nsteps = 2 + (int)rng_below(rng, STEPS - 2),
		.npolicies = POLICIES };

	for (int i = 0; i < POLICIES; i++) {
		m.order[i] = i;
		m.target[i] = 1 + (int)rng_below(rng, 59);
	}
	for (int i = 0; i < PEOPLE; i++)
		m.person[i] = i == 0 || rng_one_in(rng, 2)
				  ? 1 + (int)rng_below(rng, 50)
				  : 0;
	for (int i = 0; i < m.nsteps; i++) /* no two are the same */
		m.step[i] = i == 0 ? 0 : 8 * i + (int)rng_below(rng, 8);
	return m;
}

static const struct matrix_change *find(
    const struct matrix_diff *d, enum matrix_edit edit, const char *path)
{
	for (size_t i = 0; i < d->nchanges; i++)
		if (d->changes[i].edit == edit &&
		    strcmp(d->changes[i].path, path) == 0)
			return &d->changes[i];
	return NULL;
}

/* What the two models differ in must be named; *n counts it. */
static void expect(const struct matrix_diff *d, enum matrix_edit edit,
    const char *form, int at, size_t *n)
{
	char path[64];

	snprintf(path, sizeof path, form, at);
	ck_assert_msg(find(d, edit, path) != NULL, "%s is not %s in:\n%s", path,
	    matrix_edit_name(edit), words(d));
	++*n;
}

static void expect_all(const struct matrix_diff *d, const struct model *a,
    const struct model *b, size_t *n)
{
	for (int i = 0; i < PEOPLE; i++)
		if (a->person[i] != b->person[i])
			expect(d,
			    a->person[i] == 0	? EDIT_ADDED
			    : b->person[i] == 0 ? EDIT_REMOVED
						: EDIT_CHANGED,
			    a->person[i] == 0 || b->person[i] == 0
				? "people.p%d"
				: "people.p%d.limit.count",
			    i, n);
	for (int i = 0; i < POLICIES; i++)
		if (a->target[i] != b->target[i])
			expect(d, EDIT_CHANGED,
			    "policies[q%d].targets.P1.update", i, n);
}

/* One step is changed, put in or taken out. */
static void edit_steps(
    struct model *b, struct rng *rng, enum matrix_edit *edit, int *at)
{
	*at = 1 + (int)rng_below(rng, (uint64_t)b->nsteps - 1);
	*edit = (enum matrix_edit)rng_below(rng, 3);
	if (*edit == EDIT_ADDED && b->nsteps == STEPS)
		*edit = EDIT_CHANGED;
	if (*edit == EDIT_REMOVED) {
		b->nsteps--;
		memmove(&b->step[*at], &b->step[*at + 1],
		    (size_t)(b->nsteps - *at) * sizeof b->step[0]);
		return;
	}
	if (*edit == EDIT_ADDED) {
		memmove(&b->step[*at + 1], &b->step[*at],
		    (size_t)(b->nsteps - *at) * sizeof b->step[0]);
		b->nsteps++;
	}
	b->step[*at] = 100 + (int)rng_below(rng, 50);
}

/* Takes one policy to another place. */
static bool edit_order(struct model *b, struct rng *rng)
{
	int from = (int)rng_below(rng, POLICIES);
	int to = (int)rng_below(rng, POLICIES);
	int moved = b->order[from];

	memmove(&b->order[from], &b->order[from + 1],
	    (size_t)(POLICIES - 1 - from) * sizeof b->order[0]);
	memmove(&b->order[to + 1], &b->order[to],
	    (size_t)(POLICIES - 1 - to) * sizeof b->order[0]);
	b->order[to] = moved;
	return from != to;
}

START_TEST(random_edits_are_named)
{
	struct rng rng = rng_seeded("test_matrix_diff");

	for (int round = 0; round < 300; round++) {
		struct model a = some_model(&rng), b = a;
		enum matrix_edit edit = EDIT_CHANGED;
		struct matrix_diff d;
		bool steps = rng_one_in(&rng, 2), moved = false;
		size_t n = 0;
		int at = 0;

		for (int i = 0; i < (int)rng_below(&rng, EDITS); i++)
			if (rng_one_in(&rng, 2))
				b.target[rng_below(&rng, POLICIES)] =
				    1 + (int)rng_below(&rng, 59);
			else
				b.person[1 + rng_below(&rng, PEOPLE - 1)] =
				    (int)rng_below(&rng, 3);
		if (steps)
			edit_steps(&b, &rng, &edit, &at);
		if (rng_one_in(&rng, 2))
			moved = edit_order(&b, &rng);
		d = diff(write_model(&a, &rng), write_model(&b, &rng));
		expect_all(&d, &a, &b, &n);
		if (steps)
			expect(&d, edit,
			    edit == EDIT_CHANGED ? "chains.c.steps[%d].after"
						 : "chains.c.steps[%d]",
			    at + 1, &n);
		if (moved)
			expect(&d, EDIT_MOVED, "policies", 0, &n);
		ck_assert_msg(d.nchanges == n, "%zu, not %zu:\n%s", d.nchanges,
		    n, words(&d));
		ck_assert(!d.as_written);
		arena_reset(&arena);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("matrix_diff");
	TCase *c = tcase_create("matrix_diff");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, pairs_differ_in_so_many_words, 0,
	    (int)(sizeof pairs / sizeof *pairs));
	tcase_add_test(c, the_same_differs_in_nothing);
	tcase_add_test(c, what_has_moved_is_named);
	tcase_add_test(c, files_beside_it_count_by_lines);
	tcase_add_test(c, secrets_are_named_as_such);
	tcase_add_test(c, what_does_not_load_is_compared_as_written);
	tcase_add_test(c, a_value_that_is_taken_away_is_named);
	tcase_add_test(c, items_of_one_name_are_told_apart_by_their_place);
	tcase_add_test(c, items_without_a_name_have_their_places);
	tcase_add_test(c, odd_keys_and_values_are_quoted);
	tcase_add_test(c, random_edits_are_named);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
