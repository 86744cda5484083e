/* test_roster_random.c - random teams, absences, ways and steps.
 *
 * They are held against what must be true of any roster; turns, channels and
 * who is spared against a naive count.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/roster_world.h"

#include "lib/rng.h"

/* A channel, or one of the words for the ticket's room. */
static int some_way(struct rng *rng)
{
	return rng_one_in(rng, 3)
		   ? OWN_ROOM(rng_one_in(rng, 2) ? WAY_DM : WAY_MENTION)
		   : (int)rng_below(rng, CHANNELS);
}

static void some_world(struct rng *rng)
{
	build_people();
	duty.count = 0;
	memset(ways, 0, sizeof ways);
	for (int i = 0; i < PEOPLE; i++) {
		struct person *p = &people[i];

		if (rng_one_in(rng, 2))
			p->email = NULL;
		if (rng_one_in(rng, 2))
			p->slack = "U01";
		p->sees = (enum sees)rng_below(rng, SEES_COUNT);
		if (rng_one_in(rng, 2))
			p->hours = (int)rng_below(rng, 2);
		if (rng_one_in(rng, 2))
			p->quiet = (int)rng_below(rng, 2);
		p->quiet_not = (uint32_t)rng_below(rng, 4);
		for (int k = 0; k < 3 && rng_one_in(rng, 2); k++)
			has_ways(i, k, some_way(rng), some_way(rng));
		if (rng_one_in(rng, 3))
			is_away(names[i], rng_one_in(rng, 3)
					      ? ""
					      : names[rng_below(rng, PEOPLE)]);
		picked[i] = (int64_t)rng_below(rng, 4);
	}
	for (int i = 0; i < TEAMS; i++) {
		team_of(i, "", rng_one_in(rng, 2) ? WHO_TEAM : WHO_PERSON,
		    (int)rng_below(rng, TEAMS + 1) - 1);
		teams[i].channel = (int)rng_below(rng, CHANNELS + 1) - 1;
		teams[i].lead = (int)rng_below(rng, PEOPLE + 1) - 1;
		for (int k = 0; k < PEOPLE; k++)
			if (rng_one_in(rng, 2))
				members[i][teams[i].nmembers++].person = k;
	}
}

static struct step some_step(struct rng *rng)
{
	static const char *const who[] = { "ann", "eve", "lead", "crew",
		"crew0", "crew1", "crew2", "one of crew0", "one of team",
		"team", "assignee", "room", "mail", "gone" };
	struct step s = { .hours = "" };

	s.nwho = 1 + rng_below(rng, 4);
	for (size_t i = 0; i < s.nwho; i++)
		s.who[i] = who[rng_below(rng, sizeof who / sizeof who[0])];
	s.nvia = rng_below(rng, 4);
	for (size_t i = 0; i < s.nvia; i++)
		s.via[i] = matrix_way_name(m, some_way(rng));
	return s;
}

/* What a way means for the ticket: by the words of matrix.h. */
static int naive_way(int way)
{
	int team = matrix_team(m, t.fields.text[FIELD_TEAM]);
	int room = team < 0 ? -1 : teams[team].channel;

	if (way >= 0)
		return way;
	if (room < 4)
		room = 4;
	return (room < 7 ? 4 : 7) + (way == OWN_ROOM(WAY_DM) ? 1 : 2);
}

static int named_way(const char *name)
{
	return naive_way(strcmp(name, "dm") == 0 ? OWN_ROOM(WAY_DM)
			 : strcmp(name, "mention") == 0
			     ? OWN_ROOM(WAY_MENTION)
			     : matrix_channel(m, name));
}

/* True of any candidate, whatever the world. */
static void is_lawful(
    const struct candidate *c, const struct step *s, bool quiet_skips)
{
	int cover;

	if (c->skipped != NULL)
		return;
	ck_assert(roster_can_carry(m, c->channel, c->person));
	if (c->person < 0)
		return;
	ck_assert(!roster_is_away(&u, c->person, &cover));
	ck_assert(!quiet_skips || !roster_is_quiet(&u, c->person, NOW));
	for (size_t i = 0; s->nvia > 0 && i <= s->nvia; i++) {
		ck_assert_uint_lt(i, s->nvia);
		if (named_way(s->via[i]) == c->channel)
			break;
	}
}

