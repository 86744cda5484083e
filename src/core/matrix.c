/* matrix.c - making an empty matrix, finding things in one.
 *
 * SPDX-License-Identifier: MIT */
#include "core/matrix.h"

#include "base/check.h"
#include "core/names.h"
#include "core/ticket.h"

#include <stdlib.h>
#include <string.h>

static const char *const applies[APPLIES_COUNT] = {
	[APPLIES_OPEN] = "open",
	[APPLIES_NEW] = "new",
	[APPLIES_ALL] = "all",
};

static const char *const untils[UNTIL_COUNT] = {
	[UNTIL_ACK] = "ack",
	[UNTIL_ASSIGNED] = "assigned",
	[UNTIL_REPLIED] = "replied",
	[UNTIL_SOLVED] = "solved",
};

static const char *const assigns[ASSIGN_COUNT] = {
	[ASSIGN_NONE] = "none",
	[ASSIGN_ROUND_ROBIN] = "round-robin",
	[ASSIGN_LEAST_LOADED] = "least-loaded",
};

static const char *const sights[SEES_COUNT] = {
	[SEES_UNSAID] = "",
	[SEES_ALL] = "all",
	[SEES_OWN] = "own",
};

static const char *const sends[SEND_COUNT] = {
	[SEND_UNSAID] = "",
	[SEND_IN_HOURS] = "in_hours",
	[SEND_ALWAYS] = "always",
};

const char *send_name(enum send s)
{
	CHECK((unsigned)s < SEND_COUNT);
	return sends[s];
}

bool send_parse(const char *name, enum send *out)
{
	int i = names_find(sends, SEND_COUNT, name);

	if (i <= SEND_UNSAID)
		return false;
	*out = (enum send)i;
	return true;
}

const char *until_name(enum until u)
{
	CHECK((unsigned)u < UNTIL_COUNT);
	return untils[u];
}

const char *applies_name(enum applies a)
{
	CHECK((unsigned)a < APPLIES_COUNT);
	return applies[a];
}

bool applies_parse(const char *name, enum applies *out)
{
	int i = names_find(applies, APPLIES_COUNT, name);

	if (i < 0)
		return false;
	*out = (enum applies)i;
	return true;
}

bool until_parse(const char *name, enum until *out)
{
	int i = names_find(untils, UNTIL_COUNT, name);

	if (i < 0)
		return false;
	*out = (enum until)i;
	return true;
}

const char *sees_name(enum sees s)
{
	CHECK((unsigned)s < SEES_COUNT);
	return sights[s];
}

bool sees_parse(const char *name, enum sees *out)
{
	int i = names_find(sights, SEES_COUNT, name);

	if (i <= SEES_UNSAID)
		return false;
	*out = (enum sees)i;
	return true;
}

const char *assign_name(enum assign a)
{
	CHECK((unsigned)a < ASSIGN_COUNT);
	return assigns[a];
}

bool assign_parse(const char *name, enum assign *out)
{
	int i = names_find(assigns, ASSIGN_COUNT, name);

	if (i < 0)
		return false;
	*out = (enum assign)i;
	return true;
}

bool validity_holds(const struct validity *v, struct wall at)
{
	return !wall_before(at, v->from) &&
	       (v->until.ms == 0 || wall_before(at, v->until));
}

struct wall validity_next(const struct validity *v, struct wall at)
{
	if (v->from.ms != 0 && wall_before(at, v->from))
		return v->from;
	if (v->until.ms != 0 && wall_before(at, v->until))
		return v->until;
	return WALL_NEVER;
}

struct matrix *matrix_new(void)
{
	struct matrix *m = calloc(1, sizeof *m);

	CHECK(m != NULL);
	arena_init(&m->arena);
	m->revision = "";
	m->owner = -1;
	m->fallback = -1;
	m->helpdesk = -1;
	m->revised = WALL_NEVER;
	m->guard =
	    (struct guard){ GUARD_BREACHES_DEFAULT, GUARD_NOTICES_DEFAULT };
	m->give_up_ms = DAY_MS;
	m->on_comment.resumes = COMMENT_RESUMES_DEFAULT;
	m->nkinds = clock_kinds_default_count;
	memcpy(m->kinds, clock_kinds_default,
	    clock_kinds_default_count * sizeof m->kinds[0]);
	return m;
}

void matrix_free(struct matrix *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->ncalendars; i++)
		calendar_free(m->calendars[i]);
	for (size_t i = 0; i < m->nzones; i++)
		zone_free(m->zones[i]);
	arena_fini(&m->arena);
	free(m);
}

/* The arrays differ in type only; each element's name is found the same way. */
#define FIND(items, count, name)                                               \
	do {                                                                   \
		if ((name) == NULL)                                            \
			return -1;                                             \
		for (size_t i = 0; i < (count); i++)                           \
			if (strcmp((items)[i].name, (name)) == 0)              \
				return (int)i;                                 \
		return -1;                                                     \
	} while (0)

int matrix_severity(const struct matrix *m, const char *name)
{
	FIND(m->severities, m->nseverities, name);
}

int matrix_calendar(const struct matrix *m, const char *name)
{
	if (name == NULL)
		return -1;
	for (size_t i = 0; i < m->ncalendars; i++)
		if (strcmp(calendar_name(m->calendars[i]), name) == 0)
			return (int)i;
	return -1;
}

int matrix_channel(const struct matrix *m, const char *name)
{
	FIND(m->channels, m->nchannels, name);
}

