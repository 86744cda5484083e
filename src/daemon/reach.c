/* reach.c - what looks and deliveries say of who can be reached.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/reach.h"

#include "base/check.h"
#include "daemon/app.h"
#include "daemon/log.h"
#include "daemon/reach_parts.h"
#include "daemon/reach_ways.h"
#include "wire/json_out.h"

#include <stdlib.h>
#include <string.h>

static const char *const states[REACH_STATE_COUNT] = {
	[REACH_UNASKED] = "unasked",
	[REACH_OK] = "reachable",
	[REACH_NOT] = "unreachable",
	[REACH_UNKNOWN] = "unknown",
};

const char *reach_state_name(enum reach_state s)
{
	CHECK((unsigned)s < REACH_STATE_COUNT);
	return states[s];
}

static const char *text_of(struct arena *arena, struct textbuf *tb)
{
	const char *text = arena_strndup(arena, tb->data, tb->len);

	textbuf_fini(tb);
	return text;
}

/* --- what is remembered --------------------------------------------------- */

static void keep(struct app *app, const char *name, struct textbuf *text)
{
	struct item *it = item_new(ITEM_META);

	it->name = arena_strdup(&it->arena, name);
	it->value = arena_strndup(&it->arena, text->data, text->len);
	textbuf_fini(text);
	intake_offer_control(app->intake, it);
}

static void keep_refusals(struct app *app)
{
	struct textbuf text;

	textbuf_init(&text);
	refusals_write(&app->reach.refusals, &text);
	keep(app, "refused", &text);
	chores_look_soon(app);
}

void reach_recall(struct app *app, const char *checked, const char *refused)
{
	struct reach *r = &app->reach;

	refusals_init(&r->refusals);
	refusals_read(&r->refusals, refused);
	if (!wall_parse(checked, strlen(checked), &r->checked)) {
		r->checked = WALL_NEVER;
		r->next = wall_plus(app->started, REACH_FIRST_MS);
		return;
	}
	r->next = wall_max(wall_plus(r->checked, REACH_EVERY_MS),
	    wall_plus(app->started, REACH_SOON_MS));
}

void reach_lines_free(struct reach_lines *lines)
{
	if (lines == NULL)
		return;
	words_fini(&lines->index);
	arena_fini(&lines->arena);
	free(lines);
}

/* Names have no blanks. */
static const char *key_of(
    struct arena *arena, const char *person, const char *channel)
{
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "%s %s", person, channel);
	return text_of(arena, &text);
}

void reach_lines_add(
    struct reach_lines *l, const char *person, const char *channel)
{
	struct reach_line *line =
	    arena_push(&l->arena, &l->items, &l->count, &l->cap, sizeof *line);

	*line = (struct reach_line){ .person = arena_strdup(&l->arena, person),
		.channel = arena_strdup(&l->arena, channel),
		.state = REACH_UNKNOWN,
		.why = "" };
	words_add(&l->index, key_of(&l->arena, person, channel), l->count - 1);
}

struct reach_line *reach_lines_find(
    struct reach_lines *l, const char *person, const char *channel)
{
	struct arena arena = ARENA_INIT;
	bool found = false;
	size_t at = 0;

	if (l != NULL)
		found =
		    words_find(&l->index, key_of(&arena, person, channel), &at);
	arena_fini(&arena);
	return found ? &l->items[at] : NULL;
}

static void say_looked(const struct app *app)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_INFO);
	log_text(&l, "msg", "looked who can be reached");
	log_int(&l, "ways", (int64_t)app->reach.last->count);
	log_end(&l);
}

void reach_take(struct app *app, struct reach_lines *lines)
{
	struct reach *r = &app->reach;
	struct textbuf text;
	char at[WALL_TEXT_MAX];

	reach_lines_free(r->last);
	r->last = lines;
	r->checked = loop_now(app->loop);
	r->next = wall_plus(r->checked, REACH_EVERY_MS);
	wall_format(r->checked, at);
	textbuf_init(&text);
	textbuf_add(&text, at);
	keep(app, "checked", &text);
	say_looked(app);
	chores_look_soon(app);
}

/* --- what deliveries say -------------------------------------------------- */

