/* channel_urls.c - where a channel sends to: may it be used, is it safe?
 *
 * SPDX-License-Identifier: MIT */
#include "conf/channel_parts.h"

#include "conf/url.h"

#include <string.h>

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

void channel_check_url(
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
void channel_check_login(
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
