/* channels.c - the `channels` section: ways to reach somebody.
 *
 * Which key goes with which kind is said in core/channel.h; here is how it is
 * called, and what a sound value of it looks like.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/ca_file.h"
#include "conf/channel_parts.h"
#include "conf/messages.h"
#include "conf/secret.h"
#include "conf/url.h"

#include <string.h>

#define SECTION "channels.NAME"
#define TEXT	"channels.NAME.text"

/* --- which key goes with which kind --------------------------------------- */

#define T(x)   (1u << CHANNEL_##x)
#define ANY    (~0u)
#define BUT(x) (~T(x))

/* A provider's own word for a thing is kept: people copy it from there. */
struct member {
	const char *key;
	unsigned bit;	/* enum channel_key */
	unsigned kinds; /* where it is called so: bit per enum channel_type */
};

static const struct member members[] = {
	{ "url", KEY_URL, ANY },
	{ "token", KEY_TOKEN, BUT(PAGERDUTY) },
	{ "routing_key", KEY_TOKEN, T(PAGERDUTY) },
	{ "channel", KEY_ROOM, ANY },
	{ "signing_secret", KEY_SIGNING, ANY },
	{ "from", KEY_FROM, ANY },
	{ "user", KEY_USER, BUT(SES) },
	{ "access_key_id", KEY_USER, T(SES) },
	{ "password", KEY_PASSWORD, ANY },
	{ "secret", KEY_SECRET, BUT(SES) },
	{ "secret_access_key", KEY_SECRET, T(SES) },
	{ "domain", KEY_DOMAIN, ANY },
	{ "region", KEY_REGION, ANY },
	{ "body", KEY_BODY, ANY },
	{ "ca_file", KEY_CA, ANY },
	{ "starttls", KEY_STARTTLS, ANY },
};

#define MEMBERS (sizeof members / sizeof members[0])

/* What that kind calls the same thing; NULL: has no such thing. */
static const char *called(enum channel_type type, unsigned bit)
{
	const struct channel_kind *kind = channel_kind(type);

	if (((kind->needed | kind->allowed) & bit) == 0)
		return NULL;
	for (size_t i = 0; i < MEMBERS; i++)
		if (members[i].bit == bit && (members[i].kinds & 1u << type))
			return members[i].key;
	return NULL;
}

static void refuse_member(struct reader *r, const struct yaml_pair *pair,
    enum channel_type type, unsigned bit)
{
	const char *other = called(type, bit);

	yaml_mask(r->report, pair->value);
	if (other != NULL)
		report_error(r->report, pair->key->at,
		    "a channel of type %s has no \"%s\"; write \"%s\"",
		    channel_type_name(type), pair->key->text, other);
	else
		report_error(r->report, pair->key->at,
		    "a channel of type %s has no \"%s\"; remove it",
		    channel_type_name(type), pair->key->text);
}

static void check_members(
    struct reader *r, const struct yaml_node *node, const struct channel *c)
{
	const struct channel_kind *kind = channel_kind(c->type);

