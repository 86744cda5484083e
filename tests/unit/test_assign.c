/* test_assign.c - to whom is a ticket suggested, and what if nobody takes it?
 *
 * Random teams, absences and tickets; each suggestion is compared with a naive
 * choice among the members, each wait with a walk from minute to minute.
 *
 * SPDX-License-Identifier: MIT */
#include "core/assign.h"

#include "lib/assign_world.h"

#include <stdlib.h>

#define LIVES	 30
#define EVENTS	 150
#define WALK_MIN (3 * 24 * 60) /* minutes that a wait is walked through */
#define ABSENCES 64

struct absence {
	int person;
	struct wall from;
	struct wall until;
};

struct pick_of {
	int person;
	int team;
	int64_t at;
	int64_t ticket; /* of which it was said last */
};

struct life {
	struct matrix *m;
	struct simulation *s;
	struct absence away[ABSENCES];
	size_t naway;
	int64_t picked[WORLD_TEAMS][WORLD_PEOPLE];
	struct wall next[EVENTS]; /* by ticket: when it wants to be called */
	size_t suggested;
	size_t unclaimed;
	size_t waited;
};

/* --- the naive choice ----------------------------------------------------- */

static bool is_open(int calendar, struct wall at)
{
	int64_t hour = at.ms / HOUR_MS % 24;

	return hour >= world_hours[calendar][0] &&
	       hour < world_hours[calendar][1];
}

static bool is_urgent(const struct ticket *t)
{
	const char *severity = t->fields.text[FIELD_SEVERITY];

	return severity != NULL && strcmp(severity, "P1") == 0;
}

static bool is_there(
    const struct life *l, const struct ticket *t, int person, struct wall at)
{
	const struct person *p = &l->m->people[person];

	for (size_t i = 0; i < l->naway; i++)
		if (l->away[i].person == person &&
		    !wall_before(at, l->away[i].from) &&
		    wall_before(at, l->away[i].until))
			return false;
	if (p->hours >= 0 && !is_open(p->hours, at))
		return false;
	return p->quiet < 0 || is_urgent(t) || !is_open(p->quiet, at);
}

static int64_t load_of(
    const struct life *l, const struct ticket *but, int person)
{
	int64_t n = 0;

	for (size_t i = 0; i < simulation_count(l->s); i++) {
		const struct ticket *t = simulation_ticket(l->s, i);
		const char *owner = t->fields.text[FIELD_ASSIGNEE];

		if (t->id == but->id || ticket_is_over(t))
			continue;
		n += strcmp(owner == NULL ? t->suggested_to : owner,
			 world_people[person]) == 0;
	}
	return n;
}

static bool could(const struct life *l, const struct ticket *t, int team,
    const struct team_member *member, struct wall at)
{
	bool told = l->m->people[member->person].ways != NULL ||
		    l->m->teams[team].channel >= 0;

	return told && is_there(l, t, member->person, at) &&
	       (member->capacity == 0 ||
		   load_of(l, t, member->person) < member->capacity);
}

static bool is_skilled(const struct ticket *t, const struct team_member *member)
{
	for (size_t i = 0; i < member->nskills; i++)
		if (strcmp(member->skills[i], t->fields.text[FIELD_CATEGORY]) ==
		    0)
			return true;
	return false;
}

/* Less is better. */
static int64_t rank_of(const struct life *l, const struct ticket *t, int team,
    const struct team_member *member)
{
	int64_t rank = is_skilled(t, member) ? 0 : 1;

	rank = rank * 1000;
	if (team == BACK)
		rank += load_of(l, t, member->person);
	return rank * INT64_C(4000000000000) + l->picked[team][member->person];
}

/* -1: nobody. */
static int choice(
    const struct life *l, const struct ticket *t, int team, struct wall at)
{
	const struct team *tm = &l->m->teams[team];
	int64_t least = INT64_MAX;
	int best = -1;

	for (size_t i = 0; i < tm->nmembers; i++) {
		int64_t rank;

		if (!could(l, t, team, &tm->members[i], at))
			continue;
		rank = rank_of(l, t, team, &tm->members[i]);
		if (rank < least) {
			least = rank;
			best = tm->members[i].person;
		}
	}
	return best;
}

static bool anybody(
    const struct life *l, const struct ticket *t, int team, struct wall at)
{
	const struct team *tm = &l->m->teams[team];

	for (size_t i = 0; i < tm->nmembers; i++)
		if (is_there(l, t, tm->members[i].person, at))
			return true;
	return false;
}

/* --- what happened -------------------------------------------------------- */

static int team_in(const struct life *l, const char *text)
{
	int team = matrix_team(l->m, text);

	if (team < 0)
		team = strstr(text, world_teams[BACK]) != NULL ? BACK : FRONT;
	return team;
}

static void suggested(struct life *l, const struct ticket *t,
    const struct change *c, struct wall now)
{
	int team = team_in(l, t->suggested_team);
	int person = choice(l, t, team, now);

	ck_assert_int_ge(person, 0);
	ck_assert_str_eq(c->who, world_people[person]);
	ck_assert_str_eq(t->suggested_to, c->who);
	ck_assert_int_eq(
	    t->suggest_next.ms, now.ms + l->m->teams[team].unclaimed_ms);
	l->picked[team][person] = c->at.ms;
	l->suggested++;
}

