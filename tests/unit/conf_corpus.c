/* conf_corpus.c - files of the corpus, and whether two configurations are the
 * same in every value.
 *
 * SPDX-License-Identifier: MIT */
#include "unit/conf_corpus.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef SRCDIR
#define SRCDIR "."
#endif

void srcdir_path(char *out, size_t size, const char *rest)
{
	const char *dir = getenv("SLAWATCH_SRCDIR");

	snprintf(out, size, "%s/%s", dir == NULL ? SRCDIR : dir, rest);
}

char *slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *bytes = malloc(CONF_FILE_MAX + 1);

	if (f == NULL || bytes == NULL) {
		free(bytes);
		return NULL;
	}
	*len = fread(bytes, 1, CONF_FILE_MAX, f);
	bytes[*len] = '\0';
	fclose(f);
	return bytes;
}

static int is_yaml(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return len > 5 && strcmp(e->d_name + len - 5, ".yaml") == 0;
}

size_t corpus_each(const char *folder, corpus_fn *each)
{
	char dir[4096];
	struct dirent **entries = NULL;
	int n;

	srcdir_path(dir, sizeof dir, folder);
	n = scandir(dir, &entries, is_yaml, alphasort);
	for (int i = 0; i < n; i++) {
		each(dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return n < 0 ? 0 : (size_t)n;
}

/* --- equality ------------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

#define DIFFERS(what, condition)                                               \
	do {                                                                   \
		if (condition)                                                 \
			return what;                                           \
	} while (0)

/* Calendars are opaque: asked week by week over four years, and at the hours
 * of a changing day. */
static bool same_calendar(const struct calendar *a, const struct calendar *b)
{
	struct wall from = wall_at(INT64_C(1767225600000)); /* 2026-01-01 */

	if (!same(calendar_name(a), calendar_name(b)) ||
	    calendar_is_always(a) != calendar_is_always(b))
		return false;
	for (int day = 0; day < 4 * 366; day++) {
		struct period x[48];
		struct period y[48];
		struct wall to = wall_plus(from, DAY_MS);
		size_t n = calendar_periods(a, from, to, x, 48);

		if (n != calendar_periods(b, from, to, y, 48) ||
		    memcmp(x, y, n * sizeof x[0]) != 0)
			return false;
		from = to;
	}
	return true;
}

static const char *channel_difference(
    const struct channel *a, const struct channel *b)
{
	DIFFERS("channel name", !same(a->name, b->name));
	DIFFERS("channel type", a->type != b->type);
	DIFFERS("channel url", !same(a->url, b->url));
	DIFFERS("channel from", !same(a->from, b->from));
	DIFFERS("channel user", !same(a->user, b->user));
	DIFFERS("channel password", !same(a->password, b->password));
	DIFFERS("channel secret", !same(a->secret, b->secret));
	DIFFERS("channel ca_file", !same(a->ca_file, b->ca_file));
	DIFFERS("channel starttls", a->starttls != b->starttls);
	return NULL;
}

static const char *person_difference(
    const struct person *a, const struct person *b)
{
	DIFFERS("person name", !same(a->name, b->name));
	DIFFERS("person title", !same(a->title, b->title));
	DIFFERS("person slack", !same(a->slack, b->slack));
	DIFFERS("person email", !same(a->email, b->email));
	DIFFERS("person hours", a->hours != b->hours);
	return NULL;
}

static const char *team_difference(const struct team *a, const struct team *b)
{
	DIFFERS("team name", !same(a->name, b->name));
	DIFFERS("team title", !same(a->title, b->title));
	DIFFERS("team members", a->nmembers != b->nmembers);
	DIFFERS("team members",
	    memcmp(a->members, b->members, a->nmembers * sizeof(int)) != 0);
	DIFFERS("team lead", a->lead != b->lead);
	DIFFERS("team channel", a->channel != b->channel);
	DIFFERS("team fallback", a->fallback != b->fallback);
	DIFFERS("team tier", a->tier != b->tier);
	return NULL;
}

static const char *step_difference(const struct step *a, const struct step *b)
{
	DIFFERS("step after", a->after_ms != b->after_ms);
	DIFFERS("step notify", a->nwho != b->nwho);
	for (size_t i = 0; i < a->nwho; i++)
		DIFFERS("step notify", !same(a->who[i], b->who[i]));
	DIFFERS("step via", a->nvia != b->nvia);
	for (size_t i = 0; i < a->nvia; i++)
		DIFFERS("step via", !same(a->via[i], b->via[i]));
	DIFFERS("step remind", a->remind_every_ms != b->remind_every_ms);
	DIFFERS("step remind", a->remind_times != b->remind_times);
	DIFFERS("step until", a->until != b->until);
	return NULL;
}

static const char *chain_difference(
    const struct chain *a, const struct chain *b)
{
	DIFFERS("chain name", !same(a->name, b->name));
	DIFFERS("chain rank", a->rank != b->rank);
	DIFFERS("chain ack_timeout", a->ack_timeout_ms != b->ack_timeout_ms);
	DIFFERS("chain repeat", a->repeat != b->repeat);
	DIFFERS("chain repeat_after", a->repeat_after_ms != b->repeat_after_ms);
	DIFFERS("chain steps", a->nsteps != b->nsteps);
	for (size_t i = 0; i < a->nsteps; i++) {
		const char *d = step_difference(&a->steps[i], &b->steps[i]);

		DIFFERS(d, d != NULL);
	}
	return NULL;
}

static const char *policy_difference(
    const struct policy *a, const struct policy *b)
{
	DIFFERS("policy name", !same(a->name, b->name));
	for (int f = 0; f < CONDITION_FIELD_COUNT; f++) {
		DIFFERS("policy when",
		    (a->when.any[f] == NULL) != (b->when.any[f] == NULL));
		DIFFERS("policy when", a->when.nany[f] != b->when.nany[f]);
		for (size_t i = 0; i < a->when.nany[f]; i++)
			DIFFERS("policy when",
			    !same(a->when.any[f][i], b->when.any[f][i]));
	}
	DIFFERS("policy calendar", a->calendar != b->calendar);
	DIFFERS("policy warn", a->nwarnings != b->nwarnings);
	for (size_t i = 0; i < a->nwarnings; i++) {
		const struct warning *v = &a->warnings[i];
		const struct warning *w = &b->warnings[i];

		DIFFERS("policy warn", v->is_share != w->is_share);
		DIFFERS("policy warn", v->value != w->value);
		DIFFERS("policy warn", !same(v->text, w->text));
	}
	DIFFERS("policy on_warning", a->on_warning != b->on_warning);
	DIFFERS("policy on_breach", a->on_breach != b->on_breach);
	DIFFERS("policy targets",
	    memcmp(a->targets, b->targets, sizeof a->targets) != 0);
	return NULL;
}

static const char *kind_difference(
    const struct clock_kind *a, const struct clock_kind *b)
{
	DIFFERS("clock name", !same(a->name, b->name));
	DIFFERS("clock starts", a->starts != b->starts);
	DIFFERS("clock met_by", a->met_by != b->met_by);
	DIFFERS("clock runs_in", a->runs_in != b->runs_in);
	DIFFERS("clock again", a->again != b->again);
	DIFFERS("clock on_reopen", a->on_reopen != b->on_reopen);
	return NULL;
}

/* The same walk for each kind of part. */
#define EACH(count, difference, items)                                         \
	do {                                                                   \
		DIFFERS(#count, a->count != b->count);                         \
		for (size_t i = 0; i < a->count; i++) {                        \
			const char *d_ =                                       \
			    difference(&a->items[i], &b->items[i]);            \
                                                                               \
			DIFFERS(d_, d_ != NULL);                               \
		}                                                              \
	} while (0)

static const char *severity_difference(
    const struct severity *a, const struct severity *b)
{
	DIFFERS("severity name", !same(a->name, b->name));
	DIFFERS("severity title", !same(a->title, b->title));
	DIFFERS("severity calendar", a->calendar != b->calendar);
	return NULL;
}

static const char *role_difference(const struct role *a, const struct role *b)
{
	DIFFERS("role name", !same(a->name, b->name));
	DIFFERS("role kind", a->who.kind != b->who.kind);
	DIFFERS("role holder", a->who.index != b->who.index);
	return NULL;
}

static const char *matrix_difference(
    const struct matrix *a, const struct matrix *b)
{
	DIFFERS("owner", a->owner != b->owner);
	DIFFERS("fallback", a->fallback != b->fallback);
	DIFFERS("fallback_name", !same(a->fallback_name, b->fallback_name));
	DIFFERS("give_up_after", a->give_up_ms != b->give_up_ms);
	DIFFERS("zones", a->nzones != b->nzones);
	DIFFERS("calendars", a->ncalendars != b->ncalendars);
	for (size_t i = 0; i < a->ncalendars; i++)
		DIFFERS("calendar",
		    !same_calendar(a->calendars[i], b->calendars[i]));
	EACH(nseverities, severity_difference, severities);
	EACH(nchannels, channel_difference, channels);
	EACH(npeople, person_difference, people);
	EACH(nteams, team_difference, teams);
	EACH(nroles, role_difference, roles);
	EACH(nchains, chain_difference, chains);
	EACH(npolicies, policy_difference, policies);
	EACH(nkinds, kind_difference, kinds);
	return NULL;
}

static const char *token_difference(
    const struct token *a, const struct token *b)
{
	DIFFERS("token name", !same(a->name, b->name));
	DIFFERS("token secret", !same(a->secret, b->secret));
	DIFFERS("token scopes", a->scopes != b->scopes);
	return NULL;
}

static const char *settings_difference(
    const struct settings *a, const struct settings *b)
{
	DIFFERS("database", !same(a->database, b->database));
	DIFFERS("socket", !same(a->socket, b->socket));
	DIFFERS("socket_mode", a->socket_mode != b->socket_mode);
	DIFFERS("listen", !same(a->listen, b->listen));
	EACH(ntokens, token_difference, tokens);
	DIFFERS("queue_max", a->queue_max != b->queue_max);
	DIFFERS("batch_max", a->batch_max != b->batch_max);
	DIFFERS("max_future", a->max_future_ms != b->max_future_ms);
	DIFFERS("max_past", a->max_past_ms != b->max_past_ms);
	DIFFERS("log_level", !same(a->log_level, b->log_level));
	return NULL;
}

const char *conf_difference(const struct conf *a, const struct conf *b)
{
	const char *d = matrix_difference(a->matrix, b->matrix);

	return d != NULL ? d : settings_difference(&a->settings, &b->settings);
}
