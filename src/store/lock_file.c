/* lock_file.c - one daemon a database.
 *
 * SPDX-License-Identifier: MIT */
#include "store/lock_file.h"

#include "base/textbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static enum store_result refuse(
    const char *path, int fd, int why, struct errtext *err)
{
	char pid[16] = "";
	ssize_t got;

	if (why == ENOENT || why == ENOTDIR) {
		errtext_set(
		    err, "%s: its directory does not exist: create it", path);
		return STORE_FAILED;
	}
	if (why != EWOULDBLOCK) {
		errtext_set(err,
		    "%s: %s: the daemon's user must be able to create files "
		    "in that directory",
		    path, strerrordesc_np(why));
		return why == ENOSPC || why == EDQUOT ? STORE_FULL
						      : STORE_FAILED;
	}
	got = pread(fd, pid, sizeof pid - 1, 0);
	if (got < 0)
		pid[0] = '\0';
	pid[strspn(pid, "0123456789")] = '\0';
	errtext_set(err,
	    "%s: in use by another slawatchd (process %s): stop it first, or "
	    "name another database",
	    path, pid[0] ? pid : "unknown");
	return STORE_BUSY;
}

/* Only for the message of a second daemon: without it the lock still holds. */
static void leave_pid(int fd)
{
	char array[16];
	struct textbuf text;
	ssize_t put;

	textbuf_init_fixed(&text, array, sizeof array);
	textbuf_addf(&text, "%d\n", (int)getpid());
	if (ftruncate(fd, 0) != 0)
		return;
	put = pwrite(fd, text.data, text.len, 0);
	(void)put;
}

enum store_result lock_file_take(
    const char *database, int *fd, struct errtext *err)
{
	enum store_result r = STORE_OK;
	struct textbuf path;

	textbuf_init(&path);
	textbuf_addf(&path, "%s.lock", database);
	*fd = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (*fd < 0) {
		r = refuse(path.data, -1, errno, err);
	} else if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
		r = refuse(path.data, *fd, errno, err);
		close(*fd);
		*fd = -1;
	} else {
		leave_pid(*fd);
	}
	textbuf_fini(&path);
	return r;
}

void lock_file_drop(int fd)
{
	if (fd >= 0)
		close(fd);
}
