/* masked.c - finding secrets in the text, and writing over them.
 *
 * All places are looked for in the text as it was and written over in a copy:
 * of two urls one may be the beginning of the other.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/masked.h"

#include "conf/origin.h"
#include "conf/url.h"

#include <string.h>

struct masking {
	const char *text; /* as it is in the file */
	char *out;	  /* the copy that is written over */
	struct kept_url *urls;
	size_t nurls;
};

static void write_over(struct masking *k, const char *at, size_t len)
{
	memset(k->out + (at - k->text), '*', len);
}

/* How much of a URL behind "://" may be shown: its host and one more, so that
 * it still is a URL; of one with a user's name nothing. */
static size_t shown_of(const char *rest, size_t len)
{
	size_t host = strcspn(rest, "/?#");

	if (host >= len)
		host = len;
	if (memchr(rest, '@', host) != NULL)
		return 0;
	return host < len ? host + 1 : len;
}

/* A url that stands plainly in the file; false if it is not found. */
static bool mask_url(struct masking *k, const char *url)
{
	const char *rest = strstr(url, "://");
	size_t shown, len;
	bool found = false;

	if (rest == NULL)
		return false;
	len = strlen(url);
	rest += 3;
	shown = (size_t)(rest - url) + shown_of(rest, strlen(rest));
	for (const char *at = k->text; (at = strstr(at, url)) != NULL; at++) {
		write_over(k, at + shown, len - shown);
		found = true;
	}
	return found || shown == len;
}

/* Every url of the file, and whether it stands there plainly. */
struct kept_url {
	const char *url;
	enum secret_source source;
};

static struct kept_url *all_urls(
    const struct conf *c, struct arena *arena, size_t *count)
{
	const struct matrix *m = c->matrix;
	size_t most = m->nchannels + 2 * m->nschedules;
	struct kept_url *urls = arena_alloc(arena, most * sizeof *urls);
	size_t n = 0;

	/* A service's own url is no secret. */
	for (size_t i = 0; i < m->nchannels; i++)
		if (c->origin->channels[i].url.source != SECRET_NONE)
			urls[n++] = (struct kept_url){ m->channels[i].url,
				c->origin->channels[i].url.source };
	for (size_t i = 0; i < m->nschedules; i++) {
		const struct schedule_origin *o = &c->origin->schedules[i];

		urls[n++] = (struct kept_url){ m->schedules[i].url,
			o->calendar.source };
		urls[n++] = (struct kept_url){ m->schedules[i].override_url,
			o->override.source };
	}
	*count = n;
	return urls;
}

static bool mask_urls(struct masking *k)
{
	for (size_t i = 0; i < k->nurls; i++)
		if (k->urls[i].source == SECRET_PLAIN &&
		    !mask_url(k, k->urls[i].url))
			return false;
	return true;
}

/* --- comments ------------------------------------------------------------- */

static void mask_urls_within(struct masking *k, const char *at, const char *end)
{
	while ((at = strstr(at, "://")) != NULL && at < end) {
		size_t len, shown;

		at += 3;
		len = strcspn(at, " \t\r\n\"'");
		shown = shown_of(at, len);
		write_over(k, at + shown, len - shown);
		at += len;
	}
}

static void mask_word_within(
    struct masking *k, const char *word, const char *at, const char *end)
{
	if (word == NULL || *word == '\0')
		return;
	while ((at = strstr(at, word)) != NULL && at < end) {
		write_over(k, at, strlen(word));
		at++;
	}
}

static void mask_comment(
    struct masking *k, const struct conf *c, const char *at, const char *end)
{
	const struct matrix *m = c->matrix;

	mask_urls_within(k, at, end);
	for (size_t i = 0; i < k->nurls; i++)
		if (k->urls[i].source != SECRET_PLAIN)
			mask_word_within(k, k->urls[i].url, at, end);
	for (size_t i = 0; i < m->nchannels; i++) {
		mask_word_within(k, m->channels[i].token, at, end);
		mask_word_within(k, m->channels[i].signing_secret, at, end);
		mask_word_within(k, m->channels[i].password, at, end);
		mask_word_within(k, m->channels[i].secret, at, end);
	}
	for (size_t i = 0; i < c->settings.ntokens; i++)
		mask_word_within(k, c->settings.tokens[i].secret, at, end);
}

/* A # at the start of a line or behind a blank.  One within a quoted text is
 * taken for a comment too: then that text loses what looks like a secret. */
static void mask_comments(struct masking *k, const struct conf *c)
{
	const char *at = k->text;

	while ((at = strchr(at, '#')) != NULL) {
		const char *end = at + strcspn(at, "\n");

		if (at == k->text || strchr(" \t\n", at[-1]) != NULL) {
			mask_comment(k, c, at, end);
			at = end;
		} else {
			at++;
		}
	}
}

char *conf_masked(const struct conf *c, struct arena *arena)
{
	struct masking k = { .text = c->text,
		.out = arena_strndup(arena, c->text, strlen(c->text)) };

	k.urls = all_urls(c, arena, &k.nurls);
	if (!mask_urls(&k))
		return NULL;
	mask_comments(&k, c);
	return k.out;
}
