/* test_daemon_log.c - can a customer's subject forge a line of the log?
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/log.h"
#include "lib/rng.h"
#include "net/loop.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct rng rng;

/* The daemon's clock, in place of net/'s. */
struct wall loop_wall(const struct loop *l)
{
	(void)l;
	return wall_at(1767603960000); /* 2026-01-05T09:06:00Z */
}

static const struct {
	const char *value;
	const char *shown;
} quoted[] = {
	{ "P1", "P1" },
	{ "zendesk:4711", "zendesk:4711" },
	{ "2026-01-05T09:06:00Z", "2026-01-05T09:06:00Z" },
	{ "", "\"\"" },
	{ "two words", "\"two words\"" },
	{ "a=b", "\"a=b\"" },
	{ "say \"hi\"", "\"say \\\"hi\\\"\"" },
	{ "back\\slash", "\"back\\\\slash\"" },
	{ "line\nbreak", "\"line\\nbreak\"" },
	{ "tab\there", "\"tab\\there\"" },
	{ "\x1b[31mred", "\"\\x1b[31mred\"" },
	{ "del\x7f", "\"del\\x7f\"" },
	{ "Gr\xc3\xbc\xc3\x9f"
	  "e",
	    "Gr\xc3\xbc\xc3\x9f"
	    "e" },
	{ "\xe2\x82\xac", "\xe2\x82\xac" },
	{ "\xf0\x9f\x94\xa5 hot", "\"\xf0\x9f\x94\xa5 hot\"" },
	/* U+009B is a terminal's CSI as one character. */
	{ "\xc2\x9b"
	  "2J",
	    "\"\\xc2\\x9b2J\"" },
	{ "\xc2\xa0", "\xc2\xa0" },
	/* Not UTF-8: a stray byte, an overlong slash, a cut character. */
	{ "\xff", "\"\\xff\"" },
	{ "\xc0\xaf", "\"\\xc0\\xaf\"" },
	{ "x\xe2\x82", "\"x\\xe2\\x82\"" },
};

START_TEST(quotes_what_needs_it)
{
	struct textbuf out;

	textbuf_init(&out);
	log_quote(&out, quoted[_i].value);
	ck_assert_str_eq(out.data, quoted[_i].shown);
	textbuf_fini(&out);
}
END_TEST

/* Runs write_lines with stderr in a file; gives what was written. */
static char *captured(void (*write_lines)(void))
{
	static char text[64 * 1024];
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t n;

	ck_assert(file != NULL && saved >= 0);
	ck_assert(dup2(fileno(file), STDERR_FILENO) >= 0);
	write_lines();
	ck_assert(dup2(saved, STDERR_FILENO) >= 0);
	close(saved);
	rewind(file);
	n = fread(text, 1, sizeof text - 1, file);
	text[n] = '\0';
	fclose(file);
	return text;
}

static struct loop *some_loop(void)
{
	static char anything;

	return (struct loop *)(void *)&anything;
}

static void a_line(void)
{
	struct log_line l;

	log_setup(LOG_FORMAT_TEXT, some_loop());
	log_set_level(LOG_LEVEL_INFO);
	log_begin(&l, LOG_LEVEL_INFO);
	log_text(&l, "ticket", "demo:1");
	log_text(&l, "nothing", NULL);
	log_text(&l, "empty", "");
	log_text(&l, "subject", "Help\n2026 error ticket=demo:2");
	log_int(&l, "step", 2);
	log_span(&l, "late", 90 * SECOND_MS);
	log_span(&l, "by", -3600 * SECOND_MS);
	log_wall(&l, "due", wall_at(1767603900500));
	log_end(&l);
}

START_TEST(writes_one_line)
{
	ck_assert_str_eq(captured(a_line),
	    "2026-01-05T09:06:00Z info ticket=demo:1"
	    " subject=\"Help\\n2026 error ticket=demo:2\" step=2 late=1m30s"
	    " by=-1h due=2026-01-05T09:05:00.500Z\n");
}
END_TEST

