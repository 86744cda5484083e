/* test_mail_message.c - does Python's email package read what we write?
 *
 * SPDX-License-Identifier: MIT */
#include "lib/python.h"
#include "lib/views.h"
#include "wire/mail_encode.h"
#include "wire/mail_message.h"
#include "wire/plain_text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct mail_envelope envelope = {
	.from = "SLA Watch <sla@example.com>",
	.to = "mara@example.com",
	.to_name = "Mara Stein",
	.domain = "example.com",
	.idempotency_key = "7f3a-17",
};

/* Reads "LENGTH LENGTH\n", a message, what is expected of it; any number of
 * times.  Every defect raises. */
static const char oracle[] =
    "import sys, traceback, email, email.policy, email.utils\n"
    "data = sys.stdin.buffer.read()\n"
    "policy = email.policy.default.clone(raise_on_defect=True)\n"
    "known = ['from', 'to', 'subject', 'date', 'message-id', 'in-reply-to',\n"
    "  'references', 'auto-submitted', 'x-auto-response-suppress',\n"
    "  'mime-version', 'content-type']\n"
    "def lines(raw):\n"
    "    bare = raw.replace(b'\\r\\n', b'')\n"
    "    assert b'\\r' not in bare and b'\\n' not in bare, 'bare CR or LF'\n"
    "    assert raw.endswith(b'\\r\\n')\n"
    "    assert max(len(l) for l in raw.split(b'\\r\\n')) <= 998\n"
    "    assert all(c < 128 and c for c in raw), 'not ASCII'\n"
    "def message(raw, want):\n"
    "    m = email.message_from_bytes(raw, policy=policy)\n"
    "    assert [h.lower() for h in m.keys()] == known, m.keys()\n"
    "    assert not m.defects\n"
    "    for h in m.values(): assert not h.defects, h\n"
    "    assert len(m['from'].addresses) == 1, m['from']\n"
    "    assert len(m['to'].addresses) <= 1, m['to']\n"
    "    assert m['references'] == m['in-reply-to'] != m['message-id']\n"
    "    assert m['references'].startswith('<ticket.')\n"
    "    assert m['auto-submitted'] == 'auto-generated'\n"
    "    assert m['date'].datetime.utcoffset().total_seconds() == 0\n"
    "    assert m.get_content_type() == 'multipart/alternative'\n"
    "    parts = list(m.iter_parts())\n"
    "    kinds = [p.get_content_type() for p in parts]\n"
    "    assert kinds == ['text/plain', 'text/html'], kinds\n"
    "    for p in parts: assert not p.defects\n"
    "    text = parts[0].get_content().replace('\\r\\n', '\\n')\n"
    "    html = parts[1].get_content().replace('\\r\\n', '\\n')\n"
    "    assert 'slawatch notice' in text and '</html>' in html\n"
    "    assert all(ord(c) >= 32 or c == '\\n' for c in text + html)\n"
    "    assert html.count('<table') == html.count('</table') == 1\n"
    "    if want:\n"
    "        for part in want.decode().split('\\0'):\n"
    "            assert part in m['subject'] + '\\n' + str(m['to']) + '\\n' "
    "\\\n"
    "                + str(m['from']) + '\\n' + text, part\n"
    "def header(raw, want):\n"
    "    m = email.message_from_bytes(raw + b'\\r\\n', policy=policy)\n"
    "    assert m.keys() == ['Subject'], m.keys()\n"
    "    assert max(len(l) for l in raw.split(b'\\r\\n')) <= 78\n"
    "    assert m['subject'] == want.decode(), (m['subject'], want)\n"
    "n = 0\n"
    "while data:\n"
    "    head, data = data.split(b'\\n', 1)\n"
    "    kind, a, b = head.split()\n"
    "    a, b = int(a), int(b)\n"
    "    raw, want, data = data[:a], data[a:a+b], data[a+b:]\n"
    "    n += 1\n"
    "    try:\n"
    "        lines(raw)\n"
    "        (message if kind == b'M' else header)(raw, want)\n"
    "    except Exception as e:\n"
    "        print('message', n, traceback.format_exc()); print(raw.decode()); "
    "sys.exit(1)\n"
    "print(n)\n";

static void record(struct textbuf *to, char kind, const struct textbuf *raw,
    const char *want, size_t len)
{
	textbuf_addf(to, "%c %zu %zu\n", kind, raw->len, len);
	textbuf_addn(to, raw->data, raw->len);
	textbuf_addn(to, want, len);
}

static void ask_python(
    const char *who, const struct textbuf *records, int count)
{
	char expected[20];
	struct textbuf tb;
	int status;
	char *said;

	if (!python_present(who))
		return;
	textbuf_init_fixed(&tb, expected, sizeof expected);
	textbuf_addf(&tb, "%d\n", count);
	said = python_run("-c", oracle, records->data, records->len, &status);
	ck_assert_msg(status == 0, "%.3000s", said);
	ck_assert_str_eq(said, expected);
	free(said);
}

