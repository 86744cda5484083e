/* schema.c - the tables, and the steps that led to them.
 *
 * SPDX-License-Identifier: MIT */
#include "store/schema.h"

#include "base/check.h"
#include "base/textbuf.h"

/* Texts that may grow long stand last in their row: SQLite then reads and
 * compares the rest without following overflow pages. */
static const char version_1[] =
    /* The ticket, and what a restart needs of it. */
    "CREATE TABLE ticket ("
    "  id INTEGER PRIMARY KEY,"
    "  key TEXT NOT NULL UNIQUE,"
    "  over INTEGER NOT NULL,"
    "  subject TEXT, severity TEXT, category TEXT, channel TEXT,"
    "  customer_id TEXT, customer_name TEXT, customer_tier TEXT,"
    "  customer_value TEXT, customer_renewal TEXT,"
    "  team TEXT, assignee TEXT, url TEXT,"
    "  scope TEXT, impact TEXT, workaround TEXT,"
    "  sentiment TEXT, ai_confidence TEXT, csat TEXT,"
    "  status TEXT NOT NULL,"
    "  tags TEXT NOT NULL,"
    "  created INTEGER NOT NULL,"
    "  updated INTEGER NOT NULL,"
    "  unanswered_since INTEGER,"
    "  policy TEXT NOT NULL,"
    "  revision TEXT NOT NULL,"
    "  merged_into TEXT NOT NULL,"
    "  deleted INTEGER NOT NULL,"
    "  run_seq INTEGER NOT NULL,"
    "  live_runs INTEGER NOT NULL,"
    "  open_notices INTEGER NOT NULL,"
    "  attributes TEXT, tried TEXT, next_step TEXT, text TEXT"
    ") STRICT;"
    "CREATE INDEX ticket_open ON ticket (key) WHERE over = 0;"
    "CREATE TABLE deadline ("
    "  ticket_id INTEGER PRIMARY KEY,"
    "  due INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX deadline_by_due ON deadline (due);"
    /* Clocks. */
    "CREATE TABLE clock ("
    "  ticket_id INTEGER NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  cycle INTEGER NOT NULL,"
    "  state TEXT NOT NULL,"
    "  started INTEGER NOT NULL,"
    "  elapsed_ms INTEGER NOT NULL,"
    "  since INTEGER NOT NULL,"
    "  target_ms INTEGER NOT NULL,"
    "  due INTEGER,"
    "  due_by_hand INTEGER NOT NULL,"
    "  policy TEXT NOT NULL,"
    "  calendar TEXT NOT NULL,"
    "  breached_at INTEGER,"
    "  ended_at INTEGER,"
    "  warned TEXT NOT NULL,"
    "  current INTEGER NOT NULL,"
    "  seq INTEGER NOT NULL,"
    "  PRIMARY KEY (ticket_id, kind, cycle)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX clock_late ON clock (ticket_id)"
    "  WHERE breached_at IS NOT NULL AND ended_at IS NULL;"
    /* Chains. */
    "CREATE TABLE chain_run ("
    "  ticket_id INTEGER NOT NULL,"
    "  seq INTEGER NOT NULL,"
    "  live INTEGER NOT NULL,"
    "  state TEXT NOT NULL,"
    "  chain TEXT NOT NULL,"
    "  cause TEXT NOT NULL,"
    "  clock TEXT NOT NULL,"
    "  cycle INTEGER NOT NULL,"
    "  started INTEGER NOT NULL,"
    "  step INTEGER NOT NULL,"
    "  round INTEGER NOT NULL,"
    "  reminded INTEGER NOT NULL,"
    "  fired_at INTEGER,"
    "  next_at INTEGER,"
    "  acked_by TEXT NOT NULL,"
    "  acked_at INTEGER,"
    "  definition TEXT NOT NULL,"
    "  PRIMARY KEY (ticket_id, seq)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX chain_run_live ON chain_run (state) WHERE live = 1;"
    /* Notices and what became of them. */
    "CREATE TABLE outbox ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  ticket_id INTEGER NOT NULL,"
    "  reason TEXT NOT NULL,"
    "  state TEXT NOT NULL,"
    "  clock TEXT NOT NULL,"
    "  cycle INTEGER NOT NULL,"
    "  due INTEGER,"
    "  run INTEGER NOT NULL,"
    "  chain TEXT NOT NULL,"
    "  step INTEGER NOT NULL,"
    "  round INTEGER NOT NULL,"
    "  nth INTEGER NOT NULL,"
    "  role TEXT NOT NULL,"
    "  who TEXT NOT NULL,"
    "  channel TEXT NOT NULL,"
    "  spare TEXT NOT NULL,"
    "  detail TEXT NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  free_at INTEGER NOT NULL,"
    "  useful_until INTEGER,"
    "  attempts INTEGER NOT NULL,"
    "  repeat INTEGER NOT NULL,"
    "  ended INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX outbox_of_ticket ON outbox (ticket_id, ended);"
    "CREATE INDEX outbox_pending ON outbox (free_at)"
    "  WHERE state = 'pending';"
    "CREATE INDEX outbox_dead ON outbox (state) WHERE state = 'dead';"
    "CREATE TABLE delivery ("
    "  id INTEGER PRIMARY KEY,"
    "  notice_id INTEGER NOT NULL,"
    "  number INTEGER NOT NULL,"
    "  started INTEGER NOT NULL,"
    "  took_ms INTEGER NOT NULL,"
    "  result TEXT NOT NULL,"
    "  code INTEGER NOT NULL,"
    "  detail TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX delivery_of_notice ON delivery (notice_id);"
    /* The past. */
    "CREATE TABLE journal ("
    "  id INTEGER PRIMARY KEY,"
    "  ticket_id INTEGER NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  recorded INTEGER NOT NULL,"
    "  clock TEXT NOT NULL,"
    "  cycle INTEGER NOT NULL,"
    "  due INTEGER,"
    "  chain TEXT NOT NULL,"
    "  run INTEGER NOT NULL,"
    "  step INTEGER NOT NULL,"
    "  notice_id INTEGER NOT NULL,"
    "  reason TEXT,"
    "  who TEXT NOT NULL,"
    "  channel TEXT NOT NULL,"
    "  late_ms INTEGER NOT NULL,"
    "  detail TEXT NOT NULL,"
    "  event_id TEXT,"
    "  event_type TEXT,"
    "  body TEXT"
    ") STRICT;"
    "CREATE INDEX journal_of_ticket ON journal (ticket_id);"
    "CREATE UNIQUE INDEX journal_event ON journal (event_id)"
    "  WHERE event_id IS NOT NULL;"
    "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER delivery_no_update BEFORE UPDATE ON delivery"
    " BEGIN SELECT RAISE(ABORT, 'deliveries are append-only'); END;"
    "CREATE TRIGGER delivery_no_delete BEFORE DELETE ON delivery"
    " BEGIN SELECT RAISE(ABORT, 'deliveries are append-only'); END;"
    "CREATE TABLE meta ("
    "  name TEXT PRIMARY KEY,"
    "  value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;";

