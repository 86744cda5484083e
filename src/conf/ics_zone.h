/* ics_zone.h - the names that calendar programs give to time zones.
 *
 * A TZID is any word its file likes.  Most files use IANA names; Microsoft's
 * programs use the names of Windows, of which the common ones are known here.
 * The rules of a VTIMEZONE are never used: they are often wrong or cut short,
 * and the system's tzdata knows better.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_ICS_ZONE_H
#define SLAWATCH_CONF_ICS_ZONE_H

/* The IANA name that Windows' name stands for, or the name itself. */
const char *ics_zone_iana(const char *tzid);

#endif
