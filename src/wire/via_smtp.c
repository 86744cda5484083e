/* via_smtp.c - mail by a mail server.
 *
 * Sources: [S] RFC 5321 4.2; [E] RFC 3463 and the IANA registry of enhanced
 * status codes; [A] RFC 4954 6; [T] RFC 3207 4; [N] RFC 7504.
 *
 * The word is the enhanced code of the last reply ("5.1.1"): it says whether it
 * was the person, the message or we; the bare code often does not.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/via.h"

#include "base/textbuf.h"
#include "wire/mail_content.h"
#include "wire/mail_message.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *build(
    const struct letter *l, struct arena *a, struct outgoing *out)
{
	struct mail_envelope e;
	const char *why = mail_envelope_init(&e, l, a);
	struct textbuf body;

	if (why != NULL ||
	    l->nviews == 0) /* a server is not asked: VRFY lies */
		return why;
	textbuf_init(&body);
	mail_message(l, &e, a, &body);
	via_body(a, out, &body, NULL);
	out->url = l->channel->url;
	out->mail_from = e.from;
	out->mail_to = e.to;
	out->user = l->channel->user;
	out->password = l->channel->password;
	return NULL;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of "5.1.1" there, 0 if there is none. */
static size_t enhanced(const char *text)
{
	size_t len = 1;

	if (*text != '2' && *text != '4' && *text != '5')
		return 0;
	for (int part = 0; part < 2; part++) {
		size_t digits = 0;

		if (text[len] != '.')
			return 0;
		len++;
		while (digits < 4 && is_digit(text[len + digits]))
			digits++;
		if (digits == 0 || digits > 3)
			return 0;
		len += digits;
	}
	return text[len] == ' ' || text[len] == '\0' ? len : 0;
}

static void read(const struct outgoing *asked, const struct answer *got,
    struct arena *a, struct reading *out)
{
	size_t len;

	(void)asked;
	if (got->transport != TRANSPORT_SMTP || strlen(got->body) < 4)
		return;
	len = enhanced(got->body + 4);
	out->word = arena_strndup(a, got->body + 4, len);
}

