/* simulate.c - `slawatchctl simulate`: what would have happened?
 *
 * Events go through the same core as in production, on a virtual clock that
 * starts at the first event's instant.  The order of the file is the order of
 * arrival: an event whose `at` has passed by then is told late.
 *
 * Nothing here depends on the locale, the machine's clock or, but for people,
 * its zone: the same files give the same bytes.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "base/check.h"
#include "ctl/asking.h"
#include "ctl/input.h"
#include "ctl/matrix_arg.h"
#include "ctl/simulate_rows.h"
#include "wire/event_json.h"
#include "wire/json_gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct simulate {
	const struct matrix *matrix;
	struct simulation *sim;
	struct simulate_rows rows;
	struct textbuf *texts; /* of the files, whole */
	int ntexts;
	char **paths;
	int file;	    /* the one in hand */
	const char *looked; /* how far its lines were counted */
	size_t line;	    /* and the number of the one there */
	struct arena arena; /* of the event in hand */
	struct wall start;  /* the first event's; WALL_NEVER before it */
	struct wall until;  /* WALL_NEVER: the last event's */
	bool over;	    /* an event after that has come */
	size_t events;	    /* all of them, good and bad */
	size_t duplicates;
	size_t beyond; /* came after `until` */
};

static int read_files(struct simulate *s)
{
	int code = EXIT_OK;

	for (int i = 0; code == EXIT_OK && i < s->ntexts; i++)
		code = input_slurp(s->paths[i], &s->texts[i]);
	return code;
}

/* Every file's items in order; false if a file's frame is broken. */
static bool each_item(struct simulate *s,
    void (*take)(void *user, size_t index, const char *item, size_t len),
    struct errtext *err)
{
	for (s->file = 0; s->file < s->ntexts; s->file++) {
		const struct textbuf *text = &s->texts[s->file];

		s->looked = text->data;
		s->line = 1;
		if (!json_items(text->data, text->len, take, s, err)) {
			errtext_wrap(err, "%s", s->paths[s->file]);
			return false;
		}
	}
	return true;
}

/* Looks for the first event that can be read. */
static void find_start(void *user, size_t index, const char *item, size_t len)
{
	struct simulate *s = user;
	struct errtext ignored;
	struct event ev;

	(void)index;
	if (!wall_is_never(s->start))
		return;
	arena_reset(&s->arena);
	if (event_from_json(item, len, &s->arena, &ev, &ignored))
		s->start = ev.at;
}

static size_t line_of(struct simulate *s, const char *item)
{
	const char *at = s->looked;

	while ((at = memchr(at, '\n', (size_t)(item - at))) != NULL) {
		s->line++;
		at++;
	}
	s->looked = item;
	return s->line;
}

/* Its id, if that much can be read; in the arena. */
static const char *id_of(struct simulate *s, const char *item, size_t len)
{
	struct errtext ignored;
	cJSON *tree = len <= EVENT_BYTES_MAX
			  ? json_gate_parse(item, len, &ignored)
			  : NULL;
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(tree, "id");
	const char *copy = NULL;

	if (cJSON_IsString(id) && id->valuestring[0] != '\0' &&
	    strlen(id->valuestring) <= EVENT_ID_MAX)
		copy = arena_strdup(&s->arena, id->valuestring);
	cJSON_Delete(tree);
	return copy;
}

static void refuse(
    struct simulate *s, const char *item, size_t len, struct errtext *err)
{
	const char *id = id_of(s, item, len);

	if (id == NULL && s->ntexts > 1)
		errtext_wrap(err, "%s", s->paths[s->file]);
	simulate_rows_refused(
	    &s->rows, id, line_of(s, item), err->text, simulation_now(s->sim));
}

static void take(void *user, size_t index, const char *item, size_t len)
{
	struct simulate *s = user;
	struct errtext err;
	struct event ev;

	(void)index;
	s->events++;
	if (s->over) {
		s->beyond++;
		return;
	}
	arena_reset(&s->arena);
	if (!event_from_json(item, len, &s->arena, &ev, &err)) {
		refuse(s, item, len, &err);
	} else if (wall_before(s->until, ev.at)) {
		s->over = true;
		s->beyond++;
	} else if (!simulation_event(s->sim, &ev)) {
		s->duplicates++;
	}
}

