/* reload.c - `slawatchctl reload`: the matrix anew, or what that would do.
 *
 * The daemon reads its own file.  A file beside it is only planned with: it is
 * read here, with the files that it names, and sent without its secrets.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/commands.h"

#include "conf/load.h"
#include "conf/masked.h"
#include "ctl/asking.h"
#include "ctl/pick.h"
#include "ctl/reload_plan.h"
#include "wire/json_gate.h"
#include "wire/json_out.h"
#include "wire/matrix_json.h"

#include <stdlib.h>
#include <string.h>

/* --- the file ------------------------------------------------------------- */

/* A stored one has but the names; what the daemon cannot keep it cannot be
 * asked about either. */
static int write_matrix(
    const char *path, const struct conf *conf, struct textbuf *body)
{
	struct arena arena = ARENA_INIT;
	struct sent_matrix m = { .name = path,
		.revision = conf->matrix->revision,
		.text = conf_masked(conf, &arena),
		.nfiles = conf->nfiles };
	int code = EXIT_OK;

	m.files = arena_alloc(&arena, (m.nfiles + 1) * sizeof *m.files);
	for (size_t i = 0; i < m.nfiles; i++)
		m.files[i] = (struct sent_file){ .name = conf->files[i].name,
			.bytes = conf->files[i].bytes,
			.len = conf->files[i].len };
	if (m.text != NULL)
		sent_matrix_write(&m, body);
	else
		code = say(EXIT_FAILED,
		    "a secret in that file cannot be taken out, so it is not "
		    "sent; put the secret into a file or a credential");
	arena_fini(&arena);
	return code;
}

/* Secrets need not be readable for whoever asks. */
static int read_matrix(const char *path, struct textbuf *body)
{
	const struct conf_options o = { .no_secrets = true };
	struct textbuf messages;
	struct conf conf;
	int code;

	textbuf_init(&messages);
	if (conf_load(path, &o, &conf, &messages)) {
		code = write_matrix(path, &conf, body);
		conf_free(&conf);
	} else {
		code = EXIT_FAILED;
	}
	if (messages.len > 0)
		say((enum exit_code)code, messages.data);
	textbuf_fini(&messages);
	return code;
}

/* --- asking --------------------------------------------------------------- */

/* Why it was refused: the messages of the file, whole; or what it would have
 * done. */
static int refused(
    struct asking *a, enum exit_code code, const struct errtext *err)
{
	struct errtext ignored;
	cJSON *tree =
	    json_gate_parse(a->reply.body.data, a->reply.body.len, &ignored);
	const char *text = pick_text(tree, "error");
	const cJSON *would = pick(tree, "plan");

	if (code == EXIT_FAILED && tree != NULL && asking_print_json(a)) {
		cJSON_Delete(tree);
		return (int)code;
	}
	if (code != EXIT_FAILED || text[0] == '\0' ||
	    (a->reply.status != 409 && a->reply.status != 422)) {
		cJSON_Delete(tree);
		return say_err(code, err);
	}
	if (would != NULL)
		reload_plan_totals(a, would, false);
	say(code, text);
	say(code, would != NULL
		      ? "nothing was changed; reload --plan says more, "
			"reload --force does it all the same"
		      : "nothing was changed");
	cJSON_Delete(tree);
	return (int)code;
}

static int post(struct asking *a, const char *path, const struct textbuf *body)
{
	struct errtext err;
	enum exit_code code =
	    live_ask(a->live, "POST", path, body, &a->reply, &a->tree, &err);

	return code == EXIT_OK ? EXIT_OK : refused(a, code, &err);
}

/* --- plan ----------------------------------------------------------------- */

static int plan(struct asking *a, const char *path)
{
	struct textbuf body;
	const cJSON *tree;
	int code = EXIT_OK;

	textbuf_init(&body);
	if (path != NULL)
		code = read_matrix(path, &body);
	if (code == EXIT_OK)
		code = post(a, "/v1/reload/plan", &body);
	textbuf_fini(&body);
	if (code != EXIT_OK)
		return code;
	tree = pick(a->tree, "plan");
	if (pick_true(pick(tree, "guard"), "refuses"))
		code = EXIT_FAILED;
	if (asking_print_json(a))
		return code;
	reload_plan_show(a, tree, false);
	if (path == NULL && pick_text(a->tree, "messages")[0] != '\0')
		say(EXIT_OK, pick_text(a->tree, "messages"));
	return code;
}

/* --- reload --------------------------------------------------------------- */

static void show_reloaded(struct asking *a)
{
	const char *revision = pick_text(a->tree, "revision");
	const char *messages = pick_text(a->tree, "messages");
	const cJSON *done = pick(a->tree, "plan");
	struct textbuf text;

	textbuf_init(&text);
	textbuf_addf(&text, "reloaded%s%s",
	    revision[0] != '\0' ? ", revision " : "", revision);
	asking_line(a, text.data);
	textbuf_fini(&text);
	if (done != NULL)
		reload_plan_totals(a, done, true);
	if (messages[0] != '\0')
		say(EXIT_OK, messages); /* warnings do not refuse */
}

static void write_ask(const struct invocation *in, struct textbuf *body)
{
	struct json_out j;

	json_out_init(&j, body);
	json_open(&j, NULL, '{');
	json_text(&j, "by", asking_doer(in));
	json_text(&j, "why", in->value[OPT_WHY]);
	json_bool(&j, "force", in->value[OPT_FORCE] != NULL);
	json_close(&j, '}');
}

static int reload(struct asking *a)
{
	struct textbuf body;
	struct errtext err;
	int code;

	textbuf_init(&body);
	write_ask(a->in, &body);
	code = (int)live_ask(
	    a->live, "POST", "/v1/reload", &body, &a->reply, &a->tree, &err);
	if (code != EXIT_OK)
		code = refused(a, (enum exit_code)code, &err);
	else if (!asking_print_json(a))
		show_reloaded(a);
	textbuf_fini(&body);
	return code;
}

static int check_usage(const struct invocation *in)
{
	struct errtext err;

	if (in->value[OPT_PLAN] != NULL) {
		if (in->value[OPT_FORCE] == NULL && in->value[OPT_WHY] == NULL)
			return EXIT_OK;
		return say(EXIT_USAGE, "reload: --plan changes nothing; leave "
				       "--force and --why away");
	}
	if (in->nargs == 0)
		return EXIT_OK;
	errtext_set(&err,
	    "reload: the daemon reads its own file (slawatchctl status names "
	    "it): put %s there; reload --plan %s says what it would change",
	    in->args[0], in->args[0]);
	return say_err(EXIT_USAGE, &err);
}

int cmd_reload(const struct invocation *in)
{
	struct asking a;
	int code = check_usage(in);

	if (code != EXIT_OK)
		return code;
	code = asking_begin(&a, in);
	if (code == EXIT_OK)
		code = in->value[OPT_PLAN] != NULL ? plan(&a, in->args[0])
						   : reload(&a);
	asking_end(&a);
	return code;
}