START_TEST(any_roster_is_lawful)
{
	struct rng rng = rng_seeded("test_roster_random");

	for (int round = 0; round < 3000; round++) {
		bool quiet_skips = rng_one_in(&rng, 2);
		struct roster r;
		struct step s;
		size_t told = 0;

		some_world(&rng);
		t.fields.text[FIELD_TEAM] = rng_one_in(&rng, 2) ? "crew1" : "x";
		t.fields.text[FIELD_ASSIGNEE] = names[rng_below(&rng, PEOPLE)];
		t.fields.text[FIELD_SEVERITY] =
		    rng_one_in(&rng, 3) ? NULL : "P2";
		s = some_step(&rng);
		roster_of_step(&u, &s, quiet_skips, &r);
		ck_assert_uint_gt(r.count, 0);
		for (size_t i = 0; i < r.count; i++) {
			is_lawful(&r.items[i], &s, quiet_skips);
			told += r.items[i].skipped == NULL;
			for (size_t k = 0; k < i; k++)
				ck_assert(
				    r.items[i].person < 0 ||
				    r.items[i].person != r.items[k].person);
		}
		ck_assert_uint_eq(told, r.told);
	}
}
END_TEST

static bool names_it(const struct ways *w, bool any, int way)
{
	for (size_t i = 0; any && i < w->count; i++)
		if (naive_way(w->channels[i]) == way)
			return true;
	return false;
}

/* By which channels, the first one first: those of `via` that the person named,
 * then the rest; but a mention that they did not name stays where it is. */
static void naive_channels(
    const struct step *s, int person, struct textbuf *out)
{
	const char *severity = t.fields.text[FIELD_SEVERITY];
	const struct ways *w = &ways[person][severity == NULL ? 2 : 1];
	bool any = people[person].ways != NULL;
	int found[PERSON_WAYS_MAX + STEP_VIA_MAX];
	int fixed[STEP_VIA_MAX];
	bool gone[STEP_VIA_MAX];
	size_t n = 0, at = 0;

	for (size_t i = 0; any && i < w->count; i++) {
		bool in_via = s->nvia == 0;

		for (size_t k = 0; k < s->nvia; k++)
			in_via |=
			    named_way(s->via[k]) == naive_way(w->channels[i]);
		for (size_t k = 0; k < n; k++)
			in_via &= found[k] != naive_way(w->channels[i]);
		if (in_via)
			found[n++] = naive_way(w->channels[i]);
	}
	for (size_t k = 0; k < s->nvia; k++) {
		int way = named_way(s->via[k]);

		fixed[k] = -1;
		for (size_t j = 0; j < k; j++)
			if (named_way(s->via[j]) == way)
				way = -1; /* it is there already */
		gone[k] = way < 0;
		if (way >= 0 && channels[way].way == WAY_MENTION &&
		    !names_it(w, any, way))
			fixed[k] = way;
		else if (way >= 0 && !names_it(w, any, way))
			found[n++] = way;
	}
	for (size_t k = 0; k < s->nvia; k++) {
		if (fixed[k] >= 0) {
			memmove(&found[at + 1], &found[at],
			    (n - at) * sizeof *found);
			found[at] = fixed[k];
			n++;
		}
		at += !gone[k];
	}
	for (size_t i = 0; i < n; i++) {
		bool again =
		    found[i] < 0 || !roster_can_carry(m, found[i], person);

		for (size_t k = 0; k < i; k++)
			again |= found[k] == found[i];
		if (!again)
			textbuf_addf(out, "%s%s", out->len > 0 ? "," : "",
			    channels[found[i]].name);
	}
}

