/* matrix_ref.c - a counted reference to a matrix.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/matrix_ref.h"

#include "base/check.h"

#include <stdatomic.h>
#include <stdlib.h>

/* The matrix itself, which several references may show. */
struct owner {
	struct matrix *matrix; /* owned */
	struct wall loaded;    /* when it was read from its file */
	bool lost;	       /* only a link: it cannot be had */
	atomic_int shown;
};

struct matrix_ref {
	struct matrix view; /* the owner's, but for `previous` */
	struct owner *owner;
	struct matrix_ref *previous; /* a reference of its own, or NULL */
	int64_t number;
	atomic_int refs;
};

static void count_up(atomic_int *count)
{
	int before = atomic_fetch_add_explicit(count, 1, memory_order_relaxed);

	CHECK(before > 0);
}

/* Acquire-release: whoever frees has seen all that the others did. */
static bool count_down(atomic_int *count)
{
	int before = atomic_fetch_sub_explicit(count, 1, memory_order_acq_rel);

	CHECK(before > 0);
	return before == 1;
}

static struct matrix_ref *show(struct owner *owner)
{
	struct matrix_ref *ref = calloc(1, sizeof *ref);

	CHECK(ref != NULL);
	ref->view = *owner->matrix;
	ref->view.previous = NULL;
	ref->owner = owner;
	atomic_init(&ref->refs, 1);
	return ref;
}

struct matrix_ref *matrix_ref_new(struct matrix *m, struct wall loaded)
{
	struct owner *owner = calloc(1, sizeof *owner);

	CHECK(owner != NULL && m != NULL);
	owner->matrix = m;
	owner->loaded = loaded;
	atomic_init(&owner->shown, 1);
	return show(owner);
}

void matrix_ref_follow(struct matrix_ref *ref, struct matrix_ref *previous)
{
	CHECK(ref->previous == NULL);
	ref->previous = previous;
	ref->view.previous = &previous->view;
}

bool matrix_ref_follows(const struct matrix_ref *ref)
{
	return ref->previous != NULL;
}

struct matrix_ref *matrix_ref_alone(const struct matrix_ref *ref)
{
	struct matrix_ref *alone;

	count_up(&ref->owner->shown);
	alone = show(ref->owner);
	alone->number = ref->number;
	return alone;
}

const struct matrix_ref *matrix_ref_previous(const struct matrix_ref *ref)
{
	return ref->previous;
}

struct matrix_ref *matrix_ref_absent(
    const char *revision, enum applies applies, int64_t number, bool lost)
{
	struct matrix *m = matrix_new();
	struct matrix_ref *ref;

	m->revision = arena_strdup(&m->arena, revision);
	m->applies = applies;
	m->absent = true;
	ref = matrix_ref_new(m, wall_at(0));
	ref->owner->lost = lost;
	ref->number = number;
	return ref;
}

bool matrix_ref_lost(const struct matrix_ref *ref)
{
	return ref->owner->lost;
}

struct matrix_ref *matrix_ref_get(struct matrix_ref *ref)
{
	count_up(&ref->refs);
	return ref;
}

static void drop_owner(struct owner *owner)
{
	if (!count_down(&owner->shown))
		return;
	matrix_free(owner->matrix);
	free(owner);
}

void matrix_ref_put(struct matrix_ref *ref)
{
	while (ref != NULL && count_down(&ref->refs)) {
		struct matrix_ref *previous = ref->previous;

		drop_owner(ref->owner);
		free(ref);
		ref = previous;
	}
}

const struct matrix *matrix_ref_matrix(const struct matrix_ref *ref)
{
	return &ref->view;
}

struct wall matrix_ref_loaded(const struct matrix_ref *ref)
{
	return ref->owner->loaded;
}

int64_t matrix_ref_number(const struct matrix_ref *ref)
{
	return ref->number;
}

void matrix_ref_set_number(struct matrix_ref *ref, int64_t number)
{
	ref->number = number;
}
