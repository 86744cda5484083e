/* test_csv_event.c - a history in rows becomes what happened.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/csv_event.h"
#include "wire/event_json.h"
#include "wire/json_slice.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct csv_value states[] = { { "New", "new" },
	{ "Active", "open" }, { "In Progress", "open" },
	{ "Awaiting User Info", "pending" }, { "Awaiting Vendor", "on_hold" },
	{ "Awaiting Problem", "on_hold" }, { "Awaiting Evidence", "on_hold" },
	{ "Resolved", "solved" }, { "Closed", "closed" } };
static const struct csv_value priorities[] = { { "1", "P1" }, { "2", "P2" },
	{ "3", "P3" }, { "4", "P4" } };
static const char *const marks[] = { "?", "-100" };

/* What etc/servicenow-map.yaml says, but for what these tests do not ask. */
static struct csv_map some_map(void)
{
	static const struct csv_field fields[] = {
		{ .field = FIELD_STATUS,
		    .column = "state",
		    .values = states,
		    .nvalues = 9 },
		{ .field = FIELD_SEVERITY,
		    .column = "prio",
		    .values = priorities,
		    .nvalues = 4 },
		{ .field = FIELD_TEAM, .column = "group", .prefix = "group " },
		{ .field = FIELD_ASSIGNEE, .column = "who" },
		{ .field = FIELD_SUBJECT, .text = "About {cat} in {loc}" },
		{ .field = FIELD_ATTRIBUTES,
		    .attribute = "location",
		    .column = "loc" },
		{ .field = FIELD_ATTRIBUTES,
		    .attribute = "category",
		    .column = "cat" },
	};
	static const struct csv_comment comments[] = {
		{ .status =
			STATUS_BIT(STATUS_PENDING) | STATUS_BIT(STATUS_SOLVED),
		    .author = AUTHOR_AGENT,
		    .is_public = true },
		{ .column = "notes", .author = AUTHOR_CUSTOMER, .once = true },
	};

	return (struct csv_map){
		.source = "sn",
		.ticket = "number",
		.at = "at",
		.created_at = "opened",
		.by = "by",
		.date_format = "%d/%m/%Y %H:%M",
		.unknown = marks,
		.nunknown = 2,
		.has_created_status = true,
		.created_status = STATUS_NEW,
		.fields = fields,
		.nfields = 7,
		.comments = comments,
		.ncomments = 2,
	};
}

#define HEADER "number,state,at,opened,by,prio,group,who,cat,loc,notes\n"

struct seen {
	struct textbuf text; /* events, a line each; problems with a ! */
	struct csv_line *lines;
	size_t count;
};

static void on_event(void *user, const struct event *ev, uint64_t order)
{
	struct seen *s = user;
	struct textbuf tb;

	ck_assert_uint_eq(order, s->count);
	textbuf_init(&tb);
	event_to_json(ev, &tb);
	textbuf_addf(&s->text, "%s\n", tb.data);
	s->lines = realloc(s->lines, (s->count + 1) * sizeof *s->lines);
	s->lines[s->count++] =
	    (struct csv_line){ ev->at, order, textbuf_take(&tb) };
	textbuf_fini(&tb);
}

static void on_problem(void *user, size_t line, const char *what)
{
	struct seen *s = user;

	textbuf_addf(&s->text, "!%zu %s\n", line, what);
}

static void seen_free(struct seen *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->lines[i].json);
	free(s->lines);
	textbuf_fini(&s->text);
}

static struct csv_counts import(
    const struct csv_map *map, const char *text, struct seen *s)
{
	struct csv_hooks hooks = { s, on_event, on_problem };
	struct csv_import *in;
	struct csv_counts counts;
	struct errtext err = { "" };

	memset(s, 0, sizeof *s);
	textbuf_init(&s->text);
	ck_assert_msg(csv_map_sound(map, &err), "%s", err.text);
	in = csv_import_new(map, &hooks);
	if (!csv_import_feed(in, text, strlen(text), &err) ||
	    !csv_import_end(in, &err))
		textbuf_addf(&s->text, "!!%s\n", err.text);
	counts = *csv_import_counts(in);
	csv_import_free(in);
	return counts;
}

/* Every event it makes is one that the daemon takes. */
static void all_readable(const struct seen *s)
{
	struct arena arena = ARENA_INIT;
	struct event ev;
	struct errtext err;

	for (size_t i = 0; i < s->count; i++) {
		const char *json = s->lines[i].json;

		arena_reset(&arena);
		ck_assert_msg(
		    event_from_json(json, strlen(json), &arena, &ev, &err),
		    "%s: %s", err.text, json);
	}
	arena_fini(&arena);
}

