/* store_world.c - random tickets, their comparison, and directories for them.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/store_world.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	abort();
}

char *world_directory(void)
{
	const char *under = getenv("TMPDIR");
	char *path;

	must(asprintf(&path, "%s/store-XXXXXX", under ? under : ".") > 0,
	    "asprintf");
	must(mkdtemp(path) != NULL, path);
	return path;
}

void world_remove(char *directory)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;

	must(dir != NULL, directory);
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	must(rmdir(directory) == 0, directory);
	free(directory);
}

char *world_path(const char *directory, const char *name)
{
	char *path;

	must(asprintf(&path, "%s/%s", directory, name) > 0, "asprintf");
	return path;
}

void world_copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char block[16384];
	ssize_t n;

	must(in >= 0 && out >= 0, from);
	while ((n = read(in, block, sizeof block)) > 0)
		must(write(out, block, (size_t)n) == n, to);
	must(n == 0, from);
	close(in);
	close(out);
}

static const char *const words[] = { "", "a", "dana", "first_reply", "80%,15m",
	"it's \"quoted\"; -- \\", "line\nbreak\ttab", "Zo\xc3\xab \xe6\x97\xa5",
	"\xf0\x9f\x9a\xa8 outage", "50000", "-0.2" };

const char *world_word(struct rng *rng, struct arena *arena)
{
	size_t len;
	char *text;

	if (!rng_one_in(rng, 100))
		return words[rng_below(rng, sizeof words / sizeof *words)];
	len = (size_t)rng_below(rng, 9000);
	text = arena_alloc(arena, len + 1);
	for (size_t i = 0; i < len; i++)
		text[i] = (char)rng_between(rng, ' ', '~');
	return text;
}

const char *world_text(struct rng *rng, struct arena *arena)
{
	return rng_one_in(rng, 4) ? NULL : world_word(rng, arena);
}

static struct wall some_wall(struct rng *rng)
{
	return wall_at(rng_between(rng, 0, WALL_MAX_MS));
}

static struct wall wall_or_never(struct rng *rng)
{
	return rng_one_in(rng, 3) ? WALL_NEVER : some_wall(rng);
}

static int small(struct rng *rng)
{
	return (int)rng_below(rng, 100);
}

static void fill_fields(struct rng *rng, struct arena *arena, struct fields *f)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (i != FIELD_STATUS && i != FIELD_TAGS)
			f->text[i] = world_text(rng, arena);
	f->status = (enum status)rng_below(rng, STATUS_COUNT);
	f->ntags = (size_t)rng_below(rng, 5);
	f->tags = f->ntags == 0
		      ? NULL
		      : arena_alloc(arena, f->ntags * sizeof *f->tags);
	for (size_t i = 0; i < f->ntags; i++)
		f->tags[i] = world_word(rng, arena);
}

static void fill_lists(struct rng *rng, struct ticket *t)
{
	t->nunanswered = (size_t)rng_below(rng, UNANSWERED_MAX + 1);
	for (size_t i = 0; i < t->nunanswered; i++)
		t->unanswered[i] = some_wall(rng);
	for (int f = 0; f < FIELD_COUNT; f++)
		t->field_at[f] = wall_or_never(rng);
	t->nhistory = 0;
	for (size_t n = (size_t)rng_between(rng, 1, 6); n > 0; n--)
		*(struct status_change *)arena_push(t->arena, &t->history,
		    &t->nhistory, &t->cap_history, sizeof *t->history) =
		    (struct status_change){ .at = some_wall(rng),
			    .status =
				(enum status)rng_below(rng, STATUS_COUNT) };
}

/* A severity that was told has been told by somebody. */
static void fill_judgement(struct rng *rng, struct ticket *t)
{
	t->severity_by = world_word(rng, t->arena);
	t->confirmed_by = world_word(rng, t->arena);
	t->desk_severity = world_text(rng, t->arena);
	if (*t->severity_by == '\0' && t->desk_severity == NULL)
		t->severity_by = "rule \"x\"";
	t->needs_human = rng_one_in(rng, 2);
	t->said = world_word(rng, t->arena);
	t->said_at = wall_or_never(rng);
	t->commented_at = wall_or_never(rng);
	t->rules_held = world_word(rng, t->arena);
	t->rules_at = wall_or_never(rng);
	t->suggested_to = world_word(rng, t->arena);
	t->suggested_team = world_word(rng, t->arena);
	t->suggested_at = wall_or_never(rng);
	t->suggest_next = wall_or_never(rng);
}

