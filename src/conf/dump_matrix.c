/* dump_matrix.c - chains, policies and clocks as YAML.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/dump_parts.h"

#include "core/event.h"

static const char *chain_name(const struct matrix *m, int i)
{
	return i < 0 ? NULL : m->chains[i].name;
}

static const char *calendar_of(const struct matrix *m, int i)
{
	return i < 0 ? NULL : calendar_name(m->calendars[i]);
}

/* --- chains --------------------------------------------------------------- */

static void dump_step(struct textbuf *out, const struct step *s)
{
	char every[SPAN_TEXT_MAX];

	span_exact(s->after_ms, every);
	textbuf_addf(out, "      - after: %s\n", every);
	dump_notify(out, 8, s);
	if (s->remind_every_ms > 0) {
		span_exact(s->remind_every_ms, every);
		textbuf_addf(out, "        remind: { every: %s, times: %d }\n",
		    every, s->remind_times);
	}
	dump_pair(out, 8, "until", until_name(s->until));
	dump_pair(out, 8, "hours",
	    s->hours == NULL || s->hours[0] == '\0' ? "any" : s->hours);
	dump_send(out, 8, s->send);
}

static void dump_handoff(struct textbuf *out, uint32_t fields)
{
	const char *names[FIELD_COUNT];
	size_t n = 0;

	for (int f = 0; f < FIELD_COUNT; f++)
		if ((fields & FIELD_BIT(f)) != 0)
			names[n++] = field_name((enum field)f);
	dump_list(out, 4, "handoff", names, n);
}

void dump_chains(struct textbuf *out, const struct matrix *m)
{
	if (m->nchains > 0)
		textbuf_add(out, "\nchains:\n");
	for (size_t i = 0; i < m->nchains; i++) {
		const struct chain *c = &m->chains[i];

		dump_name(out, 2, c->name);
		dump_int(out, 4, "rank", c->rank);
		dump_span(out, 4, "ack_timeout", c->ack_timeout_ms);
		dump_int(out, 4, "repeat", c->repeat);
		dump_span(out, 4, "repeat_after", c->repeat_after_ms);
		dump_handoff(out, c->handoff);
		dump_message(out, &c->text);
		textbuf_add(out, "    steps:\n");
		for (size_t k = 0; k < c->nsteps; k++)
			dump_step(out, &c->steps[k]);
	}
}

/* --- policies ------------------------------------------------------------- */

/* As they were written. */
static void dump_offsets(struct textbuf *out, const struct warning *w, size_t n)
{
	const char *texts[WARNINGS_MAX];

	for (size_t i = 0; i < n; i++)
		texts[i] = w[i].text;
	dump_names(out, texts, n);
}

static void dump_warn(struct textbuf *out, const struct policy *p)
{
	if (p->nwarnings == 0)
		return;
	textbuf_add(out, "    warn: ");
	dump_offsets(out, p->warnings, p->nwarnings);
	textbuf_addc(out, '\n');
}

/* "first_reply: 1h", or a map if it has more of its own. */
static void dump_target(struct textbuf *out, const struct matrix *m,
    const char *kind, const struct target *t)
{
	char within[SPAN_TEXT_MAX];

	if (t->calendar < 0 && t->warnings == NULL) {
		dump_span(out, 8, kind, t->ms);
		return;
	}
	span_exact(t->ms, within);
	textbuf_add(out, "        ");
	dump_text(out, kind);
	textbuf_addf(out, ": { within: %s", within);
	if (t->calendar >= 0) {
		textbuf_add(out, ", calendar: ");
		dump_text(out, calendar_of(m, t->calendar));
	}
	if (t->warnings != NULL) {
		textbuf_add(out, ", warn: ");
		dump_offsets(out, t->warnings, t->nwarnings);
	}
	textbuf_add(out, " }\n");
}

static void dump_targets(
    struct textbuf *out, const struct matrix *m, const struct policy *p)
{
	bool any = false;