static void expect(
    const struct csv_map *map, const char *text, const char *expected)
{
	struct seen s;

	import(map, text, &s);
	ck_assert_str_eq(s.text.data, expected);
	all_readable(&s);
	seen_free(&s);
}

START_TEST(a_ticket_from_row_to_row)
{
	struct csv_map map = some_map();

	expect(&map,
	    HEADER
	    "I1,New,1/3/2016 09:30,1/3/2016 09:00,7,3,70,?,c1,l1,\n"
	    "I1,Active,1/3/2016 10:00,1/3/2016 09:00,8,2,71,dana,c1,l1,\n"
	    "I1,Awaiting User Info,1/3/2016 10:00,1/3/2016 09:00,8,2,71,dana,"
	    "c1,l2,x\n"
	    "I1,-100,2/3/2016 10:00,1/3/2016 09:00,?,2,71,?,c1,l2,y\n"
	    "I1,Resolved,3/3/2016 10:00,1/3/2016 09:00,9,2,71,?,c1,l2,z\n"
	    "I1,Closed,4/3/2016 10:00,1/3/2016 09:00,9,2,71,?,c1,l2,z\n",
	    "{\"id\":\"sn:I1:1:created\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-01T09:00:00Z\",\"type\":\"created\","
	    "\"author\":\"customer\",\"fields\":{\"subject\":\"About c1 in "
	    "l1\","
	    "\"severity\":\"P3\",\"status\":\"new\",\"team\":\"group 70\","
	    "\"attributes\":{\"location\":\"l1\",\"category\":\"c1\"}}}\n"
	    "{\"id\":\"sn:I1:2:updated\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-01T10:00:00Z\",\"type\":\"updated\","
	    "\"fields\":{\"severity\":\"P2\"}}\n"
	    "{\"id\":\"sn:I1:2:assigned\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-01T10:00:00Z\",\"type\":\"assigned\","
	    "\"assignee\":\"dana\",\"team\":\"group 71\",\"by\":\"8\"}\n"
	    "{\"id\":\"sn:I1:2:status\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-01T10:00:00Z\",\"type\":\"status\","
	    "\"status\":\"open\",\"by\":\"8\"}\n"
	    "{\"id\":\"sn:I1:3:updated\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-01T10:00:00Z\",\"type\":\"updated\","
	    "\"fields\":{\"subject\":\"About c1 in l2\",\"attributes\":"
	    "{\"location\":\"l2\",\"category\":\"c1\"}}}\n"
	    "{\"id\":\"sn:I1:3:comment\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-01T10:00:00Z\",\"type\":\"comment\","
	    "\"author\":\"agent\",\"public\":true,\"by\":\"8\"}\n"
	    "{\"id\":\"sn:I1:3:status\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-01T10:00:00Z\",\"type\":\"status\","
	    "\"status\":\"pending\",\"by\":\"8\"}\n"
	    "{\"id\":\"sn:I1:4:assigned\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-02T10:00:00Z\",\"type\":\"assigned\","
	    "\"assignee\":null}\n"
	    "{\"id\":\"sn:I1:4:comment\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-02T10:00:00Z\",\"type\":\"comment\","
	    "\"author\":\"customer\",\"public\":false}\n"
	    "{\"id\":\"sn:I1:5:comment\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-03T10:00:00Z\",\"type\":\"comment\","
	    "\"author\":\"agent\",\"public\":true,\"by\":\"9\"}\n"
	    "{\"id\":\"sn:I1:5:status\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-03T10:00:00Z\",\"type\":\"status\","
	    "\"status\":\"solved\",\"by\":\"9\"}\n"
	    "{\"id\":\"sn:I1:6:status\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-04T10:00:00Z\",\"type\":\"status\","
	    "\"status\":\"closed\",\"by\":\"9\"}\n");
}
END_TEST

/* Without created_status a ticket begins as its first row; with it what the
 * first row says follows at the row's instant. */
START_TEST(first_rows)
{
	struct csv_map map = some_map();
	static const char text[] =
	    HEADER "I1,Active,1/3/2016 09:30,1/3/2016 09:00,7,?,?,?,?,?,\n";

	expect(&map, text,
	    "{\"id\":\"sn:I1:1:created\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-01T09:00:00Z\",\"type\":\"created\","
	    "\"author\":\"customer\",\"fields\":{\"subject\":\"About ? in ?\","
	    "\"status\":\"new\"}}\n"
	    "{\"id\":\"sn:I1:1:status\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-01T09:30:00Z\",\"type\":\"status\","
	    "\"status\":\"open\",\"by\":\"7\"}\n");
	map.has_created_status = false;
	expect(&map, text,
	    "{\"id\":\"sn:I1:1:created\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-01T09:00:00Z\",\"type\":\"created\","
	    "\"author\":\"customer\",\"fields\":{\"subject\":\"About ? in ?\","
	    "\"status\":\"open\"}}\n");
}
END_TEST

