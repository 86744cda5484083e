/* scenario_record.c - see scenario_record.h.
 *
 * What the daemon remembers is asked for page by page and kept; then it is
 * written in the order in which it was told.  A notice is expected at the
 * instant at which it was queued.  A delivery that failed fails again: its
 * channel is out of order around each attempt that mattered.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_record.h"

#include "ctl/asking.h"
#include "ctl/pick.h"
#include "wire/json_out.h"

#include <stdlib.h>
#include <string.h>

#define PAGE "1000" /* rows a request; the daemon's most */
/* Told within that is told at once: no daemon decides in no time at all. */
#define AT_ONCE_MS SECOND_MS

/* Something that was told. */
struct told {
	struct wall at;
	struct wall when; /* it was told */
	bool of_ours;	  /* no event: nobody told it */
	bool settled;	  /* what was due at that very instant went before */
	size_t order;
	const char *text; /* the step's lines behind its instant */
};

/* A notice's way out. */
struct sending {
	int64_t id;
	const char *channel;
	struct wall tried; /* for the first time */
	bool failed;	   /* once at least */
	struct wall over;  /* it went, or was given up; or WALL_NEVER */
	const char *end;   /* how: "ok", "never", "{ down: 1m }"; or NULL */
};

struct queued {
	struct wall at;
	struct wall when;
	const char *text;
};

struct recording {
	struct asking a;
	struct arena arena;
	struct told *told;
	size_t ntold;
	size_t cap_told;
	struct queued *queued;
	size_t nqueued;
	size_t cap_queued;
	struct sending *sendings;
	size_t nsendings;
	size_t cap_sendings;
	struct wall now;
	struct wall latest; /* of what is no event, so far */

	bool late; /* something was decided long after it was due */
};

/* --- what the daemon knows ------------------------------------------------ */

static const char *kept(struct recording *r, struct textbuf *tb)
{
	const char *text = arena_strndup(&r->arena, tb->data, tb->len);

	textbuf_fini(tb);
	return text;
}

static void add_told(
    struct recording *r, struct wall at, struct wall when, const char *text)
{
	struct told *t =
	    arena_push(&r->arena, &r->told, &r->ntold, &r->cap_told, sizeof *t);

	if (wall_minus(when, at) <= AT_ONCE_MS && !wall_before(at, r->latest))
		when = at;
	*t = (struct told){ .at = at,
		.when = when,
		.settled = !wall_before(r->latest, when),
		.order = r->ntold,
		.text = text };
}

/* The event as it came, but for its instant, on one line: JSON is YAML. */
static void take_event(struct recording *r, const cJSON *row)
{
	cJSON *body = cJSON_Duplicate(pick(row, "body"), true);
	struct textbuf tb;
	char *json;

	cJSON_DeleteItemFromObject(body, "at");
	json = cJSON_PrintUnformatted(body);
	cJSON_Delete(body);
	if (json == NULL)
		return;
	textbuf_init(&tb);
	textbuf_addf(&tb, "    event: %s\n", json);
	cJSON_free(json);
	add_told(
	    r, pick_wall(row, "at"), pick_wall(row, "recorded"), kept(r, &tb));
}

/* A text of the daemon's in double quotes. */
static void add_quoted(struct textbuf *tb, const char *name, const char *text)
{
	struct json_out j;

	if (text[0] == '\0')
		return;
	textbuf_addf(tb, ", %s: ", name);
	json_out_init(&j, tb);
	json_text(&j, NULL, text);
}

static void add_at(struct textbuf *tb, const char *name, struct wall at)
{
	char text[WALL_TEXT_MAX];

	wall_format(at, text);
	textbuf_addf(tb, ", %s: %s", name, text);
}

