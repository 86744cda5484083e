/* outbox_lane.c - destinations, endpoints, people: what the matrix says.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/outbox_parts.h"

#include "base/check.h"
#include "base/textbuf.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define ENDPOINT_TEXT_MAX 300

/* Room for one more of an array that is addressed by number. */
static void *longer(void *array, size_t count, size_t size)
{
	void *p = realloc(array, (count + 1) * size);

	CHECK(p != NULL);
	memset((char *)p + count * size, 0, size);
	return p;
}

/* --- endpoints ----------------------------------------------------------- */

static size_t endpoint_number(struct outbox *o, const char *name)
{
	bool is_new;
	size_t number = name_number(&o->endpoint_names, name, &is_new);

	if (is_new)
		o->endpoints =
		    longer(o->endpoints, number, sizeof *o->endpoints);
	return number;
}

static size_t endpoint_of(struct outbox *o, const struct channel *c)
{
	char name[ENDPOINT_TEXT_MAX];

	if (c == NULL || c->type == CHANNEL_LOG)
		return NO_ENDPOINT;
	channel_endpoint(c, name, sizeof name);
	return endpoint_number(o, name);
}

static size_t access_of(struct outbox *o, const struct channel *c)
{
	char name[ENDPOINT_TEXT_MAX];
	struct textbuf tb;

	if (c == NULL || c->type == CHANNEL_LOG)
		return NO_ENDPOINT;
	textbuf_init_fixed(&tb, name, sizeof name);
	textbuf_addf(&tb, "channel %s", o->m->channels[c->base].name);
	return endpoint_number(o, name);
}

/* --- people -------------------------------------------------------------- */

/* The latest ones are kept. */
static void set_limit(struct reader_limit *r, struct limit limit)
{
	struct mono *sent = NULL;
	int keep = r->count < limit.count ? r->count : limit.count;

	if (limit.count > 0) {
		sent = calloc((size_t)limit.count, sizeof *sent);
		CHECK(sent != NULL);
	}
	for (int i = 0; i < keep; i++)
		sent[i] = r->sent[(r->next - keep + i + r->limit.count) %
				  r->limit.count];
	free(r->sent);
	*r = (struct reader_limit){ .limit = limit,
		.sent = sent,
		.count = keep,
		.next = limit.count > 0 ? keep % limit.count : 0 };
}

static void take_limit(struct outbox *o, size_t number)
{
	int person = matrix_person(o->m, o->person_names.texts[number]);
	struct limit limit = o->m->person_limit;

	if (person >= 0 && o->m->people[person].limit.count > 0)
		limit = o->m->people[person].limit;
	set_limit(&o->people[number], limit);
}

uint32_t person_number(struct outbox *o, const char *name)
{
	size_t number;
	bool is_new;

	if (*name == '\0')
		return NOBODY;
	number = name_number(&o->person_names, name, &is_new);
	if (is_new) {
		o->people = longer(o->people, number, sizeof *o->people);
		take_limit(o, number);
	}
	return (uint32_t)number;
}

static const struct reader_limit *limit_of(
    const struct outbox *o, uint32_t person)
{
	return person == NOBODY || o->people[person].limit.count == 0
		   ? NULL
		   : &o->people[person];
}

/* Where the i-th last stands. */
static int place(const struct reader_limit *r, int i)
{
	return (r->next - i + r->limit.count) % r->limit.count;
}

int person_room(const struct outbox *o, uint32_t person, struct mono now)
{
	const struct reader_limit *r = limit_of(o, person);
	int room;

	if (r == NULL)
		return INT_MAX;
	room = r->limit.count;
	for (int i = 1; i <= r->count; i++) {
		if (now.ms - r->sent[place(r, i)].ms >= r->limit.per_ms)
			break;
		room--;
	}
	return room;
}

struct mono person_at(const struct outbox *o, uint32_t person, struct mono now)
{
	const struct reader_limit *r = limit_of(o, person);

	if (r == NULL || person_room(o, person, now) > 0)
		return now;
	return (struct mono){ r->sent[place(r, r->limit.count)].ms +
			      r->limit.per_ms };
}

void person_sent(struct outbox *o, uint32_t person, struct mono now)
{
	struct reader_limit *r;

	if (limit_of(o, person) == NULL)
		return;
	r = &o->people[person];
	r->sent[r->next] = now;
	r->next = (r->next + 1) % r->limit.count;
	if (r->count < r->limit.count)
		r->count++;
}

void person_put_back(struct outbox *o, uint32_t person)
{
	struct reader_limit *r;

	if (limit_of(o, person) == NULL || o->people[person].count == 0)
		return;
	r = &o->people[person];
	r->next = place(r, 1);
	r->count--;
}

/* --- lanes --------------------------------------------------------------- */

static const struct channel *channel_named(
    const struct outbox *o, const char *name)
{
	int index = matrix_channel(o->m, name);

	return index < 0 ? NULL : &o->m->channels[index];
}

static enum lane_nature nature_of(const struct channel *c)
{
	if (c == NULL)
		return LANE_UNKNOWN;
	if (c->way == WAY_MENTION)
		return LANE_MENTION;
	return channel_is_personal(c) ? LANE_PERSONAL : LANE_ROOM;
}

static int busy_max(const struct lane *l, const struct channel *c)
{
	if (c != NULL && c->type == CHANNEL_LOG)
		return LANE_LOG_MAX;
	return l->is_edits || (l->traits & THREADS) != 0 ? 1 : LANE_BUSY_MAX;
}

