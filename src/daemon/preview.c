/* preview.c - a notice that nobody gets, and its letter in JSON.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/preview.h"

#include "base/check.h"
#include "core/template.h"
#include "daemon/errand.h"
#include "wire/json_out.h"
#include "wire/via.h"

#include <string.h>
#include <strings.h>

#define HIDDEN "********"

struct making {
	const struct preview *p;
	struct reader *reader;
	struct arena *arena;
	struct ticket ticket;
	struct notice notice;
	struct notice_view view;
	const struct notice_view *views[1];
	const char *ack_urls[1];
	struct post post;
	struct letter letter;
	struct outgoing asked;
	bool made_up; /* something that only the other side knows */
};

/* --- the notice ----------------------------------------------------------- */

static struct notice plain_notice(const struct making *k)
{
	return (struct notice){
		.reason = NOTICE_BREACH,
		.clock = "",
		.due = WALL_NEVER,
		.chain = "",
		.step = -1,
		.role = "",
		.spare = "",
		.detail = "",
		.ref = "",
		.owed = "",
		.held_until = WALL_NEVER,
		.useful_until = WALL_NEVER,
		.at = k->p->now,
		.free_at = k->p->now,
	};
}

/* What is late, else what is due next. */
static const struct clock *worst_clock(const struct ticket *t)
{
	const struct clock *worst = NULL;

	for (size_t i = 0; i < t->nclocks; i++) {
		const struct clock *c = &t->clocks[i];

		if (c->current && clock_state_ticks(c->state) &&
		    (worst == NULL || wall_before(c->due, worst->due)))
			worst = c;
	}
	return worst;
}

static void take_clock(struct making *k)
{
	const struct clock *c = worst_clock(&k->ticket);

	if (c == NULL)
		return;
	k->notice.clock = c->kind;
	k->notice.cycle = c->cycle;
	k->notice.due = c->due;
	if (k->p->reason < 0 && wall_before(k->p->now, c->due))
		k->notice.reason = NOTICE_WARNING;
}

/* The latest of that reason, else the latest at all that is an alert. */
static int64_t latest(const struct making *k)
{
	int64_t id = 0;

	for (size_t i = 0; i < k->ticket.nnotices; i++) {
		const struct notice *n = &k->ticket.notices[i];

		if (n->id > id &&
		    (k->p->reason < 0 ? n->reason != NOTICE_RESOLVED &&
					    n->reason != NOTICE_UPDATE
				      : (int)n->reason == k->p->reason))
			id = n->id;
	}
	return id;
}

static enum store_result read_ticket(struct making *k, struct errtext *err)
{
	enum store_result result =
	    reader_load(k->reader, k->arena, k->p->key, 0, &k->ticket, err);
	int64_t id;

	if (result != STORE_OK)
		return result;
	id = latest(k);
	if (id == 0) {
		take_clock(k);
		return STORE_OK;
	}
	return reader_notice(
	    k->reader, k->arena, id, &k->ticket, &k->notice, err);
}

/* A ticket as in the samples of core/template.h, with one late clock. */
static void make_ticket(struct making *k)
{
	const struct matrix *m = k->p->m;
	struct ticket *t = &k->ticket;
	struct clock *c;

	ticket_init(t, k->arena, "sample:4711");
	t->fields.status = STATUS_OPEN;
	t->fields.text[FIELD_SUBJECT] = "Cannot log in";
	t->fields.text[FIELD_CATEGORY] = "login";
	t->fields.text[FIELD_CUSTOMER_ID] = "acme";
	t->fields.text[FIELD_CUSTOMER_NAME] = "Acme Corp";
	t->fields.text[FIELD_CUSTOMER_TIER] = "enterprise";
	t->fields.text[FIELD_CUSTOMER_VALUE] = "50000";
	t->fields.text[FIELD_TRIED] = "reset password, cleared sessions";
	t->fields.text[FIELD_NEXT_STEP] = "check SSO logs";
	t->fields.text[FIELD_URL] = "https://desk.example.com/t/4711";
	if (m->nseverities > 0)
		t->fields.text[FIELD_SEVERITY] = m->severities[0].name;
	if (m->nteams > 0)
		t->fields.text[FIELD_TEAM] = m->teams[0].name;
	c = arena_push(
	    k->arena, &t->clocks, &t->nclocks, &t->cap_clocks, sizeof *c);
	*c = (struct clock){ .kind = "first_reply",
		.cycle = 1,
		.state = CLOCK_BREACHED,
		.started = wall_plus(k->p->now, -72 * MINUTE_MS),
		.since = k->p->now,
		.target_ms = HOUR_MS,
		.due = wall_plus(k->p->now, -12 * MINUTE_MS),
		.policy = "",
		.calendar = "",
		.breached_at = wall_plus(k->p->now, -12 * MINUTE_MS),
		.ended_at = WALL_NEVER,
		.warned = "",
		.current = true };
	take_clock(k);
}

