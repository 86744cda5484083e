/* sections.h - one function a section of the file.
 *
 * matrix_file.c calls them in the order in which they need each other.  Each
 * fills its part of the matrix (or the settings) and reports what is wrong; an
 * entry with a mistake is still entered under its name, so that what refers to
 * it is not reported as well.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CONF_SECTIONS_H
#define SLAWATCH_CONF_SECTIONS_H

#include "conf/reader.h"

void matrix_file_read(struct reader *r);

void calendars_read(struct reader *r);
void channels_read(struct reader *r);	  /* calendars */
void people_read(struct reader *r);	  /* calendars */
void teams_read(struct reader *r);	  /* people, channels */
void teams_chains_read(struct reader *r); /* teams, chains */
void oncall_read(struct reader *r);	  /* people, calendars */
void roles_read(struct reader *r);	  /* people, teams, oncall */
void chains_read(struct reader *r);	  /* all who can be notified */
void clocks_read(struct reader *r);
void policies_read(struct reader *r); /* everything above */
void rules_read(struct reader *r);    /* likewise */
void severity_table_read(struct reader *r);
void incidents_read(struct reader *r);
void settings_read(struct reader *r);

/* What is not wrong but hardly meant.  Only for a file without errors. */
void lint(struct reader *r);

#endif
