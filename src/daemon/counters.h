/* counters.h - the one table of what is counted, with its meaning.
 *
 * Each row is a name in C, a name for Prometheus, a type and a sentence; it
 * feeds struct counters, /metrics, and the tests that expect on them.  Only the
 * loop counts.  Gauges are set when somebody asks.
 *
 * Text format 0.0.4: names end in their unit, counters in _total; a value of
 * milliseconds is shown in seconds.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_DAEMON_COUNTERS_H
#define SLAWATCH_DAEMON_COUNTERS_H

#include "base/textbuf.h"

#include <stddef.h>
#include <stdint.h>

enum counter_type { COUNTER, GAUGE, COUNTER_MS, GAUGE_MS };

/* clang-format off */
#define COUNTERS(X)                                                            \
X(events_accepted, COUNTER, "slawatch_events_accepted_total",                  \
    "Events from outside that were stored.")                                   \
X(events_duplicate, COUNTER, "slawatch_events_duplicate_total",                \
    "Events whose id had been stored before.")                                 \
X(events_refused, COUNTER, "slawatch_events_refused_total",                    \
    "Events that were refused, each with a reason.")                           \
X(events_unavailable, COUNTER, "slawatch_events_unavailable_total",            \
    "Events answered 503: the queue was full or the disk failed.")             \
X(tickets_opened, COUNTER, "slawatch_tickets_opened_total",                    \
    "Tickets that were created.")                                              \
X(tickets_unwatched, COUNTER, "slawatch_tickets_without_policy_total",         \
    "Times that no policy matched a ticket: it has no clocks.")                \
X(clocks_warned, COUNTER, "slawatch_clock_warnings_total",                     \
    "Clocks that were warned of before their breach.")                         \
X(clocks_breached, COUNTER, "slawatch_clock_breaches_total",                   \
    "Clocks that ran past their due.")                                         \
X(clocks_met, COUNTER, "slawatch_clocks_met_total",                            \
    "Clocks that were met in time.")                                           \
X(clocks_met_late, COUNTER, "slawatch_clocks_met_late_total",                  \
    "Clocks that were met after their breach.")                                \
X(chains_started, COUNTER, "slawatch_chains_started_total",                    \
    "Walks of a chain that began.")                                            \
X(chain_steps, COUNTER, "slawatch_chain_steps_total",                          \
    "Steps of chains that fired.")                                             \
X(chain_reminders, COUNTER, "slawatch_chain_reminders_total",                  \
    "Steps of chains that were said again.")                                   \
X(slack_asked, COUNTER, "slawatch_slack_requests_total",                       \
    "Buttons and commands that came from Slack, well signed.")                 \
X(slack_refused, COUNTER, "slawatch_slack_refused_total",                      \
    "Requests for Slack's addresses that were not well signed.")               \
X(links_followed, COUNTER, "slawatch_link_requests_total",                     \
    "Links of mails that were opened or confirmed.")                           \
X(links_refused, COUNTER, "slawatch_link_refused_total",                       \
    "Links that were forged or had expired.")                                  \
X(chains_acked, COUNTER, "slawatch_chains_acknowledged_total",                 \
    "Walks that somebody acknowledged.")                                       \
X(chains_exhausted, COUNTER, "slawatch_chains_exhausted_total",                \
    "Walks that ended with nobody answering.")                                 \
X(drills, COUNTER, "slawatch_drills_total",                                    \
    "Drills that began; what they do is counted nowhere else.")                \
X(rules_fired, COUNTER, "slawatch_rules_fired_total",                          \
    "Rules whose condition became true for a ticket.")                         \
X(handoffs_incomplete, COUNTER, "slawatch_handoffs_incomplete_total",          \
    "Escalations that lacked a field which their chain asks for.")             \
X(people_skipped, COUNTER, "slawatch_people_skipped_total",                    \
    "People who were to be told and could not be: away, quiet, no way.")       \
X(assignments_suggested, COUNTER, "slawatch_assignments_suggested_total",      \
    "Tickets that were suggested to somebody.")                                \
X(assignments_unclaimed, COUNTER, "slawatch_assignments_unclaimed_total",      \
    "Suggestions that nobody claimed in time.")                                \
X(duty_changes, COUNTER, "slawatch_duty_changes_total",                        \
    "Absences, on-call changes and new copies of feeds that were stored.")     \
X(notices_queued, COUNTER, "slawatch_notices_queued_total",                    \
    "Notices written to the outbox.")                                          \
X(notices_sent, COUNTER, "slawatch_notices_sent_total",                        \
    "Notices that the other side accepted.")                                   \
X(notices_withdrawn, COUNTER, "slawatch_notices_withdrawn_total",              \
    "Notices that were moot before they went.")                                \
X(notices_dead, COUNTER, "slawatch_notices_dead_total",                        \
    "Notices refused for good, or of no use any more.")                        \
X(notices_lost, COUNTER, "slawatch_notices_undelivered_total",                 \
    "Dead notices for which no other channel was left.")                       \
X(notices_repeated, COUNTER, "slawatch_notices_marked_repeat_total",           \
    "Notices marked at start as possible repeats of one sent before.")         \
X(attempts, COUNTER, "slawatch_delivery_attempts_total",                       \
    "Attempts to deliver a notice.")                                           \
X(attempts_again, COUNTER, "slawatch_delivery_retries_total",                  \
    "Attempts that failed and are made again.")                                \
X(diverted, COUNTER, "slawatch_notices_diverted_total",                        \
    "Notices that took another way at once, their endpoint being down.")       \
X(bundles, COUNTER, "slawatch_bundles_sent_total",                             \
    "Messages that said several notices at once: digests and incidents.")      \