START_TEST(a_plain_notice)
{
	static const char want[] =
	    "[P1] Escalation step 3 of 4 (lead): first reply is 12m late - "
	    "zendesk:4711 Cannot log in\0"
	    "Mara Stein <mara@example.com>\0"
	    "SLA Watch <sla@example.com>\0"
	    "Severity:     P1 (Critical)\n"
	    "Clock:        first reply, late by 12m, due 2026-01-05 09:00:00 "
	    "UTC\n"
	    "Customer:     Acme Corp, enterprise, value 50000\n\0"
	    "Told before:  Dana Ruiz by support 2026-01-05 09:00:00 UTC; "
	    "support by support 2026-01-05 09:05:00 UTC\n\0"
	    "Missing:      impact, customer.name\n"
	    "May decide:   credits up to 500 EUR\n"
	    "Link:         https://desk.example.com/t/4711?a=1&b=2\n";
	struct notice_view v = view_plain();
	struct textbuf raw;
	struct textbuf records;

	textbuf_init(&raw);
	textbuf_init(&records);
	mail_message(&v, &envelope, &raw);
	ck_assert_ptr_nonnull(
	    strstr(raw.data, "Date: Mon, 5 Jan 2026 09:12:00 +0000\r\n"));
	ck_assert_ptr_nonnull(strstr(raw.data,
	    "Message-ID: <notice.7f3a-17@example.com>\r\n"
	    "In-Reply-To: <ticket.zendesk=3A4711@example.com>\r\n"
	    "References: <ticket.zendesk=3A4711@example.com>\r\n"));
	record(&records, 'M', &raw, want, sizeof want - 1);
	ask_python("a_plain_notice", &records, 1);
	textbuf_fini(&raw);
	textbuf_fini(&records);
}
END_TEST

/* The same row is the same message; another row of the ticket its thread. */
START_TEST(repeats_are_the_same)
{
	struct notice_view v = view_plain();
	struct mail_envelope e = envelope;
	struct textbuf one;
	struct textbuf two;

	textbuf_init(&one);
	textbuf_init(&two);
	mail_message(&v, &e, &one);
	mail_message(&v, &e, &two);
	ck_assert_str_eq(one.data, two.data);
	e.idempotency_key = "7f3a-18";
	textbuf_clear(&two);
	mail_message(&v, &e, &two);
	ck_assert_ptr_nonnull(strstr(two.data, "<notice.7f3a-18@"));
	ck_assert_ptr_nonnull(strstr(
	    two.data, "References: <ticket.zendesk=3A4711@example.com>"));
	textbuf_fini(&one);
	textbuf_fini(&two);
}
END_TEST

START_TEST(hostile_notices)
{
	enum { ROUNDS = 300 };
	struct rng rng = rng_seeded("test_mail_message");
	struct arena arena = ARENA_INIT;
	struct textbuf records;
	struct textbuf raw;

	textbuf_init(&records);
	textbuf_init(&raw);
	for (int i = 0; i < ROUNDS; i++) {
		struct notice_view v;
		struct mail_envelope e = envelope;

		arena_reset(&arena);
		v = view_hostile(&rng, &arena);
		if (!rng_one_in(&rng, 3))
			e.to_name = hostile_word(&rng, &arena);
		if (rng_one_in(&rng, 4))
			e.from = hostile_word(&rng, &arena);
		if (rng_one_in(&rng, 4))
			e.to = hostile_word(&rng, &arena);
		if (rng_one_in(&rng, 4))
			e.domain = hostile_word(&rng, &arena);
		textbuf_clear(&raw);
		mail_message(&v, &e, &raw);
		record(&records, 'M', &raw, "", 0);
	}
	ask_python("hostile_notices", &records, ROUNDS);
	textbuf_fini(&records);
	textbuf_fini(&raw);
	arena_fini(&arena);
}
END_TEST

/* What went in comes out, to the last character. */
START_TEST(subjects_come_back)
{
	enum { ROUNDS = 1000 };
	struct rng rng = rng_seeded("test_mail_message");
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
		record(&records, 'H', &raw, line.data, line.len);
	}
	ask_python("subjects_come_back", &records, ROUNDS);
	textbuf_fini(&records);
	textbuf_fini(&line);
	textbuf_fini(&raw);
	arena_fini(&arena);
}
END_TEST

START_TEST(nothing_is_injected)
{
	struct notice_view v = view_plain();
	struct mail_envelope e = envelope;
	struct textbuf raw;

	textbuf_init(&raw);
	v.subject = "x\r\nBcc: evil@example.org\r\n\r\n<b>body</b>";
	e.to_name = "Mara\r\nBcc: evil@example.org";
	e.from = "SLA\r\nBcc: evil@example.org <sla@example.com>";
	e.to = "mara@example.com>\r\nBcc: <evil@example.org";
	e.domain = "x\r\nBcc: evil@example.org";
	e.idempotency_key = "1>\r\nBcc: evil@example.org";
	v.thread = "a:b>\r\nBcc: evil@example.org";
	mail_message(&v, &e, &raw);
	ck_assert_ptr_null(strstr(raw.data, "\nBcc"));
	ck_assert_ptr_null(strstr(strstr(raw.data, "text/html"), "<b>"));
	textbuf_fini(&raw);
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
	Suite *s = suite_create("mail_message");
	TCase *tc = tcase_create("mail_message");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, a_plain_notice);
	tcase_add_test(tc, repeats_are_the_same);
	tcase_add_test(tc, hostile_notices);
	tcase_add_test(tc, subjects_come_back);
	tcase_add_test(tc, nothing_is_injected);
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
