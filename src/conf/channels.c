/* channels.c - the `channels` section: ways to reach somebody.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/ca_file.h"
#include "conf/secret.h"
#include "conf/url.h"

#include <string.h>

#define SECTION "channels.NAME"

/* Which key goes with which type. */
struct member {
	const char *key;
	unsigned types; /* bit per enum channel_type */
	bool needed;
};

#define T(x) (1u << CHANNEL_##x)

static const struct member members[] = {
	{ "url", T(SLACK_WEBHOOK) | T(SMTP) | T(WEBHOOK), true },
	{ "from", T(SMTP), true },
	{ "user", T(SMTP), false },
	{ "password", T(SMTP), false },
	{ "secret", T(WEBHOOK), false },
	{ "ca_file", T(SLACK_WEBHOOK) | T(SMTP) | T(WEBHOOK), false },
	{ "starttls", T(SMTP), false },
};

static void check_members(
    struct reader *r, const struct yaml_node *node, const struct channel *c)
{
	const char *type = channel_type_name(c->type);

	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		const struct member *m = &members[i];
		const struct yaml_pair *pair = yaml_pair(node, m->key);
		bool takes = (m->types & 1u << c->type) != 0;

		if (pair != NULL && !takes) {
			yaml_mask(r->report, pair->value);
			report_error(r->report, pair->key->at,
			    "a channel of type %s has no \"%s\"; remove it",
			    type, m->key);
		}
		if (pair == NULL && takes && m->needed)
			report_error(r->report, node->at,
			    "channel \"%s\" of type %s lacks \"%s\"; add it",
			    c->name, type, m->key);
	}
}

static bool read_type(
    struct reader *r, const struct yaml_node *node, struct channel *c)
{
	const struct yaml_node *value = yaml_get(node, "type");
	const char *words[CHANNEL_TYPE_COUNT];
	int type;

	if (value == NULL)
		return false;
	for (int i = 0; i < CHANNEL_TYPE_COUNT; i++)
		words[i] = channel_type_name((enum channel_type)i);
	type = read_word(r, value, "type", words, CHANNEL_TYPE_COUNT);
	if (type >= 0)
		c->type = (enum channel_type)type;
	return type >= 0;
}

/* --- urls ----------------------------------------------------------------- */

static void check_web(struct reader *r, struct place at, const struct url *u)
{
	if (url_scheme_is(u, "https"))
		return;
	if (!url_scheme_is(u, "http"))
		report_error(r->report, at,
		    "the url has another scheme than https; write "
		    "https://HOST/PATH");
	else if (!url_is_loopback(u))
		report_error(r->report, at,
		    "http sends notices over the network for all to read; "
		    "write https:// (http is for this machine only)");
	else
		report_warning(r->report, at,
		    "notices go out unencrypted, though on this machine only; "
		    "use https:// outside of tests");
}

static void check_smtp(struct reader *r, struct place at, const struct url *u)
{
	if (!url_scheme_is(u, "smtp") && !url_scheme_is(u, "smtps"))
		report_error(r->report, at,
		    "the url of a mail server begins with smtp:// or smtps://; "
		    "write smtps://HOST");
	else if (strcmp(u->rest, "") != 0 && strcmp(u->rest, "/") != 0)
		report_error(r->report, at,
		    "the url of a mail server ends with its host and port; "
		    "remove the path");
}

static void check_url(
    struct reader *r, struct place at, const struct channel *c)
{
	struct url u;

	if (c->url == NULL || c->url[0] == '\0' || c->type == CHANNEL_LOG)
		return;
	if (!url_parse(c->url, &u))
		report_error(r->report, at, "this is no url; write %s://HOST%s",
		    c->type == CHANNEL_SMTP ? "smtps" : "https",
		    c->type == CHANNEL_SMTP ? "" : "/PATH");
	else if (u.has_user)
		report_error(r->report, at,
		    "a url may not hold a user or password; %s",
		    c->type == CHANNEL_SMTP ? "use the keys user and password"
					    : "remove them");
	else if (c->type == CHANNEL_SMTP)
		check_smtp(r, at, &u);
	else
		check_web(r, at, &u);
}

/* A password must not cross a network in the clear. */
static void check_login(
    struct reader *r, const struct yaml_node *node, const struct channel *c)
{
	struct url u;
	const struct yaml_node *starttls = yaml_get(node, "starttls");
	bool user = yaml_get(node, "user") != NULL;

	if (user != (yaml_get(node, "password") != NULL))
		report_error(r->report, node->at,
		    "user and password go together; add the %s, or remove the "
		    "%s",
		    user ? "password" : "user", user ? "user" : "password");
	if (!user || c->starttls || starttls == NULL || c->url == NULL ||
	    !url_parse(c->url, &u))
		return;
	if (url_scheme_is(&u, "smtp") && !url_is_loopback(&u))
		report_error(r->report, starttls->at,
		    "without TLS the password crosses the network in the "
		    "clear; remove \"starttls: false\" or use smtps://");
}

/* --- a channel ------------------------------------------------------------ */

static void read_from_key(
    struct reader *r, const struct yaml_node *node, struct channel *c)
{
	const struct yaml_node *from = yaml_get(node, "from");

	c->from = read_text(r, node, SECTION, "from");
	if (c->from != NULL && !mailbox_is_sound(c->from))
		report_error(r->report, from->at,
		    "\"%s\" is no mailbox; write sla@example.com or \"SLA "
		    "<sla@example.com>\"",
		    c->from);
}

static const char *read_secret_key(struct reader *r,
    const struct yaml_node *node, const char *name, bool plain,
    struct secret_origin *origin)
{
	const struct yaml_node *value = yaml_get(node, name);

	if (value == NULL)
		return NULL;
	return secret_read(r, value, name, plain, &r->m->arena, origin);
}

static void read_channel(struct reader *r, const struct yaml_pair *pair,
    struct channel *c, struct channel_origin *o)
{
	const struct yaml_node *node = pair->value;

	c->name = read_name(r, pair->key, NAME_STRICT);
	c->starttls = true;
	if (!read_map(r, node, SECTION))
		return;
	c->url = read_secret_key(r, node, "url", true, &o->url);
	c->password = read_secret_key(r, node, "password", false, &o->password);
	c->secret = read_secret_key(r, node, "secret", false, &o->secret);
	c->user = read_text(r, node, SECTION, "user");
	c->starttls = read_bool(r, node, SECTION, "starttls");
	read_from_key(r, node, c);
	c->ca_file = ca_file_read(r, node, SECTION);
	if (!read_type(r, node, c))
		return;
	check_members(r, node, c);
	if (c->url != NULL)
		check_url(r, yaml_get(node, "url")->at, c);
	if (c->type == CHANNEL_SMTP)
		check_login(r, node, c);
}

void channels_read(struct reader *r)
{
	const struct yaml_node *map = read_section(r, "channels");
	struct matrix *m = r->m;

	if (map == NULL)
		return;
	m->channels = arena_alloc(&m->arena, map->count * sizeof *m->channels);
	m->nchannels = map->count;
	r->origin->channels = arena_alloc(
	    &r->conf->arena, map->count * sizeof *r->origin->channels);
	r->origin->nchannels = map->count;
	for (size_t i = 0; i < map->count; i++)
		read_channel(r, &map->pairs[i], &m->channels[i],
		    &r->origin->channels[i]);
}
