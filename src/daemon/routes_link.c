/* routes_link.c - what a link of a mail opens.
 *
 *	GET  /m/ack/TOKEN	the ticket as it stands, and a button
 *	POST /m/ack/TOKEN	acknowledged by the person of the token
 *
 * Mail scanners and previews follow links, some of them with HEAD: looking
 * changes nothing.  The token is the only credential: the page is not kept by
 * caches, tells no other site where its reader came from, and may not be framed
 * (a hidden button that somebody else makes one press).
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/handlers.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/log.h"
#include "daemon/reply.h"
#include "daemon/said.h"
#include "wire/pages.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#define POLICY_TEXT_MAX	 512
#define STYLE_DIGEST_MAX 64

struct follow {
	struct app *app;
	struct http_request *request;
	struct matrix_ref *matrix; /* a reference */
	struct wall now;
	struct link link;
	bool confirms; /* POST */
	int person;
	struct arena arena;
	/* By the worker. */
	bool found;
	struct errtext err; /* "": no such ticket */
	struct ticket ticket;
	struct notice_view view;
};

/* --- pages ---------------------------------------------------------------- */

/* What the browser may do with the page; its own style is allowed by its
 * digest, and nothing else is. */
static void write_policy(char out[POLICY_TEXT_MAX])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	unsigned char text[STYLE_DIGEST_MAX];
	struct textbuf tb;

	CHECK(SHA256((const unsigned char *)page_style, strlen(page_style),
		  digest) != NULL);
	(void)EVP_EncodeBlock(text, digest, sizeof digest);
	textbuf_init_fixed(&tb, out, POLICY_TEXT_MAX);
	textbuf_addf(&tb,
	    "Content-Security-Policy: default-src 'none'; style-src "
	    "'sha256-%s'; form-action 'self'; base-uri 'none'; "
	    "frame-ancestors 'none'\n"
	    "Cache-Control: no-store\n"
	    "Referrer-Policy: no-referrer\n"
	    "X-Content-Type-Options: nosniff\n"
	    "X-Robots-Tag: noindex",
	    (const char *)text);
	CHECK(!tb.cut);
}

static void reply_page(
    struct http_request *r, int status, const struct page *page)
{
	char policy[POLICY_TEXT_MAX];
	struct textbuf body;

	write_policy(policy);
	textbuf_init(&body);
	page_html(page, &body);
	http_reply(
	    r, status, "text/html; charset=utf-8", body.data, body.len, policy);
	textbuf_fini(&body);
}

static void reply_words(
    struct http_request *r, int status, const char *title, const char *text)
{
	struct page page = { .title = title, .text = text, .person = "" };

	reply_page(r, status, &page);
}

static void follow_free(struct follow *f)
{
	matrix_ref_put(f->matrix);
	arena_fini(&f->arena);
	free(f);
}

static void end_words(
    struct follow *f, int status, const char *title, const char *text)
{
	reply_words(f->request, status, title, text);
	follow_free(f);
}

static void end_ticket(struct follow *f, int status, const char *title,
    const char *text, const char *button)
{
	const struct matrix *m = matrix_ref_matrix(f->matrix);
	struct page page = { .title = title,
		.text = text,
		.button = button,
		.person = m->people[f->person].title,
		.ticket = &f->view };

	reply_page(f->request, status, &page);
	follow_free(f);
}

/* --- the act -------------------------------------------------------------- */

/* Read anew by the next question: what is shown is from before the act, but
 * for the words. */
static void on_acked(void *user, struct item *it)
{
	struct follow *f = user;

	switch (it->out.kind) {
	case OUTCOME_ACCEPTED:
	case OUTCOME_NOTHING:
	case OUTCOME_DUPLICATE:
		log_say(LOG_LEVEL_INFO, "acknowledged by a link", "ticket",
		    f->ticket.key, "who", f->link.person, NULL);
		f->view.face_title = "";
		f->view.nclocks = 0;
		end_ticket(f, 200, "Acknowledged",
		    "Nobody else is told of it for now. You can close this "
		    "page.",
		    NULL);
		break;
	case OUTCOME_REFUSED:
		end_ticket(
		    f, it->out.code, "Not acknowledged", it->out.why, NULL);
		break;
	case OUTCOME_FAILED:
		f->app->counters.events_unavailable++;
		end_ticket(f, 503, "Not acknowledged",
		    "Nothing can be stored at the moment. Please try again.",
		    "Acknowledge");
		break;
	}
}

