/* live.c - one blocking curl handle to the daemon.
 *
 * SPDX-License-Identifier: MIT */
#include "ctl/live.h"

#include "base/check.h"
#include "base/percent.h"
#include "wire/json_gate.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>

#define TOKEN_MAX 4096 /* bytes */

struct live {
	CURL *curl;
	struct curl_slist *headers; /* of a request with a body */
	struct curl_slist *bare;    /* of one without */
	const char *where;	    /* as it was given; borrowed */
	bool is_url;
	char failure[CURL_ERROR_SIZE];
};

void live_reply_init(struct live_reply *r)
{
	r->status = 0;
	r->retry_after_ms = -1;
	textbuf_init(&r->body);
}

void live_reply_fini(struct live_reply *r)
{
	textbuf_fini(&r->body);
}

static const char *set_or(const char *value, const char *fallback)
{
	return value != NULL && value[0] != '\0' ? value : fallback;
}

static bool is_url(const char *where)
{
	return strncmp(where, "http://", 7) == 0 ||
	       strncmp(where, "https://", 8) == 0;
}

/* "Authorization: Bearer TOKEN" from the file; the token never leaves it. */
static bool add_token(struct live *l, const char *path, struct errtext *err)
{
	static const char scheme[] = "Authorization: Bearer ";
	char line[sizeof scheme + TOKEN_MAX];
	char *token = line + sizeof scheme - 1;
	FILE *f = fopen(path, "re");
	size_t len;

	if (f == NULL) {
		errtext_set(err, "token file %s: %s", path, strerror(errno));
		return false;
	}
	memcpy(line, scheme, sizeof scheme - 1);
	len = fread(token, 1, TOKEN_MAX, f);
	fclose(f);
	while (len > 0 && strchr("\r\n", token[len - 1]) != NULL)
		len--;
	token[len] = '\0';
	for (size_t i = 0; i < len; i++) {
		if (token[i] <= ' ' || token[i] == 0x7f)
			len = 0; /* would break the header's line */
	}
	if (len == 0 || len == TOKEN_MAX) {
		errtext_set(err, "token file %s: holds no bearer token", path);
		return false;
	}
	l->headers = curl_slist_append(l->headers, line);
	l->bare = curl_slist_append(l->bare, line);
	explicit_bzero(line, sizeof line);
	return true;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user)
{
	struct live_reply *r = user;
	size_t len = size * count;

	if (len > LIVE_ANSWER_MAX - r->body.len)
		return 0; /* curl gives up with CURLE_WRITE_ERROR */
	textbuf_addn(&r->body, bytes, len);
	return len;
}

static void set_options(struct live *l)
{
	CURL *c = l->curl;

	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, LIVE_CONNECT_MS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, LIVE_TIMEOUT_MS);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, l->failure);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "slawatchctl");
	if (!l->is_url)
		curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, l->where);
}

struct live *live_open(const struct invocation *in, struct errtext *err)
{
	const char *token = set_or(in->value[OPT_TOKEN_FILE],
	    set_or(getenv("SLAWATCH_TOKEN_FILE"), NULL));
	struct live *l = calloc(1, sizeof *l);

	CHECK(l != NULL);
	l->where = set_or(in->value[OPT_SOCKET],
	    set_or(getenv("SLAWATCH_SOCKET"), LIVE_SOCKET));
	l->is_url = is_url(l->where);
	l->curl = curl_easy_init();
	CHECK(l->curl != NULL);
	l->headers = curl_slist_append(NULL, "Content-Type: application/json");
	l->headers = curl_slist_append(l->headers, "Expect:");
	set_options(l);
	if (!l->is_url &&
	    strlen(l->where) >= sizeof((struct sockaddr_un *)0)->sun_path)
		errtext_set(err, "%s: too long for a socket's path", l->where);
	else if (!l->is_url || token == NULL || add_token(l, token, err))
		return l;
	live_close(l);
	return NULL;
}

void live_close(struct live *l)
{
	if (l == NULL)
		return;
	curl_slist_free_all(l->headers);
	curl_slist_free_all(l->bare);
	curl_easy_cleanup(l->curl);
	free(l);
}

/* A socket that nobody answers on: what it means depends on why. */
static void explain_socket(
    const struct live *l, long os_error, struct errtext *err)
{
	if (os_error == ENOENT)
		errtext_set(err,
		    "no daemon: there is no socket %s; start it (systemctl "
		    "start slawatchd) or name another with -s",
		    l->where);
	else if (os_error == ECONNREFUSED)
		errtext_set(err,
		    "no daemon: nobody answers on %s; it has stopped "
		    "(systemctl status slawatchd says why)",
		    l->where);
	else if (os_error == EACCES || os_error == EPERM)
		errtext_set(err,
		    "%s: permission denied; only the socket's owner and group "
		    "may talk to the daemon (ls -l shows them)",
		    l->where);
	else
		errtext_set(err, "%s: %s", l->where, strerror((int)os_error));
}