static void summarize(struct simulate *s)
{
	const size_t *n = s->rows.count;
	struct textbuf *out = &s->rows.out;

	textbuf_addf(out,
	    "\n%zu tickets, %zu events: %zu duplicates, "
	    "%zu refused, %zu left out\n",
	    simulation_count(s->sim), s->events, s->duplicates, s->rows.refused,
	    s->beyond);
	textbuf_addf(out,
	    "clocks:  %zu started, %zu warned, %zu breached, %zu of these "
	    "withdrawn, %zu met, %zu met late, %zu cancelled\n",
	    n[CHANGE_CLOCK_STARTED], n[CHANGE_CLOCK_WARNED],
	    n[CHANGE_CLOCK_BREACHED], n[CHANGE_CLOCK_WITHDRAWN],
	    n[CHANGE_CLOCK_MET], n[CHANGE_CLOCK_MET_LATE],
	    n[CHANGE_CLOCK_CANCELLED]);
	textbuf_addf(out,
	    "chains:  %zu started, %zu acknowledged, %zu exhausted\n",
	    n[CHANGE_CHAIN_STARTED], n[CHANGE_CHAIN_ACKED],
	    n[CHANGE_CHAIN_EXHAUSTED]);
	textbuf_addf(out,
	    "rules:   %zu fired, %zu severities changed, %zu teams changed\n",
	    n[CHANGE_RULE_FIRED], n[CHANGE_SEVERITY], n[CHANGE_TEAM]);
	textbuf_addf(out,
	    "people:  %zu suggested, %zu unclaimed, %zu passed over\n",
	    n[CHANGE_ASSIGNMENT_SUGGESTED], n[CHANGE_ASSIGNMENT_UNCLAIMED],
	    n[CHANGE_PERSON_SKIPPED]);
	textbuf_addf(out, "notices: %zu sent, %zu withdrawn, %zu dead\n",
	    n[CHANGE_NOTICE_SENT], n[CHANGE_NOTICE_WITHDRAWN],
	    n[CHANGE_NOTICE_DEAD]);
}

static int run(struct simulate *s)
{
	struct errtext err;

	if (!each_item(s, find_start, &err))
		return say_err(EXIT_FAILED, &err);
	simulation_advance(s->sim, wall_is_never(s->start)
				       ? wall_at(0)
				       : wall_min(s->start, s->until));
	if (!each_item(s, take, &err))
		return say_err(EXIT_FAILED, &err);
	if (!wall_is_never(s->until))
		simulation_advance(s->sim, s->until);
	simulation_settle(s->sim);
	if (s->rows.json)
		simulate_rows_finals(&s->rows, s->matrix, s->sim);
	else
		summarize(s);
	simulate_rows_flush(&s->rows);
	return s->rows.refused > 0 ? EXIT_REFUSED : EXIT_OK;
}

/* The files are read and the matrix is sound. */
static int simulate(struct simulate *s, bool json)
{
	struct simulation_hooks hooks = { &s->rows, simulate_rows_decided,
		NULL };
	int code;

	simulate_rows_init(&s->rows, json);
	arena_init(&s->arena);
	s->sim = simulation_new(s->matrix, &hooks);
	code = run(s);
	simulation_free(s->sim);
	arena_fini(&s->arena);
	simulate_rows_fini(&s->rows);
	return code;
}

static int take_until(const struct invocation *in, struct wall *until)
{
	const char *text = in->value[OPT_UNTIL];

	*until = WALL_NEVER;
	if (text == NULL || wall_parse(text, strlen(text), until))
		return EXIT_OK;
	return say(
	    EXIT_USAGE, "--until is an instant such as 2026-01-05T09:00:00Z");
}

int cmd_simulate(const struct invocation *in)
{
	struct simulate s = {
		.start = WALL_NEVER, .paths = in->args, .ntexts = in->nargs
	};
	struct conf conf;
	int code = take_until(in, &s.until);

	if (code == EXIT_OK)
		code = matrix_arg_load(in, &conf);
	if (code != EXIT_OK)
		return code;
	s.texts = calloc((size_t)s.ntexts, sizeof *s.texts);
	CHECK(s.texts != NULL);
	for (int i = 0; i < s.ntexts; i++)
		textbuf_init(&s.texts[i]);
	code = read_files(&s);
	s.matrix = conf.matrix;
	if (code == EXIT_OK)
		code = simulate(&s, in->value[OPT_JSON] != NULL);
	for (int i = 0; i < s.ntexts; i++)
		textbuf_fini(&s.texts[i]);
	free(s.texts);
	conf_free(&conf);
	return code;
}