/* What a replay needs: whose decision a row begins and by which matrix, and
 * what clocks and tickets remember beyond one instant each.  Existing rows are
 * left as they are, so that a large database migrates at once: NULL and '' say
 * that a row was written before, and loading makes do with what there is.
 * unanswered_since is the first of `unanswered`, for whoever asks by SQL. */
static const char version_2[] =
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

/* Rules, people's presence and assignments: what tickets remember of them, and
 * what a decision knew beside its ticket.  The indexes answer what one ticket
 * may ask about the others (fact_rows.h); each holds what it is asked for and
 * nothing else.  In the journal `duty` is NULL in rows written before. */
static const char version_3[] =
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

/* What the other side calls a message, threads, and what was asked of channels
 * once and holds for long. */
static const char version_4[] =
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

/* Who brought a matrix, how and why, and which tickets it took over; which
 * revisions tickets still have.  Of rows written before nobody knows, but that
 * all of them took over what was open.  And what a notice owes to its room. */
static const char version_5[] =
    "ALTER TABLE outbox ADD COLUMN owed TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE matrix_revision ADD COLUMN said_by TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE matrix_revision ADD COLUMN how TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE matrix_revision ADD COLUMN why TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE matrix_revision"
    "  ADD COLUMN applies TEXT NOT NULL DEFAULT 'open';"
    "CREATE INDEX ticket_revision ON ticket (revision) WHERE over = 0;"
    "CREATE INDEX ticket_solved ON ticket (revision)"
    "  WHERE status = 'solved';";

static const char *const migrations[] = { version_1, version_2, version_3,
	version_4, version_5 };

_Static_assert(sizeof migrations / sizeof *migrations == SCHEMA_VERSION,
    "one migration a version");

static enum store_result foreign(struct connection *c, struct errtext *err)
{
	errtext_set(err,
	    "%s: is a database of another program: name another file", c->path);
	return STORE_FOREIGN;
}

enum store_result schema_examine(
    struct connection *c, int *version, struct errtext *err)
{
	int64_t application = 0, number = 0, objects = 0;
	enum store_result r;

	*version = 0;
	r = connection_number(c, "PRAGMA application_id", &application, err);
	if (r == STORE_OK)
		r = connection_number(c, "PRAGMA user_version", &number, err);
	if (r == STORE_OK)
		r = connection_number(
		    c, "SELECT count(*) FROM sqlite_schema", &objects, err);
	if (r != STORE_OK)
		return r;
	if (application == 0 && number == 0 && objects == 0)
		return STORE_OK;
	if (application != SCHEMA_APPLICATION_ID || number < 1)
		return foreign(c, err);
	if (number > SCHEMA_VERSION) {
		errtext_set(err,
		    "%s: was written by a newer slawatch (schema %lld, this "
		    "program knows %d): upgrade slawatch, or restore the "
		    "backup made before the upgrade",
		    c->path, (long long)number, SCHEMA_VERSION);
		return STORE_NEWER;
	}
	*version = (int)number;
	return STORE_OK;
}

static enum store_result step(struct connection *c, int to, struct errtext *err)
{
	struct textbuf sql;
	enum store_result r;

	textbuf_init(&sql);
	textbuf_addf(&sql,
	    "BEGIN IMMEDIATE; PRAGMA application_id = %d;"
	    "PRAGMA user_version = %d; %s COMMIT;",
	    SCHEMA_APPLICATION_ID, to, migrations[to - 1]);
	r = connection_exec(c, sql.data, err);
	textbuf_fini(&sql);
	if (r != STORE_OK)
		connection_rollback(c);
	return r;
}

enum store_result schema_migrate(
    struct connection *c, int version, struct errtext *err)
{
	enum store_result r = STORE_OK;

	CHECK(version >= 0 && version <= SCHEMA_VERSION);
	for (int to = version + 1; r == STORE_OK && to <= SCHEMA_VERSION; to++)
		r = step(c, to, err);
	if (r != STORE_OK)
		errtext_wrap(err, "migrating to schema %d", SCHEMA_VERSION);
	return r;
}
