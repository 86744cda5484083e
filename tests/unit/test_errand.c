/* test_errand.c - which letter does a parcel become, and who drops out of it?
 *
 * With a real database and the real Slack and mail kinds.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/errand.h"
#include "lib/store_fixture.h"

#include <string.h>

#define NOW 1767603960000

enum { ROOM, DM, MENTION, MAIL, CHANNELS };

static struct channel channels[CHANNELS] = {
	[ROOM] = { .name = "support", .type = CHANNEL_SLACK, .base = ROOM },
	[DM] = { .name = "support.dm",
	    .type = CHANNEL_SLACK,
	    .way = WAY_DM,
	    .base = ROOM },
	[MENTION] = { .name = "support.mention",
	    .type = CHANNEL_SLACK,
	    .way = WAY_MENTION,
	    .base = ROOM },
	[MAIL] = { .name = "mail", .type = CHANNEL_SMTP, .base = MAIL },
};
static struct person people[] = {
	{ .name = "dana",
	    .title = "Dana Ruiz",
	    .slack = "U01DANA",
	    .email = "dana@example.com",
	    .hours = -1,
	    .quiet = -1 },
	{ .name = "eli",
	    .title = "Eli Park",
	    .email = "eli@example.com",
	    .hours = -1,
	    .quiet = -1 },
};
static const struct errand_home home = { .instance = "abc",
	.public_url = "https://sla.example.com",
	.link_key = "0123456789abcdef0123456789abcdef"
		    "0123456789abcdef0123456789abcdef",
	.link_expires_ms = DAY_MS,
	.rate = 2 };

static struct matrix_ref *matrix;
static struct reader *reader;
static struct parcel parcel;
static struct errand *e;

static void open_all(void)
{
	struct matrix *m = matrix_new();

	setup();
	for (int i = ROOM; i <= MENTION; i++) {
		channels[i].url = "https://slack.com/api";
		channels[i].token = "xoxb";
		channels[i].room = "C0SUPPORT";
	}
	channels[MAIL].url = "smtps://mail.example.com";
	channels[MAIL].from = "sla@example.com";
	m->channels = channels;
	m->nchannels = CHANNELS;
	m->people = people;
	m->npeople = 2;
	m->revision = "0123456789abcdef";
	matrix = matrix_ref_new(m, wall_at(NOW));
	REQUIRE(reader_open(path, &reader, &err) == STORE_OK);
	memset(&parcel, 0, sizeof parcel);
	e = NULL;
}

static void close_all(void)
{
	if (e != NULL)
		errand_free(e);
	reader_close(reader);
	matrix_ref_put(matrix);
	teardown();
}

/* A ticket to which notices are added; then saved. */
static struct ticket *ticket(const char *key)
{
	struct ticket *t = arena_alloc(&arena, sizeof *t);

	ticket_init(t, &arena, key);
	t->fields.text[FIELD_SUBJECT] = "Cannot log in";
	t->fields.text[FIELD_CATEGORY] = "login";
	t->dirty = true;
	return t;
}

static struct notice *add(
    struct ticket *t, int channel, const char *who, enum notice_reason reason)
{
	struct notice *n = arena_push(
	    &arena, &t->notices, &t->nnotices, &t->cap_notices, sizeof *n);

	*n = (struct notice){ .reason = reason,
		.clock = "first_reply",
		.due = wall_at(NOW - MINUTE_MS),
		.chain = "",
		.step = -1,
		.role = "",
		.who = who,
		.channel = channels[channel].name,
		.spare = "",
		.detail = "",
		.at = wall_at(NOW),
		.free_at = wall_at(NOW),
		.held_until = WALL_NEVER,
		.useful_until = wall_at(NOW + DAY_MS),
		.ref = "",
		.dirty = true };
	return n;
}

/* Saves it, and puts all of its notices into the parcel. */
static void put(struct ticket *t)
{
	static int events;
	char id[16];

	snprintf(id, sizeof id, "e-%d", ++events);
	save_alone(t, arena_strdup(&arena, id));
	for (size_t i = 0; i < t->nnotices; i++) {
		parcel.ids[parcel.count] = t->notices[i].id;
		parcel.tickets[parcel.count++] = t->id;
	}
}

static void prepare(enum parcel_kind kind)
{
	parcel.kind = kind;
	e = errand_new(&home, &parcel, matrix_ref_get(matrix));
	errand_prepare(e, reader, wall_at(NOW));
}