static void fill_ticket(struct rng *rng, struct ticket *t)
{
	fill_lists(rng, t);
	fill_judgement(rng, t);
	fill_fields(rng, t->arena, &t->fields);
	t->created = some_wall(rng);
	t->updated = some_wall(rng);
	t->answered_at = wall_or_never(rng);
	t->waiting_over = rng_one_in(rng, 2);
	t->policy = world_word(rng, t->arena);
	t->revision = "0123456789abcdef";
	t->merged_into = rng_one_in(rng, 8) ? "zendesk:1" : "";
	t->deleted = rng_one_in(rng, 8);
	t->run_seq = small(rng);
	t->next_due = t->deleted ? WALL_NEVER : wall_or_never(rng);
	t->dirty = true;
}

/* They follow each other without a gap; the last one may go on. */
static void fill_stretches(
    struct rng *rng, struct arena *arena, struct clock *c)
{
	struct wall at = some_wall(rng);

	c->nstretches = 0;
	for (size_t n = 1 + (size_t)rng_below(rng, 4); n > 0; n--) {
		struct stretch *s = arena_push(arena, &c->stretches,
		    &c->nstretches, &c->cap_stretches, sizeof *s);

		s->from = at;
		at = n == 1 && rng_one_in(rng, 2)
			 ? WALL_NEVER
			 : wall_plus(at, rng_between(rng, 0, DAY_MS));
		s->to = at;
		s->counts = rng_one_in(rng, 2);
		s->ms = rng_between(rng, 0, DAY_MS);
		s->calendar = world_word(rng, arena);
		s->why = world_word(rng, arena);
	}
}

static void fill_clock(struct rng *rng, struct arena *arena, struct clock *c)
{
	c->state = (enum clock_state)rng_below(rng, CLOCK_STATE_COUNT);
	c->started = some_wall(rng);
	c->elapsed_ms = rng_between(rng, 0, DAY_MS);
	c->since = some_wall(rng);
	c->target_ms = rng_between(rng, 0, DAY_MS);
	c->due = wall_or_never(rng);
	c->due_by_hand = rng_one_in(rng, 2);
	c->policy = world_word(rng, arena);
	c->calendar = world_word(rng, arena);
	c->breached_at = wall_or_never(rng);
	c->ended_at = wall_or_never(rng);
	c->warned = world_word(rng, arena);
	c->pause_over = rng_one_in(rng, 2);
	fill_stretches(rng, arena, c);
	c->dirty = true;
}

void world_clock(struct rng *rng, struct ticket *t, const char *kind, int cycle)
{
	struct clock *c = arena_push(t->arena, &t->clocks, &t->nclocks,
	    &t->cap_clocks, sizeof *t->clocks);

	c->kind = kind;
	c->cycle = cycle;
	c->current = true;
	fill_clock(rng, t->arena, c);
}

static void fill_run(struct rng *rng, struct arena *arena, struct chain_run *r)
{
	r->chain = world_word(rng, arena);
	r->definition = world_word(rng, arena);
	r->state = (enum run_state)rng_below(rng, RUN_STATE_COUNT);
	r->cause = "breach";
	r->clock = world_word(rng, arena);
	r->cycle = small(rng);
	r->started = some_wall(rng);
	r->step = small(rng) - 1;
	r->round = small(rng);
	r->reminded = small(rng);
	r->fired_at = wall_or_never(rng);
	r->next_at = wall_or_never(rng);
	r->acked_by = world_word(rng, arena);
	r->acked_at = wall_or_never(rng);
	r->dirty = true;
}

void world_run(struct rng *rng, struct ticket *t, int seq)
{
	struct chain_run *r = arena_push(
	    t->arena, &t->runs, &t->nruns, &t->cap_runs, sizeof *t->runs);

	r->seq = seq;
	fill_run(rng, t->arena, r);
}

