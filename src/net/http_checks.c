/* http_checks.c - refusals of the header section, and how they are said.
 *
 * SPDX-License-Identifier: MIT */
#include "net/http_checks.h"

#include "base/check.h"
#include "base/textbuf.h"

#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* What the header section holds of what can be ambiguous. */
struct tally {
	int content_lengths;
	int transfer_encodings;
	int hosts;
	bool is_chunked;   /* the one transfer coding we know */
	bool is_malformed; /* a name that is no token */
	bool length_is_number;
	size_t length; /* capped */
};

/* RFC 9110 5.6.2; a space before the colon would be part of the name. */
static bool is_token(const char *s, size_t len)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < len; i++) {
		char c = s[i];
		bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z');

		if (!alnum && (c == '\0' || strchr(others, c) == NULL))
			return false;
	}
	return len > 0;
}

static bool parse_length(const char *s, size_t *out)
{
	size_t n = 0;

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return false;
		if (n < SIZE_MAX / 20)
			n = n * 10 + (size_t)(*s - '0');
	}
	*out = n;
	return true;
}

static enum MHD_Result count_header(void *cls, enum MHD_ValueKind kind,
    const char *key, size_t key_len, const char *value, size_t value_len)
{
	struct tally *t = cls;

	(void)kind;
	(void)value_len;
	if (value == NULL)
		value = "";
	if (!is_token(key, key_len))
		t->is_malformed = true;
	if (strcasecmp(key, "Host") == 0)
		t->hosts++;
	if (strcasecmp(key, "Transfer-Encoding") == 0) {
		t->transfer_encodings++;
		t->is_chunked = strcasecmp(value, "chunked") == 0;
	}
	if (strcasecmp(key, "Content-Length") == 0) {
		t->content_lengths++;
		t->length_is_number = parse_length(value, &t->length);
	}
	return MHD_YES;
}

static const char *malformed(const struct tally *t, bool is_old)
{
	if (t->is_malformed)
		return "header: malformed";
	if (t->content_lengths > 1)
		return "Content-Length: more than one";
	if (t->content_lengths == 1 && !t->length_is_number)
		return "Content-Length: not a number";
	if (t->content_lengths > 0 && t->transfer_encodings > 0)
		return "Content-Length: together with Transfer-Encoding";
	if (t->transfer_encodings > 1)
		return "Transfer-Encoding: more than one";
	if (t->transfer_encodings > 0 && is_old)
		return "Transfer-Encoding: not in HTTP/1.0";
	if (t->hosts > 1)
		return "Host: more than one";
	if (t->hosts == 0 && !is_old)
		return "Host: missing";
	return NULL;
}

struct http_refusal http_check_headers(
    struct MHD_Connection *connection, const char *version, size_t body_max)
{
	struct tally t = { 0 };
	const char *why;

	MHD_get_connection_values_n(
	    connection, MHD_HEADER_KIND, count_header, &t);
	why = malformed(&t, strcmp(version, "HTTP/1.0") == 0);
	if (why != NULL)
		return (struct http_refusal){ 400, why };
	if (t.transfer_encodings > 0 && !t.is_chunked)
		return (struct http_refusal){ 501,
			"Transfer-Encoding: only chunked is known" };
	if (t.length > body_max)
		return HTTP_TOO_LARGE;
	return (struct http_refusal){ 0, NULL };
}

enum MHD_Result http_refuse(
    struct MHD_Connection *connection, struct http_refusal refusal)
{
	char body[128];
	struct textbuf text;
	struct MHD_Response *response;
	enum MHD_Result rc;

	textbuf_init_fixed(&text, body, sizeof body);
	textbuf_addf(&text, "{\"error\":\"%s\"}\n", refusal.why);
	response = MHD_create_response_from_buffer(
	    text.len, body, MHD_RESPMEM_MUST_COPY);
	CHECK(response != NULL);
	MHD_add_response_header(response, "Content-Type", "application/json");
	MHD_add_response_header(response, "Connection", "close");
	if (refusal.status == 503)
		MHD_add_response_header(response, "Retry-After", "1");
	rc = MHD_queue_response(connection, (unsigned)refusal.status, response);
	MHD_destroy_response(response);
	return rc;
}

void http_refuse_early(int fd, struct http_refusal refusal)
{
	char bytes[400];
	char body[128];
	struct textbuf text;
	struct textbuf out;

	textbuf_init_fixed(&text, body, sizeof body);
	textbuf_addf(&text, "{\"error\":\"%s\"}\n", refusal.why);
	textbuf_init_fixed(&out, bytes, sizeof bytes);
	textbuf_addf(&out,
	    "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n"
	    "Connection: close\r\n%sContent-Length: %zu\r\n\r\n%s",
	    refusal.status, MHD_get_reason_phrase_for((unsigned)refusal.status),
	    refusal.status == 503 ? "Retry-After: 1\r\n" : "", text.len, body);
	/* All earlier answers are in the kernel already, so this one stands in
	 * order; if it does not fit, the client is not reading anyway. */
	(void)send(fd, out.data, out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)shutdown(fd, SHUT_WR);
}
