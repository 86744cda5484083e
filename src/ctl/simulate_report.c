/* simulate_report.c - see simulate_report.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/simulate_report.h"

#include "base/check.h"
#include "ctl/asking.h"
#include "ctl/report_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTES_MAX     8
#define MATRICES_SAID 10    /* the latest; JSON has all */
#define BLOCK	      65536 /* bytes that go out at once */

struct notes {
	char *at[NOTES_MAX]; /* owned */
	size_t count;
};

static void add_note(struct notes *n, struct textbuf *text)
{
	CHECK(n->count < NOTES_MAX);
	n->at[n->count++] = textbuf_take(text);
}

static void count_note(struct notes *n, const struct simulate_fate *f)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_addf(&tb, "%zu event%s read", f->events,
	    f->events == 1 ? " was" : "s were");
	if (f->duplicates > 0)
		textbuf_addf(&tb, ", %zu of them duplicates", f->duplicates);
	if (f->unreadable > 0)
		textbuf_addf(
		    &tb, ", %zu of them could not be read", f->unreadable);
	if (f->beyond > 0)
		textbuf_addf(&tb,
		    ", %zu of them left out: they came after "
		    "--until",
		    f->beyond);
	textbuf_addc(&tb, '.');
	add_note(n, &tb);
}

static void refused_note(struct notes *n, const struct report *r)
{
	struct textbuf tb;

	if (r->new->refused == 0)
		return;
	textbuf_init(&tb);
	textbuf_addf(&tb,
	    "%zu events did not fit and were refused, as the daemon would "
	    "refuse them; --rows shows each with its reason.",
	    r->new->refused);
	add_note(n, &tb);
}

static void plain_note(struct notes *n, const char *text)
{
	struct textbuf tb;

	textbuf_init(&tb);
	textbuf_add(&tb, text);
	add_note(n, &tb);
}

/* "0123456789abcdef since Mon 2026-01-05 09:00" */
static void add_matrix(
    struct textbuf *tb, const struct report *r, size_t i, const char *between)
{
	char since[REPORT_TEXT_MAX];

	report_at(r->new, r->in_force[i].since, since);
	textbuf_addf(
	    tb, "%s%s since %s", between, r->in_force[i].revision, since);
}

/* People answered what they were told, by whichever matrix. */
static void matrices_note(struct notes *n, const struct report *r)
{
	size_t all = r->nin_force;
	size_t first = all > MATRICES_SAID ? all - MATRICES_SAID : 0;
	struct textbuf tb;

	if (all == 0)
		return;
	textbuf_init(&tb);
	if (all == 1)
		textbuf_add(&tb, "One matrix was in force in that time: ");
	else
		textbuf_addf(
		    &tb, "%zu matrices were in force in that time: ", all);
	if (first > 0)
		textbuf_addf(&tb, "%zu before, ", first);
	for (size_t i = first; i < all; i++)
		add_matrix(&tb, r, i, i > first ? ", " : "");
	textbuf_addc(&tb, '.');
	add_note(n, &tb);
}

static void database_notes(
    struct notes *n, const struct report *r, const struct simulate_fate *f)
{
	struct textbuf tb;

	matrices_note(n, r);
	plain_note(n,
	    "Acknowledgements, claims and snoozes of the past answered the "
	    "notices of the matrix that was in force then: how people would "
	    "have answered others nobody knows.");
	if (f->unsaid == 0)
		return;
	textbuf_init(&tb);
	textbuf_addf(&tb,
	    "%zu changes of who is away or on call name people or schedules "
	    "that this matrix does not have, and were left out.",
	    f->unsaid);
	add_note(n, &tb);
}

static void write_block(void *user, struct textbuf *out)
{
	if (out->len < BLOCK)
		return;
	fwrite(out->data, 1, out->len, user);
	textbuf_clear(out);
}

static void write_rest(FILE *f, struct textbuf *out)
{
	fwrite(out->data, 1, out->len, f);
	textbuf_fini(out);
}

static void write_text(struct report *r, FILE *f, struct screen s)
{
	struct textbuf out;

	textbuf_init(&out);
	r->spill_user = f;
	report_text(r, s.colours, (int)s.columns, &out);
	write_rest(f, &out);
}

static void write_as(struct report *r, enum report_format format, FILE *f)
{
	struct textbuf out;

	textbuf_init(&out);
	r->spill_user = f;
	if (format == REPORT_HTML)
		report_html(r, &out);
	else
		report_json(r, &out);
	write_rest(f, &out);
}

static int say_failure(const char *path)
{
	struct errtext err;

	errtext_set(&err, "%s: %s", path, strerror(errno));
	return say_err(EXIT_FAILED, &err);
}

static bool is_stdout(const struct simulate_options *o)
{
	return strcmp(o->file, "-") == 0;
}

int simulate_report_check(const struct simulate_options *o)
{
	FILE *f;

	if (o->format == REPORT_NONE || is_stdout(o))
		return EXIT_OK;
	f = fopen(o->file, "ae");
	if (f == NULL)
		return say_failure(o->file);
	fclose(f);
	return EXIT_OK;
}

static int write_file(struct report *r, const struct simulate_options *o)
{
	const struct screen plain = { .columns = 0 };
	FILE *f = is_stdout(o) ? stdout : fopen(o->file, "we");
	bool good;

	if (f == NULL)
		return say_failure(o->file);
	if (o->format == REPORT_TEXT)
		write_text(r, f, f == stdout ? screen_stdout() : plain);
	else
		write_as(r, o->format, f);
	if (f == stdout)
		return EXIT_OK; /* main() looks whether it was written */
	good = fflush(f) == 0 && !ferror(f);
	if (fclose(f) != 0 || !good)
		return say_failure(o->file);
	return EXIT_OK;
}

int simulate_report_write(struct report *r, const struct simulate_options *o,
    const struct simulate_fate *f)
{
	struct notes notes = { .count = 0 };
	int code = EXIT_OK;

	count_note(&notes, f);
	refused_note(&notes, r);
	plain_note(&notes,
	    "Every notice is taken as delivered at once: a room that was down "
	    "or a phone that was off is not in it.");
	if (f->from_db)
		database_notes(&notes, r, f);
	r->notes = (const char *const *)notes.at;
	r->nnotes = notes.count;
	r->spill = write_block;
	if (o->text)
		write_text(r, stdout, screen_stdout());
	if (o->format != REPORT_NONE)
		code = write_file(r, o);
	for (size_t i = 0; i < notes.count; i++)
		free(notes.at[i]);
	return code;
}
