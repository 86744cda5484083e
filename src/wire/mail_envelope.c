/* mail_envelope.c - addresses that can be used, ids that stay the same.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/mail_envelope.h"

#include "base/check.h"
#include "base/textbuf.h"
#include "wire/mail_encode.h"
#include "wire/plain_text.h"

#include <string.h>

#define ADDRESS_MAX 254 /* RFC 5321 4.5.3.1.3 */
#define LOCAL_MAX   64	/* ... 4.5.3.1.1 */
#define NAME_MAX    200 /* bytes */
#define VALUE_MAX   100 /* bytes of what an incident shares */

static bool is_domain(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= 253 && text[0] != '.' &&
	       text[len - 1] != '.' && strstr(text, "..") == NULL &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == len;
}

/* One @, a local part of plain characters, a domain. */
static bool is_address(const char *text)
{
	const char *at = strchr(text, '@');
	size_t local = at != NULL ? (size_t)(at - text) : 0;

	if (local == 0 || local > LOCAL_MAX || !is_domain(at + 1) ||
	    strlen(text) > ADDRESS_MAX)
		return false;
	for (size_t i = 0; i < local; i++) {
		if (text[i] <= ' ' || text[i] >= 0x7F ||
		    strchr("<>()[],;:\\\"", text[i]) != NULL)
			return false;
	}
	return text[0] != '.' && at[-1] != '.';
}

bool mail_address(const char *mailbox, char *out, size_t size)
{
	const char *open = strchr(mailbox, '<');
	const char *start = open != NULL ? open + 1 : mailbox;
	size_t len = strcspn(start, ">");
	char bare[ADDRESS_MAX + 1];

	for (const char *p = mailbox; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7F)
			return false;
	}
	if (open != NULL && strcmp(start + len, ">") != 0)
		return false;
	if (len >= sizeof bare || len >= size)
		return false;
	memcpy(bare, start, len);
	bare[len] = '\0';
	if (!is_address(bare))
		return false;
	memcpy(out, bare, len + 1);
	return true;
}

/* One line of at most so many bytes, in the arena. */
static const char *name_line(struct arena *a, const char *text, size_t len)
{
	struct textbuf raw;
	struct textbuf line;
	const char *name;

	textbuf_init(&raw);
	textbuf_init(&line);
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '"' && text[i] != '\\')
			textbuf_addc(&raw, text[i]);
	}
	plain_line(raw.data, &line);
	name = arena_strndup(
	    a, line.data, utf8_cut(line.data, line.len, NAME_MAX));
	textbuf_fini(&raw);
	textbuf_fini(&line);
	return name;
}

static const char *to_address(const struct letter *l)
{
	if (l->person != NULL)
		return l->person->email;
	return l->nviews > 0 ? l->views[0]->person_email : NULL;
}

static const char *to_name(const struct letter *l)
{
	if (l->person != NULL)
		return l->person->title;
	return l->nviews > 0 ? l->views[0]->person : "";
}

const char *mail_envelope_init(
    struct mail_envelope *e, const struct letter *l, struct arena *a)
{
	const char *who = l->person == NULL ? "a room" : l->person->name;
	const char *email = to_address(l);
	const char *name = to_name(l);
	char *from = arena_alloc(a, ADDRESS_MAX + 1);
	char *to = arena_alloc(a, ADDRESS_MAX + 1);
	const char *open;

	if (email == NULL)
		return via_why(a, who, "has no email address");
	if (!mail_address(email, to, ADDRESS_MAX + 1))
		return via_why(a, who, "has an email address that is none");
	if (l->channel->from == NULL ||
	    !mail_address(l->channel->from, from, ADDRESS_MAX + 1))
		return via_why(a, l->channel->name, "has no usable `from`");
	open = strchr(l->channel->from, '<');
	*e = (struct mail_envelope){ .from = from, .to = to };
	e->from_name = open == NULL ? ""
				    : name_line(a, l->channel->from,
					  (size_t)(open - l->channel->from));
	e->to_name = name_line(a, name, strlen(name));
	e->domain = strchr(from, '@') + 1;
	return NULL;
}

static void add(struct mail_headers *h, const char *name, const char *value)
{
	CHECK(h->count < MAIL_HEADERS_MAX);
	h->at[h->count++] = (struct mail_header){ name, value };
}

static void add_id_part(struct textbuf *out, const char *text)
{
	char part[VALUE_MAX + 1];
	size_t len = utf8_cut(text, strlen(text), VALUE_MAX);

	memcpy(part, text, len);
	part[len] = '\0';
	mail_id_part(out, part);
}

/* "ticket.zendesk=3A4711"; false: it belongs to no conversation. */
static bool root_id(const struct letter *l, struct textbuf *out)
{
	const struct notice_view *v = l->views[0];

	if (l->kind == LETTER_INCIDENT) {
		textbuf_add(out, "incident.");
		add_id_part(out, l->same);
		textbuf_addc(out, '.');
		add_id_part(out, l->value);
		/* It is measured anew each time, a little off. */
		textbuf_addf(out, ".%lld",
		    (long long)((l->since.ms + MINUTE_MS / 2) / MINUTE_MS));
		return true;
	}
	if (l->kind == LETTER_DIGEST || v->thread[0] == '\0')
		return false;
	textbuf_add(out, "ticket.");
	mail_id_part(out, v->thread);
	return true;
}

/* Is somebody needed now? */
static bool is_urgent(enum notice_reason reason)
{
	static const bool yes[NOTICE_REASON_COUNT] = {
		[NOTICE_BREACH] = true,
		[NOTICE_CHAIN] = true,
		[NOTICE_ACK_TIMEOUT] = true,
		[NOTICE_EXHAUSTED] = true,
	};

	return yes[reason];
}

void mail_headers_init(struct mail_headers *h, const struct letter *l,
    const struct mail_envelope *e, struct arena *a)
{
	struct textbuf id;
	const char *root;

	h->count = 0;
	textbuf_init(&id);
	textbuf_add(&id, "<notice.");
	mail_id_part(&id, l->idempotency_key);
	textbuf_addf(&id, "@%s>", e->domain);
	add(h, "Message-ID", arena_strndup(a, id.data, id.len));
	textbuf_clear(&id);
	textbuf_addc(&id, '<');
	if (root_id(l, &id)) {
		textbuf_addf(&id, "@%s>", e->domain);
		root = arena_strndup(a, id.data, id.len);
		add(h, "In-Reply-To", root);
		add(h, "References", root);
	}
	add(h, "Auto-Submitted", "auto-generated");
	add(h, "X-Auto-Response-Suppress", "All");
	if (is_urgent(l->views[0]->reason))
		add(h, "Importance", "high");
	textbuf_fini(&id);
}

void mail_mailbox_text(
    struct textbuf *out, const char *name, const char *address)
{
	if (name[0] == '\0')
		textbuf_add(out, address);
	else
		textbuf_addf(out, "\"%s\" <%s>", name, address);
}
