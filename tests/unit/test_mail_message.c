/* test_mail_message.c - does Python's email package read what we write?
 *
 * SPDX-License-Identifier: MIT */
#include "lib/python.h"
#include "lib/views.h"
#include "wire/mail_message.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A letter about one view, to Mara. */
struct post {
	struct channel channel;
	struct person person;
	struct notice_view view;
	const struct notice_view *views[1];
	const char *ack_urls[1];
	struct letter letter;
};

static void post_init(struct post *p, struct notice_view view)
{
	*p = (struct post){ .view = view };
	p->channel = (struct channel){ .name = "mail",
		.type = CHANNEL_SMTP,
		.from = "SLA Watch <sla@example.com>" };
	p->person = (struct person){ .name = "mara",
		.title = "Mara Stein",
		.email = "mara@example.com" };
	p->views[0] = &p->view;
	p->ack_urls[0] = "https://sla.example.com/m/ack/t0k-en_";
	p->letter = (struct letter){ .kind = LETTER_NOTICE,
		.channel = &p->channel,
		.base = &p->channel,
		.person = &p->person,
		.views = p->views,
		.nviews = 1,
		.same = "",
		.value = "",
		.thread = "",
		.thread_room = "",
		.idempotency_key = "7f3a-17",
		.ack_urls = p->ack_urls,
		.now = VIEW_NOW };
}

/* The message; false if it cannot be sent. */
static bool write_letter(const struct letter *l, struct textbuf *out)
{
	struct arena arena = ARENA_INIT;
	struct mail_envelope e;
	const char *why = mail_envelope_init(&e, l, &arena);

	if (why == NULL)
		mail_message(l, &e, &arena, out);
	else
		ck_assert_int_gt((int)strlen(why), 10);
	arena_fini(&arena);
	return why == NULL;
}

/* Reads "LENGTH LENGTH\n", a message, what is expected of it; any number of
 * times.  Every defect raises. */