static void acknowledge(struct follow *f)
{
	struct errtext err = { "" };
	struct said said = { .type = EVENT_ACKNOWLEDGED,
		.ticket = f->ticket.key,
		.by = f->link.person,
		.until = WALL_NEVER };
	struct item *it = said_item(&said, f->now, &err);

	if (it == NULL) {
		end_ticket(f, 400, "Not acknowledged", err.text, NULL);
		return;
	}
	it->published = on_acked;
	it->user = f;
	if (intake_offer(f->app->intake, it, 1))
		return;
	item_free(it);
	f->app->counters.events_unavailable++;
	end_ticket(f, 503, "Not acknowledged",
	    "Too much is going on at the moment. Please try again.",
	    "Acknowledge");
}

static void on_found(void *user)
{
	struct follow *f = user;

	if (!f->found && f->err.text[0] != '\0')
		end_words(f, 503, "Not now",
		    "The ticket cannot be read at the moment. Please try "
		    "again.");
	else if (!f->found || f->ticket.deleted)
		end_words(f, 410, "No such ticket",
		    "The ticket of this link is not there any more.");
	else if (ticket_is_over(&f->ticket))
		end_ticket(f, 200, "It is over",
		    "There is nothing to acknowledge any more.", NULL);
	else if (f->confirms)
		acknowledge(f);
	else
		end_ticket(f, 200, "Acknowledge?",
		    "Press the button to say that you have seen it and see to "
		    "it.",
		    "Acknowledge");
}

static void on_look(struct reader *r, void *user)
{
	struct follow *f = user;

	f->found = reader_load(r, &f->arena, NULL, f->link.ticket_id,
		       &f->ticket, &f->err) == STORE_OK;
	if (f->found)
		ticket_view_build(matrix_ref_matrix(f->matrix), &f->ticket,
		    f->now, &f->arena, &f->view);
}

/* --- the link ------------------------------------------------------------- */

static void look(struct app *app, struct http_request *r,
    const struct link *link, int person)
{
	struct follow *f = calloc(1, sizeof *f);

	CHECK(f != NULL);
	f->app = app;
	f->request = r;
	f->matrix = matrix_ref_get(app->matrix);
	f->now = loop_now(app->loop);
	f->link = *link;
	f->person = person;
	f->confirms = strcmp(r->method, "POST") == 0;
	arena_init(&f->arena);
	if (!readers_ask(app->readers, DESK_REQUESTS, on_look, on_found, f))
		end_words(f, 503, "Not now",
		    "Too much is going on at the moment. Please try again.");
}

void handle_link(struct app *app, struct http_request *r, const char *key)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	struct link link;
	enum link_result got =
	    link_read(app->link_key, key, loop_now(app->loop), &link);
	int person = got == LINK_OK ? matrix_person(m, link.person) : -1;

	app->counters.links_followed++;
	if (got == LINK_OK && person >= 0) {
		look(app, r, &link, person);
		return;
	}
	app->counters.links_refused++;
	if (got == LINK_FORGED)
		reply_words(r, 404, "This is no link of ours",
		    "It may have been cut on its way: open it from the mail "
		    "itself.");
	else if (got == LINK_EXPIRED)
		reply_words(r, 410, "This link has expired",
		    "A later mail has a newer one; or acknowledge in Slack or "
		    "in the help desk.");
	else
		reply_words(r, 410, "This link is nobody's any more",
		    "The person for whom it was made is not in the escalation "
		    "matrix now.");
}
