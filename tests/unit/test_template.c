/* test_template.c - the user's own words, checked and put in.
 *
 * SPDX-License-Identifier: MIT */
#include "core/template.h"

#include "lib/rng.h"
#include "lib/views.h"

#include <cjson/cJSON.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct textbuf out;

static void setup(void)
{
	arena_init(&arena);
	textbuf_init(&out);
}

static void teardown(void)
{
	arena_fini(&arena);
	textbuf_fini(&out);
}

static struct notice_view plain(void)
{
	struct notice_view v = view_plain();

	v.category = "";
	return v;
}

static const char *rendered(const char *text)
{
	struct notice_view v = plain();

	textbuf_clear(&out);
	template_render(text, &v, ESCAPE_NONE, &out);
	return out.data;
}

static const char *refused(const char *text)
{
	static struct errtext why;

	errtext_set(&why, "%s", "");
	ck_assert_msg(!template_check(text, &why), "taken: %s", text);
	ck_assert_str_ne(why.text, "");
	return why.text;
}

START_TEST(fields_and_sections)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "plain } }} text", "plain } }} text" },
		{ "{{subject}}", "Cannot log in" },
		{ "{{ subject }}!", "Cannot log in!" },
		{ "[{{severity}}] {{customer}}: {{due_text}}",
		    "[P1] Acme Corp: late by 12m" },
		{ "{{{{subject}}", "{{subject}}" },
		{ "{{{{{{{{", "{{{{" },
		{ "{{{{{{tier}}}}", "{{enterprise}}" },
		{ "{{#tier}}t {{tier}}{{/tier}}.", "t enterprise." },
		{ "{{^tier}}none{{/tier}}.", "." },
		{ "{{#category}}c{{/category}}{{^category}}d{{/category}}",
		    "d" },
		{ "{{#tier}}a{{#category}}b{{/category}}c{{/tier}}", "ac" },
		{ "{{#category}}a{{#tier}}b{{/tier}}c{{/category}}d", "d" },
		{ "{{#category}}a{{^tier}}b{{/tier}}{{^category}}", "" },
		{ "{{^category}}a{{#tier}}b{{/tier}}c{{/category}}", "abc" },
		/* Again after its end. */
		{ "{{#tier}}1{{/tier}}{{#tier}}2{{/tier}}", "12" },
		{ "{{clocks}}",
		    "first reply: late by 12m, resolution: due in 3h 48m" },
		{ "{{told}}", "Dana Ruiz (support), support" },
		{ "{{due}} {{now}}",
		    "2026-01-05T09:00:00Z 2026-01-05T09:12:00Z" },
		{ "{{reason}} {{notice}}{{#repeat}}x{{/repeat}}", "chain 17" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ck_assert_str_eq(rendered(rows[i].text), rows[i].want);
}
END_TEST

/* A section's tag takes the line that it has for itself, and no other. */
START_TEST(lines)
{
	ck_assert_str_eq(rendered("a\n{{#tier}}\nb\n{{/tier}}\nc"), "a\nb\nc");
	ck_assert_str_eq(
	    rendered("a\n  {{#category}} \r\nb\n\t{{/category}}\nc\n"),
	    "a\nc\n");
	ck_assert_str_eq(rendered("{{#tier}}\nb\n{{/tier}}"), "b\n");
	ck_assert_str_eq(rendered("{{#tier}}\nb\n  {{/tier}} "), "b\n");
	ck_assert_str_eq(rendered("a {{#tier}}\nb{{/tier}}\n"), "a \nb\n");
	ck_assert_str_eq(rendered("\n{{tier}}\n\n"), "\nenterprise\n\n");
	ck_assert_str_eq(rendered("{{#tier}} {{/tier}}\nx"), " \nx");
	ck_assert_str_eq(
	    rendered("{{#tier}}\n{{^category}}\nx\n{{/category}}\n{{/tier}}\n"),
	    "x\n");
}
END_TEST

