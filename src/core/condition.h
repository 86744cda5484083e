/* condition.h - for which tickets does this hold?
 *
 * The `when` of a policy or a rule as a value: a tree of tests.  match.h holds
 * it against a ticket.
 *
 * Numbers are in millionths (decimal.h), spans in milliseconds of civil time.
 * Phrases are folded as phrase.h says, when the matrix is loaded.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CORE_CONDITION_H
#define SLAWATCH_CORE_CONDITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum condition_op {
	CONDITION_ALL, /* every part; without parts it always holds */
	CONDITION_ANY, /* at least one part; without parts it never does */
	CONDITION_NOT, /* the one part does not hold */
	CONDITION_TEST,
};

/* What a test asks about; the names are those of the matrix file. */
enum condition_field {
	/* One of these words, byte for byte. */
	CONDITION_SEVERITY,
	CONDITION_TIER,
	CONDITION_CATEGORY,
	CONDITION_TEAM,
	CONDITION_CHANNEL,
	CONDITION_TAGS, /* any of the ticket's tags is one of them */
	CONDITION_STATUS,
	CONDITION_ASSIGNEE,
	CONDITION_CUSTOMER, /* the customer's id */
	CONDITION_SCOPE,
	CONDITION_IMPACT,
	CONDITION_WORKAROUND,
	CONDITION_ATTRIBUTES, /* `attribute` names which */
	/* Any of these phrases, whole words. */
	CONDITION_TEXT, /* subject, text, the customer's latest comment */
	/* A number, compared; a ticket that has none does not hold. */
	CONDITION_VALUE,
	CONDITION_SENTIMENT,
	CONDITION_AI_CONFIDENCE,
	CONDITION_CSAT,
	/* A span, compared; it changes with time. */
	CONDITION_RENEWAL,    /* until the customer's renewal */
	CONDITION_AGE,	      /* since the ticket was created */
	CONDITION_IN_STATUS,  /* since the present status began */
	CONDITION_NO_COMMENT, /* since anybody commented, or it was made */
	CONDITION_NO_REPLY,   /* since an agent replied, or it was made */
	CONDITION_NO_WORD,    /* since the customer wrote */
	/* A count over `window_ms`, this ticket included, compared. */
	CONDITION_CUSTOMER_TICKETS,
	CONDITION_SIMILAR_TICKETS, /* of the same category */
	CONDITION_FIELD_COUNT
};

enum condition_type {
	CONDITION_WORDS,
	CONDITION_PHRASES,
	CONDITION_NUMBER,
	CONDITION_SPAN,
	CONDITION_TALLY,
};

const char *condition_field_name(enum condition_field f); /* "in_status_for" */
enum condition_type condition_field_type(enum condition_field f);

/* What a policy's `when` may ask: nothing that changes without an event. */
bool condition_field_is_settled(enum condition_field f);

enum compare {
	COMPARE_LESS,
	COMPARE_AT_MOST,
	COMPARE_EQUAL,
	COMPARE_UNEQUAL,
	COMPARE_AT_LEAST,
	COMPARE_MORE,
	COMPARE_COUNT
};

const char *compare_name(enum compare c); /* "<=" */
bool compare_holds(enum compare c, int64_t left, int64_t right);

struct condition {
	enum condition_op op;
	struct condition *parts; /* ALL, ANY; NOT has one */
	size_t nparts;

	/* TEST */
	enum condition_field field;
	const char *attribute; /* of CONDITION_ATTRIBUTES, else NULL */
	const char **words;    /* WORDS as written, PHRASES folded */
	const char **written;  /* PHRASES as written; else NULL */
	size_t nwords;
	enum compare compare;
	int64_t number;	   /* millionths, milliseconds, or a count */
	int64_t window_ms; /* of a count */
};

/* Do they ask the same, in the same words and order? */
bool condition_same(const struct condition *a, const struct condition *b);

/* Does any test in it ask that, or something of that type? */
bool condition_asks(const struct condition *c, enum condition_field field);
bool condition_asks_type(const struct condition *c, enum condition_type type);

#endif
