/* explain_world.c - a matrix with something of everything, and a journal.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/explain_world.h"

#include "lib/conditions.h"

#include <check.h>
#include <stdlib.h>

static const char *const people[] = { "dana", "eli", "mara" };

/* --- a matrix with something of everything ---------------------------------
 */

static struct calendar *calendar(const char *name, int from, int to, int days)
{
	struct calendar_spec spec = { .name = name };
	struct errtext err;
	struct calendar *c;

	for (int day = 0; day < days; day++)
		spec.week[day] = (struct day_hours){ .count = 1,
			.at = {
			    { (int16_t)(from * 60), (int16_t)(to * 60) } } };
	c = calendar_build(&spec, &err);
	ck_assert_msg(c != NULL, "%s", err.text);
	return c;
}

static struct step *make_steps(struct matrix *m, size_t n)
{
	struct step *s = arena_alloc(&m->arena, n * sizeof *s);

	for (size_t i = 0; i < n; i++) {
		s[i].after_ms = i == 0 ? 0 : (int64_t)i * 7 * MINUTE_MS;
		s[i].who[0] = i % 2 == 0 ? people[i % 3] : "assignee";
		s[i].nwho = 1;
		s[i].via[0] = "mail";
		s[i].via[1] = "room";
		s[i].nvia = 2;
		s[i].remind_every_ms = i == 1 ? 2 * MINUTE_MS : 0;
		s[i].remind_times = i == 1 ? 2 : 0;
	}
	return s;
}

static void make_chains(struct matrix *m)
{
	m->nchains = 2;
	m->chains = arena_alloc(&m->arena, 2 * sizeof *m->chains);
	m->chains[0] = (struct chain){ .name = "soft",
		.ack_timeout_ms = 20 * MINUTE_MS,
		.repeat_after_ms = 9 * MINUTE_MS,
		.steps = make_steps(m, 3),
		.nsteps = 3 };
	m->chains[1] = (struct chain){ .name = "hard",
		.rank = 1,
		.repeat = 1,
		.repeat_after_ms = 5 * MINUTE_MS,
		.steps = make_steps(m, 2),
		.nsteps = 2 };
}

static const char *tier_one[] = { "enterprise", "premium" };
static const char *team_two[] = { "backoffice" };
static const char *tags_two[] = { "vip" };

static void make_policy(struct matrix *m, struct policy *p, int64_t scale_ms)
{
	int first = matrix_kind(m, "first_reply");
	int next = matrix_kind(m, "next_reply");
	int update = matrix_kind(m, "pausable_update");
	int work = matrix_kind(m, "agent_work");

	p->on_warning = 0;
	p->on_breach = 1;
	p->warnings[0] = (struct warning){ true, 5000, "50%" };
	p->warnings[1] = (struct warning){ false, 10 * MINUTE_MS, "10m" };
	p->nwarnings = 2;
	for (int s = 0; s < 3; s++)
		for (size_t k = 0; k < m->nkinds; k++)
			p->targets[s][k].calendar = -1;
	for (int s = 0; s < 2; s++) {
		p->targets[s][first].ms = (s + 1) * scale_ms;
		p->targets[s][work].ms = (s + 3) * scale_ms;
	}
	p->targets[0][next].ms = scale_ms;
	p->targets[1][update].ms = scale_ms;
	p->targets[1][update].calendar = 1;
}

static void make_policies(struct matrix *m, int64_t scale_ms)
{
	struct condition *both;

	m->npolicies = 3;
	m->policies = arena_alloc(&m->arena, 3 * sizeof *m->policies);
	m->policies[0].name = "backoffice";
	both = arena_alloc(&m->arena, 2 * sizeof *both);
	both[0] = words_test(CONDITION_TEAM, team_two, 1);
	both[1] = words_test(CONDITION_TAGS, tags_two, 1);
	m->policies[0].when = all_of(both, 2);
	m->policies[0].calendar = 0;
	m->policies[1].name = "best";
	m->policies[1].when = words_test(CONDITION_TIER, tier_one, 2);
	m->policies[1].calendar = -1;
	m->policies[2].name = "everyone";
	m->policies[2].calendar = 0;
	make_policy(m, &m->policies[0], scale_ms);
	make_policy(m, &m->policies[1], scale_ms / 2);
	make_policy(m, &m->policies[2], scale_ms);
}

/* --- rules: by time, by words, in a window -------------------------------- */

static const char *status_waits[] = { "pending", "on_hold" };
static const char *severity_low[] = { "P3" };
static const char *tags_added[] = { "stale", "vip" };

static struct condition span(
    enum condition_field field, enum compare compare, int64_t ms)
{
	return (struct condition){ .op = CONDITION_TEST,
		.field = field,
		.compare = compare,
		.number = ms };
}

static struct rule rule(const char *name)
{
	return (struct rule){ .name = name,
		.set_severity = -1,
		.raise_to = -1,
		.team = -1,
		.start = -1 };
}

