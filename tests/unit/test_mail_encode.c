/* test_mail_encode.c - do headers, bodies and addresses come back as they went?
 *
 * SPDX-License-Identifier: MIT */
#include "lib/python.h"
#include "lib/views.h"
#include "wire/mail_encode.h"
#include "wire/mail_envelope.h"
#include "wire/plain_text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Reads "LENGTH LENGTH\n", a header, what is expected of it; any number of
 * times.  Every defect raises. */
static const char oracle[] =
    "import sys, traceback, email, email.policy\n"
    "data = sys.stdin.buffer.read()\n"
    "policy = email.policy.default.clone(raise_on_defect=True)\n"
    "def header(raw, want):\n"
    "    m = email.message_from_bytes(raw + b'\\r\\n', policy=policy)\n"
    "    assert all(c < 128 and c for c in raw), 'not ASCII'\n"
    "    assert m.keys() == ['Subject'], m.keys()\n"
    "    assert max(len(l) for l in raw.split(b'\\r\\n')) <= 78\n"
    "    assert m['subject'] == want.decode(), (m['subject'], want)\n"
    "n = 0\n"
    "while data:\n"
    "    head, data = data.split(b'\\n', 1)\n"
    "    a, b = map(int, head.split())\n"
    "    raw, want, data = data[:a], data[a:a+b], data[a+b:]\n"
    "    n += 1\n"
    "    try:\n"
    "        header(raw, want)\n"
    "    except Exception as e:\n"
    "        print('header', n, traceback.format_exc()); print(raw.decode()); "
    "sys.exit(1)\n"
    "print(n)\n";

/* What went in comes out, to the last character. */
START_TEST(subjects_come_back)
{
	enum { ROUNDS = 1000 };
	struct rng rng = rng_seeded("test_mail_encode");
	struct arena arena = ARENA_INIT;
	struct textbuf records;
	struct textbuf line;
	struct textbuf raw;

	textbuf_init(&records);
	textbuf_init(&line);
	textbuf_init(&raw);
	for (int i = 0; i < ROUNDS; i++) {
		arena_reset(&arena);
		textbuf_clear(&line);
		textbuf_clear(&raw);
		textbuf_add(&line, "s");
		plain_line(
		    hostile_text(&rng, &arena, (size_t)rng_below(&rng, 60)),
		    &line);
		mail_unstructured(&raw, "Subject", line.data);
		textbuf_addf(&records, "%zu %zu\n", raw.len, line.len);
		textbuf_addn(&records, raw.data, raw.len);
		textbuf_addn(&records, line.data, line.len);
	}
	if (python_present("subjects_come_back")) {
		int status;
		char *said = python_run(
		    "-c", oracle, records.data, records.len, &status);

		ck_assert_msg(status == 0, "%.3000s", said);
		ck_assert_str_eq(said, "1000\n");
		free(said);
	}
	textbuf_fini(&records);
	textbuf_fini(&line);
	textbuf_fini(&raw);
	arena_fini(&arena);
}
END_TEST

START_TEST(alphabets)
{
	static const struct {
		const char *in;
		const char *base64;
	} cases[] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xff\xfe?", "//4/" },
		{ "a.b-c_d~e@x.org", "YS5iLWNfZH5lQHgub3Jn" },
	};
	struct textbuf tb;

	textbuf_init(&tb);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		textbuf_clear(&tb);
		mail_base64(&tb, cases[i].in, strlen(cases[i].in));
		ck_assert_str_eq(tb.data, cases[i].base64);
	}
	textbuf_fini(&tb);
}
END_TEST