static const struct answer_row rows[] = {
	/* [E] X.1: the address */
	{ "5.1.0", 500, 599, MEANS_NEXT, BLAME_PERSON,
	    "the address is refused" },
	{ "5.1.1", 500, 599, MEANS_NEXT, BLAME_PERSON, "no such mailbox" },
	{ "5.1.2", 500, 599, MEANS_NEXT, BLAME_PERSON, "no such mail domain" },
	{ "5.1.3", 500, 599, MEANS_NEXT, BLAME_PERSON,
	    "the address is malformed" },
	{ "5.1.4", 500, 599, MEANS_NEXT, BLAME_PERSON,
	    "the address is ambiguous" },
	{ "5.1.6", 500, 599, MEANS_NEXT, BLAME_PERSON,
	    "the mailbox has moved" },
	{ "5.1.7", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "the sender's address is malformed" },
	{ "5.1.8", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "the sender's domain does not exist" },
	{ "5.1.10", 500, 599, MEANS_NEXT, BLAME_PERSON,
	    "the domain takes no mail" },
	/* [E] X.2: the mailbox.  A full one is emptied or never. */
	{ "4.2.2", 400, 499, MEANS_RETRY, BLAME_PERSON, "mailbox full" },
	{ "5.2.0", 500, 599, MEANS_NEXT, BLAME_PERSON,
	    "the mailbox refuses it" },
	{ "5.2.1", 500, 599, MEANS_NEXT, BLAME_PERSON,
	    "the mailbox is disabled" },
	{ "5.2.2", 500, 599, MEANS_NEXT, BLAME_PERSON, "mailbox full" },
	{ "5.2.3", 500, 599, MEANS_NEXT, BLAME_MESSAGE,
	    "too long for that mailbox" },
	/* [E] X.3, X.4: their system, their network */
	{ "4.3.1", 400, 499, MEANS_RETRY, BLAME_ENDPOINT,
	    "the mail system is full" },
	{ "4.3.2", 400, 499, MEANS_RETRY, BLAME_ENDPOINT,
	    "the mail system takes nothing now" },
	{ "5.3.2", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "the mail system takes nothing from us" },
	{ "5.3.4", 500, 599, MEANS_NEXT, BLAME_MESSAGE,
	    "too big for the mail system" },
	{ "4.4.5", 400, 499, MEANS_WAIT, BLAME_ENDPOINT,
	    "the mail system is congested" },
	{ "5.4.1", 500, 599, MEANS_NEXT, BLAME_PERSON,
	    "the domain's server does not take it" },
	/* [E] X.6: the message */
	{ "5.6.0", 500, 599, MEANS_NEXT, BLAME_MESSAGE, "malformed" },
	/* [E] X.7: who may.  5.7.1 is said of contents and recipients alike. */
	{ "5.7.0", 530, 530, MEANS_ALARM, BLAME_CHANNEL,
	    "wants TLS or a login first" },
	{ "5.7.1", 500, 599, MEANS_NEXT, BLAME_MESSAGE,
	    "refused by the mail server's policy" },
	{ "5.7.3", 500, 599, MEANS_ALARM, BLAME_CHANNEL, "login refused" },
	{ "5.7.8", 500, 599, MEANS_ALARM, BLAME_CHANNEL, "login refused" },
	{ "5.7.9", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "the way of login is too weak" },
	{ "5.7.11", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "wants TLS before the login" },
	{ "5.7.13", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "the login is disabled" },
	{ "5.7.14", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "the login wants a step by hand" },
	{ "5.7.20", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "refused for want of a DKIM signature" },
	{ "5.7.23", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "refused by the domain's SPF record" },
	{ "5.7.25", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "refused: no reverse name of the mail server" },
	{ "5.7.26", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "refused: SPF, DKIM and DMARC all fail" },
	{ "5.7.27", 500, 599, MEANS_ALARM, BLAME_CHANNEL,
	    "refused: the sender's domain takes no mail" },
	/* [S] 421: the service closes, for everybody */
	{ NULL, 421, 421, MEANS_RETRY, BLAME_ENDPOINT,
	    "the mail server closes" },
	/* [A] [T] waiting does not give a new password */
	{ NULL, 432, 432, MEANS_ALARM, BLAME_CHANNEL,
	    "the login wants another password" },
	{ NULL, 454, 454, MEANS_RETRY, BLAME_ENDPOINT,
	    "login or TLS not to be had now" },
	{ NULL, 500, 504, MEANS_NEXT, BLAME_MESSAGE,
	    "the mail server does not understand it" },
	/* [N] */
	{ NULL, 521, 521, MEANS_ALARM, BLAME_CHANNEL,
	    "that server takes no mail" },
	{ NULL, 530, 530, MEANS_ALARM, BLAME_CHANNEL,
	    "wants TLS or a login first" },
	{ NULL, 534, 535, MEANS_ALARM, BLAME_CHANNEL, "login refused" },
	{ NULL, 538, 538, MEANS_ALARM, BLAME_CHANNEL,
	    "wants TLS before the login" },
	/* [S] */
	{ NULL, 550, 551, MEANS_NEXT, BLAME_PERSON, "no such mailbox" },
	{ NULL, 552, 552, MEANS_NEXT, BLAME_MESSAGE,
	    "too big, or the mailbox is full" },
	{ NULL, 553, 553, MEANS_NEXT, BLAME_PERSON,
	    "the address is malformed" },
	{ NULL, 554, 555, MEANS_NEXT, BLAME_MESSAGE,
	    "refused by the mail server" },
	{ NULL, 556, 556, MEANS_NEXT, BLAME_PERSON,
	    "the domain takes no mail" },
};

const struct via via_smtp = { .build = build,
	.read = read,
	.answers = { rows, COUNT(rows) },
	.words = mail_words };
