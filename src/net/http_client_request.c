/* http_client_request.c - from struct http_send to curl's options.
 *
 * SPDX-License-Identifier: MIT */
#include "net/http_client_private.h"

#include "base/check.h"
#include "net/clock.h"

#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* An answer that goes on for ever is not listened to for ever. */
#define ANSWER_PATIENCE ((size_t)64 * 1024)

/* Options that can only fail for want of memory or of a feature that
 * http_client_new() has asked for. */
#define SET(easy, option, value)                                               \
	CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK)

static bool is_clean(const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

static bool is_address(const char *s)
{
	return s != NULL && *s != '\0' && is_clean(s) &&
	       strpbrk(s, " <>") == NULL;
}

static bool is_smtp(const char *url)
{
	return strncasecmp(url, "smtp://", 7) == 0 ||
	       strncasecmp(url, "smtps://", 8) == 0;
}

const char *request_flaw(const struct http_send *what)
{
	if (what->url == NULL || !is_clean(what->url) ||
	    strchr(what->url, ' ') != NULL || strstr(what->url, "://") == NULL)
		return "malformed URL";
	if (!is_clean(what->method))
		return "malformed method";
	if (!is_clean(what->aws_sigv4))
		return "malformed signer";
	if (what->nheaders > sizeof what->headers / sizeof what->headers[0])
		return "too many headers";
	for (size_t i = 0; i < what->nheaders; i++)
		if (!is_clean(what->headers[i]))
			return "malformed header";
	if (!is_smtp(what->url))
		return NULL;
	if (!is_address(what->mail_from) || !is_address(what->mail_to))
		return "malformed mail address";
	return NULL;
}

static size_t on_answer(char *data, size_t size, size_t n, void *user)
{
	struct transfer *t = user;
	size_t len = size * n;
	size_t room = t->what.answer_max - t->answer.len;

	textbuf_addn(&t->answer, data, len < room ? len : room);
	t->answer_len += len;
	if (t->answer_len > t->what.answer_max + ANSWER_PATIENCE)
		return 0;
	return len;
}

/* A reply line of the mail server.  A refusal in the midst of a message ends
 * it; curl then says QUIT and would wait for the answer, with the whole loop:
 * so nothing more is read. */
static size_t on_reply_line(char *data, size_t size, size_t n, void *user)
{
	struct transfer *t = user;
	size_t len = size * n;
	int code = 0;

	for (size_t i = 0; i < 3 && i < len; i++)
		code = code * 10 + (data[i] - '0');
	if (len < 4 || data[3] == '-' || (t->has_begun && t->smtp_code >= 400))
		return len;
	t->smtp_code = code;
	textbuf_clear(&t->answer);
	while (len > 0 && (data[len - 1] == '\r' || data[len - 1] == '\n'))
		len--;
	textbuf_addn(&t->answer, data,
	    len < t->what.answer_max ? len : t->what.answer_max);
	if (t->has_begun && code >= 400)
		(void)shutdown(t->fd, SHUT_RD);
	return size * n;
}

static size_t on_message(char *to, size_t size, size_t n, void *user)
{
	struct transfer *t = user;
	size_t room = size * n;
	size_t left = t->what.len - t->sent;
	size_t len = left < room ? left : room;

	memcpy(to, t->what.body + t->sent, len);
	t->sent += len;
	return len;
}

/* Connected and logged in: what follows is the request itself. */
static int on_begin(
    void *user, char *remote, char *local, int remote_port, int local_port)
{
	struct transfer *t = user;

	(void)remote;
	(void)local;
	(void)remote_port;
	(void)local_port;
	t->has_begun = true;
	if (t->what.wrote != NULL)
		t->what.wrote(t->user);
	return CURL_PREREQFUNC_OK;
}

/* CAPATH must be unset, else the certificates are parsed anew for each
 * connection: 20-60 ms of CPU instead of 2. */
static void set_trust(struct transfer *t)
{
	const char *bundle = t->what.ca_file;

	if (bundle == NULL)
		bundle = curl_version_info(CURLVERSION_NOW)->cainfo;
	SET(t->easy, CURLOPT_CAPATH, NULL);
	if (bundle != NULL)
		SET(t->easy, CURLOPT_CAINFO, bundle);
	SET(t->easy, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(t->easy, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(t->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static void set_common(struct transfer *t)
{
	long timeout_ms = (long)t->what.timeout_ms;
	bool mail = t->what.mail_from != NULL;
	long connect_ms = mail || timeout_ms < CLIENT_CONNECT_MS
			      ? timeout_ms
			      : CLIENT_CONNECT_MS;

	SET(t->easy, CURLOPT_PRIVATE, t);
	SET(t->easy, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
	SET(t->easy, CURLOPT_URL, t->what.url);
	SET(t->easy, CURLOPT_PROXY, "");
	SET(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET(t->easy, CURLOPT_NOSIGNAL, 1L);
	/* Without it an attempt that ends while its name is being resolved
	 * waits for the name server, and with it the loop. */
	SET(t->easy, CURLOPT_QUICK_EXIT, 1L);
	SET(t->easy, CURLOPT_TIMEOUT_MS, timeout_ms);
	SET(t->easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
	SET(t->easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, timeout_ms / 1000 + 1);
	SET(t->easy, CURLOPT_WRITEFUNCTION, on_answer);
	SET(t->easy, CURLOPT_WRITEDATA, t);
	SET(t->easy, CURLOPT_PREREQFUNCTION, on_begin);
	SET(t->easy, CURLOPT_PREREQDATA, t);
	if (t->what.unix_path != NULL)
		SET(t->easy, CURLOPT_UNIX_SOCKET_PATH, t->what.unix_path);
	sockets_prepare(t);
}

static void append(struct transfer *t, const char *text)
{
	struct curl_slist *list = curl_slist_append(t->list, text);

	CHECK(list != NULL);
	t->list = list;
}

static void set_method(struct transfer *t)
{
	const char *method = t->what.method;

	if (method == NULL)
		method = "POST";
	if (strcmp(method, "GET") == 0 && t->what.len == 0) {
		SET(t->easy, CURLOPT_HTTPGET, 1L);
		return;
	}
	if (strcmp(method, "HEAD") == 0) {
		SET(t->easy, CURLOPT_NOBODY, 1L);
		return;
	}
	SET(t->easy, CURLOPT_POST, 1L);
	SET(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->what.len);
	SET(t->easy, CURLOPT_POSTFIELDS,
	    t->what.body == NULL ? "" : t->what.body);
	if (strcmp(method, "POST") != 0)
		SET(t->easy, CURLOPT_CUSTOMREQUEST, method);
}

/* curl signs what it sends, with the instant at which it does. */
static void set_signer(struct transfer *t)
{
	SET(t->easy, CURLOPT_AWS_SIGV4, t->what.aws_sigv4);
	SET(t->easy, CURLOPT_USERNAME,
	    t->what.user == NULL ? "" : t->what.user);
	SET(t->easy, CURLOPT_PASSWORD,
	    t->what.password == NULL ? "" : t->what.password);
}

static void set_http(struct transfer *t)
{
	SET(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(t->easy, CURLOPT_USERAGENT, "slawatch");
	set_method(t);
	/* Many hooks never answer 100-continue; curl would wait a second.  A
	 * signer signs the header that is not sent, and AWS refuses that; curl
	 * asks only above 1 MiB. */
	if (t->what.aws_sigv4 == NULL)
		append(t, "Expect:");
	for (size_t i = 0; i < t->what.nheaders; i++)
		append(t, t->what.headers[i]);
	SET(t->easy, CURLOPT_HTTPHEADER, t->list);
	if (t->what.aws_sigv4 != NULL)
		set_signer(t);
}

static void set_smtp(struct transfer *t)
{
	SET(t->easy, CURLOPT_UPLOAD, 1L);
	SET(t->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->what.len);
	SET(t->easy, CURLOPT_READFUNCTION, on_message);
	SET(t->easy, CURLOPT_READDATA, t);
	SET(t->easy, CURLOPT_HEADERFUNCTION, on_reply_line);
	SET(t->easy, CURLOPT_HEADERDATA, t);
	SET(t->easy, CURLOPT_MAIL_FROM, t->what.mail_from);
	append(t, t->what.mail_to);
	SET(t->easy, CURLOPT_MAIL_RCPT, t->list);
	if (t->what.starttls)
		SET(t->easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	if (t->what.user != NULL)
		SET(t->easy, CURLOPT_USERNAME, t->what.user);
	if (t->what.password != NULL)
		SET(t->easy, CURLOPT_PASSWORD, t->what.password);
}

void request_build(struct transfer *t)
{
	t->easy = curl_easy_init();
	CHECK(t->easy != NULL);
	t->start_ms = clock_mono().ms;
	t->is_smtp = is_smtp(t->what.url);
	set_common(t);
	set_trust(t);
	if (t->is_smtp)
		set_smtp(t);
	else
		set_http(t);
}