static void fill_notice(struct rng *rng, struct arena *arena, struct notice *n)
{
	n->reason = (enum notice_reason)rng_below(rng, NOTICE_REASON_COUNT);
	n->state = (enum notice_state)rng_below(rng, NOTICE_STATE_COUNT);
	n->clock = world_word(rng, arena);
	n->cycle = small(rng);
	n->due = wall_or_never(rng);
	n->run = small(rng);
	n->chain = world_word(rng, arena);
	n->step = small(rng) - 1;
	n->round = small(rng);
	n->nth = small(rng);
	n->role = world_word(rng, arena);
	n->who = world_word(rng, arena);
	n->channel = world_word(rng, arena);
	n->spare = world_word(rng, arena);
	n->detail = world_word(rng, arena);
	n->at = some_wall(rng);
	n->free_at = some_wall(rng);
	n->held_until = wall_or_never(rng);
	n->useful_until = wall_or_never(rng);
	n->attempts = small(rng);
	n->owed = world_word(rng, arena);
	n->repeat = rng_one_in(rng, 2);
	n->ended = rng_one_in(rng, 3);
	n->dirty = true;
}

struct notice *world_notice(struct rng *rng, struct ticket *t)
{
	struct notice *n = arena_push(t->arena, &t->notices, &t->nnotices,
	    &t->cap_notices, sizeof *t->notices);

	fill_notice(rng, t->arena, n);
	return n;
}

/* Not in order of name, as the matrix need not be. */
static const char *const kinds[] = { "resolution", "first_reply", "update",
	"acknowledge" };

void world_ticket(
    struct rng *rng, struct arena *arena, const char *key, struct ticket *t)
{
	size_t n;

	ticket_init(t, arena, key);
	fill_ticket(rng, t);
	n = (size_t)rng_below(rng, 5);
	for (size_t i = 0; i < n; i++)
		world_clock(rng, t, kinds[i], 1);
	n = (size_t)rng_below(rng, 3);
	for (size_t i = 0; i < n; i++)
		world_run(rng, t, (int)i + 1);
	n = (size_t)rng_below(rng, 4);
	for (size_t i = 0; i < n; i++)
		world_notice(rng, t);
}

/* The current cycle of a clock becomes an old one. */
static void next_cycle(struct rng *rng, struct ticket *t)
{
	struct clock *c = &t->clocks[rng_below(rng, t->nclocks)];

	if (!c->current)
		return;
	c->current = false;
	c->dirty = true;
	world_clock(rng, t, c->kind, c->cycle + 1);
}

void world_change(struct rng *rng, struct ticket *t)
{
	int seq = 1;

	if (rng_one_in(rng, 2))
		fill_ticket(rng, t);
	for (size_t i = 0; i < t->nclocks; i++)
		if (t->clocks[i].current && rng_one_in(rng, 2))
			fill_clock(rng, t->arena, &t->clocks[i]);
	if (t->nclocks > 0 && rng_one_in(rng, 3))
		next_cycle(rng, t);
	for (size_t i = 0; i < t->nruns; i++) {
		seq = t->runs[i].seq + 1;
		if (rng_one_in(rng, 2))
			fill_run(rng, t->arena, &t->runs[i]);
	}
	if (rng_one_in(rng, 4))
		world_run(rng, t, seq + 100 * (int)t->nruns);
	for (size_t i = 0; i < t->nnotices; i++)
		if (rng_one_in(rng, 2))
			fill_notice(rng, t->arena, &t->notices[i]);
	if (rng_one_in(rng, 3))
		world_notice(rng, t);
}

static void fill_change(struct rng *rng, struct ticket *t, struct change *ch)
{
	ch->kind = (enum change_kind)rng_between(
	    rng, CHANGE_EVENT + 1, CHANGE_KIND_COUNT - 1);
	ch->at = some_wall(rng);
	ch->clock = world_word(rng, t->arena);
	ch->cycle = small(rng);
	ch->due = wall_or_never(rng);
	ch->chain = world_word(rng, t->arena);
	ch->run = small(rng);
	ch->step = small(rng) - 1;
	ch->notice = (int)rng_below(rng, t->nnotices + 1) - 1;
	if (ch->notice >= 0)
		ch->reason = t->notices[ch->notice].reason;
	ch->who = world_word(rng, t->arena);
	ch->channel = world_word(rng, t->arena);
	ch->late_ms = rng_between(rng, 0, DAY_MS);
	ch->detail = world_word(rng, t->arena);
}

