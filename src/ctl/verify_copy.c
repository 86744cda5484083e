/* verify_copy.c - every text and list, once more.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/verify_copy.h"

#include <string.h>

#define TEXT(v, member) (v).member = arena_strdup(arena, (v).member)

static void *copy_list(
    const void *items, size_t count, size_t size, struct arena *arena)
{
	void *copy = arena_alloc(arena, (count + 1) * size);

	if (count > 0)
		memcpy(copy, items, count * size);
	return copy;
}

struct clock copy_clock(const struct clock *c, struct arena *arena)
{
	struct clock to = *c;

	TEXT(to, kind);
	TEXT(to, policy);
	TEXT(to, calendar);
	TEXT(to, warned);
	to.stretches =
	    copy_list(c->stretches, c->nstretches, sizeof *c->stretches, arena);
	to.cap_stretches = c->nstretches + 1;
	for (size_t i = 0; i < to.nstretches; i++) {
		TEXT(to.stretches[i], calendar);
		TEXT(to.stretches[i], why);
	}
	return to;
}

struct chain_run copy_run(const struct chain_run *r, struct arena *arena)
{
	struct chain_run to = *r;

	TEXT(to, chain);
	TEXT(to, definition);
	TEXT(to, cause);
	TEXT(to, clock);
	TEXT(to, acked_by);
	return to;
}

struct notice copy_notice(const struct notice *n, struct arena *arena)
{
	struct notice to = *n;

	TEXT(to, clock);
	TEXT(to, chain);
	TEXT(to, role);
	TEXT(to, who);
	TEXT(to, channel);
	TEXT(to, spare);
	TEXT(to, detail);
	return to;
}

static void copy_fields(struct fields *f, struct arena *arena)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (i != FIELD_TAGS)
			f->text[i] = arena_strdup(arena, f->text[i]);
	f->tags = copy_list(f->tags, f->ntags, sizeof *f->tags, arena);
	for (size_t i = 0; i < f->ntags; i++)
		f->tags[i] = arena_strdup(arena, f->tags[i]);
}

struct ticket copy_ticket(const struct ticket *t, struct arena *arena)
{
	struct ticket to = *t;

	to.arena = arena;
	TEXT(to, key);
	TEXT(to, severity_by);
	TEXT(to, confirmed_by);
	TEXT(to, desk_severity);
	TEXT(to, said);
	TEXT(to, rules_held);
	TEXT(to, suggested_to);
	TEXT(to, suggested_team);
	TEXT(to, policy);
	TEXT(to, revision);
	TEXT(to, merged_into);
	copy_fields(&to.fields, arena);
	to.history =
	    copy_list(t->history, t->nhistory, sizeof *t->history, arena);
	to.cap_history = t->nhistory + 1;
	to.clocks = copy_list(t->clocks, t->nclocks, sizeof *t->clocks, arena);
	to.cap_clocks = t->nclocks + 1;
	for (size_t i = 0; i < to.nclocks; i++)
		to.clocks[i] = copy_clock(&to.clocks[i], arena);
	to.runs = copy_list(t->runs, t->nruns, sizeof *t->runs, arena);
	to.cap_runs = t->nruns + 1;
	for (size_t i = 0; i < to.nruns; i++)
		to.runs[i] = copy_run(&to.runs[i], arena);
	to.notices =
	    copy_list(t->notices, t->nnotices, sizeof *t->notices, arena);
	to.cap_notices = t->nnotices + 1;
	for (size_t i = 0; i < to.nnotices; i++)
		to.notices[i] = copy_notice(&to.notices[i], arena);
	return to;
}
