/* lint_sending.c - channels, budgets and limits that cannot be meant.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/lint_parts.h"

#include "conf/url.h"

#include <string.h>

#define BOT_TOKEN "xoxb-"
#define NEW_TOKEN "xoxe.xoxb-" /* one that is rotated */

/* --- Slack's app ---------------------------------------------------------- */

static bool starts_with(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool is_room(const struct channel *c)
{
	return c->type == CHANNEL_SLACK && c->way == WAY_ROOM;
}

/* A room has one rate, and each channel would believe that it is its own. */
static void lint_room_twice(struct reader *r, size_t index)
{
	const struct channel *c = &r->m->channels[index];

	for (size_t i = 0; i < index; i++) {
		const struct channel *o = &r->m->channels[i];

		if (!is_room(o) || strcmp(o->room, c->room) != 0)
			continue;
		report_warning(r->report, lint_entry(r, "channels", index),
		    "\"%s\" and \"%s\" are the same Slack room, and together "
		    "may send more than it takes; name one of them everywhere",
		    c->name, o->name);
		return;
	}
}

static void lint_slack(struct reader *r, size_t index)
{
	const struct channel *c = &r->m->channels[index];
	struct place at = lint_entry(r, "channels", index);

	if (c->signing_secret == NULL)
		report_warning(r->report, at,
		    "\"%s\" has no signing_secret, so buttons and commands "
		    "are not answered; copy it from the Slack app's page "
		    "\"Basic Information\"",
		    c->name);
	if (c->token[0] != '\0' && !starts_with(c->token, BOT_TOKEN) &&
	    !starts_with(c->token, NEW_TOKEN))
		report_warning(r->report, at,
		    "the token of \"%s\" is no bot token; copy the one that "
		    "begins with xoxb- from the Slack app's page \"OAuth & "
		    "Permissions\"",
		    c->name);
	lint_room_twice(r, index);
}

static void lint_groups(struct reader *r)
{
	const struct matrix *m = r->m;
	const struct yaml_node *teams = yaml_get(r->root, "teams");

	if (matrix_way_channel(m, OWN_ROOM(WAY_MENTION), -1) >= 0)
		return;
	for (size_t i = 0; i < m->nteams; i++)
		if (m->teams[i].slack_group != NULL)
			report_warning(r->report,
			    yaml_get(teams->pairs[i].value, "slack_group")->at,
			    "only Slack's app mentions a group, and no channel "
			    "has type slack; define one, or remove it");
}

/* --- answers -------------------------------------------------------------- */

/* A mail without a link is a choice; buttons that nobody hears are none. */
static void lint_answers(struct reader *r)
{
	const struct matrix *m = r->m;
	const struct yaml_node *daemon = yaml_get(r->root, "daemon");

	if (r->conf->settings.public_url != NULL)
		return;
	if (daemon != NULL && yaml_get(daemon, "link_expires") != NULL)
		report_warning(r->report, yaml_get(daemon, "link_expires")->at,
		    "mails have no link without a public_url; add public_url: "
		    "https://HOST, or remove link_expires");
	for (size_t i = 0; i < m->nchannels; i++) {
		if (!is_room(&m->channels[i]) ||
		    m->channels[i].signing_secret == NULL)
			continue;
		report_warning(r->report, lint_entry(r, "channels", i),
		    "\"%s\" offers buttons, and Slack must reach slawatchd to "
		    "answer them; add daemon: { public_url: https://HOST }",
		    m->channels[i].name);
		return;
	}
}

/* --- budgets -------------------------------------------------------------- */

static bool is_loopback(const char *url)
{
	struct url u;

	return url != NULL && url_parse(url, &u) && url_is_loopback(&u);
}

/* Of mail we only know what is polite. */
static void lint_budget(struct reader *r, size_t index)
{
	const struct channel *c = &r->m->channels[index];
	const struct budget *takes = &channel_kind(c->type)->budget;
	char every[SPAN_TEXT_MAX];

	if (channel_has(c, REACHES_MAIL) || is_loopback(c->url) ||
	    c->budget.every_ms >= takes->every_ms)
		return;
	span_exact(takes->every_ms, every);
	report_warning(r->report, lint_entry(r, "channels", index),
	    "the budget of \"%s\" is more than %s takes, one message every %s: "
	    "the rest is refused and comes later; raise `every`",
	    c->name, channel_type_name(c->type), every);
}

/* --- limits --------------------------------------------------------------- */

/* The most that a channel lets through in that time; -1: any number. */
static int64_t most_in(const struct channel *c, int64_t ms)
{
	if (c->budget.every_ms == 0)
		return -1;
	return ms / c->budget.every_ms + c->budget.burst;
}

/* Does the person ever get more than the limit by that way? */
static bool can_exceed(
    const struct matrix *m, int way, const struct limit *limit)
{
	const struct channel *c;
	int64_t most;

	if (way < 0)
		way = matrix_way_channel(m, way, -1);
	if (way < 0)
		return false;
	c = &m->channels[way];
	most = most_in(c, limit->per_ms);
	return most < 0 || most > limit->count;
}

static bool any_can_exceed(const struct matrix *m, const struct limit *limit)
{
	for (size_t i = 0; i < m->nchannels; i++)
		if (can_exceed(m, (int)i, limit))
			return true;
	return false;
}

static bool person_can_exceed(const struct matrix *m, const struct person *p)
{
	if (p->ways == NULL)
		return any_can_exceed(m, &p->limit);
	for (size_t s = 0; s <= m->nseverities; s++)
		for (size_t i = 0; i < p->ways[s].count; i++)
			if (can_exceed(m, p->ways[s].channels[i], &p->limit))
				return true;
	return false;
}

static void say_limit(
    struct reader *r, struct place at, const struct limit *limit)
{
	char per[SPAN_TEXT_MAX];

	span_exact(limit->per_ms, per);
	report_warning(r->report, at,
	    "the limit is never met, for by no channel come more than %d in "
	    "%s; lower it, or remove it",
	    limit->count, per);
}

static void lint_limits(struct reader *r)
{
	const struct matrix *m = r->m;
	const struct yaml_node *map = yaml_get(r->root, "matrix");
	const struct yaml_node *people = yaml_get(r->root, "people");

	if (m->person_limit.count > 0 && !any_can_exceed(m, &m->person_limit))
		say_limit(
		    r, yaml_get(map, "person_limit")->at, &m->person_limit);
	for (size_t i = 0; i < m->npeople; i++)
		if (m->people[i].limit.count > 0 &&
		    !person_can_exceed(m, &m->people[i]))
			say_limit(r,
			    yaml_get(people->pairs[i].value, "limit")->at,
			    &m->people[i].limit);
}

/* --- incidents ------------------------------------------------------------ */

static bool bundles(const struct matrix *m)
{
	for (size_t i = 0; i < m->nchannels; i++)
		if (channel_has(&m->channels[i], BUNDLES))
			return true;
	return false;
}

/* Whenever b holds a holds, too. */
static bool covers(const struct incident_rule *a, const struct incident_rule *b)
{
	return a->same == b->same && a->count <= b->count &&
	       a->within_ms >= b->within_ms;
}

static void lint_incident(struct reader *r, struct place at, size_t index)
{
	const struct incident_rule *rules = r->m->incidents;

	for (size_t i = 0; i < r->m->nincidents; i++)
		if (i != index && covers(&rules[i], &rules[index]) &&
		    (i < index || !covers(&rules[index], &rules[i]))) {
			report_warning(r->report, at,
			    "of no effect: incident %zu of the same %s comes "
			    "first always; ask for fewer tickets, for a longer "
			    "time, or remove it",
			    i + 1, same_name(rules[index].same));
			return;
		}
}

static void lint_incidents(struct reader *r)
{
	const struct yaml_node *list = yaml_get(r->root, "incidents");

	if (r->m->nincidents == 0)
		return;
	if (!bundles(r->m))
		report_warning(r->report, list->at,
		    "no channel can say several notices in one; remove "
		    "incidents, or add a channel of Slack, Teams or mail");
	for (size_t i = 0; i < r->m->nincidents; i++)
		lint_incident(r, list->items[i]->at, i);
}

void lint_sending(struct reader *r)
{
	const struct matrix *m = r->m;

	for (size_t i = 0; i < m->nchannels; i++) {
		if (m->channels[i].way != WAY_ROOM)
			continue;
		if (m->channels[i].type == CHANNEL_SLACK)
			lint_slack(r, i);
		lint_budget(r, i);
	}
	lint_groups(r);
	lint_answers(r);
	lint_limits(r);
	lint_incidents(r);
}
