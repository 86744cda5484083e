/* zone.c - TZif bytes to one table of changes, and searches in it.
 *
 * Parsing unrolls the footer's yearly rule up to 2201, past the end of
 * instant.h's range: about 500 more rows, and in exchange every question is
 * the same binary search, whatever the file was (fat or slim, old or new).
 *
 * SPDX-License-Identifier: MIT */
#include "core/zone.h"

#include "base/arena.h"
#include "base/check.h"
#include "core/zone_rule.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The rule is unrolled over these years; 1969, so that 1970-01-01 has its
 * offset from a change before it. */
#define RULE_FROM    1969
#define RULE_TO	     2201
#define RULE_CHANGES ((RULE_TO - RULE_FROM + 1) * 2)

#define OFFSET_MIN (-25 * 3600 + 1) /* RFC 8536: more than -25 hours */
#define OFFSET_MAX (26 * 3600 - 1)  /* and less than 26 */
#define OFFSET_ANY (26 * HOUR_MS)   /* no offset is as far */

/* Changes beyond this many seconds from 1970 are moved there: files mark the
 * beginning of time with -2^59, which has no milliseconds. */
#define FAR_SECONDS INT64_C(1000000000000)

/* From an instant on, until the next change. */
struct change {
	int64_t at_ms;
	int32_t offset; /* seconds east of UTC */
	int32_t
	    summer; /* orders changes of the same instant, see by_instant() */
	const char *abbrev; /* in the arena */
};

struct zone {
	struct arena mem; /* everything below */
	const char *name;
	struct change *changes; /* by at_ms; the first holds from ever */
	size_t count;		/* at least 1 */
};

/* One data block of a file, measured and known to lie inside it. */
struct block {
	const unsigned char *times;   /* count times of `width` bytes */
	const unsigned char *indices; /* count types of those times */
	const unsigned char *types;   /* ntypes records of 6 bytes */
	const char *abbrevs;	      /* nchars, with NULs between */
	const unsigned char *behind;  /* first byte after the block */
	size_t width;		      /* 4 in version 1, else 8 */
	size_t count;
	size_t ntypes;
	size_t nchars;
	char version; /* '\0', '2', '3', '4' */
};

enum {
	HEADER_SIZE = 44,
	TYPE_SIZE = 6,
};

/* Big-endian two's complement of 4 or 8 bytes. */
static int64_t read_int(const unsigned char *p, size_t width)
{
	uint64_t n = (p[0] & 0x80) != 0 ? UINT64_MAX : 0;

	for (size_t i = 0; i < width; i++)
		n = n << 8 | p[i];
	return (int64_t)n;
}

static uint64_t read_count(const unsigned char *p)
{
	return (uint64_t)read_int(p, 4) & UINT32_MAX;
}

/* Counts are 32 bits each, so that their sums fit in 64. */
static const char *measure_block(
    const unsigned char *p, size_t len, size_t width, struct block *b)
{
	uint64_t isut;
	uint64_t isstd;
	uint64_t leap;
	uint64_t size;

	if (len < HEADER_SIZE || memcmp(p, "TZif", 4) != 0)
		return "not a time zone file (TZif)";
	b->version = (char)p[4];
	isut = read_count(p + 20);
	isstd = read_count(p + 24);
	leap = read_count(p + 28);
	b->count = read_count(p + 32);
	b->ntypes = read_count(p + 36);
	b->nchars = read_count(p + 40);
	size = b->count * (width + 1) + b->ntypes * TYPE_SIZE + b->nchars +
	       leap * (width + 4) + isstd + isut;
	if (size > len - HEADER_SIZE)
		return "the file is cut short";
	if ((isut != 0 && isut != b->ntypes) ||
	    (isstd != 0 && isstd != b->ntypes))
		return "the counts in the header contradict each other";
	if (leap != 0)
		return "the file counts leap seconds, slawatch does not";
	b->width = width;
	b->times = p + HEADER_SIZE;
	b->indices = b->times + b->count * width;
	b->types = b->indices + b->count;
	b->abbrevs = (const char *)(b->types + b->ntypes * TYPE_SIZE);
	b->behind = p + HEADER_SIZE + size;
	return NULL;
}

