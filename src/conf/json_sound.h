/* json_sound.h - is this text a JSON value?
 *
 * For requests whose body the user wrote.  RFC 8259, no more: no comments, no
 * comma at the end.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_JSON_SOUND_H
#define SLAWATCH_CONF_JSON_SOUND_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_DEPTH_MAX 32

/* False: *wrong is the first byte that cannot stand there, or the text's end.
 */
bool json_is_sound(const char *text, size_t *wrong);

#endif
