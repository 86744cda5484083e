/* incident.c - see incident.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/incident.h"

#include "base/check.h"

#include <stdlib.h>

static const char *const names[SAME_COUNT] = {
	[SAME_CATEGORY] = "category",
	[SAME_CUSTOMER] = "customer",
};

const char *same_name(enum same s)
{
	CHECK((unsigned)s < SAME_COUNT);
	return names[s];
}

/* FNV-1a, 64 bits. */
uint64_t likeness_hash(const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037);

	if (text == NULL || *text == '\0')
		return 0;
	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return h == 0 ? 1 : h;
}

void incident_init(struct incident_memory *mem)
{
	*mem = (struct incident_memory){ .seen = NULL };
}

static void end(struct incident *in)
{
	hashmap_fini(&in->tickets);
	*in = (struct incident){ .hash = 0 };
}

void incident_fini(struct incident_memory *mem)
{
	for (int i = 0; i < INCIDENTS_MAX; i++)
		if (mem->open[i].hash != 0)
			end(&mem->open[i]);
	free(mem->seen);
	incident_init(mem);
}

static void add_ticket(struct incident *in, int64_t ticket_id)
{
	hashmap_reserve(&in->tickets, in->tickets.count + 1);
	(void)hashmap_put(&in->tickets, ticket_id);
}

static struct incident_seen *find_seen(
    struct incident_memory *mem, int64_t ticket_id)
{
	for (size_t i = 0; i < mem->count; i++)
		if (mem->seen[i].ticket_id == ticket_id)
			return &mem->seen[i];
	return NULL;
}

/* In the place of the oldest, if there is none left. */
static void note(struct incident_memory *mem, int64_t ticket_id,
    const struct likeness *like, struct mono now)
{
	struct incident_seen *s = find_seen(mem, ticket_id);
	bool told = s != NULL && s->told;

	if (mem->seen == NULL) {
		mem->seen = calloc(INCIDENT_MEMORY_MAX, sizeof *mem->seen);
		CHECK(mem->seen != NULL);
	}
	if (s == NULL) {
		s = &mem->seen[mem->next];
		mem->next = (mem->next + 1) % INCIDENT_MEMORY_MAX;
		if (mem->count < INCIDENT_MEMORY_MAX)
			mem->count++;
	}
	*s = (struct incident_seen){
		.ticket_id = ticket_id, .like = *like, .at = now, .told = told
	};
}

static bool is_over(const struct incident *in,
    const struct incident_rule *rules, struct mono now)
{
	return in->queued == 0 &&
	       now.ms - in->last.ms > rules[in->rule].within_ms;
}

static void end_old(struct incident_memory *mem,
    const struct incident_rule *rules, struct mono now)
{
	for (int i = 0; i < INCIDENTS_MAX; i++)
		if (mem->open[i].hash != 0 &&
		    is_over(&mem->open[i], rules, now))
			end(&mem->open[i]);
}

static int find_open(const struct incident_memory *mem, int rule, uint64_t hash)
{
	for (int i = 0; i < INCIDENTS_MAX; i++)
		if (mem->open[i].hash == hash && mem->open[i].rule == rule)
			return i;
	return -1;
}

static bool counts(const struct incident_seen *s,
    const struct incident_rule *rule, uint64_t hash, struct mono now)
{
	return s->like.of[rule->same] == hash &&
	       now.ms - s->at.ms <= rule->within_ms;
}

/* Enough of them lately? */
static bool is_enough(const struct incident_memory *mem,
    const struct incident_rule *rule, uint64_t hash, struct mono now)
{
	int tickets = 0;

	for (size_t i = 0; i < mem->count; i++)
		tickets += counts(&mem->seen[i], rule, hash, now);
	return tickets >= rule->count;
}

/* -1: too many go on already. */
static int begin(struct incident_memory *mem, const struct incident_rule *rules,
    int rule, uint64_t hash, struct mono now)
{
	int free_one = find_open(mem, 0, 0);
	struct incident *in;

	if (free_one < 0)
		return -1;
	in = &mem->open[free_one];
	*in = (struct incident){ .hash = hash,
		.rule = rule,
		.since = now,
		.last = now,
		.not_before = now };
	hashmap_init(&in->tickets);
	for (size_t i = 0; i < mem->count; i++) {
		const struct incident_seen *s = &mem->seen[i];

		if (!counts(s, &rules[rule], hash, now))
			continue;
		if (s->at.ms < in->since.ms)
			in->since = s->at;
		if (s->told)
			add_ticket(in, s->ticket_id);
	}
	return free_one;
}

int incident_join(struct incident_memory *mem,
    const struct incident_rule *rules, size_t nrules, int64_t ticket_id,
    const struct likeness *like, struct mono now, bool *begins)
{
	int number;

	*begins = false;
	end_old(mem, rules, now);
	note(mem, ticket_id, like, now);
	for (size_t i = 0; i < nrules; i++) {
		uint64_t hash = like->of[rules[i].same];

		if (hash == 0)
			continue;
		number = find_open(mem, (int)i, hash);
		if (number >= 0) {
			mem->open[number].last = now;
			return number;
		}
		if (!is_enough(mem, &rules[i], hash, now))
			continue;
		number = begin(mem, rules, (int)i, hash, now);
		*begins = number >= 0;
		if (*begins)
			return number;
	}
	return -1;
}

bool incident_is_like(const struct incident_memory *mem, int number,
    const struct incident_rule *rules, const struct likeness *like)
{
	const struct incident *in = &mem->open[number];

	return like->of[rules[in->rule].same] == in->hash;
}

void incident_told_alone(struct incident_memory *mem, int64_t ticket_id)
{
	struct incident_seen *s = find_seen(mem, ticket_id);

	if (s != NULL)
		s->told = true;
}

void incident_told(struct incident_memory *mem, int number,
    const struct incident_rule *rules, const int64_t *tickets, size_t count,
    bool is_part, struct mono now)
{
	struct incident *in = &mem->open[number];

	CHECK(in->hash != 0);
	for (size_t i = 0; i < count; i++) {
		add_ticket(in, tickets[i]);
		incident_told_alone(mem, tickets[i]);
	}
	in->last = now;
	in->not_before = now;
	if (!is_part)
		in->not_before.ms += rules[in->rule].every_ms;
}

static bool is_among(const int64_t *ids, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

void incident_again(
    struct incident_memory *mem, int number, int64_t ticket_id, struct mono now)
{
	struct incident *in = &mem->open[number];
	struct incident_seen *s = find_seen(mem, ticket_id);

	if (s != NULL)
		s->told = false;
	(void)hashmap_drop(&in->tickets, ticket_id);
	if (now.ms < in->not_before.ms)
		in->not_before = now;
}

/* Slots are in the order of coming, but for those that were freed between. */
size_t incident_before(const struct incident_memory *mem, int number,
    const int64_t *except, size_t nexcept, int64_t *out, size_t max)
{
	const struct hashmap *tickets = &mem->open[number].tickets;
	size_t n = 0;

	for (uint32_t slot = tickets->used; slot > 0 && n < max; slot--) {
		int64_t id = tickets->ids[slot - 1];

		if (id >= 0 && !is_among(except, nexcept, id))
			out[n++] = id;
	}
	return n;
}
