/* json_stream.c - items of a text that comes in pieces.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/json_stream.h"

#include "wire/json_slice.h"

#include <string.h>

void json_stream_init(struct json_stream *s, size_t limit,
    void (*each)(void *user, size_t line, const char *item, size_t len),
    void *user)
{
	memset(s, 0, sizeof *s);
	s->each = each;
	s->user = user;
	s->limit = limit;
	s->line = 1;
	textbuf_init(&s->item);
}

void json_stream_fini(struct json_stream *s)
{
	textbuf_fini(&s->item);
}

/* --- a value's end, as json_extent() finds it ----------------------------- */

#define OPEN_MAX 64

static void begin_value(struct json_extent_state *e, char c)
{
	memset(e, 0, sizeof *e);
	if (c == '{' || c == '[') {
		e->at = JSON_EXTENT_INSIDE;
		e->depth = 1;
		e->braces = c == '{';
	} else if (c == '"') {
		e->at = JSON_EXTENT_STRING;
	} else if (c == '\0' || strchr(",]}", c) != NULL) {
		e->at = JSON_EXTENT_BROKEN;
	} else {
		e->at = JSON_EXTENT_WORD;
	}
}

static void string_byte(struct json_extent_state *e, char c)
{
	if (e->escaped)
		e->escaped = false;
	else if (c == '\\')
		e->escaped = true;
	else if (c == '"')
		e->at = e->depth > 0 ? JSON_EXTENT_INSIDE : JSON_EXTENT_CLOSED;
}

static void inside_byte(struct json_extent_state *e, char c)
{
	if (c == '"') {
		e->at = JSON_EXTENT_STRING;
	} else if (c == '{' || c == '[') {
		if (e->depth++ == OPEN_MAX)
			e->at = JSON_EXTENT_BROKEN;
		e->braces = e->braces << 1 | (c == '{');
	} else if (c == '}' || c == ']') {
		if ((e->braces & 1) != (c == '}'))
			e->at = JSON_EXTENT_BROKEN;
		else if (--e->depth == 0)
			e->at = JSON_EXTENT_CLOSED;
		e->braces >>= 1;
	}
}

static bool ends_word(char c)
{
	return json_is_blank(c) || c == '\0' || strchr(",]}[{\"", c) != NULL;
}

/* Is the byte still the value's?  It is not where a word ends. */
static bool value_byte(struct json_extent_state *e, char c)
{
	switch (e->at) {
	case JSON_EXTENT_BEFORE:
		begin_value(e, c);
		break;
	case JSON_EXTENT_INSIDE:
		inside_byte(e, c);
		break;
	case JSON_EXTENT_STRING:
		string_byte(e, c);
		break;
	case JSON_EXTENT_WORD:
		if (!ends_word(c))
			break;
		e->at = JSON_EXTENT_CLOSED;
		return false;
	case JSON_EXTENT_CLOSED:
		return false;
	case JSON_EXTENT_BROKEN:
		break;
	}
	return true;
}

/* --- the item in hand ----------------------------------------------------- */

static void begin_item(struct json_stream *s)
{
	textbuf_clear(&s->item);
	s->item_len = s->item_all = 0;
	s->item_line = s->line;
}

static void keep(struct json_stream *s, const char *bytes, size_t len)
{
	size_t room = s->item.len > s->limit ? 0 : s->limit + 1 - s->item.len;

	textbuf_addn(&s->item, bytes, len < room ? len : room);
}

/* Bytes of the item; blanks at its end may turn out to be none of it. */
static void add(struct json_stream *s, const char *bytes, size_t len)
{
	size_t full = len;

	keep(s, bytes, len);
	while (full > 0 && json_is_blank(bytes[full - 1]))
		full--;
	if (full > 0)
		s->item_len = s->item_all + full;
	s->item_all += len;
}

static void pass_on(struct json_stream *s)
{
	size_t len = s->item_len;

	if (len > 0)
		s->each(s->user, s->item_line, s->item.data,
		    len <= s->limit ? len : s->limit + 1);
	begin_item(s);
}

/* --- a line each ---------------------------------------------------------- */

static void feed_lines(struct json_stream *s, const char *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		const char *end = memchr(bytes + at, '\n', len - at);
		size_t n = end != NULL ? (size_t)(end - bytes) - at : len - at;
		size_t skip = 0;

		if (s->item_all == 0) {
			s->item_line = s->line;
			skip = json_blanks(bytes + at, n);
		}
		add(s, bytes + at + skip, n - skip);
		at += n;
		if (end == NULL)
			return;
		pass_on(s);
		s->line++;
		at++;
	}
}

/* --- an array ------------------------------------------------------------- */

static bool broken(struct json_stream *s, const char *wrong)
{
	s->form = JSON_STREAM_BROKEN;
	s->wrong = wrong;
	return false;
}

static bool begin_element(struct json_stream *s, char c)
{
	if (c == ']' && s->place == JSON_STREAM_FIRST) {
		s->place = JSON_STREAM_OVER;
		return true;
	}
	begin_item(s);
	begin_value(&s->extent, c);
	s->place = JSON_STREAM_IN;
	return s->extent.at != JSON_EXTENT_BROKEN ||
	       broken(s, "an element is missing or not closed");
}

/* The bytes of the element in hand, at most these; how many they are. */
static size_t element_bytes(
    struct json_stream *s, const char *bytes, size_t len)
{
	size_t n = 0;

	while (n < len && s->extent.at != JSON_EXTENT_CLOSED &&
	       s->extent.at != JSON_EXTENT_BROKEN) {
		if (!value_byte(&s->extent, bytes[n]))
			break;
		s->line += bytes[n] == '\n';
		n++;
	}
	/* Blanks at the end are a string's own. */
	keep(s, bytes, n);
	s->item_len = s->item_all += n;
	if (s->extent.at == JSON_EXTENT_CLOSED) {
		pass_on(s);
		s->place = JSON_STREAM_BEHIND;
	} else if (s->extent.at == JSON_EXTENT_BROKEN) {
		broken(s, "an element is missing or not closed");
	}
	return n;
}

