/* dump_channels.c - channels, their budgets and texts as YAML.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/dump_parts.h"

#include "base/check.h"
#include "conf/origin.h"
#include "conf/url.h"

/* --- secrets -------------------------------------------------------------- */

void dump_source(struct textbuf *out, const struct secret_origin *o)
{
	textbuf_addf(
	    out, "{ %s: ", o->source == SECRET_FILE ? "file" : "credential");
	dump_text(out, o->where);
	textbuf_add(out, " }\n");
}

void dump_url(struct textbuf *out, int indent, const char *key, const char *url,
    const struct secret_origin *o, bool may_show)
{
	struct url u;

	if (o->source == SECRET_NONE) {
		dump_pair(out, indent, key, url);
		return;
	}
	dump_key(out, indent, key);
	if (o->source != SECRET_PLAIN) {
		dump_source(out, o);
		return;
	}
	CHECK(url_parse(url, &u));
	if (may_show || url_is_loopback(&u)) {
		dump_text(out, url);
		textbuf_addc(out, '\n');
		return;
	}
	textbuf_addf(out,
	    "withheld # stands plainly in the file (host %.*s); move it to { "
	    "file: PATH }\n",
	    (int)u.host_len, u.host);
}

static void dump_secret(
    struct textbuf *out, const char *key, const struct secret_origin *o)
{
	if (o->source == SECRET_NONE)
		return;
	textbuf_addf(out, "    %s: ", key);
	dump_source(out, o);
}

/* --- budgets and texts ---------------------------------------------------- */

static void dump_budget(struct textbuf *out, const struct budget *b)
{
	char every[SPAN_TEXT_MAX];

	span_exact(b->every_ms, every);
	textbuf_addf(out, "    budget: { every: %s, burst: %d, reserve: %d }\n",
	    every, b->burst, b->reserve);
}

void dump_message(struct textbuf *out, const struct message_text *text)
{
	if (text->title == NULL && text->body == NULL)
		return;
	textbuf_add(out, "    text:\n");
	dump_pair(out, 6, "title", text->title);
	dump_pair(out, 6, "body", text->body);
}

/* --- channels ------------------------------------------------------------- */

/* A service's address and a mail server are no secrets. */
static bool may_show(const struct channel *c)
{
	return c->type == CHANNEL_SMTP ||
	       (channel_kind(c->type)->needed & KEY_URL) == 0;
}

static void dump_channel(struct textbuf *out, const struct channel *c,
    const struct channel_origin *o)
{
	bool pagerduty = c->type == CHANNEL_PAGERDUTY;
	bool ses = c->type == CHANNEL_SES;

	dump_name(out, 2, c->name);
	dump_pair(out, 4, "type", channel_type_name(c->type));
	dump_url(out, 4, "url", c->url, &o->url, may_show(c));
	dump_secret(out, pagerduty ? "routing_key" : "token", &o->token);
	dump_pair(out, 4, "channel", c->room);
	dump_secret(out, "signing_secret", &o->signing_secret);
	dump_pair(out, 4, "from", c->from);
	dump_pair(out, 4, ses ? "access_key_id" : "user", c->user);
	dump_secret(out, "password", &o->password);
	dump_secret(out, ses ? "secret_access_key" : "secret", &o->secret);
	dump_pair(out, 4, "domain", c->domain);
	dump_pair(out, 4, "region", c->region);
	dump_pair(out, 4, "body", c->body);
	dump_pair(out, 4, "ca_file", c->ca_file);
	if (c->type == CHANNEL_SMTP)
		dump_pair(out, 4, "starttls", c->starttls ? "true" : "false");
	dump_budget(out, &c->budget);
	dump_message(out, &c->text);
}

void dump_channels(struct textbuf *out, const struct matrix *m,
    const struct channel_origin *origins)
{
	if (m->nchannels > 0)
		textbuf_add(out, "\nchannels:\n");
	for (size_t i = 0; i < m->nchannels; i++)
		if (m->channels[i].way == WAY_ROOM)
			dump_channel(out, &m->channels[i], &origins[i]);
}

/* --- incidents ------------------------------------------------------------ */

void dump_incidents(struct textbuf *out, const struct matrix *m)
{
	if (m->nincidents > 0)
		textbuf_add(out, "\nincidents:\n");
	for (size_t i = 0; i < m->nincidents; i++) {
		const struct incident_rule *rule = &m->incidents[i];
		char within[SPAN_TEXT_MAX];
		char every[SPAN_TEXT_MAX];

		span_exact(rule->within_ms, within);
		span_exact(rule->every_ms, every);
		textbuf_addf(out,
		    "  - { same: %s, count: %d, within: %s, every: %s }\n",
		    same_name(rule->same), rule->count, within, every);
	}
}
