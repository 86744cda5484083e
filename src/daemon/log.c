/* log.c - key=value to stderr or the journal.
 *
 * SPDX-License-Identifier: MIT */
#include "daemon/log.h"

#include "net/loop.h"

#ifdef HAVE_SYSTEMD
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>
#endif

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Set once at start and by a reload, on the loop; the level is read by others
 * only for a line they may as well miss. */
static enum log_format the_format = LOG_FORMAT_TEXT;
static _Atomic int the_level = LOG_LEVEL_INFO;
static struct loop *the_loop; /* borrowed; gives the instants */

static const struct {
	const char *name;
	enum log_level level;
} levels[] = {
	{ "error", LOG_LEVEL_ERROR },
	{ "warning", LOG_LEVEL_WARNING },
	{ "notice", LOG_LEVEL_NOTICE },
	{ "info", LOG_LEVEL_INFO },
	{ "debug", LOG_LEVEL_DEBUG },
};

#define NLEVELS (sizeof levels / sizeof levels[0])

bool log_level_parse(const char *name, enum log_level *out)
{
	for (size_t i = 0; i < NLEVELS; i++) {
		if (strcmp(levels[i].name, name) != 0)
			continue;
		*out = levels[i].level;
		return true;
	}
	return false;
}

static const char *level_name(enum log_level level)
{
	for (size_t i = 0; i < NLEVELS; i++)
		if (levels[i].level == level)
			return levels[i].name;
	return "info";
}

bool log_format_parse(const char *name, enum log_format *out)
{
	if (strcmp(name, "text") == 0) {
		*out = LOG_FORMAT_TEXT;
		return true;
	}
#ifdef HAVE_SYSTEMD
	if (strcmp(name, "journal") == 0) {
		*out = LOG_FORMAT_JOURNAL;
		return true;
	}
#endif
	return false;
}

enum log_format log_format_guess(void)
{
#ifdef HAVE_SYSTEMD
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev;
	unsigned long long ino;
	struct stat st;

	if (stream != NULL && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 &&
	    fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev &&
	    st.st_ino == ino)
		return LOG_FORMAT_JOURNAL;
#endif
	return LOG_FORMAT_TEXT;
}

void log_setup(enum log_format format, struct loop *loop)
{
	the_format = format;
	the_loop = loop;
}

void log_set_level(enum log_level level)
{
	the_level = (int)level;
}

bool log_on(enum log_level level)
{
	return level == LOG_LEVEL_NOTICE || (int)level <= the_level;
}

void log_begin(struct log_line *l, enum log_level level)
{
	char at[WALL_TEXT_MAX];

	l->level = level;
	l->on = log_on(level);
	l->nfields = 0;
	if (!l->on)
		return;
	textbuf_init_fixed(&l->text, l->text_room, sizeof l->text_room - 1);
	textbuf_init_fixed(&l->fields, l->fields_room, sizeof l->fields_room);
	if (the_format == LOG_FORMAT_JOURNAL)
		return;
	if (the_loop != NULL) {
		wall_format(loop_wall(the_loop), at);
		textbuf_addf(&l->text, "%s ", at);
	}
	textbuf_addf(&l->text, "%s", level_name(level));
}

/* Length of the well-formed character at s, or 0: a stray byte, or one of the
 * C1 controls (U+0080 to U+009F), which terminals obey. */
static size_t plain_utf8(const char *s)
{
	size_t len = 0;

	for (size_t n = 2; n <= 4 && len == 0; n++) {
		if (strnlen(s, n) == n && utf8_valid(s, n))
			len = n;
	}
	if (len == 2 && (unsigned char)s[0] == 0xC2 &&
	    (unsigned char)s[1] < 0xA0)
		return 0;
	return len;
}

static bool needs_quotes(const char *value)
{
	if (*value == '\0')
		return true;
	for (const char *p = value; *p != '\0';) {
		unsigned char c = (unsigned char)*p;
		size_t len = 1;

		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7F)
			return true;
		if (c > 0x7F)
			len = plain_utf8(p);
		if (len == 0)
			return true;
		p += len;
	}
	return false;
}

static void add_escaped(struct textbuf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	switch (c) {
	case '"':
	case '\\':
		textbuf_addc(out, '\\');
		textbuf_addc(out, (char)c);
		break;
	case '\n':
		textbuf_add(out, "\\n");
		break;
	case '\t':
		textbuf_add(out, "\\t");
		break;
	default:
		textbuf_add(out, "\\x");
		textbuf_addc(out, hex[c >> 4]);
		textbuf_addc(out, hex[c & 15]);
		break;
	}
}