static void take_notice(struct recording *r, const cJSON *row)
{
	const char *who = pick_text(row, "who");
	struct queued *q;
	struct textbuf tb;

	if (strcmp(pick_text(row, "reason"), "matrix") == 0)
		return;
	textbuf_init(&tb);
	textbuf_addf(&tb, "      - { notice: %s", pick_text(row, "reason"));
	add_quoted(&tb, "clock", pick_text(row, "clock"));
	add_quoted(&tb, "chain", pick_text(row, "chain"));
	if (pick_int(row, "step") > 0)
		textbuf_addf(
		    &tb, ", step: %lld", (long long)pick_int(row, "step"));
	add_quoted(&tb, "to", who);
	add_quoted(&tb, "via", pick_text(row, "channel"));
	add_at(&tb, "at", pick_wall(row, "at"));
	textbuf_add(&tb, ", state: queued }\n");
	q = arena_push(
	    &r->arena, &r->queued, &r->nqueued, &r->cap_queued, sizeof *q);
	*q = (struct queued){ pick_wall(row, "at"), pick_wall(row, "recorded"),
		kept(r, &tb) };
}

static struct sending *sending_of(struct recording *r, int64_t id)
{
	for (size_t i = r->nsendings; i-- > 0;)
		if (r->sendings[i].id == id)
			return &r->sendings[i];
	return NULL;
}

/* How a row says that a notice ended; NULL: it did not. */
static const char *end_of(const char *kind)
{
	if (strcmp(kind, "notice_sent") == 0)
		return "ok";
	if (strcmp(kind, "notice_dead") == 0)
		return "never";
	if (strcmp(kind, "notice_diverted") == 0)
		return "{ down: 1m }";
	return NULL;
}

/* What became of a notice: whether it failed, and how it ended. */
static void take_sending(
    struct recording *r, const char *kind, const cJSON *row)
{
	struct sending *s = sending_of(r, pick_int(row, "notice"));
	const char *end = end_of(kind);

	if (strcmp(kind, "notice_queued") == 0 && s == NULL) {
		s = arena_push(&r->arena, &r->sendings, &r->nsendings,
		    &r->cap_sendings, sizeof *s);
		*s = (struct sending){ .id = pick_int(row, "notice"),
			.channel =
			    arena_strdup(&r->arena, pick_text(row, "channel")),
			.tried = pick_wall(row, "at"),
			.over = WALL_NEVER };
	}
	if (s == NULL)
		return;
	if (strcmp(kind, "notice_held") == 0)
		s->tried = pick_wall(row, "due");
	if (strcmp(kind, "notice_retry") == 0 ||
	    (end != NULL && strcmp(end, "ok") != 0))
		s->failed = true;
	if (end != NULL && s->end == NULL) {
		s->end = end;
		s->over = pick_wall(row, "at");
	}
}

static void take_row(struct recording *r, const cJSON *row)
{
	const char *kind = pick_text(row, "kind");

	r->late = r->late || pick_int(row, "late_s") > 60;
	if (strcmp(kind, "event") == 0 && pick_text(row, "event")[0] != '\0')
		take_event(r, row);
	else if (strcmp(kind, "notice_queued") == 0)
		take_notice(r, row);
	if (strncmp(kind, "notice_", 7) == 0)
		take_sending(r, kind, row);
	if (strcmp(kind, "event") != 0)
		r->latest = wall_max(r->latest, pick_wall(row, "at"));
}

static void add_deliver(struct recording *r, const char *channel,
    struct wall at, int64_t offset_ms, const char *answer)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_addf(&tb, "    deliver: { %s: %s }\n", channel, answer);
	at = wall_plus(at, offset_ms);
	add_told(r, at, at, kept(r, &tb));
	r->told[r->ntold - 1].of_ours = true;
	r->told[r->ntold - 1].settled = false;
}