/* Types and what they point to; the times' own order and types. */
static const char *check_block(const struct block *b)
{
	if (b->ntypes == 0 || b->nchars == 0)
		return "the file has no time types";
	for (size_t i = 0; i < b->ntypes; i++) {
		const unsigned char *type = b->types + i * TYPE_SIZE;
		int64_t offset = read_int(type, 4);

		if (offset < OFFSET_MIN || offset > OFFSET_MAX)
			return "an offset from UTC is out of range";
		if (type[4] > 1)
			return "a time type is malformed";
		if (type[5] >= b->nchars || memchr(b->abbrevs + type[5], '\0',
						b->nchars - type[5]) == NULL)
			return "an abbreviation lies outside the file";
	}
	for (size_t i = 0; i < b->count; i++) {
		if (b->indices[i] >= b->ntypes)
			return "a change has an unknown time type";
		if (i > 0 &&
		    read_int(b->times + i * b->width, b->width) <=
			read_int(b->times + (i - 1) * b->width, b->width))
			return "the changes are not in order";
	}
	return NULL;
}

/* Finds the block to use: the only one of version 1, else the second. */
static const char *find_block(
    const unsigned char *p, size_t len, struct block *b)
{
	const char *why = measure_block(p, len, 4, b);
	char version;
	size_t first;

	if (why != NULL)
		return why;
	version = b->version;
	if (version == '\0')
		return check_block(b);
	if (version < '2' || version > '4')
		return "the file's version is unknown";
	first = (size_t)(b->behind - p);
	why = measure_block(b->behind, len - first, 8, b);
	if (why != NULL)
		return why;
	if (b->version != version)
		return "the file has two versions";
	return check_block(b);
}

/* The line behind the second block.  An empty one has no rule. */
static const char *find_rule(const struct block *b, const unsigned char *end,
    struct zone_rule *rule, bool *has_rule)
{
	const char *at = (const char *)b->behind;
	const char *stop;

	*has_rule = false;
	if (b->version == '\0')
		return NULL;
	if (b->behind == end || *at != '\n')
		return "the footer is missing";
	at++;
	stop = memchr(at, '\n', (size_t)((const char *)end - at));
	if (stop == NULL)
		return "the footer is cut short";
	if (stop == at)
		return NULL;
	*has_rule = true;
	return zone_rule_parse(at, (size_t)(stop - at), rule)
		   ? NULL
		   : "the footer is not a POSIX TZ rule";
}

/* Puts a change at the end, unless it changes nothing.  One at the same
 * instant takes the place of the one before it. */
static void append(struct zone *z, const struct change *c)
{
	const struct change *last;

	if (z->count > 0 && z->changes[z->count - 1].at_ms == c->at_ms)
		z->count--;
	if (z->count > 0) {
		last = &z->changes[z->count - 1];
		if (last->offset == c->offset &&
		    strcmp(last->abbrev, c->abbrev) == 0)
			return;
	}
	z->changes[z->count++] = *c;
}

static struct change change_of(
    const struct block *b, const char *abbrevs, size_t type, int64_t at_ms)
{
	const unsigned char *t = b->types + type * TYPE_SIZE;

	return (struct change){
		.at_ms = at_ms,
		.offset = (int32_t)read_int(t, 4),
		.abbrev = abbrevs + t[5],
	};
}

/* Before the first change there is type 0 (RFC 8536, section 3.2).  Returns
 * when the file's last change was, even if it was one in name only. */
static int64_t unpack(struct zone *z, const struct block *b)
{
	char *abbrevs = arena_alloc(&z->mem, b->nchars);
	struct change c;

	memcpy(abbrevs, b->abbrevs, b->nchars);
	c = change_of(b, abbrevs, 0, INT64_MIN);
	append(z, &c);
	for (size_t i = 0; i < b->count; i++) {
		int64_t s = read_int(b->times + i * b->width, b->width);

		if (s < -FAR_SECONDS)
			s = -FAR_SECONDS;
		if (s > FAR_SECONDS)
			s = FAR_SECONDS;
		c = change_of(b, abbrevs, b->indices[i], s * SECOND_MS);
		append(z, &c);
	}
	return c.at_ms;
}

static struct change change_to(
    struct zone *z, const struct zone_time *time, bool summer)
{
	return (struct change){
		.offset = time->offset,
		.summer = summer,
		.abbrev = arena_strdup(&z->mem, time->abbrev),
	};
}

/* Summer time all year is written as an end that is the next start: there the
 * start comes last and wins. */
static int by_instant(const void *left, const void *right)
{
	const struct change *a = left;
	const struct change *b = right;

	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	return a->summer - b->summer;
}

/* All of the rule's changes, in order; returns how many. */
static size_t unroll(struct zone *z, const struct zone_rule *rule,
    struct change all[RULE_CHANGES])
{
	struct change summer = change_to(z, &rule->summer, true);
	struct change standard = change_to(z, &rule->standard, false);
	size_t n = 0;

