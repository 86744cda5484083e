/* test_csv_reader.c - rows out of a CSV file, instants out of its cells.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/python.h"
#include "lib/rng.h"
#include "wire/csv_date.h"
#include "wire/csv_reader.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Records as text: cells in <>, a newline behind each record. */
static bool show_record(void *user, const char *const *cells, size_t count,
    size_t line, struct errtext *err)
{
	struct textbuf *out = user;

	(void)line;
	(void)err;
	for (size_t i = 0; i < count; i++)
		textbuf_addf(out, "<%s>", cells[i]);
	textbuf_addc(out, '\n');
	return true;
}

/* Fed in pieces of that size. */
static bool read_csv(const char *text, size_t len, size_t piece,
    struct textbuf *out, struct errtext *err)
{
	struct csv_reader r;
	bool ok = true;

	errtext_set(err, "%s", "");
	csv_reader_init(&r, ',', show_record, out);
	for (size_t at = 0; ok && at < len; at += piece)
		ok = csv_reader_feed(
		    &r, text + at, len - at < piece ? len - at : piece, err);
	ok = ok && csv_reader_end(&r, err);
	csv_reader_fini(&r);
	return ok;
}

START_TEST(records)
{
	static const struct {
		const char *text;
		const char *expected; /* "!reason" if refused */
	} cases[] = {
		{ "", "" },
		{ "\n\r\n", "" },
		{ "a", "<a>\n" },
		{ "a,b\r\nc,d\n", "<a><b>\n<c><d>\n" },
		{ ",", "<><>\n" },
		{ "a,", "<a><>\n" },
		{ ",a\n", "<><a>\n" },
		{ "\"\"", "<>\n" },
		{ "\"a,\"\"b\"\"\r\nc\",d", "<a,\"b\"\r\nc><d>\n" },
		{ "a\"b,c", "<a\"b><c>\n" },
		{ "\xEF\xBB\xBF\"a\",b", "<a><b>\n" },
		{ "\xEF\xBB"
		  "a",
		    "<\xEF\xBB"
		    "a>\n" },
		{ "a\r", "<a>\n" },
		{ "a\rb", "!line 1: a CR without LF" },
		{ "x\n\"a\nb", "!line 3: a quote is not closed" },
		{ "\"a\"b", "!line 1: text after a closing quote" },
	};
	struct textbuf out;
	struct errtext err;

	textbuf_init(&out);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t len = strlen(cases[i].text);

		for (size_t piece = 1; piece <= len + 1; piece++) {
			textbuf_clear(&out);
			if (!read_csv(cases[i].text, len, piece, &out, &err)) {
				textbuf_clear(&out);
				textbuf_addf(&out, "!%s", err.text);
			}
			ck_assert_str_eq(out.data, cases[i].expected);
		}
	}
	ck_assert(!read_csv("a\0b", 3, 3, &out, &err));
	textbuf_fini(&out);
}
END_TEST

static const char oracle[] =
    "import csv, io, sys\n"
    "text = sys.stdin.buffer.read().decode()\n"
    "out = ''\n"
    "for row in csv.reader(io.StringIO(text, newline=''), strict=True):\n"
    "    if row: out += ''.join('<%s>' % c for c in row) + '\\n'\n"
    "sys.stdout.buffer.write(out.encode())\n";

static void add_cell(struct rng *rng, struct textbuf *out)
{
	static const char *const plain[] = { "", "a", "0", "x y", "\xc3\xa9",
		" ", "a\"b" };
	static const char *const quoted[] = { "", ",", "\n", "\r\n", "\"\"",
		"a", "\xf0\x9f\x98\x80", "=" };

	if (!rng_one_in(rng, 3)) {
		textbuf_add(out, plain[rng_below(rng, 7)]);
		return;
	}
	textbuf_addc(out, '"');
	for (uint64_t n = rng_below(rng, 5); n > 0; n--)
		textbuf_add(out, quoted[rng_below(rng, 8)]);
	textbuf_addc(out, '"');
}

START_TEST(reads_as_python_does)
{
	struct rng rng = rng_seeded("test_csv_event");
	struct textbuf text;
	struct textbuf ours;
	struct errtext err;

	textbuf_init(&text);
	textbuf_init(&ours);
	for (int i = 0; i < 20000; i++) {
		add_cell(&rng, &text);
		textbuf_add(&text, !rng_one_in(&rng, 5)	 ? ","
				   : rng_one_in(&rng, 2) ? "\n"
							 : "\r\n");
	}
	ck_assert_msg(read_csv(text.data, text.len,
			  1 + (size_t)rng_below(&rng, 5000), &ours, &err),
	    "%s", err.text);
	if (python_present("reads_as_python_does")) {
		int status;
		char *theirs =
		    python_run("-c", oracle, text.data, text.len, &status);

		ck_assert_int_eq(status, 0);
		ck_assert_str_eq(ours.data, theirs);
		free(theirs);
	}
	textbuf_fini(&text);
	textbuf_fini(&ours);
}
END_TEST