static const struct letter *letter(void)
{
	return &e->letter;
}

static struct ticket *single(const char *key, int channel, const char *who)
{
	struct ticket *t = ticket(key);

	add(t, channel, who, NOTICE_BREACH);
	put(t);
	return t;
}

static void post(const struct ticket *t, uint64_t shown, int64_t *id)
{
	struct post p = { .ticket_id = t->id,
		.channel = "support",
		.room = "C0SUPPORT",
		.ref = "1767603960.000100",
		.shown = shown,
		.wanted = shown };

	OK(store_begin(store, &err));
	OK(store_add_post(store, &p, id, &err));
	OK(store_commit(store, &err));
}

/* --- one notice ------------------------------------------------------------
 */

START_TEST(one_goes_alone)
{
	struct ticket *t = single("t:1", ROOM, "dana");

	prepare(PARCEL_NOTICE);
	ck_assert_int_eq(e->kind, ERRAND_SEND);
	ck_assert_int_eq(letter()->kind, LETTER_NOTICE);
	ck_assert_uint_eq(letter()->nviews, 1);
	ck_assert_str_eq(letter()->views[0]->ticket, "t:1");
	ck_assert_str_eq(letter()->channel->name, "support");
	ck_assert_ptr_eq(letter()->person, &people[0]);
	ck_assert_str_eq(letter()->thread, "");
	ck_assert(e->asked.threads);
	ck_assert_uint_eq(e->face, ticket_face(matrix_ref_matrix(matrix), t));
	ck_assert_ptr_nonnull(strstr(letter()->idempotency_key, "abc-"));
}
END_TEST

START_TEST(it_replies_to_the_thread)
{
	struct ticket *t = single("t:1", MENTION, "dana");
	int64_t id;

	post(t, 7, &id);
	prepare(PARCEL_NOTICE);
	ck_assert_str_eq(letter()->thread, "1767603960.000100");
	ck_assert_str_eq(letter()->thread_room, "C0SUPPORT");
	ck_assert_int_eq(e->post.id, id);
	ck_assert(!e->asked.threads);
	ck_assert_str_eq(letter()->channel->name, "support.mention");
	ck_assert_str_eq(letter()->base->name, "support");
}
END_TEST

/* The database does not know it yet. */
START_TEST(a_thread_that_has_just_begun_counts)
{
	single("t:1", ROOM, "");
	parcel.kind = PARCEL_NOTICE;
	e = errand_new(&home, &parcel, matrix_ref_get(matrix));
	e->threads[0] = (struct errand_thread){ "other", "C1", "1.1" };
	e->threads[1] = (struct errand_thread){ "support", "C2", "2.2" };
	e->nthreads = 2;
	errand_prepare(e, reader, wall_at(NOW));
	ck_assert_str_eq(letter()->thread, "2.2");
	ck_assert_str_eq(letter()->thread_room, "C2");
	ck_assert_int_eq(e->post.id, 0);
}
END_TEST

START_TEST(a_direct_message_needs_an_address)
{
	struct ticket *t = single("t:1", DM, "dana");
	int64_t id;

	post(t, 7, &id);
	prepare(PARCEL_NOTICE);
	ck_assert_int_eq(e->kind, ERRAND_SEND);
	ck_assert_str_eq(e->asked.learns, "dm U01DANA");
	ck_assert_str_eq(letter()->thread, "");
	errand_learn(e, "D01DANA");
	e->requests = 1;
	errand_prepare(e, NULL, wall_at(NOW + 50));
	ck_assert_int_eq(e->kind, ERRAND_SEND);
	ck_assert_ptr_null(e->asked.learns);
	ck_assert_ptr_nonnull(strstr(e->send.body, "D01DANA"));
	ck_assert_uint_eq(e->nnames, 1);
	ck_assert(e->names[0].is_new);
}
END_TEST

static void know(const char *channel, struct wall at)
{
	OK(store_begin(store, &err));
	OK(store_set_address(
	    store, channel, "dm U01DANA", "D02DANA", at, &err));
	OK(store_commit(store, &err));
}

