/* dump_rules.c - conditions, validity, rules and the severity table as YAML.
 *
 * A condition is written in the form that conditions.h promises, so that it is
 * read as the same tree again.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/dump_parts.h"

#include "base/check.h"
#include "base/decimal.h"

/* --- a test --------------------------------------------------------------- */

/* ">= 3 in 7d", quoted. */
static void dump_comparison(struct textbuf *out, const struct condition *c)
{
	char number[DECIMAL_TEXT_MAX];
	char span[SPAN_TEXT_MAX];

	textbuf_addf(out, "\"%s ", compare_name(c->compare));
	switch (condition_field_type(c->field)) {
	case CONDITION_NUMBER:
		decimal_format(c->number, number);
		textbuf_addf(out, "%s\"", number);
		return;
	case CONDITION_SPAN:
		span_exact(c->number, span);
		textbuf_addf(out, "%s\"", span);
		return;
	case CONDITION_TALLY:
		span_exact(c->window_ms, span);
		textbuf_addf(out, "%lld in %s\"", (long long)c->number, span);
		return;
	case CONDITION_WORDS:
	case CONDITION_PHRASES:
		break;
	}
	check_failed("a field that is compared", __FILE__, __LINE__);
}

static void dump_asked(struct textbuf *out, const struct condition *c)
{
	textbuf_addf(out, "%s: ", condition_field_name(c->field));
	if (c->field == CONDITION_ATTRIBUTES) {
		textbuf_add(out, "{ ");
		dump_text(out, c->attribute);
		textbuf_add(out, ": ");
		dump_names(out, c->words, c->nwords);
		textbuf_add(out, " }");
	} else if (c->written != NULL) {
		dump_names(out, c->written, c->nwords);
	} else if (c->words != NULL) {
		dump_names(out, c->words, c->nwords);
	} else {
		dump_comparison(out, c);
	}
}

/* --- a tree --------------------------------------------------------------- */

static void dump_condition(struct textbuf *out, const struct condition *c);

/* A map has each key once; parts with the same key make a list. */
static bool keys_differ(const struct condition *c)
{
	for (size_t i = 0; i < c->nparts; i++)
		for (size_t k = 0; k < i; k++) {
			const struct condition *a = &c->parts[i];
			const struct condition *b = &c->parts[k];

			if (a->op == b->op &&
			    (a->op != CONDITION_TEST || a->field == b->field))
				return false;
		}
	return true;
}

/* "{ key: value }", or with several keys. */
static void dump_map(struct textbuf *out, const struct condition *c)
{
	textbuf_add(out, "{ ");
	if (c->op == CONDITION_ALL && keys_differ(c))
		for (size_t i = 0; i < c->nparts; i++) {
			textbuf_add(out, i == 0 ? "" : ", ");
			dump_condition(out, &c->parts[i]);
		}
	else
		dump_condition(out, c);
	textbuf_add(out, " }");
}

static void dump_parts(
    struct textbuf *out, const char *key, const struct condition *c)
{
	textbuf_addf(out, "%s: [ ", key);
	for (size_t i = 0; i < c->nparts; i++) {
		textbuf_add(out, i == 0 ? "" : ", ");
		dump_map(out, &c->parts[i]);
	}
	textbuf_add(out, " ]");
}

/* "key: value", as it stands in a map. */
static void dump_condition(struct textbuf *out, const struct condition *c)
{
	switch (c->op) {
	case CONDITION_ALL:
		dump_parts(out, "all", c);
		return;
	case CONDITION_ANY:
		dump_parts(out, "any", c);
		return;
	case CONDITION_NOT:
		textbuf_add(out, "not: ");
		dump_map(out, c->parts);
		return;
	case CONDITION_TEST:
		dump_asked(out, c);
		return;
	}
}

void dump_when(struct textbuf *out, const struct condition *when)
{
	CHECK(when->op == CONDITION_ALL);
	if (when->nparts == 0)
		return;
	textbuf_add(out, "    when:\n");
	if (!keys_differ(when)) {
		textbuf_add(out, "      ");
		dump_parts(out, "all", when);
		textbuf_addc(out, '\n');
		return;
	}
	for (size_t i = 0; i < when->nparts; i++) {
		textbuf_add(out, "      ");
		dump_condition(out, &when->parts[i]);
		textbuf_addc(out, '\n');
	}
}

/* As instants: they say the same in every zone. */
void dump_valid(struct textbuf *out, const struct validity *v)
{
	char from[WALL_TEXT_MAX] = "";
	char until[WALL_TEXT_MAX] = "";

	if (v->from.ms == 0 && v->until.ms == 0)
		return;
	if (v->from.ms != 0)
		wall_format(v->from, from);
	if (v->until.ms != 0)
		wall_format(v->until, until);
	textbuf_addf(out, "    valid: \"%s..%s\"\n", from, until);
}

/* --- rules ---------------------------------------------------------------- */

void dump_notify(struct textbuf *out, int indent, const struct step *s)
{
	dump_list(out, indent, "notify", s->who, s->nwho);
	dump_list(out, indent, "via", s->via, s->nvia);
}

static void dump_then(
    struct textbuf *out, const struct matrix *m, const struct rule *r)
{
	textbuf_add(out, "    then:\n");
	if (r->set_severity >= 0)
		dump_pair(out, 6, "set_severity",
		    m->severities[r->set_severity].name);
	if (r->raise_to >= 0)
		dump_pair(out, 6, "raise_to", m->severities[r->raise_to].name);
	if (r->team >= 0)
		dump_pair(out, 6, "team", m->teams[r->team].name);
	dump_list(out, 6, "tags", r->tags, r->ntags);
	dump_pair(out, 6, "require_human", r->require_human ? "true" : "false");
	if (r->start >= 0)
		dump_pair(out, 6, "start", m->chains[r->start].name);
	dump_notify(out, 6, &r->notify);
}

void dump_rules(struct textbuf *out, const struct matrix *m)
{
	if (m->nrules > 0)
		textbuf_add(out, "\nrules:\n");
	for (size_t i = 0; i < m->nrules; i++) {
		const struct rule *r = &m->rules[i];

		textbuf_add(out, "  - name: ");
		dump_text(out, r->name);
		textbuf_addc(out, '\n');
		if (r->when.nparts == 0)
			textbuf_add(out, "    when: {}\n");
		dump_when(out, &r->when);
		dump_valid(out, &r->valid);
		dump_then(out, m, r);
	}
}

void dump_severity_table(struct textbuf *out, const struct matrix *m)
{
	if (m->ntable > 0)
		textbuf_add(out, "\nseverity_table:\n");
	for (size_t i = 0; i < m->ntable; i++) {
		const struct severity_row *row = &m->table[i];

		textbuf_add(out, "  - severity: ");
		dump_text(out, m->severities[row->severity].name);
		textbuf_addc(out, '\n');
		dump_list(out, 4, "scope", row->scope, row->nscope);
		dump_list(out, 4, "impact", row->impact, row->nimpact);
		dump_list(
		    out, 4, "workaround", row->workaround, row->nworkaround);
	}
}
