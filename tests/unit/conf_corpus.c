/* conf_corpus.c - files of the corpus, and whether two configurations are the
 * same in every value.
 *
 * SPDX-License-Identifier: MIT */
#include "unit/conf_corpus.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* From inside the folder: files may name others beside them. */
size_t corpus_each(const char *folder, corpus_fn *each)
{
	char path[4096];
	char *dir;
	struct dirent **entries = NULL;
	int here = open(".", O_RDONLY | O_DIRECTORY);
	int n;

	srcdir_path(path, sizeof path, folder);
	dir = realpath(path, NULL);
	if (here < 0 || dir == NULL || chdir(dir) != 0)
		return 0;
	n = scandir(dir, &entries, is_yaml, alphasort);
	for (int i = 0; i < n; i++) {
		each(dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	free(dir);
	if (fchdir(here) != 0 || close(here) != 0)
		return 0;
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

/* A part is compared in two steps, so that no member can be forgotten.  First
 * what its pointers lead to, each struck out of the copies x and y; then the
 * rest, byte by byte: a number that is not named here is compared all the same,
 * and a pointer that is not differs always.  (Padding is zero: arenas are.) */
#define COPIES(type)                                                           \
	type x;                                                                \
	type y;                                                                \
                                                                               \
	memcpy(&x, a, sizeof x);                                               \
	memcpy(&y, b, sizeof y)
#define STRIKE(member)                                                         \
	do {                                                                   \
		memset(&x.member, 0, sizeof x.member);                         \
		memset(&y.member, 0, sizeof y.member);                         \
	} while (0)
#define TEXT(what, member)                                                     \
	do {                                                                   \
		DIFFERS(what " " #member, !same(a->member, b->member));        \
		STRIKE(member);                                                \
	} while (0)
#define TEXTS(what, member, count)                                             \
	do {                                                                   \
		DIFFERS(what " " #member, (a->count) != (b->count));           \
		for (size_t i_ = 0; i_ < (a->count); i_++)                     \
			DIFFERS(what " " #member,                              \
			    !same((a->member)[i_], (b->member)[i_]));          \
		STRIKE(member);                                                \
	} while (0)
/* The same walk for each kind of part. */
#define EACH(count, difference, items)                                         \
	do {                                                                   \
		DIFFERS(#count, a->count != b->count);                         \
		for (size_t i_ = 0; i_ < a->count; i_++) {                     \
			const char *d_ =                                       \
			    difference(&a->items[i_], &b->items[i_]);          \
                                                                               \
			DIFFERS(d_, d_ != NULL);                               \
		}                                                              \
		STRIKE(items);                                                 \
	} while (0)
#define REST(what) (memcmp(&x, &y, sizeof x) == 0 ? NULL : what " (a number)")

static bool same_calendar(const struct calendar *a, const struct calendar *b)
{
	return same(calendar_name(a), calendar_name(b)) &&
	       calendar_is_always(a) == calendar_is_always(b) &&
	       calendar_same(a, b);
}

static const char *severity_difference(
    const struct severity *a, const struct severity *b)
{
	COPIES(struct severity);
	TEXT("severity", name);
	TEXT("severity", title);
	return REST("severity");
}

static const char *channel_difference(
    const struct channel *a, const struct channel *b)
{
	COPIES(struct channel);
	TEXT("channel", name);
	TEXT("channel", url);
	TEXT("channel", token);
	TEXT("channel", room);
	TEXT("channel", signing_secret);
	TEXT("channel", from);
	TEXT("channel", user);
	TEXT("channel", password);
	TEXT("channel", secret);
	TEXT("channel", ca_file);
	TEXT("channel", domain);
	TEXT("channel", region);
	TEXT("channel", body);
	TEXT("channel", text.title);
	TEXT("channel", text.body);
	return REST("channel");
}

/* Of the matrices in hand: a person's ways are as many and one more. */
static size_t severities;

static const char *person_difference(
    const struct person *a, const struct person *b)
{
	COPIES(struct person);
	DIFFERS("person's channels", (a->ways == NULL) != (b->ways == NULL));
	DIFFERS("person's channels",
	    a->ways != NULL && memcmp(a->ways, b->ways,
				   (severities + 1) * sizeof *a->ways) != 0);
	STRIKE(ways);
	DIFFERS("person zone", (a->zone == NULL) != (b->zone == NULL));
	STRIKE(zone);
	TEXT("person", zone_name);
	TEXT("person", name);
	TEXT("person", title);
	TEXT("person", slack);
	TEXT("person", email);
	return REST("person");
}

static const char *member_difference(
    const struct team_member *a, const struct team_member *b)
{
	COPIES(struct team_member);
	TEXTS("team member", skills, nskills);
	return REST("team member");
}

static const char *team_difference(const struct team *a, const struct team *b)
{
	COPIES(struct team);
	TEXT("team", name);
	TEXT("team", title);
	TEXT("team", slack_group);
	EACH(nmembers, member_difference, members);
	return REST("team");
}

/* Files are named as written, so that a dump names them otherwise. */
static const char *shift_difference(
    const struct shift *a, const struct shift *b)
{
	COPIES(struct shift);
	TEXT("shift", title);
	return REST("shift");
}

static const char *shifts_difference(
    const struct shifts *a, const struct shifts *b)
{
	COPIES(struct shifts);
	EACH(count, shift_difference, items);
	return REST("shifts");
}

static const char *schedule_difference(
    const struct schedule *a, const struct schedule *b)
{
	COPIES(struct schedule);
	TEXT("schedule", name);
	TEXT("schedule", zone_name);
	TEXT("schedule", url);
	TEXT("schedule", override_url);
	TEXT("schedule", ca_file);
	STRIKE(zone);
	DIFFERS("schedule members",
	    a->rotation.nmembers != b->rotation.nmembers ||
		(a->rotation.nmembers > 0 &&
		    memcmp(a->rotation.members, b->rotation.members,
			a->rotation.nmembers * sizeof(int)) != 0));
	STRIKE(rotation.members);
	DIFFERS("schedule file", (a->file == NULL) != (b->file == NULL));
	STRIKE(file);
	STRIKE(override_file);
	DIFFERS("shifts", shifts_difference(&a->primary, &b->primary) != NULL);
	STRIKE(primary);
	DIFFERS(
	    "override", shifts_difference(&a->override, &b->override) != NULL);
	STRIKE(override);
	return REST("schedule");
}

static const char *role_difference(const struct role *a, const struct role *b)
{
	COPIES(struct role);
	TEXT("role", name);
	TEXT("role", authority);
	return REST("role");
}

static const char *step_difference(const struct step *a, const struct step *b)
{
	COPIES(struct step);
	TEXTS("step", who, nwho);
	TEXTS("step", via, nvia);
	TEXT("step", hours);
	return REST("step");
}

static const char *chain_difference(
    const struct chain *a, const struct chain *b)
{
	COPIES(struct chain);
	TEXT("chain", name);
	TEXT("chain", text.title);
	TEXT("chain", text.body);
	EACH(nsteps, step_difference, steps);
	return REST("chain");
}

/* Member by member: they are copied about, padding and all. */
static const char *warning_difference(
    const struct warning *a, const struct warning *b)
{
	DIFFERS("warning", a->is_share != b->is_share);
	DIFFERS("warning", a->value != b->value);
	DIFFERS("warning", !same(a->text, b->text));
	return NULL;
}

static const char *target_difference(
    const struct target *a, const struct target *b)
{
	COPIES(struct target);
	DIFFERS(
	    "target warnings", (a->warnings == NULL) != (b->warnings == NULL));
	EACH(nwarnings, warning_difference, warnings);
	return REST("target");
}

static const char *condition_difference(
    const struct condition *a, const struct condition *b)
{
	COPIES(struct condition);
	DIFFERS("when words", (a->words == NULL) != (b->words == NULL));
	DIFFERS("when written", (a->written == NULL) != (b->written == NULL));
	if (a->written != NULL)
		TEXTS("when", written, nwords);
	TEXTS("when", words, nwords);
	TEXT("when", attribute);
	EACH(nparts, condition_difference, parts);
	return REST("when");
}

static const char *policy_difference(
    const struct policy *a, const struct policy *b)
{
	const char *d = condition_difference(&a->when, &b->when);

	COPIES(struct policy);
	DIFFERS(d, d != NULL);
	STRIKE(when);
	TEXT("policy", name);
	EACH(nwarnings, warning_difference, warnings);
	for (int s = 0; s < MATRIX_SEVERITIES_MAX; s++)
		for (int k = 0; k < CLOCK_KINDS_MAX; k++) {
			d = target_difference(
			    &a->targets[s][k], &b->targets[s][k]);
			DIFFERS(d, d != NULL);
		}
	STRIKE(targets);
	return REST("policy");
}

static const char *rule_difference(const struct rule *a, const struct rule *b)
{
	const char *d = condition_difference(&a->when, &b->when);

	COPIES(struct rule);
	DIFFERS(d, d != NULL);
	STRIKE(when);
	d = step_difference(&a->notify, &b->notify);
	DIFFERS(d, d != NULL);
	STRIKE(notify);
	TEXT("rule", name);
	TEXTS("rule", tags, ntags);
	return REST("rule");
}

static const char *row_difference(
    const struct severity_row *a, const struct severity_row *b)
{
	COPIES(struct severity_row);
	TEXTS("severity_table", scope, nscope);
	TEXTS("severity_table", impact, nimpact);
	TEXTS("severity_table", workaround, nworkaround);
	return REST("severity_table");
}

static const char *kind_difference(
    const struct clock_kind *a, const struct clock_kind *b)
{
	COPIES(struct clock_kind);
	TEXT("clock", name);
	return REST("clock");
}

static const char *matrix_difference(
    const struct matrix *a, const struct matrix *b)
{
	COPIES(struct matrix);
	STRIKE(arena);
	STRIKE(revision); /* that of the bytes, not of what they say */
	TEXT("matrix", fallback_name);
	DIFFERS("calendars", a->ncalendars != b->ncalendars);
	for (size_t i = 0; i < a->ncalendars; i++)
		DIFFERS("calendar",
		    !same_calendar(a->calendars[i], b->calendars[i]));
	STRIKE(calendars);
	DIFFERS(
	    "matrix zone", !same(a->zone == NULL ? "UTC" : zone_name(a->zone),
			       b->zone == NULL ? "UTC" : zone_name(b->zone)));
	STRIKE(zone);
	STRIKE(zones); /* seen in the calendars and instants */
	STRIKE(nzones);
	EACH(nseverities, severity_difference, severities);
	severities = b->nseverities;
	EACH(nchannels, channel_difference, channels);
	EACH(npeople, person_difference, people);
	STRIKE(people_by_name); /* made from them */
	EACH(nteams, team_difference, teams);
	EACH(nschedules, schedule_difference, schedules);
	EACH(nroles, role_difference, roles);
	EACH(nchains, chain_difference, chains);
	EACH(npolicies, policy_difference, policies);
	EACH(nrules, rule_difference, rules);
	EACH(ntable, row_difference, table);
	EACH(nkinds, kind_difference, kinds);
	TEXTS("matrix", always_human, nalways_human);
	return REST("matrix");
}

static const char *token_difference(
    const struct token *a, const struct token *b)
{
	COPIES(struct token);
	TEXT("token", name);
	TEXT("token", secret);
	return REST("token");
}

static const char *settings_difference(
    const struct settings *a, const struct settings *b)
{
	COPIES(struct settings);
	TEXT("daemon", database);
	TEXT("daemon", socket);
	TEXT("daemon", listen);
	TEXT("daemon", public_url);
	TEXT("daemon", log_level);
	EACH(ntokens, token_difference, tokens);
	return REST("daemon");
}

const char *conf_difference(const struct conf *a, const struct conf *b)
{
	const char *d = matrix_difference(a->matrix, b->matrix);

	return d != NULL ? d : settings_difference(&a->settings, &b->settings);
}
