#!/usr/bin/python3
"""ctl_backtest.py - does `slawatchctl simulate` read a daemon's past as it was,
and say the same wherever it is asked?

A daemon lives on a clock that is stepped: a made-up desk, somebody goes away,
breaches and remarks.  Its database, while it is at work and afterwards, must
lead to the notices that were really sent; a part of it to a part.  Then the forms that
a report may take, all that may be wrong with a question, and that no zone or
locale makes a difference.

Environment: SLAWATCHD, SLAWATCHCTL; SLAWATCH_SEED repeats a run.

SPDX-License-Identifier: MIT
"""
import json
import os
import pty
import random
import select
import signal
import sqlite3
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # the sources may be read-only
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, HERE)

import agreement  # noqa: E402
from harness import (PATIENCE, SLAWATCHCTL, Daemon, Scratch,  # noqa: E402
                     instant, rfc3339)

SEED = agreement.SEED
BEGIN = "2026-01-05T00:00:00Z"
END = "2026-01-20T00:00:00Z"
# Whose breaches these are: of real tickets, not taken back.
BREACHED = """
SELECT count(DISTINCT j.ticket_id) FROM journal AS j
  JOIN ticket AS t ON t.id = j.ticket_id
 WHERE j.kind = 'clock_breached' AND t.key GLOB 'desk:*' AND NOT EXISTS (
   SELECT 1 FROM journal AS w WHERE w.ticket_id = j.ticket_id AND w.id > j.id
    AND w.kind = 'clock_withdrawn' AND w.clock = j.clock
    AND w.cycle = j.cycle)"""
