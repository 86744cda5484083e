/* schema_3.h - what the third version added to the tables of the second, and a
 * ticket as it kept one.
 *
 * What a release has written stays as it was: this is never changed.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_SCHEMA_3_H
#define SLAWATCH_TESTS_SCHEMA_3_H

static const char schema_3[] =
    "ALTER TABLE ticket ADD COLUMN severity_by TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE ticket ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE ticket ADD COLUMN desk_severity TEXT;"
    "ALTER TABLE ticket ADD COLUMN needs_human INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE ticket ADD COLUMN said_at INTEGER;"
    "ALTER TABLE ticket ADD COLUMN commented_at INTEGER;"
    "ALTER TABLE ticket ADD COLUMN rules_at INTEGER;"
    "ALTER TABLE ticket ADD COLUMN suggested_to TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE ticket ADD COLUMN suggested_team TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE ticket ADD COLUMN suggested_at INTEGER;"
    "ALTER TABLE ticket ADD COLUMN suggest_next INTEGER;"
    "ALTER TABLE ticket ADD COLUMN rules_held TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE ticket ADD COLUMN said TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX ticket_of_customer"
    "  ON ticket (customer_id, created, deleted, merged_into)"
    "  WHERE customer_id IS NOT NULL;"
    "CREATE INDEX ticket_of_category"
    "  ON ticket (category, created, deleted, merged_into)"
    "  WHERE category IS NOT NULL;"
    "CREATE INDEX ticket_of_assignee ON ticket (assignee)"
    "  WHERE assignee IS NOT NULL AND over = 0;"
    "CREATE INDEX ticket_suggested ON ticket (suggested_to)"
    "  WHERE suggested_to <> '' AND over = 0;"
    "CREATE INDEX outbox_picked ON outbox (role, who, at)"
    "  WHERE role GLOB 'one of *' OR role GLOB 'assign *';"
    "ALTER TABLE journal ADD COLUMN given TEXT;"
    "ALTER TABLE journal ADD COLUMN duty INTEGER;"
    "CREATE TABLE duty_change ("
    "  number INTEGER PRIMARY KEY,"
    "  kind TEXT NOT NULL,"
    "  person TEXT NOT NULL,"
    "  other TEXT NOT NULL,"
    "  schedule TEXT NOT NULL,"
    "  since INTEGER,"
    "  until INTEGER,"
    "  target INTEGER NOT NULL,"
    "  said_by TEXT NOT NULL,"
    "  why TEXT NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  bytes BLOB,"
    "  override_bytes BLOB"
    ") STRICT;"
    "CREATE INDEX duty_feed ON duty_change (schedule) WHERE kind = 'feed';"
    "CREATE TRIGGER duty_change_no_update BEFORE UPDATE ON duty_change"
    " BEGIN SELECT RAISE(ABORT, 'what was said is append-only'); END;"
    "CREATE TRIGGER duty_change_no_delete BEFORE DELETE ON duty_change"
    " BEGIN SELECT RAISE(ABORT, 'what was said is append-only'); END;";

static const char schema_3_ticket[] =
    "INSERT INTO matrix_revision VALUES (1, 'abc', 1000, 0, '0.3', 'm.yaml',"
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
    "  useful_until, attempts, repeat, ended, held_until)"
    "  VALUES (3, 7, 'chain', 'pending', '', 0, NULL, 1, 'long', 0, 0, 0,"
    "  'one of experts', 'dana', 'room', 'mail', '', 8000, 8000, NULL, 2, 0, 0,"
    "  NULL);"
    "INSERT INTO journal (ticket_id, kind, at, recorded, clock, cycle, chain,"
    "  run, step, notice_id, who, channel, late_ms, detail, event_id,"
    "  event_type, body, cause, matrix, given, duty) VALUES (7, 'event', 1000,"
    "  1000, '', 0, '', 0, -1, 0, '', '', 0, '', 'e1', 'created', '{}',"
    "  'event', 1, '', 0);"
    "INSERT INTO meta VALUES ('matrix', 'abc');";

#endif
