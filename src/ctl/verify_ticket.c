/* verify_ticket.c - the journal in decisions; at the end the tables.
 *
 * SPDX-License-Identifier: MIT */
#include "base/textbuf.h"
#include "ctl/verify_replay.h"

#include <string.h>

#define PAGE_ROWS 256 /* of the journal at a time; a decision may need more */

/* --- the tables ----------------------------------------------------------- */

static const struct clock *find_clock(
    const struct replay *r, const struct clock *as)
{
	const struct clock *lists[] = { r->t.clocks, r->clocks };
	size_t counts[] = { r->t.nclocks, r->nclocks };

	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < counts[l]; i++)
			if (lists[l][i].cycle == as->cycle &&
			    strcmp(lists[l][i].kind, as->kind) == 0)
				return &lists[l][i];
	return NULL;
}

static const struct chain_run *find_run(const struct replay *r, int seq)
{
	for (size_t i = 0; i < r->t.nruns; i++)
		if (r->t.runs[i].seq == seq)
			return &r->t.runs[i];
	for (size_t i = 0; i < r->nruns; i++)
		if (r->runs[i].seq == seq)
			return &r->runs[i];
	return NULL;
}

static const struct notice *find_notice(const struct replay *r, int64_t id)
{
	for (size_t i = 0; i < r->t.nnotices; i++)
		if (r->t.notices[i].id == id)
			return &r->t.notices[i];
	for (size_t i = 0; i < r->nnotices; i++)
		if (r->notices[i].id == id)
			return &r->notices[i];
	return NULL;
}

/* What the database has is looked for in the replay; where it has no more and
 * no less, it has all. */
static bool differ_count(
    struct replay *r, const char *what, size_t expected, size_t found)
{
	differ_at(r->d, "ticket");
	return differ_int(r->d, what, (int64_t)expected, (int64_t)found);
}

static bool differ_clocks(struct replay *r, const struct ticket *found)
{
	for (size_t i = 0; i < found->nclocks; i++) {
		const struct clock *c = &found->clocks[i];
		const struct clock *as = find_clock(r, c);

		differ_at(r->d, "clock %s, cycle %d", c->kind, c->cycle);
		if (as == NULL)
			return differ_text(r->d, "row", NULL, "one");
		if (differ_clock(r->d, as, c))
			return true;
	}
	r->counts->clocks += (int64_t)found->nclocks;
	return differ_count(
	    r, "number of clocks", r->t.nclocks + r->nclocks, found->nclocks);
}

static bool differ_runs(struct replay *r, const struct ticket *found)
{
	for (size_t i = 0; i < found->nruns; i++) {
		const struct chain_run *run = &found->runs[i];
		const struct chain_run *as = find_run(r, run->seq);

		differ_at(r->d, "run %d of chain %s", run->seq, run->chain);
		if (as == NULL)
			return differ_text(r->d, "row", NULL, "one");
		if (differ_run(r->d, as, run))
			return true;
	}
	r->counts->runs += (int64_t)found->nruns;
	return differ_count(
	    r, "number of runs", r->t.nruns + r->nruns, found->nruns);
}

static bool lost_notice(struct replay *r, const struct notice *list,
    size_t count, const struct ticket *found)
{
	for (size_t i = 0; i < count; i++) {
		size_t n = 0;

		while (
		    n < found->nnotices && found->notices[n].id != list[i].id)
			n++;
		if (n < found->nnotices)
			continue;
		differ_at(r->d, "notice %lld", (long long)list[i].id);
		return differ_text(
		    r->d, "row", notice_state_name(list[i].state), NULL);
	}
	return false;
}

