/* masked.h - the file's text without the secrets that stand in it.
 *
 * What is kept for later (the database has every matrix that decided) must load
 * to the same decisions and must tell nobody how to post to a room.  A secret
 * may stand plainly in one place only: the url of a channel or of an on-call
 * feed, behind its host.
 * That part, and whatever of a URL or of a known secret somebody left in a
 * comment, is written over with asterisks.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_MASKED_H
#define SLAWATCH_CONF_MASKED_H

#include "conf/load.h"

/* The text in the arena, as long as it was; NULL if a secret that must stand in
 * it was not found there (it is written with escapes).  The matrix of the conf
 * was not taken. */
char *conf_masked(const struct conf *c, struct arena *arena);

#endif