START_TEST(an_address_is_known_for_a_month)
{
	single("t:1", DM, "dana");
	know("support", wall_at(NOW - 29 * DAY_MS));
	prepare(PARCEL_NOTICE);
	ck_assert_ptr_null(e->asked.learns);
	ck_assert_ptr_nonnull(strstr(e->send.body, "D02DANA"));
	ck_assert_uint_eq(e->nnames, 1);
	ck_assert(!e->names[0].is_new);
}
END_TEST

START_TEST(an_old_address_is_asked_for_again)
{
	single("t:1", DM, "dana");
	know("support", wall_at(NOW - 31 * DAY_MS));
	know("other", wall_at(NOW));
	prepare(PARCEL_NOTICE);
	ck_assert_str_eq(e->asked.learns, "dm U01DANA");
}
END_TEST

START_TEST(a_mail_has_a_link_of_its_own)
{
	single("t:1", MAIL, "dana");
	prepare(PARCEL_NOTICE);
	ck_assert_int_eq(e->kind, ERRAND_SEND);
	ck_assert_str_eq(e->send.mail_to, "dana@example.com");
	ck_assert_ptr_nonnull(letter()->ack_urls);
	ck_assert(strncmp(letter()->ack_urls[0],
		      "https://sla.example.com/m/ack/", 30) == 0);
}
END_TEST

/* --- fates -----------------------------------------------------------------
 */

START_TEST(what_is_moot_drops_out)
{
	struct ticket *t = ticket("t:1");

	add(t, ROOM, "", NOTICE_BREACH)->state = NOTICE_WITHDRAWN;
	add(t, ROOM, "", NOTICE_CHAIN)->useful_until = wall_at(NOW - 1);
	add(t, ROOM, "", NOTICE_WARNING)->free_at = wall_at(NOW + 1);
	add(t, ROOM, "", NOTICE_REMINDER);
	put(t);
	parcel.ids[parcel.count] = 4711;
	parcel.tickets[parcel.count++] = t->id;
	prepare(PARCEL_DIGEST);
	ck_assert_int_eq(e->notices[0].fate, FATE_GONE);
	ck_assert_int_eq(e->notices[1].fate, FATE_USELESS);
	ck_assert_int_eq(e->notices[2].fate, FATE_WAITS);
	ck_assert_int_eq(e->notices[2].again_at.ms, NOW + 1);
	ck_assert_int_eq(e->notices[3].fate, FATE_SAID);
	ck_assert_int_eq(e->notices[4].fate, FATE_GONE);
	ck_assert_uint_eq(e->said, 1);
	ck_assert_int_eq(letter()->kind, LETTER_NOTICE);
	ck_assert_int_eq(letter()->views[0]->reason, NOTICE_REMINDER);
}
END_TEST

START_TEST(nothing_left_is_nothing_said)
{
	struct ticket *t = ticket("t:1");

	add(t, ROOM, "", NOTICE_BREACH)->state = NOTICE_DONE;
	put(t);
	prepare(PARCEL_NOTICE);
	ck_assert_int_eq(e->kind, ERRAND_IDLE);
	ck_assert_uint_eq(e->said, 0);
}
END_TEST

START_TEST(a_channel_that_went_is_said)
{
	struct ticket *t = ticket("t:1");

	add(t, ROOM, "", NOTICE_BREACH)->channel = "gone";
	put(t);
	prepare(PARCEL_NOTICE);
	ck_assert_int_eq(e->kind, ERRAND_REFUSE);
	ck_assert_str_eq(e->why, "the channel is not in the matrix");
}
END_TEST

START_TEST(who_cannot_be_reached_is_said)
{
	single("t:1", MAIL, "nobody");
	prepare(PARCEL_NOTICE);
	ck_assert_int_eq(e->kind, ERRAND_REFUSE);
	ck_assert_ptr_nonnull(strstr(e->why, "no email address"));
}
END_TEST

/* --- bundles ---------------------------------------------------------------
 */

START_TEST(several_of_a_ticket_are_the_latest)
{
	struct ticket *t = ticket("t:1");

	add(t, ROOM, "", NOTICE_BREACH);
	add(t, ROOM, "", NOTICE_REMINDER);
	add(t, ROOM, "dana", NOTICE_CHAIN);
	put(t);
	single("t:2", ROOM, "");
	parcel.more = 3;
	prepare(PARCEL_DIGEST);
	ck_assert_int_eq(letter()->kind, LETTER_DIGEST);
	ck_assert_uint_eq(e->said, 4);
	ck_assert_uint_eq(letter()->nviews, 3);
	ck_assert_int_eq(letter()->views[0]->reason, NOTICE_REMINDER);
	ck_assert_int_eq(letter()->views[1]->reason, NOTICE_CHAIN);
	ck_assert_str_eq(letter()->views[2]->ticket, "t:2");
	ck_assert_uint_eq(letter()->more, 3);
	ck_assert_ptr_null(letter()->person);
	ck_assert_str_eq(letter()->thread, "");
}
END_TEST

