/* settings.c - the `daemon` section: files, sockets, limits, tokens.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/sections.h"

#include "conf/secret.h"
#include "conf/url.h"

#include <string.h>

#define SECTION "daemon"
#define TOKEN	"daemon.tokens.NAME"

#define LINK_LEAST_MS (5 * MINUTE_MS)
#define LINK_MOST_MS  (30 * DAY_MS)

#define TOKEN_LEAST_BYTES 16 /* shorter ones can be guessed */

static const struct yaml_node absent = { .kind = YAML_MAP };

/* Settings live in the conf's arena, the matrix may be taken away. */
static const char *setting(
    struct reader *r, const struct yaml_node *map, const char *name)
{
	return arena_strdup(&r->conf->arena, read_text(r, map, SECTION, name));
}

/* --- tokens --------------------------------------------------------------- */

static int read_scopes(struct reader *r, const struct yaml_node *node)
{
	static const char *const words[] = { "ingest", "operate", "read" };
	struct texts list;
	int scopes = 0;

	read_texts(r, node, "scopes", &list);
	for (size_t i = 0; i < list.count; i++) {
		int word = read_word(r, list.items[i], "scopes", words, 3);

		if (word >= 0)
			scopes |= 1 << word;
	}
	return scopes;
}

static void read_token_secret(struct reader *r, const struct yaml_node *node,
    struct token *t, struct secret_origin *origin)
{
	t->secret =
	    secret_read(r, node, "secret", false, &r->conf->arena, origin);
	if (t->secret == NULL || t->secret[0] == '\0')
		return;
	if (strlen(t->secret) < TOKEN_LEAST_BYTES)
		report_warning(r->report, node->at,
		    "the token \"%s\" is shorter than %d bytes and can be "
		    "guessed; make one with: openssl rand -hex 32",
		    t->name, TOKEN_LEAST_BYTES);
}

static void read_token(struct reader *r, const struct yaml_pair *pair,
    struct token *t, struct secret_origin *origin)
{
	const struct yaml_node *v;

	t->name =
	    arena_strdup(&r->conf->arena, read_name(r, pair->key, NAME_STRICT));
	t->secret = "";
	if (!read_map(r, pair->value, TOKEN))
		return;
	if ((v = yaml_get(pair->value, "secret")) != NULL)
		read_token_secret(r, v, t, origin);
	if ((v = yaml_get(pair->value, "scopes")) != NULL)
		t->scopes = read_scopes(r, v);
}

static void read_tokens(struct reader *r, const struct yaml_node *map)
{
	struct settings *s = &r->conf->settings;

	if (map->kind != YAML_MAP) {
		yaml_mask(r->report, map);
		report_error(r->report, map->at,
		    "tokens must be a map, not %s; write NAME: { secret: { "
		    "file: PATH }, scopes: [ingest] }",
		    yaml_kind_name(map->kind));
		return;
	}
	s->tokens =
	    arena_alloc(&r->conf->arena, map->count * sizeof *s->tokens);
	s->ntokens = map->count;
	r->origin->tokens = arena_alloc(
	    &r->conf->arena, map->count * sizeof *r->origin->tokens);
	r->origin->ntokens = map->count;
	for (size_t i = 0; i < map->count; i++)
		read_token(
		    r, &map->pairs[i], &s->tokens[i], &r->origin->tokens[i]);
}

/* --- sockets -------------------------------------------------------------- */

static int read_mode(struct reader *r, const struct yaml_node *map)
{
	const char *text = setting(r, map, "socket_mode");
	int mode = 0;

	if (text == NULL)
		text = "";
	for (const char *c = text; *c != '\0'; c++) {
		if (*c < '0' || *c > '7' || mode > 0777)
			mode = 01000;
		else
			mode = mode * 8 + (*c - '0');
	}
	if (text[0] != '0' || mode > 0777 || (mode & 0600) != 0600) {
		report_error(r->report, yaml_get(map, "socket_mode")->at,
		    "socket_mode: \"%s\" is no mode the daemon can use; write "
		    "\"0660\", \"0600\" or \"0666\"",
		    text);
		return 0660;
	}
	return mode;
}

