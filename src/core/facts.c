/* facts.c - see facts.h.
 *
 * SPDX-License-Identifier: MIT */
#include "core/facts.h"

#include "base/check.h"
#include "core/line_text.h"

#include <stdlib.h>
#include <string.h>

const struct facts facts_none = { .duty = &duty_none };

static const char *const names[FACT_COUNT] = {
	[FACT_CUSTOMER_TICKETS] = "customer_tickets",
	[FACT_SIMILAR_TICKETS] = "similar_tickets",
	[FACT_OPEN_TICKETS] = "open_tickets",
	[FACT_PICKED_AT] = "picked_at",
};

const char *fact_name(enum fact f)
{
	CHECK((unsigned)f < FACT_COUNT);
	return names[f];
}

int64_t facts_ask(const struct facts *f, const struct fact_question *q)
{
	return f->answer == NULL ? 0 : f->answer(f->user, q);
}

/* The text of the question up to its answer: "open_tickets,dana,,0,0=". */
static void add_question(struct textbuf *tb, const struct fact_question *q)
{
	textbuf_addf(tb, "%s,", fact_name(q->fact));
	line_add_name(tb, q->name);
	textbuf_addc(tb, ',');
	line_add_name(tb, q->role == NULL ? "" : q->role);
	textbuf_addf(
	    tb, ",%lld,%lld=", (long long)q->since.ms, (long long)q->until.ms);
}

/* The answer in such a text; false if it was not asked. */
static bool find(const char *text, const struct fact_question *q, int64_t *out)
{
	struct textbuf key;
	bool found = false;

	textbuf_init(&key);
	add_question(&key, q);
	for (const char *p = text; *p != '\0' && !found;) {
		const char *end = strchr(p, ';');

		found = strncmp(p, key.data, key.len) == 0;
		if (found)
			*out = strtoll(p + key.len, NULL, 10);
		p = end == NULL ? p + strlen(p) : end + 1;
	}
	textbuf_fini(&key);
	return found;
}

static int64_t ask_and_record(void *user, const struct fact_question *q)
{
	struct facts_log *log = user;
	int64_t answer = 0;

	if (find(log->text.data, q, &answer))
		return answer;
	answer = facts_ask(log->from, q);
	if (log->text.len > 0)
		textbuf_addc(&log->text, ';');
	add_question(&log->text, q);
	textbuf_addf(&log->text, "%lld", (long long)answer);
	return answer;
}

void facts_log_init(struct facts_log *log, const struct facts *from)
{
	log->from = from;
	log->asked = (struct facts){
		.duty = from->duty, .user = log, .answer = ask_and_record
	};
	textbuf_init(&log->text);
}

void facts_log_fini(struct facts_log *log)
{
	textbuf_fini(&log->text);
}

static int64_t answer_again(void *user, const struct fact_question *q)
{
	struct facts_replay *r = user;
	int64_t answer = 0;

	if (!find(r->text, q, &answer))
		r->unknown++;
	return answer;
}

void facts_replay_init(
    struct facts_replay *r, const char *text, const struct duty *duty)
{
	r->text = text;
	r->unknown = 0;
	r->asked =
	    (struct facts){ .duty = duty, .user = r, .answer = answer_again };
}