static const char oracle[] =
    "import re, sys, traceback, email, email.policy, email.utils, html.parser\n"
    "data = sys.stdin.buffer.read()\n"
    "policy = email.policy.default.clone(raise_on_defect=True)\n"
    "known = ['from', 'to', 'subject', 'date', 'message-id', 'in-reply-to',\n"
    "  'references', 'auto-submitted', 'x-auto-response-suppress',\n"
    "  'importance', 'mime-version', 'content-type']\n"
    "may_lack = ['importance', 'in-reply-to', 'references']\n"
    "class Page(html.parser.HTMLParser):\n"
    "    alone = ('meta', 'br')\n"
    "    def __init__(self):\n"
    "        super().__init__()\n"
    "        self.open, self.links, self.said = [], [], ''\n"
    "    def handle_starttag(self, tag, attrs):\n"
    "        if tag not in self.alone: self.open.append(tag)\n"
    "        assert tag in ('html', 'head', 'meta', 'title', 'style', 'body',\n"
    "            'table', 'tr', 'td', 'div', 'a', 'b', 'br', 'span'), tag\n"
    "        for name, value in attrs:\n"
    "            assert not name.startswith('on') and value is not None, name\n"
    "            if name == 'href': self.links.append(value)\n"
    "    def handle_endtag(self, tag):\n"
    "        assert self.open.pop() == tag, tag\n"
    "    def handle_data(self, data):\n"
    "        if 'style' not in self.open: self.said += data\n"
    "def lines(raw):\n"
    "    bare = raw.replace(b'\\r\\n', b'')\n"
    "    assert b'\\r' not in bare and b'\\n' not in bare, 'bare CR or LF'\n"
    "    assert raw.endswith(b'\\r\\n')\n"
    "    assert max(len(l) for l in raw.split(b'\\r\\n')) <= 998\n"
    "    assert all(c < 128 and c for c in raw), 'not ASCII'\n"
    "def message(raw, want):\n"
    "    m = email.message_from_bytes(raw, policy=policy)\n"
    "    keys = [h.lower() for h in m.keys()]\n"
    "    assert keys == [h for h in known if h in keys\n"
    "        or h not in may_lack], keys\n"
    "    assert not m.defects\n"
    "    for h in m.values(): assert not h.defects, h\n"
    "    assert len(m['from'].addresses) == 1, m['from']\n"
    "    assert len(m['to'].addresses) == 1, m['to']\n"
    "    assert m['references'] == m['in-reply-to'] != m['message-id']\n"
    "    assert m['subject']\n"
    "    assert m['auto-submitted'] == 'auto-generated'\n"
    "    assert m['date'].datetime.utcoffset().total_seconds() == 0\n"
    "    assert m.get_content_type() == 'multipart/alternative'\n"
    "    parts = list(m.iter_parts())\n"
    "    kinds = [p.get_content_type() for p in parts]\n"
    "    assert kinds == ['text/plain', 'text/html'], kinds\n"
    "    for p in parts: assert not p.defects\n"
    "    text = parts[0].get_content().replace('\\r\\n', '\\n')\n"
    "    html = parts[1].get_content().replace('\\r\\n', '\\n')\n"
    "    assert '\\n-- \\nslawatch' in text and '</html>' in html\n"
    "    assert all(ord(c) >= 32 or c == '\\n' for c in text + html)\n"
    "    page = Page(); page.feed(html); page.close()\n"
    "    assert not page.open, page.open\n"
    "    assert all(l.startswith(('http://', 'https://'))\n"
    "        for l in page.links), page.links\n"
    "    said = re.findall(r'^(?: {3}(?:Acknowledge|Ticket): )?'\n"
    "        r'(https?://\\S+)$', text, re.M)\n"
    "    assert sorted(said) == sorted(page.links), (said, page.links)\n"
    "    if want:\n"
    "        for part in want.decode().split('\\0'):\n"
    "            assert part in m['subject'] + '\\n' + str(m['to']) + '\\n' "
    "\\\n"
    "                + str(m['from']) + '\\n' + text + '\\n' \\\n"
    "                + page.said + '\\n'.join(page.links), part\n"
    "n = 0\n"
    "while data:\n"
    "    head, data = data.split(b'\\n', 1)\n"
    "    a, b = head.split()\n"
    "    a, b = int(a), int(b)\n"
    "    raw, want, data = data[:a], data[a:a+b], data[a+b:]\n"
    "    n += 1\n"
    "    try:\n"
    "        lines(raw)\n"
    "        message(raw, want)\n"
    "    except Exception as e:\n"
    "        print('message', n, traceback.format_exc()); print(raw.decode()); "
    "sys.exit(1)\n"
    "print(n)\n";

