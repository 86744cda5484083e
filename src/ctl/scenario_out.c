/* scenario_out.c - lines, TAP and JUnit XML.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/scenario_out.h"

#include "base/markup.h"
#include "ctl/width.h"

#include <string.h>

void scenario_out_init(struct scenario_out *o, bool tap, size_t planned)
{
	*o = (struct scenario_out){ .tap = tap, .screen = screen_stdout() };
	textbuf_init(&o->out);
	textbuf_init(&o->errors);
	textbuf_init(&o->cases);
	if (tap)
		textbuf_addf(&o->out, "TAP version 13\n1..%zu\n", planned);
}

void scenario_out_fini(struct scenario_out *o)
{
	textbuf_fini(&o->out);
	textbuf_fini(&o->errors);
	textbuf_fini(&o->cases);
}

/* Every line of the text behind the prefix. */
static void add_lines(struct textbuf *out, const char *prefix, const char *text)
{
	struct textbuf line;

	textbuf_init(&line);
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		textbuf_clear(&line);
		textbuf_addn(&line, text, len);
		textbuf_add(out, prefix);
		text_clean(out, line.data);
		textbuf_addc(out, '\n');
		text += len + (text[len] == '\n');
	}
	textbuf_fini(&line);
}

static void add_failure(struct textbuf *out, const char *prefix,
    const char *path, const struct scenario_failure *f)
{
	struct textbuf inner;

	textbuf_init(&inner);
	textbuf_addf(&inner, "%s    ", prefix);
	textbuf_addf(out, "%s%s:%d: ", prefix, path, f->at.line);
	text_clean(out, f->what);
	textbuf_addc(out, '\n');
	add_lines(out, inner.data, f->around);
	textbuf_fini(&inner);
}

static void add_failures(struct textbuf *out, const char *prefix,
    const char *path, const struct scenario_result *r)
{
	for (size_t i = 0; i < r->nfailures; i++)
		add_failure(out, prefix, path, &r->failures[i]);
}

static const char *title_of(const struct scenario_result *r, const char *path)
{
	return r->scenario.title != NULL ? r->scenario.title : path;
}

/* --- for people ----------------------------------------------------------- */

static void add_text(
    struct scenario_out *o, const char *path, const struct scenario_result *r)
{
	bool good = r->playable && r->nfailures == 0;

	screen_colour(o->screen, good ? COLOUR_GREEN : COLOUR_RED,
	    good	  ? "ok    "
	    : r->playable ? "FAILED"
			  : "ERROR ",
	    &o->out);
	textbuf_addf(&o->out, "  %s: ", path);
	text_clean(&o->out, title_of(r, path));
	textbuf_addc(&o->out, '\n');
	if (!r->playable)
		textbuf_add(&o->errors, r->messages.data);
	else
		add_failures(&o->out, "  ", path, r);
}

/* --- TAP ------------------------------------------------------------------ */

/* Behind a "#" stand words that mean something. */
static void add_tap_text(struct textbuf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '#' || *text == '\\')
			textbuf_addc(out, '\\');
		textbuf_addc(out, *text == '\n' ? ' ' : *text);
	}
}

static void add_tap(
    struct scenario_out *o, const char *path, const struct scenario_result *r)
{
	bool good = r->playable && r->nfailures == 0;

	textbuf_addf(&o->out, "%s %zu - ", good ? "ok" : "not ok", o->count);
	add_tap_text(&o->out, path);
	textbuf_add(&o->out, ": ");
	add_tap_text(&o->out, title_of(r, path));
	textbuf_addc(&o->out, '\n');
	if (!r->playable)
		add_lines(&o->out, "# ", r->messages.data);
	else
		add_failures(&o->out, "# ", path, r);
}

/* --- XML ------------------------------------------------------------------ */

/* XML 1.0 has no control characters, escaped or not; a file's name may be no
 * UTF-8. */
static void add_xml(struct textbuf *out, const char *text)
{
	for (size_t n; *text != '\0'; text += n) {
		unsigned char c = (unsigned char)*text;
		uint32_t cp;

		n = char_next(text, &cp);
		if (c == '\n')
			textbuf_add(out, "&#10;");
		else if (c < 0x20)
			textbuf_addc(out, ' ');
		else if ((c >= 0x80 && n == 1) || markup_is_none(text))
			textbuf_add(out, "\xef\xbf\xbd");
		else if (n > 1 || c == '\'') /* our attributes have " */
			textbuf_addn(out, text, n);
		else
			markup_addc(out, *text);
	}
}

static void add_xml_member(
    struct textbuf *out, const char *name, const char *text)
{
	textbuf_addf(out, " %s=\"", name);
	add_xml(out, text);
	textbuf_addc(out, '"');
}

static void add_fault(struct textbuf *out, const char *element,
    const char *message, const char *text)
{
	textbuf_addf(out, "      <%s", element);
	add_xml_member(out, "message", message);
	add_xml_member(out, "type", element);
	textbuf_addc(out, '>');
	add_xml(out, text);
	textbuf_addf(out, "</%s>\n", element);
}

static void add_case(
    struct scenario_out *o, const char *path, const struct scenario_result *r)
{
	struct textbuf text;

	textbuf_add(&o->cases, "    <testcase");
	add_xml_member(&o->cases, "name", title_of(r, path));
	add_xml_member(&o->cases, "classname", path);
	add_xml_member(&o->cases, "time", "0");
	if (r->playable && r->nfailures == 0) {
		textbuf_add(&o->cases, "/>\n");
		return;
	}
	textbuf_add(&o->cases, ">\n");
	textbuf_init(&text);
	if (r->playable) {
		/* One a case: the schema allows no second. */
		add_failures(&text, "", path, r);
		add_fault(&o->cases, "failure", r->failures[0].what, text.data);
	} else {
		textbuf_add(&text, r->messages.data);
		text.data[strcspn(text.data, "\n")] = '\0';
		add_fault(&o->cases, "error", text.data, r->messages.data);
	}
	textbuf_fini(&text);
	textbuf_add(&o->cases, "    </testcase>\n");
}

static void add_counts(const struct scenario_out *o, struct textbuf *xml)
{
	textbuf_addf(xml,
	    " name=\"slawatch\" tests=\"%zu\" failures=\"%zu\" "
	    "errors=\"%zu\" time=\"0\">\n",
	    o->count, o->failed, o->unplayable);
}

void scenario_out_junit(const struct scenario_out *o, struct textbuf *xml)
{
	textbuf_add(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			 "<testsuites");
	add_counts(o, xml);
	textbuf_add(xml, "  <testsuite");
	add_counts(o, xml);
	textbuf_add(xml, o->cases.data);
	textbuf_add(xml, "  </testsuite>\n</testsuites>\n");
}

/* -------------------------------------------------------------------------- */

void scenario_out_one(
    struct scenario_out *o, const char *path, const struct scenario_result *r)
{
	o->count++;
	o->checked += r->checked;
	o->unplayable += !r->playable;
	o->failed += r->playable && r->nfailures > 0;
	if (o->tap)
		add_tap(o, path, r);
	else
		add_text(o, path, r);
	add_case(o, path, r);
}

void scenario_out_end(struct scenario_out *o)
{
	if (o->tap)
		return;
	textbuf_addf(&o->out, "scenarios: %zu, expectations: %zu, failed: %zu",
	    o->count, o->checked, o->failed);
	if (o->unplayable > 0)
		textbuf_addf(&o->out, ", cannot be played: %zu", o->unplayable);
	textbuf_addc(&o->out, '\n');
}
