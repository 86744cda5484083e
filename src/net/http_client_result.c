/* http_client_result.c - what came of it, in a status or in a few fixed words.
 *
 * curl's own messages name hosts and addresses; a webhook's URL is a secret.
 * So the words here are constants.
 *
 * SPDX-License-Identifier: MIT */
#include "net/http_client_private.h"

#include "net/clock.h"

#include <errno.h>
#include <string.h>

#define RETRY_AFTER_MAX_MS (366 * DAY_MS)
#define ETAG_MAX	   256
#define HEADER_MAX	   256

static const struct {
	int error; /* errno of connect(2) */
	const char *words;
} refusals[] = {
	{ ECONNREFUSED, "connection refused" },
	{ EHOSTUNREACH, "host unreachable" },
	{ ENETUNREACH, "network unreachable" },
	{ ENOENT, "no such socket" },
	{ EACCES, "no permission to connect" },
	{ EPERM, "no permission to connect" },
	{ ECONNRESET, "connection reset" },
	{ EMFILE, "too many open files" },
};

static const struct {
	CURLcode code;
	const char *words;
} failures[] = {
	{ CURLE_COULDNT_CONNECT, "connection failed" },
	{ CURLE_COULDNT_RESOLVE_HOST, "host name not found" },
	{ CURLE_OPERATION_TIMEDOUT, "timed out" },
	{ CURLE_PEER_FAILED_VERIFICATION, "TLS certificate not trusted" },
	{ CURLE_SSL_CONNECT_ERROR, "TLS handshake failed" },
	{ CURLE_SSL_CACERT_BADFILE, "CA file cannot be used" },
	{ CURLE_USE_SSL_FAILED, "server offers no TLS" },
	{ CURLE_GOT_NOTHING, "connection closed without an answer" },
	{ CURLE_RECV_ERROR, "connection lost" },
	{ CURLE_SEND_ERROR, "connection lost" },
	{ CURLE_WEIRD_SERVER_REPLY, "answer not understood" },
	{ CURLE_UNSUPPORTED_PROTOCOL, "URL scheme not supported" },
	{ CURLE_URL_MALFORMAT, "malformed URL" },
	{ CURLE_LOGIN_DENIED, "login refused" },
};

static const char *words_for(const struct transfer *t, CURLcode rc)
{
	long error = 0;

	/* What does not begin with HTTP/1 is HTTP/0.9 to curl. */
	if (rc == CURLE_UNSUPPORTED_PROTOCOL && t->has_begun)
		rc = CURLE_WEIRD_SERVER_REPLY;
	curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &error);
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
		if (rc == CURLE_COULDNT_CONNECT && refusals[i].error == error)
			return refusals[i].words;
	for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
		if (failures[i].code == rc)
			return failures[i].words;
	return curl_easy_strerror(rc);
}

static int64_t clamp(int64_t ms)
{
	if (ms < 0)
		return 0;
	return ms < RETRY_AFTER_MAX_MS ? ms : RETRY_AFTER_MAX_MS;
}

static int64_t parse_seconds(const char *digits)
{
	int64_t seconds = 0;

	for (; *digits != '\0' && seconds < RETRY_AFTER_MAX_MS; digits++)
		seconds = seconds * 10 + (*digits - '0');
	return seconds;
}

/* RFC 9110 10.2.3: seconds, or a date of the real clock (the peer does not know
 * of a virtual one). */
static int64_t parse_retry_after(const char *value)
{
	time_t date;

	if (*value >= '0' && *value <= '9') {
		if (value[strspn(value, "0123456789")] != '\0')
			return -1;
		return clamp(parse_seconds(value) * SECOND_MS);
	}
	date = curl_getdate(value, NULL);
	if (date < 0)
		return -1;
	return clamp(
	    (int64_t)date * SECOND_MS - clock_pair_read().real_ns / 1000000);
}

/* Of the last answer; NULL if it has none.  Curl's, until it forgets it. */
static const char *header(CURL *easy, const char *name)
{
	struct curl_header *h;

	if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return NULL;
	return h->value;
}

static int64_t retry_after(CURL *easy)
{
	const char *value = header(easy, "Retry-After");

	return value == NULL ? -1 : parse_retry_after(value);
}

/* Of the last answer, where it is one line of at most max bytes; else "". */
static const char *kept(struct transfer *t, const char *name, size_t max)
{
	const char *value = header(t->easy, name);

	if (value == NULL || strlen(value) > max)
		return "";
	for (const char *c = value; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return "";
	return arena_strdup(&t->arena, value);
}

/* A status is an answer even if the connection then broke: what was decided
 * there is decided. */
static int status_of(const struct transfer *t, CURLcode rc)
{
	long code = 0;

	if (t->is_smtp)
		return rc == CURLE_OK || t->smtp_code >= 400 ? t->smtp_code : 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &code);
	return code >= 200 ? (int)code : 0;
}

void result_read(struct transfer *t, CURLcode rc)
{
	struct http_result *r = &t->result;

	r->status = status_of(t, rc);
	r->answered = r->status != 0;
	r->failure = r->answered ? "" : words_for(t, rc);
	r->retry_after_ms = t->is_smtp ? -1 : retry_after(t->easy);
	r->body = t->answer.data;
	r->len = t->answer.len;
	r->is_whole = rc == CURLE_OK && t->answer_len == t->answer.len;
	/* An ETag goes back as it came, so only what may stand in a request
	 * is kept. */
	r->etag = t->is_smtp ? "" : kept(t, "ETag", ETAG_MAX);
	r->header = t->is_smtp || t->what.answer_header == NULL
			? ""
			: kept(t, t->what.answer_header, HEADER_MAX);
	r->took_ms = clock_mono().ms - t->start_ms;
}

void result_fail(struct transfer *t, const char *failure)
{
	t->result = (struct http_result){
		.failure = failure,
		.body = "",
		.etag = "",
		.header = "",
		.retry_after_ms = -1,
	};
}