static void check_listen(struct reader *r, struct place at)
{
	const struct settings *s = &r->conf->settings;
	const char *host;
	size_t len;
	int port;

	if (!host_port_parse(s->listen, &host, &len, &port))
		report_error(r->report, at,
		    "listen: \"%s\" is no address; write HOST:PORT such as "
		    "127.0.0.1:8080 or [::1]:8080",
		    s->listen);
	else if (!host_is_loopback(host, len))
		report_warning(r->report, at,
		    "tokens and tickets cross the network in the clear; listen "
		    "on 127.0.0.1 behind a reverse proxy with TLS");
	/* Slack and readers of mail sign what they send. */
	if (s->ntokens == 0 && s->public_url == NULL)
		report_error(r->report, at,
		    "nobody could use %s, for there are no tokens; add tokens: "
		    "{ NAME: { secret: { file: PATH }, scopes: [ingest] } }, "
		    "public_url, or remove listen",
		    s->listen);
}

/* Where others reach us: signed links and Slack's requests come that way. */
static void check_public(struct reader *r, const struct yaml_node *node)
{
	const char *text = r->conf->settings.public_url;
	struct place at = node->at;
	struct url u;

	if (strchr(text, '@') != NULL) {
		yaml_mask(r->report, node);
		report_error(r->report, at,
		    "a url may not hold a user or password; remove them");
	} else if (!url_parse(text, &u) || strpbrk(u.rest, "?#") != NULL) {
		report_error(r->report, at,
		    "public_url: \"%s\" is no address of a site; write "
		    "https://sla.example.com",
		    text);
	} else if (url_scheme_is(&u, "http") && url_is_loopback(&u)) {
		report_warning(r->report, at,
		    "links will work on this machine only; write https://HOST "
		    "outside of tests");
	} else if (!url_scheme_is(&u, "https")) {
		report_error(r->report, at,
		    "who holds a link may answer for its reader, so links "
		    "must not cross a network in the clear; write "
		    "https://HOST");
	}
}

static void read_public(struct reader *r, const struct yaml_node *map)
{
	struct settings *s = &r->conf->settings;
	const char *text = setting(r, map, "public_url");
	size_t len = text == NULL ? 0 : strlen(text);

	s->link_expires_ms = read_span_within(
	    r, map, SECTION, "link_expires", LINK_LEAST_MS, LINK_MOST_MS);
	if (text == NULL)
		return;
	while (len > 0 && text[len - 1] == '/')
		len--;
	s->public_url = arena_strndup(&r->conf->arena, text, len);
	check_public(r, yaml_get(map, "public_url"));
}

/* --- the section ---------------------------------------------------------- */

static void read_limits(struct reader *r, const struct yaml_node *map)
{
	static const char *const levels[] = { "debug", "info", "warning" };
	struct settings *s = &r->conf->settings;
	const struct yaml_node *level = yaml_get(map, "log_level");

	s->queue_max = read_int(r, map, SECTION, "queue_max", 16, 10000000);
	s->batch_max = read_int(r, map, SECTION, "batch_max", 1, 100000);
	s->max_future_ms = read_span(r, map, SECTION, "max_future");
	s->max_past_ms = read_span(r, map, SECTION, "max_past");
	s->log_level = setting(r, map, "log_level");
	if (level != NULL)
		read_word(r, level, "log_level", levels, 3);
}

void settings_read(struct reader *r)
{
	struct settings *s = &r->conf->settings;
	const struct yaml_node *map = yaml_get(r->root, SECTION);
	const struct yaml_node *v;

	if (map == NULL || map->kind == YAML_NULL)
		map = &absent;
	if (!read_map(r, map, SECTION))
		return;
	s->database = setting(r, map, "database");
	s->socket = setting(r, map, "socket");
	s->socket_mode = read_mode(r, map);
	if ((v = yaml_get(map, "tokens")) != NULL)
		read_tokens(r, v);
	read_public(r, map);
	s->listen = setting(r, map, "listen");
	if (s->listen != NULL)
		check_listen(r, yaml_get(map, "listen")->at);
	read_limits(r, map);
}