START_TEST(what_is_refused)
{
	char deep[400] = "";

	ck_assert_str_eq(refused("a\n{{custmer}}"),
	    "line 2: there is no field \"custmer\"; did you mean "
	    "\"customer\"?");
	ck_assert_str_eq(refused("{{zebra stripes}}"),
	    "line 1: there is no field \"zebra stripes\"");
	ck_assert_str_eq(refused("{{}}"),
	    "line 1: a tag without a field; write {{subject}}, or {{{{ for a "
	    "literal {{");
	ck_assert_str_eq(refused("\n\n{{subject"),
	    "line 3: \"{{\" without its \"}}\"; a literal {{ is written {{{{");
	ck_assert_str_eq(refused("x\n{{#tier}}\n\ny"),
	    "line 2: the section of \"tier\" does not end; it wants {{/tier}}");
	ck_assert_str_eq(refused("{{#tier}}{{#team}}{{/team}}"),
	    "line 1: the section of \"tier\" does not end; it wants {{/tier}}");
	ck_assert_str_eq(refused("{{/tier}}"),
	    "line 1: {{/tier}} ends nothing; the section begins with "
	    "{{#tier}}");
	ck_assert_str_eq(refused("{{#tier}}\n{{#team}}\n{{/tier}}{{/team}}"),
	    "line 3: {{/tier}}, but open is \"team\" of line 2");
	ck_assert_str_eq(refused("{{#tier}}{{^tier}}{{/tier}}{{/tier}}"),
	    "line 1: the section of \"tier\" stands in itself; close it with "
	    "{{/tier}} first");
	for (size_t i = 0; i <= TEMPLATE_DEPTH_MAX; i++) {
		strcat(deep, "{{#");
		strcat(deep, template_fields[i].name);
		strcat(deep, "}}");
	}
	ck_assert_str_eq(
	    refused(deep), "line 1: more than 8 sections in each other");
	/* The line of a tag that takes its line. */
	ck_assert_str_eq(refused("{{#tier}}\n{{/tier}}\n  {{/team}}\n"),
	    "line 3: {{/team}} ends nothing; the section begins with "
	    "{{#team}}");
}
END_TEST

START_TEST(how_long)
{
	struct errtext why;
	char *text = malloc(TEMPLATE_MAX + 2);

	memset(text, 'a', TEMPLATE_MAX + 1);
	text[TEMPLATE_MAX + 1] = '\0';
	ck_assert_str_eq(refused(text), "over 8192 bytes");
	text[TEMPLATE_MAX] = '\0';
	ck_assert(template_check(text, &why));
	free(text);
}
END_TEST

/* Cut in words for people, at a character; whole in JSON. */
START_TEST(long_fields)
{
	struct notice_view v = view_plain();
	char subject[401];

	for (size_t i = 0; i < 400; i += 2)
		memcpy(subject + i, "\xc3\xa4", 2);
	subject[400] = '\0';
	v.subject = subject;
	template_render("{{subject}}", &v, ESCAPE_NONE, &out);
	ck_assert_uint_eq(out.len, 249);
	ck_assert(utf8_valid(out.data, out.len));
	ck_assert_str_eq(out.data + 244, "\xc3\xa4...");
	textbuf_clear(&out);
	template_render("{{subject}}", &v, ESCAPE_JSON, &out);
	ck_assert_str_eq(out.data, subject);
}
END_TEST

START_TEST(in_json)
{
	struct notice_view v = view_plain();

	v.subject = "a\"b\\c\nd\te\x01\x7f \xc3\xa4 {{tier}}";
	v.customer = "\xff\xc3";
	template_render(
	    "{\"s\":\"{{subject}}\",\"c\":\"{{customer}}\",\"v\":{{value}}}",
	    &v, ESCAPE_JSON, &out);
	ck_assert_str_eq(out.data,
	    "{\"s\":\"a\\\"b\\\\c\\nd\\u0009e\\u0001\x7f \xc3\xa4 {{tier}}\","
	    "\"c\":\"??\",\"v\":50000}");
}
END_TEST