int matrix_way(const struct matrix *m, const char *name)
{
	for (int w = WAY_ROOM + 1; name != NULL && w < WAY_COUNT; w++)
		if (strcmp(channel_way_name((enum channel_way)w), name) == 0)
			return OWN_ROOM(w);
	return matrix_channel(m, name);
}

const char *matrix_way_name(const struct matrix *m, int way)
{
	CHECK(way != -1 && way < (int)m->nchannels);
	if (way >= 0)
		return m->channels[way].name;
	return channel_way_name((enum channel_way)(-1 - way));
}

/* The team's room, else the first of the file. */
static int slack_room(const struct matrix *m, int team)
{
	int room = team < 0 ? -1 : m->teams[team].channel;

	if (room >= 0 && m->channels[room].type == CHANNEL_SLACK)
		return m->channels[room].base;
	for (size_t i = 0; i < m->nchannels; i++)
		if (m->channels[i].type == CHANNEL_SLACK &&
		    m->channels[i].way == WAY_ROOM)
			return (int)i;
	return -1;
}

int matrix_way_channel(const struct matrix *m, int way, int team)
{
	int room = way < -1 ? slack_room(m, team) : -1;

	if (way >= -1)
		return way;
	for (size_t i = 0; room >= 0 && i < m->nchannels; i++)
		if (m->channels[i].base == room &&
		    OWN_ROOM(m->channels[i].way) == way)
			return (int)i;
	return -1;
}

static int by_name(const void *a, const void *b)
{
	const struct named *left = a;
	const struct named *right = b;

	return strcmp(left->name, right->name);
}

void matrix_index(struct matrix *m)
{
	m->people_by_name =
	    arena_alloc(&m->arena, m->npeople * sizeof *m->people_by_name);
	for (size_t i = 0; i < m->npeople; i++)
		m->people_by_name[i] =
		    (struct named){ m->people[i].name, (int)i };
	qsort(
	    m->people_by_name, m->npeople, sizeof *m->people_by_name, by_name);
}

static int find_linear(const struct matrix *m, const char *name)
{
	FIND(m->people, m->npeople, name);
}

int matrix_person(const struct matrix *m, const char *name)
{
	const struct named *found;

	if (m->people_by_name == NULL || name == NULL)
		return find_linear(m, name);
	found = bsearch(&(struct named){ name, 0 }, m->people_by_name,
	    m->npeople, sizeof *m->people_by_name, by_name);
	return found == NULL ? -1 : found->index;
}

int matrix_team(const struct matrix *m, const char *name)
{
	FIND(m->teams, m->nteams, name);
}

int matrix_role(const struct matrix *m, const char *name)
{
	FIND(m->roles, m->nroles, name);
}

int matrix_schedule(const struct matrix *m, const char *name)
{
	FIND(m->schedules, m->nschedules, name);
}

int matrix_chain(const struct matrix *m, const char *name)
{
	FIND(m->chains, m->nchains, name);
}

int matrix_kind(const struct matrix *m, const char *name)
{
	FIND(m->kinds, m->nkinds, name);
}

/* "one of TEAM"; a team may be called "team", too. */
static bool one_of(const struct matrix *m, const char *name, struct who *out)
{
	static const char prefix[] = "one of ";
	size_t len = sizeof prefix - 1;

	if (strncmp(name, prefix, len) != 0)
		return false;
	out->kind = WHO_ONE_OF;
	out->index = matrix_team(m, name + len);
	return out->index >= 0 || strcmp(name + len, "team") == 0;
}

bool matrix_who(const struct matrix *m, const char *name, struct who *out)
{
	static const struct {
		enum who_kind kind;
		int (*find)(const struct matrix *m, const char *name);
	} order[] = {
		{ WHO_ROLE, matrix_role },
		{ WHO_PERSON, matrix_person },
		{ WHO_TEAM, matrix_team },
		{ WHO_SCHEDULE, matrix_schedule },
		{ WHO_CHANNEL, matrix_channel },
	};

	out->index = -1;
	if (strcmp(name, "assignee") == 0) {
		out->kind = WHO_ASSIGNEE;
		return true;
	}
	if (strcmp(name, "team") == 0) {
		out->kind = WHO_OWN_TEAM;
		return true;
	}
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		out->kind = order[i].kind;
		out->index = order[i].find(m, name);
		if (out->index >= 0)
			return true;
	}
	return one_of(m, name, out);
}

struct wall matrix_review_at(const struct matrix *m)
{
	if (wall_is_never(m->revised) || m->review_every_ms == 0)
		return WALL_NEVER;
	return wall_plus(m->revised, m->review_every_ms);
}

const struct matrix *matrix_at(const struct matrix *m, const char *revision)
{
	if (revision == NULL)
		return NULL;
	while (m != NULL && (m->absent || strcmp(m->revision, revision) != 0))
		m = m->previous;
	return m;
}

const struct matrix *matrix_for(const struct matrix *m, const struct ticket *t)
{
	const struct matrix *found = m;

	if (t->revision[0] == '\0')
		return m;
	while (found != NULL && found->applies == APPLIES_NEW &&
	       strcmp(found->revision, t->revision) != 0)
		found = found->previous;
	/* The same text may have been in force before, and be there. */
	if (found != NULL && found->absent)
		found = found->applies == APPLIES_NEW
			    ? matrix_at(found, t->revision)
			    : NULL;
	return found != NULL ? found : m;
}
