/* files.c - reading small files.
 *
 * SPDX-License-Identifier: MIT */
#include "conf/files.h"

#include "base/textbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All of it, or false with errno; stops behind max. */
static bool drain(int fd, size_t max, struct textbuf *tb)
{
	char chunk[8192];

	while (tb->len <= max) {
		ssize_t n = read(fd, chunk, sizeof chunk);

		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			textbuf_addn(tb, chunk, (size_t)n);
	}
	return true;
}

char *file_read(const char *path, size_t max, struct arena *arena, size_t *len,
    struct errtext *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct textbuf tb;
	char *bytes = NULL;

	if (fd < 0) {
		errtext_set(err, "%s", strerror(errno));
		return NULL;
	}
	textbuf_init(&tb);
	if (!drain(fd, max, &tb)) {
		errtext_set(err, "%s", strerror(errno));
	} else if (tb.len > max) {
		errtext_set(err, "larger than %zu bytes", max);
	} else {
		bytes = arena_strndup(arena, tb.data, tb.len);
		*len = tb.len;
	}
	/* It may have been a secret. */
	explicit_bzero(tb.data, tb.len);
	textbuf_fini(&tb);
	close(fd);
	return bytes;
}

bool file_is_public(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_mode & S_IROTH) != 0;
}
