/* run.c - plays a scenario on the virtual clock and compares what happened.
 *
 *	run FILE.scn...
 *
 * A scenario is a text file; the script and what it must lead to stand side by
 * side:
 *
 *	matrix NAME               matrix/NAME.yaml beside the scenario
 *	at INSTANT {EVENT}        an event; `id` and `at` are filled in
 *	told INSTANT AT {EVENT}   the same, told at INSTANT, happened at AT
 *	deliver CHANNEL ok|never|again SPAN|down SPAN    what becomes of notices
 *	                          there; down: not tried, tried again after it
 *	retry|drop INSTANT NUMBER BY    the NUMBERth notice that was queued is
 *	                          sent all the same, or not at all
 *	revise NAME               another matrix from now on
 *	away INSTANT PERSON UNTIL [COVER]      from then on; UNTIL may be never
 *	back INSTANT PERSON
 *	override INSTANT SCHEDULE PERSON FROM UNTIL [INSTEAD_OF]
 *	add|remove INSTANT SCHEDULE PERSON FROM UNTIL    on call too, or not
 *	until INSTANT             time passes, what is due fires
 *	until quiet               ... until nothing is due any more
 *	> INSTANT TICKET CHANGE ...   what must have happened next
 *	expect-not WORDS          no line of the whole run holds these words
 *	open-end                  something may still be due at the end
 *	# comment
 *
 * Every change is either expected, in order, or the scenario fails, and it
 * fails if something is still due at the end: nothing goes unchecked.  Events
 * themselves, successful deliveries and what was said of people's presence are
 * not listed, but for what is refused of it.  A change reads
 *	INSTANT TICKET KIND [REASON] [CLOCK/CYCLE] [CHAIN/RUN] [step N]
 *	    [to|by WHO] [via CHANNEL] [due INSTANT] [late N s] [(DETAIL)]
 *
 * With SLAWATCH_RECORD set the actual transcript is printed in the same format,
 * to be read, judged, and only then committed.
 *
 * SPDX-License-Identifier: MIT */
#include "base/errtext.h"
#include "conf/load.h"
#include "core/simulation.h"
#include "wire/event_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHANNELS_MAX  16
#define REVISIONS_MAX 8

struct answer {
	char channel[64];
	enum delivery delivery;
	int64_t again_ms;
};

struct play {
	const char *path;
	int line;     /* of the script */
	int expected; /* lines that were compared */
	int failures;
	bool open_end;
	bool record;
	struct textbuf actual; /* lines not yet compared, NUL-separated */
	size_t read;	       /* offset of the next one in it */
	struct textbuf all;    /* the whole transcript */
	struct textbuf never;  /* expect-not words, NUL-separated */
	struct answer answers[CHANNELS_MAX];
	size_t nanswers;
	struct conf confs[REVISIONS_MAX];
	size_t nconfs;
	struct simulation *sim;
	struct arena arena;
	int events;
};

static void fail(struct play *p, const char *what, const char *detail)
{
	fprintf(stderr, "%s:%d: %s%s%s\n", p->path, p->line, what,
	    *detail == '\0' ? "" : ": ", detail);
	p->failures++;
}

/* What stands between a change and who it names. */
static const char *joined(enum change_kind kind)
{
	switch ((int)kind) {
	case CHANGE_SEVERITY:
	case CHANGE_SEVERITY_CONFIRMED:
	case CHANGE_RULE_FIRED:
	case CHANGE_TEAM:
	case CHANGE_TAGGED:
	case CHANGE_HUMAN_REQUIRED:
		return "by ";
	case CHANGE_PERSON_SKIPPED:
		return "";
	default:
		return "to ";
	}
}

static void add_change(
    struct textbuf *tb, const struct ticket *t, const struct change *c)
{
	char at[WALL_TEXT_MAX];

	wall_format(c->at, at);
	textbuf_addf(tb, "%s %s %s", at, t->key, change_kind_name(c->kind));
	if (c->notice >= 0)
		textbuf_addf(tb, " %s", notice_reason_name(c->reason));
	if (*c->clock != '\0')
		textbuf_addf(tb, " %s/%d", c->clock, c->cycle);
	if (*c->chain != '\0')
		textbuf_addf(tb, " %s/%d", c->chain, c->run);
	if (c->step >= 0)
		textbuf_addf(tb, " step %d", c->step + 1);
	if (*c->who != '\0')
		textbuf_addf(tb, " %s%s", joined(c->kind), c->who);
	if (*c->channel != '\0')
		textbuf_addf(tb, " via %s", c->channel);
	if (!wall_is_never(c->due) && c->notice < 0) {
		wall_format(c->due, at);
		textbuf_addf(tb, " due %s", at);
	}
	if (c->late_ms > 0)
		textbuf_addf(tb, " late %llds", (long long)c->late_ms / 1000);
	if (*c->detail != '\0')
		textbuf_addf(tb, " (%s)", c->detail);
}