/* Attempts that are on their way are counted where their lane is. */
static void move_to(
    struct outbox *o, struct lane *l, size_t endpoint, size_t access)
{
	if (l->endpoint != NO_ENDPOINT)
		o->endpoints[l->endpoint].busy -= l->busy;
	if (endpoint != NO_ENDPOINT)
		o->endpoints[endpoint].busy += l->busy;
	l->endpoint = endpoint;
	l->access = access;
}

/* An edit is a request of its own kind, with a tier of its own (Slack's tier 3:
 * 50 a minute), and nothing is lost if it comes late: it shows the state of
 * that moment. */
static struct budget edits_budget(const struct budget *b)
{
	return (struct budget){ .every_ms = b->every_ms + b->every_ms / 5,
		.burst = 1 };
}

static void configure(struct outbox *o, struct lane *l)
{
	const struct channel *c = channel_named(o, l->channel);

	l->nature = nature_of(c);
	l->traits = c == NULL ? 0 : channel_kind(c->type)->traits;
	l->budget = c == NULL ? (struct budget){ .burst = 1 } : c->budget;
	if (l->is_edits)
		l->budget = edits_budget(&l->budget);
	l->busy_max = busy_max(l, c);
	move_to(o, l, endpoint_of(o, c), access_of(o, c));
}

static struct lane *lane_new(const char *channel, const char *who, bool edits)
{
	struct lane *l = calloc(1, sizeof *l);
	size_t len = strlen(channel) + 1;

	CHECK(l != NULL);
	l->channel = malloc(len + strlen(who) + 1);
	CHECK(l->channel != NULL);
	memcpy(l->channel, channel, len);
	memcpy(l->channel + len, who, strlen(who) + 1);
	l->who = l->channel + len;
	l->is_edits = edits;
	l->endpoint = NO_ENDPOINT;
	l->access = NO_ENDPOINT;
	for (int g = 0; g < GROUPS; g++)
		for (int spare = 0; spare < 2; spare++)
			l->ready[g][spare].by_class = true;
	incident_init(&l->incidents);
	return l;
}

static size_t lane_number(
    struct outbox *o, const char *channel, const char *who, bool edits)
{
	struct textbuf key;
	size_t number;
	bool is_new;

	textbuf_init(&key);
	textbuf_addf(&key, "%s\n%s\n%s", channel, who, edits ? "edits" : "");
	number = name_number(&o->lane_names, key.data, &is_new);
	textbuf_fini(&key);
	if (!is_new)
		return number;
	o->lanes = longer(o->lanes, number, sizeof(struct lane *));
	o->lanes[number] = lane_new(channel, who, edits);
	o->lanes[number]->person = person_number(o, who);
	configure(o, o->lanes[number]);
	return number;
}

size_t lane_of(struct outbox *o, const struct pending *p)
{
	const struct channel *c = channel_named(o, p->channel);

	switch (nature_of(c)) {
	case LANE_PERSONAL:
		return lane_number(o, p->channel, p->who, false);
	case LANE_MENTION:
		return lane_number(
		    o, o->m->channels[c->base].name, "", p->notice_id < 0);
	case LANE_ROOM:
	case LANE_UNKNOWN:
		break;
	}
	return lane_number(o, p->channel, "", p->notice_id < 0);
}

uint32_t mentioned(struct outbox *o, const struct pending *p)
{
	const struct channel *c = channel_named(o, p->channel);

	return nature_of(c) == LANE_MENTION ? person_number(o, p->who) : NOBODY;
}

static bool same_rules(const struct outbox *o, const struct matrix *m)
{
	if (o->nrules != m->nincidents)
		return false;
	for (size_t i = 0; i < o->nrules; i++) {
		const struct incident_rule *a = &o->rules[i];
		const struct incident_rule *b = &m->incidents[i];

		if (a->same != b->same || a->count != b->count ||
		    a->within_ms != b->within_ms || a->every_ms != b->every_ms)
			return false;
	}
	return true;
}

void outbox_take_matrix(struct outbox *o, const struct matrix *m)
{
	bool same = same_rules(o, m);

	o->m = m;
	for (size_t i = 0; i < o->person_names.count; i++)
		take_limit(o, i);
	for (size_t i = 0; i < o->lane_names.count; i++) {
		enum lane_nature before = o->lanes[i]->nature;

		if (!same)
			dissolve_incidents(o, i);
		configure(o, o->lanes[i]);
		if (o->lanes[i]->nature != before)
			forget_lane(o, i);
	}
	memcpy(o->rules, m->incidents, sizeof o->rules);
	o->nrules = m->nincidents;
}

static void lane_free(struct lane *l)
{
	queue_fini(&l->waiting);
	for (int g = 0; g < GROUPS; g++)
		for (int spare = 0; spare < 2; spare++)
			queue_fini(&l->ready[g][spare]);
	incident_fini(&l->incidents);
	free(l->channel);
	free(l);
}

void lanes_fini(struct outbox *o)
{
	for (size_t i = 0; i < o->lane_names.count; i++)
		lane_free(o->lanes[i]);
	for (size_t i = 0; i < o->person_names.count; i++)
		free(o->people[i].sent);
	free(o->lanes);
	free(o->people);
	free(o->endpoints);
	name_table_fini(&o->lane_names);
	name_table_fini(&o->person_names);
	name_table_fini(&o->endpoint_names);
}