START_TEST(channels_against_a_naive_list)
{
	struct rng rng = rng_seeded("test_roster_random");

	for (int round = 0; round < 5000; round++) {
		int person = (int)rng_below(&rng, PEOPLE);
		struct textbuf want, got;
		struct candidate c;
		struct step s;

		some_world(&rng);
		t.fields.text[FIELD_TEAM] = rng_one_in(&rng, 3) ? "crew1" : "x";
		t.fields.text[FIELD_SEVERITY] =
		    rng_one_in(&rng, 3) ? NULL : "P2";
		s = some_step(&rng);
		c = roster_person(&u, &s, person, "", true);
		textbuf_init(&want);
		textbuf_init(&got);
		naive_channels(&s, person, &want);
		if (c.channel >= 0)
			textbuf_addf(&got, "%s%s%s", channels[c.channel].name,
			    *c.spare == '\0' ? "" : ",", c.spare);
		ck_assert_str_eq(got.data, want.data);
		textbuf_fini(&want);
		textbuf_fini(&got);
	}
}
END_TEST

/* Told as one of crew0, as the role says or as they say themselves. */
static bool is_spared(int person)
{
	enum sees sees = people[person].sees;
	const char *owner = t.fields.text[FIELD_ASSIGNEE];

	if (sees == SEES_UNSAID)
		sees = roles[1].sees;
	return sees == SEES_OWN && owner != NULL &&
	       strcmp(owner, names[person]) != 0 && teams[0].lead != person;
}

static bool can_be_told(const struct step *s, int person)
{
	return roster_person(&u, s, person, "", true).skipped == NULL;
}

static const char *fate_of(const struct roster *r, int person)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].person == person)
			return r->items[i].skipped == NULL
				   ? "told"
				   : r->items[i].skipped;
	return "not asked";
}

START_TEST(who_is_spared_against_a_naive_count)
{
	struct rng rng = rng_seeded("test_roster_random");
	struct step s = step_to("crew");
	int spared = 0;

	s.via[0] = "room";
	s.via[1] = "dm";
	s.nvia = 2;
	for (int round = 0; round < 5000; round++) {
		struct roster r;
		bool enough = false;

		some_world(&rng);
		duty.count = 0; /* a cover is told as well */
		teams[0].fallback.index = -1;
		roles[1].sees = (enum sees)rng_below(&rng, SEES_COUNT);
		t.fields.text[FIELD_ASSIGNEE] =
		    rng_one_in(&rng, 3) ? NULL : names[rng_below(&rng, PEOPLE)];
		for (size_t i = 0; i < teams[0].nmembers; i++) {
			int p = members[0][i].person;

			enough |= !is_spared(p) && can_be_told(&s, p);
		}
		roster_of_step(&u, &s, true, &r);
		for (size_t i = 0; i < teams[0].nmembers; i++) {
			int p = members[0][i].person;
			const char *fate = fate_of(&r, p);
			bool is_own =
			    strstr(fate, "sees own tickets only") == fate;

			ck_assert_int_eq(is_own,
			    enough && is_spared(p) && can_be_told(&s, p));
			ck_assert_int_eq(strcmp(fate, "told") == 0,
			    can_be_told(&s, p) && !is_own);
			spared += is_own;
		}
	}
	roles[1].sees = SEES_UNSAID;
	ck_assert_int_gt(spared, 500);
}
END_TEST

/* The first of those whom nobody on duty was picked before. */
static int naive_turn(const struct step *s)
{
	int best = -1;

	for (size_t i = 0; i < teams[0].nmembers; i++) {
		int p = members[0][i].person;

		if (!roster_on_duty(&u, p) ||
		    roster_person(&u, s, p, "", true).channel < 0)
			continue;
		if (best < 0 || picked[p] < picked[best])
			best = p;
	}
	return best;
}

START_TEST(turns_against_a_naive_count)
{
	struct rng rng = rng_seeded("test_roster_random");

	for (int round = 0; round < 3000; round++) {
		struct step s;

		some_world(&rng);
		s = some_step(&rng);
		ck_assert_int_eq(
		    roster_pick(&u, 0, &s, "one of crew0"), naive_turn(&s));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("roster_random");
	TCase *tc = tcase_create("roster_random");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, any_roster_is_lawful);
	tcase_add_test(tc, turns_against_a_naive_count);
	tcase_add_test(tc, channels_against_a_naive_list);
	tcase_add_test(tc, who_is_spared_against_a_naive_count);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
