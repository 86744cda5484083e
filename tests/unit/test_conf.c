/* test_conf.c - the corpus: good files load and survive a dump, bad files are
 * refused with exactly the messages beside them.
 *
 * SPDX-License-Identifier: MIT */
#include "unit/conf_corpus.h"

#include "conf/keys.h"
#include "conf/yaml_node.h"

#include "lib/rng.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BAD_LEAST  50 /* files the corpus has at least */
#define GOOD_LEAST 10

/* No credentials from outside, whatever the environment. */
static const struct conf_options bare = { .credentials = "" };
static const struct conf_options without_secrets = { .credentials = "",
	.no_secrets = true };

/* What NAME.expect beside NAME.yaml says; "" if there is none. */
static char *expected(const char *folder, const char *name)
{
	char path[4096];
	size_t len = 0;
	char *text;

	snprintf(path, sizeof path, "%s/%.*s.expect", folder,
	    (int)strlen(name) - 5, name);
	text = slurp(path, &len);
	return text == NULL ? calloc(1, 1) : text;
}

static char *source(const char *folder, const char *name, size_t *len)
{
	char path[4096];
	char *text;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	text = slurp(path, len);
	ck_assert_msg(text != NULL, "%s", path);
	return text;
}

/* --- bad ------------------------------------------------------------------ */

static void refuse(const char *folder, const char *name)
{
	struct textbuf messages;
	struct conf conf;
	size_t len;
	char *text = source(folder, name, &len);
	char *want = expected(folder, name);

	textbuf_init(&messages);
	ck_assert_msg(!conf_load_text(name, text, len, &bare, &conf, &messages),
	    "%s loads", name);
	ck_assert_msg(want[0] != '\0', "%s has no .expect", name);
	ck_assert_msg(strcmp(messages.data, want) == 0,
	    "%s\n--- expected\n%s--- got\n%s", name, want, messages.data);
	ck_assert_ptr_null(conf.matrix);
	ck_assert_msg(strstr(messages.data, "topsecret") == NULL,
	    "%s shows a secret", name);
	textbuf_fini(&messages);
	free(want);
	free(text);
}

START_TEST(test_bad)
{
	size_t n = corpus_each("tests/conf/bad", refuse);

	printf("conf: looked at %zu bad files\n", n);
	ck_assert_uint_ge(n, BAD_LEAST);
}
END_TEST

/* --- good ----------------------------------------------------------------- */

/* Without the two lines of comment: the revision is that of the bytes. */
static const char *body(const struct textbuf *dump)
{
	const char *matrix = strstr(dump->data, "matrix:");

	ck_assert_ptr_nonnull(matrix);
	return matrix;
}

/* Dumps, loads the dump, compares every value, and dumps again. */
static void round_trip(const char *name, const struct conf *first)
{
	struct textbuf dump;
	struct textbuf again;
	struct textbuf messages;
	struct conf second;
	const char *difference;

	textbuf_init(&dump);
	textbuf_init(&again);
	textbuf_init(&messages);
	conf_dump(first, &dump);
	ck_assert_msg(conf_load_text(name, dump.data, dump.len,
			  &without_secrets, &second, &messages),
	    "the dump of %s does not load:\n%s\n%s", name, messages.data,
	    dump.data);
	difference = conf_difference(first, &second);
	ck_assert_msg(
	    difference == NULL, "%s: the dump differs in %s", name, difference);
	conf_dump(&second, &again);
	ck_assert_str_eq(body(&dump), body(&again));
	conf_free(&second);
	textbuf_fini(&messages);
	textbuf_fini(&again);
	textbuf_fini(&dump);
}

static void accept(const char *folder, const char *name)
{
	struct textbuf messages;
	struct conf conf;
	size_t len;
	char *text = source(folder, name, &len);
	char *want = expected(folder, name);

	textbuf_init(&messages);
	ck_assert_msg(
	    conf_load_text(name, text, len, &without_secrets, &conf, &messages),
	    "%s is refused:\n%s", name, messages.data);
	ck_assert_msg(strcmp(messages.data, want) == 0,
	    "%s\n--- expected\n%s--- got\n%s", name, want, messages.data);
	round_trip(name, &conf);
	conf_free(&conf);
	textbuf_fini(&messages);
	free(want);
	free(text);
}