/* Interleaved tickets, a row out of order, one opened after its first row. */
START_TEST(disorder)
{
	struct csv_map map = some_map();
	struct seen s;
	struct csv_counts counts = import(&map,
	    HEADER "I2,New,1/3/2016 12:00,1/3/2016 13:00,7,?,?,?,?,?,\n"
		   "I1,New,1/3/2016 09:30,1/3/2016 09:00,7,?,?,?,?,?,\n"
		   "I2,Active,1/3/2016 11:00,1/3/2016 13:00,7,?,?,?,?,?,\n"
		   "I1,Active,1/3/2016 12:00,1/3/2016 09:00,7,?,?,?,?,?,\n",
	    &s);

	ck_assert_uint_eq(counts.rows, 4);
	ck_assert_uint_eq(counts.tickets, 2);
	ck_assert_uint_eq(counts.events, 4);
	ck_assert_uint_eq(counts.out_of_order, 1);
	ck_assert_uint_eq(counts.problems, 0);
	qsort(s.lines, s.count, sizeof *s.lines, csv_line_compare);
	ck_assert_ptr_nonnull(strstr(s.lines[0].json, "sn:I1:1:created"));
	ck_assert_ptr_nonnull(strstr(s.lines[1].json, "sn:I2:1:created"));
	ck_assert_ptr_nonnull(strstr(s.lines[2].json, "sn:I2:2:status"));
	ck_assert_ptr_nonnull(strstr(s.lines[3].json, "sn:I1:2:status"));
	for (size_t i = 1; i < s.count; i++)
		ck_assert(s.lines[i].at.ms == INT64_C(1456833600000));
	seen_free(&s);
}
END_TEST

START_TEST(problems)
{
	struct csv_map map = some_map();
	struct seen s;
	struct csv_counts counts = import(&map,
	    HEADER "I1,New,1/3/2016 09:30\n"
		   "I1,New,1/3/2016 9h30,1/3/2016 09:00,7,?,?,?,?,?,\n"
		   "?,New,1/3/2016 09:30,1/3/2016 09:00,7,?,?,?,?,?,\n"
		   "I 1,New,1/3/2016 09:30,1/3/2016 09:00,7,?,?,?,?,?,\n"
		   "I1,Nwe,1/3/2016 09:30,soon,7,?,?,?,?,?,\n"
		   "I1,New,1/3/2016 09:30,?,7,?,?,\xff,?,?,\n"
		   "\n",
	    &s);

	ck_assert_uint_eq(counts.problems, 7);
	ck_assert_uint_eq(counts.events, 1);
	ck_assert_str_eq(s.text.data,
	    "!2 row: another number of cells than the header\n"
	    "!3 at: not a date: \"1/3/2016 9h30\"\n"
	    "!4 number: not a ticket's id: \"?\"\n"
	    "!5 number: not a ticket's id: \"I 1\"\n"
	    "!6 status: not one: \"Nwe\"\n"
	    "!6 opened: not a date: \"soon\"\n"
	    "{\"id\":\"sn:I1:1:created\",\"ticket\":\"sn:I1\","
	    "\"at\":\"2016-03-01T09:30:00Z\",\"type\":\"created\","
	    "\"author\":\"customer\",\"fields\":{\"subject\":\"About ? in ?\","
	    "\"status\":\"new\"}}\n"
	    "!7 row: not UTF-8\n");
	seen_free(&s);
}
END_TEST

START_TEST(files_that_do_not_fit)
{
	struct csv_map map = some_map();

	expect(&map, "", "!!the file is empty: not even a header row\n");
	expect(&map,
	    "nummber,state,at,opened,by,prio,group,who,cat,loc,notes\n",
	    "!!ticket: the file has no column \"number\"; did you mean "
	    "\"nummber\"?\n");
	expect(&map, "number,state,at,opened,by,prio,group,who,cat,notes\n",
	    "!!fields.subject: the file has no column \"loc\"\n");
	expect(&map, "number,state,at,opened,by,prio,group,who,cat,loc,note\n",
	    "!!comments: the file has no column \"notes\"; did you mean "
	    "\"note\"?\n");
	expect(&map, HEADER "I1,\"New\"x",
	    "!!line 2: text after a closing "
	    "quote\n");
}
END_TEST

static const char *unsound(const struct csv_map *map)
{
	static struct errtext err;

	errtext_set(&err, "%s", "");
	ck_assert(!csv_map_sound(map, &err));
	return err.text;
}

static const char *unsound_field(struct csv_field f)
{
	struct csv_field fields[2] = { f, f };
	struct csv_map map = some_map();

	map.fields = fields;
	map.nfields = 2;
	map.ncomments = 0;
	return unsound(&map);
}

