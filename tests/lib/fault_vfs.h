/* fault_vfs.h - a disk that fails when told to.
 *
 * An SQLite VFS over the default one.  Operations that change a file (write,
 * sync, truncate, delete, creating a file, growing shared memory) are counted;
 * the Nth can be made to fail:
 *
 *	FAULT_IOERR  the operation fails, a write after half of its bytes
 *	FAULT_FULL   the disk is full: writes fail so, syncs do not
 *	FAULT_CRASH  power is lost: of what was written since each file's last
 *	             sync any part may be there, torn writes too, and nothing
 *	             more reaches the disk until fault_vfs_clear()
 *
 * A sync costs nothing here: it only marks what a crash may no longer take
 * away.  One thread.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_FAULT_VFS_H
#define SLAWATCH_TESTS_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

enum fault {
	FAULT_NONE,
	FAULT_IOERR,
	FAULT_FULL,
	FAULT_CRASH,
};

/* Becomes the default VFS of the process. */
void fault_vfs_register(void);

/* The nth operation from now (1 is the next) fails; `stays`: so do all after
 * it.  The seed decides what a crash leaves. */
void fault_vfs_arm(enum fault fault, long nth, bool stays, uint64_t seed);

/* The same, counting only writes to database files themselves: what a
 * checkpoint does. */
void fault_vfs_arm_checkpoint(enum fault fault, long nth, bool stays);

/* From now on nothing fails. */
void fault_vfs_clear(void);

/* Has it failed since it was armed? */
bool fault_vfs_hit(void);

/* Operations since it was armed. */
long fault_vfs_count(void);

#endif