WORLDS = ({"TZ": "UTC", "LC_ALL": "C"},
          {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8"},
          {"TZ": "America/St_Johns", "LC_ALL": "de_DE.UTF-8"})


def ctl(*args, code=0, stdin=None, env=None):
    done = subprocess.run([SLAWATCHCTL, *args], text=True, input=stdin,
                          capture_output=True, timeout=PATIENCE, check=False,
                          encoding="utf-8", env={**os.environ, **(env or {})})
    if done.returncode != code:
        raise AssertionError("%s: %d, not %d\n%s%s" % (
            args, done.returncode, code, done.stdout, done.stderr))
    return done


def rows_of(text):
    return [json.loads(line) for line in text.splitlines()]


def lines(events):
    return "".join(json.dumps(e) + "\n" for e in events)


def query(database, sql):
    db = sqlite3.connect("file:%s?mode=ro" % database, uri=True)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


class Past(unittest.TestCase):
    """What a daemon has recorded."""

    @classmethod
    def setUpClass(cls):
        print("seed", SEED, file=sys.stderr)
        cls.scratch = Scratch()
        cls.d = Daemon(cls.scratch, agreement.MATRIX, clock=BEGIN + "@step",
                       args=["--log-level", "warning"]).start()
        events = agreement.apart(agreement.made_up(random.Random(SEED), 30))
        half = len(events) // 2
        cls.replay("first", events[:half])
        cls.tell_late(events[:half])
        # Told at the instant at which somebody goes away: who might take it
        # is asked before that is known.
        # Nothing else is due then.
        when = cls.now() + 0.25
        ctl("-s", cls.d.socket, "clock", rfc3339(when))
        cls.tell("tie", when, "created", ticket="desk:tie", fields={
            "severity": "P3", "team": "front", "subject": "invoice"})
        ctl("-s", cls.d.socket, "away", "dana", "until", "2026-01-15")
        ctl("-s", cls.d.socket, "away", "eli", "until", "2026-01-15")
        ctl("-s", cls.d.socket, "away", "omar", "until", "2026-01-14")
        ctl("-s", cls.d.socket, "clock", rfc3339(when + 60))
        ctl("-s", cls.d.socket, "back", "eli")
        cls.replay("second", agreement.apart([
            dict(e, at=rfc3339(max(instant(e["at"]), when + 120)))
            for e in events[half:]]))
        cls.tell_late(events)
        cls.take_back()
        ctl("-s", cls.d.socket, "clock", END)
        cls.beside = ctl("simulate", "-c", cls.d.config, "--database",
                         cls.d.database, "--json").stdout
        cls.d.stop()

    @classmethod
    def now(cls):
        return int(cls.d.now())

    @classmethod
    def tell(cls, number, when, kind, **more):
        ctl("-s", cls.d.socket, "event", stdin=json.dumps(dict(
            more, id=number, at=rfc3339(when), type=kind)))

    @classmethod
    def take_back(cls):
        """A breach that was none: the answer was only told late."""
        when = instant("2026-01-19T08:00:00Z")
        ctl("-s", cls.d.socket, "clock", rfc3339(when))
        cls.tell("b-1", when, "created", ticket="desk:back", fields={
            "severity": "P2", "subject": "invoice"})
        ctl("-s", cls.d.socket, "clock", rfc3339(when + 15900))
        cls.tell("b-2", when + 7200, "comment", ticket="desk:back",
                 author="agent", public=True, by="eli")
        cls.tell("b-3", when + 15900, "status", ticket="desk:back",
                 status="solved")

    @classmethod
    def tell_late(cls, events):
        """An answer that was given before what was heard last, and that the
        daemon hears of alone: what it then finds to be sent was sent."""
        last = instant(events[-1]["at"])
        ctl("-s", cls.d.socket, "clock", rfc3339(max(last, cls.now()) + 1))
        late = next(e for e in events if e["type"] == "created" and
                    instant(e["at"]) < last - 7200)
        cls.tell("late-%d" % last, last - 3600, "comment",
                 ticket=late["ticket"], author="agent", public=True, by="eli")

    @classmethod
    def tearDownClass(cls):
        cls.d.__exit__()
        cls.scratch.__exit__()

    @classmethod
    def replay(cls, name, events):
        path = cls.scratch.file(name + ".jsonl", lines(events))
        ctl("-s", cls.d.socket, "replay", "--json", path)

    def simulate(self, *args, code=0, **how):
        return ctl("simulate", "-c", self.d.config, "--database",
                   self.d.database, *args, code=code, **how)

    def report(self, *args):
        return json.loads(self.simulate(*args, "--report", "json", "-").stdout)

    def test_what_was_sent(self):
        """Events at the instants at which they came, and who was away."""
        self.assertEqual(
            [r for r in rows_of(self.beside) if r["kind"] != "final"],
            [r for r in rows_of(self.simulate("--json").stdout)
             if r["kind"] != "final"])
        rows = rows_of(self.beside)
        told = agreement.from_rows(r for r in rows if r["kind"] == "notice")
        agreement.compare("journal", told,
                          agreement.from_daemon(self.d.database))
        self.assertEqual(len([r for r in rows if r["kind"] == "final"]), 32)
        self.assertIn("dana", {r["to"] for r in rows if r["kind"] == "notice"})
        away = [r for r in rows if r["kind"] == "skipped" and
                r["who"] == "omar"]
        self.assertTrue(away)

    def test_until_it_is_known_to_have_lived(self):
        """What ran out after the last event is in it, too."""
        rows = rows_of(self.simulate("--json").stdout)
        self.assertEqual({r["at"] for r in rows if r["kind"] == "final"},
                         {END})
        path = self.database("DELETE FROM meta WHERE name = 'alive'")
        (last,), = query(path, "SELECT max(recorded) FROM journal")
        rows = rows_of(ctl("simulate", "-c", self.d.config, "--database", path,
                           "--json").stdout)
        self.assertEqual({instant(r["at"]) for r in rows
                          if r["kind"] == "final"}, {last / 1000})

    def test_matrix_names_the_database(self):
        named = self.scratch.file("named.yaml", agreement.MATRIX.replace(
            "daemon: {", "daemon: { database: %s, " % self.d.database))
        self.assertEqual(
            ctl("simulate", "-c", named, "--from-db", "--json").stdout,
            self.simulate("--json").stdout)

    def test_until(self):
        rows = rows_of(self.simulate("--json", "--until",
                                     "2026-01-06T12:00:00Z").stdout)
        whole = rows_of(self.simulate("--json").stdout)
        part = [r for r in rows if r["kind"] == "notice"]
        self.assertEqual(part, [r for r in whole if r["kind"] == "notice" and
                                instant(r["at"]) <=
                                instant("2026-01-06T12:00:00Z")])
        self.assertTrue(part)

    def test_since(self):
        """All that was before leads up to it, and only what is later counts:
        also a ticket that was over by then counts in rules and turns."""
        since = instant("2026-01-09T00:00:00Z")
        whole = self.simulate("--json").stdout
        rows = rows_of(whole)
        self.assertEqual(self.simulate("--json", "--since",
                                       rfc3339(since)).stdout, whole)
        late = "2026-01-19T18:00:00Z"
        self.assertEqual(query(
            self.d.database, "SELECT t.over, max(j.recorded) < %d"
            " FROM ticket AS t JOIN journal AS j ON j.ticket_id = t.id"
            " WHERE t.key = 'desk:back'" % (instant(late) * 1000)), [(1, 1)])
        self.assertEqual(self.simulate("--json", "--since", late).stdout,
                         whole)
        report = self.report("--since", "2026-01-09")
        self.assertEqual(report["new"]["notices"], len(
            [r for r in rows if r["kind"] == "notice" and
             instant(r["at"]) >= since]))
        # A span counts back from the last event.
        last = max(r for r, in query(
            self.d.database, "SELECT recorded FROM journal"
            " WHERE event_id IS NOT NULL")) // 1000
        self.assertEqual(
            self.report("--since", "36h"),
            self.report("--since", rfc3339(last - 36 * 3600)))
        # A day is one of the report's zone.
        self.assertEqual(
            self.report("--since", "2026-01-09", "--zone", "Asia/Kathmandu"),
            self.report("--since", "2026-01-08T18:15:00Z", "--zone",
                        "Asia/Kathmandu"))

    def test_recorded_breaches(self):
        """By the matrix that was in force all of them are foretold."""
        (breached,), = query(self.d.database, BREACHED)
        (any_at_all,), = query(self.d.database, "SELECT count(DISTINCT"
                               " ticket_id) FROM journal"
                               " WHERE kind = 'clock_breached'")
        self.assertLess(breached, any_at_all)
        history = self.report()["new"]["history"]
        self.assertLess(0, breached)
        self.assertEqual(history["missed"], breached)
        # A field that says otherwise takes their place.
        history = self.report(
            "--missed-when", "status=solved")["new"]["history"]
        self.assertNotEqual(history["missed"], breached)

    def test_what_is_no_ticket(self):
        """The remark on the matrix and drills are not what is asked about."""
        keys = {key for key, in query(self.d.database,
                                      "SELECT key FROM ticket")}
        rows = rows_of(self.simulate("--json").stdout)
        played = {r["ticket"] for r in rows if r["kind"] == "final"}
        self.assertEqual(played, {k for k in keys if k.startswith("desk:")})
        self.assertIn("slawatch:matrix", keys)
        path = self.database("UPDATE ticket SET key = 'drill:1'"
                             " WHERE key = 'desk:3'")
        rows = rows_of(ctl("simulate", "-c", self.d.config, "--database", path,
                           "--json").stdout)
        self.assertEqual({r["ticket"] for r in rows if r["kind"] == "final"},
                         played - {"desk:3"})

    def test_other_people(self):
        """Who is away but not in this matrix is left out, and it is said."""
        text = agreement.MATRIX.replace("omar", "nina")
        other = self.scratch.file("other.yaml", text)
        done = ctl("simulate", "-c", other, "--database", self.d.database)
        self.assertIn("1 changes of who is away or on call name people",
                      done.stdout)
        self.assertIn("Acknowledgements, claims and snoozes", done.stdout)

    def test_against(self):
        """The same twice differs in nothing; what is longer is later."""
        report = self.report("--against", self.d.config)
        self.assertEqual(report["against"]["differ"], 0)
        self.assertEqual(report["against"]["notices"]["same"],
                         report["new"]["notices"])
        self.assertEqual(report["old"], report["new"])
        slow = self.scratch.file("slow.yaml", agreement.MATRIX.replace(
            "P1: { acknowledge: 15m", "P1: { acknowledge: 25m"))
        report = json.loads(ctl(
            "simulate", "-c", slow, "--against", self.d.config, "--database",
            self.d.database, "--report", "json", "-").stdout)
        self.assertEqual(report["old"], self.report()["new"])
        self.assertLess(0, report["against"]["deadlines"]["later"]["count"])
        self.assertEqual(report["against"]["deadlines"]["earlier"]["count"], 0)
        missing = self.scratch.file("none") + ".yaml"
        self.assertIn(missing, self.simulate(
            "--against", missing, code=1).stderr)

    def test_refusals(self):
        def refused(path, code=1):
            return ctl("simulate", "-c", self.d.config, "--database", path,
                       code=code).stderr

        self.assertIn("there is no such file: name the daemon's database by "
                      "--database FILE", refused("/nowhere/slawatch.db"))
        self.assertIn("is a directory: name the file in it",
                      refused(self.scratch.path))
        self.assertIn("another program",
                      refused(self.database("PRAGMA application_id = 7")))
        self.assertIn("newer slawatch",
                      refused(self.database("PRAGMA user_version = 999")))
        self.assertIn("start this version's daemon",
                      refused(self.database("PRAGMA user_version = 2")))
        self.assertIn("is empty", refused(self.scratch.file("empty.db", "")))
        self.assertIn("not a database", refused(
            self.scratch.file("text.db", "no database at all\n" * 99)))
        self.assertIn("not both", self.simulate(
            self.scratch.file("e", ""), code=2).stderr)
        if os.geteuid() != 0:
            locked = self.database("PRAGMA user_version")
            os.chmod(locked, 0)
            self.assertIn("daemon's user", refused(locked))

    def database(self, statement):
        """A copy that differs by that."""
        path = self.scratch.file("copy.db")
        if os.path.exists(path):
            os.unlink(path)
        source = sqlite3.connect("file:%s?mode=ro" % self.d.database, uri=True)
        copy = sqlite3.connect(path)
        source.backup(copy)
        copy.execute(statement)
        copy.commit()
        copy.close()
        source.close()
        return path

    def test_a_body_that_is_gone(self):
        """An event that cannot be read is refused by its id."""
        path = self.database("DROP TRIGGER journal_no_update")
        db = sqlite3.connect(path)
        db.execute("UPDATE journal SET body = NULL WHERE event_id = 'e-3'")
        db.execute("UPDATE journal SET body = '{\"id\":1}'"
                   " WHERE event_id = 'e-4'")
        db.commit()
        db.close()
        rows = rows_of(ctl("simulate", "-c", self.d.config, "--database", path,
                           "--json", code=3).stdout)
        why = {r["event"]: r["why"] for r in rows if r["kind"] == "refused"}
        self.assertEqual(why["e-3"], "its body was not kept")
        self.assertEqual(why["e-4"], "type: missing")


class Revised(unittest.TestCase):
    """A past in which the matrix was changed."""

    def setUp(self):
        self.scratch = Scratch()
        self.addCleanup(self.scratch.__exit__)
        self.d = Daemon(self.scratch, agreement.MATRIX,
                        clock="2026-01-05T08:00:00Z@step").start()
        self.addCleanup(lambda: self.d.running() and self.d.kill())
        self.tell("1", "2026-01-05T08:00:00Z")
        self.expected = [self.in_force("2026-01-05T08:00:00Z")]
        for when, warn in (("2026-01-06T08:00:00Z", "70%"),
                           ("2026-01-07T08:00:00Z", "60%")):
            ctl("-s", self.d.socket, "clock", when)
            self.scratch.file("d.yaml", agreement.MATRIX.replace(
                "warn: [ 50%", "warn: [ " + warn))
            ctl("-s", self.d.socket, "reload", "--by", "mara", "--force")
            self.expected.append(self.in_force(when))
        self.tell("2", "2026-01-07T09:00:00Z")
        self.d.stop()

    def tell(self, number, when):
        ctl("-s", self.d.socket, "clock", when)
        ctl("-s", self.d.socket, "event", stdin=json.dumps({
            "id": number, "at": when, "type": "created",
            "ticket": "desk:" + number,
            "fields": {"severity": "P2", "subject": "invoice"}}))

    def in_force(self, when):
        return {"revision": self.d.get(
            "/v1/status").json["matrix"]["revision"], "since": when}

    def simulate(self, *args):
        return ctl("simulate", "-c", self.d.config, "--database",
                   self.d.database, *args).stdout

    def test_which_matrices_were_in_force(self):
        report = json.loads(self.simulate("--report", "json", "-"))
        self.assertEqual(report["in_force"], self.expected)
        words = "3 matrices were in force in that time: %s since Mon " \
            "2026-01-05 08:00, %s since Tue 2026-01-06 08:00, %s since Wed " \
            "2026-01-07 08:00." % tuple(m["revision"] for m in self.expected)
        self.assertIn(words, report["notes"])
        self.assertIn(words, " ".join(self.simulate().split()))
        self.assertIn("<li>%s</li>" % words,
                      self.simulate("--report", "html", "-"))

    def test_only_those_that_count(self):
        """As of an instant at which one comes it is in force."""
        for args, expected in (
                (("--since", "2026-01-06T20:00:00Z"), self.expected[1:]),
                (("--since", "2026-01-07T08:00:00Z"), self.expected[2:]),
                (("--until", "2026-01-06T07:59:00Z"), self.expected[:1])):
            report = json.loads(self.simulate("--report", "json", "-", *args))
            self.assertEqual(report["in_force"], expected)
        self.assertIn(
            "One matrix was in force in that time: %s since Mon 2026-01-05 "
            "08:00." % self.expected[0]["revision"], report["notes"])


class Asking(unittest.TestCase):
    """Files, forms of a report, and what is wrong with a question."""

    def setUp(self):
        self.scratch = Scratch()
        self.addCleanup(self.scratch.__exit__)
        self.matrix = self.scratch.file("m.yaml", agreement.MATRIX)
        self.events = self.scratch.file("e.jsonl", lines(
            agreement.made_up(random.Random(SEED), 20)))

    def simulate(self, *args, code=0, **how):
        return ctl("simulate", "-c", self.matrix, *args, code=code, **how)

    def test_same_bytes_everywhere(self):
        old = self.scratch.file("old.yaml", agreement.MATRIX.replace(
            "warn: [ 50%, 80%, 10m ]", "warn: [ 70% ]"))
        page = self.scratch.file("page.html")
        for args in (("--rows",), ("--json",), (), ("--against", old),
                     ("--report", "json", "-"), ("--report", "html", "-"),
                     ("--against", old, "--report", "json", "-"),
                     ("--against", old, "--report", "html", page),
                     ("--zone", "Europe/Berlin", "--rows")):
            seen = set()
            for world in WORLDS:
                out = self.simulate(*args, self.events, env=world).stdout
                if page in args:
                    with open(page, encoding="utf-8") as f:
                        out += f.read()
                seen.add(out)
            self.assertEqual(len(seen), 1, args)
            self.assertLess(500, len(seen.pop()))

    def test_forms(self):
        """What goes where."""
        text = self.simulate(self.events).stdout
        rows = self.simulate("--rows", self.events).stdout
        self.assertTrue(rows.endswith("\n\n" + text))
        self.assertIn("\n20 tickets, ", rows[:-len(text)])
        self.assertEqual(
            self.simulate("--report", "text", "-", self.events).stdout, text)
        page = self.scratch.file("p.html", "what was there before " * 99999)
        self.assertEqual(
            self.simulate(self.events, "--report", "html", page).stdout, text)
        with open(page, encoding="utf-8") as f:
            html = f.read()
        self.assertTrue(html.startswith("<!DOCTYPE html>"), html[:99])
        self.assertTrue(html.endswith("</html>\n"))
        self.assertEqual(
            self.simulate("--report", "html", "-", self.events).stdout, html)
        report = self.scratch.file("r.json")
        plain = self.simulate("--json", self.events).stdout
        self.assertEqual(self.simulate(
            "--json", self.events, "--report", "json", report).stdout, plain)
        with open(report, encoding="utf-8") as f:
            self.assertEqual(json.load(f), json.loads(self.simulate(
                "--report", "json", "-", self.events).stdout))
        plain = self.scratch.file("r.txt")
        self.simulate(self.events, "--report", "text", plain)
        with open(plain, encoding="utf-8") as f:
            self.assertEqual(f.read(), text)

    def test_of_files_nobody_knows_the_matrix(self):
        self.assertIsNone(json.loads(self.simulate(
            "--report", "json", "-", self.events).stdout)["in_force"])

    def test_several_files_are_one_log(self):
        events = agreement.made_up(random.Random(SEED), 20)
        parts = [self.scratch.file("p%d" % i, lines(events[i * 20:i * 20 + 20]))
                 for i in range(len(events) // 20 + 1)]
        self.assertEqual(self.simulate("--json", *parts).stdout,
                         self.simulate("--json", self.events).stdout)
        with open(self.events, encoding="utf-8") as f:
            self.assertEqual(
                self.simulate("--json", "-", stdin=f.read()).stdout,
                self.simulate("--json", self.events).stdout)

    def test_zone(self):
        """The matrix's own unless another is named; never the machine's."""
        events = self.scratch.file("one", lines([
            {"id": "1", "ticket": "z:1", "at": "2026-01-05T09:00:00Z",
             "type": "created", "fields": {"severity": "P1"}}]))
        self.assertIn("2026-01-05 09:00:00  z:1", self.simulate(
            "--rows", events, env={"TZ": "Asia/Kathmandu"}).stdout)
        self.assertIn("2026-01-05 14:45:00  z:1", self.simulate(
            "--rows", events, "--zone", "Asia/Kathmandu").stdout)
        self.matrix = self.scratch.file("z.yaml", agreement.MATRIX.replace(
            "owner: mara,", "owner: mara, zone: Europe/Berlin,"))
        self.assertIn("2026-01-05 10:00:00  z:1",
                      self.simulate("--rows", events).stdout)
        self.assertIn("2026-01-05 09:00:00  z:1", self.simulate(
            "--rows", events, "--zone", "UTC").stdout)

    def test_missed_when(self):
        def told(n, **fields):
            return {"id": "m-%d" % n, "ticket": "z:%d" % n,
                    "at": rfc3339(instant(BEGIN) + n), "type": "created",
                    "fields": dict(fields, severity="P2")}

        events = self.scratch.file("missed", lines([
            told(1, attributes={"made_sla": "false"}),
            told(2, attributes={"made_sla": "true"}, tags=["late"]),
            told(3, category="false", tags=["late", "x"])]))
        for said, missed in (("attributes.made_sla=false", 1),
                             ("tags=late", 2), ("category=false", 1),
                             ("category=other=thing", 0)):
            report = json.loads(self.simulate(
                "--missed-when", said, "--report", "json", "-",
                events).stdout)
            self.assertEqual(report["new"]["history"]["missed"], missed,
                             said)
        for said, why in (
                ("categroy=x", 'did you mean "category"?'),
                ("made_sla=false", "attributes.made_sla"),
                ("attributes=x", "is attributes.NAME"),
                ("attributes.=x", "unknown field"),
                ("category", "FIELD=VALUE"), ("=x", "FIELD=VALUE"),
                ("category=", "FIELD=VALUE")):
            self.assertIn(why, self.simulate(
                "--missed-when", said, events, code=2).stderr)

    def test_wrong_questions(self):
        e = self.events
        for args, why in (
                ((), "EVENTS"),
                (("--report", "htm", "f", e), 'did you mean "html"?'),
                (("--report", "pdf", "f", e), "html, json or text"),
                ((e, "--json", "--rows"), "one of them"),
                ((e, "--report", "html"), "--report html needs FILE"),
                ((e, "--report", "html", "-", "--rows"), "standard output"),
                ((e, "--report", "json", "-", "--json"), "standard output"),
                ((e, "--report", "text", "-", "--json"), "standard output"),
                ((e, "--zone", "Mars/Base"), "Mars/Base"),
                ((e, "--zone", ""), "such as Europe/Berlin"),
                ((e, "--missed-when", "attributes.=1"), "is attributes.NAME"),
                ((e, "--since", "2026-01-09", "--until",
                  "2026-01-08T00:00:00Z"), "not before --until"),
                ((e, "--since", "30d"), "--from-db"),
                ((e, "--since", "tomorrow"), "2026-01-05"),
                ((e, "--since", "18:00"), "2026-01-05"),
                ((e, "--since", "0"), "30d"),
                ((e, "--until", "2026"), "--until")):
            done = self.simulate(*args, code=2)
            self.assertIn(why, done.stderr, args)
            self.assertEqual(done.stdout, "")
        done = self.simulate(e, "--report", "html", "/nowhere/at/all", code=1)
        self.assertIn("/nowhere/at/all: No such file", done.stderr)
        self.assertEqual(done.stdout, "")
        # All files are looked at before anything is said.
        done = self.simulate("--json", e, "/nowhere/e", code=1)
        self.assertIn("/nowhere/e: No such file", done.stderr)
        self.assertEqual(done.stdout, "")
        self.simulate(e, "--since", "1d", "--until", "2026-01-08T00:00:00Z")

    def test_held_back(self):
        """What cannot be read before the first event that can is told at its
        instant, each in its line and file."""
        first = json.dumps({"id": "1", "ticket": "z:1", "at": BEGIN,
                            "type": "created", "fields": {"severity": "P1"}})
        a = self.scratch.file("a", "\nx\n" + json.dumps({"id": "bad"}) + "\n")
        b = self.scratch.file("b", "{\n}\n")
        c = self.scratch.file("c", "[1,\n\n{\"a\":\n2}, " + first + "\n, 3]")
        rows = rows_of(self.simulate("--json", a, b, c, code=3).stdout)
        refused = [(r["event"], r["at"]) for r in rows
                   if r["kind"] == "refused"]
        self.assertEqual(refused, [(2, BEGIN), ("bad", BEGIN), (1, BEGIN),
                                   (1, BEGIN), (3, BEGIN), (5, BEGIN)])
        self.assertEqual([r["kind"] for r in rows[:5]], ["refused"] * 5)
        whys = [r["why"] for r in rows if r["kind"] == "refused" and
                r["event"] != "bad"]
        for why, path in zip(whys, (a, b, c, c, c)):
            self.assertTrue(why.startswith(path + ": "), why)
        # Nothing at all could be read.
        rows = rows_of(self.simulate("--json", a, code=3).stdout)
        self.assertEqual({r["at"] for r in rows}, {"1970-01-01T00:00:00Z"})
        self.assertEqual(len(rows), 2)

    def test_sizes(self):
        """An event that is too long spoils nothing but itself."""
        def note(number, size):
            return json.dumps({"id": str(number), "ticket": "z:1", "at": BEGIN,
                               "type": "note", "text": "x" * size})

        made = json.dumps({"id": "1", "ticket": "z:1", "at": BEGIN,
                           "type": "created", "fields": {"severity": "P1"}})
        items = [made, note(2, 64000), note(3, 66000), note(4, 3000000),
                 note(5, 10)]
        for text in ("\n".join(items), "[%s]" % ",\n".join(items)):
            done = self.simulate("--json", self.scratch.file("big", text),
                                 code=3)
            refused = [r for r in rows_of(done.stdout)
                       if r["kind"] == "refused"]
            self.assertEqual([r["event"] for r in refused], [3, 4])
            self.assertEqual({r["why"] for r in refused},
                             {"an event of over 65536 bytes"})
        broken = self.simulate(self.scratch.file(
            "broken", "[%s, 1}" % made), code=1)
        self.assertIn("broken: the array is not closed", broken.stderr)
        self.assertEqual(broken.stdout, "")

    def watch(self, *args, end):
        """Runs it with a terminal for standard error until that shows
        something; then end(process) ends it.  What the terminal showed."""
        ours, theirs = pty.openpty()
        output = self.scratch.file("watched")
        with open(output, "wb") as out:
            process = subprocess.Popen(
                [SLAWATCHCTL, "simulate", "-c", self.matrix, *args, "-"],
                stdin=subprocess.PIPE, stdout=out, stderr=theirs)
        os.close(theirs)
        shown = b""
        with open(self.events, "rb") as events:
            process.stdin.write(events.read())
        while not select.select([ours], [], [], 0)[0]:
            process.stdin.write(b"\n" * 65536)
        end(process)
        while True:
            try:
                more = os.read(ours, 4096)
            except OSError:  # nobody has it open any more
                break
            if not more:
                break
            shown += more
        os.close(ours)
        with open(output, encoding="utf-8") as out:
            return process.wait(PATIENCE), shown.decode(), out.read()

    def test_progress(self):
        """A line that is gone at the end, and never in the output."""
        want = self.simulate("--json", self.events).stdout
        code, shown, out = self.watch(
            "--json", end=lambda p: p.stdin.close())
        self.assertEqual((code, out), (0, want))
        self.assertIn("simulating", shown)
        self.assertRegex(shown, r"20 tickets, \d+ events")
        self.assertTrue(shown.endswith("\r\x1b[K"), repr(shown))

        def interrupt(process):
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
            try:
                process.stdin.close()
            except BrokenPipeError:
                pass

        code, shown, _ = self.watch(end=interrupt)
        self.assertEqual(code, -signal.SIGINT)
        self.assertTrue(shown.endswith("\r\x1b[K"), repr(shown))


if __name__ == "__main__":
    unittest.main(verbosity=1)