static bool differ_notices(struct replay *r, const struct ticket *found)
{
	for (size_t i = 0; i < found->nnotices; i++) {
		const struct notice *n = &found->notices[i];
		const struct notice *as = find_notice(r, n->id);

		differ_at(r->d, "notice %lld", (long long)n->id);
		if (as == NULL)
			return differ_text(r->d, "row", NULL, "one");
		if (differ_notice(r->d, as, n))
			return true;
	}
	r->counts->notices += (int64_t)found->nnotices;
	return lost_notice(r, r->t.notices, r->t.nnotices, found) ||
	       lost_notice(r, r->notices, r->nnotices, found);
}

enum verify_result replay_compare(struct replay *r, const struct ticket *found,
    const struct audit_marks *marks)
{
	const struct audit_marks expected = audit_marks_of(&r->t);

	r->d->row = 0;
	differ_at(r->d, "ticket");
	if (differ_ticket(r->d, &r->t, found) ||
	    differ_marks(r->d, &expected, marks) || differ_clocks(r, found) ||
	    differ_runs(r, found) || differ_notices(r, found))
		return VERIFY_DIFFERENT;
	r->counts->tickets++;
	return VERIFY_SAME;
}

/* --- the journal ---------------------------------------------------------- */

/* Rows up to the next that begins a decision, or to the end. */
static size_t decision_length(const struct journal_row *rows, size_t count)
{
	size_t n = 1;

	while (n < count && rows[n].cause[0] == '\0')
		n++;
	return n;
}

struct page {
	struct audit *audit;
	int64_t ticket;
	int64_t after; /* journal row up to which all is done */
	int limit;
	bool is_last;
};

/* All decisions of a page but the last, which may go on in the next one. */
static enum verify_result replay_page(
    struct replay *r, struct page *p, struct arena *arena)
{
	enum verify_result res = VERIFY_SAME;
	struct journal_row *rows;
	size_t count, at = 0;

	if (audit_journal(p->audit, arena, p->ticket, p->after, p->limit, &rows,
		&count, r->why) != STORE_OK)
		return VERIFY_FAILED;
	p->is_last = count < (size_t)p->limit;
	while (res == VERIFY_SAME && at < count) {
		size_t n = decision_length(rows + at, count - at);

		if (at + n == count && !p->is_last)
			break;
		res = replay_decision(r, rows + at, n);
		at += n;
		p->after = rows[at - 1].id;
	}
	p->limit = at == 0 ? p->limit * 2 : PAGE_ROWS;
	return res;
}

static enum verify_result replay_journal(struct replay *r, struct audit *a)
{
	struct page p = { .audit = a, .ticket = r->id, .limit = PAGE_ROWS };
	enum verify_result res = VERIFY_SAME;
	struct arena arena = ARENA_INIT;

	while (res == VERIFY_SAME && !p.is_last) {
		arena_reset(&arena);
		res = replay_page(r, &p, &arena);
	}
	arena_fini(&arena);
	return res;
}

/* --- a ticket ------------------------------------------------------------- */

static void keep_key(char key[256], const char *text)
{
	struct textbuf tb;

	textbuf_init_fixed(&tb, key, 256);
	textbuf_add(&tb, text);
}

enum verify_result verify_ticket(struct audit *a, struct matrices *ms,
    struct duties *ds, int64_t id, struct verify_counts *counts, char key[256],
    struct difference *d, struct errtext *why)
{
	struct replay r = { .matrices = ms,
		.duties = ds,
		.counts = counts,
		.d = d,
		.why = why };
	enum verify_result res = VERIFY_FAILED;
	struct arena arena = ARENA_INIT;
	struct audit_marks marks;
	struct ticket found;

	memset(d, 0, sizeof *d);
	key[0] = '\0';
	if (audit_ticket(a, &arena, id, &found, &marks, why) == STORE_OK) {
		keep_key(key, found.key);
		replay_begin(&r, found.key, id);
		res = replay_journal(&r, a);
		if (res == VERIFY_SAME)
			res = replay_compare(&r, &found, &marks);
		replay_end(&r);
	}
	arena_fini(&arena);
	return res;
}
