/* offline.h - what needs no daemon: is that file sound?
 *
 * The same reader as `slawatchd --check`, so that a matrix that passes here is
 * one that the daemon takes; but secrets need not be readable by whoever asks.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_OFFLINE_H
#define SLAWATCH_CTL_OFFLINE_H

#include "base/textbuf.h"

/* EXIT_OK or EXIT_FAILED.  *messages: errors, or warnings that do not refuse;
 * *summary: one line about a sound file. */
int offline_check(
    const char *path, struct textbuf *messages, struct textbuf *summary);

#endif