/* As if it were due now, by that way, to that person. */
static void address(struct making *k)
{
	const struct preview *p = k->p;
	struct notice *n = &k->notice;

	n->state = NOTICE_PENDING;
	n->channel = p->m->channels[p->channel].name;
	n->who = p->person >= 0 ? p->m->people[p->person].name : "";
	n->at = n->free_at = p->now;
	n->held_until = WALL_NEVER;
	n->repeat = false;
	if (p->reason >= 0)
		n->reason = (enum notice_reason)p->reason;
	if (p->chain < 0)
		return;
	n->chain = p->m->chains[p->chain].name;
	n->step = n->step < 0 ? 0 : n->step;
	if (p->reason < 0)
		n->reason = NOTICE_CHAIN;
}

/* --- the letter ----------------------------------------------------------- */

/* Ids are Slack's, whose kind alone learns anything. */
static const char *recall(void *user, const char *name)
{
	struct making *k = user;
	const char *value;
	struct errtext err;

	if (name[0] == '~')
		return NULL;
	if (k->reader != NULL &&
	    reader_address(k->reader, k->arena, k->letter.base->name, name,
		k->p->now, ADDRESS_DAYS * DAY_MS, &value, &err) == STORE_OK)
		return value;
	k->made_up = true;
	return strncmp(name, "dm ", 3) == 0 ? "D0PREVIEW" : "U0PREVIEW";
}

static void find_thread(struct making *k)
{
	struct letter *l = &k->letter;
	struct errtext err;

	if (k->p->key == NULL || !channel_has(l->channel, THREADS) ||
	    l->channel->way == WAY_DM ||
	    reader_post(k->reader, k->arena, 0, k->ticket.id, l->base->name,
		&k->post, &err) != STORE_OK)
		return;
	l->thread = k->post.ref;
	l->thread_room = k->post.room;
}

static const char *ack_place(const struct making *k)
{
	struct textbuf tb;
	const char *url;

	textbuf_init(&tb);
	textbuf_addf(&tb, "%s/m/ack/SIGNED-LINK", k->p->home);
	url = arena_strndup(k->arena, tb.data, tb.len);
	textbuf_fini(&tb);
	return url;
}

static const char *write_letter(struct making *k)
{
	const struct preview *p = k->p;
	struct letter *l = &k->letter;

	notice_view_build(
	    p->m, &k->ticket, &k->notice, p->now, k->arena, &k->view);
	k->views[0] = &k->view;
	*l = (struct letter){ .kind = LETTER_NOTICE,
		.m = p->m,
		.channel = &p->m->channels[p->channel],
		.views = k->views,
		.nviews = 1,
		.same = "",
		.value = "",
		.thread = "",
		.thread_room = "",
		.idempotency_key = "preview",
		.public_url = p->home,
		.recall = recall,
		.user = k,
		.now = p->now };
	l->base = &p->m->channels[l->channel->base];
	if (p->person >= 0)
		l->person = &p->m->people[p->person];
	if (p->home != NULL && p->person >= 0 &&
	    channel_has(l->channel, REACHES_MAIL) &&
	    k->view.face != FACE_OVER) {
		k->ack_urls[0] = ack_place(k);
		l->ack_urls = k->ack_urls;
	}
	find_thread(k);
	return via_of(l->channel->type)->build(l, k->arena, &k->asked);
}

/* --- in JSON -------------------------------------------------------------- */

/* The text without any of the channel's secrets. */
static void add_masked(
    const struct making *k, const char *text, size_t len, struct textbuf *out)
{
	const struct channel *c = k->letter.base;
	const char *const secrets[] = { c->token, c->signing_secret,
		c->password, c->secret };

	for (size_t i = 0; i < len; i++) {
		size_t skip = 0;

		for (size_t s = 0; s < sizeof secrets / sizeof *secrets; s++) {
			size_t n = secrets[s] ? strlen(secrets[s]) : 0;

			if (n > skip && n <= len - i &&
			    memcmp(text + i, secrets[s], n) == 0)
				skip = n;
		}
		if (skip == 0)
			textbuf_addc(out, text[i]);
		else
			textbuf_add(out, HIDDEN);
		i += skip > 0 ? skip - 1 : 0;
	}
}