START_TEST(unsound_maps)
{
	static const struct csv_comment neither = { .author = AUTHOR_AGENT };
	static const struct csv_value bad[] = { { "x", "opne" } };
	struct csv_map map = some_map();

	map.source = "a b";
	ck_assert_str_eq(unsound(&map),
	    "source: at most 60 bytes without blanks and colons");
	map.source = NULL;
	ck_assert_str_eq(unsound(&map), "source: missing");
	map = some_map();
	map.at = NULL;
	ck_assert_str_eq(unsound(&map), "at: missing");
	map = some_map();
	map.date_format = "%d/%m";
	ck_assert_str_eq(
	    unsound(&map), "date_format: gives no day, month and year");
	map = some_map();
	map.comments = &neither;
	map.ncomments = 1;
	ck_assert_str_eq(
	    unsound(&map), "comments[0]: status or column, one of them");
	map = some_map();
	map.nfields = 0;
	ck_assert_str_eq(
	    unsound(&map), "comments[0]: status: no field gives it");
	ck_assert_str_eq(unsound_field((struct csv_field){
			     .field = FIELD_TEAM, .column = "x" }),
	    "fields.team: named twice");
	ck_assert_str_eq(
	    unsound_field((struct csv_field){ .field = FIELD_TEAM }),
	    "fields.team: column or text, one of them");
	ck_assert_str_eq(unsound_field((struct csv_field){
			     .field = FIELD_TAGS, .column = "x" }),
	    "fields.tags: tags cannot be imported");
	ck_assert_str_eq(
	    unsound_field((struct csv_field){ .field = FIELD_STATUS,
		.column = "x",
		.values = bad,
		.nvalues = 1 }),
	    "fields.status: unknown status \"opne\"");
}
END_TEST

static char *decompressed(const char *path)
{
	struct textbuf command;
	struct textbuf out;
	char piece[65536];
	size_t n;
	FILE *f;

	textbuf_init(&command);
	textbuf_init(&out);
	textbuf_addf(&command, "gzip -dc '%s'", path);
	f = popen(command.data, "r");
	ck_assert_ptr_nonnull(f);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		textbuf_addn(&out, piece, n);
	ck_assert_int_eq(pclose(f), 0);
	textbuf_fini(&command);
	return textbuf_take(&out);
}

/* The incidents of a real company, where SLAWATCH_DATA says they are. */
START_TEST(real_incidents)
{
	static const struct csv_field fields[] = {
		{ .field = FIELD_STATUS,
		    .column = "incident_state",
		    .values = states,
		    .nvalues = 9 },
		{ .field = FIELD_SEVERITY,
		    .column = "priority",
		    .values = priorities,
		    .nvalues = 4 },
		{ .field = FIELD_TEAM, .column = "assignment_group" },
		{ .field = FIELD_ASSIGNEE, .column = "assigned_to" },
	};
	const char *data = getenv("SLAWATCH_DATA");
	struct csv_map map = some_map();
	struct csv_counts counts;
	struct textbuf path;
	struct seen s;
	char *text;

	if (data == NULL) {
		printf("real_incidents: skipped, SLAWATCH_DATA is not set\n");
		return;
	}
	textbuf_init(&path);
	textbuf_addf(&path, "%s/servicenow-incidents.csv.gz", data);
	text = decompressed(path.data);
	map.at = "sys_updated_at";
	map.created_at = "opened_at";
	map.by = "sys_updated_by";
	map.fields = fields;
	map.nfields = 4;
	map.ncomments = 1;
	counts = import(&map, text, &s);
	ck_assert_uint_eq(counts.rows, 71003);
	ck_assert_uint_eq(counts.tickets, 12507);
	ck_assert_uint_eq(counts.problems, 0);
	ck_assert_uint_eq(counts.out_of_order, 2);
	ck_assert_uint_eq(counts.events, s.count);
	all_readable(&s);
	qsort(s.lines, s.count, sizeof *s.lines, csv_line_compare);
	for (size_t i = 1; i < s.count; i++)
		ck_assert(s.lines[i - 1].at.ms <= s.lines[i].at.ms);
	printf("real_incidents: %zu events\n", s.count);
	seen_free(&s);
	free(text);
	textbuf_fini(&path);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("csv_event");
	TCase *tc = tcase_create("csv_event");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, a_ticket_from_row_to_row);
	tcase_add_test(tc, first_rows);
	tcase_add_test(tc, disorder);
	tcase_add_test(tc, problems);
	tcase_add_test(tc, files_that_do_not_fit);
	tcase_add_test(tc, unsound_maps);
	tcase_add_test(tc, real_incidents);
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
