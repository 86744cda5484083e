/* verify.c - does the database follow from its journal?
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "base/textbuf.h"
#include "ctl/asking.h"
#include "ctl/verify_ticket.h"
#include "wire/json_out.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_DATABASE "/var/lib/slawatch/slawatch.db"
#define IMPOSSIBLE_SAID	 10 /* tickets that are named one by one */

struct verify {
	const char *path;
	bool json;
	struct audit *audit;
	struct matrices matrices;
	struct duties duties;
	struct verify_counts same;
	int64_t different;
	int64_t impossible;
};

/* A line for programs; `j` is in the object. */
static void print_line(struct textbuf *tb)
{
	fwrite(tb->data, 1, tb->len, stdout);
	putchar('\n');
	textbuf_fini(tb);
}

static void say_difference(
    struct verify *v, const char *key, const struct difference *d)
{
	struct json_out j;
	struct textbuf tb;

	v->different++;
	if (!v->json) {
		printf("%s: %s: %s: expected %s, found %s\n", key, d->where,
		    d->member, d->expected, d->found);
		return;
	}
	textbuf_init(&tb);
	json_out_init(&j, &tb);
	json_open(&j, NULL, '{');
	json_text(&j, "kind", "difference");
	json_text(&j, "ticket", key);
	if (d->row != 0)
		json_int(&j, "journal_row", d->row);
	json_text(&j, "where", d->where);
	json_text(&j, "member", d->member);
	json_text(&j, "expected", d->expected);
	json_text(&j, "found", d->found);
	json_close(&j, '}');
	print_line(&tb);
}

/* Of an old database most tickets: for people a few of them will do. */
static void say_impossible(
    struct verify *v, const char *key, const struct errtext *why)
{
	struct json_out j;
	struct textbuf tb;

	if (++v->impossible > IMPOSSIBLE_SAID && !v->json)
		return;
	if (!v->json) {
		printf("%s: cannot be verified: %s\n", key, why->text);
		return;
	}
	textbuf_init(&tb);
	json_out_init(&j, &tb);
	json_open(&j, NULL, '{');
	json_text(&j, "kind", "unverified");
	json_text(&j, "ticket", key);
	json_text(&j, "why", why->text);
	json_close(&j, '}');
	print_line(&tb);
}

static void say_counts(const struct verify *v)
{
	const struct verify_counts *n = &v->same;

	printf("%s: %lld tickets are as their journal says: %lld decisions, "
	       "%lld journal rows, %lld clocks, %lld runs, %lld notices\n",
	    v->path, (long long)n->tickets, (long long)n->decisions,
	    (long long)n->rows, (long long)n->clocks, (long long)n->runs,
	    (long long)n->notices);
	if (v->different > 0)
		printf("%lld differ\n", (long long)v->different);
	if (v->impossible > 0)
		printf("%lld could not be verified%s\n",
		    (long long)v->impossible,
		    v->impossible > IMPOSSIBLE_SAID ? " (--json names them all)"
						    : "");
}

static void say_summary(const struct verify *v)
{
	const struct verify_counts *n = &v->same;
	struct json_out j;
	struct textbuf tb;

	if (!v->json) {
		say_counts(v);
		return;
	}
	textbuf_init(&tb);
	json_out_init(&j, &tb);
	json_open(&j, NULL, '{');
	json_text(&j, "kind", "summary");
	json_text(&j, "database", v->path);
	json_int(&j, "same", n->tickets);
	json_int(&j, "different", v->different);
	json_int(&j, "unverified", v->impossible);
	json_int(&j, "decisions", n->decisions);
	json_int(&j, "journal_rows", n->rows);
	json_int(&j, "clocks", n->clocks);
	json_int(&j, "runs", n->runs);
	json_int(&j, "notices", n->notices);
	json_close(&j, '}');
	print_line(&tb);
}

static int verify_one(struct verify *v, int64_t id)
{
	struct difference d;
	struct errtext why = { "" };
	char key[256];

	switch (verify_ticket(
	    v->audit, &v->matrices, &v->duties, id, &v->same, key, &d, &why)) {
	case VERIFY_SAME:
		break;
	case VERIFY_DIFFERENT:
		say_difference(v, key, &d);
		break;
	case VERIFY_IMPOSSIBLE:
		say_impossible(v, key, &why);
		break;
	case VERIFY_FAILED:
		return say_err(EXIT_FAILED, &why);
	}
	return EXIT_OK;
}

/* Rows of tickets that are not there: nothing would ever have found them. */
static int verify_strays(struct verify *v)
{
	enum store_result r = STORE_OK;
	struct difference d;
	struct errtext why;
	const char *table;
	int64_t count;

	for (int i = 0; r == STORE_OK; i++) {
		r = audit_strays(v->audit, i, &table, &count, &why);
		if (r != STORE_OK || count == 0)
			continue;
		memset(&d, 0, sizeof d);
		differ_at(&d, "table %s", table);
		differ_int(&d, "rows of no ticket", 0, count);
		say_difference(v, "-", &d);
	}
	return r == STORE_NONE ? EXIT_OK : say_err(EXIT_FAILED, &why);
}

static int verify_all(struct verify *v)
{
	struct errtext why;
	int64_t id = 0;
	int code = EXIT_OK;
	enum store_result r = audit_next(v->audit, 0, &id, &why);

	while (code == EXIT_OK && r == STORE_OK) {
		code = verify_one(v, id);
		r = audit_next(v->audit, id, &id, &why);
	}
	if (code == EXIT_OK && r != STORE_NONE)
		code = say_err(EXIT_FAILED, &why);
	return code == EXIT_OK ? verify_strays(v) : code;
}

int cmd_verify(const struct invocation *in)
{
	struct verify v = { .path =
				in->nargs > 0 ? in->args[0] : DEFAULT_DATABASE,
		.json = in->value[OPT_JSON] != NULL };
	struct errtext why;
	int code;

	if (audit_open(v.path, &v.audit, &why) != STORE_OK)
		return say_err(EXIT_FAILED, &why);
	matrices_init(&v.matrices, v.audit);
	duties_init(&v.duties, v.audit);
	code = verify_all(&v);
	if (code == EXIT_OK)
		say_summary(&v);
	duties_fini(&v.duties);
	matrices_fini(&v.matrices);
	audit_close(v.audit);
	if (code != EXIT_OK)
		return code;
	if (v.different > 0)
		return EXIT_DIFFERENT;
	return v.impossible > 0 ? EXIT_UNVERIFIED : EXIT_OK;
}
