/* slack_desk.c - asks from Slack: signed, known, answered.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/slack_desk.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/log.h"
#include "daemon/reply.h"
#include "wire/plain_text.h"
#include "wire/slack_answer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define APPS_MAX 64   /* apps whose secret is tried */
#define URL_MAX	 1000 /* of a response_url */

/* A line a second, ten at once: what strangers send fills no disk. */
static const struct budget refusal_lines = { 1000, 10, 0 };

/* Slack's clock is the real one, whatever ours is. */
static struct wall real_now(void)
{
	static const struct clock_mode real = { .is_virtual = false };

	return clock_mode_now(&real);
}

void slack_desk_init(struct slack_desk *d)
{
	memset(d, 0, sizeof *d);
	slack_seen_init(&d->seen, real_now());
}

void slack_desk_fini(struct slack_desk *d)
{
	CHECK(d->asks == 0);
	slack_seen_fini(&d->seen);
}

/* --- signed? -------------------------------------------------------------- */

static void refuse(struct app *app, struct http_request *r, const char *why)
{
	struct mono now = loop_mono(app->loop);
	struct bucket *b = &app->slack.refusals;

	app->counters.requests_denied++;
	app->counters.slack_refused++;
	if (bucket_has(b, &refusal_lines, CLASS_BREACH, now)) {
		bucket_take(b, &refusal_lines, now);
		log_say(LOG_LEVEL_WARNING, "not from Slack", "path", r->path,
		    "error", why, NULL);
	}
	reply_error(r, 401, "signature: %s", why);
}

static bool is_among(const char *const *secrets, size_t n, const char *secret)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(secrets[i], secret) == 0)
			return true;
	return false;
}

/* The apps that can have sent it, a channel of each, and their secrets. */
static size_t find_apps(const struct matrix *m, const struct channel **channels,
    const char **secrets)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nchannels && n < APPS_MAX; i++) {
		const struct channel *c = &m->channels[i];

		if (c->way != WAY_ROOM || c->signing_secret == NULL ||
		    is_among(secrets, n, c->signing_secret))
			continue;
		channels[n] = c;
		secrets[n++] = c->signing_secret;
	}
	return n;
}

/* Whose app sent it, or NULL: was refused. */
static const struct channel *find_sender(
    struct app *app, struct http_request *r)
{
	const struct channel *channels[APPS_MAX];
	const char *secrets[APPS_MAX];
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	size_t which = 0;
	size_t n = find_apps(m, channels, secrets);
	enum slack_signed s = slack_check(&app->slack.seen, secrets, n,
	    http_header(r, "X-Slack-Request-Timestamp"),
	    http_header(r, "X-Slack-Signature"), r->body, r->body_len,
	    real_now(), &which);

	if (s == SLACK_SIGNED)
		return channels[which];
	refuse(app, r, slack_signed_why(s));
	return NULL;
}

struct slack_ask *slack_ask_new(struct app *app, struct http_request *r)
{
	const struct channel *channel;
	struct slack_ask *a;

	channel = find_sender(app, r);
	if (channel == NULL)
		return NULL;
	app->counters.slack_asked++;
	if (app->slack.asks == SLACK_ASKS_MAX) {
		reply_busy(r, "too many people ask at once; try again");
		return NULL;
	}
	a = calloc(1, sizeof *a);
	CHECK(a != NULL);
	app->slack.asks++;
	a->app = app;
	a->request = r;
	a->matrix = matrix_ref_get(app->matrix);
	a->channel = channel;
	a->now = loop_now(app->loop);
	a->person = -1;
	arena_init(&a->arena);
	textbuf_init(&a->text);
	return a;
}

/* --- answers -------------------------------------------------------------- */

static void ask_free(struct slack_ask *a)
{
	if (a->patience != NULL)
		loop_timer_close(a->patience);
	a->app->slack.asks--;
	matrix_ref_put(a->matrix);
	textbuf_fini(&a->text);
	arena_fini(&a->arena);
	free(a);
}