START_TEST(test_good)
{
	size_t n = corpus_each("tests/conf/good", accept);

	printf("conf: looked at %zu good files\n", n);
	ck_assert_uint_ge(n, GOOD_LEAST);
}
END_TEST

/* --- everything ----------------------------------------------------------- */

static bool has_key(
    const struct yaml_node *node, const char *path, const char *name);

/* In a section whose names are the user's, or in a list: in any entry. */
static bool any_has_key(
    const struct yaml_node *node, const char *path, const char *name)
{
	for (size_t i = 0; i < node->count; i++)
		if (has_key(node->kind == YAML_LIST ? node->items[i]
						    : node->pairs[i].value,
			path, name))
			return true;
	return false;
}

/* The path is a section of keys.h: "policies[].targets.SEVERITY.KIND". */
static bool has_key(
    const struct yaml_node *node, const char *path, const char *name)
{
	size_t len = strcspn(path, ".[");
	const char *rest = path + len;
	char part[64];

	if (node == NULL || (node->kind != YAML_MAP && node->kind != YAML_LIST))
		return false;
	rest += rest[0] == '.';
	if (strncmp(path, "[]", 2) == 0)
		return any_has_key(node, path + (path[2] == '.' ? 3 : 2), name);
	if (path[0] == '\0')
		return yaml_get(node, name) != NULL;
	if (path[0] >= 'A' && path[0] <= 'Z')
		return any_has_key(node, rest, name);
	snprintf(part, sizeof part, "%.*s", (int)len, path);
	return has_key(yaml_get(node, part), rest, name);
}

/* A condition's keys: of every `when`, however deep. */
static bool when_has_key(
    const struct yaml_node *node, const char *name, bool within)
{
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_pair *pair;

		if (node->kind == YAML_LIST) {
			if (when_has_key(node->items[i], name, within))
				return true;
			continue;
		}
		pair = &node->pairs[i];
		if (within && strcmp(pair->key->text, name) == 0)
			return true;
		if (when_has_key(pair->value, name,
			within || strcmp(pair->key->text, "when") == 0))
			return true;
	}
	return false;
}

static bool everything_has(
    const struct yaml_node *root, const struct conf_key *k)
{
	if (strcmp(k->section, "SECRET") == 0)
		return true;
	if (strcmp(k->section, "WHEN") == 0)
		return when_has_key(root, k->name, false);
	return has_key(root, k->section, k->name);
}

/* What everything.yaml does not say, no round trip has seen. */
START_TEST(test_everything)
{
	struct arena arena = ARENA_INIT;
	struct report report;
	const struct yaml_node *root;
	char path[4096];
	size_t len = 0;
	char *text;

	srcdir_path(path, sizeof path, "tests/conf/good/everything.yaml");
	text = slurp(path, &len);
	ck_assert_ptr_nonnull(text);
	report_init(&report, &arena, "everything.yaml", text, len);
	root = yaml_parse(text, len, &arena, &report);
	ck_assert_ptr_nonnull(root);
	for (size_t i = 0; i < conf_keys_count; i++)
		ck_assert_msg(everything_has(root, &conf_keys[i]),
		    "everything.yaml lacks %s of \"%s\"", conf_keys[i].name,
		    conf_keys[i].section);
	ck_assert(!has_key(root, "policies[].targets.SEVERITY.KIND", "until"));
	ck_assert(!has_key(root, "policies[]", "within"));
	ck_assert(!when_has_key(root, "within", false));
	arena_fini(&arena);
	free(text);
}
END_TEST

/* --- the installed examples ----------------------------------------------- */

static void example_at(const char *file, bool may_warn, struct wall now)
{
	struct conf_options options = without_secrets;
	char path[4096];
	struct textbuf messages;
	struct conf conf;

	options.now = now;
	options.is_check = true;
	srcdir_path(path, sizeof path, file);
	textbuf_init(&messages);
	ck_assert_msg(
	    conf_load(path, &options, &conf, &messages), "%s", messages.data);
	ck_assert_msg(may_warn || messages.len == 0, "%s", messages.data);
	round_trip(path, &conf);
	conf_free(&conf);
	textbuf_fini(&messages);
}

static void example(const char *file, bool may_warn)
{
	example_at(file, may_warn, wall_at(0));
}

