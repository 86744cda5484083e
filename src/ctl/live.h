/* live.h - ask the daemon, and say in words why it did not answer.
 *
 * One libcurl easy handle, blocking, its connection kept between requests;
 * over the Unix socket, or to a URL with a bearer token.  The token is sent to
 * a URL only, read when first needed and never shown.  No redirects and no
 * proxies from the environment: a token goes where it was sent.
 *
 * Where: -s, else $SLAWATCH_SOCKET, else LIVE_SOCKET; a text that begins with
 * http:// or https:// is a URL, anything else a path.
 *
 * Here, too, is ctl's only clock, the monotonic one: civil time is the
 * daemon's.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_LIVE_H
#define SLAWATCH_CTL_LIVE_H

#include "base/errtext.h"
#include "base/instant.h"
#include "base/textbuf.h"
#include "ctl/args.h"

#include <cjson/cJSON.h>
#include <stddef.h>

#define LIVE_SOCKET	"/run/slawatch/slawatchd.sock"
#define LIVE_CONNECT_MS 5000L
#define LIVE_TIMEOUT_MS 120000L		   /* of one request in all */
#define LIVE_ANSWER_MAX (64 * 1024 * 1024) /* bytes: a guard, not a limit */

struct live;

struct live_reply {
	int status;		/* HTTP */
	int64_t retry_after_ms; /* from Retry-After in seconds; or -1 */
	struct textbuf body;	/* emptied before each request */
};

void live_reply_init(struct live_reply *r);
void live_reply_fini(struct live_reply *r);

/* Reads where to go from the command line and the environment; connects
 * nowhere yet.  NULL with the reason: EXIT_USAGE. */
struct live *live_open(const struct invocation *in, struct errtext *err);
void live_close(struct live *l);

/* One request; body NULL for none.  EXIT_OK: an answer came, whatever its
 * status.  EXIT_UNREACHABLE: none came, and *err says what to do. */
enum exit_code live_request(struct live *l, const char *method,
    const char *path, const struct textbuf *body, struct live_reply *r,
    struct errtext *err);

/* What an answer's status means: EXIT_OK for 2xx, else the daemon's own words
 * in *err. */
enum exit_code live_judge(const struct live_reply *r, struct errtext *err);

/* Both at once, and the answer's tree; cJSON_Delete() it. */
enum exit_code live_ask(struct live *l, const char *method, const char *path,
    const struct textbuf *body, struct live_reply *r, cJSON **tree,
    struct errtext *err);

/* Appends a path's segment, percent-encoded. */
void live_escape(struct textbuf *path, const char *text);

/* Appends "?NAME=VALUE", "&NAME=VALUE" behind another, with the value
 * percent-encoded; nothing if it is NULL. */
void live_query(struct textbuf *path, const char *name, const char *value);

struct mono live_mono(void);
int64_t live_mono_ns(void); /* the same clock, as exactly as it can be read */
void live_sleep(int64_t ms);

#endif