START_TEST(dates)
{
	static const struct {
		const char *format;
		const char *text;
		const char *expected; /* NULL: refused */
	} cases[] = {
		{ "%d/%m/%Y %H:%M", "29/2/2016 01:16", "2016-02-29T01:16:00Z" },
		{ "%d/%m/%Y %H:%M", "1/12/2016  9:05 ",
		    "2016-12-01T09:05:00Z" },
		{ "%d/%m/%Y %H:%M", "29/2/2017 01:16", NULL },
		{ "%d/%m/%Y %H:%M", "31/4/2016 01:16", NULL },
		{ "%d/%m/%Y %H:%M", "2/13/2016 01:16", NULL },
		{ "%d/%m/%Y %H:%M", "2/1/2016 24:00", NULL },
		{ "%d/%m/%Y %H:%M", "2/1/2016 23:60", NULL },
		{ "%d/%m/%Y %H:%M", "2/1/2016", NULL },
		{ "%d/%m/%Y %H:%M", "2/1/2016 23:59x", NULL },
		{ "%d/%m/%Y %H:%M", "", NULL },
		{ "%d/%m/%Y", "1/1/1969", NULL },
		{ "%Y-%m-%d %H:%M:%S", "2016-02-29 23:59:59",
		    "2016-02-29T23:59:59Z" },
		{ "%d %b %y", "3 feB 16", "2016-02-03T00:00:00Z" },
		{ "%d %b %y", "3 Fab 16", NULL },
		{ "%m/%d/%Y %I:%M %p", "1/2/2016 12:30 AM",
		    "2016-01-02T00:30:00Z" },
		{ "%m/%d/%Y %I:%M %p", "1/2/2016 12:30 pm",
		    "2016-01-02T12:30:00Z" },
		{ "%m/%d/%Y %I:%M %p", "1/2/2016 11:30 PM",
		    "2016-01-02T23:30:00Z" },
		{ "%m/%d/%Y %I:%M %p", "1/2/2016 13:30 PM", NULL },
		{ "%Y-%m-%dT%H:%M:%S%z", "2016-03-01T00:30:00+01:00",
		    "2016-02-29T23:30:00Z" },
		{ "%Y-%m-%dT%H:%M:%S%z", "2016-03-01T00:30:00-0530",
		    "2016-03-01T06:00:00Z" },
		{ "%Y-%m-%dT%H:%M:%S%z", "2016-03-01T00:30:00Z",
		    "2016-03-01T00:30:00Z" },
		{ "%Y-%m-%dT%H:%M:%S%z", "2016-03-01T00:30:00", NULL },
		{ "%%%d%m%Y", "%01022016", "2016-02-01T00:00:00Z" },
		{ "rfc3339", "2016-03-01T00:30:00.5+01:00",
		    "2016-02-29T23:30:00.500Z" },
		{ "rfc3339", "2016-03-01", NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct wall at;
		char text[WALL_TEXT_MAX];
		bool ok =
		    csv_date_parse(cases[i].format, cases[i].text, NULL, &at);

		ck_assert_msg(
		    ok == (cases[i].expected != NULL), "%s", cases[i].text);
		if (!ok)
			continue;
		wall_format(at, text);
		ck_assert_str_eq(text, cases[i].expected);
	}
}
END_TEST

START_TEST(date_formats)
{
	static const struct {
		const char *format;
		const char *why; /* NULL: sound */
	} cases[] = {
		{ "%d/%m/%Y %H:%M", NULL },
		{ "rfc3339", NULL },
		{ "%d %b %y %I %p", NULL },
		{ "%%%d.%m.%Y", NULL },
		{ "", "gives no day, month and year" },
		{ "%d/%m", "gives no day, month and year" },
		{ "%%d/%m/%Y", "gives no day, month and year" },
		{ "%d/%m/%Y %Q", "unknown conversion \"%Q\"" },
		{ "%d/%m/%Y%", "unknown conversion \"%\"" },
		{ "%d/%m/%Y %I", "%I and %p belong together" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct errtext err = { "" };

		ck_assert_int_eq(csv_date_format_sound(cases[i].format, &err),
		    cases[i].why == NULL);
		ck_assert_str_eq(
		    err.text, cases[i].why != NULL ? cases[i].why : "");
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("csv_reader");
	TCase *tc = tcase_create("csv_reader");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, records);
	tcase_add_test(tc, reads_as_python_does);
	tcase_add_test(tc, dates);
	tcase_add_test(tc, date_formats);
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
