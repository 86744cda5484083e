/* probe.c - what is no notice: tests, checks, answers to a click.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/notifier_parts.h"

#include "base/check.h"
#include "daemon/log.h"

#include <stdlib.h>
#include <string.h>

/* --- tests and checks ---------------------------------------------------- */

struct probe {
	void (*done)(void *user, const struct notifier_report *r);
	void *user;
};

void probe_report(struct errand *e, const struct notifier_report *r)
{
	struct probe *p = e->probe;

	p->done(p->user, r);
	free(p);
	loop_poke(e->notifier->poke);
	errand_free(e);
}

void notifier_probe(struct notifier *n, enum letter_kind kind, int channel,
    int person, const char *by,
    void (*done)(void *user, const struct notifier_report *r), void *user)
{
	const struct matrix *m = matrix_ref_matrix(*n->w.matrix);
	struct errand *e =
	    errand_new(&n->home, NULL, matrix_ref_get(*n->w.matrix));

	if (kind == LETTER_TEST)
		outbox_spend(n->outbox, m->channels[channel].name,
		    person < 0 ? "" : m->people[person].name,
		    loop_mono(n->w.loop));
	CHECK(kind == LETTER_TEST || kind == LETTER_CHECK);
	e->notifier = n;
	e->now = loop_now(n->w.loop);
	e->probe = calloc(1, sizeof *e->probe);
	CHECK(e->probe != NULL);
	e->probe->done = done;
	e->probe->user = user;
	errand_probe_letter(e, kind, channel, person, by);
	errand_list_add(&n->going, e);
	loop_poke(n->poke);
}

/* --- answers to a click -------------------------------------------------- */

struct post_back {
	struct post_back *next;
	struct post_back **self;
	struct notifier *notifier;
};

static void drop(struct post_back *p)
{
	*p->self = p->next;
	if (p->next != NULL)
		p->next->self = p->self;
	p->notifier->nposts--;
	free(p);
}

/* Their URLs hold secrets: the line names none. */
static void on_posted(void *user, const struct http_result *r)
{
	struct post_back *p = user;
	bool ok = r->answered && r->status >= 200 && r->status < 300;
	struct log_line l;

	if (ok && strstr(r->body, "\"ok\":false") != NULL)
		ok = false;
	log_begin(&l, ok ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING);
	log_text(&l, "msg",
	    ok ? "said to who clicked" : "could not be said to who clicked");
	if (r->answered)
		log_int(&l, "code", r->status);
	log_text(&l, "error", r->answered ? (ok ? "" : r->body) : r->failure);
	log_end(&l);
	drop(p);
}

void notifier_post(struct notifier *n, const char *url, const char *token,
    const char *ca_file, const char *body, size_t len)
{
	struct http_send send = { .url = url,
		.headers = { "Content-Type: application/json; charset=utf-8" },
		.nheaders = 1,
		.body = body,
		.len = len,
		.ca_file = ca_file };
	struct post_back *p = calloc(1, sizeof *p);
	struct textbuf bearer;

	CHECK(p != NULL);
	p->notifier = n;
	p->next = n->posts;
	p->self = &n->posts;
	if (p->next != NULL)
		p->next->self = &p->next;
	n->posts = p;
	n->nposts++;
	textbuf_init(&bearer);
	if (token != NULL) {
		textbuf_addf(&bearer, "Authorization: Bearer %s", token);
		send.headers[send.nheaders++] = bearer.data;
	}
	http_client_send(n->w.client, &send, on_posted, p);
	textbuf_fini(&bearer);
}

void probe_free_all(struct notifier *n)
{
	while (n->posts != NULL)
		drop(n->posts);
}