void world_event(struct rng *rng, struct arena *arena, const char *id,
    struct ticket *t, struct event *ev, struct decision *d)
{
	size_t n = (size_t)rng_below(rng, 6) + 1;

	memset(ev, 0, sizeof *ev);
	ev->type = id == NULL ? EVENT_TICK
			      : (enum event_type)rng_below(
				    rng, EVENT_FROM_OUTSIDE_COUNT);
	ev->id = id;
	ev->ticket = t->key;
	ev->at = some_wall(rng);
	ev->body = id == NULL ? NULL : world_text(rng, arena);
	memset(d, 0, sizeof *d);
	d->verdict = VERDICT_ACCEPTED;
	for (size_t i = 0; i < n; i++) {
		struct change *ch = arena_push(arena, &d->changes, &d->nchanges,
		    &d->cap_changes, sizeof *ch);

		fill_change(rng, t, ch);
		if (i == 0) {
			ch->kind = CHANGE_EVENT;
			ch->notice = -1;
			ch->reason = NOTICE_BREACH;
		}
	}
}

/* Comparison: names the first member that differs. */

static bool same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

#define SAME(member)                                                           \
	do {                                                                   \
		if (a->member != b->member)                                    \
			return #member;                                        \
	} while (0)
#define SAME_WALL(member)                                                      \
	do {                                                                   \
		if (!wall_same(a->member, b->member))                          \
			return #member;                                        \
	} while (0)
#define SAME_TEXT(member)                                                      \
	do {                                                                   \
		if (!same_text(a->member, b->member))                          \
			return #member;                                        \
	} while (0)

static const char *fields_differ(const struct fields *a, const struct fields *b)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (i != FIELD_STATUS && i != FIELD_TAGS &&
		    !same_text(a->text[i], b->text[i]))
			return field_name((enum field)i);
	SAME(status);
	SAME(ntags);
	for (size_t i = 0; i < a->ntags; i++)
		SAME_TEXT(tags[i]);
	return NULL;
}

static const char *clock_differs(const struct clock *a, const struct clock *b)
{
	SAME_TEXT(kind);
	SAME(cycle);
	SAME(state);
	SAME_WALL(started);
	SAME(elapsed_ms);
	SAME_WALL(since);
	SAME(target_ms);
	SAME_WALL(due);
	SAME(due_by_hand);
	SAME_TEXT(policy);
	SAME_TEXT(calendar);
	SAME_WALL(breached_at);
	SAME_WALL(ended_at);
	SAME_TEXT(warned);
	SAME(current);
	SAME(pause_over);
	SAME(nstretches);
	for (size_t i = 0; i < a->nstretches; i++) {
		SAME_WALL(stretches[i].from);
		SAME_WALL(stretches[i].to);
		SAME(stretches[i].counts);
		SAME(stretches[i].ms);
		SAME_TEXT(stretches[i].calendar);
		SAME_TEXT(stretches[i].why);
	}
	return NULL;
}

static const char *run_differs(
    const struct chain_run *a, const struct chain_run *b)
{
	SAME(seq);
	SAME_TEXT(chain);
	SAME_TEXT(definition);
	SAME(state);
	SAME_TEXT(cause);
	SAME_TEXT(clock);
	SAME(cycle);
	SAME_WALL(started);
	SAME(step);
	SAME(round);
	SAME(reminded);
	SAME_WALL(fired_at);
	SAME_WALL(next_at);
	SAME_TEXT(acked_by);
	SAME_WALL(acked_at);
	return NULL;
}

const char *world_notice_differs(const struct notice *a, const struct notice *b)
{
	SAME(id);
	SAME(reason);
	SAME(state);
	SAME_TEXT(clock);
	SAME(cycle);
	SAME_WALL(due);
	SAME(run);
	SAME_TEXT(chain);
	SAME(step);
	SAME(round);
	SAME(nth);
	SAME_TEXT(role);
	SAME_TEXT(who);
	SAME_TEXT(channel);
	SAME_TEXT(spare);
	SAME_TEXT(detail);
	SAME_WALL(at);
	SAME_WALL(free_at);
	SAME_WALL(held_until);
	SAME_WALL(useful_until);
	SAME(attempts);
	SAME_TEXT(owed);
	SAME(repeat);
	SAME(ended);
	return NULL;
}