	for (int year = RULE_FROM; year <= RULE_TO; year++) {
		summer.at_ms = zone_rule_starts(rule, year) * SECOND_MS;
		standard.at_ms = zone_rule_ends(rule, year) * SECOND_MS;
		all[n++] = summer;
		all[n++] = standard;
	}
	qsort(all, n, sizeof all[0], by_instant);
	return n;
}

/* From the file's last change on the rule is in force: first what it says for
 * that very instant (a sound file has that already), then its own changes. */
static void follow_rule(
    struct zone *z, const struct zone_rule *rule, int64_t last_ms)
{
	struct change all[RULE_CHANGES];
	struct change now = change_to(z, &rule->standard, false);
	size_t n = rule->has_summer ? unroll(z, rule, all) : 0;
	size_t i = 0;

	while (i < n && all[i].at_ms <= last_ms)
		now = all[i++];
	now.at_ms = last_ms;
	append(z, &now);
	for (; i < n; i++)
		append(z, &all[i]);
}

static struct zone *zone_new(const char *name, size_t room)
{
	struct zone *z = malloc(sizeof *z);

	CHECK(z != NULL);
	*z = (struct zone){ .mem = ARENA_INIT };
	z->name = arena_strdup(&z->mem, name);
	z->changes = arena_alloc(&z->mem, room * sizeof z->changes[0]);
	return z;
}

struct zone *zone_parse(
    const char *name, const void *bytes, size_t len, struct errtext *err)
{
	const unsigned char *p = bytes;
	struct zone_rule rule;
	struct block block;
	struct zone *z;
	int64_t last_ms;
	bool has_rule = false;
	const char *why = find_block(p, len, &block);

	if (why == NULL)
		why = find_rule(&block, p + len, &rule, &has_rule);
	if (why != NULL) {
		errtext_set(err, "time zone %s: %s", name, why);
		return NULL;
	}
	z = zone_new(name, block.count + 2 + RULE_CHANGES);
	last_ms = unpack(z, &block);
	if (has_rule)
		follow_rule(z, &rule, last_ms);
	return z;
}

struct zone *zone_utc(void)
{
	struct zone *z = zone_new("UTC", 1);

	z->changes[z->count++] =
	    (struct change){ .at_ms = INT64_MIN, .abbrev = "UTC" };
	return z;
}

void zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	arena_fini(&z->mem);
	free(z);
}

const char *zone_name(const struct zone *z)
{
	return z->name;
}

/* The index of the change in force. */
static size_t find_change(const struct zone *z, int64_t at_ms)
{
	size_t low = 0;
	size_t high = z->count;

	/* changes[low] is at or before at_ms, changes[high] after it. */
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (z->changes[mid].at_ms <= at_ms)
			low = mid;
		else
			high = mid;
	}
	return low;
}

int32_t zone_offset(const struct zone *z, struct wall at)
{
	return z->changes[find_change(z, at.ms)].offset;
}

const char *zone_abbrev(const struct zone *z, struct wall at)
{
	return z->changes[find_change(z, at.ms)].abbrev;
}

void zone_local(const struct zone *z, struct wall at, struct civil *out)
{
	civil_from_ms(at.ms + zone_offset(z, at) * SECOND_MS, out);
}

/* Each change in reach is asked which instant the wall time would be under its
 * offset, and whether it is in force then.  If none is, the wall time fell
 * into the jump between two of them. */
struct wall zone_instant(
    const struct zone *z, const struct civil *local, enum zone_pick pick)
{
	int64_t naive_ms = civil_ms(local);
	struct wall found = WALL_NEVER;
	struct wall jumped = WALL_NEVER;

	for (size_t i = find_change(z, naive_ms - OFFSET_ANY);
	     i < z->count && z->changes[i].at_ms <= naive_ms + OFFSET_ANY;
	     i++) {
		const struct change *c = &z->changes[i];
		int64_t ms = naive_ms - c->offset * SECOND_MS;
		bool ended = i + 1 < z->count && ms >= c[1].at_ms;

		if (ms >= c->at_ms && !ended) {
			found = wall_at(ms);
			if (pick == ZONE_FIRST)
				break;
		}
		if (ms < c->at_ms && wall_is_never(jumped))
			jumped = wall_at(naive_ms - c[-1].offset * SECOND_MS);
	}
	return wall_is_never(found) ? jumped : found;
}

struct wall zone_next_change(const struct zone *z, struct wall at)
{
	size_t now = find_change(z, at.ms);

	for (size_t i = now + 1; i < z->count; i++) {
		if (z->changes[i].at_ms > WALL_MAX_MS)
			break;
		if (z->changes[i].offset != z->changes[now].offset)
			return wall_at(z->changes[i].at_ms);
	}
	return WALL_NEVER;
}