void explain_add_rules(struct matrix *m)
{
	struct condition *parts = arena_alloc(&m->arena, 4 * sizeof *parts);

	m->nrules = 4;
	m->rules = arena_alloc(&m->arena, 4 * sizeof *m->rules);
	m->rules[0] = rule("silence");
	m->rules[0].when =
	    span(CONDITION_NO_COMMENT, COMPARE_MORE, 3 * HOUR_MS);
	m->rules[0].raise_to = 1;
	m->rules[0].start = 0;
	parts[0] = span(CONDITION_IN_STATUS, COMPARE_AT_LEAST, 90 * MINUTE_MS);
	parts[1] = words_test(CONDITION_STATUS, status_waits, 2);
	m->rules[1] = rule("stuck, or so");
	m->rules[1].when = all_of(parts, 2);
	m->rules[1].tags = tags_added;
	m->rules[1].ntags = 2;
	m->rules[1].require_human = true;
	m->rules[2] = rule("low");
	m->rules[2].when = words_test(CONDITION_SEVERITY, severity_low, 1);
	m->rules[2].valid.from = wall_at(INT64_C(1767625200000));
	m->rules[2].valid.until = wall_at(INT64_C(1767700000000));
	m->rules[2].set_severity = 0;
	parts[2] = span(CONDITION_AGE, COMPARE_LESS, 5 * HOUR_MS);
	m->rules[3] = rule("old");
	m->rules[3].when = (struct condition){
		.op = CONDITION_NOT, .parts = &parts[2], .nparts = 1
	};
	m->rules[3].notify.who[0] = "dana";
	m->rules[3].notify.nwho = 1;
	m->rules[3].notify.via[0] = "room";
	m->rules[3].notify.nvia = 1;
	/* and a policy that begins and ends by itself */
	m->policies[1].valid.from = wall_at(INT64_C(1767610000000));
	m->policies[1].valid.until = wall_at(INT64_C(1767640000000));
}

static void make_people(struct matrix *m)
{
	m->npeople = 3;
	m->people = arena_alloc(&m->arena, 3 * sizeof *m->people);
	for (int i = 0; i < 3; i++)
		m->people[i] = (struct person){ .name = people[i],
			.title = people[i],
			.email = i == 0 ? "dana@example.com" : NULL,
			.hours = i - 1,
			.quiet = -1 };
}

struct matrix *explain_matrix(bool other)
{
	struct matrix *m = matrix_new();

	m->revision = other ? "two" : "one";
	m->ncalendars = 2;
	m->calendars = arena_alloc(&m->arena, 2 * sizeof *m->calendars);
	m->calendars[0] = calendar("office", other ? 8 : 9, 17, 5);
	m->calendars[1] = calendar("long", 6, 22, 7);
	m->nseverities = 3;
	m->severities = arena_alloc(&m->arena, 3 * sizeof *m->severities);
	m->severities[0] = (struct severity){ "P1", "", 1, SEND_UNSAID };
	m->severities[1] = (struct severity){ "P2", "", -1, SEND_UNSAID };
	m->severities[2] = (struct severity){ "P3", "", -1, SEND_UNSAID };
	m->nchannels = 2;
	m->channels = arena_alloc(&m->arena, 2 * sizeof *m->channels);
	m->channels[0] = (struct channel){ .name = "room" };
	m->channels[1] =
	    (struct channel){ .name = "mail", .type = CHANNEL_SMTP };
	m->fallback = 0;
	m->on_comment = (struct comment_rules){ COMMENT_RESUMES_DEFAULT, true };
	m->kinds[matrix_kind(m, "agent_work")].pause_at_most_ms = HOUR_MS;
	make_people(m);
	make_chains(m);
	make_policies(m, other ? 40 * MINUTE_MS : HOUR_MS);
	return m;
}

void explain_told_init(struct explain_told *l)
{
	*l = (struct explain_told){ .rows =
					calloc(EXPLAIN_ROWS, sizeof *l->rows) };
	ck_assert_ptr_nonnull(l->rows);
}

void explain_told_fini(struct explain_told *l)
{
	free(l->rows);
	arena_fini(&l->arena);
}

/* As the store would keep it. */
void explain_tell(struct explain_told *l, const struct ticket *t,
    const struct event *ev, struct wall now, const struct decision *d)
{
	for (size_t i = 0; i < d->nchanges; i++) {
		const struct change *ch = &d->changes[i];
		struct journal_row *row = &l->rows[l->nrows];
		bool told = ch->kind == CHANGE_EVENT;

		ck_assert_uint_lt(l->nrows++, EXPLAIN_ROWS);
		*row = (struct journal_row){ .id = (int64_t)l->nrows,
			.recorded = now,
			.change = *ch,
			.notice_id =
			    ch->notice < 0 ? 0 : t->notices[ch->notice].id,
			.event_id = told ? arena_strdup(&l->arena, ev->id) : "",
			.event_type = told ? event_type_name(ev->type) : "",
			.cause = i > 0 ? "" : "event" };
		row->change.clock = arena_strdup(&l->arena, ch->clock);
		row->change.detail = arena_strdup(&l->arena, ch->detail);
		row->change.who = arena_strdup(&l->arena, ch->who);
	}
}
