/* shelf.c - see shelf.h.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/shelf.h"

static void put(
    void *user, const char *key, int64_t id, const char *bytes, size_t len)
{
	struct shelf *shelf = user;

	scratch_put(shelf->scratch, shelf->number, key, id, bytes, len);
}

static bool take(void *user, const char *key, struct textbuf *out)
{
	struct shelf *shelf = user;

	return scratch_take(shelf->scratch, shelf->number, key, out);
}

static bool first(void *user, const char *event_id)
{
	struct shelf *shelf = user;

	return scratch_first(shelf->scratch, shelf->number, event_id);
}

static void forget(void *user, const char *event_id)
{
	struct shelf *shelf = user;

	scratch_forget(shelf->scratch, shelf->number, event_id);
}

static void each(void *user,
    bool (*one)(
	void *of, const char *key, int64_t id, const char *bytes, size_t len),
    void *of)
{
	struct shelf *shelf = user;

	scratch_each(shelf->scratch, shelf->number, one, of);
}

void shelf_init(struct shelf *shelf, struct scratch *scratch, int number)
{
	*shelf = (struct shelf){
		.as = { .user = shelf,
		    .put = put,
		    .take = take,
		    .first = first,
		    .forget = forget,
		    .each = each },
		.scratch = scratch,
		.number = number,
	};
}