/* Every field has its words, is taken, and gives what its row promises. */
START_TEST(the_table)
{
	struct notice_view bare = view_bare();
	struct errtext why;

	for (size_t i = 0; i < template_fields_count; i++) {
		const struct template_field *f = &template_fields[i];
		char text[80];

		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(f->name, template_fields[k].name);
		ck_assert_int_eq(f->help[strlen(f->help) - 1], '.');
		snprintf(text, sizeof text, "{{%s}}", f->name);
		ck_assert(template_check(text, &why));
		textbuf_clear(&out);
		template_sample(text, ESCAPE_NONE, false, &out);
		ck_assert_str_eq(out.data, f->sample);
		ck_assert_uint_le(out.len, f->most);
		textbuf_clear(&out);
		template_sample(text, ESCAPE_NONE, true, &out);
		ck_assert(f->sample[0] == '\0' || out.len >= strlen(f->sample));
		ck_assert_uint_le(out.len, f->most);
		textbuf_clear(&out);
		template_blank(text, ESCAPE_NONE, &out);
		ck_assert_str_eq(out.data, f->always ? f->sample : "");
		textbuf_clear(&out);
		template_render(text, &bare, ESCAPE_NONE, &out);
		ck_assert_msg(!f->always || out.len > 0, "%s", f->name);
	}
}
END_TEST

/* --- made up -------------------------------------------------------------- */

/* A template and what it must give are grown together. */
struct grown {
	struct rng *rng;
	struct textbuf text;
	struct textbuf want;
	bool used[64]; /* fields whose section is open */
};

static const char *value_of(const char *name)
{
	static struct textbuf one;
	struct notice_view v = plain();
	char tag[60];

	textbuf_fini(&one);
	textbuf_init(&one);
	snprintf(tag, sizeof tag, "{{%s}}", name);
	template_render(tag, &v, ESCAPE_NONE, &one);
	return one.data;
}

static void grow(struct grown *g, bool shown, int depth)
{
	static const char *const words[] = { "a", " ", "}", "}}x", "{ ",
		"\xc3\xa4", "\nb", "\"", "#" };
	size_t pieces = rng_below(g->rng, 5);

	for (size_t i = 0; i < pieces; i++) {
		const char *word = words[rng_below(g->rng, 9)];
		size_t at = rng_below(g->rng, template_fields_count);
		const char *name = template_fields[at].name;
		bool negated = rng_one_in(g->rng, 2);
		bool has = value_of(name)[0] != '\0';

		switch (rng_below(g->rng, 4)) {
		case 0:
			textbuf_addf(&g->text, "%s.", word);
			textbuf_addf(&g->want, "%s", shown ? word : "");
			textbuf_add(&g->want, shown ? "." : "");
			break;
		case 1:
			textbuf_add(&g->text, "{{{{");
			textbuf_add(&g->want, shown ? "{{" : "");
			break;
		case 2:
			textbuf_addf(&g->text, "{{ %s}}", name);
			textbuf_add(&g->want, shown ? value_of(name) : "");
			break;
		default:
			if (g->used[at] || depth == TEMPLATE_DEPTH_MAX)
				break;
			g->used[at] = true;
			/* The dots keep it from having a line. */
			textbuf_addf(
			    &g->text, ".{{%c%s}}", negated ? '^' : '#', name);
			textbuf_add(&g->want, shown ? "." : "");
			grow(g, shown && has != negated, depth + 1);
			textbuf_addf(&g->text, "{{/%s}}.", name);
			textbuf_add(&g->want, shown ? "." : "");
			g->used[at] = false;
		}
	}
}

START_TEST(random_templates)
{
	struct rng rng = rng_seeded("test_template");
	struct errtext why;

	for (int round = 0; round < 2000; round++) {
		struct grown g = { .rng = &rng };

		textbuf_init(&g.text);
		textbuf_init(&g.want);
		grow(&g, true, 0);
		if (g.text.len <= TEMPLATE_MAX) {
			ck_assert_msg(template_check(g.text.data, &why),
			    "%s: %s", why.text, g.text.data);
			ck_assert_str_eq(rendered(g.text.data), g.want.data);
		}
		textbuf_fini(&g.text);
		textbuf_fini(&g.want);
	}
}
END_TEST

/* Whatever it is, it is taken or refused, and neither reads too far; in JSON
 * whatever the ticket says stays within its quotes. */