	for (size_t s = 0; s < m->nseverities; s++) {
		bool named = false;

		for (size_t k = 0; k < m->nkinds; k++) {
			if (p->targets[s][k].ms == 0)
				continue;
			if (!any)
				textbuf_add(out, "    targets:\n");
			if (!named)
				dump_name(out, 6, m->severities[s].name);
			any = named = true;
			dump_target(
			    out, m, m->kinds[k].name, &p->targets[s][k]);
		}
	}
}

void dump_policies(struct textbuf *out, const struct matrix *m)
{
	if (m->npolicies > 0)
		textbuf_add(out, "\npolicies:\n");
	for (size_t i = 0; i < m->npolicies; i++) {
		const struct policy *p = &m->policies[i];

		textbuf_add(out, "  - name: ");
		dump_text(out, p->name);
		textbuf_addc(out, '\n');
		dump_when(out, &p->when);
		dump_valid(out, &p->valid);
		dump_pair(out, 4, "calendar", calendar_of(m, p->calendar));
		dump_warn(out, p);
		textbuf_addf(out, "    send: { warnings: %s, breaches: %s }\n",
		    send_name(p->send_warnings), send_name(p->send_breaches));
		dump_pair(out, 4, "on_warning", chain_name(m, p->on_warning));
		dump_pair(out, 4, "on_breach", chain_name(m, p->on_breach));
		dump_targets(out, m, p);
	}
}

/* --- clocks --------------------------------------------------------------- */

static void dump_signals(struct textbuf *out, const char *key, signal_set set)
{
	const char *names[SIGNAL_COUNT];
	size_t n = 0;

	for (int s = 0; s < SIGNAL_COUNT; s++)
		if ((set & SIGNAL_BIT(s)) != 0)
			names[n++] = signal_name((enum signal)s);
	dump_list(out, 4, key, names, n);
}

static void dump_statuses(
    struct textbuf *out, int indent, const char *key, status_set set)
{
	const char *names[STATUS_COUNT];
	size_t n = 0;

	for (int s = 0; s < STATUS_COUNT; s++)
		if ((set & STATUS_BIT(s)) != 0)
			names[n++] = status_name((enum status)s);
	dump_list(out, indent, key, names, n);
}

static const char *reopen_word(enum on_reopen r)
{
	if (r == REOPEN_RESUME)
		return "resume";
	return r == REOPEN_RESET ? "reset" : "never";
}

void dump_clocks(struct textbuf *out, const struct matrix *m)
{
	textbuf_add(out, "\nclocks:\n");
	for (size_t i = 0; i < m->nkinds; i++) {
		const struct clock_kind *k = &m->kinds[i];

		dump_name(out, 2, k->name);
		dump_statuses(out, 4, "runs_in", k->runs_in);
		dump_signals(out, "starts", k->starts);
		dump_signals(out, "met_by", k->met_by);
		dump_pair(
		    out, 4, "again", k->again == AGAIN_EACH ? "each" : "never");
		dump_pair(out, 4, "on_reopen", reopen_word(k->on_reopen));
		dump_span(out, 4, "pause_at_most", k->pause_at_most_ms);
	}
}

/* --- comments and categories ---------------------------------------------- */

void dump_comments(struct textbuf *out, const struct matrix *m)
{
	const struct comment_rules *rules = &m->on_comment;

	textbuf_add(out, "\non_customer_comment:\n");
	if (rules->resumes == 0)
		textbuf_add(out, "  resumes: []\n");
	else
		dump_statuses(out, 2, "resumes", rules->resumes);
	dump_pair(out, 2, "reopens", rules->reopens ? "always" : "never");
}

void dump_always_human(struct textbuf *out, const struct matrix *m)
{
	if (m->nalways_human == 0)
		return;
	textbuf_addc(out, '\n');
	dump_list(out, 0, "always_human", m->always_human, m->nalways_human);
}
