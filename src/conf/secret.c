/* secret.c - secrets from files and systemd credentials.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/secret.h"

#include "conf/files.h"
#include "conf/url.h"

#include <stdlib.h>
#include <string.h>

/* Only what names the source may be shown. */
static void mask(struct reader *r, const struct yaml_node *node)
{
	if (node->kind != YAML_MAP) {
		yaml_mask(r->report, node);
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		if (strcmp(node->pairs[i].key->text, "file") != 0 &&
		    strcmp(node->pairs[i].key->text, "credential") != 0)
			yaml_mask(r->report, node->pairs[i].value);
}

/* Of a URL in the file: what follows scheme and host may be a secret. */
static struct place behind_host(const struct yaml_node *node)
{
	struct place at = node->at;
	const char *host = strstr(node->text, "://");
	struct url url;
	size_t shown;

	/* Escapes in the source: text and bytes do not run in step. */
	if (host == NULL || strlen(node->text) != at.end - at.start)
		return at;
	host += 3;
	shown = strcspn(host, "/?#");
	if (!url_parse(node->text, &url) || url.has_user)
		shown = 0;
	at.start += (size_t)(host - node->text) + shown;
	return at;
}

static const char *credential_path(
    struct reader *r, const struct yaml_node *node)
{
	const char *dir = r->options->credentials;
	struct textbuf tb;
	const char *path;

	if (dir == NULL)
		dir = getenv("CREDENTIALS_DIRECTORY");
	if (r->is_stored || dir == NULL || dir[0] == '\0') {
		if (!r->is_stored && !r->options->no_secrets)
			report_error(r->report, node->at,
			    "no credentials were passed; put LoadCredential="
			    "%s:PATH into the unit, or use { file: PATH }",
			    node->text);
		return NULL;
	}
	textbuf_init(&tb);
	textbuf_addf(&tb, "%s/%s", dir, node->text);
	path = arena_strdup(r->report->arena, tb.data);
	textbuf_fini(&tb);
	return path;
}

/* Where to read from; NULL if there is no way, which is reported. */
static const char *find_path(struct reader *r, const struct yaml_node *node,
    struct secret_origin *origin)
{
	const struct yaml_node *file = yaml_get(node, "file");
	const struct yaml_node *credential = yaml_get(node, "credential");
	const struct yaml_node *given = file != NULL ? file : credential;

	if (given == NULL || (file != NULL && credential != NULL)) {
		report_error(r->report, node->at,
		    "a secret has one source; write either { file: PATH } or { "
		    "credential: NAME }");
		return NULL;
	}
	if (node_text(r, given, file != NULL ? "file" : "credential") == NULL)
		return NULL;
	if (file != NULL) {
		origin->source = SECRET_FILE;
		origin->where = beside(r, file->text);
		return origin->where;
	}
	if (strchr(given->text, '/') != NULL || given->text[0] == '.' ||
	    given->text[0] == '\0') {
		report_error(r->report, given->at,
		    "\"%s\" is no name of a credential; write it as in "
		    "LoadCredential=NAME:PATH",
		    given->text);
		return NULL;
	}
	origin->source = SECRET_CREDENTIAL;
	origin->where = arena_strdup(&r->conf->arena, given->text);
	return credential_path(r, given);
}

/* Cuts line ends; refuses what no header or login can carry. */
static const char *clean(struct reader *r, struct place at, const char *path,
    char *bytes, size_t len)
{
	while (len > 0 && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
		bytes[--len] = '\0';
	if (len == 0) {
		report_error(r->report, at,
		    "%s is empty; write the secret into it", path);
		return NULL;
	}
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7f) {
			report_error(r->report, at,
			    "%s holds a control character or several lines; a "
			    "secret is one line of text",
			    path);
			return NULL;
		}
	return bytes;
}

static const char *read_from(struct reader *r, struct place at,
    const char *path, bool is_file, struct arena *arena)
{
	struct errtext err;
	size_t len = 0;
	char *bytes = file_read(path, SECRET_MAX_BYTES, arena, &len, &err);

	if (bytes == NULL) {
		if (r->options->no_secrets)
			return "";
		report_error(r->report, at,
		    "the secret in %s cannot be read: %s; create the file or "
		    "let the daemon's user read it",
		    path, err.text);
		return NULL;
	}
	if (is_file && file_is_public(path))
		report_warning(r->report, at,
		    "everybody on this machine can read the secret in %s; "
		    "chmod o-r it",
		    path);
	return clean(r, at, path, bytes, len);
}

const char *secret_read(struct reader *r, const struct yaml_node *node,
    const char *what, bool plain, struct arena *arena,
    struct secret_origin *origin)
{
	const char *path;

	origin->source = SECRET_NONE;
	if (!plain || node->kind != YAML_TEXT)
		mask(r, node);
	if (plain && node->kind == YAML_TEXT) {
		report_mask(r->report, behind_host(node));
		origin->source = SECRET_PLAIN;
		return node_text(r, node, what) == NULL
			   ? NULL
			   : arena_strdup(arena, node->text);
	}
	if (node->kind != YAML_MAP) {
		report_error(r->report, node->at,
		    "%s may not stand in the file; write { file: PATH } or { "
		    "credential: NAME }",
		    what);
		return NULL;
	}
	read_map(r, node, "SECRET");
	path = find_path(r, node, origin);
	if (path == NULL)
		return origin->source == SECRET_CREDENTIAL &&
			       (r->is_stored || r->options->no_secrets)
			   ? ""
			   : NULL;
	if (r->is_stored)
		return "";
	return read_from(
	    r, node->at, path, origin->source == SECRET_FILE, arena);
}