START_TEST(test_examples)
{
	example("etc/slawatchd.yaml", false);
	example("etc/demo.yaml", false);
	example("etc/incidents.yaml", true); /* http on the loopback */
	/* With its coverage, on a Saturday morning. */
	example_at("etc/support.yaml", false,
	    wall_at(civil_days(2026, 11, 21) * DAY_MS + 10 * HOUR_MS));
}
END_TEST

/* --- mutations ------------------------------------------------------------ */

/* Small enough to be parsed some thousand times; every section is in it. */
static const char seed_text[] =
    "matrix: { owner: a, revised: 2026-11-20, fallback: log,\n"
    "  zone: Europe/Berlin }\n"
    "calendars: { c: { open: always } }\n"
    "severities: { P1: &s { title: \"Cr\\u0069tical\" }, P2: *s }\n"
    "channels:\n"
    "  log: { type: log }\n"
    "  hook: { type: webhook, url: https://x.example.com/topsecret,\n"
    "    body: '{\"a\": \"{{#team}}{{ticket}}{{/team}}\"}' }\n"
    "  s: { type: slack, token: { credential: t }, channel: C01ABC,\n"
    "    budget: { every: 2s, burst: 3, reserve: 1 },\n"
    "    text: { title: \"{{headline}}\" } }\n"
    "people: { a: { email: a@example.com, channels: [ dm, s.mention ],\n"
    "    sees: own, limit: { count: 3, per: 5m } }, b: }\n"
    "incidents: [ { same: category, count: 3 } ]\n"
    "teams: { t: { members: [ a, b ] } }\n"
    "roles: { r: t }\n"
    "chains:\n"
    "  x:\n"
    "    steps: [ { notify: r, via: hook, remind: { every: 5m } } ]\n"
    "policies:\n"
    "  - { name: all, warn: [ 80%, 5m ], on_breach: x,\n"
    "      send: { warnings: always },\n"
    "      targets: { P1: { first_reply: { within: 1h, warn: [] } },\n"
    "        P2: { resolution: 2h } } }\n"
    "severity_table: [ { scope: all, severity: P1 } ]\n"
    "rules:\n"
    "  - name: x\n"
    "    when: { any: [ { text: \"stop it\" }, { value: \"> 3\" } ],\n"
    "      not: { age: 4h }, customer_tickets: \">= 3 in 7d\" }\n"
    "    valid: 2026-12-01..2026-12-07\n"
    "    then: { raise_to: P1, tags: [ y ], notify: a, via: log }\n"
    "on_customer_comment: { resumes: [ pending ], reopens: always }\n"
    "always_human: [ billing ]\n"
    "clocks: { update: { runs_in: [ open ] } }\n"
    "daemon: { socket_mode: \"0660\", max_past: 30d, public_url: "
    "https://x.example.com }\n";

static void mutate(struct rng *rng, char *text, size_t len)
{
	static const char interesting[] = "{}[]:,-&*!|>'\"%@`#\n\t \\?0~a\xc3";
	size_t times = 1 + rng_below(rng, 3);

	for (size_t i = 0; i < times; i++)
		text[rng_below(rng, len)] =
		    interesting[rng_below(rng, sizeof interesting - 1)];
}

START_TEST(test_mutations)
{
	struct rng rng = rng_seeded("test_conf");
	size_t loaded = 0;

	for (int round = 0; round < 2000; round++) {
		char text[sizeof seed_text];
		struct textbuf messages;
		struct conf conf;
		bool ok;

		memcpy(text, seed_text, sizeof text);
		mutate(&rng, text, sizeof text - 1);
		textbuf_init(&messages);
		ok = conf_load_text("m.yaml", text, sizeof text - 1,
		    &without_secrets, &conf, &messages);
		ck_assert_msg(ok || strstr(messages.data, ": error: ") != NULL,
		    "refused without a reason:\n%s", text);
		ck_assert_msg(utf8_valid(messages.data, messages.len),
		    "a message is not UTF-8:\n%s", text);
		loaded += ok;
		if (ok) {
			textbuf_clear(&messages);
			conf_dump(&conf, &messages);
			conf_free(&conf);
		}
		textbuf_fini(&messages);
	}
	ck_assert_uint_gt(loaded, 0);
	ck_assert_uint_lt(loaded, 2000);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("conf");
	TCase *tc = tcase_create("corpus");

	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, test_bad);
	tcase_add_test(tc, test_good);
	tcase_add_test(tc, test_everything);
	tcase_add_test(tc, test_examples);
	tcase_add_test(tc, test_mutations);
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
