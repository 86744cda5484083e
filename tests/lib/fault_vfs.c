/* fault_vfs.c - the failing disk: a shim, and what a crash takes away.
 *
 * For each open file the writes since its last sync are kept with what was
 * there before.  A crash first undoes all of them, last one first, and then
 * does some of them again.
 *
 * SPDX-License-Identifier: MIT */
#include "lib/fault_vfs.h"

#include "lib/rng.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct written {
	sqlite3_int64 at;
	int len;
	sqlite3_int64 size_before; /* of the file */
	int had;		   /* bytes of `before` that were there */
	unsigned char *before, *after;
};

struct fault_file {
	sqlite3_file base;
	struct fault_file *next;
	bool is_database;
	struct written *writes; /* since the last sync */
	size_t count, cap;
	sqlite3_file *real; /* in the same allocation */
};

static struct {
	sqlite3_vfs vfs;
	sqlite3_vfs *real;
	struct fault_file *files;
	enum fault fault;
	long nth, count;
	bool stays, only_database, hit, dead;
	struct rng rng;
} world;

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static struct fault_file *of(sqlite3_file *file)
{
	return (struct fault_file *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
	return of(file)->real;
}

static void forget(struct fault_file *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->writes[i].before);
		free(f->writes[i].after);
	}
	f->count = 0;
}

/* Keeps what stands where something is about to be written. */
static void remember(
    struct fault_file *f, const void *data, int len, sqlite3_int64 at)
{
	struct written *w;

	if (world.fault != FAULT_CRASH)
		return;
	if (f->count == f->cap) {
		f->cap = f->cap * 2 + 8;
		f->writes =
		    must(realloc(f->writes, f->cap * sizeof *f->writes));
	}
	w = &f->writes[f->count++];
	memset(w, 0, sizeof *w);
	w->at = at;
	w->len = len;
	f->real->pMethods->xFileSize(f->real, &w->size_before);
	w->before = must(calloc(1, (size_t)len + 1));
	w->after = must(calloc(1, (size_t)len + 1));
	memcpy(w->after, data, (size_t)len);
	if (w->size_before > at)
		w->had = w->size_before - at < len ? (int)(w->size_before - at)
						   : len;
	if (w->had > 0)
		f->real->pMethods->xRead(f->real, w->before, w->had, at);
}

static void undo_all(struct fault_file *f)
{
	for (size_t i = f->count; i-- > 0;) {
		struct written *w = &f->writes[i];

		if (w->had > 0)
			f->real->pMethods->xWrite(
			    f->real, w->before, w->had, w->at);
		f->real->pMethods->xTruncate(f->real, w->size_before);
	}
}

/* Each write is there, or not, or in part; `share` of 8 are. */
static void redo_some(struct fault_file *f, uint64_t share)
{
	for (size_t i = 0; i < f->count; i++) {
		struct written *w = &f->writes[i];
		int len = w->len;

		if (rng_below(&world.rng, 8) >= share)
			continue;
		if (share < 8 && rng_one_in(&world.rng, 4))
			len = (int)rng_below(&world.rng, (uint64_t)len + 1);
		if (len > 0)
			f->real->pMethods->xWrite(
			    f->real, w->after, len, w->at);
	}
}

static void crash(void)
{
	uint64_t share = rng_below(&world.rng, 9);

	world.dead = true;
	for (struct fault_file *f = world.files; f != NULL; f = f->next) {
		undo_all(f);
		redo_some(f, share);
		forget(f);
	}
}

/* Counts an operation: SQLITE_OK, or what it fails with. */
static int tread(struct fault_file *f, int failure, bool needs_space)
{
	if (world.dead)
		return failure;
	if (world.fault == FAULT_NONE)
		return SQLITE_OK;
	if (world.only_database && (f == NULL || !f->is_database))
		return SQLITE_OK;
	if (world.fault == FAULT_FULL && !needs_space)
		return SQLITE_OK;
	world.count++;
	if (world.stays ? world.count < world.nth : world.count != world.nth)
		return SQLITE_OK;
	world.hit = true;
	if (world.fault == FAULT_CRASH)
		crash();
	return world.fault == FAULT_FULL ? SQLITE_FULL : failure;
}

static int file_close(sqlite3_file *file)
{
	struct fault_file **at = &world.files;
	int rc = real_of(file)->pMethods->xClose(real_of(file));

	forget(of(file));
	free(of(file)->writes);
	while (*at != NULL && *at != of(file))
		at = &(*at)->next;
	if (*at != NULL)
		*at = of(file)->next;
	return rc;
}

