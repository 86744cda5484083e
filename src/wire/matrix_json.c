/* matrix_json.c - see matrix_json.h.
 *
 * SPDX-License-Identifier: MIT */
#include "wire/matrix_json.h"

#include "wire/json_gate.h"
#include "wire/json_out.h"
#include "wire/mail_encode.h"

#include <string.h>

#define REVISION_LEN 16 /* hex digits */

void sent_matrix_write(const struct sent_matrix *m, struct textbuf *out)
{
	struct textbuf encoded;
	struct json_out j;

	textbuf_init(&encoded);
	json_out_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "name", m->name);
	json_text(&j, "revision", m->revision);
	json_text(&j, "text", m->text);
	json_open(&j, "files", '[');
	for (size_t i = 0; i < m->nfiles; i++) {
		textbuf_clear(&encoded);
		mail_base64(&encoded, m->files[i].bytes, m->files[i].len);
		json_open(&j, NULL, '{');
		json_text(&j, "name", m->files[i].name);
		json_text(&j, "base64", encoded.data);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	textbuf_fini(&encoded);
}

/* --- back ----------------------------------------------------------------- */

static int sextet(char c)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(alphabet, c);

	return at == NULL ? -1 : (int)(at - alphabet);
}

/* RFC 4648, padded, without line ends; NULL: it is none. */
static const char *decode(const char *text, struct arena *arena, size_t *len)
{
	size_t all = strlen(text);
	size_t pad = 0;
	char *bytes;

	while (pad < 2 && pad < all && text[all - 1 - pad] == '=')
		pad++;
	if (all % 4 != 0)
		return NULL;
	bytes = arena_alloc(arena, all / 4 * 3 + 1);
	*len = 0;
	for (size_t i = 0; i < all; i += 4) {
		unsigned group = 0;

		for (size_t k = 0; k < 4; k++) {
			bool padding = i + k >= all - pad;
			int six = padding ? 0 : sextet(text[i + k]);

			if (six < 0)
				return NULL;
			group = group << 6 | (unsigned)six;
		}
		bytes[(*len)++] = (char)(group >> 16);
		bytes[(*len)++] = (char)(group >> 8 & 0xff);
		bytes[(*len)++] = (char)(group & 0xff);
	}
	*len -= pad;
	return bytes;
}

static const char *text_of(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsString(item) ? item->valuestring : NULL;
}

static bool read_file(const cJSON *item, size_t index, struct arena *arena,
    struct sent_file *out, struct errtext *err)
{
	const char *name = text_of(item, "name");
	const char *encoded = text_of(item, "base64");

	if (name == NULL || encoded == NULL) {
		errtext_set(err,
		    "files[%zu]: needs a \"name\" and its bytes as \"base64\"",
		    index);
		return false;
	}
	out->name = arena_strdup(arena, name);
	out->bytes = decode(encoded, arena, &out->len);
	if (out->bytes == NULL)
		errtext_set(err, "files[%zu].base64: this is no base64", index);
	return out->bytes != NULL;
}

static bool read_files(const cJSON *list, struct arena *arena,
    struct sent_matrix *out, struct errtext *err)
{
	const cJSON *item;

	if (list == NULL || cJSON_IsNull(list))
		return true;
	if (!cJSON_IsArray(list)) {
		errtext_set(err, "files: must be an array");
		return false;
	}
	out->files = arena_alloc(
	    arena, ((size_t)cJSON_GetArraySize(list) + 1) * sizeof *out->files);
	cJSON_ArrayForEach(item, list)
	{
		if (!read_file(item, out->nfiles, arena,
			&out->files[out->nfiles], err))
			return false;
		out->nfiles++;
	}
	return true;
}

static bool known_members(const cJSON *tree, struct errtext *err)
{
	static const char *const known[] = { "name", "revision", "text",
		"files" };
	const cJSON *item;

	cJSON_ArrayForEach(item, tree)
	{
		bool found = false;

		for (size_t i = 0; i < sizeof known / sizeof *known; i++)
			found |= strcmp(item->string, known[i]) == 0;
		if (found)
			continue;
		errtext_set(err,
		    "%s: unknown member; known are name, revision, text and "
		    "files",
		    item->string);
		return false;
	}
	return true;
}

static bool read_texts(const cJSON *tree, struct arena *arena,
    struct sent_matrix *out, struct errtext *err)
{
	const char *name = text_of(tree, "name");
	const char *revision = text_of(tree, "revision");
	const char *text = text_of(tree, "text");

	if (text == NULL) {
		errtext_set(err, "text: needed, the matrix itself");
		return false;
	}
	if (revision != NULL &&
	    (strlen(revision) != REVISION_LEN ||
		strspn(revision, "0123456789abcdef") != REVISION_LEN)) {
		errtext_set(err, "revision: must be 16 hex digits");
		return false;
	}
	out->name = arena_strdup(arena, name == NULL ? "matrix" : name);
	out->revision = arena_strdup(arena, revision);
	out->text = arena_strdup(arena, text);
	return true;
}

bool sent_matrix_read(const char *body, size_t len, struct arena *arena,
    struct sent_matrix *out, struct errtext *err)
{
	cJSON *tree = json_gate_parse(body, len, err);
	bool ok = tree != NULL;

	memset(out, 0, sizeof *out);
	if (ok && !cJSON_IsObject(tree)) {
		errtext_set(err, "body: must be an object");
		ok = false;
	}
	ok = ok && known_members(tree, err) &&
	     read_texts(tree, arena, out, err) &&
	     read_files(cJSON_GetObjectItemCaseSensitive(tree, "files"), arena,
		 out, err);
	cJSON_Delete(tree);
	return ok;
}