static void happened(struct play *p, const char *line)
{
	textbuf_addn(&p->actual, line, strlen(line) + 1);
	textbuf_addf(&p->all, "%s\n", line);
	if (p->record)
		printf("> %s\n", line);
}

static void decided(void *user, const struct ticket *t, const struct event *ev,
    struct wall now, const struct decision *d)
{
	struct play *p = user;
	struct textbuf line;
	const char *why;
	char at[WALL_TEXT_MAX];

	textbuf_init(&line);
	if (!ticket_sound(t, &why))
		fail(p, "the ticket is not sound", why);
	for (size_t i = 0; i < d->nchanges; i++) {
		if (d->changes[i].kind == CHANGE_EVENT ||
		    d->changes[i].kind == CHANGE_NOTICE_SENT)
			continue;
		textbuf_clear(&line);
		add_change(&line, t, &d->changes[i]);
		happened(p, line.data);
	}
	if (d->verdict != VERDICT_ACCEPTED) {
		wall_format(now, at);
		textbuf_clear(&line);
		textbuf_addf(&line, "%s %s refused %s (%s)", at, t->key,
		    event_type_name(ev->type), d->why.text);
		happened(p, line.data);
	}
	textbuf_fini(&line);
}

static enum delivery deliver(void *user, const struct ticket *t,
    const struct notice *n, struct wall now, struct wall *again_at)
{
	struct play *p = user;

	(void)t;
	for (size_t i = 0; i < p->nanswers; i++) {
		const struct answer *a = &p->answers[i];

		if (strcmp(a->channel, n->channel) != 0)
			continue;
		*again_at = wall_plus(now, a->again_ms);
		return a->delivery;
	}
	return DELIVERY_OK;
}

static const struct matrix *load_matrix(struct play *p, const char *name)
{
	struct conf_options o = { .no_secrets = true };
	struct textbuf path, messages;
	const char *slash = strrchr(p->path, '/');
	const struct matrix *m = NULL;

	textbuf_init(&path);
	textbuf_init(&messages);
	textbuf_addf(&path, "%.*smatrix/%s.yaml",
	    slash == NULL ? 0 : (int)(slash - p->path + 1), p->path, name);
	if (p->nconfs == REVISIONS_MAX)
		fail(p, "too many matrices", name);
	else if (!conf_load(path.data, &o, &p->confs[p->nconfs], &messages))
		fail(p, "the matrix is refused", messages.data);
	else {
		if (p->nconfs > 0)
			p->confs[p->nconfs].matrix->previous =
			    p->confs[p->nconfs - 1].matrix;
		m = p->confs[p->nconfs++].matrix;
	}
	textbuf_fini(&path);
	textbuf_fini(&messages);
	return m;
}

static void cmd_matrix(struct play *p, char *rest)
{
	struct simulation_hooks hooks = {
		.user = p, .decided = decided, .deliver = deliver
	};
	const struct matrix *m = load_matrix(p, rest);

	if (m != NULL && p->sim == NULL)
		p->sim = simulation_new(m, &hooks);
	else
		fail(p, "no second matrix; use revise", rest);
}

static void cmd_revise(struct play *p, char *rest)
{
	const struct matrix *m = load_matrix(p, rest);

	if (m != NULL)
		simulation_revise(p->sim, m);
}

static bool take_instant(struct play *p, char **rest, struct wall *out)
{
	size_t len = strcspn(*rest, " ");

	if (!wall_parse(*rest, len, out)) {
		fail(p, "not an instant", *rest);
		return false;
	}
	*rest += len + ((*rest)[len] == ' ');
	return true;
}

/* The script's object with an id and an instant put in front. */
static void play_event(struct play *p, struct wall at, const char *json)
{
	struct textbuf full;
	struct errtext err;
	struct event ev;
	char text[WALL_TEXT_MAX];

	textbuf_init(&full);
	wall_format(at, text);
	if (strstr(json, "\"id\"") == NULL)
		textbuf_addf(&full, "{\"id\":\"e%d\",\"at\":\"%s\",%s",
		    ++p->events, text, json + 1);
	else
		textbuf_addf(&full, "{\"at\":\"%s\",%s", text, json + 1);
	if (!event_from_json(full.data, full.len, &p->arena, &ev, &err))
		fail(p, "not an event", err.text);
	else if (!simulation_event(p->sim, &ev))
		happened(p, "duplicate");
	textbuf_fini(&full);
}

static void cmd_at(struct play *p, char *rest)
{
	struct wall at;

	if (take_instant(p, &rest, &at))
		play_event(p, at, rest);
}

