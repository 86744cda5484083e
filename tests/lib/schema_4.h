/* schema_4.h - what the fourth version added to the tables of the third, and a
 * ticket as it kept one.
 *
 * What a release has written stays as it was: this is never changed.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_SCHEMA_4_H
#define SLAWATCH_TESTS_SCHEMA_4_H

static const char schema_4[] =
    "ALTER TABLE outbox ADD COLUMN ref TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE post ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  ticket_id INTEGER NOT NULL,"
    "  channel TEXT NOT NULL,"
    "  room TEXT NOT NULL,"
    "  ref TEXT NOT NULL,"
    "  shown INTEGER NOT NULL,"
    "  wanted INTEGER NOT NULL,"
    "  UNIQUE (ticket_id, channel)"
    ") STRICT;"
    "CREATE INDEX post_stale ON post (id) WHERE shown <> wanted;"
    "CREATE INDEX post_ref ON post (channel, ref);"
    "CREATE TABLE address ("
    "  channel TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  value TEXT NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  PRIMARY KEY (channel, name)"
    ") STRICT, WITHOUT ROWID;";

static const char schema_4_ticket[] =
    "INSERT INTO matrix_revision VALUES (1, 'abc', 1000, 0, '0.4', 'm.yaml',"
    "  'severities: { P1: {} }');"
    "INSERT INTO ticket (id, key, over, severity, category, customer_id,"
    "  assignee, status, tags, created, updated, unanswered_since, policy,"
    "  revision, merged_into, deleted, run_seq, live_runs, open_notices,"
    "  answered_at, waiting_over, unanswered, field_at, history, severity_by,"
    "  confirmed_by, desk_severity, said)"
    "  VALUES (7, 'zendesk:7', 0, 'P1', 'technical', 'acme', 'dana', 'open',"
    "  '', 1000, 9000, 5000, 'all', 'abc', '', 0, 1, 0, 1, 4000, 1,"
    "  '5000;6000', '', 'new:1000;open:4000', 'mara', 'eli', 'P2', 'help');"
    "INSERT INTO deadline VALUES (7, 20000);"
    "INSERT INTO outbox (id, ticket_id, reason, state, clock, cycle, due, run,"
    "  chain, step, round, nth, role, who, channel, spare, detail, at, free_at,"
    "  useful_until, attempts, repeat, ended, held_until, ref)"
    "  VALUES (3, 7, 'chain', 'pending', '', 0, NULL, 1, 'long', 0, 0, 0,"
    "  'one of experts', 'dana', 'room', 'mail', '', 8000, 8000, NULL, 2, 0, 0,"
    "  NULL, '1.5');"
    "INSERT INTO journal (ticket_id, kind, at, recorded, clock, cycle, chain,"
    "  run, step, notice_id, who, channel, late_ms, detail, event_id,"
    "  event_type, body, cause, matrix, given, duty) VALUES (7, 'event', 1000,"
    "  1000, '', 0, '', 0, -1, 0, '', '', 0, '', 'e1', 'created', '{}',"
    "  'event', 1, '', 0);"
    "INSERT INTO post VALUES (1, 7, 'room', 'C0', '1.5', 5, 5);"
    "INSERT INTO meta VALUES ('matrix', 'abc');";

#endif