static void record(
    struct textbuf *to, const struct textbuf *raw, const char *want, size_t len)
{
	textbuf_addf(to, "%zu %zu\n", raw->len, len);
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

static void expect(
    const char *test, const struct letter *l, const char *want, size_t len)
{
	struct textbuf records;
	struct textbuf raw;

	textbuf_init(&records);
	textbuf_init(&raw);
	ck_assert(write_letter(l, &raw));
	record(&records, &raw, want, len);
	ask_python(test, &records, 1);
	textbuf_fini(&records);
	textbuf_fini(&raw);
}

START_TEST(a_plain_notice)
{
	static const char want[] =
	    "[P1] zendesk:4711 Cannot log in\n\0"
	    "Mara Stein <mara@example.com>\0"
	    "SLA Watch <sla@example.com>\0"
	    "\nEscalation step 3 of 4 (lead): first reply is 12m late\n\n"
	    "Cannot log in\n"
	    "zendesk:4711  P1 Critical, Acme Corp, enterprise, open\n\n\0"
	    "Clock         first reply, late by 12m, due Mon 5 Jan, 09:00 "
	    "UTC\n\0"
	    "Customer      Acme Corp, enterprise, value 50000\n\0"
	    "Told before   Dana Ruiz by support, Mon 5 Jan, 09:00 UTC\n"
	    "              support, Mon 5 Jan, 09:05 UTC\n\0"
	    "Missing       impact, customer.name\n"
	    "May decide    credits up to 500 EUR\n\0"
	    "\nhttps://sla.example.com/m/ack/t0k-en_\n\0"
	    "\nhttps://desk.example.com/t/4711?a=1&b=2\n\0"
	    "\n-- \nslawatch notice 17, for Mara Stein\n";
	struct textbuf raw;
	struct post p;

	post_init(&p, view_plain());
	textbuf_init(&raw);
	ck_assert(write_letter(&p.letter, &raw));
	ck_assert_ptr_nonnull(
	    strstr(raw.data, "Date: Mon, 5 Jan 2026 09:12:00 +0000\r\n"));
	ck_assert_ptr_nonnull(strstr(raw.data,
	    "Message-ID: <notice.7f3a-17@example.com>\r\n"
	    "In-Reply-To: <ticket.zendesk=3A4711@example.com>\r\n"
	    "References: <ticket.zendesk=3A4711@example.com>\r\n"));
	ck_assert_ptr_nonnull(strstr(raw.data, "Importance: high\r\n"));
	textbuf_fini(&raw);
	expect("a_plain_notice", &p.letter, want, sizeof want - 1);
}
END_TEST

/* The same row is the same message; another row of the ticket its thread, with
 * the same subject. */
START_TEST(repeats_are_the_same)
{
	static const char *const kept[] = { "Subject: [P1] zendesk:4711 Cannot",
		"References: <ticket.zendesk=3A4711@example.com>" };
	struct textbuf one;
	struct textbuf two;
	struct post p;

	post_init(&p, view_plain());
	textbuf_init(&one);
	textbuf_init(&two);
	ck_assert(write_letter(&p.letter, &one));
	ck_assert(write_letter(&p.letter, &two));
	ck_assert_str_eq(one.data, two.data);
	p.letter.idempotency_key = "7f3a-18";
	p.view.headline = "Resolved: first reply, met";
	p.view.reason = NOTICE_RESOLVED;
	textbuf_clear(&two);
	ck_assert(write_letter(&p.letter, &two));
	ck_assert_ptr_nonnull(strstr(two.data, "<notice.7f3a-18@"));
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		ck_assert_ptr_nonnull(strstr(one.data, kept[i]));
		ck_assert_ptr_nonnull(strstr(two.data, kept[i]));
	}
	ck_assert_ptr_null(strstr(two.data, "Importance"));
	ck_assert_ptr_null(strstr(two.data, "/m/ack/"));
	textbuf_fini(&one);
	textbuf_fini(&two);
}
END_TEST

START_TEST(marks_and_own_words)
{
	static const char want[] = "TEST: Bitte melden: Größe & <b>\nMara\0"
				   "\nTEST: Bitte melden: Größe & <b>\n\n\0"
				   "\nZeile eins\nZeile zwei äöü\n\0"
				   "https://sla.example.com/m/ack/t0k-en_";
	struct post p;

	post_init(&p, view_plain());
	p.view.mark = "TEST";
	p.view.title = "Bitte melden: Größe &\n <b>";
	p.view.body = "Zeile  eins\nZeile zwei\t äöü";
	expect("marks_and_own_words", &p.letter, want, sizeof want - 1);
}
END_TEST

