/* http_socket.h - a listening socket: made here, or inherited from systemd.
 *
 * A Unix socket is never open wider than its mode, not even for a moment: the
 * descriptor's mode is set before bind(2), the path's after it.  A path that
 * exists is taken over only if it is a socket and connect(2) is refused, that
 * is if nobody listens; it is removed at the end only if it is still the one
 * made here.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_NET_HTTP_SOCKET_H
#define SLAWATCH_NET_HTTP_SOCKET_H

#include "net/http_listener.h"

#include <sys/stat.h>
#include <sys/un.h>

struct http_socket {
	int fd;		   /* listening, not blocking; owned */
	int port;	   /* TCP; else 0 */
	bool is_local;	   /* a Unix socket */
	bool is_inherited; /* others may hold it too: never shut it down */
	char path[sizeof((struct sockaddr_un *)0)->sun_path]; /* ours, or "" */
	dev_t device; /* of that path when it was made */
	ino_t inode;
};

/* The error names the address and what to do. */
bool http_socket_open(
    const struct http_address *a, struct http_socket *out, struct errtext *err);

/* New clients are refused from now on, also those that wait in the backlog. */
void http_socket_quiesce(struct http_socket *s);

void http_socket_close(struct http_socket *s);

#endif