void slack_ask_drop(struct slack_ask *a)
{
	ask_free(a);
}

void slack_ask_accept(struct slack_ask *a)
{
	struct http_request *r = a->request;

	if (r == NULL)
		return;
	a->request = NULL;
	http_reply(r, 200, NULL, "", 0, NULL);
}

static void on_patience(void *user)
{
	slack_ask_accept(user);
}

void slack_ask_hurry(struct slack_ask *a)
{
	a->patience = loop_timer_new(a->app->loop, on_patience, a);
	loop_timer_start(a->patience, SLACK_PATIENCE_MS, 0);
}

static size_t host_len(const char *at)
{
	return strcspn(at, "/?#");
}

static bool host_ends(const char *host, size_t len, const char *tail)
{
	size_t n = strlen(tail);

	return len > n && strncasecmp(host + len - n, tail, n) == 0;
}

/* To Slack, or to where the channel's own url points (a proxy, a test): an
 * answer goes nowhere else, whatever the request says. */
static bool may_answer_at(const struct channel *c, const char *url)
{
	const char *own = c->url != NULL ? strstr(c->url, "://") : NULL;
	size_t len;

	if (!plain_url(url, URL_MAX))
		return false;
	if (own != NULL) {
		len = (size_t)(own - c->url) + 3 + host_len(own + 3);
		if (strncmp(url, c->url, len) == 0 &&
		    (url[len] == '/' || url[len] == '\0'))
			return true;
	}
	if (strncmp(url, "https://", 8) != 0)
		return false;
	len = host_len(url + 8);
	if (memchr(url + 8, '@', len) != NULL ||
	    memchr(url + 8, ':', len) != NULL)
		return false;
	return host_ends(url + 8, len, ".slack.com") ||
	       host_ends(url + 8, len, ".slack-gov.com");
}

static void answer_later(struct slack_ask *a, const struct textbuf *body)
{
	if (may_answer_at(a->channel, a->from.response_url))
		notifier_post(a->app->notifier, a->from.response_url, NULL,
		    a->channel->ca_file, body->data, body->len);
	else
		log_say(LOG_LEVEL_WARNING, "no response_url of Slack's",
		    "slack_user", a->from.user, "unsaid", body->data, NULL);
}

void slack_ask_end(struct slack_ask *a, const char *mrkdwn)
{
	struct http_request *r = a->request;
	struct textbuf body;

	if (mrkdwn[0] == '\0') {
		slack_ask_accept(a);
		ask_free(a);
		return;
	}
	textbuf_init(&body);
	slack_answer(mrkdwn, a->offered, &body);
	if (r == NULL)
		answer_later(a, &body);
	else
		http_reply(
		    r, 200, "application/json", body.data, body.len, NULL);
	textbuf_fini(&body);
	ask_free(a);
}

void slack_ask_endf(struct slack_ask *a, const char *fmt, ...)
{
	struct textbuf raw;
	struct textbuf text;
	va_list ap;

	textbuf_init(&raw);
	textbuf_init(&text);
	va_start(ap, fmt);
	textbuf_vaddf(&raw, fmt, ap);
	va_end(ap);
	slack_answer_theirs(&text, raw.data);
	slack_ask_end(a, text.data);
	textbuf_fini(&raw);
	textbuf_fini(&text);
}

/* --- who is it? ----------------------------------------------------------- */

static int person_of_id(const struct matrix *m, const char *id)
{
	for (size_t i = 0; i < m->npeople; i++)
		if (m->people[i].slack != NULL &&
		    strcmp(m->people[i].slack, id) == 0)
			return (int)i;
	return -1;
}

static int person_of_email(const struct matrix *m, const char *email)
{
	for (size_t i = 0; i < m->npeople; i++)
		if (m->people[i].email != NULL &&
		    strcasecmp(m->people[i].email, email) == 0)
			return (int)i;
	return -1;
}