	for (size_t i = 0; i < MEMBERS; i++) {
		const struct member *m = &members[i];
		const struct yaml_pair *pair = yaml_pair(node, m->key);
		const char *own = called(c->type, m->bit);
		bool takes = own != NULL && strcmp(own, m->key) == 0;

		if (pair != NULL && !takes)
			refuse_member(r, pair, c->type, m->bit);
		if (pair == NULL && takes && (kind->needed & m->bit) != 0)
			report_error(r->report, node->at,
			    "channel \"%s\" of type %s lacks \"%s\"; add it",
			    c->name, kind->name, m->key);
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

/* --- values --------------------------------------------------------------- */

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

static void read_secrets(struct reader *r, const struct yaml_node *node,
    struct channel *c, struct channel_origin *o)
{
	bool pagerduty = c->type == CHANNEL_PAGERDUTY;
	bool ses = c->type == CHANNEL_SES;

	c->url = read_secret_key(r, node, "url", true, &o->url);
	c->token = read_secret_key(
	    r, node, pagerduty ? "routing_key" : "token", false, &o->token);
	c->signing_secret = read_secret_key(
	    r, node, "signing_secret", false, &o->signing_secret);
	c->password = read_secret_key(r, node, "password", false, &o->password);
	c->secret = read_secret_key(
	    r, node, ses ? "secret_access_key" : "secret", false, &o->secret);
}

static bool has_only(const char *text, const char *more)
{
	for (; *text != '\0'; text++)
		if (!(*text >= '0' && *text <= '9') &&
		    !(*text >= 'A' && *text <= 'Z') &&
		    strchr(more, *text) == NULL)
			return false;
	return true;
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"

/* An id of Slack's; a name would do until somebody renames the room. */
static void read_room(
    struct reader *r, const struct yaml_node *node, struct channel *c)
{
	c->room = read_text(r, node, SECTION, "channel");
	if (c->room == NULL)
		return;
	if ((c->room[0] != 'C' && c->room[0] != 'G') || strlen(c->room) < 3 ||
	    strlen(c->room) > 20 || !has_only(c->room, ""))
		report_error(r->report, yaml_get(node, "channel")->at,
		    "\"%s\" is no Slack channel id; copy it from the bottom "
		    "of the channel's details (C01ABCDEF)",
		    c->room);
}

/* What becomes part of a host name or of a path. */
static const char *read_host_part(struct reader *r,
    const struct yaml_node *node, const char *name, const char *example)
{
	const char *text = read_text(r, node, SECTION, name);

	if (text != NULL && (!has_only(text, LOWER ".-") || text[0] == '.' ||
				text[0] == '-' || strstr(text, "..") != NULL))
		report_error(r->report, yaml_get(node, name)->at,
		    "%s: \"%s\" cannot be one; write %s", name, text, example);
	return text;
}

/* The service's own, unless the file names another. */
static const char *default_url(struct reader *r, const struct channel *c)
{
	struct textbuf tb;
	const char *url;

	if (c->type != CHANNEL_SES || c->region == NULL)
		return channel_kind(c->type)->url;
	textbuf_init(&tb);
	textbuf_addf(&tb, "https://email.%s.amazonaws.com%s", c->region,
	    strncmp(c->region, "cn-", 3) == 0 ? ".cn" : "");
	url = keep(r, tb.data);
	textbuf_fini(&tb);
	return url;
}

/* --- a channel ------------------------------------------------------------ */

/* `via: dm` must mean the same in every matrix. */
static void check_name(struct reader *r, const struct yaml_node *key)
{
	for (int w = WAY_ROOM + 1; w < WAY_COUNT; w++)
		if (strcmp(key->text, channel_way_name((enum channel_way)w)) ==
		    0)
			report_error(r->report, key->at,
			    "\"%s\" is a word of its own in via; choose "
			    "another name",
			    key->text);
}

static void read_values(
    struct reader *r, const struct yaml_node *node, struct channel *c)
{
	c->user = read_text(r, node, SECTION,
	    c->type == CHANNEL_SES ? "access_key_id" : "user");
	c->starttls = read_bool(r, node, SECTION, "starttls");
	read_from_key(r, node, c);
	read_room(r, node, c);
	c->domain = read_host_part(
	    r, node, "domain", "a host name such as mg.example.com");
	c->region =
	    read_host_part(r, node, "region", "a region such as eu-central-1");
	c->body = request_template_read(r, node, "body");
	c->ca_file = ca_file_read(r, node, SECTION);
}

static void read_channel(struct reader *r, const struct yaml_pair *pair,
    struct channel *c, struct channel_origin *o)
{
	const struct yaml_node *node = pair->value;
	bool typed;

	c->name = read_name(r, pair->key, NAME_STRICT);
	c->base = (int)(c - r->m->channels);
	check_name(r, pair->key);
	if (!read_map(r, node, SECTION))
		return;
	typed = read_type(r, node, c);
	read_secrets(r, node, c, o);
	read_values(r, node, c);
	channel_budget_read(r, node, c);
	message_text_read(r, node, TEXT, typed ? 1u << c->type : 0, &c->text);
	if (!typed)
		return;
	check_members(r, node, c);
	if (o->url.source == SECRET_PLAIN && c->url != NULL && *c->url == '\0')
		report_error(r->report, yaml_get(node, "url")->at,
		    "url is empty; write a value or remove the key");
	if (c->url != NULL)
		channel_check_url(r, yaml_get(node, "url")->at, c);
	else
		c->url = default_url(r, c);
	if (c->type == CHANNEL_SMTP)
		channel_check_login(r, node, c);
}

void channels_read(struct reader *r)
{
	const struct yaml_node *map = read_section(r, "channels");
	struct matrix *m = r->m;
	size_t most;

	if (map == NULL)
		return;
	most = map->count * CHANNEL_WAYS_MAX;
	m->channels = arena_alloc(&m->arena, most * sizeof *m->channels);
	m->nchannels = map->count;
	r->origin->channels =
	    arena_alloc(&r->conf->arena, most * sizeof *r->origin->channels);
	for (size_t i = 0; i < map->count; i++)
		read_channel(r, &map->pairs[i], &m->channels[i],
		    &r->origin->channels[i]);
	channel_ways_add(r, map);
	r->origin->nchannels = m->nchannels;
}
