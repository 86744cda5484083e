/* via.h - a channel kind: how a message looks there, and what answers mean.
 *
 * One file a kind (via_KIND.c) exports one `struct via`; core/channel.h has its
 * row.  daemon/ knows no kind by name.
 *
 *	letter --build--> outgoing --(daemon: sign, send)--> answer --read-->
 *reading
 *
 * A message may need several requests: build() then asks for the first and says
 * in `learns` what its answer teaches ("dm U01DANA"); read() gives the value,
 * the daemon keeps it, and build() is called again with it in the letter.
 *
 * Pure: no I/O, no keys of a signature, no clock.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_VIA_H
#define SLAWATCH_WIRE_VIA_H

#include "base/arena.h"
#include "core/notice_view.h"
#include "core/retry.h"

#include <stdbool.h>
#include <stddef.h>

enum letter_kind {
	LETTER_NOTICE,	 /* one notice */
	LETTER_DIGEST,	 /* several that waited for one destination */
	LETTER_INCIDENT, /* several tickets that are one trouble */
	LETTER_EDIT,	 /* the first post of a thread, as it is to be now */
	LETTER_TEST,	 /* to see whether it arrives */
	LETTER_CHECK, /* says nothing: can the person, the room be reached? */
};

struct letter {
	enum letter_kind kind;
	const struct matrix *m;
	const struct channel *channel;
	const struct channel *base;	  /* channel's base: token, room */
	const struct person *person;	  /* or NULL: the room */
	const struct notice_view **views; /* one at least; but CHECK: none */
	size_t nviews;
	size_t more; /* notices of the same bundle that are not in here */
	/* INCIDENT: what they share, and since when. */
	const char *same;  /* "category"; or "" */
	const char *value; /* "login" */
	struct wall since;
	int tickets; /* told of in all, with these */
	/* Slack: the thread to reply to, or (EDIT) the post; or "". */
	const char *thread; /* its ref */
	const char *thread_room;
	const char *idempotency_key; /* the same for every attempt */
	/* Links of a mail, signed; by view; NULL: none can be made. */
	const char **ack_urls;
	const char *public_url; /* of the daemon, or NULL */
	/* What was asked of the other side before ("user dana@example.com"), or
	 * NULL; recall may be NULL. */
	const char *(*recall)(void *user, const char *name);
	void *user;
	struct wall now;
};

/* Several notices instead of one? */
static inline bool letter_is_list(const struct letter *l)
{
	return l->kind == LETTER_DIGEST || l->kind == LETTER_INCIDENT;
}

/* What was learned under that name, or NULL. */
const char *letter_recall(const struct letter *l, const char *name);

struct textbuf;

struct outgoing {
	bool to_log; /* nothing is sent: the daemon writes a line */
	const char *url;
	const char *method; /* NULL: POST */
	const char *headers[10];
	size_t nheaders;
	const char *body;
	size_t len;
	const char *learns;   /* what the answer teaches, "~...": for this
				 letter only; NULL: it delivers */
	const char *hmac_key; /* sign timestamp and body with it, or NULL */
	bool stamped;	      /* with a timestamp header, signed or not */
	bool threads;	      /* the answer's ref begins a thread */
	size_t answer_max;    /* 0: the client's */
	const char *answer_header; /* of the answer, for read(); or NULL */
	/* Mail. */
	const char *mail_from;
	const char *mail_to;
	const char *user;
	const char *password;
	const char *aws_sigv4;
};

struct answer {
	enum transport transport;
	int status;
	const char *body; /* NUL-terminated */
	size_t len;
	const char *header; /* the one that was asked for; or "", NULL */
};

/* In their words. */
struct reading {
	const char *word;  /* for the table: "channel_not_found"; "ok"; "" */
	const char *ref;   /* what they call the message; "" */
	const char *value; /* what was learned; NULL: nothing */
	bool thread_gone;  /* the thread or post is not there any more */
};

struct via {
	/* NULL, or why it can never be sent ("dana has no email address"), a
	 * text in the arena.  All other texts too, or in the matrix. */
	const char *(*build)(
	    const struct letter *l, struct arena *a, struct outgoing *out);
	/* NULL: the code alone says it. */
	void (*read)(const struct outgoing *asked, const struct answer *got,
	    struct arena *a, struct reading *out);
	struct answers answers; /* own rows, before the transport's */
	/* What it says, for whoever looks at it beforehand, in the arena; NULL:
	 * the body can be read as it is.  The letter has a view at least. */
	const char *(*words)(const struct letter *l, struct arena *a);
};

const struct via *via_of(enum channel_type type);

/* "Name: value" into out. */
void via_header(
    struct arena *a, struct outgoing *out, const char *name, const char *value);

/* "Authorization: Bearer TOKEN" into out. */
void via_bearer(struct arena *a, struct outgoing *out, const char *token);

/* URL of the channel and the path under it, as an arena text. */
const char *via_url(const struct letter *l, struct arena *a, const char *path);

#define VIA_JSON      "application/json"
#define VIA_JSON_UTF8 "application/json; charset=utf-8"

/* The text of a buffer, which is freed, becomes the body, and the type its
 * Content-Type; NULL: the body is all there is. */
void via_body(struct arena *a, struct outgoing *out, struct textbuf *body,
    const char *type);

/* "dana has no email address", in the arena. */
const char *via_why(struct arena *a, const char *subject, const char *reason);

#endif