/* A byte that is no blank, between elements. */
static bool between(struct json_stream *s, char c)
{
	if (s->place == JSON_STREAM_OVER)
		return broken(s, "more text after the array");
	if (s->place != JSON_STREAM_BEHIND)
		return begin_element(s, c);
	if (c == ',')
		s->place = JSON_STREAM_NEXT;
	else if (c == ']')
		s->place = JSON_STREAM_OVER;
	else
		return broken(s, "the array is not closed");
	return true;
}

static void feed_array(struct json_stream *s, const char *bytes, size_t len)
{
	size_t at = 0;

	while (at < len && s->form == JSON_STREAM_ARRAY) {
		char c = bytes[at];

		if (s->place == JSON_STREAM_IN) {
			at += element_bytes(s, bytes + at, len - at);
			continue;
		}
		if (json_is_blank(c)) {
			s->line += c == '\n';
		} else if (!between(s, c)) {
			return;
		} else if (s->place == JSON_STREAM_IN) {
			keep(s, &c, 1);
			s->item_len = s->item_all = 1;
		}
		at++;
	}
}

/* --- which of them is it? ------------------------------------------------- */

/* What was gathered is lines: they are gone through once more, from the line
 * where they began. */
static void become_lines(struct json_stream *s)
{
	struct textbuf gathered = s->item;
	size_t all = s->item_all;
	size_t len = s->item_len;

	s->form = JSON_STREAM_LINES;
	s->line = s->item_line;
	textbuf_init(&s->item);
	begin_item(s);
	feed_lines(s, gathered.data, gathered.len);
	textbuf_fini(&gathered);
	/* Of a line that is too long only the beginning was kept. */
	if (s->first_line) {
		s->item_all = all;
		s->item_len = len;
	}
}

/* A first line that is too long is kept as far as an item is; what is behind it
 * decides soon. */
static void gather(struct json_stream *s, char c)
{
	if (s->first_line)
		keep(s, &c, 1);
	else
		textbuf_addc(&s->item, c);
	s->item_all++;
	if (!json_is_blank(c))
		s->item_len = s->item_all;
}

/* One more byte while it is not decided. */
static void undecided_byte(struct json_stream *s, char c)
{
	bool at_begin = s->at_line_begin;
	bool behind = s->extent.at == JSON_EXTENT_CLOSED;

	s->at_line_begin = c == '\n';
	if (c == '\n') {
		s->line++;
		s->first_line = false;
	}
	gather(s, c);
	if (behind && !json_is_blank(c))
		s->more = true;
	if (at_begin && c == '{')
		s->object_line = true;
	value_byte(&s->extent, c);
	if (s->first_line ? s->extent.at == JSON_EXTENT_CLOSED
			  : s->object_line &&
				(s->more || s->extent.at == JSON_EXTENT_BROKEN))
		become_lines(s);
	else if (s->item_all > s->limit && !s->first_line &&
		 (c != '\n' || at_begin)) {
		if (s->object_line)
			become_lines(s);
		else
			s->form = JSON_STREAM_SINGLE;
	}
}

/* The first byte that is no blank. */
static void begin_text(struct json_stream *s, char c)
{
	begin_item(s);
	if (c == '[') {
		s->form = JSON_STREAM_ARRAY;
		s->place = JSON_STREAM_FIRST;
		return;
	}
	begin_value(&s->extent, c);
	s->first_line = true;
	s->form = s->extent.at == JSON_EXTENT_WORD ? JSON_STREAM_LINES
						   : JSON_STREAM_UNDECIDED;
	add(s, &c, 1);
}

/* How many bytes it took until something was decided. */
static size_t feed_some(struct json_stream *s, const char *bytes, size_t len)
{
	size_t at = 0;

	while (at < len && s->form == JSON_STREAM_BLANK) {
		s->line += bytes[at] == '\n';
		if (!json_is_blank(bytes[at]))
			begin_text(s, bytes[at]);
		at++;
	}
	while (at < len && s->form == JSON_STREAM_UNDECIDED)
		undecided_byte(s, bytes[at++]);
	return at;
}

bool json_stream_feed(struct json_stream *s, const char *bytes, size_t len)
{
	size_t at = feed_some(s, bytes, len);

	if (s->form == JSON_STREAM_LINES)
		feed_lines(s, bytes + at, len - at);
	else if (s->form == JSON_STREAM_SINGLE)
		add(s, bytes + at, len - at);
	else if (s->form == JSON_STREAM_ARRAY)
		feed_array(s, bytes + at, len - at);
	return s->form != JSON_STREAM_BROKEN;
}

static bool end_array(struct json_stream *s)
{
	if (s->place == JSON_STREAM_OVER)
		return true;
	if (s->place == JSON_STREAM_BEHIND ||
	    (s->place == JSON_STREAM_IN && s->extent.at == JSON_EXTENT_WORD))
		return broken(s, "the array is not closed");
	return broken(s, "an element is missing or not closed");
}

bool json_stream_end(struct json_stream *s)
{
	if (s->form == JSON_STREAM_ARRAY)
		return end_array(s);
	if (s->form == JSON_STREAM_UNDECIDED && s->object_line &&
	    (s->more || s->extent.at != JSON_EXTENT_CLOSED))
		become_lines(s);
	if (s->form != JSON_STREAM_BLANK && s->form != JSON_STREAM_BROKEN)
		pass_on(s);
	return s->form != JSON_STREAM_BROKEN;
}