static int file_read(sqlite3_file *file, void *to, int len, sqlite3_int64 at)
{
	return real_of(file)->pMethods->xRead(real_of(file), to, len, at);
}

static int file_write(
    sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
	bool was_dead = world.dead;
	int rc = tread(of(file), SQLITE_IOERR_WRITE, true);

	if (rc == SQLITE_OK) {
		remember(of(file), from, len, at);
		return real_of(file)->pMethods->xWrite(
		    real_of(file), from, len, at);
	}
	if (!was_dead && len > 1) {
		if (!world.dead)
			remember(of(file), from, len / 2, at);
		real_of(file)->pMethods->xWrite(
		    real_of(file), from, len / 2, at);
	}
	return rc;
}

/* Taken to be durable at once, with all that was written before it. */
static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int rc = tread(of(file), SQLITE_IOERR_TRUNCATE, false);

	if (rc == SQLITE_OK) {
		forget(of(file));
		rc = real_of(file)->pMethods->xTruncate(real_of(file), size);
	}
	return rc;
}

static int file_sync(sqlite3_file *file, int flags)
{
	int rc = tread(of(file), SQLITE_IOERR_FSYNC, false);

	(void)flags;
	if (rc == SQLITE_OK)
		forget(of(file));
	return rc;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_reserved(sqlite3_file *file, int *out)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
	return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int file_sector(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_traits(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shm_map(
    sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	int rc = SQLITE_OK;

	if (extend)
		rc = tread(NULL, SQLITE_IOERR_SHMSIZE, true);
	*out = NULL;
	if (rc == SQLITE_OK)
		rc = real_of(file)->pMethods->xShmMap(
		    real_of(file), page, size, extend, out);
	return rc;
}

static int shm_lock(sqlite3_file *file, int at, int n, int flags)
{
	return real_of(file)->pMethods->xShmLock(real_of(file), at, n, flags);
}

static void shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shm_unmap(sqlite3_file *file, int remove)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = { 2, file_close, file_read,
	file_write, file_truncate, file_sync, file_size, file_lock, file_unlock,
	file_reserved, file_control, file_sector, file_traits, shm_map,
	shm_lock, shm_barrier, shm_unmap, NULL, NULL };

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
    int flags, int *out_flags)
{
	struct fault_file *f = of(file);
	int rc = SQLITE_OK;
	int there = 1;

	(void)vfs;
	memset(f, 0, sizeof *f);
	f->real = (sqlite3_file *)(f + 1);
	f->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
	if (name != NULL && (flags & SQLITE_OPEN_CREATE) != 0) {
		world.real->xAccess(
		    world.real, name, SQLITE_ACCESS_EXISTS, &there);
		if (!there)
			rc = tread(NULL, SQLITE_CANTOPEN, true);
	}
	if (rc == SQLITE_OK)
		rc = world.real->xOpen(
		    world.real, name, f->real, flags, out_flags);
	if (rc != SQLITE_OK)
		return rc;
	f->base.pMethods = &methods;
	f->next = world.files;
	world.files = f;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	int rc = tread(NULL, SQLITE_IOERR_DELETE, false);

	(void)vfs;
	(void)sync;
	return rc == SQLITE_OK ? world.real->xDelete(world.real, name, 0) : rc;
}

void fault_vfs_register(void)
{
	world.real = sqlite3_vfs_find(NULL);
	world.vfs = *(sqlite3_vfs *)must(world.real);
	world.vfs.zName = "fault";
	world.vfs.szOsFile =
	    (int)sizeof(struct fault_file) + world.real->szOsFile;
	world.vfs.xOpen = vfs_open;
	world.vfs.xDelete = vfs_delete;
	if (sqlite3_vfs_register(&world.vfs, 1) != SQLITE_OK)
		abort();
}

void fault_vfs_arm(enum fault fault, long nth, bool stays, uint64_t seed)
{
	world.fault = fault;
	world.nth = nth;
	world.count = 0;
	world.stays = stays;
	world.only_database = false;
	world.hit = false;
	world.dead = false;
	world.rng.state = seed;
}

void fault_vfs_arm_checkpoint(enum fault fault, long nth, bool stays)
{
	fault_vfs_arm(fault, nth, stays, 1);
	world.only_database = true;
}

void fault_vfs_clear(void)
{
	world.fault = FAULT_NONE;
	world.dead = false;
}

bool fault_vfs_hit(void)
{
	return world.hit;
}

long fault_vfs_count(void)
{
	return world.count;
}
