/* drill_json.c - see drill_json.h.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/drill_json.h"

static void seconds_or_null(
    struct json_out *out, const char *name, int64_t ms, bool known)
{
	if (known)
		json_seconds(out, name, ms);
	else
		json_raw(out, name, "null");
}

static void told(const struct drill_told *d, struct json_out *out)
{
	const struct notice *n = d->notice;

	json_open(out, NULL, '{');
	json_int(out, "notice", n->id);
	json_text(out, "reason", notice_reason_name(n->reason));
	json_int(out, "step", n->step + 1);
	json_text_or_null(out, "role", n->role);
	json_text_or_null(out, "who", n->who);
	json_text_or_null(out, "title", d->title);
	json_text(out, "channel", n->channel);
	json_wall(out, "told_at", n->at);
	json_wall(out, "held_until", d->held_until);
	json_text(out, "result", drill_fate_name(d->fate));
	json_wall(out, "delivered_at", d->sent_at);
	seconds_or_null(out, "took_s", d->took_ms, d->fate == FATE_OF_SENT);
	json_int(out, "attempts", d->tries);
	json_int(out, "code", d->code);
	json_text_or_null(out, "why", d->why);
	seconds_or_null(out, "acked_after_s", d->acked_ms, d->acked_ms >= 0);
	json_close(out, '}');
}

static void skipped(const struct drill_skipped *s, struct json_out *out)
{
	json_open(out, NULL, '{');
	json_text_or_null(out, "who", s->who);
	json_text_or_null(out, "title", s->title);
	json_int(out, "step", s->step + 1);
	json_wall(out, "at", s->at);
	json_text_or_null(out, "why", s->why);
	json_close(out, '}');
}

static void channel(const struct drill_channel *c, struct json_out *out)
{
	json_open(out, NULL, '{');
	json_text(out, "channel", c->name);
	json_int(out, "told", c->told);
	json_int(out, "delivered", c->sent);
	json_int(out, "failed", c->failed);
	json_int(out, "tried_again", c->again);
	json_text_or_null(out, "why", c->why);
	json_close(out, '}');
}

static void head(const struct drill_report *r, struct json_out *out)
{
	const char *const *text = r->ticket->fields.text;

	json_text(out, "key", r->ticket->key);
	json_text_or_null(out, "subject", text[FIELD_SUBJECT]);
	json_text_or_null(out, "chain", r->chain);
	json_text_or_null(out, "policy", r->policy);
	json_text_or_null(out, "severity", text[FIELD_SEVERITY]);
	json_text_or_null(out, "team", text[FIELD_TEAM]);
	json_text_or_null(out, "by", r->by);
	json_int(out, "speed", r->speed);
	json_text(out, "state", drill_state_name(r->state));
	json_bool(out, "ok", r->ok);
	json_bool(out, "waits", r->waits);
	json_wall(out, "started", r->started);
	json_wall(out, "ended", r->ended);
	seconds_or_null(out, "took_s",
	    wall_is_never(r->ended) ? 0 : wall_minus(r->ended, r->started),
	    !wall_is_never(r->ended));
	json_int(out, "step", r->step + 1);
	json_int(out, "steps", (int64_t)r->nsteps);
	json_text_or_null(out, "acked_by", r->acked_by);
	json_text_or_null(out, "acked_title", r->acked_title);
	json_text_or_null(out, "stopped_by", r->stopped_by);
}

void drill_json(
    const struct drill_report *r, const char *name, struct json_out *out)
{
	json_open(out, name, '{');
	head(r, out);
	json_open(out, "told", '[');
	for (size_t i = 0; i < r->ntold; i++)
		told(&r->told[i], out);
	json_close(out, ']');
	json_open(out, "skipped", '[');
	for (size_t i = 0; i < r->nskipped; i++)
		skipped(&r->skipped[i], out);
	json_close(out, ']');
	json_open(out, "channels", '[');
	for (size_t i = 0; i < r->nchannels; i++)
		channel(&r->channels[i], out);
	json_close(out, ']');
	json_close(out, '}');
}