/* A test is about no ticket. */
START_TEST(a_test)
{
	static const char want[] =
	    "TEST: a test by Omar\nMara\0\nTEST: a test by Omar\n";
	struct notice_view v = view_bare();
	struct textbuf raw;
	struct post p;

	v.mark = "TEST";
	v.headline = "a test by Omar";
	v.ticket = v.thread = v.subject = v.status = "";
	v.notice_id = 0;
	post_init(&p, v);
	p.letter.kind = LETTER_TEST;
	p.letter.ack_urls = NULL;
	expect("a_test", &p.letter, want, sizeof want - 1);
	textbuf_init(&raw);
	ck_assert(write_letter(&p.letter, &raw));
	ck_assert_ptr_null(strstr(raw.data, "References"));
	ck_assert_ptr_null(strstr(raw.data, "nobody"));
	/* ... or about one that has nothing to sum up. */
	p.view.ticket = "slawatch:test";
	p.view.subject = "How you are reached";
	textbuf_clear(&raw);
	ck_assert(write_letter(&p.letter, &raw));
	ck_assert_ptr_nonnull(strstr(
	    raw.data, "\r\nHow you are reached\r\nslawatch:test\r\n\r\n"));
	ck_assert_ptr_null(strstr(raw.data, "middot"));
	textbuf_fini(&raw);
}
END_TEST

/* Who has it is said instead of a button to take it. */
START_TEST(acknowledged)
{
	static const char want[] =
	    "Acknowledged  by Dana Ruiz, Mon 5 Jan, 09:10 UTC\n\0"
	    "Snoozed       until Tue 6 Jan, 09:12 UTC\n\0"
	    "Other clocks  resolution, due in 2h, due Mon 5 Jan, 11:12 UTC\n"
	    "              update, paused\n";
	struct view_clock clocks[] = {
		{ "first reply", CLOCK_BREACHED, VIEW_NOW, "late by 12m" },
		{ "resolution", CLOCK_RUNNING, wall_plus(VIEW_NOW, 2 * HOUR_MS),
		    "due in 2h" },
		{ "update", CLOCK_PAUSED, WALL_NEVER, "paused" },
	};
	struct textbuf raw;
	struct post p;

	post_init(&p, view_plain());
	p.view.acked_by = "Dana Ruiz";
	p.view.acked_at = wall_plus(VIEW_NOW, -2 * MINUTE_MS);
	p.view.snoozed_until = wall_plus(VIEW_NOW, DAY_MS);
	p.view.clocks = clocks;
	p.view.nclocks = 3;
	expect("acknowledged", &p.letter, want, sizeof want - 1);
	textbuf_init(&raw);
	ck_assert(write_letter(&p.letter, &raw));
	ck_assert_ptr_null(strstr(raw.data, "/m/ack/"));
	textbuf_fini(&raw);
}
END_TEST

/* In the reader's own zone, in words that fit a terminal. */
START_TEST(instants_and_columns)
{
	static const char want[] =
	    "due Mon 5 Jan, 14:45 +0545\n\0"
	    "Tried         one two three four five six seven eight nine ten "
	    "eleven\n              twelve thirteen\n";
	char bytes[200];
	struct errtext err;
	struct zone *zone;
	struct textbuf tz;
	struct post p;

	textbuf_init_fixed(&tz, bytes, sizeof bytes);
	/* RFC 8536: an empty version 1 block, an empty version 2 one, and all
	 * is said by the rule. */
	for (int i = 0; i < 2; i++) {
		static const char head[44] = { 'T', 'Z', 'i', 'f',
			'2', [39] = 1, [43] = 4 };

		textbuf_addn(&tz, head, sizeof head);
		textbuf_addn(&tz, "\0\0\0\0\0\0UTC", 10);
	}
	textbuf_add(&tz, "\n<+0545>-5:45\n");
	zone = zone_parse("Asia/Kathmandu", bytes, tz.len, &err);
	ck_assert_msg(zone != NULL, "%s", err.text);
	post_init(&p, view_plain());
	p.person.zone = zone;
	p.view.tried = "one two three four five six seven eight nine ten "
		       "eleven twelve thirteen";
	expect("instants_and_columns", &p.letter, want, sizeof want - 1);
	zone_free(zone);
}
END_TEST

enum { MANY = 100 };

struct bundle {
	struct notice_view views[MANY];
	const struct notice_view *pointers[MANY];
	const char *urls[MANY];
	char names[MANY][24];
};