static void cmd_told(struct play *p, char *rest)
{
	struct wall now, at;

	if (!take_instant(p, &rest, &now) || !take_instant(p, &rest, &at))
		return;
	simulation_advance(p->sim, now);
	play_event(p, at, rest);
}

static void cmd_until(struct play *p, char *rest)
{
	struct wall at;

	if (strcmp(rest, "quiet") == 0) {
		while (!wall_is_never(simulation_next(p->sim))) {
			simulation_advance(p->sim, simulation_next(p->sim));
			simulation_settle(p->sim);
		}
		return;
	}
	if (!take_instant(p, &rest, &at))
		return;
	simulation_advance(p->sim, at);
	simulation_settle(p->sim);
}

/* "never", or an instant. */
static bool take_end(struct play *p, char **rest, struct wall *out)
{
	size_t len = strcspn(*rest, " ");

	if (len != 5 || memcmp(*rest, "never", len) != 0)
		return take_instant(p, rest, out);
	*out = WALL_NEVER;
	*rest += len + ((*rest)[len] == ' ');
	return true;
}

/* The next word, cut off; "" if there is none. */
static const char *take_word(char **rest)
{
	char *word = *rest;
	size_t len = strcspn(word, " ");

	*rest += len + (word[len] == ' ');
	word[len] = '\0';
	return word;
}

static void say_duty(
    struct play *p, struct wall now, const struct duty_change *c)
{
	struct textbuf line;
	struct errtext err;
	char at[WALL_TEXT_MAX];

	simulation_advance(p->sim, now);
	if (simulation_duty(p->sim, c, &err))
		return;
	textbuf_init(&line);
	wall_format(now, at);
	textbuf_addf(
	    &line, "%s refused %s (%s)", at, duty_kind_name(c->kind), err.text);
	happened(p, line.data);
	textbuf_fini(&line);
}

static struct duty_change duty_said(enum duty_kind kind)
{
	return (struct duty_change){ .kind = kind,
		.person = "",
		.other = "",
		.schedule = "",
		.until = WALL_NEVER,
		.by = "",
		.why = "" };
}

static void cmd_away(struct play *p, char *rest)
{
	struct duty_change c = duty_said(DUTY_AWAY);

	if (!take_instant(p, &rest, &c.from))
		return;
	c.person = take_word(&rest);
	if (!take_end(p, &rest, &c.until))
		return;
	c.other = take_word(&rest);
	say_duty(p, c.from, &c);
}

static void cmd_back(struct play *p, char *rest)
{
	struct duty_change c = duty_said(DUTY_BACK);

	if (!take_instant(p, &rest, &c.from))
		return;
	c.person = take_word(&rest);
	say_duty(p, c.from, &c);
}

static void on_call(struct play *p, char *rest, enum duty_kind kind)
{
	struct duty_change c = duty_said(kind);
	struct wall now;

	if (!take_instant(p, &rest, &now))
		return;
	c.schedule = take_word(&rest);
	c.person = take_word(&rest);
	if (!take_instant(p, &rest, &c.from) || !take_end(p, &rest, &c.until))
		return;
	c.other = take_word(&rest);
	say_duty(p, now, &c);
}

static void cmd_override(struct play *p, char *rest)
{
	on_call(p, rest, DUTY_OVERRIDE);
}

static void cmd_add(struct play *p, char *rest)
{
	on_call(p, rest, DUTY_ADD);
}

static void cmd_remove(struct play *p, char *rest)
{
	on_call(p, rest, DUTY_REMOVE);
}

static void by_hand(struct play *p, char *rest, enum event_type type)
{
	struct event ev = { .type = type,
		.due = WALL_NEVER,
		.until = WALL_NEVER,
		.again_at = WALL_NEVER };

	if (!take_instant(p, &rest, &ev.at))
		return;
	ev.notice_id = atoll(take_word(&rest));
	ev.by = rest;
	simulation_hand(p->sim, &ev);
}

static void cmd_retry(struct play *p, char *rest)
{
	by_hand(p, rest, EVENT_NOTICE_RETRY);
}

static void cmd_drop(struct play *p, char *rest)
{
	by_hand(p, rest, EVENT_NOTICE_DROP);
}

static void cmd_deliver(struct play *p, char *rest)
{
	struct answer a = { .delivery = DELIVERY_OK };
	char word[16], span[32];
	int n = sscanf(rest, "%63s %15s %31s", a.channel, word, span);
	size_t i = 0;

	if (n >= 2 && strcmp(word, "never") == 0)
		a.delivery = DELIVERY_NEVER;
	else if (n == 3 && strcmp(word, "again") == 0 &&
		 span_parse(span, strlen(span), &a.again_ms))
		a.delivery = DELIVERY_AGAIN;
	else if (n == 3 && strcmp(word, "down") == 0 &&
		 span_parse(span, strlen(span), &a.again_ms))
		a.delivery = DELIVERY_DOWN;
	else if (n != 2 || strcmp(word, "ok") != 0)
		fail(p, "deliver CHANNEL ok|never|again SPAN|down SPAN", rest);
	while (i < p->nanswers && strcmp(p->answers[i].channel, a.channel) != 0)
		i++;
	if (i == CHANNELS_MAX) {
		fail(p, "too many channels", rest);
		return;
	}
	p->answers[i] = a;
	p->nanswers += i == p->nanswers;
}