void log_quote(struct textbuf *out, const char *value)
{
	if (!needs_quotes(value)) {
		textbuf_add(out, value);
		return;
	}
	textbuf_addc(out, '"');
	for (const char *p = value; *p != '\0';) {
		unsigned char c = (unsigned char)*p;
		size_t len = c > 0x7F ? plain_utf8(p) : 1;

		if (len == 0 || c < ' ' || c == '"' || c == '\\' || c == 0x7F) {
			add_escaped(out, c);
			p++;
			continue;
		}
		textbuf_addn(out, p, len);
		p += len;
	}
	textbuf_addc(out, '"');
}

/* The same as a field of the journal: raw, the key in capitals. */
static void add_field(struct log_line *l, const char *key, const char *value)
{
	if (the_format != LOG_FORMAT_JOURNAL || l->nfields == LOG_FIELDS_MAX ||
	    l->fields.cut)
		return;
	l->starts[l->nfields++] = l->fields.len;
	for (const char *p = key; *p != '\0'; p++)
		textbuf_addc(&l->fields,
		    *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
	textbuf_addc(&l->fields, '=');
	textbuf_add(&l->fields, value);
	textbuf_addc(&l->fields, '\0');
	if (l->fields.cut)
		l->nfields--;
}

static void add_pair(struct log_line *l, const char *key, const char *value)
{
	if (!l->on)
		return;
	if (l->text.len > 0)
		textbuf_addc(&l->text, ' ');
	textbuf_add(&l->text, key);
	textbuf_addc(&l->text, '=');
	log_quote(&l->text, value);
	add_field(l, key, value);
}

void log_text(struct log_line *l, const char *key, const char *value)
{
	if (value != NULL && *value != '\0')
		add_pair(l, key, value);
}

void log_int(struct log_line *l, const char *key, int64_t value)
{
	char room[24];
	struct textbuf tb;

	textbuf_init_fixed(&tb, room, sizeof room);
	textbuf_addf(&tb, "%lld", (long long)value);
	add_pair(l, key, room);
}

void log_wall(struct log_line *l, const char *key, struct wall value)
{
	char room[WALL_TEXT_MAX];

	wall_format(value, room);
	add_pair(l, key, room);
}

void log_span(struct log_line *l, const char *key, int64_t ms)
{
	char room[1 + SPAN_TEXT_MAX];
	struct textbuf tb;

	textbuf_init_fixed(&tb, room, sizeof room);
	if (ms < 0)
		textbuf_addc(&tb, '-');
	span_exact(ms < 0 ? -ms : ms, room + tb.len);
	add_pair(l, key, room);
}

#ifdef HAVE_SYSTEMD
static void send_journal(struct log_line *l)
{
	struct iovec iov[LOG_FIELDS_MAX + 3];
	char message[LOG_LINE_MAX + 16];
	char priority[16];
	int n = 0;

	snprintf(message, sizeof message, "MESSAGE=%s", l->text.data);
	snprintf(priority, sizeof priority, "PRIORITY=%d", (int)l->level);
	iov[n++] = (struct iovec){ message, strlen(message) };
	iov[n++] = (struct iovec){ priority, strlen(priority) };
	iov[n].iov_base = (char[]){ "SYSLOG_IDENTIFIER=slawatchd" };
	iov[n].iov_len = strlen(iov[n].iov_base);
	n++;
	for (size_t i = 0; i < l->nfields; i++) {
		iov[n].iov_base = l->fields.data + l->starts[i];
		iov[n].iov_len = strlen(iov[n].iov_base);
		n++;
	}
	sd_journal_sendv(iov, n);
}
#endif

void log_end(struct log_line *l)
{
	size_t len;

	if (!l->on)
		return;
#ifdef HAVE_SYSTEMD
	if (the_format == LOG_FORMAT_JOURNAL) {
		send_journal(l);
		return;
	}
#endif
	len = l->text.len;
	l->text_room[len] = '\n';
	/* Nobody could be told that stderr is gone. */
	if (write(STDERR_FILENO, l->text_room, len + 1) < 0)
		return;
}

void log_say(enum log_level level, const char *msg, ...)
{
	struct log_line l;
	const char *key;
	va_list ap;

	log_begin(&l, level);
	log_text(&l, "msg", msg);
	va_start(ap, msg);
	while ((key = va_arg(ap, const char *)) != NULL)
		log_text(&l, key, va_arg(ap, const char *));
	va_end(ap);
	log_end(&l);
}

void log_check_failed(const char *expr, const char *file, int line)
{
	char room[512];
	int n = snprintf(room, sizeof room,
	    "error msg=\"check failed\" expr=\"%s\" at=%s:%d\n", expr, file,
	    line);

	if (n > 0 && write(STDERR_FILENO, room, strnlen(room, sizeof room)) < 0)
		return;
}
