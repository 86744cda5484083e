"""ctl_verify.py - does slawatchctl verify say of a real daemon's database what
is true of it?

A daemon lives: events, deadlines, deliveries that fail, matrices that come and
go, a crash.  Its database is then verified, alive and dead, whole and tampered
with; and no secret that the daemon knew is in it.

SPDX-License-Identifier: MIT
"""
import json
import os
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from harness import (PATIENCE, SLAWATCHCTL, Answer, Daemon,  # noqa: E402
                     Scratch, Sink, config, wait_until)

HOOK = "/services/T0TEAM/B0BOT/pLaInLySaId"
OLD_HOOK = "https://hooks.slack.com/services/T0OLD/B0OLD/oLdBuTsEcReT"
SIGNED = "a-secret-of-a-webhook"
TOKEN = "a-token-of-a-help-desk"
TRIGGERS = ("journal_no_update", "journal_no_delete")


def verify(*args, code=0):
    done = subprocess.run([SLAWATCHCTL, "verify", *args], text=True,
                          capture_output=True, timeout=PATIENCE, check=False)
    if done.returncode != code:
        raise AssertionError("%d, not %d\n%s%s" % (
            done.returncode, code, done.stdout, done.stderr))
    return done


def summary(*args, code=0):
    rows = [json.loads(line) for line in
            verify("--json", *args, code=code).stdout.splitlines()]
    return rows[-1], rows[:-1]


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        self.refusals = 2
        self.sink = Sink(self.behave)
        self.d = None

    def tearDown(self):
        if self.d and self.d.running():
            self.d.kill()
        self.sink.__exit__()
        self.scratch.__exit__()

    def behave(self, record):
        if self.refusals > 0:
            self.refusals -= 1
            return Answer(status=503, body=b"later")
        return Answer()

    def matrix(self, target="2s", note=""):
        text = config(
            self.sink, warn="[ 50% ]",
            targets="P1: { first_reply: %s, resolution: 1h }" % target,
            channels="  slack: { type: slack-webhook, url: \"%s\" }\n"
            % self.sink.url(HOOK),
            chain="\n      - { notify: primary, via: [slack, hook] }",
            daemon="  tokens: { desk: { secret: { file: desk.token }, "
            "scopes: ingest } }\n")
        return text + "# was %s\n# signed with %s, %s\n%s" % (
            OLD_HOOK, SIGNED, TOKEN, note)

    def start(self):
        self.scratch.file("desk.token", TOKEN + "\n")
        self.d = Daemon(self.scratch, self.matrix(), secret=SIGNED).start()
        return self.d

    def live(self):
        """A breach and its notice, an answer, a new matrix, a crash."""
        d = self.start()
        for n in range(1, 4):
            d.created("t:%d" % n)
        d.created("t:4", severity="P3")
        wait_until("breaches", lambda: self.count("clock_breached") == 3 and
                   self.count("notice_sent") >= 3)
        d.send(d.event("t:1", "acknowledged", by="dana"),
               d.event("t:2", "comment", author="agent", public=True))
        d.post("/v1/tickets/t:3/snooze", {"by": "dana", "for": "1h"})
        d.reload(self.matrix("30m", "# the second\n"))
        wait_until("the sweep", lambda: self.told(2))
        d.created("t:5")
        d.kill()
        self.scratch.file(os.path.basename(d.config),
                          self.matrix("45m", "# the third\n"))
        d.start()
        wait_until("the sweep", lambda: self.told(3))
        d.send(d.event("t:3", "status", status="solved"))
        return d

    def ask(self, sql):
        db = sqlite3.connect("file:%s?mode=ro" % self.d.database, uri=True)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def count(self, kind):
        return self.ask("SELECT count(*) FROM journal"
                        " WHERE kind = '%s'" % kind)[0][0]

    def told(self, number):
        """Does every open ticket know the matrix of that row, the last?"""
        rows = self.ask("SELECT id, revision FROM matrix_revision"
                        " ORDER BY id DESC LIMIT 1")
        return rows[0][0] == number and self.ask(
            "SELECT value FROM meta WHERE name = 'matrix'"
        )[0][0] == rows[0][1]


