/* http_socket.c - bind and listen, and what may stand in the way.
 *
 * SPDX-License-Identifier: MIT */
#include "net/http_socket.h"

#include "base/check.h"
#include "base/textbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *words(int error)
{
	return uv_strerror(-error);
}

static bool unix_address(
    const char *path, struct sockaddr_un *sa, struct errtext *err)
{
	size_t len = strlen(path);

	memset(sa, 0, sizeof *sa);
	sa->sun_family = AF_UNIX;
	if (len == 0 || len >= sizeof sa->sun_path) {
		errtext_set(err,
		    "socket %s: a path must have 1 to %d bytes; choose a "
		    "shorter one",
		    path, (int)sizeof sa->sun_path - 1);
		return false;
	}
	memcpy(sa->sun_path, path, len);
	return true;
}

/* Does nobody listen there any more? */
static bool is_stale(const struct sockaddr_un *sa, struct errtext *err)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int rc;
	int error;

	CHECK(fd >= 0);
	rc = connect(fd, (const struct sockaddr *)sa, sizeof *sa);
	error = errno;
	close(fd);
	if (rc != 0 && error == ECONNREFUSED)
		return true;
	/* EAGAIN: its backlog is full, but it has one. */
	if (rc == 0 || error == EAGAIN)
		errtext_set(err,
		    "socket %s: another process answers there; stop it or "
		    "choose another path",
		    sa->sun_path);
	else
		errtext_set(err,
		    "socket %s: in the way, and connecting says: "
		    "%s; remove it or choose another path",
		    sa->sun_path, words(error));
	return false;
}

static bool remove_stale(const struct sockaddr_un *sa, struct errtext *err)
{
	struct stat st;

	if (lstat(sa->sun_path, &st) != 0)
		return errno == ENOENT;
	if (!S_ISSOCK(st.st_mode)) {
		errtext_set(err,
		    "socket %s: there is something else of this name; remove "
		    "it or choose another path",
		    sa->sun_path);
		return false;
	}
	if (!is_stale(sa, err))
		return false;
	if (unlink(sa->sun_path) == 0 || errno == ENOENT)
		return true;
	errtext_set(err, "socket %s: stale, and removing it failed: %s",
	    sa->sun_path, words(errno));
	return false;
}

static bool bind_unix(int fd, const struct sockaddr_un *sa, mode_t mode,
    struct http_socket *out, struct errtext *err)
{
	struct stat st;

	/* Linux gives the new path the descriptor's mode, less the umask. */
	if (fchmod(fd, mode) == 0 &&
	    bind(fd, (const struct sockaddr *)sa, sizeof *sa) == 0) {
		memcpy(out->path, sa->sun_path, sizeof out->path);
		if (lstat(out->path, &st) == 0 && chmod(out->path, mode) == 0) {
			out->device = st.st_dev;
			out->inode = st.st_ino;
			return true;
		}
	}
	errtext_set(err,
	    "socket %s: %s; does its directory exist, and may this user write "
	    "there?",
	    sa->sun_path, words(errno));
	return false;
}

static bool open_unix(
    const struct http_address *a, struct http_socket *out, struct errtext *err)
{
	struct sockaddr_un sa;

	if (!unix_address(a->unix_path, &sa, err) || !remove_stale(&sa, err))
		return false;
	out->is_local = true;
	out->fd =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	CHECK(out->fd >= 0);
	return bind_unix(out->fd, &sa, (mode_t)a->unix_mode & 0777, out, err);
}

static int bind_tcp(const struct addrinfo *ai)
{
	int on = 1;
	int off = 0;
	int error;
	int fd = socket(
	    ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	/* "::" means everything, whatever the system's default is. */
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

static const char *tcp_remedy(int error)
{
	if (error == EADDRINUSE)
		return "stop what listens there or choose another port";
	if (error == EADDRNOTAVAIL)
		return "no interface of this machine has that address";
	if (error == EACCES)
		return "ports below 1024 need CAP_NET_BIND_SERVICE";
	return "choose another address";
}

static bool open_tcp(
    const struct http_address *a, struct http_socket *out, struct errtext *err)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *ai = NULL;
	char port[16];
	struct textbuf text;
	int rc;

	textbuf_init_fixed(&text, port, sizeof port);
	textbuf_addf(&text, "%d", a->port);
	rc = getaddrinfo(a->host, port, &hints, &ai);
	if (rc != 0) {
		errtext_set(err,
		    "address %s port %d: %s; use a numeric address such as "
		    "127.0.0.1 or ::1",
		    a->host == NULL ? "*" : a->host, a->port, gai_strerror(rc));
		return false;
	}
	out->fd = bind_tcp(ai);
	freeaddrinfo(ai);
	if (out->fd >= 0)
		return true;
	errtext_set(err, "address %s port %d: %s; %s",
	    a->host == NULL ? "*" : a->host, a->port, words(-out->fd),
	    tcp_remedy(-out->fd));
	return false;
}

static bool inherit(int fd, struct http_socket *out, struct errtext *err)
{
	int listening = 0;
	socklen_t len = sizeof listening;
	int flags = fcntl(fd, F_GETFL);

	out->is_inherited = true;
	if (flags < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) != 0 ||
	    !listening) {
		errtext_set(err,
		    "inherited descriptor %d: not a listening socket; the "
		    "socket unit needs ListenStream= and Accept=no",
		    fd);
		return false;
	}
	out->fd = fd;
	CHECK(fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0);
	CHECK(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0);
	return true;
}

/* What the kernel says we got: port 0 becomes the real one. */
static void learn_name(struct http_socket *s)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof ss;

	CHECK(getsockname(s->fd, (struct sockaddr *)&ss, &len) == 0);
	s->is_local = ss.ss_family == AF_UNIX;
	if (ss.ss_family == AF_INET)
		s->port = ntohs(((struct sockaddr_in *)&ss)->sin_port);
	if (ss.ss_family == AF_INET6)
		s->port = ntohs(((struct sockaddr_in6 *)&ss)->sin6_port);
}

bool http_socket_open(
    const struct http_address *a, struct http_socket *out, struct errtext *err)
{
	bool ok;

	*out = (struct http_socket){ .fd = -1 };
	if (a->fd >= 0)
		ok = inherit(a->fd, out, err);
	else if (a->unix_path != NULL)
		ok = open_unix(a, out, err);
	else
		ok = open_tcp(a, out, err);
	if (ok && !out->is_inherited && listen(out->fd, SOMAXCONN) != 0) {
		errtext_set(err, "listen: %s", words(errno));
		ok = false;
	}
	if (!ok) {
		http_socket_close(out);
		return false;
	}
	learn_name(out);
	return true;
}

void http_socket_quiesce(struct http_socket *s)
{
	if (!s->is_inherited)
		(void)shutdown(s->fd, SHUT_RDWR);
}

void http_socket_close(struct http_socket *s)
{
	struct stat st;

	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	if (s->path[0] == '\0' || lstat(s->path, &st) != 0)
		return;
	if (st.st_dev == s->device && st.st_ino == s->inode)
		(void)unlink(s->path);
}