/* Out of order around the first attempt, and around the one that ended it. */
static void add_failure(struct recording *r, const struct sending *s)
{
	bool lost = s->end != NULL && strcmp(s->end, "ok") != 0;
	int64_t took = s->end == NULL ? wall_minus(r->now, s->tried) + DAY_MS
				      : wall_minus(s->over, s->tried);
	char span[SPAN_TEXT_MAX], again[SPAN_TEXT_MAX + 16];
	struct textbuf tb;

	if (took > 2) {
		textbuf_init_fixed(&tb, again, sizeof again);
		span_exact(took, span);
		textbuf_addf(&tb, "{ again: %s }", span);
		add_deliver(r, s->channel, s->tried, -1, again);
		add_deliver(r, s->channel, s->tried, 1, "ok");
	}
	if (lost) {
		add_deliver(r, s->channel, s->over, -1, s->end);
		add_deliver(r, s->channel, s->over, 1, "ok");
	}
}

static int ask_timeline(struct recording *r, const char *key)
{
	int64_t last = 0;

	do {
		struct textbuf rest;
		const cJSON *row;
		int code;

		textbuf_init(&rest);
		textbuf_addf(&rest, "/timeline?limit=" PAGE "&after=%lld",
		    (long long)last);
		code = asking_ticket(&r->a, "GET", key, rest.data, NULL);
		textbuf_fini(&rest);
		if (code != EXIT_OK)
			return code;
		cJSON_ArrayForEach(row, pick(r->a.tree, "timeline"))
		    take_row(r, row);
		last = pick_int(r->a.tree, "next");
	} while (last > 0);
	return EXIT_OK;
}

static void take_duty(struct recording *r, const cJSON *row)
{
	const char *kind = pick_text(row, "kind");
	struct wall said = pick_wall(row, "at");
	struct textbuf tb;

	if (wall_is_never(said) || wall_before(r->now, said) ||
	    strcmp(kind, "drop") == 0)
		return;
	textbuf_init(&tb);
	textbuf_addf(
	    &tb, "    %s: { person: \"%s\"", kind, pick_text(row, "person"));
	add_quoted(&tb, "oncall", pick_text(row, "schedule"));
	add_quoted(&tb, "cover", pick_text(row, "cover"));
	add_quoted(&tb, "instead_of", pick_text(row, "instead_of"));
	add_at(&tb, "from", pick_wall(row, "from"));
	add_at(&tb, "until", pick_wall(row, "until"));
	textbuf_add(&tb, " }\n");
	add_told(r, said, said, kept(r, &tb));
}

static int ask_duty(struct recording *r)
{
	const cJSON *row;
	int code = asking_get(&r->a, "/v1/duty");

	if (code != EXIT_OK)
		return code;
	cJSON_ArrayForEach(row, pick(r->a.tree, "changes")) take_duty(r, row);
	return EXIT_OK;
}

/* --- what is written ------------------------------------------------------ */

