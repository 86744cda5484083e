/* fact_rows.c - a statement a question.
 *
 * SPDX-License-Identifier: MIT */
#include "store/fact_rows.h"

#include "base/check.h"

#define THERE "deleted = 0 AND merged_into = ''"
#define PICKS "(role GLOB 'one of *' OR role GLOB 'assign *')"

/* ?1 is the name, ?2 the ticket that does not count; of PICKED_AT ?3 is the one
 * that counts in any case.  The terms of each index
 * are repeated as the schema has them, or it would not be used. */
static const struct query questions[FACT_COUNT] = {
	[FACT_CUSTOMER_TICKETS] = { QUERY_CUSTOMER_TICKETS,
	    "SELECT count(*) FROM ticket WHERE customer_id = ?1"
	    " AND created > ?3 AND created <= ?4 AND id <> ?2 AND " THERE },
	[FACT_SIMILAR_TICKETS] = { QUERY_SIMILAR_TICKETS,
	    "SELECT count(*) FROM ticket WHERE category = ?1"
	    " AND created > ?3 AND created <= ?4 AND id <> ?2 AND " THERE },
	/* Who owns a ticket is not suggested it too: the two never count one
	 * twice, but for a moment between an assignment and its end. */
	[FACT_OPEN_TICKETS] = { QUERY_OPEN_TICKETS,
	    "SELECT (SELECT count(*) FROM ticket WHERE assignee = ?1"
	    " AND id <> ?2 AND over = 0)"
	    " + (SELECT count(*) FROM ticket WHERE suggested_to = ?1"
	    " AND suggested_to <> '' AND id <> ?2 AND over = 0"
	    " AND assignee IS NOT ?1)" },
	[FACT_PICKED_AT] = { QUERY_PICKED_AT,
	    "SELECT at FROM outbox AS o WHERE role = ?2 AND who = ?1 AND " PICKS
	    " AND (ticket_id = ?3 OR EXISTS (SELECT 1 FROM ticket AS t"
	    " WHERE t.id = o.ticket_id AND " NO_DRILL(
		"t.key") "))"
			 " ORDER BY at DESC LIMIT 1" },
};

const char *fact_rows_sql(enum fact fact)
{
	CHECK((unsigned)fact < FACT_COUNT);
	return questions[fact].sql;
}

enum store_result fact_rows_answer(struct connection *c,
    const struct fact_question *q, int64_t *out, struct errtext *err)
{
	struct call k;

	CHECK((unsigned)q->fact < FACT_COUNT);
	call_begin(&k, c, &questions[q->fact]);
	call_text(&k, q->name);
	if (q->fact == FACT_PICKED_AT)
		call_text(&k, q->role);
	call_int(&k, q->ticket_id);
	if (q->fact == FACT_CUSTOMER_TICKETS ||
	    q->fact == FACT_SIMILAR_TICKETS) {
		call_int(&k, q->since.ms);
		call_int(&k, q->until.ms);
	}
	*out = call_row(&k) ? row_int(&k) : 0;
	return call_end(&k, err);
}