class Sound(Case):

    def test_alive_and_dead(self):
        d = self.live()
        alive, others = summary(d.database)
        self.assertEqual(others, [])
        self.assertEqual((alive["same"], alive["different"],
                          alive["unverified"]), (5, 0, 0))
        self.assertGreater(alive["decisions"], 15)
        self.assertGreater(alive["notices"], 2)
        self.assertEqual(d.stop(), 0)
        dead, others = summary(d.database)
        self.assertEqual(others, [])
        self.assertGreaterEqual(dead["decisions"], alive["decisions"])
        told = verify(d.database).stdout
        self.assertIn("5 tickets are as their journal says", told)
        causes = {row[0] for row in self.ask("SELECT cause FROM journal")}
        self.assertTrue({"event", "tick", "delivery", "revised"} <= causes,
                        causes)

    def test_back_and_forth_while_tickets_are_told(self):
        d = self.start()
        d.send(*[d.event("t:%d" % n, "created", fields={"severity": "P1"})
                 for n in range(300)])
        first, second = self.matrix(), self.matrix("3s", "# the second\n")
        for n in range(6):
            self.scratch.file(os.path.basename(d.config),
                              second if n % 2 == 0 else first)
            reply = d.post("/v1/reload", {"by": "mara", "force": True})
            self.assertEqual(reply.status, 200, reply.body)
            d.created("t:more%d" % n)
        wait_until("the sweep", lambda: self.told(7))
        self.assertEqual(d.stop(), 0)
        last, others = summary(d.database)
        self.assertEqual(others, [])
        self.assertEqual(last["same"], 306)
        self.assertNotIn("cannot be had", d.log(all_starts=True))

    def test_no_secret_is_kept(self):
        d = self.live()
        texts = self.ask("SELECT text FROM matrix_revision ORDER BY id")
        d.stop()
        self.assertEqual(len(texts), 3)
        for (text,) in texts:
            self.assertIn("first_reply", text)
            self.assertIn("# was https://hooks.slack.com/*", text)
        secrets = [HOOK[1:], HOOK.split("/")[-1], OLD_HOOK.split("/")[-1],
                   SIGNED, TOKEN]
        files = [p for p in os.listdir(os.path.dirname(d.database))
                 if p.startswith(os.path.basename(d.database))]
        self.assertIn(os.path.basename(d.database), files)
        for name in files:
            with open(os.path.join(os.path.dirname(d.database), name),
                      "rb") as f:
                content = f.read()
            for secret in secrets:
                self.assertFalse(secret.encode() in content,
                                 "%s holds %s" % (name, secret))

    def test_same_file_again_is_no_new_matrix(self):
        d = self.start()
        for _ in range(2):
            self.assertEqual(d.post("/v1/reload").status, 200)
        self.assertEqual(
            self.ask("SELECT count(*) FROM matrix_revision"), [(1,)])
        d.stop()
        d.start()
        d.stop()
        self.assertEqual(
            self.ask("SELECT count(*) FROM matrix_revision"), [(1,)])


class Tampered(Case):

    def tamper(self, sql):
        self.d.stop()
        db = sqlite3.connect(self.d.database)
        for trigger in TRIGGERS:
            db.execute("DROP TRIGGER " + trigger)
        self.assertGreater(db.execute(sql).rowcount, 0, sql)
        db.commit()
        db.close()

    def test_a_difference_is_named(self):
        d = self.live()
        self.tamper("UPDATE journal SET detail = 'x' WHERE id = (SELECT"
                    " min(id) FROM journal WHERE kind = 'clock_breached')")
        said = verify(d.database, code=6)
        self.assertRegex(said.stdout, r"t:[123]: journal row \d+ "
                         r"\(clock_breached\): detail: expected .*, found x")
        self.assertIn("1 differ", said.stdout)
        last, rows = summary(d.database, code=6)
        self.assertEqual(last["different"], 1)
        self.assertEqual([r["kind"] for r in rows], ["difference"])
        self.assertEqual(rows[0]["member"], "detail")
        self.assertEqual(rows[0]["found"], "x")

    def test_rows_of_no_ticket_are_found(self):
        d = self.live()
        self.tamper("DELETE FROM ticket WHERE key = 't:2'")
        said = verify(d.database, code=6).stdout
        for table in ("clock", "outbox", "journal"):
            self.assertIn("table %s: rows of no ticket: expected 0" % table,
                          said)

    def test_what_cannot_be_verified_is_said(self):
        d = self.live()
        self.tamper("UPDATE journal SET cause = NULL, matrix = NULL"
                    " WHERE ticket_id = 1")
        said = verify(d.database, code=7).stdout
        self.assertIn("t:1: cannot be verified: it began before", said)
        self.assertIn("4 tickets are as their journal says", said)


class Refused(Case):

    def test_no_file(self):
        done = verify(os.path.join(self.scratch.path, "none.db"), code=1)
        self.assertIn("none.db", done.stderr)
        self.assertIn("is a directory: name the file in it",
                      verify(self.scratch.path, code=1).stderr)

    def test_schema_1(self):
        path = os.path.join(self.scratch.path, "old.db")
        db = sqlite3.connect(path)
        db.executescript("PRAGMA application_id = %d; PRAGMA user_version = 1;"
                         "CREATE TABLE ticket (id INTEGER);" % 0x534c4177)
        db.close()
        done = verify(path, code=1)
        self.assertIn("schema 1", done.stderr)
        self.assertIn("start this version's daemon on it once", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
