/* messages.c - see messages.h.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/messages.h"

#include "conf/json_sound.h"
#include "core/template.h"

#include <string.h>

#define SHOWN 20 /* bytes of what is wrong */

/* --- a template ----------------------------------------------------------- */

/* A text of several lines. */
static bool is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (((unsigned char)*text < 0x20 && *text != '\n' &&
			*text != '\t') ||
		    *text == 0x7f)
			return false;
	return true;
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\n")] == '\0';
}

const char *template_read(
    struct reader *r, const struct yaml_node *map, const char *name)
{
	const struct yaml_node *node = yaml_get(map, name);
	struct errtext why;

	if (node == NULL)
		return NULL;
	/* Of what is kept, something in it may have been written over; words
	 * decide nothing. */
	if (r->is_stored &&
	    (node->kind != YAML_TEXT || !template_check(node->text, &why)))
		return NULL;
	if (node->kind != YAML_TEXT || is_blank(node->text))
		report_error(r->report, node->at,
		    "%s must be a text with fields, such as \"{{ticket}}: "
		    "{{headline}}\", or remove the key",
		    name);
	else if (strlen(node->text) > TEMPLATE_MAX)
		report_error(r->report, node->at,
		    "%s is longer than %d bytes; shorten it", name,
		    TEMPLATE_MAX);
	else if (!is_printable(node->text))
		report_error(r->report, node->at,
		    "%s holds a control character; remove it", name);
	else if (!template_check(node->text, &why))
		report_error(r->report, node->at, "%s: %s", name, why.text);
	else
		return keep(r, node->text);
	return NULL;
}

/* --- limits --------------------------------------------------------------- */

static size_t characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static size_t sample_length(const char *template, bool longest)
{
	struct textbuf tb;
	size_t n;

	textbuf_init(&tb);
	template_sample(template, ESCAPE_NONE, longest, &tb);
	n = characters(tb.data);
	textbuf_fini(&tb);
	return n;
}

/* Of these kinds the one that shows the least of a title, or of a body; its
 * limit, or 0 if all show all. */
static size_t tightest(unsigned kinds, bool title, const char **name)
{
	size_t least = 0;

	for (int i = 0; i < CHANNEL_TYPE_COUNT; i++) {
		const struct channel_kind *k =
		    channel_kind((enum channel_type)i);
		size_t max = title ? k->title_max : k->body_max;

		if ((kinds & 1u << i) == 0 || max == 0 ||
		    (least > 0 && max >= least))
			continue;
		least = max;
		*name = k->name;
	}
	return least;
}

/* A title may well be cut at its end where a subject is long; one that is too
 * long as a rule is a mistake.  A body should be shown whole always. */
static void check_length(struct reader *r, const struct yaml_node *node,
    const char *template, unsigned kinds, bool title)
{
	const char *kind = "";
	size_t max = tightest(kinds, title, &kind);
	size_t usual = sample_length(template, false);
	size_t longest = sample_length(template, true);

	if (max == 0 || r->is_stored)
		return;
	if (usual > max)
		report_error(r->report, node->at,
		    "%s: %zu characters with usual values, and a channel of "
		    "type %s shows %zu; shorten it",
		    title ? "title" : "body", usual, kind, max);
	else if (!title && longest > max)
		report_warning(r->report, node->at,
		    "body: up to %zu characters with long values, and a "
		    "channel of type %s shows %zu; what it ends with may be "
		    "missing",
		    longest, kind, max);
}

void message_text_read(struct reader *r, const struct yaml_node *map,
    const char *section, unsigned kinds, struct message_text *out)
{
	const struct yaml_node *text = yaml_get(map, "text");

	if (text == NULL || !read_map(r, text, section))
		return;
	out->title = template_read(r, text, "title");
	out->body = template_read(r, text, "body");
	if (out->title != NULL && strchr(out->title, '\n') != NULL)
		report_error(r->report, yaml_get(text, "title")->at,
		    "a title is one line; move the rest into body");
	else if (out->title != NULL)
		check_length(
		    r, yaml_get(text, "title"), out->title, kinds, true);
	if (out->body != NULL)
		check_length(
		    r, yaml_get(text, "body"), out->body, kinds, false);
}

/* --- a whole request ------------------------------------------------------ */

static bool check_json(struct reader *r, const struct yaml_node *node,
    const struct textbuf *json, const char *when)
{
	const char *from;
	size_t wrong;

	if (json_is_sound(json->data, &wrong))
		return true;
	from = json->data + wrong;
	report_error(r->report, node->at,
	    "body: with %s fields it is no JSON from \"%.*s\" on; mind quotes, "
	    "brackets, and commas inside of sections",
	    when, (int)utf8_cut(from, strcspn(from, "\n"), SHOWN), from);
	return false;
}

const char *request_template_read(
    struct reader *r, const struct yaml_node *map, const char *name)
{
	const struct yaml_node *node = yaml_get(map, name);
	const char *template = template_read(r, map, name);
	struct textbuf json;

	if (template == NULL || r->is_stored)
		return template;
	textbuf_init(&json);
	template_sample(template, ESCAPE_JSON, false, &json);
	if (check_json(r, node, &json, "all")) {
		textbuf_clear(&json);
		template_blank(template, ESCAPE_JSON, &json);
		(void)check_json(r, node, &json, "empty");
	}
	textbuf_fini(&json);
	return template;
}