/* The row that said those words is the one that knows whose fault it is. */
static bool is_persons_fault(
    const struct answers *rows, int code, const char *why)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct answer_row *row = &rows->rows[i];
		const char *said = row->why != NULL ? row->why : row->word;
		bool fits = (row->from == 0 && row->to == 0) ||
			    (code >= row->from && code <= row->to);

		if (fits && said != NULL && strcmp(said, why) == 0)
			return row->meaning == MEANS_NEXT &&
			       row->blame == BLAME_PERSON;
	}
	return false;
}

static bool is_refused_for_good(
    const struct channel *c, int code, const char *why)
{
	struct answers smtp = answers_of(TRANSPORT_SMTP);

	return is_persons_fault(&via_of(c->type)->answers, code, why) ||
	       (c->type == CHANNEL_SMTP && is_persons_fault(&smtp, code, why));
}

/* What the last look found of that way is over. */
static bool mend_line(struct reach *r, const char *channel, const char *person)
{
	struct reach_line *l = reach_lines_find(r->last, person, channel);

	if (l == NULL || l->state != REACH_NOT)
		return false;
	l->state = REACH_OK;
	l->why = "";
	return true;
}

void reach_went(struct app *app, int channel, int person)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	const char *address = reach_address(m, channel, person);

	if (mend_line(
		&app->reach, m->channels[channel].name, m->people[person].name))
		chores_look_soon(app);
	if (address != NULL && refusals_clear(&app->reach.refusals,
				   m->channels[channel].name, address))
		keep_refusals(app);
}

static void refused(struct app *app, int channel, int person,
    const struct item *it, struct wall at)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	const struct channel *c = &m->channels[channel];
	const char *address = reach_address(m, channel, person);

	if (address != NULL && it->row.detail != NULL &&
	    is_refused_for_good(c, it->row.code, it->row.detail) &&
	    refusals_note(
		&app->reach.refusals, c->name, address, it->row.detail, at))
		keep_refusals(app);
}

void reach_publish(struct app *app, const struct item *it)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);

	if (it->kind != ITEM_INSIDE || it->ev.type != EVENT_DELIVERY ||
	    it->row.notice_id == 0)
		return;
	for (size_t i = 0; i < it->out.nchanges; i++) {
		const struct change *c = &it->out.changes[i];
		int channel = matrix_channel(m, c->channel);
		int person = matrix_person(m, c->who);

		if (it->out.notice_ids[i] != it->row.notice_id || channel < 0 ||
		    person < 0 || !channel_is_personal(&m->channels[channel]))
			continue;
		if (c->kind == CHANGE_NOTICE_SENT)
			reach_went(app, channel, person);
		if (c->kind == CHANGE_NOTICE_DEAD)
			refused(app, channel, person, it, c->at);
	}
}

/* --- how somebody stands -------------------------------------------------- */

/* One way of a person, or a room (-1), by what is known now. */
static struct reach_line state_of(
    const struct app *app, int channel, int person)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	const struct reach *r = &app->reach;
	struct reach_line now = { .person =
				      person < 0 ? "" : m->people[person].name,
		.channel = m->channels[channel].name,
		.state = REACH_UNKNOWN,
		.why = "nobody has looked yet" };
	const char *address =
	    person < 0 ? NULL : reach_address(m, channel, person);
	const struct refusal *refusal =
	    address == NULL ? NULL
			    : refusals_find(&r->refusals, now.channel, address);

	const struct reach_line *asked =
	    reach_lines_find(r->last, now.person, now.channel);

	if (asked != NULL)
		now = *asked;
	/* The other side itself knows better than its old refusal. */
	if (refusal != NULL && now.state != REACH_OK &&
	    now.state != REACH_NOT) {
		now.state = REACH_NOT;
		now.why = refusal->why;
	}
	return now;
}

/* --- for people ----------------------------------------------------------- */

static void write_way(const struct reach_line *l, struct json_out *out)
{
	json_open(out, NULL, '{');
	json_text(out, "channel", l->channel);
	json_text(out, "result", reach_state_name(l->state));
	json_text(out, "why", l->why);
	json_close(out, '}');
}