X(edits, COUNTER, "slawatch_posts_edited_total",                               \
    "Posts of threads that were edited to show the present state.")            \
X(channel_pauses, COUNTER, "slawatch_channel_pauses_total",                    \
    "Times that a destination asked everybody to wait.")                       \
X(late_ms, COUNTER_MS, "slawatch_notice_late_seconds_total",                   \
    "Time between a notice's due instant and its first attempt, summed.")      \
X(late_max_ms, GAUGE_MS, "slawatch_notice_late_max_seconds",                   \
    "The longest time between a notice's due instant and its first attempt.")  \
X(ticks, COUNTER, "slawatch_ticks_total",                                      \
    "Deadlines that ran out and were decided.")                                \
X(ticks_idle, COUNTER, "slawatch_ticks_idle_total",                            \
    "Deadlines that ran out with nothing to do: a fault of the program.")      \
X(batches, COUNTER, "slawatch_batches_total",                                  \
    "Transactions that were committed.")                                       \
X(batches_failed, COUNTER, "slawatch_batches_failed_total",                    \
    "Transactions that were rolled back because the store failed.")            \
X(clock_steps, COUNTER, "slawatch_clock_steps_total",                          \
    "Times that the wall clock was set or the machine was suspended.")         \
X(reloads, COUNTER, "slawatch_reloads_total",                                  \
    "Matrices that were taken over while running.")                            \
X(reloads_failed, COUNTER, "slawatch_reloads_failed_total",                    \
    "Reloads that changed nothing because the file was refused.")              \
X(reloads_refused, COUNTER, "slawatch_reloads_refused_total",                  \
    "Reloads that changed nothing because they would do too much at once.")    \
X(requests, COUNTER, "slawatch_http_requests_total",                           \
    "Requests that were routed.")                                              \
X(requests_denied, COUNTER, "slawatch_http_requests_denied_total",             \
    "Requests without a token, or with one that does not suffice.")            \
X(blind_total_ms, COUNTER_MS, "slawatch_blind_seconds_total",                  \
    "Time in which deadlines ran out while the daemon was not running.")       \
X(blind_last_ms, GAUGE_MS, "slawatch_blind_last_seconds",                      \
    "The part of it before the present start.")                                \
X(heap_entries, GAUGE, "slawatch_heap_entries",                                \
    "Tickets that wait for a deadline.")                                       \
X(heap_bytes, GAUGE, "slawatch_watch_bytes",                                   \
    "Memory of the watch, all structures counted.")                            \
X(watched, GAUGE, "slawatch_tickets_watched",                                  \
    "Live tickets in the watch.")                                              \
X(queue_waiting, GAUGE, "slawatch_queue_waiting",                              \
    "Items that wait for the commit thread.")                                  \
X(outbox_ram, GAUGE, "slawatch_outbox_in_memory",                              \
    "Pending notices of which the notifier knows.")                            \
X(in_flight, GAUGE, "slawatch_notices_in_flight",                              \
    "Notices that are being sent.")                                            \
X(open_tickets, GAUGE, "slawatch_tickets_open",                                \
    "Unsolved tickets.")                                                       \
X(breached, GAUGE, "slawatch_tickets_breached",                                \
    "Unsolved tickets with a clock that runs late.")                           \
X(runs_walking, GAUGE, "slawatch_chains_walking",                              \
    "Chains that walk.")                                                       \
X(runs_acked, GAUGE, "slawatch_chains_acknowledged",                           \
    "Chains that wait behind an acknowledgement or a snooze.")                 \
X(runs_exhausted, GAUGE, "slawatch_chains_exhausted",                          \
    "Chains that ended with nobody answering, their cause not over.")          \
X(people_away, GAUGE, "slawatch_people_away",                                  \
    "People who are away just now.")                                           \
X(people_barred, GAUGE, "slawatch_people_barred",                             \
    "People who can no longer be reached by some way.")                        \
X(oncall_gaps, GAUGE, "slawatch_oncall_gaps",                                  \
    "On-call schedules with nobody on call just now.")                         \
X(feeds_failing, GAUGE, "slawatch_oncall_feeds_failing",                       \
    "On-call feeds whose last fetch failed: their last copy is in force.")     \
X(feeds_age_ms, GAUGE_MS, "slawatch_oncall_feed_age_seconds",                  \
    "Time since the copy of the oldest on-call feed was known to be good.")    \
X(pending, GAUGE, "slawatch_notices_pending",                                  \
    "Notices in the outbox that are not yet accepted.")                        \
X(oldest_pending_ms, GAUGE_MS, "slawatch_notices_pending_age_seconds",         \
    "How long the oldest of them has been free to go.")                        \
X(database_bytes, GAUGE, "slawatch_database_bytes",                            \
    "Size of the database.")                                                   \
X(healthy, GAUGE, "slawatch_healthy",                                          \
    "1 if /healthz is green, else 0.")                                         \
X(started_ms, GAUGE_MS, "slawatch_start_time_seconds",                         \
    "When the daemon started, on its own clock.")                              \
X(loop_turns, COUNTER, "slawatch_loop_turns_total",                            \
    "Times that the loop has woken.")
/* clang-format on */

struct counters {
#define COUNTERS_FIELD(name, type, metric, help) uint64_t name;
	COUNTERS(COUNTERS_FIELD)
#undef COUNTERS_FIELD
};

struct counter_info {
	enum counter_type type;
	const char *metric;
	const char *help;
	size_t offset; /* of its uint64_t in struct counters */
};

extern const struct counter_info counter_table[];
extern const size_t counter_table_count;

/* The whole of /metrics. */
void counters_text(const struct counters *c, struct textbuf *out);

#endif