const char *world_change_differs(const struct change *a, const struct change *b)
{
	SAME(kind);
	SAME_WALL(at);
	SAME_TEXT(clock);
	SAME(cycle);
	SAME_WALL(due);
	SAME_TEXT(chain);
	SAME(run);
	SAME(step);
	SAME(reason);
	SAME_TEXT(who);
	SAME_TEXT(channel);
	SAME(late_ms);
	SAME_TEXT(detail);
	return NULL;
}

static const char *clocks_differ(
    const struct ticket *saved, const struct ticket *loaded)
{
	const char *what;
	size_t at = 0;

	for (size_t i = 0; i < saved->nclocks; i++) {
		if (!saved->clocks[i].current)
			continue;
		if (at == loaded->nclocks)
			return "fewer clocks";
		what = clock_differs(&saved->clocks[i], &loaded->clocks[at++]);
		if (what != NULL)
			return what;
	}
	return at == loaded->nclocks ? NULL : "more clocks";
}

static const char *runs_differ(
    const struct ticket *saved, const struct ticket *loaded)
{
	const char *what;
	size_t at = 0;

	for (size_t i = 0; i < saved->nruns; i++) {
		if (!run_state_is_live(saved->runs[i].state))
			continue;
		if (at == loaded->nruns)
			return "fewer runs";
		what = run_differs(&saved->runs[i], &loaded->runs[at++]);
		if (what != NULL)
			return what;
	}
	return at == loaded->nruns ? NULL : "more runs";
}

static const char *notices_differ(
    const struct ticket *saved, const struct ticket *loaded)
{
	const char *what;
	size_t at = 0;

	for (size_t i = 0; i < saved->nnotices; i++) {
		if (saved->notices[i].ended)
			continue;
		if (at == loaded->nnotices)
			return "fewer notices";
		what = world_notice_differs(
		    &saved->notices[i], &loaded->notices[at++]);
		if (what != NULL)
			return what;
	}
	return at == loaded->nnotices ? NULL : "more notices";
}

static const char *lists_differ(const struct ticket *a, const struct ticket *b)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		SAME_WALL(field_at[f]);
	SAME(nunanswered);
	for (size_t i = 0; i < a->nunanswered; i++)
		SAME_WALL(unanswered[i]);
	if (a->nhistory == 0) /* was given one */
		return fields_differ(&a->fields, &b->fields);
	SAME(nhistory);
	for (size_t i = 0; i < a->nhistory; i++) {
		SAME_WALL(history[i].at);
		SAME(history[i].status);
	}
	return fields_differ(&a->fields, &b->fields);
}

static const char *judgement_differs(
    const struct ticket *a, const struct ticket *b)
{
	SAME_TEXT(severity_by);
	SAME_TEXT(confirmed_by);
	SAME_TEXT(desk_severity);
	SAME(needs_human);
	SAME_TEXT(said);
	SAME_WALL(said_at);
	SAME_WALL(commented_at);
	SAME_TEXT(rules_held);
	SAME_WALL(rules_at);
	SAME_TEXT(suggested_to);
	SAME_TEXT(suggested_team);
	SAME_WALL(suggested_at);
	SAME_WALL(suggest_next);
	return NULL;
}

static const char *row_differs(const struct ticket *a, const struct ticket *b)
{
	const char *what;

	SAME(id);
	SAME_TEXT(key);
	SAME_WALL(created);
	SAME_WALL(updated);
	SAME_WALL(answered_at);
	SAME(waiting_over);
	SAME_TEXT(policy);
	SAME_TEXT(revision);
	SAME_TEXT(merged_into);
	SAME(deleted);
	SAME(run_seq);
	SAME_WALL(next_due);
	what = judgement_differs(a, b);
	return what != NULL ? what : lists_differ(a, b);
}

const char *world_differs(
    const struct ticket *saved, const struct ticket *loaded)
{
	const char *what = row_differs(saved, loaded);

	if (what == NULL)
		what = clocks_differ(saved, loaded);
	if (what == NULL)
		what = runs_differ(saved, loaded);
	if (what == NULL)
		what = notices_differ(saved, loaded);
	return what;
}
