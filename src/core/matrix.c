/* matrix.c - making an empty matrix, finding things in one.
 *
 * SPDX-License-Identifier: MIT */
#include "core/matrix.h"

#include "base/check.h"
#include "core/names.h"

#include <stdlib.h>
#include <string.h>

static const char *const channel_types[CHANNEL_TYPE_COUNT] = {
	[CHANNEL_LOG] = "log",
	[CHANNEL_SLACK_WEBHOOK] = "slack-webhook",
	[CHANNEL_SMTP] = "smtp",
	[CHANNEL_WEBHOOK] = "webhook",
};

static const char *const untils[UNTIL_COUNT] = {
	[UNTIL_ACK] = "ack",
	[UNTIL_ASSIGNED] = "assigned",
	[UNTIL_REPLIED] = "replied",
	[UNTIL_SOLVED] = "solved",
};

static const char *const condition_fields[CONDITION_FIELD_COUNT] = {
	[CONDITION_SEVERITY] = "severity",
	[CONDITION_TIER] = "tier",
	[CONDITION_CATEGORY] = "category",
	[CONDITION_TEAM] = "team",
	[CONDITION_CHANNEL] = "channel",
	[CONDITION_TAGS] = "tags",
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

const char *channel_type_name(enum channel_type type)
{
	CHECK((unsigned)type < CHANNEL_TYPE_COUNT);
	return channel_types[type];
}

bool channel_type_parse(const char *name, enum channel_type *out)
{
	int i = names_find(channel_types, CHANNEL_TYPE_COUNT, name);

	if (i < 0)
		return false;
	*out = (enum channel_type)i;
	return true;
}

const char *until_name(enum until u)
{
	CHECK((unsigned)u < UNTIL_COUNT);
	return untils[u];
}

bool until_parse(const char *name, enum until *out)
{
	int i = names_find(untils, UNTIL_COUNT, name);

	if (i < 0)
		return false;
	*out = (enum until)i;
	return true;
}

const char *condition_field_name(enum condition_field f)
{
	CHECK((unsigned)f < CONDITION_FIELD_COUNT);
	return condition_fields[f];
}

struct matrix *matrix_new(void)
{
	struct matrix *m = calloc(1, sizeof *m);

	CHECK(m != NULL);
	arena_init(&m->arena);
	m->revision = "";
	m->owner = -1;
	m->fallback = -1;
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

int matrix_person(const struct matrix *m, const char *name)
{
	FIND(m->people, m->npeople, name);
}

int matrix_team(const struct matrix *m, const char *name)
{
	FIND(m->teams, m->nteams, name);
}

int matrix_role(const struct matrix *m, const char *name)
{
	FIND(m->roles, m->nroles, name);
}

int matrix_chain(const struct matrix *m, const char *name)
{
	FIND(m->chains, m->nchains, name);
}

int matrix_kind(const struct matrix *m, const char *name)
{
	FIND(m->kinds, m->nkinds, name);
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
	return false;
}

const struct matrix *matrix_at(const struct matrix *m, const char *revision)
{
	if (revision == NULL)
		return NULL;
	while (m != NULL && strcmp(m->revision, revision) != 0)
		m = m->previous;
	return m;
}