START_TEST(addresses)
{
	static const struct {
		const char *mailbox;
		const char *address; /* NULL: refused */
	} cases[] = {
		{ "sla@x.org", "sla@x.org" },
		{ "SLA <sla@x.org>", "sla@x.org" },
		{ "\"S, L & A\" <s.l+a@mail.x.org>", "s.l+a@mail.x.org" },
		{ "<sla@localhost>", "sla@localhost" },
		{ "", NULL },
		{ "sla", NULL },
		{ "sla@", NULL },
		{ "@x.org", NULL },
		{ "a@b@c", NULL },
		{ "a b@x.org", NULL },
		{ "SLA <sla@x.org", NULL },
		{ "SLA <sla@x.org> x", NULL },
		{ "SLA <sla@x.org>\n", NULL },
		{ "S\rLA <sla@x.org>", NULL },
		{ "a,b@x.org", NULL },
		{ "sla@x..org", NULL },
		{ "sla@.x", NULL },
		{ ".sla@x.org", NULL },
		{ "sla.@x.org", NULL },
		{ "sl\xc3\xa4@x.org", NULL },
		{ "sla@x_y.org", NULL },
	};
	char out[300];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		bool ok = mail_address(cases[i].mailbox, out, sizeof out);

		ck_assert_msg(
		    ok == (cases[i].address != NULL), "%s", cases[i].mailbox);
		if (ok)
			ck_assert_str_eq(out, cases[i].address);
	}
	ck_assert(mail_address("sla@x.org", out, 10));
	ck_assert(!mail_address("sla@x.org", out, 9));
}
END_TEST

START_TEST(quoted_printable)
{
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{ "", "" },
		{ "a", "a\r\n" },
		{ "a\n", "a\r\n" },
		{ "a=b", "a=3Db\r\n" },
		{ "a \nb\t", "a=20\r\nb=09\r\n" },
		{ "\xc3\xa4\r", "=C3=A4=0D\r\n" },
		{ "0123456789012345678901234567890123456789012345678901234567"
		  "89012345678901234",
		    "0123456789012345678901234567890123456789012345678901234567"
		    "89012345678901234\r\n" },
		{ "0123456789012345678901234567890123456789012345678901234567"
		  "890123456789012345",
		    "0123456789012345678901234567890123456789012345678901234567"
		    "89012345678901234=\r\n5\r\n" },
	};
	struct textbuf tb;

	textbuf_init(&tb);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		textbuf_clear(&tb);
		mail_quoted_printable(&tb, cases[i].in);
		ck_assert_str_eq(tb.data, cases[i].out);
	}
	textbuf_fini(&tb);
}
END_TEST

START_TEST(plain_lines)
{
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{ "", "" },
		{ " a \r\n\t b\x01", "a b" },
		{ "a\xe2\x80\xae"
		  "b\xe2\x81\xa9",
		    "ab" },
		{ "a\xe2\x80\xa8"
		  "b\xc2\x85"
		  "c",
		    "a b c" },
		{ "a\xff"
		  "b\xc3",
		    "ab" },
		{ "\xf0\x9f\x94\xa5 \xd8\xa7", "\xf0\x9f\x94\xa5 \xd8\xa7" },
	};
	struct textbuf tb;

	textbuf_init(&tb);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		textbuf_clear(&tb);
		plain_line(cases[i].in, &tb);
		ck_assert_str_eq(tb.data, cases[i].out);
	}
	textbuf_fini(&tb);
	ck_assert(plain_url("https://x/?a=1&b=%20", 100));
	ck_assert(!plain_url("https://x/?a=1&b=%20", 19));
	ck_assert(!plain_url("https://", 100));
	ck_assert(!plain_url("https://x/ y", 100));
	ck_assert(!plain_url("https://x/\"y", 100));
	ck_assert(!plain_url("HTTPS://x", 100));
	ck_assert(!plain_url(NULL, 100));
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("mail_encode");
	TCase *tc = tcase_create("mail_encode");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, subjects_come_back);
	tcase_add_test(tc, alphabets);
	tcase_add_test(tc, addresses);
	tcase_add_test(tc, quoted_printable);
	tcase_add_test(tc, plain_lines);
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
