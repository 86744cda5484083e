/* commands.h - the subcommands' bodies; their table is in main.c.
 *
 * Each returns an exit_code, and has said on standard error why it is not
 * EXIT_OK.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_CTL_COMMANDS_H
#define SLAWATCH_CTL_COMMANDS_H

#include "ctl/args.h"

int cmd_tickets(const struct invocation *in);  /* tickets.c */
int cmd_show(const struct invocation *in);     /* show.c */
int cmd_timeline(const struct invocation *in); /* timeline.c */
int cmd_explain(const struct invocation *in);  /* explain.c */
int cmd_preview(const struct invocation *in);  /* preview.c */
int cmd_ack(const struct invocation *in);      /* act.c */
int cmd_claim(const struct invocation *in);
int cmd_snooze(const struct invocation *in);
int cmd_note(const struct invocation *in);
int cmd_escalate(const struct invocation *in);	   /* escalate.c */
int cmd_people(const struct invocation *in);	   /* people.c */
int cmd_people_check(const struct invocation *in); /* reach.c */
int cmd_test_notice(const struct invocation *in);
int cmd_away(const struct invocation *in); /* away.c */
int cmd_back(const struct invocation *in);
int cmd_oncall(const struct invocation *in);	    /* oncall.c: who it is */
int cmd_oncall_change(const struct invocation *in); /* duty_change.c: that, or
						       one who changes it */
int cmd_outbox(const struct invocation *in);	    /* outbox.c */
int cmd_event(const struct invocation *in);	    /* send.c */
int cmd_replay(const struct invocation *in);	    /* replay.c */
int cmd_import(const struct invocation *in);	    /* import.c */
int cmd_status(const struct invocation *in);	    /* operate.c */
int cmd_health(const struct invocation *in);
int cmd_metrics(const struct invocation *in);
int cmd_reload(const struct invocation *in);   /* reload.c */
int cmd_check(const struct invocation *in);    /* offline.c */
int cmd_verify(const struct invocation *in);   /* verify.c */
int cmd_calendar(const struct invocation *in); /* calendar.c */
int cmd_simulate(const struct invocation *in); /* simulate.c */
int cmd_test(const struct invocation *in);     /* test.c */
int cmd_matrix(const struct invocation *in);   /* matrix.c */
int cmd_forecast(const struct invocation *in); /* forecast.c */
int cmd_drill(const struct invocation *in);    /* drill.c */
int cmd_clock(const struct invocation *in);    /* clock.c */
int cmd_version(const struct invocation *in);
int cmd_help(const struct invocation *in); /* help.c */

#endif