/* Is any way barred? */
static bool write_person(const struct app *app, int person, struct arena *arena,
    struct json_out *out)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	struct reach_ways ways;
	size_t barred = 0;

	reach_ways_of(m, person, false, arena, &ways);
	json_open(out, NULL, '{');
	json_text(out, "person", m->people[person].name);
	json_text(out, "name", m->people[person].title);
	json_open(out, "ways", '[');
	for (size_t i = 0; i < ways.count; i++) {
		struct reach_line l = state_of(app, ways.channels[i], person);

		write_way(&l, out);
		barred += l.state == REACH_NOT;
	}
	json_close(out, ']');
	json_bool(out, "reachable", barred == 0 || barred < ways.count);
	json_close(out, '}');
	return barred > 0;
}

void reach_json(const struct app *app, struct json_out *out)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	struct arena arena = ARENA_INIT;
	int64_t barred = 0;

	json_open(out, NULL, '{');
	json_wall(out, "checked", app->reach.checked);
	json_open(out, "people", '[');
	for (size_t p = 0; p < m->npeople; p++)
		barred += write_person(app, (int)p, &arena, out);
	json_close(out, ']');
	json_int(out, "barred", barred);
	json_open(out, "rooms", '[');
	for (size_t c = 0; c < m->nchannels; c++) {
		struct reach_line l;

		if (m->channels[c].way != WAY_ROOM ||
		    !channel_has(&m->channels[c], THREADS))
			continue;
		l = state_of(app, (int)c, -1);
		write_way(&l, out);
	}
	json_close(out, ']');
	json_close(out, '}');
	arena_fini(&arena);
}

/* --- for the owner -------------------------------------------------------- */

/* "by mail (dana@example.com): no such mailbox" for each that is barred. */
static size_t add_barred(const struct app *app, int person,
    const struct reach_ways *ways, struct textbuf *text)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	size_t barred = 0;

	for (size_t i = 0; i < ways->count; i++) {
		struct reach_line l = state_of(app, ways->channels[i], person);
		const char *address =
		    reach_address(m, ways->channels[i], person);

		if (l.state != REACH_NOT)
			continue;
		textbuf_addf(
		    text, "%s by %s", barred == 0 ? "" : ";", l.channel);
		if (address != NULL)
			textbuf_addf(text, " (%s)", address);
		if (*l.why != '\0')
			textbuf_addf(text, ": %s", l.why);
		barred++;
	}
	return barred;
}

/* Is there anything to say of that one? */
static bool add_person_chore(const struct app *app, int person,
    struct arena *arena, struct chore_list *out)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);
	const struct person *p = &m->people[person];
	struct reach_ways ways;
	struct textbuf text;
	size_t barred;

	reach_ways_of(m, person, false, arena, &ways);
	textbuf_init(&text);
	textbuf_addf(&text, "%s can no longer be reached", p->title);
	barred = add_barred(app, person, &ways, &text);
	if (barred == 0) {
		textbuf_fini(&text);
		return false;
	}
	textbuf_add(&text, barred < ways.count
			       ? ". Other ways are left."
			       : ". No way is left: nobody reaches them.");
	textbuf_addf(&text,
	    " Mend \"%s\" in `people`, or see to it on the other side; "
	    "`slawatchctl people check` looks again.",
	    p->name);
	chores_add(arena, out, "reach", p->name, &text);
	return true;
}

void reach_chores(struct app *app, struct arena *arena, struct chore_list *out)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);

	app->reach.barred = 0;
	for (size_t p = 0; p < m->npeople; p++)
		app->reach.barred += add_person_chore(app, (int)p, arena, out);
	reach_down_chores(app, arena, out);
}

/* Nobody has looked since the start: what was said of it may still hold. */
void reach_hold(const struct app *app, struct told *told)
{
	const struct matrix *m = matrix_ref_matrix(app->matrix);

	reach_down_hold(app, told);
	for (size_t p = 0; app->reach.last == NULL && p < m->npeople; p++) {
		struct textbuf topic;

		textbuf_init(&topic);
		textbuf_addf(&topic, "reach %s", m->people[p].name);
		told_hold(told, topic.data);
		textbuf_fini(&topic);
	}
}

void reach_close(struct app *app)
{
	struct reach *r = &app->reach;

	refusals_fini(&r->refusals);
	reach_lines_free(r->last);
	reach_down_close(app);
	reach_look_close(app);
}