/* In the order in which it was told; what was told first stands first. */
static int by_when(const void *a, const void *b)
{
	const struct told *x = a;
	const struct told *y = b;

	if (x->when.ms != y->when.ms)
		return x->when.ms < y->when.ms ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static void add_notes(struct recording *r)
{
	if (r->late)
		textbuf_add(&r->a.out,
		    "# Something was decided more than a minute late then; "
		    "here it is in time.\n");
}

static void add_head(struct recording *r, const char *key, const char *file,
    const char *revision)
{
	const char *config = r->a.in->value[OPT_CONFIG];
	struct textbuf *out = &r->a.out;
	struct textbuf title;
	struct json_out j;

	/* A key may hold what ends a quoted text, or a comment's line. */
	textbuf_init(&title);
	textbuf_addf(&title, "What happened to %s", key);
	textbuf_add(out, "# Recorded by slawatchctl test --record.\n");
	add_notes(r);
	textbuf_add(out, "scenario: ");
	json_out_init(&j, out);
	json_text(&j, NULL, title.data);
	textbuf_fini(&title);
	textbuf_add(out, "\nmatrix: ");
	json_out_init(&j, out);
	json_text(&j, NULL, config != NULL ? config : file);
	if (config == NULL)
		textbuf_addf(out,
		    "   # the daemon's, at revision %s; beside this file",
		    revision);
	textbuf_add(out, "\nsteps:\n");
}

/* The notices that came before what was told next. */
static void add_queued(struct recording *r, struct wall until, size_t *next)
{
	bool begun = false;

	while (
	    *next < r->nqueued && wall_before(r->queued[*next].when, until)) {
		if (!begun)
			textbuf_add(&r->a.out, "    expect:\n");
		begun = true;
		textbuf_add(&r->a.out, r->queued[*next].text);
		++*next;
	}
}

static void add_steps(struct recording *r)
{
	struct textbuf *out = &r->a.out;
	struct wall before = wall_at(0);
	size_t next = 0;

	for (size_t i = 0; i < r->ntold; i++) {
		const struct told *t = &r->told[i];
		struct wall when = wall_max(t->when, before);
		bool late = !t->of_ours && wall_before(t->at, when);
		char at[WALL_TEXT_MAX];

		wall_format(when, at);
		if (t->settled)
			textbuf_addf(out, "  - until: %s\n", at);
		wall_format(t->of_ours ? when : t->at, at);
		textbuf_addf(out, "  - at: %s\n", at);
		wall_format(when, at);
		if (late)
			textbuf_addf(out, "    told: %s\n", at);
		textbuf_add(out, t->text);
		before = when;
		add_queued(r,
		    i + 1 < r->ntold ? r->told[i + 1].when : WALL_NEVER, &next);
	}
}

static void add_clock(struct textbuf *out, const cJSON *clock)
{
	struct wall due = pick_wall(clock, "due");

	textbuf_addf(out, "      - { clock: %s, cycle: %lld, state: %s",
	    pick_text(clock, "clock"), (long long)pick_int(clock, "cycle"),
	    pick_text(clock, "state"));
	if (!wall_is_never(due)) /* it is told of clocks that tick */
		add_at(out, "due", due);
	textbuf_add(out, " }\n");
}

static void add_end(struct recording *r, const cJSON *tree)
{
	const cJSON *clock;
	struct textbuf *out = &r->a.out;
	char now[WALL_TEXT_MAX];
	bool begun = false;

	wall_format(r->now, now);
	textbuf_addf(out, "  - until: %s\n", now);
	cJSON_ArrayForEach(clock, pick(tree, "clocks"))
	{
		if (!begun)
			textbuf_add(out, "    expect_clock:\n");
		begun = true;
		add_clock(out, clock);
	}
	textbuf_addf(
	    out, "    expect_ticket: { status: %s", pick_text(tree, "status"));
	add_quoted(out, "severity", pick_text(tree, "severity"));
	add_quoted(out, "team", pick_text(tree, "team"));
	add_quoted(out, "assignee", pick_text(tree, "assignee"));
	textbuf_add(out, " }\n");
}

static int record(struct recording *r, const char *key)
{
	const char *file, *revision;
	int code = asking_now(&r->a, &r->now);

	if (code != EXIT_OK)
		return code;
	file = arena_strdup(
	    &r->arena, pick_text(pick(r->a.tree, "matrix"), "file"));
	revision = arena_strdup(
	    &r->arena, pick_text(pick(r->a.tree, "matrix"), "revision"));
	code = ask_timeline(r, key);
	if (code == EXIT_OK)
		code = ask_duty(r);
	if (code == EXIT_OK)
		code = asking_ticket(&r->a, "GET", key, "", NULL);
	if (code != EXIT_OK)
		return code;
	for (size_t i = 0; i < r->nsendings; i++)
		if (r->sendings[i].failed)
			add_failure(r, &r->sendings[i]);
	if (r->ntold > 1)
		qsort(r->told, r->ntold, sizeof *r->told, by_when);
	add_head(r, key, file, revision);
	add_steps(r);
	add_end(r, r->a.tree);
	return EXIT_OK;
}

int scenario_record(const struct invocation *in)
{
	struct recording r = { .arena = ARENA_INIT };
	int code = asking_begin(&r.a, in);

	if (code == EXIT_OK)
		code = record(&r, in->value[OPT_RECORD]);
	asking_end(&r.a);
	arena_fini(&r.arena);
	return code;
}
