/* import.c - `slawatchctl import`: a CSV export as events, in order of time.
 *
 * The file is read in pieces; what is held are the events' lines, because rows
 * come by ticket and events are wanted as they happened.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "base/check.h"
#include "ctl/asking.h"
#include "ctl/input.h"
#include "ctl/map_file.h"
#include "wire/event_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PROBLEMS_SHOWN 20

struct import {
	struct csv_import *csv;
	const char *path;
	struct csv_line *lines; /* owned, their texts too */
	size_t nlines;
	size_t cap;
	size_t problems;
};

static void on_event(void *user, const struct event *ev, uint64_t order)
{
	struct import *im = user;
	struct textbuf text;

	if (im->nlines == im->cap) {
		im->cap = im->cap == 0 ? 1024 : im->cap * 2;
		im->lines = reallocarray(im->lines, im->cap, sizeof *im->lines);
		CHECK(im->lines != NULL);
	}
	textbuf_init(&text);
	event_to_json(ev, &text);
	im->lines[im->nlines].at = ev->at;
	im->lines[im->nlines].order = order;
	im->lines[im->nlines].json = strdup(text.data); /* no spare room */
	CHECK(im->lines[im->nlines].json != NULL);
	im->nlines++;
	textbuf_fini(&text);
}

static void on_problem(void *user, size_t line, const char *what)
{
	struct import *im = user;
	struct textbuf text;

	if (im->problems++ >= PROBLEMS_SHOWN)
		return;
	textbuf_init(&text);
	textbuf_addf(&text, "%s:%zu: %s", im->path, line, what);
	say(EXIT_REFUSED, text.data);
	textbuf_fini(&text);
}

static int read_all(struct import *im)
{
	FILE *f = input_open(im->path);
	char piece[65536];
	struct errtext err;
	bool good = true;
	size_t len;
	int code;

	if (f == NULL)
		return EXIT_FAILED;
	while (good && (len = fread(piece, 1, sizeof piece, f)) > 0)
		good = csv_import_feed(im->csv, piece, len, &err);
	code = input_ended(f, im->path);
	input_close(f);
	if (code == EXIT_OK && good)
		good = csv_import_end(im->csv, &err);
	if (good)
		return code;
	errtext_wrap(&err, "%s", im->path);
	return say_err(EXIT_FAILED, &err);
}

static int write_all(const struct import *im, const char *path)
{
	FILE *f = path != NULL ? fopen(path, "we") : stdout;
	struct errtext err;
	bool good = f != NULL;

	for (size_t i = 0; good && i < im->nlines; i++)
		good =
		    fputs(im->lines[i].json, f) >= 0 && fputc('\n', f) != EOF;
	if (f != NULL && path != NULL && fclose(f) != 0)
		good = false;
	if (good)
		return EXIT_OK;
	errtext_set(&err, "%s: %s", path != NULL ? path : "standard output",
	    strerror(errno));
	return say_err(EXIT_FAILED, &err);
}

static void summarize(const struct import *im)
{
	const struct csv_counts *n = csv_import_counts(im->csv);
	struct errtext line;

	errtext_set(&line,
	    "%zu rows of %zu tickets: %zu events; %zu problems, "
	    "%zu rows out of order",
	    n->rows, n->tickets, n->events, n->problems, n->out_of_order);
	say_err(EXIT_OK, &line);
	if (im->problems > PROBLEMS_SHOWN)
		say(EXIT_OK, "not all problems are shown");
}

static int import(
    struct import *im, const struct csv_map *map, const char *output)
{
	const struct csv_hooks hooks = { im, on_event, on_problem };
	int code;

	im->csv = csv_import_new(map, &hooks);
	code = read_all(im);
	if (code == EXIT_OK) {
		if (im->nlines > 0)
			qsort(im->lines, im->nlines, sizeof *im->lines,
			    csv_line_compare);
		code = write_all(im, output);
	}
	if (code == EXIT_OK) {
		summarize(im);
		code = im->problems > 0 ? EXIT_REFUSED : EXIT_OK;
	}
	csv_import_free(im->csv);
	for (size_t i = 0; i < im->nlines; i++)
		free(im->lines[i].json);
	free(im->lines);
	return code;
}

int cmd_import(const struct invocation *in)
{
	struct import im = { .path = in->args[0] };
	struct textbuf messages;
	struct map_file map;
	int code = EXIT_FAILED;

	if (in->value[OPT_MAP] == NULL)
		return say(EXIT_USAGE,
		    "import needs --map MAP.yaml: what the columns mean");
	textbuf_init(&messages);
	if (map_file_load(in->value[OPT_MAP], &map, &messages)) {
		code = import(&im, &map.map, in->value[OPT_OUTPUT]);
		map_file_free(&map);
	}
	fputs(messages.data, stderr);
	textbuf_fini(&messages);
	return code;
}