START_TEST(a_mixed_bundle_is_the_rooms)
{
	single("t:1", MENTION, "dana");
	single("t:2", ROOM, "");
	prepare(PARCEL_DIGEST);
	ck_assert_ptr_eq(letter()->channel, &channels[ROOM]);
	ck_assert_ptr_null(letter()->person);
}
END_TEST

START_TEST(a_persons_bundle_has_a_link_each)
{
	single("t:1", MAIL, "dana");
	single("t:2", MAIL, "dana");
	prepare(PARCEL_DIGEST);
	ck_assert_ptr_eq(letter()->person, &people[0]);
	ck_assert_ptr_nonnull(letter()->ack_urls[0]);
	ck_assert_ptr_nonnull(letter()->ack_urls[1]);
	ck_assert_str_ne(letter()->ack_urls[0], letter()->ack_urls[1]);
}
END_TEST

/* The key is that of exactly these notices. */
START_TEST(a_bundle_has_a_key_of_its_own)
{
	char *first;

	single("t:1", ROOM, "");
	single("t:2", ROOM, "");
	single("t:3", ROOM, "");
	parcel.count = 2;
	prepare(PARCEL_DIGEST);
	first = strdup(letter()->idempotency_key);
	errand_free(e);
	prepare(PARCEL_DIGEST);
	ck_assert_str_eq(first, letter()->idempotency_key);
	errand_free(e);
	parcel.ids[1] = parcel.ids[2];
	parcel.tickets[1] = parcel.tickets[2];
	prepare(PARCEL_DIGEST);
	ck_assert_str_ne(first, letter()->idempotency_key);
	free(first);
}
END_TEST

START_TEST(an_incident_has_all_of_its_tickets)
{
	struct ticket *told = single("t:1", ROOM, "");

	single("t:2", ROOM, "");
	memmove(parcel.ids, parcel.ids + 1, sizeof parcel.ids[0]);
	memmove(parcel.tickets, parcel.tickets + 1, sizeof parcel.tickets[0]);
	parcel.count = 1;
	parcel.same = SAME_CATEGORY;
	parcel.told[0] = told->id;
	parcel.told[1] = parcel.tickets[0];
	parcel.told[2] = 4711;
	parcel.ntold = 3;
	parcel.all = 9;
	parcel.lasts_ms = 1500;
	prepare(PARCEL_INCIDENT);
	ck_assert_int_eq(letter()->kind, LETTER_INCIDENT);
	ck_assert_uint_eq(letter()->nviews, 2);
	ck_assert_str_eq(letter()->views[0]->ticket, "t:2");
	ck_assert_str_eq(letter()->views[1]->ticket, "t:1");
	ck_assert_str_eq(letter()->same, "category");
	ck_assert_str_eq(letter()->value, "login");
	ck_assert_int_eq(letter()->tickets, 9);
	ck_assert_int_eq(letter()->since.ms, NOW - 3000);
}
END_TEST

/* --- edits -----------------------------------------------------------------
 */

static void on_stale(void *user, const struct post *p)
{
	(void)user;
	(void)p;
}

static void edit(const struct ticket *t, uint64_t shown, uint64_t wanted)
{
	int64_t id;

	post(t, shown, &id);
	OK(store_begin(store, &err));
	OK(store_want_face(store, t, wanted, on_stale, NULL, &err));
	OK(store_commit(store, &err));
	memset(&parcel, 0, sizeof parcel);
	parcel.ids[0] = -id;
	parcel.tickets[0] = t->id;
	parcel.count = 1;
	prepare(PARCEL_EDIT);
}

static uint64_t face_of(const struct ticket *t)
{
	return ticket_face(matrix_ref_matrix(matrix), t);
}

