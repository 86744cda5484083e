/* check.h - is the program still what its author believed?
 *
 * Assertions are always compiled in.  They state what a caller or an earlier
 * line has already guaranteed; nothing that arrives from outside (events,
 * files, the network, the clock) may ever reach one.
 *
 * A failed check tells the reporter, which the composing program sets once at
 * start, and aborts: the service manager restarts the daemon and everything
 * that matters is on disk.  Out of memory ends in the same place.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_BASE_CHECK_H
#define SLAWATCH_BASE_CHECK_H

#define CHECK(expr) ((expr) ? (void)0 : check_failed(#expr, __FILE__, __LINE__))

/* Told of a failed check just before abort(); must not return to the caller's
 * logic or take locks.  NULL (the default) aborts in silence. */
typedef void check_reporter(const char *expr, const char *file, int line);

void check_set_reporter(check_reporter *reporter);

_Noreturn void check_failed(const char *expr, const char *file, int line);

#endif
