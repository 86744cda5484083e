/* asking.c - ask the daemon, or say why there is no answer.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/asking.h"

#include "ctl/pick.h"
#include "ctl/when.h"
#include "ctl/width.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FACT_COLUMNS 11 /* of a fact's name */

int say(enum exit_code code, const char *text)
{
	struct textbuf line;

	textbuf_init(&line);
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		char *part = strndup(text, len);

		text_clean(&line, part != NULL ? part : "");
		free(part);
		textbuf_addc(&line, '\n');
		text += len + (text[len] == '\n');
	}
	fprintf(stderr, "slawatchctl: %s", line.data);
	textbuf_fini(&line);
	return (int)code;
}

int say_err(enum exit_code code, const struct errtext *err)
{
	return say(code, err->text);
}

const char *asking_doer(const struct invocation *in)
{
	const char *user = getenv("USER");
	const struct passwd *account;

	if (in->value[OPT_BY] != NULL)
		return in->value[OPT_BY];
	if (user != NULL && user[0] != '\0')
		return user;
	account = getpwuid(getuid());
	return account != NULL ? account->pw_name : NULL;
}

int asking_begin(struct asking *a, const struct invocation *in)
{
	struct errtext err;

	memset(a, 0, sizeof *a);
	a->in = in;
	a->screen = screen_stdout();
	live_reply_init(&a->reply);
	textbuf_init(&a->out);
	a->live = live_open(in, &err);
	return a->live != NULL ? EXIT_OK : say_err(EXIT_USAGE, &err);
}

void asking_end(struct asking *a)
{
	fwrite(a->out.data, 1, a->out.len, stdout);
	textbuf_fini(&a->out);
	live_reply_fini(&a->reply);
	cJSON_Delete(a->tree);
	live_close(a->live);
}

static int ask(struct asking *a, const char *method, const char *path,
    const struct textbuf *body, struct errtext *err)
{
	cJSON_Delete(a->tree);
	return (int)live_ask(
	    a->live, method, path, body, &a->reply, &a->tree, err);
}

int asking_get(struct asking *a, const char *path)
{
	return asking_post(a, path, NULL);
}

int asking_post(struct asking *a, const char *path, const struct textbuf *body)
{
	struct errtext err;
	int code = ask(a, body != NULL ? "POST" : "GET", path, body, &err);

	return code == EXIT_OK ? EXIT_OK : say_err((enum exit_code)code, &err);
}

int asking_ticket(struct asking *a, const char *method, const char *key,
    const char *rest, const struct textbuf *body)
{
	struct errtext err;
	struct textbuf path;
	int code;

	textbuf_init(&path);
	textbuf_add(&path, "/v1/tickets/");
	live_escape(&path, key);
	textbuf_add(&path, rest);
	code = ask(a, method, path.data, body, &err);
	textbuf_fini(&path);
	if (code == EXIT_OK)
		return EXIT_OK;
	if (a->reply.status != 404)
		return say_err((enum exit_code)code, &err);
	errtext_set(&err,
	    "no ticket \"%s\"; slawatchctl tickets --status all "
	    "lists them",
	    key);
	return say_err(EXIT_NO_TICKET, &err);
}

int asking_now(struct asking *a, struct wall *now)
{
	int code = asking_get(a, "/v1/status");

	*now = WALL_NEVER;
	if (code != EXIT_OK)
		return code;
	*now = pick_wall(a->tree, "now");
	if (wall_is_never(*now))
		return say(EXIT_FAILED,
		    "/v1/status does not say what time it is there");
	return EXIT_OK;
}

bool asking_print_json(struct asking *a)
{
	if (a->in->value[OPT_JSON] == NULL)
		return false;
	textbuf_addn(&a->out, a->reply.body.data, a->reply.body.len);
	if (a->out.len == 0 || a->out.data[a->out.len - 1] != '\n')
		textbuf_addc(&a->out, '\n');
	return true;
}

void asking_fact(
    struct asking *a, const char *name, const char *text, enum colour colour)
{
	struct textbuf clean;

	if (text == NULL || text[0] == '\0')
		return;
	textbuf_init(&clean);
	textbuf_add(&clean, name);
	while (clean.len < FACT_COLUMNS)
		textbuf_addc(&clean, ' ');
	screen_colour(a->screen, COLOUR_DIM, clean.data, &a->out);
	textbuf_clear(&clean);
	text_clean(&clean, text);
	screen_colour(a->screen, colour, clean.data, &a->out);
	textbuf_addc(&a->out, '\n');
	textbuf_fini(&clean);
}

void asking_fact_when(struct asking *a, const char *name, const cJSON *object,
    const char *member, struct wall now)
{
	char text[WHEN_TEXT_MAX];

	when_both(pick_wall(object, member), now, text);
	asking_fact(a, name, text, COLOUR_NONE);
}

void asking_line(struct asking *a, const char *text)
{
	text_clean(&a->out, text);
	textbuf_addc(&a->out, '\n');
}