START_TEST(a_stale_post_is_edited)
{
	struct ticket *t = single("t:1", ROOM, "");

	edit(t, face_of(t) + 1, face_of(t));
	ck_assert_int_eq(e->kind, ERRAND_SEND);
	ck_assert_int_eq(letter()->kind, LETTER_EDIT);
	ck_assert_str_eq(letter()->thread, "1767603960.000100");
	ck_assert_str_eq(letter()->thread_room, "C0SUPPORT");
	ck_assert_uint_eq(e->face, face_of(t));
	ck_assert_ptr_nonnull(strstr(e->send.url, "chat.update"));
}
END_TEST

START_TEST(a_post_that_shows_the_truth_is_left_alone)
{
	struct ticket *t = single("t:1", ROOM, "");

	edit(t, face_of(t), face_of(t));
	ck_assert_int_eq(e->kind, ERRAND_IDLE);
	ck_assert_int_eq(e->notices[0].fate, FATE_GONE);
	ck_assert_uint_eq(e->said, 0);
}
END_TEST

START_TEST(a_post_that_was_forgotten_is_gone)
{
	parcel.ids[0] = -4711;
	parcel.tickets[0] = 1;
	parcel.count = 1;
	prepare(PARCEL_EDIT);
	ck_assert_int_eq(e->kind, ERRAND_IDLE);
	ck_assert_int_eq(e->notices[0].fate, FATE_GONE);
}
END_TEST

/* --- probes ----------------------------------------------------------------
 */

static void probe(enum letter_kind kind, int channel, int person)
{
	static int mark;

	e = errand_new(&home, NULL, matrix_ref_get(matrix));
	e->probe = (struct probe *)&mark;
	e->now = wall_at(NOW);
	errand_probe_letter(e, kind, channel, person, "mara");
	errand_prepare(e, reader, wall_at(NOW));
}

START_TEST(a_test_is_marked)
{
	probe(LETTER_TEST, ROOM, -1);
	ck_assert_int_eq(e->kind, ERRAND_SEND);
	ck_assert_str_eq(letter()->views[0]->mark, "TEST");
	ck_assert_ptr_null(letter()->person);
	ck_assert_ptr_null(letter()->ack_urls);
	ck_assert_ptr_nonnull(strstr(letter()->idempotency_key, "test"));
}
END_TEST

START_TEST(a_test_by_mail_has_no_link)
{
	probe(LETTER_TEST, MAIL, 0);
	ck_assert_int_eq(e->kind, ERRAND_SEND);
	ck_assert_ptr_eq(letter()->person, &people[0]);
	ck_assert_ptr_null(letter()->ack_urls);
}
END_TEST

START_TEST(who_cannot_be_asked_about_is_no_request)
{
	probe(LETTER_CHECK, MAIL, 0);
	ck_assert_int_eq(e->kind, ERRAND_IDLE);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("errand");
	TCase *tc = tcase_create("errand");

	tcase_add_checked_fixture(tc, open_all, close_all);
	tcase_add_test(tc, one_goes_alone);
	tcase_add_test(tc, it_replies_to_the_thread);
	tcase_add_test(tc, a_thread_that_has_just_begun_counts);
	tcase_add_test(tc, a_direct_message_needs_an_address);
	tcase_add_test(tc, an_address_is_known_for_a_month);
	tcase_add_test(tc, an_old_address_is_asked_for_again);
	tcase_add_test(tc, a_mail_has_a_link_of_its_own);
	tcase_add_test(tc, what_is_moot_drops_out);
	tcase_add_test(tc, nothing_left_is_nothing_said);
	tcase_add_test(tc, a_channel_that_went_is_said);
	tcase_add_test(tc, who_cannot_be_reached_is_said);
	tcase_add_test(tc, several_of_a_ticket_are_the_latest);
	tcase_add_test(tc, a_mixed_bundle_is_the_rooms);
	tcase_add_test(tc, a_persons_bundle_has_a_link_each);
	tcase_add_test(tc, a_bundle_has_a_key_of_its_own);
	tcase_add_test(tc, an_incident_has_all_of_its_tickets);
	tcase_add_test(tc, a_stale_post_is_edited);
	tcase_add_test(tc, a_post_that_shows_the_truth_is_left_alone);
	tcase_add_test(tc, a_post_that_was_forgotten_is_gone);
	tcase_add_test(tc, a_test_is_marked);
	tcase_add_test(tc, a_test_by_mail_has_no_link);
	tcase_add_test(tc, who_cannot_be_asked_about_is_no_request);
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