static void bundle_init(struct bundle *b, struct post *p, size_t count)
{
	post_init(p, view_plain());
	for (size_t i = 0; i < count; i++) {
		struct textbuf name;

		b->views[i] = view_plain();
		textbuf_init_fixed(&name, b->names[i], sizeof b->names[i]);
		textbuf_addf(&name, "zendesk:%zu", 5000 + i);
		b->views[i].ticket = b->views[i].thread = b->names[i];
		b->pointers[i] = &b->views[i];
		b->urls[i] = "https://sla.example.com/m/ack/"
			     "NTAwMS5kYW5hLjE3Njc2MDQzMjAwMDA.0123456789012345"
			     "6789012345678901234567890123456789";
	}
	p->letter.kind = LETTER_DIGEST;
	p->letter.views = b->pointers;
	p->letter.nviews = count;
	p->letter.ack_urls = b->urls;
}

START_TEST(a_digest)
{
	static const char want[] =
	    "[P1] 3 notices about 2 tickets\n\0"
	    "\n1. Escalation step 3 of 4 (lead): first reply is 12m late\n"
	    "   zendesk:5000 Cannot log in\n"
	    "   P1 Critical, Acme Corp, enterprise, open\n"
	    "   Acknowledge: https://sla.example.com/m/ack/NTAw\0"
	    "\n3. Escalation\0zendesk:5001\0"
	    "\n4 more are on the way.\n\0"
	    "slawatch notice 17, for Mara Stein";
	static struct bundle b;
	struct textbuf raw;
	struct post p;

	bundle_init(&b, &p, 3);
	b.views[2].ticket = b.views[0].ticket;
	p.letter.more = 4;
	expect("a_digest", &p.letter, want, sizeof want - 1);
	textbuf_init(&raw);
	ck_assert(write_letter(&p.letter, &raw));
	ck_assert_ptr_null(strstr(raw.data, "References"));
	textbuf_fini(&raw);
}
END_TEST

/* Gmail cuts what is longer than 102 kB, and hides the rest. */
START_TEST(a_full_digest_is_shown_whole)
{
	static const char want[] = "[P1] 100 notices\n\0"
				   "\n100. Escalation step 3 of 4";
	static struct bundle b;
	struct textbuf raw;
	struct post p;

	bundle_init(&b, &p, MANY);
	textbuf_init(&raw);
	ck_assert(write_letter(&p.letter, &raw));
	printf("a full digest: %zu bytes, its HTML %zu\n", raw.len,
	    strlen(strstr(raw.data, "text/html")));
	ck_assert_uint_lt(strlen(strstr(raw.data, "text/html")), 102000);
	textbuf_fini(&raw);
	expect(
	    "a_full_digest_is_shown_whole", &p.letter, want, sizeof want - 1);
}
END_TEST

START_TEST(an_incident)
{
	static const char want[] =
	    "[P1] Incident: 40 tickets with the same category, login\n\0"
	    "\nSince Mon 5 Jan, 09:00 UTC\n\n1. \0"
	    "\n38 of these tickets were told of before or are on their way.\n";
	static struct bundle b;
	struct textbuf raw;
	struct post p;

	bundle_init(&b, &p, 2);
	p.letter.kind = LETTER_INCIDENT;
	p.letter.same = "category";
	p.letter.value = "login";
	p.letter.tickets = 40;
	p.letter.since = wall_at(INT64_C(1767603600000));
	expect("an_incident", &p.letter, want, sizeof want - 1);
	textbuf_init(&raw);
	ck_assert(write_letter(&p.letter, &raw));
	ck_assert_ptr_nonnull(strstr(raw.data,
	    "References: <incident.category.login.29460060@example.com>"));
	textbuf_fini(&raw);
}
END_TEST