/* Its time is over, or nobody can take it and it cannot wait. */
static void unclaimed(struct life *l, const struct ticket *t,
    const struct change *c, struct wall now)
{
	int team = team_in(l, c->detail);

	l->unclaimed++;
	ck_assert_str_eq(
	    c->who, team == FRONT ? world_teams[BACK] : world_people[BOSS]);
	if (strstr(c->detail, "has claimed it") != NULL) {
		ck_assert_int_eq(c->at.ms, l->next[t->id].ms);
		return;
	}
	ck_assert_int_lt(choice(l, t, team, now), 0);
	ck_assert(is_urgent(t) || anybody(l, t, team, now) ||
		  l->m->teams[team].nmembers == 0);
}

static void waits(struct life *l, const struct ticket *t,
    const struct change *c, struct wall now)
{
	int team = team_in(l, c->who);

	l->waited++;
	ck_assert(!is_urgent(t));
	ck_assert_int_eq(c->due.ms, t->suggest_next.ms);
	for (int i = 0; i < WALK_MIN; i++) {
		struct wall at = wall_plus(now, i * MINUTE_MS);

		ck_assert_int_eq(
		    anybody(l, t, team, at), !wall_before(at, c->due));
		if (!wall_before(at, c->due))
			return;
	}
}

static bool is_active(const struct ticket *t)
{
	return t->fields.status == STATUS_NEW ||
	       t->fields.status == STATUS_OPEN;
}

/* What holds of every ticket between two decisions. */
static void check_ticket(const struct ticket *t)
{
	const char *team = t->fields.text[FIELD_TEAM];

	if (ticket_is_over(t) || t->fields.text[FIELD_ASSIGNEE] != NULL) {
		ck_assert_str_eq(t->suggested_team, "");
		ck_assert_str_eq(t->suggested_to, "");
		ck_assert(wall_is_never(t->suggest_next));
		return;
	}
	if (*t->suggested_team != '\0')
		ck_assert_str_eq(t->suggested_team, team);
	else
		ck_assert(!is_active(t));
	if (!is_active(t))
		ck_assert(wall_is_never(t->suggest_next));
	else if (*t->suggested_to != '\0')
		ck_assert(!wall_is_never(t->suggest_next));
}

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	struct life *l = user;

	(void)ev;
	if (d->verdict != VERDICT_ACCEPTED)
		return;
	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *c = &d->changes[i];

		if (c->kind == CHANGE_ASSIGNMENT_SUGGESTED)
			suggested(l, t, c, now);
		else if (c->kind == CHANGE_ASSIGNMENT_UNCLAIMED)
			unclaimed(l, t, c, now);
		else if (c->kind == CHANGE_PERSON_SKIPPED &&
			 matrix_team(l->m, c->who) >= 0)
			waits(l, t, c, now);
	}
	check_ticket(t);
	l->next[t->id] = t->suggest_next;
}

/* --- lives ---------------------------------------------------------------- */

static void say_away(struct life *l, struct rng *rng, struct wall now)
{
	struct duty_change c = { .kind = DUTY_AWAY,
		.other = "",
		.schedule = "",
		.by = "",
		.why = "",
		.from = now };
	int person = (int)rng_below(rng, BOSS);
	struct errtext err;

	c.person = world_people[person];
	c.until = wall_plus(now, rng_between(rng, 1, 600) * MINUTE_MS);
	simulation_advance(l->s, now);
	if (rng_one_in(rng, 3) || l->naway == ABSENCES) {
		c.kind = DUTY_BACK;
		for (size_t i = 0; i < l->naway; i++)
			if (l->away[i].person == person)
				l->away[i].until =
				    wall_min(l->away[i].until, now);
	} else {
		if (rng_one_in(rng, 2))
			c.other = world_people[(person + 1) % BOSS];
		l->away[l->naway++] =
		    (struct absence){ person, c.from, c.until };
	}
	ck_assert_msg(simulation_duty(l->s, &c, &err), "%s", err.text);
}

static void live(struct rng *rng, struct life *l)
{
	struct simulation_hooks hooks = { .user = l, .decided = decided };
	struct wall now = wall_at(INT64_C(1767600000000));

	memset(l->picked, 0, sizeof l->picked);
	l->naway = 0;
	l->m = world_matrix(rng);
	l->s = simulation_new(l->m, &hooks);
	for (size_t i = 0; i < EVENTS; i++) {
		struct event ev = { .id = NULL };
		char key[16];

		now = wall_plus(now, rng_between(rng, 1, 25) * MINUTE_MS);
		if (rng_one_in(rng, 6))
			say_away(l, rng, now);
		snprintf(key, sizeof key, "z:%u",
		    (unsigned)rng_below(rng, EVENTS / 3));
		world_event(rng, &ev, key, simulation_find(l->s, key) == NULL);
		ev.at = now;
		simulation_event(l->s, &ev);
	}
	simulation_advance(l->s, wall_plus(now, 2 * 24 * HOUR_MS));
	simulation_free(l->s);
	matrix_free(l->m);
}

START_TEST(test_random_teams)
{
	struct rng rng = rng_seeded("test_assign");
	struct life l = { .suggested = 0 };

	for (int i = 0; i < LIVES; i++)
		live(&rng, &l);
	printf("test_assign: %zu suggested, %zu unclaimed, %zu waited\n",
	    l.suggested, l.unclaimed, l.waited);
	ck_assert_uint_gt(l.suggested, 10 * LIVES);
	ck_assert_uint_gt(l.unclaimed, LIVES);
	ck_assert_uint_gt(l.waited, LIVES);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("assign");
	TCase *tc = tcase_create("assign");

	tcase_add_test(tc, test_random_teams);
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