static void know(struct slack_ask *a, const char *email)
{
	struct slack_desk *d = &a->app->slack;
	struct slack_known *k = &d->known[d->next_known++ % SLACK_KNOWN_MAX];
	struct textbuf tb;

	textbuf_init_fixed(&tb, k->id, sizeof k->id);
	textbuf_add(&tb, a->from.user);
	textbuf_init_fixed(&tb, k->email, sizeof k->email);
	textbuf_add(&tb, email);
	k->until = loop_mono(a->app->loop);
	k->until.ms += SLACK_KNOWN_MS;
}

static const char *known_email(const struct slack_ask *a)
{
	const struct slack_desk *d = &a->app->slack;
	int64_t now = loop_mono(a->app->loop).ms;

	for (size_t i = 0; i < SLACK_KNOWN_MAX; i++)
		if (strcmp(d->known[i].id, a->from.user) == 0 &&
		    now < d->known[i].until.ms)
			return d->known[i].email;
	return NULL;
}

static void not_known(struct slack_ask *a, const char *why)
{
	const struct matrix *m = matrix_ref_matrix(a->matrix);
	const char *owner =
	    m->owner >= 0 ? m->people[m->owner].title : "the matrix's owner";

	log_say(LOG_LEVEL_WARNING, "nobody of the matrix", "slack_user",
	    a->from.user, "name", a->from.user_name, "error", why, NULL);
	slack_ask_endf(a,
	    "I do not know you: nobody in the escalation matrix has the Slack "
	    "id %s, and %s. Ask %s to add you there.",
	    a->from.user, why, owner);
}

static void go_on_with(struct slack_ask *a, const char *email)
{
	struct errtext why;

	a->person = person_of_email(matrix_ref_matrix(a->matrix), email);
	if (a->person >= 0) {
		a->then(a);
		return;
	}
	errtext_set(&why, "nobody has the address %s", email);
	not_known(a, why.text);
}

static void on_user(void *user, const struct http_result *r)
{
	struct slack_ask *a = user;
	struct errtext why = { "" };
	const char *email = NULL;

	if (!r->answered)
		errtext_set(&why, "Slack cannot be asked (%s)", r->failure);
	else if (r->status != 200 || !r->is_whole)
		errtext_set(
		    &why, "Slack cannot be asked (status %d)", r->status);
	else
		email = slack_user_email(r->body, r->len, &a->arena, &why);
	if (email == NULL) {
		not_known(a, why.text);
		return;
	}
	know(a, email);
	go_on_with(a, email);
}

static void ask_slack(struct slack_ask *a)
{
	struct http_send send = { .method = "GET",
		.ca_file = a->channel->ca_file,
		.answer_max = SLACK_USER_MAX };
	struct textbuf url;
	struct textbuf bearer;

	textbuf_init(&url);
	textbuf_init(&bearer);
	textbuf_addf(
	    &url, "%s/users.info?user=%s", a->channel->url, a->from.user);
	textbuf_addf(&bearer, "Authorization: Bearer %s", a->channel->token);
	send.url = url.data;
	send.headers[send.nheaders++] = bearer.data;
	http_client_send(a->app->client, &send, on_user, a);
	textbuf_fini(&url);
	textbuf_fini(&bearer);
}

void slack_ask_who(struct slack_ask *a, void (*then)(struct slack_ask *a))
{
	const char *email;

	a->then = then;
	a->person = person_of_id(matrix_ref_matrix(a->matrix), a->from.user);
	if (a->person >= 0) {
		then(a);
		return;
	}
	email = known_email(a);
	if (email != NULL)
		go_on_with(a, email);
	else if (a->channel->token == NULL || a->channel->token[0] == '\0')
		not_known(a, "without the app's token Slack cannot be asked");
	else
		ask_slack(a);
}