START_TEST(random_rubbish)
{
	static const char *const bag[] = { "{", "{{", "{{{{", "}", "}}", "#",
		"/", "^", "tier", "subject", "{{#tier}}", "{{/tier}}", "\n",
		" ", "{{subject}}", "x", "\xc3\xa4" };
	struct rng rng = rng_seeded("test_template");
	struct errtext why;

	for (int round = 0; round < 60; round++) {
		struct notice_view v = view_hostile(&rng, &arena);
		struct textbuf text;
		cJSON *tree;

		textbuf_init(&text);
		for (size_t i = rng_below(&rng, 12); i > 0; i--)
			textbuf_add(&text, bag[rng_below(&rng, 17)]);
		template_check(text.data, &why);
		textbuf_clear(&out);
		template_render(text.data, &v, ESCAPE_NONE, &out);
		textbuf_clear(&out);
		template_render("[\"{{subject}}\",\"{{told}}{{tried}}\"]", &v,
		    ESCAPE_JSON, &out);
		tree = cJSON_Parse(out.data);
		ck_assert_ptr_nonnull(tree);
		ck_assert_str_eq(
		    cJSON_GetArrayItem(tree, 0)->valuestring, v.subject);
		cJSON_Delete(tree);
		textbuf_fini(&text);
		arena_reset(&arena);
	}
}
END_TEST

/* --- whose words ---------------------------------------------------------- */

static struct channel channels[] = {
	{ .name = "other", .text = { "other {{ticket}}", NULL } },
	{ .name = "room",
	    .base = 1,
	    .text = { "room {{severity}}", "room\nbody" } },
	{ .name = "room.dm", .base = 1, .way = WAY_DM },
};
static struct chain chains[] = {
	{ .name = "plain" },
	{ .name = "loud", .text = { " {{subject}}\n{{tier}} \n", NULL } },
	{ .name = "quiet", .text = { "{{category}}\n", " \n" } },
};

static struct notice_view applied(
    enum notice_reason reason, const char *channel, const char *chain)
{
	struct matrix *m = matrix_new();
	struct notice n = {
		.reason = reason, .channel = channel, .chain = chain
	};
	struct notice_view v = plain();

	m->channels = channels;
	m->nchannels = 3;
	m->chains = chains;
	m->nchains = 3;
	template_apply(m, &n, &arena, &v);
	matrix_free(m);
	return v;
}

START_TEST(chain_beats_channel)
{
	struct notice_view v = applied(NOTICE_BREACH, "other", "");

	ck_assert_str_eq(v.title, "other zendesk:4711");
	ck_assert_ptr_null(v.body);
	v = applied(NOTICE_CHAIN, "room", "plain");
	ck_assert_str_eq(v.title, "room P1");
	ck_assert_str_eq(v.body, "room\nbody");
	v = applied(NOTICE_CHAIN, "room.dm", "loud");
	ck_assert_str_eq(v.title, "Cannot log in enterprise");
	ck_assert_str_eq(v.body, "room\nbody");
	v = applied(NOTICE_CHAIN, "gone", "gone");
	ck_assert_ptr_null(v.title);
	ck_assert_ptr_null(v.body);
	/* Nothing remains of them: ours. */
	v = applied(NOTICE_CHAIN, "room", "quiet");
	ck_assert_ptr_null(v.title);
	ck_assert_ptr_null(v.body);
}
END_TEST

START_TEST(only_what_calls_somebody)
{
	static const enum notice_reason ours[] = { NOTICE_RESOLVED,
		NOTICE_UPDATE, NOTICE_HANDOFF, NOTICE_ASSIGNMENT, NOTICE_MATRIX,
		NOTICE_EXHAUSTED, NOTICE_UNREACHABLE, NOTICE_ACK_TIMEOUT };
	static const enum notice_reason theirs[] = { NOTICE_BREACH,
		NOTICE_WARNING, NOTICE_CHAIN, NOTICE_REMINDER, NOTICE_RULE };

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
		struct notice_view v = applied(ours[i], "room", "loud");

		ck_assert_ptr_null(v.title);
		ck_assert_ptr_null(v.body);
	}
	for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++)
		ck_assert_ptr_nonnull(applied(theirs[i], "room", "").title);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("template");
	TCase *tc = tcase_create("template");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, fields_and_sections);
	tcase_add_test(tc, lines);
	tcase_add_test(tc, what_is_refused);
	tcase_add_test(tc, how_long);
	tcase_add_test(tc, long_fields);
	tcase_add_test(tc, in_json);
	tcase_add_test(tc, the_table);
	tcase_add_test(tc, random_templates);
	tcase_add_test(tc, random_rubbish);
	tcase_add_test(tc, chain_beats_channel);
	tcase_add_test(tc, only_what_calls_somebody);
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