static void explain_failure(
    const struct live *l, CURLcode code, struct errtext *err)
{
	const char *why =
	    l->failure[0] != '\0' ? l->failure : curl_easy_strerror(code);
	long os_error = 0;

	curl_easy_getinfo(l->curl, CURLINFO_OS_ERRNO, &os_error);
	if (code == CURLE_COULDNT_CONNECT && !l->is_url && os_error != 0)
		explain_socket(l, os_error, err);
	else if (code == CURLE_COULDNT_CONNECT)
		errtext_set(err,
		    "no daemon at %s: %s; is its daemon.listen set, and does "
		    "the address fit?",
		    l->where, os_error != 0 ? strerror((int)os_error) : why);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		errtext_set(err, "%s: no answer in time (%s)", l->where, why);
	else
		errtext_set(err, "%s: %s", l->where, why);
}

static void prepare(struct live *l, const char *method, const char *path,
    const struct textbuf *body, struct live_reply *r)
{
	CURL *c = l->curl;
	size_t base = strlen(l->where);
	struct textbuf url;

	while (base > 0 && l->where[base - 1] == '/')
		base--;
	textbuf_init(&url);
	if (l->is_url)
		textbuf_addn(&url, l->where, base);
	else
		textbuf_add(&url, "http://localhost");
	textbuf_add(&url, path);
	curl_easy_setopt(c, CURLOPT_URL, url.data);
	textbuf_fini(&url);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, r);
	if (strcmp(method, "GET") == 0) {
		curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
		curl_easy_setopt(c, CURLOPT_HTTPHEADER, l->bare);
		return;
	}
	CHECK(strcmp(method, "POST") == 0);
	curl_easy_setopt(c, CURLOPT_POST, 1L);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, body ? body->data : "");
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
	    body ? (curl_off_t)body->len : (curl_off_t)0);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, l->headers);
}

enum exit_code live_request(struct live *l, const char *method,
    const char *path, const struct textbuf *body, struct live_reply *r,
    struct errtext *err)
{
	curl_off_t retry = 0;
	long status = 0;
	CURLcode code;

	prepare(l, method, path, body, r);
	textbuf_clear(&r->body);
	l->failure[0] = '\0';
	code = curl_easy_perform(l->curl);
	if (code != CURLE_OK) {
		explain_failure(l, code, err);
		return EXIT_UNREACHABLE;
	}
	curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(l->curl, CURLINFO_RETRY_AFTER, &retry);
	r->status = (int)status;
	r->retry_after_ms = retry > 0 ? (int64_t)retry * SECOND_MS : -1;
	return EXIT_OK;
}

/* "error" of the answer, or the answer's first line. */
static void quote_error(const struct live_reply *r, struct errtext *err)
{
	struct errtext ignored;
	cJSON *tree = json_gate_parse(r->body.data, r->body.len, &ignored);
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(tree, "error");

	if (cJSON_IsString(text))
		errtext_set(err, "%s", text->valuestring);
	else if (r->body.len > 0)
		errtext_set(err, "%.*s", (int)strcspn(r->body.data, "\r\n"),
		    r->body.data);
	else
		errtext_set(err, "no reason was given");
	cJSON_Delete(tree);
}

enum exit_code live_judge(const struct live_reply *r, struct errtext *err)
{
	if (r->status >= 200 && r->status < 300)
		return EXIT_OK;
	quote_error(r, err);
	switch (r->status) {
	case 401:
		errtext_wrap(err, "the daemon wants a bearer token "
				  "(--token-file)");
		return EXIT_FAILED;
	case 403:
		errtext_wrap(err, "this token may not do that");
		return EXIT_FAILED;
	case 503:
		errtext_wrap(err, "the daemon cannot take it now");
		return EXIT_UNREACHABLE;
	default:
		errtext_wrap(err, "refused (%d)", r->status);
		return EXIT_FAILED;
	}
}

enum exit_code live_ask(struct live *l, const char *method, const char *path,
    const struct textbuf *body, struct live_reply *r, cJSON **tree,
    struct errtext *err)
{
	enum exit_code code = live_request(l, method, path, body, r, err);

	*tree = NULL;
	if (code == EXIT_OK)
		code = live_judge(r, err);
	if (code != EXIT_OK)
		return code;
	*tree = json_gate_parse(r->body.data, r->body.len, err);
	if (*tree != NULL)
		return EXIT_OK;
	errtext_wrap(err, "%s: the answer is not slawatchd's", l->where);
	return EXIT_FAILED;
}

void live_escape(struct textbuf *path, const char *text)
{
	percent_encode(path, text, PERCENT_UNRESERVED ":");
}

void live_query(struct textbuf *path, const char *name, const char *value)
{
	if (value == NULL)
		return;
	textbuf_addc(path, strchr(path->data, '?') == NULL ? '?' : '&');
	textbuf_addf(path, "%s=", name);
	live_escape(path, value);
}

int64_t live_mono_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

struct mono live_mono(void)
{
	return (struct mono){ live_mono_ns() / 1000000 };
}

void live_sleep(int64_t ms)
{
	struct timespec ts = { (time_t)(ms / SECOND_MS),
		(long)(ms % SECOND_MS) * 1000000 };

	while (nanosleep(&ts, &ts) == -1 && errno == EINTR)
		continue;
}
