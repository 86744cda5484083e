/* sender.c - batches of events, and what became of each item.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/sender.h"

#include "base/check.h"
#include "ctl/asking.h"
#include "ctl/pick.h"
#include "wire/json_gate.h"

#include <stdlib.h>
#include <string.h>

void sender_init(
    struct sender *s, struct live *live, const char *word, size_t most)
{
	memset(s, 0, sizeof *s);
	s->live = live;
	s->word = word;
	s->most = most;
	s->number = calloc(most, sizeof *s->number);
	CHECK(s->number != NULL);
	live_reply_init(&s->reply);
	textbuf_init(&s->batch);
}

void sender_fini(struct sender *s)
{
	live_reply_fini(&s->reply);
	textbuf_fini(&s->batch);
	free(s->number);
}

bool sender_full(const struct sender *s, size_t len)
{
	return s->count > 0 &&
	       (s->count == s->most || s->batch.len + len > SENDER_BYTES_MAX);
}

static void say_refused(
    const struct sender *s, size_t number, const char *about, const char *why)
{
	struct textbuf line;

	textbuf_init(&line);
	textbuf_addf(&line, "%s %zu%s: %s", s->word, number, about, why);
	say(EXIT_REFUSED, line.data);
	textbuf_fini(&line);
}

void sender_add(struct sender *s, const char *item, size_t len, size_t number)
{
	CHECK(!sender_full(s, len));
	if (len >= SENDER_BYTES_MAX) {
		say_refused(s, number, "", "far too large for an event");
		s->refused++;
		return;
	}
	s->number[s->count++] = number;
	/* A line end inside an item is white space between its parts. */
	for (size_t i = 0; i < len; i++)
		textbuf_addc(&s->batch,
		    item[i] == '\n' || item[i] == '\r' ? ' ' : item[i]);
	textbuf_addc(&s->batch, '\n');
}

static void take_refused(struct sender *s, const cJSON *result)
{
	int64_t index = pick_int(result, "index");
	bool known = index >= 0 && (uint64_t)index < s->count;
	struct textbuf about, why;

	s->refused++;
	textbuf_init(&about);
	textbuf_init(&why);
	if (pick_text(result, "id")[0] != '\0')
		textbuf_addf(&about, ", id %s", pick_text(result, "id"));
	if (pick_text(result, "ticket")[0] != '\0')
		textbuf_addf(
		    &about, ", ticket %s", pick_text(result, "ticket"));
	textbuf_addf(&why, "refused (%lld): %s",
	    (long long)pick_int(result, "code"), pick_text(result, "error"));
	say_refused(s, known ? s->number[index] : 0, about.data, why.data);
	textbuf_fini(&about);
	textbuf_fini(&why);
}

/* False if the answer is no list of results: then it is about the whole. */
static bool take_results(struct sender *s)
{
	struct errtext ignored;
	cJSON *tree =
	    json_gate_parse(s->reply.body.data, s->reply.body.len, &ignored);
	const cJSON *results = pick(tree, "results");
	bool is_list = cJSON_IsArray(results);
	const cJSON *result;

	cJSON_ArrayForEach(result, results)
	{
		const char *what = pick_text(result, "result");

		if (strcmp(what, "accepted") == 0)
			s->accepted++;
		else if (strcmp(what, "duplicate") == 0)
			s->duplicates++;
		else
			take_refused(s, result);
	}
	cJSON_Delete(tree);
	return is_list;
}

enum exit_code sender_flush(struct sender *s, struct errtext *err)
{
	enum exit_code code;

	if (s->count == 0)
		return EXIT_OK;
	code = live_request(
	    s->live, "POST", "/v1/events", &s->batch, &s->reply, err);
	if (code != EXIT_OK)
		return code;
	if (s->reply.status >= 500 || !take_results(s)) {
		code = live_judge(&s->reply, err);
		if (code != EXIT_OK)
			return code;
		errtext_set(err, "the answer names no results");
		return EXIT_FAILED;
	}
	s->requests++;
	s->count = 0;
	textbuf_clear(&s->batch);
	return EXIT_OK;
}

size_t sender_sent(const struct sender *s)
{
	return s->accepted + s->duplicates + s->refused;
}