static bool is_open_header(const char *line)
{
	static const char *const open[] = {
		"Content-Type:", "Accept:", "Idempotency-Key:"
	};

	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		if (strncasecmp(line, open[i], strlen(open[i])) == 0)
			return true;
	return false;
}

static void headers(const struct making *k, struct json_out *j)
{
	json_open(j, "headers", '[');
	for (size_t i = 0; i < k->asked.nheaders; i++) {
		const char *line = k->asked.headers[i];
		struct textbuf tb;

		textbuf_init(&tb);
		if (is_open_header(line))
			textbuf_add(&tb, line);
		else
			textbuf_addf(&tb, "%.*s: " HIDDEN,
			    (int)strcspn(line, ":"), line);
		json_text(j, NULL, tb.data);
		textbuf_fini(&tb);
	}
	json_close(j, ']');
}

static size_t characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* How much of the user's words the kind shows. */
static void words(
    struct json_out *j, const char *name, const char *text, size_t most)
{
	if (text == NULL) {
		json_text(j, name, NULL);
		return;
	}
	json_open(j, name, '{');
	json_text(j, "text", text);
	json_int(j, "characters", (int64_t)characters(text));
	if (most > 0)
		json_int(j, "most", (int64_t)most);
	else
		json_text(j, "most", NULL);
	json_bool(j, "cut", most > 0 && characters(text) > most);
	json_close(j, '}');
}

static void request(const struct making *k, struct json_out *j)
{
	const struct via *via = via_of(k->letter.channel->type);
	struct textbuf tb;
	char endpoint[256];

	channel_endpoint(k->letter.base, endpoint, sizeof endpoint);
	json_text(j, "endpoint", k->asked.to_log ? NULL : endpoint);
	json_text(j, "mail_from", k->asked.mail_from);
	json_text(j, "mail_to", k->asked.mail_to);
	headers(k, j);
	json_bool(j, "signed", k->asked.hmac_key != NULL);
	json_bool(j, "made_up_ids", k->made_up);
	json_int(j, "bytes", (int64_t)k->asked.len);
	textbuf_init(&tb);
	if (k->asked.body != NULL)
		add_masked(k, k->asked.body, k->asked.len, &tb);
	json_text(j, "message", k->asked.to_log ? NULL : tb.data);
	textbuf_fini(&tb);
	json_text(j, "words",
	    via->words == NULL ? NULL : via->words(&k->letter, k->arena));
}

static void write_json(
    const struct making *k, const char *why, struct textbuf *out)
{
	const struct channel *c = k->letter.channel;
	const struct channel_kind *kind = channel_kind(c->type);
	struct json_out j;

	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	json_wall(&j, "now", k->p->now);
	json_text(&j, "ticket", k->ticket.key);
	json_bool(&j, "sample", k->p->key == NULL);
	json_text(&j, "channel", c->name);
	json_text(&j, "type", kind->name);
	json_text_or_null(&j, "person", k->notice.who);
	json_text(&j, "reason", notice_reason_name(k->notice.reason));
	json_text(&j, "headline", k->view.headline);
	words(&j, "title", k->view.title, kind->title_max);
	words(&j, "body", k->view.body, kind->body_max);
	json_text(&j, "refused", why);
	if (why == NULL)
		request(k, &j);
	json_close(&j, '}');
}

enum store_result preview_write(const struct preview *p, struct reader *r,
    struct arena *arena, struct textbuf *out, struct errtext *err)
{
	struct making *k = arena_alloc(arena, sizeof *k);
	enum store_result result = STORE_OK;

	CHECK(p->channel >= 0 && (size_t)p->channel < p->m->nchannels);
	k->p = p;
	k->reader = r;
	k->arena = arena;
	k->notice = plain_notice(k);
	if (p->key == NULL)
		make_ticket(k);
	else
		result = read_ticket(k, err);
	if (result != STORE_OK)
		return result;
	address(k);
	write_json(k, write_letter(k), out);
	return STORE_OK;
}