static void make_hostile(struct post *p, struct rng *rng, struct arena *arena)
{
	const char **texts[] = { &p->view.mark, &p->view.title, &p->view.body,
		&p->person.title, &p->letter.same, &p->letter.value,
		&p->ack_urls[0] };

	post_init(p, view_hostile(rng, arena));
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (rng_one_in(rng, 3))
			*texts[i] = hostile_word(rng, arena);
	}
	if (rng_one_in(rng, 4))
		p->channel.from = hostile_word(rng, arena);
	if (rng_one_in(rng, 4))
		p->person.email = hostile_word(rng, arena);
	if (rng_one_in(rng, 4))
		p->letter.idempotency_key =
		    hostile_text(rng, arena, 1 + (size_t)rng_below(rng, 9));
	p->view.face = (enum face)rng_below(rng, FACE_COUNT);
	p->letter.kind = (enum letter_kind)rng_below(rng, LETTER_EDIT);
	p->letter.tickets = (int)rng_below(rng, 50);
	p->letter.since = wall_at(rng_between(rng, 0, WALL_MAX_MS - 1));
	p->letter.more = (size_t)rng_below(rng, 3);
}

START_TEST(hostile_letters)
{
	enum { ROUNDS = 400 };
	struct rng rng = rng_seeded("test_mail_message");
	struct arena arena = ARENA_INIT;
	struct textbuf records;
	struct textbuf raw;
	int count = 0;

	textbuf_init(&records);
	textbuf_init(&raw);
	for (int i = 0; i < ROUNDS; i++) {
		struct post p;

		arena_reset(&arena);
		make_hostile(&p, &rng, &arena);
		textbuf_clear(&raw);
		if (!write_letter(&p.letter, &raw))
			continue;
		record(&records, &raw, "", 0);
		count++;
	}
	ck_assert_int_gt(count, ROUNDS / 3);
	ask_python("hostile_letters", &records, count);
	textbuf_fini(&records);
	textbuf_fini(&raw);
	arena_fini(&arena);
}
END_TEST

START_TEST(nothing_is_injected)
{
	struct textbuf raw;
	struct post p;

	textbuf_init(&raw);
	post_init(&p, view_plain());
	p.view.subject = "x\r\nBcc: evil@example.org\r\n\r\n<b>body</b>";
	p.view.body = "<img src=x>\r\n\r\n--=_slawatch\r\n";
	p.view.mark = "TEST\r\nBcc: evil@example.org";
	p.view.thread = "a:b>\r\nBcc: evil@example.org";
	p.person.title = "Mara\r\nBcc: evil@example.org";
	p.letter.idempotency_key = "1>\r\nBcc: evil@example.org";
	p.ack_urls[0] = "https://x/\"><script>";
	p.view.url = "javascript:alert(1)";
	ck_assert(write_letter(&p.letter, &raw));
	ck_assert_ptr_null(strstr(raw.data, "\nBcc"));
	ck_assert_ptr_null(strstr(raw.data, "script"));
	ck_assert_ptr_null(strstr(strstr(raw.data, "text/html"), "<b>"));
	ck_assert_ptr_null(strstr(strstr(raw.data, "text/html"), "<img"));
	p.channel.from = "SLA\r\nBcc: evil@example.org <sla@example.com>";
	ck_assert(!write_letter(&p.letter, &raw));
	post_init(&p, view_plain());
	p.person.email = "mara@example.com>\r\nBcc: <evil@example.org";
	ck_assert(!write_letter(&p.letter, &raw));
	p.person.email = NULL;
	ck_assert(!write_letter(&p.letter, &raw));
	textbuf_fini(&raw);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("mail_message");
	TCase *tc = tcase_create("mail_message");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, a_plain_notice);
	tcase_add_test(tc, repeats_are_the_same);
	tcase_add_test(tc, marks_and_own_words);
	tcase_add_test(tc, a_test);
	tcase_add_test(tc, acknowledged);
	tcase_add_test(tc, instants_and_columns);
	tcase_add_test(tc, a_digest);
	tcase_add_test(tc, a_full_digest_is_shown_whole);
	tcase_add_test(tc, an_incident);
	tcase_add_test(tc, hostile_letters);
	tcase_add_test(tc, nothing_is_injected);
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
