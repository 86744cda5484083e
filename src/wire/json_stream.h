/* json_stream.h - where does one event end and the next begin, in a text that
 * comes in pieces?
 *
 * What json_items() (json_gate.h) finds in a whole text, without holding it:
 * one object, an array of objects, or one a line.  However the text is cut into
 * pieces, the items are the same.
 *
 * An item of more than `limit` bytes is passed with its first limit + 1, which
 * is enough to refuse it.  Two things differ from json_items(), since they
 * cannot be known without the rest of the text: the elements of an array have
 * been passed on when its frame turns out to be broken; and where a first value
 * is closed neither in its line nor within the limit, a later line that begins
 * an object within the limit decides that it is lines.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_WIRE_JSON_STREAM_H
#define SLAWATCH_WIRE_JSON_STREAM_H

#include "base/textbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Brackets and quotes of a value, as far as it has come. */
struct json_extent_state {
	enum json_extent_at {
		JSON_EXTENT_BEFORE,
		JSON_EXTENT_INSIDE, /* of brackets */
		JSON_EXTENT_STRING,
		JSON_EXTENT_WORD,
		JSON_EXTENT_CLOSED,
		JSON_EXTENT_BROKEN, /* it will never be closed */
	} at;
	uint64_t braces; /* what is open: a bit each, 1 for '{' */
	int depth;
	bool escaped; /* the next byte of the string means nothing */
};

enum json_stream_form {
	JSON_STREAM_BLANK, /* nothing has come yet */
	JSON_STREAM_UNDECIDED,
	JSON_STREAM_LINES,
	JSON_STREAM_SINGLE,
	JSON_STREAM_ARRAY,
	JSON_STREAM_BROKEN, /* an array that is none */
};

struct json_stream {
	/* The item and the number of the line in which it begins, from 1. */
	void (*each)(void *user, size_t line, const char *item, size_t len);
	void *user;
	size_t limit;
	enum json_stream_form form;
	size_t line;	     /* of the next byte */
	size_t item_line;    /* where the item in hand begins */
	struct textbuf item; /* in hand, up to limit + 1 bytes */
	size_t item_len;     /* of it so far, blanks at its end left out */
	size_t item_all;     /* and with them */
	const char *wrong;   /* BROKEN: why */
	enum json_stream_place {
		JSON_STREAM_FIRST, /* behind '[' */
		JSON_STREAM_NEXT,  /* behind ',' */
		JSON_STREAM_IN,
		JSON_STREAM_BEHIND,	 /* an element */
		JSON_STREAM_OVER,	 /* behind ']' */
	} place;			 /* ARRAY */
	struct json_extent_state extent; /* ARRAY: of the element; UNDECIDED:
					    of the first value */
	bool first_line;		 /* UNDECIDED: still in it */
	bool at_line_begin; /* UNDECIDED: the byte before was a newline */
	bool more;	    /* UNDECIDED: something stands behind the value */
	bool object_line;   /* UNDECIDED: a later line begins an object */
};

void json_stream_init(struct json_stream *s, size_t limit,
    void (*each)(void *user, size_t line, const char *item, size_t len),
    void *user);
void json_stream_fini(struct json_stream *s);

/* The next piece.  False: the frame is broken, *wrong says how, and what comes
 * is not looked at. */
bool json_stream_feed(struct json_stream *s, const char *bytes, size_t len);

/* There is no more.  False likewise. */
bool json_stream_end(struct json_stream *s);

#endif
