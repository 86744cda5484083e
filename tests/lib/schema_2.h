/* schema_2.h - what the second version added to the tables of the first, and a
 * ticket as it kept one.
 *
 * What a release has written stays as it was: this is never changed.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLAWATCH_TESTS_SCHEMA_2_H
#define SLAWATCH_TESTS_SCHEMA_2_H

static const char schema_2[] =
    "ALTER TABLE ticket ADD COLUMN answered_at INTEGER;"
    "ALTER TABLE ticket ADD COLUMN waiting_over INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE ticket ADD COLUMN unanswered TEXT;"
    "ALTER TABLE ticket ADD COLUMN field_at TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE ticket ADD COLUMN history TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE clock ADD COLUMN pause_over INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE clock ADD COLUMN stretches TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE outbox ADD COLUMN held_until INTEGER;"
    "ALTER TABLE journal ADD COLUMN cause TEXT;"
    "ALTER TABLE journal ADD COLUMN matrix INTEGER;"
    "CREATE TABLE matrix_revision ("
    "  id INTEGER PRIMARY KEY,"
    "  revision TEXT NOT NULL,"
    "  since INTEGER NOT NULL,"
    "  previous INTEGER NOT NULL,"
    "  program TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  text TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE matrix_file ("
    "  matrix INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  content BLOB NOT NULL,"
    "  PRIMARY KEY (matrix, name)"
    ") STRICT;"
    "CREATE TRIGGER matrix_revision_no_update BEFORE UPDATE ON matrix_revision"
    " BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;"
    "CREATE TRIGGER matrix_revision_no_delete BEFORE DELETE ON matrix_revision"
    " BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;"
    "CREATE TRIGGER matrix_file_no_update BEFORE UPDATE ON matrix_file"
    " BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;"
    "CREATE TRIGGER matrix_file_no_delete BEFORE DELETE ON matrix_file"
    " BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;";

static const char schema_2_ticket[] =
    "INSERT INTO matrix_revision VALUES (1, 'abc', 1000, 0, '0.2', 'm.yaml',"
    "  'severities: { P1: {} }');"
    "INSERT INTO ticket (id, key, over, severity, category, customer_id,"
    "  assignee, status, tags, created, updated, unanswered_since, policy,"
    "  revision, merged_into, deleted, run_seq, live_runs, open_notices,"
    "  answered_at, waiting_over, unanswered, field_at, history)"
    "  VALUES (7, 'zendesk:7', 0, 'P1', 'technical', 'acme', 'dana', 'open',"
    "  '', 1000, 9000, 5000, 'all', 'abc', '', 0, 1, 0, 1, 4000, 1,"
    "  '5000;6000', '', 'new:1000;open:4000');"
    "INSERT INTO deadline VALUES (7, 20000);"
    "INSERT INTO outbox (id, ticket_id, reason, state, clock, cycle, due, run,"
    "  chain, step, round, nth, role, who, channel, spare, detail, at, free_at,"
    "  useful_until, attempts, repeat, ended, held_until)"
    "  VALUES (3, 7, 'chain', 'pending', '', 0, NULL, 1, 'long', 0, 0, 0,"
    "  'one of experts', 'dana', 'room', '', '', 8000, 8000, NULL, 0, 0, 0,"
    "  NULL);"
    "INSERT INTO journal (ticket_id, kind, at, recorded, clock, cycle, chain,"
    "  run, step, notice_id, who, channel, late_ms, detail, event_id,"
    "  event_type, body, cause, matrix) VALUES (7, 'event', 1000, 1000, '', 0,"
    "  '', 0, -1, 0, '', '', 0, '', 'e1', 'created', '{}', 'event', 1);"
    "INSERT INTO meta VALUES ('matrix', 'abc');";

#endif