static void cmd_expect(struct play *p, char *rest)
{
	const char *line = p->actual.data + p->read;

	if (p->read >= p->actual.len) {
		fail(p, "this did not happen", rest);
		return;
	}
	p->read += strlen(line) + 1;
	p->expected++;
	if (strcmp(line, rest) != 0) {
		fail(p, "expected", rest);
		fail(p, "happened", line);
	}
}

static void cmd_expect_not(struct play *p, char *rest)
{
	textbuf_addn(&p->never, rest, strlen(rest) + 1);
}

static void cmd_open_end(struct play *p, char *rest)
{
	(void)rest;
	p->open_end = true;
}

static const struct {
	const char *word;
	void (*run)(struct play *p, char *rest);
	bool needs_matrix;
} commands[] = {
	{ "matrix", cmd_matrix, false },
	{ "at", cmd_at, true },
	{ "told", cmd_told, true },
	{ "until", cmd_until, true },
	{ "deliver", cmd_deliver, true },
	{ "retry", cmd_retry, true },
	{ "drop", cmd_drop, true },
	{ "revise", cmd_revise, true },
	{ "away", cmd_away, true },
	{ "back", cmd_back, true },
	{ "override", cmd_override, true },
	{ "add", cmd_add, true },
	{ "remove", cmd_remove, true },
	{ ">", cmd_expect, true },
	{ "expect-not", cmd_expect_not, true },
	{ "open-end", cmd_open_end, true },
};

/* Before time goes on, all that has happened must have been named. */
static void nothing_left(struct play *p)
{
	while (p->read < p->actual.len) {
		const char *line = p->actual.data + p->read;

		p->read += strlen(line) + 1;
		if (!p->record)
			fail(p, "happened, and was not expected", line);
	}
}

static void play_line(struct play *p, char *line)
{
	size_t len;

	line[strcspn(line, "\n")] = '\0';
	if (p->record && *line != '>')
		printf("%s\n", line);
	if (*line == '\0' || *line == '#')
		return;
	len = strcspn(line, " ");
	if (*line == '>' && p->record)
		return;
	if (*line != '>')
		nothing_left(p);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (strlen(commands[i].word) != len ||
		    memcmp(commands[i].word, line, len) != 0)
			continue;
		if (commands[i].needs_matrix && p->sim == NULL)
			fail(p, "no matrix yet", line);
		else
			commands[i].run(p, line + len + (line[len] == ' '));
		return;
	}
	fail(p, "unknown command", line);
}

static void check_end(struct play *p)
{
	nothing_left(p);
	for (size_t i = 0; i < p->never.len; i += strlen(p->never.data + i) + 1)
		if (strstr(p->all.data, p->never.data + i) != NULL)
			fail(p, "must not happen", p->never.data + i);
	if (p->sim == NULL)
		fail(p, "there is no matrix in it", "");
	else if (!p->open_end && !wall_is_never(simulation_next(p->sim)))
		fail(p, "something is still due at the end", "");
	if (p->expected == 0 && !p->record)
		fail(p, "nothing is expected in it", "");
}

static int play_file(const char *path, int *lines)
{
	struct play p = { .path = path, .arena = ARENA_INIT };
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;

	if (f == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return 1;
	}
	p.record = getenv("SLAWATCH_RECORD") != NULL;
	textbuf_init(&p.actual);
	textbuf_init(&p.all);
	textbuf_init(&p.never);
	while (getline(&line, &cap, f) != -1) {
		p.line++;
		play_line(&p, line);
	}
	check_end(&p);
	free(line);
	fclose(f);
	if (p.sim != NULL)
		simulation_free(p.sim);
	for (size_t i = 0; i < p.nconfs; i++)
		conf_free(&p.confs[i]);
	textbuf_fini(&p.actual);
	textbuf_fini(&p.all);
	textbuf_fini(&p.never);
	arena_fini(&p.arena);
	*lines += p.expected;
	return p.failures;
}

int main(int argc, char **argv)
{
	int failed = 0;
	int lines = 0;

	for (int i = 1; i < argc; i++) {
		int failures = play_file(argv[i], &lines);

		failed += failures > 0;
	}
	if (getenv("SLAWATCH_RECORD") == NULL)
		printf("scenarios: %d, expected lines: %d, failed: %d\n",
		    argc - 1, lines, failed);
	return failed > 0 || argc < 2 ? 1 : 0;
}
