/* test_chain.c - a chain survives as a line of text, and garbage does not.
 *
 * SPDX-License-Identifier: MIT */
#include "core/chain.h"
#include "lib/rng.h"

#include <check.h>
#include <string.h>

static const char *const names[] = { "primary", "dana ruiz", "a;b", "c,d",
	"e+f", "%41", "z\xc3\xbc", "x" };

static struct chain random_chain(struct rng *rng, struct step *steps)
{
	struct chain c = { .name = names[rng_below(rng, 8)],
		.rank = (int)rng_between(rng, -5, 5),
		.ack_timeout_ms = rng_between(rng, 0, DAY_MS),
		.repeat = (int)rng_below(rng, 10),
		.repeat_after_ms = rng_between(rng, 0, DAY_MS),
		.steps = steps,
		.nsteps = 1 + rng_below(rng, CHAIN_STEPS_MAX) };

	for (size_t i = 0; i < c.nsteps; i++) {
		struct step *s = &steps[i];

		memset(s, 0, sizeof *s);
		s->after_ms = rng_between(rng, 0, DAY_MS);
		s->remind_every_ms = rng_between(rng, 0, DAY_MS);
		s->remind_times = (int)rng_below(rng, 100);
		s->until = (enum until)rng_below(rng, UNTIL_COUNT);
		s->send = (enum send)rng_below(rng, SEND_COUNT);
		s->hours =
		    rng_below(rng, 2) == 0 ? "" : names[rng_below(rng, 8)];
		s->nwho = 1 + rng_below(rng, STEP_WHO_MAX);
		s->nvia = rng_below(rng, STEP_VIA_MAX + 1);
		for (size_t k = 0; k < s->nwho; k++)
			s->who[k] = names[rng_below(rng, 8)];
		for (size_t k = 0; k < s->nvia; k++)
			s->via[k] = names[rng_below(rng, 8)];
	}
	return c;
}

static void same_step(const struct step *a, const struct step *b)
{
	ck_assert_int_eq(a->after_ms, b->after_ms);
	ck_assert_int_eq(a->remind_every_ms, b->remind_every_ms);
	ck_assert_int_eq(a->remind_times, b->remind_times);
	ck_assert_int_eq(a->until, b->until);
	ck_assert_int_eq(a->send, b->send);
	ck_assert_str_eq(a->hours, b->hours);
	ck_assert_uint_eq(a->nwho, b->nwho);
	ck_assert_uint_eq(a->nvia, b->nvia);
	for (size_t k = 0; k < a->nwho; k++)
		ck_assert_str_eq(a->who[k], b->who[k]);
	for (size_t k = 0; k < a->nvia; k++)
		ck_assert_str_eq(a->via[k], b->via[k]);
}

START_TEST(what_is_written_is_read)
{
	struct rng rng = rng_seeded("test_chain");
	struct step steps[CHAIN_STEPS_MAX];

	for (int round = 0; round < 300; round++) {
		struct arena arena = ARENA_INIT;
		struct chain in = random_chain(&rng, steps);
		struct chain out;

		ck_assert(
		    chain_decode(chain_encode(&in, &arena), &arena, &out));
		ck_assert_str_eq(in.name, out.name);
		ck_assert_int_eq(in.rank, out.rank);
		ck_assert_int_eq(in.ack_timeout_ms, out.ack_timeout_ms);
		ck_assert_int_eq(in.repeat, out.repeat);
		ck_assert_int_eq(in.repeat_after_ms, out.repeat_after_ms);
		ck_assert_uint_eq(in.nsteps, out.nsteps);
		for (size_t i = 0; i < in.nsteps; i++)
			same_step(&in.steps[i], &out.steps[i]);
		arena_fini(&arena);
	}
}
END_TEST

START_TEST(garbage_is_refused)
{
	static const char *const bad[] = { "", "a", "a;0;0;0;0",
		"a;0;-1;0;0;0,0,0,ack,x,y", "a;0;0;-1;0;0,0,0,ack,x,y",
		"a;0;0;0;0;0,0,0,never,x,y", "a;0;0;0;0;0,0,0,ack,x",
		"a;0;0;0;0;0,0,0,ack,x,y,z", "a;0;0;0;0;-5,0,0,ack,x,y",
		"a;0;0;0;0;0,0,0,ack,%4,y", "a;0;0;0;0;0,0,0,ack,%00,y",
		"a;0;0;0;0;1e3,0,0,ack,x,y", "a;0;0;0;99999999999999999999;x",
		"a;0;0;0;0;,,,,", "a;0;0;0;0;0,0,0,ack,x,y,,",
		"a;0;0;0;0;0,0,0,ack,x,y,always,o,p",
		"a;0;0;0;0;0,0,0,ack,x,y,always,%4" };
	struct arena arena = ARENA_INIT;
	struct chain out;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(
		    !chain_decode(bad[i], &arena, &out), "%s", bad[i]);
	ck_assert(chain_decode("a;0;0;0;0;0,0,0,ack,x,y", &arena, &out));
	arena_fini(&arena);
}
END_TEST

/* What an older version wrote, and what such a version would have written: a
 * replay of its database compares these texts. */
START_TEST(a_step_without_hours_reads_as_it_always_did)
{
	static const char *const old[] = { "a;0;0;0;0;0,0,0,ack,x,y",
		"a;0;0;0;0;0,0,0,ack,x,y,", "a;0;0;0;0;0,0,0,ack,x,y,always" };
	struct arena arena = ARENA_INIT;
	struct step step = { .who = { "x" }, .nwho = 1 };
	struct chain in = { .name = "a", .steps = &step, .nsteps = 1 };
	struct chain out;

	for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
		ck_assert_msg(chain_decode(old[i], &arena, &out), "%s", old[i]);
		ck_assert_str_eq(out.steps[0].hours, "");
	}
	ck_assert_str_eq(chain_encode(&in, &arena), "a;0;0;0;0;0,0,0,ack,x,,");
	step.hours = "";
	ck_assert_str_eq(chain_encode(&in, &arena), "a;0;0;0;0;0,0,0,ack,x,,");
	step.hours = "office";
	ck_assert_str_eq(
	    chain_encode(&in, &arena), "a;0;0;0;0;0,0,0,ack,x,,,office");
	arena_fini(&arena);
}
END_TEST

START_TEST(every_cut_of_a_line_is_harmless)
{
	struct rng rng = rng_seeded("test_chain");
	struct step steps[CHAIN_STEPS_MAX];
	struct arena arena = ARENA_INIT;
	struct chain in = random_chain(&rng, steps);
	const char *text = chain_encode(&in, &arena);

	for (size_t len = 0; len < strlen(text); len++) {
		struct chain out;
		char *cut = arena_strndup(&arena, text, len);

		if (chain_decode(cut, &arena, &out))
			ck_assert_uint_le(out.nsteps, in.nsteps);
	}
	arena_fini(&arena);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("chain");
	TCase *tc = tcase_create("text");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_test(tc, what_is_written_is_read);
	tcase_add_test(tc, garbage_is_refused);
	tcase_add_test(tc, a_step_without_hours_reads_as_it_always_did);
	tcase_add_test(tc, every_cut_of_a_line_is_harmless);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed > 0;
}