static void levels(void)
{
	log_setup(LOG_FORMAT_TEXT, NULL);
	log_set_level(LOG_LEVEL_WARNING);
	log_say(LOG_LEVEL_DEBUG, "a", NULL);
	log_say(LOG_LEVEL_INFO, "b", NULL);
	log_say(LOG_LEVEL_NOTICE, "c", "k", "v", NULL);
	log_say(LOG_LEVEL_WARNING, "d", NULL);
	log_say(LOG_LEVEL_ERROR, "e", "why", "no good", NULL);
}

/* A channel of type log is no chatter: it is never filtered out. */
START_TEST(filters_by_level)
{
	ck_assert_str_eq(captured(levels), "notice msg=c k=v\nwarning msg=d\n"
					   "error msg=e why=\"no good\"\n");
}
END_TEST

static void too_long(void)
{
	char big[2 * LOG_LINE_MAX];
	struct log_line l;

	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	log_setup(LOG_FORMAT_TEXT, NULL);
	log_set_level(LOG_LEVEL_INFO);
	log_begin(&l, LOG_LEVEL_INFO);
	log_text(&l, "ticket", "demo:1");
	log_text(&l, "subject", big);
	log_text(&l, "more", big);
	log_end(&l);
}

START_TEST(cuts_a_long_line)
{
	const char *text = captured(too_long);
	size_t len = strlen(text);

	ck_assert_uint_le(len, LOG_LINE_MAX);
	ck_assert_uint_gt(len, LOG_LINE_MAX - 16);
	ck_assert_ptr_eq(strchr(text, '\n'), text + len - 1);
	ck_assert_ptr_eq(strstr(text, "info ticket=demo:1 subject=x"), text);
}
END_TEST

static char bytes[200];

static void random_bytes(void)
{
	struct log_line l;

	log_setup(LOG_FORMAT_TEXT, NULL);
	log_set_level(LOG_LEVEL_INFO);
	log_begin(&l, LOG_LEVEL_INFO);
	log_text(&l, "k", bytes);
	log_end(&l);
}

/* Whatever the bytes, it stays one line of UTF-8 without controls. */
START_TEST(no_bytes_break_out)
{
	for (int round = 0; round < 2000; round++) {
		size_t n = 1 + rng_below(&rng, sizeof bytes - 1);
		const char *text;
		size_t len;

		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)rng_between(&rng, 1, 255);
		bytes[n] = '\0';
		text = captured(random_bytes);
		len = strlen(text);
		ck_assert_ptr_eq(strchr(text, '\n'), text + len - 1);
		ck_assert(utf8_valid(text, len));
		for (size_t i = 0; i + 1 < len; i++) {
			unsigned char c = (unsigned char)text[i];
			unsigned char next = (unsigned char)text[i + 1];

			ck_assert(c >= ' ' && c != 0x7F);
			ck_assert(c != 0xC2 || next >= 0xA0);
		}
	}
}
END_TEST

START_TEST(knows_its_levels)
{
	enum log_level level;

	ck_assert(log_level_parse("warning", &level));
	ck_assert_int_eq(level, LOG_LEVEL_WARNING);
	ck_assert(log_level_parse("debug", &level));
	ck_assert_int_eq(level, LOG_LEVEL_DEBUG);
	ck_assert(!log_level_parse("loud", &level));
	ck_assert(!log_level_parse("", &level));
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("daemon_log");
	TCase *tc = tcase_create("daemon_log");

	tcase_add_loop_test(tc, quotes_what_needs_it, 0,
	    (int)(sizeof quoted / sizeof quoted[0]));
	tcase_add_test(tc, writes_one_line);
	tcase_add_test(tc, filters_by_level);
	tcase_add_test(tc, cuts_a_long_line);
	tcase_add_test(tc, no_bytes_break_out);
	tcase_add_test(tc, knows_its_levels);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	rng = rng_seeded("test_daemon_log");
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
